"""Census shapes cut to a community: tracts, towns, roads, water, in WGS 84.

Cartographic files come for a whole state (or the nation) and are cut by county code; a place has
no county and is cut by overlap; TIGER/Line roads and water come by county.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from assetmap.places import EARTH_RADIUS_M, WGS84, to_wgs84
from assetmap.sources.catalogue import NotFetched, shapefile_in
from assetmap.sources.counties import County
from assetmap.words import text

# Roads that are not drawn: tracks, walks, stairs, parking lots, paths for bicycles and horses.
NOT_DRAWN = frozenset(("S1500", "S1710", "S1720", "S1750", "S1780", "S1820", "S1830", "S2000"))
CLASSES = {"S1100": "highway", "S1200": "main", "S1630": "ramp"}
# Of several names of one road the route number says least to people who live on it.
_NAMED = {"M": 0, "": 1, "O": 1, "S": 2, "C": 2, "U": 3, "I": 0}
_CDP = "57"
# Generalised borders do not meet exactly, so that neighbours overlap a little.
_SLIVER = 0.02


def read_shapes(path: Path, where: str | None = None) -> gpd.GeoDataFrame:
    """The shapes of a zip file in WGS 84; `where` is an SQL condition on its columns.

    Raises NotFetched where it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            inner = shapefile_in(archive)
        # The braces: a kept download has no ending that tells what it is.
        frame = gpd.read_file(f"/vsizip/{{{path.resolve()}}}/{inner}", where=where)
    except Exception:  # GDAL raises many kinds; each means the same here
        raise NotFetched(text("sources.no_shapes", host=path.name)) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise NotFetched(text("sources.no_shapes", host=path.name))
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty].reset_index(drop=True)
    return frame.set_geometry(to_wgs84(frame.geometry))


