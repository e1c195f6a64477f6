"""Answers to questions, kept for a version of the data and forgotten with it: what was found, the
plan for several needs, and how much is on when in the next seven days.

Many people ask the same within a minute, and one person's page runs again with the same question
when a card is put on the list or more is shown. The clock of a question is rounded to the minute
(see asking.ask), so what is kept is never older than that. Nothing of it says who asked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np

from assetmap import vocabulary
from assetmap.search import Query, Result, search
from assetmap.search.bundle import Bundle, bundles
from assetmap.vocabulary import day_parts
from assetmap.web.state import State, folders

# For each community of the process.
VERSIONS_KEPT = 4
MOST_KEPT = 512
# A search keeps some forty bytes for each asset of the catalog.
MOST_ROWS = 1_000_000
# The strip of the week.
DAYS = 7
# Hours of each part; a part ends where the next begins. The night is left out.
PARTS = tuple((part, *hours) for part, hours in day_parts().items() if part != "night")
Made = TypeVar("Made")


def per_version(make: Callable[[State], Made]) -> Callable[[State], Made]:
    """`make` of a State, called once for each of its versions; visitors of one wait for it."""
    result: OrderedDict[str, Made] = OrderedDict()
    lock = threading.Lock()

    @wraps(make)
    def of_version(state: State) -> Made:
        with lock:
            if state.version not in result:
                result[state.version] = make(state)
                while len(result) > VERSIONS_KEPT * max(1, len(folders())):
                    result.popitem(last=False)
            return result[state.version]

    return of_version


class KeptAnswers:
    """At most `most` answers, those asked for longest ago forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The answer kept under `key`, else the one that `make` gives."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(Made, self._kept[key])
        answer = make()
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return answer

    def forget(self, key: Hashable) -> None:
        """Keep nothing under `key`."""
        with self._lock:
            self._kept.pop(key, None)


@per_version
def _searches(state: State) -> KeptAnswers:
    return KeptAnswers(max(4, min(MOST_KEPT, MOST_ROWS // (len(state.catalog) + 1))))


@per_version
def _texts(state: State) -> KeptAnswers:
    return KeptAnswers(MOST_KEPT)


def searched(state: State, query: Query) -> Result:
    """The result of `query`; it is shared, so nobody changes it."""
    return _searches(state).get(query, lambda: search(state.catalog, query))


def kept(state: State, what: str, key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, kept as the `what` of `key`; it is shared, so nobody changes it."""
    return _texts(state).get((what, key), make)


class PlanItem(NamedTuple):
    """One need of a plan and the listing that answers it."""

    need: str
    id: str
    name: str


class Plan(NamedTuple):
    """The listings of one plan, and what is to be said of it."""

    items: Sequence[PlanItem]
    why: Sequence[str]


def plans_of(state: State, query: Query, language: str) -> list[Plan]:
    """The best plan first, then at most two others; none for fewer than two needs.

    A plan that leaves all needs but one unanswered is none.
    """
    return kept(state, "plans", (query, language), lambda: _plans(state, query, language))


def _plans(state: State, query: Query, language: str) -> list[Plan]:
    unit = str(state.community.config["unit"])
    result = bundles(state.catalog, query, unit, language)
    return [_plan(bundle, state, language) for bundle in result if len(bundle.items) > 1]


def _plan(bundle: Bundle, state: State, language: str) -> Plan:
    names = state.catalog.column("name")
    items = [
        PlanItem(
            vocabulary.label("needs", item.need, language),
            item.hit.id,
            str(names[item.hit.position]),
        )
        for item in bundle.items
    ]
    return Plan(items, bundle.why)


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
