"""BMLT JSON (GetSearchResults, or {meetings, formats}): Narcotics Anonymous servers.

Every value is a string. Format keys differ from server to server, so a format is known by its
`world_id` or its English name; bare keys are only a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.files.source import as_text
from assetmap.readers import clock
from assetmap.readers.addresses import restore_zip, state_code
from assetmap.readers.document import Document
from assetmap.readers.feed import Feed, is_personal, objects, public_text
from assetmap.readers.source import Options, Read

NAME = "bmlt"
PROGRAM = "na"
IN_PERSON, VIRTUAL, HYBRID = "1", "2", "3"
_READ = frozenset((
    "id_bigint", "weekday_tinyint", "venue_type", "start_time", "duration_time", "time_zone",
    "formats", "format_shared_id_list", "longitude", "latitude", "published", "meeting_name",
    "location_text", "location_info", "location_street", "location_municipality",
    "location_province", "location_postal_code_1", "location_nation", "comments",
    "service_body_name", "virtual_meeting_link", "phone_meeting_number", "lang_enum",
    "distance_in_km", "distance_in_miles", "root_server_uri",
))  # fmt: skip
_MANY_VALUED = frozenset(("welcomes", "only_for", "languages"))


class Format(NamedTuple):
    """A meeting format: its English label and the fields it says; `world` as all servers know."""

    label: str
    world: str
    sets: Mapping[str, str]


@cache
def _formats() -> tuple[Mapping[str, Format], Mapping[str, Format], Mapping[str, Format]]:
    """Known formats by world id, by folded English name, and by the usual English key."""
    world: dict[str, Format] = {}
    named: dict[str, Format] = {}
    keyed: dict[str, Format] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "bmlt_formats.csv"):
        sets = dict(pair.split("=", 1) for pair in row["sets"].split(";") if pair)
        found = Format(row["label"], row["world_id"], sets)
        if row["world_id"]:
            world.setdefault(row["world_id"], found)
        named[_plain(row["label"])] = found
        keyed[row["key"]] = found
    return world, named, keyed


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def sniff(document: Document) -> float:
    """Its columns are nobody else's."""
    value = document.json
    if isinstance(value, dict) and isinstance(value.get("meetings"), list):
        rows = [row for row in value["meetings"][:50] if isinstance(row, dict)]
        own = sum(1 for row in rows if "weekday_tinyint" in row or "id_bigint" in row)
        return own / max(len(value["meetings"][:50]), 1)
    return document.share_with("weekday_tinyint") or document.share_with("id_bigint")


def read(document: Document, options: Options) -> Read:
    """One asset per meeting; a meeting with `published` 0 is rejected, as its server asks."""
    value = document.json
    found = value.get("meetings") if isinstance(value, dict) else value
    listed = value.get("formats") if isinstance(value, dict) else None
    rows: list[Any] = found if isinstance(found, list) else []
    feed = Feed(document, options, len(rows))
    formats = _of_server(listed)
    if not formats:
        feed.note(
            "The feed has no list of formats, so its letters are read as BMLT's usual ones; "
            "ask for formats too (get_used_formats=1).",
            "guessed",
            "formats",
        )
    for row, meeting in objects(feed, rows):
        if as_text(meeting.get("published")) in ("0", "no"):
            feed.reject(row, "its server does not publish it", meeting.get("meeting_name"))
            continue
        feed.records.append(_meeting(feed, row, meeting, formats))
    return feed.finish(NAME, len(rows) + document.parsed.lost)


def _of_server(listed: Any) -> dict[str, tuple[str, Format | None]]:
    """Shared id → (key, what it means) of the server's own formats."""
    found: dict[str, tuple[str, Format | None]] = {}
    world, named, _ = _formats()
    for item in listed if isinstance(listed, list) else []:
        if not isinstance(item, dict):
            continue
        number = as_text(item.get("id")) or as_text(item.get("shared_id_bigint"))
        key = as_text(item.get("key_string")) or ""
        # Exports hold the world id in either column; FC1 to FC3 are classes of formats.
        ids = [as_text(item.get(k)) or "" for k in ("world_id", "format_type_enum")]
        meaning = named.get(_plain(as_text(item.get("name_string")) or ""))
        by_world = next((world[name] for name in ids if name in world), None)
        if number:
            found[number] = (key, meaning or by_world)
    return found


def _meeting(
    feed: Feed,
    row: int,
    meeting: Mapping[str, Any],
    formats: Mapping[str, tuple[str, Format | None]],
) -> dict[str, Any]:
    text = {name: as_text(value) for name, value in meeting.items()}
    program = feed.options.program or PROGRAM
    kind = vocabulary.terms("programs").get(program, {}).get("kind") or "meeting"
    record: dict[str, Any] = {"row": row, "program": program, "kind": kind}
    record["source_id"] = text.get("id_bigint")
    record["name"] = text.get("meeting_name")
    record["organization"] = text.get("service_body_name")
    keys, worlds = _read_formats(feed, row, text, formats, record)
    _attend(feed, row, text, worlds, record)
    _when(feed, row, text, record)
    _place(feed, row, text, record)
    record["description"] = public_text(
        text.get("location_text"), text.get("location_info"), text.get("comments")
    )
    record["timezone"] = text.get("time_zone")
    record["original"] = {
        name: value.rpartition("#@-@#")[2]
        for name, value in text.items()
        if value and name not in _READ and not is_personal(name)
    }
    if text.get("location_text"):
        record["original"]["location"] = text["location_text"]
    if keys:
        record["original"]["formats"] = keys
    return record


