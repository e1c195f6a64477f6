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
from scipy import sparse

from assetmap.survey.attack import Attack, engine_of
from assetmap.survey.block import Block, CountCell, RowKey
from assetmap.survey.counts import NOWHERE, WHOLE
from assetmap.survey.rules import ReleaseRefused
from assetmap.words import text

ZERO_COST, COUNTY_COST = 40.0, 400.0
MAX_TIDY_CELLS = 60


def protect(block: Block) -> None:
    """Hide cells and lines of `block` (in place) until the attack finds nothing at risk.

    Raises ReleaseRefused when even hiding everything would not protect what was published before.
    """
    hide_small(block)
    hide_nested(block)
    attack = Attack(block)
    for tidy in (True, False):
        while risky := _endangered(attack):
            number, side = risky
            if not _hide_cells(block, attack, number, side):
                _hide_line(block, block.cells[number])
            attack.look_again()
        if tidy:
            # What is shown again passes the linear bounds; the whole-number proof is run once more.
            attack = _show_needless(block, attack)


def hide_small(block: Block) -> None:
    """What the rule hides by itself: lines of few answers, small counts and small remainders."""
    for number, cell in enumerate(block.cells):
        value = block.truth[number]
        few = cell.what == "answered" and (value == 0 or block.rule.hides(value))
        if cell.unit == NOWHERE or few:
            block.hidden_rows.add(block.row(number))
    for number, cell in enumerate(block.cells):
        if cell.what != "count" or block.row(number) in block.hidden_rows:
            continue
        rest = block.truth[block.answered(number)] - block.truth[number]
        sensitive = cell.question in block.sensitive
        remainder = block.index[cell._replace(what="complement")]
        late = [
            abs(block.truth[n] - block.offset[n]) for n in (number, remainder) if n in block.offset
        ]
        if (
            block.rule.hides(block.truth[number], sensitive)
            or block.rule.hides(rest, sensitive)
            or any(block.rule.hides(people) for people in late)
        ):
            block.hidden.add(number)


def hide_nested(block: Block) -> None:
    """Where one answer's people are among another's, the smaller number goes before it tells.

    It tells when only a few more people are outside than inside, or when the outer number is one
    that must not be known. Hiding the inner one is the cheapest; the proof comes after.
    """
    for parts, outside, difference in block.nests:
        left = block.truth[difference]
        cell = block.cells[outside]
        secret = block.row(outside) in block.hidden_rows or outside in block.hidden
        if cell.what == "complement":
            secret = block.rule.hides(block.truth[outside])
        if not (block.rule.hides(left) or (secret and left <= block.rule.small)):
            continue
        largest = max(parts, key=lambda number: (block.truth[number], number))
        if block.is_hidden(largest) or not block.truth[largest]:
            continue
        if block.cells[largest].what == "answered":
            block.hidden_rows.add(block.row(largest))
        else:
            block.hidden.add(largest)


def audit(block: Block) -> list[CountCell]:
    """The numbers at risk in a table as it stands: empty when it may be published."""
    attack = Attack(block)
    numbers = [number for number, _ in attack.at_risk()] or attack.uncertified()
    return [block.cells[number] for number in numbers]


def _endangered(attack: Attack) -> tuple[int, str] | None:
    """A number without enough doubt, small counts first: what protects them often protects the
    others. Only when the linear bounds of all are wide enough are whole-number tables asked for."""
    risky = attack.first_at_risk()
    if risky is not None:
        return risky
    proofless = attack.first_uncertified()
    return (proofless, "") if proofless is not None else None


def _hide_cells(block: Block, attack: Attack, number: int, side: str) -> bool:
    """Hide the cheapest cells that let `number` move to the lacking side; False: there are none."""
    if block.cells[number].what not in ("count", "complement") or not side:
        return False
    away = block.offset.get(number, 0)
    if side == "down":
        target = block.rule.small + away
    else:
        low = attack.extreme(number, highest=False)
        target = max(block.rule.small + 1 + away, low + block.rule.values - 1)
    for stage in (0, 1):
        moved = _nearest(block, number, target, side, stage)
        fresh = moved - block.hidden
        if fresh:
            block.hidden |= fresh
            return True
    return False


