"""The numbers of one wave's linked questions, how they add up, and which of them are hidden.

A `Block` is all a reader of the tables has to go by, for one wave and the questions tied together
by links and filters: a variable per number (count, n answering, remainder, skipped) and an
equation per fact that everyone knows of the questionnaire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import highspy
import numpy as np
from scipy import sparse

from assetmap.survey.counts import NOWHERE, WHOLE, Nested, Wave
from assetmap.survey.rules import ReleaseRule

INFINITY = highspy.kHighsInf
# Numbers that follow from others and never stand in a table.
UNPRINTED = ("complement", "skipped", "difference")


class CountCell(NamedTuple):
    """One number: `what` is count, answered, complement (answered less count), skipped, or the
    difference between two answers of which one holds the other's people."""

    what: str
    unit: str
    question: str
    answer: str = ""


RowKey = tuple[str, str]


class _Doubt(NamedTuple):
    """A variable that is watched always, or when its number or its line is hidden."""

    number: int
    line: RowKey
    always: bool
    strict: bool


@dataclass
class Block:
    """Variables (numbers of people), the equations between them, and what is hidden so far."""

    rule: ReleaseRule
    cells: list[CountCell] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    index: dict[CountCell, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    row_of: list[RowKey] = field(default_factory=list)
    sensitive: set[str] = field(default_factory=set)
    hidden_rows: set[RowKey] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    known: dict[int, tuple[int, int]] = field(default_factory=dict)
    offset: dict[int, int] = field(default_factory=dict)
    cap: dict[int, int] = field(default_factory=dict)
    nests: list[tuple[tuple[int, ...], int, int]] = field(default_factory=list)
    # Facts of the variables that do not change while cells are hidden, by what they are made from.
    _doubts: tuple[object, list[_Doubt]] = field(default=(None, []), repr=False)
    _matrix: tuple[object, sparse.csr_matrix | None] = field(default=(None, None), repr=False)

    def add(self, cell: CountCell, truth: int) -> int:
        """A new variable; its number."""
        self.index[cell] = len(self.cells)
        self.cells.append(cell)
        self.truth.append(int(truth))
        self.row_of.append((cell.unit, cell.question))
        return self.index[cell]

    def tie(self, terms: Mapping[int, float], low: float, high: float) -> None:
        """A new equation, kept only when it holds for the true numbers."""
        value = sum(self.truth[number] * weight for number, weight in terms.items())
        if low <= value <= high:
            self.rows.append((dict(terms), low, high))

    def matrix(self) -> sparse.csr_matrix:
        """The equations as a matrix, a row an equation and a column a variable."""
        made_from = (len(self.rows), len(self.cells))
        kept, matrix = self._matrix
        if matrix is None or kept != made_from:
            lengths = [len(terms) for terms, _, _ in self.rows]
            matrix = sparse.csr_matrix(
                (
                    np.array([v for terms, _, _ in self.rows for v in terms.values()], dtype=float),
                    np.array([n for terms, _, _ in self.rows for n in terms], dtype=np.int32),
                    np.cumsum([0, *lengths]),
                ),
                shape=made_from,
            )
            self._matrix = (made_from, matrix)
        return matrix

    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """The least and greatest value of every equation."""
        least = np.array([low for _, low, _ in self.rows], dtype=float)
        return least, np.array([high for _, _, high in self.rows], dtype=float)

    def row(self, number: int) -> RowKey:
        """The (unit, question) whose line of the table holds this variable."""
        return self.row_of[number]

    def answered(self, number: int) -> int:
        """The variable `n answering` of the same line."""
        cell = self.cells[number]
        return self.index[CountCell("answered", cell.unit, cell.question)]

    def is_hidden(self, number: int) -> bool:
        """Whether the number does not stand in the table."""
        return number in self.hidden or self.row_of[number] in self.hidden_rows

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest value of every variable, as the reader knows them at once."""
        low = np.zeros(len(self.cells))
        high = np.full(len(self.cells), INFINITY)
        for number, cell in enumerate(self.cells):
            if cell.what in UNPRINTED:
                continue
            if self.row_of[number] in self.hidden_rows:
                high[number] = self.cap.get(number, INFINITY)
            elif number in self.hidden:
                low[number], high[number] = self.open_bounds(number)
            else:
                low[number] = high[number] = self.truth[number]
            if number in self.known:
                low[number] = max(low[number], self.known[number][0])
                high[number] = min(high[number], self.known[number][1])
        return low, high

    def open_bounds(self, number: int) -> tuple[int, int]:
        """Bounds of a hidden cell in a shown row: 0 and n are shown, so it is neither."""
        people = self.truth[self.answered(number)]
        value = self.truth[number]
        if self.cells[number].question in self.sensitive:
            return 0, people
        return min(value, 1), people - 1 if value < people else people

    def watched(self) -> list[tuple[int, bool]]:
        """Variables that must stay in doubt; True: on both sides of the rule's limit too."""
        result = []
        for number, line, always, strict in self._doubtful():
            if always:
                result.append((number, True))
            elif number in self.hidden or line in self.hidden_rows:
                all_asked = self.cap.get(number) == self.truth[number]
                if all_asked and self.cells[number].what == "answered":
                    continue  # all who are said to have been asked did answer: no secret
                result.append((number, strict))
        return result

    def _doubtful(self) -> list[_Doubt]:
        """What of each variable decides whether it is watched; printed ones only when hidden."""
        made_from = (len(self.cells), tuple(self.offset.items()), tuple(self.sensitive))
        if self._doubts[0] == made_from:
            return self._doubts[1]
        doubts = []
        for number, cell in enumerate(self.cells):
            value = abs(self.truth[number] - self.offset.get(number, 0))
            small = self.rule.hides(value, cell.question in self.sensitive)
            if cell.what in UNPRINTED or cell.unit == NOWHERE:
                # Numbers that are never printed: they matter when they would be small. That 0
                # were skipped says nothing of anyone, so it is no secret in any question.
                if small and (cell.what in ("complement", "count") or value):
                    doubts.append(_Doubt(number, self.row_of[number], True, True))
            else:
                strict = cell.what == "count" or small
                doubts.append(_Doubt(number, self.row_of[number], False, strict))
        self._doubts = (made_from, doubts)
        return doubts


def block(
    wave: Wave,
    questions: Iterable[str],
    rule: ReleaseRule,
    caps: Mapping[str, int],
) -> Block:
    """The block of the questions `questions` of one wave.

    `caps` gives the published number of people of a unit (or WHOLE), where there is one.
    """
    result = Block(rule)
    units = (*wave.units, WHOLE)
    names = list(questions)
    for name in names:
        tally = wave.tallies[name]
        if tally.question.sensitive:
            result.sensitive.add(name)
        answered = [*tally.answered, tally.answered.sum()]
        counts = np.vstack([tally.counts, tally.counts.sum(axis=0)])
        for place, unit in enumerate(units):
            n = result.add(CountCell("answered", unit, name), answered[place])
            if unit in caps:
                result.cap[n] = caps[unit]
            for column, answer in enumerate(tally.question.answers):
                result.add(CountCell("count", unit, name, answer), counts[place, column])
        for cell in [cell for cell in result.cells if cell.question == name and cell.unit == WHOLE]:
            parts = {result.index[cell._replace(unit=unit)]: 1.0 for unit in wave.units}
            result.tie({**parts, result.index[cell]: -1.0}, 0, 0)
        for unit in units:
            _adds_up(result, wave, unit, name)
    for name in names:
        for unit in units:
            _links(result, wave, unit, name)
    for nested in wave.nested:
        if {nested.outside.question, *(each.question for each in nested.inside)} <= set(names):
            for unit in units:
                _nest(result, unit, nested)
    return result


def _nest(result: Block, unit: str, nested: Nested) -> None:
    """The people outside less those inside: a number like any other."""
    outside = result.index.get(CountCell(nested.outside.what, unit, *nested.outside[1:]))
    inside = [result.index.get(CountCell(each.what, unit, *each[1:])) for each in nested.inside]
    parts = [number for number in inside if number is not None]
    if outside is None or len(parts) < len(inside):
        return
    left = result.truth[outside] - sum(result.truth[number] for number in parts)
    names = " ".join(f"{each.what}.{each.answer}" for each in (*nested.inside, nested.outside))
    cell = CountCell(
        "difference", unit, nested.inside[0].question, f"{nested.outside.question} {names}"
    )
    if left < 0 or cell in result.index:
        return
    difference = result.add(cell, left)
    result.tie({outside: 1.0, difference: -1.0, **dict.fromkeys(parts, -1.0)}, 0, 0)
    result.nests.append((tuple(parts), outside, difference))
    if nested.equal:
        # Where the people are the same, everyone may know that they are.
        result.tie({difference: 1.0}, 0, 0)


def _adds_up(result: Block, wave: Wave, unit: str, name: str) -> None:
    question = wave.tallies[name].question
    n = result.index[CountCell("answered", unit, name)]
    counts = {x: result.index[CountCell("count", unit, name, x)] for x in question.answers}
    if not question.many:
        result.tie({**dict.fromkeys(counts.values(), 1.0), n: -1.0}, 0, 0)
    else:
        result.tie({**dict.fromkeys(counts.values(), 1.0), n: -1.0}, 0, INFINITY)
    for answer, number in counts.items():
        complement = result.add(
            CountCell("complement", unit, name, answer), result.truth[n] - result.truth[number]
        )
        result.tie({complement: 1.0, number: 1.0, n: -1.0}, 0, 0)
        if question.many and "none" in counts and answer != "none":
            result.tie({number: 1.0, counts["none"]: 1.0, n: -1.0}, -INFINITY, 0)


def _links(result: Block, wave: Wave, unit: str, name: str) -> None:
    question = wave.tallies[name].question
    n = result.index[CountCell("answered", unit, name)]
    if question.asked_if and CountCell("answered", unit, question.asked_if[0]) in result.index:
        other, answers = question.asked_if
        asked = {result.index[CountCell("count", unit, other, x)]: 1.0 for x in sorted(answers)}
        if len(asked) == 1 or not wave.tallies[other].question.many:
            truth = sum(result.truth[number] for number in asked) - result.truth[n]
            skipped = result.add(CountCell("skipped", unit, name), truth)
            result.tie({**asked, n: -1.0, skipped: -1.0}, 0, 0)
        else:
            result.tie({**asked, n: -1.0}, 0, INFINITY)
    if question.link and CountCell("answered", unit, question.link) in result.index:
        result.tie(
            {n: 1.0, result.index[CountCell("answered", unit, question.link)]: -1.0}, -INFINITY, 0
        )
        for answer in question.answers:
            whole = result.index.get(CountCell("count", unit, question.link, answer))
            if whole is not None:
                part = result.index[CountCell("count", unit, name, answer)]
                result.tie({part: 1.0, whole: -1.0}, -INFINITY, 0)
