"""SurveyMonkey: `Respondent ID`; two header rows, the first to be filled to the right.

Exports that went through other hands often lack the ids but keep the two header rows.
"""

from __future__ import annotations

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, ToolSheet, folded

NAME = "surveymonkey"
ROLES = {
    "respondent id": "respondent",
    "respondentid": "respondent",
    "end date": "day",
    "collector id": "link",
    "id del encuestado": "respondent",
    "identifiant du repondant": "respondent",
}
OWN = frozenset({"start date", "ip address", "email address", "first name", "last name"})
NO_OPTION = frozenset(
    {
        *("response", "open ended response", "respuesta", "respuesta abierta", "reponse", ""),
        *("reponse ouverte", "antwort", "offene antwort", "resposta", "resposta aberta"),
    }
)


def sniff(rows: list[list[str]]) -> bool:
    """Both ids, or two header rows as no other tool has them."""
    header = folded(rows[0])
    return {"respondent id", "collector id"} <= header or _two_headers(rows)


def _two_headers(rows: list[list[str]]) -> bool:
    if len(rows) < 2 or rows[1][0].strip() or not rows[0][0].strip():
        return False
    second = [fold(cell) for cell in rows[1]]
    nameless = [n for n, cell in enumerate(rows[0]) if n and not cell.strip() and second[n]]
    option_row = bool(set(second) & (NO_OPTION - {""}))
    third = len(rows) < 3 or bool(rows[2][0].strip())
    return bool(nameless) and (option_row or (third and len(nameless) >= 2))


def sheet(rows: list[list[str]]) -> ToolSheet:
    """A second header row begins with an empty id; the condensed export has none."""
    two = len(rows) > 1 and not rows[1][0].strip() and any(cell.strip() for cell in rows[1])
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
            chosen = "" if fold(option) in NO_OPTION else " ".join(option.split())
            shown = f"{question} [{chosen}]" if chosen else question
            columns.append(Column(shown, ((question, chosen),)))
    return ToolSheet(NAME, columns, rows[2 if two else 1 :], (";", ","))
