"""Least distance: the sites that leave people the least way to go in sum (Hakimi 1964,
10.1287/opre.12.3.450).

Greedy, then swaps (Teitz & Bart 1968, 10.1287/opre.16.5.955), then a Lagrangian lower bound.
"""

from __future__ import annotations

import numpy as np

from assetmap.siting.cover import CLOSE, ChosenSites

ITERATIONS = 400


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


def choose(weighted: np.ndarray, exists: np.ndarray, p: int) -> ChosenSites:
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
