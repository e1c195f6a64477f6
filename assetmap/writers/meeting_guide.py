"""Meeting Guide JSON (code4recovery/spec): one object for each time of a weekly meeting.

The format knows weeks only, so a meeting of some weeks of the month is left out, not shown
on weeks when nobody is there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from assetmap import schedule, vocabulary
from assetmap.words import say
from assetmap.writers import texts
from assetmap.writers.meeting_types import ONLINE, codes_for
from assetmap.writers.written import LeftOut, Options, Writer, Written

CARRIES = frozenset((
    "name", "organization", "program", "schedule", "timezone", "address", "city", "region",
    "postal_code", "country", "url", "conference_url", "conference_phone",
))  # fmt: skip
_MINUTES_A_DAY = 24 * 60


class _Unfit(ValueError):
    """Why an asset cannot be said in this format (an id of words/writers.csv)."""


def write(assets: gpd.GeoDataFrame, options: Options) -> Written:
    """Meetings as a JSON array; what the format cannot say is left out with its reason."""
    columns = {name: texts.column(assets, name) for name in texts.fields(options.public_only)}
    meetings: list[dict[str, Any]] = []
    left_out: list[LeftOut] = []
    slugs: set[str] = set()
    for at in range(len(assets)):
        text = {name: column[at] for name, column in columns.items()}
        try:
            meetings += _meetings(text, slugs)
        except _Unfit as reason:
            left_out.append(LeftOut(text["id"], say(f"writers.{reason}", options.language)))
    data = json.dumps(meetings, ensure_ascii=False, indent=1)
    return Written(data.encode(), left_out)


def _meetings(text: Mapping[str, str], slugs: set[str]) -> list[dict[str, Any]]:
    if text["status"] not in ("active", ""):
        raise _Unfit("not_active")
    ways = set(vocabulary.split(text["format"]))
    link, number = text["conference_url"], text["conference_phone"]
    online = bool(ways & {"online", "phone"} or link or number)
    if not online and not text["address"]:
        raise _Unfit("no_place")
    times = _times(text)
    common: dict[str, Any] = {
        "name": text["name"],
        "group": text["organization"],
        "program": vocabulary.label("programs", text["program"]) if text["program"] else "",
        "timezone": text["timezone"],
        "location": "",
        "formatted_address": _one_line(text),
        "address": text["address"],
        "city": text["city"],
        "state": text["region"],
        "postal_code": text["postal_code"],
        "country": text["country"],
        "approximate": "no" if text["address"] and "in_person" in ways else "yes",
        "notes": text["description"],
        "url": text["url"],
        "conference_url": link,
        "conference_phone": number,
        "types": [*codes_for(text), *([ONLINE] if online else [])],
        "updated": _updated(text["published_at"]),
    }
    if text["latitude"] and text["location_precision"] in ("", "exact", "street"):
        common["latitude"] = float(text["latitude"])
        common["longitude"] = float(text["longitude"])
    filled = {name: value for name, value in common.items() if value not in ("", [])}
    return [{"slug": _slug(text, slugs), **filled, **when} for when in times]


def _times(text: Mapping[str, str]) -> list[dict[str, Any]]:
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
    found: list[dict[str, Any]] = []
    for rule in rules:
        days = sorted((day + 1) % 7 for day in rule.days)
        found.append(
            {
                "day": days[0] if len(days) == 1 else days,
                "time": _clock(rule.start),
                "end_time": _clock(rule.end),
            }
        )
    return found


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
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(?:\+00:00|Z)?", text)
    return f"{found[1]} {found[2]}:00" if found else ""


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
