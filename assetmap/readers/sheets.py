"""The tables of a document: every sheet of a workbook, header rows put together, look of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assetmap.files.rows import parse_rows, refuse_padding
from assetmap.files.source import UnreadableFile
from assetmap.files.table import MAX_COLUMNS, Grid
from assetmap.files.workbook import WorkbookSheet
from assetmap.words import text

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
    rows, skipped = parsed.rows, 0
    if rows and 0 < len(rows[0]) <= 2 and rows[0][0].lower().startswith("sep="):
        rows, skipped = rows[1:], 1
    if not any(any(cell.strip() for cell in row) for row in rows[:_LOOK_AHEAD]):
        raise UnreadableFile(text("files.empty", name=name))
    width = max(len(row) for row in rows)
    if width > MAX_COLUMNS:
        message = text(
            "files.too_many_columns", name=name, columns=f"{width:,}", limit=f"{MAX_COLUMNS:,}"
        )
        raise UnreadableFile(message)
    table = _table(WorkbookSheet("", rows, frozenset(), frozenset(), False), known)
    first = skipped + table.grid.above + 1
    unclosed = tuple(max(number - first, 0) for number in parsed.unclosed)
    return table._replace(grid=table.grid._replace(unclosed=unclosed))


def _table(sheet: WorkbookSheet, known: Callable[[str], bool]) -> NamedTable:
    rows = sheet.rows
    top = _header_row(rows, known, sheet.headings)
    names, top = _joined_header(rows, top, known, sheet.headings)
    body = [list(row) for row in rows[top + 1 :]]
    while names and not names[-1]:
        names.pop()
    named = len(names)
    ragged = tuple(
        number for number, row in enumerate(body, 1) if any(cell.strip() for cell in row[named:])
    )
    width = max([named, *(len(row) for row in body)]) if ragged else named
    header = _unique(names + [""] * (width - named))
    refuse_padding(sheet.title, len(body) * width, sum(map(len, body)))
    for row in body:
        row.extend([""] * (width - len(row)))
        del row[width:]
    first = top + 1
    struck = frozenset(position - top for position in sheet.struck if position > top)
    headings = tuple(
        (position - top, next(cell for cell in rows[position] if cell.strip()))
        for position in sorted(sheet.headings)
        if position > top and position < len(rows)
    )
    above = [cell for row in rows[:top] for cell in dict.fromkeys(row) if cell.strip()]
    return NamedTable(
        sheet.title,
        Grid(header, body, first - 1, ragged),
        struck,
        headings,
        " ".join(above)[:200],
        sheet.hidden,
        tuple(sorted(position - top for position in sheet.hidden_rows if position > top)),
        tuple(header[position] for position in sorted(sheet.hidden_columns) if position < width),
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


def _unique(names: Sequence[str]) -> list[str]:
    """Column names, nameless ones numbered and repeated ones told apart."""
    seen: Counter[str] = Counter()
    result: list[str] = []
    for position, name in enumerate(names, 1):
        plain = name or f"column {position}"
        seen[plain] += 1
        result.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return result
