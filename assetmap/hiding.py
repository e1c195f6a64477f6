"""Keeping addresses that protect somebody out of everything that leaves `assets.check`.

A home whose street is private is given away by its street in any text, by its ZIP, and by
distances to its point (three rounded searches locate it to some 60 m). So the point becomes its
town's, and the street and ZIP are taken out of every text of the row, out of every other row that
names the same house, and out of the problems that speak of them.
"""

from __future__ import annotations

import re
from functools import cache

MARK = "[address kept private]"

SUFFIXES = {
    "street": "street|str|st|calle",
    "avenue": "avenue|aven|ave|av",
    "road": "road|rd",
    "drive": "drive|drv|dr",
    "lane": "lane|ln",
    "court": "court|crt|ct",
    "boulevard": "boulevard|boul|blvd",
    "circle": "circle|cir",
    "place": "place|pl",
    "terrace": "terrace|terr|ter",
    "highway": "highway|hiway|hwy",
    "parkway": "parkway|pkwy|pky",
    "way": "way|wy",
    "trail": "trail|trl",
    "square": "square|sq",
    "alley": "alley|aly",
    "loop": "loop",
    "row": "row",
    "run": "run",
    "pike": "pike|tpke|turnpike",
    "crossing": "crossing|xing",
    "route": "route|rte|rt",
    "point": "point|pt",
    "path": "path",
    "ridge": "ridge|rdg",
    "hill": "hill|hl",
    "walk": "walk",
    "plaza": "plaza|plz",
    "cove": "cove|cv",
}
DIRECTIONS = {
    "north": "north|n",
    "south": "south|s",
    "east": "east|e",
    "west": "west|w",
    "northeast": "northeast|ne",
    "northwest": "northwest|nw",
    "southeast": "southeast|se",
    "southwest": "southwest|sw",
}
_ANY_SUFFIX = "|".join(SUFFIXES.values())
_ANY_DIRECTION = "|".join(DIRECTIONS.values())
_WORD = r"[A-Za-zÀ-ÿ0-9'’]+"
_NUMBER = r"\d{1,6}(?:[A-Za-z]\b|-\d{1,4}|\s1/2)?"
_UNIT = r"(?:\W{1,3}(?:apt|unit|suite|ste|#)\W{0,2}\w{1,5})?"
_STRONG = "|".join(
    SUFFIXES[word] for word in ("street", "avenue", "road", "lane", "boulevard", "court", "drive")
)
# Words that stand between a number and "drive" or "court" in ordinary sentences.
_NOT_A_STREET = (
    "a|am|and|at|bed|beds|by|call|days?|each|for|from|hours?|in|is|it|men|minutes?|miles?|months?|"
    "more|no|of|off|on|one|open|or|our|people|phone|pm|rooms?|the|to|two|we|weeks?|with|women|years?"
)
_STREETS_IN_TEXT = (
    # A house number, up to four words that begin large, a street word: "214 N. Old Mill Rd".
    re.compile(
        rf"\b{_NUMBER}\W{{1,3}}(?:[A-Z0-9]{_WORD[:-1]}*\W{{1,3}}){{1,4}}?(?i:{_ANY_SUFFIX})\b\.?"
        rf"(?:\W{{1,2}}(?:(?i:{_ANY_DIRECTION}))\b\.?)?(?i:{_UNIT})"
    ),
    # The same in small letters: "214 old mill rd".
    re.compile(
        rf"\b{_NUMBER}\W{{1,3}}(?:(?!(?:{_NOT_A_STREET})\b){_WORD}\W{{1,3}}){{1,3}}?"
        rf"(?:{_STRONG})\b\.?{_UNIT}",
        re.IGNORECASE,
    ),
)
_COORDINATES = re.compile(
    r"[+-]?\d{1,3}\.\d{3,}\s*°?\s*[NS]?[,;\s]+[+-]?\d{1,3}\.\d{3,}\s*°?\s*[EW]?"
)
_TOLD_BY_KEY = re.compile(
    r"addr|street|(^|[^a-z])(lat|lon|lng|latitude|longitude|zip|geo|coord|x|y)([^a-z]|$)|postal|"
    r"location|direction|map|cross.?road|intersection|parcel",
    re.IGNORECASE,
)
_LEADING_NUMBER = re.compile(rf"\s*({_NUMBER})\W+(.+)")


