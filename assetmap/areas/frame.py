"""A frame of areas: what it holds, those chosen by a table of ids, a grid where there are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.fields import Problem
from assetmap.places import EARTH_RADIUS_M, WGS84
from assetmap.words import text

COLUMNS = ("id", "name", "population", "adults", "district", "lat", "lon", "geometry")


class AreasError(ValueError):
    """The file of areas cannot be read at all; the message is one plain sentence."""


_FULL = re.compile(r"\d{3}[0-9A-Z]{0,6}US(\d+)")
_GISJOIN = re.compile(r"G(\d\d)0(\d{3})0(\d{6,7})")


class OnlyIds(AreasError):
    """A table of ids and no shapes. rows: id, name, population, adults, district."""

    def __init__(self, message: str, rows: pd.DataFrame) -> None:
        super().__init__(message)
        self.rows = rows


class Selected(NamedTuple):
    """The areas that were named, and what is said of those that are not there."""

    areas: gpd.GeoDataFrame
    problems: list[Problem]


def plain_code(ident: str) -> str:
    """An id as tables of numbers write it: no national prefix, no leading zero lost or kept."""
    written = re.sub(r"\.0$", "", ident.strip())
    full, joined = _FULL.fullmatch(written), _GISJOIN.fullmatch(written)
    code = full[1] if full else "".join(joined.groups()) if joined else written
    return code.lstrip("0") if code.isdigit() else code


def select(areas: gpd.GeoDataFrame, rows: pd.DataFrame, name: str) -> Selected:
    """The areas whose ids stand in `rows`, in the order of the shapes.

    What the rows tell of an area (name, population, adults, district) counts before what the
    file of shapes tells. Raises AreasError where none of the ids is there.
    """
    asked = pd.Index([plain_code(ident) for ident in rows["id"]])
    codes = [plain_code(ident) for ident in areas["id"]]
    place = asked.get_indexer(pd.Index(codes))
    result = areas[place >= 0].reset_index(drop=True)
    if not len(result):
        raise AreasError(text("areas.none_of_ids", file=name, id=rows["id"].iat[0]))
    selected = rows.iloc[place[place >= 0]].reset_index(drop=True)
    for column in ("name", "population", "adults", "district"):
        given = (
            selected[column]
            if column != "name"
            else selected[column].where(selected["name"] != selected["id"])
        )
        result[column] = given.where(given.notna(), result[column])
    problems = []
    missing = _missing(rows["id"], asked, set(codes))
    if missing:
        shown = ", ".join(missing[:3])
        note = text("areas.ids_missing", file=name, n=len(missing), all=len(rows), ids=shown)
        problems.append(Problem(None, "id", shown, "kept", note, name))
    return Selected(result, problems)


def _missing(written: Iterable[str], asked: pd.Index, known: set[str]) -> list[str]:
    gone = ~np.isin(asked.to_numpy(object), list(known))
    return [str(ident) for ident, lost in zip(written, gone, strict=True) if lost]


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
