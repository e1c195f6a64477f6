"""Where things are: distances, projection, ZIP codes and place names, and which area a point is in.

The only module that projects. Coordinates are WGS 84 degrees everywhere else, and a distance is
the great circle on a sphere, which differs from the ellipsoid by up to 0.5% and knows no roads,
rivers or mountains.

vocabulary/zip_codes.csv was made of the package `zipcodes` (MIT licence, Sean Pianka), which takes
a second and 150 MB to unpack what is needed of it here. A line becomes a `ZipCode` when it is
asked for; tests/test_zip_codes.py compares the file with the package.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.words import text as text_of

EARTH_RADIUS_M = 6_371_008.8
WGS84 = "EPSG:4326"
ZIP_CODES_FILE = Path(__file__).with_name("vocabulary") / "zip_codes.csv"
METRES_IN = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "ft": 0.3048}

_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(m|km|mi|miles?|ft)\s*", re.IGNORECASE)
_PAIR = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*[,; ]\s*([+-]?\d+(?:\.\d+)?)\s*")
_ZIP = re.compile(r"(?<!\d)(\d{5})(?:-\d{4})?(?!\d)")
_CITY_STATE = re.compile(r"\s*(.+?)[,\s]+([A-Za-z]{2})\.?\s*")
_BLANKS = str.maketrans(dict.fromkeys(".,'’-", " "))
_COMPASS = (
    "north",
    "north_east",
    "east",
    "south_east",
    "south",
    "south_west",
    "west",
    "north_west",
)


class Place(NamedTuple):
    """A named point: WGS 84 degrees; `kind` is city, town, zip, point …"""

    name: str
    lat: float
    lon: float
    kind: str = "point"


def near_most(away: np.ndarray, times: float, least: float) -> np.ndarray:
    """Which of the distances `away`, in any unit, are no odd ones out: at most `times` the one
    within which three quarters lie, that taken as `least` at the least."""
    return away <= times * max(float(np.quantile(away, 0.75)), least)


def distance_m(
    lat1: np.ndarray | float,
    lon1: np.ndarray | float,
    lat2: np.ndarray | float,
    lon2: np.ndarray | float,
) -> np.ndarray:
    """Great-circle metres between WGS 84 degrees (haversine); arrays broadcast, NaN stays NaN."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_phi = (phi2 - phi1) / 2
    half_lambda = np.radians(np.subtract(lon2, lon1)) / 2
    a = np.sin(half_phi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(a, 1.0)))


