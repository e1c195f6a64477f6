"""Areas in every shape people send them, and what is said of broken ones."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from assetmap.areas import AreasError, read_areas


def square(west: float, south: float, size: float = 0.1) -> shapely.Polygon:
    return shapely.box(west, south, west + size, south + size)


def geojson(*features: tuple[dict[str, object], object]) -> bytes:
    result = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for properties, shape in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": result}).encode()


def test_geojson_with_a_weighted_centroid() -> None:
    data = geojson(
        (
            {"GEOID": "01001", "NAME": "North", "POP": 120, "lat": 38.02, "lon": -88.97},
            square(-89, 38),
        ),
        (
            {"GEOID": "01003", "NAME": "South", "POP": 80, "lat": None, "lon": None},
            square(-89, 37.9),
        ),
    )
    areas, problems = read_areas(data, "a.geojson")
    assert problems == []
    assert areas.drop(columns="geometry").fillna(-1).to_numpy().tolist() == [
        ["01001", "North", 120.0, -1, -1, 38.02, -88.97],
        ["01003", "South", 80.0, -1, -1, pytest.approx(37.95), pytest.approx(-88.95)],
    ]
    assert areas.crs == "EPSG:4326"


@pytest.mark.parametrize("form", ["gpkg", "zip"])
def test_projected_files(form: str, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b"], "population": [10, 20]},
        geometry=[square(-89, 38), square(-88, 38)],
        crs="EPSG:4326",
    ).to_crs("EPSG:3857")
    if form == "gpkg":
        frame.to_file(tmp_path / "areas.gpkg")
        data = (tmp_path / "areas.gpkg").read_bytes()
    else:
        frame.to_file(tmp_path / "areas.shp")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            for file in tmp_path.glob("areas.*"):
                package.write(file, file.name)
        data = buffer.getvalue()
    areas, problems = read_areas(data, f"areas.{form}")
    assert problems == []
    assert areas["population"].tolist() == [10, 20]
    np.testing.assert_allclose(areas["lon"], [-88.95, -87.95], atol=1e-6)


def test_csv_of_points() -> None:
    data = (
        b'ID,NAME,POP2000,lat,long\n1,One,"1,200",38.0,-89.0\n2,Two,-5,38.1,-89.1\n3,,x,38.1,-89\n'
    )
    areas, problems = read_areas(data, "points.csv")
    assert areas["population"].fillna(-1).tolist() == [1200, -1, -1]
    assert areas["name"].tolist() == ["One", "Two", "3"]
    assert areas.geometry.isna().all()
    assert [problem.message for problem in problems] == [
        "Row 2 of points.csv: the population of 2 is '-5'; it is taken as not known.",
        "Row 3 of points.csv: the population of 3 is 'x'; it is taken as not known.",
    ]


def test_broken_empty_and_overlapping_shapes() -> None:
    bow = shapely.Polygon([(-89, 38), (-88.9, 38.1), (-88.9, 38), (-89, 38.1)])
    data = geojson(
        ({"id": "bow"}, bow),
        ({"id": "none"}, None),
        ({"id": "line"}, shapely.LineString([(0, 0), (1, 1)])),
        ({"id": "x"}, square(-80, 38)),
        ({"id": "y"}, square(-79.95, 38)),
        ({}, square(-70, 38)),
    )
    areas, problems = read_areas(data, "a.json")
    assert [(problem.severity, problem.message) for problem in problems] == [
        ("guessed", "Row 6 of a.json: the area has no id; it is called area-6."),
        (
            "fixed",
            "Row 1 of a.json: the shape of bow was broken (self-intersection) and has been "
            "repaired.",
        ),
        (
            "kept",
            "Row 2 of a.json: the shape of none is empty; it has numbers but no place on the map.",
        ),
        (
            "kept",
            "Row 3 of a.json: the shape of line is not a polygon; it has numbers but no place on "
            "the map.",
        ),
        ("kept", "x and y of a.json overlap; a place in both is counted in x."),
    ]
    assert areas.geometry[0].is_valid
    assert areas.geometry.isna().tolist() == [False, True, True, False, False, False]


def test_an_area_across_the_180th_meridian() -> None:
    ring = shapely.Polygon([(179.5, 10), (-179.5, 10), (-179.5, 11), (179.5, 11)])
    areas, problems = read_areas(geojson(({"id": "fiji"}, ring)), "a.json")
    assert problems[0].message == (
        "Row 1 of a.json: the shape of fiji crosses the 180th meridian and has been cut there."
    )
    assert abs(areas["lon"][0]) == pytest.approx(180)
    assert areas["lat"][0] == pytest.approx(10.5)
    assert areas.geometry[0].area == pytest.approx(1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a is empty."),
        (b"{oops", "a cannot be read as GeoJSON, GeoPackage or a zipped shapefile."),
        (b"PK\x03\x04junk", "a is not a whole zip file."),
        (b"id,name\n1,x\n", "a has neither shapes nor columns `lat` and `lon`."),
        (b"id,lat,lon\n", "a holds no areas."),
        (
            b"id,lat,lon\n1,2,3\n1,2,3\n",
            "The area id '1' of a is in more than one row; give every area its own.",
        ),
        (
            geojson(({"id": 1}, square(500_000, 4_100_000, 1000))),
            "a has coordinates such as 500000, 4100000, which are not degrees, and does not say "
            "its coordinate system; export it as WGS 84.",
        ),
    ],
)
def test_unreadable(data: bytes, sentence: str) -> None:
    with pytest.raises(AreasError) as raised:
        read_areas(data, "a")
    assert str(raised.value) == sentence


def test_a_population_column_by_name() -> None:
    areas, _ = read_areas(b"id,lat,lon,women\n1,2,3,44\n", "a", population="women")
    assert areas["population"].tolist() == [44]
    with pytest.raises(AreasError, match="a has no column 'men'"):
        read_areas(b"id,lat,lon,women\n1,2,3,44\n", "a", population="men")
