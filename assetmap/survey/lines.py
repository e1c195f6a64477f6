"""One wave's lines of the published table: what is hidden first, shares of what is left after."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from assetmap.survey import protection
from assetmap.survey.block import Block, CountCell
from assetmap.survey.block import block as new_block
from assetmap.survey.codebook import Codebook
from assetmap.survey.counts import NOWHERE, WHOLE, Wave, countywide
from assetmap.survey.estimates import wilson
from assetmap.survey.history import Past
from assetmap.survey.rules import MIN_ANSWERS, NOT_SHOWN, ReleaseRule

COLUMNS = (
    "wave",
    "area",
    "question",
    "answer",
    "n_asked",
    "n_answering",
    "count",
    "estimate",
    "low",
    "high",
)


def blocks(wave: Wave, codebook: Codebook) -> list[list[str]]:
    """The questions of a wave in groups that are tied by links or filters, in order."""
    group = {name: name for name in wave.tallies}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for name in wave.tallies:
        question = codebook.questions[name]
        for other in (question.asked_if[0] if question.asked_if else None, question.link):
            if other in group:
                group[root(name)] = root(str(other))
    for nested in wave.nested:
        for inside in nested.inside:
            group[root(inside.question)] = root(nested.outside.question)
    result: dict[str, list[str]] = {}
    for name in wave.tallies:
        result.setdefault(root(name), []).append(name)
    return list(result.values())


def people_shown(wave: Wave, blank: Mapping[str, str], rule: ReleaseRule) -> dict[str, int]:
    """Numbers of people (the wider denominator) that may be said: by unit, or the county's alone.

    Not one person more may be worked out from them: of no question may the people who were not
    asked, or did not answer, be few.
    """
    everywhere = [*range(len(wave.units)), -1]

    def of(numbers: np.ndarray, place: int) -> int:
        return int(numbers.sum()) if place < 0 else int(numbers[place])

    def safe(place: int) -> bool:
        people = of(wave.people, place)
        return not rule.hides(people) and not any(
            rule.hides(people - of(numbers, place), tally.question.sensitive and people > 0)
            for tally in wave.tallies.values()
            for numbers in (tally.asked, tally.answered)
            if people - of(numbers, place)
        )

    total = int(wave.people.sum())
    if all(safe(place) for place in everywhere):
        open_units = [u for u in wave.units if u not in blank and u != NOWHERE]
        shown = {unit: int(wave.people[wave.units.index(unit)]) for unit in open_units}
        return {**shown, WHOLE: total}
    most = [
        max((int(tally.answered[place]) for tally in wave.tallies.values()), default=0)
        for place in range(len(wave.units))
    ]
    return {WHOLE: total} if safe(-1) and total - sum(most) >= rule.values else {}


def _caps(wave: Wave, people: Mapping[str, int]) -> dict[str, int]:
    """The most people a unit can have, as a reader knows it from the published numbers."""
    if WHOLE not in people:
        return {}
    caps = {WHOLE: people[WHOLE]}
    rest = people[WHOLE] - sum(number for unit, number in people.items() if unit != WHOLE)
    for unit in wave.units:
        caps[unit] = people.get(unit, rest)
    return caps


def wave_table(
    wave: Wave,
    codebook: Codebook,
    rule: ReleaseRule,
    blank: Mapping[str, str],
    past: Past,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The published lines of one wave, and the true numbers behind them.

    `blank` names the units without a table of their own, `past` what is out already.
    """
    people = people_shown(wave, blank, rule)
    result: dict[str, Block] = {}
    for names in blocks(wave, codebook):
        inside, caps = wave, _caps(wave, people)
        if len(names) == 1 and codebook.questions[names[0]].county_only:
            inside, caps = countywide(wave, names[0]), {}
        block = new_block(inside, names, rule, caps)
        for name in names:
            question = codebook.questions[name]
            if question.unread:
                # Who was asked is not known, so no number of it may be compared with another.
                block.hidden_rows.add((WHOLE, name))
            for place, unit in enumerate(inside.units):
                few = inside.tallies[name].answered[place] < MIN_ANSWERS
                if unit in blank or question.county_only or question.unread or few:
                    block.hidden_rows.add((unit, name))
        past.apply(block)
        protection.protect(block)
        result.update(dict.fromkeys(names, block))
    rows, truths = [], []
    for name, tally in wave.tallies.items():
        block, question = result[name], tally.question
        units = (WHOLE,) if question.county_only else (WHOLE, *wave.units)
        for unit in units:
            if unit == NOWHERE:
                continue
            for answer in question.answers:
                number = block.index[CountCell("count", unit, name, answer)]
                whole = block.index[CountCell("count", WHOLE, name, answer)]
                if (
                    block.is_hidden(number)
                    and not block.is_hidden(whole)
                    and not block.truth[whole]
                ):
                    # No one in the county said it, and everyone may see that.
                    continue
                row = _row(block, people, wave, unit, name, answer)
                rows.append(row)
                truths.append(_truth(row, wave, tally.asked, block, number, unit))
    return (
        pd.DataFrame(rows, columns=list(COLUMNS), dtype=str),
        pd.DataFrame(truths),
    )


def _row(
    block: Block, people: Mapping[str, int], wave: Wave, unit: str, name: str, answer: str
) -> dict[str, str]:
    number = block.index[CountCell("count", unit, name, answer)]
    row = {"wave": wave.name, "area": unit, "question": name, "answer": answer}
    row["n_asked"] = _asked(block, people, wave, unit, name)
    hidden_row = (unit, name) in block.hidden_rows
    row["n_answering"] = NOT_SHOWN if hidden_row else str(block.truth[block.answered(number)])
    row |= {"count": NOT_SHOWN, "estimate": "", "low": "", "high": ""}
    if not block.is_hidden(number):
        shown, n = block.truth[number], block.truth[block.answered(number)]
        low, high = wilson(shown, n)
        row["count"] = str(shown)
        row |= {"estimate": f"{shown / n:.4f}", "low": f"{low:.4f}", "high": f"{high:.4f}"}
    return row


def _asked(block: Block, people: Mapping[str, int], wave: Wave, unit: str, name: str) -> str:
    tally = wave.tallies[name]
    condition = tally.question.asked_if
    if condition is None:
        place = wave.units.index(unit) if unit != WHOLE else None
        asked = int(tally.asked.sum() if place is None else tally.asked[place])
        return str(people[unit]) if people.get(unit) == asked else NOT_SHOWN
    other, answers = condition
    cells = [block.index.get(CountCell("count", unit, other, answer)) for answer in sorted(answers)]
    many = other in wave.tallies and wave.tallies[other].question.many and len(cells) > 1
    known = [cell for cell in cells if cell is not None and not block.is_hidden(cell)]
    if many or len(known) < len(cells):
        return NOT_SHOWN
    return str(sum(block.truth[cell] for cell in known))


def _truth(
    row: Mapping[str, str], wave: Wave, asked: np.ndarray, block: Block, number: int, unit: str
) -> dict[str, object]:
    return {
        **{key: row[key] for key in ("wave", "area", "question", "answer")},
        "asked": int(asked.sum() if unit == WHOLE else asked[wave.units.index(unit)]),
        "answered": block.truth[block.answered(number)],
        "count": block.truth[number],
        "shown": not block.is_hidden(number),
    }
