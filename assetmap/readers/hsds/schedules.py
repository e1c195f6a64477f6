"""Schedules of HSDS (3.0 `schedules`, 2.x `regular_schedules`) as ours.

What a week or a week of the month can say becomes opening_hours text; interval, count, days of
the month and weeks of the year become a recurrence; a text alone goes to the hours reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from assetmap import schedule
from assetmap.fields import JsonObject
from assetmap.files.source import as_text
from assetmap.readers.hours import clock
from assetmap.readers.hours.read import read_hours
from assetmap.readers.hours.words import days_named
from assetmap.words import clause_of, text

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_ZONE = re.compile(r"[+-]\d\d:?\d\d$")
_UTC = re.compile(r"(Z|[+-]00:?00)$", re.IGNORECASE)
_LONGEST_NIGHT = 14 * 60
_PARTS = ("interval", "count", "bymonthday", "byweekno", "byyearday")


class ScheduleRead(NamedTuple):
    """A schedule and a recurrence ("" where there is none), and (severity, value, note)s."""

    schedule: str
    recurrence: str
    notes: list[tuple[str, str, str]]
    by_appointment: bool | None = None
    zone: str = ""


class _Refused(ValueError):
    """A row that cannot be read; the message says why."""


def read_schedules(rows: Sequence[JsonObject]) -> ScheduleRead:
    """All rows of one service at one place."""
    rules: list[schedule.Rule] = []
    series: list[str] = []
    notes: list[tuple[str, str, str]] = []
    appointment: bool | None = None
    zones: set[str] = set()
    for row in rows:
        cells = {name: as_text(value) or "" for name, value in row.items()}
        words = next(
            (cells[k] for k in ("original_text", "description", "notes") if cells.get(k)), ""
        )
        try:
            result = _rules(cells)
            if isinstance(result, str):
                series.append(result)
            else:
                rules += result
        except _Refused as reason:
            hours = read_hours(words) if words else None
            if hours is not None and hours.schedule:
                rules += schedule.parse(hours.schedule)
                zones.add(hours.zone)
                notes.append(("guessed", words, text("readers.read_as", value=hours.schedule)))
            else:
                shown = words or ", ".join(
                    f"{k} {v}" for k, v in cells.items() if k in _SHOWN and v
                )
                notes.append(("kept", shown, text("readers.time_unknown", why=clause_of(reason))))
            if hours is not None and hours.by_appointment is not None:
                appointment = hours.by_appointment
    try:
        written = schedule.write(rules) if rules else ""
        schedule.parse(written or "24/7")
    except schedule.ScheduleError as error:
        notes.append(("kept", "", clause_of(error)))
        written = ""
    if written:
        written, zone = _against_text(written, rules, rows, notes)
        zones.add(zone)
    zone = zones.pop() if len(zones - {""}) == 1 and len(zones) == 1 else ""
    return ScheduleRead(written, " ".join(series), notes, appointment, zone)


def _against_text(
    written: str,
    rules: Sequence[schedule.Rule],
    rows: Sequence[Mapping[str, object]],
    notes: list[tuple[str, str, str]],
) -> tuple[str, str]:
    """The times and their zone, once compared with the text that says the same in words.

    Somebody wrote the text for people; rows are often what a form left. Where they differ the text
    is taken, and where it names other days and cannot be read, neither.
    """
    texts = list(dict.fromkeys(as_text(row.get("original_text")) or "" for row in rows))
    whole = "; ".join(filter(None, texts))
    if not whole:
        return written, ""
    hours = read_hours(whole)
    if hours.schedule is None:
        days = days_named(whole)
        if days and days != {day for rule in rules for day in rule.days}:
            notes.append(("kept", whole, text("readers.hours_disagree", rows=written)))
            return "", ""
        return written, ""
    by_text = schedule.parse(hours.schedule)
    if _week(by_text) == _week(rules):
        return written, hours.zone
    note = text("readers.hours_text_taken", rows=written, text=hours.schedule)
    notes.append(("guessed", whole, note))
    return hours.schedule, hours.zone


def _week(rules: Sequence[schedule.Rule]) -> set[tuple[object, ...]]:
    """Open minutes as (day, weeks of the month, start, end), spans that touch joined."""
    result: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for rule in rules:
        for day in rule.days:
            result.setdefault((day, rule.nth, rule.off, rule.dates), []).append(
                (rule.start, rule.end)
            )
    joined: set[tuple[object, ...]] = set()
    for key, spans in result.items():
        start, end = -1, -1
        for low, high in sorted(spans):
            if low > end:
                if end > 0:
                    joined.add((*key, start, end))
                start, end = low, high
            end = max(end, high)
        joined.add((*key, start, end))
    return joined


_SHOWN = ("freq", "byday", "weekday", "opens_at", "closes_at", "dtstart", "valid_from")


def _rules(cells: Mapping[str, str]) -> list[schedule.Rule] | str:
    """Rules of one row, or a recurrence text. Raises _Refused."""
    start, end = _span(cells)
    freq = (cells.get("freq") or "").upper()
    days = _byday(cells.get("byday") or cells.get("weekday") or cells.get("day") or "")
    begins = _day(cells.get("dtstart", ""))
    first = begins or _day(cells.get("valid_from", ""))
    last = _day(cells.get("until", "")) or _day(cells.get("valid_to", ""))
    odd = [name for name in _PARTS if cells.get(name) and (name, cells[name]) != ("interval", "1")]
    if odd:
        return _recurrence(cells, freq, days, start, end)
    if not days and freq == "WEEKLY" and begins:
        days = [("", begins.weekday())]
    if not days and freq == "DAILY":
        days = [("", day) for day in range(7)]
    if not days:
        raise _Refused(text("readers.no_weekday"))
    if freq == "MONTHLY" and any(not nth for nth, _ in days):
        days = [("", day) for _, day in days]  # "SA" of a month is each of its Saturdays
    if freq not in ("", "WEEKLY", "MONTHLY", "DAILY"):
        raise _Refused(text("readers.no_frequency", freq=freq))
    if last is not None and first is not None and last < first:
        raise _Refused(text("readers.ends_before"))
    dates = _dates(first, last)
    result: dict[frozenset[int], set[int]] = {}
    for nth, day in days:
        result.setdefault(frozenset([int(nth)] if nth else []), set()).add(day)
    return [
        schedule.Rule(frozenset(which), nth, start, end, dates) for nth, which in result.items()
    ]


def _dates(first: date | None, last: date | None) -> tuple[schedule.DateRange, ...]:
    """A season, only where it has an end; a beginning alone is long past in most feeds."""
    if last is None:
        return ()
    begin = first or last - timedelta(days=365)
    return (
        schedule.DateRange((begin.year, begin.month, begin.day), (last.year, last.month, last.day)),
    )


def _span(cells: Mapping[str, str]) -> tuple[int, int]:
    given = [cells.get(name, "").removeprefix("T") for name in ("opens_at", "closes_at")]
    for clock_text in given:
        if _UTC.search(clock_text):
            raise _Refused(text("readers.in_utc", clock=clock_text))
    opens, closes = (_ZONE.sub("", clock_text) for clock_text in given)
    if not opens:
        raise _Refused(text("readers.no_time"))
    start = clock.minutes(opens)
    if start is None:
        raise _Refused(text("readers.not_a_time", clock=opens))
    if not closes:
        raise _Refused(text("readers.no_end"))
    end = clock.minutes(closes)
    if end is None:
        raise _Refused(text("readers.not_a_time", clock=closes))
    if start == end:
        if start:
            raise _Refused(text("readers.ends_at_once"))
        return 0, clock.DAY
    if start == clock.DAY:
        raise _Refused(text("readers.begins_late"))
    if end < start and end + clock.DAY - start > _LONGEST_NIGHT:
        raise _Refused(text("readers.too_long_night"))
    return start, end if end > start else end + clock.DAY


def _byday(cell: str) -> list[tuple[str, int]]:
    """(week of the month or "", day) for "MO,TU", "1SA", "-1SU" or "Monday"."""
    result: list[tuple[str, int]] = []
    for part in re.split(r"[,;\s]+", cell.strip()):
        if not part:
            continue
        match = _BYDAY.fullmatch(part.upper())
        if match:
            result.append(((match[1] or "").lstrip("+"), _DAYS.index(match[2])))
            continue
        # Ohana counts 1 = Monday to 7 = Sunday.
        day = (int(part) - 1) % 7 if part in "01234567" else clock.weekday(part, sunday=0)
        if day is None:
            raise _Refused(text("readers.not_a_day", day=part))
        result.append(("", day))
    return result


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell[:10])
    except ValueError:
        return None


def _recurrence(
    cells: Mapping[str, str], freq: str, days: list[tuple[str, int]], start: int, end: int
) -> str:
    first = _day(cells.get("dtstart", "")) or _day(cells.get("valid_from", ""))
    if first is None:
        raise _Refused(text("readers.no_first_day"))
    if freq not in ("WEEKLY", "MONTHLY", "DAILY", "YEARLY"):
        raise _Refused(text("readers.no_frequency", freq=freq))
    if cells.get("byyearday"):
        raise _Refused(text("readers.byyearday"))
    parts = [f"FREQ={freq}"]
    for name in ("interval", "count", "bymonthday", "byweekno"):
        if cells.get(name):
            value = "".join(cells[name].split())
            parts.append(f"{name.upper()}={value}")
    if days:
        parts.append("BYDAY=" + ",".join(f"{nth}{_DAYS[day]}" for nth, day in days))
    last = _day(cells.get("until", "")) or _day(cells.get("valid_to", ""))
    if last is not None and not cells.get("count"):
        parts.append(f"UNTIL={last:%Y%m%d}T235959")
    stamp = f"{first:%Y%m%d}T{start // 60:02d}{start % 60:02d}00"
    result = f"DTSTART:{stamp} RRULE:{';'.join(parts)} DURATION:PT{end - start}M"
    try:
        schedule.parse_recurrence(result)
    except schedule.ScheduleError as error:
        raise _Refused(clause_of(error)) from None
    return result
