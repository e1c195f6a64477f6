"""Meeting Guide JSON (code4recovery/spec), as thousands of fellowship sites publish it.

Only `name` and `slug` are required there. A meeting is attended in person or online by its
codes: TC means not in person for now, ONL or a link or number to join means online.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.files.source import as_text
from assetmap.readers import clock, fellowships
from assetmap.readers.addresses import restore_zip, split_address, state_code
from assetmap.readers.document import Document
from assetmap.readers.feed import Feed, is_personal, objects, public_text
from assetmap.readers.source import Options, Read

NAME = "meeting_guide"
_SUSPENDED = re.compile(r"[(\[*]\s*(temporarily\s+)?suspended", re.IGNORECASE)
_UPDATED = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?Z?")
_READ = frozenset((
    "name", "slug", "day", "time", "end_time", "timezone", "formatted_address", "address",
    "city", "state", "postal_code", "country", "conference_url", "conference_phone",
    "conference_url_notes", "conference_phone_notes", "types", "latitude", "longitude",
    "coordinates", "approximate", "updated", "url", "website", "notes", "location_notes",
    "group_notes", "id", "time_formatted", "attendance_option", "feedback_url",
    "feedback_emails", "image", "logo", "edit_url", "location_url", "conference_provider",
    "entity_phone", "entity_email", "people", "group_email", "group_phone", "email", "phone",
))  # fmt: skip
# What one fellowship's sites write in `people` instead of a code.
_PEOPLE = {"M": "M", "W": "W", "SPN": "S", "YP": "Y", "LGBT": "LGBTQ", "LGBTQ": "LGBTQ"}
_MANY_VALUED = frozenset(("welcomes", "only_for", "languages", "pathways"))


class Attendance(NamedTuple):
    """How a meeting is attended now; neither: it does not meet for now."""

    in_person: bool
    online: bool


def attendance(closed: bool, online: bool, approximate: bool) -> Attendance:
    """In person, online, both or neither.

    `closed`: the code TC. `online`: the code ONL, or a link or number to join. `approximate`:
    the place is a town at best, so nobody can go there.
    """
    return Attendance(in_person=not closed and not approximate, online=online)


def sniff(document: Document) -> float:
    """A list of objects with a name and Meeting Guide's own columns."""
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


def read(document: Document, options: Options) -> Read:
    """One asset per meeting; a meeting on several days is one asset."""
    value = document.json
    if isinstance(value, dict):
        value = next((found for found in value.values() if isinstance(found, list)), [value])
    rows = value if isinstance(value, list) else []
    feed = Feed(document, options, len(rows))
    program = _program(feed, rows)
    ends_taken = 0
    for row, meeting in objects(feed, rows):
        record = _meeting(feed, row, meeting, program)
        ends_taken += bool(record.pop("end taken", None))
        feed.records.append(record)
    if ends_taken:
        many = "1 meeting has" if ends_taken == 1 else f"{ends_taken:,} meetings have"
        feed.note(f"{many} no end; an hour after the start is taken.", "guessed", "schedule")
    return feed.finish(NAME, len(rows) + document.parsed.lost)


def _program(feed: Feed, rows: Iterable[Any]) -> str | None:
    """The fellowship of the whole feed, said when it was found out."""
    if feed.options.program:
        return feed.options.program
    meetings = [row for row in rows if isinstance(row, dict)]
    stated = {str(m[k]) for m in meetings for k in ("program", "fellowship", "entity") if m.get(k)}
    if len({fellowships.program_named(text) for text in stated} - {None}) > 1:
        stated = set()  # several fellowships in one feed: each row says its own
    names = [str(m.get("name") or "") + " " + str(m.get("group") or "") for m in meetings]
    urls = [str(m["url"]) for m in meetings if m.get("url")]
    used = [code for m in meetings for code in _type_list(m.get("types"))]
    program, why = fellowships.program_of_feed(sorted(stated), names, urls, used)
    if program is None:
        feed.note(
            "The feed does not say which fellowship it is; codes are read only where they mean "
            "the same everywhere. Name it with the option program.",
            "kept",
            "program",
        )
    else:
        name = vocabulary.label("programs", program)
        feed.note(f"The fellowship is taken to be {name} by {why}.", "guessed", "program")
    return program


