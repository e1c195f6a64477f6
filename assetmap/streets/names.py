"""Street names: the words they are made of, and a written name in its parts.

The words and the numbers that addresses spell out are rows of street_words.csv and
number_words.csv.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold

_STREET_ROWS = vocabulary.read_rows(vocabulary.FOLDER / "street_words.csv")
_NUMBER_ROWS = vocabulary.read_rows(vocabulary.FOLDER / "number_words.csv")


def _spellings(part: str) -> dict[str, str]:
    """Word in full → its spellings, as a choice of patterns."""
    return {row["id"]: row["spellings"] for row in _STREET_ROWS if row["part"] == part}


def _values(part: str) -> dict[str, int]:
    return {row["id"]: int(row["value"]) for row in _NUMBER_ROWS if row["part"] == part}


SUFFIXES = _spellings("suffix")
DIRECTIONS = _spellings("direction")
OTHER_SPELLINGS = _spellings("name")
# What only files of address ranges call streets: too many ordinary words to look for in texts.
RANGE_SUFFIXES = _spellings("range")
TENS = _values("tens")
ONES = _values("ones")
HUNDREDS = _values("hundreds")
THOUSANDS = _values("thousands")
# Numbers that addresses spell out: "One Hope Way".
NUMBER_WORDS = {row["id"]: row["value"] for row in _NUMBER_ROWS if row["house"]}
# "US Highway 51", "State Route 51", "Hwy 51": all `numbered 51`.
NUMBERED = r"(?:(?:u\W?s|state|county|old)\W{0,3}){0,3}(?:highway|hiway|hwy|route|rte|rt|u\W?s)"
ANY_SUFFIX = "|".join(SUFFIXES.values())
ANY_DIRECTION = "|".join(DIRECTIONS.values())
WORD = r"[A-Za-z0-9'’]+"
NUMBER = r"(?:[NSEW]\d{1,5}){0,2}\d{1,6}(?:[A-Za-z]\b|-\d{1,6}\b|\s1[/⁄]2)?"

# "US Hwy 74", "State Rte 211", "NC-211", "Co Rd 900", "CR 900", "Fm Rd 20", "I- 95".
_ROUTE = re.compile(
    r"(?:(?P<us>u s|us|united states)|(?P<county>county|co|cr)|(?P<farm>fm|farm to market)"
    r"|(?P<interstate>i|interstate)"
    r"|(?P<state>state|st|[a-z]{2}(?= (?:hwy|highway|rte|route|\d))))?\s*"
    r"(?:hwy|highway|hiway|rte|route|rt|rd|road)?\s+(?P<number>\d{1,4}[a-z]?)"
)
_ROUTE_WORD = re.compile(r"\b(hwy|highway|hiway|rte|route|rt)\b")
_UNIT = re.compile(
    r"(?:,|\s)\s*(?:(?:apt|apartment|unit|suite|ste|room|rm|lot|floor|fl|bldg|building)\b\.?\s*"
    r"|#\s*)[\w-]{1,6}(?=\s*(?:,|$|\s))",
    re.IGNORECASE,
)
_UNIT_ALONE = re.compile(
    r"(?:(?:apt|apartment|unit|suite|ste|room|rm|lot|floor|fl|bldg|building)\b\.?\s*#?\s*|#\s*)"
    r"(?:[a-z]|[\w-]{0,5}\d[\w-]{0,5})",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"\s*(?P<number>(?:[NSEW]\d{1,5}){0,2}\d{1,6}(?:-\d{1,6})?|[A-Z]{1,2}\d{1,5})"
    r"(?P<letter>[A-Za-z])?(?:\s+1/2)?[\s,]+(?P<street>\S.*)",
    re.IGNORECASE,
)


class StreetName(NamedTuple):
    """A street's name: its words in full spelling, its type ("" = not written), its directions."""

    words: tuple[str, ...]
    type: str
    directions: frozenset[str]


class House(NamedTuple):
    """A house number as text and what follows it."""

    prefix: str
    number: int
    street: str


