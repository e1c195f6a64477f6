"""Opening hours text ⇄ rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, ParserError
from rule_strategies import WEEK, rules

from assetmap import schedule
from assetmap.schedule import EVERY_DAY, DateRange, Rule, ScheduleError

MONDAY = frozenset((0,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo 19:00-20:00", (Rule(MONDAY, WEEK, 1140, 1200),)),
        ("Fr 22:00-01:00", (Rule(frozenset((4,)), WEEK, 1320, 1500),)),
        ("Fr 20:00-24:00", (Rule(frozenset((4,)), WEEK, 1200, 1440),)),
        ("Sa[1] 10:00-12:00", (Rule(frozenset((5,)), frozenset((1,)), 600, 720),)),
        ("Sa[-1] 10:00-12:00", (Rule(frozenset((5,)), frozenset((-1,)), 600, 720),)),
        ("24/7", (Rule(EVERY_DAY, WEEK, 0, 1440),)),
        ("10:00-12:00", (Rule(EVERY_DAY, WEEK, 600, 720),)),
        (
            "Fr-Mo 09:00-12:00,13:00-17:00",
            (
                Rule(frozenset((4, 5, 6, 0)), WEEK, 540, 720),
                Rule(frozenset((4, 5, 6, 0)), WEEK, 780, 1020),
            ),
        ),
        (
            "Jun-Aug Mo 19:00-20:00",
            (Rule(MONDAY, WEEK, 1140, 1200, (DateRange((0, 6, 0), (0, 8, 0)),)),),
        ),
        (
            "Mo 19:00-20:00; Dec 24-26 off; PH off",
            (
                Rule(MONDAY, WEEK, 1140, 1200),
                Rule(EVERY_DAY, WEEK, 0, 0, (DateRange((0, 12, 24), (0, 12, 26)),), False, True),
                Rule(EVERY_DAY, WEEK, 0, 0, (), True, True),
            ),
        ),
        (
            "2026 Dec 20-2027 Jan 02 Mo 19:00-20:00",
            (Rule(MONDAY, WEEK, 1140, 1200, (DateRange((2026, 12, 20), (2027, 1, 2)),)),),
        ),
    ],
)
def test_parse(text: str, expected: tuple[Rule, ...]) -> None:
    assert schedule.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("We 19:00-20:00, Mo 19:00-20:00", "Mo,We 19:00-20:00"),
        ("Mo 19:00-20:00, Mo 19:00-20:00", "Mo 19:00-20:00"),
        ("Mo 10:00-11:00, 13:00-14:00", "Mo 10:00-11:00,13:00-14:00"),
        ("Mo 10:00-11:00, Tu 10:00-11:00, 13:00-14:00", "Mo,Tu 10:00-11:00, Tu 13:00-14:00"),
        ("Mo-Su 00:00-24:00", "24/7"),
        ("Sa[1] 10:00-12:00, Sa[3] 10:00-12:00", "Sa[1,3] 10:00-12:00"),
        ("Sa[1-3] 10:00-12:00", "Sa[1,2,3] 10:00-12:00"),
        ("Sa[1-5] 10:00-12:00", "Sa 10:00-12:00"),
        ("Sa[1] 10:00-12:00, Sa 10:00-12:00", "Sa 10:00-12:00"),
        ("Fr 22:00-25:00", "Fr 22:00-01:00"),
        ("Fr 22:00-00:00", "Fr 22:00-24:00"),
        ("24/7; PH closed", "24/7; PH off"),
        ("Nov 26-27 10:00-11:00", "Nov 26-Nov 27 10:00-11:00"),
    ],
)
def test_write_is_canonical(text: str, canonical: str) -> None:
    assert schedule.write(schedule.parse(text)) == canonical
    assert schedule.write(schedule.parse(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  ", "The schedule is empty; leave the field out when times are unknown."),
        (
            '"call first"',
            "The schedule '\"call first\"' has a comment; leave it out, and for "
            '"call first" use the field `by_appointment`.',
        ),
        (
            "Mo 19:00-20:00 || Tu 19:00-20:00",
            "The schedule 'Mo 19:00-20:00 || Tu 19:00-20:00' has `||` (or else); "
            "write only the times that are sure.",
        ),
        (
            "Mo 19:00-19:00",
            "The schedule 'Mo 19:00-19:00': 19:00-19:00 starts and ends at the same time; "
            "write 00:00-24:00 for the whole day, or the true end.",
        ),
        (
            "Mo, We 10:00-11:00",
            "The schedule 'Mo, We 10:00-11:00': 'Mo' has no time; write it after the days, "
            "such as `Mo,We 19:00-20:00`, or 00:00-24:00 for the whole day.",
        ),
        (
            "Mo 10:00-11:00; Tu 10:00-11:00",
            "The schedule 'Mo 10:00-11:00; Tu 10:00-11:00': only closed days such as `; PH off` "
            "or `; Dec 24 off` may follow `;`; put `, ` between times.",
        ),
        (
            "Mo 10:00-11:00, PH off",
            "The schedule 'Mo 10:00-11:00, PH off': write `; ` before 'PH off'.",
        ),
        (
            "Mo,PH 10:00-11:00",
            "The schedule 'Mo,PH 10:00-11:00' has times on public holidays; "
            "only `; PH off` can be said.",
        ),
        ("Feb 30 10:00-11:00", "The schedule 'Feb 30 10:00-11:00': Feb has no day 30."),
        (
            "Mo 7pm-8pm",
            "The schedule 'Mo 7pm-8pm' uses am or pm; write times from 00:00 to 24:00, "
            "such as 19:00-20:00.",
        ),
        (
            "Mo[6] 10:00-11:00",
            "The schedule 'Mo[6] 10:00-11:00': [6] is not a week of the month; "
            "use 1 to 5, or -1 for the last.",
        ),
        (
            "Mo 10:00-11:75",
            "The schedule 'Mo 10:00-11:75': 11:75 is not a time; write 00:00 to 24:00.",
        ),
        ("Mo 10:00-40:00", "The schedule 'Mo 10:00-40:00': 10:00-40:00 is longer than a day."),
        (
            "2026 Dec 20-Jan 02 10:00-11:00",
            "The schedule '2026 Dec 20-Jan 02 10:00-11:00': 2026 Dec 20-Jan 02 has one year; "
            "write both, such as `2026 Dec 20-2027 Jan 10`, or none.",
        ),
        (
            "9:00-5:00",
            "The schedule '9:00-5:00': '9:00-5:00' is not understood; "
            "write days and times such as `Mo 19:00-20:00, Sa[1] 10:00-12:00`.",
        ),
    ],
)
def test_what_is_refused_and_what_to_write(text: str, message: str) -> None:
    with pytest.raises(ScheduleError) as error:
        schedule.parse(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "Mo",
        "PH off",
        "off",
        "Mo 19:00",
        "Mo 19:00+",
        "sunrise-sunset",
        "week 1 Mo 10:00-11:00",
        "Mo-Fr 24/7",
        "Mo 10:00-11:00,Tu 10:00-11:00",
        "mo 10:00-11:00",
        "Mo  10:00-11:00",
        "Mo[] 10:00-11:00",
        "Mo 10:00-11:00;",
        "٣:00-4:00",
        "Mo 10:00-11:00; We 12:00-13:00 off",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        schedule.parse(text)


@given(rules())
def test_writing_and_parsing_gives_the_same_rules(some: tuple[Rule, ...]) -> None:
    text = schedule.write(some)
    assert schedule.parse(text) == schedule.simplify(some)
    assert schedule.simplify(schedule.parse(text)) == schedule.parse(text)
    assert schedule.write(schedule.parse(text)) == text


def test_a_schedule_of_closed_days_alone_cannot_be_written() -> None:
    with pytest.raises(ScheduleError):
        schedule.write([Rule(EVERY_DAY, WEEK, 0, 0, (), True, True)])


PIECES = ["Mo", "Tu-Th", "Sa[1]", "[-1]", "PH", "off", "10:00-12:00", "22:00-26:00", "24/7"]
PIECES += [" ", ",", ", ", "; ", ";", "-", "Jun", "Dec 24", "2026", '"x"', "||", "+", "00:00", "0"]


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.text()))
def test_nothing_is_accepted_that_the_library_rejects(text: str) -> None:
    try:
        schedule.parse(text)
    except ScheduleError:
        return
    try:
        OpeningHours(text)
    except ParserError:
        pytest.fail(f"accepted, but the library rejects it: {text!r}")
