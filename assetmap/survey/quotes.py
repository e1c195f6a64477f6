"""People's own words that may be quoted: with their own consent to that, and two reviewers' pass.

A quote says neither area nor anything else about the person: it speaks for the whole county.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assetmap.survey.answers import Answers
from assetmap.survey.phrases import header_is, is_yes
from assetmap.survey.questions import Question
from assetmap.survey.rules import ReleaseRefused
from assetmap.words import text

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
