"""What wraps every answer, Streamlit's own included: compression kept, and safe headers."""

from __future__ import annotations

import gzip

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assetmap.web.font_subset import smaller_fonts
from assetmap.web.packed import (
    FOR_EVER,
    SMALLEST_WORTH_PACKING,
    BrotliAhead,
    accepts_brotli,
    accepts_gzip,
)

# Files whose content never changes under their name.
UNCHANGING = ("/static/", "/component/")
MEDIA = "/static/media"
TEXT = ("text/javascript", "application/javascript", "text/css", "image/svg+xml")


class KeptCompression:
    """Compresses Streamlit's scripts and styles once and keeps the result.

    Streamlit serves them as they are (2.9 MB on a first visit), because compressing them for
    every visitor costs more than it saves. They are 1.2 MB with gzip -9, and 1.0 MB with brotli,
    which is made beside the visitors and served to those who come later.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.ahead = BrotliAhead()
        self.kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._wanted(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self.kept:
            start, body = await self._fetch(scope, receive)
            if not _worth_keeping(start, body):
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            packed = await run_in_threadpool(gzip.compress, body, 9)
            headers = MutableHeaders(raw=list(start["headers"]))
            headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(packed))
            headers.add_vary_header("Accept-Encoding")
            if path not in self.kept:
                self.ahead.add(path, body)
            self.kept[path] = (headers.raw, packed)
        headers_kept, packed = self.kept[path]
        smaller = self.ahead.get(path)
        if smaller and accepts_brotli(Headers(scope=scope).get("accept-encoding", "")):
            headers = MutableHeaders(raw=list(headers_kept))
            headers["Content-Encoding"] = "br"
            headers["Content-Length"] = str(len(smaller))
            headers_kept, packed = headers.raw, smaller
        await send({"type": "http.response.start", "status": 200, "headers": headers_kept})
        await send({"type": "http.response.body", "body": packed})

    def _wanted(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        return (
            scope["method"] == "GET"
            and scope["path"].startswith(UNCHANGING)
            and scope["path"].endswith((".js", ".css", ".svg"))
            and accepts_gzip(headers.get("accept-encoding", ""))
            and "range" not in headers
            # A browser that has the file is asked nothing more than whether it changed.
            and "if-none-match" not in headers
            and "if-modified-since" not in headers
        )

    async def _fetch(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        """The whole plain answer of the wrapped app."""
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app({**scope, "headers": plain}, receive, collect)
        return start, b"".join(parts)


def _worth_keeping(start: Message, body: bytes) -> bool:
    # An unknown file is answered with the page itself: keeping that would keep any made-up name.
    headers = Headers(raw=start["headers"])
    return (
        start["status"] == 200
        and len(body) >= SMALLEST_WORTH_PACKING
        and headers.get("content-type", "").startswith(TEXT)
        and "content-encoding" not in headers
    )


class SmallerFonts:
    """Answers for Streamlit's fonts with those made ahead, where there are any of that name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answers = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        folder, _, name = scope.get("path", "").rpartition("/")
        font = smaller_fonts().get(name) if answers and folder == MEDIA else None
        if font is None:
            await self.app(scope, receive, send)
            return
        headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
        await Response(font, media_type="font/woff2", headers=headers)(scope, receive, send)


class SafeHeaders:
    """Adds to every answer what keeps a page to its own server.

    The policy lets a page ask nobody but the server it came from, whatever data it shows.
    Streamlit, Leaflet in its frame and the result list need inline styles, eval and blob scripts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Permissions-Policy", PERMISSIONS)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Content-Security-Policy", page_policy(host))
            await send(message)

        await self.app(scope, receive, guarded)


PERMISSIONS = "camera=(), microphone=(), payment=(), usb=(), browsing-topics=(), geolocation=(self)"


def page_policy(host: str) -> str:
    """The Content-Security-Policy of a page served at `host` (from the Host header)."""
    # Older Safari does not count the page's own socket as 'self'.
    known = host and all(letter.isalnum() or letter in ".-:[]" for letter in host)
    sockets = f" ws://{host} wss://{host}" if known else ""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            f"connect-src 'self' data: blob:{sockets}",
            "frame-src 'self' blob: data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )
