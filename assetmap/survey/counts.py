"""How many gave each answer: the exact numbers, in memory, before any are hidden.

For every wave and question three numbers are kept apart, because not asked, not answered and "no"
are three things: how many were asked, how many of them answered, how many gave each answer. A
person is in one unit (the area or district tables are made for), or in NOWHERE when the area is
not known; the county is the sum of all units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assetmap.survey.codebook import Codebook
from assetmap.survey.nesting import Nested, learn
from assetmap.survey.questions import Missing, Question
from assetmap.survey.rules import ReleaseRule

WHOLE = "county"
NOWHERE = ""


@dataclass(frozen=True)
class Tally:
    """One question in one wave: arrays by unit (`counts`: units × answers)."""

    question: Question
    asked: np.ndarray
    answered: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Wave:
    """One wave: people by unit and a Tally per question. The last unit may be NOWHERE."""

    name: str
    units: tuple[str, ...]
    people: np.ndarray
    tallies: Mapping[str, Tally]
    nested: tuple[Nested, ...] = ()


def count(
    frame: pd.DataFrame,
    codebook: Codebook,
    units: Sequence[str],
    unit_of: Mapping[str, str],
    rule: ReleaseRule | None = None,
) -> list[Wave]:
    """The exact numbers of every wave in `frame`, waves in order of their names.

    `frame` has wave, area and a column per question (frozenset of answers, or Missing);
    `unit_of` says in which unit an area lies. Areas it does not name count as NOWHERE. With a
    `rule` it is learned whose people are among whose (`Wave.nested`).
    """
    waves = []
    unit = frame["area"].map(lambda area: unit_of.get(area, NOWHERE))
    for name in sorted(frame["wave"].unique()):
        inside = frame[frame["wave"] == name]
        where = unit[inside.index]
        result = tuple(units) + ((NOWHERE,) if (where == NOWHERE).any() else ())
        position = where.map({unit: number for number, unit in enumerate(result)}).to_numpy(int)
        people = np.bincount(position, minlength=len(result))
        tallies = {
            question.id: _tally(question, inside[question.id].tolist(), position, len(result))
            for question in codebook.tabled()
            if question.id in inside
        }
        # A question that this wave did not ask has no line in its tables.
        tallies = {name: tally for name, tally in tallies.items() if tally.asked.any()}
        asked = {name: tally.question for name, tally in tallies.items()}
        nested = learn(inside, asked, position, rule) if rule is not None else []
        waves.append(Wave(str(name), result, people, tallies, tuple(nested)))
    return waves


def _tally(question: Question, answers: list[object], position: np.ndarray, units: int) -> Tally:
    asked = np.zeros(units, dtype=int)
    answered = np.zeros(units, dtype=int)
    counts = np.zeros((units, len(question.answers)), dtype=int)
    column = {answer: number for number, answer in enumerate(question.answers)}
    for unit, given in zip(position, answers, strict=True):
        if given is Missing.NOT_ASKED:
            continue
        asked[unit] += 1
        if isinstance(given, frozenset):
            answered[unit] += 1
            for answer in given:
                if answer in column:
                    counts[unit, column[answer]] += 1
    return Tally(question, asked, answered, counts)


def countywide(wave: Wave, name: str) -> Wave:
    """The wave with one question, as if nobody's area were known: for tables without areas."""
    tally = wave.tallies[name]
    whole = Tally(
        tally.question,
        tally.asked.sum(keepdims=True),
        tally.answered.sum(keepdims=True),
        tally.counts.sum(axis=0, keepdims=True),
    )
    return Wave(wave.name, (NOWHERE,), wave.people.sum(keepdims=True), {name: whole})
