"""What a survey asks: questions, their answers, and the codebook that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from assetmap import vocabulary
from assetmap.survey.conditions import Condition
from assetmap.survey.phrases import STANDARD, header_is, key, standard_answer
from assetmap.survey.sheet import AnswerTable, UnreadableSurvey
from assetmap.words import say

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
YES = vocabulary.word_set("cell_yes")
# Questions of these names are what they say in any tool's form.
SPECIAL = {"consent": "consent", "consentimiento": "consent", "area": "area"}
# Columns of ours beside the questions; a question of such a name would take their place.
BOOKKEEPING = ("row", "wave", "area", "place", "link", "day", "weight")
# These are never tabled by area, whatever the codebook says of them.
COUNTY_ONLY = re.compile(r"^(age|language|lang|idioma|role|edad)(_|\d|$)")
COUNTY_ONLY_LABELS = re.compile(r"\b(language|idioma|describes? you|le describe|role)\b", re.I)


class CodebookError(UnreadableSurvey):
    """A codebook that contradicts itself; the message names the rows and what to change."""


@dataclass(frozen=True)
class Question:
    """One question: `answers` maps an answer's id to its labels by language, in order.

    Who is asked: `asked_if` (a question and some of its answers), or a `condition` where that
    cannot say it. `unread` is a condition that could not be understood.
    """

    id: str
    type: str
    label: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]
    asked_if: tuple[str, frozenset[str]] | None = None
    sensitive: bool = False
    identifier: bool = False
    link: str | None = None
    condition: Condition | None = None
    unread: str = ""

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
        label = self.label.get("en", "")
        return (
            bool(COUNTY_ONLY.match(self.id))
            or header_is(label, "age")
            or bool(COUNTY_ONLY_LABELS.search(label))
        )


@dataclass(frozen=True)
class Codebook:
    """The questions by id, in the order they are asked."""

    questions: Mapping[str, Question]
    name: str = ""
    records_of_treatment: bool = False

    def tabled(self) -> list[Question]:
        """The questions whose answers are counted, in order."""
        return [question for question in self.questions.values() if question.tabled]


def records_of(table: AnswerTable) -> list[dict[str, str]]:
    """The rows below the header as dicts, without empty ones."""
    if not table.rows:
        return []
    header = [cell.strip() for cell in table.rows[0]]
    return [
        {name: value.strip() for name, value in zip(header, row, strict=True) if name}
        for row in table.rows[1:]
        if any(cell.strip() for cell in row)
    ]


def by_label(question: Question) -> dict[str, str]:
    """Every way an answer may be written (id or label, folded) → its id."""
    result = {}
    for answer, labels in question.answers.items():
        for label in labels.values():
            result[key(label)] = answer
    for answer in question.answers:
        result[key(answer)] = answer
    return result


class Missing(Enum):
    """Why there is no answer: never asked, or asked and left blank."""

    NOT_ASKED = "not asked"
    NOT_ANSWERED = "not answered"


def answer_label(book: Codebook | None, question: str, answer: str, language: str) -> str:
    """An answer's wording where the book knows it, ours for those any question may have; else its
    id."""
    known = book.questions.get(question) if book is not None else None
    labels = known.answers.get(answer, {}) if known is not None else {}
    worded = labels.get(language) or labels.get("en")
    if worded is None and answer in (*STANDARD, "other"):
        worded = say(f"survey.answer_{answer}", language)
    if worded:
        return worded
    plain = answer.replace("_", " ")
    return plain[:1].upper() + plain[1:]


def is_standard(book: Codebook | None, question: str, answer: str) -> bool:
    """Whether an answer is one that any question may have, such as "none of these": no need, gift
    or strength, whatever its id."""
    known = book.questions.get(question) if book is not None else None
    labels = known.answers.get(answer, {}).values() if known is not None else ()
    return answer in STANDARD or any(
        standard_answer(worded) for worded in (answer.replace("_", " "), *labels)
    )
