"""What people answered, in memory only; what is said of it to the assessor, and what may be quoted.

A quote needs the person's own consent to that and two reviewers' pass. It says neither area nor
anything else about the person: it speaks for the whole county.

Two tables of the same people under other names could be compared until a hidden number shows. So a
release leaves salted hashes of its people behind: they say how many two surveys have in common,
and nothing that leads back to an answer or a person. A person is known by the id that the survey's
tool gave them, or by their whole row where that row names a moment or an id.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

from assetmap.fields import Problem
from assetmap.survey.estimates import effective_n
from assetmap.survey.phrases import header_is, is_yes
from assetmap.survey.questions import Codebook, Missing, Question
from assetmap.survey.recipe import ConsentRule
from assetmap.survey.rules import ReleaseRefused
from assetmap.words import text

# An id of fewer letters is a row's number, which other people have in another survey.
TELLING_ID = 8
# As many of the smaller survey's people in common are too many for chance.
SAME_SHARE = 0.5
DIGEST_BYTES, SALT_BYTES = 8, 16
LINE = ("area", "question", "answer", "n_answering", "count")
LEFT_OUT = ("partial", "no_consent", "under_age", "preview", "rejected", "duplicate", "empty")
REVIEWERS = 2


class PersonKey(NamedTuple):
    """What tells one person's submission: hashes of the tool's id and of the whole row, "" where
    not known. No cell is kept."""

    id: str
    row: str


class PeopleSet(NamedTuple):
    """Hashed ids and hashed rows of a wave. every_id: nobody is without an id."""

    ids: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    every_id: bool = False

    def in_common(self, other: PeopleSet) -> int:
        """How many people are in both, when so many that it is the same survey; else 0."""
        for mine, theirs in ((self.ids, other.ids), (self.rows, other.rows)):
            common = len(mine & theirs)
            if common and common >= SAME_SHARE * min(len(mine), len(theirs)):
                return common
        return 0

    def apart_from(self, other: PeopleSet) -> bool:
        """Whether ids show these to be other people than those."""
        return self.every_id and other.every_id and not self.in_common(other)


@dataclass(frozen=True)
class PeopleMemory:
    """The people of released waves, by the mark of their lines, hashed with a community's salt."""

    salt: str = field(default_factory=lambda: secrets.token_hex(SALT_BYTES), repr=False)
    waves: Mapping[str, PeopleSet] = field(default_factory=dict)

    def hashed(self, people: Sequence[PersonKey]) -> PeopleSet:
        """The people as this memory keeps them."""
        return PeopleSet(
            frozenset(self._hash("id", key.id) for key in people if key.id),
            frozenset(self._hash("row", key.row) for key in people if key.row),
            bool(people) and all(key.id for key in people),
        )

    def of(self, lines: pd.DataFrame) -> PeopleSet | None:
        """Whose answers the published lines of a wave are; None when that is not remembered."""
        return self.waves.get(mark_of(lines))

    def and_of(
        self, table: pd.DataFrame, people: Mapping[str, Sequence[PersonKey]]
    ) -> PeopleMemory:
        """With the people of each wave of a new table, where anything tells them."""
        new = {
            mark_of(lines): self.hashed(people.get(str(wave), ()))
            for wave, lines in table.groupby("wave", sort=False)
        }
        told = {mark: known for mark, known in new.items() if known.ids or known.rows}
        return replace(self, waves={**self.waves, **told})

    def _hash(self, what: str, text: str) -> str:
        key = bytes.fromhex(self.salt)
        told = f"{what} {text}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, digest_size=DIGEST_BYTES, key=key).hexdigest()


def key_of(record: Sequence[str], person: str, telling: bool) -> PersonKey:
    """The key of one row of an export, whose cell of a respondent's id is `person`.

    The row's cells are taken in any order, so that a column moved or renamed changes nothing.
    """
    person = person.strip().casefold().removesuffix(".0").removeprefix("uuid:")
    cells = sorted(filter(None, record)) if telling else []
    return PersonKey(
        _digest(person if len(person) >= TELLING_ID else ""), _digest("\x1f".join(cells))
    )


def _digest(told: str) -> str:
    encoded = told.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, digest_size=2 * DIGEST_BYTES).hexdigest() if told else ""


