"""How many gave each answer: the exact numbers, in memory, before any are hidden.

For every wave and question three numbers are kept apart, because not asked, not answered and "no"
are three things: how many were asked, how many of them answered, how many gave each answer. A
person is in one unit (the area or district tables are made for), or in NOWHERE when the area is
not known; the county is the sum of all units.

Who is inside whom is learned from the data: a follow-up is answered only by those who gave its
filter's answer; a recoded question puts the same people under other names. Whoever reads both
numbers can subtract them. Whether the form's conditions could be read does not matter here: for
every pair of questions and answers the people themselves are compared. That everyone answers most
questions is no such relation: the number of people is only printed when it gives nobody away
(`lines.people_shown`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.survey.codebook import Codebook
from assetmap.survey.questions import Missing, Question
from assetmap.survey.rules import ReleaseRule

NEARLY_ALL = 0.9
WHOLE = "county"
NOWHERE = ""


class PeopleGroup(NamedTuple):
    """People by what they said: `what` is answered, count or complement (answered, not this)."""

    what: str
    question: str
    answer: str = ""


class Nested(NamedTuple):
    """`inside` are all among `outside`; several `inside` are answers of one question, disjoint.

    `equal`: nobody is outside but not inside.
    """

    inside: tuple[PeopleGroup, ...]
    outside: PeopleGroup
    equal: bool = False


def learn(
    frame: pd.DataFrame, questions: Mapping[str, Question], position: np.ndarray, rule: ReleaseRule
) -> list[Nested]:
    """The nestings of one wave by which small numbers could be told.

    `frame` has the wave's people and `position` their units. A nesting matters where, in some
    unit or in the county, hardly more people are outside than inside: then the larger number, or
    what is left of it, could be told from the smaller.
    """
    groups, people = _people(frame, questions)
    if len(groups) < 2 or not len(frame):
        return []
    together = people.T @ people
    size = np.diag(together)
    owner = np.array([list(questions).index(group.question) for group in groups])
    subset = (together >= size[:, None] - 0.5) & (size[:, None] > 0)
    subset &= owner[:, None] != owner[None, :]
    everyone = np.array(
        [
            group.what == "answered" and size[n] >= NEARLY_ALL * len(frame)
            for n, group in enumerate(groups)
        ]
    )
    subset[:, everyone] = False
    # Complements are only looked at as the larger side; the smaller side has printed numbers.
    printed = np.array([group.what != "complement" for group in groups])
    subset &= printed[:, None]
    units = int(position.max()) + 1 if len(position) else 1
    by_unit = np.zeros((units + 1, len(groups)), dtype=np.float32)
    for unit in range(units):
        by_unit[unit] = people[position == unit].sum(axis=0)
    by_unit[units] = size
    result = []
    for item, two in zip(*np.nonzero(subset), strict=True):
        left = by_unit[:, two] - by_unit[:, item]
        if ((left <= 2 * rule.small) & (by_unit[:, item] > rule.small)).any():
            result.append(Nested((groups[item],), groups[two], bool(size[item] == size[two])))
    return result + _recoded(groups, together, size, questions)


def _people(
    frame: pd.DataFrame, questions: Mapping[str, Question]
) -> tuple[list[PeopleGroup], np.ndarray]:
    """Who is in which group, as a matrix of 0 and 1 (people × groups)."""
    groups: list[PeopleGroup] = []
    columns: list[np.ndarray] = []
    for name, question in questions.items():
        given = frame[name].tolist()
        known: dict[object, int] = {}
        codes = np.array([known.setdefault(each, len(known)) for each in given], dtype=int)
        values = list(known)
        answered = np.array([not isinstance(value, Missing) for value in values], dtype=np.float32)
        groups.append(PeopleGroup("answered", name))
        columns.append(answered[codes])
        for answer in question.answers:
            shown = np.array(
                [isinstance(v, frozenset) and answer in v for v in values], dtype=np.float32
            )
            groups += [PeopleGroup("count", name, answer), PeopleGroup("complement", name, answer)]
            columns += [shown[codes], (answered - shown)[codes]]
    return groups, np.column_stack(columns) if columns else np.zeros((0, 0))


def _recoded(
    groups: Sequence[PeopleGroup],
    together: np.ndarray,
    size: np.ndarray,
    questions: Mapping[str, Question],
) -> list[Nested]:
    """Questions whose answers are another question's answers put together."""
    index = {group: number for number, group in enumerate(groups)}
    result = []
    for fine in questions.values():
        if fine.many:
            continue
        parts = [index[PeopleGroup("count", fine.id, a)] for a in fine.answers]
        parts = [part for part in parts if size[part] > 0]
        if len(parts) < 3:
            continue
        for rough in questions.values():
            if rough.id == fine.id or rough.many:
                continue
            wholes = [index[PeopleGroup("count", rough.id, a)] for a in rough.answers]
            wholes = [whole for whole in wholes if size[whole] > 0]
            if not 2 <= len(wholes) <= len(parts):
                continue
            inside = {
                whole: [part for part in parts if together[part, whole] >= size[part] - 0.5]
                for whole in wholes
            }
            if sum(map(len, inside.values())) < len(parts):
                continue
            result += [
                Nested(
                    tuple(groups[part] for part in inside[whole]),
                    groups[whole],
                    bool(sum(size[part] for part in inside[whole]) == size[whole]),
                )
                for whole in wholes
                if len(inside[whole]) > 1
            ]
    return result


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
