"""The meeting plugin's CSV, and sheets with Meeting Guide's columns, as its JSON objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assetmap.files.table import Grid
from assetmap.readers.header import plain

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


def meetings_of_sheet(table: Grid) -> list[dict[str, Any]]:
    """One object per row; of two columns for one key the second keeps its own name."""
    keys: list[str] = []
    for name in table.header:
        key = _KEYS.get(plain(name), name)
        keys.append(key if key not in keys else name)
    return [
        {key: cell.strip() for key, cell in zip(keys, row, strict=True) if cell.strip()}
        for row in table.rows
    ]