def direction(lat1: float, lon1: float, lat2: float, lon2: float) -> str:
    """The compass word from point 1 to point 2, one of eight (`north`, `north_east`, …)."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    change = np.radians(lon2 - lon1)
    east = np.sin(change) * np.cos(phi2)
    north = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(change)
    return _COMPASS[round(float(np.degrees(np.arctan2(east, north))) % 360 / 45) % 8]


def metres(text: str) -> float:
    """`30km`, `10 mi` or `500m` as metres. Raises ValueError with a sentence."""
    match = _LENGTH.fullmatch(text)
    if not match:
        raise ValueError(text_of("search.no_length", value=text))
    unit = match[2].lower()
    return float(match[1]) * METRES_IN["mi" if unit.startswith("mile") else unit]


def to_wgs84(geometries: gpd.GeoSeries) -> gpd.GeoSeries:
    """The geometries in WGS 84; ones without a CRS are taken to be in it already."""
    if geometries.crs is None:
        return geometries.set_crs(WGS84)
    return geometries.to_crs(WGS84)


def join_areas(lat: np.ndarray, lon: np.ndarray, areas: gpd.GeoDataFrame) -> np.ndarray:
    """The `id` of the area each point lies in (object array; None outside all areas)."""
    values = np.full(len(lat), None, dtype=object)
    good = np.isfinite(lat) & np.isfinite(lon)
    points = shapely.points(np.asarray(lon)[good], np.asarray(lat)[good])
    which, area = areas.sindex.query(points, predicate="intersects")
    rows = np.flatnonzero(good)
    # A point on a shared border belongs to the first area, so that it is counted once.
    for row, position in zip(which[::-1], area[::-1], strict=True):
        values[rows[row]] = areas["id"].iat[position]
    return values


def hexagons(
    lat: Sequence[float] | np.ndarray, lon: Sequence[float] | np.ndarray, cells: int = 60
) -> gpd.GeoDataFrame:
    """A grid of some `cells` regular hexagons over points: id, name, geometry, lat and lon.

    Only for extents that do not cross the 180th meridian. Raises ValueError without any point.
    """
    all_lat, all_lon = np.asarray(lat, float), np.asarray(lon, float)
    good = np.isfinite(all_lat) & np.isfinite(all_lon)
    if not good.any():
        raise ValueError(text_of("areas.no_grid"))
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
    return grid


def fold(text: str) -> str:
    """Text for comparing names: no accents, no case, single spaces."""
    plain = text
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(plain.translate(_BLANKS).split()).casefold()


class ZipCode(NamedTuple):
    """A ZIP code as the list has it.

    `towns` are the names the post accepts, the first of them its own; `county` and `timezone` may
    be ""; `lat` and `lon` are degrees, None where the list has no point. `military` ones are post
    offices of the forces: no town anyone lives in.
    """

    code: str
    state: str
    towns: tuple[str, ...]
    county: str
    timezone: str
    lat: float | None
    lon: float | None
    military: bool


def zip_code(code: str) -> ZipCode | None:
    """The ZIP code of five digits; None where there is none such."""
    line = _zip_lines().get(code)
    return _zip_code_of(line) if line is not None else None


def timezone_of_zip(code: str) -> str:
    """The time zone of a ZIP code, "" where it is not known."""
    line = _zip_lines().get(code)
    return line.split(",")[4] if line is not None else ""


def zip_codes(state: str = "") -> Iterator[ZipCode]:
    """All of them, or those of a state (two letters), by code."""
    lines = _zip_lines_by_state().get(state, []) if state else _zip_lines().values()
    return map(_zip_code_of, lines)


@cache
def _zip_lines() -> dict[str, str]:
    lines = ZIP_CODES_FILE.read_text(encoding="utf-8").splitlines()[1:]
    return {line[:5]: line for line in lines}


@cache
def _zip_lines_by_state() -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for line in _zip_lines().values():
        result.setdefault(line[6:8], []).append(line)
    return result


def _zip_code_of(line: str) -> ZipCode:
    code, state, towns, county, timezone, lat, lon, military = line.split(",")
    return ZipCode(
        code,
        state,
        tuple(towns.split("|")) if towns else (),
        county,
        timezone,
        float(lat) if lat else None,
        float(lon) if lon else None,
        military == "yes",
    )


def _of_zip(code: str) -> Place | None:
    """A US ZIP code as a place, named by its town."""
    result = zip_code(code)
    if result is None or result.lat is None or result.lon is None:
        return None
    return Place(f"{result.towns[0]}, {result.state}", result.lat, result.lon, "zip")


@cache
def _cities(state: str) -> dict[str, Place]:
    """Cities of a US state by folded name, at the mean of their ZIP codes."""
    members: dict[str, tuple[str, list[tuple[float, float]]]] = {}
    for result in zip_codes(state) if state else ():
        if result.lat is not None and result.lon is not None and not result.military:
            name = result.towns[0]
            members.setdefault(fold(name), (name, []))[1].append((result.lat, result.lon))
    return {
        folded: Place(
            f"{name}, {state}",
            round(sum(lat for lat, _ in points) / len(points), 4),
            round(sum(lon for _, lon in points) / len(points), 4),
            "city",
        )
        for folded, (name, points) in members.items()
    }


def _all_cities() -> list[Place]:
    states = dict.fromkeys(result.state for result in zip_codes())
    return [city for state in states for city in _cities(state).values()]


class Gazetteer:
    """Place names to points, without a network: the community's own list, then US ZIP codes.

    The community's own places win, because people know them by those names.
    """

    def __init__(self, places: Iterable[Place] = (), country: str = "US", region: str = "") -> None:
        self.places = tuple(places)
        self.country = country
        self.region = region
        self._own: dict[str, Place] = {}
        for place in self.places:
            self._own.setdefault(fold(place.name), place)

    def find(self, text: str) -> Place | None:
        """The place `text` names: a point, ZIP, town, `City, ST` or an address ending in one.

        None when nothing is known by that name.
        """
        text = text.strip()
        pair = _PAIR.fullmatch(text)
        if pair:
            lat, lon = float(pair[1]), float(pair[2])
            if abs(lat) <= 90 and abs(lon) <= 180:
                return Place(text, lat, lon, "point")
            return None
        whole = self._named(text)
        if whole:
            return whole
        for code in reversed(_ZIP.findall(text)):
            result = self._zip(code)
            if result:
                return result
        parts = [part.strip() for part in text.split(",") if part.strip()]
        for start in range(1, len(parts)):
            result = self._named(", ".join(parts[start:]))
            if result:
                return result
        return self._ending(text)

    def town(
        self, city: str | None, region: str | None = None, postal_code: str | None = None
    ) -> Place | None:
        """The point that stands for a whole town, from its name or from the town of a ZIP."""
        if city:
            result = self._named(f"{city}, {region}" if region else city)
            if result:
                return result
        place = self._zip(postal_code[:5]) if postal_code else None
        if place is None:
            return None
        return self._named(place.name) or place

    def nearest_town(self, lat: float, lon: float) -> Place | None:
        """The nearest of the community's own towns, else the nearest US city."""
        towns, lats, lons = self._towns
        if not towns:
            return None
        return towns[int(np.argmin(distance_m(lats, lons, lat, lon)))]

    @cached_property
    def _towns(self) -> tuple[list[Place], np.ndarray, np.ndarray]:
        towns = [place for place in self.places if place.kind in ("city", "town", "village")]
        if not towns and self.country == "US":
            towns = _all_cities()
        return (
            towns,
            np.array([town.lat for town in towns]),
            np.array([town.lon for town in towns]),
        )

    def _zip(self, code: str) -> Place | None:
        own = self._own.get(code)
        if own or self.country != "US":
            return own
        return _of_zip(code)

    def _named(self, text: str) -> Place | None:
        own = self._own.get(fold(text))
        if own:
            return own
        if re.fullmatch(r"\d{5}(-\d{4})?", text):
            return self._zip(text[:5])
        with_state = _CITY_STATE.fullmatch(text)
        name, region = (with_state[1], with_state[2]) if with_state else ("", "")
        own = self._own.get(fold(name)) if name else None
        if own and (not self.region or fold(region) == fold(self.region)):
            return own
        if self.country != "US":
            return None
        if name:
            return _cities(region.upper()).get(fold(name))
        # A bare town name is only looked for in the community's own state: there is a
        # Springfield in most of them, and a wrong one is worse than none.
        return _cities(self.region.upper()).get(fold(text)) if self.region else None

    def _ending(self, text: str) -> Place | None:
        """A town's name at the end of an address typed without commas."""
        folded = fold(text)
        endings = [name for name in self._own if folded.endswith(" " + name)]
        return self._own[max(endings, key=len)] if endings else None


