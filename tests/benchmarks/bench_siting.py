"""Where to put the next ten, ours against spopt with CBC, and one click of what-if.

Run `python tests/benchmarks/bench_siting.py`; the comparison needs `pip install spopt pulp` in the
same environment (without it, HiGHS on the whole integer programme stands in). Both sides get the
same distances of 5,000 areas × 500 candidates. Exits 1 on a missed goal.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from assetmap.siting import site, what_if  # noqa: E402
from assetmap.siting.cover import covered  # noqa: E402
from assetmap.siting.problem import SitingProblem, read_problem  # noqa: E402

FASTER, GAP, WHAT_IF_MS = 50.0, 0.01, 100.0
CATCHMENT_M, SITES = 14_000.0, 10


def world(areas: int, candidates: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas around some towns and between them; candidates are some of the areas."""
    random = np.random.default_rng(11)
    towns = random.uniform((37.0, -90.0), (39.0, -88.0), (25, 2))
    near = towns[random.integers(0, 25, areas)] + random.normal(0, 0.08, (areas, 2))
    away = random.uniform((37.0, -90.0), (39.0, -88.0), (areas, 2))
    points = np.where(random.random((areas, 1)) < 0.6, near, away)
    there = pd.DataFrame({"id": np.arange(areas), "lat": points[:, 0], "lon": points[:, 1]})
    there["population"] = random.integers(50, 4000, areas)
    chosen = np.sort(random.choice(areas, candidates, replace=False))
    return there, there.iloc[chosen][["id", "lat", "lon"]].reset_index(drop=True)


def theirs(problem: SitingProblem) -> tuple[str, float, float]:
    """Name, seconds and people covered by the other side, given the same distances."""
    began = time.perf_counter()
    if find_spec("spopt") and find_spec("pulp"):
        import pulp
        from spopt.locate import MCLP

        model = MCLP.from_cost_matrix(problem.cost, problem.people, CATCHMENT_M, p_facilities=SITES)
        solved = model.solve(pulp.PULP_CBC_CMD(msg=False))
        return "spopt + CBC", time.perf_counter() - began, float(solved.problem.objective.value())
    from assetmap.siting import exact

    result = exact.cover(problem.covers(CATCHMENT_M), problem.people, SITES, most=10**9)
    value = covered(problem.covers(CATCHMENT_M), problem.people, result.sites) if result else 0.0
    return "HiGHS, whole", time.perf_counter() - began, value


def main() -> int:
    """Runs the benchmark; 1 on a missed goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 areas × 100 candidates")
    asked = parser.parse_args()
    areas, candidates = world(*((1_000, 100) if asked.quick else (5_000, 500)))
    site(areas[:50], candidates[:20], 2, "cover", CATCHMENT_M)
    seconds = np.inf
    for _ in range(3):
        began = time.perf_counter()
        result = site(areas, candidates, SITES, "cover", CATCHMENT_M)
        seconds = min(seconds, time.perf_counter() - began)
    mine_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 2**30
    name, other, value = theirs(read_problem(areas, candidates))
    print(f"{len(areas):,} areas × {len(candidates)} candidates, p = {SITES}")
    print(
        f"  ours          {seconds:8.2f} s  {result.value:12,.0f} people, proven within "
        f"{result.gap:.2%} (goal {GAP:.0%}), {mine_gb:.2f} GB"
    )
    print(f"  {name:<13} {other:8.2f} s  {value:12,.0f} people")
    print(f"  {other / seconds:.0f} times faster (goal {FASTER:.0f})")

    lat, lon = areas["lat"].to_numpy(), areas["lon"].to_numpy()
    people = areas["population"].to_numpy(float)
    known, nearest = np.zeros(len(areas), int), np.full(len(areas), np.inf)
    clicks = []
    for at in range(20):
        began = time.perf_counter()
        what_if(lat, lon, people, known, nearest, lat[at], lon[at], CATCHMENT_M)
        clicks.append((time.perf_counter() - began) * 1000)
    click = float(np.median(clicks))
    print(f"  one click of what-if over {len(areas):,} areas: {click:.1f} ms (goal {WHAT_IF_MS:g})")
    right = result.value <= result.bound and value <= result.bound * (1 + 1e-9)
    good = right and result.gap <= GAP and click <= WHAT_IF_MS
    return 0 if good and (asked.quick or other / seconds >= FASTER) else 1


if __name__ == "__main__":
    sys.exit(main())
