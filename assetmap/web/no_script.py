"""Streamlit's empty page before its app runs: its language, and where no script runs, the way to
/directory.

Streamlit's own page is read as it is installed; only its `lang` and what stands in its `noscript`
are ours.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assetmap.web.language import preferred
from assetmap.words import LANGUAGES, say

NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)
_ROOT = b'<div id="root">'
_LANG = re.compile(rb'(<html\b[^>]*?\blang=")[^"]*(")')


class NoScript:
    """Rewrites the `lang` and the `noscript` of Streamlit's page; others go through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        language = _language(scope)
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
                    body = NOSCRIPT.sub(lambda _: _block(language), body)
                    # A screen reader speaks by it, also while the app is on its way.
                    body = _LANG.sub(rb"\g<1>" + language.encode() + rb"\g<2>", body, count=1)
                    headers = MutableHeaders(scope=start)
                    headers["Content-Length"] = str(len(body))
                    headers["Content-Language"] = language
                    headers.add_vary_header("Accept-Language")
                    for name in ("etag", "last-modified"):
                        if name in headers:
                            del headers[name]
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            await send(message)

        await self.app(scope, receive, rewritten)


def _language(scope: Scope) -> str:
    """The language of the address where it names one, else the browser's own."""
    chosen = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [""])[0]
    if chosen in LANGUAGES:
        return chosen
    asked = Headers(scope=scope).get("accept-language", "")
    return preferred(asked, sorted(LANGUAGES))


def _block(language: str) -> bytes:
    words = escape(say("plain.no_script", language))
    # Relative, so that it holds under a path too; every page of ours is one step deep.
    return (
        '<noscript><meta http-equiv="refresh" content="0; url=directory">'
        f'<p><a href="directory">{words}</a></p></noscript>'
    ).encode()
