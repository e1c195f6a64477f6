"""SurveyMonkey: `Respondent ID`; two header rows, the first to be filled to the right."""

from __future__ import annotations

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, Sheet, folded

NAME = "surveymonkey"
ROLES = {"respondent id": "respondent", "end date": "day", "collector id": "link"}
OWN = frozenset({"start date", "ip address", "email address", "first name", "last name"})
NO_OPTION = frozenset({"response", "open ended response", "respuesta", ""})


def sniff(rows: list[list[str]]) -> bool:
    """Both ids."""
    return {"respondent id", "collector id"} <= folded(rows[0])


def sheet(rows: list[list[str]]) -> Sheet:
    """A second header row begins with an empty id; the condensed export has none."""
    two = len(rows) > 1 and not rows[1][0].strip()
    options = rows[1] if two else [""] * len(rows[0])
    columns, question = [], ""
    for cell, option in zip(rows[0], options, strict=True):
        question = cell.strip() or question
        name = fold(question)
        if name in ROLES:
            columns.append(Column(question, role=ROLES[name]))
        elif name in OWN or name.startswith("custom data"):
            columns.append(Column(question))
        else:
            chosen = "" if fold(option) in NO_OPTION else option.strip()
            columns.append(Column(question, ((question, chosen),)))
    return Sheet(NAME, columns, rows[2 if two else 1 :], (";", ","))
