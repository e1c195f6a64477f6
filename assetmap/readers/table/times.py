"""Times in a cell: opening_hours text as it is, free text through the hours reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import numpy as np

from assetmap import schedule, vocabulary
from assetmap.assets.cells import lookup
from assetmap.places import fold
from assetmap.readers import values
from assetmap.readers.header import END, START, DayColumn, days_of_name
from assetmap.readers.hours import clock
from assetmap.readers.hours.read import read_hours
from assetmap.readers.table.sheet import Sheet, distinct, status_said
from assetmap.words import clause_of, text

_HALVES = re.compile(r"[ap]\.?\s?m\b|noon|midnight|mediod[ií]a|medianoche", re.IGNORECASE)
_BY_24 = re.compile(r"(?<![\d:])(?:0\d|1[3-9]|2[0-3])[:.h]?[0-5]\d(?!\d)")
_STAMPED = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?")
_NO_DATE = ("1899-", "1900-", "1904-")
"""What spreadsheets write for the day of a time without one."""
_SERIAL_TIME = re.compile(r"0?\.\d{2,}")
_SERIAL_DATE = re.compile(r"[34567]\d{4}(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050  # the years 2000 to 2099
_SHUT = re.compile(vocabulary.any_of("shut") + "|-+", re.IGNORECASE)


class CellTimes(NamedTuple):
    """A schedule ("" = none), other fields the text also fills, and what has to be said."""

    schedule: str
    fill: Mapping[str, str]
    severity: str
    note: str


def read_times(cell: str, clock24: bool = False) -> CellTimes | None:
    """What a cell says; None for opening_hours text and for nothing, which need no reading.

    `clock24`: the column writes times by the 24-hour clock, so "09:00" is the morning.
    """
    if not cell:
        return None
    try:
        schedule.parse(cell)
        return None
    except schedule.ScheduleError:
        hours = read_hours(cell, clock24)
    fill: dict[str, str] = {}
    if hours.by_appointment is not None:
        fill["by_appointment"] = "yes" if hours.by_appointment else "no"
    if hours.schedule is None:
        meaning = values.meaning("status", cell)
        status = meaning.values if meaning else lookup("status").get(fold(cell), "")
        # "Closed" alone in a column of hours may be one day.
        status = status_said(cell) or status
        if status == "temporarily_closed" or (status == "inactive" and len(cell.split()) > 1):
            note = text("readers.status_in_hours", status=status)
            return CellTimes("", {"status": status}, "fixed", note)
        if hours.by_appointment:
            return CellTimes("", fill, "fixed", text("readers.only_appointment"))
        why = hours.why or text("readers.hours_not_understood")
        return CellTimes("", fill, "kept", text("readers.not_read_because", why=why))
    assumed = hours.end_assumed or hours.half_assumed
    if hours.end_assumed:
        fill["time_kind"] = "sessions"
    note = text("readers.read_as", value=hours.schedule)
    if hours.note:
        assumption = clause_of(hours.note)
        note = text("readers.read_as_noted", value=hours.schedule, note=assumption)
    if hours.walk_in:
        fill["walk_in"] = "yes"
    if hours.zone:
        fill["timezone"] = hours.zone
    if hours.remark:
        fill["description"] = cell
    return CellTimes(hours.schedule, fill, "guessed" if assumed else "fixed", note)


def writes_24_hours(column: Iterable[str]) -> bool:
    """Whether a column of times is written by the 24-hour clock: a leading zero or any 13:00.

    Cells with am or pm say nothing of the others.
    """
    return any(_BY_24.search(cell) and not _HALVES.search(cell) for cell in column if cell)


def serial_time(cell: str) -> str:
    """ "19:00" for what a spreadsheet stores as 0.7917; other cells as they are."""
    if not _SERIAL_TIME.fullmatch(cell):
        return cell
    minutes = round(float(cell) % 1 * 24 * 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def serial_date(cell: str) -> str:
    """ "2026-10-01" for what a spreadsheet stores as 46296; other cells as they are."""
    if not _SERIAL_DATE.fullmatch(cell):
        return cell
    number = float(cell)
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return cell
    return (date(1899, 12, 30) + timedelta(days=int(number))).isoformat()


def read_serial_dates(sheet: Sheet) -> None:
    """Days that a spreadsheet left as numbers, in columns of dates."""
    for field, row in vocabulary.fields().items():
        if row["type"] not in ("date", "datetime") or field not in sheet.fields:
            continue
        column = sheet.fields[field].copy()
        for position in map(int, np.flatnonzero(column != "")):
            read = serial_date(column[position])
            if read != column[position]:
                note = text("readers.written_as", value=read)
                sheet.say(position, field, column[position], "fixed", note)
                column[position] = read
        sheet.fields[field] = column


def fill_times(
    sheet: Sheet, columns: Sequence[np.ndarray] = (), days: Sequence[DayColumn] = ()
) -> None:
    """Free-text hours, day, start and end in columns of their own, and columns that are days, to a
    schedule."""
    parts = [sheet.take(name) for name in ("day", "start_time", "end_time")]
    hours = sheet.take("hours")
    column = sheet.column_of("hours")
    if any((part != "").any() for part in parts):
        composed = _of_columns(sheet, *parts)
        for name, cells in zip(("day", "start_time", "end_time"), parts, strict=True):
            for position in map(int, np.flatnonzero((cells != "") & (hours != ""))):
                sheet.original[position][sheet.column_of(name)] = cells[position]
        hours = np.where(hours == "", composed, hours)
    by_days = None
    if days:
        by_days = _of_day_columns(sheet, columns, days, hours)
    for field, texts, name in (
        ("schedule", hours, column),
        ("schedule", sheet.get("schedule"), sheet.column_of("schedule")),
        ("intake_hours", sheet.get("intake_hours"), sheet.column_of("intake_hours")),
    ):
        if not (texts != "").any():
            continue
        clock24 = writes_24_hours(texts)
        codes, problems = distinct(texts, partial(read_times, clock24=clock24))
        result = sheet.get(field).copy()
        for position in map(int, np.flatnonzero(texts != "")):
            times = problems[codes[position]]
            if texts is hours and result[position]:  # the schedule column says it already
                sheet.original[position][name] = texts[position]
                continue
            if times is None:
                result[position] = texts[position]
                continue
            sheet.original[position][name] = texts[position]
            result[position] = times.schedule
            _fill(sheet, position, times.fill if field == "schedule" else {})
            sheet.say(position, field, texts[position], times.severity, times.note)
        sheet.fields[field] = result
    if by_days is not None:
        result = sheet.get("schedule").copy()
        result[result == ""] = by_days[result == ""]
        sheet.fields["schedule"] = result


def _fill(sheet: Sheet, position: int, fill: Mapping[str, str]) -> None:
    for field, value in fill.items():
        if field not in sheet.fields:
            sheet.fields[field] = sheet.get(field)
        old = sheet.fields[field][position]
        if field == "description" and old and value not in old:
            # What is said beside the times is shown with them.
            stop = "" if old.endswith((".", "!", "?")) else "."
            sheet.fields[field][position] = f"{old}{stop} {value}"
        else:
            sheet.fields[field][position] = old or value


def _of_columns(sheet: Sheet, days: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Hours of rows with day, start and end in three columns, as one text.

    Where the days and clock times are sure they are written as opening_hours at once.
    """
    starts, ends = _times_only(days, starts), _times_only(days, ends)
    clock24 = writes_24_hours([*map(serial_time, starts), *map(serial_time, ends)])
    result = np.empty(len(days), dtype=object)
    memo: dict[tuple[str, str, str], str] = {}
    for position, cells in enumerate(zip(days, starts, ends, strict=True)):
        if cells not in memo:
            memo[cells] = _in_one(*cells, clock24)
        result[position] = memo[cells]
    for position in map(int, np.flatnonzero((ends != "") & (result == ""))):
        sheet.original[position][sheet.column_of("end_time")] = ends[position]
    return result


