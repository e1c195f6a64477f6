"""What a read indicator file holds: ids of areas in their many spellings, and numbers.

Numbers are as tables of areas hold them: decimal commas, Census codes, hidden counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import Problem
from assetmap.indicators.ranks import MISSING
from assetmap.words import text

COLUMNS = ("area", "indicator", "value", "moe", "year", "suppressed")
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
HIDDEN = re.compile(
    r"(suppressed|hidden|not shown|\*+|<\s*1[01]|1\s*[-–]\s*9|1\s*[-–]\s*10|s)", re.I
)
MISSING_WORDS = frozenset(
    ("", "na", "n/a", "nan", "null", "none", "missing", "-", "–", ".", "..", "unknown", "n", "(x)")
)
# "250,000+" and "2,500-": the open ends of medians.
_OPEN_END = re.compile(r"-?[\d.]+[+-]")


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


@cache
def _codes() -> tuple[np.ndarray, np.ndarray]:
    """(all Census annotation numbers, those that mean a margin of 0)."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "census_codes.csv")
    numbers = np.array([float(row["number"]) for row in rows])
    return numbers, numbers[np.array([row["moe"] == "zero" for row in rows])]


@cache
def _code_texts() -> dict[str, str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "census_codes.csv")
    return {row["text"].casefold(): row["number"] for row in rows if row["text"]}


def without_codes(numbers: np.ndarray, margins: bool = False) -> np.ndarray:
    """The numbers with Census annotation codes as NaN; in margins −555555555 is 0."""
    codes, zero = _codes()
    out = np.where(np.isin(numbers, codes), np.nan, numbers)
    return np.where(np.isin(numbers, zero), 0.0, out) if margins else out


def census_numbers(values: pd.Series, margins: bool = False) -> np.ndarray:
    """Numbers of a Census table, where codes may be numbers or their texts (`*****`, `(X)`)."""
    plain = values.fillna("").astype("str").str.strip()
    plain = plain.str.replace(r"^[±+]\s*/?-?\s*", "", regex=True)
    plain = plain.str.replace(r"[,%$\s]", "", regex=True)
    coded = plain.str.casefold().map(_code_texts())
    plain = plain.where(coded.isna(), coded)
    ends = plain.str.fullmatch(_OPEN_END).fillna(False).astype(bool)
    plain = plain.mask(ends, plain.str[:-1])
    numbers = pd.to_numeric(plain, errors="coerce").to_numpy(float).copy()
    numbers = without_codes(numbers, margins)
    numbers[np.isinf(numbers) | (numbers == MISSING)] = np.nan
    if margins:
        numbers[numbers < 0] = np.nan
    return numbers


def decimal_comma(frame: pd.DataFrame, delimiter: str) -> bool:
    """Whether the commas of a table split at `delimiter` are decimal: `12,5` in a semicolon file.

    A comma before three digits may be a thousands mark; one before one, two or four is decimal.
    """
    if delimiter == ",":
        return False
    decimal = thousands = 0
    for name in frame:
        cells = frame[name].astype("str").str.strip()
        decimal += int(cells.str.fullmatch(r"-?\d+,(\d{1,2}|\d{4,})%?").sum())
        decimal += int(cells.str.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+").sum())
        thousands += int(cells.str.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?").sum())
    return decimal > 0 and decimal >= thousands / 10


def with_points(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with decimal commas written as points."""
    pattern = r"-?\d{1,3}(\.\d{3})*,\d+%?|-?\d+,\d+%?"
    out = frame.copy()
    for name in frame:
        cells = frame[name].astype("str")
        number = cells.str.strip().str.fullmatch(pattern).fillna(False).astype(bool)
        if number.any():
            points = cells.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
            out[name] = cells.where(~number, points)
    return out


def said_numbers(
    values: pd.Series, field: str, source: str, problems: list[Problem], margins: bool = False
) -> np.ndarray:
    """Numbers of a plain table; a cell that is none is said, Census codes are said together."""
    plain = values.str.replace(r"[,%$\s]", "", regex=True)
    plain = plain.mask(plain.str.lower().isin(MISSING_WORDS), "")
    numbers = pd.to_numeric(plain, errors="coerce").to_numpy(float).copy()
    for row in np.flatnonzero(np.isnan(numbers) & (plain != "").to_numpy()):
        cell = values.iat[row]
        note = text("indicators.no_number", row=row + 1, source=source, field=field, value=cell)
        problems.append(Problem(int(row) + 1, field, cell, "kept", note, source))
    coded = np.isin(numbers, _codes()[0])
    if coded.any():
        first = int(np.flatnonzero(coded)[0])
        value = values.iat[first]
        note = text("indicators.codes", source=source, field=field, n=int(coded.sum()), value=value)
        problems.append(Problem(None, field, value, "fixed", note, source))
    numbers = without_codes(numbers, margins)
    numbers[numbers == MISSING] = np.nan
    numbers[np.isinf(numbers)] = np.nan
    return numbers
