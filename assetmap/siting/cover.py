"""Cover most: the sites that bring the most people within reach (Church & ReVelle 1974,
10.1007/BF01942293).

Greedy, then swaps of one site for another, then a Lagrangian bound that no choice can beat; the
integer programme itself where it is small.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

ITERATIONS = 400
CLOSE = 1e-9


class ChosenSites(NamedTuple):
    """Chosen candidates (positions, in order of choice), the value reached and a proven bound."""

    sites: list[int]
    value: float
    bound: float


def greedy(covers: csr_array, people: np.ndarray, p: int) -> list[int]:
    """Candidates taken one by one, each the one that adds most people (lazy evaluation).

    A candidate's gain never grows as others are chosen, so only those whose old gain still beats
    the best are looked at again (Minoux 1978). Ties go to the first.
    """
    begin, areas = covers.indptr, covers.indices
    left = people.astype(float).copy()
    gain = covers @ left
    chosen: list[int] = []
    for _ in range(p):
        best, best_gain = -1, -1.0
        for position in np.argsort(-gain, kind="stable"):
            if gain[position] <= best_gain:
                break
            if position in chosen:
                continue
            gain[position] = left[areas[begin[position] : begin[position + 1]]].sum()
            if gain[position] > best_gain or (gain[position] == best_gain and position < best):
                best, best_gain = int(position), float(gain[position])
        chosen.append(best)
        left[areas[begin[best] : begin[best + 1]]] = 0.0
    return chosen


def swap(covers: csr_array, people: np.ndarray, chosen: list[int]) -> list[int]:
    """Exchanges one chosen site for another as long as that covers more people."""
    chosen = list(chosen)
    counts = np.zeros(len(people))
    for position in chosen:
        counts[covers.indices[covers.indptr[position] : covers.indptr[position + 1]]] += 1
    while True:
        now = people[counts > 0].sum()
        best = (now * (1 + CLOSE) + CLOSE, -1, -1)
        for place, position in enumerate(chosen):
            without = counts.copy()
            mine = covers.indices[covers.indptr[position] : covers.indptr[position + 1]]
            without[mine] -= 1
            totals = people[without > 0].sum() + covers @ np.where(without == 0, people, 0.0)
            totals[chosen] = -1
            other = int(totals.argmax())
            if totals[other] > best[0]:
                best = (float(totals[other]), place, other)
        if best[1] < 0:
            return chosen
        old = chosen[best[1]]
        counts[covers.indices[covers.indptr[old] : covers.indptr[old + 1]]] -= 1
        new = best[2]
        counts[covers.indices[covers.indptr[new] : covers.indptr[new + 1]]] += 1
        chosen[best[1]] = new


def covered(covers: csr_array, people: np.ndarray, chosen: list[int]) -> float:
    """People covered by the chosen candidates."""
    reached = np.zeros(len(people), bool)
    for position in chosen:
        reached[covers.indices[covers.indptr[position] : covers.indptr[position + 1]]] = True
    return float(people[reached].sum())


def price_bound(
    covers: csr_array,
    people: np.ndarray,
    prices: np.ndarray,
    p: int,
    reachable: np.ndarray | None = None,
) -> tuple[float, np.ndarray]:
    """What p sites cannot beat, at any prices 0 ≤ λ ≤ P, and the p sites worth most at them.

    Relaxing `covered only if a covering site is chosen` with the prices bounds what p sites can
    cover by Σ max(0, P − λ) over areas that any candidate covers, plus the p largest Σ λ.
    """
    worth = covers @ prices
    top = np.argpartition(-worth, p - 1)[:p] if p < len(worth) else np.arange(len(worth))
    if reachable is None:
        reachable = np.bincount(covers.indices, minlength=len(people)) > 0
    left = np.maximum(people - prices, 0.0)[reachable]
    return float(left.sum() + worth[top].sum()), top


def choose(covers: csr_array, people: np.ndarray, p: int) -> ChosenSites:
    """Greedy, swaps, and the Lagrangian bound, whose own choices are tried too."""
    best = swap(covers, people, greedy(covers, people, p))
    value = covered(covers, people, best)
    reachable = np.bincount(covers.indices, minlength=len(people)) > 0
    bound = float(people[reachable].sum())
    prices = people / 2 * reachable
    back = covers.T.tocsr()
    scale = 1.0
    stale = 0
    for _ in range(ITERATIONS):
        now, top = price_bound(covers, people, prices, p, reachable)
        if now < bound - CLOSE * max(bound, 1.0):
            bound, stale = now, 0
        else:
            stale += 1
            if stale >= 15:
                scale, stale = scale / 2, 0
        if bound <= value * (1 + CLOSE) + CLOSE or scale < 1e-3:
            break
        tried = covered(covers, people, list(top))
        if tried > value:
            better = swap(covers, people, [int(position) for position in top])
            best, value = better, covered(covers, people, better)
        chosen = np.zeros(covers.shape[0])
        chosen[top] = 1.0
        slope = back @ chosen - (prices < people) * reachable
        length = float((slope**2).sum())
        if length <= 0:
            break
        prices = np.clip(prices - scale * (now - value) / length * slope, 0.0, people)
    # Prices move towards what covered-or-not costs; a bound under the value is rounding.
    return ChosenSites(best, value, max(bound, value))
