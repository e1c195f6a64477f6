"""CSV, XLSX and JSON lists: our own columns, or anybody's through header aliases or a recipe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

import pandas as pd

from assetmap.fields import FIELDS, Problem
from assetmap.files.source import UnreadableFile, as_text
from assetmap.files.table import Grid, unclosed_problem
from assetmap.places import fold
from assetmap.readers.document import Document
from assetmap.readers.kinds import category_kind
from assetmap.readers.sheets import NamedTable
from assetmap.readers.source import Read, ReadOptions, file_problem
from assetmap.readers.table.columns import Look, to_plain
from assetmap.words import text
from assetmap.words.formats import listed

NAME = "table"
_FLAT = 0.9


def sniff(document: Document) -> float:
    """Any table is ours, unless a reader of a certain format knows better; so is a flat list."""
    if document.table is not None:
        return 0.1
    return 0.05 if document.json is not None and _flat_rows(document.json) else 0.0


def _flat_rows(value: object) -> list[Mapping[str, object]]:
    """Objects of a JSON list, or of the one list in an envelope, whose values are plain."""
    if isinstance(value, dict):
        if _describes_a_package(value):
            return []
        lists = [part for part in value.values() if isinstance(part, list) and part]
        value = lists[0] if len(lists) == 1 else []
    result = value if isinstance(value, list) else []
    rows: list[Mapping[str, object]] = [row for row in result if isinstance(row, dict)]
    if len(rows) < 1 or len(rows) < _FLAT * len(result):
        return []
    plain = sum(not any(isinstance(part, list) for part in row.values()) for row in rows[:50])
    return rows if plain >= _FLAT * len(rows[:50]) and len(rows[0]) >= 2 else []


def _describes_a_package(value: Mapping[str, object]) -> bool:
    """Whether an object is a data package's own description: its rows are tables, not assets."""
    listed = value.get("resources")
    tables = listed if isinstance(listed, list) else []
    return any(isinstance(part, dict) and "schema" in part for part in tables)


def _as_grid(rows: list[Mapping[str, object]]) -> Grid:
    header = list(dict.fromkeys(name for row in rows for name in row))
    return Grid(header, [[as_text(row.get(name)) or "" for name in header] for row in rows])


def read(document: Document, options: ReadOptions) -> Read:
    """One asset per row below the header, of every sheet that is a table.

    A row's number counts from the header; rows of a second sheet go on counting.
    """
    tables = document.tables
    if not tables and document.json is not None and (rows := _flat_rows(document.json)):
        tables = [NamedTable("", _as_grid(rows))]
    if not tables:
        raise UnreadableFile(text("readers.no_table", name=document.name))
    tables = [table for table in tables if not _is_guide(table.grid)] or tables
    hidden = [table.title for table in tables if table.hidden]
    if len(hidden) < len(tables):
        tables = [table for table in tables if not table.hidden]
    else:
        hidden = []
    several = len(tables) > 1
    frames: list[pd.DataFrame] = []
    problems: list[Problem] = []
    spans: list[tuple[str, int, int]] = []
    no_tables: list[str] = []
    refused: UnreadableFile | None = None
    offset = 0
    for table in tables:
        title = table.title if several else _kind_said(table, document.name)
        look = Look(title, offset, table.struck, dict(table.headings))
        try:
            plain = to_plain(*_shown_columns(table), options, look=look)
        except UnreadableFile as error:
            refused = error
            no_tables.append(table.title)
            continue
        frames.append(plain.frame)
        problems += plain.problems
        problems += _said_of(table, offset)
        spans.append((table.title, offset + 1, offset + len(table.grid.rows)))
        offset += len(table.grid.rows)
    if not frames:
        raise refused or UnreadableFile(text("readers.no_table", name=document.name))
    if several:
        problems = [*_said_of_sheets(spans, no_tables), *problems]
        frames = _told_apart(frames, [title for title, _, _ in spans])
    problems += [
        file_problem(text("readers.hidden_sheet", sheet=title), "kept", title) for title in hidden
    ]
    if not offset:
        problems.append(file_problem(text("readers.no_rows"), "kept"))
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    return Read(frame, [*document.problems, *problems], offset, 0, NAME)


