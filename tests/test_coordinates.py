"""Coordinates as people write them, each with what is said about the repair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.assets.coordinates import Repair, degrees, repair

# Alder County lies around 37.9, -89.0.
HERE = (-89.5, 37.5, -88.5, 38.2)


@pytest.mark.parametrize(
    ("text", "value", "odd"),
    [
        ("37.9012", 37.9012, False),
        (" -89.0441 ", -89.0441, False),
        ("37,9012", 37.9012, True),
        ("37.9° N", 37.9, True),
        ("89.0441 W", -89.0441, True),
        ("89.0441 O", -89.0441, True),  # oeste
        ("S 12.5", -12.5, True),
        ("37°54'4\"N", 37 + 54 / 60 + 4 / 3600, True),
        ("37° 54′ 4.5″ N", 37 + 54 / 60 + 4.5 / 3600, True),
        ("89 2 38 W", -(89 + 2 / 60 + 38 / 3600), True),
        ("37 54.07 N", 37 + 54.07 / 60, True),
    ],
)
def test_degrees(text: str, value: float, odd: bool) -> None:
    result = degrees(text)
    assert result is not None
    assert result[0] == pytest.approx(value, abs=1e-9)
    assert result[1] is odd


@pytest.mark.parametrize("text", ["", "abc", "37 75 2 N", "nan", "inf", "1e999", "Main St", "--3"])
def test_not_degrees(text: str) -> None:
    assert degrees(text) is None


ZERO = "zero, which says nothing; left off the map"
OUTSIDE = "outside the world; left off the map"
NO_PAIR = "not a pair of coordinates; write them like 37.9012 and -89.0441"
NO_SIGN = "the longitude had lost its minus sign; now 37.900000, -89.000000"
NO_NORTH = "the latitude had the wrong sign; now 37.900000, -89.000000"
SWAPPED = "latitude and longitude were swapped; now 37.900000, -89.000000"


@pytest.mark.parametrize(
    ("lat", "lon", "extent", "country", "expected"),
    [
        ("", "", HERE, "US", Repair(None, None)),
        ("37.9", "-89", HERE, "US", Repair(37.9, -89)),
        ("-89", "37.9", HERE, "US", Repair(37.9, -89, "fixed", SWAPPED)),
        ("-89", "37.9", None, "US", Repair(37.9, -89, "fixed", SWAPPED)),
        ("89", "37.9", None, "US", Repair(37.9, -89, "fixed", SWAPPED)),
        ("W 89", "N 37.9", None, "", Repair(37.9, -89, "fixed", SWAPPED)),
        (
            "37.9",
            "89",
            HERE,
            "US",
            Repair(37.9, -89, "fixed", NO_SIGN),
        ),
        (
            "37.9",
            "89",
            None,
            "US",
            Repair(37.9, -89, "guessed", NO_SIGN),
        ),
        # China is not the United States with a sign lost.
        ("37.9", "89", None, "CN", Repair(37.9, 89)),
        (
            "-37.9",
            "-89",
            HERE,
            "US",
            Repair(37.9, -89, "fixed", NO_NORTH),
        ),
        # Santiago, read without any community: nothing tells that it is wrong.
        ("-33.4", "-70.6", None, "US", Repair(-33.4, -70.6)),
        ("37,9", "-89,0", HERE, "US", Repair(37.9, -89, "fixed", "read as 37.900000, -89.000000")),
        (
            "37°54'0\"N",
            "89°0'0\"W",
            None,
            "US",
            Repair(37.9, -89, "fixed", "read as 37.900000, -89.000000"),
        ),
        ("0", "0", None, "US", Repair(None, None, "kept", ZERO)),
        ("37.9", "0.0", HERE, "US", Repair(None, None, "kept", ZERO)),
        # Greenwich is a place too.
        ("51.48", "0", (-0.5, 51.3, 0.3, 51.7), "GB", Repair(51.48, 0)),
        ("912", "-89", HERE, "US", Repair(None, None, "kept", OUTSIDE)),
        ("379012", "-890441", None, "US", Repair(None, None, "kept", OUTSIDE)),
        (
            "37.9",
            "",
            HERE,
            "US",
            Repair(None, None, "kept", NO_PAIR),
        ),
        (
            "=1+1",
            "-89",
            HERE,
            "US",
            Repair(None, None, "kept", NO_PAIR),
        ),
    ],
)
def test_repair(
    lat: str,
    lon: str,
    extent: tuple[float, float, float, float] | None,
    country: str,
    expected: Repair,
) -> None:
    result = repair(lat, lon, extent, country)
    assert result[2:] == expected[2:]
    assert (result.lat is None, result.lon is None) == (expected.lat is None, expected.lon is None)
    if expected.lat is not None:
        assert (result.lat, result.lon) == pytest.approx((expected.lat, expected.lon), abs=1e-9)


numbers = st.floats(allow_nan=False, allow_infinity=False).map(repr)


@given(
    st.one_of(st.text(max_size=12), numbers),
    st.one_of(st.text(max_size=12), numbers),
    st.sampled_from([None, HERE]),
)
def test_never_a_point_outside_the_world_and_never_a_silent_change(
    lat: str, lon: str, extent: tuple[float, float, float, float] | None
) -> None:
    result = repair(lat.strip(), lon.strip(), extent, "US")
    if result.lat is None or result.lon is None:
        assert result.lat is result.lon
        assert result.severity == ("kept" if lat.strip() or lon.strip() else "")
    else:
        assert abs(result.lat) <= 90
        assert abs(result.lon) <= 180
        if not result.severity:
            assert (result.lat, result.lon) == (degrees(lat)[0], degrees(lon)[0])  # type: ignore[index]
    assert bool(result.severity) == bool(result.note)


@given(st.floats(37.6, 38.1), st.floats(-89.4, -88.6), st.integers(0, 3))
def test_every_way_to_write_a_point_here_comes_back(lat: float, lon: float, way: int) -> None:
    written = [
        (f"{lat:.6f}", f"{lon:.6f}"),
        (f"{lon:.6f}", f"{lat:.6f}"),
        (f"{lat:.6f}".replace(".", ","), f"{-lon:.6f}".replace(".", ",") + " W"),
        (f"{lat:.6f}", f"{-lon:.6f}"),
    ][way]
    result = repair(*written, HERE, "US")
    assert (result.lat, result.lon) == pytest.approx((lat, lon), abs=1e-6)
    assert result.severity == ("" if way == 0 else "fixed")


def test_near_is_one_degree_beyond_the_extent() -> None:
    """A pair that fits as it is stays; beyond a degree the other way round is tried."""
    west, _, east, north = HERE
    assert repair(str(north + 1), str(east), HERE, "US") == Repair(north + 1, east)
    lost = repair(str(north), str(-(west - 1.01)), HERE, "US")
    assert lost.lon == -(west - 1.01)  # its minus sign may be lost, but that is too far to be sure
    near = repair(str(north), str(-(west - 1)), HERE, "US")
    assert (near.lon, near.severity) == (west - 1, "fixed")
