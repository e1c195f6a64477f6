"""Where to put the next ones, what that gains, and what no choice can beat."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from assetmap.siting import cover, distance, exact
from assetmap.siting.problem import SitingError, SitingProblem, read_problem
from assetmap.words import text

OBJECTIVES = ("cover", "median", "worst-first")


class SitingDocument(TypedDict):
    """The document of the `site` command; whole numbers are written without a fraction."""

    sites: list[str]
    value: float
    bound: float
    gap: float
    total: float
    optimal: bool
    before: float | None
    gains: list[float]
    newly_covered: float
    objective: str
    catchment: float | None
    unit: str
    seconds: float
    notes: list[str]


@dataclass(frozen=True)
class Siting:
    """sites: chosen candidates, in order of gain. value: people covered (cover), people × cost
    (median) or the largest cost of anybody (worst-first), existing assets included. bound: no
    choice of p candidates can be better. gap: (bound − value) / bound, 0 when optimal. total: all
    people. before: the value with existing assets alone (None where nothing exists and the
    objective is a cost). gains: what each site adds, in their order. areas: id, population,
    before, after (cost to the nearest; NaN when none), gained (bool: newly covered, or nearer).
    """

    objective: str
    sites: list[str]
    value: float
    bound: float
    gap: float
    total: float
    optimal: bool
    before: float | None
    gains: list[float]
    areas: pd.DataFrame
    catchment: float | None
    unit: str
    seconds: float
    notes: tuple[str, ...] = ()

    def as_json(self) -> SitingDocument:
        """The document of the `site` command."""
        return {
            "sites": self.sites,
            "value": _plain(self.value),
            "bound": _plain(self.bound),
            "gap": self.gap,
            "total": _plain(self.total),
            "optimal": self.optimal,
            "before": None if self.before is None else _plain(self.before),
            "gains": [_plain(gain) for gain in self.gains],
            "newly_covered": _plain(self.newly_covered),
            "objective": self.objective,
            "catchment": self.catchment,
            "unit": self.unit,
            "seconds": round(self.seconds, 3),
            "notes": list(self.notes),
        }

    @property
    def newly_covered(self) -> float:
        """People brought within the catchment (cover), or brought nearer."""
        return float(self.areas["population"][self.areas["gained"]].sum())


def _plain(value: float) -> float | int:
    return round(value) if abs(value - round(value)) < 1e-6 else float(value)


def site(
    areas: pd.DataFrame,
    candidates: pd.DataFrame,
    p: int,
    objective: str = "cover",
    catchment_m: float | None = None,
    *,
    existing: pd.DataFrame | None = None,
    costs: pd.DataFrame | None = None,
) -> Siting:
    """The p candidates that serve people best, beside what exists.

    areas: id, lat, lon, population (people in need, when those are to be served). candidates,
    existing: id, lat, lon. objective: cover (most people within catchment_m), median (least people
    × cost) or worst-first (least largest cost). catchment_m: metres, or the unit of `costs`
    (origin = area, dest = candidate or existing asset, cost). Raises SitingError.
    """
    began = time.perf_counter()
    if objective not in OBJECTIVES:
        some = ", ".join(OBJECTIVES)
        raise SitingError(text("siting.no_objective", objective=objective, some=some))
    if objective == "cover":
        limit = np.nan if catchment_m is None else float(catchment_m)
        if not np.isfinite(limit) or limit <= 0:
            raise SitingError(text("siting.needs_catchment"))
    problem = read_problem(areas, candidates, existing, costs)
    if p < 1:
        raise SitingError(text("siting.too_few", p=p))
    if p > len(problem.site_ids):
        raise SitingError(text("siting.too_many_sites", count=len(problem.site_ids), p=p))
    solve = {"cover": _cover, "median": _median, "worst-first": _worst_first}[objective]
    return solve(problem, p, catchment_m, began)


def _finish(
    problem: SitingProblem,
    objective: str,
    chosen: list[int],
    value: float,
    bound: float,
    before: float | None,
    gains: list[float],
    catchment: float | None,
    began: float,
    notes: tuple[str, ...] = (),
) -> Siting:
    nearest = np.minimum(problem.exists, problem.cost[:, chosen].min(axis=1))
    if objective == "cover" and catchment is not None:
        gained = (nearest <= catchment) & (problem.exists > catchment)
    else:
        gained = nearest < problem.exists
    gap = abs(bound - value) / max(abs(bound), 1e-12)
    gap = 0.0 if gap < 1e-9 else float(gap)
    table = pd.DataFrame(
        {
            "id": problem.area_ids,
            "population": problem.people,
            "before": np.where(np.isfinite(problem.exists), problem.exists, np.nan),
            "after": np.where(np.isfinite(nearest), nearest, np.nan),
            "gained": gained,
        }
    )
    return Siting(
        objective,
        [str(problem.site_ids[position]) for position in chosen],
        value,
        value if gap == 0 else bound,
        gap,
        float(problem.people.sum()),
        gap == 0,
        before,
        gains,
        table,
        None if catchment is None else float(catchment),
        problem.unit,
        time.perf_counter() - began,
        problem.notes + notes,
    )


def _cover(problem: SitingProblem, p: int, limit: float | None, began: float) -> Siting:
    assert limit is not None
    already = problem.exists <= limit
    before = float(problem.people[already].sum())
    people = np.where(already, 0.0, problem.people)
    covers = problem.covers(limit)
    result = cover.choose(covers, people, p)
    chosen, value, bound = result
    if bound > value * (1 + 1e-9) + 1e-9:
        # A gap of 1% is worth a longer search.
        most = exact.MOST_NONZEROS * (10 if bound > value * 1.01 else 1)
        solved = exact.cover(covers, people, p, most)
        if solved is not None:
            bound = min(bound, solved.bound)
            reached = cover.covered(covers, people, solved.sites)
            if reached > value:
                chosen, value = _filled(solved.sites, p, covers.shape[0]), reached
    chosen, gains = _in_order(chosen, lambda some: cover.covered(covers, people, some))
    bound = max(bound, value)
    return _finish(
        problem, "cover", chosen, before + value, before + bound, before, gains, limit, began
    )


def _filled(sites: list[int], p: int, candidates: int) -> list[int]:
    """Exactly p sites: a solver leaves out those that add nothing."""
    rest = (position for position in range(candidates) if position not in sites)
    return [*sites, *(next(rest) for _ in range(p - len(sites)))][:p]


def _in_order(chosen: list[int], worth: Any, sign: int = 1) -> tuple[list[int], list[float]]:
    """The chosen sites, each next the one that adds most, and what it adds."""
    order: list[int] = []
    gains: list[float] = []
    rest = sorted(chosen)
    now = worth([])
    while rest:
        added = [sign * (worth([*order, position]) - now) for position in rest]
        best = int(np.argmax(added))
        order.append(rest.pop(best))
        gains.append(float(added[best]))
        now = worth(order)
    return order, gains


def _reachable(problem: SitingProblem) -> np.ndarray:
    return (problem.people > 0) & (
        np.isfinite(problem.cost).any(axis=1) | np.isfinite(problem.exists)
    )


def _median(problem: SitingProblem, p: int, limit: float | None, began: float) -> Siting:
    use = _reachable(problem)
    cost = problem.cost[use]
    notes: tuple[str, ...] = ()
    if not np.isfinite(cost).all():
        # A pair without a cost must not be free, nor make the sum infinite.
        most = 2 * cost[np.isfinite(cost)].max()
        cost = np.where(np.isfinite(cost), cost, most)
        notes = (text("siting.without_cost", cost=float(most)),)
    people = problem.people[use]
    weighted = np.ascontiguousarray(cost * people[:, None])
    exists = problem.exists[use] * people
    chosen, value, bound = distance.least_in_sum(weighted, exists, p)
    if bound < value * (1 - 1e-9):
        solved = exact.median(weighted, exists, p)
        if solved is not None:
            bound = max(bound, solved.bound)
            reached = distance.total(weighted, exists, solved.sites)
            if reached < value:
                chosen, value = _filled(solved.sites, p, weighted.shape[1]), reached
    before = float(exists.sum()) if np.isfinite(exists).all() else None
    start = np.where(np.isfinite(exists), exists, weighted.max(axis=1))
    chosen, gains = _in_order(chosen, lambda some: distance.total(weighted, start, some), -1)
    return _finish(
        problem, "median", chosen, value, min(bound, value), before, gains, limit, began, notes
    )


def _worst_first(problem: SitingProblem, p: int, limit: float | None, began: float) -> Siting:
    use = _reachable(problem)
    cost, exists, people = problem.cost[use], problem.exists[use], problem.people[use]
    chosen, value, bound = distance.least_for_the_worst_off(cost, exists, people, p)
    chosen = _filled(chosen, p, cost.shape[1])
    before = float(exists.max()) if np.isfinite(exists).all() else None
    start = np.where(np.isfinite(exists), exists, cost[np.isfinite(cost)].max())

    def worst(some: list[int]) -> float:
        return float(np.minimum(start, cost[:, some].min(axis=1)).max() if some else start.max())

    chosen, gains = _in_order(chosen, worst, -1)
    return _finish(
        problem, "worst-first", chosen, value, min(bound, value), before, gains, limit, began
    )


def fewest_sites(
    areas: pd.DataFrame,
    candidates: pd.DataFrame,
    catchment_m: float,
    *,
    existing: pd.DataFrame | None = None,
    costs: pd.DataFrame | None = None,
) -> tuple[list[str], int]:
    """The fewest candidates that bring everybody within the catchment, and a proven lower bound.

    Raises SitingError when no choice can.
    """
    problem = read_problem(areas, candidates, existing, costs)
    must = (problem.people > 0) & (problem.exists > catchment_m)
    try:
        result = exact.fewest(problem.covers(catchment_m), must)
    except exact.Undecided:
        raise SitingError(text("siting.too_long")) from None
    if result is None:
        reach = np.minimum(problem.exists, problem.cost.min(axis=1)) <= catchment_m
        lost = int(((problem.people > 0) & ~reach).sum())
        raise SitingError(text("siting.beyond", count=lost))
    return [str(problem.site_ids[position]) for position in result.sites], int(
        np.ceil(result.bound - 1e-6)
    )
