"""A schedule in plain words, English and Spanish: "Tuesdays 7:00–8:00 pm".

Texts come from `vocabulary/words/schedule.csv`; this module only chooses among them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_timezone, get_timezone_name

from assetmap.schedule.recurrence import parse_recurrence
from assetmap.schedule.rules import EVERY_DAY, MINUTES_A_DAY, DateRange, Rule, parse
from assetmap.words import say
from assetmap.words.formats import locale

NOON = MINUTES_A_DAY // 2
_DAY_OF_CODE = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}


def describe(
    schedule: str | None,
    time_kind: str | None = "sessions",
    language: str = "en",
    recurrence: str | None = None,
    dates: Collection[str] | None = None,
    *,
    timezone: str | None = None,
    shown_in: str | None = None,
) -> str:
    """When it is, in words for people; "Hours not known" when nothing says so.

    Times are on the asset's own clock. Where its `timezone` is not that of the page
    (`shown_in`), the zone is named, so that nobody takes them for times of their own.

    Sessions name their days in full ("Tuesdays"), hours in short ("Mon–Fri"). Raises
    ScheduleError for a text that cannot be read.
    """
    words: list[str] = []
    if isinstance(schedule, str) and schedule.strip():
        words += _schedule(parse(schedule), time_kind == "hours", language, sorted(dates or ()))
    if isinstance(recurrence, str) and recurrence.strip():
        words += _recurrence(recurrence, language)
    text = "; ".join(words) or say("schedule.unknown", language)
    if words and timezone and shown_in and not _same_clock(timezone, shown_in):
        text = say("schedule.in_zone", language, times=text, zone=zone_name(timezone, language))
    return text[0].upper() + text[1:]


def zone_name(timezone: str, language: str = "en") -> str:
    """What people call a time zone: "Eastern Time", "hora oriental".

    >>> zone_name("America/New_York"), zone_name("America/New_York", "es")
    ('Eastern Time', 'hora oriental')
    """
    return str(get_timezone_name(get_timezone(timezone), locale=locale(language)))


@cache
def _same_clock(first: str, other: str) -> bool:
    """Whether two zones show the same time, summer and winter."""
    moments = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7)]
    return all(
        moment.astimezone(ZoneInfo(first)).utcoffset()
        == moment.astimezone(ZoneInfo(other)).utcoffset()
        for moment in moments
    )


def describe_clock(minutes: int, language: str = "en") -> str:
    """A time of day in words: 7:00 pm, noon, midnight. `minutes` after midnight."""
    return _clock(minutes, language, True)


def describe_span(start: int, end: int, language: str = "en") -> str:
    """From `start` to `end` (minutes after midnight): 7:00–8:00 pm, 10:00 am–noon."""
    same_half = start // NOON % 2 == end // NOON % 2 and end - start < NOON
    return say(
        "schedule.span",
        language,
        start=_clock(start, language, not same_half),
        end=_clock(end, language, True),
    )


def _clock(minutes: int, language: str, with_half: bool) -> str:
    minutes %= MINUTES_A_DAY
    if minutes in (0, NOON):
        return say("schedule.midnight" if minutes == 0 else "schedule.noon", language)
    clock = f"{(minutes // 60 - 1) % 12 + 1}:{minutes % 60:02d}"
    if not with_half:
        return clock
    return say("schedule.am" if minutes < NOON else "schedule.pm", language, clock=clock)


def _schedule(
    rules: tuple[Rule, ...], short: bool, language: str, only: list[str]
) -> Iterable[str]:
    for (ranges, days, nth), same in groupby(
        (rule for rule in rules if not rule.off), key=lambda rule: (rule.dates, rule.days, rule.nth)
    ):
        spans = [(rule.start, rule.end) for rule in same]
        whole_day = spans == [(0, MINUTES_A_DAY)]
        one_day_each = days == EVERY_DAY and all(each.first == each.last for each in ranges)
        if ranges and one_day_each and all(each.first[2] for each in ranges):
            on, ranges = _join([_range(each, language) for each in ranges], language), ()
        elif only:
            on = _join(
                [_date(date.fromisoformat(day).timetuple()[:3], language) for day in only], language
            )
        else:
            on = _days(days, nth, short, language)
        if whole_day and days == EVERY_DAY and not nth and not only:
            text = say("schedule.always", language)
        elif whole_day:
            text = say("schedule.always_on", language, days=on)
        else:
            times = _join([describe_span(*span, language) for span in spans], language)
            text = say("schedule.at", language, days=on, times=times)
        if ranges:
            when = _join([_range(each, language) for each in ranges], language)
            text = say("schedule.in_dates", language, dates=when, times=text)
        yield text
    for rule in rules:
        if rule.off:
            yield say("schedule.closed", language, days=_closed(rule, language))


def _closed(rule: Rule, language: str) -> str:
    if rule.holidays:
        return say("schedule.holidays", language)
    words = [_range(each, language) for each in rule.dates]
    if rule.days != EVERY_DAY or rule.nth:
        words.append(_days(rule.days, rule.nth, False, language))
    return _join(words, language)


def _days(days: frozenset[int], nth: frozenset[int], short: bool, language: str) -> str:
    if nth:
        order = sorted(nth, key=lambda number: (number < 0, number))
        which = _join([say(f"schedule.nth_{number}", language) for number in order], language)
        on = _join([say(f"schedule.day_{day}", language) for day in sorted(days)], language)
        return say("schedule.of_month", language, nth=which, day=on)
    if days == EVERY_DAY:
        return say("schedule.every_day", language)
    first, last = min(days), max(days)
    in_a_row = len(days) > 2 and last - first == len(days) - 1
    if in_a_row:
        name = "short" if short else "day"
        return say(
            f"schedule.{name}_range",
            language,
            first=say(f"schedule.{name}_{first}", language),
            last=say(f"schedule.{name}_{last}", language),
        )
    name = "short" if short else "days"
    return _join([say(f"schedule.{name}_{day}", language) for day in sorted(days)], language)


def _range(dates: DateRange, language: str) -> str:
    first, last = (_date(each, language) for each in dates)
    if dates.first == dates.last:
        return first
    return say("schedule.month_range", language, first=first, last=last)


def _date(day: Iterable[int], language: str) -> str:
    year, month, number = day
    name = say(f"schedule.month_{month}", language)
    if not number:
        return name
    if not year:
        return say("schedule.date", language, month=name, day=number)
    return say("schedule.date_year", language, month=name, day=number, year=year)


def _join(words: list[str], language: str) -> str:
    """a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return say("schedule.and", language, first=", ".join(words[:-1]), last=words[-1])


