"""What access is computed from: checked areas, assets and costs, what is offered when, and decay.

Faults that make the whole result wrong are gathered and said in one AccessError; faults of one
row are kept with the row as a reason. Supply can be limited to a time of the week or to open beds:
what is there when it is needed. Decay is how much a distance counts within a catchment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.schedule import Window, expand
from assetmap.words import text

# Our names of a cost table's columns, and what routers call them (letters and digits only).
COST_COLUMNS = {
    "origin": ("origin", "fromid", "from", "originid", "origins", "area", "sourceid", "source",
               "sourceindex", "fromindex", "o"),
    "dest": ("dest", "toid", "to", "destination", "destinationid", "destinations", "destid",
             "targetid", "target", "targetindex", "toindex", "d"),
    "cost": ("cost", "traveltime", "traveltimep50", "traveltimeminutes", "minutes", "duration",
             "durations", "traveltimeseconds", "time", "seconds"),
}  # fmt: skip
UNREACHABLE = frozenset(
    ("", "nan", "na", "n/a", "none", "null", "<na>", "inf", "+inf", "infinity", "unreachable")
)
BEDS_GOOD_FOR = timedelta(hours=72)
DECAYS = ("none", "step", "gaussian", "inverse")
# Luo & Qi 2009 (10.1016/j.healthplace.2009.06.002): ends as shares of the catchment, weights.
STEPS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))
# Two ways of computing one distance may differ in the last bit; a limit includes its own distance.
HAIR = 1 + 1e-12
# The numbers by which the compiled kernels know a weight.
EQUAL, STEPPED, GAUSSIAN, KERNEL_DENSITY, INVERSE = range(5)
_CODES = {
    "none": EQUAL,
    "step": STEPPED,
    "gaussian": GAUSSIAN,
    "kernel": KERNEL_DENSITY,
    "inverse": INVERSE,
}


class AccessError(ValueError):
    """Access cannot be computed from this input; the message is one plain sentence."""


@dataclass(frozen=True)
class Pairs:
    """A table of pairs within a limit: row i holds columns which[begin[i]:begin[i + 1]].

    `cost` is in metres or the cost table's unit.
    """

    begin: np.ndarray
    which: np.ndarray
    cost: np.ndarray
    columns: int

    @property
    def rows(self) -> int:
        """Number of areas."""
        return len(self.begin) - 1

    def __len__(self) -> int:
        return len(self.which)

    @property
    def row(self) -> np.ndarray:
        """The row of each pair."""
        return np.repeat(np.arange(self.rows), np.diff(self.begin))

    def up_to(self, limit: float) -> Pairs:
        """The pairs with cost ≤ limit."""
        keep = self.cost <= limit
        if keep.all():
            return self
        begin = begins(self.row[keep], self.rows)
        return Pairs(begin, self.which[keep], self.cost[keep], self.columns)


def begins(row: np.ndarray, rows: int) -> np.ndarray:
    """Where each row of a table sorted by row begins."""
    begin = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=begin[1:])
    return begin


class Areas(NamedTuple):
    """Checked areas: people is 0 where there are none or their number is not known."""

    ids: pd.Index
    lat: np.ndarray
    lon: np.ndarray
    people: np.ndarray
    known: np.ndarray  # bool: the population is a number of people, 0 or more
    placed: np.ndarray  # bool: the area has a point
    faults: dict[int, str]  # by position: why the population cannot be used


class Assets(NamedTuple):
    """Checked assets: capacity is NaN where the asset states none."""

    ids: pd.Index
    lat: np.ndarray
    lon: np.ndarray
    capacity: np.ndarray
    placed: np.ndarray


def _named(ids: Sequence[object], most: int = 3) -> str:
    shown = ", ".join(repr(str(name)) for name in list(ids)[:most])
    left = len(ids) - most
    return text("access.more_ids", ids=shown, left=left) if left > 0 else shown


def _ids(frame: pd.DataFrame, what: str) -> pd.Index:
    name = text(f"access.{what}")
    if "id" not in frame:
        raise AccessError(text("access.no_ids", what=name))
    ids = pd.Index(frame["id"])
    if ids.isna().any():
        row = int(np.flatnonzero(ids.isna())[0]) + 1
        raise AccessError(text("access.no_id", row=row, what=name))
    if not ids.is_unique:
        twice = ids[ids.duplicated()].unique()
        raise AccessError(text("access.ids_twice", what=name, ids=_named(twice)))
    return ids


def _numbers(values: pd.Series) -> np.ndarray:
    """Values as float64; text that is no number becomes NaN."""
    if values.dtype == np.float64:
        return values.to_numpy()
    return pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)


def _points(
    frame: pd.DataFrame, ids: pd.Index, what: str, need: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not {"lat", "lon"} <= set(frame):
        if need:
            raise AccessError(text("access.no_points", what=text(f"access.{what}")))
        nowhere = np.full(len(frame), np.nan)
        return nowhere, nowhere, np.ones(len(frame), bool)
    lat, lon = _numbers(frame["lat"]), _numbers(frame["lon"])
    outside = (np.abs(lat) > 90) | (np.abs(lon) > 360)
    if outside.any() and need:
        first = int(np.flatnonzero(outside)[0])
        point = {"lat": float(lat[first]), "lon": float(lon[first])}
        name = text(f"access.{what}")
        raise AccessError(text("access.not_on_earth", id=str(ids[first]), what=name, **point))
    placed = np.isfinite(lat) & np.isfinite(lon)
    return lat, lon, placed if need else np.ones(len(frame), bool)


def check_areas(frame: pd.DataFrame, need_points: bool, need_people: bool) -> Areas:
    """Areas as arrays. Raises AccessError; what is wrong with one population becomes a reason."""
    ids = _ids(frame, "areas")
    lat, lon, placed = _points(frame, ids, "areas", need_points)
    faults: dict[int, str] = {}
    if "population" not in frame:
        if need_people:
            raise AccessError(text("access.no_population"))
        nobody = np.zeros(len(frame))
        return Areas(ids, lat, lon, nobody, np.zeros(len(frame), bool), placed, faults)
    raw = frame["population"]
    people = _numbers(raw)
    known = np.isfinite(people) & (people >= 0)
    for row in np.flatnonzero(~known):
        value = raw.iat[row]
        if pd.isna(value) or str(value).strip() == "":
            faults[int(row)] = text("access.population_unknown")
        else:
            faults[int(row)] = text("access.population_odd", value=value)
    if need_people and not (known & (people > 0)).any():
        raise AccessError(text("access.nobody"))
    return Areas(ids, lat, lon, np.where(known, people, 0.0), known, placed, faults)


def check_assets(
    frame: pd.DataFrame, need_points: bool, need_capacity: bool, what: str = "assets"
) -> Assets:
    """Assets as arrays. Raises AccessError, also for a negative capacity or one that is text.

    what: how messages call them.
    """
    ids = _ids(frame, what)
    lat, lon, placed = _points(frame, ids, what, need_points)
    if "capacity" not in frame:
        if need_capacity:
            raise AccessError(text("access.no_capacity"))
        return Assets(ids, lat, lon, np.full(len(frame), np.nan), placed)
    raw = frame["capacity"]
    capacity = _numbers(raw)
    stated = ~(raw.isna() | (raw.astype(str).str.strip() == "")).to_numpy()
    if need_capacity:
        wrong = stated & ~(np.isfinite(capacity) & (capacity >= 0))
        if wrong.any():
            rows = np.flatnonzero(wrong)
            given = {"ids": _named(ids[rows]), "value": raw.iat[rows[0]]}
            raise AccessError(text("access.bad_capacity", **given))
        if len(frame) and not np.isfinite(capacity).any():
            raise AccessError(text("access.none_stated"))
    return Assets(ids, lat, lon, capacity, placed)


def positions_of(ids: pd.Index, names: pd.Series) -> np.ndarray:
    """Position of each of the names among the ids, −1 where it is none of them.

    Assets are called `source:original id`; a table made from the source alone knows the latter.
    """
    known, asked = ids.astype(str), names.astype(str)
    positions = known.get_indexer(asked)
    if (positions < 0).any():
        own = pd.Index([ident.partition(":")[2] or ident for ident in known])
        if own.is_unique:
            positions = np.where(positions < 0, own.get_indexer(asked), positions)
    return positions


def named_costs(costs: pd.DataFrame) -> pd.DataFrame:
    """A cost table with our own column names: those of r5py, Conveyal, OpenTripPlanner and
    Valhalla are known too."""
    if set(COST_COLUMNS) <= set(costs):
        return costs
    folded = {re.sub(r"[^a-z0-9]", "", str(name).lower()): name for name in reversed(list(costs))}
    result = {
        folded[alias]: ours
        for ours, aliases in COST_COLUMNS.items()
        for alias in aliases
        if ours not in costs and alias in folded
    }
    first = {ours: name for name, ours in reversed(list(result.items()))}
    return costs.rename(columns={name: ours for ours, name in first.items()})


def unreachable(cost: pd.Series) -> np.ndarray:
    """Pairs that a router found no way for: blank, NaN or infinite, however it is written."""
    written = cost.astype("str").str.strip().str.lower()
    return (cost.isna() | written.isin(UNREACHABLE)).to_numpy(bool)


def read_costs(
    costs: pd.DataFrame, areas: pd.Index, assets: pd.Index
) -> tuple[Pairs, np.ndarray, np.ndarray, list[str]]:
    """A cost table (origin, dest, cost) as pairs, the nearest of each area, and notes.

    Ids are compared as text. Rows naming ids that are not among the areas or assets are left out
    and noted; negative or missing costs and two costs for one pair raise AccessError.
    """
    costs = named_costs(costs)
    missing = [name for name in COST_COLUMNS if name not in costs]
    if missing:
        raise AccessError(text("access.cost_columns", columns=", ".join(missing)))
    notes: list[str] = []
    open_ended = unreachable(costs["cost"])
    if open_ended.any():
        notes.append(text("access.cost_unreachable", count=int(open_ended.sum())))
        costs = costs[~open_ended]
    cost = _numbers(costs["cost"])
    wrong = ~(cost >= 0) | ~np.isfinite(cost)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        cell = {"row": row + 1, "cost": costs["cost"].iat[row], "count": int(wrong.sum())}
        raise AccessError(text("access.bad_cost", **cell))
    origins = positions_of(areas, costs["origin"])
    dests = positions_of(assets, costs["dest"])
    for side, positions, where in (("origin", origins, "areas"), ("dest", dests, "assets")):
        unknown = costs[side][positions < 0].astype(str)
        if len(unknown):
            what = {"side": side, "where": text(f"access.{where}")}
            if (positions < 0).all():
                raise AccessError(text("access.no_such_ids", first=unknown.iat[0], **what))
            several = _named(unknown.unique())
            notes.append(text("access.unknown_ids", count=len(unknown), ids=several, **what))
    good = (origins >= 0) & (dests >= 0)
    origins, dests, cost = origins[good], dests[good], cost[good]
    order = np.lexsort((cost, dests, origins))
    origins, dests, cost = origins[order], dests[order], cost[order]
    again = np.zeros(len(origins), bool)
    again[1:] = (origins[1:] == origins[:-1]) & (dests[1:] == dests[:-1])
    differs = again.copy()
    differs[1:] &= cost[1:] != cost[:-1]
    if differs.any():
        second = int(np.flatnonzero(differs)[0])
        pair = {"origin": str(areas[origins[second]]), "dest": str(assets[dests[second]])}
        both = {"first": float(cost[second - 1]), "second": float(cost[second])}
        raise AccessError(text("access.two_costs", **pair, **both))
    if again.any():
        notes.append(text("access.costs_twice", count=int(again.sum())))
        origins, dests, cost = origins[~again], dests[~again], cost[~again]
    nearest = np.full(len(areas), np.inf)
    which = np.full(len(areas), -1, np.int32)
    by_cost = np.lexsort((dests, cost, origins))
    known, first = np.unique(origins[by_cost], return_index=True)
    nearest[known] = cost[by_cost][first]
    which[known] = dests[by_cost][first]
    table = Pairs(begins(origins, len(areas)), dests.astype(np.int32), cost, len(assets))
    return table, nearest, which, notes


def offered_in(
    assets: pd.DataFrame, window: Window, timezone: str, country: str | None = "US"
) -> np.ndarray:
    """Which assets are on in a window (bool): sessions that start in it, hours that overlap it.

    assets: a frame with schedule, recurrence, time_kind (and timezone, dates). Assets whose times
    nobody knows are not counted; `~schedule known` says which those are.
    """
    spans = expand(assets.reset_index(drop=True), window.begin, window.end, timezone, country)
    begin = pd.Timestamp(window.begin).tz_convert("UTC").tz_localize(None)
    sessions = (assets["time_kind"] == "sessions").to_numpy(bool)[spans["asset"]]
    fits = ~sessions | (spans["start"] >= begin).to_numpy(bool)
    on = np.zeros(len(assets), bool)
    on[spans["asset"].to_numpy()[fits]] = True
    return on


def with_open_beds(assets: pd.DataFrame, now: datetime) -> np.ndarray:
    """Which homes have an open bed counted within 72 hours before `now` (aware); bool."""
    counted = pd.to_datetime(assets["beds_as_of"], errors="coerce", utc=False, format="ISO8601")
    if counted.dt.tz is None:
        counted = counted.dt.tz_localize(
            now.tzinfo, ambiguous=np.ones(len(counted), bool), nonexistent="shift_forward"
        )
    age = (pd.Timestamp(now) - counted).to_numpy("timedelta64[s]")
    fresh = (age >= np.timedelta64(0)) & (age <= np.timedelta64(BEDS_GOOD_FOR))
    return fresh & (assets["beds_open"].fillna(0) > 0).to_numpy(bool)


@dataclass(frozen=True)
class Decay:
    """A weight W = f(d) for distances d up to `limit` (metres, or the cost table's unit).

    none: 1 · step: {1, .68, .22} at T/3, 2T/3, T (Luo & Qi 2009) · gaussian: exp(−d²/2σ²), σ =
    `sigma` or T/3 · inverse: 1/d · kernel: (e^{−½(d/T)²} − e^{−½}) / (1 − e^{−½}) (Dai 2010,
    10.1016/j.healthplace.2010.06.012), the KD2SFCA method's own.
    """

    name: str
    limit: float
    sigma: float
    steps: tuple[tuple[float, float], ...] = STEPS

    @property
    def code(self) -> int:
        """The number by which the compiled kernels know this weight."""
        return _CODES[self.name]

    @property
    def ends(self) -> np.ndarray:
        """Upper ends of the steps, in the unit of `limit`; an end belongs to its step.

        A hair is added: 2/3 of a catchment is not always a number that a float can be.
        """
        return np.array([end * self.limit * HAIR for end, _ in self.steps])

    @property
    def step_weights(self) -> np.ndarray:
        """The weight of each step."""
        return np.array([weight for _, weight in self.steps])

    def weights(self, distance: np.ndarray) -> np.ndarray:
        """W of each distance ≤ limit. Inverse needs distances above 0."""
        if self.name == "none":
            return np.ones(len(distance))
        if self.name == "gaussian":
            return np.exp(-0.5 * (distance / self.sigma) ** 2)
        if self.name == "kernel":
            edge = np.exp(-0.5)
            return (np.exp(-0.5 * (distance / self.limit) ** 2) - edge) / (1 - edge)
        if self.name == "inverse":
            with np.errstate(divide="ignore"):  # refused by the caller, with both names
                return 1.0 / distance
        position = np.searchsorted(self.ends, distance, side="left")
        return np.append(self.step_weights, 0.0)[position]


def choose(
    method: str,
    decay: str | None,
    limit: float,
    sigma: float | None = None,
    steps: tuple[tuple[float, float], ...] = STEPS,
) -> Decay:
    """The weight a method uses: its own, or the one asked for. Raises AccessError."""
    if decay is not None and decay not in DECAYS:
        raise AccessError(text("access.no_decay", decay=decay, some=", ".join(DECAYS)))
    if method == "kd2sfca":
        if decay is not None:
            raise AccessError(text("access.own_weight", decay=decay))
        return Decay("kernel", limit, limit / 3)
    if method in ("nearest", "count", "coverage"):
        if decay not in (None, "none"):
            raise AccessError(text("access.no_weights", method=method, decay=decay))
        return Decay("none", limit, limit / 3)
    if decay is None:
        decay = "none" if method == "2sfca" else "step"
    if sigma is not None and not (np.isfinite(sigma) and sigma > 0):
        raise AccessError(text("access.bad_sigma", sigma=sigma))
    return Decay(decay, limit, limit / 3 if sigma is None else sigma, steps)
