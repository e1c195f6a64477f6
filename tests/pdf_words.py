"""What a PDF says, read back from its pages."""

from __future__ import annotations

import re
import zlib


def pdf_text(data: bytes) -> str:
    """What stands in a PDF's page streams, glyphs read back as letters."""
    streams = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            streams.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            streams.append(stream.decode("latin-1"))
    maps = [
        {int(glyph, 16): chr(int(code, 16)) for glyph, code in pairs}
        for text in streams
        if (pairs := re.findall(r"<(\w{4})> <(\w{4})>\n", text)) and "beginbfchar" in text
    ]
    font = 0

    def read(found: re.Match[str]) -> str:
        nonlocal font
        if found["font"]:
            font = int(found["font"]) - 1
            return found[0]
        escaped = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
        raw = re.sub(
            r"\\(.)", lambda item: escaped.get(item[1], item[1]), found["text"], flags=re.S
        ).encode("latin-1")
        glyphs = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
        letters = "".join(maps[font].get(glyph, "?") for glyph in glyphs)
        return "(" + re.sub(r"([\\()])", r"\\\1", letters) + ") Tj"

    pattern = r"/F(?P<font>\d+) [\d.]+ Tf|\((?P<text>(?:\\.|[^\\()])*)\) ?Tj"
    return "".join(
        re.sub(pattern, read, text, flags=re.S) if " Tf" in text else text for text in streams
    )


def spoken(text: str) -> str:
    """The words of text operators, one after the other."""
    return " ".join(re.findall(r"\(((?:\\.|[^\\()])*)\) ?Tj", text)).replace("\\", "")
