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
from functools import reduce

from assetmap.survey import forms
from assetmap.survey.questions import (
    BOOKKEEPING,
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
from assetmap.survey.sheet import AnswerTable, tables
from assetmap.words import Text, text

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
    result = tables(name, data.encode("utf-8") if isinstance(data, str) else data)
    return from_tables(result, name)


def from_tables(answer_tables: list[AnswerTable], name: str = "codebook.csv") -> Codebook:
    """The codebook that stands in tables already read."""
    by_name = {table.name.casefold(): table for table in answer_tables}
    if "survey" in by_name and "choices" in by_name:
        return forms.from_xlsform(by_name["survey"], by_name["choices"], name)
    records = records_of(answer_tables[0])
    header = list(records[0]) if records else [cell.strip() for cell in answer_tables[0].rows[0]]
    if "Variable / Field Name" in header:
        return forms.from_redcap(records, name)
    return _from_own(records, header, name)


def is_codebook(answer_tables: list[AnswerTable]) -> bool:
    """Whether these tables are a codebook and not answers."""
    names = {table.name.casefold() for table in answer_tables}
    if {"survey", "choices"} <= names:
        return True
    header = (
        {cell.strip().casefold() for cell in answer_tables[0].rows[0]}
        if answer_tables[0].rows
        else set()
    )
    return "variable / field name" in header or {"question", "type", "answer"} <= header


def _from_own(records: list[dict[str, str]], header: list[str], name: str) -> Codebook:
    missing = [column for column in COLUMNS[:3] if column not in header]
    if missing:
        raise CodebookError(
            text(
                "survey.book_columns",
                file=name,
                missing=", ".join(missing),
                columns=", ".join(COLUMNS),
            )
        )
    if not records:
        raise CodebookError(text("survey.book_empty", file=name))
    faults: list[Text] = []
    groups: dict[str, list[dict[str, str]]] = {}
    for number, record in enumerate(records, 1):
        question = record.get("question", "")
        if not question:
            faults.append(text("survey.book_no_question", row=number))
            continue
        groups.setdefault(question, []).append(record)
    questions = {}
    for question, rows in groups.items():
        own = next((row for row in rows if not row["answer"]), {})
        # A flag may stand on the question's own row or on any of its answers.
        flags = {name: next((r[name] for r in rows if r.get(name)), "") for name in COLUMNS}
        kind = SPECIAL.get(question) or TYPE_ALIASES.get(flags["type"], flags["type"])
        if kind not in TYPES:
            faults.append(
                text(
                    "survey.book_type",
                    question=question,
                    type=flags["type"],
                    types=", ".join(TYPES),
                )
            )
        answers: dict[str, dict[str, str]] = {}
        for row in rows:
            answer = row["answer"]
            if not answer:
                continue
            if answer in answers:
                faults.append(text("survey.book_twice", question=question, answer=answer))
            if "|" in answer:
                faults.append(text("survey.book_bar", question=question, answer=answer))
            answers[answer] = _labels(row, answer)
        asked_if = _asked_if(flags["asked_if"])
        if flags["asked_if"] and asked_if is None:
            faults.append(
                text("survey.book_asked_if", question=question, asked_if=flags["asked_if"])
            )
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
        raise CodebookError(text("survey.book_faults", file=name, faults=reduce(_and, faults)))
    part2 = any(record.get("identifier", "").casefold() == "part2" for record in records)
    return Codebook(questions, name, part2)


def _and(first: Text, rest: Text) -> Text:
    return text("survey.book_and", first=first, rest=rest)


def _labels(row: Mapping[str, str], fallback: str) -> dict[str, str]:
    english = row.get("label_en") or fallback
    return {"en": english, "es": row.get("label_es") or english}


def _asked_if(written: str) -> tuple[str, frozenset[str]] | None:
    match = re.fullmatch(r"([\w.]+)\s*=\s*([\w.|\- ]+)", written.strip())
    if not match:
        return None
    return match[1], frozenset(part.strip() for part in match[2].split("|") if part.strip())


def _contradictions(questions: Mapping[str, Question]) -> list[Text]:
    faults = []
    for question in questions.values():
        if question.id in BOOKKEEPING and question.type not in ("area", "consent"):
            faults.append(text("survey.book_reserved", question=question.id))
        if question.asked_if:
            other, answers = question.asked_if
            if other not in questions:
                faults.append(text("survey.book_unknown_filter", question=question.id, other=other))
            elif unknown := sorted(answers - set(questions[other].answers)):
                faults.append(
                    text(
                        "survey.book_unknown_answer",
                        question=question.id,
                        answer=unknown[0],
                        other=other,
                    )
                )
        if question.link and question.link not in questions:
            faults.append(
                text("survey.book_unknown_link", question=question.id, other=question.link)
            )
        seen = {question.id}
        step = question.asked_if
        while step and step[0] in questions:
            if step[0] in seen:
                faults.append(text("survey.book_circle", question=question.id))
                break
            seen.add(step[0])
            step = questions[step[0]].asked_if
    return faults
