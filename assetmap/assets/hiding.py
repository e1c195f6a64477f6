"""Keeping addresses that protect somebody out of everything that leaves `assets.check`.

A home whose street is private is given away by its street in any text, by its ZIP, by a link to
a map and by distances to its point (three rounded searches locate it to some 60 m). So the point
becomes its town's, and the street, ZIP and coordinates are taken out of every text of the row,
out of every other row that names the same house, and out of the problems that speak of them.
`GuardedHomes` finds such homes in texts that name their house, and at their door.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache

import numpy as np

from assetmap import vocabulary
from assetmap.assets.draft import Draft
from assetmap.places import distance_m, fold
from assetmap.streets import (
    ANY_DIRECTION,
    NUMBER,
    NUMBER_WORDS,
    SUFFIXES,
    WORD,
    Street,
    plain,
    replace,
    spelled_numbers,
)

__all__ = [
    "MARK",
    "Street",
    "near_point",
    "plain",
    "take_out_places",
    "take_out_spread",
    "tells_place",
    "without_street_name",
]

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
    re.compile(
        r"(?<!\d)[+-]?\d{1,3}\.\d{3,15}(?!\d)[^\d\n]{1,14}?[+-]?\d{1,3}\.\d{3,15}(?!\d)"
        r"\s{0,2}°?\s{0,2}[EW]?\b"
    ),
    re.compile(
        r"(?<!\d)\d{1,3}\s{0,2}[°º]\s{0,2}\d{1,2}(?:[.,]\d{1,9})?\s{0,2}['’′´]"
        r"(?:\s{0,2}\d{1,2}(?:[.,]\d{1,9})?\s{0,2}(?:[\"”″]|''))?(?:\s{0,2}[NSEWO]\b)?"
    ),
    # "37 54 48 N" and "37d54m48s N".
    re.compile(
        r"\b\d{1,3}[d°:\s]\s?\d{1,2}[m':\s]\s?\d{1,2}(?:\.\d{1,6})?\s?[s\"]?\s?[NSEW]\b", re.I
    ),
    # "N37 54.814 W89 03.475".
    re.compile(r"\b[NSEWO]\s?\d{1,3}[\s°º]\s?\d{1,2}[.,]\d{1,6}(?!\d)['’′]?", re.IGNORECASE),
    # UTM with its zone, or an easting and a northing: "16S 319012 4197880".
    re.compile(
        r"\b(?:(?:utm|zone|zona)\W{1,3}){0,2}(?:\d{1,2}\s?[C-HJ-NP-X]\W{1,3})?"
        r"\d{6}(?:\.\d{1,4})?\s?m?\s?E?\W{1,3}\d{7}(?:\.\d{1,4})?(?!\d)(?:\s?m?\s?N\b)?",
        re.IGNORECASE,
    ),
    # The military grid: "16S BG 19012 97880".
    re.compile(
        r"\b\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{3,5}\s\d{3,5}|\d{6}|\d{8}|\d{10})(?!\d)",
        re.IGNORECASE,
    ),
    # "37 54.814 N, 89 3.475 W".
    re.compile(r"(?<!\d)\d{1,3}[\s°º]\s?\d{1,2}[.,]\d{1,6}\s?['’′]?\s?[NSEWO]\b"),
    # Two numbers that say of themselves that they are a point, however rough.
    re.compile(
        r"\b(?:lat|latitude|latitud)\b\W{0,4}-?\d{1,3}[.,]\d{1,15}\D{1,20}?"
        r"(?:lon|lng|long|longitude|longitud)\b\W{0,4}-?\d{1,3}[.,]\d{1,15}",
        re.IGNORECASE,
    ),
    # A parcel's number finds its house in the county's own map.
    re.compile(
        r"\b(?:parcel|apn|uprn|parcela)\b\W{0,4}(?:(?:id|no|number|numero)\b\W{1,3})?"
        r"\d[\d.-]{4,20}",
        re.IGNORECASE,
    ),
    # Open location codes: "86CF PQ4X+8R", "PQ4X+8R".
    re.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,4}\b"),
)
# what3words.
_THREE_WORDS = re.compile(
    r"(?:///|\b(?:what3words|what three words|w3w)\b\W{0,4}(?:(?:is|es|address)\W{1,3})?)"
    r"\w{1,40}\.\w{1,40}\.\w{1,40}",
    re.IGNORECASE,
)
_MAP_LINK = re.compile(
    r"(?<![\w-])(?:https?://)?(?:[\w-]{1,63}\.){0,5}(?:goo\.gl/maps|maps\.app\.goo\.gl|google\.[a-z.]+/maps|"
    r"maps\.google\.[a-z.]+|g\.page|maps\.apple\.com|openstreetmap\.org|osm\.org|waze\.com|"
    r"bing\.com/maps|mapquest\.com|what3words\.com|w3w\.co|plus\.codes)[^\s\"'<>]*",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"(?<!\d)[+-]?\d{1,3}[.,]\d{3,15}(?!\d)")
_GEOHASH = re.compile(r"\b[0-9b-hjkmnp-z]{6,12}\b", re.IGNORECASE)
_GEOHASH_LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz"
_ALONE = (r"(?<![\w$.:+-])(?<!\d\s)(?<!\d\)\s)", r"(?![\w:%]|-\d|[.,]\d|\s\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE_A_STREET = (
    r"(?:on|off|along|down|up|past|across|between|corner\W{1,3}(?:of|at)|cross\W{1,3}streets?|"
    r"intersection\W{1,3}of|street\W{1,3}is|sobre|calle|esquina\W{1,3}(?:de|con)|entre|"
    r"cruce\W{1,3}(?:de|con)|avenida|camino)\W{1,3}(?:(?:the|la|el|de|of)\W{1,3}){0,2}"
)
_BETWEEN_STREETS = r"and|&|at|y|con|near|off|@|/"
_BEFORE_A_NUMBER = (
    r"\b(?:ring|rings|bell|buzz|buzzer|door|knock|number|no|nr|num|house|at|unit|gate|code|timbre|"
    r"toque|puerta|casa|numero)\b\W{1,3}(?:(?:at|is|on|no|number|door|the|la|en|es)\b\W{1,3}){0,2}"
)
_TOLD_BY_KEY = re.compile(
    r"addr|street|(^|[^a-z])(lat|lon|lng|latitude|longitude|zip|zip.?code|geo|coord|coordinates?|x|y)([^a-z]|$)|postal|"
    r"location|direction|map|cross.?road|intersection|parcel",
    re.IGNORECASE,
)
# A row without an address this close to a guarded home's door may be that home.
SAME_DOOR_M = 25.0
MANY_AT_ONE_POINT = 4
# Longer than any address; what stands behind is a remark.
_LONGEST_ADDRESS = 400
Position = tuple[int, int]


def take_out_places(text: str, postal_code: str | None) -> str:
    """The text without anything that looks like a street address, a point, or the row's ZIP."""
    text = _THREE_WORDS.sub(MARK, _MAP_LINK.sub(MARK, text))
    if any(char.isdigit() for char in plain(text)[0]):
        for pattern in (*_STREETS_IN_TEXT, *_POINTS_IN_TEXT):
            text = replace(pattern, text, MARK)
    return without_postal_code(text, postal_code) if postal_code else text


