"""What was published before, which no one can take back.

Earlier tables (withdrawn ones too) are read from the community's `releases/` folder. A number
that stood there is known to every reader for good, so the attack starts from it. A wave is
reissued only with the same answers, or with so many more that the new ones hide each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from assetmap.survey import waves
from assetmap.survey.answers import PeopleMemory, PeopleSet
from assetmap.survey.block import Block, CountCell
from assetmap.survey.counts import WHOLE, Wave
from assetmap.survey.geography import Geography
from assetmap.survey.rules import NOT_SHOWN, ReleaseRefused, ReleaseRule
from assetmap.words import Text, text

# Two waves that agree in this many numbers, and in this share of them, are of the same people.
SURE_OF_SAME, MOST_OF_SAME = 3, 0.8
MOST_SUMMED = 12


@dataclass(frozen=True)
class Past:
    """Numbers of one wave as published before, and the cells hidden then."""

    shown: dict[CountCell, int] = field(default_factory=dict)
    hidden: frozenset[CountCell] = frozenset()

    def apply(self, block: Block) -> None:
        """Tell the block what its readers already know."""
        for number, cell in enumerate(block.cells):
            if cell not in self.shown:
                continue
            before, now = self.shown[cell], block.truth[number]
            n = CountCell("answered", cell.unit, cell.question)
            more = block.truth[block.index[n]] - self.shown.get(n, 0) if n in self.shown else 0
            block.known[number] = (before, before + more)
            if more and cell.what == "count":
                block.offset[number] = before
                rest = block.index[cell._replace(what="complement")]
                block.offset[rest] = self.shown[n] - before
            if not before <= now <= before + more:
                raise ReleaseRefused(_changed(cell, text("survey.changed_numbers")))
        for cell in self.hidden:
            number = block.index.get(cell, -1)
            if number >= 0 and block.known and block.row(number) not in block.hidden_rows:
                if cell.what == "answered":
                    block.hidden_rows.add(block.row(number))
                else:
                    block.hidden.add(number)


def same_geography(earlier: Sequence[pd.DataFrame], geography: Geography) -> None:
    """Raises ReleaseRefused when tables were published for other areas than these."""
    before = {str(area) for table in earlier for area in table["area"]} - {WHOLE}
    other = sorted(before - set(geography.units))
    if other:
        raise ReleaseRefused(text("survey.other_areas", areas=", ".join(other[:3])))


class WavePeople(NamedTuple):
    """Whose answers a wave has, hashed, and what is remembered of those of earlier tables.

    others: a person decided that these are other people than any before.
    """

    people: PeopleSet = PeopleSet()
    memory: PeopleMemory = PeopleMemory("")
    others: bool = False


def of_wave(
    earlier: Sequence[pd.DataFrame],
    wave: Wave,
    rule: ReleaseRule,
    whose: WavePeople,
) -> Past:
    """What was published of this wave. Raises ReleaseRefused when its n changed by a few."""
    shown: dict[CountCell, int] = {}
    hidden: set[CountCell] = set()
    for inside in _of_these_people(earlier, wave, rule, whose):
        _refuse_recoded(inside, wave)
        for row in inside.to_dict("records"):
            name, unit = str(row["question"]), str(row["area"])
            n = CountCell("answered", unit, name)
            cell = CountCell("count", unit, name, str(row["answer"]))
            for key, value in ((n, row["n_answering"]), (cell, row["count"])):
                number = _number(value)
                if number is None:
                    hidden.add(key)
                else:
                    shown[key] = number
            asked = _number(row.get("n_asked"))
            if asked is not None:
                _refuse_small_change(wave, CountCell("asked", unit, name), asked, rule)
    for cell, before in shown.items():
        if cell.what == "answered":
            _refuse_small_change(wave, cell, before, rule)
    return Past(shown, frozenset(hidden - set(shown)))


def _of_these_people(
    earlier: Sequence[pd.DataFrame], wave: Wave, rule: ReleaseRule, whose: WavePeople
) -> list[pd.DataFrame]:
    """The published lines of the same wave: by its name, however written, its people or numbers.

    Where the people of both are known by their ids these decide. Else the numbers decide for those
    who call a wave otherwise the second time: another wave of other people does not give the same
    counts, question by question. Who says that these are other people is not asked for numbers.
    """
    result = []
    for table in earlier:
        for name, inside in table.groupby(table["wave"].astype(str), sort=False):
            known = whose.memory.of(inside)
            if waves.same(str(name)) == waves.same(wave.name):
                result.append(inside)
            elif known is not None and (common := whose.people.in_common(known)):
                if whose.others:
                    raise ReleaseRefused(text("survey.same_people", n=common, wave=str(name)))
                result.append(inside)
            elif whose.others or (known is not None and whose.people.apart_from(known)):
                continue
            elif _same_people(inside, wave) or _same_numbers(inside, wave, rule):
                result.append(inside)
    return result


def _same_people(table: pd.DataFrame, wave: Wave) -> bool:
    """Whether a published wave is of the people of this one, by the numbers anyone can compare."""
    equal, other, different = _compared(table, wave)
    if equal >= SURE_OF_SAME and equal >= MOST_OF_SAME * (equal + other):
        return True
    if not equal + other and _as_many(table, wave):
        return True
    # Where the same answers got other numbers, these are other people, however many they are.
    return different <= equal and _same_sizes(table, wave)


def _as_many(table: pd.DataFrame, wave: Wave) -> bool:
    """Whether as many people as before answer questions that nobody asked before.

    With every question renamed and its answers grouped anew nothing else is left to compare, and
    two groupings of hidden answers give them away. Rather once too often the same people.
    """
    county = table[table["area"].astype(str) == WHOLE]
    before = [n for n in map(_number, county["n_answering"]) if n]
    now = [int(tally.answered.sum()) for tally in wave.tallies.values()]
    return bool(before and now) and max(before) == max(now)


def _same_sizes(table: pd.DataFrame, wave: Wave) -> bool:
    """Whether as many answered some question in every place as answered one of this wave, so that
    one may be the other with its answers grouped or renamed.

    Equal numbers in two places are hardly chance. In one place they may be: there one count must
    also be the sum of counts of the other.
    """
    for _, lines in table.groupby("question", sort=False):
        firsts = lines.drop_duplicates("area")
        sizes = {
            str(area): n
            for area, n in zip(firsts["area"], map(_number, firsts["n_answering"]), strict=True)
            if n
        }
        places = {area: -1 if area == WHOLE else _place(wave, area) for area in sizes}
        if not sizes or None in places.values():
            continue
        for tally in wave.tallies.values():
            now = {
                area: int(tally.answered.sum() if place == -1 else tally.answered[place])
                for area, place in places.items()
            }
            if now != sizes:
                continue
            if len(sizes) > 1 or _grouped(lines, tally.counts.sum(axis=0).tolist()):
                return True
    return False


def _grouped(lines: pd.DataFrame, now: list[int]) -> bool:
    """Whether a number published for the county is a sum of numbers now, or the other way round."""
    county = lines[lines["area"] == WHOLE]
    before = [count for count in map(_number, county["count"]) if count]
    now = [count for count in now if count]
    return bool(set(before) & _sums(now) or set(now) & _sums(before))


def _sums(numbers: Sequence[int]) -> set[int]:
    """All sums of some of the numbers, of the largest dozen at most."""
    sums = {0}
    for number in sorted(numbers, reverse=True)[:MOST_SUMMED]:
        sums |= {each + number for each in sums}
    return sums - {0}


def _compared(table: pd.DataFrame, wave: Wave) -> tuple[int, int, int]:
    """Of the questions that both have: how many numbers are equal, how many are not, and how many
    of these are counts of an answer.

    Zeros are no sign, for nobody may have given an answer in any wave.
    """
    equal = other = different = 0
    for (area, name), lines in table.groupby(["area", "question"], sort=False):
        tally = wave.tallies.get(str(name))
        place = -1 if area == WHOLE else _place(wave, str(area))
        if tally is None or place is None:
            continue
        answered = int(tally.answered.sum() if place < 0 else tally.answered[place])
        counts = tally.counts.sum(axis=0) if place < 0 else tally.counts[place]
        now = dict(zip(tally.question.answers, counts.tolist(), strict=True))
        pairs = [(_number(lines["n_answering"].iloc[0]), answered)]
        pairs += [
            (_number(count), now[str(answer)])
            for answer, count in zip(lines["answer"], lines["count"], strict=True)
            if str(answer) in now
        ]
        for position, (before, after) in enumerate(pairs):
            if before:
                equal, other = equal + (before == after), other + (before != after)
                different += position > 0 and before != after
    return equal, other, different


def _same_numbers(table: pd.DataFrame, wave: Wave, rule: ReleaseRule) -> bool:
    """Whether a published wave's numbers are this wave's, whatever questions are called."""
    exact = near = total = 0
    for (area, _), lines in table.groupby(["area", "question"], sort=False):
        n = _number(lines["n_answering"].iloc[0])
        shown = Counter(k for k in map(_number, lines["count"]) if k)
        if n is None or not shown:
            continue
        total += shown.total()
        place = -1 if area == WHOLE else _place(wave, str(area))
        if place is None:
            continue
        best, close = 0, 0
        for tally in wave.tallies.values():
            answered = int(tally.answered.sum() if place < 0 else tally.answered[place])
            counts = tally.counts.sum(axis=0) if place < 0 else tally.counts[place]
            if answered == n:
                best = max(best, (shown & Counter(counts.tolist())).total())
            if 0 <= answered - n <= rule.small:
                fits = sum(
                    any(0 <= count - before <= answered - n for count in counts.tolist())
                    for before in shown.elements()
                )
                close += fits if fits == shown.total() else -fits
        exact += best if best >= 2 or best == shown.total() else -shown.total()
        near += max(close, -1)
    return exact >= max(2, total / 2) or near >= max(6, 0.8 * total)


def _place(wave: Wave, unit: str) -> int | None:
    return wave.units.index(unit) if unit in wave.units else None


def _refuse_recoded(table: pd.DataFrame, wave: Wave) -> None:
    """The same people's answers are not published again under other answers or other names."""
    for name, lines in table.groupby("question", sort=False):
        tally = wave.tallies.get(str(name))
        if tally is None:
            raise ReleaseRefused(text("survey.question_gone", question=str(name)))
        before = set(lines["answer"].astype(str))
        if before - set(tally.question.answers):
            raise ReleaseRefused(text("survey.recoded", question=str(name)))
    new = [name for name in wave.tallies if name not in set(table["question"].astype(str))]
    if new and len(new) == len(wave.tallies):
        raise ReleaseRefused(text("survey.recoded", question=new[0]))


def _number(value: object) -> int | None:
    written = str(value).strip()
    if written == NOT_SHOWN or not written.replace(".0", "").isdigit():
        return None
    return int(float(written))


def _refuse_small_change(wave: Wave, cell: CountCell, before: int, rule: ReleaseRule) -> None:
    tally = wave.tallies.get(cell.question)
    if tally is None:
        raise ReleaseRefused(_changed(cell, text("survey.changed_gone")))
    numbers = tally.answered if cell.what == "answered" else tally.asked
    if cell.unit == WHOLE:
        now = int(numbers.sum())
    elif cell.unit in wave.units:
        now = int(numbers[wave.units.index(cell.unit)])
    else:
        now = 0
    if rule.hides(abs(now - before)):
        raise ReleaseRefused(_changed(cell, text("survey.changed_few", most=rule.small)))
    if now < before:
        raise ReleaseRefused(_changed(cell, text("survey.changed_fewer")))


def _changed(cell: CountCell, why: Text) -> Text:
    return text("survey.changed", question=cell.question, area=cell.unit, why=why)
