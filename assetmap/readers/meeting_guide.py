"""Meeting Guide as thousands of fellowship sites publish it.

Only `name` and `slug` are required there. The same rules hold for the JSON, for the CSV that the
meeting plugin exports, and for a sheet with the format's column names. A meeting is attended in
person or online by its codes: TC means not in person for now, ONL or a link or number to join
means online.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from assetmap import vocabulary
from assetmap.assets.cells import NO, YES, read_dial
from assetmap.fields import JsonDict, JsonObject
from assetmap.files.source import as_text
from assetmap.files.table import Grid
from assetmap.places import fold
from assetmap.readers import fellowships
from assetmap.readers.addresses import (
    country_code,
    read_address,
    region_of,
    restore_zip,
    state_code,
    timezone_of_place,
)
from assetmap.readers.document import Document, Reader
from assetmap.readers.feed import Feed, Given, objects
from assetmap.readers.header import plain
from assetmap.readers.hours import clock
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text

_SUSPENDED = re.compile(r"[(\[*]\s*(temporarily\s+)?suspended", re.IGNORECASE)
_UPDATED = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?Z?")
# What one fellowship's sites write in `people` instead of a code.
_PEOPLE = {"M": "M", "W": "W", "SPN": "S", "YP": "Y", "LGBT": "LGBTQ", "LGBTQ": "LGBTQ"}
_MANY_VALUED = frozenset(("welcomes", "only_for", "languages", "pathways"))
_TOWN_PARTS = 4
"""An address of fewer comma parts ("Carbondale, IL, USA") names no street."""
_STREET = re.compile(r"\s*#?\d+[A-Za-z]?(?:[-/]\d+)?\s+\S*[^\W\d]")


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


def record_of(feed: Feed, row: int, meeting: Given, program: str | None) -> JsonDict:
    """The record of one meeting; `program` is the feed's fellowship."""
    own = meeting.text("program", "fellowship")
    named = fellowships.program_named(own) if own else None
    if own and named is None:
        feed.count(row, "program", own, "kept", text("readers.no_such_program"))
    program = named or program
    record: JsonDict = {"row": row, "source_id": meeting.text("slug", "id")}
    record["name"] = meeting.text("name")
    record["organization"] = meeting.text("group")
    used = _types(feed, row, meeting, program, record)
    program = record.get("program") or program
    record["program"] = program
    row_of_program = vocabulary.terms("programs").get(program or "", {})
    record["kind"] = row_of_program.get("kind") or "meeting"
    record["timezone"] = meeting.text("timezone")
    approximate = _place(feed, row, meeting, record)
    _attend(feed, row, meeting, used, record, approximate)
    _when(feed, row, meeting, record)
    venue = meeting.text("location")
    description, notes = feed.remarks(
        row,
        [venue, *(meeting.text(k) for k in ("notes", "location_notes", "group_notes"))],
        [meeting.text("conference_url_notes")],
    )
    record["description"], record["conference_url_notes"] = description, notes
    _, by_phone = feed.remarks(row, (), [meeting.text("conference_phone_notes")])
    record["conference_phone_notes"] = by_phone
    record["url"] = meeting.text("url", "website", "entity_url")
    record["phone"] = meeting.text("entity_phone")
    updated = _UPDATED.fullmatch(meeting.text("updated") or "")
    record["published_at"] = f"{updated[1]}T{updated[2]}+00:00" if updated else None
    if updated is None and (plain := meeting.text("updated")):
        record["published_at"] = plain
    kept = meeting.rest()
    if venue:
        kept["location"] = venue
    if used:
        kept["types"] = [f"{program or '?'}:{code}" for code in used]
    record["original"] = kept
    return record


def type_list(value: Any, labels: Mapping[str, str] | None) -> list[str]:
    """Codes or words of `types`: a list, one of them, "[open]", or "Open, Wheelchair Access".

    `labels` (lower case → code) tell where a word of several parts with commas ends.
    """
    if isinstance(value, str):
        parts = [part.strip() for part in re.split(r"[,;|]", value.strip("[] "))]
        value, start = [], 0
        while start < len(parts):
            for end in range(len(parts), start, -1):
                whole = ", ".join(parts[start:end])
                if end == start + 1 or (labels and whole.lower() in labels):
                    value.append(whole)
                    start = end
                    break
    if not isinstance(value, list):
        value = [] if value is None or isinstance(value, dict) else [value]
    return [word for item in value if (word := (as_text(item) or "").strip("[]\"' "))]


