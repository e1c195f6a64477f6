"""Times of day in free-text hours ("7pm", "9-5", "10 de la noche") and how long they last."""

from __future__ import annotations

import re
from typing import NamedTuple

from assetmap import vocabulary
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
_MORNING, _NIGHT = (tuple(vocabulary.word_map(half)) for half in ("morning", "night"))
_NOON, _MIDNIGHT = (tuple(vocabulary.word_map(hour)) for hour in ("noon", "midnight"))
DAY = 24 * 60


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
