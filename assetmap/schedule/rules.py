"""Opening hours as text and as rules.

The text is a subset of the opening_hours grammar of OpenStreetMap
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification):

    Mo 19:00-20:00, Sa[1] 10:00-12:00      Mondays; and first Saturdays of the month
    Mo-Fr 09:00-12:00,13:00-17:00; PH off  twice a day, never on public holidays
    Jun-Aug Fr 22:00-01:00                 summer Fridays, past midnight
    24/7                                   always

What the full grammar allows and this subset refuses is refused for a reason: a comment alone
("call first") means *open 24/7* there, `Mo, We 10:00-11:00` means all of Monday, and an equal
start and end means 24 hours. Nothing is accepted here that the opening-hours-py library rejects.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from assetmap.words import text as text_of

ALWAYS = "24/7"
DAY_CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTH_CODES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MINUTES_A_DAY = 24 * 60
EVERY_DAY = frozenset(range(7))
NTH_ALLOWED = frozenset((1, 2, 3, 4, 5, -1, -2, -3, -4, -5))


class ScheduleError(ValueError):
    """A time text that is not understood; the message says what to write instead."""


class DateRange(NamedTuple):
    """Days of the year from `first` to `last`, both included: (year, month, day).

    Year 0 means every year; day 0 means the whole month. A range without years may go past
    the new year (Dec 20 to Jan 10).
    """

    first: tuple[int, int, int]
    last: tuple[int, int, int]


class Rule(NamedTuple):
    """One span of time on some days, or the days when everything is closed (`off`).

    `days`: 0 = Monday … 6 = Sunday. `nth`: which of them in the month (1 … 5, -1 = last), empty
    for every week. `start` and `end`: minutes after local midnight; `end` is above 1440 when it
    is past midnight, and both are 0 when `off`. `dates`: empty for the whole year.
    `holidays`: the public holidays of the community's country (only with `off`).
    """

    days: frozenset[int]
    nth: frozenset[int]
    start: int
    end: int
    dates: tuple[DateRange, ...] = ()
    holidays: bool = False
    off: bool = False


# The days a rule is for: dates, weekdays, weeks of the month.
Selector = tuple[tuple[DateRange, ...], frozenset[int], frozenset[int]]

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_MONTH = f"(?:{'|'.join(MONTH_CODES)})"
_DATE = rf"(?:(?:[12]\d{{3}} )?{_MONTH} \d{{1,2}})"
# Hours have two digits: in other people's tables "9:00-5:00" is a working day, not a night.
_TIMES = r"\d{2}:\d{2}-\d{2}:\d{2}"
_DATES = rf"(?:{_DATE}(?:-(?:{_DATE}|\d{{1,2}}(?![\d:])))?|{_MONTH}(?:-{_MONTH})?)"
_DAYS = rf"{_DAY}(?:-{_DAY}|\[-?\d(?:[,-]-?\d)*\])?"
_RULE = re.compile(
    rf"(?:(?P<dates>{_DATES}(?:,{_DATES})*)(?: |$))?"
    rf"(?:(?P<days>{_DAYS}(?:,{_DAYS})*)(?: |$))?"
    rf"(?P<times>{_TIMES}(?:,{_TIMES})*)?",
    re.ASCII,
)
_DATE_PARTS = re.compile(
    rf"(?:(?P<year>\d{{4}}) )?(?P<month>{_MONTH})(?: (?P<day>\d{{1,2}}))?"
    rf"(?:-(?:(?:(?P<year2>\d{{4}}) )?(?P<month2>{_MONTH})(?: (?P<day2>\d{{1,2}}))?"
    rf"|(?P<last>\d{{1,2}})))?",
    re.ASCII,
)

# What people write from the full grammar, and what to write instead. First fitting pattern wins.
_REFUSED = (
    (r'"', "schedule.has_comment"),
    (r"\|\|", "schedule.has_or_else"),
    (r"\b(SH|easter|week)\b", "schedule.has_easter"),
    (r"(sunrise|sunset|dawn|dusk)", "schedule.has_sun"),
    (r"\d\+", "schedule.has_open_end"),
    (r"\b(unknown|open)\b", "schedule.has_word"),
    (r"(?i)[ap]\.?m\b", "schedule.has_am_pm"),
)
_HOW = text_of("schedule.how")


@lru_cache(maxsize=65536)
def parse(text: str) -> tuple[Rule, ...]:
    """The rules of an opening_hours `text`, simplified and in a fixed order.

    Raises ScheduleError with one sentence that says what to write instead.
    """
    text = text.strip(" ")
    if not text:
        raise ScheduleError(text_of("schedule.empty"))
    for pattern, why in _REFUSED:
        if re.search(pattern, text):
            raise ScheduleError(text_of(why, text=text))
    opened, *closed = re.split(r" ?; ?", text)
    rules = _open_rules(opened, text)
    for piece in closed:
        rules += _off_rules(piece, text)
    # Ours is the narrower grammar; the library has the last word, so that both always agree.
    try:
        OpeningHours(text)
    except ParserError as error:
        raise ScheduleError(text_of("schedule.unreadable", text=text, how=_HOW)) from error
    return simplify(rules)


def write(rules: Iterable[Rule]) -> str:
    """The canonical opening_hours text of `rules`; `parse(write(rules)) == simplify(rules)`."""
    rules = simplify(rules)
    opened = [rule for rule in rules if not rule.off]
    if not opened:
        raise ScheduleError(text_of("schedule.no_times"))
    if opened == [Rule(EVERY_DAY, frozenset(), 0, MINUTES_A_DAY)]:
        pieces = [ALWAYS]
    else:
        pieces = []
        before = None
        for rule in opened:
            which = _write_selector(rule)
            span = f"{_write_clock(rule.start)}-{_write_clock(_end_of_day(rule.end))}"
            if which == before:
                pieces[-1] += f",{span}"
            else:
                pieces.append(f"{which} {span}")
            before = which
    offs = [f"{_write_selector(rule)} off" for rule in rules if rule.off]
    return "; ".join([", ".join(pieces), *offs])


def simplify(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The same times in the fewest rules: the one form each schedule is kept in.

    Rules with the same span are joined over their days; a span said twice is kept once.
    """
    weeks: dict[tuple[object, ...], dict[int, set[int]]] = defaultdict(dict)
    for rule in rules:
        key = (rule.off, rule.holidays, tuple(sorted(set(rule.dates))), rule.start, rule.end)
        for day in rule.days:
            nth = set(rule.nth) or {0}
            weeks[key].setdefault(day, set()).update(nth)
    result: list[Rule] = []
    for (off, holidays, dates, start, end), days in weeks.items():
        same: dict[frozenset[int], set[int]] = defaultdict(set)
        for day, nth in days.items():
            every = 0 in nth or {1, 2, 3, 4, 5} <= nth
            same[frozenset() if every else frozenset(nth)].add(day)
        for which, on in same.items():
            result.append(Rule(frozenset(on), which, start, end, dates, holidays, off))  # type: ignore[arg-type]
    return tuple(sorted(result, key=_order))


