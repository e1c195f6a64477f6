"""LimeSurvey: `submitdate` (empty: not finished); tick boxes as `q[SQ001]` or `Text [Label]`.

A header may hold both: `q[SQ001]. Text [Label]`. The tool's own columns are in its language.
"""

from __future__ import annotations

import re

from assetmap.places import fold
from assetmap.survey.tools.layout import Column, ToolSheet, folded

NAME = "limesurvey"
RESPONDENTS = frozenset(
    {
        *("id", "response id", "id de respuesta", "id de la respuesta", "id de la reponse"),
        *("id de reponse", "antwort id", "id da resposta"),
    }
)
DAYS = frozenset(
    {
        *("submitdate", "date submitted", "fecha de envio", "date de soumission"),
        *("datum abgeschickt", "data de envio", "data enviada"),
    }
)
PAGES = frozenset(
    {
        *("lastpage", "last page", "ultima pagina", "derniere page", "letzte seite"),
        "ultima pagina vista",
    }
)
ROLES = dict.fromkeys(RESPONDENTS, "respondent") | dict.fromkeys(DAYS, "day")
OWN = (
    PAGES
    | frozenset(
        {
            "startlanguage",
            "seed",
            "startdate",
            "datestamp",
            "ipaddr",
            "refurl",
            "token",
        }
    )
    | {
        *("start language", "date started", "date last action", "ip address", "token"),
        *("lenguaje inicial", "idioma inicial", "fecha de inicio", "fecha de la ultima accion"),
        *("direccion ip", "semilla", "langue de depart", "langue initiale", "date de lancement"),
        *("date de debut", "date de la derniere action", "adresse ip", "tete de serie"),
        *("start sprache", "startsprache", "zufallsstartwert", "datum gestartet", "ip adresse"),
        *(
            "datum letzte aktivitat",
            "datum der letzten aktivitat",
            "zugangsschlussel",
            "url referrer",
        ),
        *(
            "data de inicio",
            "data da ultima acao",
            "endereco ip",
            "referrer url",
            "url de referencia",
        ),
    }
)


def sniff(rows: list[list[str]]) -> bool:
    """When it was submitted, and the last page seen."""
    header = folded(map(_own_name, rows[0]))
    return bool(header & DAYS) and bool(header & PAGES)


def _own_name(cell: str) -> str:
    """The header, or of "submitdate. Date submitted" the code in front."""
    code, point, label = cell.strip().partition(". ")
    own = point and label and re.fullmatch(r"[a-z]+", code) and fold(code) in (ROLES.keys() | OWN)
    return code if own else cell


def sheet(rows: list[list[str]]) -> ToolSheet:
    """One header row."""
    header = [_own_name(cell) for cell in rows[0]]
    day = next((n for n, cell in enumerate(header) if fold(cell) in DAYS), None)
    records = rows[1:]
    unfinished = frozenset(
        number for number, record in enumerate(records) if day is not None and not record[day]
    )
    return ToolSheet(NAME, [_column(cell) for cell in rows[0]], records, (";",), unfinished)


def _column(cell: str) -> Column:
    name = fold(_own_name(cell))
    if name in ROLES:
        return Column(cell, role=ROLES[name])
    if name in OWN:
        return Column(cell)
    both = re.fullmatch(r"\w+(\[\w+\])*\. (\S.*)", cell, re.DOTALL)
    option = re.fullmatch(r"(.*?)\s?\[(.*)\]", both[2] if both else cell, re.DOTALL)
    readings = [(option[1], option[2])] if option else []
    readings += [(both[2], "")] if both else []
    return Column(cell, (*readings, (cell, "")))
