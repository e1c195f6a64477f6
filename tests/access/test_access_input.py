"""Bad input ends in one clear sentence, or in a reason beside the row it concerns."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from assetmap.access import AccessError, access

AREAS = pd.DataFrame(
    {"id": ["a", "b"], "lat": [38.0, 38.0], "lon": [-89.0, -88.0], "population": [100, 50]}
)
ASSETS = pd.DataFrame(
    {"id": ["x", "y"], "lat": [38.0, 38.0], "lon": [-89.01, -89.0], "capacity": [10, 5]}
)
COSTS = pd.DataFrame({"origin": ["a", "b"], "dest": ["x", "x"], "cost": [5.0, 9.0]})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"method": "4sfca"}, "The method '4sfca' is not known; use one of nearest, count"),
        ({"decay": "cubic"}, "The decay 'cubic' is not known; use one of none, step, gaussian"),
        (
            {"method": "kd2sfca", "decay": "gaussian"},
            "kd2sfca has its own weight; leave out the decay 'gaussian', or use e2sfca with it.",
        ),
        (
            {"method": "count", "decay": "step"},
            "count uses no weights; leave out the decay 'step'.",
        ),
        ({"catchment_m": 0}, "The catchment is 0; give a length above 0."),
        ({"catchment_m": -5}, "The catchment is -5; give a length above 0."),
        ({"catchment_m": math.nan}, "The catchment is nan; give a length above 0."),
        ({"catchment_m": None}, "e2sfca needs a catchment, such as 10mi, or 20 with a cost table."),
        (
            {"decay": "inverse"},
            "Area a and asset y are 0 m apart, where a weight of 1/distance has no value; "
            "use gaussian or step.",
        ),
        ({"areas": AREAS.assign(population=0)}, "No area has a population above 0"),
        ({"areas": AREAS.drop(columns="population")}, "The areas have no column `population`"),
        ({"areas": AREAS.drop(columns="lat")}, "The areas have no columns `lat` and `lon`"),
        ({"areas": AREAS[:0]}, "No area has a population above 0"),
        ({"areas": AREAS.assign(id="a")}, "The areas have ids that are there twice: 'a'."),
        ({"areas": AREAS.assign(id=[None, "b"])}, "Row 1 of the areas has no `id`"),
        ({"areas": AREAS.assign(lat=[95.0, 38.0])}, "a of the areas lies at 95, -89, which is not"),
        (
            {"assets": ASSETS.assign(capacity=["many", "5"])},
            "The capacity of 'x' is 'many'; give a number of 0 or more",
        ),
        ({"assets": ASSETS.assign(capacity=[-1, 5])}, "The capacity of 'x' is '-1'; give a number"),
        ({"assets": ASSETS.assign(capacity=np.nan)}, "No asset states a capacity; use count"),
        ({"assets": ASSETS.drop(columns="capacity")}, "The assets have no column `capacity`"),
        ({"costs": COSTS.drop(columns="cost")}, "The cost table has no column cost."),
        ({"costs": COSTS.assign(cost=[-1.0, 9.0])}, "Row 1 of the cost table costs '-1.0'"),
        ({"costs": COSTS.assign(cost=["far", "9"])}, "Row 1 of the cost table costs 'far'"),
        (
            {"costs": pd.concat([COSTS, COSTS.assign(cost=[5.0, 8.0])])},
            "The cost table has two costs from b to x: 8 and 9; keep one.",
        ),
        ({"costs": COSTS.assign(dest="z")}, "No `dest` of the cost table is an id of the assets"),
    ],
)
def test_one_sentence(changes: dict[str, object], sentence: str) -> None:
    given = {"areas": AREAS, "assets": ASSETS, "method": "e2sfca", "catchment_m": 20_000} | changes
    with pytest.raises(AccessError) as raised:
        access(**given)  # type: ignore[arg-type]
    assert str(raised.value).startswith(sentence)
    assert str(raised.value).endswith(".")


def test_every_area_without_a_number_has_a_reason() -> None:
    areas = pd.DataFrame(
        {
            "id": ["near", "far", "empty", "unknown", "text", "minus", "nowhere"],
            "lat": [38.0, 45.0, 38.0, 38.0, 38.0, 38.0, np.nan],
            "lon": [-89.0] * 7,
            "population": ["100", "50", "0", None, "n/a", "-999", "10"],
        }
    )
    result = access(areas, ASSETS, "2sfca", 20_000)
    assert result.result["access"].tolist() == pytest.approx(
        [0.15, 0.0] + [math.nan] * 5, nan_ok=True
    )
    assert result.result["reason"].tolist() == pytest.approx(
        [
            math.nan,
            "no asset within 20 km",
            "nobody lives here",
            "the population is not known",
            "the population is given as 'n/a', which is not a count",
            "the population is given as '-999', which is not a count",
            "its place is not known",
        ],
        nan_ok=True,
    )
    rows = result.as_json()["result"]
    assert isinstance(rows, list)
    assert rows[2]["access"] is None and rows[6]["nearest"] is None
    assert result.notes == ("1 area(s) have no point and are left out.",)


def test_no_capacity_in_reach_is_said() -> None:
    result = access(AREAS, ASSETS.assign(capacity=[0, 0]), "2sfca", 20_000)
    assert result.result["access"].tolist() == [0, 0]
    assert result.result["reason"].tolist() == [
        "no asset within 20 km has capacity left to count",
        "no asset within 20 km",
    ]
    assert result.audit is None


def test_missing_capacities_are_left_out_and_said() -> None:
    result = access(AREAS, ASSETS.assign(capacity=[10, np.nan]), "2sfca", 20_000)
    assert result.result["access"].tolist() == [0.1, 0]
    assert result.notes == (
        "1 of 2 assets state no capacity and are left out: there is more supply than is shown.",
    )


def test_assets_without_a_point_are_left_out_and_said() -> None:
    online = pd.DataFrame({"id": ["z"], "lat": [np.nan], "lon": [np.nan], "capacity": [500]})
    result = access(AREAS, pd.concat([online, ASSETS]), "2sfca", 20_000)
    assert result.result["access"].tolist() == pytest.approx([0.15, 0])
    assert result.notes == ("1 asset(s) have no point on the map and are left out.",)
    assert list(result.nearest_asset) == [2, 2]


def test_no_assets_at_all() -> None:
    result = access(AREAS, ASSETS[:0], "count", 20_000)
    assert result.result["access"].tolist() == [0, 0]
    assert result.result["nearest"].isna().all()
    nearest = access(AREAS, ASSETS[:0], "nearest")
    assert nearest.result["reason"].tolist() == ["no asset anywhere can be reached"] * 2
    assert nearest.result["within"].isna().all()
    assert nearest.as_json()["result"][0]["access"] is None  # type: ignore[index]


@pytest.mark.parametrize("small", [0, 10**9])
def test_all_assets_at_one_point(small: int) -> None:
    assets = pd.DataFrame({"id": range(600), "lat": 38.0, "lon": -89.0, "capacity": 1})
    result = access(AREAS, assets, "2sfca", 5_000, small=small)
    assert result.result["access"].tolist() == pytest.approx([6, 0])
    assert result.result["nearest"][0] == 0


@pytest.mark.parametrize("small", [0, 10**9])
def test_a_catchment_around_the_earth(small: int) -> None:
    result = access(AREAS, ASSETS, "2sfca", 1e9, small=small)
    assert result.result["within"].tolist() == [2, 2]
    assert result.result["access"].tolist() == pytest.approx([0.1, 0.1])
    assert result.notes == (
        "A catchment of 1,000,000 km reaches around the whole Earth: every asset is in reach of "
        "every area.",
    )


def test_a_cost_table_with_unknown_ids_and_doubles() -> None:
    costs = pd.concat([COSTS, COSTS, pd.DataFrame({"origin": ["q"], "dest": ["x"], "cost": [1]})])
    result = access(AREAS, ASSETS, "2sfca", 5, costs=costs)
    assert result.result["access"].tolist() == [0.1, 0]
    assert result.result["within"].tolist() == [1, 0]
    assert result.result["reason"].tolist()[1] == "no asset within a cost of 5"
    assert result.result["nearest"].tolist() == [5, 9]
    assert result.notes[:2] == (
        "1 row(s) of the cost table name an `origin` that is not among the areas ('q'); "
        "they are left out.",
        "2 row(s) of the cost table are there twice; each counts once.",
    )


def test_a_cost_table_may_use_the_sources_own_ids() -> None:
    named = ASSETS.assign(id=["demo:x", "demo:y"])
    result = access(AREAS, named, "2sfca", 5, costs=COSTS)
    assert result.result["within"].tolist() == [1, 0]
    # Not when two sources use the same id.
    twice = ASSETS.assign(id=["one:x", "two:x"])
    with pytest.raises(AccessError, match="No `dest` of the cost table is an id of the assets"):
        access(AREAS, twice, "2sfca", 5, costs=COSTS)


def test_coverage_of_the_whole_map() -> None:
    result = access(AREAS, ASSETS, "coverage", 20_000)
    assert result.value == pytest.approx(100 / 150)
    assert result.result["access"].tolist() == [1, 0]


@pytest.mark.parametrize(
    "names",
    [("from_id", "to_id", "travel_time"), ("fromId", "toId", "travel_time_p50"),
     ("origin", "destination", "minutes"), ("Origin_ID", "Destination_ID", "duration")],
)  # fmt: skip
def test_travel_tables_of_routers_are_costs(names: tuple[str, str, str]) -> None:
    table = pd.DataFrame(
        [("a", "x", "10"), ("a", "y", ""), ("b", "x", "NaN"), ("b", "y", "inf"), ("c", "y", "30")],
        columns=names,
    )
    areas = pd.DataFrame({"id": ["a", "b", "c"], "population": [1, 1, 1]})
    assets = pd.DataFrame({"id": ["x", "y"]})
    result = access(areas, assets, "count", 30, costs=table)
    assert result.result["access"].tolist() == [1, 0, 1]  # 30 minutes are within 30
    assert "3 pair(s) of the cost table cannot be reached." in result.notes
