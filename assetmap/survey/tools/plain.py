"""A plain sheet: one row a person, headers are question ids or the questions themselves."""

from __future__ import annotations

from assetmap.survey.tools.layout import ROLES, ToolSheet, plain_columns

NAME = "plain"
MORE = {"id": "respondent", "respondent id": "respondent", "date": "day", "timestamp": "day"}


def sniff(rows: list[list[str]]) -> bool:
    """Anything with a header may be a plain sheet."""
    return bool(rows)


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row; several answers in a cell parted by |, ; or a comma."""
    columns = plain_columns(rows[0], ROLES | MORE, frozenset())
    return ToolSheet(NAME, columns, rows[1:], ("|", ";", ","))
