"""What a question changed a little would find: one wish given up, or another time of the week.

`relax` says, when nothing fits, which one wish left out or widened would give something;
`week_of` how many fit in each part of the coming days, for a strip of numbers to press.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import NamedTuple

from assetmap.catalog import Catalog
from assetmap.fields import JsonDict
from assetmap.schedule import part_of_day, window
from assetmap.search.groups import search
from assetmap.search.query import Query

# What a person may give up, in the order it is offered; need, kind and refusals stay.
GIVEN_UP = (
    "within_m",
    "when",
    "languages",
    "costs",
    "formats",
    "yes",
    "no",
    "welcomes",
    "pathways",
    "programs",
    "concerns",
    "wants",
    "text",
    "age",
    "medications",
    "beds",
)
WIDER = 3.0
_NOT_ASKED: JsonDict = {field.name: field.default for field in fields(Query)}
STRIP_PARTS = ("morning", "afternoon", "evening", "night")


class Relaxed(NamedTuple):
    """One wish given up: its field (and value, where one of several), and what fits then.

    For `within_m` the distance is made `WIDER` times as far instead.
    """

    field: str
    value: str
    query: Query
    fits: int
    asks: int


def relax(catalog: Catalog, query: Query) -> list[Relaxed]:
    """Every single wish whose giving up finds something, the most findings first."""
    result = []
    for name, value, changed in _changes(query):
        counts = search(catalog, changed).counts
        if counts["match"] or counts["ask"]:
            result.append(Relaxed(name, value, changed, counts["match"], counts["ask"]))
    return sorted(result, key=lambda item: (-item.fits, -item.asks))


def _changes(query: Query) -> list[tuple[str, str, Query]]:
    changes: list[tuple[str, str, Query]] = []
    for name in GIVEN_UP:
        if name not in query.asked:
            continue
        asked = getattr(query, name)
        if name == "within_m":
            changes.append((name, "", replace(query, within_m=asked * WIDER)))
        elif isinstance(asked, tuple) and name in ("yes", "no") and len(asked) > 1:
            for value in asked:
                left: JsonDict = {name: tuple(other for other in asked if other != value)}
                changes.append((name, value, replace(query, **left)))
        else:
            # A window of time is a tuple too, but no list of options.
            value = asked[0] if isinstance(asked, tuple) and name != "when" else ""
            changes.append((name, value, replace(query, **{name: _NOT_ASKED[name]})))
    return changes


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
