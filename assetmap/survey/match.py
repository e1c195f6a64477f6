"""Columns of an export to questions of the codebook, and their cells to answers.

A question is known by its id, else by its wording in any language; an answer by its id or label.
Tools that shorten or number answers (LimeSurvey, REDCap, Qualtrics) are read by the other code
book when it is given, else by the order of the choices, which is a guess and is said.

"Prefer not to say", "none of these" and the codes 96 to 99 are answers of their own: when the
codebook does not have them, they are added beside its answers and never counted as "other".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assetmap.survey.codebook import Codebook, Question, by_label
from assetmap.survey.phrases import (
    SPECIAL_CODES,
    header_is,
    header_key,
    is_other,
    is_ticked,
    key,
    standard_answer,
)
from assetmap.survey.tools.layout import Column
from assetmap.words import Text, say, text

MIN_PREFIX = 4
ROLES = frozenset({"consent", "area", "wave", "age", "guardian", "place", "link", "weight"})
# A question's column may be found by what its header says only for these.
ROLES_BY_HEADER = ("consent", "guardian", "birth_year", "weight", "age")

Chosen = tuple[frozenset[str], int]
"""The answers in a cell, and how many of its parts are no answer."""


@dataclass
class AnswerField:
    """Where a question's answers stand: in columns (one a branch), and/or one per answer."""

    question: Question
    columns: list[int] = field(default_factory=list)
    options: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    ranked: bool = False


@dataclass
class Matches:
    """What each column is: `fields` by question id, `roles` by name, `left` are of no question."""

    fields: dict[str, AnswerField]
    roles: dict[str, int]
    left: list[int]


