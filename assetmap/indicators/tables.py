"""Reading need indicators into one long table, whatever form they were downloaded in.

The form is recognised by content: a plain CSV by area id (long or wide), tables of data.census.gov
(zip, CSV, JSON), the Census API's JSON, its summary file, tidycensus, NHGIS, OEPS, CDC PLACES and
the Social Vulnerability Index (SVI). A download is a CSV, a zip of CSVs, or the JSON of several
services: first bytes become text cells, then it is decided what they mean.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import Problem
from assetmap.files.rows import delimiter_of
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.files.text import decode
from assetmap.indicators.estimates import (
    Estimates,
    estimates_of,
    indicator_rows,
    indicators_from,
    joined,
    note_of,
)
from assetmap.indicators.frame import (
    COLUMNS,
    HIDDEN,
    ID_COLUMNS,
    MISSING_WORDS,
    PLACE_COLUMNS,
    IndicatorError,
    Indicators,
    census_numbers,
    decimal_comma,
    fold,
    plain_id,
    said_numbers,
    with_points,
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
# Its limits hold at 95%, margins here at 90%.
_TO_90 = 1.6448536269514722 / 1.959963984540054
_NEEDED = {"locationid", "measureid", "data_value"}
MOST_BYTES = 400 * 2**20
# Beside the data, data.census.gov and NHGIS put notes and code books.
_NOT_DATA = re.compile(r"(metadata|notes?|codebook|readme|table-notes)", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|body)", re.IGNORECASE)


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


def is_svi(frame: pd.DataFrame) -> bool:
    """Whether a table is an SVI file."""
    return "FIPS" in frame and any(str(name).startswith("EP_") for name in frame)


def read_svi(frame: pd.DataFrame, source: str) -> Indicators:
    """Percentages (EP_) with their margins (MP_), by tract or county. Raises IndicatorError.

    −999 is missing. population is E_TOTPOP, adults is it less E_AGE17.
    """
    fips = frame["FIPS"].astype("str").str.strip().str.replace(r"\.0$", "", regex=True)
    # Spreadsheets take the leading zero of nine states away.
    fips = fips.str.zfill(11 if fips.str.len().max() > 5 else 5)
    match = re.search(r"20\d\d", source)
    since_2020 = "EP_POV150" in frame
    year = int(match[0]) if match else 2022 if "E_NOINT" in frame and since_2020 else None
    theme_column = "svi_theme_2020" if since_2020 else "svi_theme_2018"
    parts: list[pd.DataFrame] = []
    themes: dict[str, list[str]] = {}
    notes: dict[str, dict[str, str]] = {}
    name_of_source = f"CDC/ATSDR Social Vulnerability Index{f' {year}' if year else ''}"
    for name, row in indicator_rows().items():
        code = row["svi"]
        if not code or f"EP_{code}" not in frame:
            continue
        moe = np.full(len(frame), np.nan)
        if f"MP_{code}" in frame:
            moe = census_numbers(frame[f"MP_{code}"], margins=True)
        if row[theme_column] not in ("", "0"):
            themes.setdefault(f"theme{row[theme_column]}", []).append(name)
        notes[name] = note_of(name, name_of_source)
        table = pd.DataFrame({"area": fips, "indicator": name})
        table["value"] = census_numbers(frame[f"EP_{code}"])
        table["moe"] = moe
        table["year"] = pd.array([year] * len(frame), dtype="Int64")
        table["suppressed"] = False
        parts.append(table)
    if not parts:
        raise IndicatorError(text("indicators.svi_empty", source=source))
    people = adults = None
    if "E_TOTPOP" in frame:
        people = pd.Series(census_numbers(frame["E_TOTPOP"]), index=fips)
        if "E_AGE17" in frame:
            young = census_numbers(frame["E_AGE17"])
            adults = pd.Series(people.to_numpy() - young, index=fips)
    named = [name for members in themes.values() for name in members]
    less = tuple(name for name in named if indicator_rows()[name]["direction"] == "low")
    table = pd.concat(parts, ignore_index=True)
    problems: list[Problem] = []
    if not fips.is_unique:
        twice = str(fips[fips.duplicated()].iat[0])
        note = text("indicators.twice", source=source, area=twice)
        problems.append(Problem(None, "area", twice, "rejected", note, source))
        table = table.drop_duplicates(["area", "indicator"], ignore_index=True)
        people = people[~people.index.duplicated()] if people is not None else None
        adults = adults[~adults.index.duplicated()] if adults is not None else None
    return Indicators(table, problems, dict(sorted(themes.items())), less, people, adults, notes)


def is_places(frame: pd.DataFrame) -> bool:
    """Whether a table is PLACES data."""
    return {fold(name) for name in frame} >= _NEEDED


def read_places(frame: pd.DataFrame, source: str) -> Indicators:
    """Crude prevalence where the file has it beside the age-adjusted one, in percent."""
    frame = frame.rename(columns={name: fold(name) for name in frame})
    if "datavaluetypeid" in frame:
        crude = frame["datavaluetypeid"].str.casefold() == "crdprv"
        frame = frame[crude] if crude.any() else frame
    area = frame["locationid"].astype("str").str.strip().map(plain_id)
    digits = area.str.len().max()
    area = area.str.zfill(11 if digits > 5 else 5)
    moe = np.full(len(frame), np.nan)
    if {"low_confidence_limit", "high_confidence_limit"} <= set(frame):
        high = census_numbers(frame["high_confidence_limit"])
        moe = (high - census_numbers(frame["low_confidence_limit"])) / 2 * _TO_90
    year = frame["year"] if "year" in frame else pd.Series("", index=frame.index)
    table = pd.DataFrame(
        {
            "area": area,
            "indicator": frame["measureid"].astype("str").str.strip().str.lower(),
            "value": census_numbers(frame["data_value"]),
            "moe": moe,
            "year": pd.to_numeric(year, errors="coerce").astype("Int64"),
            "suppressed": False,
        }
    )
    table = table.drop_duplicates(["area", "indicator", "year"], ignore_index=True)
    labels = frame["measure"] if "measure" in frame else frame["measureid"]
    notes = {
        str(name).strip().lower(): {
            "unit": "percent",
            "direction": "high",
            "theme": "health",
            "label_en": str(label).strip(),
            "source": "CDC PLACES (modelled, adults)",
        }
        for name, label in zip(frame["measureid"], labels, strict=True)
    }
    people = None
    if "totalpopulation" in frame:
        people = pd.Series(census_numbers(frame["totalpopulation"]), index=area)
        people = people[~people.index.duplicated()]
    return Indicators(table, [], {}, (), people, None, notes)


def tables_of(data: bytes, source: str) -> list[tuple[str, pd.DataFrame]]:
    """(name, table of text cells) of every table in `data`. Raises IndicatorError."""
    if data.startswith(b"PK"):
        return _from_zip(data, source)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if _WEB_PAGE.match(start):
        raise IndicatorError(text("indicators.web_page", source=source))
    if start.startswith((b"[", b"{")):
        return [(source, _from_json(data, source))]
    return [(source, _from_text(data, source))]


def _from_zip(data: bytes, source: str) -> list[tuple[str, pd.DataFrame]]:
    result = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
                limit = MOST_BYTES // 2**20
                raise IndicatorError(text("indicators.too_large", source=source, limit=limit))
            names = [item.filename for item in archive.infolist() if not item.is_dir()]
            if any(name.lower().endswith((".xml", ".xlsx")) or name == "[Content_Types].xml"
                   for name in names):  # fmt: skip
                raise IndicatorError(text("indicators.workbook", source=source))
            for name in names:
                base = name.rpartition("/")[2]
                if not base.lower().endswith((".csv", ".dat")) or _NOT_DATA.search(base):
                    continue
                result.append((base, _from_text(archive.read(name), base)))
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise IndicatorError(text("indicators.bad_zip", source=source)) from None
    if not result:
        raise IndicatorError(text("indicators.empty_zip", source=source))
    return result


def _from_text(data: bytes, source: str) -> pd.DataFrame:
    try:
        delimiter = delimiter_of(decode(source, data).text)
        frame, _ = open_frame(Source(source, data), ID_COLUMNS)
    except UnreadableFile as error:
        raise IndicatorError(error.args[0]) from error
    frame = frame.reset_index(drop=True)
    frame.columns = [str(name).strip() for name in frame]
    return with_points(frame) if decimal_comma(frame, delimiter) else frame


def _from_json(data: bytes, source: str) -> pd.DataFrame:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise IndicatorError(text("indicators.bad_json", source=source)) from None
    if isinstance(document, dict) and isinstance(document.get("response"), dict):
        document = document["response"].get("data")
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        return _census_reporter(document["data"])
    if isinstance(document, list) and document:
        if all(isinstance(row, list) for row in document):
            return _header_first(document, source)
        if all(isinstance(row, dict) for row in document):
            rows = [{str(name): _cell(value) for name, value in row.items()} for row in document]
            return pd.DataFrame(rows).fillna("").astype("str")
    raise IndicatorError(text("indicators.bad_json", source=source))


def _header_first(rows: Sequence[Sequence[object]], source: str) -> pd.DataFrame:
    header = [str(name) for name in rows[0]]
    if any(len(row) != len(header) for row in rows):
        raise IndicatorError(text("indicators.bad_json", source=source))
    cells = [[_cell(value) for value in row] for row in rows[1:]]
    frame = pd.DataFrame(cells, columns=header, dtype=str)
    # The API repeats GEO_ID or a variable that was asked for twice.
    return frame.loc[:, ~frame.columns.duplicated()]


def _census_reporter(result: Mapping[str, object]) -> pd.DataFrame:
    rows = []
    for area, tables in result.items():
        row = {"GEO_ID": str(area)}
        for table, parts in tables.items() if isinstance(tables, dict) else ():
            for part, letter in (("estimate", "E"), ("error", "M")):
                values = parts.get(part) if isinstance(parts, dict) else None
                for column, value in (values or {}).items():
                    line = str(column).removeprefix(str(table))
                    row[f"{table}_{line}{letter}"] = _cell(value)
        rows.append(row)
    return pd.DataFrame(rows).fillna("").astype("str")


def _cell(value: object) -> str:
    return "" if value is None else str(value)
