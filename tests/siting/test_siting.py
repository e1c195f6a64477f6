"""Siting: what must always hold, what exists counts, and clear words for bad input."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.siting import (
    SitingError,
    cover,
    distance,
    fewest_sites,
    from_areas,
    from_grid,
    from_places,
    site,
    what_if,
)
from assetmap.siting.cover import choose, covered, greedy
from assetmap.siting.problem import read_problem

SETTINGS = settings(max_examples=30, deadline=None)
# Four towns on a meridian, 0.1° (11.12 km) apart.
TOWNS = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "lat": [38.0, 38.1, 38.2, 38.3],
        "lon": -89.0,
        "population": [100, 50, 400, 30],
    }
)
SITES = TOWNS[["id", "lat", "lon"]]


@st.composite
def problems(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int]:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 18)), draw(st.integers(1, 8))
    old = draw(st.integers(0, 2))

    def points(count: int, prefix: str) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "id": [f"{prefix}{at}" for at in range(count)],
                "lat": random.uniform(38, 38.5, count),
                "lon": random.uniform(-89, -88.5, count),
            }
        )

    areas = points(n, "area")
    areas["population"] = random.integers(0, 100, n)
    areas.loc[0, "population"] = 10
    return areas, points(m, "site"), points(old, "old"), draw(st.integers(1, m))


def by_hand(world: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int], objective: str) -> float:
    """The best value over every choice of p."""
    areas, sites, old, p = world
    problem = read_problem(areas, sites, old)
    result = []
    for chosen in itertools.combinations(range(len(sites)), p):
        nearest = np.minimum(problem.exists, problem.cost[:, list(chosen)].min(axis=1))
        lived_in = problem.people > 0
        result.append(
            {
                "cover": -problem.people[nearest <= 15_000].sum(),
                "median": (problem.people * nearest)[lived_in].sum(),
                "worst-first": nearest[lived_in].max(),
            }[objective]
        )
    return abs(min(result))


@given(problems(), st.sampled_from(["cover", "median", "worst-first"]))
@SETTINGS
def test_the_best_of_all_choices(
    world: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int], objective: str
) -> None:
    areas, sites, old, p = world
    result = site(areas, sites, p, objective, 15_000, existing=old)
    assert result.value == pytest.approx(by_hand(world, objective), rel=1e-9)
    assert result.optimal and len(set(result.sites)) == p


@given(problems())
@SETTINGS
def test_greedy_is_never_over_the_best_nor_the_best_over_the_bound(
    world: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int],
) -> None:
    areas, sites, _, p = world
    problem = read_problem(areas, sites)
    covers = problem.covers(15_000)
    first = covered(covers, problem.people, greedy(covers, problem.people, p))
    result = choose(covers, problem.people, p)
    best = by_hand((areas, sites, sites[:0], p), "cover")
    assert first <= result.value + 1e-9 <= best + 2e-9
    assert best <= result.bound + 1e-6
    assert first >= (1 - 1 / np.e) * best - 1e-9


@given(problems(), st.integers(0, 2**32 - 1))
@SETTINGS
def test_no_prices_bound_below_the_best(
    world: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int], seed: int
) -> None:
    areas, sites, old, p = world
    problem = read_problem(areas, sites, old)
    random = np.random.default_rng(seed)
    new = read_problem(areas, sites)
    prices = random.uniform(0, 1, len(areas)) * new.people
    bound, top = cover.price_bound(new.covers(15_000), new.people, prices, p)
    assert bound >= by_hand((areas, sites, sites[:0], p), "cover") - 1e-6
    assert len(set(top)) == p
    weighted = problem.cost * problem.people[:, None]
    lived_in = problem.people > 0  # nobody, infinitely far, is no number
    exists = np.where(lived_in, problem.exists, 0.0) * problem.people
    price = random.uniform(0, 1, len(areas)) * weighted.max(axis=1)
    low = distance.price_bound(weighted, exists, price, p)[0]
    assert low <= by_hand(world, "median") * (1 + 1e-9) + 1e-6


@given(problems())
@SETTINGS
def test_no_single_exchange_improves_a_swapped_choice(
    world: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int],
) -> None:
    areas, sites, _, p = world
    problem = read_problem(areas, sites)
    weighted, exists = problem.cost * problem.people[:, None], np.full(len(areas), np.inf)
    covers = problem.covers(15_000)
    worst = list(np.argsort(-weighted.sum(axis=0))[:p])
    least = distance.swap(weighted, exists, worst)
    most = cover.swap(covers, problem.people, worst)
    for place in range(p):
        for other in range(len(sites)):
            changed = [*least[:place], other, *least[place + 1 :]]
            best = distance.total(weighted, exists, least)
            assert distance.total(weighted, exists, changed) >= best * (1 - 1e-9)
            changed = [*most[:place], other, *most[place + 1 :]]
            assert cover.covered(covers, problem.people, changed) <= cover.covered(
                covers, problem.people, most
            ) * (1 + 1e-9)


@given(problems(), st.integers(0, 1000))
@SETTINGS
def test_order_of_rows_does_not_matter(
    world: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, int], seed: int
) -> None:
    areas, sites, old, p = world
    item = site(areas, sites, p, "median", existing=old)
    other = site(
        areas.sample(frac=1, random_state=seed),
        sites.sample(frac=1, random_state=seed),
        p,
        "median",
        existing=old,
    )
    assert item.value == pytest.approx(other.value, rel=1e-9)


def test_what_exists_counts() -> None:
    # One at c exists: 12 km from it are b, c and d. The best next one is at a: 100 more people.
    result = site(TOWNS, SITES, 1, "cover", 12_000, existing=SITES[2:3])
    assert (result.sites, result.before, result.value, result.total) == (["a"], 480, 580, 580)
    assert result.newly_covered == 100 and result.gains == [100]
    assert result.areas.set_index("id")["gained"].to_dict() == {
        "a": True,
        "b": False,
        "c": False,
        "d": False,
    }


def test_the_document_of_the_command() -> None:
    result = site(TOWNS, SITES, 1, "cover", 12_000).as_json()
    json.dumps(result, allow_nan=False)
    assert {
        name: result[name] for name in ("sites", "value", "bound", "gap", "total", "optimal")
    } == {
        "sites": ["b"],
        "value": 550,
        "bound": 550,
        "gap": 0.0,
        "total": 580,
        "optimal": True,
    }


def test_a_large_problem_has_a_proven_bound() -> None:
    random = np.random.default_rng(7)
    areas = pd.DataFrame(
        {
            "id": range(3000),
            "lat": random.uniform(37, 39, 3000),
            "lon": random.uniform(-90, -88, 3000),
            "population": random.integers(1, 3000, 3000),
        }
    )
    sites = areas[["id", "lat", "lon"]].sample(300, random_state=1)
    result = site(areas, sites, 8, "cover", 20_000)
    assert result.value <= result.bound <= result.total
    assert result.gap <= 0.01
    far = site(areas[:600], sites[:120], 5, "worst-first")
    assert 0 < far.bound <= far.value
    least = site(areas[:800], sites[:150], 5, "median")
    assert 0 < least.bound <= least.value and least.gap < 0.02


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"p": 5}, "There are 4 candidates and 5 sites were asked for; choose at most 4."),
        ({"p": 0}, "The number of sites is 0; choose at least 1."),
        (
            {"objective": "fair"},
            "The objective 'fair' is not known; use cover, median, worst-first.",
        ),
        ({"catchment_m": None}, "To cover people, give a catchment above 0, such as 10mi."),
        ({"catchment_m": 0}, "To cover people, give a catchment above 0, such as 10mi."),
        ({"candidates": SITES[:0]}, "There are no candidates to choose from."),
        (
            {"candidates": SITES.assign(id="a")},
            "The candidates have ids that are there twice: 'a'.",
        ),
        (
            {"areas": TOWNS.assign(population=0)},
            "No area has a population above 0; check the population column.",
        ),
    ],
)
def test_one_sentence(changes: dict[str, object], sentence: str) -> None:
    given = {"areas": TOWNS, "candidates": SITES, "p": 1, "objective": "cover", "catchment_m": 5000}
    with pytest.raises(SitingError) as raised:
        site(**(given | changes))  # type: ignore[arg-type]
    assert str(raised.value) == sentence


def test_areas_that_can_reach_nothing_are_said() -> None:
    costs = pd.DataFrame({"origin": ["a", "b"], "dest": ["a", "a"], "cost": [1.0, 2.0]})
    for objective in ("cover", "median", "worst-first"):
        result = site(TOWNS, SITES, 1, objective, 5, costs=costs)
        assert result.sites == ["a"]
        assert "2 area(s) with people can reach no candidate at all." in result.notes
        json.dumps(result.as_json(), allow_nan=False)
    with pytest.raises(SitingError, match=r"2 area\(s\) with people lie beyond the catchment"):
        fewest_sites(TOWNS, SITES, 5, costs=costs)


def test_what_if_one_stood_here() -> None:
    lat, lon = TOWNS["lat"].to_numpy(), TOWNS["lon"].to_numpy()
    people = TOWNS["population"].to_numpy(float)
    known, nearest = np.array([1, 0, 0, 0]), np.array([0.0, 11_119.5, np.inf, np.inf])
    result = what_if(lat, lon, people, known, nearest, 38.3, -89.0, 12_000)
    assert result.known_after.tolist() == [1, 0, 1, 1]
    assert result.gains.tolist() == [False, False, True, True]
    assert (result.people, result.nearer) == (430, 430)
    assert result.nearest_after_m[2] == pytest.approx(11_119.5, abs=1)


def test_what_if_agrees_with_a_whole_recomputation() -> None:
    before = site(TOWNS, SITES[3:], 1, "cover", 12_000, existing=SITES[:1])
    problem = read_problem(TOWNS, SITES, SITES[:1])
    known = (problem.exists <= 12_000).astype(int)
    result = what_if(
        TOWNS["lat"].to_numpy(),
        TOWNS["lon"].to_numpy(),
        problem.people,
        known,
        problem.exists,
        38.3,
        -89.0,
        12_000,
    )
    assert result.people == before.newly_covered == 430


def test_what_if_over_5000_areas_counts_what_it_gains() -> None:
    random = np.random.default_rng(3)
    lat, lon = random.uniform(37, 39, 5000), random.uniform(-90, -88, 5000)
    known, nearest = np.zeros(5000, int), np.full(5000, np.inf)
    result = what_if(lat, lon, np.ones(5000), known, nearest, 38.0, -89.0, 14_000)
    assert result.people == result.gains.sum() > 0


def test_candidates() -> None:
    assert from_areas(TOWNS.assign(name=TOWNS["id"]))["id"].tolist() == ["a", "b", "c", "d"]
    places = pd.DataFrame({"name": ["X", "X", "Y"], "lat": [1.0, 2, 3], "lon": 0.0})
    assert from_places(places)["lat"].tolist() == [1, 3]
    grid = from_grid(TOWNS.assign(lon=[-89.0, -89.1, -89.2, -89.0]), 40)
    assert len(grid) >= 40 and set(grid) == {"id", "name", "lat", "lon"}


def test_a_pair_without_a_cost_counts_twice_the_largest() -> None:
    """Not free, and not endless: 100 people at 5 and 10 people at 2 × 7 are 640."""
    areas = pd.DataFrame({"id": ["a", "b"], "population": [100, 10]})
    places = pd.DataFrame({"id": ["x", "y"]})
    costs = pd.DataFrame(
        [("a", "x", 5.0), ("a", "y", 7.0), ("b", "y", 7.0)], columns=["origin", "dest", "cost"]
    )
    result = site(areas, places, 1, "median", costs=costs)
    assert (result.sites, result.value) == (["x"], 640.0)
    assert result.notes[-1] == "Pairs without a cost count as 14, twice the largest."
