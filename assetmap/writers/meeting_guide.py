"""Meeting Guide JSON (code4recovery/spec): one object for each day and time of a weekly meeting.

The format knows weeks only, so a meeting of some weeks of the month is left out, not shown
on weeks when nobody is there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import geopandas as gpd

from assetmap import schedule, vocabulary
from assetmap.assets.public import public_words
from assetmap.fields import JsonDict
from assetmap.words import say
from assetmap.writers import texts
from assetmap.writers.texts import LeftOut, WriteOptions, Writer, Written

ONLINE = "ONL"
CLOSED = "TC"
_MANY_VALUED = ("welcomes", "only_for", "languages", "pathways")


@cache
def _codes(program: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """(code, fields it says) of a program; the widest and then the shortest code first."""
    result: dict[str, Mapping[str, str]] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "meeting_types.csv"):
        sets = dict(pair.split("=", 1) for pair in row["sets"].split(";") if pair)
        if row["program"] == program:
            result[row["code"]] = sets
        elif not row["program"]:
            result.setdefault(row["code"], sets)
    codes = [(code, sets) for code, sets in result.items() if sets and "program" not in sets]
    # G and L say less than LGBTQ, which is what the asset says.
    return tuple(sorted(codes, key=lambda item: ("LGBT" not in item[0], len(item[0]), item[0])))


def codes_for(text: Mapping[str, str]) -> list[str]:
    """Codes whose every field the asset says too; one code for one thing."""
    program = text.get("program") or ""
    if not program:
        return []
    chosen: list[str] = []
    codes: set[tuple[str, str]] = set()
    for code, sets in _codes(program):
        pairs = {
            (field, value) for field, values in sets.items() for value in vocabulary.split(values)
        }
        good = all(_says(text, field, value) for field, value in pairs)
        if good and not pairs <= codes:
            chosen.append(code)
            codes |= pairs
    return sorted(chosen)


def _says(text: Mapping[str, str], field: str, value: str) -> bool:
    has = text.get(field, "")
    return value in vocabulary.split(has) if field in _MANY_VALUED else has == value


CARRIES = frozenset((
    "name", "organization", "program", "schedule", "timezone", "address", "city", "region",
    "postal_code", "country", "url", "conference_url", "conference_phone",
))  # fmt: skip
# What a source said in the format's own words and we have no field for, as `original` keeps it.
_KEPT = (
    "location", "region", "sub_region", "regions", "district", "sub_district", "location_notes",
    "group_notes", "region_id", "location_id", "group_id", "district_id",
)  # fmt: skip
_PRIVATE = ("location_notes", "group_notes")
_MINUTES_A_DAY = 24 * 60


class _Unfit(ValueError):
    """Why an asset cannot be said in this format (an id of words/writers.csv)."""


def write(assets: gpd.GeoDataFrame, options: WriteOptions) -> Written:
    """Meetings as a JSON array; what the format cannot say is left out with its reason."""
    columns = {
        name: texts.column(assets, name, options.public_only)
        for name in texts.fields(options.public_only)
    }
    originals = [texts.kept(texts.text(value)) for value in assets["original"]]
    meetings: list[JsonDict] = []
    left_out: list[LeftOut] = []
    slugs: set[str] = set()
    for position in range(len(assets)):
        text = {name: column[position] for name, column in columns.items()}
        try:
            meetings += _meetings(text, originals[position], options.public_only, slugs)
        except _Unfit as reason:
            left_out.append(LeftOut(text["id"], say(f"writers.{reason}", options.language)))
    data = json.dumps(meetings, ensure_ascii=False, indent=1)
    return Written(data.encode(), left_out)


def _meetings(
    text: Mapping[str, str], kept: Mapping[str, object], public_only: bool, slugs: set[str]
) -> list[dict[str, object]]:
    """One object for each day of the week; tsml-ui fails on a list that mixes days and lists."""
    if text["status"] not in ("active", ""):
        raise _Unfit("not_active")
    ways = set(vocabulary.split(text["format"]))
    link, number = text["conference_url"], text["conference_phone"]
    online = bool(ways & {"online", "phone"} or link or number)
    if not online and not text["address"]:
        raise _Unfit("no_place")
    times = _times(text)
    own = {name: kept[name] for name in _KEPT if _speakable(kept.get(name))}
    if public_only:
        own = {
            name: public_words(value) if isinstance(value, str) else value
            for name, value in own.items()
            if name not in _PRIVATE
        }
    venue = own.get("location")
    common: dict[str, object] = {
        "name": text["name"],
        "group": text["organization"],
        "program": vocabulary.label("programs", text["program"]) if text["program"] else "",
        "timezone": text["timezone"],
        **own,
        "formatted_address": _one_line(text),
        "address": text["address"],
        "city": text["city"],
        "state": text["region"],
        "postal_code": text["postal_code"],
        "country": text["country"],
        "approximate": "no" if text["address"] and "in_person" in ways else "yes",
        "notes": _without_venue(text["description"], venue),
        "url": text["url"],
        "conference_url": link,
        "conference_url_notes": text.get("conference_url_notes", ""),
        "conference_phone": number,
        "conference_phone_notes": text.get("conference_phone_notes", ""),
        "types": _types(text, kept.get("types"), ways, online),
        "updated": _updated(text["published_at"]),
    }
    if text["latitude"] and text["location_precision"] in ("", "exact", "street"):
        common["latitude"] = float(text["latitude"])
        common["longitude"] = float(text["longitude"])
    filled = {name: value for name, value in common.items() if value not in ("", [])}
    return [{"slug": _slug(text, slugs), **filled, **when} for when in times]


def _speakable(value: object) -> bool:
    """Whether a kept value is of a shape that the format has: text, number, list of texts."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(part, (str, int)) for part in value)
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""