def _types(
    feed: Feed, row: int, meeting: Given, program: str | None, record: JsonDict
) -> list[str]:
    """The codes that are known to the program; their fields go into `record`."""
    table, by_label = fellowships.codes(program), fellowships.labels(program)
    raw = meeting.get("types")
    if isinstance(raw, dict):
        feed.count(row, "types", as_text(raw) or "", "kept", text("readers.codes_needed"))
    meanings: dict[str, fellowships.Code] = {}
    for word in type_list(raw, by_label):
        code = word if word in table else word.upper() if word.upper() in table else ""
        by_word = None if code else fellowships.code_of_word(word, program)
        if by_word:
            code, meaning = by_word
        elif code:
            meaning = table[code]
        else:
            of = vocabulary.label("programs", program) if program else ""
            note = text("readers.no_code_of", program=of) if of else text("readers.no_code")
            feed.count(row, "types", word, "kept", note)
            meanings[word] = fellowships.Code(word, {})
            continue
        if code not in meanings:
            meanings[code] = meaning
            if code != word:
                note = text("readers.read_as_code", code=code, label=meaning.label)
                feed.count(row, "types", word, "fixed", note)
    people = meeting.text("people")
    if people:
        code = _PEOPLE.get(people.upper(), "")
        meaning_of = fellowships.codes(program or "aa").get(code)
        if meaning_of is not None:
            meanings.setdefault(code, meaning_of)
            note = text("readers.read_as_code", code=code, label=meaning_of.label)
            feed.count(row, "people", people, "guessed", note)
        else:
            feed.count(row, "people", people, "kept", text("readers.not_understood"))
            meanings.setdefault(people, fellowships.Code(people, {}))
    for meaning in meanings.values():
        for field, values in meaning.sets.items():
            if field in _MANY_VALUED and record.get(field):
                parts = [*vocabulary.split(record[field]), *vocabulary.split(values)]
                record[field] = vocabulary.SEPARATOR.join(dict.fromkeys(parts))
            else:
                record[field] = values
    both = {meaning.sets.get("open_to_public") for meaning in meanings.values()}
    if {"yes", "no"} <= both:
        record["open_to_public"] = None
        feed.count(row, "types", "O, C", "kept", text("readers.open_and_closed"))
    return list(meanings)


def _attend(
    feed: Feed, row: int, meeting: Given, used: list[str], record: JsonDict, vague: bool
) -> None:
    link, number = meeting.text("conference_url"), meeting.text("conference_phone")
    record["conference_url"], record["conference_phone"] = link, number
    dialed = read_dial(number, record["country"] or "US") if number else None
    result = attendance(
        fellowships.CLOSED in used, fellowships.ONLINE in used or bool(link or dialed), vague
    )
    ways = ["in_person"] * result.in_person + ["online"] * result.online
    if dialed:
        ways.append("phone")
    record["format"] = vocabulary.SEPARATOR.join(ways) or None
    record["status"] = None if ways else "inactive"
    if _SUSPENDED.search(record["name"] or ""):
        record["status"] = "temporarily_closed"
    stated = (meeting.text("attendance_option") or "").lower()
    if stated == "inactive" and not ways:
        pass
    elif stated and stated != _option(result):
        if stated == "inactive":
            record["status"] = "inactive"
        note = text("readers.attendance_differs", option=_option(result))
        feed.count(row, "attendance_option", stated, "kept", note)


def _option(result: Attendance) -> str:
    if result.in_person:
        return "hybrid" if result.online else "in_person"
    return "online" if result.online else "inactive"


def _when(feed: Feed, row: int, meeting: Given, record: JsonDict) -> None:
    raw_days, raw_start = meeting.get("day"), meeting.get("time")
    days_given = raw_days if isinstance(raw_days, list) else [raw_days]
    if isinstance(raw_days, str) and re.search(r"[,;|/]", raw_days):
        days_given = re.split(r"[,;|/]", raw_days)
    days_given = [day for day in days_given if as_text(day) is not None]
    days = [clock.weekday(day, sunday=0) for day in days_given]
    for day, result in zip(days_given, days, strict=True):
        if result is None:
            feed.count(row, "day", as_text(day) or "", "kept", text("readers.write_day"))
    known = [day for day in days if day is not None]
    raw_end = meeting.text("end_time")
    if not days_given:
        record["by_appointment"] = "yes"
        if as_text(raw_start):
            note = text("readers.time_without_day", time=as_text(raw_start))
            feed.say(row, "day", "", "kept", note)
        meeting.put_back("time", "end_time")
        return
    start = clock.minutes(raw_start)
    if start is None:
        if known and as_text(raw_start):
            feed.say(row, "time", raw_start, "kept", text("readers.write_time"))
        elif known:
            feed.say(row, "time", "", "kept", text("readers.day_without_time"))
        meeting.put_back("day", "end_time")
        return
    if not known:
        meeting.put_back("time", "end_time")
        return
    if start == clock.DAY:
        # 24:00 of Saturday is the midnight at which Sunday begins.
        start, known = 0, [(day + 1) % 7 for day in known]
        feed.say(row, "time", raw_start, "fixed", text("readers.next_midnight"))
    end = clock.minutes(raw_end)
    if raw_end and end is None:
        feed.say(row, "end_time", raw_end, "kept", text("readers.write_end"))
    if raw_end and end is not None and end % clock.DAY == start:
        feed.say(row, "end_time", raw_end, "guessed", text("readers.end_is_start"))
        end = None
    if end is None:
        record["end taken"] = not raw_end
        end = (start + clock.ASSUMED_MINUTES) % clock.DAY
    record["schedule"] = clock.weekly(known, start, end)
    record["time_kind"] = "sessions"


