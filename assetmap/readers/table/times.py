"""Times in a cell: opening_hours text as it is, free text through the hours reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from assetmap import schedule, vocabulary
from assetmap.readers.hours.read import read_hours
from assetmap.readers.table.sheet import Sheet, distinct


class Times(NamedTuple):
    """A schedule ("" = none), other fields the text also fills, and what has to be said."""

    schedule: str
    fill: Mapping[str, str]
    severity: str
    note: str


def read_times(text: str) -> Times | None:
    """What `text` says; None for opening_hours text and for nothing, which need no reading."""
    if not text:
        return None
    try:
        schedule.parse(text)
        return None
    except schedule.ScheduleError:
        hours = read_hours(text)
    fill = {}
    if hours.by_appointment is not None:
        fill["by_appointment"] = "yes" if hours.by_appointment else "no"
    if hours.schedule is None:
        if hours.by_appointment:
            return Times("", fill, "fixed", "read as by appointment; no times are given")
        why = hours.note.rpartition(" were not read: ")[2].rstrip(".") or "it is not understood"
        return Times("", fill, "kept", f"not read, because {why}; the times are unknown")
    assumed = hours.end_assumed or hours.half_assumed
    if hours.end_assumed:
        fill["time_kind"] = "sessions"
    note = f"read as {hours.schedule}" + (f" ({hours.note.rstrip('.')})" if hours.note else "")
    return Times(hours.schedule, fill, "guessed" if assumed else "fixed", note)


def fill_times(sheet: Sheet) -> None:
    """Free-text hours, and day, start and end in columns of their own, to a schedule."""
    parts = [sheet.take(name) for name in ("day", "start_time", "end_time")]
    hours = sheet.take("hours")
    column = sheet.column_of("hours")
    if any((part != "").any() for part in parts):
        composed = np.array([_in_one(*cell) for cell in zip(*parts, strict=True)], dtype=object)
        hours = np.where(hours == "", composed, hours)
    for field, texts, name in (
        ("schedule", hours, column),
        ("schedule", sheet.get("schedule"), sheet.column_of("schedule")),
        ("intake_hours", sheet.get("intake_hours"), sheet.column_of("intake_hours")),
    ):
        if not (texts != "").any():
            continue
        codes, found = distinct(texts, read_times)
        result = sheet.get(field).copy()
        for at in map(int, np.flatnonzero(texts != "")):
            times = found[codes[at]]
            if texts is hours and result[at]:  # the schedule column says it already
                sheet.original[at][name] = texts[at]
                continue
            if times is None:
                result[at] = texts[at]
                continue
            sheet.original[at][name] = texts[at]
            result[at] = times.schedule
            for other, value in times.fill.items():
                if other in vocabulary.fields() and field == "schedule":
                    if other not in sheet.fields:
                        sheet.fields[other] = sheet.get(other)
                    sheet.fields[other][at] = sheet.fields[other][at] or value
            sheet.say(at, field, texts[at], times.severity, times.note)
        sheet.fields[field] = result


def _in_one(day: str, start: str, end: str) -> str:
    if not (day or start):
        return ""
    return f"{day} {start}-{end}".strip() if end else f"{day} {start}".strip()
