"""BMLT (GetSearchResults as JSON or CSV, or {meetings, formats}): Narcotics Anonymous servers.

Every value is a string. Format keys differ from server to server, so a format is known by its
`world_id` or its English name; bare keys are only a guess. A server's export for NA World
Services (NAWSExport.csv) has columns of its own (a day's name, "1930", formats by world id) and is
read as the rows its JSON would hold, without the columns about the group's contact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.assets.cells import YES, read_dial
from assetmap.fields import JsonDict
from assetmap.files.source import as_text
from assetmap.places import fold
from assetmap.readers.addresses import (
    country_code,
    region_of,
    restore_zip,
    state_code,
    timezone_of_place,
)
from assetmap.readers.document import Document, Reader
from assetmap.readers.feed import Feed, Given, objects
from assetmap.readers.hours import clock
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text

NAME = "bmlt"
PROGRAM = "na"
IN_PERSON, VIRTUAL, HYBRID = "1", "2", "3"
_MANY_VALUED = frozenset(("welcomes", "only_for", "languages"))
# Columns of NAWSExport.csv.
_COLUMNS = {
    "bmlt_id": "id_bigint", "CommitteeName": "meeting_name", "ParentName": "service_body_name",
    "TimeZone": "time_zone", "Place": "location_text", "Address": "location_street",
    "City": "location_municipality", "LocBorough": "location_city_subsection",
    "State": "location_province", "Zip": "location_postal_code_1", "Country": "location_nation",
    "Longitude": "longitude", "Latitude": "latitude", "VirtualMeetingLink": "virtual_meeting_link",
    "PhoneMeetingNumber": "phone_meeting_number",
    "VirtualMeetingInfo": "virtual_meeting_additional_info", "LastChanged": "last_changed",
    "Committee": "worldid_mixed",
}  # fmt: skip
_FORMATS = tuple(f"Format{number}" for number in range(1, 6))
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def is_naws(header: list[str]) -> bool:
    """Whether a table has the columns of the export."""
    return {"CommitteeName", "Committee", "Day", "Time", "Format1"} <= set(header)


def is_deleted(row: Mapping[str, str]) -> bool:
    """Whether the server marks the meeting as deleted."""
    return row.get("Delete", "").strip().upper() == "D"


def as_meeting(row: Mapping[str, str]) -> dict[str, str]:
    """The row under the names of the server's JSON; what has none keeps its own name."""
    meeting = {
        _COLUMNS.get(name, name): value for name, value in row.items() if name not in _FORMATS
    }
    meeting["weekday_tinyint"] = _day(meeting.pop("Day", ""))
    meeting["start_time"] = _time(meeting.pop("Time", ""))
    worlds = [row.get(name, "").strip() for name in _FORMATS]
    worlds += [meeting.pop("Closed", "").strip().upper()]
    worlds += ["WCHR"] * (meeting.pop("WheelChr", "").strip().lower() in YES)
    meeting["format_shared_id_list"] = ",".join(world for world in worlds if world)
    unpublished = meeting.pop("unpublished", "").strip().lower()
    meeting["published"] = "0" if unpublished in YES else "1"
    parts = [meeting.pop("Room", "").strip(), meeting.pop("Directions", "").strip()]
    meeting["location_info"] = ". ".join(part for part in parts if part)
    return meeting


def _day(cell: str) -> str:
    plain = cell.strip().lower()
    return str(_DAYS.index(plain) + 1) if plain in _DAYS else plain


def _time(cell: str) -> str:
    """ "1930" or "930" as "19:30:00"; anything else as it is."""
    plain = cell.strip()
    if plain.isdigit() and len(plain) in (3, 4):
        return f"{plain[:-2].zfill(2)}:{plain[-2:]}:00"
    return f"{plain}:00" if plain.count(":") == 1 else plain


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
        result = Format(row["label"], row["world_id"], sets)
        if row["world_id"]:
            world.setdefault(row["world_id"], result)
        named[_plain(row["label"])] = result
        keyed[row["key"]] = result
    return world, named, keyed


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def sniff(document: Document) -> float:
    """Its columns are nobody else's."""
    if document.table is not None:
        header = document.table.header
        known = {"weekday_tinyint", "meeting_name"} <= set(header) or is_naws(header)
        return 1.0 if known else 0.0
    value = document.json
    if isinstance(value, dict) and isinstance(value.get("meetings"), list):
        rows = [row for row in value["meetings"][:50] if isinstance(row, dict)]
        own = sum(1 for row in rows if "weekday_tinyint" in row or "id_bigint" in row)
        return own / max(len(value["meetings"][:50]), 1)
    return document.share_with("weekday_tinyint") or document.share_with("id_bigint")


