"""Estimates of the American Community Survey, and the indicators worked out from them.

One long table: area (GEOID) · variable (`B17001_002`, `S1701_C02_001`, of NHGIS its own code) ·
value · moe (90%), in every form they are downloaded. Columns are found by name, never by place.

A share is p = x / y with margin √(M_x² − p²·M_y²) / y, the minus a plus where the root would be
negative; the margin of a sum is √ΣM², the largest margin of zero estimates counted once (U.S.
Census Bureau, Understanding and Using American Community Survey Data, 2020, chapter 8). The
denominator is the table's own total, because many tables leave out group quarters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import JsonDict, JsonObject, Problem
from assetmap.indicators.frame import COLUMNS, Indicators, census_numbers, fold, plain_id
from assetmap.words import text

_TABLE = r"(?:[BC]\d{5}[A-Z]{0,3}|S\d{4}(?:_C\d{2})?|DP\d{2}|K\d{6}|CP\d{2})"
_OFFICIAL = re.compile(rf"({_TABLE})_(\d{{3,4}})(E|M|EA|MA|PE|PM|PEA|PMA)?")
_SUMMARY_FILE = re.compile(rf"({_TABLE})_([EM])(\d{{3}})")
_NHGIS = re.compile(r"([A-Z][A-Z0-9]{2,4})([EM])(\d{3})")
_YEAR = re.compile(r"ACS[DS]T5Y(\d{4})|(?<!\d)(20\d\d)(?!\d)(?!.*(?<!\d)20\d\d(?!\d))")
PEOPLE = "B01003_001"
_PEOPLE_TOO = ("B01001_001", "DP05_0001", "S0101_C01_001")
UNDER_18 = "B09001_001"
# B01001: boys and girls under 5, 5–9, 10–14 and 15–17.
_UNDER_18_BY_AGE = tuple(f"B01001_{line:03d}" for line in (3, 4, 5, 6, 27, 28, 29, 30))
ADULTS = "S0101_C01_026"


class Estimates(NamedTuple):
    """table: area, variable, value, moe. labels: variable → what the file calls it."""

    table: pd.DataFrame
    labels: Mapping[str, str]
    year: int | None


def estimates_of(frame: pd.DataFrame, source: str) -> Estimates | None:
    """The estimates in a table of text cells; None where it is no such table."""
    columns = {fold(name): str(name) for name in reversed(list(frame))}
    year = _year(source)
    if {"variable", "estimate"} <= set(columns) and ("geoid" in columns or "geo_id" in columns):
        return _tidy_long(frame, columns, year)
    area = next((columns[item] for item in ("geo_id", "geoid", "gisjoin") if item in columns), None)
    if area is None and {"state", "county", "tract"} <= set(columns):
        joined = frame[columns["state"]] + frame[columns["county"]] + frame[columns["tract"]]
        frame, area = frame.assign(GEO_ID=joined), "GEO_ID"
    if area is None:
        return None
    variables = _variables(frame, nhgis=fold(area) == "gisjoin")
    if not variables:
        return None
    body, labels = _below_labels(frame, area, variables)
    if fold(area) == "gisjoin" and "year" in columns:
        years = body[columns["year"]].str.extract(r"(\d{4})(?!.*\d{4})")[0].dropna()
        year = int(years.max()) if len(years) else year
    return Estimates(_long(body, area, variables), labels, year)


def _year(source: str) -> int | None:
    match = _YEAR.search(source)
    return int(match[1] or match[2]) if match else None


def _variables(frame: pd.DataFrame, nhgis: bool) -> dict[str, dict[str, str]]:
    """variable → {"E": column of the estimate, "M": column of its margin}."""
    result: dict[str, dict[str, str]] = {}
    for name in map(str, frame):
        official = _OFFICIAL.fullmatch(name.strip())
        if official:
            kind = official[3] or "E"
            if kind.endswith("A"):
                continue
            percent = "P" if kind.startswith("P") else ""
            result.setdefault(f"{official[1]}_{official[2]}{percent}", {})[kind[-1]] = name
            continue
        summary = _SUMMARY_FILE.fullmatch(name.strip())
        if summary:
            result.setdefault(f"{summary[1]}_{summary[3]}", {})[summary[2]] = name
            continue
        own = _NHGIS.fullmatch(name.strip()) if nhgis else None
        if own:
            result.setdefault(f"{own[1]}_{own[3]}", {})[own[2]] = name
    return {variable: columns for variable, columns in result.items() if "E" in columns}


def _below_labels(
    frame: pd.DataFrame, area: str, variables: Mapping[str, Mapping[str, str]]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The table without the row of labels that data.census.gov and NHGIS put under the header."""
    if not len(frame):
        return frame, {}
    first = frame.iloc[0]
    is_label = (
        not re.search(r"\d{2}", str(first[area])) or str(first[area]) == "GIS Join Match Code"
    )
    if not is_label:
        return frame, {}
    labels = {variable: _label(str(first[columns["E"]])) for variable, columns in variables.items()}
    return frame.iloc[1:].reset_index(drop=True), labels