class AnswerMatcher:
    """Finds questions and answers by id, label, shortened id or number."""

    def __init__(self, book: Codebook, other: Codebook | None = None) -> None:
        self.book = book
        self.by_text: dict[str, Question] = {}
        for question in book.questions.values():
            for label in question.label.values():
                self.by_text.setdefault(header_key(label), question)
        for question in book.questions.values():
            self.by_text[header_key(question.id)] = question
        self.answers = {q.id: by_label(q) for q in book.questions.values()}
        self.added: dict[str, dict[str, Mapping[str, str]]] = {}
        self.guesses: dict[str, Text] = {}
        self.unknown: dict[str, Counter[str]] = {}
        self._names: dict[str, list[str]] = {}
        self._single: dict[tuple[str, str], Chosen] = {}
        self._joined: dict[tuple[str, str, tuple[str, ...]], Chosen] = {}
        if other:
            self._learn(other)

    def _learn(self, other: Codebook) -> None:
        """The codes of another code book of the same survey, by way of its labels."""
        for theirs in other.questions.values():
            ours = self.question(theirs.id) or self.question(theirs.label["en"])
            if ours is None:
                continue
            self.by_text.setdefault(header_key(theirs.id), ours)
            for code, labels in theirs.answers.items():
                answer = self.answers[ours.id].get(key(labels["en"]))
                if answer:
                    self.answers[ours.id].setdefault(key(code), answer)

    def full_book(self) -> Codebook:
        """The codebook with the answers that were added while reading."""
        questions = {
            name: replace(question, answers={**question.answers, **self.added[name]})
            if name in self.added
            else question
            for name, question in self.book.questions.items()
        }
        return replace(self.book, questions=questions)

    def question(self, header: str, shortened: bool = False) -> Question | None:
        """The question a header names."""
        folded = header_key(header)
        result = self.by_text.get(folded)
        if result is None and shortened and len(folded) >= MIN_PREFIX and folded.isalnum():
            starts = [q for q in self.book.questions.values() if key(q.id).startswith(folded)]
            if len(starts) == 1:
                result = starts[0]
                self.guesses[result.id] = text(
                    "survey.guess_column", column=header, question=result.id
                )
        return result

    def answer(self, question: Question, written: str) -> str | None:
        """The id of the answer written so; None when there is no such answer."""
        folded = key(written)
        answers = self.answers[question.id]
        if folded in answers:
            return answers[folded]
        standard = standard_answer(written)
        if standard:
            return self._own(question, standard)
        if is_other(written):
            return "other" if "other" in question.answers else None
        if re.fullmatch(r"[a-z_]+", folded) and len(folded) >= MIN_PREFIX:
            starts = [answer for answer in question.answers if key(answer).startswith(folded)]
            if len(starts) == 1:
                self._guess(
                    question, text("survey.guess_answer", written=written, answer=starts[0])
                )
                return starts[0]
        return self._numbered(question, folded)

    def _own(self, question: Question, answer: str) -> str:
        """An answer of its own that the codebook did not foresee."""
        if answer in question.answers:
            return answer
        labels = (
            {tag: say(f"survey.answer_{answer}", tag) for tag in ("en", "es")}
            if not answer.lstrip("-").isdigit()
            else {"en": answer, "es": answer}
        )
        self.added.setdefault(question.id, {})[answer] = labels
        self.answers[question.id][key(answer)] = answer
        return answer

    def _numbered(self, question: Question, code: str) -> str | None:
        if question.type not in ("one", "many", "scale"):
            return None
        if code in SPECIAL_CODES:
            return self._own(question, code)
        match = re.fullmatch(r"[a-z]{0,2}0*(\d+)", code)
        if not match:
            return None
        number, answers = int(match[1]), list(question.answers)
        if all(key(answer).lstrip("-").isdigit() for answer in answers):
            return None  # the answers are numbers themselves; this is none of them
        if not 1 <= number <= len(answers):
            return None
        self._guess(question, text("survey.guess_numbers"))
        return answers[number - 1]

    def _guess(self, question: Question, how: Text) -> None:
        self.guesses.setdefault(question.id, how)

    def one(self, question: Question, written: str) -> Chosen:
        """The answer in a cell of a question with one answer."""
        known = self._single.get((question.id, written))
        if known is None:
            answer = self.answer(question, written)
            if answer is None and "other" in question.answers and not _is_code(written):
                answer = "other"  # own words in the cell are what "other" is for
            known = (frozenset({answer}), 0) if answer else (frozenset(), 1)
            self._single[question.id, written] = known
        return known

    def several(self, question: Question, written: str, separators: tuple[str, ...]) -> Chosen:
        """The answers joined in one cell, longest label first."""
        place = (question.id, written, separators)
        known = self._joined.get(place)
        if known is None:
            known = self._joined[place] = self._several(question, written, separators)
        return known

    def _several(self, question: Question, written: str, separators: tuple[str, ...]) -> Chosen:
        whole = self.answers[question.id].get(key(written))
        if whole is not None:
            return frozenset({whole}), 0
        tokens = written.split()
        if " " in separators and all(token in question.answers for token in tokens):
            return frozenset(tokens), 0
        names = self._names.get(question.id)
        if names is None:
            labels = {label for each in question.answers.values() for label in each.values()}
            names = sorted(labels | set(question.answers), key=len, reverse=True)
            self._names[question.id] = names
        marks = "".join(separators)
        result: set[str] = set()
        unknown = 0
        rest = written.strip()
        while rest:
            name = next((n for n in names if _begins_with(rest, n, marks)), None)
            if name is not None:
                result.add(self.answers[question.id][key(name)])
                rest = rest[len(name) :].lstrip(marks + " ")
                continue
            part, rest = _unknown_part(rest, names, marks)
            answer = self.answer(question, part)
            if answer:
                result.add(answer)
            elif part.strip():
                unknown += 1
        if unknown and "other" in question.answers:
            # Words of their own beside the choices are what "other" is for.
            result.add("other")
            unknown = 0
        return frozenset(result), unknown


def _is_code(written: str) -> bool:
    return bool(re.fullmatch(r"\s*[A-Za-z]{0,2}-?\d+(\.0)?\s*", written))


def _begins_with(written: str, name: str, marks: str) -> bool:
    if not name or written[: len(name)].casefold() != name.casefold():
        return False
    after = written[len(name) :].lstrip()
    return not after or after[0] in marks or written[len(name)] in marks


