"""REDCap: `record_id`; tick boxes as `q___code` (raw) or `Question (choice=Label)` (labels)."""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.phrases import header_is
from assetmap.survey.tools.layout import Column, ToolSheet, folded

NAME = "redcap"
OWN = frozenset(
    {
        "redcap_event_name",
        "redcap_survey_identifier",
        "redcap_repeat_instance",
        "redcap_repeat_instrument",
        "redcap_data_access_group",
        "survey identifier",
        "event name",
        "repeat instrument",
        "repeat instance",
        "data access group",
    }
)
EVENT = frozenset({"redcap_event_name", "event name"})
REPEAT = frozenset({"redcap_repeat_instance", "repeat instance"})
LASTING = ("consent", "guardian", "age", "birth_year", "area")
# "Complete" in a raw export is 2, in a labelled one the word.
FINISHED = frozenset({"2", "complete"})


def sniff(rows: list[list[str]]) -> bool:
    """The record id with any other mark of REDCap."""
    header = folded(rows[0])
    marks = any("___" in cell or "(choice=" in cell for cell in rows[0])
    own = bool(header & (OWN | {"complete?"}))
    ended = any(c.endswith("_complete") for c in header)
    if header & {"record_id", "record id"}:
        return marks or own or ended
    # The record id may have any name, but it is always the first column.
    first = re.sub(r"[_ ]+", " ", fold(rows[0][0]))
    return bool(re.search(r"\b(id|record|number|no)$", first)) and (own or (marks and ended))


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row. A form that was not completed is unfinished, its zeros are no answers."""
    columns = [Column(rows[0][0], role="respondent")]
    columns += [_column(cell.strip()) for cell in rows[0][1:]]
    header = [fold(cell) for cell in rows[0]]
    records = _events(header, _instances(header, rows[1:]))
    events = {record[n] for n in _places(header, EVENT) for record in records}
    if len(events) > 1:
        columns = [
            column._replace(role="wave") if fold(column.name) in EVENT else column
            for column in columns
        ]
    ends = [
        number
        for number, cell in enumerate(rows[0])
        if fold(cell) == "complete?" or fold(cell).endswith("_complete")
    ]
    unfinished = frozenset(
        number
        for number, record in enumerate(records)
        if ends and all(fold(record[end]) not in FINISHED for end in ends)
    )
    return ToolSheet(NAME, columns, records, (",",), unfinished)


def _places(header: list[str], names: frozenset[str]) -> list[int]:
    return [number for number, name in enumerate(header) if name in names]


def _instances(header: list[str], records: list[list[str]]) -> list[list[str]]:
    """One record a person and event: repeats fill in what the first row leaves empty."""
    repeats = _places(header, REPEAT)
    if not repeats:
        return records
    event = _places(header, EVENT)[:1]
    result: dict[tuple[str, ...], list[str]] = {}
    for record in records:
        person = (record[0], *(record[n] for n in event))
        if person not in result:
            result[person] = list(record)
            continue
        known = result[person]
        for number, cell in enumerate(record):
            if cell and not known[number]:
                known[number] = cell
    return list(result.values())


def _events(header: list[str], records: list[list[str]]) -> list[list[str]]:
    """Consent, age and area asked in one event hold for the person's other events as well."""
    if not _places(header, EVENT):
        return records
    lasting = [
        number
        for number, name in enumerate(header)
        if any(header_is(name.partition("___")[0], role) for role in LASTING)
    ]
    known: dict[tuple[str, int], str] = {}
    for record in records:
        for number in lasting:
            if record[number]:
                known.setdefault((record[0], number), record[number])
    for record in records:
        for number in lasting:
            record[number] = record[number] or known.get((record[0], number), "")
    return records


def _column(cell: str) -> Column:
    name = fold(cell)
    if name.endswith("timestamp"):
        return Column(cell, role="day")
    if name in OWN or name == "complete?" or name.endswith("_complete"):
        return Column(cell)
    choice = re.fullmatch(r"(.*) \(choice=(.*)\)", cell, re.DOTALL)
    if choice:
        return Column(cell, ((choice[1], choice[2]),))
    question, mark, code = cell.partition("___")
    return Column(cell, ((question, code),) if mark else ((cell, ""),))
