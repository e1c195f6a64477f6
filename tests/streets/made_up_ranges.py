"""A made-up county of address ranges as TIGER/Line has them, and houses whose true place is known.

Two towns share street names and house numbers. Half of the lines run against their numbers (FROM
is larger than TO), half of the sides are blank, one road stands under two names, and ranges hold
more numbers than there are houses. A house stands where a builder would put it: along its block by
its number, some metres off, 12 to 40 m from the middle of the road.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

METRE = math.radians(1) * 6_371_008.8
TOWNS = {"Milltown": (34.62, -79.0, "28358"), "Eastside": (34.75, -79.2, "28360")}
# Pairs that only a direction or a type tells apart, in both towns.
STREETS = ("Main St", "N Oak St", "S Oak St", "Oak Ave", "1st St", "1st Ave", "Elm St", "Elm Dr",
           "Martin Luther King Jr Dr", "Church St", "Saint Marys Rd", "Park Ln")  # fmt: skip
BLOCKS, BLOCK_M = 20, 160.0


@dataclass(frozen=True)
class House:
    """A house as it is: what its street is called on the map, and its true point in degrees."""

    number: int
    street: str
    town: str
    zip: str
    lat: float
    lon: float


def county(seed: int, houses: int) -> tuple[gpd.GeoDataFrame, list[House]]:
    """Rows of address ranges (ADDRFEAT's columns), and `houses` houses drawn from all blocks."""
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    known: list[House] = []
    for town, (lat, lon, code) in TOWNS.items():
        for position, street in enumerate(STREETS):
            _street(rng, rows, known, street, (town, code), lat + position * 0.0018, lon)
    _country_road(rng, rows, known)
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    return frame.sample(frac=1, random_state=seed), rng.sample(known, houses)


def _street(
    rng: random.Random,
    rows: list[dict[str, object]],
    known: list[House],
    street: str,
    town: tuple[str, str],
    lat: float,
    lon: float,
) -> None:
    """A street of 20 blocks to the east, each a little bent."""
    stretch = math.cos(math.radians(lat))
    for block in range(BLOCKS):
        west, east = (lon + n * BLOCK_M / METRE / stretch for n in (block, block + 1))
        bend = lat + rng.uniform(-15, 15) / METRE
        line = [(west, lat), ((west + east) / 2, bend), (east, lat)]
        low = 100 * (block + 1)
        _block(rng, rows, known, (street,), town, line, low, last=rng.choice((40, 60, 98)))


def _country_road(rng: random.Random, rows: list[dict[str, object]], known: list[House]) -> None:
    """A road of 12 km under two names, in blocks of 600 m."""
    lat, lon, town = 34.7, -79.15, ("", "28383")
    stretch = math.cos(math.radians(lat))
    for block in range(20):
        west, east = (lon + n * 600 / METRE / stretch for n in (block, block + 1))
        line = [(west, lat), (east, lat + rng.uniform(-0.0002, 0.0002))]
        names = ("State Rte 211", "Lumberton Rd")
        _block(rng, rows, known, names, town, line, 1000 + 200 * block, last=198)


def _block(
    rng: random.Random,
    rows: list[dict[str, object]],
    known: list[House],
    names: tuple[str, ...],
    town: tuple[str, str],
    line: list[tuple[float, float]],
    low: int,
    last: int,
) -> None:
    """One edge: even numbers to the north of the eastward line. `last` is the last number built."""
    width = 198 if last == 198 else 98
    sides = [True, False] if rng.random() < 0.5 else [rng.random() < 0.5]
    even, odd = (str(low), str(low + width)), (str(low + 1), str(low + width + 1))
    left = even if True in sides else ("", "")
    right = odd if False in sides else ("", "")
    drawn = line
    if rng.random() < 0.5:
        # The line's first vertex is the east: its left is the south, and numbers fall along it.
        drawn, left, right = line[::-1], right[::-1], left[::-1]
    for name in names:
        rows.append(
            {
                "TLID": len(rows), "FULLNAME": name, "LFROMHN": left[0] or None,
                "LTOHN": left[1] or None, "RFROMHN": right[0] or None, "RTOHN": right[1] or None,
                "ZIPL": town[1] if left[0] else None, "ZIPR": town[1] if right[0] else None,
                "PARITYL": _parity(left[0]), "PARITYR": _parity(right[0]), "ROAD_MTFCC": "S1400",
                "OFFSETL": "N", "OFFSETR": "N", "geometry": shapely.LineString(drawn),
            }
        )  # fmt: skip
    for north in sides:
        for _ in range(4):
            number = low + 2 * rng.randrange(last // 2 + 1) + (0 if north else 1)
            # Numbers are laid out over the whole block, though the range has more of them.
            share = min(max((number - low) / max(last, 1) + rng.gauss(0, 0.03), 0), 1)
            lon = line[0][0] + share * (line[-1][0] - line[0][0])
            aside = rng.uniform(12, 40) / METRE * (1 if north else -1)
            at = float(np.interp(lon, [x for x, _ in line], [y for _, y in line]))
            known.append(House(number, names[0], town[0], town[1], at + aside, lon))


def _parity(number: str) -> str | None:
    return None if not number else "E" if int(number) % 2 == 0 else "O"


def typed(house: House, rng: random.Random) -> str:
    """The address as somebody types it: a type in full, lower case, a unit, with town or ZIP."""
    street = house.street
    if rng.random() < 0.4:
        for short, full in ((" St", " Street"), (" Ave", " Avenue"), (" Dr", " Drive")):
            street = street + "|" if street.endswith("|") else street
            if street.endswith(short):
                street = street.removesuffix(short) + full
                break
    if rng.random() < 0.3:
        street = street.lower()
    if rng.random() < 0.15:
        street += rng.choice((" Apt 4", ", Unit B", " #12"))
    ends = [f"{house.zip}", f"NC {house.zip}"]
    if house.town:
        ends += [house.town, f"{house.town}, NC", f"{house.town}, NC {house.zip}"]
    return f"{house.number} {street}, {rng.choice(ends)}"
