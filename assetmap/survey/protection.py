"""Hiding numbers until none that must stay unknown can be worked out.

First what the rule hides by itself (small counts and small remainders), then, one doubt at a time,
the cheapest further cells: the tables nearest to the true one in which the endangered number has
another value show which published numbers would have to move, and these are hidden (Kelly, Golden
& Assad 1992, 10.1002/net.3230220407; Castro 2012, 10.1016/j.ejor.2011.08.016). Where cells do not
suffice, a whole line of the table goes. Every step hides something, so it ends; ties are broken
by position, so the same answers give the same table.
"""

from __future__ import annotations

import highspy
import numpy as np

from assetmap.survey.attack import Attack, solver
from assetmap.survey.block import INFINITY, Block, Cell, Row
from assetmap.survey.counts import NOWHERE, WHOLE
from assetmap.survey.rules import ReleaseRefused
from assetmap.words import text

ZERO_COST, COUNTY_COST = 40.0, 400.0
MAX_TIDY_CELLS = 60


def protect(made: Block) -> None:
    """Hide cells and lines of `made` (in place) until the attack finds nothing at risk.

    Raises ReleaseRefused when even hiding everything would not protect what was published before.
    """
    hide_small(made)
    hide_nested(made)
    tidy = True
    while True:
        seen: dict[int, set[int]] = {}
        while risky := _endangered(made, seen):
            number, side, attack = risky
            if not _hide_cells(made, attack, number, side):
                _hide_line(made, made.cells[number])
        if not tidy:
            return
        _show_needless(made)
        # What was shown again passed the linear bounds; the whole-number proof is run once more.
        tidy = False


def hide_small(made: Block) -> None:
    """What the rule hides by itself: lines of few answers, small counts and small remainders."""
    for number, cell in enumerate(made.cells):
        value = made.truth[number]
        few = cell.what == "answered" and (value == 0 or made.rule.hides(value))
        if cell.unit == NOWHERE or few:
            made.hidden_rows.add(made.row(number))
    for number, cell in enumerate(made.cells):
        if cell.what != "count" or made.row(number) in made.hidden_rows:
            continue
        rest = made.truth[made.answered(number)] - made.truth[number]
        sensitive = cell.question in made.sensitive
        remainder = made.index[cell._replace(what="complement")]
        late = [
            abs(made.truth[n] - made.offset[n]) for n in (number, remainder) if n in made.offset
        ]
        if (
            made.rule.hides(made.truth[number], sensitive)
            or made.rule.hides(rest, sensitive)
            or any(made.rule.hides(people) for people in late)
        ):
            made.hidden.add(number)


def hide_nested(made: Block) -> None:
    """Where one answer's people are among another's, the smaller number goes before it tells.

    It tells when only a few more people are outside than inside, or when the outer number is one
    that must not be known. Hiding the inner one is the cheapest; the proof comes after.
    """
    for parts, outside, difference in made.nests:
        left = made.truth[difference]
        cell = made.cells[outside]
        secret = made.row(outside) in made.hidden_rows or outside in made.hidden
        if cell.what == "complement":
            secret = made.rule.hides(made.truth[outside])
        if not (made.rule.hides(left) or (secret and left <= made.rule.small)):
            continue
        largest = max(parts, key=lambda number: (made.truth[number], number))
        if made.is_hidden(largest) or not made.truth[largest]:
            continue
        if made.cells[largest].what == "answered":
            made.hidden_rows.add(made.row(largest))
        else:
            made.hidden.add(largest)


def audit(made: Block) -> list[Cell]:
    """The numbers at risk in a table as it stands: empty when it may be published."""
    attack = Attack(made)
    numbers = [number for number, _ in attack.at_risk()] or attack.uncertified()
    return [made.cells[number] for number in numbers]


def _endangered(made: Block, seen: dict[int, set[int]]) -> tuple[int, str, Attack] | None:
    attack = Attack(made, seen)
    seen.update(attack.seen)
    risky = attack.at_risk()
    if risky:
        # Small counts first: what protects them often protects the others.
        number, side = min(risky, key=lambda pair: (made.truth[pair[0]], pair[0]))
        return number, side, attack
    proofless = attack.uncertified()
    return (proofless[0], "", attack) if proofless else None


