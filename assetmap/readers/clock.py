"""Days and times of meeting feeds as a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from assetmap import schedule, vocabulary
from assetmap.files.source import as_text

DEFAULT_MINUTES = 60
MINUTES_A_DAY = 24 * 60
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(?P<half>[ap]\.?\s?m\.?)?",
    re.IGNORECASE,
)
_WORDS = {word: int(minute) for word, minute in vocabulary.word_map("minute_of_day").items()}
_SUNDAY_FIRST = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def minutes(value: object) -> int | None:
    """Minutes after midnight for "13:00", "1:00 PM", "18:00:00" or "noon"; None for no time.

    A bare hour ("7") says nothing of morning or evening, so it is no time. "24:00" is
    MINUTES_A_DAY, the midnight at the end of its day.
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
    return _write(frozenset(days), start, end if end > start else end + MINUTES_A_DAY)
