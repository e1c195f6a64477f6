"""Streamlit's page before its app runs: at `/` our own page beside the root in which the app grows,
elsewhere its language and, where no script runs, the way to /directory.

Streamlit's page is read as it is served; for `/` only the addresses of its scripts and styles are
kept of it, which `static/change_over.js` asks for once the first frame is painted. Whatever in
that page is not as expected leaves it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import NamedTuple
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assetmap.web.language import preferred
from assetmap.web.packed import accepts_gzip
from assetmap.words import LANGUAGES, say

_ENTRY = re.compile(r'<script type="module" crossorigin src="(\./static/js/[\w.-]+\.js)"></script>')
_MODULE = re.compile(r'<link rel="modulepreload" crossorigin href="(\./static/js/[\w.-]+\.js)">')
_STYLE = re.compile(r'<link rel="stylesheet" crossorigin href="(\./static/css/[\w.-]+\.css)">')
NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)
_LANG = re.compile(rb'(<html\b[^>]*?\blang=")[^"]*(")')
_ROOT = '<div id="root"></div>'
_ROOT_OPEN = b'<div id="root">'
# A page that is only asked whether it changed would come back empty.
_CONDITIONS = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")


class AppFiles(NamedTuple):
    """What Streamlit's page asks for, relative to it: the script that starts the app, the
    modules that this needs, the styles."""

    entry: str
    modules: tuple[str, ...]
    styles: tuple[str, ...]


class StartBytes(NamedTuple):
    """A drawn page, packed with gzip and not, and its language."""

    body: bytes
    packed: bytes
    language: str


# Draws the page for a request; None where no community can be served.
Draw = Callable[[Request, AppFiles], StartBytes | None]


def app_files(index: str) -> AppFiles | None:
    """The files that Streamlit's page `index` asks for; None where it is not as we know it."""
    entries = _ENTRY.findall(index)
    asked_for = index.count("<script") + index.count('rel="modulepreload"')
    modules, styles = _MODULE.findall(index), _STYLE.findall(index)
    # One more script: it marks the page as not yet drawn, for robots.
    known = len(entries) == 1 and len(modules) + 2 == asked_for
    if not known or index.count(_ROOT) != 1 or len(styles) != index.count('rel="stylesheet"'):
        return None
    return AppFiles(entries[0], tuple(modules), tuple(styles))


class StartPage:
    """Answers `/` with what `draw` makes; every other address goes through untouched."""

    def __init__(self, app: ASGIApp, draw: Draw) -> None:
        self.app = app
        self.draw = draw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        asked = [pair for pair in scope["headers"] if pair[0].lower() not in _CONDITIONS]
        start: Message = {}
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app({**scope, "headers": asked}, receive, collect)
        body = b"".join(parts)
        headers = MutableHeaders(raw=list(start["headers"]))
        files = None
        if start["status"] == 200 and headers.get("content-type", "").startswith("text/html"):
            files = app_files(body.decode("utf-8", "replace"))
        page_bytes = await run_in_threadpool(self.draw, Request(scope), files) if files else None
        if page_bytes is not None:
            body = page_bytes.body
            headers["Cache-Control"] = "no-cache"
            headers["Content-Language"] = page_bytes.language
            headers["Vary"] = "Accept-Language, Accept-Encoding, Save-Data"
            for name in ("etag", "last-modified", "accept-ranges"):
                if name in headers:
                    del headers[name]
            if accepts_gzip(Headers(scope=scope).get("accept-encoding", "")):
                body = page_bytes.packed
                headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


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
                if _ROOT_OPEN in body:
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
