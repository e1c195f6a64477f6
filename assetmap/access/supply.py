"""Supply limited to a time of the week or to open beds: what is there when it is needed."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from assetmap.schedule import Window, expand

BEDS_GOOD_FOR = timedelta(hours=72)


def offered_in(
    assets: pd.DataFrame, window: Window, timezone: str, country: str | None = "US"
) -> np.ndarray:
    """Which assets are on in a window (bool): sessions that start in it, hours that overlap it.

    assets: a frame with schedule, recurrence, time_kind (and timezone, dates). Assets whose times
    nobody knows are not counted; `~schedule known` says which those are.
    """
    spans = expand(assets.reset_index(drop=True), window.begin, window.end, timezone, country)
    begin = pd.Timestamp(window.begin).tz_convert("UTC").tz_localize(None)
    sessions = (assets["time_kind"] == "sessions").to_numpy(bool)[spans["asset"]]
    fits = ~sessions | (spans["start"] >= begin).to_numpy(bool)
    on = np.zeros(len(assets), bool)
    on[spans["asset"].to_numpy()[fits]] = True
    return on


def with_open_beds(assets: pd.DataFrame, now: datetime) -> np.ndarray:
    """Which homes have an open bed counted within 72 hours before `now` (aware); bool."""
    counted = pd.to_datetime(assets["beds_as_of"], errors="coerce", utc=False, format="ISO8601")
    if counted.dt.tz is None:
        counted = counted.dt.tz_localize(
            now.tzinfo, ambiguous=np.ones(len(counted), bool), nonexistent="shift_forward"
        )
    age = (pd.Timestamp(now) - counted).to_numpy("timedelta64[s]")
    fresh = (age >= np.timedelta64(0)) & (age <= np.timedelta64(BEDS_GOOD_FOR))
    return fresh & (assets["beds_open"].fillna(0) > 0).to_numpy(bool)
