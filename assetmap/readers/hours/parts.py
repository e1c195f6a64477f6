"""Parts of free-text hours: words joined to days ("Mon-Fri"), times ("9-5") and seasons.

"Monday evenings 6:30-8": the part of the day says whether a bare time is am or pm. Only where it
is right behind its days and right before its times, and only for hours that nobody would call by
another part: "nights 4-5" and "mornings 12-1" stay as they are
and are refused.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from assetmap.readers.hours.clock import Clock, clock_of
from assetmap.readers.hours.words import (
    LETTER_GROUPS,
    MONTH_OF_WORD,
    NTH_OF_WORD,
    HourToken,
    Refused,
    day_of,
)
from assetmap.schedule import EVERY_DAY, DateRange
from assetmap.vocabulary import any_of
from assetmap.words import text as text_of

_SEPARATORS = {"comma", "and", "slash", "colon", "dash", "at"}
_RANGE_WORDS = {"to", "dash"}
_DAY_SETS = {
    "every": EVERY_DAY,
    "week": frozenset(range(5)),
    "weekend": frozenset((5, 6)),
}


class WeekDays(NamedTuple):
    """Days with the weeks of the month they are for (empty: every week)."""

    days: frozenset[int]
    nth: frozenset[int] = frozenset()


ClockSpan = tuple[Clock, Clock | None]
"""A time as it was said: a start, and an end or none."""


class PartGroup(NamedTuple):
    """Neighbours of one kind in a clause, and the separators that stand before them.

    `kind` is days, time, season, or the kind of a word. Only the list of that kind is filled.
    """

    kind: str
    text: str
    before: frozenset[str]
    days: list[WeekDays]
    times: list[ClockSpan]
    season: DateRange | None


class _Part(NamedTuple):
    """One or more words read together: how many, and whether they are a range."""

    kind: str
    value: WeekDays | ClockSpan | DateRange | str
    words: int = 1
    ranged: bool = False


def groups_of(tokens: list[HourToken]) -> list[PartGroup]:
    """The groups of one clause, in order. Raises Refused."""
    groups: list[PartGroup] = []
    between: set[str] = set()
    for kind, value, *_ in _parts(tokens):
        if kind in _SEPARATORS:
            between.add(kind)
            continue
        same = bool(groups) and groups[-1].kind == kind and kind in ("days", "time")
        if same and between & {"dash", "colon", "at"}:
            raise Refused(text_of("hours.together"))
        if same and kind == "time" and not between:
            raise Refused(text_of("hours.two_clocks"))
        if not same:
            text = value if isinstance(value, str) else ""
            season = value if isinstance(value, DateRange) else None
            groups.append(PartGroup(kind, text, frozenset(between), [], [], season))
        if isinstance(value, WeekDays):
            groups[-1].days.append(value)
        elif kind == "time":
            groups[-1].times.append(value)  # type: ignore[arg-type]
        between = set()
    if between - {"comma"}:
        raise Refused(text_of("hours.breaks_off"))
    for group in groups:
        if any(first.nth and not other.nth for first, other in pairwise(group.days)):
            raise Refused(text_of("hours.week_unclear"))
    return groups


def _parts(tokens: list[HourToken]) -> list[_Part]:
    """Ranges and weeks of the month put together; separators stay between the parts."""
    result: list[_Part] = []
    place = 0
    from_before = False
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "from":
            if from_before:
                break
            from_before = True
            place += 1
            continue
        part = _part(tokens, place)
        if from_before and not part.ranged:
            break
        from_before = False
        if part.words and part.kind != "silent":
            result.append(part)
        place += part.words
    if from_before:
        raise Refused(text_of("hours.no_end"))
    return result


def _part(tokens: list[HourToken], place: int) -> _Part:
    token = tokens[place]
    kinds = [each.kind for each in tokens]
    last = tokens[place + 2] if place + 2 < len(tokens) else None
    joined = last is not None and kinds[place + 1] in _RANGE_WORDS
    if token.kind == "clock":
        if last and last.kind == "clock" and (joined or kinds[place + 1] == "at"):
            return _Part("time", (clock_of(token.text), clock_of(last.text)), 3, True)
        return _Part("time", (clock_of(token.text), None))
    if token.kind in ("day", "letter"):
        if last and joined and last.kind in ("day", "letter"):
            return _day_range(tokens, place)
        return _Part("days", WeekDays(frozenset((day_of(token),))))
    if token.kind == "month":
        return _season(tokens, place, last if joined else None)
    if token.kind == "nth":
        return _nth(tokens, place)
    if token.kind in _DAY_SETS:
        return _Part("days", WeekDays(_DAY_SETS[token.kind]))
    if token.kind == "letters":
        return _Part("days", WeekDays(frozenset(LETTER_GROUPS[token.text])))
    if token.kind == "each":
        follows = tokens[place + 1] if last or place + 1 < len(tokens) else None
        if follows is None or follows.kind not in ("day", "nth", "letter"):
            raise Refused(text_of("hours.every"))
        weekly = follows.kind == "nth" and NTH_OF_WORD[follows.text] not in (1, -1)
        if weekly and "monthly" not in kinds:
            raise Refused(text_of("hours.every_weeks", words=f"{token.text} {follows.text}"))
        return _Part("silent", token.text)
    if token.kind in ("monthly", "weekly"):
        if ("nth" in kinds) != (token.kind == "monthly") or not {"day", "letters"} & set(kinds):
            raise Refused(text_of("hours.which_day", word=token.text))
        return _Part("silent", token.text)
    if token.kind == "to":
        raise Refused(text_of("hours.between", word=token.text))
    return _Part(token.kind, token.text)


def _day_range(tokens: list[HourToken], place: int) -> _Part:
    first, last = day_of(tokens[place]), day_of(tokens[place + 2])
    after = [token.kind for token in tokens[place + 3 : place + 5]]
    goes_on = len(after) == 2 and after[0] in _RANGE_WORDS and after[1] in ("day", "letter")
    if first == last or goes_on:
        raise Refused(text_of("hours.day_range"))
    days = frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
    return _Part("days", WeekDays(days), 3, True)


def _season(tokens: list[HourToken], place: int, last: HourToken | None) -> _Part:
    ranged = last is not None and last.kind == "month"
    words = 3 if ranged else 1
    beside = tokens[max(place - 1, 0) : place] + tokens[place + words : place + words + 1]
    if any(token.kind == "clock" and token.text.isdigit() for token in beside):
        raise Refused(text_of("hours.day_or_time"))
    first = MONTH_OF_WORD[tokens[place].text.strip(".")]
    final = MONTH_OF_WORD[last.text.strip(".")] if last and ranged else first
    return _Part("season", DateRange((0, first, 0), (0, final, 0)), words, ranged)


def _nth(tokens: list[HourToken], place: int) -> _Part:
    """`1st and 3rd Tuesdays` at `place`."""
    begin = place
    nth: set[int] = set()
    while place < len(tokens) and tokens[place].kind in ("nth", "comma", "and", "slash"):
        if tokens[place].kind == "nth":
            nth.add(NTH_OF_WORD[tokens[place].text])
        place += 1
    if place == len(tokens) or tokens[place].kind != "day" or tokens[place - 1].kind != "nth":
        raise Refused(text_of("hours.of_which_day", word=tokens[begin].text))
    after = [token.kind for token in tokens[place + 1 : place + 3]]
    if len(after) == 2 and after[0] in _RANGE_WORDS and after[1] == "day":
        raise Refused(text_of("hours.week_range"))
    days = WeekDays(frozenset((day_of(tokens[place]),)), frozenset(nth))
    return _Part("days", days, place + 1 - begin)


_PARTS = {"morning": (5, 12, "am"), "afternoon": (12, 18, "pm"), "evening": (16, 24, "pm"),
          "night": (17, 24, "pm")}  # fmt: skip
"""First hour, hour at which it must have ended, and the half of its day."""
_WORDS = (
    ("morning", any_of("hours_morning")),
    ("afternoon", any_of("hours_afternoon")),
    ("evening", any_of("hours_evening")),
    ("night", any_of("hours_night")),
)
_NOON = 12
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?(?: ?([ap])\.?m?\.?(?![a-z]))?"
_SAID = re.compile(
    r"(?P<day>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?|lunes|martes|miercoles|jueves|viernes|"
    r"sabados?|domingos?|weekdays?|weekends?)[ ,]+"
    r"(?:" + "|".join(rf"(?P<{name}>{words})" for name, words in _WORDS) + r")\b[ ,:@-]*"
    r"(?:(?:at|from|a las?|de)\s+)?"
    rf"(?P<start>{_CLOCK})(?:\s*(?P<dash>-|to|until|till|a)\s*(?P<end>{_CLOCK}))?"
    r"(?![\d:]|\s*[ap]\.?m)"
)


def with_halves(plain: str) -> str:
    """`plain` with am or pm behind times whose part of the day is said, and without the part."""
    return _SAID.sub(_write, plain)


def _write(match: re.Match[str]) -> str:
    part = next(name for name, _ in _WORDS if match[name])
    first, last, half = _PARTS[part]
    times = []
    for name in ("start", "end"):
        if not match[name]:
            continue
        result = re.fullmatch(_CLOCK, match[name])
        hour, minute, own = int(result[1]), int(result[2] or 0), result[3]  # type: ignore[index]
        if not 1 <= hour <= _NOON or minute > 59 or (own and f"{own}m" != half and hour != _NOON):
            return match[0]
        noon = half == "pm" or (name == "end" and hour == _NOON)
        times.append((hour % _NOON + (_NOON if noon else 0)) * 60 + minute)
    if len(times) == 2 and times[1] < times[0] and match["end"].endswith(("am", "a.m.", "a")):
        return match[0].replace(match[part], "", 1)
    late = times[-1] > last * 60 or times != sorted(times)
    if times[0] < first * 60 or late or times[0] >= last * 60:
        return match[0]
    written = [
        f"{(minutes // 60 - 1) % 12 + 1}:{minutes % 60:02d}{'am' if minutes < 720 else 'pm'}"
        for minutes in times
    ]
    days = {"weekday": "weekdays", "weekend": "weekends"}.get(match["day"], match["day"])
    return f"{days} {'-'.join(written)}"