def share_inside(path: Path, areas: gpd.GeoDataFrame) -> float | None:
    """The share of a zip file's shapes whose middle lies in `areas`, by their boxes.

    None where nothing tells: no shape, or coordinates that are not degrees.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            inner = shapefile_in(archive)
        _, (west, south, east, north) = pyogrio.read_bounds(f"/vsizip/{{{path.resolve()}}}/{inner}")
    except Exception:  # GDAL raises many kinds; what cannot be read is said where it is read
        return None
    if not len(west) or np.nanmax(np.abs(west)) > 180 or np.nanmax(np.abs(north)) > 90:
        return None
    points = shapely.points((west + east) / 2, (south + north) / 2)
    inside, _ = areas.sindex.query(points, predicate="intersects")
    return len(np.unique(inside)) / len(points)


def tracts(path: Path, counties: Sequence[County]) -> gpd.GeoDataFrame:
    """Tracts of the counties: id (GEOID), name, county (FIPS), geometry; by id."""
    state = counties[0].state_fips
    codes = ", ".join(f"'{county.fips[2:]}'" for county in counties)
    frame = read_shapes(path, f"STATEFP = '{state}' AND COUNTYFP IN ({codes})")
    out = gpd.GeoDataFrame(
        {
            "id": frame["GEOID"].astype("str"),
            "name": "Tract " + frame["NAME"].astype("str"),
            "county": frame["STATEFP"].astype("str") + frame["COUNTYFP"].astype("str"),
        },
        geometry=shapely.make_valid(frame.geometry.to_numpy()),
        crs=WGS84,
    )
    # Only water: nobody lives there, and the index of the Census leaves them out too.
    out = out[out["id"].str[5:7] != "99"]
    return out.sort_values("id").reset_index(drop=True)


def outline_of(areas: gpd.GeoDataFrame) -> shapely.Geometry:
    """The outer border of all areas, without slits between neighbours."""
    return shapely.union_all(areas.geometry.to_numpy(), grid_size=1e-6)


def square_metres(shapes: np.ndarray) -> np.ndarray:
    """Areas on the sphere, well enough to compare (an equirectangular plane at each latitude)."""
    metre = np.radians(1.0) * EARTH_RADIUS_M
    middle = shapely.get_y(shapely.centroid(shapes))
    return np.asarray(shapely.area(shapes) * metre**2 * np.cos(np.radians(middle)))


def towns(
    frame: gpd.GeoDataFrame, outline: shapely.Geometry, kind: str | None = None
) -> gpd.GeoDataFrame:
    """Places that lie in the outline, cut to it: name, kind, lat, lon (a point inside), geometry.

    `kind` for all, else city, town or village by the place's legal name, `place` for a CDP.
    """
    whole = shapely.make_valid(frame.geometry.to_numpy())
    inside = shapely.make_valid(shapely.intersection(whole, outline))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(shapely.area(whole) > 0, shapely.area(inside) / shapely.area(whole), 0.0)
    keep = part > _SLIVER
    frame, inside = frame[keep].reset_index(drop=True), inside[keep]
    points = shapely.point_on_surface(inside)
    kinds = [kind] * len(frame)
    if kind is None:
        legal = frame["NAMELSAD"] if "NAMELSAD" in frame else frame["NAME"]
        lsad = frame["LSAD"] if "LSAD" in frame else pd.Series("", index=frame.index)
        kinds = [_town_kind(str(item), str(code)) for item, code in zip(legal, lsad, strict=True)]
    out = gpd.GeoDataFrame(
        {
            "name": frame["NAME"].astype("str"),
            "kind": kinds,
            "lat": np.round(shapely.get_y(points), 5),
            "lon": np.round(shapely.get_x(points), 5),
            "size": square_metres(inside),
        },
        geometry=inside,
        crs=WGS84,
    )
    out = out.sort_values(["name", "size"], ascending=[True, False])
    return out.reset_index(drop=True)


def _town_kind(legal: str, lsad: str) -> str:
    if lsad == _CDP or legal.endswith(" CDP"):
        return "place"
    last = legal.rpartition(" ")[2].lower()
    return last if last in ("city", "town", "village") else "town"


def districts(
    areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None, parts: gpd.GeoDataFrame | None
) -> list[str]:
    """What people call the part of the county that an area lies in.

    The town that covers at least half of it, else the county subdivision that covers most of it;
    "" where neither is known.
    """
    result = [""] * len(areas)
    for frame, least in ((parts, 0.0), (places, 0.5)):
        if frame is None or not len(frame):
            continue
        area, other = frame.sindex.query(areas.geometry, predicate="intersects")
        shapes = areas.geometry.to_numpy()
        shared = shapely.area(
            shapely.intersection(shapes[area], frame.geometry.to_numpy()[other])
        ) / np.maximum(shapely.area(shapes[area]), 1e-15)
        best: dict[int, float] = {}
        for row, name, share in zip(area, frame["name"].to_numpy()[other], shared, strict=True):
            if share > max(best.get(int(row), 0.0), least):
                best[int(row)] = float(share)
                result[int(row)] = str(name)
    return result


def roads(frame: gpd.GeoDataFrame, within: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Roads to draw: name, class (highway, main, local …), mtfcc, geometry.

    TIGER has one row per name of a road; each line is kept once, under the name people use.
    """
    frame = frame[~frame["MTFCC"].isin(NOT_DRAWN)]
    if within is not None:
        frame = frame.iloc[np.sort(frame.sindex.query(within, predicate="intersects"))]
    kind = frame["RTTYP"].fillna("") if "RTTYP" in frame else pd.Series("", index=frame.index)
    order = pd.DataFrame(
        {
            "line": shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy())),
            "rank": kind.map(_NAMED).fillna(1).to_numpy(),
            "blank": frame["FULLNAME"].fillna("").eq("").to_numpy(),
            "position": np.arange(len(frame)),
        }
    )
    order = order.sort_values(["blank", "rank", "position"]).drop_duplicates("line")
    frame = frame.iloc[np.sort(order["position"].to_numpy())]
    return gpd.GeoDataFrame(
        {
            "name": frame["FULLNAME"].fillna("").astype("str").to_numpy(),
            "class": [CLASSES.get(code, "local") for code in frame["MTFCC"]],
            "mtfcc": frame["MTFCC"].astype("str").to_numpy(),
        },
        geometry=frame.geometry.to_numpy(),
        crs=WGS84,
    )


def water(frame: gpd.GeoDataFrame, within: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Water that is there all year (AWATER > 0): name, geometry."""
    wet = pd.to_numeric(frame["AWATER"], errors="coerce").fillna(0) > 0
    frame = frame[wet]
    if within is not None:
        frame = frame.iloc[np.sort(frame.sindex.query(within, predicate="intersects"))]
    names = frame["FULLNAME"].fillna("") if "FULLNAME" in frame else ""
    table = pd.DataFrame({"name": names}, index=frame.index).astype("str")
    return gpd.GeoDataFrame(
        table.reset_index(drop=True), geometry=frame.geometry.to_numpy(), crs=WGS84
    )
