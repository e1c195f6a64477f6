"""Distance: the sites that leave people the least way to go in sum, or nobody further than need be.

In sum it is the p-median (Hakimi 1964, 10.1287/opre.12.3.450): greedy, then swaps (Teitz & Bart
1968, 10.1287/opre.16.5.955), then a Lagrangian lower bound. For the worst-off it is the p-center:
the answer is one of the costs themselves, and a search over them asks each time whether p sites
can bring everybody that near.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from assetmap.siting import cover, exact
from assetmap.siting.cover import CLOSE, ChosenSites

ITERATIONS = 400
EXACT_CELLS = 60_000
LP_STEPS = 8


def total(weighted: np.ndarray, exists: np.ndarray, chosen: list[int]) -> float:
    """People × cost when everybody goes to the nearest chosen or existing site."""
    nearest = np.minimum(exists, weighted[:, chosen].min(axis=1)) if chosen else exists
    return float(nearest.sum())


def greedy(weighted: np.ndarray, exists: np.ndarray, p: int) -> list[int]:
    """Candidates taken one by one, each the one that saves most. Ties go to the first."""
    chosen: list[int] = []
    now = exists.copy()
    for _ in range(p):
        totals = np.minimum(weighted, now[:, None]).sum(axis=0)
        totals[chosen] = np.inf
        best = int(totals.argmin())
        chosen.append(best)
        now = np.minimum(now, weighted[:, best])
    return chosen


def swap(weighted: np.ndarray, exists: np.ndarray, chosen: list[int]) -> list[int]:
    """Exchanges one chosen site for another as long as that saves way."""
    chosen = list(chosen)
    while True:
        best = (total(weighted, exists, chosen) * (1 - CLOSE), -1, -1)
        for place in range(len(chosen)):
            rest = chosen[:place] + chosen[place + 1 :]
            base = np.minimum(exists, weighted[:, rest].min(axis=1)) if rest else exists
            totals = np.minimum(weighted, base[:, None]).sum(axis=0)
            totals[chosen] = np.inf
            other = int(totals.argmin())
            if totals[other] < best[0]:
                best = (float(totals[other]), place, other)
        if best[1] < 0:
            return chosen
        chosen[best[1]] = best[2]


def price_bound(
    weighted: np.ndarray, exists: np.ndarray, price: np.ndarray, p: int
) -> tuple[float, np.ndarray, np.ndarray]:
    """What no p sites can be under, at any prices u; the p sites that save most; the slope in u.

    Relaxing `everybody goes somewhere` with the prices bounds the sum from below by
    Σ u + Σ min(0, exists − u) + the p smallest Σ_i min(0, weighted − u).
    """
    saving = np.minimum(weighted - price[:, None], 0.0)
    worth = saving.sum(axis=0)
    top = np.argpartition(worth, p - 1)[:p] if p < len(worth) else np.arange(len(worth))
    stays = np.minimum(exists - price, 0.0)
    slope = 1.0 - (saving[:, top] < 0).sum(axis=1) - (stays < 0)
    return float(price.sum() + stays.sum() + worth[top].sum()), top, slope


def least_in_sum(weighted: np.ndarray, exists: np.ndarray, p: int) -> ChosenSites:
    """Greedy, swaps, and the Lagrangian bound.

    weighted: areas × candidates, people × cost, finite. exists: people × cost to what exists
    (inf where nothing does).
    """
    best = swap(weighted, exists, greedy(weighted, exists, p))
    value = total(weighted, exists, best)
    nearest_two = np.partition(np.column_stack((weighted, exists)), 1, axis=1)
    price = np.where(np.isfinite(nearest_two[:, 1]), nearest_two[:, 1], nearest_two[:, 0])
    bound, scale, stale = -np.inf, 1.0, 0
    for _ in range(ITERATIONS):
        now, top, slope = price_bound(weighted, exists, price, p)
        if not np.isfinite(bound) or now > bound + CLOSE * abs(bound):
            bound, stale = now, 0
        else:
            stale += 1
            if stale >= 20:
                scale, stale = scale / 2, 0
        if bound >= value * (1 - CLOSE) or scale < 1e-3:
            break
        tried = [int(position) for position in top]
        if total(weighted, exists, tried) < value:
            better = swap(weighted, exists, tried)
            best, value = better, total(weighted, exists, better)
        length = float((slope**2).sum())
        if length <= 0:
            break
        price = price + scale * (value - now) / length * slope
    return ChosenSites(best, value, min(bound, value))


def least_for_the_worst_off(
    cost: np.ndarray, exists: np.ndarray, people: np.ndarray, p: int
) -> ChosenSites:
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