def read(document: Document, options: ReadOptions) -> Read:
    """One asset per meeting; a meeting with `published` 0 is rejected, as its server asks."""
    table, lost = document.table, 0
    if table is not None:
        listed = None
        rows: list[Any] = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    else:
        value = document.json
        result = value.get("meetings") if isinstance(value, dict) else value
        listed = value.get("formats") if isinstance(value, dict) else None
        rows = result if isinstance(result, list) else []
        lost = document.parsed.lost
    feed = Feed(document, options, len(rows))
    for_world_services = table is not None and is_naws(table.header)
    world = _formats()[0]
    formats = _of_server(listed)
    if for_world_services:
        formats |= {key: (key, known) for key, known in world.items()}
    if not formats:
        feed.note(text("readers.usual_formats"), "guessed", "formats")
    for row, meeting in objects(feed, rows):
        if for_world_services:
            if is_deleted(meeting):
                feed.reject(row, text("readers.deleted_meeting"), meeting.get("CommitteeName"))
                continue
            meeting = as_meeting(meeting)
            for name in filter(None, meeting["format_shared_id_list"].split(",")):
                formats.setdefault(name, (name, None))
        if as_text(meeting.get("published")) in ("0", "no"):
            feed.reject(row, text("readers.not_published"), meeting.get("meeting_name"))
            continue
        feed.records.append(_meeting(feed, row, Given(feed, meeting), formats))
    return feed.finish(NAME, len(rows) + lost)


def _of_server(listed: Any) -> dict[str, tuple[str, Format | None]]:
    """Shared id → (key, what it means) of the server's own formats."""
    result: dict[str, tuple[str, Format | None]] = {}
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
            result[number] = (key, meaning or by_world)
    return result


def _meeting(
    feed: Feed,
    row: int,
    meeting: Given,
    formats: Mapping[str, tuple[str, Format | None]],
) -> JsonDict:
    program = feed.options.program or PROGRAM
    kind = vocabulary.terms("programs").get(program, {}).get("kind") or "meeting"
    record: JsonDict = {"row": row, "program": program, "kind": kind}
    record["source_id"] = meeting.text("id_bigint", "worldid_mixed")
    record["name"] = meeting.text("meeting_name")
    record["organization"] = meeting.text("service_body_name")
    meeting.get("published")
    record["timezone"] = meeting.text("time_zone")
    keys, worlds = _read_formats(feed, row, meeting, formats, record)
    _place(feed, row, meeting, record)
    _attend(feed, row, meeting, worlds, record)
    _when(feed, row, meeting, record)
    _languages(meeting, record)
    venue = meeting.text("location_text")
    description, notes = feed.remarks(
        row,
        [venue, meeting.text("location_info"), meeting.text("comments")],
        [meeting.text("virtual_meeting_additional_info")],
    )
    record["description"], record["conference_url_notes"] = description, notes
    kept = {name: str(value).rpartition("#@-@#")[2] for name, value in meeting.rest().items()}
    if venue:
        kept["location"] = venue
    record["original"] = {**kept, "formats": keys} if keys else kept
    return record


def _languages(meeting: Given, record: JsonDict) -> None:
    """Languages of the export for World Services, which names them in words."""
    named = [meeting.text(f"Language{number}") for number in (1, 2, 3)]
    known = cells.lookup("languages")
    languages = vocabulary.split(record.get("languages") or "")
    for position, words in enumerate(named, 1):
        if words and fold(words) in known:
            languages.append(known[fold(words)])
        else:
            meeting.put_back(f"Language{position}")
    if languages:
        record["languages"] = vocabulary.SEPARATOR.join(dict.fromkeys(languages))


def _read_formats(
    feed: Feed,
    row: int,
    meeting: Given,
    formats: Mapping[str, tuple[str, Format | None]],
    record: JsonDict,
) -> tuple[list[str], set[str]]:
    """The meeting's format keys and world ids; what they say goes into `record`."""
    shared = [part.strip() for part in (meeting.text("format_shared_id_list") or "").split(",")]
    keys = [part.strip() for part in (meeting.text("formats") or "").split(",") if part.strip()]
    result: list[tuple[str, Format | None]] = [formats[i] for i in shared if i in formats]
    if not result and keys:
        own = dict(formats.values())
        usual = {} if formats else _formats()[2]
        result = [(key, own.get(key) or usual.get(key)) for key in keys]
    worlds: set[str] = set()
    for key, meaning in result:
        if meaning is None:
            feed.count(row, "formats", key, "kept", text("readers.no_format"))
            continue
        worlds.add(meaning.world)
        for field, values in meaning.sets.items():
            old = vocabulary.split(record.get(field) or "")
            if field in _MANY_VALUED:
                parts = dict.fromkeys([*old, *vocabulary.split(values)])
                record[field] = vocabulary.SEPARATOR.join(parts)
            elif field in record and record[field] != values:
                record[field] = None
                feed.count(
                    row, "formats", ", ".join(keys), "kept", text("readers.yes_and_no", field=field)
                )
            else:
                record[field] = values
    return [key for key, _ in result if key] or keys, worlds


