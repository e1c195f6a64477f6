"""METRICS: the numbers a map or table of areas can show. To add one, write a function and a line.

A metric takes the ground and a kind and gives one number per area (NaN where undefined).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from assetmap.gaps.ground import Ground
from assetmap.gaps.quadrants import kind_gaps, supply_of


class Metric(NamedTuple):
    """id: its label is the text `gaps.metric_<id>`. unit: m, count, days, per_1000, share (0 to 1,
    shown as percent) or yes_no (1 or 0). more: whether a higher number is more reach. counts: 0
    says that nothing was found, which is no number where nobody has looked."""

    id: str
    unit: str
    more: bool
    compute: Callable[[Ground, str], np.ndarray]
    counts: bool = True


def _nearest(ground: Ground, kind: str) -> np.ndarray:
    metres = kind_gaps(ground, kind, None).nearest_m
    return np.where(np.isfinite(metres), metres, np.nan)


def _in_reach(ground: Ground, kind: str) -> np.ndarray:
    return kind_gaps(ground, kind, None).known.astype(float)


def _possible(ground: Ground, kind: str) -> np.ndarray:
    return kind_gaps(ground, kind, None).possible.astype(float)


def _walk(ground: Ground, kind: str) -> np.ndarray:
    return kind_gaps(ground, kind, None).walk.astype(float)


def _covered(ground: Ground, kind: str) -> np.ndarray:
    """1 where the norm is met, 0 where not; undefined without people."""
    result = kind_gaps(ground, kind, None)
    return np.where(ground.lived_in, result.met.astype(float), np.nan)


def _days(ground: Ground, kind: str) -> np.ndarray:
    """Different days of the week with one in reach."""
    norm = ground.settings.norm(kind)
    sure = ground.standing(norm.yes).known & ground.of_kind(kind)
    return ground.days(kind, sure).astype(float)


def _supply(ground: Ground, kind: str) -> np.ndarray:
    """Places per 1,000 people: the middle of the range that missing capacities leave."""
    norm = ground.settings.norm(kind)
    result = supply_of(ground, kind, norm, ground.standing(norm.yes).known & ground.of_kind(kind))
    if result is None or result.low is None or result.high is None:
        return np.full(len(ground), np.nan)
    return (result.low + result.high) / 2


_ALL = (
    Metric("nearest", "m", False, _nearest, counts=False),
    Metric("reach", "count", True, _in_reach),
    Metric("possible", "count", True, _possible),
    Metric("walk", "count", True, _walk),
    Metric("covered", "yes_no", True, _covered),
    Metric("days", "days", True, _days),
    Metric("supply", "per_1000", True, _supply),
)
METRICS: Mapping[str, Metric] = {metric.id: metric for metric in _ALL}
