"""Windows of time as people say them: now, tonight, the weekend, Friday from five to eleven."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.schedule.rules import MINUTES_A_DAY, ScheduleError
from assetmap.vocabulary import day_parts
from assetmap.words import text as text_of

NOW_HOURS = 2
"""How far "now" reaches: what starts within two hours."""
NIGHT = (17 * 60, 28 * 60)
"""Tonight: 17:00 to 04:00, in minutes after midnight."""

# One table of parts for searching and for Gaps; who asks for a night means all of it.
PARTS = {name: (first * 60, last * 60) for name, (first, last) in day_parts().items()}
PARTS |= {"night": NIGHT, "noche": NIGHT}
PARTS |= {"manana": PARTS["morning"], "tarde": PARTS["afternoon"]}

DAYS = {name: int(day) for name, day in vocabulary.word_map("weekday").items()}
_SHORT_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = vocabulary.word_map("when")
_CLOCK = r"(\d{1,2})(?::(\d{2}))? ?([ap]m)?"
_SPAN = re.compile(rf"{_CLOCK} ?[-–] ?{_CLOCK}", re.ASCII)


class Window(NamedTuple):
    """From `begin` up to `end` (aware, in the zone of the clock that was asked).

    `text` is the window as it was understood ("fri 17:00-23:00"). `weekday` (0 = Monday) and
    `clock` (start and end in minutes after midnight, the end above 1440 when past it) are what
    was asked, where it was asked: a day of the week, a time of day. `spans` are set where the
    same time of several days was asked; `begin` and `end` are then around all of them.
    """

    begin: datetime
    end: datetime
    text: str
    weekday: int | None = None
    clock: tuple[int, int] | None = None
    spans: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def stretches(self) -> tuple[tuple[datetime, datetime], ...]:
        """The stretches of time asked for, in order: one, or one a day ("weeknights")."""
        return self.spans or ((self.begin, self.end),)

    def widened(self, days: int = 7) -> tuple[datetime, datetime]:
        """The window with `days` days before and after it, by the clock on the wall."""
        return self.begin - timedelta(days=days), self.end + timedelta(days=days)


def window(text: str, now: datetime) -> Window:
    """What `text` means at `now`, an aware datetime in the community's own time zone.

    now (the next two hours) · today, tomorrow (midnight to midnight) · tonight (17:00–04:00) ·
    weekend (Saturday and Sunday) · fri, friday, viernes · fri 17:00-23:00, friday evening ·
    17:00-23:00 · 2026-11-27 · 2026-11-27 17:00-23:00. The one that is going on, else the next.
    today, tomorrow and weekend may have a time of day too ("tomorrow morning"). weekdays,
    weeknights and evenings, with or without times, are that time of each day of the week ahead.
    Raises ScheduleError with one sentence for anything else.
    """
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone: the community's own.")
    plain = _plain(text)
    word = _WORDS.get(plain)
    today = now.date()
    if word == "now":
        later = now.astimezone(UTC) + timedelta(hours=NOW_HOURS)
        return Window(now, later.astimezone(now.tzinfo), "now")
    if word in ("today", "tomorrow"):
        return _on(today + timedelta(days=word == "tomorrow"), (0, MINUTES_A_DAY), now, word)
    if word == "tonight":
        return _next(None, NIGHT, now, word)._replace(clock=NIGHT)
    if word == "weekend":
        saturday = today + timedelta(days=(5 - today.weekday()) % 7 if today.weekday() != 6 else -1)
        return _on(saturday, (0, 2 * MINUTES_A_DAY), now, word)
    several = _several(plain, text, now)
    if several is not None:
        return several
    day, clock = _day_and_clock(plain, text)
    hours = clock or (0, MINUTES_A_DAY)
    label = "" if clock is None else f"{_write(clock[0])}-{_write(clock[1])}"
    if isinstance(day, date):
        result = _on(day, hours, now, f"{day.isoformat()} {label}".strip())
        return result._replace(weekday=day.weekday(), clock=clock)
    name = "" if day is None else _SHORT_DAYS[day]
    result = _next(day, hours, now, f"{name} {label}".strip())
    return result._replace(weekday=day, clock=clock)


def day_number(name: str) -> int | None:
    """The weekday (0 = Monday) that `name` is in English or Spanish; None for no weekday.

    >>> day_number("fri"), day_number("sábados"), day_number("Sundays"), day_number("soon")
    (4, 5, 6, None)
    """
    plain = _plain(name)
    return DAYS.get(plain, DAYS.get(plain.removesuffix("s")))


def part_of_day(name: str) -> tuple[int, int]:
    """From when to when a part of the day is, in minutes after midnight; KeyError for no part."""
    return PARTS[_plain(name)]


def each_day(window: Window, now: datetime) -> Window:
    """A window that asked only for a time of day, as that time of each of the next seven days."""
    if window.clock is None or window.weekday is not None or window.text in ("tonight",):
        return window
    return _each(range(7), window.clock, now, window.text)


def _several(plain: str, text: str, now: datetime) -> Window | None:
    """Windows of more than one day, and of today or tomorrow at a time of day; None for others."""
    today = now.date()
    if plain in ("weeknights", "week nights", "weeknight"):
        return _each(range(5), PARTS["evening"], now, "weeknights")
    first, _, rest = plain.partition(" ")
    if plain.removesuffix("s") in ("morning", "afternoon", "evening", "night", "tarde", "noche"):
        name = plain.removesuffix("s")
        clock = PARTS["evening" if name in ("night", "noche") else name]
        return _each(range(7), clock, now, plain)
    for names, days in (
        (("weekdays", "weekday", "entre semana"), range(5)),
        (("weekends", "weekend", "fin de semana"), range(5, 7)),
    ):
        for name in names:
            if plain == name and days.start == 0:
                return _each(days, (0, MINUTES_A_DAY), now, "weekdays")
            if plain.startswith(name + " "):
                clock = _time_of_day(plain.removeprefix(name + " "), text)
                label = f"{names[1] if days.start else names[0]} {_span_text(clock)}"
                return _each(days, clock, now, label)
    if rest and _WORDS.get(first) in ("today", "tomorrow"):
        word = _WORDS[first]
        clock = _time_of_day(rest, text)
        result = _on(today + timedelta(days=word == "tomorrow"), clock, now, "")
        return result._replace(text=f"{word} {_span_text(clock)}", clock=clock)
    return None


def _time_of_day(plain: str, text: str) -> tuple[int, int]:
    _, clock = _day_and_clock(f"mo {plain}", text)
    if clock is None:
        raise ScheduleError(text_of("schedule.time_not_understood", text=text))
    return clock


def _each(days: range, clock: tuple[int, int], now: datetime, text: str) -> Window:
    """The same time of every one of `days` (0 = Monday) in the seven days from now."""
    spans = []
    for ahead in range(-1, 8):
        day = now.date() + timedelta(days=ahead)
        if day.weekday() in days:
            item = _on(day, clock, now, "")
            if item.end > now and ahead < 7:
                spans.append((item.begin, item.end))
    return Window(spans[0][0], spans[-1][1], text, None, clock, tuple(spans))


def _span_text(clock: tuple[int, int]) -> str:
    return f"{_write(clock[0])}-{_write(clock[1])}"


def _plain(text: str) -> str:
    """Lower case, no accents, single blanks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _day_and_clock(plain: str, text: str) -> tuple[int | date | None, tuple[int, int] | None]:
    first, _, rest = plain.partition(" ")
    day: int | date | None = DAYS.get(first)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", first, re.ASCII):
        try:
            day = date.fromisoformat(first)
        except ValueError as error:
            raise ScheduleError(text_of("schedule.no_day", day=first)) from error
    if day is None:
        rest = plain
    if day is not None and not rest:
        return day, None
    for filler in ("in the ", "por la ", "en la ", "de la ", "from ", "at "):
        rest = rest.removeprefix(filler)
    if day is not None and rest in PARTS:
        return day, PARTS[rest]
    span = _SPAN.fullmatch(rest)
    if not span:
        raise ScheduleError(text_of("schedule.write_time", text=text))
    return day, _clock(span, text)


