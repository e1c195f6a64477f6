"""Supply in a window of the week, and homes with an open bed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from assetmap.access import access, offered_in, with_open_beds
from assetmap.assets import Context, check
from assetmap.schedule import window

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=ZoneInfo("America/Chicago"))  # a Friday


def assets(*rows: dict[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), dtype="str")
    frame["row"] = range(1, len(rows) + 1)
    frame["latitude"], frame["longitude"], frame["format"] = "38", "-89", "in_person"
    return check(frame, Context(now=NOW))[0]


def test_sessions_start_in_the_window_and_hours_overlap_it() -> None:
    times = [
        ("meeting", "Su 17:00-18:00"),  # at the very start
        ("meeting", "Su 16:30-18:00"),  # began before
        ("meeting", "Su 21:00-22:00"),  # at the end: the next window's
        ("meeting", "Mo 18:00-19:00"),
        ("food", "Su 16:00-17:30"),  # open as it begins
        ("food", "Su 09:00-17:00"),  # closes as it begins
        ("food", ""),
    ]
    frame = assets(
        *[{"kind": kind, "name": f"{n}", "schedule": text} for n, (kind, text) in enumerate(times)]
    )
    result = offered_in(frame, window("sun 17:00-21:00", NOW), "America/Chicago")
    assert result.tolist() == [True, False, False, False, True, False, False]
    areas = pd.DataFrame({"id": ["a"], "lat": [38.0], "lon": [-89.0], "population": [10]})
    open_then = pd.DataFrame({"id": frame["id"], "lat": 38.0, "lon": -89.0})[result]
    assert access(areas, open_then, "count", 1000).result["within"].tolist() == [2]


def test_only_homes_with_a_bed_counted_lately() -> None:
    home = {"kind": "recovery_home", "name": "A", "beds_total": "8"}
    frame = assets(
        {**home, "beds_open": "1", "beds_as_of": "2026-11-20T09:00"},
        {**home, "beds_open": "1", "beds_as_of": "2026-11-17T18:00"},  # 72 hours to the minute
        {**home, "beds_open": "1", "beds_as_of": "2026-11-17T17:59"},
        {**home, "beds_open": "0", "beds_as_of": "2026-11-20T09:00"},
        home,
    )
    assert with_open_beds(frame, NOW).tolist() == [True, True, False, False, False]