def _is_guide(table: Grid) -> bool:
    """Whether a sheet explains our columns, as the second and third of our own workbook do."""
    first = [row[0].strip() for row in table.rows if row and row[0].strip()]
    return len(first) >= 2 and all(cell in FIELDS for cell in first)


def _kind_said(table: NamedTable, file: str) -> str:
    """What the one table of a file is called, where that says what is in it: its sheet's name, the
    lines above its header, or the file's own name."""
    stem = re.sub(r"[\W_\d]+", " ", PurePath(file).stem)
    if words := next((words for words in (table.title, table.caption) if category_kind(words)), ""):
        return words
    return stem if category_kind(stem, single_words=False) else ""


def _shown_columns(table: NamedTable) -> tuple[list[str], list[list[str]]]:
    """Header and rows without columns that the sheet's owner hid."""
    header, rows = table.grid.header, table.grid.rows
    if not table.hidden_columns:
        return header, rows
    shown = [index for index, name in enumerate(header) if name not in table.hidden_columns]
    return [header[index] for index in shown], [[row[index] for index in shown] for row in rows]


def _said_of(table: NamedTable, offset: int) -> list[Problem]:
    grid = table.grid
    problems: list[Problem] = []
    if grid.above:
        problems.append(file_problem(text("readers.lines_above", n=grid.above)))
    if grid.ragged:
        rows = _numbers(grid.ragged, offset)
        problems.append(file_problem(text("readers.ragged", rows=rows), "kept"))
    if table.hidden_rows:
        rows, count = _numbers(table.hidden_rows, offset), len(table.hidden_rows)
        problems.append(file_problem(text("readers.hidden_rows", n=count, rows=rows), "kept"))
    if table.hidden_columns:
        columns = ", ".join(f"'{name}'" for name in table.hidden_columns)
        problems.append(file_problem(text("readers.hidden_columns", columns=columns), "kept"))
    return [*problems, *(unclosed_problem(row + offset) for row in grid.unclosed)]


def _numbers(rows: Sequence[int], offset: int) -> str:
    return ", ".join(str(row + offset) for row in rows[:8]) + (", …" if len(rows) > 8 else "")


def _said_of_sheets(spans: list[tuple[str, int, int]], no_tables: list[str]) -> list[Problem]:
    parts = [f"'{title}' ({first}–{last})" for title, first, last in spans]
    problems = []
    if len(spans) > 1:
        problems.append(file_problem(text("readers.sheets", sheets=listed(parts))))
    for title in no_tables:
        problems.append(file_problem(text("readers.no_table_sheet", sheet=title), "kept", title))
    return problems


def _told_apart(frames: list[pd.DataFrame], titles: list[str]) -> list[pd.DataFrame]:
    """The frames with ids that stand in two sheets led by their sheet's name."""
    seen: dict[str, set[int]] = {}
    for number, frame in enumerate(frames):
        for identity in frame["id"]:
            seen.setdefault(identity, set()).add(number)
    twice = {identity for identity, sheets in seen.items() if len(sheets) > 1}
    if not twice:
        return frames
    changed = []
    for frame, title in zip(frames, titles, strict=True):
        frame = frame.copy()
        lead = "-".join(fold(title).split())
        again = frame["id"].isin(twice)
        own = [f"{lead}-{part}" for part in frame.loc[again, "source_id"]]
        sources = frame.loc[again, "source"]
        frame.loc[again, "source_id"] = own
        frame.loc[again, "id"] = [f"{a}:{b}" for a, b in zip(sources, own, strict=True)]
        changed.append(frame)
    return changed
