"""Keeping addresses that protect somebody out of everything that leaves `assets.check`.

A home whose street is private is given away by its street in any text, by its ZIP, by a link to
a map and by distances to its point (three rounded searches locate it to some 60 m). So the point
becomes its town's, and the street, ZIP and coordinates are taken out of every text of the row,
out of every other row that names the same house, and out of the problems that speak of them.
"""

from __future__ import annotations

import re

from assetmap.streets import ANY_DIRECTION, NUMBER, SUFFIXES, WORD, Street, plain, replace

__all__ = ["MARK", "Street", "near_point", "plain", "take_out_places", "tells_place"]

MARK = "[address kept private]"

_UNIT = r"(?:\W{1,3}(?:apt|unit|suite|ste|#)\W{0,2}\w{1,5}\b)?"
_STRONG = "|".join(
    SUFFIXES[word] for word in ("street", "avenue", "road", "lane", "boulevard", "court", "drive")
)
# Street words that sentences use too ("walk in", "run by peers") need the end of a phrase.
_LOOSE = frozenset(("run", "walk", "row", "point", "path", "way", "place", "loop", "hill"))
_FIRM = "|".join(spellings for word, spellings in SUFFIXES.items() if word not in _LOOSE)
_WEAK = "|".join(SUFFIXES[word] for word in sorted(_LOOSE))
# Words that stand between a number and "drive" or "court" in ordinary sentences.
_NOT_A_STREET = (
    "a|am|and|are|at|bed|beds|by|call|can|days?|each|for|from|hours?|in|is|it|meals?|men|minutes?|"
    "miles?|months?|more|no|of|off|on|one|open|or|our|people|phone|pm|program|rooms?|steps?|the|"
    "to|two|we|weeks?|with|women|years?|y|o|de|a"
)
_NAME_WORD = rf"(?!(?i:{_NOT_A_STREET})\b){WORD}\W{{1,3}}"
_STREETS_IN_TEXT = (
    # A house number, up to four words that begin large, a street word: "214 N. Old Mill Rd".
    re.compile(
        rf"\b{NUMBER}\W{{1,3}}(?:(?=[A-Z0-9]){_NAME_WORD}){{1,4}}?"
        rf"(?:(?i:{_FIRM})\b|(?i:{_WEAK})\b(?=\s*(?:$|[.,;:)\]]|in\b)))\.?"
        rf"(?:\W{{1,2}}(?i:{ANY_DIRECTION})\b\.?)?(?i:{_UNIT})"
    ),
    # The same in small letters: "214 old mill rd".
    re.compile(
        rf"\b{NUMBER}\W{{1,3}}(?:{_NAME_WORD}){{1,3}}?(?:{_STRONG})\b\.?{_UNIT}", re.IGNORECASE
    ),
)
_POINTS_IN_TEXT = (
    re.compile(r"[+-]?\d{1,3}\.\d{3,}[^\d\n]{1,14}?[+-]?\d{1,3}\.\d{3,}\s*°?\s*[EW]?\b"),
    re.compile(
        r"\d{1,3}\s*[°º]\s*\d{1,2}(?:[.,]\d+)?\s*['’′´](?:\s*\d{1,2}(?:[.,]\d+)?\s*(?:[\"”″]|''))?"
        r"(?:\s*[NSEWO]\b)?"
    ),
    # Open location codes: "86CF PQ4X+8R", "PQ4X+8R".
    re.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,4}\b"),
)
# what3words.
_THREE_WORDS = re.compile(r"///\w+\.\w+\.\w+")
_MAP_LINK = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)*(?:goo\.gl/maps|maps\.app\.goo\.gl|google\.[a-z.]+/maps|"
    r"maps\.google\.[a-z.]+|g\.page|maps\.apple\.com|openstreetmap\.org|osm\.org|waze\.com|"
    r"bing\.com/maps|mapquest\.com|what3words\.com|w3w\.co|plus\.codes)[^\s\"'<>]*",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"[+-]?\d{1,3}[.,]\d{3,}")
_TOLD_BY_KEY = re.compile(
    r"addr|street|(^|[^a-z])(lat|lon|lng|latitude|longitude|zip|zip.?code|geo|coord|coordinates?|x|y)([^a-z]|$)|postal|"
    r"location|direction|map|cross.?road|intersection|parcel",
    re.IGNORECASE,
)


def take_out_places(text: str, postal_code: str | None) -> str:
    """The text without anything that looks like a street address, a point, or the row's ZIP."""
    text = _THREE_WORDS.sub(MARK, _MAP_LINK.sub(MARK, text))
    if any(char.isdigit() for char in plain(text)[0]):
        for pattern in (*_STREETS_IN_TEXT, *_POINTS_IN_TEXT):
            text = replace(pattern, text, MARK)
    if postal_code:
        code = re.compile(rf"(?<!\d){re.escape(postal_code[:5])}(?:-\d{{4}})?(?!\d)")
        text = replace(code, text, MARK)
    return text


def near_point(text: str, lat: float, lon: float) -> str:
    """The text without numbers of three decimals or more that lie within 0.05° of the point."""

    def told(found: re.Match[str]) -> str:
        value = abs(float(found[0].replace(",", ".")))
        near = min(abs(value - abs(lat)), abs(value - abs(lon))) < 0.05
        return MARK if near else found[0]

    return _DECIMAL.sub(told, text)


def tells_place(column: str) -> bool:
    """Whether a source column's name says that it holds an address or a point."""
    return bool(_TOLD_BY_KEY.search(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)))
