"""Schedules → the times when something happens. Days are numbered from 1970-01-01 (day 0).

Everything is first laid out in local clock time and then turned into instants by one rule
(PEP 495, fold = 0): a time that the clock shows twice at the end of daylight saving is the first
of the two, and a time that it skips is an hour later (02:30 → 03:30). Ends keep their clock time
too, so a group from 22:00 to 01:00 ends when the clock says one.

*Sessions* (be there at the start) are laid out span by span from our own rules, because the
opening-hours-py library joins back-to-back sessions into one and cuts at the start of the window.
*Hours* (come any time) are laid out by that library, where joining is right. A closed day
(`; PH off`) takes away the sessions that start on it, and for hours also what reaches into it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from opening_hours import (  # type: ignore[attr-defined]
    OpeningHours,
    State,
    UnknownCountryError,
)

from assetmap.schedule.recurrence import parse_recurrence
from assetmap.schedule.rules import MINUTES_A_DAY, Rule, ScheduleError, parse
from assetmap.words import text

EPOCH = date(1970, 1, 1)

Int = NDArray[np.int64]
DAYS_KEPT = 35
DAYS_AHEAD = 400
# Days laid out before the window, so that a stay of up to a week is seen from its start.
LEAD_DAYS = 8
# A session may be this long (rules: a day; recurrences: 14 days).
LEAD_DAYS_RECURRENCE = 15
Occurrence = tuple[datetime, datetime]


class Days:
    """A run of days (numbered from 1970-01-01) and which of them a rule is for."""

    def __init__(self, begin: int, count: int) -> None:
        self.number: Int = np.arange(begin, begin + count, dtype=np.int64)
        stamps = self.number.astype("datetime64[D]")
        month_start = stamps.astype("datetime64[M]")
        self.weekday: Int = (self.number + 3) % 7  # 1970-01-01 was a Thursday
        self.day: Int = (stamps - month_start).astype(np.int64) + 1
        months = month_start.astype(np.int64)
        self.month: Int = months % 12 + 1
        self.year: Int = months // 12 + 1970
        month_end = (month_start + 1).astype("datetime64[D]")
        self.nth: Int = (self.day - 1) // 7 + 1
        self.nth_from_end: Int = -(((month_end - stamps).astype(np.int64) - 1) // 7 + 1)

    def fit(self, rule: Rule) -> NDArray[np.bool_]:
        """The days of `rule`."""
        fits: NDArray[np.bool_] = np.isin(self.weekday, sorted(rule.days))
        if rule.nth:
            nth = sorted(rule.nth)
            fits &= np.isin(self.nth, nth) | np.isin(self.nth_from_end, nth)
        if rule.dates:
            in_any = np.zeros(len(fits), dtype=bool)
            for (year, month, day), (year_to, month_to, day_to) in rule.dates:
                low = (year * 100 + month) * 100 + (day or 1)
                high = (year_to * 100 + month_to) * 100 + (day_to or 31)
                own = (self.year * bool(year) * 100 + self.month) * 100 + self.day
                after, before = own >= low, own <= high
                in_any |= after & before if low <= high else after | before
            fits &= in_any
        return fits

    def holidays(self, country: str | None) -> NDArray[np.bool_]:
        """The public holidays of `country`; none where the country is not known."""
        first, last = (EPOCH + timedelta(days=int(day)) for day in self.number[[0, -1]])
        known: set[int] = set()
        for year in range(first.year, last.year + 1):
            known |= public_holidays(country, year)
        return np.isin(self.number, sorted(known))


@lru_cache(maxsize=64)
def days_from(begin: int, count: int) -> Days:
    """`count` days from the day number `begin`."""
    return Days(begin, count)


@lru_cache(maxsize=1024)
def public_holidays(country: str | None, year: int) -> frozenset[int]:
    """Days (numbered from 1970-01-01) of the public holidays, as opening-hours-py knows them."""
    calendar = opening_hours("PH 00:00-24:00", country)
    days: set[int] = set()
    for start, end, state, _ in calendar.intervals(datetime(year, 1, 1), datetime(year + 1, 1, 1)):
        if state == State.OPEN:
            low, high = (start.date() - EPOCH).days, (end.date() - EPOCH).days
            days.update(range(low, high))
    return frozenset(days)


def opening_hours(text: str, country: str | None) -> OpeningHours:
    """The library's reading of `text`, without public holidays where it does not know `country`."""
    try:
        return OpeningHours(text, country=country or None)
    except UnknownCountryError:
        return OpeningHours(text)


