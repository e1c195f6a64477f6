"""What a read indicator file holds, and which areas its many ways of writing an id speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from assetmap.fields import Problem
from assetmap.words import text

COLUMNS = ("area", "indicator", "value", "moe", "year", "suppressed")


class IndicatorError(ValueError):
    """The indicator file cannot be read at all; the message is one plain sentence."""


class Indicators(NamedTuple):
    """What a file says of areas.

    table: area (text) · indicator · value (NaN when missing or hidden) · moe (90%) · year ·
    suppressed. themes: theme → indicators; descending: those where less is more need (both only
    known of some formats). population, adults: by area, where the file tells. notes: per indicator
    unit, direction, theme, labels and source, as in indicators.toml, where the format tells.
    """

    table: pd.DataFrame
    problems: list[Problem]
    themes: dict[str, list[str]]
    descending: tuple[str, ...]
    population: pd.Series | None = None
    adults: pd.Series | None = None
    notes: Mapping[str, Mapping[str, str]] = {}


ID_COLUMNS = (
    "geo_id", "geoid", "geoidfq", "affgeoid", "fips", "gisjoin", "herop_id", "locationid",
    "geoid20", "geoid10", "area", "area_id", "areaid", "tract", "tractfips", "county_fips",
    "countyfips", "id",
)  # fmt: skip
# Other columns that say where a row is, not how it fares.
PLACE_COLUMNS = frozenset(
    ("name", "name_e", "namelsad", "state", "county", "tract", "us", "st", "st_abbr", "stcnty",
     "location", "geography", "geographic_area_name", "statefp", "countyfp", "tractce", "statea",
     "countya", "tracta", "tl_geo_id", "stusab", "district", "block_group", "place", "year",
     "geolocation", "stateabbr", "statedesc", "countyname", "label", "region", "lat", "lon",
     "latitude", "longitude")
) | frozenset(ID_COLUMNS)  # fmt: skip
_FULL = re.compile(r"\d{3}[0-9A-Z]{0,6}US(\d+)", re.IGNORECASE)
_GISJOIN = re.compile(r"G(\d\d)0(\d{3})0?(\d*)", re.IGNORECASE)
_FLOAT = re.compile(r"(\d+)\.0+")


class Matched(NamedTuple):
    """Indicators whose area ids are those of the areas; how many of these they speak of; what was
    said."""

    indicators: Indicators
    areas: int
    problems: list[Problem]


def fold(name: object) -> str:
    """A column name without case and signs."""
    return re.sub(r"[^a-z0-9]+", "_", str(name).strip().lower()).strip("_")


def plain_id(written: str) -> str:
    """The GEOID in `1400000US37155960101`, `140US…` or `G3701550960101`; other ids as they are."""
    written = written.strip()
    full = _FULL.fullmatch(written)
    if full:
        return full[1]
    joined = _GISJOIN.fullmatch(written)
    if joined and len(joined[3]) in (0, 6, 7):
        return joined[1] + joined[2] + joined[3]
    number = _FLOAT.fullmatch(written)
    return number[1] if number else written


def match_areas(read: Indicators, areas: Iterable[str], source: str = "indicators.csv") -> Matched:
    """The indicators, population and adults with ids written as the areas write theirs.

    Zeros that a spreadsheet took off are put back, `1400000US…` is cut to the GEOID, and tracts
    of Connecticut are joined across its change of counties (the last six digits stay). What still
    matches no area is kept in the table and said. Water-only tracts (99….) are not missed.
    """
    known = {str(area) for area in areas}
    table = read.table
    indexes = [
        item.index.astype("str") for item in (read.population, read.adults) if item is not None
    ]
    written = list(
        dict.fromkeys([*table["area"].astype("str"), *(a for ids in indexes for a in ids)])
    )
    lengths = {len(area) for area in known if area.isdigit()}
    width = lengths.pop() if len(lengths) == 1 else 0
    connecticut = _by_tract(known)
    ids: dict[str, str] = {}
    padded = moved = 0
    for area in written:
        result = area if area in known else plain_id(area)
        short = result.isdigit() and 0 < width - len(result) <= 2
        if result not in known and short and result.zfill(width) in known:
            result = result.zfill(width)
            padded += 1
        if result not in known and len(result) == 11 and result.startswith("09"):
            over = connecticut.get(result[-6:], [])
            if len(over) == 1:
                result = over[0]
                moved += 1
        ids[area] = result
    out = read._replace(
        table=table.assign(area=table["area"].astype("str").map(ids)),
        population=_renamed(read.population, ids),
        adults=_renamed(read.adults, ids),
    )
    problems: list[Problem] = []

    def say(severity: str, value: str, note: str) -> None:
        problems.append(Problem(None, "area", value, severity, note, source))

    if padded:
        say("fixed", "", text("indicators.padded", source=source, n=padded, width=width))
    if moved:
        say("guessed", "", text("indicators.connecticut", source=source, n=moved))
    matched = known & set(ids.values())
    strange = [area for area in ids.values() if area not in known and not _is_water(area)]
    if len(matched) < len(known) or strange:
        n, total = len(matched), len(known)
        severity = "kept" if matched else "rejected"
        say(severity, "", text("indicators.matched", source=source, matched=n, total=total))
    if strange:
        shown = ", ".join(strange[:3])
        say(
            "kept", strange[0], text("indicators.strange", source=source, n=len(strange), ids=shown)
        )
    return Matched(out, len(matched), problems)


def _renamed(series: pd.Series | None, ids: Mapping[str, str]) -> pd.Series | None:
    if series is None:
        return None
    out = series.rename(index=lambda area: ids[str(area)])
    return out[~out.index.duplicated()]


def _is_water(area: str) -> bool:
    return len(area) == 11 and area[5:7] == "99"


def _by_tract(known: set[str]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for area in known:
        if len(area) == 11 and area.startswith("09"):
            result.setdefault(area[-6:], []).append(area)
    return result
