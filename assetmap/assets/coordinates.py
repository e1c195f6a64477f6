"""Coordinates as people write them: decimals, decimal commas, degrees-minutes-seconds, swapped."""

from __future__ import annotations

import re
from typing import NamedTuple

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


def degrees(text: str) -> tuple[float, bool] | None:
    """Degrees in `text`, and whether they were written otherwise than as plain decimals.

    None when it is no coordinate.
    """
    text = text.strip()
    try:
        return _finite(float(text)), False
    except (ValueError, OverflowError):
        pass
    found = _DECIMAL.fullmatch(text)
    if found:
        value = float(found[2].replace(",", "."))
        return _signed(value, found[1] or found[3], found[2]), True
    found = _DMS.fullmatch(text)
    if not found:
        return None
    minutes = float(found[3].replace(",", "."))
    seconds = float((found[4] or "0").replace(",", "."))
    if minutes >= 60 or seconds >= 60:
        return None
    value = abs(float(found[2])) + minutes / 60 + seconds / 3600
    return _signed(value, found[1] or found[5], found[2]), True


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
    lat_found, lon_found = degrees(lat_text), degrees(lon_text)
    if lat_found is None or lon_found is None:
        return Repair(
            None, None, "kept", "not a pair of coordinates; write them like 37.9012 and -89.0441"
        )
    (lat, lat_odd), (lon, lon_odd) = lat_found, lon_found
    if _EAST_WEST.search(lat_text) and _NORTH_SOUTH.search(lon_text):
        lat, lon = lon, lat
        if abs(lat) <= 90 and abs(lon) <= 180:
            note = f"latitude and longitude were swapped; now {lat:.6f}, {lon:.6f}"
            return Repair(lat, lon, "fixed", note)
    if (lat == 0 or lon == 0) and not _fits(lat, lon, extent):
        return Repair(None, None, "kept", "zero, which says nothing; left off the map")
    if _fits(lat, lon, extent):
        if lat_odd or lon_odd:
            return Repair(lat, lon, "fixed", f"read as {lat:.6f}, {lon:.6f}")
        return Repair(lat, lon)
    for new_lat, new_lon, what in (
        (lon, lat, "latitude and longitude were swapped"),
        (lat, -lon, "the longitude had lost its minus sign"),
        (-lat, lon, "the latitude had the wrong sign"),
        (lon, -lat, "latitude and longitude were swapped, without sign"),
    ):
        if extent is not None and _fits(new_lat, new_lon, extent):
            return Repair(new_lat, new_lon, "fixed", f"{what}; now {new_lat:.6f}, {new_lon:.6f}")
    if extent is None and country == "US" and 15 < lon < 60 < abs(lat) <= 90:
        # Nothing of the country lies so far north or south and east of Greenwich.
        lat, lon = lon, -abs(lat)
        return Repair(
            lat, lon, "fixed", f"latitude and longitude were swapped; now {lat:.6f}, {lon:.6f}"
        )
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lon) <= 90:
        lat, lon = lon, lat
        if extent is None and country == "US" and lon > 0:
            lon = -lon
        return Repair(
            lat, lon, "fixed", f"latitude and longitude were swapped; now {lat:.6f}, {lon:.6f}"
        )
    if abs(lat) > 90 or abs(lon) > 180:
        return Repair(None, None, "kept", "outside the world; left off the map")
    if extent is None and country == "US" and 60 < lon <= 180 and 15 < lat < 72:
        # Sure only within a community whose extent is known.
        note = f"the longitude had lost its minus sign; now {lat:.6f}, {-lon:.6f}"
        return Repair(lat, -lon, "guessed", note)
    if lat_odd or lon_odd:
        return Repair(lat, lon, "fixed", f"read as {lat:.6f}, {lon:.6f}")
    return Repair(lat, lon)


def _fits(lat: float, lon: float, extent: Extent | None) -> bool:
    if abs(lat) > 90 or abs(lon) > 180 or extent is None:
        return False
    west, south, east, north = extent
    return (
        south - NEAR_DEGREES <= lat <= north + NEAR_DEGREES
        and west - NEAR_DEGREES <= lon <= east + NEAR_DEGREES
    )
