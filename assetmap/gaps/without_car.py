"""Households without a car: how many people live in them, and for how many nothing is on foot.

The denominator is an estimate: people of an area × the share of its households without a car.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap.gaps.ground import Ground
from assetmap.gaps.quadrants import KindGaps
from assetmap.indicators import values_by_area

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
    """Reach of a kind for households without a car; None where nothing can be said of it."""
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
