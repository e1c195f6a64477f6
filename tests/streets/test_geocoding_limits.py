"""Each named threshold of geocoding holds on one side of its number and not on the other."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from stand_in import SOUTH, WEST, address_rows

from assetmap.assets import Context, check
from assetmap.places import EARTH_RADIUS_M, Gazetteer, Place, distance_m
from assetmap.streets import AddressHit, AddressRanges, Locator

METRE = 180 / math.pi / EARTH_RADIUS_M  # in degrees of latitude


@pytest.fixture(scope="module")
def ranges() -> AddressRanges:
    return AddressRanges.of(gpd.GeoDataFrame(address_rows(), geometry="geometry", crs=4326))


def locator(*names: str) -> Locator:
    """Towns of these names, a degree apart."""
    places = [Place(name, 34.0 + n, -79.0, "town") for n, name in enumerate(names)]
    return Locator(Gazetteer(places, "US", "NC"))


@pytest.mark.parametrize(
    ("typed", "town", "sure"),
    [("brackwild", "brackwold", True), ("bracwild", "bracwold", False)],
)
def test_a_name_of_several_is_taken_from_88_of_100_on(typed: str, town: str, sure: bool) -> None:
    """One letter changed of 9 leaves 88.9, of 8 87.5; four more letters 81.8 and 80.0."""
    result = locator(town, f"{typed}more").resolve(typed)
    assert (result.label is not None, result.others == (town, f"{typed}more")) == (sure, not sure)


@pytest.mark.parametrize(
    ("typed", "town", "how"),
    [
        ("bracwild", "bracwildmore", "taken"),  # 8 of 12 letters: 80.0
        ("brackwild", "brackwildmores", "offered"),  # 9 of 14: 78.3
        ("bracwil", "bracwilmore", "unknown"),  # 7 of 11: 77.8
    ],
)
def test_the_only_near_name_is_offered_from_78_and_taken_from_80(
    typed: str, town: str, how: str
) -> None:
    result = locator(town).resolve(typed)
    assert how == ("taken" if result.label else "offered" if result.others else "unknown")


@pytest.mark.parametrize(("metres", "near"), [(2_995.0, True), (3_005.0, False)])
def test_a_house_is_of_the_town_within_three_kilometres(
    ranges: AddressRanges, metres: float, near: bool
) -> None:
    """Else of the post town of its ZIP code."""
    town = Place("Milltown", 34.6 + metres * METRE, -79.0, "town")
    here = Locator(Gazetteer([town], "US", "NC"), ranges)
    assert here._town_at(34.6, -79.0, "28358") == ("Milltown" if near else "Lumberton")


def house(ranges: AddressRanges, number: int) -> AddressHit:
    (hit,) = ranges.address("", number, "Main St", ()).hits
    return hit


def test_a_house_is_ten_metres_aside_and_two_of_a_hundred_from_the_corner(
    ranges: AddressRanges,
) -> None:
    """501 begins the block from 50 to 60 thousandths of a degree; its side is the south."""
    hit = house(ranges, 501)
    across = float(distance_m(hit.lat, hit.lon, SOUTH + 0.020, hit.lon))
    along = float(distance_m(SOUTH, hit.lon, SOUTH, WEST + 0.050))
    block = float(distance_m(SOUTH, WEST + 0.050, SOUTH, WEST + 0.060))
    assert across == pytest.approx(10, abs=0.05)
    assert along == pytest.approx(0.02 * block, abs=0.1)


@pytest.mark.parametrize(("metres", "within"), [(84, 50), (108, 50), (118, 60)])
def test_a_house_is_exact_to_half_its_block_but_never_under_50_metres(
    metres: float, within: int
) -> None:
    """Half of 108 m is 54, to the ten: 50; half of 118 m is 59: 60."""
    shape = shapely.LineString([(-79.0, 34.6), (-79.0, 34.6 + metres * METRE)])
    rows = [{**address_rows()[0], "geometry": shape}]
    short = AddressRanges.of(gpd.GeoDataFrame(rows, geometry="geometry", crs=4326))
    assert house(short, 150).within_m == within


@pytest.mark.parametrize(("metres", "by_house"), [(14_900, True), (15_100, False)])
def test_an_address_is_believed_within_15_kilometres_of_its_town(
    ranges: AddressRanges, metres: float, by_house: bool
) -> None:
    hit = house(ranges, 549)
    town = Place("Milltown", hit.lat + metres * METRE, hit.lon, "town")
    context = Context(places=Gazetteer([town], "US", "NC"), streets=ranges)
    row = {"id": "1", "name": "A", "kind": "food", "address": "549 Main St", "city": "Milltown"}
    assets, _ = check(pd.DataFrame([row]), context)
    place = (hit.lat, hit.lon) if by_house else (town.lat, town.lon)
    assert (assets.geometry.y[0], assets.geometry.x[0]) == pytest.approx(place)
