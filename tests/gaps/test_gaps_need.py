"""Need beside reach, never merged; how sure; how evenly spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line_county import Build, at

from assetmap.gaps import gaps, kind_gaps
from assetmap.gaps.equity import concentration, gini
from assetmap.gaps.need import need_of


def test_quadrants_by_norm_and_median(world: Build) -> None:
    # Poverty 10, 30, 20: the median is 20, so only the middle has more need. Reach 2 of 2 in
    # north and middle, 0 in south.
    ground = world(at("north", schedule="Mo,Tu 19:00-20:00"))
    result = kind_gaps(ground, "meeting", ground.need("poverty"))
    assert result.quadrant.tolist() == [
        "less need, more reach",
        "more need, more reach",
        "less need, less reach",
        "",
    ]
    rows = gaps(ground, "meeting", indicator="poverty").areas
    assert [row["need_rank"] for row in rows] == [[3, 3], [1, 1], [2, 2], None]
    assert [row["robust"] for row in rows] == [True, True, True, None]


def test_without_a_norm_the_cut_is_the_median_but_only_none_is_a_gap(world: Build) -> None:
    ground = world(
        at("north", schedule="Mo-Su 19:00-20:00"),
        at("south", schedule="Mo 19:00-20:00", program="na"),
        norms={},
    )
    # Known: north 7, middle 8, south 1; the median of the three areas with people is 7.
    result = kind_gaps(ground, "meeting", ground.need(None))
    assert result.known.tolist() == [7, 8, 1, 1]
    assert result.more_reach.tolist() == [True, True, False, False]
    assert result.gap.tolist() == ["no"] * 4


def test_small_numbers_are_not_robust(world: Build) -> None:
    ground = world(
        at("north", schedule="Mo 19:00-20:00"), need={"north": 20, "middle": 21, "south": 20.5}
    )
    result = kind_gaps(ground, "meeting", ground.need("poverty"))
    assert not result.robust.any()
    assert (
        gaps(ground, "meeting")
        .areas[1]["text"]
        .endswith("The numbers are small, so this area's rank is not certain.")
    )


def test_a_low_direction_turns_need_round() -> None:
    table = pd.DataFrame(
        {
            "area": ["a", "b"],
            "indicator": "income",
            "value": [10.0, 90.0],
            "moe": 0.0,
            "year": 2024,
            "suppressed": False,
        }
    )
    result = need_of(table, {"income": {"direction": "low"}}, pd.Index(["a", "b"]), np.ones(2))
    assert result is not None
    np.testing.assert_array_equal(result.ranks, [[1, 1], [2, 2]])


def test_hidden_counts_become_rates_of_one_to_nine() -> None:
    table = pd.DataFrame(
        {
            "area": ["a", "b"],
            "indicator": "deaths",
            "value": [np.nan, 40.0],
            "moe": np.nan,
            "year": 2024,
            "suppressed": [True, False],
        }
    )
    notes = {"deaths": {"direction": "high", "per": "population"}}
    result = need_of(table, notes, pd.Index(["a", "b"]), np.array([1000.0, 1000.0]), "deaths")
    assert result is not None
    np.testing.assert_allclose(result.value, [500, 4000])
    assert result.drawn[:, 0].min() >= 100 and result.drawn[:, 0].max() <= 900
    np.testing.assert_array_equal(result.ranks, [[2, 2], [1, 1]])


def test_all_indicators_are_ranked_then_averaged_within_themes() -> None:
    # Theme x: two indicators, ranks (0, 1) and (1, 0): mean .5, .5. Theme y: 0, 1.
    # Together .25, .75.
    rows = [
        ("a", "p", 1),
        ("b", "p", 2),
        ("a", "q", 2),
        ("b", "q", 1),
        ("a", "r", 1),
        ("b", "r", 2),
    ]
    table = pd.DataFrame(rows, columns=["area", "indicator", "value"]).assign(
        moe=0.0, year=2024, suppressed=False
    )
    notes = {"p": {"theme": "x"}, "q": {"theme": "x"}, "r": {"theme": "y"}}
    result = need_of(table, notes, pd.Index(["a", "b"]), np.ones(2))
    assert result is not None
    np.testing.assert_allclose(result.value, [0.25, 0.75])
    assert result.used == ("p", "q", "r")


def test_gini_by_hand() -> None:
    assert gini(np.array([1.0, 1, 1]), np.array([5.0, 1, 3])) == pytest.approx(0)
    # Half of the people have everything: 0.5. One of four: 0.75.
    assert gini(np.array([0.0, 2]), np.array([10.0, 10])) == pytest.approx(0.5)
    assert gini(np.array([0.0, 2]), np.array([30.0, 10])) == pytest.approx(0.75)
    assert gini(np.zeros(2), np.ones(2)) is None


def test_concentration_by_hand() -> None:
    need, people = np.array([2.0, 1]), np.ones(2)
    # All access where need is most: −0.5; where it is least: +0.5; alike: 0.
    assert concentration(np.array([1.0, 0]), need, people) == pytest.approx(-0.5)
    assert concentration(np.array([0.0, 1]), need, people) == pytest.approx(0.5)
    assert concentration(np.array([1.0, 1]), need, people) == pytest.approx(0)
    assert concentration(np.array([1.0, 0]), np.ones(2), people) == pytest.approx(0)
    assert concentration(np.zeros(2), need, people) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 9), st.integers(0, 30)),
        min_size=1,
        max_size=20,
    )
)
@settings(deadline=None, max_examples=60)
def test_concentration_lies_within_gini(rows: list[tuple[int, int, int]]) -> None:
    access, need, people = (np.array(column, float) for column in zip(*rows, strict=True))
    even = gini(access, people)
    if even is None:
        return
    assert -1e-12 <= even < 1
    by_need = concentration(access, need, people)
    assert by_need is not None and abs(by_need) <= even + 1e-9


def test_equity_of_a_report(world: Build) -> None:
    result = gaps(world(at("north", schedule="Mo,Tu 19:00-20:00")), "meeting").equity
    # Reach 2, 2, 0 for 1000, 500, 300 people: Gini = 300/1800 = 1/6. Only Middle has more need.
    assert result["gini"] == pytest.approx(1 / 6, abs=1e-4)
    assert result["without"] == [{"group": "One", "people": 500, "without": 0.0}]