def _read_formats(
    feed: Feed,
    row: int,
    text: Mapping[str, str | None],
    formats: Mapping[str, tuple[str, Format | None]],
    record: dict[str, Any],
) -> tuple[list[str], set[str]]:
    """The meeting's format keys and world ids; what they say goes into `record`."""
    shared = [part.strip() for part in (text.get("format_shared_id_list") or "").split(",")]
    keys = [part.strip() for part in (text.get("formats") or "").split(",") if part.strip()]
    found: list[tuple[str, Format | None]] = [formats[i] for i in shared if i in formats]
    if not found and keys:
        own = dict(formats.values())
        usual = {} if formats else _formats()[2]
        found = [(key, own.get(key) or usual.get(key)) for key in keys]
    worlds: set[str] = set()
    for key, meaning in found:
        if meaning is None:
            note = "there is no such format; it is kept aside"
            feed.count(row, "formats", key, "kept", note)
            continue
        worlds.add(meaning.world)
        for field, values in meaning.sets.items():
            old = vocabulary.split(record.get(field) or "")
            if field in _MANY_VALUED:
                parts = dict.fromkeys([*old, *vocabulary.split(values)])
                record[field] = vocabulary.SEPARATOR.join(parts)
            elif field in record and record[field] != values:
                record[field] = None
                feed.count(row, "formats", ", ".join(keys), "kept", f"`{field}` is both yes and no")
            else:
                record[field] = values
    return [key for key, _ in found if key] or keys, worlds


def _attend(
    feed: Feed, row: int, text: Mapping[str, str | None], worlds: set[str], record: dict[str, Any]
) -> None:
    link, number = text.get("virtual_meeting_link"), text.get("phone_meeting_number")
    record["conference_url"], record["conference_phone"] = link, number
    venue = text.get("venue_type") or ""
    online = "VM" in worlds or "HYBR" in worlds or record.get("format") == "online"
    if venue not in (IN_PERSON, VIRTUAL, HYBRID):
        if venue:
            feed.count(row, "venue_type", venue, "kept", "1, 2 or 3 is known")
        venue = VIRTUAL if "VM" in worlds else HYBRID if online or link or number else IN_PERSON
    if venue == IN_PERSON and "HYBR" in worlds:
        venue = HYBRID
    if "TC" in worlds:  # the building is closed for now
        venue = VIRTUAL if online or link or number or venue != IN_PERSON else ""
    ways = ["in_person"] * (venue in (IN_PERSON, HYBRID))
    ways += ["online"] * (venue in (VIRTUAL, HYBRID))
    ways += ["phone"] * bool(number and venue != IN_PERSON)
    record["format"] = vocabulary.SEPARATOR.join(ways) or None
    if not ways:
        record["status"] = "temporarily_closed"


def _when(feed: Feed, row: int, text: Mapping[str, str | None], record: dict[str, Any]) -> None:
    day = clock.weekday(text.get("weekday_tinyint"), sunday=1)
    start = clock.minutes(text.get("start_time"))
    if day is None:
        feed.say(row, "weekday_tinyint", text.get("weekday_tinyint"), "kept", "no day of the week")
    elif start is None:
        feed.say(
            row, "start_time", text.get("start_time"), "kept", "no time; write it like 19:00:00"
        )
    else:
        length = _length(text.get("duration_time"))
        if length is None:
            feed.count(
                row, "duration_time", text.get("duration_time") or "", "guessed", "an hour is taken"
            )
        end = (start + (length or clock.DEFAULT_MINUTES)) % clock.MINUTES_A_DAY
        record["schedule"] = clock.weekly([day], start, end)
        record["time_kind"] = "sessions"


def _length(text: str | None) -> int | None:
    """Minutes of "01:30:00"; None for nothing, zero and more than a day less a minute."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(:\d{2})?", text or "")
    if not found:
        return None
    length = int(found[1]) * 60 + int(found[2])
    return length if 0 < length < clock.MINUTES_A_DAY else None


def _place(feed: Feed, row: int, text: Mapping[str, str | None], record: dict[str, Any]) -> None:
    record["address"] = text.get("location_street")
    record["city"] = text.get("location_municipality") or text.get("location_city_subsection")
    record["region"] = text.get("location_province")
    nation = re.sub(r"[^a-z]", "", (text.get("location_nation") or "").lower())
    american = nation in ("us", "usa", "unitedstates", "unitedstatesofamerica")
    record["country"] = "US" if american else text.get("location_nation") or feed.options.country
    postal = text.get("location_postal_code_1")
    if record["country"] == "US":
        if record["region"]:
            record["region"] = state_code(record["region"])
        restored = restore_zip(postal or "", record["region"] or "")
        if restored:
            feed.say(row, "location_postal_code_1", postal, "fixed", f"written as {restored}")
            postal = restored
    record["postal_code"] = postal
    record["latitude"], record["longitude"] = text.get("latitude"), text.get("longitude")
