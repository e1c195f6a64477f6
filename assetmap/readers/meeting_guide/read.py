"""Meeting Guide as thousands of fellowship sites publish it.

Only `name` and `slug` are required there. The same rules hold for the JSON, for the CSV that the
meeting plugin exports, and for a sheet with the format's column names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assetmap import vocabulary
from assetmap.readers import fellowships
from assetmap.readers.document import Document
from assetmap.readers.feed import Feed, Given, objects
from assetmap.readers.meeting_guide.meeting import record_of, type_list
from assetmap.readers.meeting_guide.sheet import is_meeting_sheet, meetings_of_sheet
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text

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


def _program(feed: Feed, rows: Iterable[Any]) -> str | None:
    """The fellowship of the whole feed, said when it was found out."""
    if feed.options.program:
        return feed.options.program
    meetings: list[Mapping[str, Any]] = [row for row in rows if isinstance(row, dict)]
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
