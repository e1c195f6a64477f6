"""What is to be decided: areas, candidate sites, costs, what exists; and what one more changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from assetmap.access import AccessError
from assetmap.access.inputs import check_areas, check_assets, read_costs
from assetmap.places import distance_m, hexagons
from assetmap.words import text

MOST_CELLS = 60_000_000  # areas × candidates whose costs are held at once (480 MB)
_ROWS = 500


class SitingError(ValueError):
    """No sites can be chosen from this input; the message is one plain sentence."""


@dataclass(frozen=True)
class SitingProblem:
    """people: per area, 0 or more. cost: areas × candidates in metres or the table's unit, inf
    where there is none. exists: per area the cost to the nearest existing asset (inf: none)."""

    area_ids: pd.Index
    site_ids: pd.Index
    people: np.ndarray
    cost: np.ndarray
    exists: np.ndarray
    unit: str
    notes: tuple[str, ...]

    def covers(self, limit: float) -> csr_array:
        """Candidates × areas with people: 1 where the candidate covers the area (cost ≤ limit)."""
        return csr_array((limit >= self.cost.T) & (self.people > 0), dtype=np.float64)


def read_problem(
    areas: pd.DataFrame,
    candidates: pd.DataFrame,
    existing: pd.DataFrame | None = None,
    costs: pd.DataFrame | None = None,
) -> SitingProblem:
    """Checks and lays out a problem. Raises SitingError with one sentence.

    areas: id, lat, lon, population. candidates, existing: id, lat, lon. costs: origin (area),
    dest (candidate or existing asset), cost; with it no points are needed.
    """
    by_distance = costs is None
    notes: list[str] = []
    try:
        demand = check_areas(areas, by_distance, need_people=True)
        sites = check_assets(candidates, by_distance, False, "candidates")
        old = None if existing is None else check_assets(existing, by_distance, False)
        if len(demand.ids) * len(sites.ids) > MOST_CELLS:
            raise SitingError(
                text("siting.too_many", areas=len(demand.ids), candidates=len(sites.ids))
            )
        if not len(sites.ids):
            raise SitingError(text("siting.no_candidates"))
        exists = np.full(len(demand.ids), np.inf)
        if costs is None:
            for what, frame in (("areas", demand), ("candidates", sites), ("existing", old)):
                if frame is not None and not frame.placed.all():
                    count = int((~frame.placed).sum())
                    notes.append(text(f"siting.{what}_unplaced", count=count))
            cost = _metres(demand.lat, demand.lon, sites.lat, sites.lon)
            if old is not None and old.placed.any():
                placed = old.placed
                exists = _metres(demand.lat, demand.lon, old.lat[placed], old.lon[placed]).min(
                    axis=1
                )
        else:
            everyone = sites.ids if old is None else sites.ids.append(old.ids).unique()
            table, _, _, cost_notes = read_costs(costs, demand.ids, everyone)
            notes.extend(cost_notes)
            whole = np.full((len(demand.ids), len(everyone)), np.inf)
            whole[table.row, table.which] = table.cost
            cost = whole[:, : len(sites.ids)]
            if old is not None and len(old.ids):
                exists = whole[:, everyone.get_indexer(old.ids)].min(axis=1)
    except AccessError as error:
        raise SitingError(error.args[0]) from None
    faults = len(demand.faults)
    if faults:
        notes.append(text("siting.no_people", count=faults))
    lost = (demand.people > 0) & ~np.isfinite(cost).any(axis=1) & ~np.isfinite(exists)
    if lost.any():
        notes.append(text("siting.unreached", count=int(lost.sum())))
    return SitingProblem(
        demand.ids,
        sites.ids,
        demand.people,
        cost,
        exists,
        "m" if by_distance else "cost",
        tuple(notes),
    )


def _metres(lat: np.ndarray, lon: np.ndarray, to_lat: np.ndarray, to_lon: np.ndarray) -> np.ndarray:
    """All distances, in blocks; inf where either has no point."""
    out = np.empty((len(lat), len(to_lat)))
    for start in range(0, len(lat), _ROWS):
        part = slice(start, start + _ROWS)
        out[part] = distance_m(lat[part, None], lon[part, None], to_lat, to_lon)
    out[~(np.isfinite(lat) & np.isfinite(lon))] = np.inf
    out[:, ~(np.isfinite(to_lat) & np.isfinite(to_lon))] = np.inf
    return out


def from_areas(areas: pd.DataFrame) -> pd.DataFrame:
    """One candidate at the point of each area: id, name, lat, lon."""
    return areas[["id", "name", "lat", "lon"]].reset_index(drop=True)


def from_places(places: pd.DataFrame) -> pd.DataFrame:
    """Named places (name, lat, lon) as candidates; the name is the id."""
    result = places.drop_duplicates("name").reset_index(drop=True)
    return result.assign(id=result["name"])[["id", "name", "lat", "lon"]]


def from_grid(areas: pd.DataFrame, cells: int = 200) -> pd.DataFrame:
    """The centres of some `cells` hexagons over the areas: id, name, lat, lon."""
    grid = hexagons(areas["lat"].to_numpy(), areas["lon"].to_numpy(), cells)
    return pd.DataFrame(grid[["id", "name", "lat", "lon"]])


class WhatIf(NamedTuple):
    """nearest_m, known: per area before and after one more. gains: areas (bool) brought to the
    norm. people: how many live there. nearer: people whose nearest comes nearer."""

    nearest_before_m: np.ndarray
    nearest_after_m: np.ndarray
    known_before: np.ndarray
    known_after: np.ndarray
    gains: np.ndarray
    people: float
    nearer: float


def what_if(
    lat: np.ndarray,
    lon: np.ndarray,
    people: np.ndarray,
    known: np.ndarray,
    nearest_m: np.ndarray,
    at_lat: float,
    at_lon: float,
    within_m: float,
    norm: int = 1,
    adds: int = 1,
    cost: np.ndarray | None = None,
) -> WhatIf:
    """What one more asset at a point changes for areas.

    lat, lon: the areas' points in degrees. known: sessions or places in reach now; nearest_m:
    metres to the nearest (inf: none). norm: how many are enough; adds: how many weekly sessions or
    places the new one counts for. cost: per area what it takes to get there, where that is not
    the straight line; then `nearest_m` and `within_m` are of the same unit. Some 5,000 areas take a
    millisecond.
    """
    metres = distance_m(lat, lon, at_lat, at_lon) if cost is None else cost
    after = known + np.where(metres <= within_m, adds, 0)
    gains = (known < norm) & (after >= norm) & (people > 0)
    nearest = np.fmin(nearest_m, metres)
    nearer = np.asarray(nearest < nearest_m)
    return WhatIf(
        nearest_m,
        nearest,
        known,
        after,
        gains,
        float(people[gains].sum()),
        float(people[nearer].sum()),
    )
