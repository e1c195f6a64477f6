"""Schedules: when something happens, as text, as rules, as times and as words.

Read `rules` (opening_hours text ⇄ rules), then `recurrence` (RRULE text, for what a week cannot
say), `occurrences` (both → times in a window), `windows` ("tonight" → a window) and
`words` ("Tuesdays 7:00–8:00 pm"). A missing schedule is "hours unknown" and has no occurrences;
that is not the same as closed, so whoever counts must ask `is_known` first.
"""

from __future__ import annotations

from assetmap.schedule.occurrences import (
    DAYS_AHEAD,
    DAYS_KEPT,
    NEVER_OVER,
    OccurrenceSpans,
    expand,
    expand_seconds,
    is_known,
    last_end,
    last_ends,
    next_start,
    occurrences,
    over_at,
)
from assetmap.schedule.recurrence import Series, parse_recurrence
from assetmap.schedule.rules import (
    ALWAYS,
    DAY_CODES,
    EVERY_DAY,
    DateRange,
    Rule,
    ScheduleError,
    parse,
    simplify,
    write,
)
from assetmap.schedule.windows import Window, day_number, each_day, part_of_day, window
from assetmap.schedule.words import describe, describe_clock, describe_span

__all__ = [
    "ALWAYS",
    "DAYS_AHEAD",
    "DAYS_KEPT",
    "DAY_CODES",
    "EVERY_DAY",
    "NEVER_OVER",
    "DateRange",
    "OccurrenceSpans",
    "Rule",
    "ScheduleError",
    "Series",
    "Window",
    "day_number",
    "describe",
    "describe_clock",
    "describe_span",
    "each_day",
    "expand",
    "expand_seconds",
    "is_known",
    "last_end",
    "last_ends",
    "next_start",
    "occurrences",
    "over_at",
    "parse",
    "parse_recurrence",
    "part_of_day",
    "simplify",
    "window",
    "write",
]
