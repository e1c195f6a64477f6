"""Streets as light tiles, and a first view that stays light."""

from __future__ import annotations

import gzip
import json

import geopandas as gpd
import numpy as np
import shapely

from assetmap.maps import Streets, basemap, roads_at_once
from assetmap.maps.layer import MOST_BYTES, MOST_POINTS, ZOOM, edges, light_areas
from assetmap.maps.tiles import tile_of


def city(rows: int, points: int, kind: str = "local") -> gpd.GeoDataFrame:
    """Winding streets, one above the other, over 0.2° around 38° N, 89° W."""
    x = np.linspace(-89.1, -88.9, points)
    random = np.random.default_rng(7)
    lines = [
        shapely.LineString(
            np.column_stack((x, 37.9 + 0.2 * row / rows + random.normal(0, 1e-4, points)))
        )
        for row in range(rows)
    ]
    return gpd.GeoDataFrame(
        {"class": kind, "name": "Main St"}, index=range(rows), geometry=lines, crs="EPSG:4326"
    )


def test_a_tile_holds_its_lines_as_steps() -> None:
    x, y = tile_of(38.0, -89.0, ZOOM)
    west, south, east, north = edges(ZOOM, x, y)
    assert west <= -89.0 < east and south <= 38.0 < north
    line = shapely.LineString([(-89.0, 38.0), (-88.999, 38.0), (-88.999, 38.002)])
    roads = gpd.GeoDataFrame({"name": ["Oak St"]}, geometry=[line], crs="EPSG:4326")
    body = Streets(roads).lines(ZOOM, x, y)
    assert body is not None
    assert json.loads(body) == {
        "lines": [[-8900000, 3800000, 100, 0, 0, 200]],
        "names": ["Oak St"],
    }
    assert Streets(roads).lines(ZOOM - 1, x, y) is None
    assert json.loads(Streets(roads).lines(ZOOM, x + 50, y) or b"") == {"lines": [], "names": []}


def test_a_dense_tile_is_made_lighter() -> None:
    body = Streets(city(900, 4000)).lines(ZOOM, *tile_of(38.0, -89.0, ZOOM))
    assert body is not None and len(json.loads(body)["lines"]) > 100
    assert len(gzip.compress(body, 6)) <= MOST_BYTES


def test_a_first_view_carries_the_wide_roads_only() -> None:
    import pandas as pd

    small = city(3, 10)
    assert roads_at_once(small)[1] is None
    whole = pd.concat([city(400, 200), city(20, 200, "highway"), city(20, 200, "main")])
    drawn, left = roads_at_once(whole)
    assert drawn is not None and left is not None
    assert set(drawn["class"]) == {"highway", "main"} and set(left["class"]) == {"local"}
    assert shapely.get_num_coordinates(drawn.geometry.to_numpy()).sum() <= MOST_POINTS["roads"]
    body = basemap(None, whole, None, "v")
    assert len(json.loads(body)["roads"]) == 40
    assert len(gzip.compress(body, 9)) <= 300_000


def test_areas_of_a_state_are_simplified_without_gaps() -> None:
    steps = np.linspace(0, 1, 80)
    cells, names = [], []
    for row in range(20):
        for column in range(20):
            ring = [
                (column + s, row + 0.02 * np.sin(40 * (column + s)) * (row % 20 > 0)) for s in steps
            ]
            top = [
                (column + s, row + 1 + 0.02 * np.sin(40 * (column + s)) * ((row + 1) % 20 > 0))
                for s in steps[::-1]
            ]
            cells.append(shapely.Polygon([*ring, *top]))
            names.append(f"{row}-{column}")
    areas = gpd.GeoDataFrame({"id": names, "name": names}, geometry=cells, crs="EPSG:4326")
    light = light_areas(areas)
    assert light is not None
    shapes = light.geometry.to_numpy()
    assert shapely.get_num_coordinates(shapes).sum() <= MOST_POINTS["areas"]
    assert abs(shapely.union_all(shapes).area - shapely.area(shapes).sum()) < 1e-9
