"""LimeSurvey: `submitdate` (empty: not finished); tick boxes as `q[SQ001]` or `Text [Label]`."""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, ToolSheet, folded, where

NAME = "limesurvey"
ROLES = {
    "id": "respondent",
    "response id": "respondent",
    "submitdate": "day",
    "date submitted": "day",
}
OWN = frozenset(
    {
        "lastpage",
        "startlanguage",
        "seed",
        "startdate",
        "datestamp",
        "ipaddr",
        "refurl",
        "token",
    }
) | {"last page", "start language", "date started", "date last action", "ip address", "token"}


def sniff(rows: list[list[str]]) -> bool:
    """When it was submitted, and the last page seen."""
    header = folded(rows[0])
    return bool(header & {"submitdate", "date submitted"}) and bool(
        header & {"lastpage", "last page"}
    )


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row."""
    day = where(rows[0], "submitdate")
    if day is None:
        day = where(rows[0], "date submitted")
    records = rows[1:]
    unfinished = frozenset(
        number for number, record in enumerate(records) if day is not None and not record[day]
    )
    return ToolSheet(NAME, [_column(cell) for cell in rows[0]], records, (";",), unfinished)


def _column(cell: str) -> Column:
    name = fold(cell)
    if name in ROLES:
        return Column(cell, role=ROLES[name])
    if name in OWN:
        return Column(cell)
    option = re.fullmatch(r"(.*?)\s?\[(.*)\]", cell, re.DOTALL)
    readings = [(option[1], option[2])] if option else []
    return Column(cell, (*readings, (cell, "")))
