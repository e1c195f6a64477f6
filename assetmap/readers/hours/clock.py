"""Times of day as feeds give them ("19:00") and as people write them ("7pm", "9-5", "10 de la
noche"), and how long they last."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from assetmap import schedule, vocabulary
from assetmap.files.source import as_text
from assetmap.readers.hours.words import Refused
from assetmap.words import text as text_of

ASSUMED_MINUTES = 60
BUSINESS = (7 * 60, 18 * 60)
"""Two bare numbers ("9-5") are read only where one reading lies wholly in these minutes …"""
BUSINESS_AT_LEAST = 3 * 60
"""… and is this long: "9-11" may well be an evening."""
OFFICE = (8 * 60, 17 * 60)
"""Where a text says that its times are an office's, any length within these minutes will do."""
LONGEST_NIGHT = 14 * 60
HALF_DAY = 12 * 60
DAY = 24 * 60
_MORNING, _NIGHT = (tuple(vocabulary.word_map(half)) for half in ("morning", "night"))
_NOON, _MIDNIGHT = (tuple(vocabulary.word_map(hour)) for hour in ("noon", "midnight"))


class Clock(NamedTuple):
    """A time of day in minutes; `sure` unless am or pm is missing ("9")."""

    minutes: int
    sure: bool
    word: str


class MinuteSpan(NamedTuple):
    """Minutes after midnight, and what of them was filled in by convention."""

    start: int
    end: int
    end_assumed: bool = False
    half_assumed: bool = False


def clock_of(text: str) -> Clock:
    """The time that one word of kind "clock" says. Raises Refused where it is none."""
    if any(word in text for word in _NOON) or text.endswith("n"):
        return Clock(HALF_DAY, True, "noon")
    if any(word in text for word in _MIDNIGHT):
        return Clock(0, True, "midnight")
    by_24 = text.endswith("h")
    match = re.match(r"(\d{1,2})(?:[:.h](\d{2}))?h? ?(.*)", text)
    assert match is not None, text  # _TOKEN has let nothing else through
    hour, minute, rest = int(match[1]), int(match[2] or 0), match[3].replace(".", "")
    half = rest[:1] if re.fullmatch(r"[ap] ?m?", rest) else ""
    if rest and not half:
        half = "a" if rest.endswith(_MORNING) else "p"
        if hour == 12 or (half == "p" and rest.endswith(_NIGHT) and hour < 5):
            raise Refused(text_of("hours.noon_or_midnight", clock=text))
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        raise Refused(text_of("hours.not_a_time", clock=text))
    if half:
        return Clock((hour % 12 + 12 * (half == "p")) * 60 + minute, True, f"{half}m")
    sure = by_24 or hour > 12 or hour == 0
    return Clock(hour * 60 + minute, sure, "24" if sure else "")


def crosses_noon(span: tuple[Clock, Clock | None]) -> bool:
    """Whether two bare numbers can only be a working day or afternoon ("9-5", "1-5")."""
    start, end = span
    if end is None or start.sure or end.sure:
        return False
    return any(high > HALF_DAY for _, high in _business(start, end))


def _office(start: Clock, end: Clock) -> list[tuple[int, int]]:
    """The readings of two bare numbers that lie within a short working day, however short."""
    return [
        (low, high)
        for low in (start.minutes % HALF_DAY, start.minutes % HALF_DAY + HALF_DAY)
        for high in (end.minutes % HALF_DAY, end.minutes % HALF_DAY + HALF_DAY)
        if OFFICE[0] <= low < high <= OFFICE[1]
    ]


def _business(start: Clock, end: Clock) -> list[tuple[int, int]]:
    """The readings of two bare numbers that lie within business hours."""
    return [
        (low, high)
        for low in (start.minutes % HALF_DAY, start.minutes % HALF_DAY + HALF_DAY)
        for high in (end.minutes % HALF_DAY, end.minutes % HALF_DAY + HALF_DAY)
        if BUSINESS[0] <= low and high <= BUSINESS[1] and high - low >= BUSINESS_AT_LEAST
    ]