def mark_of(lines: pd.DataFrame) -> str:
    """What tells the published lines of one wave apart from others, whatever the wave is called."""
    cells = sorted(
        tuple(str(cell).removeprefix("'") for cell in row) for row in lines[list(LINE)].to_numpy()
    )
    return hashlib.sha256(repr(cells).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class Answers:
    """One row a person, in memory only.

    `frame`: wave, area, place, link, day (the last three as meaningless numbers), weight (number
    or missing) and a column per question that is no identifier: a frozenset of answers, text, or
    Missing. `respondents` counts the rows of the uploads, `left_out` those not in the frame, by
    reason. `guessed` says that the answers' list was made from what people answered (a recipe), not
    from what a form offers (a codebook). `keys` tell the people of the frame's rows, by index.
    """

    frame: pd.DataFrame = field(repr=False)
    codebook: Codebook = field(repr=False)
    tool: str
    respondents: int
    left_out: dict[str, int]
    dropped: list[str]
    problems: list[Problem]
    has_consent: bool
    consent: ConsentRule | None = None
    guessed: bool = False
    keys: tuple[PersonKey, ...] = field(default=(), repr=False)


def reading_summary(answers: Answers) -> dict[str, object]:
    """What the command line says of a reading; counts are for checking on made-up data only."""
    questions = []
    for question in answers.codebook.questions.values():
        if question.id not in answers.frame:
            continue
        given = answers.frame[question.id]
        asked = int(sum(value is not Missing.NOT_ASKED for value in given))
        sets = [value for value in given if isinstance(value, frozenset)]
        texts = [value for value in given if isinstance(value, str)]
        number = Counter(answer for value in sets for answer in value)
        questions.append(
            {
                "id": question.id,
                "asked": asked,
                "answered": len(sets) + len(texts),
                "answers": {a: number[a] for a in question.answers if number[a]},
            }
        )
    result: dict[str, object] = {
        "tool": answers.tool,
        "respondents": answers.respondents,
        "left_out": answers.left_out,
        "waves": sorted({str(wave) for wave in answers.frame["wave"]}),
        "questions": questions,
        "dropped": answers.dropped,
        "problems": [problem._asdict() for problem in answers.problems],
    }
    weighted = weights(answers)
    if weighted is not None:
        result["weights"] = {"people": weighted[0], "effective_n": round(weighted[1], 1)}
    return result


def weights(answers: Answers) -> tuple[int, float] | None:
    """How many people have a weight, and Kish's effective number of answers; None without any."""
    given = answers.frame["weight"].dropna()
    if not len(given) or given.min() < 0 or not given.sum() > 0:
        return None
    return len(given), effective_n(given.tolist())


def review(answers: Answers) -> pd.DataFrame:
    """Free text for the assessor's eyes: question and text, what was taken out marked.

    It stays in memory; none of it is in any table.
    """
    rows = [
        {"question": question.label["en"], "text": value}
        for question in answers.codebook.questions.values()
        if question.id in answers.frame and not question.tabled
        for value in answers.frame[question.id]
        if isinstance(value, str)
    ]
    return pd.DataFrame(rows, columns=["question", "text"])


class Quote(NamedTuple):
    """One person's words about one question, what points at someone already taken out."""

    question: str
    words: str


def quotes(answers: Answers) -> list[Quote]:
    """The texts of people who said that their words may be quoted; of nobody else."""
    book, frame = answers.codebook, answers.frame
    asked = [q for q in book.questions.values() if _asks_to_quote(q) and q.id in frame]
    if not asked:
        return []
    agreed = [True] * len(frame)
    for question in asked:
        yes = {a for a, labels in question.answers.items() if is_yes(labels["en"]) is True}
        agreed = [
            so_far and isinstance(given, frozenset) and bool(given) and given <= yes
            for so_far, given in zip(agreed, frame[question.id], strict=True)
        ]
    return [
        Quote(question.label["en"], words)
        for question in book.questions.values()
        if question.id in frame and question.type == "text" and not question.identifier
        for words, may in zip(frame[question.id], agreed, strict=True)
        if may and isinstance(words, str)
    ]


def _asks_to_quote(question: Question) -> bool:
    return question.tabled and (
        header_is(question.id.replace("_", " "), "quote")
        or any(header_is(label, "quote") for label in question.label.values())
    )


def passed(
    result: Sequence[Quote], reviewers: Sequence[str], verdicts: Mapping[int, frozenset[str]]
) -> list[Quote]:
    """The quotes that two different reviewers passed; `verdicts` is by a quote's position.

    Raises ReleaseRefused without two reviewers of different roles.
    """
    roles = {role.strip().casefold() for role in reviewers if role.strip()}
    if len(roles) < REVIEWERS:
        raise ReleaseRefused(text("survey.two_reviewers"))
    return [
        quote
        for number, quote in enumerate(result)
        if len({r.strip().casefold() for r in verdicts.get(number, frozenset())} & roles)
        >= REVIEWERS
    ]
