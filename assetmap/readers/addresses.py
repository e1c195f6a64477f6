"""One line of address to its parts, country, region and time zone, only where these are sure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from assetmap import vocabulary
from assetmap.places import fold, timezone_of_zip, zip_code

STATES = {
    fold(row["name"]): row["code"]
    for row in vocabulary.read_rows(vocabulary.FOLDER / "regions.csv")
    if row["country"] == "US"
}
"""Folded name of a US state → its two letters."""
_CODES = frozenset(STATES.values())
_NAMES = "|".join(sorted((name.replace(" ", r"\s+") for name in STATES), key=len, reverse=True))
_END = re.compile(
    rf"^(?P<head>.*?)[\s,]+(?P<state>[A-Za-z]{{2}}|{_NAMES})\.?[\s,]+(?P<zip>\d{{5}})(?:-\d{{4}})?"
    r"(?P<country>[\s,]+(?:USA|U\.S\.A\.?|US|United States(?: of America)?))?[\s.,]*$",
    re.IGNORECASE | re.DOTALL,
)
_NO_ZIP = re.compile(
    rf"^(?P<head>[^\d]+|.+,.+?),\s*(?P<state>[A-Z]{{2}}|{_NAMES})"
    r"(?P<zip>)(?P<country>,\s*(?:USA|US|United States))?\s*$",
    re.IGNORECASE | re.DOTALL,
)


# What is longer is a text about a place; the search for its parts would not end.
_LONGEST_LINE = 400
_TOWN = re.compile(r"[A-Za-zÀ-ÿ.' -]{2,40}")
_STREET_WORD = re.compile(
    r"\b(street|avenue|ave|road|rd|drive|dr|lane|ln|blvd|boulevard|highway|hwy|circle|court|ct|"
    r"way|pike|parkway|pkwy|suite|ste|apt|unit|room|floor|box|building|bldg)\b|\bst\.?$",
    re.IGNORECASE,
)
_TWO_ADDRESSES = re.compile(r"\b[A-Z]{2}\s+\d{5}\b")
_NO_ADDRESS = re.compile(
    r"(contact|call|ask|various|varies|multiple|several|many|statewide|state-wide|countywide|"
    r"county-wide|nationwide|regional|online|virtual|zoom|tbd|tba|to be|n/?a$|unknown|mobile$|"
    r"confidential|undisclosed|llame|varios|varias|en l[ií]nea)\b[^\d]*",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """Street, town, two-letter state and ZIP of a US address; "" for a part that is not there."""

    street: str
    city: str
    region: str
    postal_code: str


def state_code(text: str) -> str:
    """Two letters for a US state however it is written (".TX", "Texas"); else `text` as it is."""
    plain = fold(text).strip(" .")
    if plain.upper() in _CODES:
        return plain.upper()
    return STATES.get(plain, text)


def towns_of_zip(code: str) -> tuple[str, ...]:
    """Names of the towns that a US ZIP code serves."""
    result = zip_code(code)
    return result.towns if result is not None else ()


def split_address(line: str) -> Address | None:
    """The parts of "12 Main St Milltown IL 62999", or None when they are not sure.

    The town is sure when a comma stands before it and no street word in it, or when it is a town
    of its ZIP code.
    """
    if len(line) > _LONGEST_LINE:
        return None
    text = re.sub(r"\s*\n\s*", ", ", line.strip())
    match = _END.match(text) or _NO_ZIP.match(text)
    if not match:
        return None
    state = state_code(match["state"])
    if state not in _CODES:
        return None
    head = match["head"].rstrip(" ,")
    last = head.rpartition(",")[2].strip()
    sure = "," in head or not match["zip"]
    town = last if sure and _TOWN.fullmatch(last) and not _STREET_WORD.search(last) else ""
    town = town or _town_at_end(head, match["zip"])
    if not town:
        return None
    street = head[: len(head) - len(town)].rstrip(" ,")
    if _TWO_ADDRESSES.search(street):
        return None
    return Address(street, town, state, match["zip"])


def _town_at_end(head: str, code: str) -> str:
    folded = fold(head)
    for name in sorted(towns_of_zip(code) if code else (), key=len, reverse=True):
        plain = fold(name)
        if folded == plain or folded.endswith(f" {plain}"):
            words = len(plain.split())
            tail = re.search(rf"(?:\S+[\s.]+){{{words - 1}}}\S+$", head)
            if tail and fold(tail[0]) == plain:
                return tail[0]
    return ""


def is_vague(line: str) -> bool:
    """Whether a cell of addresses names no place ("Various churches", "Call for location")."""
    return bool(_NO_ADDRESS.fullmatch(line.strip()))


def restore_zip(text: str, region: str = "") -> str | None:
    """A US ZIP code that a spreadsheet took the zeros or the hyphen from; None when it did not.

    Zeros are put back only where that gives a ZIP code there is, in the state named.
    """
    digits = re.sub(r"\.0+$", "", text.strip())
    plus_four = re.fullmatch(r"(\d{3,5})[- ]?\d{4}", digits) if "-" in digits else None
    if re.fullmatch(r"\d{9}", digits):
        digits = digits[:5]
    elif plus_four:
        digits = plus_four[1]
    if not re.fullmatch(r"\d{3,5}", digits):
        return None
    code = digits.zfill(5)
    if code == text.strip() or (len(digits) < 5 and not _zip_is_in(code, region)):
        return None
    return code


def _zip_is_in(code: str, region: str) -> bool:
    result = zip_code(code)
    return result is not None and (not region or result.state == state_code(region))


_ALIASES = vocabulary.word_map("country")
_CANADIAN = re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d\b", re.IGNORECASE)
_BRITISH = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_DIGITS = re.compile(r"\b\d{3,6}\b")


class CountryAddress(NamedTuple):
    """The parts of an address in any country; "" for a part that is not there or not sure."""

    street: str
    city: str
    region: str
    postal_code: str
    country: str


class Region(NamedTuple):
    """A state or province, and its time zone ("" where it has more than one)."""

    code: str
    timezone: str


@cache
def _names() -> dict[str, str]:
    result: dict[str, str] = {}
    for language in ("en", "es", "fr"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "UN", "XA", "XB"):
                result.setdefault(_plain(name), code)
    return {**result, **_ALIASES}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


@lru_cache(maxsize=4096)
def country_code(text: str | None) -> str | None:
    """Two letters for a country's code or its name in English, Spanish or French; else None."""
    plain = _plain(text or "")
    if plain in _names():
        return _names()[plain]
    upper = plain.upper()
    return upper if upper in _names().values() and len(upper) == 2 else None


