"""How many fit when: the days and parts of the coming week, for a strip of numbers to press."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from assetmap.catalog import Catalog
from assetmap.schedule import part_of_day, window
from assetmap.search.groups import search
from assetmap.search.query import Query

STRIP_PARTS = ("morning", "afternoon", "evening", "night")


class WeekCell(NamedTuple):
    """One part of one day: how many fit then, and the window to ask for."""

    day: int  # days from today
    part: str
    when: str
    fits: int


def week_of(catalog: Catalog, query: Query) -> list[WeekCell]:
    """For each part of the next seven days how many assets fit all that was asked but the time."""
    fits = search(catalog, replace(query, when=None)).mask("match")
    cells = []
    for ahead in range(7):
        day = (query.at + timedelta(days=ahead)).date()
        for part in STRIP_PARTS:
            begin, end = part_of_day("evening" if part == "night" else part)
            if part == "night":
                begin, end = end, part_of_day("night")[1]
            text = f"{day.isoformat()} {_clock(begin)}-{_clock(end)}"
            asked = window(text, query.at)
            first = catalog.first_between(max(asked.begin, query.at), asked.end, query.at)
            cells.append(WeekCell(ahead, part, text, int((first.found & fits).sum())))
    return cells


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= 1440 else minutes - 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
