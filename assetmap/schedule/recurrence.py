"""RRULE text: what a week cannot say (every second Tuesday, ten times, the 15th, exceptions).

The text is DTSTART and RRULE of iCalendar (RFC 5545) on one line, in local time:

    DTSTART:20261103T190000 RRULE:FREQ=WEEKLY;INTERVAL=2 DURATION:PT90M EXDATE:20261117T190000

DURATION or DTEND gives the length (one hour without them); a second DTSTART begins a second
series. The rules themselves are expanded by python-dateutil.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from dateutil.rrule import rruleset, rrulestr

from assetmap.schedule.rules import ScheduleError
from assetmap.words import clause_of
from assetmap.words import text as text_of

DEFAULT_MINUTES = 60
LONGEST_MINUTES = 14 * 24 * 60
YEARS = (1990, 2200)
# The calendar repeats exactly every 400 years, so a rule moved there ends its search after a
# few centuries, not eight thousand years, when its day never comes (30 February).
_CYCLE_YEARS = 400
_LAST_CYCLE = 9200

_STAMP = r"\d{8}T\d{6}"
_LINE = re.compile(
    rf"(?P<name>DTSTART|DTEND|EXDATE|RDATE):(?P<stamps>{_STAMP}(?:,{_STAMP})*)"
    r"|(?P<rule>RRULE:FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;[A-Z]+=[A-Z0-9,+-]+)*)"
    r"|DURATION:P(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,3})D)?"
    r"(?:T(?:(?P<hours>\d{1,3})H)?(?:(?P<minutes>\d{1,4})M)?(?:0+S)?)?",
    re.ASCII,
)
_PARTS = {
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "BYWEEKNO",
    "WKST",
}
_HOW = text_of("schedule.how_recurrence")


class Series(NamedTuple):
    """Starts that repeat (local, without time zone) and the length of each in minutes."""

    starts: rruleset
    minutes: int
    endless: bool

    def last_end(self) -> datetime | None:
        """When the last of them is over (local, without time zone); None: they go on for ever."""
        if self.endless:
            return None
        last = max(self.starts, default=None)
        return None if last is None else last + timedelta(minutes=self.minutes)

    def between(self, begin: datetime, end: datetime) -> list[datetime]:
        """Starts in [begin, end), local times without time zone."""
        return [start for start in self.starts.between(begin, end, inc=True) if start < end]


@lru_cache(maxsize=4096)
def parse_recurrence(text: str) -> tuple[Series, ...]:
    """The series of a recurrence text. Raises ScheduleError with one sentence what to write."""
    lines = text.split()
    if not lines or not lines[0].startswith("DTSTART:"):
        raise ScheduleError(text_of("schedule.no_dtstart", text=text, how=_HOW))
    groups: list[list[str]] = []
    for line in lines:
        if line.startswith("DTSTART:"):
            groups.append([])
        groups[-1].append(line)
    return tuple(_series(group, text) for group in groups)


def _series(lines: list[str], text: str) -> Series:
    kept: list[str] = []
    rules = 0
    start: datetime | None = None
    minutes = DEFAULT_MINUTES
    for line in lines:
        match = _LINE.fullmatch(line)
        if not match:
            raise ScheduleError(
                text_of("schedule.line_not_understood", text=text, line=line, how=_HOW)
            )
        if match["name"] == "DTSTART":
            start = _stamp(match["stamps"], text)
            kept.append(line)
        elif match["name"] == "DTEND":
            assert start is not None  # DTSTART is the first line of a group
            minutes = int((_stamp(match["stamps"], text) - start).total_seconds()) // 60
        elif match["name"]:
            for stamp in match["stamps"].split(","):
                _stamp(stamp, text)
            kept.append(line)
        elif match["rule"]:
            _check_rule(match["rule"], text)
            rules += 1
            kept.append(line)
        else:
            length = {name: int(match[name] or 0) for name in ("weeks", "days", "hours", "minutes")}
            minutes = int(timedelta(**length).total_seconds()) // 60
    if rules != 1:
        raise ScheduleError(text_of("schedule.one_rrule", text=text, how=_HOW))
    if not 0 < minutes <= LONGEST_MINUTES:
        raise ScheduleError(text_of("schedule.bad_duration", text=text, minutes=minutes))
    assert start is not None
    if not YEARS[0] <= start.year <= YEARS[1]:
        years = {"first": YEARS[0], "last": YEARS[1]}
        raise ScheduleError(text_of("schedule.bad_year", text=text, year=start.year, **years))
    try:
        rule = next(line for line in kept if line.startswith("RRULE"))
        _check_happens(start, rule)
        starts = rrulestr("\n".join(kept), forceset=True)
    except (ValueError, TypeError, OverflowError) as error:
        why = clause_of(error)
        message = text_of("schedule.recurrence_unreadable", text=text, why=why, how=_HOW)
        raise ScheduleError(message) from error
    return Series(starts, minutes, "COUNT=" not in rule and "UNTIL=" not in rule)


def _stamp(stamp: str, text: str) -> datetime:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%S")
    except ValueError as error:
        raise ScheduleError(text_of("schedule.bad_stamp", text=text, stamp=stamp)) from error


def _check_rule(rule: str, text: str) -> None:
    parts = dict(part.split("=") for part in rule.removeprefix("RRULE:").split(";"))
    unknown = sorted(set(parts) - _PARTS)
    if unknown:
        parts_named = ", ".join(unknown)
        raise ScheduleError(text_of("schedule.unknown_part", text=text, parts=parts_named))
    for name in ("INTERVAL", "COUNT"):  # dateutil never comes to an end with an interval of 0
        if not re.fullmatch(r"[1-9]\d{0,3}", parts.get(name, "1"), re.ASCII):
            number = {"part": name, "value": parts[name]}
            raise ScheduleError(text_of("schedule.bad_number", text=text, **number))


def _check_happens(start: datetime, rule: str) -> None:
    """Raise ValueError where `rule` has no day at all, which dateutil would seek for ever."""
    without_end = ";".join(part for part in rule.split(";") if not part.startswith("UNTIL="))
    later = start.replace(year=_LAST_CYCLE + start.year % _CYCLE_YEARS)
    if next(iter(rrulestr(without_end, dtstart=later)), None) is None:
        raise ValueError(text_of("schedule.never"))