def without_postal_code(text: str, postal_code: str) -> str:
    """The text without the ZIP code, alone or with its four further digits."""
    code = re.compile(rf"(?<!\d){re.escape(postal_code[:5])}(?:-\d{{4}})?(?!\d)")
    return replace(code, text, MARK)


def near_point(text: str, lat: float, lon: float) -> str:
    """The text without numbers of three decimals or more that lie within 0.05° of the point."""

    def told(match: re.Match[str]) -> str:
        value = abs(float(match[0].replace(",", ".")))
        near = min(abs(value - abs(lat)), abs(value - abs(lon))) < 0.05
        return MARK if near else match[0]

    start = _geohash(lat, lon)
    text = _GEOHASH.sub(
        lambda match: MARK if match[0].lower().startswith(start) else match[0], text
    )
    return _DECIMAL.sub(told, text)


def _geohash(lat: float, lon: float) -> str:
    """The first six letters of the point's geohash, a square of about a kilometre."""
    low, high = [-90.0, -180.0], [90.0, 180.0]
    value, letters = 0, ""
    for bit in range(30):
        axis = 1 - bit % 2
        middle = (low[axis] + high[axis]) / 2
        above = (lat, lon)[axis] >= middle
        (low if above else high)[axis] = middle
        value = value * 2 + above
        if bit % 5 == 4:
            letters += _GEOHASH_LETTERS[value]
            value = 0
    return letters


