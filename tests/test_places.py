"""Distances, names of places, and which area a point lies in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetmap import places
from assetmap.places import Gazetteer, Place, distance_m, hexagons, join_areas

lats = st.floats(-90, 90)
lons = st.floats(-180, 180)


def test_distances_by_hand() -> None:
    # One degree of a great circle is R * pi / 180.
    degree = places.EARTH_RADIUS_M * np.pi / 180
    assert distance_m(0, 0, 0, 1) == pytest.approx(degree)
    assert distance_m(10, 20, 11, 20) == pytest.approx(degree)
    assert distance_m(60, 0, 60, 1) == pytest.approx(degree / 2, rel=1e-4)
    assert distance_m(0, 179.5, 0, -179.5) == pytest.approx(degree)
    assert distance_m(90, 0, -90, 0) == pytest.approx(180 * degree)
    assert distance_m(37.9, -89.0, 37.9, -89.0) == 0


def test_distances_of_arrays_keep_unknown_points_unknown() -> None:
    result = distance_m(np.array([0.0, np.nan]), np.array([0.0, 0.0]), 0.0, 1.0)
    assert np.isfinite(result[0])
    assert np.isnan(result[1])


@given(lats, lons, lats, lons)
def test_distance_is_the_same_both_ways_and_at_most_half_round(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    there, back = distance_m(lat1, lon1, lat2, lon2), distance_m(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(float(back), abs=1e-3)
    assert 0 <= there <= np.pi * places.EARTH_RADIUS_M * (1 + 1e-12)


@pytest.mark.parametrize(
    ("lat", "lon", "word"),
    [(1, 0, "north"), (1, 1, "north_east"), (0, 1, "east"), (-1, 1, "south_east"),
     (-1, 0, "south"), (-1, -1, "south_west"), (0, -1, "west"), (1, -1, "north_west")],
)  # fmt: skip
def test_direction(lat: float, lon: float, word: str) -> None:
    assert places.direction(0, 0, lat, lon) == word


def test_lengths() -> None:
    assert places.metres("10mi") == pytest.approx(16093.44)
    assert places.metres("30 km") == 30_000
    assert places.metres("500M") == 500
    assert places.metres("2 miles") == pytest.approx(3218.688)
    for text in ("10", "far", "-3km", "10 parsecs", ""):
        with pytest.raises(ValueError, match="write it like 10mi, 30km or 500m"):
            places.metres(text)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    own = [
        Place("Milltown", 37.9036, -89.0454, "city"),
        Place("Prairie Ford", 37.95, -89.2, "town"),
        Place("62999", 37.9, -89.05, "zip"),
    ]
    return Gazetteer(own, "US", "IL")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Milltown", "Milltown"),
        ("  milltown ", "Milltown"),
        ("Milltown, IL", "Milltown"),
        ("Milltown IL", "Milltown"),
        ("12 Example Street, Prairie Ford, IL", "Prairie Ford"),
        ("12 Example Street prairie ford", "Prairie Ford"),
        ("62999", "62999"),
        ("12 Example Street, Milltown, IL 62999", "62999"),
        ("62901", "Carbondale, IL"),
        ("62901-1234", "Carbondale, IL"),
        ("Carbondale", "Carbondale, IL"),
        ("Carbondale, CO", "Carbondale, CO"),
        ("carbondale il", "Carbondale, IL"),
    ],
)
def test_find(gazetteer: Gazetteer, text: str, name: str) -> None:
    result = gazetteer.find(text)
    assert result is not None
    assert result.name == name


def test_find_a_point(gazetteer: Gazetteer) -> None:
    for text in ("37.9012,-89.0441", "37.9012 -89.0441", " 37.9012; -89.0441 "):
        result = gazetteer.find(text)
        assert result is not None
        assert (result.lat, result.lon, result.kind) == (37.9012, -89.0441, "point")
    assert gazetteer.find("912,-89") is None


@pytest.mark.parametrize("text", ["", "   ", "Nowhere Else At All", "00000", "Milltown, CO", "?!"])
def test_an_unknown_place_is_none_never_a_guess(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text) is None


def test_a_bare_town_is_looked_for_in_the_own_state_only() -> None:
    assert Gazetteer(region="IL").find("Springfield").name == "Springfield, IL"  # type: ignore[union-attr]
    assert Gazetteer(region="MA").find("Springfield").name == "Springfield, MA"  # type: ignore[union-attr]
    assert Gazetteer().find("Springfield") is None


def test_no_us_zip_in_another_country() -> None:
    assert Gazetteer(country="DE").find("62901") is None
    assert Gazetteer(country="DE").nearest_town(37.7, -89.2) is None


def test_the_point_of_a_town_is_the_towns_never_the_zips(gazetteer: Gazetteer) -> None:
    by_name = gazetteer.town("Carbondale", "IL")
    by_zip = gazetteer.town(None, None, "62901")
    assert by_name is not None
    assert by_zip == by_name
    assert by_name.kind == "city"
    own = gazetteer.nearest_town(37.94, -89.19)
    assert own is not None
    assert own.name == "Prairie Ford"


@given(st.text(max_size=30))
def test_no_text_breaks_the_gazetteer(text: str) -> None:
    result = Gazetteer([Place("Milltown", 37.9, -89.0, "city")], "US", "IL").find(text)
    assert result is None or (abs(result.lat) <= 90 and abs(result.lon) <= 180)


def areas() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ["west", "east"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs=places.WGS84,
    )


def test_a_point_on_the_border_lies_in_one_area() -> None:
    lat = np.array([0.5, 0.5, 0.5, 5.0, np.nan])
    lon = np.array([0.5, 1.0, 1.5, 0.5, 0.5])
    assert join_areas(lat, lon, areas()).tolist() == ["west", "west", "east", None, None]


def test_areas_without_a_crs_are_in_degrees_and_others_are_projected() -> None:
    bare = gpd.GeoSeries([shapely.Point(-89, 37.9)])
    assert places.to_wgs84(bare).crs == places.WGS84
    mercator = places.to_wgs84(bare.set_crs(places.WGS84).to_crs("EPSG:3857"))
    assert (mercator.x[0], mercator.y[0]) == pytest.approx((-89, 37.9))
    assert places.extent_of(areas()) == (0, 0, 2, 1)
    assert places.extent_of(None) is None


def test_time_zone_of_a_table() -> None:
    chicago = pd.DataFrame({"postal_code": ["62901", "62901", "10001", None]})
    assert places.timezone_of(chicago) == "America/Chicago"
    # One row's own zone says nothing of its neighbors; most rows' does.
    item = chicago.assign(timezone=["America/Denver", "", None, None])
    assert places.timezone_of(item) == "America/Chicago"
    most = chicago.assign(timezone=["America/Denver", "America/Denver", "America/Denver", None])
    assert places.timezone_of(most) == "America/Denver"
    point = pd.DataFrame({"latitude": ["40.75", "x"], "longitude": ["-73.99", ""]})
    assert places.timezone_of(point) == "America/New_York"
    assert places.timezone_of(pd.DataFrame({"name": ["a"]})) == "UTC"
    # A ZIP code that a spreadsheet took the zero off.
    assert places.timezone_of(pd.DataFrame({"postal_code": ["2115"]})) == "America/New_York"


def test_fold() -> None:
    assert places.fold("  San  José-St. ") == "san jose st"


def test_hexagons_cover_the_points_evenly() -> None:
    random = np.random.default_rng(2)
    lat, lon = random.uniform(37.7, 38.1, 400), random.uniform(-89.3, -88.8, 400)
    grid = hexagons(lat, lon, cells=60)
    assert 55 <= len(grid) <= 100
    covered = grid.geometry.union_all()
    assert covered.covers(shapely.MultiPoint(np.column_stack((lon, lat))))
    # Regular: neighbours' centres are √3 sides apart, in every direction.
    metres = distance_m(
        grid["lat"].to_numpy()[:, None],
        grid["lon"].to_numpy()[:, None],
        grid["lat"].to_numpy(),
        grid["lon"].to_numpy(),
    )
    np.fill_diagonal(metres, np.inf)
    assert metres.min(axis=1).max() / metres.min() < 1.02
    assert len(hexagons([38.0], [-89.0])) >= 1
    with pytest.raises(ValueError, match="no points to lay a grid over"):
        hexagons([np.nan], [np.nan])