def _meeting(
    feed: Feed, row: int, meeting: Mapping[str, Any], program: str | None
) -> dict[str, Any]:
    own = next((as_text(meeting.get(k)) for k in ("program", "fellowship") if meeting.get(k)), None)
    program = (fellowships.program_named(own) if own else None) or program
    record: dict[str, Any] = {"row": row, "source_id": as_text(meeting.get("slug"))}
    record["source_id"] = record["source_id"] or as_text(meeting.get("id"))
    record["name"] = as_text(meeting.get("name"))
    record["organization"] = as_text(meeting.get("group"))
    used = _types(feed, row, meeting, program, record)
    program = record.get("program") or program
    record["program"] = program
    row_of_program = vocabulary.terms("programs").get(program or "", {})
    record["kind"] = row_of_program.get("kind") or "meeting"
    _place(feed, row, meeting, record)
    _attend(meeting, used, record)
    _when(feed, row, meeting, record)
    record["description"] = public_text(
        meeting.get("location"), meeting.get("notes"), meeting.get("location_notes"),
        meeting.get("group_notes"),
    )  # fmt: skip
    record["url"] = as_text(meeting.get("url")) or as_text(meeting.get("website"))
    record["phone"] = as_text(meeting.get("entity_phone"))
    updated = _UPDATED.fullmatch(as_text(meeting.get("updated")) or "")
    record["published_at"] = f"{updated[1]}T{updated[2]}+00:00" if updated else None
    record["timezone"] = as_text(meeting.get("timezone"))
    record["original"] = {
        name: value
        for name, value in meeting.items()
        if name not in _READ and not is_personal(name)
    }
    if used:
        record["original"]["types"] = [f"{program or '?'}:{code}" for code in used]
    return record


def _type_list(value: Any) -> list[str]:
    """Codes of `types`, which is a list of them, one of them or "[open]"."""
    if isinstance(value, str):
        value = re.split(r"[,;|]", value.strip("[] "))
    if not isinstance(value, list):
        value = [] if value is None or isinstance(value, dict) else [value]
    return [text for item in value if (text := (as_text(item) or "").strip("[]\"' "))]


def _types(
    feed: Feed, row: int, meeting: Mapping[str, Any], program: str | None, record: dict[str, Any]
) -> list[str]:
    """The codes that are known to the program; their fields go into `record`."""
    table, by_label = fellowships.codes(program), fellowships.labels(program)
    raw = meeting.get("types")
    if isinstance(raw, dict):
        feed.count(row, "types", as_text(raw) or "", "kept", "a list of codes is needed")
    used: list[str] = []
    for text in _type_list(raw):
        code = text if text in table else text.upper()
        if code not in table:
            code = by_label.get(text.lower(), "")
        if not code:
            of = f" of {vocabulary.label('programs', program)}" if program else ""
            feed.count(row, "types", text, "kept", f"there is no such code{of}; it is kept aside")
            used.append(text)
        elif code not in used:
            used.append(code)
            if code != text or isinstance(raw, str):
                shown = raw if isinstance(raw, str) else text
                label = table[code].label
                feed.count(row, "types", shown, "fixed", f"read as {code} ({label})")
    people = as_text(meeting.get("people"))
    if people:
        code = _PEOPLE.get(people.upper(), "")
        if code in fellowships.codes(program or "aa"):
            table = {**fellowships.codes(program or "aa"), **table}
            used.append(code)
            note = f"read as {code} ({table[code].label})"
            feed.count(row, "people", people, "guessed", note)
        else:
            feed.count(row, "people", people, "kept", "it is not understood and kept aside")
            used.append(people)
    for code in used:
        for field, values in (table[code].sets if code in table else {}).items():
            if field in _MANY_VALUED and record.get(field):
                parts = [*vocabulary.split(record[field]), *vocabulary.split(values)]
                record[field] = vocabulary.SEPARATOR.join(dict.fromkeys(parts))
            else:
                record[field] = values
    if {"O", "C"} <= set(used) and "O" in table and record.get("open_to_public"):
        record["open_to_public"] = None
        feed.count(row, "types", "O, C", "kept", "a meeting is not both open and closed")
    return used


def _attend(meeting: Mapping[str, Any], used: list[str], record: dict[str, Any]) -> None:
    link, number = (as_text(meeting.get(k)) for k in ("conference_url", "conference_phone"))
    record["conference_url"], record["conference_phone"] = link, number
    approximate = (as_text(meeting.get("approximate")) or "").lower() in ("yes", "true", "1")
    found = attendance(
        fellowships.CLOSED in used,
        fellowships.ONLINE in used or bool(link or number),
        approximate,
    )
    ways = ["in_person"] * found.in_person + ["online"] * found.online
    if number:
        ways.append("phone")
    record["format"] = vocabulary.SEPARATOR.join(ways) or None
    record["status"] = None if ways else "inactive"
    if _SUSPENDED.search(record["name"] or ""):
        record["status"] = "temporarily_closed"
    if approximate:
        record["location_precision"] = "area"


