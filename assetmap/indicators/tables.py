"""Reading need indicators into one long table, whatever form they were downloaded in.

The form is recognised by content: a plain CSV by area id (long or wide), tables of data.census.gov
(zip, CSV, JSON), the Census API's JSON, its summary file, tidycensus, NHGIS, OEPS, CDC PLACES and
SVI. `forms` makes text cells of bytes; here it is decided what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import Problem
from assetmap.indicators.derived import indicators_from
from assetmap.indicators.estimates import Estimates, estimates_of, joined
from assetmap.indicators.forms import is_places, is_svi, read_places, read_svi, tables_of
from assetmap.indicators.frame import (
    COLUMNS,
    HIDDEN,
    ID_COLUMNS,
    MISSING_WORDS,
    PLACE_COLUMNS,
    IndicatorError,
    Indicators,
    fold,
    plain_id,
    said_numbers,
)
from assetmap.words import text

_ALIASES = {
    "area": ID_COLUMNS,
    "indicator": ("indicator", "measure", "variable"),
    "value": ("value", "estimate"),
    "moe": ("moe", "margin_of_error", "margin", "moe90"),
    "year": ("year", "date", "period"),
    "suppressed": ("suppressed", "hidden"),
}


def read_indicators(data: bytes | pd.DataFrame, source: str = "indicators.csv") -> Indicators:
    """Read indicators from a file's bytes or from a table of text cells.

    Long: area, indicator, value and optionally moe, year, suppressed. Wide: an area column, then
    one column per indicator with `<indicator>_moe` beside it if known. Published forms as named
    above; `source` is the file's name, which also tells the year. Raises IndicatorError.
    """
    named = tables_of(data, source) if isinstance(data, bytes) else [(source, data.astype("str"))]
    estimates: list[Estimates] = []
    others: list[tuple[str, pd.DataFrame]] = []
    for name, frame in named:
        result = estimates_of(frame, name)
        if result is not None:
            estimates.append(result)
        else:
            others.append((name, frame))
    if estimates:
        read = indicators_from(joined(estimates), source)
        note = [
            Problem(None, "file", name, "kept", text("indicators.other_table", source=name), source)
            for name, _ in others
        ]
        return read._replace(problems=[*read.problems, *note])
    if len(others) != 1:
        raise IndicatorError(text("indicators.several", source=source))
    return _one_table(others[0][1], source)


def _one_table(frame: pd.DataFrame, source: str) -> Indicators:
    if is_svi(frame):
        return read_svi(frame, source)
    if is_places(frame):
        return read_places(frame, source)
    plain = {fold(name): str(name) for name in reversed(list(frame))}
    if "geography" in plain and any(name.startswith("census_tract") for name in plain):
        raise IndicatorError(text("indicators.transposed", source=source))
    names = {
        field: next((plain[alias] for alias in aliases if alias in plain), None)
        for field, aliases in _ALIASES.items()
    }
    if names["area"] is None:
        if any(fold(name).startswith("census_tract") for name in frame):
            raise IndicatorError(text("indicators.transposed", source=source))
        raise IndicatorError(text("indicators.no_area", source=source))
    problems: list[Problem] = []
    if names["indicator"] is None or names["value"] is None:
        frame = _melted(frame, names["area"], names["year"], source, problems)
        names = {field: field if field in frame else None for field in COLUMNS}
    read = _long(frame, names, source)
    return read._replace(problems=[*problems, *read.problems])


def _melted(
    frame: pd.DataFrame, area: str, year: str | None, source: str, problems: list[Problem]
) -> pd.DataFrame:
    """A wide table as long rows; columns of words are left out and said."""
    skipped = PLACE_COLUMNS | {"population", "adults"}
    others = [str(name) for name in frame if name not in (area, year) and fold(name) not in skipped]
    values = [name for name in others if not fold(name).endswith("_moe")]
    if not values:
        raise IndicatorError(text("indicators.no_columns", source=source))
    words = [name for name in values if _is_words(frame[name])]
    if words:
        shown = ", ".join(words[:5]) + (", …" if len(words) > 5 else "")
        note = text("indicators.words", source=source, n=len(words), columns=shown)
        problems.append(Problem(None, "indicator", words[0], "kept", note, source))
    parts = []
    for name in values:
        if name in words:
            continue
        moe = next((other for other in others if fold(other) == f"{fold(name)}_moe"), None)
        part = pd.DataFrame({"area": frame[area], "indicator": fold(name), "value": frame[name]})
        part["moe"] = frame[moe] if moe else ""
        part["year"] = frame[year] if year else ""
        parts.append(part)
    if not parts:
        raise IndicatorError(text("indicators.no_columns", source=source))
    return pd.concat(parts, ignore_index=True)


def _is_words(column: pd.Series) -> bool:
    """Whether most filled cells are neither numbers nor marks of hidden counts."""
    cells = column.fillna("").astype("str").str.strip()
    cells = cells[~cells.str.lower().isin(MISSING_WORDS)]
    if not len(cells):
        return False
    plain = cells.str.replace(r"[,%$\s]", "", regex=True)
    number = pd.to_numeric(plain, errors="coerce").notna()
    hidden = cells.str.fullmatch(HIDDEN).fillna(False).astype(bool)
    return bool((number | hidden).mean() < 0.5)


def _long(frame: pd.DataFrame, names: Mapping[str, str | None], source: str) -> Indicators:
    def column(field: str) -> pd.Series:
        name = names[field]
        empty = pd.Series("", index=frame.index, dtype="str")
        return empty if name is None else frame[name].fillna("").astype("str").str.strip()

    problems: list[Problem] = []
    area, indicator = column("area").map(plain_id), column("indicator")
    written = column("value")
    hidden = written.str.fullmatch(HIDDEN).fillna(False).astype(bool)
    hidden |= column("suppressed").str.lower().isin(vocabulary.word_set("cell_yes"))
    value = said_numbers(written.mask(hidden, ""), "value", source, problems)
    moe = said_numbers(column("moe"), "moe", source, problems, margins=True)
    moe[moe < 0] = np.nan
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
        message = text("indicators.empty_cell", row=row + 1, source=source, field=field)
        problems.append(Problem(int(row) + 1, field, "", "rejected", message, source))
    twice = table.duplicated(["area", "indicator", "year"], keep="first") & keep
    for row in np.flatnonzero(twice):
        message = text(
            "indicators.row_twice",
            row=row + 1,
            source=source,
            indicator=indicator.iat[row],
            area=area.iat[row],
        )
        problems.append(Problem(int(row) + 1, "area", area.iat[row], "rejected", message, source))
    return Indicators(table[keep & ~twice].reset_index(drop=True), problems, {}, ())


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
    result = newest.reindex([str(area) for area in areas])[["value", "moe", "year", "suppressed"]]
    result["suppressed"] = result["suppressed"].fillna(False).astype(bool)
    return result