def _order(rule: Rule) -> tuple[object, ...]:
    days, nth = tuple(sorted(rule.days)), tuple(sorted(rule.nth))
    return (rule.off, rule.holidays, rule.dates, days, nth, rule.start, rule.end)


def _open_rules(opened: str, text: str) -> list[Rule]:
    """The rules before any `;`. Times alone after `, ` go on with the days before them."""
    rules: list[Rule] = []
    selectors: list[Selector] = []
    for piece in opened.split(", "):
        if piece == ALWAYS:
            rules.append(Rule(EVERY_DAY, frozenset(), 0, MINUTES_A_DAY))
            continue
        if re.search(r"\b(off|closed)$", piece):
            raise ScheduleError(text_of("schedule.before_off", text=text, piece=piece))
        if "PH" in piece:
            raise ScheduleError(text_of("schedule.holiday_times", text=text))
        match = _RULE.fullmatch(piece)
        if not match or not piece or piece.endswith(" "):
            raise ScheduleError(
                text_of("schedule.not_understood", text=text, piece=piece, how=_HOW)
            )
        if not match["times"]:
            raise ScheduleError(text_of("schedule.no_time", text=text, piece=piece))
        if match["days"] or match["dates"] or not selectors:
            selectors = _selectors(match["dates"], match["days"], text)
        for times in match["times"].split(","):
            start, end = _span(times, text)
            rules += [Rule(days, nth, start, end, dates) for dates, days, nth in selectors]
    return rules


def _off_rules(piece: str, text: str) -> list[Rule]:
    """The rules of one piece after `;`, which only says when everything is closed."""
    match = re.fullmatch(r"(?P<which>.+) (?:off|closed)", piece)
    if not match:
        raise ScheduleError(text_of("schedule.only_off", text=text))
    which = match["which"]
    if which == "PH":
        return [Rule(EVERY_DAY, frozenset(), 0, 0, (), True, True)]
    days = _RULE.fullmatch(which)
    if not days or days["times"] or which.endswith(" "):
        raise ScheduleError(text_of("schedule.off_not_understood", text=text, piece=piece))
    return [
        Rule(on, nth, 0, 0, dates, False, True)
        for dates, on, nth in _selectors(days["dates"], days["days"], text)
    ]


