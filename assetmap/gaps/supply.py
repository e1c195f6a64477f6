"""Places per person, for kinds whose gap is one of supply."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.access import access
from assetmap.gaps.ground import Ground
from assetmap.gaps.settings import Norm

STATED = 0.7  # share of assets that must state a capacity
PER_PEOPLE = 1000


class Supply(NamedTuple):
    """Places per 1,000 people by E2SFCA (steps): low and high fill a missing capacity with the
    kind's 10th and 90th percentile. stated: share of assets that state theirs; below 70% there is
    no supply (low and high are None) and the kind is counted as choice."""

    low: np.ndarray | None
    high: np.ndarray | None
    stated: float
    audit: float | None


def supply_of(ground: Ground, kind: str, norm: Norm, sure: np.ndarray) -> Supply | None:
    """Places per 1,000 people in reach of each area; None without assets that count."""
    position = np.flatnonzero(sure & ground.first_of_place)
    if not len(position) or not (ground.people > 0).any():
        return None
    capacity = ground.assets["capacity"].to_numpy(float, na_value=np.nan)[position]
    stated = float(np.isfinite(capacity).mean())
    if stated < STATED:
        return Supply(None, None, stated, None)
    areas = pd.DataFrame(
        {"id": ground.ids, "lat": ground.lat, "lon": ground.lon, "population": ground.people}
    )
    places = pd.DataFrame(
        {"id": position, "lat": ground.asset_lat[position], "lon": ground.asset_lon[position]}
    )
    problems, audit = [], None
    by_travel = ground.by_travel(kind)
    reach = ground.reached(kind)
    counts = np.isin(reach.asset, position)
    costs = pd.DataFrame(
        {
            "origin": ground.ids[reach.area[counts]],
            "dest": reach.asset[counts],
            "cost": reach.share[counts],
        }
    )
    # The step weights fall at thirds of what is within reach, metres and minutes alike.
    by_travel = by_travel and len(costs) > 0
    for fill in np.nanquantile(capacity, [0.1, 0.9]):
        filled = places.assign(capacity=np.where(np.isfinite(capacity), capacity, fill))
        if by_travel:
            measured = access(areas, filled, "e2sfca", 1.0, costs=costs)
        else:
            measured = access(areas, filled, "e2sfca", norm.within_m)
        audit = measured.audit
        problems.append(measured.result["access"].to_numpy(float) * PER_PEOPLE)
    return Supply(problems[0], problems[1], stated, audit)
