"""San Francisco, 205 tracts × 16 stores, against the figures of spopt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assetmap.siting import fewest_sites, site


class City:
    def __init__(self, shared: Path) -> None:
        folder = shared / "oracles" / "spopt"
        tracts = pd.read_csv(
            folder / "SF_demand_205_centroid_uniform_weight.csv", dtype={"NAME": str}
        )
        self.areas = pd.DataFrame({"id": tracts["NAME"], "population": tracts["POP2000"]})
        stores = pd.read_csv(folder / "SF_store_site_16_longlat.csv")
        self.stores = pd.DataFrame({"id": stores["NAME"]})
        table = pd.read_csv(
            folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv",
            dtype={"DestinationName": str},
        )
        self.costs = pd.DataFrame(
            {"origin": table["DestinationName"], "dest": table["name"], "cost": table["distance"]}
        )
        self.expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    def site(self, p: int, objective: str, **more: Any) -> Any:
        return site(self.areas, self.stores, p, objective, 5000, costs=self.costs, **more)


@pytest.fixture(scope="module")
def city(shared: Path) -> City:
    return City(shared)


@pytest.mark.parametrize("p", range(1, 7))
def test_cover_most_is_exact(city: City, p: int) -> None:
    result = city.site(p, "cover")
    assert result.value == result.bound == city.expected[f"mclp_exact_p{p}"]
    assert result.optimal and result.gap == 0 and len(result.sites) == p
    assert result.total == city.expected["total_pop"]
    assert sum(result.gains) == result.value == result.newly_covered


@pytest.mark.parametrize("p", range(1, 7))
def test_greedy_alone(city: City, p: int) -> None:
    from assetmap.siting.cover import covered, greedy
    from assetmap.siting.problem import read_problem

    problem = read_problem(city.areas, city.stores, costs=city.costs)
    covers = problem.covers(5000)
    chosen = greedy(covers, problem.people, p)
    assert covered(covers, problem.people, chosen) == city.expected[f"mclp_greedy_p{p}"]


def test_the_four_stores(city: City) -> None:
    result = city.site(4, "cover")
    assert sorted(result.sites) == city.expected["mclp_sel"]
    reached = (result.areas["after"] <= 5000).mean() * 100
    assert reached == pytest.approx(city.expected["mclp_perc_cov_areas"])


def test_least_distance(city: City) -> None:
    result = city.site(4, "median")
    assert result.value == pytest.approx(city.expected["pmedian_obj"], abs=1e-3)
    assert sorted(result.sites) == city.expected["pmedian_sel"]
    assert result.optimal and result.bound == result.value
    assert result.value / result.total == pytest.approx(city.expected["pmedian_mean"], abs=1e-6)


def test_worst_off_first(city: City) -> None:
    result = city.site(4, "worst-first")
    assert result.value == pytest.approx(city.expected["pcenter"], abs=1e-6)
    assert result.optimal and len(result.sites) == 4
    assert result.areas["after"].max() == pytest.approx(result.value)


def test_fewest_sites(city: City) -> None:
    sites, bound = fewest_sites(city.areas, city.stores, 5000, costs=city.costs)
    assert len(sites) == bound == city.expected["lscp"]
