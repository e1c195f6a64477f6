"""A made-up state in the shape of web.state's: assets, areas, roads, names, any number of them.

The browser tests and the map's benchmark use it, so that they measure and break the map and the
list and nothing else. Some of its names try to run as code; none may.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, box

from assetmap import assets, fields, vocabulary

# Each would set `hacked` on a window if it were ever markup, script or a template.
INJECTIONS = (
    '<img src=x onerror="parent.hacked=1;window.hacked=1">',
    "${window.hacked=1}",
    "</script><script>parent.hacked=1;window.hacked=1</script>",
    "`+(window.hacked=1)+`",
    "'\"><svg onload=parent.hacked=1>",
    "{{ 'hacked' }} {% raw %}",
    "javascript:window.hacked=1",
    '=HYPERLINK("https://example.org")',
)
CENTRES = np.array([(42.05, -84.5), (42.2, -84.3), (41.95, -84.2)])


@cache
def current() -> Any:
    """The one state of the process; MADE_ASSETS says how many assets it has."""
    return state(int(os.environ.get("MADE_ASSETS", "300")))


def state(count: int = 300, seed: int = 1) -> Any:
    """A state of `count` assets: one in 17 online only, one in 25 known by town only.

    The first ones carry INJECTIONS in every text shown, a little north of all others.
    """
    rng = np.random.default_rng(seed)
    kinds = list(vocabulary.terms("kinds"))
    place = np.arange(count)
    points = CENTRES[rng.integers(0, len(CENTRES), count)] + rng.normal(0, 0.05, (count, 2))
    frame = assets.empty().reindex(range(count))
    for name in frame.columns:
        if name in fields.COLUMNS and assets.dtype(name) == "object":
            frame[name] = pd.Series([None] * count, dtype=object)
    frame["id"] = [f"made:{row}" for row in place]
    frame["name"] = [f"Place number {row}" for row in place]
    frame["kind"] = [kinds[row] for row in rng.integers(0, len(kinds), count)]
    frame["status"] = "active"
    frame["city"] = np.where(place % 2, "Milltown", "Alderton")
    frame["phone"] = [f"555-01{row % 100:02d}" for row in place]
    town_only = place % 25 == 24
    frame["location_precision"] = np.where(town_only, "area", "exact")
    points[town_only] = CENTRES[place[town_only] % 2]
    online = place % 17 == 16
    frame["format"] = [frozenset(("online",) if row else ("in_person",)) for row in online]
    for row, text in enumerate(INJECTIONS[:count]):
        for name in ("id", "name", "city", "phone"):
            frame.loc[row, name] = text
        frame.loc[row, "location_precision"] = "area" if row % 2 else "exact"
        points[row] = (42.33 + 0.01 * (row % 2), -84.6 + 0.04 * row)
    frame["geometry"] = gpd.points_from_xy(points[:, 1], points[:, 0], crs=4326)
    version = hashlib.sha256(f"{count} {seed}".encode()).hexdigest()[:16]
    return SimpleNamespace(
        version=version,
        catalog=SimpleNamespace(assets=frame, version=version),
        community=SimpleNamespace(
            path=Path("made"),
            config={},
            sources=[],
            good_since={},
            areas=areas(),
            roads=roads(),
            places=places(),
            water=None,
        ),
    )


def areas() -> gpd.GeoDataFrame:
    """36 squares; the first ones are named like an attack."""
    names = [*INJECTIONS, *(f"Area {number}" for number in range(len(INJECTIONS), 36))]
    squares = []
    for at in range(36):
        west, south = -84.7 + 0.1 * (at % 6), 41.8 + 0.1 * (at // 6)
        squares.append(box(west, south, west + 0.1, south + 0.1))
    ids = [f"a{number}" for number in range(36)]
    return gpd.GeoDataFrame({"id": ids, "name": names}, geometry=squares, crs=4326)


def roads() -> gpd.GeoDataFrame:
    """Two roads that cross."""
    east = LineString([(-84.7, 42.05), (-84.5, 42.05), (-84.3, 42.2), (-84.1, 42.3)])
    north = LineString([(-84.2, 41.8), (-84.2, 41.95), (-84.3, 42.2), (-84.35, 42.4)])
    return gpd.GeoDataFrame(geometry=[east, north], crs=4326)


def places() -> pd.DataFrame:
    """Three towns and one name that is an attack."""
    lats, lons = CENTRES.T.tolist()
    return pd.DataFrame(
        {
            "name": ["Alderton", "Milltown", "Pine Ford", INJECTIONS[0]],
            "lat": [*lats, 42.25],
            "lon": [*lons, -84.6],
        }
    )
