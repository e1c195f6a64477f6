"""Houses between the numbers of their range, by hand on the stand-in's edges."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from stand_in import SOUTH, WEST, address_rows

from assetmap.places import EARTH_RADIUS_M, distance_m
from assetmap.streets import AddressHit, AddressRanges
from assetmap.streets.names import agree, house_of, in_full, street_name


@pytest.fixture(scope="module")
def ranges() -> AddressRanges:
    return AddressRanges.of(gpd.GeoDataFrame(address_rows(), geometry="geometry", crs=4326))


def found(ranges: AddressRanges, text: str, *zips: str) -> list[AddressHit]:
    house = house_of(text)
    assert house is not None
    return list(ranges.address(house.prefix, house.number, house.street, zips).hits)


def off(hit: AddressHit, east: float, north: float) -> float:
    """Metres between a hit and a point in thousandths of a degree from the corner."""
    return float(distance_m(hit.lat, hit.lon, SOUTH + north / 1000, WEST + east / 1000))


def test_a_house_lies_at_its_share_of_the_block_10_m_to_its_side(ranges: AddressRanges) -> None:
    # 549 is (549 − 501) / (599 − 501) = 0.49 along 50…60: 54.9; on the right going east: south.
    (hit,) = found(ranges, "549 Main St")
    aside = 10 / (EARTH_RADIUS_M * np.pi / 180) * 1000
    assert off(hit, 50 + 10 * 48 / 98, 20 - aside) < 0.5
    assert (hit.street, hit.zip, hit.how) == ("Main St", "28358", "address range")
    (even,) = found(ranges, "550 Main Street")
    assert even.lat > SOUTH + 0.020 > hit.lat


def test_from_may_be_larger_than_to_and_one_edge_counts_once(ranges: AddressRanges) -> None:
    # 399 at the west end, 301 at the east; the edge stands under two names.
    (high,), (low,) = found(ranges, "397 W 5th St"), found(ranges, "303 US Highway 74")
    assert off(high, 30.2, 49.91) < 3 and off(low, 39.8, 49.91) < 3
    assert found(ranges, "302 W 5th St") == []  # its even side is blank
    assert found(ranges, "397 E 5th St") == []
    assert len(found(ranges, "397 5th St")) == 1  # without a direction
    assert len(found(ranges, "397 West Fifth Street")) == 1


def test_a_range_of_one_house_is_in_the_middle(ranges: AddressRanges) -> None:
    (hit,) = found(ranges, "12 Elm St")
    assert off(hit, 50, 61) < 11


def test_one_address_in_two_towns_is_two_places(ranges: AddressRanges) -> None:
    hits = found(ranges, "110 Main St")
    assert [hit.zip for hit in hits] == ["28358", "28360"]
    assert [hit.zip for hit in found(ranges, "110 Main St", "28360")] == ["28360"]
    assert found(ranges, "110 Main St", "28999") == []


def test_a_letter_wrong_and_what_is_no_street_here(ranges: AddressRanges) -> None:
    spot = ranges.address("", 2101, "Stat Rte 211")
    assert spot.hits == ()
    assert ranges.address("", 12, "Elmm St").hits == ()  # too short a name to guess
    assert found(ranges, "2101 NC 211")[0].street == "State Rte 211"
    assert found(ranges, "2101 Hwy 211")[0].street == "State Rte 211"
    assert found(ranges, "2101 US Hwy 211") == []
    assert found(ranges, "2301 NC 211") == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Main St", "Main Street", True),
        ("Main St", "Main Ave", False),
        ("Main St", "Main", True),
        ("N Main St", "Main St N", True),
        ("N Main St", "S Main St", False),
        ("N St", "N Street", True),
        ("3 Rd", "3 Road", True),
        ("3 Rd", "3rd St", False),
        ("SW 1st Ave", "First Avenue SW", True),
        ("State Hwy 360", "Hwy 360", True),
        ("US Hwy 12", "State Hwy 12", False),
        ("I- 95", "Interstate 95", True),
        ("Co Rd 900", "County Road 900", True),
        ("Fm Rd 20", "FM 20", True),
        ("St Charles Ave", "Saint Charles Avenue", True),
        ("Dr Martin Luther King Jr Dr", "MLK Dr", True),
        ("Old Whiteville Rd", "Whiteville Rd", False),
    ],
)
def test_spellings_of_one_street(one: str, other: str, same: bool) -> None:
    assert agree(street_name(one), street_name(other)) is same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("513 Main St", ("", 513, "Main St")),
        ("513B Main St Apt 4", ("", 513, "Main St")),
        ("N6W23001 Bluemound Rd", ("N6W", 23001, "Bluemound Rd")),
        ("145-100 5th Ave", ("145-", 100, "5th Ave")),
        ("513 1/2 Main St", ("", 513, "Main St")),
        ("One Hope Way", ("", 1, "Hope Way")),
        ("1st Avenue", None),
        ("Main St", None),
    ],
)
def test_house_numbers_are_text(text: str, expected: tuple[str, int, str] | None) -> None:
    assert house_of(text) == expected


def test_a_prefix_must_be_equal_at_both_ends() -> None:
    rows = [{**address_rows()[0], "LFROMHN": "145-100", "LTOHN": "145-198", "RFROMHN": "BL01",
             "RTOHN": "C9"}]  # fmt: skip
    ranges = AddressRanges.of(gpd.GeoDataFrame(rows, geometry="geometry", crs=4326))
    assert len(found(ranges, "145-110 Main St")) == 1
    assert found(ranges, "110 Main St") == []
    assert len(ranges.edge) == 1


def test_labels_say_the_street_type_in_full() -> None:
    assert in_full("Main St") == "Main Street"
    assert in_full("3rd Ave SE") == "3rd Avenue SE"
    assert in_full("State Rte 211") == "State Rte 211"
    assert in_full("Broadway") == "Broadway"


def test_a_real_county(shared) -> None:  # type: ignore[no-untyped-def]
    path = shared / "cases/sources/tl_2021_30059_addrfeat.zip"
    ranges = AddressRanges.read([(path.name, path.read_bytes())])
    # 110 Main St fits two towns of the county.
    assert len(found(ranges, "110 Main St")) == 2
    # Every range holds the numbers at its ends, on its own line or its twin of another name.
    for side in range(0, len(ranges.edge), 7):
        name = str(ranges.names[ranges.edge[side]])
        number = int(ranges.start[side])
        spot = ranges.address(str(ranges.prefix[side]), number, name)
        line = ranges.lines[ranges.edge[side]]
        gaps = [line.distance(shapely.Point(hit.lon, hit.lat)) for hit in spot.hits]
        assert min(gaps) < 0.012, (name, number)
