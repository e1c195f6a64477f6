"""Code books of other tools: an XLSForm (KoboToolbox, ODK) and a REDCap data dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assetmap.survey.codebook import (
    SPECIAL,
    TYPE_ALIASES,
    YES,
    Codebook,
    CodebookError,
    Question,
    records_of,
)
from assetmap.survey.sheet import Table


def from_xlsform(survey: Table, choices: Table, name: str) -> Codebook:
    """The questions of an XLSForm (sheets survey and choices); groups are only headings."""
    lists: dict[str, dict[str, dict[str, str]]] = {}
    for row in records_of(choices):
        answer = row.get("name") or row.get("value") or ""
        labels = _xls_labels(row, answer)
        lists.setdefault(row.get("list_name") or row.get("list name") or "", {})[answer] = labels
    questions = {}
    for row in records_of(survey):
        words = row.get("type", "").split()
        question = row.get("name", "")
        if not words or not question or words[0] in ("begin_group", "begin", "begin_repeat"):
            continue
        label = _xls_labels(row, question)
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
                _xls_relevant(row.get("relevant", "")),
            )
        elif words[0] in ("text", "integer", "decimal"):
            kind = "text" if words[0] == "text" else "number"
            questions[question] = Question(question, kind, label, {})
        elif words[0] in ("geopoint", "geotrace", "geoshape", "barcode", "image", "audio"):
            questions[question] = Question(question, "text", label, {}, identifier=True)
    if not questions:
        raise CodebookError(f"{name} is an XLSForm without questions.")
    return Codebook(questions, name)


def _xls_labels(row: Mapping[str, str], fallback: str) -> dict[str, str]:
    found = {}
    for key, value in row.items():
        match = re.fullmatch(r"label(?:::.*?(?:\((\w+)\))?)?", key)
        if match and value:
            found[match[1] or "en"] = value
    english = found.get("en") or next(iter(found.values()), fallback)
    return {"en": english, "es": found.get("es", english)}


def _xls_relevant(text: str) -> tuple[str, frozenset[str]] | None:
    simple = re.fullmatch(r"\$\{(\w+)\}\s*=\s*'([\w.-]+)'", text.strip())
    chosen = re.fullmatch(r"selected\(\s*\$\{(\w+)\}\s*,\s*'([\w.-]+)'\s*\)", text.strip())
    match = simple or chosen
    return (match[1], frozenset({match[2]})) if match else None


def from_redcap(records: list[dict[str, str]], name: str) -> Codebook:
    """The questions of a REDCap data dictionary; Identifier? = y is an identifier."""
    questions = {}
    for row in records:
        question = row["Variable / Field Name"]
        kind = row.get("Field Type", "")
        label = {"en": row.get("Field Label", ""), "es": row.get("Field Label", "")}
        answers = {}
        for part in row.get("Choices, Calculations, OR Slider Labels", "").split(" | "):
            code, comma, words = part.partition(",")
            if comma and kind in ("radio", "dropdown", "checkbox"):
                answers[code.strip()] = {"en": words.strip(), "es": words.strip()}
        if kind == "yesno":
            answers = {"1": {"en": "Yes", "es": "Sí"}, "0": {"en": "No", "es": "No"}}
        if question == "record_id":
            continue
        questions[question] = Question(
            question,
            SPECIAL.get(question, TYPE_ALIASES.get(kind, "text")),
            label,
            answers,
            _redcap_branch(row.get("Branching Logic (Show field only if...)", "")),
            identifier=row.get("Identifier?", "").casefold() in YES,
        )
    if not questions:
        raise CodebookError(f"{name} is a REDCap dictionary without questions.")
    return Codebook(questions, name)


def _redcap_branch(text: str) -> tuple[str, frozenset[str]] | None:
    ticked = re.fullmatch(r"\[(\w+)\((\w+)\)\]\s*=\s*['\"]1['\"]", text.strip())
    equal = re.fullmatch(r"\[(\w+)\]\s*=\s*['\"](\w+)['\"]", text.strip())
    match = ticked or equal
    return (match[1], frozenset({match[2]})) if match else None
