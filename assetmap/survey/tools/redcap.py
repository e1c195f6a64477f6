"""REDCap: `record_id`; tick boxes as `q___code` (raw) or `Question (choice=Label)` (labels)."""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, Sheet, folded

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
        "data access group",
    }
)
# "Complete" in a raw export is 2, in a labelled one the word.
FINISHED = frozenset({"2", "complete"})


def sniff(rows: list[list[str]]) -> bool:
    """The record id with any other mark of REDCap."""
    header = folded(rows[0])
    marks = any("___" in cell or "(choice=" in cell for cell in rows[0])
    return bool(header & {"record_id", "record id"}) and (
        marks
        or bool(header & (OWN | {"complete?"}))
        or any(c.endswith("_complete") for c in header)
    )


def sheet(rows: list[list[str]]) -> Sheet:
    """One header row. A form that was not completed is unfinished, its zeros are no answers."""
    columns = [_column(cell.strip()) for cell in rows[0]]
    records = rows[1:]
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
    return Sheet(NAME, columns, records, (",",), unfinished)


def _column(cell: str) -> Column:
    name = fold(cell)
    if name in ("record_id", "record id"):
        return Column(cell, role="respondent")
    if name.endswith("timestamp"):
        return Column(cell, role="day")
    if name in OWN or name == "complete?" or name.endswith("_complete"):
        return Column(cell)
    choice = re.fullmatch(r"(.*) \(choice=(.*)\)", cell, re.DOTALL)
    if choice:
        return Column(cell, ((choice[1], choice[2]),))
    question, mark, code = cell.partition("___")
    return Column(cell, ((question, code),) if mark else ((cell, ""),))
