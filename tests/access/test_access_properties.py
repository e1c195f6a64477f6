"""What must hold of access whatever the map looks like, and by whichever way it is computed."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.access import access, pairs_within, warm
from assetmap.access.compiled import Compiled
from assetmap.access.inputs import Decay
from assetmap.places import distance_m

SETTINGS = settings(max_examples=15, deadline=None)
WAYS = {
    "numpy": {"small": 10**9},
    "stored": {"small": 0},
    "streamed": {"small": 0, "budget_bytes": 0},
}
PER_PERSON = ("2sfca", "e2sfca", "kd2sfca", "3sfca")


@st.composite
def maps(draw: st.DrawFn, most: int = 25) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas and assets around a place that may be the antimeridian or near a pole."""
    lat0 = draw(st.sampled_from([-89.5, -40.0, 0.0, 37.9, 89.5]))
    lon0 = draw(st.sampled_from([-180.0, -89.0, 0.0, 179.9]))
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)

    def points(count: int) -> dict[str, np.ndarray]:
        lon = lon0 + random.uniform(-1, 1, count)
        lat = np.clip(lat0 + random.uniform(-0.6, 0.6, count), -90, 90)
        return {"lat": lat, "lon": (lon + 180) % 360 - 180}

    people = random.integers(0, 400, n)
    people[random.integers(0, n)] = 50
    areas = pd.DataFrame({"id": np.arange(n), **points(n), "population": people})
    assets = pd.DataFrame({"id": np.arange(m), **points(m), "capacity": random.integers(0, 30, m)})
    return areas, assets


@given(maps(), st.sampled_from(PER_PERSON), st.floats(500, 90_000))
@SETTINGS
def test_audit(world: tuple[pd.DataFrame, pd.DataFrame], method: str, catchment: float) -> None:
    areas, assets = world
    result = access(areas, assets, method, catchment)
    if result.audit is not None:
        assert result.audit == pytest.approx(1, abs=1e-9)
    reached = result.result["access"].fillna(0) * areas["population"]
    assert reached.sum() <= assets["capacity"].sum() * (1 + 1e-9)


@given(maps(), st.sampled_from(PER_PERSON), st.floats(500, 300_000))
@SETTINGS
def test_three_ways_agree(
    world: tuple[pd.DataFrame, pd.DataFrame], method: str, catchment: float
) -> None:
    areas, assets = world
    results = [access(areas, assets, method, catchment, **way) for way in WAYS.values()]  # type: ignore[arg-type]
    first = results[0]
    for other in results[1:]:
        assert other.pairs == first.pairs
        pd.testing.assert_frame_equal(other.result, first.result, rtol=1e-9, atol=1e-12)


@given(maps(), st.data())
@SETTINGS
def test_the_limit_includes_its_own_distance(
    world: tuple[pd.DataFrame, pd.DataFrame], data: st.DataObject
) -> None:
    areas, assets = world
    metres = distance_m(
        areas["lat"].to_numpy()[:, None],
        areas["lon"].to_numpy()[:, None],
        assets["lat"].to_numpy(),
        assets["lon"].to_numpy(),
    )
    i = data.draw(st.integers(0, len(areas) - 1))
    j = data.draw(st.integers(0, len(assets) - 1))
    limit = float(metres[i, j])
    if limit == 0:
        return
    for way in WAYS.values():
        result = access(areas, assets, "count", limit, **way)  # type: ignore[arg-type]
        assert (result.result["within"] >= (metres <= limit).sum(axis=1)).all()
        assert (result.result["within"] <= (metres <= limit * (1 + 1e-11)).sum(axis=1)).all()


@given(maps(), st.floats(1000, 60_000), st.integers(0, 2**32 - 1))
@SETTINGS
def test_order_of_rows_does_not_matter(
    world: tuple[pd.DataFrame, pd.DataFrame], catchment: float, seed: int
) -> None:
    areas, assets = world
    plain = access(areas, assets, "e2sfca", catchment, "gaussian").result.set_index("id")
    mixed = access(
        areas.sample(frac=1, random_state=seed),
        assets.sample(frac=1, random_state=seed),
        "e2sfca",
        catchment,
        "gaussian",
    ).result.set_index("id")
    pd.testing.assert_frame_equal(mixed.loc[plain.index], plain, rtol=1e-12)


@given(maps(), st.floats(1000, 60_000))
@SETTINGS
def test_2sfca_is_e2sfca_with_one_step(
    world: tuple[pd.DataFrame, pd.DataFrame], catchment: float
) -> None:
    areas, assets = world
    plain = access(areas, assets, "2sfca", catchment).result
    item = access(areas, assets, "e2sfca", catchment, "step", steps=((1.0, 1.0),)).result
    pd.testing.assert_frame_equal(plain, item)


