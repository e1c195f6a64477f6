"""Windows of time as people say them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.schedule import ScheduleError, Window, window

ZONE = ZoneInfo("America/Chicago")
FRIDAY_SIX = "2026-11-20T18:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def said(text: str, now: str = FRIDAY_SIX) -> tuple[str, str]:
    result = window(text, at(now))
    return (
        result.begin.replace(tzinfo=None).isoformat(timespec="minutes"),
        result.end.replace(tzinfo=None).isoformat(timespec="minutes"),
    )


@pytest.mark.parametrize(
    ("text", "now", "begin", "end"),
    [
        ("now", FRIDAY_SIX, "2026-11-20T18:00", "2026-11-20T20:00"),
        ("today", FRIDAY_SIX, "2026-11-20T00:00", "2026-11-21T00:00"),
        ("Tomorrow", FRIDAY_SIX, "2026-11-21T00:00", "2026-11-22T00:00"),
        ("tonight", FRIDAY_SIX, "2026-11-20T17:00", "2026-11-21T04:00"),
        ("tonight", "2026-11-20T09:00", "2026-11-20T17:00", "2026-11-21T04:00"),
        ("tonight", "2026-11-21T03:59", "2026-11-20T17:00", "2026-11-21T04:00"),
        ("tonight", "2026-11-21T04:00", "2026-11-21T17:00", "2026-11-22T04:00"),
        ("esta noche", FRIDAY_SIX, "2026-11-20T17:00", "2026-11-21T04:00"),
        ("weekend", FRIDAY_SIX, "2026-11-21T00:00", "2026-11-23T00:00"),
        ("weekend", "2026-11-21T10:00", "2026-11-21T00:00", "2026-11-23T00:00"),
        ("weekend", "2026-11-22T23:59", "2026-11-21T00:00", "2026-11-23T00:00"),
        ("weekend", "2026-11-23T00:00", "2026-11-28T00:00", "2026-11-30T00:00"),
        ("fin de semana", FRIDAY_SIX, "2026-11-21T00:00", "2026-11-23T00:00"),
        ("fri 17:00-23:00", FRIDAY_SIX, "2026-11-20T17:00", "2026-11-20T23:00"),
        ("fri 17:00-23:00", "2026-11-20T22:59", "2026-11-20T17:00", "2026-11-20T23:00"),
        ("fri 17:00-23:00", "2026-11-20T23:00", "2026-11-27T17:00", "2026-11-27T23:00"),
        ("Friday 5pm-11pm", FRIDAY_SIX, "2026-11-20T17:00", "2026-11-20T23:00"),
        ("friday evening", FRIDAY_SIX, "2026-11-20T17:00", "2026-11-20T23:00"),
        ("fri 22:00-02:00", "2026-11-21T01:00", "2026-11-20T22:00", "2026-11-21T02:00"),
        ("fri 22:00-24:00", FRIDAY_SIX, "2026-11-20T22:00", "2026-11-21T00:00"),
        ("viernes", FRIDAY_SIX, "2026-11-20T00:00", "2026-11-21T00:00"),
        ("miércoles 9:00-12:00", FRIDAY_SIX, "2026-11-25T09:00", "2026-11-25T12:00"),
        ("sábado por la tarde", FRIDAY_SIX, "2026-11-21T12:00", "2026-11-21T17:00"),
        ("sunday", FRIDAY_SIX, "2026-11-22T00:00", "2026-11-23T00:00"),
        ("thu", FRIDAY_SIX, "2026-11-26T00:00", "2026-11-27T00:00"),
        ("17:00-21:00", "2026-11-20T22:00", "2026-11-21T17:00", "2026-11-21T21:00"),
        ("2026-11-27", FRIDAY_SIX, "2026-11-27T00:00", "2026-11-28T00:00"),
        ("2026-11-27 17:00-23:00", FRIDAY_SIX, "2026-11-27T17:00", "2026-11-27T23:00"),
        ("2020-01-01", FRIDAY_SIX, "2020-01-01T00:00", "2020-01-02T00:00"),
    ],
)
def test_windows(text: str, now: str, begin: str, end: str) -> None:
    assert said(text, now) == (begin, end)


def test_what_was_asked_stays_known() -> None:
    assert window("viernes 17:00-01:00", at(FRIDAY_SIX)) == Window(
        at("2026-11-20T17:00"), at("2026-11-21T01:00"), "fri 17:00-01:00", 4, (1020, 1500)
    )
    assert window("sunday", at(FRIDAY_SIX))[2:5] == ("sun", 6, None)
    assert window("tonight", at(FRIDAY_SIX))[2:5] == ("tonight", None, (1020, 1680))
    assert window("2026-11-27", at(FRIDAY_SIX))[2:5] == ("2026-11-27", 4, None)


def test_seven_days_either_side_keep_the_clock_over_daylight_saving() -> None:
    result = window("2026-11-01 17:00-23:00", at(FRIDAY_SIX)).widened()
    assert [time.isoformat(timespec="minutes") for time in result] == [
        "2026-10-25T17:00-05:00",
        "2026-11-08T23:00-06:00",
    ]


def test_now_is_two_hours_even_when_clocks_change() -> None:
    result = window("now", datetime(2026, 11, 1, 0, 30, tzinfo=ZONE))
    assert result.end.isoformat(timespec="minutes") == "2026-11-01T01:30-06:00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "soon",
            "The time 'soon' is not understood; write now, today, tonight, weekend, a day such as "
            "fri or 2026-11-27, or a day with times such as fri 17:00-23:00.",
        ),
        ("2026-02-30", "There is no day 2026-02-30; write it such as 2026-11-27."),
        ("fri 25:00-26:00", "The time 'fri 25:00-26:00' has no such hour; write 00:00 to 24:00."),
        (
            "fri 17:00-17:00",
            "The time 'fri 17:00-17:00' has no length; "
            "write a start and a later end such as 17:00-23:00.",
        ),
    ],
)
def test_what_is_refused_and_what_to_write(text: str, message: str) -> None:
    with pytest.raises(ScheduleError) as error:
        window(text, at(FRIDAY_SIX))
    assert str(error.value) == message


def test_a_clock_without_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        window("now", datetime(2026, 11, 20))


PIECES = ["fri", "now", " ", "17:00", "-", "5pm", "2026-11-27", "evening", "noche", "24:00", "9"]


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text()))
def test_any_text_is_a_window_or_refused(text: str) -> None:
    try:
        result = window(text, at(FRIDAY_SIX))
    except ScheduleError:
        return
    assert result.begin < result.end
    assert window(result.text, at(FRIDAY_SIX)) == result