def _unknown_part(written: str, names: Sequence[str], marks: str) -> tuple[str, str]:
    """Text up to the next separator that is followed by a known answer, or the next hard one."""
    hard = "|;" if any(mark in marks for mark in "|;") else ""
    for place, char in enumerate(written):
        if char not in marks or not place:
            continue
        rest = written[place:].lstrip(marks + " ")
        standard = standard_answer(written[:place]) or standard_answer(rest)
        known = not rest or standard or any(_begins_with(rest, name, marks) for name in names)
        if char in hard or known:
            return written[:place], rest
    return written, ""


def columns(result: Sequence[Column], reader: AnswerMatcher) -> Matches:
    """What each column of an export is. Consent, area and the like are known by name anywhere."""
    matches = Matches({}, {}, [])
    for number, column in enumerate(result):
        if column.role:
            matches.roles.setdefault(column.role, number)
            question = reader.book.questions.get(column.role)
            if question is not None and column.role not in ("consent", "area"):
                matches.fields[question.id] = AnswerField(question, [number])
            continue
        done = _as_option(column, number, reader, matches) or _as_question(
            column, number, reader, matches
        )
        if not done and not _as_role(column, number, matches):
            matches.left.append(number)
    for position in list(matches.fields.values()):
        _by_order(position)
        if position.question.type in ("consent", "area") and position.columns:
            matches.roles.setdefault(position.question.type, position.columns[0])
            del matches.fields[position.question.id]
    _roles_by_header(result, matches)
    return matches


def _by_order(answer_field: AnswerField) -> None:
    """Numbered tick boxes, as many as the question has answers, are those answers in order."""
    answers = list(answer_field.question.answers)
    if set(answer_field.options.values()) <= set(answers) or len(answer_field.options) != len(
        answers
    ):
        return
    if all(code.isdigit() for code in answer_field.codes.values()):
        answer_field.options = dict(zip(sorted(answer_field.options), answers, strict=True))


def _as_option(column: Column, number: int, reader: AnswerMatcher, matches: Matches) -> bool:
    for header, option in column.readings:
        question = reader.question(header, shortened=True) if option else None
        if question is None or not question.answers:
            continue
        answer = reader.answer(question, option)
        if answer is not None:
            position = matches.fields.setdefault(question.id, AnswerField(question))
            position.options[number] = answer
            position.codes[number] = key(option)
            return True
    return False


def _as_question(column: Column, number: int, reader: AnswerMatcher, matches: Matches) -> bool:
    for header, option in column.readings:
        question = None if option else reader.question(header)
        if question is not None:
            position = matches.fields.setdefault(question.id, AnswerField(question))
            if not position.columns or question.tabled:
                # The same question stands once per branch of the form; each has its people.
                position.columns.append(number)
                return True
    return False


def _as_role(column: Column, number: int, matches: Matches) -> bool:
    for header, option in column.readings:
        if not option and header_key(header) in ROLES:
            matches.roles.setdefault(header_key(header), number)
            return True
    return False


def _roles_by_header(result: Sequence[Column], matches: Matches) -> None:
    """Age, consent and weight by the wording of their header, where no column has the name."""
    headers = [
        (number, header)
        for number, column in enumerate(result)
        for header, option in column.readings[:1]
        if not option
    ]
    for role in ROLES_BY_HEADER:
        if role not in matches.roles:
            number = next((n for n, header in headers if header_is(header, role)), None)
            if number is not None:
                matches.roles[role] = number


def ticked(answer_field: AnswerField, record: Sequence[str]) -> frozenset[str]:
    """The answers whose own column is ticked (1, Yes, Checked, the label, or words for other)."""
    if answer_field.ranked:
        return frozenset(
            answer for n, answer in answer_field.options.items() if key(record[n]) == "1"
        )
    return frozenset(answer for n, answer in answer_field.options.items() if is_ticked(record[n]))
