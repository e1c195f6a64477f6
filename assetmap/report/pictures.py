"""Maps as vectors drawn by ourselves: shapes on a flat sheet, hatched where undefined.

Distances are true along both axes at the middle of the areas (equirectangular), which a county
bears and a continent does not. No tiles, no other host.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from assetmap.gaps import Ground
from assetmap.places import plane_of

MARGIN = 0.02
HATCH_APART = 0.012  # of the picture's width
MOST_NAMES = 12
NAMED_KINDS = ("city", "town", "village", "")


class Shape(NamedTuple):
    """An area on the sheet: rings of points (x, y), its class, and hatch lines when undefined."""

    area: str
    rings: tuple[np.ndarray, ...]
    cls: int | None
    hatch: tuple[np.ndarray, ...]


class Picture(NamedTuple):
    """Shapes and names on a sheet of width × height (any unit, y downwards)."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    names: tuple[tuple[str, float, float], ...]


def draw(
    ground: Ground,
    classes: dict[str, int | None],
    width: float,
    most_height: float,
    places: pd.DataFrame | None = None,
) -> Picture | None:
    """The areas in a sheet at most `width` × `most_height`; None without any shape or point."""
    shapes = _shapes(ground)
    bounds = shapely.total_bounds([item for item in shapes if item is not None])
    if not np.isfinite(bounds).all():
        return None
    inner = 1 - 2 * MARGIN
    plane = plane_of(bounds, width * inner, most_height * inner)
    width, height = plane.width / inner, plane.height / inner

    edge = np.array([width * MARGIN, height * MARGIN])

    def flat(points: np.ndarray) -> np.ndarray:
        return plane.flat(points) + edge

    drawn = []
    for area, shape in zip(ground.ids, shapes, strict=True):
        if shape is None:
            continue
        sheet = shapely.transform(shape, flat)
        cls = classes.get(area)
        hatch = _hatch(sheet, width * HATCH_APART) if cls is None else ()
        drawn.append(Shape(str(area), _rings(sheet), cls, hatch))
    return Picture(width, height, tuple(drawn), _names(places, flat, bounds))


def _shapes(ground: Ground) -> list[shapely.Geometry | None]:
    """Polygons; areas given as points become small circles around them."""
    if "geometry" in ground.areas and ground.areas.geometry.notna().any():
        result = ground.areas.geometry.to_numpy()
        return [None if item is None or item.is_empty else item for item in result]
    good = np.isfinite(ground.lat) & np.isfinite(ground.lon)
    spread = max(np.ptp(ground.lat[good]), np.ptp(ground.lon[good])) if good.any() else 0
    size = (spread or 0.1) / 60
    both = zip(ground.lon, ground.lat, good, strict=True)
    return [shapely.Point(lon, lat).buffer(size, 8) if sure else None for lon, lat, sure in both]


def _rings(shape: shapely.Geometry) -> tuple[np.ndarray, ...]:
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            rings.append(np.asarray(ring.coords)[:, :2])
    return tuple(rings)


def _hatch(shape: shapely.Geometry, apart: float) -> tuple[np.ndarray, ...]:
    """Lines at 45° inside a shape."""
    left, top, right, bottom = shape.bounds
    reach = bottom - top
    # Starts on a grid of the sheet, so that neighbouring hatched areas share their lines.
    first = np.floor((left - bottom) / apart) * apart + bottom
    starts = np.arange(first - reach, right + apart, apart)
    lines = [shapely.LineString([(x, bottom), (x + reach, top)]) for x in starts]
    inside = shapely.intersection(np.array(lines, object), shape)
    parts = shapely.get_parts(inside[~shapely.is_empty(inside)])
    return tuple(np.asarray(part.coords)[:, :2] for part in parts if part.geom_type == "LineString")


def _names(
    places: pd.DataFrame | None, flat: object, bounds: np.ndarray
) -> tuple[tuple[str, float, float], ...]:
    """Names of cities and towns that lie on the sheet, in the order of the file."""
    if places is None or not len(places) or not {"name", "lat", "lon"} <= set(places):
        return ()
    west, south, east, north = bounds
    kinds = places["kind"].fillna("") if "kind" in places else pd.Series("", places.index)
    lat, lon = places["lat"].astype(float), places["lon"].astype(float)
    shown = kinds.isin(NAMED_KINDS) & lat.between(south, north) & lon.between(west, east)
    result = places[shown].head(MOST_NAMES)
    if not len(result):
        return ()
    points = flat(result[["lon", "lat"]].to_numpy(float))  # type: ignore[operator]
    return tuple(
        (str(name), float(x), float(y)) for name, (x, y) in zip(result["name"], points, strict=True)
    )
