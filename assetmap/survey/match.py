"""Columns of an export to questions of the codebook, and their cells to answers.

A question is known by its id, else by its wording in any language; an answer by its id or label.
Tools that shorten or number answers (LimeSurvey, REDCap, Qualtrics) are read by the other code
book when it is given, else by the order of the choices, which is a guess and is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assetmap.places import fold
from assetmap.survey.codebook import Codebook, Question, by_label
from assetmap.survey.tools.layout import Column

UNTICKED = frozenset({"", "0", "no", "n", "unchecked", "false", "not selected", "n/a"})
OTHER = frozenset({"other", "otro", "otra", "other (please specify)", "otro (especifique)"})
OTHER_CODES = frozenset({"98", "99", "96", "97"})
MIN_PREFIX = 4
ROLES = frozenset({"consent", "area", "wave", "age", "guardian", "place", "link"})


@dataclass
class Field:
    """Where a question's answers stand: in one column, and/or one column per answer."""

    question: Question
    column: int | None = None
    options: dict[int, str] = field(default_factory=dict)


@dataclass
class Matches:
    """What each column is: `fields` by question id, `roles` by name, `left` are of no question."""

    fields: dict[str, Field]
    roles: dict[str, int]
    left: list[int]
    guesses: list[tuple[str, str]]


class Reader:
    """Finds questions and answers by id, label, shortened id or number."""

    def __init__(self, book: Codebook, other: Codebook | None = None) -> None:
        self.book = book
        self.by_text: dict[str, Question] = {}
        for question in book.questions.values():
            for label in question.label.values():
                self.by_text.setdefault(fold(label), question)
        for question in book.questions.values():
            self.by_text[fold(question.id)] = question
        self.answers = {q.id: by_label(q) for q in book.questions.values()}
        self.guesses: dict[str, str] = {}
        if other:
            self._learn(other)

    def _learn(self, other: Codebook) -> None:
        """The codes of another code book of the same survey, by way of its labels."""
        for theirs in other.questions.values():
            ours = self.question(theirs.id) or self.question(theirs.label["en"])
            if ours is None:
                continue
            self.by_text.setdefault(fold(theirs.id), ours)
            for code, labels in theirs.answers.items():
                answer = self.answers[ours.id].get(fold(labels["en"]))
                if answer:
                    self.answers[ours.id].setdefault(fold(code), answer)

    def question(self, text: str, shortened: bool = False) -> Question | None:
        """The question a header names."""
        folded = fold(text)
        found = self.by_text.get(folded)
        if found is None and shortened and len(folded) >= MIN_PREFIX and folded.isalnum():
            starts = [q for q in self.book.questions.values() if fold(q.id).startswith(folded)]
            if len(starts) == 1:
                found = starts[0]
                self.guesses[found.id] = f"the column '{text}' is taken for `{found.id}`"
        return found

    def answer(self, question: Question, text: str) -> str | None:
        """The id of the answer written `text`; None when there is no such answer."""
        folded = fold(text)
        answers = self.answers[question.id]
        if folded in answers:
            return answers[folded]
        if folded in OTHER:
            return "other" if "other" in question.answers else None
        if re.fullmatch(r"[a-z_]+", folded) and len(folded) >= MIN_PREFIX:
            starts = [answer for answer in question.answers if fold(answer).startswith(folded)]
            if len(starts) == 1:
                self._guess(question, f"'{text}' is taken for '{starts[0]}'")
                return starts[0]
        return self._numbered(question, folded)

    def _numbered(self, question: Question, code: str) -> str | None:
        match = re.fullmatch(r"[a-z]{0,2}0*(\d+)", code)
        if not match or question.type not in ("one", "many", "scale"):
            return None
        if match[1] in OTHER_CODES and "other" in question.answers:
            self._guess(question, f"code {code} is taken for 'other'")
            return "other"
        number, answers = int(match[1]), list(question.answers)
        if not 1 <= number <= len(answers):
            return None
        self._guess(question, "its numbers are taken in the codebook's order of answers")
        return answers[number - 1]

    def _guess(self, question: Question, how: str) -> None:
        self.guesses.setdefault(question.id, how)

    def several(
        self, question: Question, text: str, separators: Sequence[str]
    ) -> tuple[set[str], list[str]]:
        """The answers joined in one cell, longest label first, and the parts that are none."""
        tokens = [token for token in text.split() if token]
        if " " in separators and all(token in question.answers for token in tokens):
            return set(tokens), []
        names = sorted(
            {label for labels in question.answers.values() for label in labels.values()}
            | set(question.answers),
            key=len,
            reverse=True,
        )
        marks = "".join(separators)
        found: set[str] = set()
        unknown: list[str] = []
        rest = text.strip()
        while rest:
            name = next((n for n in names if _begins_with(rest, n, marks)), None)
            if name is not None:
                found.add(self.answers[question.id][fold(name)])
                rest = rest[len(name) :].lstrip(marks + " ")
                continue
            part, rest = _unknown_part(rest, names, marks)
            answer = self.answer(question, part)
            if answer:
                found.add(answer)
            elif part.strip():
                unknown.append(part.strip())
        if unknown and "other" in question.answers:
            # Words of their own beside the choices are what "other" is for.
            found.add("other")
            unknown = []
        return found, unknown