def _recurrence(text: str, language: str) -> Iterable[str]:
    """Every second week and days of the month get words; the rest says only the time of day."""
    groups = re.split(r"\s+(?=DTSTART)", text.strip())
    for series, group in zip(parse_recurrence(text), groups, strict=True):
        match = re.search(r"DTSTART:(\S+)", group)
        rule = re.search(r"RRULE:(\S+)", group)
        assert match and rule  # parse_recurrence has let nothing else through
        start = datetime.strptime(match[1], "%Y%m%dT%H%M%S")
        minute = start.hour * 60 + start.minute
        times = describe_span(minute, minute + series.minutes, language)
        parts = dict(part.split("=") for part in rule[1].split(";"))
        codes = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
        interval = int(parts.get("INTERVAL", 1))
        plain = not set(parts) - {"FREQ", "INTERVAL", "BYDAY", "WKST", "UNTIL", "COUNT"}
        if parts["FREQ"] == "WEEKLY" and plain and all(code in _DAY_OF_CODE for code in codes):
            days = frozenset(_DAY_OF_CODE[code] for code in codes) or {start.weekday()}
            on = _days(frozenset(days), frozenset(), False, language)
            if interval == 1:
                yield say("schedule.at", language, days=on, times=times)
            else:
                yield say("schedule.every_weeks", language, number=interval, days=on, times=times)
        elif set(parts) == {"FREQ", "BYMONTHDAY"} and re.fullmatch(r"[\d,]+", parts["BYMONTHDAY"]):
            days_of_month = _join(parts["BYMONTHDAY"].split(","), language)
            yield say("schedule.month_days", language, days=days_of_month, times=times)
        else:
            yield say("schedule.some_days", language, times=times)