def without_number(text: str, numbers: frozenset[str], anywhere: bool) -> str:
    """The text without house numbers of three digits or more that stand alone.

    In what people read they are taken out after a word like "ring" or "door" only, unless
    `anywhere` or the number has four digits and is no year: "214 people came" is no address. Parts
    of phone numbers, times and amounts stay. A number in words goes like one in digits.
    """
    for number in numbers:
        if len(number) < 3:
            continue
        free = anywhere or (len(number) > 3 and not _YEAR.fullmatch(number))
        cue = "" if free else _BEFORE_A_NUMBER
        written = f"{number[:-3]},?{number[-3:]}" if len(number) > 3 else number
        pattern = re.compile(f"{cue}{_ALONE[0]}{written}{_ALONE[1]}", re.I)
        text = replace(pattern, text, MARK)
        for run, meant in spelled_numbers(plain(text)[0]):
            if number in meant and " " in run.strip():
                text = replace(re.compile(rf"{cue}\b{re.escape(run)}\b", re.I), text, MARK)
    return text


def without_street_name(text: str, streets: Iterable[Street], named: str) -> str:
    """The text of a private row without the bare names of its streets: "behind the mill on Sabin".

    A name that is a word of ordinary talk ("Main", "Oak") goes only where the text says that it is
    a street: "corner of Oak", "off Main", "Oak and 9th". A word that the row is called by
    (`named`) is no secret.
    """
    known = set(re.findall(WORD, fold(named)))
    for street in streets:
        name = street.name
        if not name or not street.findable or set(name) <= known:
            continue
        text = replace(_bare_name(name, street.suffix), text, MARK)
    return text


@lru_cache(maxsize=256)
def _bare_name(name: tuple[str, ...], suffix: str) -> re.Pattern[str]:
    """Where a street's name alone tells it."""
    whole = "".join(name)
    telling = len(whole) > 4 and not all(word in _ordinary_words() for word in name)
    # "Quill back" and "Quill-back" are read as one word.
    apart = r"[\s-]?" if len(whole) > 6 else ""
    spelled = r"[\s-]{1,3}".join(apart.join(map(re.escape, word)) for word in name)
    street = rf"(?:\W{{1,3}}(?:{SUFFIXES[suffix]})\b\.?)?" if suffix else ""
    written = rf"(?<!\w){spelled}(?:['’]?s)?(?!\w){street}"
    if telling:
        # A neighbour's number beside it leads to the same doors.
        return re.compile(rf"(?:\b\w{{0,2}}\d[\w-]{{0,6}}\W{{1,3}})?{written}", re.IGNORECASE)
    return re.compile(
        rf"\b(?:{_BEFORE_A_STREET}){written}|{written}(?=\W{{1,3}}(?:{_BETWEEN_STREETS})\W{{1,3}}"
        rf"(?:\d|[A-Z]))",
        re.IGNORECASE,
    )


@cache
def _ordinary_words() -> frozenset[str]:
    """Words that many streets are called by and that are said of other things too."""
    files = ("street_name_words.csv", "given_names.csv")
    rows = (row for file in files for row in vocabulary.read_rows(vocabulary.FOLDER / file))
    return frozenset(row["id"] for row in rows)


def take_out_spread(text: str, numbers: frozenset[str], names: frozenset[str]) -> str:
    """The text without a house number or street name whose signs are written apart.

    "Q u i l l b a c k" goes wherever it stands; "44-17" or "4 4 1 7" only beside the street's name
    or what was taken out, for elsewhere it may be a score or a date.
    """
    names = frozenset(name for name in names if len(name) > 3)
    numbers = frozenset(number for number in numbers if len(number) > 1)
    if names:
        text = replace(_spread_names(names), text, MARK)
    if not numbers or not any(char.isdigit() for char in plain(text)[0]):
        return text
    return replace(_spread_numbers(numbers, names), text, MARK)


@lru_cache(maxsize=256)
def _spread_names(names: frozenset[str]) -> re.Pattern[str]:
    spelled = "|".join(r"[\s._*·-]{1,2}".join(map(re.escape, name)) for name in sorted(names))
    return re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=256)
def _spread_numbers(numbers: frozenset[str], names: frozenset[str]) -> re.Pattern[str]:
    spelled = "|".join(r"[\s._*·-]{0,2}".join(number) for number in sorted(numbers))
    beside = "|".join([re.escape(MARK), *(rf"\b{re.escape(name)}\b" for name in sorted(names))])
    number, between = rf"(?<!\d)(?:{spelled})(?!\d)", r"[\s,#.:(-]{0,4}"
    pattern = rf"{number}{between}(?:{beside})|(?:{beside}){between}{number}"
    return re.compile(pattern, re.IGNORECASE)