def span_of(
    clocks: tuple[Clock, Clock | None] | None, daily: bool, in_business: bool, office: bool = False
) -> MinuteSpan:
    """Start and end in minutes.

    `in_business`: other times of the text are business hours; `office`: the text says so.
    """
    if clocks is None:
        return MinuteSpan(0, DAY)
    first, last = clocks
    if last is None:
        if not first.sure or first.minutes % DAY == 0:
            raise Refused(text_of("hours.start_half"))
        return MinuteSpan(first.minutes, first.minutes + ASSUMED_MINUTES, end_assumed=True)
    start, end, assumed = _both(first, last, in_business, office)
    if start == 0 and end in (0, DAY - 1):
        return MinuteSpan(0, DAY, half_assumed=assumed)
    if start == DAY or (start == 0 and first.word in ("am", "midnight") and not daily):
        raise Refused(text_of("hours.midnight"))
    if start == end:
        raise Refused(text_of("hours.no_length"))
    if end < start:
        end += DAY
        if end - start > LONGEST_NIGHT and not (end == DAY and last.word in ("midnight", "24")):
            raise Refused(text_of("hours.too_long_night"))
    return MinuteSpan(start, end, half_assumed=assumed)


def _both(
    first: Clock, last: Clock, in_business: bool, office: bool = False
) -> tuple[int, int, bool]:
    """Start, end, and whether am or pm was filled in."""
    start, end = first.minutes, last.minutes
    if first.sure and last.sure:
        return start, end, False
    if "24" in (first.word, last.word):
        if (
            first.word not in ("24", "")
            or last.word not in ("24", "")
            or (last.word == "24" and not first.sure and start >= end)
        ):
            raise Refused(text_of("hours.mixed"))
        if not last.sure and end + HALF_DAY > start:
            raise Refused(text_of("hours.end_half"))
        return start, end, False
    if not first.sure and not last.sure:
        readings = _business(first, last) or (_office(first, last) if office else [])
        if len(readings) != 1 or (readings[0][1] <= HALF_DAY and not in_business):
            raise Refused(text_of("hours.halves"))
        return *readings[0], True
    if first.sure:
        ends = [(end + step * HALF_DAY - start - 1) % DAY for step in (0, 1)]
        return start, (start + min(ends) + 1) % DAY, True
    if last.word == "midnight" or (end % HALF_DAY == 0 and last.word != "noon"):
        raise Refused(text_of("hours.start_half_missing"))
    # "7-8pm", "9-5pm", "10-2am": the start nearest before the end.
    lengths = [(end - start - step * HALF_DAY - 1) % DAY for step in (0, 1)]
    return (end - min(lengths) - 1) % DAY, end, True


_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(?P<half>[ap]\.?\s?m\.?)?",
    re.IGNORECASE,
)
_WORDS = {word: int(minute) for word, minute in vocabulary.word_map("minute_of_day").items()}
_SUNDAY_FIRST = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def minutes(value: object) -> int | None:
    """Minutes after midnight for "13:00", "1:00 PM", "18:00:00" or "noon"; None for no time.

    A bare hour ("7") says nothing of morning or evening, so it is no time. "24:00" is
    DAY, the midnight at the end of its day.
    """
    text = (as_text(value) or "").strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    match = _CLOCK.fullmatch(text)
    if not match or not (match["minute"] or match["half"]):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] == "p" else 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return hour * 60 + minute


def weekday(value: object, sunday: int) -> int | None:
    """0 = Monday … 6 = Sunday from a number where Sunday is `sunday`, or from an English name."""
    text = (as_text(value) or "").strip().lower()
    if re.fullmatch(r"\d", text):
        number = int(text) - sunday
        return (number - 1) % 7 if 0 <= number <= 6 else None
    if len(text) >= 3:
        for position, name in enumerate(_SUNDAY_FIRST):
            if name.startswith(text.rstrip("s.")):
                return (position - 1) % 7
    return None


@lru_cache(maxsize=8192)
def _write(days: frozenset[int], start: int, end: int) -> str:
    return schedule.write((schedule.Rule(days, frozenset(), start, end),))


def weekly(days: Iterable[int], start: int, end: int) -> str:
    """opening_hours text for one span on some days; `end` at or before `start` is past midnight."""
    return _write(frozenset(days), start, end if end > start else end + DAY)
