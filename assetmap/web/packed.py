"""Bytes that are compressed once and then served many times."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"
SMALLEST_WORTH_PACKING = 500


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