@cache
def _spelled() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """spelling → (street type, direction, other word) in full."""
    types = {part: full for full, cell in SUFFIXES.items() for part in cell.split("|")}
    for full, cell in RANGE_SUFFIXES.items():
        types |= dict.fromkeys(cell.split("|"), full)
    directions = {part: full for full, cell in DIRECTIONS.items() for part in cell.split("|")}
    others = {
        part: full
        for full, cell in OTHER_SPELLINGS.items()
        for part in cell.split("|")
        if re.fullmatch(r"\w+", part)
    }
    return types, directions, others


def street_name(written: str) -> StreetName:
    """The parts of a street name as TIGER or people write it.

    >>> street_name("SW 1st Ave")
    StreetName(words=('first',), type='avenue', directions=frozenset({'southwest'}))
    """
    types, directions, others = _spelled()
    plain = re.sub(r"[^a-z0-9 ]+", " ", fold(written))
    plain = " ".join(plain.split())
    tokens = plain.split()
    result: set[str] = set()
    while len(tokens) > 1 and tokens[-1] in directions and not _ends_in_type_of(tokens, types):
        result.add(directions[tokens.pop()])
    if len(tokens) > 1 and tokens[0] in directions:
        rest = tokens[1:]
        # "N St" is a street called N.
        if not (len(rest) == 1 and rest[0] in types):
            result.add(directions[tokens[0]])
            tokens = rest
    route = _ROUTE.fullmatch(" ".join(tokens))
    kinds = ("us", "state", "county", "farm", "interstate")
    kind = next((name for name in kinds if route and route[name]), "")
    if route and (kind or _ROUTE_WORD.search(" ".join(tokens))):
        # "Co Rd" and "St Rd" say it by the road; plain "Rd 3" is a name.
        return StreetName(("route", route["number"]), kind, frozenset(result))
    kind = ""
    if len(tokens) > 1 and tokens[-1] in types:
        kind = types[tokens.pop()]
    words = [_full(token, not place, types, others) for place, token in enumerate(tokens)]
    if "martin luther king" in " ".join(words):
        words = ["mlk"]
    words = [word for word in words if word not in ("jr", "sr")] or words
    return StreetName(tuple(words), kind, frozenset(result))


def _ends_in_type_of(tokens: list[str], types: dict[str, str]) -> bool:
    """Whether what stands before the last word is a street type alone ("Avenue E")."""
    return len(tokens) == 2 and tokens[0] in types


def _full(token: str, first: bool, types: dict[str, str], others: dict[str, str]) -> str:
    if first and token in ("st", "ste"):
        return "saint"
    if token in others:
        return others[token]
    return types.get(token, token)


def agree(first: StreetName, other: StreetName) -> bool:
    """Whether both may be one street; a type or direction left out tells nothing."""
    if first.words != other.words:
        return False
    if first.type and other.type and first.type != other.type:
        return False
    return not first.directions or not other.directions or first.directions == other.directions


def house_of(text: str) -> House | None:
    """The house number at the start of a line of address, and the street after it."""
    line = _UNIT.sub("", text.strip())
    match = _HOUSE.fullmatch(line)
    if match is None or not re.search("[A-Za-z]|\\d", match["street"]):
        first, _, rest = line.partition(" ")
        if first.lower() in NUMBER_WORDS and rest:
            return House("", int(NUMBER_WORDS[first.lower()]), rest)
        return None
    street = match["street"]
    prefix, number = number_parts(match["number"])
    return House(prefix, number, street)


def is_unit(written: str) -> bool:
    """Whether a part of an address is only an apartment or a suite ("Unit B", "#4")."""
    return _UNIT_ALONE.fullmatch(written.strip()) is not None


def number_parts(written: str) -> tuple[str, int]:
    """("N6W", 23001) of `N6W23001`: a prefix as it is, and the last digits."""
    match = re.fullmatch(r"(.*?)(\d+)[A-Za-z]?", written.strip())
    if match is None:
        return written.strip().upper(), -1
    return match[1].upper(), int(match[2])


@cache
def in_full(written: str) -> str:
    """A name on the map as a label says it, its type in full: `Main St` as `Main Street`."""
    tokens = written.split()
    types = _spelled()[0]
    last = next((n for n in range(len(tokens) - 1, 0, -1) if tokens[n].lower() in types), None)
    if last is None or last < len(tokens) - 2 or street_name(written).words[:1] == ("route",):
        return written
    return " ".join([*tokens[:last], types[tokens[last].lower()].capitalize(), *tokens[last + 1 :]])
