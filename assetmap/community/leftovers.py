"""What of the demo was left in a folder that holds real data, for `check` to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np

from assetmap.fields import Problem
from assetmap.places import extent_of, latitudes, longitudes
from assetmap.words import text

FILE = "community.toml"
# With fewer of the points than this within the areas, the areas are of another place.
LEAST_INSIDE = 0.1
_MARGIN_DEGREES = 0.2


def leftovers(
    config: Mapping[str, Any], areas: gpd.GeoDataFrame | None, assets: gpd.GeoDataFrame
) -> list[Problem]:
    """Settings and areas that can only be the demo's, where a source is not the demo's own."""
    real = [source for source in config["assets"] if source.get("demo") is not True]
    if not real:
        return []
    problems: list[Problem] = []

    def say(name: str, **values: object) -> None:
        problems.append(
            Problem(None, "setting", name, "kept", text(f"leftover.{name}", **values), FILE)
        )

    if config["fictional"]:
        say("fictional")
    if config.get("demo_day") is not None:
        say("demo_day")
    kinds = set(assets["kind"])
    missing = [kind for kind in config["complete"] if kind not in kinds]
    if missing:
        say("complete", kinds=", ".join(missing))
    extent = extent_of(areas)
    lat, lon = latitudes(assets.geometry), longitudes(assets.geometry)
    known = ~np.isnan(lat)
    if extent is not None and known.sum() >= 5:
        west, south, east, north = extent
        inside = (lat[known] >= south - _MARGIN_DEGREES) & (lat[known] <= north + _MARGIN_DEGREES)
        inside &= (lon[known] >= west - _MARGIN_DEGREES) & (lon[known] <= east + _MARGIN_DEGREES)
        if inside.mean() < LEAST_INSIDE:
            say("areas", inside=int(inside.sum()), points=int(known.sum()))
    return problems
