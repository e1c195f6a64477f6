"""Whether access is spread evenly, lies where need is, and reaches households without a car."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap.gaps.ground import Ground
from assetmap.gaps.quadrants import KindGaps
from assetmap.indicators import values_by_area


def gini(access: np.ndarray, people: np.ndarray) -> float | None:
    """Gini coefficient of access over people: 0 all alike, towards 1 all with a few.

    access ≥ 0 per area; people weigh. None when nobody has any. Twice the area between the
    diagonal and the Lorenz curve (trapezoids).
    """
    good = np.isfinite(access) & (people > 0)
    a, p = access[good], people[good]
    if not len(a) or (a * p).sum() <= 0:
        return None
    order = np.argsort(a, kind="stable")
    share_p = np.concatenate(([0.0], np.cumsum(p[order]) / p.sum()))
    share_a = np.concatenate(([0.0], np.cumsum((a * p)[order]) / (a * p).sum()))
    return float(1 - ((share_a[1:] + share_a[:-1]) * np.diff(share_p)).sum())


def concentration(access: np.ndarray, need: np.ndarray, people: np.ndarray) -> float | None:
    """Concentration index of access by need, over people: −1 … 1.

    Areas are ranked from most need to least; below 0, areas with more need have more access; above
    0, less. 2 cov(A, r) / mean(A), r the fractional rank (Kakwani, Wagstaff & van Doorslaer 1997,
    10.1016/S0304-4076(96)01807-6). None when nobody has any access or need is not known.
    """
    good = np.isfinite(access) & np.isfinite(need) & (people > 0)
    a, n, p = access[good], need[good], people[good]
    if not len(a) or (a * p).sum() <= 0:
        return None
    weight = p / p.sum()
    values, where = np.unique(-n, return_inverse=True)
    group = np.bincount(where, weight, len(values))
    rank = (np.cumsum(group) - group / 2)[where]
    mean = (a * weight).sum()
    return float(2 * (weight * (a - mean) * (rank - 0.5)).sum() / mean)


INDICATOR = "no_vehicle"  # percent of households
# A table of times by these is reach without a car.
CARLESS_MODES = ("transit", "walk", "bicycle")


class WithoutCar(NamedTuple):
    """people: who live in households without a car, in areas where that share is known and the
    kind has been gathered; without: those of them with none in reach without a car."""

    people: float
    without: float


def by_travel(ground: Ground, reach: KindGaps) -> bool:
    """Whether the table of travel times is of a way without a car."""
    travel = ground.travel
    return bool(reach.by_travel and travel is not None and travel.mode in CARLESS_MODES)


def without_car(ground: Ground, reach: KindGaps) -> WithoutCar | None:
    """Reach of a kind for households without a car; None where nothing can be said of it.

    The denominator is an estimate: people of an area × the share of its households without a car.
    """
    if reach.unit not in ("choice", "supply") or reach.listed != "yes":
        return None
    if not len(ground.indicators) or INDICATOR not in set(ground.indicators["indicator"]):
        return None
    table = values_by_area(ground.indicators, INDICATOR, ground.ids)
    share = np.clip(table["value"].to_numpy(float) / 100, 0, 1)
    usable = np.isfinite(share) & (reach.gap != "no data") & (ground.people > 0)
    people = np.where(usable, ground.people * np.where(usable, share, 0), 0.0)
    if people.sum() < 1:
        return None
    near = reach.known if by_travel(ground, reach) else reach.walk
    return WithoutCar(float(people.sum()), float(people[near == 0].sum()))
