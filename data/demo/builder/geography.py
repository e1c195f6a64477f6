"""Alder County: outline, areas, places, roads and water, drawn in kilometres from its middle.

The areas are a Voronoi tessellation of hand-set seeds, clipped to the outline; long borders are
bent a little, each shared border once, so that neighbours fit without gap or overlap.
"""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely

from . import dice

MIDDLE = (37.90, -89.05)  # lat, lon of (0, 0)
KM_PER_DEGREE = (111.195, 111.195 * math.cos(math.radians(MIDDLE[0])))
HERE = Path(__file__).parent

# West: the river, from south to north. The other borders follow old survey lines.
RIVER = [
    (-27.5, -21.2), (-28.9, -18.0), (-27.9, -15.0), (-29.4, -11.5), (-30.2, -8.0), (-29.2, -4.5),
    (-29.9, -1.0), (-28.7, 2.0), (-29.4, 5.5), (-30.6, 9.0), (-29.5, 12.5), (-28.3, 16.0),
    (-29.3, 19.5), (-28.6, 22.5),
]  # fmt: skip
SURVEY_LINES = [
    (-10.0, 22.5), (-10.0, 21.6), (17.5, 21.6), (17.5, 22.5), (30.0, 22.5),
    (30.0, -13.0), (28.4, -13.0), (28.4, -22.5), (5.0, -22.5), (5.0, -21.2),
]  # fmt: skip


class Town(NamedTuple):
    """A settlement: middle in km, its ZIP code, and how far its addresses spread in km."""

    name: str
    kind: str
    east: float
    north: float
    zip_code: str
    spread: float
    inside: bool = True


class Area(NamedTuple):
    """An area before it has a shape: its seed in km is also where most of its people live."""

    id: str
    name: str
    district: str
    east: float
    north: float
    population: int
    adults: int


def degrees(east: float, north: float) -> tuple[float, float]:
    """Lat, lon to five decimals (about a metre)."""
    return (
        round(MIDDLE[0] + north / KM_PER_DEGREE[0], 5),
        round(MIDDLE[1] + east / KM_PER_DEGREE[1], 5),
    )


def _smooth(line: list[tuple[float, float]], times: int = 2) -> list[tuple[float, float]]:
    """The line with its corners cut (Chaikin 1974), ends kept."""
    for _ in range(times):
        cut = [line[0]]
        for (x1, y1), (x2, y2) in pairwise(line):
            cut += [(0.75 * x1 + 0.25 * x2, 0.75 * y1 + 0.25 * y2)]
            cut += [(0.25 * x1 + 0.75 * x2, 0.25 * y1 + 0.75 * y2)]
        line = [*cut, line[-1]]
    return line


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def towns() -> dict[str, Town]:
    """Towns, villages and landmarks by name, those across the county line too."""
    return {
        row["name"]: Town(
            row["name"],
            row["kind"],
            float(row["east"]),
            float(row["north"]),
            row["zip"],
            float(row["spread"]),
            row["inside"] == "yes",
        )
        for row in _rows("towns.csv")
    }


def areas() -> list[Area]:
    """The areas in the order of areas.csv."""
    return [
        Area(
            row["id"],
            row["name"],
            row["district"],
            float(row["east"]),
            float(row["north"]),
            int(row["population"]),
            round(int(row["population"]) * float(row["adult_share"])),
        )
        for row in _rows("areas.csv")
    ]