@cache
def _regions() -> dict[tuple[str, str], Region]:
    result: dict[tuple[str, str], Region] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "regions.csv"):
        region = Region(row["code"], row["timezone"])
        result[row["country"], _plain(row["name"])] = region
        result[row["country"], row["code"].lower()] = region
    return result


def region_of(country: str, text: str) -> Region | None:
    """The state or province of `country` that `text` names, by name or code."""
    return _regions().get((country, _plain(text)))


@lru_cache(maxsize=16384)
def read_address(line: str) -> CountryAddress | None:
    """The parts of one line of address; None where nothing of it is sure.

    The country is sure where the line ends with its name, or with a postal code and province
    that only one country writes so.
    """
    parts = [part.strip() for part in re.split(r",|\n", line) if part.strip()]
    named = country_code(parts[-1]) if len(parts) > 1 and len(parts[-1]) > 1 else None
    if named is not None and len(parts[-1]) == 2 and parts[-1].upper() not in ("US", "UK"):
        named = None  # "CA" at the end is California
    if named in (None, "US"):
        american = split_address(line)
        if american is not None:
            return CountryAddress(*american, "US")
        if named == "US":
            return CountryAddress("", "", "", "", "US")
    body = parts[:-1] if named else parts
    if not body:
        return None
    if named is None:
        named = _by_postal_code(body)
        if named is None:
            return None
    return _abroad(body, named)


def _by_postal_code(parts: list[str]) -> str | None:
    code = _CANADIAN.search(parts[-1])
    if code and region_of("CA", parts[-1].replace(code[0], "")):
        return "CA"
    return None


def _abroad(parts: list[str], country: str) -> CountryAddress:
    postal = ""
    pattern = {"CA": _CANADIAN, "GB": _BRITISH}.get(country, _DIGITS)
    for position in range(len(parts) - 1, max(len(parts) - 3, 0 if len(parts) > 1 else -1), -1):
        match = pattern.search(parts[position])
        if match:
            postal = match[0].upper()
            parts = [*parts]
            parts[position] = " ".join(parts[position].replace(match[0], " ").split())
            break
    parts = [part for part in parts if part]
    region = ""
    if parts and (known := region_of(country, parts[-1])):
        region, parts = known.code, parts[:-1]
    elif len(parts) == 1 or (parts and not region):
        # "Edmonton AB" in one part.
        words = parts[-1].rsplit(" ", 1)
        known = region_of(country, words[-1]) if len(words) == 2 else None
        if known:
            region, parts = known.code, [*parts[:-1], words[0]]
    city = ""
    if parts and not re.match(r"\d", parts[-1]):
        city, parts = parts[-1], parts[:-1]
    return CountryAddress(", ".join(parts), city, region, postal, country)


def timezone_of_place(country: str, region: str = "", postal_code: str = "") -> str | None:
    """The IANA time zone of a place, where country, region or US ZIP code leave only one."""
    if country == "US" and postal_code and (zone := timezone_of_zip(postal_code[:5])):
        return zone
    known = region_of(country, region) if region else None
    if known is not None and known.timezone:
        return known.timezone
    zones = [str(zone) for zone in get_global("territory_zones").get(country, [])]
    return zones[0] if len(zones) == 1 or (zones and _alike(tuple(zones))) else None


@cache
def _alike(zones: tuple[str, ...]) -> bool:
    """Whether zones have told the same time for years (Berlin and Büsingen)."""
    months = [datetime(year, month, 15, tzinfo=UTC) for year in (2024, 2025) for month in (1, 7)]
    return len({tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in months)
                for zone in zones}) == 1  # fmt: skip