def _begins_with(text: str, name: str, marks: str) -> bool:
    if text[: len(name)].casefold() != name.casefold():
        return False
    after = text[len(name) :].lstrip()
    return not after or after[0] in marks or text[len(name)] in marks


def _unknown_part(text: str, names: Sequence[str], marks: str) -> tuple[str, str]:
    """Text up to the next separator that is followed by a known answer, or the next hard one."""
    hard = "|;" if any(mark in marks for mark in "|;") else ""
    for place, char in enumerate(text):
        if char not in marks or not place:
            continue
        rest = text[place:].lstrip(marks + " ")
        if char in hard or not rest or any(_begins_with(rest, name, marks) for name in names):
            return text[:place], rest
    return text, ""


def columns(found: Sequence[Column], reader: Reader) -> Matches:
    """What each column of an export is. Consent, area and the like are known by name anywhere."""
    made = Matches({}, {}, [], [])
    for number, column in enumerate(found):
        if column.role:
            made.roles.setdefault(column.role, number)
            question = reader.book.questions.get(column.role)
            if question is not None and column.role not in ("consent", "area"):
                made.fields[question.id] = Field(question, number)
            continue
        done = _as_option(column, number, reader, made) or _as_question(
            column, number, reader, made
        )
        if not done and not _as_role(column, number, made):
            made.left.append(number)
    for at in list(made.fields.values()):
        if at.question.type in ("consent", "area") and at.column is not None:
            made.roles.setdefault(at.question.type, at.column)
            del made.fields[at.question.id]
    made.guesses = list(reader.guesses.items())
    return made


def _as_option(column: Column, number: int, reader: Reader, made: Matches) -> bool:
    for text, option in column.readings:
        question = reader.question(text, shortened=True) if option else None
        if question is None or not question.answers:
            continue
        answer = reader.answer(question, option)
        if answer is not None:
            made.fields.setdefault(question.id, Field(question)).options[number] = answer
            return True
    return False


def _as_question(column: Column, number: int, reader: Reader, made: Matches) -> bool:
    for text, option in column.readings:
        question = None if option else reader.question(text)
        if question is not None:
            at = made.fields.setdefault(question.id, Field(question))
            if at.column is None:
                at.column = number
                return True
    return False


def _as_role(column: Column, number: int, made: Matches) -> bool:
    for text, option in column.readings:
        if not option and fold(text) in ROLES:
            made.roles.setdefault(fold(text), number)
            return True
    return False


def ticked(at: Field, record: Sequence[str]) -> set[str]:
    """The answers whose own column is ticked (1, Yes, Checked, the label, or words for other)."""
    return {answer for number, answer in at.options.items() if fold(record[number]) not in UNTICKED}


def is_yes(text: str) -> bool | None:
    """Whether a consent cell says yes; None when it says neither."""
    words = fold(text).split()
    if not words:
        return None
    if words[0] in ("no", "n", "0", "false", "disagree", "unchecked") or "not" in words:
        return False
    if words[0] in ("yes", "y", "1", "true", "si", "s", "agree", "acepto", "checked", "x"):
        return True
    return True if words[:2] == ["i", "agree"] else None
