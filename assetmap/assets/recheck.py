"""The gate once more, after a few values changed that concern nobody but their own row.

Somebody who says "2 beds" waits until everybody sees it, and checking a whole county takes half
a second. What may reach another row (a street, a name, a consent, a place) always has the whole
list checked again; see `OWN_ROW_ONLY`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.assets.check import check_row_by_row, check_with_positions
from assetmap.assets.draft import Context
from assetmap.fields import COLUMNS, FIELDS, Problem

# Of texts any may tell a street; these fields decide where a row is, whether it is there and
# what is kept private of it.
_REACHES_OTHERS = frozenset(
    ("kind", "program", "status", "location_precision", "format", "listed_ok", "address_ok")
)
OWN_ROW_ONLY = frozenset(
    name
    for name, row in FIELDS.items()
    if row["type"] not in ("text", "url", "email", "dial", "json", "coordinate")
    and name not in _REACHES_OTHERS
)
"""Fields whose value changes nothing of another row."""

# What must come out as it was for the other rows to stand.
_MUST_STAY = ("id", "source", "source_id", "name", "address", *sorted(_REACHES_OTHERS))
MOST_ROWS = 500
"""Above so many changed rows the whole list is checked."""


class Checked(NamedTuple):
    """A list that passed the gate: what came in, what came out, and from which row.

    `given` are the problems that came in; `positions` gives for each asset its row of `frame`, by
    position; None where a row had to be left out.
    """

    frame: pd.DataFrame
    context: Context
    given: Sequence[Problem]
    assets: gpd.GeoDataFrame
    problems: list[Problem]
    positions: np.ndarray | None


def check_again(
    frame: pd.DataFrame,
    context: Context,
    problems: Sequence[Problem],
    before: Checked | None = None,
) -> Checked:
    """What `check_row_by_row` gives; of what is as it was `before` nothing is checked again.

    Problems of rows checked again stand at the end.
    """
    if before is not None:
        changed = _changed_rows(frame, context, problems, before)
        if changed is not None:
            patched = _patched(frame, context, problems, before, changed)
            if patched is not None:
                return patched
    try:
        return Checked(frame, context, problems, *check_with_positions(frame, context, problems))
    except Exception:  # whatever one strange row makes a library stumble over
        assets, notes = check_row_by_row(frame, context, problems)
        return Checked(frame, context, problems, assets, notes, None)


def _changed_rows(
    frame: pd.DataFrame, context: Context, problems: Sequence[Problem], before: Checked
) -> np.ndarray | None:
    """Positions of the rows with other values than `before`; None where that tells too little."""
    earlier = before.context
    if (
        before.positions is None
        or context.extent is None  # then what is far away is judged by all the other points
        or len(frame) != len(before.frame)
        or context.now.date() != earlier.now.date()
        or not _is_same_ground(context, earlier)
        or list(problems) != list(before.given)
    ):
        return None
    changed = np.zeros(len(frame), dtype=bool)
    for name in {*frame, *before.frame}:
        differs = _differs(frame, before.frame, str(name))
        if differs.any():
            if name not in OWN_ROW_ONLY:
                return None
            changed |= differs
    positions = np.flatnonzero(changed)
    return positions if len(positions) <= MOST_ROWS else None


def _is_same_ground(context: Context, earlier: Context) -> bool:
    return (
        context.places is earlier.places
        and context.areas is earlier.areas
        and context.streets is earlier.streets
        and (context.timezone, context.country, context.extent, context.source)
        == (earlier.timezone, earlier.country, earlier.extent, earlier.source)
    )


def _differs(frame: pd.DataFrame, earlier: pd.DataFrame, name: str) -> np.ndarray:
    """Where the texts (or row numbers) of the column `name` differ; missing is like blank."""
    if name in frame and name in earlier and frame[name].equals(earlier[name]):
        # Told column by column; value by value is ten times slower.
        return np.zeros(len(frame), dtype=bool)
    here, there = _texts(frame, name), _texts(earlier, name)
    return np.asarray(here != there, dtype=bool)


def _texts(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), "", dtype=object)
    values = frame[name].to_numpy(dtype=object)
    return np.where(pd.isna(values), "", values)


def _patched(
    frame: pd.DataFrame,
    context: Context,
    problems: Sequence[Problem],
    before: Checked,
    changed: np.ndarray,
) -> Checked | None:
    """`before` with the rows at `changed` checked again; None where more than they changed.

    They are checked together with every row that keeps something private or is not shown, whose
    streets must be in no other row.
    """
    assert before.positions is not None
    if not len(changed):
        return before._replace(frame=frame, context=context)
    lines = _lines(frame, context.source)
    keys = {lines[position] for position in changed.tolist()}
    wanted = np.fromiter((line in keys for line in lines), bool, len(lines))
    precision = before.assets["location_precision"].to_numpy(dtype=object)
    open_rows = before.positions[~np.isin(precision.astype(str), ("area", "hidden"))]
    checked = np.ones(len(frame), dtype=bool)
    checked[open_rows] = False
    part = np.flatnonzero(checked | wanted)
    try:
        passed = check_with_positions(
            frame.iloc[part].reset_index(drop=True),
            context,
            [item for item in problems if (item.source, item.row) in keys],
        )
    except Exception:  # a strange row: the whole list is checked, and the row named
        return None
    asset_before = {row: asset for asset, row in enumerate(before.positions.tolist())}
    asset_now = {int(part[row]): asset for asset, row in enumerate(passed.positions.tolist())}
    if any((row in asset_now) != (row in asset_before) for row in part.tolist()):
        return None
    rows = [row for row in np.flatnonzero(wanted).tolist() if row in asset_before]
    places = np.array([asset_before[row] for row in rows], dtype=np.int64)
    old = before.assets.iloc[places]
    new = passed.assets.iloc[[asset_now[row] for row in rows]]
    if not _stays_where_it_is(old, new):
        return None
    assets = before.assets.copy(deep=False)
    for name in COLUMNS:
        if _plain(old[name]) != _plain(new[name]):
            assets[name] = _with(assets[name], places, new[name])
    notes = [item for item in before.problems if (item.source, item.row) not in keys]
    notes += [item for item in passed.problems if (item.source, item.row) in keys]
    return Checked(frame, context, problems, assets, notes, before.positions)


def _lines(frame: pd.DataFrame, source: str) -> list[tuple[str, int]]:
    """The source and row number of each row, as problems name them."""
    sources = [text.strip() or source for text in _texts(frame, "source")]
    rows = frame["row"] if "row" in frame else range(1, len(frame) + 1)
    return [(name, int(row)) for name, row in zip(sources, rows, strict=True)]


def _stays_where_it_is(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> bool:
    same = all(_plain(old[name]) == _plain(new[name]) for name in _MUST_STAY)
    # As bytes: two rows without a point are the same.
    return same and list(old.geometry.to_wkb()) == list(new.geometry.to_wkb())


def _plain(column: pd.Series) -> list[object]:
    """Values that compare: None for every unknown one."""
    values = column.to_numpy(dtype=object)
    return [
        None if value is None or value is pd.NA or value != value else value for value in values
    ]


def _with(column: pd.Series, places: np.ndarray, values: pd.Series) -> pd.Series:
    """A copy of `column` with `values` at `places`."""
    if column.dtype != object:
        array = column.array.copy()
        array[places] = values.array
        return pd.Series(array, index=column.index)
    objects = column.to_numpy(dtype=object, copy=True)
    for place, value in zip(places.tolist(), values, strict=True):
        objects[place] = value
    return pd.Series(objects, index=column.index, dtype=object)
