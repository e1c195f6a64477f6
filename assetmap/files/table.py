"""Tables as they are found: which delimiter, which row is the header, which sheet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

from assetmap.files.source import UnreadableFile, as_text, check_archive

DELIMITERS = (",", ";", "\t", "|")
_LOOK_AHEAD = 30
MAX_COLUMNS = 2_000
_MAX_CELL = 1_000_000
_PLAIN_NUMBER = re.compile(r"[-+]?[\d.,\s%/:-]+")


class Grid(NamedTuple):
    """A table: column names, rows of the same width, and what stands above the header.

    Row numbers are the source's own: the first record after the header is 1. `ragged` rows are
    longer than the header; in the row `unclosed` a quotation mark swallows the lines after it.
    """

    header: list[str]
    rows: list[list[str]]
    above: int = 0
    ragged: tuple[int, ...] = ()
    unclosed: int = 0


def from_text(name: str, text: str, known: Callable[[str], bool]) -> Grid:
    """The table in `text`; `known` says whether a column name is one we know."""
    csv.field_size_limit(_MAX_CELL)
    delimiter = _delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(
            f"{name} is not a table: {error}; look for a quotation mark that is never closed."
        ) from None
    table = _grid(name, rows, known)
    if text.count('"') % 2:
        for number, row in reversed(list(enumerate(table.rows, 1))):
            if any("\n" in cell for cell in row):
                return table._replace(unclosed=number)
    return table


def _delimiter(text: str) -> str:
    """The delimiter that splits the first records most evenly into the most columns."""
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        sample = _first_rows(text, delimiter)
        widths = Counter(len(row) for row in sample if len(row) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        # A sep= line, a title above the header and ragged ends must not decide.
        merit = count / len(sample) * min(width, 12)
        if merit > score:
            best, score = delimiter, merit
    return best


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= _LOOK_AHEAD:
                break
    except csv.Error:
        pass
    return rows


def _header_row(rows: list[list[str]], known: Callable[[str], bool]) -> int:
    """The row with the most names we know; else the first row with two texts in it."""
    best, score = -1, 0
    for index, row in enumerate(rows[:_LOOK_AHEAD]):
        found = sum(1 for cell in row if known(cell))
        if found > score:
            best, score = index, found
    if best >= 0:
        return best
    for index, row in enumerate(rows[:_LOOK_AHEAD]):
        if sum(1 for cell in row if cell.strip() and not _PLAIN_NUMBER.fullmatch(cell)) >= 2:
            return index
    return 0


def _grid(name: str, rows: list[list[str]], known: Callable[[str], bool]) -> Grid:
    if rows and len(rows[0]) <= 2 and rows[0] and rows[0][0].lower().startswith("sep="):
        rows = rows[1:]
    if not any(any(cell.strip() for cell in row) for row in rows[:_LOOK_AHEAD]):
        raise UnreadableFile(f"{name} is empty.")
    top = _header_row(rows, known)
    header = _unique([cell.strip().lstrip("\ufeff") for cell in rows[top]])
    while header and not header[-1]:
        header.pop()
    body = rows[top + 1 :]
    width = max([len(header), *(len(row) for row in body)])
    if width > MAX_COLUMNS:
        raise UnreadableFile(f"{name} has {width:,} columns; the limit is {MAX_COLUMNS:,}.")
    named = len(header)
    ragged = tuple(
        number for number, row in enumerate(body, 1) if any(cell.strip() for cell in row[named:])
    )
    header = _unique(header + [""] * ((width if ragged else named) - named))
    width = len(header)
    for row in body:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        elif len(row) > width:
            del row[width:]
    return Grid(header, body, top, ragged)


def _unique(names: Iterable[str]) -> list[str]:
    """Column names, nameless ones numbered and repeated ones told apart."""
    seen: Counter[str] = Counter()
    result: list[str] = []
    for position, name in enumerate(names, 1):
        plain = name or f"column {position}"
        seen[plain] += 1
        result.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return result


def from_workbook(name: str, data: bytes, known: Callable[[str], bool]) -> Grid:
    """The sheet of an .xlsx file whose header has the most names we know.

    Cells are read as values, formulas without a stored value as their text. Raises
    UnreadableFile for a damaged file or one that unpacks too large.
    """
    import openpyxl

    check_archive(name, data).close()
    grids: list[tuple[int, Grid]] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = _sheet_rows(sheet.iter_rows(values_only=True))
            if rows:
                grid = _grid(name, rows, known)
                grids.append((sum(1 for column in grid.header if known(column)), grid))
        book.close()
    except UnreadableFile:
        raise
    except Exception:  # openpyxl raises whatever a damaged part makes it stumble over
        raise UnreadableFile(f"{name} is a damaged workbook; open it and save it again.") from None
    if not grids:
        raise UnreadableFile(f"{name} is empty.")
    return max(grids, key=lambda item: (item[0], len(item[1].rows)))[1]


def _sheet_rows(cells: Iterable[tuple[Any, ...]]) -> list[list[str]]:
    rows = [[_cell(value) for value in row] for row in cells]
    while rows and not any(rows[-1]):  # sheets end in thousands of formatted empty rows
        rows.pop()
    return rows


def _cell(value: Any) -> str:
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