def _times_only(days: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Clock times of cells that hold a date too, where the day beside them is that date's."""
    result = cells.copy()
    for position, cell in enumerate(cells):
        match = _STAMPED.fullmatch(cell)
        if match is None:
            continue
        known = days_said(days[position]) or frozenset()
        if match[1].startswith(_NO_DATE) or date.fromisoformat(match[1]).weekday() in known:
            result[position] = match[2]
    return result


def _in_one(day: str, start: str, end: str, clock24: bool) -> str:
    if not (day or start):
        return ""
    start, end = serial_time(start), serial_time(end)
    if day and start and (end or not re.search(r"[-–]|\bto\b", start)):
        known = days_said(day)
        opens, closes = _minutes(start, clock24), _minutes(end, clock24) if end else None
        if known and opens is not None and (closes is not None or not end):
            if opens == clock.DAY:
                opens, known = 0, frozenset((number + 1) % 7 for number in known)
            if closes is not None and closes % clock.DAY != opens:
                return clock.weekly(known, opens, closes)
            if not end:
                # The hour that is assumed is said by the reader of free text.
                names = ",".join(_DAY_NAMES[number] for number in sorted(known))
                half = "pm" if opens >= 12 * 60 else "am"
                hour = (opens // 60 - 1) % 12 + 1
                return (
                    f"{names} {hour}:{opens % 60:02d} {half}" if opens else f"{names} 00:00-01:00"
                )
    return f"{day} {start}-{end}".strip() if end else f"{day} {start}".strip()


_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _minutes(cell: str, clock24: bool) -> int | None:
    """Minutes of a clock time that can mean only one thing; None for any other."""
    sure = bool(_HALVES.search(cell)) or clock24
    result = clock.minutes(cell)
    if result is None or not (sure or result >= 13 * 60 or cell.strip().startswith("0")):
        return result if result is not None and result in (0, 12 * 60) and not sure else None
    return result


def days_said(cell: str) -> frozenset[int] | None:
    """Days of the week in a cell of days ("Mon/Wed", "Weekdays"), None where it says more."""
    plain = cell.strip()
    result = days_of_name("weekdays" if plain.lower() == "weekday" else plain)
    return result[0] if result and not result[1] else None


def _of_day_columns(
    sheet: Sheet,
    columns: Sequence[np.ndarray],
    days: Sequence[DayColumn],
    hours: np.ndarray,
) -> np.ndarray:
    """The schedules of columns that are days; `hours` holds times of rows that tick their days."""
    clock24 = writes_24_hours(
        serial_time(cell) for column in days for cell in columns[column.position]
    )
    result = np.full(len(sheet.rows), "", dtype=object)
    for position in range(len(sheet.rows)):
        cells: list[tuple[DayColumn, str]] = []
        for column in days:
            cell = serial_time(columns[column.position][position].strip())
            if cell:
                cells.append((column, cell))
                # What was written stays beside what was read of it.
                sheet.original[position][sheet.names[column.position]] = columns[column.position][
                    position
                ]
        if not cells:
            continue
        ticked = [column for column, cell in cells if cell.lower() in _TICKS]
        if ticked and hours[position]:
            names = ",".join(_DAY_NAMES[day] for column in ticked for day in sorted(column.days))
            hours[position] = f"{names} {hours[position]}"
            continue
        result[position] = _of_cells(sheet, position, cells, clock24)
    return result


_TICKS = vocabulary.word_set("day_tick")


def _of_cells(
    sheet: Sheet, position: int, cells: Sequence[tuple[DayColumn, str]], clock24: bool
) -> str:
    starts = {column.days: cell for column, cell in cells if column.role == START}
    ends = {column.days: cell for column, cell in cells if column.role == END}
    texts: list[tuple[frozenset[int], str]] = []
    for column, cell in cells:
        if not column.role:
            texts.append((column.days, cell))
        elif column.role == START:
            end = ends.get(column.days)
            texts.append((column.days, f"{cell}-{end}" if end else cell))
        elif column.days not in starts:
            texts.append((column.days, f"?-{cell}"))
    clauses = [_clause(number, cell) for number, cell in texts]
    whole = "; ".join(clauses)
    hours = read_hours(whole, clock24)
    if hours.schedule is not None or len(clauses) == 1:
        times = read_times(whole, clock24)
        return _say_times(sheet, position, whole, times)
    rules: list[schedule.Rule] = []
    for (_, cell), clause in zip(texts, clauses, strict=True):
        item = read_hours(clause, clock24)
        if item.schedule is not None:
            rules += schedule.parse(item.schedule)
        elif not _SHUT.fullmatch(cell.strip()):
            days_shown = clause.split(":")[0]
            note = text("readers.day_not_read", days=days_shown, value=cell)
            sheet.say(position, "schedule", cell, "kept", note)
    if not rules:
        return ""
    written = schedule.write(rules)
    note = text("readers.read_as", value=written)
    sheet.say(position, "schedule", whole, "guessed", note)
    return written


def _clause(days: frozenset[int], cell: str) -> str:
    names = ",".join(_DAY_NAMES[day] for day in sorted(days))
    return f"{names}: " + re.sub(r"[;\r\n]+", ",", cell)


def _say_times(sheet: Sheet, position: int, whole: str, times: CellTimes | None) -> str:
    if times is None:
        return whole
    _fill(sheet, position, times.fill)
    sheet.say(position, "schedule", whole, times.severity, times.note)
    return times.schedule
