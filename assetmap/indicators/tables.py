"""Reading need indicators into one long table: a plain CSV by area id, or a CDC SVI file.

Long table: area (text) · indicator · value (NaN when missing or hidden) · moe (90%) · year ·
suppressed (true when the value is known but hidden because it is small).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.indicators.ranks import MISSING

COLUMNS = ("area", "indicator", "value", "moe", "year", "suppressed")
_ALIASES = {
    "area": ("area", "area_id", "areaid", "id", "geoid", "fips", "tract", "county_fips"),
    "indicator": ("indicator", "measure", "variable"),
    "value": ("value", "estimate"),
    "moe": ("moe", "margin_of_error", "margin", "moe90"),
    "year": ("year", "date", "period"),
    "suppressed": ("suppressed", "hidden"),
}
_HIDDEN = re.compile(
    r"(suppressed|hidden|not shown|\*+|<\s*1[01]|1\s*[-–]\s*9|1\s*[-–]\s*10|s)", re.I
)
_MISSING_WORDS = {"", "na", "n/a", "nan", "null", "none", "missing", "-", ".", "unknown"}

# CDC/ATSDR SVI columns: our name, their theme in 2018, their theme since 2020 (0: not in it).
SVI = {
    "POV": ("poverty", 1, 0),
    "POV150": ("below_150_poverty", 0, 1),
    "UNEMP": ("unemployment", 1, 1),
    "PCI": ("income_per_head", 1, 0),
    "HBURD": ("housing_cost_burden", 0, 1),
    "NOHSDP": ("no_high_school_diploma", 1, 1),
    "UNINSUR": ("uninsured", 0, 1),
    "AGE65": ("age_65_and_over", 2, 2),
    "AGE17": ("age_17_and_under", 2, 2),
    "DISABL": ("disability", 2, 2),
    "SNGPNT": ("single_parent", 2, 2),
    "MINRTY": ("minority", 3, 3),
    "LIMENG": ("limited_english", 3, 2),
    "MUNIT": ("multi_unit_housing", 4, 4),
    "MOBILE": ("mobile_homes", 4, 4),
    "CROWD": ("crowding", 4, 4),
    "NOVEH": ("no_vehicle", 4, 4),
    "GROUPQ": ("group_quarters", 4, 4),
}
_LESS_IS_MORE_NEED = {"income_per_head"}


class IndicatorError(ValueError):
    """The indicator file cannot be read at all; the message is one plain sentence."""


class Indicators(NamedTuple):
    """table: the long table. themes: theme → indicators, descending: those where less is more need
    (both only known of SVI files). population: by area, when the file tells."""

    table: pd.DataFrame
    problems: list[Problem]
    themes: dict[str, list[str]]
    descending: tuple[str, ...]
    population: pd.Series | None = None


def read_indicators(data: bytes | pd.DataFrame, source: str = "indicators.csv") -> Indicators:
    """Read a long or wide CSV by area id, or the CDC SVI county or tract file as published.

    Long: area, indicator, value and optionally moe, year, suppressed. Wide: an area column, then
    one column per indicator with `<indicator>_moe` beside it if known. Raises IndicatorError.
    """
    frame = _text(data, source) if isinstance(data, bytes) else data.astype("str")
    if "FIPS" in frame and any(name.startswith("EP_") for name in frame):
        return _svi(frame, source)
    plain = {_fold(name): name for name in frame}
    names = {
        field: next((plain[alias] for alias in aliases if alias in plain), None)
        for field, aliases in _ALIASES.items()
    }
    if names["area"] is None:
        raise IndicatorError(f"{source} has no column `area` that says which area a row is about.")
    if names["indicator"] is None or names["value"] is None:
        frame = _melted(frame, names["area"], names["year"], source)
        names = {field: field if field in frame else None for field in COLUMNS}
    return _long(frame, names, source)


def _fold(name: object) -> str:
    return re.sub(r"[^a-z0-9]+", "_", str(name).strip().lower()).strip("_")


def _text(data: bytes, source: str) -> pd.DataFrame:
    aliases = [alias for names in _ALIASES.values() for alias in names]
    try:
        frame, _ = open_frame(Source(source, data), aliases)
    except UnreadableFile as error:
        raise IndicatorError(error.args[0]) from error
    return frame.reset_index(drop=True)


def _melted(frame: pd.DataFrame, area: str, year: str | None, source: str) -> pd.DataFrame:
    """A wide table as long rows."""
    others = [name for name in frame if name not in (area, year, "name", "population", "district")]
    values = [name for name in others if not _fold(name).endswith("_moe")]
    if not values:
        raise IndicatorError(f"{source} has no columns `indicator` and `value`, nor any other.")
    parts = []
    for name in values:
        moe = next((one for one in others if _fold(one) == f"{_fold(name)}_moe"), None)
        part = pd.DataFrame({"area": frame[area], "indicator": _fold(name), "value": frame[name]})
        part["moe"] = frame[moe] if moe else ""
        part["year"] = frame[year] if year else ""
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _long(frame: pd.DataFrame, names: Mapping[str, str | None], source: str) -> Indicators:
    def column(field: str) -> pd.Series:
        name = names[field]
        empty = pd.Series("", index=frame.index, dtype="str")
        return empty if name is None else frame[name].fillna("").astype("str").str.strip()

    problems: list[Problem] = []
    area, indicator = column("area"), column("indicator")
    said = column("value")
    hidden = said.str.fullmatch(_HIDDEN).fillna(False).astype(bool)
    hidden |= column("suppressed").str.lower().isin(["yes", "true", "1", "si", "sí"])
    value = _numbers(said.mask(hidden, ""), "value", source, problems)
    moe = _numbers(column("moe"), "moe", source, problems)
    wrong = moe < 0
    moe[wrong] = np.nan
    year = pd.to_numeric(column("year").str.extract(r"(\d{4})(?!.*\d{4})")[0], errors="coerce")
    table = pd.DataFrame(
        {
            "area": area,
            "indicator": indicator,
            "value": np.where(hidden, np.nan, value),
            "moe": moe,
            "year": year.astype("Int64"),
            "suppressed": hidden,
        }
    )
    keep = (area != "") & (indicator != "")
    for row in np.flatnonzero(~keep):
        field = "indicator" if area.iat[row] else "area"
        message = f"Row {row + 1} of {source}: `{field}` is empty; the row is left out."
        problems.append(Problem(int(row) + 1, field, "", "rejected", message, source))
    twice = table.duplicated(["area", "indicator", "year"], keep="first") & keep
    for row in np.flatnonzero(twice):
        message = (
            f"Row {row + 1} of {source}: {indicator.iat[row]} of area {area.iat[row]} stands "
            "twice for the same year; the first is used."
        )
        problems.append(Problem(int(row) + 1, "area", area.iat[row], "rejected", message, source))
    return Indicators(table[keep & ~twice].reset_index(drop=True), problems, {}, ())


def _numbers(text: pd.Series, field: str, source: str, problems: list[Problem]) -> np.ndarray:
    plain = text.str.replace(r"[,%$\s]", "", regex=True)
    plain = plain.mask(plain.str.lower().isin(_MISSING_WORDS), "")
    numbers = pd.to_numeric(plain, errors="coerce").to_numpy(float).copy()
    for row in np.flatnonzero(np.isnan(numbers) & (plain != "").to_numpy()):
        message = (
            f"Row {row + 1} of {source}: `{field}` is '{text.iat[row]}', which is not a number; "
            "it is taken as not known."
        )
        problems.append(Problem(int(row) + 1, field, text.iat[row], "kept", message, source))
    numbers[numbers == MISSING] = np.nan
    numbers[np.isinf(numbers)] = np.nan
    return numbers


def _svi(frame: pd.DataFrame, source: str) -> Indicators:
    """The CDC SVI file: percentages (EP_) with their margins of error (MP_)."""
    fips = frame["FIPS"].astype("str").str.strip()
    width = 11 if fips.str.len().max() > 5 else 5
    fips = fips.str.zfill(width)  # spreadsheets take the leading zero away
    year = re.search(r"20\d\d", source)
    since_2020 = "EP_POV150" in frame
    parts: list[pd.DataFrame] = []
    problems: list[Problem] = []
    themes: dict[str, list[str]] = {}
    for code, (name, old, new) in SVI.items():
        if f"EP_{code}" not in frame:
            continue
        value = _numbers(frame[f"EP_{code}"], f"EP_{code}", source, problems)
        moe = (
            _numbers(frame[f"MP_{code}"], f"MP_{code}", source, problems)
            if f"MP_{code}" in frame
            else np.full(len(frame), np.nan)
        )
        theme = new if since_2020 else old
        if theme:
            themes.setdefault(f"theme{theme}", []).append(name)
        parts.append(
            pd.DataFrame(
                {
                    "area": fips,
                    "indicator": name,
                    "value": value,
                    "moe": np.where(moe < 0, np.nan, moe),
                    "year": int(year[0]) if year else pd.NA,
                    "suppressed": False,
                }
            )
        )
    if not parts:
        raise IndicatorError(f"{source} looks like an SVI file but has none of its EP_ columns.")
    table = pd.concat(parts, ignore_index=True)
    table["year"] = table["year"].astype("Int64")
    people = None
    if "E_TOTPOP" in frame:
        people = pd.Series(_numbers(frame["E_TOTPOP"], "E_TOTPOP", source, problems), index=fips)
    named = [name for members in themes.values() for name in members]
    less = tuple(name for name in named if name in _LESS_IS_MORE_NEED)
    return Indicators(table, problems, dict(sorted(themes.items())), less, people)


def values_by_area(
    table: pd.DataFrame, indicator: str, areas: pd.Index | list[str]
) -> pd.DataFrame:
    """The newest value of `indicator` per area, in the order of `areas` (NaN where none).

    Columns value, moe, year, suppressed. Raises KeyError when no row names the indicator.
    """
    rows = table[table["indicator"] == indicator]
    if not len(rows):
        raise KeyError(indicator)
    newest = rows.sort_values("year", na_position="first", kind="stable")
    newest = newest.drop_duplicates("area", keep="last").set_index("area")
    found = newest.reindex([str(one) for one in areas])[["value", "moe", "year", "suppressed"]]
    found["suppressed"] = found["suppressed"].fillna(False).astype(bool)
    return found
