"""Makes a made-up county in the Census Bureau's own formats, to look at what `new` makes of it.

    python tests/browser/made_up_county.py FOLDER

writes FOLDER/files (for `new --files`) and FOLDER/list.csv (for `new --assets`). Every shape and
number is invented; the codes are those of a real county, because `new` knows only real ones.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stand_in import SVI_COLUMNS, zipped

WEST, SOUTH, EAST, NORTH = -79.4, 34.4, -78.8, 34.85
# name → latitude, longitude, how many tracts it has
TOWNS = {
    "Lumberton": (34.62, -79.01, 11),
    "Pembroke": (34.68, -79.2, 6),
    "Maxton": (34.74, -79.33, 4),
    "Fairmont": (34.5, -79.11, 4),
}
KINDS = ("meeting", "peer_group", "recovery_home", "library", "employer", "dentist", "food_pantry",
         "clinic", "child_care", "faith_community")  # fmt: skip


def tracts(rng: random.Random) -> gpd.GeoDataFrame:
    """Tracts around more points near towns than between them."""
    points = [(rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)) for _ in range(16)]
    for lat, lon, many in TOWNS.values():
        points += [(rng.gauss(lon, 0.03), rng.gauss(lat, 0.025)) for _ in range(many)]
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=box)
    shapes = [shapely.intersection(cell, box) for cell in shapely.get_parts(cells)]
    rows = []
    for number, shape in enumerate(shape for shape in shapes if shape.area > 0):
        code = f"{9601 + number // 3}{number % 3 + 1:02d}"
        name = f"{code[:4]}.{code[4:]}"
        rows.append(
            {"STATEFP": "37", "COUNTYFP": "155", "TRACTCE": code, "GEOID": f"37155{code}",
             "GEOIDFQ": f"1400000US37155{code}", "NAME": name, "NAMELSAD": f"Census Tract {name}",
             "STUSPS": "NC", "LSAD": "CT", "ALAND": 1, "AWATER": 0, "geometry": shape}
        )  # fmt: skip
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")


def places() -> gpd.GeoDataFrame:
    """Round towns."""
    rows = [
        {"STATEFP": "37", "PLACEFP": f"{number:05d}", "GEOID": f"37{number:05d}", "NAME": name,
         "NAMELSAD": f"{name} town", "STUSPS": "NC", "LSAD": "43",
         "geometry": shapely.Point(lon, lat).buffer(0.012 + many / 500)}
        for number, (name, (lat, lon, many)) in enumerate(TOWNS.items())
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")


def roads(rng: random.Random) -> gpd.GeoDataFrame:
    """Highways from town to town, streets in each."""
    rows = []

    def add(name: str, code: str, line: shapely.LineString) -> None:
        rows.append({"LINEARID": str(len(rows)), "FULLNAME": name, "RTTYP": "M", "MTFCC": code,
                     "geometry": line})  # fmt: skip

    centres = [(lon, lat) for lat, lon, _ in TOWNS.values()]
    add("I- 95", "S1100", shapely.LineString([(-79.25, SOUTH), centres[0], (-78.85, NORTH)]))
    for number, start in enumerate(centres):
        for end in centres[number + 1 :]:
            bend = ((start[0] + end[0]) / 2 + 0.02, (start[1] + end[1]) / 2 - 0.015)
            add(f"State Rte {number + 71}", "S1200", shapely.LineString([start, bend, end]))
    for lat, lon, many in TOWNS.values():
        for step in np.linspace(-0.004 * many, 0.004 * many, 2 * many):
            half = 0.004 * many * rng.uniform(0.6, 1)
            add(
                "Elm St",
                "S1400",
                shapely.LineString([(lon - half, lat + step), (lon + half, lat + step)]),
            )
            add(
                "1st Ave",
                "S1400",
                shapely.LineString([(lon + step, lat - half), (lon + step, lat + half)]),
            )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")


def water(rng: random.Random) -> gpd.GeoDataFrame:
    """A river from the north-west to the south-east."""
    across = np.linspace(0, 1, 40)
    lons = WEST + (EAST - WEST) * across
    lats = NORTH - 0.05 - (NORTH - SOUTH - 0.1) * across + 0.02 * np.sin(across * 20)
    river = shapely.LineString(np.column_stack((lons, lats))).buffer(0.004)
    row = {"HYDROID": "1", "FULLNAME": "Lumber Riv", "MTFCC": "H3010", "ALAND": 0, "AWATER": 9,
           "geometry": river}  # fmt: skip
    return gpd.GeoDataFrame([row], geometry="geometry", crs="EPSG:4326")


def svi(areas: gpd.GeoDataFrame, rng: random.Random) -> str:
    """North Carolina's file of need numbers, of these tracts."""
    head = ["STCNTY", "FIPS", "LOCATION", "E_TOTPOP", "M_TOTPOP", "E_AGE17"]
    head += [f"{part}_{name}" for name in SVI_COLUMNS for part in ("EP", "MP")]
    lines = [",".join([*head, "RPL_THEMES"])]
    for tract in areas["GEOID"]:
        people = rng.randint(1200, 5200)
        shares = ",".join(f"{rng.uniform(3, 35):.1f},2.1" for _ in SVI_COLUMNS)
        lines.append(f"37155,{tract},Made up,{people},90,{people // 4},{shares},0.5")
    return "\ufeff" + "\n".join(lines) + "\n"


def assets(rng: random.Random) -> list[dict[str, str]]:
    """A director's own list: places around the towns."""
    rows = []
    for number in range(90):
        town = rng.choices(list(TOWNS), [many for *_, many in TOWNS.values()])[0]
        lat, lon, many = TOWNS[town]
        kind = KINDS[number % len(KINDS)]
        rows.append(
            {"Name": f"{town} {kind.replace('_', ' ')} {number + 1}", "Kind": kind, "City": town,
             "Latitude": f"{rng.gauss(lat, 0.003 * many):.5f}",
             "Longitude": f"{rng.gauss(lon, 0.003 * many):.5f}",
             "Schedule": f"{rng.choice(['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'])} 19:00-20:00"
             if kind in ("meeting", "peer_group") else "Mo-Fr 09:00-17:00"}
        )  # fmt: skip
    return rows


def main(folder: Path) -> None:
    """Write everything."""
    rng = random.Random(20261126)
    files, work = folder / "files", folder / "work"
    files.mkdir(parents=True, exist_ok=True)
    work.mkdir(exist_ok=True)
    areas = tracts(rng)
    for stem, frame in {
        "cb_2025_37_tract_500k": areas,
        "cb_2025_37_place_500k": places(),
        "tl_2025_37155_roads": roads(rng),
        "tl_2025_37155_areawater": water(rng),
    }.items():
        (files / f"{stem}.zip").write_bytes(zipped(stem, frame, work))
    (files / "NorthCarolina.csv").write_text(svi(areas, rng), encoding="utf-8")
    rows = assets(rng)
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
