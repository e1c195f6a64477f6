"""The demo: moving its dates so that it stays fresh, and what of it was left beside real data."""

from __future__ import annotations

import re
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import JsonObject, Problem
from assetmap.places import extent_of, latitudes, longitudes
from assetmap.words import text

# Days that must stay the same weekday move by whole weeks, never into the past.
BY_WEEKS = ("dates", "recurrence")
BY_DAYS = ("verified_on", "beds_as_of", "certified_until", "published_at", "fetched_at")

_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?=T|;|\s|,|$)")


def move_dates(frame: pd.DataFrame, moved: timedelta) -> pd.DataFrame:
    """Plain columns with every date moved; columns without dates are the same."""
    if not moved:
        return frame
    weeks = timedelta(days=-(-moved.days // 7) * 7)
    changed = {
        name: frame[name].map(lambda text, by=by: _moved(text, by), na_action="ignore")
        for names, by in ((BY_DAYS, moved), (BY_WEEKS, weeks))
        for name in names
        if name in frame
    }
    return frame.assign(**changed)


def _moved(text: object, by: timedelta) -> object:
    if not isinstance(text, str):
        return text
    text = _DAY.sub(lambda match: _day(match, by, "-"), text)
    return _COMPACT.sub(lambda match: _day(match, by, ""), text)


def _day(match: re.Match[str], by: timedelta, joint: str) -> str:
    try:
        day = date(*map(int, match.groups())) + by
    except (ValueError, OverflowError):
        return match[0]
    return day.strftime(f"%Y{joint}%m{joint}%d")


FILE = "community.toml"
# With fewer of the points than this within the areas, the areas are of another place.
LEAST_INSIDE = 0.1
_MARGIN_DEGREES = 0.2


def leftovers(
    config: JsonObject, areas: gpd.GeoDataFrame | None, assets: gpd.GeoDataFrame
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
