"""What is on stated days only is over after the last of them, and is found no more."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from assetmap.assets import Context, check
from assetmap.catalog import Catalog
from assetmap.schedule import NEVER_OVER, last_end, last_ends
from assetmap.search import Query, search
from assetmap.search.reasons import next_time

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 20, 12, tzinfo=ZONE)
SERIES = "DTSTART:20260901T190000 {rule}"


@pytest.mark.parametrize(
    ("schedule", "recurrence", "dates", "end"),
    [
        (None, None, ["2026-11-01"], "2026-11-02T00:00"),
        ("19:00-21:00", None, ["2026-11-01", "2026-12-24"], "2026-12-24T21:00"),
        ("22:00-02:00", None, ["2026-11-01"], "2026-11-02T02:00"),  # the night goes on
        ("2026 Nov 1 19:00-21:00", None, None, "2026-11-01T21:00"),
        ("2026 Nov 1-2026 Dec 3 Fr 19:00-21:00", None, None, "2026-12-03T21:00"),
        ("2026 Nov 1 19:00-21:00, Mo 10:00-11:00", None, None, None),
        ("Jun-Aug Fr 19:00-21:00", None, None, None),
        ("Fr 19:00-21:00; Dec 25 off", None, None, None),
        (None, SERIES.format(rule="RRULE:FREQ=WEEKLY;COUNT=3"), None, "2026-09-15T20:00"),
        (None, SERIES.format(rule="RRULE:FREQ=WEEKLY;UNTIL=20260910T000000"), None,
         "2026-09-08T20:00"),
        (None, SERIES.format(rule="RRULE:FREQ=WEEKLY"), None, None),
        ("Su 10:00-11:00", SERIES.format(rule="RRULE:FREQ=WEEKLY;COUNT=3"), None, None),
        (None, None, None, None),
    ],
)  # fmt: skip
def test_the_end_of_the_last_day(
    schedule: str | None, recurrence: str | None, dates: list[str] | None, end: str | None
) -> None:
    days = frozenset(dates) if dates else None
    expected = datetime.fromisoformat(end) if end else None
    assert last_end(schedule, recurrence, days) == expected


def test_ends_are_counted_in_the_zone_of_each() -> None:
    frame = pd.DataFrame(
        {
            "schedule": ["19:00-21:00", "19:00-21:00", "2026-02-30 nonsense", None],
            "recurrence": None,
            "dates": [frozenset(["2026-11-01"]), frozenset(["2026-11-01"]), None, None],
            "time_kind": ["sessions", "hours", "sessions", None],
            "timezone": ["America/New_York", None, None, None],
        }
    )
    east = datetime(2026, 11, 1, 21, tzinfo=ZoneInfo("America/New_York")).timestamp()
    assert last_ends(frame, "America/Chicago").tolist() == [
        east, east + 3600, NEVER_OVER, NEVER_OVER
    ]  # fmt: skip


def test_hours_that_hold_until_a_day_do_not_end_a_place() -> None:
    hours = "2026 Jan 1-2026 Jun 30 Mo-Fr 09:00-17:00"
    frame = pd.DataFrame(
        {"schedule": hours, "recurrence": None, "dates": None, "timezone": None,
         "time_kind": ["hours", "sessions"]}
    )  # fmt: skip
    june = int(datetime(2026, 6, 30, 17, tzinfo=ZONE).timestamp())
    assert last_ends(frame, "America/Chicago").tolist() == [NEVER_OVER, june]
    row = {"schedule": hours, "recurrence": None, "dates": None, "timezone": None, "kind": "food",
           "time_kind": "hours", "by_appointment": None, "beds_open": None,
           "intake_hours": None}  # fmt: skip
    assert next_time(None, None, NOW, row, "en") == "Times not known"


def _dances() -> Catalog:
    rows = [
        {"id": "past", "dates": "2026-11-01"},
        {"id": "past-evening", "dates": "2026-11-01", "schedule": "19:00-21:00"},
        {"id": "this-morning", "dates": "2026-11-20", "schedule": "10:00-12:00"},
        {"id": "today", "dates": "2026-11-20", "schedule": "10:00-12:01"},
        {"id": "coming", "dates": "2026-12-05"},
        {"id": "weekly", "schedule": "Fr 19:00-21:00"},
    ]
    frame = pd.DataFrame(
        [
            {
                "row": number,
                "name": row["id"],
                "kind": "substance_free_social",
                "city": "Town",
                **row,
            }
            for number, row in enumerate(rows, start=1)
        ]
    ).astype("str")
    frame["row"] = range(1, len(rows) + 1)
    assets, problems = check(frame.where(frame != "nan"), Context(now=NOW))
    over = [(item.row, item.field) for item in problems if "is over" in item.message]
    assert over == [(1, "dates"), (2, "dates"), (3, "dates")]
    return Catalog(assets, NOW)


def test_what_is_over_is_not_found_and_says_so_where_it_is_read() -> None:
    catalog = _dances()
    result = search(catalog, Query(at=NOW, needs=("fun",)))
    listed = [catalog.ids[p].removeprefix("assets:") for group in ("match", "ask", "near_miss")
              for p in getattr(result, group)]  # fmt: skip
    assert sorted(listed) == ["coming", "today", "weekly"]
    # Asked of a day before, they are still to come.
    before = datetime(2026, 11, 1, 8, tzinfo=ZONE)
    assert not catalog.over(before).any()
    rows = {row["name"]: row for row in catalog.assets.to_dict("records")}
    for asset, text in (
        ("past", "It is over: it ended on November 1, 2026"),
        ("past-evening", "It is over: it ended on November 1, 2026"),
        ("coming", "December 5, 2026, time not known"),
    ):
        assert next_time(None, None, NOW, rows[asset], "en") == text