class Street:
    """The street line of an address, found in texts however it is written there.

    `key` is the same for two ways of writing one house; it is empty without a house number.
    """

    def __init__(self, address: str) -> None:
        line = re.split(r"[,;\n]", address.strip(), maxsplit=1)[0]
        found = _LEADING_NUMBER.match(line)
        self.number = re.sub(r"\s", "", found[1].lower()) if found else ""
        words = re.findall(_WORD, (found[2] if found else line).lower())
        self.words = _until_street_ends(words)
        self.key = f"{self.number} {' '.join(self.words)}" if self.number and self.words else ""
        self._patterns: dict[bool, re.Pattern[str]] = {}

    @property
    def findable(self) -> bool:
        """Whether it is definite enough to be looked for in texts."""
        return bool(self.words) and (bool(self.number) or len(self.words) > 1)

    def take_out(self, text: str, own: bool) -> str:
        """The text with this street replaced by `MARK`.

        In the row's own texts (`own`) the street without its number tells it too.
        """
        # Compiling is dear, so a text that lacks the street's first word is left at once.
        if not self.findable or self._first_word not in text.lower():
            return text
        if own not in self._patterns:
            self._patterns[own] = self._pattern(own)
        return self._patterns[own].sub(MARK, text)

    @property
    def _first_word(self) -> str:
        word = self.words[0]
        return word[0] if word in SUFFIXES or word in DIRECTIONS else word

    def _pattern(self, own: bool) -> re.Pattern[str]:
        name = [_spellings(word) for word in self.words]
        last_is_street = self.words[-1] in SUFFIXES or self.words[-1] in DIRECTIONS
        # "214 Willow" and "Willow 214" are the same house as "214 Willow Street".
        core = name[:-1] if last_is_street and len(name) > 1 else name
        tail = rf"(?:\W+{name[-1]}\b\.?)?" if core is not name else r"\b"
        street = r"\W+".join(core) + tail
        if not self.number:
            return re.compile(rf"\b{street}", re.IGNORECASE)
        direction = rf"(?:(?:{_ANY_DIRECTION})\b\W+)?"
        bare = r"\W+".join(core)
        number = re.escape(self.number)
        choices = [
            rf"\b{number}\W{{0,3}}{direction}{street}",
            rf"\b{bare}\W+(?:{name[-1]}\W+)?(?:no\W+)?{number}\b",
        ]
        if own and last_is_street:
            whole = r"\W+".join(name)
            choices.append(rf"\b{direction}{whole}\b\.?")
        return re.compile("|".join(choices), re.IGNORECASE)


def _until_street_ends(words: list[str]) -> list[str]:
    """The words up to the street word, each in its full spelling; a direction in front dropped."""
    full = [_full(word) for word in words]
    if len(full) > 2 and full[0] in DIRECTIONS:
        full = full[1:]
    for position, word in enumerate(full):
        if position and word in SUFFIXES:
            return full[: position + 1]
    return full[:4]


@cache
def _full(word: str) -> str:
    for table in (SUFFIXES, DIRECTIONS):
        for full, spellings in table.items():
            if word in spellings.split("|"):
                return full
    return word


def _spellings(word: str) -> str:
    table = SUFFIXES.get(word) or DIRECTIONS.get(word)
    return f"(?:{table})" if table else re.escape(word)


def take_out_places(text: str, postal_code: str | None) -> str:
    """The text without anything that looks like a street address, a point, or the row's ZIP."""
    for street in _STREETS_IN_TEXT:
        text = street.sub(MARK, text)
    text = _COORDINATES.sub(MARK, text)
    if postal_code:
        text = re.sub(rf"(?<!\d){re.escape(postal_code[:5])}(?:-\d{{4}})?(?!\d)", MARK, text)
    return text


def tells_place(column: str) -> bool:
    """Whether a source column's name says that it holds an address or a point."""
    return bool(_TOLD_BY_KEY.search(column))