class OccurrenceSpans(NamedTuple):
    """Many occurrences as arrays of one length: asset position, start and end.

    `start` and `end` are whole seconds after 1970-01-01 00:00 UTC.
    """

    asset: Int
    start: Int
    end: Int


class When(NamedTuple):
    """What decides an asset's times; assets that agree in it share one layout."""

    schedule: str
    recurrence: str
    time_kind: str
    timezone: str
    dates: frozenset[str]


def is_known(schedule: str | None, recurrence: str | None = None) -> bool:
    """Whether the times are known at all. Unknown hours are not closed hours."""
    return bool(_text(schedule) or _text(recurrence))


def occurrences(
    schedule: str | None,
    recurrence: str | None,
    time_kind: str | None,
    timezone: str,
    begin: datetime,
    end: datetime,
    dates: Collection[str] | None = None,
    country: str | None = "US",
) -> list[Occurrence]:
    """Times (aware, in `timezone`) that overlap [begin, end), in order of start.

    `dates` (ISO days) keeps only those days of the schedule. `schedule` and `recurrence` add up.
    What goes on beyond the days laid out (24/7) is cut to the window. An empty list means closed
    or unknown: ask `is_known`. Raises ScheduleError for a text that cannot be read.
    """
    when = _when(schedule, recurrence, time_kind, timezone, dates)
    start, stop = _seconds([when], begin, end, country)[0]
    zone = ZoneInfo(timezone)
    return [
        (datetime.fromtimestamp(a, zone), datetime.fromtimestamp(b, zone))
        for a, b in zip(start.tolist(), stop.tolist(), strict=True)
    ]


def next_start(
    schedule: str | None,
    recurrence: str | None,
    time_kind: str | None,
    timezone: str,
    after: datetime,
    dates: Collection[str] | None = None,
    country: str | None = "US",
    days: int = DAYS_AHEAD,
) -> datetime | None:
    """When it can next be used: the first start at or after `after`, within `days` days.

    Hours that are open at `after` give `after` itself. None: nothing in that time, or unknown.
    """
    for ahead in sorted({min(days, DAYS_KEPT), days}):
        result = occurrences(
            schedule,
            recurrence,
            time_kind,
            timezone,
            after,
            after + timedelta(days=ahead),
            dates,
            country,
        )
        for start, _ in result:
            if start >= after:
                return start
            if time_kind == "hours":
                return after.astimezone(start.tzinfo)
    return None


@lru_cache(maxsize=65536)
def last_end(
    schedule: str | None,
    recurrence: str | None,
    dates: Collection[str] | None = None,
) -> datetime | None:
    """When what is only on stated days is over: local time without zone, after its last day.

    None: it has no last day, or no days are stated. Raises ScheduleError for text that cannot be
    read.

    >>> last_end("19:00-21:00", None, frozenset(["2026-11-01", "2026-11-08"]))
    datetime.datetime(2026, 11, 8, 21, 0)
    >>> last_end("2026 Nov 1 19:00-21:00", None)
    datetime.datetime(2026, 11, 1, 21, 0)
    >>> last_end("Su 19:00-21:00", None) is None
    True
    """
    ends: list[datetime | None] = []
    minutes = MINUTES_A_DAY
    if schedule:
        opened = [rule for rule in parse(schedule) if not rule.off]
        minutes = max((rule.end for rule in opened), default=MINUTES_A_DAY)
        if not dates:
            ends += [_last_of(rule) for rule in opened]
    if dates:
        try:
            last = date.fromisoformat(max(dates))
        except ValueError as error:
            raise ScheduleError(text("schedule.bad_dates", dates=sorted(dates))) from error
        ends.append(datetime.combine(last, time()) + timedelta(minutes=minutes))
    if recurrence:
        ends += [series.last_end() for series in parse_recurrence(recurrence)]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _last_of(rule: Rule) -> datetime | None:
    """When the last day of a rule is over; None for one that comes back every year."""
    if not rule.dates or any(not span.last[0] for span in rule.dates):
        return None
    year, month, day = max(span.last for span in rule.dates)
    day = day or monthrange(year, month)[1]
    return datetime(year, month, day) + timedelta(minutes=rule.end)