def _nearest(block: Block, number: int, target: int, side: str, stage: int) -> set[int]:
    """Shown cells that differ from the truth in the nearest table where `number` is at `target`.

    Stage 0 moves only counts above 0 of areas; stage 1 also zeros and county counts, at a price.
    """
    low, high = block.bounds()
    price = np.zeros(len(block.cells))
    for cell in range(len(block.cells)):
        what, unit, _, _ = block.cells[cell]
        if what != "count" or block.is_hidden(cell) or cell in block.known:
            continue
        value = block.truth[cell]
        if stage == 0 and (value == 0 or unit == WHOLE):
            continue
        price[cell] = 1.0 + value / 25.0
        if value == 0:
            price[cell] *= ZERO_COST
        if unit == WHOLE:
            price[cell] *= COUNTY_COST
        low[cell], high[cell] = block.open_bounds(cell)
    if side == "down":
        high[number] = min(high[number], target)
    else:
        low[number] = max(low[number], target)
    if low[number] > high[number]:
        return set()
    return _moved(block, low, high, price)


def _moved(block: Block, low: np.ndarray, high: np.ndarray, price: np.ndarray) -> set[int]:
    """The variables that move from the truth at the least cost; none when it cannot be.

    Each of them may rise or fall from its true number, at its price.
    """
    movable = np.flatnonzero(price > 0)
    truth = np.array(block.truth, dtype=float)
    matrix = block.matrix()
    size, more = len(truth), len(movable)
    room = (high - truth)[movable], (truth - low)[movable]
    low, high = low.copy(), high.copy()
    low[movable] = high[movable] = truth[movable]
    parts = sparse.hstack([matrix, matrix[:, movable], -matrix[:, movable]], format="csr")
    engine = engine_of(
        parts,
        np.concatenate([np.zeros(size), price[movable], price[movable]]),
        (np.concatenate([low, np.zeros(2 * more)]), np.concatenate([high, *room])),
        block.sides(),
    )
    away = _away(engine, size, more)
    if away is None:
        return set()
    # A second look, dearer for what hardly moved, leaves fewer cells to hide.
    dearer = price[movable] / (away + 0.5)
    places = np.arange(size, size + 2 * more, dtype=np.int32)
    engine.changeColsCost(2 * more, places, np.concatenate([dearer, dearer]))
    again = _away(engine, size, more)
    return set(movable[(away if again is None else again) > 1e-6].tolist())


def _away(engine: highspy.Highs, size: int, more: int) -> np.ndarray | None:
    engine.run()
    if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = np.asarray(engine.getSolution().col_value)[size:]
    return np.abs(values[:more] - values[more:])


def _hide_line(block: Block, cell: CountCell) -> None:
    """Hide one more line: this one, else the smallest of the same question, else of its links."""
    own: RowKey = (cell.unit, cell.question)
    if own not in block.hidden_rows and cell.unit != WHOLE:
        block.hidden_rows.add(own)
        return
    lines = [
        (other.question != cell.question, other.unit == WHOLE, block.truth[number], number)
        for number, other in enumerate(block.cells)
        if other.what == "answered" and block.row(number) not in block.hidden_rows
    ]
    if not lines:
        raise ReleaseRefused(text("survey.nothing_safe", question=cell.question))
    block.hidden_rows.add(block.row(min(lines)[3]))


def _show_needless(block: Block, attack: Attack) -> Attack:
    """Show again what later steps made needless, largest numbers first; the attack on the rest."""
    small = Block(block.rule, block.cells, block.truth, block.index, sensitive=block.sensitive)
    small.hidden_rows, small.offset = block.hidden_rows, block.offset
    small.nests, small.row_of = block.nests, block.row_of
    hide_small(small)
    hide_nested(small)
    extra = sorted(
        (
            number
            for number in block.hidden - small.hidden
            if block.row(number) not in block.hidden_rows
        ),
        key=lambda number: (-block.truth[number], number),
    )
    for number in extra[:MAX_TIDY_CELLS]:
        block.hidden.discard(number)
        trial = attack.narrowed()
        if trial.safe():
            attack = trial
        else:
            block.hidden.add(number)
            attack.look_again()
    return attack
