"""A partner's colours made whole: every colour of plain.css beside those that were chosen.

The page has a light and a dark palette of its own, by the visitor's phone. A chosen background
under letters of the other palette could be read by nobody, so a page in chosen colours is the
same on every phone, and a colour that cannot be read on the others is not used (WCAG 2.2, 1.4.3
and 1.4.11: 4.5 to 1 for text, 3 to 1 for the edge of a field).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from assetmap.web.sheets import style

FOR_TEXT = 4.5
FOR_EDGES = 3.0
BLACK, WHITE = "#000000", "#ffffff"
# Where black and white can be read equally well: sqrt(1.05 × 0.05) − 0.05.
MIDDLE = 0.179
_ROOT = re.compile(r":root\{(--[^}]*)\}")
_COLOUR = re.compile(r"--(\w+):(#[0-9a-fA-F]{6})")


def whole(chosen: Mapping[str, str]) -> dict[str, str]:
    """Every colour by its custom property (#hex): the chosen ones where they can be read."""
    light, dark = own_palettes()
    ground = chosen.get("ground") or _ground_for(chosen.get("text"), light, dark)
    base = light if luminance(ground) > MIDDLE else dark
    text = _readable([chosen.get("text"), base["text"]], [ground])
    soft = next(
        colour
        for colour in (chosen.get("soft"), base["soft"], ground)
        if colour and (colour == ground or contrast(text, colour) >= FOR_TEXT)
    )
    accent = _readable([chosen.get("accent"), base["accent"], text], [ground, soft])
    line = base["line"] if contrast(base["line"], ground) >= FOR_EDGES else text
    return {
        "ground": ground,
        "soft": soft,
        "text": text,
        "accent": accent,
        "on": _readable([base["on"]], [accent]),
        "line": line,
        "faint": soft if "ground" in chosen else base["faint"],
        "warn": _readable([base["warn"], text], [ground]),
        "scheme": "light" if base is light else "dark",
    }


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2).

    >>> round(contrast("#000", "#ffffff"), 1), round(contrast("#777777", "#fff"), 2)
    (21.0, 4.48)
    """
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of #rgb or #rrggbb, 0 (black) to 1 (white; WCAG 2.2)."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def own_palettes() -> tuple[dict[str, str], dict[str, str]]:
    """The light and the dark colours of plain.css."""
    light, dark = (dict(_COLOUR.findall(rule)) for rule in _ROOT.findall(style())[:2])
    return light, dark


def _ground_for(text: str | None, light: Mapping[str, str], dark: Mapping[str, str]) -> str:
    """The background where none was chosen: the dark one only for letters that need it."""
    if text and contrast(text, light["ground"]) < FOR_TEXT <= contrast(text, dark["ground"]):
        return dark["ground"]
    return light["ground"]


def _readable(colours: Sequence[str | None], grounds: Sequence[str]) -> str:
    """The first of `colours` that can be read on all of `grounds`, else black or white."""

    def least(colour: str) -> float:
        return min(contrast(colour, ground) for ground in grounds)

    for colour in colours:
        if colour and least(colour) >= FOR_TEXT:
            return colour
    return max((BLACK, WHITE), key=least)
