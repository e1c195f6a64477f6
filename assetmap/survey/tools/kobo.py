"""KoboToolbox: `_uuid` and `_submission_time`; groups and options parted by `/` or `.`."""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, ToolSheet, folded

NAME = "kobo"
STATUS = frozenset({"_validation_status", "_validation_status/label", "validation_status"})
ROLES = {"_uuid": "respondent", "_submission_time": "day"}


def sniff(rows: list[list[str]]) -> bool:
    """Both marks."""
    return {"_uuid", "_submission_time"} <= folded(rows[0])


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row; a label may hold a `/` itself, so every way to part it is a reading."""
    records = rows[1:]
    status = [n for n, cell in enumerate(rows[0]) if fold(cell) in STATUS]
    rejected = frozenset(
        number
        for number, record in enumerate(records)
        if any(re.sub(r"[_\s]+", " ", fold(record[n])).endswith("not approved") for n in status)
    )
    return ToolSheet(NAME, [_column(cell) for cell in rows[0]], records, (" ",), rejected=rejected)


def _column(cell: str) -> Column:
    name = fold(cell)
    if name in ROLES:
        return Column(cell, role=ROLES[name])
    for role in ("latitude", "longitude"):
        if name.endswith(f"_{role}"):
            return Column(cell, role=role)
    if name.startswith("_") or name in ("start", "end", "today", "deviceid", "username"):
        return Column(cell)
    readings = [(cell, "")]
    for mark in "/.":
        parts = cell.split(mark)
        for cut in range(1, len(parts)):
            left, right = mark.join(parts[:cut]), mark.join(parts[cut:])
            # group/question, question/option and group/question/option
            readings += [(right, ""), (left, right), (parts[cut - 1], right)]
    return Column(cell, tuple((q.strip(), o.strip()) for q, o in readings))
