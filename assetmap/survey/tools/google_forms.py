"""Google Forms: `Timestamp`, then the full question texts; answers joined ", " or ";"."""

from __future__ import annotations

from assetmap.survey.tools.layout import ToolSheet, folded, plain_columns

NAME = "google_forms"
MARKS = {"timestamp", "marca temporal", "horodateur", "zeitstempel", "carimbo de data/hora"}
OWN = frozenset(
    {
        "username",
        "email address",
        "direccion de correo electronico",
        "nombre de usuario",
        "adresse e mail",
        "nom d utilisateur",
        "e mail adresse",
        "endereco de e mail",
        "nome de usuario",
        "score",
        "puntuacion",
    }
)


def sniff(rows: list[list[str]]) -> bool:
    """The first column is the time stamp."""
    return bool(folded(rows[0][:1]) & MARKS)


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row."""
    roles = dict.fromkeys(MARKS, "day")
    return ToolSheet(NAME, plain_columns(rows[0], roles, OWN), rows[1:], (";", ","))
