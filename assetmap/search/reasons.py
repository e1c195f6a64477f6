"""A result in words: why it was found, what to ask, what does not fit; and as one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from assetmap import vocabulary
from assetmap.catalog import AssetRow, Catalog
from assetmap.fields import JsonDict
from assetmap.places import METRES_IN, direction
from assetmap.schedule import over_at
from assetmap.schedule.words import describe_clock, describe_span
from assetmap.search.groups import GROUPS, Hit, Result
from assetmap.search.query import Query
from assetmap.words import formats, say

TONIGHT_FROM_HOUR = 17
# Of an asset that shows only its town no smaller distance is known.
VAGUE_M = 800.0
# Nearer than this is the place itself.
HERE_M = 50.0
# Small hours belong to the night before for whoever asks on that evening.
NIGHT_ENDS_HOUR = 5
_METRES_A_SECOND = 60_000 / 3600
# The criterion, the field that says it, and the vocabulary of its labels.
_SETS = {
    "cost": "costs",
    "format": "format",
    "pathways": "pathways",
    "concerns": "concerns",
}
LEAST_LENGTH = 0.1


def fits_in_words(hit: Hit, query: Query, row: AssetRow, language: str = "en") -> list[str]:
    """What fits, the time first; only what was asked is named."""
    result = []
    if query.when is not None and hit.start is not None and "when" in hit.fits:
        result.append(time_in_words(hit.start, hit.end, query.at, times_of(row), language))
    result += [_yes(name, language) for name in query.yes if name in hit.fits]
    result += [
        vocabulary.terms("yes_no")[name][f"no_{language}"] for name in query.no if name in hit.fits
    ]
    if query.wants_bed and "beds" in hit.fits and _number(row["beds_open"]):
        result.append(beds_in_words(row, query.at, language))
    if query.welcomes and "welcomes" in hit.fits:
        mine = _labels("populations", _asked(row["welcomes"], query.welcomes), language)
        mine = mine or _labels("populations", row["only_for"] or (), language)
        if mine:
            result.append(say("search.welcomes", language, who=", ".join(mine)))
    for name, terms in _SETS.items():
        asked = {"cost": query.costs, "format": query.formats}.get(name, getattr(query, name, ()))
        if asked and name in hit.fits and row[name]:
            # Only what was asked is named; "any substance" fits without being it.
            result += _labels(terms, _asked(row[name], asked) or row[name], language)
    if query.languages and "languages" in hit.fits:
        spoken_values = _spoken(_asked(row["languages"], query.languages), language)
        result += [say("search.language", language, language=name) for name in spoken_values]
    gives_back = "give_back" in query.needs and bool(row["wants"])
    if (query.wants and "wants" in hit.fits) or (gives_back and not query.wants):
        wanted = _asked(row["wants"], query.wants) if query.wants else list(row["wants"])
        wished = [_lower_first(label) for label in _labels("wants", wanted, language)]
        result.append(say("search.wants", language, what=", ".join(wished)))
    if hit.from_here:
        result.append(say("search.from_here", language))
    elif query.within_m is not None and hit.distance_m is None and "within" in hit.fits:
        result.append(say("search.online_anywhere", language))
    return [
        _lower_first(text) if position else text for position, text in enumerate(result) if text
    ]


def asks_in_words(hit: Hit, row: AssetRow, language: str = "en") -> list[str]:
    """The questions to ask first, one for each thing nobody knows."""
    return [_question(name, row, language) for name in hit.unknown]


def miss_in_words(hit: Hit, query: Query, row: AssetRow, unit: str, language: str = "en") -> str:
    """The one thing that does not fit, as a sentence; empty when everything may fit."""
    miss = hit.misses
    if miss is None:
        return ""
    name, values = miss.reason or miss.field, {"has": ""}
    if name == "intake" and hit.start is None:
        name = "same_day"
    elif name in ("when", "intake") and hit.start is not None:
        values = {"when": _moment(hit.start, query.at, language)}
        if name == "when" and times_of(row) == "hours":
            name = "when_hours"
    elif name == "within":
        values = {"distance": length(hit.distance_m or 0, unit, language)}
    elif name in ("cost", "format"):
        labels = _labels(_SETS[name], row[name] or (), language)
        values = {"has": ", ".join(_lower_first(label) for label in labels)}
    elif name == "language":
        values = {"has": ", ".join(_spoken(row["languages"] or (), language))}
    difference = say(f"search.but.{name}", language, **values)
    # "6:30 a. m." ends with its own full stop.
    return say("search.but", language, difference=difference.replace("..", "."))


def times_of(row: AssetRow) -> str:
    """What the times of an asset are: "sessions", "hours", or "intake" where a bed or shelter
    takes new people at known hours."""
    if isinstance(row["intake_hours"], str) and row["kind"] in vocabulary.kinds_where("is_bed"):
        return "intake"
    return str(row["time_kind"])


def time_in_words(
    start: datetime, end: datetime | None, moment: datetime, times: str, language: str = "en"
) -> str:
    """When it is, seen from `moment`: "Friday 7:00 pm", "on now until 8:00 pm", "open Friday …".

    `times` is what `times_of` says of the asset.
    """
    if times == "sessions":
        if start < moment and end is not None:
            clock = describe_clock(_minutes(end), language)
            return say("search.on_until", language, clock=clock)
        return _moment(start, moment, language)
    name = "intake" if times == "intake" else "open"
    if end is None or end - max(start, moment) > timedelta(days=2):
        return say("search.intake_always" if times == "intake" else "search.always", language)
    if start <= moment:
        clock = describe_clock(_minutes(end), language)
        return say(f"search.now_{name}_until", language, clock=clock)
    span = describe_span(_minutes(start), _minutes(start) + _length(start, end), language)
    return say(f"search.{name}_at", language, day=_day(start, moment, language), span=span)


def _stated_day(row: AssetRow, moment: datetime) -> date | None:
    """The next of the days an asset states, today included."""
    stated = row["dates"] if isinstance(row["dates"], frozenset) else ()
    today = moment.date().isoformat()
    return min((date.fromisoformat(day) for day in stated if day >= today), default=None)


def _ended(row: AssetRow, moment: datetime) -> datetime | None:
    """When the last stated day of an asset was over, where that is before `moment`."""
    zone = row["timezone"]
    own = ZoneInfo(zone) if isinstance(zone, str) and zone else moment.tzinfo
    cells = row["schedule"], row["recurrence"], row["dates"], row["time_kind"]
    end = over_at(*cells, own)
    return None if end is None or end > moment else end - timedelta(minutes=1)


def next_time(
    start: datetime | None,
    end: datetime | None,
    moment: datetime,
    row: AssetRow,
    language: str = "en",
    distance_m: float | None = None,
) -> str:
    """The line of a card: day, span and how soon; "Times not known" when nobody knows.

    How soon is left out where nobody can be there by then: `distance_m` is metres, at 60 km/h.
    """
    is_bed = row["kind"] in vocabulary.kinds_where("is_bed")
    if is_bed and _number(row["beds_open"]) == 0 and beds_in_words(row, moment, language):
        # A full house is not "open day and night".
        return _upper_first(beds_in_words(row, moment, language))
    if start is None:
        ended = _ended(row, moment)
        if ended is not None:
            return say("search.over", language, date=formats.day(ended.date(), language))
        coming = _stated_day(row, moment)
        if coming is not None:
            return say("search.day_known", language, date=formats.day(coming, language))
        by_call = row["by_appointment"] is True or str(row["by_appointment"]) == "True"
        return say("search.by_appointment" if by_call else "search.times_unknown", language)
    times = times_of(row)
    if times == "sessions" and start < moment and end is not None:
        return _upper_first(time_in_words(start, end, moment, times, language))
    if times != "sessions":
        never_closes = end is None or end - max(start, moment) > timedelta(days=2)
        if is_bed and times == "hours" and never_closes and row["kind"] != "shelter":
            return say("search.call_any_time", language)
        return _upper_first(time_in_words(start, end, moment, times, language))
    if end is not None and end - start <= timedelta(hours=24):
        span = describe_span(_minutes(start), _minutes(start) + _length(start, end), language)
    else:
        span = describe_clock(_minutes(start), language)
    text = say("search.until", language, day=_day(start, moment, language), span=span)
    gap = start - moment
    reachable = distance_m is None or distance_m / _METRES_A_SECOND <= gap.total_seconds()
    soon = _soon(gap, language) if reachable else ""
    return f"{_upper_first(text)}, {soon}" if soon else _upper_first(text)


def beds_in_words(row: AssetRow, moment: datetime, language: str = "en") -> str:
    """How many beds are open and when that was counted; "" when the count is too old to show."""
    count, counted = _number(row["beds_open"]), row["beds_as_of"]
    if count is None or not isinstance(counted, str):
        return ""
    when = datetime.fromisoformat(counted)
    when = (
        when.replace(tzinfo=moment.tzinfo)
        if when.tzinfo is None
        else when.astimezone(moment.tzinfo)
    )
    # By the stopwatch: the clock on the wall jumps twice a year.
    age = timedelta(seconds=moment.timestamp() - when.timestamp())
    if not -timedelta(hours=1) <= age <= timedelta(hours=72):
        return ""
    beds = say("search.beds_many" if count else "search.bed_none", language, n=count)
    day = _day(when, moment, language)
    if age <= timedelta(hours=24):
        clock = "" if len(counted) <= 10 else " " + describe_clock(_minutes(when), language)
        return say("search.bed_counted", language, beds=beds, when=f"{day}{clock}")
    return say("search.bed_as_of", language, beds=beds, day=day)


def length(metres: float, unit: str, language: str = "en") -> str:
    """A distance in miles or kilometres: one decimal below ten, whole above; never less than 0.1,
    because "0.0 mi" is read as a fault.

    >>> length(3, "mi"), length(0.06 * 1609.344, "mi"), length(17 * 1609.344, "mi")
    ('0.1 mi', '0.1 mi', '17 mi')
    """
    amount = max(metres / METRES_IN[unit], LEAST_LENGTH)
    text = f"{amount:.1f}" if amount < 9.95 else f"{amount:.0f}"
    return say(f"search.{unit}", language, n=text)


def way(hit: Hit, query: Query, row: AssetRow, unit: str, language: str = "en") -> str:
    """How far and where: "1.2 mi north-east", "in Milltown, about 6 mi"; "" when not asked.

    Near several places all are said: "1.2 mi from home · 3.0 mi from campus".
    """
    if hit.from_here:
        return say("search.from_here", language)
    if hit.distance_m is None:
        return ""
    vague = row["location_precision"] in ("area", "hidden")
    if hit.distances:
        return _each_way(hit, vague, unit, language)
    how_far = length(hit.distance_m, unit, language)
    if vague:
        about = say("search.about", language, distance=how_far)
        town = row["city"] if isinstance(row["city"], str) else ""
        if town and hit.distance_m < VAGUE_M:
            return say("search.in_town", language, town=town)
        return f"{say('search.in_town', language, town=town)}, {about}" if town else about
    place = next((place for place in query.near if place.name == hit.near), None)
    if place is None or row["geometry"] is None or hit.distance_m < HERE_M:
        text = how_far if hit.distance_m >= HERE_M else say("search.here", language)
    else:
        compass = direction(place.lat, place.lon, row["geometry"].y, row["geometry"].x)
        text = say(
            "search.distance_direction",
            language,
            distance=how_far,
            direction=say(f"search.{compass}", language),
        )
    return text


def _each_way(hit: Hit, vague: bool, unit: str, language: str) -> str:
    """The distance from every place asked, in the order they were asked."""
    parts = []
    for near, metres in hit.distances:
        if metres < HERE_M:
            parts.append(say("search.at_place", language, near=near))
            continue
        how_far = length(metres, unit, language)
        if vague:
            how_far = say("search.about", language, distance=how_far)
        parts.append(say("search.distance_near", language, distance=how_far, near=near))
    return " · ".join(parts)


def limits_in_words(row: AssetRow, language: str = "en") -> str:
    """Age limits in words; "" when there are none that anybody knows."""
    low, high = _number(row["age_min"]), _number(row["age_max"])
    if low and high:
        return say("search.ages_between", language, low=low, high=high)
    if low:
        return say("search.ages_from", language, low=low)
    return say("search.ages_to", language, high=high) if high else ""


def _question(name: str, row: AssetRow, language: str) -> str:
    if name == "age":
        limits = limits_in_words(row, language)
        if limits:
            return say("search.ask.age_limit", language, limits=limits)
        return say("search.ask.age", language)
    if name == "only_for":
        who = say(
            "search.only_for",
            language,
            who=", ".join(
                map(_lower_first, _labels("populations", row["only_for"] or (), language))
            ),
        )
        return say("search.ask.only_for", language, who=who)
    if name == "medications_ok":
        named = _labels("medications_ok", row["medications_ok"] or (), language)
        if named:
            return say("search.ask.medications_ok", language, what=", ".join(named))
        return say("search.ask.medications_any", language)
    special = f"search.ask.{name}"
    try:
        return say(special, language)
    except KeyError:
        return vocabulary.terms("yes_no")[name][f"ask_{language}"]


def _moment(start: datetime, moment: datetime, language: str) -> str:
    clock = describe_clock(_minutes(start), language)
    return say("search.at_time", language, day=_day(start, moment, language), clock=clock)


def _day(moment: datetime, clock: datetime, language: str) -> str:
    """Today, tonight, tomorrow, a weekday within a week, else a weekday and date."""
    ahead = (moment.date() - clock.date()).days
    if ahead == 0:
        evening = moment.hour >= TONIGHT_FROM_HOUR and moment >= clock
        return say("search.tonight" if evening else "search.today", language)
    if ahead == 1 and moment.hour < NIGHT_ENDS_HOUR and clock.hour >= NIGHT_ENDS_HOUR:
        midnight = moment.hour == 0 and moment.minute == 0
        return say("search.tonight" if midnight else "search.late_tonight", language)
    if ahead == 1:
        return say("search.tomorrow", language)
    if ahead == -1:
        return say("search.yesterday", language)
    day = say(f"schedule.day_{moment.weekday()}", language)
    if -7 < ahead < 7:
        return day
    month = say(f"schedule.month_{moment.month}", language)
    return f"{day} {month} {moment.day}" if language == "en" else f"{day} {moment.day} de {month}"


def _soon(gap: timedelta, language: str) -> str:
    """How soon, exactly: "in 25 minutes", "in an hour", "in 2 h 30 min"; "" from 12 hours on."""
    minutes = round(gap.total_seconds() / 60)
    if minutes < 0 or minutes >= 12 * 60:
        return ""
    if minutes < 1:
        return say("search.starts_now", language)
    if minutes < 60:
        return say("search.in_minutes", language, n=minutes)
    hours, rest = divmod(minutes, 60)
    if rest:
        return say("search.in_hours_minutes", language, hours=hours, minutes=rest)
    return say("search.in_hours", language, n=hours)


def _minutes(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _length(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


def _yes(name: str, language: str) -> str:
    return vocabulary.terms("yes_no")[name][f"yes_{language}"]


def _asked(values: Iterable[str] | None, asked: Iterable[str]) -> list[str]:
    return [term for term in asked if values is not None and term in values]


def _labels(terms: str, values: Iterable[str], language: str) -> list[str]:
    order: Mapping[str, vocabulary.Row] = vocabulary.terms(terms)
    return [vocabulary.label(terms, term, language) for term in order if term in set(values)]


def _spoken(languages: Iterable[str], language: str) -> list[str]:
    """Names of languages within a sentence; Spanish writes them small."""
    names = _labels("languages", languages, language)
    return [name.lower() for name in names] if language == "es" else names


def _number(value: object) -> int | None:
    # A row holds Python's or numpy's numbers; NaN is not itself. A check of the protocol
    # `SupportsInt` would take longer than all the rest of a card.
    if isinstance(value, int | float | np.number) and value == value:
        return int(value)
    return None


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def report(result: Result, catalog: Catalog, limit: int | None = None) -> JsonDict:
    """Counts and items of the three groups, at most `limit` items in each."""
    document: JsonDict = {
        "at": result.query.at.isoformat(timespec="minutes"),
        "counts": result.counts,
    }
    for group in GROUPS:
        document[group] = [_item(group, hit, result, catalog) for hit in result.hits(group, limit)]
    return document


def _item(group: str, hit: Hit, result: Result, catalog: Catalog) -> dict[str, object]:
    row = catalog.assets.iloc[hit.position]
    why = fits_in_words(hit, result.query, row)
    if "beds_open" in hit.unknown:
        # "1 open bed as of Tuesday": too old to fit, fresh enough to ask about.
        why += filter(None, [beds_in_words(row, result.query.at)])
    item: dict[str, object] = {
        "id": hit.id,
        "name": str(row["name"]),
        "kind": str(row["kind"]),
        "needs": list(hit.needs),
        "distance_m": None if hit.distance_m is None else round(hit.distance_m),
        "near": hit.near,
        "next_start": _text(hit.start),
        "next_end": _text(hit.end),
        "why": why,
        "from_here": hit.from_here,
        "clinical": bool(row["clinical"]),
        "court_linked": bool(row["court_linked"]),
    }
    if hit.distances:
        item["distances_m"] = {near: round(metres) for near, metres in hit.distances}
    if group != "match":
        item["unknown"] = list(hit.unknown)
    if group == "near_miss" and hit.misses is not None:
        item["misses"] = {
            "field": hit.misses.field,
            "asked": hit.misses.asked,
            "has": hit.misses.has,
        }
    return item


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None