def _when(feed: Feed, row: int, meeting: Mapping[str, Any], record: dict[str, Any]) -> None:
    raw_days, raw_start = meeting.get("day"), meeting.get("time")
    days_given = raw_days if isinstance(raw_days, list) else [raw_days]
    days_given = [day for day in days_given if as_text(day) is not None]
    days = [clock.weekday(day, sunday=0) for day in days_given]
    for day, found in zip(days_given, days, strict=True):
        if found is None:
            feed.count(
                row, "day", as_text(day) or "", "kept", "write 0 for Sunday to 6 for Saturday"
            )
    known = [day for day in days if day is not None]
    if not days_given:
        record["by_appointment"] = "yes"
        if as_text(raw_start):
            feed.say(row, "day", "", "kept", f"the time {as_text(raw_start)} has no day")
        return
    start = clock.minutes(raw_start)
    if start is None:
        if known and as_text(raw_start):
            feed.say(row, "time", raw_start, "kept", "write it like 19:00; the time is unknown")
        elif known:
            feed.say(row, "time", "", "kept", "the day is known and the time is not")
        return
    if not known:
        return
    raw_end = as_text(meeting.get("end_time"))
    end = clock.minutes(raw_end)
    if raw_end and end is None:
        feed.say(row, "end_time", raw_end, "kept", "write it like 20:00; an hour is taken")
    if raw_end and end == start:
        feed.say(row, "end_time", raw_end, "guessed", "it is the start, so an hour is taken")
        end = None
    if end is None:
        record["end taken"] = not raw_end
        end = (start + clock.DEFAULT_MINUTES) % clock.MINUTES_A_DAY
    record["schedule"] = clock.weekly(known, start, end)
    record["time_kind"] = "sessions"


def _place(feed: Feed, row: int, meeting: Mapping[str, Any], record: dict[str, Any]) -> None:
    names = {"address": "address", "city": "city", "region": "state", "postal_code": "postal_code"}
    for ours, theirs in names.items():
        record[ours] = as_text(meeting.get(theirs))
    line = as_text(meeting.get("formatted_address"))
    if line and not (record["city"] and record["address"]):
        parts = split_address(line)
        if parts is None:
            record["address"] = record["address"] or line
        else:
            street, city, region, postal = parts
            record["address"] = record["address"] or street or None
            record["city"] = record["city"] or city
            record["region"] = record["region"] or region
            record["postal_code"] = record["postal_code"] or postal or None
    record["country"] = _country(as_text(meeting.get("country")), feed.options.country)
    region, postal = record["region"], record["postal_code"]
    if region and record["country"] == "US":
        record["region"] = state_code(region)
        if record["region"] != region and len(region) <= 3:
            feed.count(row, "state", region, "fixed", f"written as {record['region']}")
    if postal and record["country"] == "US":
        restored = restore_zip(postal, record["region"] or "")
        if restored:
            feed.say(row, "postal_code", postal, "fixed", f"written as {restored}")
            record["postal_code"] = restored
        elif postal.strip("0") == "":
            record["postal_code"] = None
            feed.count(row, "postal_code", postal, "kept", "there is no such ZIP code")
    record["latitude"] = as_text(meeting.get("latitude"))
    record["longitude"] = as_text(meeting.get("longitude"))
    if not (record["latitude"] and record["longitude"]):
        _coordinates(meeting.get("coordinates"), record)


def _country(text: str | None, default: str) -> str | None:
    if not text:
        return default or None
    plain = re.sub(r"[^a-z]", "", text.lower())
    if plain in ("us", "usa", "unitedstates", "unitedstatesofamerica", "eeuu", "estadosunidos"):
        return "US"
    return text


def _coordinates(value: Any, record: dict[str, Any]) -> None:
    """ "lat,lon", a list of the two, or a box of four numbers, whose middle is an area."""
    parts = value if isinstance(value, list) else (as_text(value) or "").split(",")
    texts = [text for part in parts if (text := as_text(part))]
    if len(texts) == 2:
        record["latitude"], record["longitude"] = texts
    elif len(texts) == 4:
        try:
            numbers = [float(text) for text in texts]
        except ValueError:
            return
        record["latitude"] = repr((numbers[0] + numbers[2]) / 2)
        record["longitude"] = repr((numbers[1] + numbers[3]) / 2)
        record["location_precision"] = "area"