def _bend(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
    """Points after `a` up to `b` of a border that wanders up to 300 m off the straight line."""
    start, end = (a, b) if a < b else (b, a)
    length = math.dist(start, end)
    pieces = int(length // 2.0)
    random = dice("border", f"{start}{end}")
    points = []
    for piece in range(1, pieces):
        share, off = piece / pieces, float(random.uniform(-0.3, 0.3))
        along = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        across = (-(end[1] - start[1]) / length * off, (end[0] - start[0]) / length * off)
        points.append((along[0] + across[0], along[1] + across[1]))
    return [*(points if start == a else points[::-1]), b]


def _shapes(seeds: list[Area]) -> list[shapely.Polygon]:
    """One polygon per seed, in km."""
    county = shapely.Polygon([*_smooth(RIVER), *SURVEY_LINES])
    points = shapely.MultiPoint([(seed.east, seed.north) for seed in seeds])
    cells = shapely.voronoi_polygons(points, extend_to=county.buffer(20)).geoms
    shapes = []
    for seed in seeds:
        here = shapely.Point(seed.east, seed.north)
        cell = next(cell for cell in cells if cell.contains(here)).intersection(county)
        ring = [(round(x, 4), round(y, 4)) for x, y in cell.exterior.coords]
        corners = [ring[0]]
        for a, b in pairwise(ring):
            inner = not county.exterior.buffer(0.01).contains(shapely.LineString([a, b]))
            corners += _bend(a, b) if inner else [b]
        shapes.append(shapely.Polygon(corners))
    return shapes


def _feature(geometry: dict, **properties: object) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _ring(coordinates: object) -> list[list[float]]:
    return [[lon, lat] for lat, lon in (degrees(x, y) for x, y in coordinates)]


def area_features() -> list[dict]:
    """areas.geojson: polygons with the point where people live (lat, lon)."""
    seeds = areas()
    features = []
    for seed, shape in zip(seeds, _shapes(seeds), strict=True):
        lat, lon = degrees(seed.east, seed.north)
        ring = _ring(shapely.geometry.polygon.orient(shape).exterior.coords)
        features.append(
            _feature(
                {"type": "Polygon", "coordinates": [ring]},
                id=seed.id,
                name=seed.name,
                population=seed.population,
                adults=seed.adults,
                district=seed.district,
                lat=lat,
                lon=lon,
            )
        )
    return features


def road_features() -> list[dict]:
    """roads.geojson: lines with a name and a class (highway, road, street)."""
    features = []
    for row in _rows("roads.csv"):
        points = [tuple(map(float, pair.split())) for pair in row["points"].split(",")]
        line = [points[0]]
        for a, b in pairwise(points):
            line += _bend(a, b) if row["class"] != "street" else [b]
        features.append(
            _feature(
                {"type": "LineString", "coordinates": _ring(line)},
                name=row["name"],
                **{"class": row["class"]},
            )
        )
    return features


def water_features() -> list[dict]:
    """water.geojson: the river along the western line, a creek and a lake."""
    bank = _smooth([(-26.8, -26.0), *RIVER, (-29.4, 26.0)])
    wide = [(x - 0.9 - 0.3 * math.sin(y / 3), y) for x, y in reversed(bank)]
    creek = [(20.0, 11.0), (14.0, 9.6), (8.0, 5.8), (5.6, 1.0), (1.4, -0.4), (-1.2, 0.2),
             (-5.0, 2.4), (-12.0, 4.4), (-19.0, 2.2), (-25.0, 0.6), (-29.6, -0.6)]  # fmt: skip
    bent = _smooth(creek)
    turn = np.linspace(0, 2 * np.pi, 28)
    lake = [
        (16.6 + (1.9 + 0.5 * math.sin(3 * t)) * math.cos(t), 18.2 + 1.1 * math.sin(t))
        for t in turn[:-1]
    ]
    return [
        _feature(
            {"type": "Polygon", "coordinates": [_ring([*bank, *wide, bank[0]])]},
            name="Larch River",
            **{"class": "river"},
        ),
        _feature(
            {"type": "LineString", "coordinates": _ring(bent)},
            name="Sallow Creek",
            **{"class": "creek"},
        ),
        _feature(
            {"type": "Polygon", "coordinates": [_ring([*lake, lake[0]])]},
            name="Harwin Lake",
            **{"class": "lake"},
        ),
    ]


def place_rows() -> list[dict[str, object]]:
    """places.csv: towns, ZIP codes, landmarks, and the city's neighborhoods."""
    rows = []
    for town in towns().values():
        lat, lon = degrees(town.east, town.north)
        rows.append({"name": town.name, "lat": lat, "lon": lon, "kind": town.kind})
    for town in towns().values():
        if town.kind in ("city", "town") or not town.inside:
            lat, lon = degrees(town.east, town.north)
            if town.zip_code not in {row["name"] for row in rows}:
                rows.append({"name": town.zip_code, "lat": lat, "lon": lon, "kind": "zip"})
    for area in areas():
        if area.district.startswith("Alder City"):
            lat, lon = degrees(area.east, area.north)
            rows.append({"name": area.name, "lat": lat, "lon": lon, "kind": "neighborhood"})
    return rows
