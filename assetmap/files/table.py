"""Rows to tables: which row is the header, which sheet, which column is which.

One opener for every table a person hands over: asset lists, survey exports, areas, need
indicators, places, corrections, merges, connections, recipes, releases. The same bytes mean the
same everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from assetmap.fields import Problem
from assetmap.files.rows import open_rows
from assetmap.files.source import CellRows, Source, UnreadableFile, refuse_padding, short_row
from assetmap.files.text import DecodedText, decode
from assetmap.words import text

MAX_COLUMNS = 2_000
_LOOK_AHEAD = 30
_PLAIN_NUMBER = re.compile(r"[-+]?[\d.,\s%/:-]+")


class Grid(NamedTuple):
    """A table: column names, rows of the same width, and what is above the header.

    Row numbers are the source's own: the first record after the header is 1. `ragged` rows are
    longer than the header; `unclosed` are rows with a quotation mark that is never closed.
    """

    header: list[str]
    rows: list[list[str]]
    above: int = 0
    ragged: tuple[int, ...] = ()
    unclosed: tuple[int, ...] = ()

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Row number and cells by column name, of rows that are not empty."""
        for number, row in enumerate(self.rows, 1):
            if any(cell.strip() for cell in row):
                yield number, dict(zip(self.header, (cell.strip() for cell in row), strict=True))


def open_table(source: Source, known: Iterable[str] = ()) -> tuple[Grid, list[Problem]]:
    """The one table in `source` and what had to be repaired to read it.

    `known` are names that columns may have, in any case and with any blanks; the header is the row
    with the most of them. Of a workbook the sheet that has the most. Raises UnreadableFile.
    """
    names = {_folded(name) for name in known}
    tables = open_rows(source)
    grids = [_grid(rows, lambda cell: _folded(cell) in names) for rows in tables if rows.rows]
    if not grids:
        raise UnreadableFile(text("files.empty", name=source.name))
    best = max(
        range(len(grids)),
        key=lambda index: (
            sum(_folded(column) in names for column in grids[index].header),
            len(grids[index].rows),
        ),
    )
    problems: list[Problem] = []
    if source.data[:4] != b"PK\x03\x04":
        problems = repairs(decode(source.name, source.data))
    problems += [unclosed_problem(row) for row in grids[best].unclosed]
    return grids[best], problems


def open_frame(source: Source, known: Iterable[str] = ()) -> tuple[pd.DataFrame, list[Problem]]:
    """The one table in `source` as a frame of text columns ("" where a cell is empty), without
    its empty rows; the index holds the row numbers. Raises UnreadableFile."""
    grid, problems = open_table(source, known)
    numbered = list(grid.records())
    frame = pd.DataFrame(
        {
            name: pd.array([cells[name] for _, cells in numbered], dtype="str")
            for name in grid.header
        },
        index=pd.Index([number for number, _ in numbered], dtype="int64"),
    )
    return frame, problems


