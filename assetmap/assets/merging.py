"""One plain row of each asset before the gate: what people said put on, rows of one asset joined.

A `Statement` is one value of one field of one asset, already read (`readers.human`), so that a
value nobody can read never gets here. Corrections of a file and of a ledger are the same.

Merging comes before `check`, so that whatever one of the rows keeps private is kept private of
the one they become, whichever of them is newer. The line in merges.csv is the undo: nothing of
a row is kept inside another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.assets.addresses import PRIVACY, default_precision
from assetmap.assets.draft import ALSO_AT, ALSO_ROWS, ALSO_SEPARATOR
from assetmap.fields import Problem, pack_original, unpack_original
from assetmap.words import text

# A point belongs to the address that it was given with.
_POINT = ("latitude", "longitude")
TextRow = dict[str, str]
_PLACE = ("address", "city", "region", "postal_code", "latitude", "longitude")
_KEPT = frozenset(("id", "source", "source_id", "row"))
_AGES = ("verified_on", "published_at", "fetched_at")


class Statement(NamedTuple):
    """One value that somebody said: plain text as `assets.check` reads it, "" for unknown.

    `asset` is its id, `at` the ISO day or moment it was said ("" where nobody knows), `role` who
    said it, never a name.
    """

    asset: str
    field: str
    value: str
    at: str = ""
    role: str = ""


class Folded(NamedTuple):
    """The frame with all entries in it, and the ids that no row has."""

    frame: pd.DataFrame
    missing: frozenset[str]


def fold_entries(frame: pd.DataFrame, entries: Sequence[Statement]) -> Folded:
    """The plain `frame` with the values of `entries`, the last of a field winning.

    A new address takes the old one's point away unless a point is said too; beds that are open
    are open as of the day it was said. The given frame is not changed.
    """
    if not entries:
        return Folded(frame, frozenset())
    position = {name: row for row, name in reversed(list(enumerate(ids_of(frame))))}
    last: dict[tuple[str, str], Statement] = {}
    for entry in entries:
        last.pop((entry.asset, entry.field), None)
        last[entry.asset, entry.field] = entry
    columns = {name: frame[name].astype(object).to_numpy(copy=True) for name in frame}
    missing: set[str] = set()
    for entry in last.values():
        row = position.get(entry.asset)
        if row is None:
            missing.add(entry.asset)
            continue
        before = columns[entry.field][row] if entry.field in columns else None
        _set(columns, len(frame), row, entry.field, entry.value)
        if entry.field == "address" and not _same(before, entry.value):
            for name in _POINT:
                if (entry.asset, name) not in last:
                    _set(columns, len(frame), row, name, "")
        dated = entry.field == "beds_open" and entry.at
        if dated and (entry.asset, "beds_as_of") not in last:
            _set(columns, len(frame), row, "beds_as_of", entry.at)
    return Folded(pd.DataFrame(columns), frozenset(missing))


def _set(columns: dict[str, np.ndarray], size: int, row: int, field: str, value: str) -> None:
    if field not in columns:
        columns[field] = np.full(size, None, dtype=object)
    columns[field][row] = value


def _same(before: object, value: str) -> bool:
    return isinstance(before, str) and before.split() == value.split()


def ids_of(frame: pd.DataFrame) -> list[str]:
    """Each row's `source:original id`, as `assets.check` will give it."""
    blank: Iterable[object] = [None] * len(frame)
    # As objects first: taking values out of an Arrow column one by one is ten times slower.
    own_ids = frame["source_id"].to_numpy(dtype=object) if "source_id" in frame else blank
    ids = frame["id"].to_numpy(dtype=object) if "id" in frame else blank
    sources = frame["source"].to_numpy(dtype=object)
    result = []
    for source, own, name in zip(sources, own_ids, ids, strict=True):
        text = own if isinstance(own, str) and own else name
        text = text.strip() if isinstance(text, str) else ""
        result.append(text if text.startswith(f"{source}:") else f"{source}:{text}")
    return result


class Merged(NamedTuple):
    """The frame with one row for each merged asset, and what went into what.

    `into` maps the id of a row that is gone to the id of the row that holds it now; `sources`
    counts by source the rows that went into another.
    """

    frame: pd.DataFrame
    into: dict[str, str]
    sources: dict[str, int]
    problems: list[Problem]


def merge_rows(frame: pd.DataFrame, pairs: Iterable[tuple[int, str, str]]) -> Merged:
    """One plain row for each (line, id kept, other id) of `pairs`.

    Field by field the newer row's value is taken (checked last, else changed at the source
    last) and the other's where the newer has none. Who does not want to be listed, or shows no
    address, in one of them does not in the merged one. A line whose asset is gone is reported.
    """
    listed = list(pairs)
    if not listed:
        return Merged(frame, {}, {}, [])
    ids = ids_of(frame)
    position = {name: row for row, name in reversed(list(enumerate(ids)))}
    names = [str(name) for name in frame]
    rows: dict[str, TextRow] = {}
    into: dict[str, str] = {}
    problems: list[Problem] = []
    sources: dict[str, int] = {}
    for line, kept, other in listed:
        if kept not in position or other not in position:
            problems.append(_gone(line, "keep" if kept not in position else "other"))
            continue
        kept, other = _end_of(kept, into), _end_of(other, into)
        if kept == other:
            continue
        first = rows.get(kept) or _row(frame, position[kept], names)
        second = rows.pop(other, None) or _row(frame, position[other], names)
        rows[kept], differing = _joined(first, second)
        into[other] = kept
        sources[second["source"]] = sources.get(second["source"], 0) + 1
        if differing:
            fields = ", ".join(differing)
            note = text("merges.differing", line=line, fields=fields)
            problems.append(Problem(line, "keep", "", "kept", note, "merges"))
    if into:
        frame = _frame(frame, rows, position, set(into))
    return Merged(frame, into, sources, problems)