def _hide_cells(made: Block, attack: Attack, number: int, side: str) -> bool:
    """Hide the cheapest cells that let `number` move to the lacking side; False: there are none."""
    if made.cells[number].what not in ("count", "complement") or not side:
        return False
    away = made.offset.get(number, 0)
    if side == "down":
        target = made.rule.small + away
    else:
        low = attack.extreme(number, highest=False)
        target = max(made.rule.small + 1 + away, low + made.rule.values - 1)
    for stage in (0, 1):
        moved = _nearest(made, number, target, side, stage)
        fresh = moved - made.hidden
        if fresh:
            made.hidden |= fresh
            return True
    return False


def _nearest(made: Block, number: int, target: int, side: str, stage: int) -> set[int]:
    """Shown cells that differ from the truth in the nearest table where `number` is at `target`.

    Stage 0 moves only counts above 0 of areas; stage 1 also zeros and county counts, at a price.
    """
    low, high = made.bounds()
    price = np.zeros(len(made.cells))
    for cell in range(len(made.cells)):
        what, unit, _, _ = made.cells[cell]
        if what != "count" or made.is_hidden(cell) or cell in made.known:
            continue
        value = made.truth[cell]
        if stage == 0 and (value == 0 or unit == WHOLE):
            continue
        price[cell] = 1.0 + value / 25.0
        if value == 0:
            price[cell] *= ZERO_COST
        if unit == WHOLE:
            price[cell] *= COUNTY_COST
        low[cell], high[cell] = made.open_bounds(cell)
    if side == "down":
        high[number] = min(high[number], target)
    else:
        low[number] = max(low[number], target)
    if low[number] > high[number]:
        return set()
    moved = _moves(made, low, high, price)
    if moved is None:
        return set()
    # A second look, dearer for what hardly moved, leaves fewer cells to hide.
    again = _moves(made, low, high, price / (moved + 0.5))
    if again is None:
        again = moved
    return set(np.flatnonzero((again > 1e-6) & (price > 0)).tolist())


def _moves(made: Block, low: np.ndarray, high: np.ndarray, price: np.ndarray) -> np.ndarray | None:
    """How far each variable moves from the truth at the least cost; None when it cannot be."""
    engine = solver(made, low, high)
    size = len(made.cells)
    movable = np.flatnonzero(price > 0)
    for column, cell in enumerate(movable.tolist()):
        for sign in (1.0, -1.0):
            engine.addVar(0.0, INFINITY)
            engine.changeColCost(size + 2 * column + (sign < 0), float(price[cell]))
        value = float(made.truth[cell])
        places = np.array([cell, size + 2 * column, size + 2 * column + 1], dtype=np.int32)
        engine.addRow(value, value, 3, places, np.array([1.0, -1.0, 1.0]))
    engine.run()
    if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = np.asarray(engine.getSolution().col_value)[:size]
    moved = np.zeros(size)
    moved[movable] = np.abs(values[movable] - np.array(made.truth)[movable])
    return moved


def _hide_line(made: Block, cell: Cell) -> None:
    """Hide one more line: this one, else the smallest of the same question, else of its links."""
    own: Row = (cell.unit, cell.question)
    if own not in made.hidden_rows and cell.unit != WHOLE:
        made.hidden_rows.add(own)
        return
    lines = [
        (other.question != cell.question, other.unit == WHOLE, made.truth[number], number)
        for number, other in enumerate(made.cells)
        if other.what == "answered" and made.row(number) not in made.hidden_rows
    ]
    if not lines:
        raise ReleaseRefused(text("survey.nothing_safe", question=cell.question))
    made.hidden_rows.add(made.row(min(lines)[3]))


def _show_needless(made: Block) -> None:
    """Show again what later steps made needless, largest numbers first."""
    small = Block(made.rule, made.cells, made.truth, made.index, sensitive=made.sensitive)
    small.hidden_rows, small.offset = made.hidden_rows, made.offset
    small.nests = made.nests
    hide_small(small)
    hide_nested(small)
    extra = sorted(
        (
            number
            for number in made.hidden - small.hidden
            if made.row(number) not in made.hidden_rows
        ),
        key=lambda number: (-made.truth[number], number),
    )
    for number in extra[:MAX_TIDY_CELLS]:
        made.hidden.discard(number)
        if not Attack(made).safe():
            made.hidden.add(number)