def _attend(feed: Feed, row: int, meeting: Given, worlds: set[str], record: JsonDict) -> None:
    link, number = meeting.text("virtual_meeting_link"), meeting.text("phone_meeting_number")
    record["conference_url"], record["conference_phone"] = link, number
    dialed = read_dial(number, record["country"] or "US") if number else None
    venue = meeting.text("venue_type") or ""
    online = "VM" in worlds or "HYBR" in worlds or record.get("format") == "online"
    if venue not in (IN_PERSON, VIRTUAL, HYBRID):
        if venue:
            feed.count(row, "venue_type", venue, "kept", text("readers.venue_types"))
        venue = VIRTUAL if "VM" in worlds else HYBRID if online or link or dialed else IN_PERSON
    if venue == IN_PERSON and "HYBR" in worlds:
        venue = HYBRID
    if "TC" in worlds:  # the building is closed for now
        venue = VIRTUAL if online or link or dialed or venue != IN_PERSON else ""
    ways = ["in_person"] * (venue in (IN_PERSON, HYBRID))
    ways += ["online"] * (venue in (VIRTUAL, HYBRID))
    ways += ["phone"] * bool(dialed and venue != IN_PERSON)
    record["format"] = vocabulary.SEPARATOR.join(ways) or None
    if not ways:
        record["status"] = "temporarily_closed"


def _when(feed: Feed, row: int, meeting: Given, record: JsonDict) -> None:
    raw_day, raw_start = meeting.text("weekday_tinyint"), meeting.text("start_time")
    raw_length = meeting.text("duration_time")
    day = clock.weekday(raw_day, sunday=1)
    start = clock.minutes(raw_start)
    if day is None:
        feed.say(row, "weekday_tinyint", raw_day, "kept", text("readers.no_day"))
        meeting.put_back("start_time", "duration_time")
    elif start is None:
        feed.say(row, "start_time", raw_start, "kept", text("readers.write_seconds"))
        meeting.put_back("weekday_tinyint", "duration_time")
    else:
        if start == clock.DAY:
            start, day = 0, (day + 1) % 7
            feed.say(row, "start_time", raw_start, "fixed", text("readers.next_midnight"))
        length = _length(raw_length)
        if length is None:
            feed.count(row, "duration_time", raw_length or "", "guessed", text("readers.an_hour"))
        end = (start + (length or clock.ASSUMED_MINUTES)) % clock.DAY
        record["schedule"] = clock.weekly([day], start, end)
        record["time_kind"] = "sessions"


def _length(text: str | None) -> int | None:
    """Minutes of "01:30:00"; None for nothing, zero and more than a day less a minute."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(:\d{2})?", text or "")
    if not match:
        return None
    length = int(match[1]) * 60 + int(match[2])
    return length if 0 < length < clock.DAY else None


def _place(feed: Feed, row: int, meeting: Given, record: JsonDict) -> None:
    record["address"] = meeting.text("location_street")
    record["city"] = meeting.text("location_municipality", "location_city_subsection")
    record["region"] = meeting.text("location_province")
    nation, home = meeting.text("location_nation"), feed.options.country
    record["country"] = (country_code(nation) if nation else None) or home
    if nation and country_code(nation) is None:
        feed.count(row, "location_nation", nation, "kept", text("readers.no_country"))
    postal = meeting.text("location_postal_code_1")
    if record["country"] == "US":
        if record["region"]:
            record["region"] = state_code(record["region"])
        restored = restore_zip(postal or "", record["region"] or "")
        if restored:
            note = text("readers.written_as", value=restored)
            feed.say(row, "location_postal_code_1", postal, "fixed", note)
            postal = restored
    elif record["region"] and (known := region_of(record["country"], record["region"])):
        record["region"] = known.code
    record["postal_code"] = postal
    if not record["timezone"] and record["country"] != home:
        record["timezone"] = timezone_of_place(record["country"], record["region"] or "")
    record["latitude"], record["longitude"] = meeting.text("latitude"), meeting.text("longitude")


READER = Reader(NAME, "BMLT (JSON or CSV)", sniff, read)
