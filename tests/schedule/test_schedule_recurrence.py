"""RRULE text."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.schedule import ScheduleError, parse_recurrence

WEEKLY = "DTSTART:20261103T190000 RRULE:FREQ=WEEKLY"


def starts(text: str, begin: datetime, end: datetime) -> list[str]:
    return [
        start.isoformat() for item in parse_recurrence(text) for start in item.between(begin, end)
    ]


def test_what_a_week_cannot_say() -> None:
    begin, end = datetime(2026, 11, 1), datetime(2027, 1, 1)
    assert starts("DTSTART:20261115T180000 RRULE:FREQ=MONTHLY;BYMONTHDAY=15", begin, end) == [
        "2026-11-15T18:00:00",
        "2026-12-15T18:00:00",
    ]
    assert starts(f"{WEEKLY};COUNT=2 RDATE:20261224T100000", begin, end) == [
        "2026-11-03T19:00:00",
        "2026-11-10T19:00:00",
        "2026-12-24T10:00:00",
    ]
    two = f"{WEEKLY};COUNT=1 DTSTART:20261201T080000 RRULE:FREQ=DAILY;UNTIL=20261202T235959"
    assert starts(two, begin, end) == [
        "2026-11-03T19:00:00",
        "2026-12-01T08:00:00",
        "2026-12-02T08:00:00",
    ]


def test_the_end_of_the_window_is_outside() -> None:
    at = datetime(2026, 11, 3, 19)
    assert starts(WEEKLY, at, datetime(2026, 11, 10, 19)) == ["2026-11-03T19:00:00"]


@pytest.mark.parametrize(
    ("length", "minutes"),
    [
        ("", 60),
        (" DURATION:PT90M", 90),
        (" DURATION:P1DT2H", 26 * 60),
        (" DTEND:20261103T203000", 90),
        (" DTEND:20261104T010000", 360),
    ],
)
def test_length(length: str, minutes: int) -> None:
    assert [item.minutes for item in parse_recurrence(WEEKLY + length)] == [minutes]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "RRULE:FREQ=WEEKLY",
            "The recurrence 'RRULE:FREQ=WEEKLY' does not begin with DTSTART; write it such as "
            "`DTSTART:20261103T190000 RRULE:FREQ=WEEKLY;INTERVAL=2`.",
        ),
        (
            "DTSTART:20261103T190000Z RRULE:FREQ=WEEKLY",
            "The recurrence 'DTSTART:20261103T190000Z RRULE:FREQ=WEEKLY': "
            "'DTSTART:20261103T190000Z' is not understood; write it such as "
            "`DTSTART:20261103T190000 RRULE:FREQ=WEEKLY;INTERVAL=2`, "
            "in local time without a time zone.",
        ),
        (
            "DTSTART:20261303T190000 RRULE:FREQ=WEEKLY",
            "The recurrence 'DTSTART:20261303T190000 RRULE:FREQ=WEEKLY': "
            "20261303T190000 is not a date and time.",
        ),
        (
            "DTSTART:00010101T000000 RRULE:FREQ=DAILY",
            "The recurrence 'DTSTART:00010101T000000 RRULE:FREQ=DAILY' starts in 1; "
            "write a DTSTART between 1990 and 2200.",
        ),
        (
            f"{WEEKLY} DURATION:PT0M",
            f"The recurrence '{WEEKLY} DURATION:PT0M' has a length of 0 minutes; "
            "write a DURATION between PT1M and P14D.",
        ),
        (
            f"{WEEKLY};BYHOUR=1",
            f"The recurrence '{WEEKLY};BYHOUR=1' uses BYHOUR; use only FREQ, INTERVAL, COUNT, "
            "UNTIL, BYDAY, BYMONTH, BYMONTHDAY, BYSETPOS, BYWEEKNO.",
        ),
        (
            "DTSTART:20260101T100000",
            "The recurrence 'DTSTART:20260101T100000' needs one RRULE after each DTSTART; "
            "write it such as `DTSTART:20261103T190000 RRULE:FREQ=WEEKLY;INTERVAL=2`.",
        ),
    ],
)
def test_what_is_refused_and_what_to_write(text: str, message: str) -> None:
    with pytest.raises(ScheduleError) as error:
        parse_recurrence(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;COUNT=-1",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
    ],
)
def test_rules_that_never_happen_or_never_end_are_refused(rule: str) -> None:
    for year in (1990, 2026):
        with pytest.raises(ScheduleError):
            parse_recurrence(f"DTSTART:{year}0101T100000 RRULE:{rule}")


PIECES = ["DTSTART:20261103T190000", " ", "RRULE:FREQ=WEEKLY", "FREQ=DAILY", ";INTERVAL=", "2", "0"]
PIECES += [";BYDAY=", "MO", ",", "-1FR", ";COUNT=", ";UNTIL=", "20261231", "EXDATE:", "DURATION:P"]


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.text()))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        result = parse_recurrence(text)
    except ScheduleError:
        return
    assert all(item.minutes > 0 for item in result)
