"""A table with somebody's own columns, made plain: our fields, and the rest in `original`.

Columns are worked on whole and each distinct text once, because a hundred thousand rows hold
few distinct towns, kinds and hours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import Problem, pack_original
from assetmap.files.source import UnreadableFile
from assetmap.readers import header as headers
from assetmap.readers.source import Options
from assetmap.readers.table.ids import give_ids, identity
from assetmap.readers.table.places import read_addresses, read_coordinates
from assetmap.readers.table.sheet import Sheet
from assetmap.readers.table.times import fill_times
from assetmap.readers.table.words import read_kinds, read_values

_STAMP = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|\d{1,7}")
# The CSV writer puts an apostrophe before a cell that a spreadsheet would run as a formula.
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Plain(NamedTuple):
    """The plain frame, what was said, and how many rows were empty."""

    frame: pd.DataFrame
    problems: list[Problem]
    empty: int


def unguarded(cell: str) -> str:
    """A cell without outer blanks and without the apostrophe that guards a formula."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def _column(texts: Sequence[str], clean: Callable[[str], str]) -> np.ndarray:
    column = np.empty(len(texts), dtype=object)
    column[:] = [clean(text) for text in texts]
    return column


def to_plain(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    options: Options,
    extra: Mapping[str, Sequence[str]] | None = None,
    clean: Callable[[str], str] = unguarded,
) -> Plain:
    """The rows of a table with column `names` as plain columns.

    `extra` are fields known otherwise (the point of a GeoJSON feature); they win.
    `clean` is done to every cell. Raises UnreadableFile when no column is a name.
    """
    matched, problems = headers.match(names, options.recipe)
    if not {"name", "organization"} & {*matched.first, *options.recipe.fill}:
        shown = ", ".join(f"'{name}'" for name in list(names)[:8])
        raise UnreadableFile(
            f"No column is a name of an asset; the columns are {shown}. Call one of them 'name', "
            "or say in a recipe which it is."
        )
    columns = [_column(texts, clean) for texts in zip(*rows, strict=True)]
    if not rows:
        columns = [np.empty(0, dtype=object) for _ in names]
    keep, said = _empty_rows(columns, len(rows), extra)
    numbers = np.flatnonzero(keep) + 1
    columns = [column[keep] for column in columns]
    sheet = Sheet(numbers, names)
    sheet.problems = [*problems, *said]
    _assign(sheet, columns, matched, options)
    for field, texts in (extra or {}).items():
        sheet.fields[field] = np.array(list(texts), dtype=object)[keep]
    options.tick(len(rows) // 4, len(rows))
    known_by = identity(sheet)
    read_coordinates(sheet)
    read_addresses(sheet, options)
    read_kinds(sheet, matched)
    options.tick(len(rows) // 2, len(rows))
    read_values(sheet)
    fill_times(sheet)
    give_ids(sheet, known_by, options)
    frame = _frame(sheet, columns, matched)
    options.tick(len(rows), len(rows))
    return Plain(frame, sheet.problems, int((~keep).sum()))


def _empty_rows(
    columns: list[np.ndarray], size: int, extra: Mapping[str, Sequence[str]] | None
) -> tuple[np.ndarray, list[Problem]]:
    """Rows that say something. A lone time stamp or number says nothing: forms leave them."""
    filled = np.zeros(size, dtype=int)
    for column in columns:
        filled += column != ""
    keep = filled > 0
    for at in map(int, np.flatnonzero(filled == 1)):
        only = next(column[at] for column in columns if column[at] != "")
        keep[at] = not _STAMP.fullmatch(only)
    if extra:
        keep[:] = True
    gone = np.flatnonzero(~keep) + 1
    if not len(gone):
        return keep, []
    stamped = bool((filled[~keep] == 1).any())
    what = "hold nothing but a time stamp or a number" if stamped else "are empty"
    listed = _ranges(gone)
    message = f"Rows {listed} ({len(gone)} rows) {what}; delete them from the table."
    if len(gone) == 1:
        what = what.replace("hold ", "holds ").replace("are ", "is ")
        message = f"Row {listed} {what}; delete it from the table."
    return keep, [Problem(int(gone[0]), "row", "", "rejected", message)]


def _ranges(numbers: np.ndarray) -> str:
    """Row numbers as people write them: "3, 134–157"."""
    parts: list[str] = []
    for block in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
        parts.append(f"{block[0]}–{block[-1]}" if len(block) > 1 else str(block[0]))
    return ", ".join(parts[:12]) + (", …" if len(parts) > 12 else "")


def _assign(
    sheet: Sheet, columns: list[np.ndarray], matched: headers.Columns, options: Options
) -> None:
    for field, index in matched.first.items():
        sheet.fields[field] = columns[index].copy()
        sheet.from_column[field] = sheet.names[index]
        for other in matched.joined.get(field, ()):
            sheet.fields[field] = _joined(sheet.fields[field], columns[other])
    for field, value in options.recipe.fill.items():
        column = sheet.get(field).copy()
        column[column == ""] = value
        sheet.fields[field] = column


def _joined(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    result = left.copy()
    for at in map(int, np.flatnonzero(right != "")):
        one, two = left[at], right[at]
        if not one or one == two:
            result[at] = two
        else:
            stop = "" if one.endswith((".", "!", "?")) else "."
            result[at] = f"{one}{stop} {two}"
    return result


def _frame(sheet: Sheet, columns: list[np.ndarray], matched: headers.Columns) -> pd.DataFrame:
    """The plain frame; columns without a field of ours go into `original`."""
    ours = sheet.take("original")
    for index in matched.unknown:
        for at in map(int, np.flatnonzero(columns[index] != "")):
            sheet.original[at].setdefault(sheet.names[index], columns[index][at])
    packed = [
        pack_original({**kept, **_unpack(text)}) if text else pack_original(kept) if kept else None
        for text, kept in zip(ours, sheet.original, strict=True)
    ]
    data: dict[str, Any] = {"row": sheet.rows.astype("int64")}
    for field in vocabulary.fields():
        if field in sheet.fields and field != "original":
            column = sheet.fields[field]
            data[field] = pd.array([text or None for text in column], dtype="str")
    data["original"] = pd.array(packed, dtype="str")
    return pd.DataFrame(data)


def _unpack(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {"original": text}
    return found if isinstance(found, dict) else {"original": found}
