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
from dataclasses import dataclass

from assetmap.places import fold
from assetmap.survey.sheet import Table, UnreadableSurvey, tables

COLUMNS = (
    "question",
    "type",
    "answer",
    "label_en",
    "label_es",
    "asked_if",
    "sensitive",
    "identifier",
    "link",
)
TYPES = ("one", "many", "scale", "number", "text", "area", "consent")
TYPE_ALIASES = {
    "single": "one",
    "select_one": "one",
    "radio": "one",
    "dropdown": "one",
    "yesno": "one",
    "choice": "one",
    "multiple": "many",
    "select_multiple": "many",
    "checkbox": "many",
    "likert": "scale",
    "integer": "number",
    "whole": "number",
    "notes": "text",
    "string": "text",
}
YES = frozenset({"yes", "y", "true", "1", "x"})
# Questions of these names are what they say in any tool's form.
SPECIAL = {"consent": "consent", "consentimiento": "consent", "area": "area"}
# These are never tabled by area, whatever the codebook says of them.
COUNTY_ONLY = re.compile(r"^(age|language|lang|idioma|role|edad)(_|\d|$)")


class CodebookError(UnreadableSurvey):
    """A codebook that contradicts itself; the message names the rows and what to change."""


@dataclass(frozen=True)
class Question:
    """One question: `answers` maps an answer's id to its labels by language, in order."""

    id: str
    type: str
    label: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]
    asked_if: tuple[str, frozenset[str]] | None = None
    sensitive: bool = False
    identifier: bool = False
    link: str | None = None

    @property
    def tabled(self) -> bool:
        """Whether the question has answers to count (free text and identifiers have none)."""
        return bool(self.answers) and not self.identifier and self.type in ("one", "many", "scale")

    @property
    def many(self) -> bool:
        """Whether one person may give several answers."""
        return self.type == "many"

    @property
    def county_only(self) -> bool:
        """Age, language and role are never tabled by area."""
        return bool(COUNTY_ONLY.match(self.id))


@dataclass(frozen=True)
class Codebook:
    """The questions by id, in the order they are asked."""

    questions: Mapping[str, Question]
    name: str = ""
    records_of_treatment: bool = False

    def tabled(self) -> list[Question]:
        """The questions whose answers are counted, in order."""
        return [question for question in self.questions.values() if question.tabled]


def read(data: str | bytes, name: str = "codebook.csv") -> Codebook:
    """The codebook in `data`: our own CSV, an XLSForm or a REDCap data dictionary.

    Raises CodebookError naming every fault at once, UnreadableSurvey when it is no table.
    """
    found = tables(name, data.encode("utf-8") if isinstance(data, str) else data)
    return from_tables(found, name)


def from_tables(found: list[Table], name: str = "codebook.csv") -> Codebook:
    """The codebook that stands in tables already read."""
    from assetmap.survey import forms

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


def records_of(table: Table) -> list[dict[str, str]]:
    """The rows below the header as dicts, without empty ones."""
    if not table.rows:
        return []
    header = [cell.strip() for cell in table.rows[0]]
    return [
        {key: value.strip() for key, value in zip(header, row, strict=True) if key}
        for row in table.rows[1:]
        if any(cell.strip() for cell in row)
    ]


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
        flags = {key: next((r[key] for r in rows if r.get(key)), "") for key in COLUMNS if key}
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


def by_label(question: Question) -> dict[str, str]:
    """Every way an answer may be written (id or label, folded) → its id."""
    found = {}
    for answer, labels in question.answers.items():
        for label in labels.values():
            found[fold(label)] = answer
    for answer in question.answers:
        found[fold(answer)] = answer
    return found
