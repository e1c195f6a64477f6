"""What was published before, which no one can take back.

Earlier tables (withdrawn ones too) are read from the community's `releases/` folder. A number
that stood there is known to every reader for good, so the attack starts from it. A wave is
reissued only with the same answers, or with so many more that the new ones hide each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from assetmap.survey.block import Block, Cell
from assetmap.survey.counts import WHOLE, Wave
from assetmap.survey.geography import Geography
from assetmap.survey.rules import NOT_SHOWN, ReleaseRefused, Rule


@dataclass(frozen=True)
class Past:
    """Numbers of one wave as published before, and the cells hidden then."""

    shown: dict[Cell, int] = field(default_factory=dict)
    hidden: frozenset[Cell] = frozenset()

    def apply(self, block: Block) -> None:
        """Tell the block what its readers already know."""
        for number, cell in enumerate(block.cells):
            if cell not in self.shown:
                continue
            before, now = self.shown[cell], block.truth[number]
            n = Cell("answered", cell.unit, cell.question)
            more = block.truth[block.index[n]] - self.shown.get(n, 0) if n in self.shown else 0
            block.known[number] = (before, before + more)
            if more and cell.what == "count":
                block.offset[number] = before
                rest = block.index[cell._replace(what="complement")]
                block.offset[rest] = self.shown[n] - before
            if not before <= now <= before + more:
                raise ReleaseRefused(
                    _changed(cell, "its numbers are not the ones published before")
                )
        for cell in self.hidden:
            number = block.index.get(cell, -1)
            if number >= 0 and block.known and block.row(number) not in block.hidden_rows:
                if cell.what == "answered":
                    block.hidden_rows.add(block.row(number))
                else:
                    block.hidden.add(number)


def same_geography(earlier: Sequence[pd.DataFrame], made: Geography) -> None:
    """Raises ReleaseRefused when tables were published for other areas than these."""
    before = {str(area) for table in earlier for area in table["area"]} - {WHOLE}
    other = sorted(before - set(made.units))
    if other:
        raise ReleaseRefused(
            f"Earlier tables were published for other areas ({', '.join(other[:3])}); "
            "every wave needs the same areas, or the differences would show small groups."
        )


def of_wave(earlier: Sequence[pd.DataFrame], wave: Wave, rule: Rule) -> Past:
    """What was published of this wave. Raises ReleaseRefused when its n changed by a few."""
    shown: dict[Cell, int] = {}
    hidden: set[Cell] = set()
    for table in earlier:
        inside = table[table["wave"].astype(str) == wave.name]
        for row in inside.to_dict("records"):
            name, unit = str(row["question"]), str(row["area"])
            n = Cell("answered", unit, name)
            cell = Cell("count", unit, name, str(row["answer"]))
            for key, value in ((n, row["n_answering"]), (cell, row["count"])):
                number = _number(value)
                if number is None:
                    hidden.add(key)
                else:
                    shown[key] = number
            asked = _number(row.get("n_asked"))
            if asked is not None:
                _refuse_small_change(wave, Cell("asked", unit, name), asked, rule)
    for cell, before in shown.items():
        if cell.what == "answered":
            _refuse_small_change(wave, cell, before, rule)
    return Past(shown, frozenset(hidden - set(shown)))


def _number(value: object) -> int | None:
    text = str(value).strip()
    if text == NOT_SHOWN or not text.replace(".0", "").isdigit():
        return None
    return int(float(text))


def _refuse_small_change(wave: Wave, cell: Cell, before: int, rule: Rule) -> None:
    tally = wave.tallies.get(cell.question)
    if tally is None:
        raise ReleaseRefused(_changed(cell, "the question is no longer there"))
    numbers = tally.answered if cell.what == "answered" else tally.asked
    if cell.unit == WHOLE:
        now = int(numbers.sum())
    elif cell.unit in wave.units:
        now = int(numbers[wave.units.index(cell.unit)])
    else:
        now = 0
    if rule.hides(abs(now - before)):
        raise ReleaseRefused(_changed(cell, f"its number of answers changed by 1 to {rule.small}"))
    if now < before:
        raise ReleaseRefused(_changed(cell, "it has fewer answers than were published before"))


def _changed(cell: Cell, why: str) -> str:
    return (
        f"{cell.question} in {cell.unit}: {why}, so the wave is not published again; "
        "the difference would show a few people's answers. Keep the table that is out."
    )
