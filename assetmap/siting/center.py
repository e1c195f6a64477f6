"""Worst-off first: the sites that leave nobody further away than need be (p-center, Hakimi 1964).

The answer is one of the costs themselves; a search over them asks each time whether p sites can
bring everybody that near.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from assetmap.siting import cover, exact
from assetmap.siting.cover import ChosenSites

EXACT_CELLS = 60_000
LP_STEPS = 8


def choose(cost: np.ndarray, exists: np.ndarray, people: np.ndarray, p: int) -> ChosenSites:
    """The least possible largest cost of anybody to the nearest chosen or existing site.

    Small problems are solved exactly. In larger ones each step asks how many areas p sites can
    cover: all of them, and it can be done; proven fewer, and it cannot; else nobody knows, and
    the bound stays behind the value. Areas that can reach nothing are left out by the caller.
    """
    lived_in = people > 0
    cost, exists = cost[lived_in], exists[lived_in]
    if not len(cost):
        return ChosenSites([], 0.0, 0.0)
    # Nobody can be nearer than their own nearest option.
    floor = float(np.minimum(cost.min(axis=1), exists).max())
    steps = np.unique(np.append(cost[np.isfinite(cost) & (cost >= floor)], floor))
    small = cost.size <= EXACT_CELLS
    low, high, proven = 0, len(steps) - 1, 0
    sites: list[int] = []
    while low < high:
        middle = (low + high) // 2
        problems, impossible = _within(cost, exists, float(steps[middle]), p, small)
        if problems is not None:
            sites, high = problems, middle
        else:
            low = middle + 1
            if impossible:  # then nothing below can do it either
                proven = middle + 1
    if not sites:
        sites = _within(cost, exists, float(steps[high]), p, small)[0] or []
    reached = np.minimum(exists, cost[:, sites].min(axis=1)) if sites else exists
    value = float(reached.max())
    if small:
        return ChosenSites(sites, value, min(float(steps[proven]), value))
    return ChosenSites(sites, value, min(_bound(cost, exists, steps, proven, value, p), value))


def _bound(
    cost: np.ndarray, exists: np.ndarray, steps: np.ndarray, proven: int, value: float, p: int
) -> float:
    """The largest cost that the linear relaxation of the cover proves too small, within 1%."""
    low, high = float(steps[proven]), value
    for _ in range(LP_STEPS):
        if high - low <= 0.01 * high:
            break
        middle = (low + high) / 2
        covers = csr_array(middle >= cost.T, dtype=np.float64)
        try:
            result = exact.fewest(covers, exists > middle, relaxed=True)
        except exact.Undecided:
            break
        if result is None or result.value > p + 1e-6:
            low = middle
        else:
            high = middle
    # The answer is one of the costs: the first that is not ruled out.
    position = min(int(np.searchsorted(steps, low, side="right")), len(steps) - 1)
    return float(steps[position]) if low > steps[proven] else low


def _within(
    cost: np.ndarray, exists: np.ndarray, limit: float, p: int, small: bool
) -> tuple[list[int] | None, bool]:
    """At most p sites that bring everybody within the limit (None when none are found), and
    whether it is proven that there are none."""
    covers = csr_array(limit >= cost.T, dtype=np.float64)
    must = exists > limit
    if small:
        try:
            result = exact.fewest(covers, must)
        except exact.Undecided:
            return None, False
        if result is not None and len(result.sites) <= p:
            return result.sites, False
        return None, result is None or result.bound > p + 1e-6
    if not must.any():
        return [], False
    best = cover.choose(covers, must.astype(float), p)
    if best.value >= must.sum() - 0.5:
        return best.sites, False
    return None, best.bound < must.sum() - 0.5