def tells_place(column: str) -> bool:
    """Whether a source column's name says that it holds an address or a point."""
    return bool(_TOLD_BY_KEY.search(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)))


def street_of(draft: Draft, position: int) -> Street:
    """The street of the row at `position`, which has an address."""
    address = draft["address"][position][:_LONGEST_ADDRESS]
    return Street(address, draft["city"][position], draft["region"][position])


def streets_of(draft: Draft, position: int) -> list[Street]:
    """The streets of the row at `position`: its own, and those of rows merged into it."""
    own = [street_of(draft, position)] if draft["address"][position] else []
    city, region = draft["city"][position], draft["region"][position]
    return own + [Street(part[:_LONGEST_ADDRESS], city, region) for part in draft.also_at[position]]


class GuardedHomes:
    """The guarded houses, looked for only in texts that hold their number.

    `homes` are (position of the row, street), one for each street of a row.
    """

    def __init__(self, homes: Iterable[tuple[int, Street]]) -> None:
        self.homes = [(position, street) for position, street in homes if street.definite]
        self._by_number: dict[str, list[int]] = defaultdict(list)
        for position, (_, street) in enumerate(self.homes):
            for number in street.numbers:
                self._by_number[number].append(position)
                for word, value in NUMBER_WORDS.items():
                    if value == number:
                        self._by_number[word].append(position)

        spelled = [word for word in self._by_number if word.isalpha()]
        self._numbers = re.compile("|".join([r"\d+", *spelled]))

    def take_out(self, text: str, but: Street | None = None) -> str:
        """The text without the guarded houses, except the one that is `but`."""
        for position in self._mentioned(text):
            street = self.homes[position][1]
            if but is None or not street.same_house(but):
                text = street.take_out(text, False, MARK)
        return text

    def at_a_home(self, draft: Draft, position: int) -> bool:
        """Whether the address of the row at `position` is a guarded home's."""
        address = draft["address"][position]
        mentioned = self._mentioned(address)
        if not mentioned:
            return False
        own = street_of(draft, position)
        return any(
            _same_town(draft, position, home)
            and (street.same_house(own) or (not own.definite and street.stands_in(address)))
            for home, street in (self.homes[place] for place in mentioned)
        )

    def _mentioned(self, text: str) -> list[int]:
        if not self._by_number:
            return []
        result: dict[int, None] = {}
        view = plain(text)[0].lower()
        for number in self._numbers.findall(view):
            result.update(dict.fromkeys(self._by_number.get(number, ())))
        for _, numbers in spelled_numbers(view):
            for number in numbers:
                result.update(dict.fromkeys(self._by_number.get(number, ())))
        return list(result)


def _cell(lat: float, lon: float) -> Position:
    """The square of some 50 m that a point lies in."""
    return round(lat * 2000), round(lon * 2000)


def doors_of(draft: Draft, homes: GuardedHomes) -> dict[Position, list[tuple[float, float]]]:
    """Points of guarded homes, by square.

    A point that many rows share stands for a town or ZIP code and tells no door.
    """
    points = [(round(lat, 5), round(lon, 5)) for lat, lon in zip(draft.lat, draft.lon, strict=True)]
    shared = Counter(points)
    doors: dict[Position, list[tuple[float, float]]] = defaultdict(list)
    for home, _ in homes.homes:
        lat, lon = points[home]
        if not np.isnan(lat) and shared[lat, lon] <= MANY_AT_ONE_POINT:
            doors[_cell(lat, lon)].append((lat, lon))
    return doors


def at_a_door(
    draft: Draft, position: int, doors: dict[Position, list[tuple[float, float]]]
) -> bool:
    lat, lon = draft.lat[position], draft.lon[position]
    if np.isnan(lat):
        return False
    row, column = _cell(lat, lon)
    near = (
        door
        for north in (-1, 0, 1)
        for east in (-1, 0, 1)
        for door in doors.get((row + north, column + east), ())
    )
    return any(distance_m(lat, lon, *door) < SAME_DOOR_M for door in near)


def _same_town(draft: Draft, first: int, other: int) -> bool:
    for name in ("city", "postal_code"):
        mine, theirs = draft[name][first], draft[name][other]
        if mine and theirs and fold(mine) != fold(theirs):
            return False
    return True
