"""Estimates against published figures and against what must follow by reasoning."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.survey import estimates


def test_wilson_against_published_figures() -> None:
    # Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3.
    for (count, n), (low, high) in {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0000, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }.items():
        assert estimates.wilson(count, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    count, n = pair
    low, high = estimates.wilson(count, n)
    assert 0 <= low <= count / n + 1e-12
    assert count / n - 1e-12 <= high <= 1
    mirrored = estimates.wilson(n - count, n)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize("pair", [(1, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_what_is_no_share(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a share needs"):
        estimates.wilson(*pair)


def test_unsteady() -> None:
    assert estimates.unsteady(29, 0.4, 0.5)
    assert estimates.unsteady(40, 0.3, 0.61)
    assert not estimates.unsteady(30, 0.3, 0.6)


def test_shades_are_drawn_to_the_middle_and_more_so_for_few() -> None:
    # Two areas at 80%: 8 of 10 and 800 of 1,000; others near 40%.
    shares = estimates.shrunk([8, 800, 400, 380, 420, 40], [10, 1000, 1000, 1000, 1000, 100])
    assert 0.5 < shares[0] < 0.75
    assert shares[1] == pytest.approx(0.8, abs=0.01)
    assert shares[2] == pytest.approx(0.4, abs=0.01)


def test_areas_that_do_not_differ_share_one_shade() -> None:
    shares = estimates.shrunk([30, 15, 60, 45], [100, 50, 200, 150])
    assert np.ptp(shares) < 0.002
    assert shares.mean() == pytest.approx(0.3, abs=0.002)
    assert estimates.shrunk([3], [10]).tolist() == [0.3]


def test_ranks_are_ranges_and_always_the_same() -> None:
    counts, n = [90, 52, 48, 10], [100, 100, 100, 100]
    assert estimates.rank_ranges(counts, n) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert estimates.rank_ranges([5, 5, 5], [10, 10, 10]) == [(1, 3)] * 3
    assert estimates.rank_ranges([], []) == []


def test_effective_n() -> None:
    assert estimates.effective_n([2.0] * 50) == pytest.approx(50)
    # (1 + 3)² / (1 + 9)
    assert estimates.effective_n([1, 3]) == pytest.approx(1.6)
    with pytest.raises(ValueError, match="Weights"):
        estimates.effective_n([0, 0])


def test_change_between_waves_against_published_figures() -> None:
    # Newcombe 1998 (Statistics in Medicine 17:873), table II: 56/70 - 48/80, method 10.
    result = estimates.change((48, 80), (56, 70))
    assert result.difference == pytest.approx(0.2)
    assert (result.low, result.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert not result.within_noise
    assert estimates.change((60, 150), (64, 150)).within_noise


def test_only_shown_cells_are_estimated() -> None:
    columns = ["wave", "area", "question", "answer", "n_answering", "count", "low", "high"]
    table = pd.DataFrame(
        [
            ["w", "county", "q", "a", "200", "100", "0.43", "0.57"],
            ["w", "d0", "q", "a", "100", "60", "0.50", "0.69"],
            ["w", "d1", "q", "a", "100", "40", "0.31", "0.50"],
            ["w", "d2", "q", "a", "not shown", "not shown", "", ""],
        ],
        columns=columns,
    )
    result = estimates.of_table(table)
    assert result["area"].tolist() == ["county", "d0", "d1"]
    assert result["rank_low"].tolist() == [pd.NA, 1, 2]
    assert result["rank_high"].tolist() == [pd.NA, 1, 2]
    assert result["shade"].isna().tolist() == [True, False, False]
    assert result["unsteady"].tolist() == [False, False, False]
