"""What if one stood here: who gains, computed from the distances to one point alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap.places import distance_m


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
