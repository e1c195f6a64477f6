"""What a map loads by URL: all assets with a shown point, and the community's own base map.

The base map carries the wide roads; all others are cut into tiles of one zoom level and asked for
only when somebody looks closely. Lines are simplified to about 2 m, or more where a tile would
weigh over `MOST_BYTES` compressed, so that a whole city stays readable on a slow phone.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap import vocabulary, words
from assetmap.places import near_most

ZOOM = 13  # the one level of tiles; some 4 km wide in the middle of the United States
MOST_BYTES = 60_000  # of a tile, compressed
SCALE = 1e5  # coordinates are whole numbers of 1e-5 degrees (1.1 m)
TOLERANCE = 2e-5
WIDE = frozenset(("motorway", "trunk", "primary", "interstate", "highway"))
MAIN = frozenset(("secondary", "main", "ramp", "state"))
COORDINATE_DECIMALS = 5
# So many points may the first view carry of each sort; some 20 bytes each before compression.
MOST_POINTS = {"areas": 14_000, "water": 5_000, "roads": 9_000}
MOST_PLACES = 400
# Outlines may move by so many degrees at most (1e-5 is about 1 m) to stay under that.
TOLERANCES = (0.0, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05)
# From which zoom level a kind of place is named; a kind not listed here, from the farthest.
NAMED_FROM_ZOOM = {"village": 9, "neighborhood": 12, "landmark": 13}
Bounds = tuple[float, float, float, float]
# What a map opens on when a community has neither areas nor assets: the contiguous United States.
NOWHERE: Bounds = (-125.0, 24.0, -66.0, 50.0)
# So many times as far from the middle as three quarters of the assets are.
FAR_OFF = 6.0


def rank_of(roads: gpd.GeoDataFrame) -> np.ndarray:
    """Per road 0 wide, 1 main, 2 any other, by the column `class`; without one all are main."""
    if "class" not in roads:
        return np.ones(len(roads), int)
    kinds = roads["class"].fillna("").astype("str").str.casefold()
    return np.where(kinds.isin(WIDE), 0, np.where(kinds.isin(MAIN), 1, 2))


class Streets:
    """Roads that the base map does not carry, by tile. `roads` in WGS 84, or None."""

    def __init__(self, roads: gpd.GeoDataFrame | None) -> None:
        shapes = np.empty(0, object) if roads is None else roads.geometry.to_numpy()
        keep = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        self._shapes = shapes[keep]
        names = pd.Series("", index=range(len(shapes)))
        if roads is not None and "name" in roads:
            names = roads["name"].fillna("").astype("str")
        self._names = names.to_numpy(object)[keep]

    def __len__(self) -> int:
        return len(self._shapes)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._shapes)

    def lines(self, z: int, x: int, y: int) -> bytes | None:
        """The JSON of one tile: `lines` as whole numbers, the first pair a place in 1e-5 degrees
        (lon, lat), the others the way from there; `names` beside them. None off the level."""
        if z != ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
            return None
        west, south, east, north = edges(z, x, y)
        result = np.sort(self._tree.query(shapely.box(west, south, east, north)))
        tolerance = TOLERANCE
        while True:
            body = self._written(result, (west, south, east, north), tolerance)
            if len(gzip.compress(body, 6)) <= MOST_BYTES or tolerance > 0.01:
                return body
            tolerance *= 2

    def _written(
        self, rows: np.ndarray, box: tuple[float, float, float, float], tolerance: float
    ) -> bytes:
        cut = shapely.simplify(shapely.clip_by_rect(self._shapes[rows], *box), tolerance)
        lines: list[list[int]] = []
        names: list[str] = []
        for shape, name in zip(cut, self._names[rows], strict=True):
            for part in shapely.get_parts(shape):
                if part.geom_type != "LineString" or part.length < tolerance:
                    continue
                points = np.rint(shapely.get_coordinates(part) * SCALE).astype(int)
                steps = np.vstack((points[:1], np.diff(points, axis=0)))
                lines.append(steps.ravel().tolist())
                names.append(str(name))
        document = {"lines": lines, "names": names}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def edges(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile of Web Mercator, in degrees."""
    side = 2**z

    def lat(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

    return x / side * 360 - 180, lat(y + 1), (x + 1) / side * 360 - 180, lat(y)


def layer_rows(assets: gpd.GeoDataFrame) -> np.ndarray:
    """Positions of the assets that may stand on a map, in their order.

    Left out: no point, a hidden place, no way to come in person, not active (a candidate has
    not been reviewed), and those that did not agree to be listed.
    """
    points = assets.geometry.to_numpy()
    shown = ~(shapely.is_missing(points) | shapely.is_empty(points))
    shown &= (assets["location_precision"] != "hidden").fillna(True).to_numpy(dtype=bool)
    shown &= (assets["status"].fillna("active") == "active").to_numpy(dtype=bool)
    shown &= assets["listed_ok"].fillna(True).to_numpy(dtype=bool)
    apart = [kinds is not None and "in_person" not in kinds for kinds in assets["format"]]
    return np.flatnonzero(shown & ~np.array(apart, dtype=bool))


def layer(assets: gpd.GeoDataFrame, version: str) -> bytes:
    """The JSON of all assets with a shown point, column by column.

    Coordinates are whole numbers of 1e-5 degrees. `kind` and `place` are positions in `kinds`
    and `places`; `place` is -1 where the point is exact enough to be one.
    """
    rows = layer_rows(assets)
    shown = assets.iloc[rows]
    scale = 10**COORDINATE_DECIMALS
    kinds, kind = _coded(shown["kind"])
    town_only = (shown["location_precision"] == "area").fillna(False).to_numpy(dtype=bool)
    places, place = _coded(shown["city"].fillna(""))
    return _json(
        {
            "version": version,
            "ids": _texts(shown["id"]),
            "names": _texts(shown["name"]),
            "phones": _texts(shown["phone"]),
            "lat": np.rint(shown.geometry.y.to_numpy() * scale).astype(int).tolist(),
            "lon": np.rint(shown.geometry.x.to_numpy() * scale).astype(int).tolist(),
            "kind": kind.tolist(),
            "kinds": [_kind(name) for name in kinds],
            "place": np.where(town_only, place, -1).tolist(),
            "places": list(places),
        }
    )


def basemap(
    areas: gpd.GeoDataFrame | None,
    roads: gpd.GeoDataFrame | None,
    places: pd.DataFrame | None,
    version: str,
    water: gpd.GeoDataFrame | None = None,
) -> bytes:
    """The JSON of a community's own base map: area outlines, water, wide roads, names of places.

    Outlines are simplified where they hold very many points. Roads that are too many for a first
    view are left to `streets`.
    `areas` has `id` and `name`, `roads` may have `class`, `places` has `name`, `lat` and `lon`
    and may have `kind`. A name comes with the zoom level from which it is shown.
    """
    return basemap_json(version, basemap_parts(areas, roads, places, water))


def basemap_parts(
    areas: gpd.GeoDataFrame | None,
    roads: gpd.GeoDataFrame | None,
    places: pd.DataFrame | None,
    water: gpd.GeoDataFrame | None = None,
) -> dict[str, object]:
    """What `basemap` draws, which stays the same while only assets change."""
    drawn, _ = roads_at_once(roads)
    return {
        "areas": [
            {"id": area, "name": name, "shape": shape}
            for area, name, shape in _named_shapes(light_areas(areas), "id", "name")
        ],
        "water": [shape for (shape,) in _named_shapes(_light(water, MOST_POINTS["water"]))],
        "roads": [
            {"wide": kind.casefold() in WIDE, "shape": shape}
            for kind, shape in _named_shapes(drawn, "class")
        ],
        "places": [] if places is None else _places(places),
    }


def basemap_json(version: str, parts: Mapping[str, object]) -> bytes:
    """`basemap` of a version, from its parts."""
    return _json({"version": version, **parts})


def roads_at_once(
    roads: gpd.GeoDataFrame | None,
) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None]:
    """The roads a first view carries, and those left to tiles (None where there are none)."""
    if roads is None or not len(roads):
        return None, None
    most = MOST_POINTS["roads"]
    if shapely.get_num_coordinates(roads.geometry.to_numpy()).sum() <= most:
        return roads, None
    rank = rank_of(roads)
    for highest in (1, 0):
        drawn = _light(roads[rank <= highest], most)
        if drawn is None or shapely.get_num_coordinates(drawn.geometry.to_numpy()).sum() <= most:
            return drawn, roads[rank > highest]
    return None, roads


