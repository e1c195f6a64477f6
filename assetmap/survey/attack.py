"""What a reader of the published tables can work out about a number that is not shown.

The reader knows the rule, the questionnaire and everything ever published. What is left open to
them is the set of whole-number tables that

- have the published numbers, in rows, columns and county totals;
- add up: one answer each gives n, several answers each give at least n, and no answer more than n;
- keep the links: a follow-up is asked of those who gave the filter's answer, a top need is a need;
- have at least 1 in a hidden cell of a shown row, since a 0 is shown (unless the question is
  sensitive), and leave at least 1 person outside it.

`Block` is that set for one wave and the questions tied together by links; `Attack` asks for the
least and greatest value of a number in it by linear programming, and proves with whole-number
tables (integer programming where the linear answer is not whole) which values really can be.

Not modelled: a reader who belongs to the survey and knows other people's answers, and one who
re-runs the hiding itself on every possible table.
"""

from __future__ import annotations

from copy import copy

import highspy
import numpy as np
from scipy import sparse

from assetmap.survey.block import Block
from assetmap.survey.counts import WHOLE
from assetmap.survey.rules import ReleaseRule

WHOLE_NUMBER_TOLERANCE = 1e-6


class Attack:
    """One reader's view of a block: solves for the values a hidden number can have."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.watched = block.watched()
        self.numbers = [number for number, _ in self.watched]
        self.low, self.high = block.bounds()
        self.model = _Model(solver(block, self.low, self.high), self.low, self.high)
        self.solver = self.model.engine
        self.tables: list[np.ndarray] = []
        self.seen: dict[int, set[int]] = {}
        self._watch()

    def _watch(self) -> None:
        """Look at what the block hides now. Every whole-number table within the bounds that was
        met before is a witness still."""
        self.watched = self.block.watched()
        self.numbers = [number for number, _ in self.watched]
        self.low, self.high = self.block.bounds()
        self.model.bound(self.low, self.high)
        for number in self.numbers:
            self.seen.setdefault(number, {self.block.truth[number]})

    def look_again(self) -> None:
        """Take up what the block hides now. Only for a block that hides no less than before: what
        was seen to be possible stays so."""
        self._watch()

    def narrowed(self) -> Attack:
        """The attack on the block as it is now, some of it shown again; same model, and of the
        witnesses those that still fit."""
        other = copy(self)
        low, high = self.block.bounds()
        other.tables = [t for t in self.tables if (t >= low).all() and (t <= high).all()]
        other.seen = {}
        other._watch()
        if other.tables:
            values = np.array(other.tables)[:, other.numbers].T.tolist()
            for number, met in zip(other.numbers, values, strict=True):
                other.seen[number].update(met)
        return other

    def first_at_risk(self) -> tuple[int, str] | None:
        """The watched variable at risk with the smallest truth, and its lacking side."""
        truth = self.block.truth
        for number, strict in sorted(self.watched, key=lambda pair: (truth[pair[0]], pair[0])):
            side = self._side(number, strict)
            if side:
                return number, side
        return None

    def first_uncertified(self) -> int | None:
        """The first watched variable for which whole-number tables show too few values."""
        return next((n for n, strict in self.watched if not self._certified(n, strict)), None)

    def at_risk(self) -> list[tuple[int, str]]:
        """Watched variables without enough doubt: (variable, "down" or "up" for the lacking side).

        By linear bounds, which are never narrower than the truth: what fails here surely fails.
        """
        return [
            (number, side)
            for number, strict in self.watched
            if (side := self._side(number, strict))
        ]

    def uncertified(self) -> list[int]:
        """Watched variables for which whole-number tables do not show enough values."""
        return [number for number, strict in self.watched if not self._certified(number, strict)]

    def _enough(self, low: float, high: float, number: int, strict: bool) -> str:
        rule = self.block.rule
        away = self.block.offset.get(number, 0)
        if strict and low - away > rule.small:
            return "down"
        if high - low < rule.values - 1 or (strict and high - away <= rule.small):
            return "up"
        return ""

    def _side(self, number: int, strict: bool) -> str:
        seen = self.seen[number]
        if not self._enough(min(seen), max(seen), number, strict):
            return ""
        low = self.extreme(number, highest=False)
        # The most that could be gained is known before the second question is asked.
        high = self.extreme(number, highest=True)
        if high == 0 and self._plain_zero(number):
            return ""
        return self._enough(low, high, number, strict)

    def _plain_zero(self, number: int) -> bool:
        """A 0 everyone may see: no one was there to answer, or no one in the county said it."""
        result, cell = self.block, self.block.cells[number]
        if result.truth[number] or result.truth[result.answered(number)] == 0:
            return result.truth[number] == 0
        county = result.index.get(cell._replace(unit=WHOLE))
        return (
            cell.question not in result.sensitive
            and county is not None
            and not result.truth[county]
        )

    def extreme(self, number: int, highest: bool) -> int:
        """The least or greatest whole value within the linear bounds."""
        sense = highspy.ObjSense.kMaximize if highest else highspy.ObjSense.kMinimize
        self.solver.changeObjectiveSense(sense)
        self.solver.changeColCost(number, 1.0)
        self.solver.run()
        status = self.solver.getModelStatus()
        self.solver.changeColCost(number, 0.0)
        if status == highspy.HighsModelStatus.kOptimal:
            values = np.asarray(self.solver.getSolution().col_value)
            self._remember(values)
            value = float(values[number])
            return int(np.floor(value + 1e-6)) if highest else int(np.ceil(value - 1e-6))
        if highest:  # unbounded: any large number will do
            self.seen[number].add(self.block.truth[number] + 10 * self.block.rule.values)
            return self.block.truth[number] + 10 * self.block.rule.values
        return self.block.truth[number]

    def _remember(self, values: np.ndarray) -> None:
        """A whole-number table is a witness for every watched number in it."""
        rounded = np.rint(values)
        if np.abs(values - rounded).max() > WHOLE_NUMBER_TOLERANCE:
            return
        table = rounded.astype(np.int64)
        self.tables.append(table)
        for number, value in zip(self.numbers, table[self.numbers].tolist(), strict=True):
            self.seen[number].add(value)

    def safe(self) -> bool:
        """Whether every watched variable has enough doubt, by linear bounds; stops at the first."""
        return not any(self._side(number, strict) for number, strict in self.watched)

    def _certified(self, number: int, strict: bool) -> bool:
        rule, away = self.block.rule, self.block.offset.get(number, 0)
        if _doubtful(self.seen[number], rule, rule.small + away, strict):
            return True
        low, high = self.extreme(number, highest=False), self.extreme(number, highest=True)
        if high == 0 and self._plain_zero(number):
            return True
        seen = self.seen[number]
        limit = rule.small + away
        # Values on both sides of the limit first, then as many as the rule asks for.
        near = sorted(
            range(low, min(high, low + 4 * rule.values) + 1), key=lambda v: abs(v - limit)
        )
        for value in near:
            if _doubtful(seen, rule, limit, strict):
                return True
            if value not in seen and self._possible(number, value):
                seen.add(value)
        return _doubtful(seen, rule, limit, strict)

    def _possible(self, number: int, value: int) -> bool:
        """Whether some whole-number table has this value there."""
        self.solver.changeColBounds(number, value, value)
        self.solver.run()
        possible = self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if possible:
            values = np.asarray(self.solver.getSolution().col_value)
            if np.abs(values - np.rint(values)).max() > WHOLE_NUMBER_TOLERANCE:
                values, possible = self._whole(number, value)
            if possible:
                self._remember(values)
        self.solver.changeColBounds(number, self.low[number], self.high[number])
        return possible

    def _whole(self, number: int, value: int) -> tuple[np.ndarray, bool]:
        low, high = self.low.copy(), self.high.copy()
        low[number] = high[number] = value
        exact = solver(self.block, low, high, whole=True)
        exact.run()
        possible = exact.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return np.asarray(exact.getSolution().col_value), possible


class _Model:
    """A solver and the bounds it has now; it is solved onwards from where it was."""

    def __init__(self, engine: highspy.Highs, low: np.ndarray, high: np.ndarray) -> None:
        self.engine, self.low, self.high = engine, low, high

    def bound(self, low: np.ndarray, high: np.ndarray) -> None:
        """Give every variable these bounds."""
        moved = np.flatnonzero((low != self.low) | (high != self.high)).astype(np.int32)
        if len(moved):
            self.engine.changeColsBounds(len(moved), moved, low[moved], high[moved])
        self.low, self.high = low, high


def _doubtful(seen: set[int], rule: ReleaseRule, limit: int, strict: bool) -> bool:
    if len(seen) < rule.values:
        return False
    return not strict or (min(seen) <= limit < max(seen))


def solver(block: Block, low: np.ndarray, high: np.ndarray, whole: bool = False) -> highspy.Highs:
    """A HiGHS model of the block with these bounds, silent and on one thread."""
    least, most = block.sides()
    return engine_of(block.matrix(), np.zeros(len(low)), (low, high), (least, most), whole)


class _Quiet(highspy.Highs):  # type: ignore[misc]
    """HiGHS 1.16 greets on stdout while its callbacks are set up, where JSON is to stand alone."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()


def engine_of(
    matrix: sparse.csr_matrix,
    cost: np.ndarray,
    columns: tuple[np.ndarray, np.ndarray],
    rows: tuple[np.ndarray, np.ndarray],
    whole: bool = False,
) -> highspy.Highs:
    """A HiGHS model: least `cost` within the bounds of columns and rows, silent, one thread."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = cost
    model.col_lower_, model.col_upper_ = columns
    model.row_lower_, model.row_upper_ = rows
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    engine = _Quiet()
    engine.silent()
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("random_seed", 0)
    engine.setOptionValue("presolve", "on" if whole else "off")
    engine.setOptionValue("solver", "choose" if whole else "simplex")
    engine.passModel(model)
    return engine
