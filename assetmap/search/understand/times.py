"""Times as people type them, in English and Spanish: where they are in a text and what they ask.

Patterns run over the plain text in lower case. What they give is a text `schedule.window` reads:
"tonight", "fri evening", "tomorrow morning", "weekdays 17:00-23:00", "18:00-24:00".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from assetmap.schedule import day_number, part_of_day

_DAY = (
    r"(?P<day>(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
    r"|lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)"
)
_PART_EN = r"(?P<part_en>mornings?|afternoons?|evenings?|nights?|nites?)"
_PART_ES = r"(?P<part_es>mananas?|tardes?|noches?)"
_IN_ES = r"(?:en|por|de|a)\s+las?\s+"
_HALF = r"(?:[ap]\.?\s?m\b\.?|de la (?:manana|tarde|noche))"
_CLOCK = r"(?P<{0}>\d{{1,2}}(?::\d\d)?\s*" + _HALF + r"?|noon|midnight|mediodia|medianoche)"
_AT = _CLOCK.format("at")
_FROM, _TO = _CLOCK.format("begin"), _CLOCK.format("until")
_BEFORE_DAY = r"(?:(?:on|this|next|coming|every|el|los|las|este|esta|proximo|cada)\s+)*"
_AFTER = r"(?:after|past|from|despues de|a partir de|luego de)\s+(?:las?\s+)?"
_UNTIL = r"(?:before|until|antes de|hasta)\s+(?:las?\s+)?"
_SPAN = (
    rf"(?:from\s+|between\s+|entre\s+(?:las\s+)?|de\s+)?"
    rf"{_FROM}\s*(?:-|–|to|and|a|y)\s*(?:las\s+)?{_TO}"
)
_MONTHS = (
    "jan(?:uary)?|ene(?:ro)?",
    "feb(?:ruary|rero)?",
    "mar(?:ch|zo)?",
    "apr(?:il)?|abr(?:il)?",
    "mayo?",
    "june?|junio",
    "july?|julio",
    "aug(?:ust)?|ago(?:sto)?",
    "sept?(?:ember|iembre)?",
    "oct(?:ober|ubre)?",
    "nov(?:ember|iembre)?",
    "dec(?:ember)?|dic(?:iembre)?",
)
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})\.?"
_STEP = r"(?:\s+(?:at|en|por|de|in|a)(?:\s+(?:the|la|las|el))?)?\s+"


# What may follow a bare hour ("at 7 on fridays"); "at 7 Main Street" is no hour.
_NEXT = (
    r"(?:on|in|near|for|or|and|today|tonight|tomorrow|this|every|mon|tue|wed|thu|fri|sat|sun"
    r"|de|del|en|el|los|hoy|esta|manana|cerca|para|con|y|o|lunes|martes|miercoles|jueves|viernes"
    r"|sabados?|domingos?)"
)
MOST_AHEAD = 12 * 60  # minutes
AHEAD_FOR = 120


class TimeSpan(NamedTuple):
    """A stretch of the text that says a time, and the time as `schedule.window` reads it."""

    begin: int
    end: int
    when: str


def _minutes(text: str, after: int | None = None) -> int:
    """Minutes after midnight; without am or pm people mean the waking hour.

    >>> _minutes("7pm"), _minutes("6"), _minutes("10:30 am"), _minutes("8 de la noche")
    (1140, 1080, 630, 1200)
    """
    text = text.strip()
    if text in ("noon", "mediodia"):
        return 720
    if text in ("midnight", "medianoche"):
        return 1440
    match = re.match(r"(\d{1,2})(?::(\d\d))?\s*(.*)", text)
    if match is None:
        return 0
    hour, minute, half = (
        int(match[1]),
        int(match[2] or 0),
        match[3].replace(".", "").replace(" ", ""),
    )
    if hour > 24 or minute > 59:
        return -1
    if half in ("pm", "delatarde", "delanoche"):
        hour = hour % 12 + 12
    elif half in ("am", "delamanana"):
        hour %= 12
    elif hour < 8 or (after is not None and hour * 60 + minute <= after and hour < 12):
        hour = hour + 12 if hour < 12 else hour
    return hour * 60 + minute


def _clock(minutes: int) -> str:
    minutes = min(minutes, 1440)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _hours(match: re.Match[str]) -> str:
    """The clock part of a match: a span, after, before, at, or a part of the day."""
    groups = match.groupdict()
    if groups.get("begin"):
        last = re.search(r"[ap]\.?\s?m\b\.?|de la (?:manana|tarde|noche)", groups["until"])
        begin_text = groups["begin"]
        if last and not re.search(r"[a-z]", begin_text):
            # "5-7 pm": both are in the afternoon; "10-2 pm" is not.
            with_half = _minutes(f"{begin_text} {last[0]}")
            begin = with_half if with_half < _minutes(groups["until"]) else _minutes(begin_text, 0)
        else:
            begin = _minutes(begin_text)
        end = _minutes(groups["until"], begin)
        return f"{_clock(begin)}-{_clock(end)}" if 0 <= begin < end else ""
    if groups.get("after"):
        begin = _after(groups["after"])
        return f"{_clock(begin)}-24:00" if 0 <= begin < 1440 else ""
    if groups.get("before"):
        end = _minutes(groups["before"])
        end = end - 720 if 1140 <= end < 1440 and not re.search(r"p|n", groups["before"]) else end
        return f"05:00-{_clock(end)}" if end > 300 else ""
    if groups.get("at"):
        begin = _minutes(groups["at"])
        return f"{_clock(begin)}-{_clock(begin + 120)}" if 0 <= begin < 1440 else ""
    return ""


def _after(text: str) -> int:
    """ "After 6" is six in the evening, "after 9" nine in the evening, "after 10 am" is said."""
    minutes = _minutes(text)
    if re.fullmatch(r"\d{1,2}(:\d\d)?", text.strip()) and minutes < 720:
        minutes += 720
    return minutes


def _part(match: re.Match[str]) -> str:
    groups = match.groupdict()
    name = (groups.get("part_en") or groups.get("part_es") or "").rstrip("s")
    return {
        "nite": "night", "manana": "morning", "tarde": "afternoon", "noche": "night",
    }.get(name, name)  # fmt: skip


def _day_with_hours(match: re.Match[str]) -> str:
    day = day_number(match["day"])
    if day is None:
        return ""
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day]
    return " ".join(filter(None, (name, _part(match) or _hours(match))))


def _clock_only(match: re.Match[str]) -> str:
    part = _part(match)
    if part:
        begin, end = part_of_day("evening" if part == "night" else part)
        return f"{_clock(begin)}-{_clock(end)}"
    return _hours(match)


def _weekdays(match: re.Match[str]) -> str:
    part = _part(match)
    if not part:
        return f"weekdays {_hours(match)}".strip()
    begin, end = part_of_day("evening" if part == "night" else part)
    return f"weekdays {_clock(begin)}-{_clock(end)}"


def _weekend(match: re.Match[str]) -> str:
    part = _part(match)
    if not part:
        return "weekend"
    begin, end = part_of_day("evening" if part == "night" else part)
    return f"weekend {_clock(begin)}-{_clock(end)}"


LATE = "21:00-24:00"
_HALVES = {"a": "morning", "p": "12:00-23:00"}


def _day_in_short(match: re.Match[str]) -> str:
    """ "Saturday am", "early saturday" and "fri night late": a day with a part said in short."""
    day, groups = _day_with_hours(match), match.groupdict()
    if groups.get("half"):
        return f"{day} {_HALVES[groups['half'][0]]}"
    return f"{day} {LATE if groups.get('late') else 'morning'}"


def _fixed(when: str) -> Callable[[re.Match[str]], str]:
    return lambda _: when


def _tomorrow(match: re.Match[str]) -> str:
    return " ".join(filter(None, ("tomorrow", _part(match) or _hours(match))))


def _today(match: re.Match[str]) -> str:
    part = _part(match)
    if part in ("night", "evening"):
        return "tonight"
    hours = _clock_only(match)
    return f"today {hours}" if hours else "today"


def _ahead(match: re.Match[str]) -> str:
    """ "In an hour" as minutes from now: `in 60 minutes`, to be counted from the clock."""
    lines = re.sub(r"\s+(?:of)?", " ", match["ahead"] or "").strip()
    unit = 1 if match["unit"].startswith("min") else 60
    if lines in ("half an", "media"):
        return f"in {unit // 2} minutes"
    count = {"two": 2, "dos": 2, "a couple": 2}.get(lines, int(lines) if lines.isdigit() else 1)
    return f"in {count * unit} minutes" if 0 < count * unit < MOST_AHEAD else ""


_AFTER_AT = _AFTER + _CLOCK.format("after")
_BEFORE_AT = _UNTIL + _CLOCK.format("before")
_EXACT = r"(?:at\s+|@\s*|a\s+las?\s+)?" + _AT
_NEEDS_HALF = (
    r"(?P<at>\d{1,2}(?::\d\d)?\s*(?:[ap]\.?\s?m\b\.?|de la (?:manana|tarde|noche))|\d{1,2}:\d\d)"
)
_SPAN_HALF = (
    r"(?:from\s+|between\s+|entre\s+(?:las\s+)?|de\s+)?(?P<begin>\d{1,2}(?::\d\d)?(?:\s*[ap]m)?)\s*"
    r"(?:-|–|to|and|a|y)\s*(?:las\s+)?"
    r"(?P<until>\d{1,2}(?::\d\d)?\s*(?:[ap]\.?\s?m\b|de la (?:manana|tarde|noche))|\d{1,2}:\d\d)"
)
_HOW = tuple(
    (re.compile(rf"(?<!\w){pattern}(?!\w)"), make)
    for pattern, make in (
        (r"(?:right\s+now|right\s+away|now|asap|immediately|ahora\s+mismo|ahorita(?:\s+mismo)?"
         r"|ahora|ya\s+mismo|en\s+este\s+momento|lo\s+antes\s+posible)", _fixed("now")),
        (r"(?:tonight|tonite|2nite|this\s+evening|esta\s+noche|hoy\s+(?:en|por|a)\s+la\s+noche"
         r"|later\s+tonight)", _fixed("tonight")),
        (rf"(?:today|2day|hoy)(?:{_STEP}(?:{_PART_EN}|{_PART_ES}))?", _today),
        (rf"(?:today|hoy)\s+{_AFTER_AT}", _today),
        (rf"(?:today|hoy)\s+{_BEFORE_AT}", _today),
        (rf"(?:today|hoy)\s+{_EXACT}", _today),
        (r"this\s+(?P<part_en>morning|afternoon)", _today),
        (r"esta\s+(?P<part_es>manana|tarde)", _today),
        (rf"(?:tomorrow|tmrw|tomorow|tommorow|tommorrow)(?:\s+{_PART_EN})?", _tomorrow),
        (rf"manana\s+{_IN_ES}{_PART_ES}", _tomorrow),
        (rf"(?:tomorrow|manana)\s+{_AFTER_AT}", _tomorrow),
        (rf"(?:tomorrow|manana)\s+{_BEFORE_AT}", _tomorrow),
        (rf"(?:tomorrow|manana)\s+{_EXACT}", _tomorrow),
        (r"(?<!la )(?<!las )manana", _fixed("tomorrow")),
        (rf"(?:(?:on|over|this|the|el|los|este|en)\s+)*(?:week\s?ends?|fin(?:es)?\s+de\s+semana)"
         rf"(?:{_STEP}(?:{_PART_EN}|{_PART_ES}))?", _weekend),
        (rf"sat(?:urday)?s?\s*(?:or|and|&|/)\s*sun(?:day)?s?(?:(?:{_STEP}|\s+){_PART_EN})?",
         _weekend),
        (rf"(?:el\s+)?sabados?\s+[oyu]\s+(?:el\s+)?domingos?(?:{_STEP}{_PART_ES})?", _weekend),
        (r"(?<=meetings )rn|(?<=meeting )rn|right\s+rn", _fixed("now")),
        (r"(?:on\s+)?week\s?(?P<part_en>nights?)", _weekdays),
        (rf"(?:on\s+|during\s+the\s+)?(?:weekdays?|entre\s+semana)"
         rf"(?:{_STEP}(?:{_PART_EN}|{_PART_ES}))?", _weekdays),
        (rf"(?:weekdays?|entre\s+semana)\s+{_AFTER_AT}", _weekdays),
        (rf"{_BEFORE_DAY}{_DAY}", _day_with_hours),
        (rf"{_BEFORE_DAY}{_DAY}\s+(?:in\s+the\s+|at\s+)?{_PART_EN}", _day_with_hours),
        (rf"{_BEFORE_DAY}{_DAY}\s+{_IN_ES}{_PART_ES}", _day_with_hours),
        (rf"{_BEFORE_DAY}{_DAY}\s+{_AFTER_AT}", _day_with_hours),
        (rf"{_BEFORE_DAY}{_DAY}\s+{_BEFORE_AT}", _day_with_hours),
        (rf"{_BEFORE_DAY}{_DAY}\s+{_EXACT}", _day_with_hours),
        (rf"{_BEFORE_DAY}{_DAY}\s+{_SPAN}", _day_with_hours),
        (rf"{_BEFORE_DAY}{_DAY}\s+(?P<half>[ap]\.?m\b\.?)(?!\s+i\b)", _day_in_short),
        (r"(?:tomorrow|tmrw)\s+am(?!\s+i\b)|manana\s+temprano", _fixed("tomorrow morning")),
        (r"(?:tomorrow|tmrw)\s+pm", _fixed("tomorrow 12:00-23:00")),
        (r"(?:on\s+)?weekdays?\s+am(?!\s+i\b)", _fixed("weekdays 05:00-12:00")),
        (r"(?:on\s+)?weekdays?\s+pm", _fixed("weekdays 12:00-23:00")),
        (rf"early\s+{_BEFORE_DAY}{_DAY}(?:\s+mornings?)?", _day_in_short),
        (rf"{_BEFORE_DAY}{_DAY}\s+(?:early(?:\s+mornings?)?|temprano)", _day_in_short),
        (rf"(?P<late>late)\s+{_BEFORE_DAY}{_DAY}(?:\s+(?:nights?|nites?))?", _day_in_short),
        (rf"{_BEFORE_DAY}{_DAY}\s+(?:(?:nights?|nites?)\s+)?"
         r"(?P<late>late(?:\s+(?:nights?|nites?|at\s+night))?)", _day_in_short),
        (rf"{_BEFORE_DAY}{_DAY}\s+(?P<late>(?:muy\s+)?tarde\s+(?:en|por|de)\s+la\s+noche"
         r"|(?:(?:en|por|de)\s+la\s+)?noche\s+(?:muy\s+)?tarde)", _day_in_short),
        (rf"{_BEFORE_DAY}{_DAY}\s+(?:al?\s+)?(?P<part_es>noche|tarde)", _day_with_hours),
        (rf"(?:in\s+the|at|during\s+the|any)\s+{_PART_EN}", _clock_only),
        (r"(?P<part_en>mornings|afternoons|evenings|nights)", _clock_only),
        (rf"{_IN_ES}{_PART_ES}", _clock_only),
        (rf"{_AFTER_AT}", _clock_only),
        (rf"{_BEFORE_AT}", _clock_only),
        (r"(?:after\s+(?:i\s+get\s+off\s+)?work|after\s+my\s+shift|despues\s+del?\s+trabaj(?:o|ar))",
         _fixed("17:00-23:00")),
        (rf"(?:at\s+|around\s+|@\s*|a\s+las?\s+|como\s+a\s+las?\s+)?{_NEEDS_HALF}", _clock_only),
        (rf"{_SPAN_HALF}", _clock_only),
        (r"(?:at\s+)(?P<at>noon|midnight)|al\s+(?:mediodia)", _clock_only),
        (r"(?:at\s+|around\s+|al?\s+)?(?:noon|mediodia|lunch\s?time|lunch\s+(?:hour|break))"
         r"|(?:at|during|over|on\s+my)\s+lunch|lunch(?=\s+(?:meetings?|groups?))",
         _fixed("12:00-14:00")),
        (rf"(?:mon(?:day)?s?\s*(?:-|–|to|thru|through)\s*fri(?:day)?s?|m-f"
         rf"|(?:de\s+)?lunes\s+a\s+viernes)(?:{_STEP}(?:{_PART_EN}|{_PART_ES}))?", _weekdays),
        (rf"(?:mon(?:day)?s?\s*(?:-|–|to|thru|through)\s*fri(?:day)?s?|m-f"
         rf"|(?:de\s+)?lunes\s+a\s+viernes)\s+{_AFTER_AT}", _weekdays),
        (rf"(?:at|@|around|a\s+las?|como\s+a\s+las?)\s*(?P<at>\d{{1,2}})(?=\s*(?:$|[,.;?!]|{_NEXT}))",
         _clock_only),
        (r"(?:in|within|en)\s+(?:about\s+|the\s+(?:next\s+)?)?(?P<ahead>half\s+an\s+|media\s+|an?\s+"
         r"|una?\s+|one\s+|two\s+|dos\s+|a\s+couple\s+(?:of\s+)?|\d{1,3}\s*)?"
         r"(?P<unit>hours?|hrs?|horas?|minutes?|mins?|minutos?)", _ahead),
        (r"(?:the\s+)?day\s+after\s+tomorrow|pasado\s+manana", _fixed("in 2 days")),
    )
)  # fmt: skip
_DATES = tuple(
    re.compile(rf"(?<!\w){pattern}(?!\w)")
    for pattern in (
        r"(?P<iso>\d{4}-\d\d-\d\d)",
        r"(?:on\s+)?(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<y>\d{2,4}))?",
        rf"(?:on\s+)?{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?",
        rf"(?:el\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?{_MONTH}",
    )
)


_DAY_ONLY = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun|today|tomorrow|weekend|weekdays|\d{4}-\d\d-\d\d)"
)
_CLOCK_ONLY = re.compile(r"\d\d:\d\d-\d\d:\d\d")


def together(first: str | None, second: str) -> str:
    """Two times of one wish as one, where one says the day and the other the hours; else "".

    >>> together("tomorrow", "12:00-14:00"), together("19:00-21:00", "fri"), together("fri", "sat")
    ('tomorrow 12:00-14:00', 'fri 19:00-21:00', '')
    """
    for day, hours in ((first or "", second), (second, first or "")):
        if _DAY_ONLY.fullmatch(day) and _CLOCK_ONLY.fullmatch(hours):
            return f"{day} {hours}"
    return ""


def times_in(lower: str, now: datetime) -> Iterator[TimeSpan]:
    """Every stretch of `lower` (plain text in lower case) that may say a time; they overlap."""
    for pattern, make in _HOW:
        for match in pattern.finditer(lower):
            when = make(match)
            if when == "in 2 days":
                when = (now.date() + timedelta(days=2)).isoformat()
            elif when.endswith(" minutes"):
                when = _from_now(now, int(when.split()[1]))
            if when:
                yield TimeSpan(match.start(), match.end(), when)
    for pattern in _DATES:
        for match in pattern.finditer(lower):
            day = _date(match, now.date())
            if day is not None:
                yield TimeSpan(match.start(), match.end(), day.isoformat())


def _from_now(now: datetime, minutes: int) -> str:
    """What begins within two hours from `minutes` after `now`; a quarter of an hour is forgiven."""
    begin = now + timedelta(minutes=minutes - 15)
    first = begin.hour * 60 + begin.minute
    last = min(first + AHEAD_FOR, 1440)
    return f"{begin.date().isoformat()} {_clock(first)}-{_clock(last)}"


def _date(match: re.Match[str], today: date) -> date | None:
    """The next day that a written date means; None where there is no such day."""
    groups = match.groupdict()
    try:
        if groups.get("iso"):
            return date.fromisoformat(groups["iso"])
        if groups.get("month"):
            month = next(
                (n for n, name in enumerate(_MONTHS, 1) if re.fullmatch(name, groups["month"])), 0,
            )  # fmt: skip
        else:
            month = int(groups["m"])
        day = int(groups["d"])
        if groups.get("y"):
            year = int(groups["y"])
            return date(year + 2000 if year < 100 else year, month, day)
        result = date(today.year, month, day)
        return result if result >= today else date(today.year + 1, month, day)
    except ValueError:
        return None
