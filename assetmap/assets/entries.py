"""What people said, folded onto what the sources say: entries over a plain frame, before `check`.

An `Entry` is one value of one field of one asset, already read (`readers.human`), so that a
value nobody can read never gets here. Corrections of a file and of a ledger are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

# A point belongs to the address that it was given with.
_POINT = ("latitude", "longitude")


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
