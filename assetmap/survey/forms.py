"""Code books of other tools: an XLSForm (KoboToolbox, ODK) and a REDCap data dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assetmap.survey.conditions import Condition, both, parse
from assetmap.survey.questions import (
    SPECIAL,
    TYPE_ALIASES,
    YES,
    Codebook,
    CodebookError,
    Question,
    records_of,
)
from assetmap.survey.sheet import AnswerTable
from assetmap.words import text


def from_xlsform(survey: AnswerTable, choices: AnswerTable, name: str) -> Codebook:
    """The questions of an XLSForm (sheets survey and choices); groups are only headings."""
    lists: dict[str, dict[str, dict[str, str]]] = {}
    for row in records_of(choices):
        answer = row.get("name") or row.get("value") or ""
        labels = _xls_labels(row, answer)
        lists.setdefault(row.get("list_name") or row.get("list name") or "", {})[answer] = labels
    questions = {}
    groups: list[str] = []
    for row in records_of(survey):
        words = row.get("type", "").replace("begin ", "begin_").replace("end ", "end_").split()
        question = row.get("name", "")
        if words[:1] in (["begin_group"], ["begin_repeat"]):
            groups.append(row.get("relevant", ""))
            continue
        if words[:1] in (["end_group"], ["end_repeat"]):
            groups = groups[:-1]
            continue
        if not words or not question:
            continue
        label = _xls_labels(row, question)
        asked = _asked([*groups, row.get("relevant", "")])
        if words[0] in ("select_one", "select_multiple") and len(words) > 1:
            answers = dict(lists.get(words[1], {}))
            if "or_other" in words[2:]:
                answers.setdefault("other", {"en": "Other", "es": "Otro"})
                other = f"{question}_other"
                questions[other] = Question(other, "text", {"en": other, "es": other}, {})
            questions[question] = Question(
                question,
                SPECIAL.get(question, TYPE_ALIASES[words[0]]),
                label,
                answers,
                asked[0],
                condition=asked[1],
                unread=asked[2],
            )
        elif words[0] in ("text", "integer", "decimal"):
            kind = "text" if words[0] == "text" else "number"
            questions[question] = Question(
                question, kind, label, {}, asked[0], condition=asked[1], unread=asked[2]
            )
        elif words[0] in ("geopoint", "geotrace", "geoshape", "barcode", "image", "audio"):
            questions[question] = Question(question, "text", label, {}, identifier=True)
    if not questions:
        raise CodebookError(text("survey.book_xlsform", file=name))
    return Codebook(questions, name)


def _xls_labels(row: Mapping[str, str], fallback: str) -> dict[str, str]:
    result = {}
    for column, value in row.items():
        match = re.fullmatch(r"label(?:::.*?(?:\((\w+)\))?)?", column)
        if match and value:
            result[match[1] or "en"] = value
    english = result.get("en") or next(iter(result.values()), fallback)
    return {"en": english, "es": result.get("es", english)}


def _asked(
    written: list[str],
) -> tuple[tuple[str, frozenset[str]] | None, Condition | None, str]:
    """Who is asked, by the conditions of a question and its groups: simple, any, or not read."""
    result = [(each, parse(each)) for each in written if each.strip()]
    unread = "; ".join(each for each, condition in result if condition is None)
    condition = both([condition for _, condition in result if condition is not None])
    simple = condition.simple() if condition is not None else None
    return simple, None if simple else condition, unread


def from_redcap(records: list[dict[str, str]], name: str) -> Codebook:
    """The questions of a REDCap data dictionary; Identifier? = y is an identifier."""
    questions: dict[str, Question] = {}
    seen = False
    for row in records:
        question = row["Variable / Field Name"]
        kind = row.get("Field Type", "")
        label = {"en": row.get("Field Label", ""), "es": row.get("Field Label", "")}
        answers = {}
        if kind in ("radio", "dropdown", "checkbox"):
            answers = choices(row.get("Choices, Calculations, OR Slider Labels", ""))
        if kind == "yesno":
            answers = {"1": {"en": "Yes", "es": "Sí"}, "0": {"en": "No", "es": "No"}}
        if kind == "truefalse":
            answers = {"1": {"en": "True", "es": "Verdadero"}, "0": {"en": "False", "es": "Falso"}}
        if not questions and not seen and kind == "text":
            seen = True  # the first field of a project is its record id
            continue
        seen = True
        asked = _asked([row.get("Branching Logic (Show field only if...)", "")])
        questions[question] = Question(
            question,
            SPECIAL.get(question, TYPE_ALIASES.get(kind, "text")),
            label,
            answers,
            asked[0],
            identifier=row.get("Identifier?", "").casefold() in YES,
            condition=asked[1],
            unread=asked[2],
        )
    if not questions:
        raise CodebookError(text("survey.book_redcap", file=name))
    return Codebook(questions, name)


def choices(written: str) -> dict[str, dict[str, str]]:
    """REDCap's `1, A | 2, B`, with or without blanks: code → labels."""
    result: dict[str, dict[str, str]] = {}
    # A label may hold a bar or a comma; a new choice begins with a code and a comma.
    for part in re.split(r"\s*(?:\||\\n|\n)\s*(?=-?[\w.]+\s*,)", written.strip()):
        code, comma, label = part.partition(",")
        if comma:
            result[code.strip()] = {"en": label.strip(), "es": label.strip()}
    return result
