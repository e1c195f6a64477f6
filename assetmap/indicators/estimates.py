"""Estimates of the American Community Survey, in every form they are downloaded.

One long table: area (GEOID) · variable (`B17001_002`, `S1701_C02_001`, of NHGIS its own code) ·
value · moe (90%). Columns are found by name, never by place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.indicators.frame import census_numbers, fold, plain_id

_TABLE = r"(?:[BC]\d{5}[A-Z]{0,3}|S\d{4}(?:_C\d{2})?|DP\d{2}|K\d{6}|CP\d{2})"
_OFFICIAL = re.compile(rf"({_TABLE})_(\d{{3,4}})(E|M|EA|MA|PE|PM|PEA|PMA)?")
_SUMMARY_FILE = re.compile(rf"({_TABLE})_([EM])(\d{{3}})")
_NHGIS = re.compile(r"([A-Z][A-Z0-9]{2,4})([EM])(\d{3})")
_YEAR = re.compile(r"ACS[DS]T5Y(\d{4})|(?<!\d)(20\d\d)(?!\d)(?!.*(?<!\d)20\d\d(?!\d))")


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