@given(maps(), st.floats(-89, 89), st.floats(-179, 179))
@SETTINGS
def test_one_asset_more_never_worsens_the_nearest(
    world: tuple[pd.DataFrame, pd.DataFrame], lat: float, lon: float
) -> None:
    areas, assets = world
    more = pd.concat(
        [assets, pd.DataFrame({"id": [-1], "lat": [lat], "lon": [lon], "capacity": [1]})]
    )
    for way in WAYS.values():
        before = access(areas, assets, "nearest", **way).result["nearest"]  # type: ignore[arg-type]
        after = access(areas, more, "nearest", **way).result["nearest"]  # type: ignore[arg-type]
        assert (after <= before).all()


@given(maps(), st.floats(500, 60_000), st.floats(1, 5))
@SETTINGS
def test_a_larger_catchment_never_loses_coverage(
    world: tuple[pd.DataFrame, pd.DataFrame], catchment: float, times: float
) -> None:
    areas, assets = world
    small = access(areas, assets, "coverage", catchment)
    large = access(areas, assets, "coverage", catchment * times)
    assert (large.result["within"] >= small.result["within"]).all()
    assert large.value is not None and small.value is not None
    assert large.value >= small.value


def test_pairs_within_agrees_with_all_distances() -> None:
    random = np.random.default_rng(4)
    lat, lon = random.uniform(-90, 90, 1500), random.uniform(-180, 180, 1500)
    to_lat, to_lon = random.uniform(-90, 90, 900), random.uniform(-180, 180, 900)
    pairs = pairs_within(lat, lon, to_lat, to_lon, 1_500_000)  # over SMALL: compiled
    metres = distance_m(lat[:, None], lon[:, None], to_lat, to_lon)
    row, column = np.nonzero(metres <= 1_500_000)
    assert len(pairs) == len(row)
    np.testing.assert_array_equal(np.diff(pairs.begin), np.bincount(row, minlength=1500))
    order = np.lexsort((pairs.which, pairs.row))
    np.testing.assert_array_equal(pairs.which[order], column)
    np.testing.assert_allclose(pairs.cost[order], metres[row, column], rtol=1e-9, atol=1e-6)


def test_the_far_nearest_is_found() -> None:
    lat = np.array([0.0, 10.0])
    reach = Compiled(
        (lat, np.zeros(2)),
        (np.array([11.0, 60.0]), np.zeros(2)),
        1000.0,
        Decay("none", 1000.0, 333.0),
        0,
    )
    assert list(reach.nearest_asset) == [0, 0]
    np.testing.assert_allclose(reach.nearest, distance_m(lat, 0.0, 11.0, 0.0))


def test_two_threads_may_compute_at_once() -> None:
    """numba's workqueue layer ends the process when two threads enter kernels together."""
    script = textwrap.dedent(
        """
        import threading
        import numpy as np, pandas as pd
        from assetmap.access import access
        random = np.random.default_rng(1)
        def frame(name):
            return pd.DataFrame({"id": range(4000), "lat": random.uniform(37, 39, 4000),
                                 "lon": random.uniform(-90, -88, 4000), name: 5.0})
        areas, assets = frame("population"), frame("capacity")
        found = []
        def work():
            for budget in (0, 10**9):
                found.append(access(areas, assets, "e2sfca", 10_000, small=0, budget_bytes=budget))
        threads = [threading.Thread(target=work) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert len(found) == 8
        assert len({one.result["access"].sum().round(9) for one in found}) == 1
        import numba
        assert numba.threading_layer() == "workqueue"
        """
    )
    environment = dict(os.environ, NUMBA_THREADING_LAYER="workqueue", NUMBA_NUM_THREADS="2")
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr


def test_the_same_numbers_on_one_thread_and_two() -> None:
    script = textwrap.dedent(
        """
        import hashlib
        import numpy as np, pandas as pd
        from assetmap.access import access
        random = np.random.default_rng(1)
        def frame(name):
            return pd.DataFrame({"id": range(3000), "lat": random.uniform(37, 39, 3000),
                                 "lon": random.uniform(-90, -88, 3000),
                                 name: random.uniform(1, 9, 3000)})
        areas, assets = frame("population"), frame("capacity")
        for budget in (0, 10**9):
            found = access(areas, assets, "3sfca", 10_000, small=0, budget_bytes=budget)
            print(hashlib.sha256(found.result["access"].to_numpy().tobytes()).hexdigest())
        """
    )
    printed = set()
    for threads in ("1", "2"):
        environment = dict(os.environ, NUMBA_NUM_THREADS=threads)
        printed.add(
            subprocess.run(
                [sys.executable, "-c", script],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
                timeout=300,
            ).stdout
        )
    assert len(printed) == 1


def test_warming_up_changes_nothing() -> None:
    warm()
    assert len(pairs_within([38.0], [-89.0], [38.0], [-89.0], 1.0)) == 1  # type: ignore[arg-type]
