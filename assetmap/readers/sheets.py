"""The tables of a document: every sheet of a workbook, header rows put together, look of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from assetmap.files.rows import parse_rows
from assetmap.files.table import (
    Grid,
    below_header,
    refuse_wide,
    unclosed_below,
    without_separator_line,
)
from assetmap.files.workbook import WorkbookSheet

_LOOK_AHEAD = 30


class NamedTable(NamedTuple):
    """A table with the name of its sheet ("" for a file of one) and what is written above it.

    Row numbers count from 1 below the header: `struck` are crossed out, `headings` are one merged
    cell across ("Monday meetings") with what it says; `hidden` as the sheet's owner set it.
    """

    title: str
    grid: Grid
    struck: frozenset[int] = frozenset()
    headings: tuple[tuple[int, str], ...] = ()
    caption: str = ""
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()


def tables_of(sheets: Sequence[WorkbookSheet], known: Callable[[str], bool]) -> list[NamedTable]:
    """Each sheet as a table; `known` says whether a column name is one we know."""
    return [_table(sheet, known) for sheet in sheets]


def table_of_text(name: str, content: str, known: Callable[[str], bool]) -> NamedTable:
    """The table in delimited text, its header in one row or two as in a workbook.

    Raises UnreadableFile where there is none.
    """
    parsed = parse_rows(name, content, "utf-8")
    rows, skipped = without_separator_line(parsed)
    refuse_wide(name, rows)
    table = _table(WorkbookSheet("", rows, frozenset(), frozenset(), False), known)
    unclosed = unclosed_below(parsed.unclosed, skipped + table.grid.above + 1)
    return table._replace(grid=table.grid._replace(unclosed=unclosed))


def _table(sheet: WorkbookSheet, known: Callable[[str], bool]) -> NamedTable:
    rows = sheet.rows
    top = _header_row(rows, known, sheet.headings)
    names, top = _joined_header(rows, top, known, sheet.headings)
    grid = below_header(sheet.title, names, rows[top + 1 :], top)
    struck = frozenset(position - top for position in sheet.struck if position > top)
    headings = tuple(
        (position - top, next(cell for cell in rows[position] if cell.strip()))
        for position in sorted(sheet.headings)
        if position > top and position < len(rows)
    )
    above = [cell for row in rows[:top] for cell in dict.fromkeys(row) if cell.strip()]
    return NamedTable(
        sheet.title,
        grid,
        struck,
        headings,
        " ".join(above)[:200],
        sheet.hidden,
        tuple(sorted(position - top for position in sheet.hidden_rows if position > top)),
        tuple(
            grid.header[position]
            for position in sorted(sheet.hidden_columns)
            if position < len(grid.header)
        ),
    )


def _header_row(
    rows: Sequence[Sequence[str]], known: Callable[[str], bool], headings: frozenset[int]
) -> int:
    best, score = -1, 0
    for position, row in enumerate(rows[:_LOOK_AHEAD]):
        # A group's name merged over its columns counts once.
        count = len({cell for cell in row if known(cell)})
        if count > score and position not in headings:
            best, score = position, count
    if best >= 0:
        return best
    for position, row in enumerate(rows[:_LOOK_AHEAD]):
        if sum(1 for cell in row if cell.strip() and not cell.strip().isdigit()) >= 2:
            return position
    return 0


def _joined_header(
    rows: Sequence[Sequence[str]],
    top: int,
    known: Callable[[str], bool],
    headings: frozenset[int],
) -> tuple[list[str], int]:
    """Column names from one or two header rows, and the last row that is header."""
    names = [cell.strip().lstrip("\ufeff") for cell in rows[top]]
    over = rows[top - 1] if top and top - 1 not in headings else []
    for position, group in enumerate(cell.strip() for cell in over):
        if position >= len(names):
            names.extend([""] * (position + 1 - len(names)))
        name = names[position]
        if group and not name:
            names[position] = group
        elif group and group != name and known(f"{group} {name}"):
            names[position] = f"{group} {name}"
    under = rows[top + 1] if top + 1 < len(rows) else []
    joined = _with_under(names, [cell.strip() for cell in under], known)
    return (joined, top + 1) if joined else (names, top)


def _with_under(
    names: list[str], under: Sequence[str], known: Callable[[str], bool]
) -> list[str] | None:
    """The names with the parts below them ("Monday" over "Open" and "Close"), or None."""
    result = [*names, *[""] * (len(under) - len(names))]
    parts = 0
    for position, part in enumerate(under):
        name = result[position]
        if not part or part == name:
            continue
        if name and known(f"{name} {part}"):
            result[position] = f"{name} {part}"
        elif known(part):  # the name above is that of a group of columns
            result[position] = part
        else:
            return None
        parts += 1
    return result if parts >= 2 else None
