"""A table with somebody's own columns, made plain: our fields, and the rest in `original`.

Columns are worked on whole and each distinct text once, because a hundred thousand rows hold
few distinct towns, kinds and hours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import Problem, pack_original
from assetmap.files.source import UnreadableFile
from assetmap.readers import header as headers
from assetmap.readers.kinds import category_kind
from assetmap.readers.sanity import topic_of
from assetmap.readers.source import ReadOptions, file_problem
from assetmap.readers.table.ids import give_ids, identity
from assetmap.readers.table.places import read_addresses, read_coordinates
from assetmap.readers.table.sheet import (
    PLAIN_LOOK,
    Look,
    Sheet,
    categories_of_look,
    cross_out,
    fill_repeated,
    name_by_program,
    read_closed_names,
    rows_to_keep,
)
from assetmap.readers.table.times import fill_times, read_serial_dates
from assetmap.readers.table.words import read_beds, read_kinds, read_rent, read_values
from assetmap.words import text

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
    column[:] = [clean(cell) for cell in texts]
    return column


def to_plain(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    options: ReadOptions,
    extra: Mapping[str, Sequence[str]] | None = None,
    clean: Callable[[str], str] = unguarded,
    look: Look = PLAIN_LOOK,
) -> Plain:
    """The rows of a table with column `names` as plain columns.

    `extra` are fields known otherwise (the point of a GeoJSON feature); they win.
    `clean` is done to every cell. Raises UnreadableFile when no column is a name.
    """
    matched, problems = headers.match(names, options.recipe)
    columns = [_column(texts, clean) for texts in zip(*rows, strict=True)]
    if not rows:
        columns = [np.empty(0, dtype=object) for _ in names]
    if not {"name", "organization"} & {*matched.first, *options.recipe.fill}:
        matched, guessed, look = _take_for_name(names, columns, matched, look)
        problems += guessed
    if not {"name", "organization"} & {*matched.first, *options.recipe.fill}:
        shown = ", ".join(f"'{name}'" for name in list(names)[:8])
        raise UnreadableFile(text("readers.no_name_column", columns=shown))
    notes = fill_repeated(columns, names)
    keep, gone, look = rows_to_keep(columns, len(rows), matched, look, bool(extra))
    notes += gone
    positions = np.flatnonzero(keep)
    columns = [column[keep] for column in columns]
    sheet = Sheet(positions + 1 + look.offset, names)
    sheet.problems = [*problems, *notes]
    _assign(sheet, columns, matched, options)
    for field, texts in (extra or {}).items():
        sheet.fields[field] = np.array(list(texts), dtype=object)[keep]
    categories_of_look(sheet, look)
    cross_out(sheet, look)
    options.tick(len(rows) // 4, len(rows))
    known_by = identity(sheet)
    name_by_program(sheet, matched)
    read_coordinates(sheet)
    read_addresses(sheet, options)
    read_kinds(sheet, matched)
    read_closed_names(sheet)
    options.tick(len(rows) // 2, len(rows))
    read_serial_dates(sheet)
    read_beds(sheet)
    read_rent(sheet)
    read_values(sheet)
    fill_times(sheet, columns, matched.days)
    give_ids(sheet, known_by, options)
    frame = _frame(sheet, columns, matched)
    options.tick(len(rows), len(rows))
    return Plain(frame, sheet.problems, int((~keep).sum()))


_PLACE_FIELDS = frozenset(
    ("address", "city", "location", "phone", "hours", "day", "url", "latitude", "coordinates")
)
_NAMED, _DISTINCT = 0.9, 0.7


def _take_for_name(
    names: Sequence[str], columns: Sequence[np.ndarray], matched: headers.Columns, look: Look
) -> tuple[headers.Columns, list[Problem], Look]:
    """The column that is most likely a name, where the header calls none so.

    A column of programs; one that is called by a kind ("Pantry", "Sober House"), which is then the
    kind of the list; else the first column of words that are nearly all there and differ, in a
    table that also says where, when or how to call.
    """
    first = dict(matched.first)
    index: int | None = first.pop("program", None)
    kind = ""
    if index is None:
        for position in matched.unknown:
            kind = category_kind(names[position])
            if kind and _are_names(columns[position]):
                index = position
                break
    if index is None and len(_PLACE_FIELDS & set(first)) + bool(matched.days) >= 2:
        kind = ""
        index = next((p for p in matched.unknown[:3] if _are_names(columns[p])), None)
    if index is None:
        return matched, [], look
    unknown = tuple(position for position in matched.unknown if position != index)
    taken = matched._replace(first={**first, "name": index}, unknown=unknown)
    if kind and not look.title:
        look = look._replace(title=names[index])
    note = text("readers.name_guessed", column=names[index])
    return taken, [file_problem(note, "guessed")], look


def _are_names(column: np.ndarray) -> bool:
    filled = [cell for cell in column if cell]
    if not filled or len(filled) < _NAMED * len(column):
        return False
    words = sum(bool(re.search(r"[^\W\d_]{2,}", cell)) and len(cell) <= 120 for cell in filled)
    return words >= _NAMED * len(filled) and len(set(filled)) >= _DISTINCT * len(filled)


def _assign(
    sheet: Sheet, columns: list[np.ndarray], matched: headers.Columns, options: ReadOptions
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
    for position in map(int, np.flatnonzero(right != "")):
        item, two = left[position], right[position]
        if not item or item == two:
            result[position] = two
        else:
            stop = "" if item.endswith((".", "!", "?")) else "."
            result[position] = f"{item}{stop} {two}"
    return result


def _frame(sheet: Sheet, columns: list[np.ndarray], matched: headers.Columns) -> pd.DataFrame:
    """The plain frame; columns without a field of ours go into `original`."""
    ours = sheet.take("original")
    _say_unused(sheet, columns, matched)
    for index in matched.unknown:
        for position in map(int, np.flatnonzero(columns[index] != "")):
            sheet.original[position].setdefault(sheet.names[index], columns[index][position])
    packed = [
        pack_original({**kept, **_unpack(own)}) if own else pack_original(kept) if kept else None
        for own, kept in zip(ours, sheet.original, strict=True)
    ]
    data: dict[str, object] = {"row": sheet.rows.astype("int64")}
    for field in vocabulary.fields():
        if field in sheet.fields and field != "original":
            column = sheet.fields[field]
            data[field] = pd.array([value or None for value in column], dtype="str")
    data["original"] = pd.array(packed, dtype="str")
    return pd.DataFrame(data)


def _say_unused(sheet: Sheet, columns: list[np.ndarray], matched: headers.Columns) -> None:
    """Name the columns that look like place, hours, kind or contact and were not read."""
    by_topic: dict[str, list[str]] = {}
    for index in matched.unknown:
        topic = topic_of(sheet.names[index])
        filled = int((columns[index] != "").sum())
        if topic and filled >= 2 and filled >= len(sheet.rows) / 5:
            by_topic.setdefault(topic, []).append(f"'{sheet.names[index]}'")
    for topic, names in by_topic.items():
        message = text(
            "readers.columns_unused",
            columns=", ".join(names[:6]),
            topic=text(f"readers.topic_{topic}"),
        )
        sheet.problems.append(file_problem(message, "kept"))


def _unpack(packed: str) -> dict[str, object]:
    try:
        document = json.loads(packed)
    except (ValueError, RecursionError):
        return {"original": packed}
    return document if isinstance(document, dict) else {"original": document}
