"""Bytes that are compressed once and then served many times, ours and Streamlit's.

At its best brotli makes Streamlit's scripts a sixth smaller than gzip, but takes seconds for it:
nobody waits for that. Until it is made, gzip is served.
"""

from __future__ import annotations

import gzip
import hashlib
import queue
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOR_EVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"
SMALLEST_WORTH_PACKING = 500
# Files whose content never changes under their name.
UNCHANGING = ("/static/", "/component/")
TEXT = ("text/javascript", "application/javascript", "text/css", "image/svg+xml")
BEST = 11
# Of its time this worker rests three quarters, so that visitors have the processor.
REST = 3.0
IDLE_S = 30.0


@dataclass(frozen=True)
class Packed:
    """A body with its gzip form; `digest` names its content (hex)."""

    body: bytes
    packed: bytes | None
    media_type: str
    digest: str


def pack(body: bytes, media_type: str) -> Packed:
    """Compress `body` as well as gzip can; the same body always gives the same bytes."""
    packed = gzip.compress(body, 9, mtime=0) if len(body) >= SMALLEST_WORTH_PACKING else None
    return Packed(body, packed, media_type, hashlib.sha256(body).hexdigest()[:16])


def respond(
    request: Request, content: Packed, cache: str, headers: dict[str, str] | None = None
) -> Response:
    """Answer with `content`, gzip where the browser takes it, 304 where it has it already."""
    tag = f'W/"{content.digest}"'
    every = {
        "ETag": tag,
        "Cache-Control": cache,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        # What we serve is data or our own script; shown as a page it may load and run nothing.
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        **(headers or {}),
    }
    asked = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if "*" in asked or tag in asked or tag.removeprefix("W/") in asked:
        return Response(status_code=304, headers=every)
    if content.packed is not None and accepts_gzip(request.headers.get("accept-encoding", "")):
        every["Content-Encoding"] = "gzip"
        return Response(content.packed, media_type=content.media_type, headers=every)
    return Response(content.body, media_type=content.media_type, headers=every)


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110 § 12.5.3; q=0 refuses it)."""
    return _accepts(header, {"gzip", "*"})


def accepts_brotli(header: str) -> bool:
    """Whether an Accept-Encoding header names brotli; "anything" is answered with gzip."""
    return _accepts(header, {"br"})


def _accepts(header: str, codings: Collection[str]) -> bool:
    for part in header.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in codings:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


class BrotliAhead:
    """`add` a body under its name; `get` gives it packed once it is made."""

    def __init__(self, rest: float = REST) -> None:
        self.rest = rest
        self._made: dict[str, bytes] = {}
        self._waiting: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None

    def add(self, name: str, body: bytes) -> None:
        """Have `body` packed when there is time."""
        self._waiting.put((name, body))
        with self._lock:
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()

    def get(self, name: str) -> bytes | None:
        """The packed body of `name`; None while it is not made."""
        return self._made.get(name)

    def wait(self) -> None:
        """Until everything added is made."""
        self._waiting.join()

    def _work(self) -> None:
        while True:
            try:
                name, body = self._waiting.get(timeout=IDLE_S)
            except queue.Empty:
                return
            began = time.monotonic()
            self._made[name] = brotli.compress(body, quality=BEST)
            self._waiting.task_done()
            time.sleep(self.rest * (time.monotonic() - began))


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
