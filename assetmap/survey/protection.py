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


def protect(made: Block) -> None:
    """Hide cells and lines of `made` (in place) until the attack finds nothing at risk.

    Raises ReleaseRefused when even hiding everything would not protect what was published before.
    """
    hide_small(made)
    hide_nested(made)
    attack = Attack(made)
    for tidy in (True, False):
        while risky := _endangered(attack):
            number, side = risky
            if not _hide_cells(made, attack, number, side):
                _hide_line(made, made.cells[number])
            attack.look_again()
        if tidy:
            # What is shown again passes the linear bounds; the whole-number proof is run once more.
            attack = _show_needless(made, attack)


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


def audit(made: Block) -> list[CountCell]:
    """The numbers at risk in a table as it stands: empty when it may be published."""
    attack = Attack(made)
    numbers = [number for number, _ in attack.at_risk()] or attack.uncertified()
    return [made.cells[number] for number in numbers]


def _endangered(attack: Attack) -> tuple[int, str] | None:
    """A number without enough doubt, small counts first: what protects them often protects the
    others. Only when the linear bounds of all are wide enough are whole-number tables asked for."""
    risky = attack.first_at_risk()
    if risky is not None:
        return risky
    proofless = attack.first_uncertified()
    return (proofless, "") if proofless is not None else None


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
    return _moved(made, low, high, price)


def _moved(made: Block, low: np.ndarray, high: np.ndarray, price: np.ndarray) -> set[int]:
    """The variables that move from the truth at the least cost; none when it cannot be.

    Each of them may rise or fall from its true number, at its price.
    """
    movable = np.flatnonzero(price > 0)
    truth = np.array(made.truth, dtype=float)
    matrix = made.matrix()
    size, more = len(truth), len(movable)
    room = (high - truth)[movable], (truth - low)[movable]
    low, high = low.copy(), high.copy()
    low[movable] = high[movable] = truth[movable]
    parts = sparse.hstack([matrix, matrix[:, movable], -matrix[:, movable]], format="csr")
    engine = engine_of(
        parts,
        np.concatenate([np.zeros(size), price[movable], price[movable]]),
        (np.concatenate([low, np.zeros(2 * more)]), np.concatenate([high, *room])),
        made.sides(),
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


def _hide_line(made: Block, cell: CountCell) -> None:
    """Hide one more line: this one, else the smallest of the same question, else of its links."""
    own: RowKey = (cell.unit, cell.question)
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


def _show_needless(made: Block, attack: Attack) -> Attack:
    """Show again what later steps made needless, largest numbers first; the attack on the rest."""
    small = Block(made.rule, made.cells, made.truth, made.index, sensitive=made.sensitive)
    small.hidden_rows, small.offset = made.hidden_rows, made.offset
    small.nests, small.row_of = made.nests, made.row_of
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
        trial = attack.narrowed()
        if trial.safe():
            attack = trial
        else:
            made.hidden.add(number)
            attack.look_again()
    return attack
