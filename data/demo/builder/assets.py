"""The three asset sources: our own list, the county's places, and a fellowship's meetings.

`assets.csv` is kept by the (fictional) Alder Recovery Community, `places.geojson` by the county,
`meetings.json` by the A.A. district in the Meeting Guide format.
"""

from __future__ import annotations

import math
import tomllib

from . import dice
from .geography import KM_PER_DEGREE
from .rows import (
    HERE,
    UNKNOWN,
    complete,
    parse_extras,
    reach,
    read_list,
    slug,
    town_of,
    with_spanish,
)

Row = dict[str, str]


def planted() -> list[Row]:
    """The rows of planted.toml: each stands there for a reason."""
    with (HERE / "planted.toml").open("rb") as file:
        tables = tomllib.load(file)
    rows = []
    for id, table in tables.items():
        fields = {name: str(value) for name, value in table.items() if name not in ("at", "why")}
        row = complete({"id": id, **fields}, table["at"], by_chance=False)
        rows.append(with_spanish(row))
    return rows


def listed() -> list[tuple[str, Row]]:
    """(file, row) of services.txt and meetings.txt."""
    rows = []
    for kind, columns, common in read_list("services.txt"):
        name, place, schedule, *extras = columns
        row = {"kind": kind, "name": name, "schedule": schedule, **common}
        row |= parse_extras(extras[0] if extras else "")
        file = row.pop("file", "assets")
        done = complete({"id": slug(name), **row}, place, by_chance=True)
        if kind == "individual_gift":
            # A neighbor is never named: the gift stands in the description.
            done["description"] = f"{done.pop('name')}."
        rows.append((file, with_spanish(done)))
    for program, columns, common in read_list("meetings.txt"):
        name, place, schedule, *extras = columns
        row = {"name": name, "schedule": schedule, "program": program, **common}
        row |= parse_extras(extras[0] if extras else "")
        family = program in ("al-anon", "alateen", "nar-anon", "smart-family")
        row["kind"] = "family_group" if family else "meeting"
        row["id"] = f"mtg-{slug(name)}"
        rows.append(("assets", with_spanish(complete(row, place, by_chance=True))))
    return rows


def check_ids(rows: list[Row]) -> list[Row]:
    """The rows, when no id stands twice."""
    ids = [row["id"] for row in rows]
    twice = {id for id in ids if ids.count(id) > 1}
    if twice:
        raise ValueError(f"these ids stand twice: {sorted(twice)}")
    return rows


def own_list() -> list[Row]:
    """assets.csv in order: planted rows first, then the lists."""
    return check_ids(planted() + [row for file, row in listed() if file == "assets"])


def _outline(row: Row, shape: str) -> dict:
    """A park as a polygon, a trail as a line, anything else as a point."""
    lat, lon = float(row.pop("latitude")), float(row.pop("longitude"))
    if shape not in ("park", "trail"):
        return {"type": "Point", "coordinates": [lon, lat]}
    random = dice("shape", row["id"])
    corners = []
    for turn in range(9):
        angle, size = turn * 2 * math.pi / 9, float(random.uniform(0.10, 0.22))
        east, north = size * math.cos(angle), size * math.sin(angle)
        if shape == "trail":
            east, north = (turn - 4) * 0.3, size - 0.15
        corners.append(
            [round(lon + east / KM_PER_DEGREE[1], 5), round(lat + north / KM_PER_DEGREE[0], 5)]
        )
    if shape == "trail":
        return {"type": "LineString", "coordinates": corners}
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def county_places() -> list[dict]:
    """Features of places.geojson; `parcel` is a column the county has and we do not."""
    features = []
    for row in check_ids([row for file, row in listed() if file == "places"]):
        shape = row.pop("shape", "")
        geometry = _outline(row, shape)
        parcel = f"{int(dice('parcel', row['id']).integers(10_000, 99_999)):05d}"
        features.append(
            {"type": "Feature", "properties": {**row, "parcel": parcel}, "geometry": geometry}
        )
    return features


def _meeting(name: str, place: str, day: str, start: str, end: str, types: list[str]) -> dict:
    """One Meeting Guide object; absent fields are left out, as real feeds do."""
    days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    found: dict = {"name": name, "slug": "-".join([slug(name), *([days[int(day)]] if day else [])])}
    if day:
        found |= {"day": int(day), "time": start, "end_time": end}
    found |= {"types": types, "timezone": "America/Chicago"}
    # One group has one address, whatever the day.
    row = {"id": f"aa {name}", "name": name, "kind": "meeting"}
    random = dice("aa", found["slug"])
    if place == "online":
        found |= {"formatted_address": "Illinois, USA", "approximate": "yes"}
    else:
        complete(row, place, by_chance=False)
        found |= {
            "location": f"{name.replace(' Group', '')} room",
            "formatted_address": f"{row['address']}, {row['city']}, IL {row['postal_code']}, USA",
            "latitude": float(row["latitude"]),
            "longitude": float(row["longitude"]),
            "approximate": "no",
            "region": town_of(place).name,
        }
    if "ONL" in types:
        found["conference_url"] = f"https://meet.example.org/{slug(name)}"
    reach(row)
    month, date = int(random.integers(1, 11)), int(random.integers(1, 29))
    found["updated"] = f"2026-{month:02d}-{date:02d} 15:00:00"
    return found


def fellowship_meetings() -> list[dict]:
    """meetings.json: one object per meeting and day, so the daily noon group is seven rows."""
    found = []
    for line in (HERE / "aa.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, place, days, start, end, types, *_ = [part.strip() for part in line.split("|")]
        for day in days.split() or [""]:
            found.append(_meeting(name, place, day, start, end, types.split()))
    return found


__all__ = ["UNKNOWN", "county_places", "fellowship_meetings", "own_list"]