def _selectors(dates: str | None, days: str | None, text: str) -> list[Selector]:
    ranges = tuple(_date_range(part, text) for part in dates.split(",")) if dates else ()
    if not days:
        return [(ranges, EVERY_DAY, frozenset())]
    selectors: list[Selector] = []
    for part in re.split(r",(?=[A-Z])", days):
        first = DAY_CODES.index(part[:2])
        if part[2:].startswith("-"):
            last = DAY_CODES.index(part[3:])
            on = frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
            selectors.append((ranges, on, frozenset()))
        else:
            selectors.append((ranges, frozenset((first,)), _nth(part[3:-1], text)))
    return selectors


def _nth(inside: str, text: str) -> frozenset[int]:
    """`1,3`, `1-3` or `-1` (the last) as numbers."""
    result: set[int] = set()
    for part in inside.split(",") if inside else ():
        both = re.fullmatch(r"(\d)-(\d)", part)
        result |= set(range(int(both[1]), int(both[2]) + 1)) if both else {int(part)}
    if (inside and not result) or not result <= NTH_ALLOWED:
        raise ScheduleError(text_of("schedule.no_week", text=text, inside=inside))
    return frozenset(result)


def _span(times: str, text: str) -> tuple[int, int]:
    start, end = (_clock(part, text) for part in times.split("-"))
    if start >= MINUTES_A_DAY:
        raise ScheduleError(text_of("schedule.start_late", text=text))
    if start % MINUTES_A_DAY == end % MINUTES_A_DAY and (start, end) != (0, MINUTES_A_DAY):
        raise ScheduleError(text_of("schedule.no_length", text=text, times=times))
    if end < start:
        end += MINUTES_A_DAY
    if end - start > MINUTES_A_DAY:
        raise ScheduleError(text_of("schedule.too_long", text=text, times=times))
    return start, end


def _clock(text: str, whole: str) -> int:
    hour, minute = (int(part) for part in text.split(":"))
    if hour > 48 or minute > 59:
        raise ScheduleError(text_of("schedule.not_a_time", text=whole, clock=text))
    return hour * 60 + minute


def _date_range(part: str, text: str) -> DateRange:
    match = _DATE_PARTS.fullmatch(part)
    assert match is not None, part  # _RULE has let nothing else through
    first = (int(match["year"] or 0), MONTH_CODES.index(match["month"]) + 1, int(match["day"] or 0))
    last = first
    if match["last"]:
        last = (first[0], first[1], int(match["last"]))
    elif match["month2"]:
        month = MONTH_CODES.index(match["month2"]) + 1
        last = (int(match["year2"] or 0), month, int(match["day2"] or 0))
    if bool(first[0]) != bool(last[0]):
        raise ScheduleError(text_of("schedule.one_year", text=text, dates=part))
    for _, month, day in (first, last):
        if match["day"] and not 1 <= day <= LAST_DAY[month - 1]:
            name = MONTH_CODES[month - 1]
            raise ScheduleError(text_of("schedule.no_such_day", text=text, month=name, day=day))
    backwards = last < first and (first[0] or first[1] == last[1])
    if backwards:
        raise ScheduleError(text_of("schedule.ends_before", text=text, dates=part))
    return DateRange(first, last)


def _write_selector(rule: Rule) -> str:
    if rule.holidays:
        return "PH"
    words = [",".join(_write_dates(dates) for dates in rule.dates)] if rule.dates else []
    if rule.days != EVERY_DAY or rule.nth or not words:
        words.append(_write_days(rule.days, rule.nth))
    return " ".join(words)


def _write_days(days: frozenset[int], nth: frozenset[int]) -> str:
    if nth:
        weeks = ",".join(str(number) for number in sorted(nth, key=lambda n: (n < 0, abs(n))))
        return ",".join(f"{DAY_CODES[day]}[{weeks}]" for day in sorted(days))
    parts: list[str] = []
    run: list[int] = []
    for day in [*sorted(days), 99]:
        if run and day != run[-1] + 1:
            codes = [DAY_CODES[each] for each in run]
            parts += [f"{codes[0]}-{codes[-1]}"] if len(run) > 2 else codes
            run = []
        run.append(day)
    return ",".join(parts)


def _write_dates(dates: DateRange) -> str:
    first, last = (_write_date(date) for date in dates)
    return first if dates.first == dates.last else f"{first}-{last}"


def _write_date(date: tuple[int, int, int]) -> str:
    year, month, day = date
    words = [str(year)] if year else []
    words.append(MONTH_CODES[month - 1])
    if day:
        words.append(f"{day:02d}")
    return " ".join(words)


def _write_clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _end_of_day(end: int) -> int:
    return end if end <= MINUTES_A_DAY else end - MINUTES_A_DAY
