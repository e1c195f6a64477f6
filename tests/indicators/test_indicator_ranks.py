"""Percentile ranks against the CDC's own, and rank intervals by reasoning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.indicators import (
    min_ranks,
    percentile_ranks,
    rank,
    rank_intervals,
    read_indicators,
    simulate,
    suppressed_bounds,
)

CODES = {
    "1": ["POV", "UNEMP", "PCI", "NOHSDP"],
    "2": ["AGE65", "AGE17", "DISABL", "SNGPNT"],
    "3": ["MINRTY", "LIMENG"],
    "4": ["MUNIT", "MOBILE", "CROWD", "NOVEH", "GROUPQ"],
}


@pytest.fixture(scope="session")
def svi(shared: Path) -> pd.DataFrame:
    file = shared / "oracles" / "SVI2018_US_COUNTY.csv"
    return pd.read_csv(file, dtype={"FIPS": str}, encoding="utf-8-sig")


def test_every_official_rank_of_the_svi(svi: pd.DataFrame) -> None:
    columns = [f"EP_{code}" for codes in CODES.values() for code in codes]
    themes = {f"T{key}": [f"EP_{code}" for code in codes] for key, codes in CODES.items()}
    result = rank(svi, "FIPS", columns, ["EP_PCI"], themes, population="E_TOTPOP")
    rows = result.rows
    assert rows["id"].tolist() == svi["FIPS"].tolist()
    for name in columns:
        official = svi[name.replace("EP_", "EPL_")].replace(-999, np.nan)
        # Income per head is published rounded; every other rank is equal to the last digit.
        tolerance = 0.00101 if name == "EP_PCI" else 0
        np.testing.assert_allclose(rows[name], official, rtol=0, atol=tolerance, err_msg=name)
        assert result.used[name] == official.notna().sum()


def test_official_themes_from_the_official_ranks(svi: pd.DataFrame) -> None:
    ranks = [f"EPL_{code}" for codes in CODES.values() for code in codes]
    themes = {f"T{key}": [f"EPL_{code}" for code in codes] for key, codes in CODES.items()}
    # The official ranks are ranks already: ranking them again keeps their order, not their ties
    # to 4 decimals, so the theme is made from them directly.
    table = svi.replace(-999, np.nan)
    overall = np.zeros(len(table))
    for key, members in themes.items():
        total = table[members].sum(axis=1, skipna=False).round(4)
        overall = overall + total
        np.testing.assert_array_equal(
            percentile_ranks(total), table[f"RPL_THEME{key[1:]}"].to_numpy(), err_msg=key
        )
    np.testing.assert_array_equal(
        percentile_ranks(np.round(overall, 4)), table["RPL_THEMES"].to_numpy()
    )
    assert len(ranks) == 15


def test_themes_from_the_inputs_match_where_the_inputs_do(svi: pd.DataFrame) -> None:
    themes = {f"T{key}": [f"EP_{code}" for code in CODES[key]] for key in ("2", "3", "4")}
    columns = [name for members in themes.values() for name in members]
    rows = rank(svi, "FIPS", columns, themes=themes, population="E_TOTPOP").rows
    for key in ("2", "3", "4"):
        official = svi[f"RPL_THEME{key}"].replace(-999, np.nan)
        np.testing.assert_array_equal(rows[f"T{key}"], official)


def test_the_svi_file_as_published(shared: Path) -> None:
    data = (shared / "oracles" / "SVI2018_US_COUNTY.csv").read_bytes()
    read = read_indicators(data, "SVI2018_US_COUNTY.csv")
    assert read.problems == []
    assert read.themes["theme3"] == ["minority", "limited_english"]
    assert read.descending == ("income_per_head",)
    row = read.table[(read.table["area"] == "01001") & (read.table["indicator"] == "poverty")]
    assert row.to_dict("records") == [
        {
            "area": "01001",
            "indicator": "poverty",
            "value": 15.4,
            "moe": 2.1,
            "year": 2018,
            "suppressed": False,
        }
    ]
    missing = read.table[(read.table["area"] == "35039") & (read.table["indicator"] == "poverty")]
    assert missing["value"].isna().all()  # Rio Arriba: -999
    assert read.population is not None and read.population["01001"] == 55200


def test_ranks_by_hand() -> None:
    # Of 10, 20, 20, 40 (N = 4): 0/3, 1/3, 1/3, 3/3. −999 and text drop out of N.
    values = [10, 20, -999, 20, 40, np.nan]
    expected = [0, 0.3333, np.nan, 0.3333, 1, np.nan]
    np.testing.assert_array_equal(percentile_ranks(np.array(values)), expected)
    down = percentile_ranks(np.array(values), descending=True)
    np.testing.assert_array_equal(down, [1, 0.3333, np.nan, 0.3333, 0, np.nan])
    assert percentile_ranks(np.array([7.0])).tolist() == [0]


def test_one_row_as_the_command_prints_it() -> None:
    frame = pd.DataFrame({"g": ["a", "b", "c"], "A": [1, 2, -999], "B": [5, 4, 3]})
    result = rank(frame, "g", ["A", "B"], themes={"T": ["A", "B"]})
    assert result.as_json() == {
        "rows": [
            {"id": "a", "A": 0.0, "B": 1.0, "T": 0.0, "overall": 0.0},
            {"id": "b", "A": 1.0, "B": 0.5, "T": 1.0, "overall": 1.0},
            {"id": "c", "A": None, "B": 0.0, "T": None, "overall": None},
        ],
        "used": {"A": 2, "B": 3, "T": 2, "overall": 2},
    }


def test_rows_without_people_are_out() -> None:
    frame = pd.DataFrame({"g": ["a", "b", "c"], "A": [1, 2, 3], "people": [5, 0, 5]})
    assert rank(frame, "g", ["A"], population="people").rows["A"].tolist() == pytest.approx(
        [0, np.nan, 1], nan_ok=True
    )


def test_all_faults_at_once() -> None:
    frame = pd.DataFrame({"g": ["a", "a"], "A": [1, "x"]})
    with pytest.raises(ValueError) as raised:
        rank(frame, "g", ["A"], ["C"], {"T": ["D"]})
    assert str(raised.value) == (
        "C is not among the columns to rank. Theme T names D, not among the columns. "
        "The id a is in more than one row. Column A holds 'x', which is not a number."
    )
    with pytest.raises(ValueError, match="The table has no column g, A"):
        rank(pd.DataFrame({"x": [1]}), "g", ["A"])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40))
@settings(deadline=None, max_examples=60)
def test_ranks_keep_order_and_ties(values: list[int]) -> None:
    ranks = percentile_ranks(np.array(values, float))
    for a, first in zip(values, ranks, strict=True):
        for b, second in zip(values, ranks, strict=True):
            assert (a < b) == (first < second)
            assert (a == b) == (first == second)
    assert ranks.min() == 0 and ranks.max() <= 1


@given(st.lists(st.lists(st.integers(0, 9), min_size=7, max_size=7), min_size=1, max_size=5))
@settings(deadline=None, max_examples=50)
def test_min_ranks_are_those_of_scipy(rows: list[list[int]]) -> None:
    from scipy.stats import rankdata

    values = np.array(rows, float)
    np.testing.assert_array_equal(min_ranks(values), rankdata(values, "min", axis=1))
    np.testing.assert_array_equal(min_ranks(values[0]), rankdata(values[0], "min"))


def test_no_error_no_interval() -> None:
    drawn = simulate(np.array([5.0, 9.0, 1.0]), np.zeros(3))
    np.testing.assert_array_equal(rank_intervals(drawn), [[2, 2], [1, 1], [3, 3]])
    up = rank_intervals(drawn, descending=False)
    np.testing.assert_array_equal(up, [[2, 2], [3, 3], [1, 1]])


def test_a_wide_margin_gives_a_wide_interval() -> None:
    # 50 ± 40 (sd 24) against 10, 45, 55, 90: it is below 10 in 5% and above 90 in 5% of draws.
    drawn = simulate(np.array([50.0, 10.0, 45.0, 55.0, 90.0]), np.array([40.0, 0, 0, 0, 0]))
    np.testing.assert_array_equal(rank_intervals(drawn), [[1, 5], [4, 5], [3, 4], [2, 3], [1, 2]])
    np.testing.assert_array_equal(rank_intervals(drawn, share=0.5)[0], [2, 4])
    # The same seed, the same draws; never below 0.
    again = simulate(np.array([50.0, 10.0, 45.0, 55.0, 90.0]), np.array([40.0, 0, 0, 0, 0]))
    np.testing.assert_array_equal(drawn, again)
    assert drawn.min() >= 0


def test_a_hidden_count_is_one_to_nine() -> None:
    # Hidden among counts of 0, 5 and 30: surely under 30 and above 0, either side of 5.
    low, high = suppressed_bounds(np.full(4, 1000.0), None)
    drawn = simulate(np.array([np.nan, 0.0, 5.0, 30.0]), None, low, high)
    np.testing.assert_array_equal(rank_intervals(drawn), [[2, 3], [4, 4], [2, 3], [1, 1]])
    # As a rate per 100,000 of 50,000 people it is 2 to 18.
    low, high = suppressed_bounds(np.array([50_000.0]), 100_000)
    assert (low[0], high[0]) == (2, 18)


def test_nothing_known_no_rank() -> None:
    drawn = simulate(np.array([1.0, np.nan, 3.0]))
    assert np.isnan(rank_intervals(drawn)[1]).all()
    np.testing.assert_array_equal(rank_intervals(drawn)[[0, 2]], [[2, 2], [1, 1]])
