"""Bytes to text: which encoding, and whether it is text at all."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from assetmap.files.source import UnreadableFile
from assetmap.words import text

# What a file starts with when it is not text, whatever its name says.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "seven_zip"),
    (b"Rar!", "rar"),
    (b"PK\x03\x04", "zip"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"SQLite format 3", "database"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "document"),
)
_WEB_PAGE = re.compile(r"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(\?xml|[a-z][\w:.-]*[\s>])", re.IGNORECASE)
# The byte-order marks, longest first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Windows-1252 leaves these five bytes undefined; bytes that have them are in another encoding.
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_MOST_ZEROS = 0.01
"""A few zero bytes are an accident of an export; more than this share is no text."""


class DecodedText(NamedTuple):
    """Decoded text, the encoding it was in, and how many letters had to be repaired.

    `zeros` are the lines (from 1) from which zero bytes were taken out.
    """

    text: str
    encoding: str
    repaired: int
    example: str = ""
    zeros: tuple[int, ...] = ()


def _byte_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    # Five bytes mean nothing in Windows-1252; they become the sign for "unknown letter".
    return byte.decode("cp1252", errors="replace"), error.start + 1


codecs.register_error("assetmap-cp1252", _byte_as_cp1252)


def _unmarked(data: bytes) -> str:
    """UTF-16 and UTF-32 without their mark show as zeros at fixed places of western text."""
    head = data[: 4096 - len(data[:4096]) % 4]
    quarters = [head[start::4].count(0) / max(len(head) // 4, 1) for start in range(4)]
    if min(quarters[1:]) > 0.6 and quarters[0] < 0.1:
        return "utf-32-le"
    if min(quarters[:3]) > 0.6 and quarters[3] < 0.1:
        return "utf-32-be"
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return "utf-8"


def is_markup(content: str) -> bool:
    """Whether a text begins as XML does."""
    return bool(_MARKUP.match(content))


def decode(name: str, data: bytes, markup: bool = False) -> DecodedText:
    """The text in `data`; `name` is the file's, for messages.

    UTF-8, UTF-16 or UTF-32 by their marks or by their zeros, else UTF-8 with every byte that is
    not UTF-8 read as Windows-1252: a sheet pasted together from two programs holds both. Bytes
    that Windows-1252 does not know are left to charset_normalizer. `markup`: XML is
    wanted; else it is refused. Raises UnreadableFile when it is not text.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(text("files.empty", name=name))
    for magic, what in _MAGIC:
        if data.lstrip()[: len(magic)] == magic:
            raise UnreadableFile(text("files.not_text", name=name, what=text(f"files.is_{what}")))
    encoding = next((known for mark, known in _MARKS if data.startswith(mark)), "")
    mark = next((mark for mark, _ in _MARKS if data.startswith(mark)), b"")
    encoding = encoding or _unmarked(data)
    body = data[len(mark) :]
    if encoding == "utf-8":
        decoded = _decode_bytes(body)
    else:
        letters = body.decode(encoding, errors="replace")
        decoded = DecodedText(letters, encoding, letters.count("\ufffd"))
    decoded = _without_zeros(name, decoded)
    if _WEB_PAGE.match(decoded.text):
        raise UnreadableFile(text("files.web_page", name=name))
    if not markup and is_markup(decoded.text):
        raise UnreadableFile(text("files.xml", name=name))
    return decoded


def _without_zeros(name: str, decoded: DecodedText) -> DecodedText:
    zeros = decoded.text.count("\x00")
    if not zeros:
        return decoded
    control = any(chr(code) in decoded.text for code in range(1, 9))
    if control or zeros > max(3, _MOST_ZEROS * len(decoded.text)):
        raise UnreadableFile(text("files.zero_bytes", name=name))
    lines = tuple(
        number for number, line in enumerate(decoded.text.splitlines(), 1) if "\x00" in line
    )
    return decoded._replace(text=decoded.text.replace("\x00", ""), zeros=lines)


def _decode_bytes(body: bytes) -> DecodedText:
    try:
        return DecodedText(body.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError as error:
        start = body.rfind(b"\n", 0, error.start) + 1
        line = body[start : start + 400].splitlines()[0]
    valid = body.decode("utf-8", errors="ignore")
    also_utf8 = any(ord(letter) > 127 for letter in valid)
    if not also_utf8 and _UNDEFINED_IN_CP1252.intersection(body):
        import charset_normalizer

        best = charset_normalizer.from_bytes(body).best()
        if best is not None and "\x00" not in str(best):
            letters = sum(1 for byte in body if byte > 127)
            return DecodedText(str(best), best.encoding, letters, str(best).strip()[:60])
    return DecodedText(
        body.decode("utf-8", errors="assetmap-cp1252"),
        "UTF-8 and Windows-1252 mixed" if also_utf8 else "Windows-1252",
        len(body.decode("utf-8", errors="assetmap-cp1252")) - len(valid),
        line.decode("utf-8", errors="assetmap-cp1252").strip()[:60],
    )
