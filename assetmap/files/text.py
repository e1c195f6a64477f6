"""Bytes to text: which encoding, and whether it is text at all."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from assetmap.files.source import UnreadableFile

# What a file starts with when it is not text, whatever its name says.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF; export the table behind it as CSV or XLSX"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file; save it as .xlsx or CSV"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x89PNG", "a picture; a table is needed"),
    (b"\xff\xd8\xff", "a picture; a table is needed"),
    (b"GIF8", "a picture; a table is needed"),
    (b"SQLite format 3", "a database; export the table as CSV"),
    (b"PAR1", "a Parquet file; export it as CSV or GeoJSON"),
    (b"{\\rtf", "a text document; save the table as CSV or XLSX"),
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


class Text(NamedTuple):
    """Decoded text, the encoding it was in, and how many letters had to be repaired."""

    text: str
    encoding: str
    repaired: int
    example: str = ""


def _byte_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    # Five bytes mean nothing in Windows-1252; they become the sign for "unknown letter".
    return byte.decode("cp1252", errors="replace"), error.start + 1


codecs.register_error("assetmap-cp1252", _byte_as_cp1252)


def _unmarked(data: bytes) -> str:
    """UTF-16 without its mark shows as zeros in every second byte of western text."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return "utf-8"


def is_markup(text: str) -> bool:
    """Whether a text begins as XML does."""
    return bool(_MARKUP.match(text))


def decode(name: str, data: bytes, markup: bool = False) -> Text:
    """The text in `data`.

    UTF-8, UTF-16 or UTF-32 by their marks, UTF-16 without a mark by its zeros, else UTF-8
    with every byte that is not UTF-8 read as Windows-1252: a sheet pasted together from two
    programs holds both. `markup`: XML is wanted; else it is refused as no table and no JSON.
    Raises UnreadableFile when it is not text.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(f"{name} is empty.")
    for magic, what in _MAGIC:
        if data.lstrip()[: len(magic)] == magic:
            raise UnreadableFile(f"{name} is {what}.")
    encoding = next((found for mark, found in _MARKS if data.startswith(mark)), "")
    mark = next((mark for mark, _ in _MARKS if data.startswith(mark)), b"")
    encoding = encoding or _unmarked(data)
    body = data[len(mark) :]
    if encoding != "utf-8":
        text = Text(body.decode(encoding, errors="replace"), encoding, 0)
    else:
        text = _decode_bytes(body)
    if "\x00" in text.text:
        raise UnreadableFile(f"{name} is not text: it holds zero bytes; export it as CSV or JSON.")
    if _WEB_PAGE.match(text.text):
        raise UnreadableFile(f"{name} is a web page; download the data itself.")
    if not markup and is_markup(text.text):
        raise UnreadableFile(f"{name} is XML, which is not read; export it as CSV or JSON.")
    return text


def _decode_bytes(body: bytes) -> Text:
    try:
        return Text(body.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError as error:
        start = body.rfind(b"\n", 0, error.start) + 1
        line = body[start : start + 400].splitlines()[0]
    text = body.decode("utf-8", errors="assetmap-cp1252")
    valid = body.decode("utf-8", errors="ignore")
    also_utf8 = any(ord(letter) > 127 for letter in valid)
    example = line.decode("utf-8", errors="assetmap-cp1252").strip()[:60]
    return Text(
        text,
        "UTF-8 and Windows-1252 mixed" if also_utf8 else "Windows-1252",
        len(text) - len(valid),
        example,
    )