def _place(feed: Feed, row: int, meeting: Given, record: JsonDict) -> bool:
    """Fill in where it is; whether that is a town at best."""
    names = {"address": "address", "city": "city", "region": "state", "postal_code": "postal_code"}
    for ours, theirs in names.items():
        record[ours] = meeting.text(theirs)
    stated = meeting.text("country")
    country = country_code(stated) if stated else None
    if stated and country is None:
        feed.count(row, "country", stated, "kept", text("readers.no_country"))
    line = meeting.text("formatted_address")
    if line and not (record["city"] and record["address"]):
        parts = read_address(line)
        if parts is None or not parts.city:
            record["address"] = record["address"] or (
                None if _says_no_more(line, record, stated) else line
            )
        else:
            record["address"] = record["address"] or parts.street or None
            record["city"] = record["city"] or parts.city
            record["region"] = record["region"] or parts.region or None
            record["postal_code"] = record["postal_code"] or parts.postal_code or None
        country = country or (parts.country if parts else None)
    record["country"] = country or feed.options.country or None
    region, postal = record["region"], record["postal_code"]
    if region and record["country"] == "US":
        record["region"] = state_code(region)
        if record["region"] != region and len(region) <= 3:
            feed.count(
                row, "state", region, "fixed", text("readers.written_as", value=record["region"])
            )
    elif region and (known := region_of(record["country"] or "", region)):
        record["region"] = known.code
    if postal and record["country"] == "US":
        restored = restore_zip(postal, record["region"] or "")
        if restored:
            feed.say(
                row, "postal_code", postal, "fixed", text("readers.written_as", value=restored)
            )
            record["postal_code"] = restored
        elif postal.strip("0") == "":
            record["postal_code"] = None
            feed.count(row, "postal_code", postal, "kept", text("readers.no_zip"))
    if not record["timezone"] and record["country"] not in (None, feed.options.country):
        record["timezone"] = timezone_of_place(record["country"], record["region"] or "")
        if record["timezone"] is None:
            feed.count(
                row, "timezone", "", "kept", text("readers.no_zone", country=record["country"])
            )
    record["latitude"], record["longitude"] = meeting.text("latitude"), meeting.text("longitude")
    if not (record["latitude"] and record["longitude"]):
        _coordinates(meeting.get("coordinates"), record)
    vague = _is_vague(meeting, record, line)
    if vague:
        record["location_precision"] = "area"
    return vague


def _says_no_more(line: str, record: JsonObject, country: str | None) -> bool:
    """Whether a line of address only repeats what the columns say: "02139, USA" has no street."""
    columns = (record["city"], record["region"], record["postal_code"], country)
    known = {word for column in columns if column for word in fold(column).split()}
    return set(re.findall(r"[^\s,]+", fold(line))) <= known | {"usa", "us"}


def _is_vague(meeting: Given, record: JsonObject, line: str | None) -> bool:
    """Whether the place is a town at best: as the feed says, else by its address."""
    stated = (meeting.text("approximate") or "").lower()
    if stated in YES:
        return True
    if stated in NO:
        return False
    if line:
        parts = [part for part in line.split(",") if part.strip()]
        return len(parts) < _TOWN_PARTS and not any(_STREET.match(part) for part in parts[:-1])
    street = record.get("address")
    towns = {(record.get(name) or "").lower() for name in ("city", "region", "country")}
    if not street:  # nothing said of the place is not the same as only a town
        return bool(record.get("city") or record.get("postal_code"))
    return street.lower() in towns


def _coordinates(value: Any, record: JsonDict) -> None:
    """ "lat,lon", a list of the two, or a box of four numbers, whose middle is an area."""
    parts = value if isinstance(value, list) else (as_text(value) or "").split(",")
    texts = [word for part in parts if (word := as_text(part))]
    if len(texts) == 2:
        record["latitude"], record["longitude"] = texts
    elif len(texts) == 4:
        try:
            numbers = [float(word) for word in texts]
        except ValueError:
            return
        record["latitude"] = repr((numbers[0] + numbers[2]) / 2)
        record["longitude"] = repr((numbers[1] + numbers[3]) / 2)
        record["location_precision"] = "area"


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


READER = Reader(NAME, "Meeting Guide (JSON, CSV or sheet)", sniff, read)
