"""What people answered, in memory only; what is said of it to the assessor, and what may be quoted.

A quote needs the person's own consent to that and two reviewers' pass. It says neither area nor
anything else about the person: it speaks for the whole county.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from assetmap.fields import Problem
from assetmap.survey.estimates import effective_n
from assetmap.survey.phrases import header_is, is_yes
from assetmap.survey.questions import Codebook, Missing, Question
from assetmap.survey.recipe import ConsentRule
from assetmap.survey.rules import ReleaseRefused
from assetmap.survey.same_people import PersonKey
from assetmap.words import text

LEFT_OUT = ("partial", "no_consent", "under_age", "preview", "rejected", "duplicate", "empty")


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


REVIEWERS = 2


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
