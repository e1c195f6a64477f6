"""When assets happen: weekly sessions, and the parts of the week in which something is on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from assetmap.gaps.settings import Settings
from assetmap.places import fold, latitudes, longitudes
from assetmap.schedule import expand
from assetmap.vocabulary import day_parts

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
PARTS = day_parts()
WEEKS = 4
WEEKLY = 3  # a session in three of four weeks is weekly
_SHORTEST = 30 * 60  # an opening that touches a part for less is not open in it


class WeeklyTimes(NamedTuple):
    """weekly: different weekly sessions per asset (0 for places that are open by the hour, and
    for a session already counted at another row of the same group). seldom: meets, but less than
    weekly. known: whether its times are known. open: bool (assets, days × parts), on weekly."""

    weekly: np.ndarray
    seldom: np.ndarray
    known: np.ndarray
    open: np.ndarray


def read_times(assets: pd.DataFrame, settings: Settings) -> WeeklyTimes:
    """The times of assets (RangeIndex) over the four weeks from the coming midnight."""
    zone = ZoneInfo(settings.timezone)
    now = settings.now.astimezone(zone)
    begin = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), zone)
    end = datetime.combine(begin.date() + timedelta(days=7 * WEEKS), datetime.min.time(), zone)
    count = len(assets)
    known = (assets["schedule"].notna() | assets["recurrence"].notna()).to_numpy(bool)
    weekly, seldom = np.zeros(count, np.int64), np.zeros(count, bool)
    on = np.zeros((count, len(DAYS) * len(PARTS)), bool)
    spans = expand(assets, begin, end, settings.timezone, settings.country)
    if not len(spans):
        return WeeklyTimes(weekly, seldom, known, on)
    local = spans["start"].dt.tz_localize("UTC").dt.tz_convert(zone)
    until = spans["end"].dt.tz_localize("UTC").dt.tz_convert(zone)
    sessions = (assets["time_kind"] == "sessions").to_numpy(bool)[spans["asset"]]
    _count_sessions(assets, spans[sessions], local[sessions], begin, weekly, seldom, on)
    _count_hours(spans[~sessions], local[~sessions], until[~sessions], begin, on)
    return WeeklyTimes(weekly, seldom, known, on)


def _count_sessions(
    assets: pd.DataFrame,
    spans: pd.DataFrame,
    local: pd.Series,
    begin: datetime,
    weekly: np.ndarray,
    seldom: np.ndarray,
    on: np.ndarray,
) -> None:
    starts_in = (local >= begin).to_numpy(bool)
    spans, local = spans[starts_in], local[starts_in]
    minute = (local.dt.hour * 60 + local.dt.minute).to_numpy()
    table = pd.DataFrame(
        {"asset": spans["asset"].to_numpy(), "day": local.dt.weekday.to_numpy(), "minute": minute}
    )
    slots = table.value_counts().reset_index()
    slots = slots.sort_values(["asset", "day", "minute"], ignore_index=True)
    regular = (slots["count"] >= WEEKLY).to_numpy(bool)
    irregular = np.unique(slots["asset"].to_numpy()[~regular])
    slots = slots[regular]
    day, part = slots["day"].to_numpy(), _part(slots["minute"].to_numpy())
    # What begins after midnight belongs to the night of the day before.
    day = np.where(slots["minute"] < PARTS["morning"][0] * 60, (day - 1) % 7, day)
    on[slots["asset"], day * len(PARTS) + part] = True
    # The same group at the same hour and place, listed twice, is one session.
    same = _same(assets).iloc[slots["asset"]].reset_index(drop=True)
    same["day"], same["minute"] = slots["day"].to_numpy(), slots["minute"].to_numpy()
    first = ~same.duplicated().to_numpy()
    np.add.at(weekly, slots["asset"].to_numpy()[first], 1)
    seldom[irregular] = True
    seldom[slots["asset"].to_numpy()] = False


def _same(assets: pd.DataFrame) -> pd.DataFrame:
    """What makes two rows one group: kind, program (else name) and place to some 10 m."""
    program = assets["program"].to_numpy(object)
    names = [fold(name) if isinstance(name, str) else "" for name in assets["name"]]
    label = [
        item if isinstance(item, str) else name for item, name in zip(program, names, strict=True)
    ]
    return pd.DataFrame(
        {
            "kind": assets["kind"].to_numpy(object),
            "label": label,
            "lat": np.round(latitudes(assets.geometry), 4),
            "lon": np.round(longitudes(assets.geometry), 4),
        }
    )


def _count_hours(
    spans: pd.DataFrame, local: pd.Series, until: pd.Series, begin: datetime, on: np.ndarray
) -> None:
    if not len(spans):
        return
    asset = spans["asset"].to_numpy()
    zero = pd.Timestamp(begin).tz_localize(None)
    start = (local.dt.tz_localize(None) - zero).dt.total_seconds().to_numpy()
    stop = (until.dt.tz_localize(None) - zero).dt.total_seconds().to_numpy()
    for offset in range(7):
        day = (begin.weekday() + offset) % 7
        for place, (first, last) in enumerate(PARTS.values()):
            low, high = (offset * 24 + first) * 3600, (offset * 24 + last) * 3600
            shared = np.minimum(stop, high) - np.maximum(start, low)
            on[asset[shared >= _SHORTEST], day * len(PARTS) + place] = True


def _part(minute: np.ndarray) -> np.ndarray:
    """Position in PARTS of a start, in minutes after midnight."""
    hour = minute / 60
    values = np.full(len(hour), len(PARTS) - 1)
    for place, (first, last) in enumerate(PARTS.values()):
        values[(hour >= first) & (hour < last)] = place
    return values


def different(assets: pd.DataFrame) -> np.ndarray:
    """Which rows are the first of their place: kind, name and point to some 10 m."""
    same = _same(assets)
    same["label"] = [
        fold(name) if isinstance(name, str) else str(position)
        for position, name in enumerate(assets["name"])
    ]
    return ~same.duplicated().to_numpy()