def _without_venue(description: str, venue: object) -> str:
    """The remarks without the venue's name, which the reader put before them."""
    if isinstance(venue, str) and description.startswith(venue):
        return description[len(venue) :].lstrip(" .")
    return description


def _types(text: Mapping[str, str], kept: object, ways: set[str], online: bool) -> list[str]:
    """The codes as they came in, with what the asset says now of being open, else our own.

    A code of another program is not this program's, so it is written only where the program is the
    same.
    """
    ours = [*codes_for(text), *([ONLINE] if online else [])]
    if not isinstance(kept, list):
        return ours
    came: list[str] = []
    for code in kept:
        program, _, plain = str(code).partition(":")
        if plain and program in (text["program"], "?"):
            came.append(plain)
    if not came:
        return ours
    closed = "in_person" not in ways
    came = [code for code in came if code not in (ONLINE, CLOSED)]
    return [*came, *([ONLINE] if online else []), *([CLOSED] if closed and online else [])]


def _times(text: Mapping[str, str]) -> list[JsonDict]:
    """day, time and end_time of each time of the week; by appointment has none."""
    if text["recurrence"] or text["dates"]:
        raise _Unfit("some_weeks")
    if not text["schedule"]:
        if text["by_appointment"] == "yes":
            return [{}]
        raise _Unfit("no_start")
    if text["time_kind"] == "hours":
        raise _Unfit("not_sessions")
    try:
        rules = schedule.parse(text["schedule"])
    except schedule.ScheduleError:
        raise _Unfit("bad_times") from None
    if any(rule.nth for rule in rules):
        raise _Unfit("some_weeks")
    if any(rule.off or rule.dates or rule.holidays for rule in rules):
        raise _Unfit("part_of_year")
    if any(rule.end - rule.start >= _MINUTES_A_DAY for rule in rules):
        raise _Unfit("always_open")
    return [
        {
            "day": (day + 1) % 7,
            "time": _clock(rule.start),
            "end_time": _clock(rule.end),
        }
        for rule in rules
        for day in sorted(rule.days, key=lambda day: (day + 1) % 7)
    ]


def _clock(minutes: int) -> str:
    minutes %= _MINUTES_A_DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _one_line(text: Mapping[str, str]) -> str:
    """ "12 Main St, Milltown, IL 62999, USA"."""
    state = " ".join(part for part in (text["region"], text["postal_code"]) if part)
    country = "USA" if text["country"] == "US" else text["country"]
    return ", ".join(part for part in (text["address"], text["city"], state, country) if part)


def _updated(text: str) -> str:
    """ "2023-08-29 15:56:00" (UTC) for a moment, "" for less than one."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(?:\+00:00|Z)?", text)
    return f"{match[1]} {match[2]}:00" if match else ""


def _slug(text: Mapping[str, str], slugs: set[str]) -> str:
    """The source's own id where it can be one, else the name; unique in the file."""
    own = text["source_id"] or text["id"]
    plain = own if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", own) else _plain(own)
    plain = plain or _plain(text["name"]) or "meeting"
    slug, count = plain, 1
    while slug in slugs:
        count += 1
        slug = f"{plain}-{count}"
    slugs.add(slug)
    return slug


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


WRITER = Writer("meeting-guide", "Meeting Guide JSON", ".json", "application/json", CARRIES, write)
