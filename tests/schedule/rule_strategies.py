"""Rules drawn at random, for the property tests of schedules."""

from __future__ import annotations

from hypothesis import strategies as st

from assetmap.schedule import EVERY_DAY, DateRange, Rule
from assetmap.schedule.rules import LAST_DAY

WEEK = frozenset[int]()


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, 24 * 60 - 1))
    longest = 24 * 60 if start == 0 else 24 * 60 - 1
    return start, start + draw(st.integers(1, longest))


@st.composite
def date_ranges(draw: st.DrawFn) -> DateRange:
    months = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    if draw(st.booleans()):
        return DateRange((0, months[0], 0), (0, months[1], 0))
    first, last = ((0, month, draw(st.integers(1, LAST_DAY[month - 1] - 1))) for month in months)
    if first[1] == last[1] and first > last:
        first, last = last, first
    return DateRange(first, last)


def days() -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(0, 6), min_size=1)


def nth() -> st.SearchStrategy[frozenset[int]]:
    weeks = st.frozensets(st.sampled_from((1, 2, 3, 4, 5, -1, -2)), min_size=1)
    return st.one_of(st.just(WEEK), weeks)


def some_dates() -> st.SearchStrategy[tuple[DateRange, ...]]:
    return st.one_of(st.just(()), date_ranges().map(lambda item: (item,)))


@st.composite
def open_rules(draw: st.DrawFn) -> Rule:
    start, end = draw(spans())
    return Rule(draw(days()), draw(nth()), start, end, draw(some_dates()))


@st.composite
def off_rules(draw: st.DrawFn) -> Rule:
    if draw(st.booleans()):
        return Rule(EVERY_DAY, WEEK, 0, 0, (), True, True)
    dates = draw(some_dates())
    on = draw(days()) if not dates else EVERY_DAY
    return Rule(on, WEEK, 0, 0, dates, False, True)


def rules(offs: int = 2) -> st.SearchStrategy[tuple[Rule, ...]]:
    return st.builds(
        lambda some, closed: (*some, *closed),
        st.lists(open_rules(), min_size=1, max_size=4),
        st.lists(off_rules(), max_size=offs),
    )
