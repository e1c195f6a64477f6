"""SPSS (.sav), as `sheet` lays it out: a row of names, a row of labels, then cells in labels."""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.phrases import header_is
from assetmap.survey.tools.layout import ROLES, Column, ToolSheet

NAME = "spss"
MARK = "$spss"


def sniff(rows: list[list[str]]) -> bool:
    """The mark that the opener puts into the first cell."""
    return rows[0][0] == MARK


def sheet(rows: list[list[str]]) -> ToolSheet:
    """The mark's own column is taken off; a variable is known by its label or its name."""
    names, labels = rows[0][1:], rows[1][1:]
    columns = [_column(name, label) for name, label in zip(names, labels, strict=True)]
    return ToolSheet(NAME, columns, [row[1:] for row in rows[2:]], ("|", ";"))


def _column(name: str, label: str) -> Column:
    # A variable of ages is a question too; `sheet` of our own CSV knows no such one.
    if fold(name) in ROLES and ROLES[fold(name)] != "age":
        return Column(name, role=ROLES[fold(name)])
    if header_is(name, "respondent"):
        return Column(name, role="respondent")
    readings = [(label, "")] if label else []
    for mark in (": ", " - "):
        question, part, option = label.partition(mark)
        if part and re.search(r"\d+$", name):
            readings.append((question, option))
    return Column(name, (*readings, (name, "")))
