"""The next seven days by part of day: how much of what was asked is on when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from assetmap.search import Query
from assetmap.vocabulary import day_parts
from assetmap.web.kept_answers import kept, searched
from assetmap.web.state import State

DAYS = 7
# Hours of each part; a part ends where the next begins. The night is left out.
PARTS = tuple((part, *hours) for part, hours in day_parts().items() if part != "night")


class DayPart(NamedTuple):
    """One part of one day: how many fit then, and the window it asks for ("2026-11-20
    17:00-23:00")."""

    fits: int
    window: str


class Strip(NamedTuple):
    """`days` with one row of `cells` per part of PARTS."""

    days: Sequence[date]
    rows: Sequence[tuple[str, Sequence[DayPart]]]


def strip_of(state: State, query: Query) -> Strip | None:
    """The strip of everything that fits `query` at whatever time; None when nothing has times.

    Sessions count where they start, hours where they overlap.
    """
    return kept(state, "strip", query, lambda: _strip(state, query))


def _strip(state: State, query: Query) -> Strip | None:
    catalog = state.catalog
    fits = searched(state, replace(query, when=None)).mask("match") & catalog.has_times
    if not fits.any():
        return None
    zone, today = ZoneInfo(state.community.timezone), query.at.date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    spans = catalog.spans
    mine = fits[spans.asset]
    asset, start, end = spans.asset[mine], spans.start[mine], spans.end[mine]
    hours = catalog.is_hours[asset]
    rows = []
    for part, begins, ends in PARTS:
        cells = []
        for day in days:
            low = _seconds(day, begins, zone)
            high = _seconds(day, ends, zone)
            low_now = max(low, int(query.at.timestamp()))
            inside = np.where(
                hours, (start < high) & (end > low_now), (start >= low_now) & (start < high)
            )
            count = len(np.unique(asset[inside])) if high > low_now else 0
            cells.append(DayPart(count, f"{day.isoformat()} {begins:02d}:00-{ends:02d}:00"))
        rows.append((part, cells))
    return Strip(days, rows)


def _seconds(day: date, hour: int, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(hour), zone).timestamp())
