"""The days of a window, and which of them a rule is for.

Days are numbered from 1970-01-01 (day 0).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from opening_hours import (  # type: ignore[attr-defined]
    OpeningHours,
    State,
    UnknownCountryError,
)

from assetmap.schedule.rules import Rule

EPOCH = date(1970, 1, 1)

Int = NDArray[np.int64]


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
