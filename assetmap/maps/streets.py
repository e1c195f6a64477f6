"""A community's own streets as light tiles, for the map without any other host.

The base map carries the wide roads; all others are cut into tiles of one zoom level and asked for
only when somebody looks closely. Lines are simplified to about 2 m, or more where a tile would
weigh over `MOST_BYTES` compressed, so that a whole city stays readable on a slow phone.
"""

from __future__ import annotations

import gzip
import json
import math
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

ZOOM = 13  # the one level of tiles; some 4 km wide in the middle of the United States
MOST_BYTES = 60_000  # of a tile, compressed
SCALE = 1e5  # coordinates are whole numbers of 1e-5 degrees (1.1 m)
TOLERANCE = 2e-5
WIDE = frozenset(("motorway", "trunk", "primary", "interstate", "highway"))
MAIN = frozenset(("secondary", "main", "ramp", "state"))


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
