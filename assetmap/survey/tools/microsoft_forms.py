"""Microsoft Forms: `ID`, `Start time`; answers joined by ";" with one at the end."""

from __future__ import annotations

from assetmap.survey.tools.layout import Sheet, folded, plain_columns

NAME = "microsoft_forms"
OWN = frozenset({"start time", "email", "name", "last modified time", "language"})


def sniff(rows: list[list[str]]) -> bool:
    """Both marks."""
    return {"id", "start time", "completion time"} <= folded(rows[0])


def sheet(rows: list[list[str]]) -> Sheet:
    """One header row."""
    roles = {"id": "respondent", "completion time": "day"}
    return Sheet(NAME, plain_columns(rows[0], roles, OWN), rows[1:], (";",))
