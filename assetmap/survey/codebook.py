"""The codebook: which questions a survey asks, and which answers each may have.

Our own form is a CSV with one row per answer:

    question, type, answer, label_en, label_es, asked_if, sensitive, identifier, link

`type` is one (choose one), many (choose all that fit), scale (one, in order), number, text, area
or consent. A row whose `answer` is empty carries the question's own wording and its flags.
`asked_if` (`needs=home` or `needs=home|bed`) says who is asked at all; `sensitive` yes hides 0 and
"everyone" as well; `identifier` yes is taken out while reading, and `part2` anywhere says that
these are a treatment program's own records, which are refused (42 CFR Part 2); `link` (`needs`,
or `<=needs`) says that each answer here was also ticked there (the top need is one of the needs).

The code books of other tools (XLSForm, REDCap data dictionary) are read into the same shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assetmap.survey import forms
from assetmap.survey.questions import (
    COLUMNS,
    SPECIAL,
    TYPE_ALIASES,
    TYPES,
    YES,
    Codebook,
    CodebookError,
    Question,
    by_label,
    records_of,
)
from assetmap.survey.sheet import Table, tables

__all__ = [
    "Codebook",
    "CodebookError",
    "Question",
    "by_label",
    "from_tables",
    "is_codebook",
    "read",
    "records_of",
]


def read(data: str | bytes, name: str = "codebook.csv") -> Codebook:
    """The codebook in `data`: our own CSV, an XLSForm or a REDCap data dictionary.

    Raises CodebookError naming every fault at once, UnreadableSurvey when it is no table.
    """
    found = tables(name, data.encode("utf-8") if isinstance(data, str) else data)
    return from_tables(found, name)


def from_tables(found: list[Table], name: str = "codebook.csv") -> Codebook:
    """The codebook that stands in tables already read."""
    by_name = {table.name.casefold(): table for table in found}
    if "survey" in by_name and "choices" in by_name:
        return forms.from_xlsform(by_name["survey"], by_name["choices"], name)
    records = records_of(found[0])
    header = list(records[0]) if records else [cell.strip() for cell in found[0].rows[0]]
    if "Variable / Field Name" in header:
        return forms.from_redcap(records, name)
    return _from_own(records, header, name)


def is_codebook(found: list[Table]) -> bool:
    """Whether these tables are a codebook and not answers."""
    names = {table.name.casefold() for table in found}
    if {"survey", "choices"} <= names:
        return True
    header = {cell.strip().casefold() for cell in found[0].rows[0]} if found[0].rows else set()
    return "variable / field name" in header or {"question", "type", "answer"} <= header


def _from_own(records: list[dict[str, str]], header: list[str], name: str) -> Codebook:
    missing = [column for column in COLUMNS[:3] if column not in header]
    if missing:
        raise CodebookError(
            f"{name} has no column {', '.join(missing)}; a codebook has the columns "
            f"{', '.join(COLUMNS)}."
        )
    if not records:
        raise CodebookError(f"{name} has a header but no questions.")
    faults: list[str] = []
    groups: dict[str, list[dict[str, str]]] = {}
    for number, record in enumerate(records, 1):
        question = record.get("question", "")
        if not question:
            faults.append(f"row {number} names no question")
            continue
        groups.setdefault(question, []).append(record)
    questions = {}
    for question, rows in groups.items():
        own = next((row for row in rows if not row["answer"]), {})
        # A flag may stand on the question's own row or on any of its answers.
        flags = {name: next((r[name] for r in rows if r.get(name)), "") for name in COLUMNS}
        kind = SPECIAL.get(question) or TYPE_ALIASES.get(flags["type"], flags["type"])
        if kind not in TYPES:
            faults.append(f"{question}: type is '{flags['type']}'; use one of {', '.join(TYPES)}")
        answers: dict[str, dict[str, str]] = {}
        for row in rows:
            answer = row["answer"]
            if not answer:
                continue
            if answer in answers:
                faults.append(f"{question}: the answer '{answer}' stands twice")
            if "|" in answer:
                faults.append(f"{question}: the answer '{answer}' may not contain '|'")
            answers[answer] = _labels(row, answer)
        asked_if = _asked_if(flags["asked_if"])
        if flags["asked_if"] and asked_if is None:
            faults.append(f"{question}: asked_if is '{flags['asked_if']}'; write question=answer")
        questions[question] = Question(
            question,
            kind,
            _labels(own, question),
            answers,
            asked_if,
            flags["sensitive"].casefold() in YES,
            flags["identifier"].casefold() in YES,
            flags["link"].removeprefix("<=").strip() or None,
        )
    faults += _contradictions(questions)
    if faults:
        raise CodebookError(f"{name}: {'; '.join(faults)}.")
    part2 = any(record.get("identifier", "").casefold() == "part2" for record in records)
    return Codebook(questions, name, part2)


def _labels(row: Mapping[str, str], fallback: str) -> dict[str, str]:
    english = row.get("label_en") or fallback
    return {"en": english, "es": row.get("label_es") or english}


def _asked_if(text: str) -> tuple[str, frozenset[str]] | None:
    match = re.fullmatch(r"([\w.]+)\s*=\s*([\w.|\- ]+)", text.strip())
    if not match:
        return None
    return match[1], frozenset(part.strip() for part in match[2].split("|") if part.strip())


def _contradictions(questions: Mapping[str, Question]) -> list[str]:
    faults = []
    for question in questions.values():
        if question.asked_if:
            other, answers = question.asked_if
            if other not in questions:
                faults.append(f"{question.id}: asked_if names '{other}', which is not a question")
            elif unknown := sorted(answers - set(questions[other].answers)):
                faults.append(f"{question.id}: '{unknown[0]}' is not an answer of {other}")
        if question.link and question.link not in questions:
            faults.append(f"{question.id}: link names '{question.link}', which is not a question")
        seen = {question.id}
        step = question.asked_if
        while step and step[0] in questions:
            if step[0] in seen:
                faults.append(f"{question.id}: asked_if leads back to itself")
                break
            seen.add(step[0])
            step = questions[step[0]].asked_if
    return faults
