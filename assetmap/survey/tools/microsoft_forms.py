"""Microsoft Forms: `ID`, `Start time`; answers joined by ";" with one at the end."""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, ToolSheet, folded, plain_columns

NAME = "microsoft_forms"
STARTS = frozenset(
    {"start time", "hora de inicio", "heure de debut", "startzeit", "hora de comienzo"}
)
ENDS = frozenset(
    {
        "completion time",
        "hora de finalizacion",
        "heure de fin",
        "fertigstellungszeit",
        "hora de conclusao",
        "hora da conclusao",
    }
)
OWN = STARTS | {
    *("email", "name", "last modified time", "language", "total points", "quiz feedback"),
    *("correo electronico", "nombre", "hora de la ultima modificacion", "idioma"),
    *("adresse de messagerie", "courriel", "nom", "heure de la derniere modification", "langue"),
    *("e mail", "uhrzeit der letzten anderung", "zeitpunkt der letzten anderung", "sprache"),
    *("nome", "hora da ultima modificacao"),
}


def sniff(rows: list[list[str]]) -> bool:
    """The id with both times."""
    header = folded(rows[0])
    return bool({"id", "identificador"} & header and header & STARTS and header & ENDS)


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row."""
    roles = {"id": "respondent", "identificador": "respondent"} | dict.fromkeys(ENDS, "day")
    columns = [
        # A quiz adds two columns to every question.
        Column(column.name)
        if re.match(r"(points|feedback|puntos|comentarios) ", fold(column.name))
        and " - " in column.name
        else column
        for column in plain_columns(rows[0], roles, OWN)
    ]
    return ToolSheet(NAME, columns, rows[1:], (";",))