def _clock(span: re.Match[str], text: str) -> tuple[int, int]:
    result = []
    for hour, minute, half in (span.groups()[:3], span.groups()[3:]):
        number = int(hour)
        if (half and not 1 <= number <= 12) or number > 24 or int(minute or 0) > 59:
            raise ScheduleError(text_of("schedule.no_such_hour", text=text))
        if half:
            number = number % 12 + 12 * (half == "pm")
        result.append(number * 60 + int(minute or 0))
    start, end = result
    if start >= MINUTES_A_DAY or end > MINUTES_A_DAY or start == end:
        raise ScheduleError(text_of("schedule.time_no_length", text=text))
    return start, end if end > start else end + MINUTES_A_DAY


def _on(day: date, clock: tuple[int, int], now: datetime, text: str) -> Window:
    midnight = datetime.combine(day, time(), tzinfo=now.tzinfo)
    begin, end = (midnight + timedelta(minutes=minutes) for minutes in clock)
    return Window(begin, end, text)


def _next(weekday: int | None, clock: tuple[int, int], now: datetime, text: str) -> Window:
    """The window of that day and clock that is going on at `now`, else the next one."""
    today = now.date()
    for days in range(-1, 8):
        day = today + timedelta(days=days)
        if weekday is None or day.weekday() == weekday:
            result = _on(day, clock, now, text)
            if result.end > now:
                return result
    raise AssertionError("every weekday comes within eight days")


def _write(minutes: int) -> str:
    if minutes != MINUTES_A_DAY:
        minutes %= MINUTES_A_DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
