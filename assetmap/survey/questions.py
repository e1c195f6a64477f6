"""What a survey asks: questions, who is asked each, their answers, and the codebook of them.

Who is asked may be a condition of an XLSForm (`relevant`) or of REDCap (branching): a small tree
of comparisons with and, or, not. What is not understood is never guessed: `parse_condition` gives
None, the question is reported and its numbers are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from assetmap import vocabulary
from assetmap.survey.phrases import STANDARD, header_is, key, standard_answer
from assetmap.survey.sheet import AnswerTable, UnreadableSurvey
from assetmap.words import say

_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{[\w.-]+\}|(?:\[[\w-]+\])?\[\w+(?:\([\w.-]+\))?\])"
    r"|(?P<text>'[^']*'|\"[^\"]*\"|[“‘][^”’]*[”’])"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<sign>!=|<>|<=|>=|=|<|>)"
    r"|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
    r"|(?P<name>[A-Za-z][\w-]*))"
)
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


@dataclass(frozen=True)
class Condition:
    """`what` is and, or, not, has (the answer `value` was given) or a sign with `value`."""

    what: str
    parts: tuple[Condition, ...] = ()
    question: str = ""
    value: str = ""

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it holds for one person's answers (sets of answers, or text)."""
        if self.what == "and":
            return all(part.holds(answers) for part in self.parts)
        if self.what == "or":
            return any(part.holds(answers) for part in self.parts)
        if self.what == "not":
            return not self.parts[0].holds(answers)
        given = answers.get(self.question)
        values = sorted(given) if isinstance(given, frozenset) else []
        if isinstance(given, str):
            values = [given]
        if self.what == "has":
            return self.value in values
        return _compared(values, self.what, self.value)

    def questions(self) -> frozenset[str]:
        """The questions it looks at."""
        own = frozenset({self.question} if self.question else ())
        return own.union(*(part.questions() for part in self.parts))

    def simple(self) -> tuple[str, frozenset[str]] | None:
        """The question and answers, when it only asks for one of some answers of one question."""
        if self.what in ("has", "=") and self.value:
            return self.question, frozenset({self.value})
        if self.what == "or":
            result = [part.simple() for part in self.parts]
            names = {each[0] for each in result if each}
            if all(result) and len(names) == 1:
                return names.pop(), frozenset().union(*(each[1] for each in result if each))
        return None


def _compared(values: list[str], sign: str, wanted: str) -> bool:
    value = values[0] if len(values) == 1 else " ".join(values)
    if sign == "=":
        return value == wanted or _number(value) == _number(wanted) is not None
    if sign == "!=":
        return not _compared(values, "=", wanted)
    left, right = _number(value), _number(wanted)
    if left is None or right is None:
        return False
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def all_conditions(parts: list[Condition]) -> Condition | None:
    """All of these at once; None for none."""
    return parts[0] if len(parts) == 1 else Condition("and", tuple(parts)) if parts else None


def parse_condition(written: str) -> Condition | None:
    """The condition in `written`; None when any part of it is not understood."""
    tokens: list[tuple[str, str]] = []
    place = 0
    written = written.strip()
    while place < len(written):
        match = _TOKEN.match(written, place)
        if match is None or match.lastgroup is None:
            return None
        tokens.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    reader = _Tokens(tokens)
    try:
        result = reader.either()
    except ValueError:
        return None
    return result if reader.place == len(tokens) else None


class _Tokens:
    """Recursive descent over the tokens; ValueError where they make no sense."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.place = 0

    def _next(self, kind: str = "", value: str = "") -> str | None:
        if self.place < len(self.tokens):
            problems, text = self.tokens[self.place]
            if (not kind or problems == kind) and (not value or text.casefold() == value):
                self.place += 1
                return text
        return None

    def _must(self, kind: str) -> str:
        result = self._next(kind)
        if result is None:
            raise ValueError(kind)
        return result

    def either(self) -> Condition:
        parts = [self._all()]
        while self._next("name", "or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Condition("or", tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._next("name", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Condition("and", tuple(parts))

    def _one(self) -> Condition:
        if self._next("name", "not"):
            self._must("open")
            inside = self.either()
            self._must("close")
            return Condition("not", (inside,))
        if self._next("open"):
            inside = self.either()
            self._must("close")
            return inside
        if self._next("name", "selected"):
            self._must("open")
            question = _plain(self._must("ref"))[0]
            self._must("comma")
            answer = _unquoted(self._next("text") or self._must("number"))
            self._must("close")
            return Condition("has", (), question, answer)
        return self._comparison()

    def _comparison(self) -> Condition:
        counted = self._next("name", "count-selected") or self._next("name", "string-length")
        if counted:
            self._must("open")
        question, box = _plain(self._must("ref"))
        if counted:
            self._must("close")
        sign = self._must("sign").replace("<>", "!=")
        value = _unquoted(self._next("text") or self._must("number"))
        if counted:
            # Only "at least one" and "none" can be said of what was chosen or written.
            some = Condition("!=", (), question, "")
            if (sign, value) in ((">", "0"), (">=", "1"), ("!=", "0")):
                return some
            if (sign, value) in (("=", "0"), ("<", "1")):
                return Condition("not", (some,))
            raise ValueError(counted)
        if box:
            ticked = Condition("has", (), question, box)
            if sign not in ("=", "!=") or value not in ("0", "1", ""):
                raise ValueError(sign)
            return ticked if (value == "1") == (sign == "=") else Condition("not", (ticked,))
        return Condition(sign, (), question, value)


def _plain(reference: str) -> tuple[str, str]:
    """A question and, where REDCap names a tick box, its answer."""
    name = reference.rpartition("[")[2].rstrip("]") if "[" in reference else reference[2:-1]
    question, _, box = name.partition("(")
    return question, box.rstrip(")")


def _unquoted(text: str) -> str:
    return text[1:-1] if text[:1] in "'\"“‘" else text


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
