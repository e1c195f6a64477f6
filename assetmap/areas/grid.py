"""A grid of hexagons, for a community that has no areas yet."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.areas.frame import COLUMNS, AreasError
from assetmap.places import EARTH_RADIUS_M, WGS84
from assetmap.words import text


def hexagons(
    lat: Sequence[float] | np.ndarray, lon: Sequence[float] | np.ndarray, cells: int = 60
) -> gpd.GeoDataFrame:
    """A grid of some `cells` regular hexagons over points, for a community without areas.

    Populations are not known: who can reach what can be counted, not for how many people. Only
    for extents that do not cross the 180th meridian. Raises AreasError without any point.
    """
    all_lat, all_lon = np.asarray(lat, float), np.asarray(lon, float)
    good = np.isfinite(all_lat) & np.isfinite(all_lon)
    if not good.any():
        raise AreasError(text("areas.no_grid"))
    south, north = all_lat[good].min(), all_lat[good].max()
    west, east = all_lon[good].min(), all_lon[good].max()
    middle = float((south + north) / 2)
    metre = np.degrees(1 / EARTH_RADIUS_M)  # degrees of latitude in a metre
    stretch = 1 / max(np.cos(np.radians(middle)), 0.01)
    width = max((east - west) / stretch / metre, 2000.0)
    height = max((north - south) / metre, 2000.0)
    side = float(np.sqrt(width * height / cells / (1.5 * np.sqrt(3))))
    columns, rows = int(width / (1.5 * side)) + 2, int(height / (np.sqrt(3) * side)) + 2
    corners = np.exp(1j * np.pi / 3 * np.arange(6))
    shapes, ids = [], []
    for column in range(columns):
        for row in range(rows):
            x = column * 1.5 * side
            y = (row + column % 2 / 2) * np.sqrt(3) * side
            ring = x + 1j * y + side * corners
            shapes.append(
                shapely.Polygon(
                    np.column_stack(
                        (
                            west + ring.real * metre * stretch,
                            south + ring.imag * metre,
                        )
                    )
                )
            )
            ids.append(f"cell-{column + 1}-{row + 1}")
    grid = gpd.GeoDataFrame({"id": ids, "name": ids}, geometry=shapes, crs=WGS84)
    centre = shapely.centroid(grid.geometry.to_numpy())
    grid["lat"], grid["lon"] = shapely.get_y(centre), shapely.get_x(centre)
    grid["population"] = grid["adults"] = np.nan
    grid["district"] = pd.Series(np.nan, grid.index, dtype="str")
    return grid[list(COLUMNS)]
