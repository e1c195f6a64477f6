"""Qualtrics: three header rows (codes, texts, {"ImportId": …}); older exports have two."""

from __future__ import annotations

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, Sheet, folded

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
PREVIEWS = frozenset({"survey preview", "1", "survey test", "2", "spam", "8"})


def sniff(rows: list[list[str]]) -> bool:
    """Its own three columns; the ImportId row is there in newer exports only."""
    return {"responseid", "finished", "recordeddate"} <= folded(rows[0])


def sheet(rows: list[list[str]]) -> Sheet:
    """The second row has the texts; `Text - Selected Choice - Option` is a split tick box."""
    codes, texts = rows[0], rows[1]
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
    columns = [_column(code.strip(), text) for code, text in zip(codes, texts, strict=True)]
    return Sheet(NAME, columns, records, (",",), frozenset(unfinished), frozenset(previews))


def _column(code: str, text: str) -> Column:
    name = fold(code)
    if name in ROLES:
        return Column(code, role=ROLES[name])
    if name in OWN or code.endswith("_TEXT"):
        return Column(code)
    question, chosen, option = text.partition(" - Selected Choice")
    if not chosen:
        readings = [(text.strip(), ""), (code, "")]
        left, dash, right = text.rpartition(" - ")
        if dash:
            readings.append((left, right))
        return Column(code, tuple(readings))
    return Column(code, ((question.strip(), option.removeprefix(" - ").strip()),))
