"""Indicators as others publish them: the Social Vulnerability Index, CDC PLACES, tables of cells.

A download is a CSV, a zip of CSVs, or the JSON of several services.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.files.rows import delimiter_of
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.files.text import decode
from assetmap.indicators.derived import indicator_rows, note_of
from assetmap.indicators.frame import (
    ID_COLUMNS,
    IndicatorError,
    Indicators,
    census_numbers,
    decimal_comma,
    fold,
    plain_id,
    with_points,
)
from assetmap.words import text


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


# Its limits hold at 95%, margins here at 90%.
_TO_90 = 1.6448536269514722 / 1.959963984540054
_NEEDED = {"locationid", "measureid", "data_value"}


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


MOST_BYTES = 400 * 2**20
# Beside the data, data.census.gov and NHGIS put notes and code books.
_NOT_DATA = re.compile(r"(metadata|notes?|codebook|readme|table-notes)", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|body)", re.IGNORECASE)


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
