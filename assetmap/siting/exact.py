"""The integer programmes themselves, solved by HiGHS where they are small enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array

if TYPE_CHECKING:
    import highspy

SECONDS = 10.0
MOST_NONZEROS = 20_000


class Undecided(RuntimeError):
    """The time was over before anything was known."""


class Solved(NamedTuple):
    """Chosen candidates, the value reached and what is proven that no choice can beat."""

    sites: list[int]
    value: float
    bound: float


def _quiet_solver() -> highspy.Highs:
    """A solver that writes nothing: HiGHS 1.16 greets on stdout while its callbacks are set up."""
    import highspy

    class Quiet(highspy.Highs):  # type: ignore[misc]
        def enableCallbacks(self) -> None:
            self.silent()
            super().enableCallbacks()

    solver = Quiet()
    solver.silent()
    return solver


def _solve(
    cost: np.ndarray,
    rows: csc_array,
    low: np.ndarray,
    high: np.ndarray,
    integers: int,
    maximise: bool = False,
    seconds: float = SECONDS,
) -> tuple[np.ndarray, float, float] | None:
    """Optimum of cost·x with low ≤ rows·x ≤ high, 0 ≤ x ≤ 1, the first `integers` whole.

    Returns x, the value and the bound; None when there is no solution. Raises Undecided.
    """
    import highspy

    model = _quiet_solver()
    model.setOptionValue("time_limit", float(seconds))
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("threads", 1)  # the same answer every time
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = rows.shape[1], rows.shape[0]
    programme.col_cost_ = np.asarray(cost, float)
    programme.col_lower_ = np.zeros(rows.shape[1])
    programme.col_upper_ = np.ones(rows.shape[1])
    programme.row_lower_, programme.row_upper_ = low.astype(float), high.astype(float)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_ = rows.indptr.astype(np.int32)
    programme.a_matrix_.index_ = rows.indices.astype(np.int32)
    programme.a_matrix_.value_ = rows.data.astype(float)
    if maximise:
        programme.sense_ = highspy.ObjSense.kMaximize
    if integers:
        kinds = [highspy.HighsVarType.kContinuous] * rows.shape[1]
        kinds[:integers] = [highspy.HighsVarType.kInteger] * integers
        programme.integrality_ = kinds
    model.passModel(programme)
    model.run()
    status = model.getModelStatus()
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return None
    info = model.getInfo()
    values = np.array(model.getSolution().col_value)
    if (
        not len(values)
        or info.primal_solution_status != 2
        or (not integers and status != highspy.HighsModelStatus.kOptimal)
    ):
        raise Undecided(str(status))
    value = float(info.objective_function_value)
    return values, value, float(info.mip_dual_bound) if integers else value


def cover(
    covers: csr_array, people: np.ndarray, p: int, most: int = MOST_NONZEROS
) -> Solved | None:
    """The most people p candidates can cover; areas covered by the same candidates are one.

    None when there are more than `most` pairs.
    """
    groups, weight = _alike(covers, people)
    sites, areas = covers.shape[0], len(weight)
    if groups.nnz + areas > most:
        return None
    # Columns: x (sites), y (groups). Rows: y_g − Σ x ≤ 0, and Σ x ≤ p.
    entries = groups.tocoo()
    row = np.concatenate((entries.coords[1], np.arange(areas), np.full(sites, areas)))
    column = np.concatenate((entries.coords[0], sites + np.arange(areas), np.arange(sites)))
    data = np.concatenate((-np.ones(groups.nnz), np.ones(areas), np.ones(sites)))
    rows = csc_array((data, (row, column)), shape=(areas + 1, sites + areas))
    low = np.full(areas + 1, -np.inf)
    high = np.append(np.zeros(areas), p)
    try:
        result = _solve(np.append(np.zeros(sites), weight), rows, low, high, sites, maximise=True)
    except Undecided:
        return None
    if result is None:
        return None
    return Solved(np.flatnonzero(result[0][:sites] > 0.5).tolist(), result[1], result[2])


def _alike(covers: csr_array, people: np.ndarray) -> tuple[csr_array, np.ndarray]:
    """Areas covered by the same candidates, as one with all their people."""
    by_area = covers.T.tocsr()
    by_area.sort_indices()
    groups: dict[bytes, int] = {}
    first: list[int] = []
    member = np.full(by_area.shape[0], -1)
    for position in range(by_area.shape[0]):
        sites = by_area.indices[by_area.indptr[position] : by_area.indptr[position + 1]]
        if len(sites) and people[position] > 0:
            group = groups.setdefault(sites.tobytes(), len(groups))
            if group == len(first):
                first.append(position)
            member[position] = group
    weight = np.bincount(member[member >= 0], people[member >= 0], len(first))
    return by_area[first].T.tocsr() if first else csr_array((covers.shape[0], 0)), weight


def median(weighted: np.ndarray, exists: np.ndarray, p: int) -> Solved | None:
    """The least people × cost with p candidates."""
    areas, sites = weighted.shape
    old = bool(np.isfinite(exists).any())
    if areas * (sites + old) > 3 * MOST_NONZEROS:
        return None
    options = np.column_stack((weighted, exists)) if old else weighted
    # Columns: x (sites), then z_ij by area and option. Rows: Σ_j z_ij = 1, z_ij ≤ x_j, Σ x ≤ p.
    count = options.shape[1]
    pairs = areas * count
    area, option = np.divmod(np.arange(pairs), count)
    possible = np.isfinite(options.ravel())
    own = (option < sites) & possible
    link = np.arange(int(own.sum()))
    row = np.concatenate((area, areas + link, areas + link, np.full(sites, areas + len(link))))
    column = np.concatenate(
        (sites + np.arange(pairs), sites + np.flatnonzero(own), option[own], np.arange(sites))
    )
    data = np.concatenate(
        (np.ones(pairs) * possible, np.ones(len(link)), -np.ones(len(link)), np.ones(sites))
    )
    shape = (areas + len(link) + 1, sites + pairs)
    rows = csc_array((data, (row, column)), shape=shape)
    low = np.concatenate((np.ones(areas), np.full(len(link), -np.inf), [-np.inf]))
    high = np.concatenate((np.ones(areas), np.zeros(len(link)), [p]))
    cost = np.concatenate((np.zeros(sites), np.where(possible, options.ravel(), 0.0)))
    try:
        result = _solve(cost, rows, low, high, sites)
    except Undecided:
        return None
    if result is None:
        return None
    return Solved(np.flatnonzero(result[0][:sites] > 0.5).tolist(), result[1], result[2])


def fewest(covers: csr_array, must: np.ndarray, relaxed: bool = False) -> Solved | None:
    """The fewest candidates that cover every area of `must` (bool); None when none can.

    Location set covering (Toregas et al. 1971, 10.1287/opre.19.6.1363). relaxed: the linear
    relaxation, whose value no choice can be under.
    """
    if not must.any():
        return Solved([], 0, 0)
    groups, _ = _alike(covers, must.astype(float))
    reached = np.asarray(covers.sum(axis=0)).ravel() > 0
    if (must & ~reached).any():
        return None
    rows = groups.T.tocsc()
    ones = np.ones(rows.shape[0])
    whole = 0 if relaxed else covers.shape[0]
    result = _solve(np.ones(covers.shape[0]), rows, ones, ones * np.inf, whole)
    if result is None:
        return None
    return Solved(np.flatnonzero(result[0] > 0.5).tolist(), result[1], result[2])