def over_at(
    schedule: object, recurrence: object, dates: object, time_kind: object, zone: tzinfo | None
) -> datetime | None:
    """When an asset with these cells is over, in `zone`; None: it is not, or cannot be read.

    Opening hours (`time_kind`) that hold until a day say nothing of the place after it: only
    `dates` end what has hours.
    """
    days = frozenset(dates) if isinstance(dates, (set, frozenset, list, tuple)) else None
    if time_kind == "hours" and days is None:
        return None
    try:
        end = last_end(_text(schedule) or None, _text(recurrence) or None, days)
    except ScheduleError:
        return None
    return None if end is None else end.replace(tzinfo=zone)


NEVER_OVER = np.iinfo(np.int64).max


def last_ends(frame: pd.DataFrame, timezone: str) -> Int:
    """When the last stated day of each asset of `frame` is over, in seconds UTC; NEVER_OVER where
    it has no last day or cannot be read (`over_at`). `timezone` is that of assets that name none.
    """
    result = np.full(len(frame), NEVER_OVER, dtype=np.int64)
    # A schedule with a year in it, or days of its own.
    stated = frame["dates"].notna() | frame["recurrence"].notna()
    stated |= frame["schedule"].str.contains(r"[12]\d{3} [A-Z]", na=False).astype(bool)
    positions = np.flatnonzero(stated.to_numpy(bool))
    names = ["schedule", "recurrence", "dates", "time_kind", "timezone"]
    rows = frame[names].iloc[positions].itertuples(index=False)
    for position, (schedule, recurrence, dates, kind, zone) in zip(positions, rows, strict=True):
        own = ZoneInfo(_text(zone) or timezone)
        end = over_at(schedule, recurrence, dates, kind, own)
        if end is not None:
            result[position] = int(end.timestamp())
    return result


def expand(
    frame: pd.DataFrame,
    begin: datetime,
    end: datetime,
    timezone: str,
    country: str | None = "US",
) -> pd.DataFrame:
    """Occurrences of all assets of `frame` that overlap [begin, end).

    Columns: `asset` (position in the frame), `start`, `end` (UTC, datetime64[s] without zone),
    ordered by asset and start. `timezone` is that of assets that name none.
    """
    spans = expand_seconds(frame, begin, end, timezone, country)
    return pd.DataFrame(
        {
            "asset": spans.asset,
            "start": spans.start.astype("datetime64[s]"),
            "end": spans.end.astype("datetime64[s]"),
        }
    )