def light_areas(areas: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Areas with few enough points for a first view; neighbours keep their common border."""
    if areas is None or not len(areas) or areas.geometry.isna().all():
        return areas
    shapes = areas.geometry.to_numpy()
    most = max(MOST_POINTS["areas"], 6 * len(areas))
    result = shapes
    for tolerance in TOLERANCES:
        # Each step starts from the one before, which has fewer points: a tenth of the time.
        result = result if not tolerance else _simpler(result, tolerance)
        if shapely.get_num_coordinates(result).sum() <= most:
            break
    return areas.assign(geometry=gpd.GeoSeries(result, index=areas.index, crs=areas.crs))


def _simpler(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    polygons = np.isin(shapely.get_type_id(shapes), (3, 6))
    result = shapes.copy()
    try:
        result[polygons] = shapely.coverage_simplify(shapes[polygons], tolerance)
    except shapely.errors.ShapelyError:
        result[polygons] = shapely.simplify(shapes[polygons], tolerance)
    return result


def _light(frame: gpd.GeoDataFrame | None, most: int) -> gpd.GeoDataFrame | None:
    """Shapes simplified until they hold at most `most` points; then the smallest go."""
    if frame is None or not len(frame):
        return frame
    shapes = frame.geometry.to_numpy()
    for tolerance in TOLERANCES:
        result = shapes if not tolerance else shapely.simplify(shapes, tolerance)
        counts = shapely.get_num_coordinates(result)
        if counts.sum() <= most:
            break
    frame = frame.assign(geometry=gpd.GeoSeries(result, index=frame.index, crs=frame.crs))
    if counts.sum() <= most:
        return frame
    size = shapely.length(result)
    order = np.argsort(-np.nan_to_num(size), kind="stable")
    keep = order[np.cumsum(counts[order]) <= most]
    return frame.iloc[np.sort(keep)]


def pack(mask: np.ndarray, rows: np.ndarray) -> str:
    """Which of the layer's `rows` the boolean `mask` over all assets marks, as base64 bits.

    The first row is the lowest bit of the first byte. Nothing marked is the empty text.
    """
    marked = np.asarray(mask, dtype=bool)[rows]
    if not marked.any():
        return ""
    return base64.b64encode(np.packbits(marked, bitorder="little").tobytes()).decode("ascii")


def ink(colour: str) -> str:
    """Black or white, whichever reads better on `colour` (#rrggbb; WCAG 2.2 relative luminance)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"


def bounds_of(areas: gpd.GeoDataFrame | None, assets: gpd.GeoDataFrame) -> Bounds:
    """(west, south, east, north) in degrees to open a map at: the areas, else the assets.

    Of assets a few that lie far off (a head office in another state) are left out of the view.
    """
    frame = areas if areas is not None and len(areas) else assets.iloc[layer_rows(assets)]
    if not len(frame):
        return NOWHERE
    if frame is not areas:
        x, y = frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy()
        away = np.hypot(x - np.median(x), y - np.median(y))
        frame = frame[near_most(away, FAR_OFF, 0.01)]
    west, south, east, north = (round(float(edge), 4) for edge in frame.total_bounds)
    return west, south, east, north


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(text) else str(text) for text in column]


def _coded(column: pd.Series) -> tuple[list[str], np.ndarray]:
    codes, values = pd.factorize(column)
    return [str(value) for value in values], codes


def _kind(name: str) -> dict[str, object]:
    row = vocabulary.terms("kinds").get(name, {})
    group = vocabulary.terms("groups").get(row.get("group", ""), {})
    colour = group.get("colour", "#5F5F5F")
    return {
        "id": name,
        "label": {
            language: vocabulary.label("kinds", name, language) for language in words.LANGUAGES
        },
        "icon": row.get("icon", "") or "location_on",
        "colour": colour,
        "ink": ink(colour),
    }


def _named_shapes(frame: gpd.GeoDataFrame | None, *columns: str) -> list[tuple[Any, ...]]:
    """For each row with a shape: the texts of `columns` ("" where there is none), and GeoJSON."""
    if frame is None:
        return []
    rounded = shapely.transform(
        frame.geometry.to_numpy(), lambda points: np.round(points, COORDINATE_DECIMALS)
    )
    texts = [
        _texts(frame[name]) if name in frame.columns else [""] * len(frame) for name in columns
    ]
    return [
        (*values, json.loads(shapely.to_geojson(shape)))
        for *values, shape in zip(*texts, rounded, strict=True)
        if shape is not None and not shape.is_empty
    ]


def _places(places: pd.DataFrame) -> list[tuple[str, float, float, int]]:
    """(name, lat, lon, first zoom), the widest known first; ZIP codes are not names."""
    kinds = _texts(places["kind"]) if "kind" in places.columns else [""] * len(places)
    result = [
        (
            name,
            round(float(lat), COORDINATE_DECIMALS),
            round(float(lon), COORDINATE_DECIMALS),
            NAMED_FROM_ZOOM.get(kind, 0),
        )
        for name, lat, lon, kind in zip(
            _texts(places["name"]), places["lat"], places["lon"], kinds, strict=True
        )
        if kind != "zip"
    ]
    return sorted(result, key=lambda place: place[3])[:MOST_PLACES]
