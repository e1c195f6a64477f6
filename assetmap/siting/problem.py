"""What is to be decided: areas with people, candidate sites, costs between them, what exists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from assetmap.access import AccessError
from assetmap.access.inputs import check_areas, check_assets, read_costs
from assetmap.places import distance_m
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
