"""Answers to the table everyone sees, and nothing that points at one person.

`release` counts, decides which areas may be shown, hides what the rule and the attack demand, and
only then computes shares and intervals, from shown numbers alone. The table is computed once per
wave; there are no filters on answers and no tables by age, language or role.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.survey import attack, history, protection
from assetmap.survey.attack import Block, Cell
from assetmap.survey.codebook import Codebook
from assetmap.survey.counts import NOWHERE, WHOLE, Wave, count
from assetmap.survey.estimates import wilson
from assetmap.survey.geography import Geography, geography, not_shown
from assetmap.survey.read import Answers
from assetmap.survey.rules import (
    MIN_ANSWERS,
    MIN_RESIDENTS,
    MIN_RESIDENTS_BY_DECISION,
    NOT_SHOWN,
    RULES,
    ReleaseRefused,
    Rule,
)

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


@dataclass(frozen=True)
class Release:
    """The safe table, and beside it what only the assessor may see.

    `table` has COLUMNS as text, "not shown" where a number is hidden, and `public` the sentences
    that go with it. `notes` say why areas are missing and `preview` has the true numbers (asked,
    answered, count, shown): both are for the assessor's eyes and are never written anywhere.
    """

    table: pd.DataFrame
    cells: int
    shown: int
    not_shown: int
    notes: list[str]
    public: list[str]
    preview: pd.DataFrame = field(repr=False)
    rule: str = "cms11"
    decision: str = ""


def release(
    answers: Answers,
    codebook: Codebook,
    areas: gpd.GeoDataFrame | None,
    rule: str = "cms11",
    earlier: Sequence[pd.DataFrame] = (),
    min_residents: int = MIN_RESIDENTS,
    decision: str = "",
    language: str = "en",
) -> Release:
    """The published tables of every wave in `answers`.

    `areas` has id, population and perhaps district; without it only county tables are made.
    `earlier` are all tables ever published, withdrawn ones too. `min_residents` may be lowered to
    5,000 with the written `decision` that allows it. Raises ReleaseRefused.
    """
    if rule not in RULES:
        raise ReleaseRefused(f"There is no rule '{rule}'; use one of {', '.join(RULES)}.")
    if not answers.has_consent:
        raise ReleaseRefused(
            "These answers say nothing of consent, so they may be read but not published; "
            "add a column `consent` (yes or no) for every person."
        )
    if min_residents < MIN_RESIDENTS and (
        min_residents < MIN_RESIDENTS_BY_DECISION or not decision.strip()
    ):
        raise ReleaseRefused(
            f"Areas under {MIN_RESIDENTS:,} residents (down to {MIN_RESIDENTS_BY_DECISION:,}) are "
            "only shown by a written decision, which is kept with the release."
        )
    made = geography(areas, min_residents)
    frame = answers.frame
    history.same_geography(earlier, made)
    notes = []
    waves = []
    for wave in count(frame, codebook, made.units, made.unit_of):
        if made.units and NOWHERE in wave.units and wave.people[-1] < MIN_ANSWERS:
            known = frame["area"].map(made.unit_of).notna()
            inside = frame[(frame["wave"] == wave.name) & known]
            notes.append(_say("left_out_no_area", language, wave=wave.name))
            if inside.empty:
                continue
            wave = count(inside, codebook, made.units, made.unit_of)[0]
        waves.append(wave)
    tables, previews = [], []
    for wave in waves:
        blank = not_shown(wave, made, frame, min_residents)
        past = history.of_wave(earlier, wave, RULES[rule])
        table, preview = _wave_table(wave, codebook, RULES[rule], blank, past)
        tables.append(table)
        previews.append(preview)
        notes += _wave_notes(wave, blank, language)
        if WHOLE not in people_shown(wave, blank, RULES[rule]):
            notes.append(_say("people_not_shown", language, wave=wave.name))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))
    preview = pd.concat(previews, ignore_index=True) if previews else pd.DataFrame()
    public = _public(made, rule, decision, table, language)
    hidden = int((table["count"] == NOT_SHOWN).sum())
    return Release(
        table,
        len(table),
        len(table) - hidden,
        hidden,
        notes,
        public,
        preview,
        rule,
        decision.strip(),
    )


def to_csv(made: Release) -> bytes:
    """The published table as UTF-8 CSV; text that a spreadsheet would run is made harmless."""
    safe = made.table.copy()
    for column in ("wave", "area", "question", "answer"):
        safe[column] = [f"'{v}" if v[:1] in "=+-@\t\r" else v for v in safe[column].astype(str)]
    text = io.StringIO(newline="")
    safe.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode("utf-8")


def summary(made: Release, out: str = "") -> dict[str, object]:
    """What the command line says of a release."""
    return {
        "cells": made.cells,
        "shown": made.shown,
        "not_shown": made.not_shown,
        "out": out,
        "rule": made.rule,
        "notes": [*made.notes, *made.public],
    }


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
    found: dict[str, list[str]] = {}
    for name in wave.tallies:
        found.setdefault(root(name), []).append(name)
    return list(found.values())


def people_shown(wave: Wave, blank: Mapping[str, str], rule: Rule) -> dict[str, int]:
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


def _wave_table(
    wave: Wave,
    codebook: Codebook,
    rule: Rule,
    blank: Mapping[str, str],
    past: history.Past,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    people = people_shown(wave, blank, rule)
    made: dict[str, Block] = {}
    for names in blocks(wave, codebook):
        block = attack.block(wave, names, rule, _caps(wave, people))
        for name in names:
            question = codebook.questions[name]
            for place, unit in enumerate(wave.units):
                few = wave.tallies[name].answered[place] < MIN_ANSWERS
                if unit in blank or question.county_only or few:
                    block.hidden_rows.add((unit, name))
        past.apply(block)
        protection.protect(block)
        made.update(dict.fromkeys(names, block))
    rows, truths = [], []
    for name, tally in wave.tallies.items():
        block, question = made[name], tally.question
        units = (WHOLE,) if question.county_only else (WHOLE, *wave.units)
        for unit in units:
            if unit == NOWHERE:
                continue
            for answer in question.answers:
                number = block.index[Cell("count", unit, name, answer)]
                whole = block.index[Cell("count", WHOLE, name, answer)]
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
    number = block.index[Cell("count", unit, name, answer)]
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
    cells = [block.index.get(Cell("count", unit, other, answer)) for answer in sorted(answers)]
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


def _say(text: str, language: str, /, **values: object) -> str:
    return vocabulary.say(f"survey.{text}", language, **values)


def _wave_notes(wave: Wave, blank: Mapping[str, str], language: str) -> list[str]:
    return [
        _say(f"blank_{reason}", language, area=unit, wave=wave.name)
        for unit, reason in blank.items()
    ]


def _public(
    made: Geography,
    rule: str,
    decision: str,
    table: pd.DataFrame,
    language: str,
) -> list[str]:
    notes = [_say(f"rule_{rule}", language)]
    if not made.units:
        notes.append(_say("no_areas", language))
    if made.merged and any("+" in unit for unit in made.units):
        merged = ", ".join(unit for unit in made.units if "+" in unit)
        notes.append(_say("merged", language, areas=merged))
    if decision.strip():
        notes.append(_say("decision", language, decision=decision.strip()))
    if (table["count"] == NOT_SHOWN).any():
        notes.append(_say("not_shown", language))
    return notes
