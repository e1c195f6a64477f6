"""iCalendar: one repeating event for each time of an asset, in the asset's own time zone.

Entries are titled by the venue unless asked otherwise: a shared calendar shows its titles.
What no RRULE says (seasons, holidays off, single dates) is written out for the next year.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import geopandas as gpd
from icalendar import Calendar, Event, vRecur

from assetmap import schedule, vocabulary
from assetmap.places import fold
from assetmap.words import say
from assetmap.writers import texts
from assetmap.writers.texts import LeftOut, WriteOptions, Writer, Written

CARRIES = frozenset(("id", "schedule", "recurrence", "dates"))
"""Carried as times: the file's occurrences are the asset's."""
DAYS_WRITTEN = 366
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MINUTES_A_DAY = 24 * 60


class _Unfit(ValueError):
    """Why an asset cannot be in a calendar (an id of words/writers.csv)."""


def write(assets: gpd.GeoDataFrame, options: WriteOptions) -> Written:
    """A calendar with VTIMEZONEs; an asset without times is left out with its reason."""
    names = texts.fields(options.public_only)
    columns = {name: texts.column(assets, name, options.public_only) for name in names}
    venues = [_venue(texts.text(value)) for value in assets["original"]]
    calendar = Calendar()
    calendar.add("prodid", "-//assetmap//assetmap//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("writers.calendar", options.language))
    left_out: list[LeftOut] = []
    for position in range(len(assets)):
        text = {name: column[position] for name, column in columns.items()}
        venue = "" if options.public_only else venues[position]
        try:
            for number, event in enumerate(_events(text, options)):
                _describe(event, text, venue, number, options)
                calendar.add_component(event)
        except _Unfit as reason:
            left_out.append(LeftOut(text["id"], say(f"writers.{reason}", options.language)))
    if calendar.subcomponents:
        today = options.now.date()
        calendar.add_missing_timezones(
            first_date=today.replace(year=today.year - 1, day=1),
            last_date=today.replace(year=today.year + 20, day=1),
        )
    return Written(calendar.to_ical(), left_out)


def _events(text: Mapping[str, str], options: WriteOptions) -> list[Event]:
    if text["status"] not in ("active", ""):
        raise _Unfit("not_active")
    if not text["schedule"] and not text["recurrence"]:
        raise _Unfit("no_start")
    if text["schedule"] == schedule.ALWAYS:
        raise _Unfit("always_open")
    zone = ZoneInfo(text["timezone"] or options.timezone)
    begin = options.now.astimezone(zone).date()
    try:
        rules = schedule.parse(text["schedule"]) if text["schedule"] else ()
        simple = not any(rule.off or rule.dates or rule.holidays for rule in rules)
        if text["dates"] or not simple:
            return _written_out(text, begin, zone, options)
        events = [_repeating(rule, nth, begin, zone) for rule in rules for nth in _weeks(rule)]
        return events + (_recurring(text["recurrence"], zone) if text["recurrence"] else [])
    except schedule.ScheduleError:
        raise _Unfit("bad_times") from None


def _weeks(rule: schedule.Rule) -> list[int]:
    return sorted(rule.nth) or [0]


def _local(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    moment = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    return moment.replace(tzinfo=zone)


def _repeating(rule: schedule.Rule, nth: int, begin: date, zone: ZoneInfo) -> Event:
    """A weekly event, or one of a week of the month, from its first day on or after `begin`."""
    first = begin
    while first.weekday() not in rule.days or (nth and not _is_nth(first, nth)):
        first += timedelta(days=1)
    event = Event()
    event.add("dtstart", _local(first, rule.start, zone))
    event.add("dtend", _local(first, rule.end, zone))
    days = [f"{nth or ''}{_DAYS[day]}" for day in sorted(rule.days)]
    event.add("rrule", {"freq": "monthly" if nth else "weekly", "byday": days})
    return event


def _is_nth(day: date, nth: int) -> bool:
    if nth > 0:
        return (day.day - 1) // 7 + 1 == nth
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return ((next_month - day).days - 1) // 7 + 1 == -nth


def _recurring(text: str, zone: ZoneInfo) -> list[Event]:
    """Events of a recurrence text, its own DTSTART and RRULE as they are."""
    events: list[Event] = []
    lengths = [series.minutes for series in schedule.parse_recurrence(text)]
    for line in text.split():
        name, _, value = line.partition(":")
        if name == "DTSTART":
            event = Event()
            start = datetime.strptime(value, "%Y%m%dT%H%M%S")
            event.add("dtstart", start.replace(tzinfo=zone))
            end = start + timedelta(minutes=lengths[len(events)])
            event.add("dtend", end.replace(tzinfo=zone))
            events.append(event)
        elif name == "RRULE":
            events[-1].add("rrule", _in_utc(vRecur.from_ical(value), zone))
        elif name in ("EXDATE", "RDATE"):
            moments = [datetime.strptime(part, "%Y%m%dT%H%M%S") for part in value.split(",")]
            events[-1].add(name.lower(), [moment.replace(tzinfo=zone) for moment in moments])
    return events


def _in_utc(rule: vRecur, zone: ZoneInfo) -> vRecur:
    """RFC 5545 wants UNTIL in UTC where DTSTART has a time zone."""
    rule["UNTIL"] = [
        moment.replace(tzinfo=zone).astimezone(UTC) if isinstance(moment, datetime) else moment
        for moment in rule.get("UNTIL", [])
    ]
    if not rule["UNTIL"]:
        del rule["UNTIL"]
    return rule


def _written_out(
    text: Mapping[str, str], begin: date, zone: ZoneInfo, options: WriteOptions
) -> list[Event]:
    """Events of the next year, one for each length, their dates written out (RDATE)."""
    start = datetime(begin.year, begin.month, begin.day, tzinfo=zone)
    result = schedule.occurrences(
        text["schedule"],
        text["recurrence"],
        text["time_kind"] or "sessions",
        str(zone),
        start,
        start + timedelta(days=DAYS_WRITTEN),
        vocabulary.split(text["dates"]) or None,
        options.country,
    )
    by_length: dict[timedelta, list[datetime]] = {}
    for first, last in result:
        if first >= start:
            length = last.replace(tzinfo=None) - first.replace(tzinfo=None)
            by_length.setdefault(length, []).append(first)
    if not by_length:
        raise _Unfit("no_dates")
    events: list[Event] = []
    for length, starts in by_length.items():
        event = Event()
        event.add("dtstart", starts[0].replace(tzinfo=zone))
        event.add("dtend", (starts[0].replace(tzinfo=None) + length).replace(tzinfo=zone))
        if len(starts) > 1:
            event.add("rdate", [moment.replace(tzinfo=zone) for moment in starts[1:]])
        if not text["dates"]:
            event.add("comment", say("writers.first_dates", options.language))
        events.append(event)
    return events


def _describe(
    event: Event, text: Mapping[str, str], venue: str, number: int, options: WriteOptions
) -> None:
    digest = hashlib.sha256(text["id"].encode()).hexdigest()[:24]
    event.add("uid", f"{digest}-{number}@assetmap")
    event.add("dtstamp", options.now.astimezone(UTC).replace(microsecond=0))
    title = {
        "venue": venue or text["organization"],
        # Others may see the calendar: the place, the street, or a word that says nothing.
        "neutral": _neutral(venue) or text["address"],
        "organization": text["organization"] or venue,
        "name": text["name"],
    }[options.title]
    event.add("summary", title or say("writers.event", options.language))
    if options.title != "neutral":
        event.add("x-assetmap-id", text["id"])
    place = ", ".join(text[part] for part in ("address", "city", "region") if text[part])
    if place:
        only_town = text["location_precision"] in ("area", "hidden") and not text["address"]
        event.add(
            "location",
            say("writers.location", options.language, place=place) if only_town else place,
        )
    if text["latitude"] and text["location_precision"] in ("", "exact", "street"):
        event.add("geo", (float(text["latitude"]), float(text["longitude"])))
    event.add("description", _about(text, options.language, options.title != "neutral"))
    if text["time_kind"] == "hours":
        event.add("transp", "TRANSPARENT")


def _about(text: Mapping[str, str], language: str, named: bool) -> str:
    """How to reach it; with its name and page only where the entry may be `named`."""
    lines = [text["name"]] if named else []
    for field, words, value in (
        ("phone", "writers.call", "phone"),
        ("conference_url", "writers.join", "url"),
        ("conference_phone", "writers.join_phone", "phone"),
        ("url", "writers.more", "url"),
    ):
        if text[field] and (named or (field != "url" and _neutral(text[field]))):
            lines.append(say(words, language, **{value: text[field]}))
    return "\n".join([*lines, say("writers.check", language)])


def _neutral(words: str) -> str:
    """`words` unless a fellowship or program is in them."""
    spaced = f" {' '.join(re.findall(r'[a-z0-9]+', fold(words)))} "
    return "" if any(f" {name} " in spaced for name in _program_words()) else words


@cache
def _program_words() -> frozenset[str]:
    result: set[str] = set()
    for row in vocabulary.terms("programs").values():
        spellings = (row["abbr"], row["label_en"], row["label_es"], *vocabulary.split(row["words"]))
        plain = (" ".join(re.findall(r"[a-z0-9]+", fold(spelling))) for spelling in spellings)
        result |= {spelling for spelling in plain if spelling}
    return frozenset(result | vocabulary.word_set("fellowship"))


def _venue(original: str) -> str:
    """The name of the place as the source wrote it; `check` takes it out of private rows."""
    result: object = texts.kept(original).get("location")
    return result if isinstance(result, str) else ""


WRITER = Writer("ics", "calendar", ".ics", "text/calendar", CARRIES, write)
