"""Schedules → times."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State
from rule_strategies import rules

from assetmap import schedule
from assetmap.schedule import Rule, ScheduleError

CHICAGO = "America/Chicago"
ZONE = ZoneInfo(CHICAGO)


def times(
    text: str | None,
    begin: str,
    end: str,
    kind: str = "sessions",
    recurrence: str | None = None,
    zone: str = CHICAGO,
    **more: object,
) -> list[str]:
    """Occurrences as `Mo 2026-11-02T19:00-06:00/20:00-06:00` without the repeated day."""
    low, high = (datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)) for day in (begin, end))
    result = schedule.occurrences(text, recurrence, kind, zone, low, high, **more)  # type: ignore[arg-type]
    return [
        f"{a.isoformat(timespec='minutes')}/{b.isoformat(timespec='minutes')}" for a, b in result
    ]


def test_a_week_of_sessions() -> None:
    assert times("Mo 19:00-20:00, Sa[1] 10:00-12:00", "2026-11-02", "2026-11-16") == [
        "2026-11-02T19:00-06:00/2026-11-02T20:00-06:00",
        "2026-11-07T10:00-06:00/2026-11-07T12:00-06:00",
        "2026-11-09T19:00-06:00/2026-11-09T20:00-06:00",
    ]


def test_back_to_back_sessions_stay_two_and_hours_become_one() -> None:
    text = "Mo 18:00-19:00,19:00-20:00"
    assert times(text, "2026-11-02", "2026-11-03") == [
        "2026-11-02T18:00-06:00/2026-11-02T19:00-06:00",
        "2026-11-02T19:00-06:00/2026-11-02T20:00-06:00",
    ]
    assert times(text, "2026-11-02", "2026-11-03", "hours") == [
        "2026-11-02T18:00-06:00/2026-11-02T20:00-06:00"
    ]


@pytest.mark.parametrize("kind", ["sessions", "hours"])
def test_what_began_before_the_window_is_kept_whole(kind: str) -> None:
    night = "2026-11-06T22:00-06:00/2026-11-07T02:00-06:00"
    assert times("Fr 22:00-02:00", "2026-11-07", "2026-11-08", kind) == [night]
    assert times("Fr 22:00-02:00", "2026-11-07T01:59", "2026-11-08", kind) == [night]
    assert times("Fr 22:00-02:00", "2026-11-07T02:00", "2026-11-08", kind) == []
    assert times("Fr 22:00-02:00", "2026-11-06", "2026-11-06T22:00", kind) == []


def test_nth_weekdays_count_from_both_ends() -> None:
    # November 2026 begins on a Sunday and has five Sundays and Mondays.
    assert [
        time[:10] for time in times("Su[5],Mo[-1],Tu[-1] 10:00-11:00", "2026-11-01", "2026-12-01")
    ] == ["2026-11-24", "2026-11-29", "2026-11-30"]


def test_seasons_may_pass_the_new_year() -> None:
    result = times("Dec 20-Jan 10 Mo 10:00-11:00", "2026-12-01", "2027-02-01")
    assert [time[:10] for time in result] == ["2026-12-21", "2026-12-28", "2027-01-04"]


@pytest.mark.parametrize("kind", ["sessions", "hours"])
def test_closed_days(kind: str) -> None:
    # 26 November 2026 is Thanksgiving; no calendar is known for the country XX.
    text = "Mo-Fr 09:00-10:00; Nov 24 off; PH off"
    result = times(text, "2026-11-23", "2026-11-28", kind, country="US")
    assert [time[:10] for time in result] == ["2026-11-23", "2026-11-25", "2026-11-27"]
    result = times(text, "2026-11-23", "2026-11-28", kind, country="XX")
    assert [time[:10] for time in result] == [
        "2026-11-23",
        "2026-11-25",
        "2026-11-26",
        "2026-11-27",
    ]


def test_a_closed_day_takes_the_sessions_that_start_on_it() -> None:
    text = "Fr,Sa 22:00-01:00; Sa off"
    assert times(text, "2026-11-06", "2026-11-09") == [
        "2026-11-06T22:00-06:00/2026-11-07T01:00-06:00"
    ]


def test_always_open_is_one_stay_cut_to_the_window() -> None:
    whole = ["2026-11-02T12:00-06:00/2026-11-09T00:00-06:00"]
    assert times("24/7", "2026-11-02T12:00", "2026-11-09", "hours") == whole
    assert times("24/7", "2026-11-02T12:00", "2026-11-09", "sessions") == whole


def test_unknown_is_not_closed() -> None:
    assert times(None, "2026-11-02", "2026-11-09") == []
    assert not schedule.is_known(None)
    assert not schedule.is_known(float("nan"))  # type: ignore[arg-type]
    assert times("Tu 10:00-11:00", "2026-11-04", "2026-11-09") == []
    assert schedule.is_known("Tu 10:00-11:00")
    assert schedule.is_known(None, "DTSTART:20261103T190000 RRULE:FREQ=WEEKLY")


# In 2026 clocks in Chicago skip 02:00–03:00 on 8 March and show 01:00–02:00 twice on 1 November.
@pytest.mark.parametrize("kind", ["sessions", "hours"])
@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("Su 02:30-03:30", "2026-03-08", "2026-03-08T03:30-05:00/2026-03-08T04:30-05:00"),
        ("Su 02:15-02:45", "2026-03-08", "2026-03-08T03:15-05:00/2026-03-08T03:45-05:00"),
        # 02:30 is shown as 03:30, after the end at 03:00: the half hour is kept.
        ("Su 02:30-03:00", "2026-03-08", "2026-03-08T03:30-05:00/2026-03-08T04:00-05:00"),
        ("Su 01:30-03:30", "2026-03-08", "2026-03-08T01:30-06:00/2026-03-08T03:30-05:00"),
        ("Su 01:30-02:30", "2026-11-01", "2026-11-01T01:30-05:00/2026-11-01T02:30-06:00"),
        ("Su 01:15-01:45", "2026-11-01", "2026-11-01T01:15-05:00/2026-11-01T01:45-05:00"),
        ("Sa 22:00-01:00", "2026-10-31", "2026-10-31T22:00-05:00/2026-11-01T01:00-05:00"),
        ("Sa 22:00-03:00", "2026-10-31", "2026-10-31T22:00-05:00/2026-11-01T03:00-06:00"),
        ("Su 13:00-14:00", "2026-11-01", "2026-11-01T13:00-06:00/2026-11-01T14:00-06:00"),
    ],
)
def test_daylight_saving(text: str, day: str, expected: str, kind: str) -> None:
    end = (datetime.fromisoformat(day) + timedelta(days=2)).date().isoformat()
    assert times(text, day, end, kind) == [expected]


def test_recurrences() -> None:
    every_second = "DTSTART:20261103T190000 RRULE:FREQ=WEEKLY;INTERVAL=2 DURATION:PT90M"
    assert times(None, "2026-11-01", "2026-12-01", recurrence=every_second) == [
        "2026-11-03T19:00-06:00/2026-11-03T20:30-06:00",
        "2026-11-17T19:00-06:00/2026-11-17T20:30-06:00",
    ]
    without = f"{every_second} EXDATE:20261117T190000"
    assert times(None, "2026-11-01", "2026-12-02", recurrence=without) == [
        "2026-11-03T19:00-06:00/2026-11-03T20:30-06:00",
        "2026-12-01T19:00-06:00/2026-12-01T20:30-06:00",
    ]
    # The clock time stays the same over the end of daylight saving.
    over = "DTSTART:20261025T190000 RRULE:FREQ=WEEKLY;COUNT=2"
    assert times(None, "2026-10-20", "2026-12-01", recurrence=over) == [
        "2026-10-25T19:00-05:00/2026-10-25T20:00-05:00",
        "2026-11-01T19:00-06:00/2026-11-01T20:00-06:00",
    ]


def test_schedule_and_recurrence_add_up_and_say_the_same_once() -> None:
    both = "DTSTART:20261103T190000 RRULE:FREQ=WEEKLY;INTERVAL=2"
    result = times("Tu 19:00-20:00", "2026-11-03", "2026-11-12", recurrence=both)
    assert result == [
        "2026-11-03T19:00-06:00/2026-11-03T20:00-06:00",
        "2026-11-10T19:00-06:00/2026-11-10T20:00-06:00",
    ]


def test_dates_keep_only_those_days() -> None:
    result = times("19:00-21:00", "2026-11-01", "2026-12-31", dates={"2026-11-27", "2026-12-04"})
    assert result == [
        "2026-11-27T19:00-06:00/2026-11-27T21:00-06:00",
        "2026-12-04T19:00-06:00/2026-12-04T21:00-06:00",
    ]
    with pytest.raises(ScheduleError):
        times("19:00-21:00", "2026-11-01", "2026-12-31", dates={"Nov 27"})


def test_next_start() -> None:
    now = datetime(2026, 11, 20, 18, tzinfo=ZONE)

    def start(text: str, kind: str = "sessions", recurrence: str | None = None) -> str | None:
        result = schedule.next_start(text, recurrence, kind, CHICAGO, now)
        return result.isoformat(timespec="minutes") if result else None

    assert start("Fr 18:00-19:00") == "2026-11-20T18:00-06:00"
    assert start("Fr 17:30-19:00") == "2026-11-27T17:30-06:00"  # one cannot be there at the start
    assert start("Fr 17:30-19:00", "hours") == "2026-11-20T18:00-06:00"
    assert start("Oct Fr[1] 19:00-20:00") == "2027-10-01T19:00-05:00"  # 315 days ahead
    assert start("Feb 29 19:00-20:00") is None  # 2028
    assert start("24/7", "hours") == "2026-11-20T18:00-06:00"


def test_expand_gives_each_asset_its_own_times_in_its_own_zone() -> None:
    frame = pd.DataFrame(
        {
            "schedule": ["Mo 19:00-20:00", None, "Mo 19:00-20:00", "24/7", "Mo 08:00-09:00"],
            "time_kind": ["sessions", "sessions", "sessions", "hours", None],
            "timezone": [None, None, "America/Denver", None, "America/New_York"],
        }
    ).astype("str")
    frame.loc[1, "schedule"] = np.nan
    frame["dates"] = None
    begin = datetime(2026, 11, 2, tzinfo=ZONE)
    result = schedule.expand(frame, begin, begin + timedelta(days=1), CHICAGO)
    assert result.to_dict("list") == {
        "asset": [0, 2, 3, 4],
        "start": [
            pd.Timestamp("2026-11-03T01:00"),
            pd.Timestamp("2026-11-03T02:00"),
            pd.Timestamp("2026-11-02T06:00"),
            pd.Timestamp("2026-11-02T13:00"),
        ],
        "end": [
            pd.Timestamp("2026-11-03T02:00"),
            pd.Timestamp("2026-11-03T03:00"),
            pd.Timestamp("2026-11-03T06:00"),
            pd.Timestamp("2026-11-02T14:00"),
        ],
    }
    assert {str(result[name].dtype) for name in ("start", "end")} == {"datetime64[s]"}


def test_expand_of_nothing() -> None:
    frame = pd.DataFrame({"schedule": pd.Series([], dtype="str")})
    begin = datetime(2026, 11, 2, tzinfo=UTC)
    assert schedule.expand(frame, begin, begin + timedelta(days=35), "UTC").shape == (0, 3)


def test_expand_equals_occurrences_asset_by_asset() -> None:
    chance = random.Random(11)
    texts = ["Mo 19:00-20:00", "Fr 22:00-01:00", "24/7", "Mo-Fr 09:00-17:00; PH off", None]
    frame = pd.DataFrame(
        {
            "schedule": [chance.choice(texts) for _ in range(60)],
            "time_kind": [chance.choice(("sessions", "hours")) for _ in range(60)],
            "timezone": [chance.choice((CHICAGO, "America/Phoenix", None)) for _ in range(60)],
            "recurrence": [
                chance.choice((None, "DTSTART:20261103T190000 RRULE:FREQ=DAILY;COUNT=3"))
                for _ in range(60)
            ],
        }
    )
    begin = datetime(2026, 10, 28, 7, tzinfo=ZONE)
    end = begin + timedelta(days=14)
    spans = schedule.expand_seconds(frame, begin, end, CHICAGO)
    for place, row in enumerate(frame.itertuples()):
        own = spans.asset == place
        zone = row.timezone if isinstance(row.timezone, str) else CHICAGO
        expected = schedule.occurrences(
            row.schedule, row.recurrence, row.time_kind, zone, begin, end
        )
        seconds = [(int(a.timestamp()), int(b.timestamp())) for a, b in expected]
        assert list(zip(spans.start[own], spans.end[own], strict=True)) == seconds


def merged(found: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Times that touch or overlap joined."""
    whole: list[tuple[datetime, datetime]] = []
    for start, end in found:
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def by_library(text: str, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    naive = begin.replace(tzinfo=None), end.replace(tzinfo=None)
    return [
        (start.replace(tzinfo=UTC), stop.replace(tzinfo=UTC))
        for start, stop, state, _ in OpeningHours(text, country="US").intervals(*naive)
        if state == State.OPEN
    ]


@settings(max_examples=80, deadline=None)
@given(rules(offs=0), st.integers(0, 700))
def test_our_own_layout_agrees_with_the_library(some: tuple[Rule, ...], day: int) -> None:
    """Two implementations of one grammar, where nothing is closed and no clock changes."""
    text = schedule.write(some)
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    end = begin + timedelta(days=20)
    result = schedule.occurrences(text, None, "sessions", "UTC", begin, end, country="US")
    cut = [(max(start, begin), min(stop, end)) for start, stop in result]
    assert merged(cut) == by_library(text, begin, end)


@settings(max_examples=80, deadline=None)
@given(rules(), st.integers(0, 700))
def test_hours_are_those_of_the_library(some: tuple[Rule, ...], day: int) -> None:
    text = schedule.write(some)
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    end = begin + timedelta(days=20)
    result = schedule.occurrences(text, None, "hours", "UTC", begin, end, country="US")
    assert [(max(a, begin), min(b, end)) for a, b in result] == by_library(text, begin, end)
    assert all(a < end and b > begin for a, b in result)


@settings(max_examples=60, deadline=None)
@given(rules(), st.sampled_from(("America/Chicago", "Australia/Lord_Howe", "Asia/Kolkata")))
def test_every_time_is_as_long_as_it_says_but_for_clock_changes(
    some: tuple[Rule, ...], zone: str
) -> None:
    text = schedule.write(some)
    lengths = {rule.end - rule.start for rule in some}
    always = text.startswith("24/7")
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    # Clocks change on 8 March (Chicago) and 5 April (Lord Howe Island); nights begin a day before.
    changes = {(3, 7), (3, 8), (4, 4), (4, 5)}
    for start, end in schedule.occurrences(
        text, None, "sessions", zone, begin, begin + timedelta(days=50)
    ):
        assert start < end
        minutes = (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 60
        if (start.month, start.day) not in changes and not always:
            assert minutes in lengths
