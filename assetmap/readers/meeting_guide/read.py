"""Meeting Guide as thousands of fellowship sites publish it.

Only `name` and `slug` are required there. The same rules hold for the JSON, for the CSV that the
meeting plugin exports, and for a sheet with the format's column names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assetmap import vocabulary
from assetmap.fields import JsonDict
from assetmap.files.table import Grid
from assetmap.readers import fellowships
from assetmap.readers.document import Document
from assetmap.readers.feed import Feed, Given, objects
from assetmap.readers.header import plain
from assetmap.readers.meeting_guide.meeting import record_of, type_list
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text

# Column name without case and punctuation → Meeting Guide's key. Other columns keep their name.
_KEYS = {
    "time": "time", "start time": "time", "start": "time", "end time": "end_time",
    "end": "end_time", "day": "day", "weekday": "day", "name": "name", "meeting name": "name",
    "meeting": "name", "location": "location", "location name": "location", "venue": "location",
    "address": "formatted_address", "full address": "formatted_address",
    "formatted address": "formatted_address", "street address": "address", "city": "city",
    "town": "city", "state": "state", "province": "state", "state province": "state",
    "postal code": "postal_code", "zip": "postal_code", "zip code": "postal_code",
    "country": "country", "region": "region", "sub region": "sub_region", "types": "types",
    "type": "types", "meeting types": "types", "notes": "notes", "meeting notes": "notes",
    "location notes": "location_notes", "group": "group", "group name": "group",
    "group notes": "group_notes", "timezone": "timezone", "time zone": "timezone",
    "district": "district", "sub district": "sub_district", "website": "website",
    "website 2": "website_2", "url": "url", "mailing address": "mailing_address",
    "email": "email", "phone": "phone", "venmo": "venmo", "paypal": "paypal", "square": "square",
    "last contact": "last_contact", "conference url": "conference_url",
    "meeting url": "conference_url", "zoom url": "conference_url", "zoom link": "conference_url",
    "conference url notes": "conference_url_notes", "conference phone": "conference_phone",
    "conference phone notes": "conference_phone_notes", "author": "author", "slug": "slug",
    "updated": "updated", "last updated": "updated", "latitude": "latitude", "lat": "latitude",
    "longitude": "longitude", "lng": "longitude", "lon": "longitude",
    "coordinates": "coordinates", "approximate": "approximate", "id": "id",
    "edit url": "edit_url", "feedback url": "feedback_url", "image": "image",
    "attendance option": "attendance_option", "program": "program", "fellowship": "fellowship",
}  # fmt: skip
# Beside day and time, one of these makes a sheet the plugin's and not a list of anything.
_OWN = frozenset(("slug", "sub_region", "location_notes", "group_notes", "conference_url",
                  "conference_phone", "edit_url"))  # fmt: skip


def is_meeting_sheet(header: Sequence[str]) -> bool:
    """Whether a header is Meeting Guide's: name, day, time, types, and one more of its columns."""
    keys = {_KEYS.get(plain(name), "") for name in header}
    meeting = {"name", "day", "time"} <= keys
    return meeting and bool(_OWN & keys) and ("types" in keys or len(_OWN & keys) >= 2)


def meetings_of_sheet(table: Grid) -> list[JsonDict]:
    """One object per row; of two columns for one key the second keeps its own name."""
    keys: list[str] = []
    for name in table.header:
        key = _KEYS.get(plain(name), name)
        keys.append(key if key not in keys else name)
    return [
        {key: cell.strip() for key, cell in zip(keys, row, strict=True) if cell.strip()}
        for row in table.rows
    ]


NAME = "meeting_guide"


def sniff(document: Document) -> float:
    """A list of objects with a name and Meeting Guide's own columns, or a sheet of them."""
    if document.table is not None:
        return 0.9 if is_meeting_sheet(document.table.header) else 0.0
    if not isinstance(document.json, (list, dict)):
        return 0.0
    named = document.share_with("name")
    own = max(
        document.share_with("slug"),
        document.share_with("types"),
        document.share_with("day", "time"),
    )
    return (
        0.95 * min(named, own) if own > 0.5 and document.share_with("weekday_tinyint") == 0 else 0
    )


def read(document: Document, options: ReadOptions) -> Read:
    """One asset per meeting; a meeting on several days is one asset."""
    lost = 0
    if document.table is not None:
        rows: list[Any] = meetings_of_sheet(document.table)
    else:
        value = document.json
        if isinstance(value, dict):
            value = next((entry for entry in value.values() if isinstance(entry, list)), [value])
        rows, lost = (value if isinstance(value, list) else []), document.parsed.lost
    feed = Feed(document, options, len(rows))
    program = _program(feed, rows)
    ends_taken = 0
    for row, meeting in objects(feed, rows):
        if not any(value not in (None, "", [], {}) for value in meeting.values()):
            feed.reject(row, text("readers.empty_row"))
            continue
        record = record_of(feed, row, Given(feed, meeting), program)
        ends_taken += bool(record.pop("end taken", None))
        feed.records.append(record)
    if ends_taken:
        feed.note(text("readers.ends_taken", n=ends_taken), "guessed", "schedule")
    return feed.finish(NAME, len(rows) + lost)


def _program(feed: Feed, rows: Iterable[object]) -> str | None:
    """The fellowship of the whole feed, said when it was found out."""
    if feed.options.program:
        return feed.options.program
    meetings: list[Mapping[str, object]] = [row for row in rows if isinstance(row, dict)]
    stated = {str(m[k]) for m in meetings for k in ("program", "fellowship", "entity") if m.get(k)}
    if len({fellowships.program_named(words) for words in stated} - {None}) > 1:
        stated = set()  # several fellowships in one feed: each row says its own
    names = [str(m.get("name") or "") + " " + str(m.get("group") or "") for m in meetings]
    links = ("url", "entity_url", "location_url", "website", "edit_url")
    urls = [str(next((m[k] for k in links if m.get(k)), "")) for m in meetings]
    used = [code for m in meetings for code in type_list(m.get("types"), None)]
    towns = {str(m[k]) for m in meetings for k in ("city", "region") if m.get(k)}
    program, why = fellowships.program_of_feed(sorted(stated), names, urls, used, towns)
    if program is None:
        feed.note(text("readers.no_fellowship"), "kept", "program")
    else:
        name = vocabulary.label("programs", program)
        feed.note(text("readers.fellowship", name=name, why=why), "guessed", "program")
    return program
