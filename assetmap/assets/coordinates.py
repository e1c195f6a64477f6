"""Coordinates as people write them: decimals, decimal commas, degrees-minutes-seconds, swapped."""

from __future__ import annotations

import re
from typing import NamedTuple

from assetmap.words import Text, text

_DECIMAL = re.compile(r"([NSEWO]?)\s*([+-]?\d{1,3}(?:[.,]\d*)?)\s*°?\s*([NSEWO]?)", re.IGNORECASE)
_DMS = re.compile(
    r"([NSEWO]?)\s*([+-]?\d{1,3})\s*[°d:\s]\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:['’′m:\s]\s*"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"”″s]|'')?\s*)?)?([NSEWO]?)",
    re.IGNORECASE,
)
_EAST_WEST = re.compile(r"[EWO]", re.IGNORECASE)
_NORTH_SOUTH = re.compile(r"[NS]", re.IGNORECASE)
# A point this many degrees from the community still belongs to it (about 110 km).
NEAR_DEGREES = 1.0

Extent = tuple[float, float, float, float]


class Repair(NamedTuple):
    """A point in WGS 84 degrees, or none, and what was done to get it.

    `severity` is "" when nothing was, else fixed, guessed or kept; `note` finishes the sentence
    "Row 3: … is …;".
    """

    lat: float | None
    lon: float | None
    severity: str = ""
    note: str = ""


def degrees(cell: str) -> tuple[float, bool] | None:
    """Degrees in `cell`, and whether they were written otherwise than as plain decimals.

    None when it is no coordinate.
    """
    cell = cell.strip()
    try:
        return _finite(float(cell)), False
    except (ValueError, OverflowError):
        pass
    match = _DECIMAL.fullmatch(cell)
    if match:
        value = float(match[2].replace(",", "."))
        return _signed(value, match[1] or match[3], match[2]), True
    match = _DMS.fullmatch(cell)
    if not match:
        return None
    minutes = float(match[3].replace(",", "."))
    seconds = float((match[4] or "0").replace(",", "."))
    if minutes >= 60 or seconds >= 60:
        return None
    value = abs(float(match[2])) + minutes / 60 + seconds / 3600
    return _signed(value, match[1] or match[5], match[2]), True


def _finite(value: float) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError
    return value


def _signed(value: float, letter: str, written: str) -> float:
    negative = written.startswith("-") or letter.upper() in ("S", "W", "O")
    return -abs(value) if negative else abs(value)


def repair(lat_text: str, lon_text: str, extent: Extent | None, country: str) -> Repair:
    """The point that a latitude and a longitude cell mean.

    `extent` (west, south, east, north) and `country` decide what swapped or unsigned numbers
    must be; without them only what cannot be otherwise is changed.
    """
    if not lat_text and not lon_text:
        return Repair(None, None)
    latitude, longitude = degrees(lat_text), degrees(lon_text)
    if latitude is None or longitude is None:
        return Repair(None, None, "kept", text("coordinates.no_pair"))
    (lat, lat_odd), (lon, lon_odd) = latitude, longitude
    if _EAST_WEST.search(lat_text) and _NORTH_SOUTH.search(lon_text):
        lat, lon = lon, lat
        if abs(lat) <= 90 and abs(lon) <= 180:
            return Repair(lat, lon, "fixed", _now("coordinates.swapped", lat, lon))
    if (lat == 0 or lon == 0) and not _fits(lat, lon, extent):
        return Repair(None, None, "kept", text("coordinates.zero"))
    if _fits(lat, lon, extent):
        if lat_odd or lon_odd:
            return Repair(lat, lon, "fixed", _now("coordinates.read_as", lat, lon))
        return Repair(lat, lon)
    for new_lat, new_lon, what in (
        (lon, lat, "coordinates.swapped"),
        (lat, -lon, "coordinates.lost_minus"),
        (-lat, lon, "coordinates.wrong_sign"),
        (lon, -lat, "coordinates.swapped_unsigned"),
    ):
        if extent is not None and _fits(new_lat, new_lon, extent):
            return Repair(new_lat, new_lon, "fixed", _now(what, new_lat, new_lon))
    if extent is None and country == "US" and 15 < lon < 60 < abs(lat) <= 90:
        # Nothing of the country lies so far north or south and east of Greenwich.
        lat, lon = lon, -abs(lat)
        return Repair(lat, lon, "fixed", _now("coordinates.swapped", lat, lon))
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lon) <= 90:
        lat, lon = lon, lat
        if extent is None and country == "US" and lon > 0:
            lon = -lon
        return Repair(lat, lon, "fixed", _now("coordinates.swapped", lat, lon))
    if abs(lat) > 90 or abs(lon) > 180:
        return Repair(None, None, "kept", text("coordinates.outside"))
    if extent is None and country == "US" and 60 < lon <= 180 and 15 < lat < 72:
        # Sure only within a community whose extent is known.
        return Repair(lat, -lon, "guessed", _now("coordinates.lost_minus", lat, -lon))
    if lat_odd or lon_odd:
        return Repair(lat, lon, "fixed", _now("coordinates.read_as", lat, lon))
    return Repair(lat, lon)


def _now(what: str, lat: float, lon: float) -> Text:
    return text(what, lat=f"{lat:.6f}", lon=f"{lon:.6f}")


def _fits(lat: float, lon: float, extent: Extent | None) -> bool:
    if abs(lat) > 90 or abs(lon) > 180 or extent is None:
        return False
    west, south, east, north = extent
    return (
        south - NEAR_DEGREES <= lat <= north + NEAR_DEGREES
        and west - NEAR_DEGREES <= lon <= east + NEAR_DEGREES
    )
