"""Who is inside whom: answers whose people are all among another answer's, learned from the data.

A follow-up is answered only by those who gave its filter's answer; a recoded question puts the
same people under other names. Whoever reads both numbers can subtract them. Whether the form's
conditions could be read does not matter here: for every pair of questions and answers the people
themselves are compared.

That everyone answers most questions is no such relation: the number of people is only printed
when it gives nobody away (`lines.people_shown`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.survey.questions import Missing, Question
from assetmap.survey.rules import ReleaseRule

NEARLY_ALL = 0.9


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