def expand_seconds(
    frame: pd.DataFrame,
    begin: datetime,
    end: datetime,
    timezone: str,
    country: str | None = "US",
) -> OccurrenceSpans:
    """The same as `expand`, as numpy arrays of seconds (UTC)."""
    codes, distinct = _distinct(frame, timezone)
    laid_out = _seconds(distinct, begin, end, country)
    lengths = np.array([len(starts) for starts, _ in laid_out], dtype=np.int64)
    if not len(codes) or not lengths.sum():
        empty = np.empty(0, dtype=np.int64)
        return OccurrenceSpans(empty, empty, empty)
    starts = np.concatenate([starts for starts, _ in laid_out])
    ends = np.concatenate([ends for _, ends in laid_out])
    first = np.cumsum(lengths) - lengths
    counts = lengths[codes]
    asset = np.repeat(np.arange(len(codes), dtype=np.int64), counts)
    # Position within the asset's own run, shifted to where its layout begins.
    within = np.arange(len(asset), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    take = np.repeat(first[codes], counts) + within
    return OccurrenceSpans(asset, starts[take], ends[take])


def _distinct(frame: pd.DataFrame, timezone: str) -> tuple[Int, list[When]]:
    """Each asset's code and, per code, what decides its times."""
    size = len(frame)
    columns = [
        frame[name].tolist() if name in frame else [None] * size
        for name in ("schedule", "recurrence", "time_kind", "timezone", "dates")
    ]
    seen: dict[tuple[object, ...], int] = {}
    codes = np.empty(size, dtype=np.int64)
    for position, row in enumerate(zip(*columns, strict=True)):
        # Missing values are NaN or None; NaN is not equal to itself but is one object in pandas.
        codes[position] = seen.setdefault(row, len(seen))
    return codes, [
        _when(row[0], row[1], row[2], _text(row[3]) or timezone, row[4])  # type: ignore[arg-type]
        for row in seen
    ]


def _when(
    schedule: str | None,
    recurrence: str | None,
    time_kind: str | None,
    timezone: str,
    dates: Collection[str] | None,
) -> When:
    days = frozenset(dates) if isinstance(dates, (set, frozenset, list, tuple)) else frozenset()
    return When(
        _text(schedule),
        _text(recurrence),
        _text(time_kind) or "sessions",
        timezone,
        frozenset(days),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _seconds(
    whens: Iterable[When], begin: datetime, end: datetime, country: str | None
) -> list[tuple[Int, Int]]:
    """Start and end seconds (UTC) for each of `whens`, cut to what overlaps [begin, end)."""
    low, high = int(begin.timestamp()), int(end.timestamp())
    result: list[tuple[Int, Int]] = []
    zones: dict[str, _Clock] = {}
    for when in whens:
        zone = ZoneInfo(when.timezone)
        first = begin.astimezone(zone).date()
        last = end.astimezone(zone).date()
        starts, ends, open_ended = _local(
            when.schedule, when.recurrence, when.time_kind, when.dates, first, last, country
        )
        clock = zones.setdefault(when.timezone, _Clock(zone))
        start, stop = clock.to_utc(starts), clock.to_utc(ends)
        # Both ends may fall on one side of a skipped hour; then the clock length is kept.
        stop = np.where(stop > start, stop, start + (ends - starts) * 60)
        start = np.where(open_ended & (start < low), low, start)
        stop = np.where(open_ended & (stop > high), high, stop)
        keep = (stop > low) & (start < high)
        start, stop = start[keep], stop[keep]
        order = np.lexsort((stop, start))
        result.append((start[order], stop[order]))
    return result


class _Clock:
    """Local minutes → UTC seconds in one time zone, each distinct minute worked out once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, int] = {}

    def to_utc(self, minutes: Int) -> Int:
        known = self._known
        seconds = np.empty(len(minutes), dtype=np.int64)
        for position, minute in enumerate(minutes.tolist()):
            second = known.get(minute)
            if second is None:
                day, rest = divmod(minute, MINUTES_A_DAY)
                local = datetime.combine(EPOCH + timedelta(days=day), time(rest // 60, rest % 60))
                second = known[minute] = int(local.replace(tzinfo=self._zone).timestamp())
            seconds[position] = second
        return seconds


@lru_cache(maxsize=65536)
def _local(
    schedule: str,
    recurrence: str,
    time_kind: str,
    dates: frozenset[str],
    first: date,
    last: date,
    country: str | None,
) -> tuple[Int, Int, NDArray[np.bool_]]:
    """Local start and end minutes (after 1970-01-01 00:00) and which reach beyond the layout."""
    parts: list[tuple[Int, Int, NDArray[np.bool_]]] = []
    if schedule:
        rules = parse(schedule)
        if time_kind == "hours" or _always(rules):
            parts.append(_hours(schedule, first, last, country))
        else:
            parts.append(_sessions(rules, first, last, country))
        if dates:
            parts = [_only_on(part, dates) for part in parts]
    if recurrence:
        parts.append(_recurring(recurrence, first, last))
    if not parts:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, np.empty(0, dtype=bool)
    starts, ends, open_ended = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    if len(parts) > 1:  # said in both: once is enough
        _, once = np.unique(np.stack([starts, ends]), axis=1, return_index=True)
        starts, ends, open_ended = starts[once], ends[once], open_ended[once]
    return starts, ends, open_ended


def _always(rules: tuple[Rule, ...]) -> bool:
    """Whether it never closes (but for closed days): then there is no start to be there at."""
    opened = [rule for rule in rules if not rule.off]
    return (
        len(opened) == 1
        and opened[0].end - opened[0].start == MINUTES_A_DAY
        and (len(opened[0].days) == 7 and not opened[0].dates and not opened[0].nth)
    )


def _sessions(
    rules: tuple[Rule, ...], first: date, last: date, country: str | None
) -> tuple[Int, Int, NDArray[np.bool_]]:
    begin = (first - EPOCH).days - 2  # a session lasts up to a day, and zones differ by up to one
    days = days_from(begin, (last - EPOCH).days - begin + 2)
    closed = np.zeros(len(days.number), dtype=bool)
    for rule in rules:
        if rule.off:
            closed |= days.holidays(country) if rule.holidays else days.fit(rule)
    starts, ends = [], []
    for rule in rules:
        if not rule.off:
            on = days.number[days.fit(rule) & ~closed] * MINUTES_A_DAY
            starts.append(on + rule.start)
            ends.append(on + rule.end)
    start, end = np.concatenate(starts), np.concatenate(ends)
    return start, end, np.zeros(len(start), dtype=bool)


def _hours(
    schedule: str, first: date, last: date, country: str | None
) -> tuple[Int, Int, NDArray[np.bool_]]:
    begin = datetime.combine(first - timedelta(days=LEAD_DAYS), time())
    end = datetime.combine(last + timedelta(days=LEAD_DAYS), time())
    result = [
        (start, stop)
        for start, stop, state, _ in opening_hours(schedule, country).intervals(begin, end)
        if state == State.OPEN
    ]
    start, stop = (np.array([_minute(pair[i]) for pair in result], dtype=np.int64) for i in (0, 1))
    return start, stop, (start == _minute(begin)) | (stop == _minute(end))


def _only_on(
    part: tuple[Int, Int, NDArray[np.bool_]], dates: frozenset[str]
) -> tuple[Int, Int, NDArray[np.bool_]]:
    """Those that start on one of `dates`."""
    try:
        days = [(date.fromisoformat(day) - EPOCH).days for day in dates]
    except ValueError as error:
        raise ScheduleError(text("schedule.bad_dates", dates=sorted(dates))) from error
    keep = np.isin(part[0] // MINUTES_A_DAY, days)
    return part[0][keep], part[1][keep], part[2][keep]


def _recurring(recurrence: str, first: date, last: date) -> tuple[Int, Int, NDArray[np.bool_]]:
    begin = datetime.combine(first - timedelta(days=LEAD_DAYS_RECURRENCE), time())
    end = datetime.combine(last + timedelta(days=2), time())
    starts: list[int] = []
    ends: list[int] = []
    for series in parse_recurrence(recurrence):
        own = [_minute(start) for start in series.between(begin, end)]
        starts += own
        ends += [start + series.minutes for start in own]
    start, stop = np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
    return start, stop, np.zeros(len(start), dtype=bool)


def _minute(local: datetime) -> int:
    return (local.toordinal() - EPOCH.toordinal()) * MINUTES_A_DAY + local.hour * 60 + local.minute