def extent_of(areas: gpd.GeoDataFrame | None) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the areas in degrees; None without areas."""
    if areas is None or not len(areas):
        return None
    west, south, east, north = (float(edge) for edge in areas.total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        # Areas given as points only.
        west, east = float(areas["lon"].min()), float(areas["lon"].max())
        south, north = float(areas["lat"].min()), float(areas["lat"].max())
    return (west, south, east, north) if np.isfinite([west, south]).all() else None


def latitudes(points: gpd.GeoSeries | pd.Series) -> np.ndarray:
    """Latitudes of points, NaN where there is none."""
    return shapely.get_y(np.asarray(points.array, dtype=object))


def longitudes(points: gpd.GeoSeries | pd.Series) -> np.ndarray:
    """Longitudes of points, NaN where there is none."""
    return shapely.get_x(np.asarray(points.array, dtype=object))


def timezone_of(frame: pd.DataFrame) -> str:
    """The IANA time zone most rows of plain columns lie in, by ZIP code, town or point.

    Rows that name their own zone decide only where most do: one online meeting of another coast
    says nothing of its neighbors. UTC when nothing tells.
    """
    column = frame.get("timezone", pd.Series(dtype=object))
    named = [zone for zone in column if _is_text(zone)]
    votes = [
        zone
        for code in frame.get("postal_code", pd.Series(dtype=object)).dropna().head(500)
        if (zone := timezone_of_zip(str(code)[:5].zfill(5)))
    ]
    if named and (2 * len(named) > len(frame) or len(frame) == 1):
        return str(pd.Series(named).mode().iat[0])
    if not votes and "latitude" in frame and "longitude" in frame:
        lat = pd.to_numeric(frame["latitude"], errors="coerce").median()
        lon = pd.to_numeric(frame["longitude"], errors="coerce").median()
        if np.isfinite(lat) and np.isfinite(lon):
            near = _nearest_zip(float(lat), float(lon), 100_000)
            if near is not None:
                votes.append(near.timezone)
    return str(pd.Series(votes).mode().iat[0]) if votes else "UTC"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _nearest_zip(lat: float, lon: float, within_m: float) -> ZipCode | None:
    """The ZIP code nearest to a point, of those with a time zone."""
    known = [result for result in zip_codes() if result.lat is not None and result.timezone]
    lats = np.array([result.lat for result in known], dtype=float)
    lons = np.array([result.lon for result in known], dtype=float)
    gaps = distance_m(lats, lons, lat, lon)
    nearest = int(np.argmin(gaps))
    return known[nearest] if gaps[nearest] < within_m else None


class Plane(NamedTuple):
    """A piece of the earth that is `width` × `height` units large.

    across, down: units a degree of longitude and of latitude, at its middle latitude.
    """

    west: float
    north: float
    across: float
    down: float
    width: float
    height: float

    def flat(self, points: np.ndarray) -> np.ndarray:
        """Points (longitude, latitude in degrees; shape (n, 2)) as x, y from its upper left."""
        x = (points[:, 0] - self.west) * self.across
        return np.column_stack((x, (self.north - points[:, 1]) * self.down))


def plane_of(bounds: tuple[float, float, float, float], width: float, most_height: float) -> Plane:
    """The largest plane for `bounds` (west, south, east, north) in `width` × `most_height`."""
    west, south, east, north = bounds
    stretch = max(float(np.cos(np.radians((south + north) / 2))), 0.01)
    wide, high = max((east - west) * stretch, 1e-9), max(north - south, 1e-9)
    scale = min(width / wide, most_height / high)
    return Plane(west, north, stretch * scale, scale, wide * scale, high * scale)
