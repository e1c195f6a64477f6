"""Where a browser runs no scripts, Streamlit's empty page leads on to /directory.

Streamlit's own page is read as it is installed; only what stands in its `noscript` is ours.
"""

from __future__ import annotations

import re
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assetmap.web.language import preferred
from assetmap.words import LANGUAGES, say

NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)
_ROOT = b'<div id="root">'


class NoScript:
    """Rewrites the `noscript` of Streamlit's page; every other answer goes through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("accept-language", "")
        start: Message | None = None
        parts: list[bytes] = []

        async def rewritten(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                page = headers.get("content-type", "").startswith("text/html")
                if message["status"] == 200 and page and "content-encoding" not in headers:
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                body = b"".join(parts)
                if _ROOT in body:
                    body = NOSCRIPT.sub(lambda _: _block(asked), body)
                    MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            await send(message)

        await self.app(scope, receive, rewritten)


def _block(accept_language: str) -> bytes:
    language = preferred(accept_language, sorted(LANGUAGES))
    words = escape(say("plain.no_script", language))
    # Relative, so that it holds under a path too; every page of ours is one step deep.
    return (
        '<noscript><meta http-equiv="refresh" content="0; url=directory">'
        f'<p><a href="directory">{words}</a></p></noscript>'
    ).encode()
