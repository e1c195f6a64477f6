"""Typed places: one point, a choice, or nothing; never a silent pick."""

from __future__ import annotations

import geopandas as gpd
import pytest
from made_up_ranges import TOWNS as MADE_UP_TOWNS
from made_up_ranges import county
from stand_in import SOUTH, TRACTS, WEST, address_rows, places, square

from assetmap.places import Gazetteer, Place
from assetmap.streets import AddressRanges, Found, Locator

HOUSE = ("549 Main Street, Lumberton", "address range", True, (), "")
TOWNS = [Place("Lumberton", 34.65, -79.05, "city"), Place("Eastside", 34.65, -78.91, "place")]
EXTENT = (WEST, SOUTH, WEST + 0.2, SOUTH + 0.2)


@pytest.fixture(scope="module")
def locator() -> Locator:
    corners = ((0, 0), (1, 0), (0, 1), (1, 1))
    areas = gpd.GeoDataFrame(
        {"id": TRACTS}, geometry=[square(*corner) for corner in corners], crs=4326
    )
    shapes = places().rename(columns={"NAME": "name"})[["name", "geometry"]]
    return Locator(
        Gazetteer(TOWNS, "US", "NC"),
        AddressRanges.of(gpd.GeoDataFrame(address_rows(), geometry="geometry", crs=4326)),
        areas,
        EXTENT,
        shapes,
        landmarks=[
            Place("Southeastern Hospital", 34.63, -79.02, "landmark"),
            Place("Library", 34.64, -79.03, "landmark"),
            Place("Library", 34.75, -78.95, "landmark"),
        ],
        regions=[
            Place("Robeson County", 34.7, -79.0, "county"),
            Place("Kensington", 34.66, -79.04, "region"),
        ],
    )


def say(found: Found) -> tuple[object, ...]:
    return found.label, found.how, found.inside, found.others, str(found.note)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("549 Main St, Lumberton", HOUSE),
        ("549 main street lumberton nc", HOUSE),
        ("549 Main St, Lumberton, NC 28358, USA", HOUSE),
        ("110 Main St, Eastside", ("110 Main Street, Eastside", "address range", True, (), "")),
        (
            "110 Main St",
            (None, "", None, ("110 Main Street, Lumberton", "110 Main Street, Eastside"),
             "'110 Main St' may be several places; choose one."),
        ),
        ("110 Main St 28360", ("110 Main Street, Eastside", "address range", True, (), "")),
        (
            "9999 Main St, Lumberton",
            ("Lumberton", "town", True, (),
             "'9999 Main St' is not known; shown from the middle of Lumberton."),
        ),
        ("12 Nowhere Ln", (None, "", None, (), "No place is known by '12 Nowhere Ln'.")),
        ("Elm St", ("Elm Street, Lumberton", "street", True, (), "")),
        ("Lumberton", ("Lumberton", "town", True, (), "")),
        ("Lumberton, NC", ("Lumberton", "town", True, (), "")),
        ("lumbertn", ("Lumberton", "town", True, (), "Taken as Lumberton.")),
        ("Kensington", ("Kensington", "region", True, (), "")),
        ("robeson county", ("Robeson County", "region", True, (), "")),
        ("southeastern hospital", ("Southeastern Hospital", "landmark", True, (), "")),
        (
            "library",
            (None, "", None, ("Library, Lumberton", "Library, Eastside"),
             "'library' may be several places; choose one."),
        ),
        ("34.65, -79.05", ("34.65000, -79.05000", "point", True, (), "")),
        (
            "-79.05,34.65",
            ("34.65000, -79.05000", "point", True, (),
             "Read as latitude, longitude, because the other way round it is far away."),
        ),
        ("-89.04, 70", (None, "", None, (), "'-89.04, 70' lies far from this community.")),
        ("28501", ("Kinston, NC", "zip", False, (), "Kinston, NC is outside this community.")),
        ("Zzyzx", (None, "", None, (), "No place is known by 'Zzyzx'.")),
        ("", (None, "", None, (), "No place is known by ''.")),
    ],
)  # fmt: skip
def test_what_is_typed(locator: Locator, typed: str, expected: tuple[object, ...]) -> None:
    assert say(locator.resolve(typed)) == expected


def test_every_choice_can_be_typed(locator: Locator) -> None:
    choice = locator.resolve("110 Main St")
    points = {locator.resolve(label).lat for label in choice.others}
    assert None not in points and len(points) == 2


def test_without_streets_the_town_is_said_to_be_its_middle() -> None:
    plain = Locator(Gazetteer(TOWNS, "US", "NC"), extent=EXTENT)
    assert say(plain.resolve("513 Main St, Lumberton")) == (
        "Lumberton",
        "town",
        True,
        (),
        "There are no streets on file here, so '513 Main St' is shown from the middle of "
        "Lumberton.",
    )


def test_suggestions_while_typing(locator: Locator) -> None:
    assert locator.suggest("lum") == ["Lumberton"]
    assert locator.suggest("549 ma") == ["549 Main St"]
    assert locator.suggest("x") == []


def test_the_community_s_own_place_is_meant_before_a_listing_of_its_name() -> None:
    own = Place("Peck College", 34.60, -79.00, "landmark")
    listing = Place("Peck College", 34.70, -79.10, "landmark")
    locator = Locator(Gazetteer([*TOWNS, own], "US", "NC"), landmarks=[listing])
    assert (locator.resolve("peck college").lat, locator.resolve("peck college").others) == (
        34.60,
        (),
    )


def test_two_of_one_label_are_no_choice_between_them() -> None:
    parks = [Place("Oak Park", lat, -79.0, "landmark") for lat in (34.60, 34.70)]
    result = Locator(Gazetteer([], "US", "NC"), landmarks=parks).resolve("Oak Park")
    assert (result.lat, result.others) == (34.60, ())
    assert result.note == "There is more than one Oak Park. Distances are from one of them."


def test_a_number_on_two_streets_that_a_direction_tells_apart_is_a_choice() -> None:
    # North and South Oak Street lie 200 m apart: close, but not the same house.
    frame, _ = county(1, 1)
    towns = [Place(name, lat, lon, "town") for name, (lat, lon, _) in MADE_UP_TOWNS.items()]
    locator = Locator(Gazetteer(towns, "US", "NC"), AddressRanges.of(frame))
    both = locator.resolve("1601 Oak St, Milltown")
    assert both.others == ("1601 N Oak Street, Milltown", "1601 S Oak Street, Milltown")
    assert locator.resolve(both.others[1]).label == both.others[1]
    item = locator.resolve("1146 Oak St, Eastside")
    assert (item.label, item.note) == (
        "1146 S Oak Street, Eastside",
        "Taken as 1146 S Oak Street, Eastside.",
    )
