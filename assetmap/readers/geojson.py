"""GeoJSON: collections, single features, bare geometries, one feature a line, any CRS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj.exceptions import CRSError
from shapely.geometry import shape

from assetmap import places, vocabulary
from assetmap.fields import JsonDict, Problem
from assetmap.files.source import UnreadableFile, as_text
from assetmap.readers.document import Document, Reader
from assetmap.readers.header import plain
from assetmap.readers.source import Read, ReadOptions, file_problem
from assetmap.readers.table.columns import to_plain
from assetmap.words import text as text_of

NAME = "geojson"
_GEOMETRIES = frozenset(
    (
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    )
)
_WGS84 = re.compile(r"(CRS84|EPSG:{1,2}4326|OGC:.*84)$", re.IGNORECASE)


def sniff(document: Document) -> float:
    """GeoJSON says its `type`."""
    value = document.json
    if isinstance(value, dict):
        kind = value.get("type")
        if kind == "FeatureCollection" or (kind == "Feature" and "geometry" in value):
            return 1.0
        if isinstance(value.get("features"), list):  # cut off before or after its `type`
            return 0.9 * document.share_with("type", "geometry")
        return (
            0.9
            if str(kind) in _GEOMETRIES and ({"coordinates", "geometries"} & set(value))
            else 0.0
        )
    return 0.9 if document.share_with("type", "geometry") > 0.5 else 0.0


def read(document: Document, options: ReadOptions) -> Read:
    """One asset per feature; a null geometry gives an asset that is not on the map."""
    value = document.json
    features = list(_features(value))
    problems: list[Problem] = []
    records: list[JsonDict] = []
    geometries: list[Any] = []
    for number, feature in enumerate(features, 1):
        properties, geometry, more_problems = _parts(feature, number)
        problems += more_problems
        records.append(properties)
        geometries.append(geometry)
    points, more_problems = _points(geometries, _crs(value, document.name))
    problems += more_problems
    names = list(dict.fromkeys(name for record in records for name in record))
    # A feature without properties still is a place; it gets the name of its column.
    if not any(plain(name) for name in names):
        names = ["name"]
    rows = [[_cell(record.get(name)) for name in names] for record in records]
    lat = [f"{y:.7f}".rstrip("0").rstrip(".") if y == y else "" for _, y in points]
    lon = [f"{x:.7f}".rstrip("0").rstrip(".") if x == x else "" for x, _ in points]
    extra = {"latitude": lat, "longitude": lon}
    if not any(lat):
        extra = {}
    result = to_plain(names, rows, options, extra, str.strip)
    if not features:
        problems.append(file_problem(text_of("readers.no_features"), "kept"))
    problems = [*document.problems, *problems, *result.problems]
    lost = document.parsed.lost
    return Read(result.frame, problems, len(rows) + lost, 0, NAME)


def _features(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _features(item)
    elif isinstance(value, dict) and isinstance(value.get("features"), list):
        yield from value["features"]
    else:
        yield value


def _cell(value: Any) -> str:
    """A property as a cell; a list of words is a set."""
    if isinstance(value, list) and all(isinstance(part, (str, int, float)) for part in value):
        return vocabulary.SEPARATOR.join(as_text(part) or "" for part in value)
    return as_text(value) or ""


def _parts(feature: Any, number: int) -> tuple[JsonDict, Any, list[Problem]]:
    """(properties, shapely geometry or None, what was said)."""
    problems: list[Problem] = []
    if not isinstance(feature, dict):
        feature = {}
    if str(feature.get("type")) in _GEOMETRIES:
        feature = {"type": "Feature", "geometry": feature, "properties": {}}
    properties = feature.get("properties")
    properties = dict(properties) if isinstance(properties, dict) else {}
    if "id" in feature and "id" not in properties:
        properties["id"] = feature["id"]
    raw = feature.get("geometry")
    geometry = None
    if raw:
        try:
            geometry = shape(raw)
        except Exception:  # shapely raises a different error for each way of being malformed
            message = text_of("readers.bad_geometry", row=number)
            problems.append(Problem(number, "geometry", str(raw)[:60], "kept", message))
    if geometry is not None and geometry.is_empty:
        geometry = None
    return properties, geometry, problems


def _crs(value: Any, name: str) -> str | None:
    """The declared CRS, None for WGS 84 in longitude, latitude order."""
    declared = value.get("crs") if isinstance(value, dict) else None
    if not isinstance(declared, dict):
        return None
    properties = declared.get("properties")
    text = properties.get("name") if isinstance(properties, dict) else None
    if text is None and declared.get("type") == "EPSG" and isinstance(properties, dict):
        text = f"EPSG:{properties.get('code')}"
    if not isinstance(text, str) or _WGS84.search(text):
        return None
    return text


def _points(geometries: list[Any], crs: str | None) -> tuple[np.ndarray, list[Problem]]:
    """Longitude and latitude of each geometry's point (NaN for none), and what was said."""
    problems: list[Problem] = []
    shapes = np.array(
        [None if g is None else shapely.force_2d(g) for g in geometries], dtype=object
    )
    if not len(shapes):
        return np.empty((0, 2)), problems
    points = np.array([_one_point(geometry) for geometry in shapes], dtype=object)
    areas = sum(1 for g in shapes if g is not None and g.geom_type != "Point")
    if areas:
        problems.append(file_problem(text_of("readers.shapes", n=areas), "guessed"))
    if crs:
        try:
            series = gpd.GeoSeries(points, crs=crs)
        except CRSError:
            raise UnreadableFile(text_of("readers.unknown_crs", crs=crs)) from None
        points = places.to_wgs84(series).to_numpy()
        problems.append(file_problem(text_of("readers.crs_changed", crs=crs), value=crs))
    missing = np.array([point is None or point.is_empty for point in points], dtype=bool)
    result = np.full((len(points), 2), np.nan)
    result[~missing, 0] = shapely.get_x(points[~missing])
    result[~missing, 1] = shapely.get_y(points[~missing])
    result[~np.isfinite(result).all(axis=1)] = np.nan
    return result, problems


def _one_point(geometry: Any) -> Any:
    """A point on the shape; the largest part of a collection decides."""
    if geometry is None or geometry.geom_type == "Point":
        return geometry
    try:
        if geometry.geom_type == "GeometryCollection":
            points = [part for part in geometry.geoms if part.geom_type == "Point"]
            return points[0] if points else geometry.representative_point()
        return geometry.representative_point()
    except shapely.errors.GEOSException:
        return geometry.centroid


READER = Reader(NAME, "GeoJSON", sniff, read)
