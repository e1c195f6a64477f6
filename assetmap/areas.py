"""Areas: the places people live in, with how many they are and the point that stands for them.

One GeoDataFrame in WGS 84: id · name · population · adults (NaN when not known) · district · lat,
lon (the population-weighted centroid where the file gives one, else a point inside the shape) ·
geometry (missing for areas given as points). They are read from the files people have: polygons
in any projection, or points; a table of ids chooses some of them. What a single point gets wrong:
everybody of a large area is taken to live at it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import affinity

from assetmap.fields import Problem
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.places import WGS84, to_wgs84
from assetmap.words import text

COLUMNS = ("id", "name", "population", "adults", "district", "lat", "lon", "geometry")
_FULL = re.compile(r"\d{3}[0-9A-Z]{0,6}US(\d+)")
_GISJOIN = re.compile(r"G(\d\d)0(\d{3})0(\d{6,7})")
MOST_BYTES = 200 * 2**20
_ALIASES = {
    "id": ("id", "area_id", "geoid", "geoid20", "geoid10", "fips", "area", "code", "tract",
           "geo_id", "geoidfq", "affgeoid", "gisjoin", "herop_id", "tractfips", "locationid"),
    "name": ("name", "namelsad", "namelsad20", "area_name", "label", "location"),
    "population": ("population", "pop", "e_totpop", "totpop", "total_population", "people",
                   "pop2020", "pop2010", "pop2000", "pop100"),
    "adults": ("adults", "adult_population", "pop18", "population_18"),
    "district": ("district", "survey_district", "region"),
    "lat": ("lat", "latitude", "intptlat", "intptlat20", "y"),
    "lon": ("lon", "lng", "long", "longitude", "intptlon", "intptlon20", "x"),
}  # fmt: skip
_OVERLAP = 0.01  # share of the smaller area above which an overlap is more than a ragged border


class AreasError(ValueError):
    """The file of areas cannot be read at all; the message is one plain sentence."""


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


def read_areas(
    data: bytes, name: str = "areas", population: str | None = None
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Areas from a GeoJSON, GeoPackage or zipped shapefile, or a CSV with id, lat and lon.

    `name` is the file's, for messages; `population` names its column when it is not the usual.
    Projected coordinates become WGS 84; broken polygons are repaired and reported. Raises
    AreasError.
    """
    raw = _read(data, name)
    if not len(raw):
        raise AreasError(text("areas.none", file=name))
    column = _columns(raw, name, population)
    problems: list[Problem] = []
    out = gpd.GeoDataFrame(index=pd.RangeIndex(len(raw)))
    out["id"] = _ids(raw, column["id"], name, problems).map(_geoid)
    for field in ("name", "district"):
        values = column[field]
        out[field] = _text(raw[values]) if values else pd.Series(np.nan, out.index, dtype="str")
    out["name"] = out["name"].fillna(out["id"])
    for field in ("population", "adults", "lat", "lon"):
        out[field] = _numbers(raw, column[field], field, out["id"], name, problems)
    shapes = raw.geometry.to_numpy() if isinstance(raw, gpd.GeoDataFrame) else None
    geometry, points = _shapes(shapes, out["id"], name, problems)
    given = out["lat"].notna() & out["lon"].notna()
    given &= (out["lat"].abs() <= 90) & (out["lon"].abs() <= 180)
    out["lat"] = out["lat"].where(given, points[:, 1])
    out["lon"] = out["lon"].where(given, points[:, 0])
    if not np.isfinite(out["lat"]).any():
        if out["id"].map(plain_code).str.fullmatch(r"\d{9,12}").any():
            rows = out[["id", "name", "population", "adults", "district"]]
            raise OnlyIds(text("areas.only_ids", file=name), pd.DataFrame(rows))
        raise AreasError(text("areas.no_points", file=name))
    out = out.set_geometry(gpd.GeoSeries(geometry, index=out.index, crs=WGS84))
    problems.extend(_overlaps(out, name))
    return out[list(COLUMNS)], problems


