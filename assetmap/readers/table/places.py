"""Steps that make a table plain: where things are."""

from __future__ import annotations

import re

import numpy as np

from assetmap.readers.addresses import is_vague, restore_zip, split_address, state_code
from assetmap.readers.source import Options, file_problem
from assetmap.readers.table.sheet import Sheet, distinct

_BETWEEN = re.compile(r"[,;]\s+|[;|]|,(?=\s*[-+]?\d+\.)|\s+(?=[-+]?\d+\.\d)")


def read_coordinates(sheet: Sheet) -> None:
    """ "37.9, -89.0" in one column."""
    if "coordinates" not in sheet.fields:
        return
    both = sheet.take("coordinates")
    lat, lon = sheet.get("latitude").copy(), sheet.get("longitude").copy()
    for at in map(int, np.flatnonzero((both != "") & (lat == "") & (lon == ""))):
        pair = re.split(
            r"[,;]\s+|[;|]|,(?=\s*[-+]?\d+\.)|\s+(?=[-+]?\d+\.\d)", both[at].strip("()[] ")
        )
        if len(pair) == 2:
            lat[at], lon[at] = pair[0].strip(), pair[1].strip()
        else:
            sheet.original[at][sheet.column_of("coordinates")] = both[at]
            sheet.say(at, "coordinates", both[at], "kept", "write it like 37.9012, -89.0441")
    sheet.fields["latitude"], sheet.fields["longitude"] = lat, lon


def read_addresses(sheet: Sheet, options: Options) -> None:
    """Addresses in one cell to their parts, states to two letters, ZIP codes with their zeros."""
    if options.country == "US":
        _split_addresses(sheet)
        region = sheet.get("region")
        codes, states = distinct(region, lambda text: state_code(text) if text else "")
        if "region" in sheet.fields:
            sheet.fields["region"] = np.array([*states, ""], dtype=object)[codes]
        _restore_zips(sheet)
    if "address" not in sheet.fields:
        return
    address, precision = sheet.get("address").copy(), sheet.get("location_precision").copy()
    codes, vague = distinct(address, is_vague)
    for at in map(int, np.flatnonzero(np.array([*vague, False])[codes])):
        sheet.original[at][sheet.column_of("address")] = address[at]
        note = "no street is named, so it is kept aside"
        if sheet.get("latitude")[at] and not precision[at]:
            precision[at] = "area"
            note += " and the point is taken to be its area only"
        sheet.say(at, "address", address[at], "guessed", note)
        address[at] = ""
    sheet.fields["address"], sheet.fields["location_precision"] = address, precision


def _split_addresses(sheet: Sheet) -> None:
    lines = sheet.get("address")
    if not len(lines):
        return
    city, region, postal = (sheet.get(name).copy() for name in ("city", "region", "postal_code"))
    codes, parts = distinct(lines, lambda text: split_address(text) if text else None)
    address = lines.copy()
    count = 0
    for at in map(int, np.flatnonzero((city == "") & (postal == ""))):
        found = parts[codes[at]]
        if found is not None and region[at] in ("", found.region):
            address[at], city[at], region[at], postal[at] = found
            count += 1
    if count:
        sheet.fields |= {"address": address, "city": city, "region": region, "postal_code": postal}
        rows = "1 address was" if count == 1 else f"{count:,} addresses were"
        sheet.problems.append(
            file_problem(f"{rows} split into street, town, state and ZIP code where all were sure.")
        )


def _restore_zips(sheet: Sheet) -> None:
    if "postal_code" not in sheet.fields:
        return
    postal, region, country = sheet.fields["postal_code"], sheet.get("region"), sheet.get("country")
    pairs = np.array(
        [f"{code}\x1f{state}" for code, state in zip(postal, region, strict=True)], object
    )
    codes, found = distinct(pairs, lambda pair: restore_zip(*pair.split("\x1f")))
    restored = postal.copy()
    for at in map(
        int, np.flatnonzero(np.array([code is not None for code in [*found, None]])[codes])
    ):
        if country[at].upper() not in ("", "US", "USA", "UNITED STATES", "U.S.A", "U.S.A."):
            continue
        restored[at] = found[codes[at]]
        sheet.say(at, "postal_code", postal[at], "fixed", f"written as {restored[at]}")
    sheet.fields["postal_code"] = restored
