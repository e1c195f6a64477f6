"""A table of travel times between areas and places, as a router writes it.

Columns are known by the names that r5py, Conveyal, OpenTripPlanner and Valhalla give them, and by
ours (origin, dest, minutes). A pair that is blank, NaN or infinite cannot be reached; nor can a
pair that is not in the table though both of its ends are.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.access.inputs import COST_COLUMNS, AccessError, unreachable
from assetmap.access.inputs import named_costs as with_our_names
from assetmap.words import text

MODES = ("car", "transit", "walk", "bicycle")
UNITS = {"minutes": 1.0, "seconds": 60.0}
# What OpenTripPlanner (duration) and Valhalla (time) count in seconds; the others count minutes.
_IN_SECONDS = frozenset(("duration", "time", "seconds", "durations", "traveltimeseconds"))


class Travel(NamedTuple):
    """origins: ids of areas; dests: ids of assets (or areas, as places to open something).
    origin, dest: positions of each pair that can be reached; minutes: how long it takes, the
    shortest of a pair. name: the file; mode: one of MODES, or "" where nobody said."""

    origins: pd.Index
    dests: pd.Index
    origin: np.ndarray
    dest: np.ndarray
    minutes: np.ndarray
    name: str
    mode: str = ""

    def areas(self, ids: pd.Index) -> np.ndarray:
        """Position of each of the ids among the origins; −1 for one that is not there."""
        return _positions(ids, self.origins)

    def places(self, ids: pd.Index) -> np.ndarray:
        """Position of each of the ids among the destinations; −1 for one that is not there."""
        return _positions(ids, self.dests)

    def matrix(self, origin: np.ndarray, dest: np.ndarray) -> np.ndarray:
        """Minutes, shape (origins, destinations asked); inf where there is no way.

        origin, dest: positions as `areas` and `places` give them, −1 included.
        """
        rows = np.full(len(self.origins) + 1, -1)
        rows[origin] = np.arange(len(origin))
        columns = np.full(len(self.dests) + 1, -1)
        columns[dest] = np.arange(len(dest))
        rows[-1] = columns[-1] = -1
        row, column = rows[self.origin], columns[self.dest]
        asked = (row >= 0) & (column >= 0)
        out = np.full((len(origin), len(dest)), np.inf)
        np.minimum.at(out, (row[asked], column[asked]), self.minutes[asked])
        return out


def _positions(ids: pd.Index, table: pd.Index) -> np.ndarray:
    """Position of each id in the table's ids; a table may know an asset without its source, and
    an area without the nation's prefix or its leading zero."""
    text = ids.astype(str)
    positions = table.get_indexer(text)
    for of_ids, of_table in ((_own, str), (_own, _own), (_digits, _digits)):
        if (positions < 0).any():
            asked, known = pd.Index(map(of_ids, text)), pd.Index(map(of_table, table))
            if asked.is_unique and known.is_unique:
                positions = np.where(positions < 0, known.get_indexer(asked), positions)
    return positions


def _own(ident: str) -> str:
    return ident.partition(":")[2] or ident


def _digits(ident: str) -> str:
    """`1400000US01001020100` and `1001020100` as 1001020100; other ids as they are."""
    code = re.sub(r"^\d{3}[0-9A-Z]{0,6}US(?=\d+$)", "", ident)
    return code.lstrip("0") if re.fullmatch(r"\d{4,}", code) else ident


def read_travel(
    frame: pd.DataFrame, name: str, mode: str = "", unit: str | None = None
) -> tuple[Travel, list[str]]:
    """A table of texts as travel times, and notes on what was left out.

    unit: minutes or seconds; without, what the column's name says. Raises AccessError where a
    column is missing, a time is no number of 0 or more, or nothing can be reached at all.
    """
    columns = with_our_names(frame)
    lacking = [column for column in COST_COLUMNS if column not in columns]
    if lacking:
        raise AccessError(text("travel.no_column", name=name, column=lacking[0]))
    notes: list[str] = []
    origin = _ids(columns["origin"])
    dest = _ids(columns["dest"])
    nameless = (origin == "") | (dest == "")
    if nameless.any():
        notes.append(text("travel.nameless", name=name, n=int(nameless.sum())))
    cost = columns["cost"]
    cut_off = unreachable(cost)
    value = pd.to_numeric(cost.mask(cut_off), errors="coerce").to_numpy(float, na_value=np.nan)
    wrong = ~cut_off & ~(np.isfinite(value) & (value >= 0))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise AccessError(
            text("travel.no_time", name=name, row=row + 2, value=cost.iat[row], n=int(wrong.sum()))
        )
    per = UNITS[unit] if unit in UNITS else _unit(frame, columns)
    good = ~cut_off & ~nameless.to_numpy(bool)
    if not good.any():
        raise AccessError(text("travel.nothing", name=name))
    origins = pd.Index(origin[~nameless].unique())
    dests = pd.Index(dest[~nameless].unique())
    table = Travel(
        origins,
        dests,
        origins.get_indexer(origin[good]),
        dests.get_indexer(dest[good]),
        value[good] / per,
        name,
        mode if mode in MODES else "",
    )
    return table, notes


def _ids(values: pd.Series) -> pd.Series:
    """Ids as texts; a router that read 37155960101 as a number writes 37155960101.0."""
    plain = values.astype("str").str.strip().str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    return plain.mask(values.isna(), "").fillna("").reset_index(drop=True)


def _unit(frame: pd.DataFrame, renamed: pd.DataFrame) -> float:
    """Of the column that became `cost`: 60 where its name counts seconds, else 1."""
    place = list(renamed).index("cost")
    named = re.sub(r"[^a-z0-9]", "", str(list(frame)[place]).lower())
    return UNITS["seconds" if named in _IN_SECONDS else "minutes"]