def open_records(
    source: Source, columns: Mapping[str, Iterable[str]]
) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Rows of a small table of known columns: row number and cells by our name of the column.

    `columns` gives each column's other names; a column that is not there is "" in every row, one
    that is not asked for is left out. Empty rows are skipped. Raises UnreadableFile.
    """
    known = [name for column, aliases in columns.items() for name in (column, *aliases)]
    grid, problems = open_table(source, known)
    positions = columns_of(grid, columns)
    records = [
        (
            number,
            {name: row[positions[name]].strip() if name in positions else "" for name in columns},
        )
        for number, row in enumerate(grid.rows, 1)
        if any(cell.strip() for cell in row)
    ]
    return records, problems


def repairs(decoded: DecodedText) -> list[Problem]:
    """What has to be said of a text that was not whole."""
    problems: list[Problem] = []
    if decoded.repaired:
        message = text(
            "files.repaired",
            n=decoded.repaired,
            encoding=decoded.encoding,
            example=decoded.example,
        )
        problems.append(Problem(None, "file", decoded.example, "fixed", message))
    for line in decoded.zeros[:20]:
        problems.append(Problem(None, "file", "", "fixed", text("files.zero_byte", line=line)))
    return problems


def unclosed_problem(row: int) -> Problem:
    """The sentence about a row whose quotation mark is never closed."""
    return Problem(row, "row", "", "fixed", text("files.unclosed", row=row))


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def _header_row(rows: list[list[str]], known: Callable[[str], bool]) -> int:
    """The row with the most names we know; else the first row with two texts in it."""
    best, score = -1, 0
    for index, row in enumerate(rows[:_LOOK_AHEAD]):
        names = sum(1 for cell in row if known(cell))
        if names > score:
            best, score = index, names
    if best >= 0:
        return best
    for index, row in enumerate(rows[:_LOOK_AHEAD]):
        if sum(1 for cell in row if cell.strip() and not _PLAIN_NUMBER.fullmatch(cell)) >= 2:
            return index
    return 0


def _grid(table: CellRows, known: Callable[[str], bool]) -> Grid:
    rows, skipped = without_separator_line(table)
    top = _header_row(rows, known)
    names = [cell.strip().lstrip("\ufeff") for cell in rows[top]]
    body = rows[top + 1 :]
    refuse_wide(table.name, [names, *body])
    grid = below_header(table.name, names, body, top)
    return grid._replace(unclosed=unclosed_below(table.unclosed, skipped + top + 1))


def without_separator_line(table: CellRows) -> tuple[list[list[str]], int]:
    """The rows without the line `sep=;` that some programs write first, and how many that was.

    Raises UnreadableFile where nothing is written.
    """
    rows, skipped = table.rows, 0
    if rows and 0 < len(rows[0]) <= 2 and rows[0][0].lower().startswith("sep="):
        rows, skipped = rows[1:], 1
    if not any(any(cell.strip() for cell in row) for row in rows[:_LOOK_AHEAD]):
        raise UnreadableFile(text("files.empty", name=table.name))
    return rows, skipped


def refuse_wide(name: str, rows: Iterable[list[str]]) -> None:
    """Raises UnreadableFile for rows wider than MAX_COLUMNS."""
    width = max(map(len, rows))
    if width > MAX_COLUMNS:
        limit = f"{MAX_COLUMNS:,}"
        raise UnreadableFile(
            text("files.too_many_columns", name=name, columns=f"{width:,}", limit=limit)
        )


def below_header(name: str, names: Sequence[str], body: Sequence[list[str]], above: int) -> Grid:
    """The rows below a header as a table, all of one width, every column with a name of its own.

    Raises UnreadableFile where most of it would be padding.
    """
    named = len(names)
    while named and not names[named - 1]:
        named -= 1
    ragged = tuple(
        number for number, row in enumerate(body, 1) if any(cell.strip() for cell in row[named:])
    )
    width = max([named, *map(len, body)]) if ragged else named
    refuse_padding(name, len(body) * width, sum(map(len, body)))
    header = _unique([*names[:named], *[""] * (width - named)])
    rows = [
        [*short_row(row), *[""] * (width - len(row))]
        if len(row) < width
        else short_row(row)[:width]
        for row in body
    ]
    return Grid(header, rows, above, ragged)


def unclosed_below(lines: Iterable[int], first: int) -> tuple[int, ...]:
    """Row numbers below the header (line `first`) of lines with an unclosed quotation mark."""
    return tuple(max(number - first, 0) for number in lines)


def _unique(names: Iterable[str]) -> list[str]:
    """Column names, nameless ones numbered and repeated ones told apart."""
    seen: Counter[str] = Counter()
    result: list[str] = []
    for position, name in enumerate(names, 1):
        plain = name or f"column {position}"
        seen[plain] += 1
        result.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return result


def columns_of(grid: Grid, aliases: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Which column of `grid` each name of `aliases` is, by itself or by one of its aliases."""
    positions: dict[str, int] = {}
    for index, column in reversed(list(enumerate(grid.header))):
        positions[_folded(column)] = index
    named: dict[str, int] = {}
    for name, others in aliases.items():
        for alias in (name, *others):
            if _folded(alias) in positions:
                named[name] = positions[_folded(alias)]
                break
    return named
