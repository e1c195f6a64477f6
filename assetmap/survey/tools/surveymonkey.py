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
    "fecha de finalizacion": "day",
    "date de fin": "day",
    "enddatum": "day",
    "data de termino": "day",
    "data final": "day",
}
RESPONDENTS = frozenset(
    {
        *("id del encuestado", "id de encuestado", "identifiant du repondant"),
        *("id du repondant", "befragten id", "teilnehmer id", "id do respondente"),
        "identificacao do respondente",
    }
)
COLLECTORS = frozenset(
    {
        *("id del recopilador", "id de recopilador", "identifiant du collecteur"),
        *("id du collecteur", "kollektor id", "collector id", "id do coletor"),
        "identificacao do coletor",
    }
)
ROLES |= dict.fromkeys(RESPONDENTS, "respondent") | dict.fromkeys(COLLECTORS, "link")
OWN = frozenset(
    {
        *("start date", "ip address", "email address", "first name", "last name"),
        *("fecha de inicio", "direccion ip", "correo electronico", "nombre", "apellido"),
        *("direccion de correo electronico", "apellidos", "date de debut", "adresse ip"),
        *("adresse e mail", "prenom", "nom", "startdatum", "ip adresse", "e mail adresse"),
        *("vorname", "nachname", "data de inicio", "endereco ip", "endereco de e mail"),
        *("nome", "sobrenome"),
    }
)
CUSTOM = ("custom data", "datos personalizados", "donnees personnalisees", "dados personalizados")
NO_OPTION = frozenset(
    {
        *("response", "open ended response", "respuesta", "respuesta abierta", "reponse", ""),
        *("reponse ouverte", "antwort", "offene antwort", "resposta", "resposta aberta"),
    }
)


def sniff(rows: list[list[str]]) -> bool:
    """Both ids, or two header rows as no other tool has them."""
    header = folded(rows[0])
    ids = bool(header & (RESPONDENTS | {"respondent id"})) and bool(header & COLLECTORS)
    return ids or _two_headers(rows)


def _two_headers(rows: list[list[str]]) -> bool:
    if len(rows) < 2 or rows[1][0].strip() or not rows[0][0].strip():
        return False
    second = [fold(cell) for cell in rows[1]]
    nameless = [n for n, cell in enumerate(rows[0]) if n and not cell.strip() and second[n]]
    option_row = bool(set(second) & (NO_OPTION - {""}))
    third = len(rows) < 3 or bool(rows[2][0].strip())
    # A sheet of one's own: the second row has cells under headers that span several columns only.
    filled = {n for n, cell in enumerate(second) if cell}
    spanned = {*nameless, *(n - 1 for n in nameless)}
    by_hand = third and len(filled) >= 2 and filled <= spanned
    return bool(nameless) and (option_row or by_hand or (third and len(nameless) >= 2))


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
        elif name in OWN or name.startswith(CUSTOM):
            columns.append(Column(question))
        else:
            chosen = "" if fold(option) in NO_OPTION else " ".join(option.split())
            shown = f"{question} [{chosen}]" if chosen else question
            columns.append(Column(shown, ((question, chosen),)))
    records = rows[2 if two else 1 :]
    if two:
        _ticks_by_place(columns, records)
    return ToolSheet(NAME, columns, records, (";", ","))


def _ticks_by_place(columns: list[Column], records: list[list[str]]) -> None:
    """An export in numbers has each option's place where it was ticked: make it the option."""
    members: dict[str, list[int]] = {}
    for number, column in enumerate(columns):
        if column.readings and column.readings[0][1]:
            members.setdefault(column.readings[0][0], []).append(number)
    for numbers in members.values():
        cells = {n: {record[n].strip() for record in records} - {""} for n in numbers}
        filled = [n for n in numbers if cells[n]]
        if any(len(cells[n]) > 1 for n in filled):
            continue
        places = [next(iter(cells[n])) for n in filled]
        if not all(place.isdecimal() for place in places):
            continue
        order = [int(place) for place in places]
        if len(order) < 2 or order != sorted(set(order)) or order[-1] > 99:
            continue
        for record in records:
            for n in filled:
                if record[n].strip():
                    record[n] = columns[n].readings[0][1]
