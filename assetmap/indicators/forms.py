"""Tables of text cells from the bytes of a download: CSV, zip of CSVs, JSON of several services."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence

import pandas as pd

from assetmap.files.rows import delimiter_of
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.files.text import decode
from assetmap.indicators.frame import ID_COLUMNS, IndicatorError
from assetmap.indicators.numbers import decimal_comma, with_points
from assetmap.words import text

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
