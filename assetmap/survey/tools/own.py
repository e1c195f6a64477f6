"""Our own survey CSV: a column per question id, answers joined by `|`, consent and area beside."""

from __future__ import annotations

from assetmap.survey.tools.layout import ROLES, ToolSheet, folded, plain_columns

NAME = "assetmap"


def sniff(rows: list[list[str]]) -> bool:
    """`respondent` with `consent`, `area` or `wave`."""
    header = folded(rows[0])
    return "respondent" in header and bool(header & {"consent", "area", "wave"})


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row."""
    return ToolSheet(NAME, plain_columns(rows[0], ROLES, frozenset()), rows[1:], ("|",))
