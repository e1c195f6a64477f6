"""Rows of several sources that are one asset, made one plain row before the gate.

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
from assetmap.assets.entries import ids_of
from assetmap.fields import Problem, pack_original, unpack_original
from assetmap.words import text

TextRow = dict[str, str]
_PLACE = ("address", "city", "region", "postal_code", "latitude", "longitude")
_KEPT = frozenset(("id", "source", "source_id", "row"))
_AGES = ("verified_on", "published_at", "fetched_at")


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
