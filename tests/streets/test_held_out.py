"""Houses whose true place is known, found by their address: how far off, and on which street."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
import pytest
from streets.made_up_ranges import TOWNS, House, county, typed

from assetmap.places import Gazetteer, Place, distance_m
from assetmap.streets import AddressRanges, Locator
from assetmap.streets.names import is_unit, street_name

HOUSES = 800


class Answers(NamedTuple):
    """What came of all houses: metres off (of those with a point), and what was wrong."""

    metres: np.ndarray
    wrong_street: list[str]
    not_found: list[str]


def ask(locator: Locator, houses: list[House], seed: int = 5) -> Answers:
    """Every house by its typed address."""
    rng = random.Random(seed)
    metres, wrong, missed = [], [], []
    for house in houses:
        asked = typed(house, rng)
        result = locator.resolve(asked)
        if result.how != "address range" or result.lat is None or result.lon is None:
            missed.append(f"{asked} → {result.label} ({result.how})")
            continue
        off = float(distance_m(result.lat, result.lon, house.lat, house.lon))
        metres.append(off)
        line = (result.label or "").split(",")[0].partition(" ")[2]
        if street_name(line) != street_name(house.street) or off > 1000:
            wrong.append(f"{asked} → {result.label}, {off:.0f} m")
    return Answers(np.array(metres), wrong, missed)


def locator_of(ranges: AddressRanges) -> Locator:
    towns = [Place(name, lat + 0.01, lon + 0.017, "town") for name, (lat, lon, _) in TOWNS.items()]
    return Locator(Gazetteer(towns, "US", "NC"), ranges)


@pytest.fixture(scope="module")
def answers() -> Answers:
    frame, houses = county(seed=11, houses=HOUSES)
    return ask(locator_of(AddressRanges.of(frame)), houses)


def test_half_of_the_houses_are_found_within_150_metres(answers: Answers) -> None:
    assert np.median(answers.metres) <= 150
    # A range of 98 numbers on a block built up to 40 lies at most a block off.
    assert np.quantile(answers.metres, 0.99) <= 400


def test_one_in_a_hundred_at_most_is_put_on_a_wrong_street(answers: Answers) -> None:
    assert len(answers.wrong_street) <= HOUSES / 100, answers.wrong_street[:5]


def test_nearly_all_are_found(answers: Answers) -> None:
    assert len(answers.not_found) <= HOUSES / 50, answers.not_found[:5]


@pytest.mark.parametrize(
    ("part", "unit"),
    [("Unit B", True), ("#12", True), ("Apt. 4-C", True), ("Ste Marie", False), ("FL", False)],
)
def test_a_unit_is_no_town(part: str, unit: bool) -> None:
    assert is_unit(part) == unit
