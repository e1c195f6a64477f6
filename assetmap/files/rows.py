"""Text and workbooks to rows of cells, with limits that are read before anything is kept.

What would take the machine (a row numbered 99,999,999,999, 20 MB of line ends, one line of 30,000
commas over 15,000 short ones) is refused; a quotation mark that is never closed costs one line,
not all lines after it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any, NamedTuple

from assetmap.fields import LONGEST_TEXT, beginning
from assetmap.files.source import (
    Source,
    UnreadableFile,
    as_text,
    check_archive,
    refuse_large,
    unpack,
)
from assetmap.files.text import decode
from assetmap.words import clause_of, text

DELIMITERS = (",", ";", "\t", "|")
_LOOK_AHEAD = 30
MAX_ROWS = 2_000_000
MAX_CELLS = 40_000_000
"""Rows × columns of a table once every row is as wide as the header."""
_PADDING = 30
"""So many empty cells may be padded for each cell that is there; more is no table."""
_FREE_PADDING = 1_000_000
_MAX_CELL = 1_000_000
_UNCLOSED_TRIES = 25
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_EMPTY_ROW: list[str] = []


class CellRows(NamedTuple):
    """Rows of text cells as they are in the file, blank cells at the end of a row cut off.

    `name` is the file's or the sheet's; `encoding` says how bytes were read. `unclosed` are the
    rows (from 1) with a quotation mark that is never closed; their marks were read as letters.
    """

    name: str
    rows: list[list[str]]
    encoding: str
    unclosed: tuple[int, ...] = ()


def open_rows(source: Source, max_bytes: int | None = None) -> list[CellRows]:
    """All tables in `source`: one for text, one a sheet of a workbook, one a file of an archive.

    Raises UnreadableFile for what is empty, too large, damaged or no table.
    """
    name, data = source
    refuse_large(name, len(data), max_bytes)
    if data[:4] != b"PK\x03\x04":
        return [_text_rows(name, data)]
    with check_archive(name, data) as archive:
        members = archive.namelist()
        if "xl/workbook.xml" in members:
            return workbook_rows(name, data)
        files = unpack(name, archive).files
    tables = [
        _text_rows(path, member)
        for path, member in files.items()
        if path.lower().endswith((".csv", ".tsv", ".txt")) and member.strip()
    ]
    if not tables:
        raise UnreadableFile(text("files.archive_without_table", name=name))
    return tables


def workbook_rows(name: str, data: bytes) -> list[CellRows]:
    """All sheets of an .xlsx file. Raises UnreadableFile for a damaged or too large one."""
    import openpyxl

    check_archive(name, data).close()
    tables: list[CellRows] = []
    budget = MAX_CELLS
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows: list[list[str]] = []
            for values in sheet.iter_rows(values_only=True):
                budget -= max(len(values), 1)
                if len(rows) >= MAX_ROWS or budget < 0:
                    raise UnreadableFile(too_many(name))
                rows.append(_cut([cell_text(value) for value in values]))
            while rows and not rows[-1]:  # sheets end in thousands of formatted empty rows
                rows.pop()
            tables.append(CellRows(sheet.title, rows, "xlsx"))
        book.close()
    except UnreadableFile:
        raise
    except Exception:  # openpyxl raises whatever a damaged part makes it stumble over
        raise UnreadableFile(text("files.damaged_workbook", name=name)) from None
    return tables


def _text_rows(name: str, data: bytes) -> CellRows:
    decoded = decode(name, data)
    return parse_rows(name, decoded.text, decoded.encoding)


def too_many(name: str) -> str:
    return text("files.too_many_cells", name=name, rows=f"{MAX_ROWS:,}", cells=f"{MAX_CELLS:,}")


def parse_rows(name: str, content: str, encoding: str) -> CellRows:
    """Records of delimited text; quotation marks that are never closed are read as letters."""
    csv.field_size_limit(_MAX_CELL)
    delimiter = delimiter_of(content)
    rows, opened = _records(name, content, delimiter)
    marks = content.count('"')
    # A cell over several lines is closed when all marks are paired.
    swallowed = opened is not None or any("\n" in cell for row in rows for cell in row)
    if opened is None and (marks % 2 == 0 or not swallowed):
        return CellRows(name, rows, encoding)
    return _without_unclosed(name, content, delimiter, encoding, rows)


def _lines(content: str) -> Iterator[str]:
    for match in _LINE.finditer(content):
        if match[0]:
            yield match[0]


def _records(name: str, content: str, delimiter: str) -> tuple[list[list[str]], int | None]:
    """All records; and the row (from 0) in which a cell grew past every limit, if one did."""
    rows: list[list[str]] = []
    cells = 0
    reader = csv.reader(_lines(content), delimiter=delimiter)
    try:
        for row in reader:
            row = _cut(row)
            cells += max(len(row), 1)
            if len(rows) >= MAX_ROWS or cells > MAX_CELLS:
                raise UnreadableFile(too_many(name))
            rows.append(row or _EMPTY_ROW)
    except csv.Error as error:
        if '"' in content:
            return rows, len(rows)
        raise UnreadableFile(text("files.not_table", name=name, why=clause_of(error))) from None
    return rows, None


def _without_unclosed(
    name: str, content: str, delimiter: str, encoding: str, rows: list[list[str]]
) -> CellRows:
    """The records once the marks that are never closed are letters.

    Every line with an odd number of marks is a suspect; a cell over several lines makes two of
    them. Each suspect's marks are tried as letters, and the reading with the most rows as wide as
    the header wins, until the marks are even. Raises UnreadableFile after too many.
    """
    lines = list(_lines(content))
    width = max((len(row) for row in rows[:_LOOK_AHEAD]), default=1)
    changed: list[int] = []
    for _ in range(_UNCLOSED_TRIES):
        suspects = [index for index, line in enumerate(lines) if line.count('"') % 2]
        if len(suspects) % 2 == 0:
            break
        best: tuple[int, int] | None = None
        for index in suspects[:_UNCLOSED_TRIES]:
            trial = [*lines[:index], _as_letters(lines[index]), *lines[index + 1 :]]
            reader = csv.reader(trial, delimiter=delimiter)
            try:
                good = sum(
                    1 if len(row) == width else -1 for row in islice(reader, MAX_ROWS) if row
                )
            except csv.Error:
                continue
            if best is None or good > best[0]:
                best = (good, index)
        if best is None:
            raise UnreadableFile(text("files.unclosed_many", name=name))
        lines[best[1]] = _as_letters(lines[best[1]])
        changed.append(best[1])
    mended, opened = _records(name, "".join(lines), delimiter)
    if opened is not None:
        raise UnreadableFile(text("files.unclosed_many", name=name))
    mended = [[cell.replace(_MARK, '"') for cell in row] if row else row for row in mended]
    if mended == rows:  # an inch mark inside a cell closes nothing and swallows nothing
        return CellRows(name, rows, encoding)
    # Which record each changed line is in: count the records of everything before it.
    numbers = sorted(
        sum(1 for _ in csv.reader(lines[:index], delimiter=delimiter)) + 1 for index in changed
    )
    return CellRows(name, mended, encoding, tuple(numbers))


# Stands for a quotation mark that is a letter; of Unicode's private use, in no real text.
_MARK = "\uf8fe"


def _as_letters(line: str) -> str:
    return line.replace('"', _MARK)


def delimiter_of(content: str) -> str:
    """The delimiter that splits the first records most evenly into the most columns."""
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        sample = _first_rows(content, delimiter)
        widths = Counter(len(row) for row in sample if len(row) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        # A sep= line, a title above the header and ragged ends must not decide.
        merit = count / len(sample) * min(width, 12)
        if merit > score:
            best, score = delimiter, merit
    return best


def _first_rows(content: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(_lines(content[:200_000]), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= _LOOK_AHEAD:
                break
    except csv.Error:
        pass
    return rows


def refuse_padding(name: str, padded: int, cells: int) -> None:
    """Raise UnreadableFile when a table of `cells` cells would grow to too many `padded` ones."""
    if padded > MAX_CELLS or padded > _FREE_PADDING + _PADDING * max(cells, 1):
        raise UnreadableFile(too_many(name))


def _cut(row: list[str]) -> list[str]:
    """The row without blank cells at its end, and with the beginning only of endless ones."""
    row = short_row(row)
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row if end == len(row) else row[:end]


def short_row(row: list[str]) -> list[str]:
    """The row with only the beginning of cells that are longer than any text that is kept."""
    if row and max(map(len, row)) > LONGEST_TEXT:
        return [beginning(cell) for cell in row]
    return row


def cell_text(value: Any) -> str:
    """A cell's value as text: "09:00" for a time, "2026-10-01" for a day."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return as_text(value) or ""