def _gone(line: int, column: str) -> Problem:
    # The id is not repeated: of an asset that is not there nobody knows what it may tell.
    return Problem(
        line, column, "", "kept", text("merges.gone", line=line, column=column), "merges"
    )


def _end_of(name: str, into: dict[str, str]) -> str:
    while name in into:
        name = into[name]
    return name


def _row(frame: pd.DataFrame, position: int, names: Sequence[str]) -> TextRow:
    values = {name: frame[name].iat[position] for name in names if name != "row"}
    row = {name: value for name, value in values.items() if isinstance(value, str) and value}
    return {**row, ALSO_ROWS: f"{row.get('source', '')}\x1f{frame['row'].iat[position]}"}


def _joined(kept: TextRow, other: TextRow) -> tuple[TextRow, list[str]]:
    """The row of both, and the fields whose values differ and of which only one is shown."""
    newer, older = (other, kept) if _age(other) > _age(kept) else (kept, other)
    joined = {**older, **newer}
    differing = [
        name
        for name in vocabulary.fields()
        if name in newer and name in older and name not in (*_KEPT, *_AGES, "original")
        if " ".join(newer[name].split()).casefold() != " ".join(older[name].split()).casefold()
    ]
    # A place is one thing: never the street of one row with the town of the other.
    placed = newer if any(name in newer for name in ("address", "latitude")) else older
    for name in _PLACE:
        if name in placed:
            joined[name] = placed[name]
        elif name in ("address", "postal_code", "latitude", "longitude"):
            joined.pop(name, None)
    # A text and its translation are one thing too.
    if "description" in differing and "description_es" not in newer:
        joined.pop("description_es", None)
    for name in ("id", "source", "source_id"):
        joined.pop(name, None)
        if name in kept:
            joined[name] = kept[name]
    if any(_says_no(row, "listed_ok") for row in (kept, other)):
        joined["listed_ok"] = "no"
    _keep_private(joined, kept, other)
    places = {_place(row) for row in (kept, other)} | {
        part for row in (kept, other) for part in row.get(ALSO_AT, "").split(ALSO_SEPARATOR)
    }
    places -= {_place(joined), ""}
    if places:
        joined[ALSO_AT] = ALSO_SEPARATOR.join(sorted(places))
    joined[ALSO_ROWS] = ALSO_SEPARATOR.join((kept[ALSO_ROWS], other[ALSO_ROWS]))
    original = {**unpack_original(older.get("original")), **unpack_original(newer.get("original"))}
    packed = pack_original(original)
    joined.pop("original", None)
    if packed:
        joined["original"] = packed
    return joined, differing


def _keep_private(joined: TextRow, kept: TextRow, other: TextRow) -> None:
    """What one of the rows keeps private stays so: an explicit no is stronger than a yes."""
    joined.pop("location_precision", None)
    given = [_precision(row) for row in (kept, other)]
    strictest = max(given, key=lambda name: PRIVACY.get(name or None, 0))
    if strictest:
        joined["location_precision"] = strictest
    refused = any(
        _says_no(row, "address_ok")
        or (PRIVACY.get(_precision(row) or None, 0) and not _says_yes(row, "address_ok"))
        for row in (kept, other)
    )
    consented = any(_says_yes(row, "address_ok") for row in (kept, other))
    by_kind = max(PRIVACY.get(_precision_of_kind(row), 0) for row in (kept, other))
    if refused:
        joined["address_ok"] = "no"
        # Of two kinds, the one that needs more privacy decides how much is shown.
        if by_kind == PRIVACY["hidden"]:
            joined["location_precision"] = "hidden"
    elif consented:
        joined["address_ok"] = "yes"
    elif by_kind and PRIVACY.get(_precision(joined) or None, 0) < by_kind:
        joined["location_precision"] = "hidden" if by_kind == PRIVACY["hidden"] else "area"


def _precision(row: TextRow) -> str:
    value = cells.choice(row.get("location_precision", ""), "location_precision").value
    return value if isinstance(value, str) else ""


def _precision_of_kind(row: TextRow) -> str:
    kind = cells.choice(row.get("kind", ""), "kinds").value
    return default_precision(kind) if isinstance(kind, str) else "exact"


def _says_no(row: TextRow, name: str) -> bool:
    return cells.yes_no(row.get(name, "")).value is False


def _says_yes(row: TextRow, name: str) -> bool:
    return cells.yes_no(row.get(name, "")).value is True


def _place(row: TextRow) -> str:
    """Street and town of a row in one text, "" without a street."""
    address = row.get("address", "")
    return ", ".join(filter(None, (address, row.get("city", "")))) if address else ""


def _age(row: TextRow) -> tuple[str, ...]:
    return tuple(cells.moment(row[name]).value or "" if row.get(name) else "" for name in _AGES)


def _frame(
    frame: pd.DataFrame, rows: dict[str, TextRow], position: dict[str, int], gone: set[str]
) -> pd.DataFrame:
    names = list(
        dict.fromkeys([*map(str, frame), *(name for row in rows.values() for name in row)])
    )
    size = len(frame)
    columns = {
        name: (
            frame[name].astype(object).to_numpy(copy=True)
            if name in frame
            else np.full(size, None, dtype=object)
        )
        for name in names
    }
    for name, row in rows.items():
        for field in names:
            if field != "row":
                columns[field][position[name]] = row.get(field)
    keep = np.ones(size, dtype=bool)
    keep[[position[name] for name in gone]] = False
    return pd.DataFrame({name: column[keep] for name, column in columns.items()})
