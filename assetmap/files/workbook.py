"""Sheets of a workbook as rows of text, with what a cell's look says: merged, struck through.

Times and dates come out typed ("09:00", "2026-10-01"). A merged block says its value once and means
it for all its cells; down a column it is filled in, across a whole row it is a heading. Crossed-out
rows are told, because whoever struck them through meant that they are gone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from assetmap.files.source import (
    MAX_CELLS,
    MAX_ROWS,
    CellRows,
    UnreadableFile,
    cell_text,
    check_archive,
    cut_row,
    too_many,
)
from assetmap.words import text

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_COLUMNS = re.compile(
    rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")'
    rb'(?=[^>]*\bmin="(\d+)")(?=[^>]*\bmax="(\d+)")[^>]*>'
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


class WorkbookSheet(NamedTuple):
    """Rows of text from the sheet's first row; `struck` and `headings` are positions of rows that
    are crossed out, or one merged cell across; `hidden` as its owner set it, as are the positions
    of `hidden_rows` and `hidden_columns`."""

    title: str
    rows: list[list[str]]
    struck: frozenset[int]
    headings: frozenset[int]
    hidden: bool
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


# A row of cells or values, and their texts without blank ones at the end.
_Line = tuple[Sequence[object], list[str]]


class _Block(NamedTuple):
    """A merged block, all four ends included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


def sheets_of(name: str, data: bytes) -> list[WorkbookSheet]:
    """All sheets of an .xlsx file that hold anything, in their order.

    Raises UnreadableFile for a damaged file and for one that is or unpacks too large.
    """
    with _opened(name, data) as (archive, book):
        struck_styles = {
            number
            for number, style in enumerate(book._cell_styles)
            if book._fonts[style.fontId].strike
        }
        result = [
            _sheet(lines, sheet, _part(archive, sheet), struck_styles)
            for sheet, lines in _sheets(name, book, styled=True)
        ]
    return [sheet for sheet in result if sheet.rows]


def workbook_rows(name: str, data: bytes) -> list[CellRows]:
    """All sheets of an .xlsx file, cell by cell, whatever they look like.

    Raises UnreadableFile for a damaged file and for one that is or unpacks too large.
    """
    tables: list[CellRows] = []
    with _opened(name, data) as (_, book):
        for sheet, lines in _sheets(name, book, styled=False):
            rows = [texts for _, texts in lines]
            while rows and not rows[-1]:  # sheets end in thousands of formatted empty rows
                rows.pop()
            tables.append(CellRows(str(sheet.title), rows, "xlsx"))
    return tables


@contextmanager
def _opened(name: str, data: bytes) -> Iterator[tuple[zipfile.ZipFile, Workbook]]:
    """The file as an archive and as openpyxl's workbook."""
    import openpyxl

    archive = check_archive(name, data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        yield archive, book
        book.close()
    except UnreadableFile:
        raise
    except Exception:  # openpyxl raises whatever a damaged part makes it stumble over
        raise UnreadableFile(text("files.damaged_workbook", name=name)) from None
    finally:
        archive.close()


def _sheets(
    name: str, book: Workbook, styled: bool
) -> Iterator[tuple[ReadOnlyWorksheet, Iterator[_Line]]]:
    """Each sheet with its lines; all of them together stay within MAX_CELLS."""
    cells = 0

    def lines(sheet: ReadOnlyWorksheet) -> Iterator[_Line]:
        nonlocal cells
        for number, row in enumerate(sheet.iter_rows(values_only=not styled)):
            cells += max(len(row), 1)
            if cells > MAX_CELLS or number >= MAX_ROWS:
                raise UnreadableFile(too_many(name))
            values = (cell.value for cell in row) if styled else row
            yield row, cut_row([cell_text(value) for value in values])

    for sheet in book.worksheets:
        sheet.reset_dimensions()
        yield sheet, lines(sheet)


def _sheet(
    lines: Iterator[_Line], sheet: ReadOnlyWorksheet, part: bytes, struck_styles: set[int]
) -> WorkbookSheet:
    rows: list[list[str]] = []
    struck: set[int] = set()
    for number, (row, texts) in enumerate(lines):
        if struck_styles and texts:
            filled = [cell for cell, words in zip(row, texts, strict=False) if words.strip()]
            # The name is what a hurried hand strikes through.
            if filled and all(
                getattr(cell, "_style_id", None) in struck_styles for cell in filled[:2]
            ):
                struck.add(number)
        rows.append(texts)
    while rows and not any(rows[-1]):  # sheets end in thousands of formatted empty rows
        rows.pop()
    headings = _fill_merged(rows, _found_blocks(part))
    width = max((len(row) for row in rows), default=0)
    return WorkbookSheet(
        str(sheet.title),
        rows,
        frozenset(struck),
        headings,
        sheet.sheet_state != "visible",
        frozenset(
            number - 1
            for number in map(int, _HIDDEN_ROW.findall(part))
            if number <= len(rows) and any(rows[number - 1])
        ),
        frozenset(
            column
            for first, last in _HIDDEN_COLUMNS.findall(part)
            for column in range(int(first) - 1, min(int(last), width))
        ),
    )


def _fill_merged(rows: list[list[str]], blocks: Iterable[_Block]) -> frozenset[int]:
    """Write a block's value into its cells; the rows that are one block from side to side."""
    width = max((len(row) for row in rows), default=0)
    headings: set[int] = set()
    for block in blocks:
        if block.top >= len(rows) or block.left >= max(width, 1):
            continue
        first = rows[block.top]
        value = first[block.left] if block.left < len(first) else ""
        if not value:
            continue
        others = [words for words in first if words and words != value]
        if block.top == block.bottom and block.right > block.left and not others:
            headings.add(block.top)
            continue
        for position in range(block.top, min(block.bottom + 1, len(rows))):
            row = rows[position]
            end = min(block.right, max(width - 1, block.left))
            row.extend([""] * (end + 1 - len(row)))
            for column in range(block.left, end + 1):
                row[column] = row[column] or value
    return frozenset(headings)


def _part(archive: zipfile.ZipFile, sheet: ReadOnlyWorksheet) -> bytes:
    """The sheet's own part of the file: what openpyxl does not tell of a sheet read in one go."""
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    return archive.read(path) if path in archive.namelist() else b""


def _found_blocks(part: bytes) -> Iterator[_Block]:
    from openpyxl.utils import column_index_from_string

    for left, top, right, bottom in _MERGED.findall(part):
        yield _Block(
            int(top) - 1,
            column_index_from_string(left.decode()) - 1,
            int(bottom) - 1,
            column_index_from_string(right.decode()) - 1,
        )
