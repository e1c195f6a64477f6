"""Qualtrics: three header rows (codes, texts, {"ImportId": …}); older exports have two.

The oldest have V1, V2 … above the names of their own columns, 1 in a ticked column and a bare
hyphen between question and option.
"""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, ToolSheet, folded

NAME = "qualtrics"
OWN = frozenset(
    {
        "startdate",
        "enddate",
        "status",
        "ipaddress",
        "progress",
        "finished",
        "recordeddate",
        "recipientlastname",
        "recipientfirstname",
        "recipientemail",
        "externalreference",
        "externaldatareference",
        "emailaddress",
        "responseset",
        "name",
        "distributionchannel",
        "userlanguage",
    }
) | {"duration (in seconds)"}
ROLES = {
    "responseid": "respondent",
    "recordeddate": "day",
    "locationlatitude": "latitude",
    "locationlongitude": "longitude",
}
# The words and the numbers Qualtrics uses for answers that are not a person's.
PREVIEWS = frozenset({"survey preview", "1", "survey test", "2", "spam", "8", "9", "12"})


def sniff(rows: list[list[str]]) -> bool:
    """Its own columns; the ImportId row is there in newer exports only."""
    names = _names(rows)
    return (
        "responseid" in names
        and "finished" in names
        and bool(names & {"recordeddate", "responseset", "enddate"})
    )


def _names(rows: list[list[str]]) -> set[str]:
    first = folded(rows[0])
    return first | folded(rows[1]) if "v1" in first and len(rows) > 1 else first


def sheet(rows: list[list[str]]) -> ToolSheet:
    """The second row has the texts; `Text - Selected Choice - Option` is a split tick box."""
    codes, texts = rows[0], rows[1]
    legacy = "recordeddate" not in folded(codes)
    codes = [
        text if re.fullmatch(r"V\d+", code.strip()) else code
        for code, text in zip(codes, texts, strict=True)
    ]
    first = 3 if len(rows) > 2 and any('"ImportId"' in cell for cell in rows[2]) else 2
    records = rows[first:]
    header = [fold(cell) for cell in codes]
    status, finished = (
        header.index("status") if "status" in header else None,
        header.index("finished"),
    )
    previews = {
        number
        for number, record in enumerate(records)
        if status is not None and fold(record[status]) in PREVIEWS
    }
    unfinished = {
        number for number, record in enumerate(records) if fold(record[finished]) in ("false", "0")
    }
    roles = ROLES | ({"enddate": "day"} if legacy else {})
    columns = [
        _column(code.strip(), text, roles, legacy) for code, text in zip(codes, texts, strict=True)
    ]
    return ToolSheet(NAME, columns, records, (",",), frozenset(unfinished), frozenset(previews))


def _column(code: str, text: str, roles: dict[str, str], legacy: bool) -> Column:
    name = fold(code)
    if name in roles:
        return Column(code, role=roles[name])
    if name in OWN or code.startswith("Q_") or code.endswith("_TEXT"):
        return Column(code)
    question, chosen, option = text.partition(" - Selected Choice")
    if not chosen:
        readings = [(text.strip(), ""), (code, "")]
        left, dash, right = text.rpartition(" - ")
        if dash:
            readings.append((left, right))
        elif legacy and re.fullmatch(r".*_\d+", code):
            left, dash, right = text.partition("-")
            if dash:
                readings.append((left.strip(), right.strip()))
        return Column(code, tuple(readings))
    return Column(code, ((question.strip(), option.removeprefix(" - ").strip()),))
