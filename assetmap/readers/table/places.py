"""Steps that make a table plain: where things are."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import numpy as np

from assetmap.readers.addresses import (
    STATES,
    CountryAddress,
    country_code,
    is_vague,
    read_address,
    restore_zip,
    split_address,
    state_code,
    timezone_of_place,
)
from assetmap.readers.source import ReadOptions, file_problem
from assetmap.readers.table.sheet import Sheet, distinct
from assetmap.words import text

_BETWEEN = re.compile(r"[,;]\s+|[;|]|,(?=\s*[-+]?\d+\.)|\s+(?=[-+]?\d+\.\d)")
_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_IN_BRACKETS = re.compile(rf"\(\s*({_NUMBER}\.?\d*)°?\s*,\s*({_NUMBER})°?\s*\)")
_WELL_KNOWN = re.compile(
    rf"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})?\s*\)",
    re.IGNORECASE,
)
_PAIR = re.compile(r"([-+]?\d{1,2}\.\d+)°?\s*[,;]\s*([-+]?\d{1,3}\.\d+)°?")
_TOWN_AND_STATE = re.compile(
    r"(?P<town>[^\d,/]{2,40}),\s*(?P<state>[A-Za-z]{2}|[A-Za-z ]{4,20})\.?"
    r"(?:\s+(?P<zip>\d{5})(?:-\d{4})?)?"
)


# "Marion IL 62959": two capitals behind a town, without a comma.
_TOWN_STATE = re.compile(
    r"(?P<town>[^\d,/]{2,40}?)\s+(?P<state>[A-Z]{2})\.?(?:\s+(?P<zip>\d{5}))?(?:-\d{4})?"
)


class PlaceCell(NamedTuple):
    """Latitude, longitude and what else one cell of location says ("" where nothing)."""

    lat: str
    lon: str
    rest: str


def read_spot(cell: str) -> PlaceCell | None:
    """The point in a cell that holds one, and the text around it.

    "12 MAIN ST↵Town, ST 62901↵(37.72, -89.2)", "POINT (-89.2 37.72)", or a JSON object.
    """
    for pattern, swapped in ((_WELL_KNOWN, True), (_IN_BRACKETS, False)):
        match = pattern.search(cell)
        if match:
            lat, lon = (match[2], match[1]) if swapped else (match[1], match[2])
            rest = f"{cell[: match.start()]}\n{cell[match.end() :]}".strip(" \n\r\t,;")
            return PlaceCell(lat, lon, rest)
    if cell.lstrip().startswith("{"):
        return _json_spot(cell)
    pair = _PAIR.fullmatch(cell.strip())
    return PlaceCell(pair[1], pair[2], "") if pair else None


def _json_spot(cell: str) -> PlaceCell | None:
    try:
        value = json.loads(cell.replace("'", '"'))
    except ValueError:
        return None
    point = value.get("coordinates") if isinstance(value, dict) else None
    if isinstance(point, list) and len(point) >= 2:
        return PlaceCell(str(point[1]), str(point[0]), "")
    if isinstance(value, dict) and "latitude" in value and "longitude" in value:
        address = value.get("human_address")
        try:
            parts = json.loads(address) if isinstance(address, str) else address
        except ValueError:
            parts = None
        named = parts if isinstance(parts, dict) else {}
        line = ", ".join(str(named[k]) for k in ("address", "city", "state", "zip") if named.get(k))
        return PlaceCell(str(value["latitude"] or ""), str(value["longitude"] or ""), line)
    return None


def read_coordinates(sheet: Sheet) -> None:
    """ "37.9, -89.0" in one column, or a column of location that holds address and point."""
    _read_location(sheet)
    if "coordinates" not in sheet.fields:
        return
    both = sheet.take("coordinates")
    lat, lon = sheet.get("latitude").copy(), sheet.get("longitude").copy()
    for position in map(int, np.flatnonzero((both != "") & (lat == "") & (lon == ""))):
        spot = read_spot(both[position])
        pair = _BETWEEN.split(both[position].strip("()[] "))
        if spot is not None and spot.lat:
            lat[position], lon[position] = spot.lat, spot.lon
        elif len(pair) == 2:
            lat[position], lon[position] = pair[0].strip(), pair[1].strip()
        else:
            sheet.original[position][sheet.column_of("coordinates")] = both[position]
            sheet.say(position, "coordinates", both[position], "kept", text("readers.write_point"))
    sheet.fields["latitude"], sheet.fields["longitude"] = lat, lon


def _read_location(sheet: Sheet) -> None:
    """A column called location: a point, an address, or the name of a place."""
    if "location" not in sheet.fields:
        return
    column = sheet.column_of("location")
    cells = sheet.take("location")
    lat, lon = sheet.get("latitude").copy(), sheet.get("longitude").copy()
    address = sheet.get("address").copy()
    points = 0
    for position in map(int, np.flatnonzero(cells != "")):
        cell = cells[position]
        spot = read_spot(cell)
        if spot is not None:
            cell = spot.rest
            if spot.lat and not lat[position] and not lon[position]:
                lat[position], lon[position] = spot.lat, spot.lon
                points += 1
        line = re.sub(r"\s*[\r\n]+\s*", ", ", cell).strip(" ,")
        street = bool(re.match(r"\d+\S*\s+\S", line)) or split_address(line) is not None
        if line and street and not address[position]:
            address[position] = line
        elif line:
            # The name of the place, by which calendars are titled.
            sheet.original[position].setdefault("location", line)
    sheet.fields["latitude"], sheet.fields["longitude"] = lat, lon
    if (address != "").any():
        sheet.fields["address"] = address
        sheet.from_column.setdefault("address", column)
    if points:
        message = text("readers.point_in_location", n=points, column=column)
        sheet.problems.append(file_problem(message))


def read_addresses(sheet: Sheet, options: ReadOptions) -> None:
    """Addresses in one cell to their parts, states to two letters, ZIP codes with their zeros."""
    _split_addresses(sheet, options)
    if options.country == "US":
        _split_towns(sheet)
        region = sheet.get("region")
        codes, states = distinct(region, lambda name: state_code(name) if name else "")
        if "region" in sheet.fields:
            sheet.fields["region"] = np.array([*states, ""], dtype=object)[codes]
        _restore_zips(sheet)
    _read_countries(sheet, options)
    if "address" not in sheet.fields:
        return
    address, precision = sheet.get("address").copy(), sheet.get("location_precision").copy()
    codes, vague = distinct(address, is_vague)
    for position in map(int, np.flatnonzero(np.array([*vague, False])[codes])):
        sheet.original[position][sheet.column_of("address")] = address[position]
        note = text("readers.no_street")
        if sheet.get("latitude")[position] and not precision[position]:
            precision[position] = "area"
            note = text("readers.no_street_area")
        sheet.say(position, "address", address[position], "guessed", note)
        address[position] = ""
    sheet.fields["address"], sheet.fields["location_precision"] = address, precision


def _split_addresses(sheet: Sheet, options: ReadOptions) -> None:
    lines = sheet.get("address")
    if not len(lines):
        return
    names = ("city", "region", "postal_code", "country")
    city, region, postal, country = (sheet.get(name).copy() for name in names)
    home = options.country or "US"

    def parts_of(line: str) -> CountryAddress | None:
        if not line or ("," not in line and "\n" not in line and home != "US"):
            return None
        return read_address(line)

    codes, parts = distinct(lines, parts_of)
    address = lines.copy()
    count = 0
    for position in map(int, np.flatnonzero((city == "") & (postal == ""))):
        result = parts[codes[position]]
        if result is None or not result.city or region[position] not in ("", result.region):
            continue
        if country[position] and country_code(country[position]) != result.country:
            continue
        address[position], city[position] = result.street, result.city
        region[position], postal[position] = result.region, result.postal_code
        if result.country != home:
            country[position] = result.country
        count += 1
    if count:
        sheet.fields |= {"address": address, "city": city, "region": region, "postal_code": postal}
        if (country != "").any():
            sheet.fields["country"] = country
        sheet.problems.append(file_problem(text("readers.split_addresses", n=count)))


def _split_towns(sheet: Sheet) -> None:
    """ "Carbondale, IL 62901" in the column of towns."""
    if "city" not in sheet.fields:
        return
    city, region = sheet.fields["city"].copy(), sheet.get("region").copy()
    postal = sheet.get("postal_code").copy()
    for position in map(int, np.flatnonzero(city != "")):
        cell = city[position]
        match = _TOWN_AND_STATE.fullmatch(cell) or _TOWN_STATE.fullmatch(cell)
        state = state_code(match["state"]) if match else ""
        if match and state in STATES.values() and region[position] in ("", state):
            city[position], region[position] = match["town"].strip(), state
            postal[position] = postal[position] or match["zip"] or ""
    sheet.fields["city"] = city
    for name, column in (("region", region), ("postal_code", postal)):
        if (column != "").any():
            sheet.fields[name] = column


def _read_countries(sheet: Sheet, options: ReadOptions) -> None:
    """Countries as two letters, and the time zone of rows abroad where their place leaves one."""
    if "country" not in sheet.fields:
        return
    country, zone = sheet.fields["country"].copy(), sheet.get("timezone").copy()
    region, postal = sheet.get("region"), sheet.get("postal_code")
    for position in map(int, np.flatnonzero(country != "")):
        code = country_code(country[position])
        if code is None:
            continue
        country[position] = code
        if code != options.country and not zone[position]:
            zone[position] = timezone_of_place(code, region[position], postal[position]) or ""
            if not zone[position]:
                note = text("readers.no_zone", country=code)
                sheet.say(position, "timezone", "", "kept", note)
    sheet.fields["country"] = country
    if (zone != "").any():
        sheet.fields["timezone"] = zone


def _restore_zips(sheet: Sheet) -> None:
    if "postal_code" not in sheet.fields:
        return
    postal, region, country = sheet.fields["postal_code"], sheet.get("region"), sheet.get("country")
    pairs = np.array(
        [f"{code}\x1f{state}" for code, state in zip(postal, region, strict=True)], object
    )
    codes, problems = distinct(pairs, lambda pair: restore_zip(*pair.split("\x1f")))
    restored = postal.copy()
    for position in map(
        int, np.flatnonzero(np.array([code is not None for code in [*problems, None]])[codes])
    ):
        if country[position].upper() not in ("", "US", "USA", "UNITED STATES", "U.S.A", "U.S.A."):
            continue
        restored[position] = problems[codes[position]]
        sheet.say(
            position,
            "postal_code",
            postal[position],
            "fixed",
            text("readers.written_as", value=restored[position]),
        )
    sheet.fields["postal_code"] = restored
