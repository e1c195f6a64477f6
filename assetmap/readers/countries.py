"""Which country, region and time zone an address is in, from its own words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from assetmap import vocabulary
from assetmap.places import fold, timezone_of_zip
from assetmap.readers.addresses import split_address

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