def _label(text: str) -> str:
    parts = [part.strip(" :") for part in re.sub(r"^Estimates?\W+", "", text).split("!!")]
    return " · ".join(part for part in parts if part and part != "Estimate")


def _long(
    frame: pd.DataFrame, area: str, variables: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    ids = frame[area].astype("str").map(plain_id)
    parts = []
    for variable, columns in variables.items():
        moe = np.full(len(frame), np.nan)
        if "M" in columns:
            moe = census_numbers(frame[columns["M"]], margins=True)
        value = census_numbers(frame[columns["E"]])
        parts.append(pd.DataFrame({"area": ids, "variable": variable, "value": value, "moe": moe}))
    table = pd.concat(parts, ignore_index=True)
    return table[table["area"] != ""].reset_index(drop=True)


def _tidy_long(
    frame: pd.DataFrame, columns: Mapping[str, str], year: int | None
) -> Estimates | None:
    variable = frame[columns["variable"]].astype("str").str.strip()
    if not variable.map(lambda name: bool(_OFFICIAL.fullmatch(name))).any():
        return None
    area = columns.get("geoid") or columns["geo_id"]
    moe = np.full(len(frame), np.nan)
    if "moe" in columns:
        moe = census_numbers(frame[columns["moe"]], margins=True)
    table = pd.DataFrame(
        {
            "area": frame[area].astype("str").map(plain_id),
            "variable": variable.str.replace(r"E$", "", regex=True),
            "value": census_numbers(frame[columns["estimate"]]),
            "moe": moe,
        }
    )
    return Estimates(table, {}, year)


def joined(parts: list[Estimates]) -> Estimates:
    """Several files of one download as one."""
    labels = {variable: label for part in parts for variable, label in part.labels.items()}
    years = [part.year for part in parts if part.year is not None]
    table = pd.concat([part.table for part in parts], ignore_index=True)
    table = table.drop_duplicates(["area", "variable"], ignore_index=True)
    return Estimates(table, labels, max(years) if years else None)


class _Sum(NamedTuple):
    value: np.ndarray
    moe: np.ndarray


@cache
def indicator_rows() -> dict[str, vocabulary.Row]:
    """vocabulary/indicators.csv by id."""
    return {row["id"]: row for row in vocabulary.read_rows(vocabulary.FOLDER / "indicators.csv")}


@cache
def start_indicators() -> tuple[str, ...]:
    """The indicators a new community starts with."""
    return tuple(name for name, row in indicator_rows().items() if row["start"] == "yes")


def note_of(indicator: str, source: str) -> dict[str, str]:
    """What indicators.toml says of a known indicator; empty for another."""
    row = indicator_rows().get(indicator)
    if row is None:
        return {}
    names = ("unit", "direction", "theme", "label_en", "label_es")
    return {**{name: row[name] for name in names}, "source": source}


def variables_needed() -> list[str]:
    """The variables that people and the starting indicators are worked out from, first choices."""
    names = [PEOPLE, UNDER_18]
    for row in indicator_rows().values():
        if row["start"] != "yes" and row["id"] != "group_quarters":
            continue
        for cell in (row["numerator"], row["denominator"]):
            first = cell.split("|")[0]
            if first.startswith(("B", "C")):
                names += first.split("+")
    return list(dict.fromkeys(names))


def indicators_from(estimates: Estimates, source: str) -> Indicators:
    """Known indicators by their formulas; a file that holds none gives its own estimates."""
    wide = estimates.table.pivot(index="area", columns="variable", values=["value", "moe"])
    problems: list[Problem] = []
    parts: list[pd.DataFrame] = []
    used: set[str] = set()
    notes: dict[str, dict[str, str]] = {}
    for name, row in indicator_rows().items():
        result = _share(wide, row["numerator"], row["denominator"])
        if result is None:
            continue
        share, variables = result
        used |= variables
        notes[name] = note_of(name, source)
        parts.append(_rows(wide.index, name, share.value, share.moe, estimates.year))
    population, adults = _people(wide)
    if population is not None:
        used |= {PEOPLE, *_PEOPLE_TOO, UNDER_18, *_UNDER_18_BY_AGE, ADULTS}
    present = list(dict.fromkeys(estimates.table["variable"]))
    idle = [variable for variable in present if variable not in used]
    if not parts and population is None:
        parts, notes = _as_they_are(wide, present, estimates, source)
    elif idle:
        shown = ", ".join(idle[:3])
        note = text("indicators.idle", source=source, n=len(idle), names=shown)
        problems.append(Problem(None, "file", "", "kept", note, source))
    empty = pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(parts, ignore_index=True) if parts else empty
    descending = tuple(name for name, note in notes.items() if note.get("direction") == "low")
    return Indicators(table, problems, {}, descending, population, adults, notes)


def _as_they_are(
    wide: pd.DataFrame, variables: list[str], estimates: Estimates, source: str
) -> tuple[list[pd.DataFrame], dict[str, dict[str, str]]]:
    parts, notes = [], {}
    for variable in variables:
        name = variable.lower()
        value, moe = _column(wide, variable)
        parts.append(_rows(wide.index, name, value, moe, estimates.year))
        label = estimates.labels.get(variable, variable)
        notes[name] = {"label_en": label, "direction": "high", "source": source}
    return parts, notes


def _rows(
    areas: pd.Index, name: str, value: np.ndarray, moe: np.ndarray, year: int | None
) -> pd.DataFrame:
    table = pd.DataFrame({"area": areas.astype("str"), "indicator": name, "value": value})
    table["moe"] = moe
    table["year"] = pd.array([year] * len(table), dtype="Int64")
    table["suppressed"] = False
    return table


def _column(wide: pd.DataFrame, variable: str) -> tuple[np.ndarray, np.ndarray]:
    return wide[("value", variable)].to_numpy(float), wide[("moe", variable)].to_numpy(float)


def _sum(wide: pd.DataFrame, cell: str) -> _Sum | None:
    variables = cell.split("+")
    if not cell or any(("value", variable) not in wide for variable in variables):
        return None
    values, margins = map(np.array, zip(*(_column(wide, item) for item in variables), strict=True))
    zero = values == 0
    largest = np.max(np.where(zero, margins, 0.0), axis=0, initial=0.0)
    squares = np.where(zero, 0.0, margins**2).sum(axis=0) + largest**2
    return _Sum(values.sum(axis=0), np.sqrt(squares))


def _share(wide: pd.DataFrame, numerator: str, denominator: str) -> tuple[_Sum, set[str]] | None:
    """100 · x / y of the first of the alternatives (`a|b`) that the file has."""
    if not numerator:
        return None
    bottoms = denominator.split("|")
    for position, top in enumerate(numerator.split("|")):
        x = _sum(wide, top)
        if not denominator:
            return (x, {top}) if x is not None else None
        y = _sum(wide, bottoms[position])
        if x is None or y is None:
            continue
        return share(x.value, x.moe, y.value, y.moe), {
            *top.split("+"),
            *bottoms[position].split("+"),
        }
    return None


def share(x: np.ndarray, x_moe: np.ndarray, y: np.ndarray, y_moe: np.ndarray) -> _Sum:
    """Percent x of y and its margin; NaN where y is 0 or not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(y > 0, x / y, np.nan)
        under = x_moe**2 - p**2 * y_moe**2
        under = np.where(under < 0, x_moe**2 + p**2 * y_moe**2, under)
        moe = np.sqrt(under) / y
    return _Sum(100 * p, np.where(np.isfinite(p), 100 * moe, np.nan))


def _people(wide: pd.DataFrame) -> tuple[pd.Series | None, pd.Series | None]:
    """Population and adults by area, each None where the file does not tell."""
    known = [item for item in (PEOPLE, *_PEOPLE_TOO) if ("value", item) in wide]
    population = wide[("value", known[0])].rename("population") if known else None
    adults = None
    if ("value", ADULTS) in wide:
        adults = wide[("value", ADULTS)]
    elif population is not None and ("value", UNDER_18) in wide:
        adults = population - wide[("value", UNDER_18)]
    elif population is not None and all(("value", item) in wide for item in _UNDER_18_BY_AGE):
        adults = population - wide[[("value", item) for item in _UNDER_18_BY_AGE]].sum(axis=1)
    if adults is not None:
        adults = adults.where(adults >= 0).rename("adults")
    return population, adults


def notes_of(read: Indicators, written: JsonObject) -> JsonDict:
    """What is known of each indicator: `written` (indicators.toml) before the file's own form.

    Themes and directions of an SVI file count where nobody wrote others.
    """
    notes: JsonDict = {name: dict(note) for name, note in read.notes.items()}
    for theme, members in read.themes.items():
        for name in members:
            notes.setdefault(name, {})["theme"] = theme
    for name in read.descending:
        notes.setdefault(name, {})["direction"] = "low"
    for name, note in written.items():
        notes[name] = {**notes.get(name, {}), **note} if isinstance(note, dict) else note
    return notes


def with_people(areas: gpd.GeoDataFrame, read: Indicators) -> gpd.GeoDataFrame:
    """The areas with the population and adults of the indicators' file where they have none."""
    out = areas
    for name, counts in (("population", read.population), ("adults", read.adults)):
        if counts is None:
            continue
        numbers = pd.Series(counts.reindex(areas["id"]).to_numpy(float), index=areas.index)
        out = out.assign(**{name: out[name].fillna(numbers)})
    return out
