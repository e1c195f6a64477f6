"""Access against published figures and figures that follow by reasoning."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assetmap.access import access

# Costs i, o, x of the three-tract hospital example (pysal access), by scenario.
SCENARIOS = {"0": (40, 40, 80), "1": (20, 40, 80), "2": (40, 20, 80), "3": (20, 20, 40)}


def hospital(scenario: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    i, o, x = SCENARIOS[scenario]
    pairs = [(1, 1, 1), (2, 2, 1), (3, 3, 1), (1, 3, i), (2, 3, i), (3, 1, o), (3, 2, o)]
    pairs += [(1, 2, x), (2, 1, x)]
    areas = pd.DataFrame({"id": ["1", "2", "3"], "population": [100, 50, 10]})
    assets = pd.DataFrame({"id": ["1", "2", "3"], "capacity": [15, 20, 100]})
    return areas, assets, pd.DataFrame(pairs, columns=["origin", "dest", "cost"])


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(("method", "column"), [("2sfca", "sfca2"), ("3sfca", "sfca3")])
def test_three_tract_hospital(shared: Path, scenario: str, method: str, column: str) -> None:
    text = (shared / "oracles" / "hospital_3tract_expected.json").read_text(encoding="utf-8")
    areas, assets, costs = hospital(scenario)
    result = access(areas, assets, method, 61, "inverse", costs=costs)
    np.testing.assert_allclose(result.result["access"], json.loads(text)[scenario][column], 1e-9)
    assert result.audit == pytest.approx(1, abs=1e-9)


def test_three_tract_hospital_by_hand() -> None:
    # Scenario 3, all pairs: D1 = 100 + 50/40 + 10/20 = 101.75, D2 = 50 + 100/40 + 10/20 = 53,
    # D3 = 10 + 150/20 = 17.5; A1 = 15/101.75 + 20/53/40 + 100/17.5/20.
    areas, assets, costs = hospital("3")
    result = access(areas, assets, "2sfca", 61, "inverse", costs=costs)
    assert result.result["access"][0] == pytest.approx(
        15 / 101.75 + 20 / 53 / 40 + 100 / 17.5 / 20, abs=1e-12
    )
    assert result.pairs == 9
    assert list(result.result["within"]) == [3, 3, 3]


def test_gaussian_on_a_line() -> None:
    places = (0, 1, 2)
    costs = pd.DataFrame(
        [(i, j, abs(i - j)) for i in places for j in (0, 2)], columns=["origin", "dest", "cost"]
    )
    areas = pd.DataFrame({"id": places, "population": 100})
    assets = pd.DataFrame({"id": (0, 2), "capacity": 10})
    result = access(areas, assets, "e2sfca", 3, "gaussian", costs=costs)  # σ = T/3 = 1
    np.testing.assert_allclose(result.result["access"], [0.065179, 0.069641, 0.065179], atol=5e-7)
    assert result.audit == pytest.approx(1, abs=1e-9)


def test_steps_and_kernel_by_hand() -> None:
    # One area of 100 people and three assets of 10 places at the ends of the three steps. With
    # one area everything cancels: A = Σ W S / (W P) = 3 · 10/100 whatever the weights …
    areas = pd.DataFrame({"id": ["a", "b"], "population": [100, 100]})
    assets = pd.DataFrame({"id": ["x"], "capacity": [10]})
    costs = pd.DataFrame({"origin": ["a", "b"], "dest": "x", "cost": [10.0, 20.0]})
    # … with two areas, a in the first step and b in the second: D = 100 + 68.
    steps = access(areas, assets, "e2sfca", 30, costs=costs).result["access"]
    np.testing.assert_allclose(steps, [10 / 168, 0.68 * 10 / 168], rtol=1e-12)
    edge = np.exp(-0.5)
    w = (np.exp(-0.5 * (np.array([10, 20]) / 30) ** 2) - edge) / (1 - edge)
    kernel = access(areas, assets, "kd2sfca", 30, costs=costs).result["access"]
    np.testing.assert_allclose(kernel, w * 10 / (100 * w.sum()), rtol=1e-12)


def test_one_row_as_the_command_prints_it() -> None:
    areas, assets, costs = hospital("0")
    document = access(areas, assets, "2sfca", 61, "inverse", costs=costs).as_json()
    assert document["areas"], document["pairs"] == (3, 7)
    rows = document["result"]
    assert isinstance(rows, list)
    assert rows[0] == {
        "id": "1",
        "access": pytest.approx(0.3314441169802766),
        "nearest": 1.0,
        "nearest_unit": "cost",
        "within": 2,
        "reason": None,
    }
