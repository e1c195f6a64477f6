"""Cells of a table as text, and how many a table may have before anything is kept."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, NamedTuple

from assetmap.fields import LONGEST_TEXT, beginning
from assetmap.files.source import UnreadableFile, as_text
from assetmap.words import text

MAX_ROWS = 2_000_000
MAX_CELLS = 40_000_000
"""Rows × columns of a table once every row is as wide as the header."""
_PADDING = 30
"""So many empty cells may be padded for each cell that is there; more is no table."""
_FREE_PADDING = 1_000_000


class CellRows(NamedTuple):
    """Rows of text cells as they are in the file, blank cells at the end of a row cut off.

    `name` is the file's or the sheet's; `encoding` says how bytes were read. `unclosed` are the
    rows (from 1) with a quotation mark that is never closed; their marks were read as letters.
    """

    name: str
    rows: list[list[str]]
    encoding: str
    unclosed: tuple[int, ...] = ()


def too_many(name: str) -> str:
    """What is said of a table beyond MAX_ROWS or MAX_CELLS."""
    return text("files.too_many_cells", name=name, rows=f"{MAX_ROWS:,}", cells=f"{MAX_CELLS:,}")


def refuse_padding(name: str, padded: int, cells: int) -> None:
    """Raise UnreadableFile when a table of `cells` cells would grow to too many `padded` ones."""
    if padded > MAX_CELLS or padded > _FREE_PADDING + _PADDING * max(cells, 1):
        raise UnreadableFile(too_many(name))


def cut_row(row: list[str]) -> list[str]:
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