def _read(data: bytes, name: str) -> pd.DataFrame:
    if not data.strip():
        raise AreasError(text("areas.empty", file=name))
    if len(data) > MOST_BYTES:
        raise AreasError(text("areas.too_large", file=name, most=MOST_BYTES // 2**20))
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:400]
    if data.startswith(b"\x00\x00\x27\x0a") or name.lower().endswith((".dbf", ".shx", ".prj")):
        raise AreasError(text("areas.bare_shp", file=name))
    if b"<kml" in start.lower() or name.lower().endswith((".kml", ".kmz")):
        raise AreasError(text("areas.kml", file=name))
    if start.lower().startswith((b"<!doctype html", b"<html")):
        raise AreasError(text("areas.web_page", file=name))
    if start.startswith((b"PK", b"SQLite format 3", b"{", b"[")):
        if start.startswith(b"PK"):
            _check_zip(data, name)
        try:
            frame = gpd.read_file(io.BytesIO(data))
        except Exception as error:  # GDAL raises many kinds; each means the same here
            raise AreasError(text("areas.not_shapes", file=name)) from error
        if not isinstance(frame, gpd.GeoDataFrame):
            return frame
        edges = frame.total_bounds
        looks_projected = np.isfinite(edges).any() and np.nanmax(np.abs(edges)) > 400
        if looks_projected and (frame.crs is None or frame.crs.is_geographic):
            raise AreasError(
                text("areas.projected", file=name, x=f"{edges[0]:.0f}", y=f"{edges[1]:.0f}")
            )
        return frame.set_geometry(to_wgs84(frame.geometry))
    aliases = [alias for names in _ALIASES.values() for alias in names]
    try:
        frame, _ = open_frame(Source(name, data), aliases)
    except UnreadableFile as error:
        raise AreasError(error.args[0]) from error
    return frame.reset_index(drop=True)


def _check_zip(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(item.file_size for item in package.infolist())
            shapes = [
                item for item in package.namelist() if item.lower().endswith((".shp", ".gpkg"))
            ]
    except zipfile.BadZipFile as error:
        raise AreasError(text("areas.bad_zip", file=name)) from error
    if size > MOST_BYTES:
        raise AreasError(text("areas.unpacks", file=name, most=MOST_BYTES // 2**20))
    if not shapes:
        raise AreasError(text("areas.zip_no_shapes", file=name))


def _columns(raw: pd.DataFrame, name: str, population: str | None) -> dict[str, str | None]:
    plain = {re.sub(r"[^a-z0-9]+", "_", str(item).lower()).strip("_"): str(item) for item in raw}
    result = {
        field: next((plain[alias] for alias in aliases if alias in plain), None)
        for field, aliases in _ALIASES.items()
    }
    if population is not None:
        if population not in raw:
            raise AreasError(text("areas.no_population", file=name, column=population))
        result["population"] = population
    return result


def _text(values: pd.Series) -> pd.Series:
    written = values.reset_index(drop=True).astype("str").str.strip()
    return written.mask(written == "").str.replace(r"^(\d+)\.0$", r"\1", regex=True)


def _ids(raw: pd.DataFrame, column: str | None, name: str, problems: list[Problem]) -> pd.Series:
    ids = _text(raw[column]) if column else pd.Series(np.nan, range(len(raw)), dtype="str")
    for row in np.flatnonzero(ids.isna()):
        ids.iat[row] = f"area-{row + 1}"
        message = text("areas.no_id", row=row + 1, file=name, id=ids.iat[row])
        problems.append(Problem(int(row) + 1, "id", "", "guessed", message, name))
    again = ids[ids.duplicated()]
    if len(again):
        raise AreasError(text("areas.same_id", file=name, id=again.iat[0]))
    return ids


def _geoid(ident: str) -> str:
    """`1400000US37155960101` as 37155960101, which tables of numbers use."""
    match = re.fullmatch(r"\d{3}[0-9A-Z]{0,6}US(\d+)", ident)
    return match[1] if match else ident


def _numbers(
    raw: pd.DataFrame,
    column: str | None,
    field: str,
    ids: pd.Series,
    name: str,
    problems: list[Problem],
) -> pd.Series:
    if column is None:
        return pd.Series(np.nan, ids.index)
    values = raw[column].reset_index(drop=True)
    written = values.astype("str").str.strip().mask(values.isna(), "").fillna("")
    plain = written.str.replace(r"[,\s]", "", regex=True)
    numbers = pd.Series(pd.to_numeric(plain, errors="coerce").to_numpy(float), ids.index)
    numbers = numbers.where(np.isfinite(numbers))
    wrong = (written != "") & numbers.isna()
    if field in ("population", "adults"):
        wrong |= numbers < 0
        numbers = numbers.where(numbers >= 0)
    for row in np.flatnonzero(wrong):
        message = text(
            "areas.no_number",
            row=row + 1,
            file=name,
            field=field,
            id=ids.iat[row],
            value=written.iat[row],
        )
        problems.append(Problem(int(row) + 1, field, written.iat[row], "kept", message, name))
    return numbers


def _shapes(
    shapes: np.ndarray | None, ids: pd.Series, name: str, problems: list[Problem]
) -> tuple[list[shapely.Geometry | None], np.ndarray]:
    """Valid polygons (None for points and areas without a shape), and a point in each."""
    points = np.full((len(ids), 2), np.nan)
    out: list[shapely.Geometry | None] = [None] * len(ids)
    if shapes is None:
        return out, points

    def say(row: int, severity: str, note: str, **values: object) -> None:
        message = text(f"areas.shape_{note}", row=row + 1, file=name, id=ids.iat[row], **values)
        problems.append(Problem(row + 1, "geometry", "", severity, message, name))

    for row, shape in enumerate(shapes):
        if shape is None or shape.is_empty:
            say(row, "kept", "empty")
            continue
        if shape.geom_type in ("Point", "MultiPoint"):
            points[row] = shape.centroid.x, shape.centroid.y
            continue
        west, _, east, _ = shape.bounds
        wide = east - west > 180
        if wide:
            shape = shapely.transform(shape, _eastward)
        if not shape.is_valid:
            reason = shapely.is_valid_reason(shape).split("[")[0].lower()
            shape = shapely.make_valid(shape)
            say(row, "fixed", "broken", reason=reason)
        shape = _polygons(shape)
        if shape.is_empty:
            say(row, "kept", "no_polygon")
            continue
        inside = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
        points[row] = (inside.x + 180) % 360 - 180 if wide else inside.x, inside.y
        if wide:
            shape = _cut_at_180(shape)
            say(row, "fixed", "cut")
        out[row] = shape
    return out, points


def _eastward(coordinates: np.ndarray) -> np.ndarray:
    moved = coordinates.copy()
    moved[:, 0] = np.where(moved[:, 0] < 0, moved[:, 0] + 360, moved[:, 0])
    return moved


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without the points and lines that a repair may leave."""
    parts = [item for item in shapely.get_parts(shape) if item.geom_type.endswith("Polygon")]
    if len(parts) == 1:
        return parts[0]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _cut_at_180(shape: shapely.Geometry) -> shapely.Geometry:
    east = shape.intersection(shapely.box(0, -90, 180, 90))
    west = affinity.translate(shape.intersection(shapely.box(180, -90, 360, 90)), -360)
    parts = [*shapely.get_parts(east), *shapely.get_parts(west)]
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _overlaps(areas: gpd.GeoDataFrame, name: str) -> list[Problem]:
    result = []
    shapes = areas.geometry
    first, second = areas.sindex.query(shapes, predicate="intersects")
    for left, other in zip(first, second, strict=True):
        if left >= other or shapes.iat[left] is None or shapes.iat[other] is None:
            continue
        shared = shapely.intersection(shapes.iat[left], shapes.iat[other]).area
        if shared > _OVERLAP * min(shapes.iat[left].area, shapes.iat[other].area):
            ids = areas["id"]
            message = text("areas.overlap", file=name, first=ids.iat[left], other=ids.iat[other])
            row = int(other) + 1
            result.append(Problem(row, "geometry", "", "kept", message, name))
    return result
