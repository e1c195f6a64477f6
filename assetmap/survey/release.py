"""Answers to the table everyone sees, and nothing that points at one person.

`release` counts, decides which areas may be shown, hides what the rule and the attack demand, and
only then computes shares and intervals, from shown numbers alone. The table is computed once per
wave; there are no filters on answers and no tables by age, language or role.

`publish` checks a table once more and makes it one file with who decided it: the released table
with six columns behind it, the same in every row: rule, method, published_on, decided_by, decision
and counts ("201 of 420 shown"). Where it is written is the caller's business; nothing here touches
the disk.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from assetmap import words
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.places import fold
from assetmap.survey import history, waves
from assetmap.survey.answers import Answers, PeopleMemory, PersonKey
from assetmap.survey.counts import NOWHERE, WHOLE, Wave, count
from assetmap.survey.estimates import weighted_shares
from assetmap.survey.geography import Geography, geography, not_shown
from assetmap.survey.lines import COLUMNS, people_shown, wave_table
from assetmap.survey.phrases import STANDARD
from assetmap.survey.questions import Codebook
from assetmap.survey.rules import (
    MIN_ANSWERS,
    MIN_RESIDENTS,
    MIN_RESIDENTS_BY_DECISION,
    NOT_SHOWN,
    RULES,
    ReleaseRefused,
    ReleaseRule,
)
from assetmap.words import Text, text

ABOUT = ("rule", "method", "published_on", "decided_by", "decision", "counts")
METHOD = "counts of consenting adults; shares with Wilson 95% intervals, of those who answered"
FOLDER, WITHDRAWN = "releases", "withdrawn"


class Decided(NamedTuple):
    """The role that decided something, and the day (ISO)."""

    by: str
    on: str


@dataclass(frozen=True)
class Release:
    """The safe table, and beside it what only the assessor may see.

    `table` has COLUMNS as text, "not shown" where a number is hidden, and `public` the sentences
    that go with it. `notes` say why areas are missing and `preview` has the true numbers (asked,
    answered, count, shown): both are for the assessor's eyes and are never written anywhere.
    `people` tell whose answers each wave has, for the community's memory. `weighted` has the shares
    by the file's weights (`weighted.COLUMNS`), for the assessor's eyes too.
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
    people: Mapping[str, Sequence[PersonKey]] = field(default_factory=dict, repr=False)
    weighted: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)


def release(
    answers: Answers,
    codebook: Codebook,
    areas: gpd.GeoDataFrame | None,
    rule: str = "cms11",
    earlier: Sequence[pd.DataFrame] = (),
    min_residents: int = MIN_RESIDENTS,
    decision: str = "",
    language: str = "en",
    merge: bool = True,
    memory: PeopleMemory | None = None,
    other_people: Decided | None = None,
) -> Release:
    """The published tables of every wave in `answers`.

    `areas` has id, population and perhaps district; without it only county tables are made.
    `earlier` are all tables ever published, withdrawn ones too. `min_residents` may be lowered to
    5,000 with the written `decision` that allows it; smaller areas are joined with their neighbours
    or (`merge` False) left blank. `memory` knows the people of earlier tables; without it, or where
    a file has no ids, numbers that are alike are taken for the same people, unless it was decided
    that these are `other_people`. Raises ReleaseRefused.
    """
    if rule not in RULES:
        raise ReleaseRefused(text("survey.no_rule", rule=rule, rules=", ".join(RULES)))
    if not answers.has_consent:
        raise ReleaseRefused(text("survey.release_no_consent"))
    if min_residents < MIN_RESIDENTS and (
        min_residents < MIN_RESIDENTS_BY_DECISION or not decision.strip()
    ):
        raise ReleaseRefused(
            text(
                "survey.release_decision",
                limit=f"{MIN_RESIDENTS:,}",
                least=f"{MIN_RESIDENTS_BY_DECISION:,}",
            )
        )
    result = geography(areas, min_residents, merge)
    codebook, frame = _vocabulary(answers, codebook, RULES[rule])
    history.same_geography(earlier, result)
    notes: list[Text] = []
    waves = []
    for wave in count(frame, codebook, result.units, result.unit_of, RULES[rule]):
        if result.units and NOWHERE in wave.units and wave.people[-1] < MIN_ANSWERS:
            known = frame["area"].map(result.unit_of).notna()
            inside = frame[(frame["wave"] == wave.name) & known]
            notes.append(text("survey.left_out_no_area", wave=wave.name))
            if inside.empty:
                continue
            wave = count(inside, codebook, result.units, result.unit_of, RULES[rule])[0]
        waves.append(wave)
    tables, previews = [], []
    people: dict[str, Sequence[PersonKey]] = {}
    memory = memory or PeopleMemory()
    for wave in waves:
        rows = answers.frame.index[answers.frame["wave"] == wave.name]
        people[wave.name] = [answers.keys[row] for row in rows if answers.keys]
        whose = history.WavePeople(
            memory.hashed(people[wave.name]), memory, other_people is not None
        )
        blank = not_shown(wave, result, frame, min_residents)
        past = history.of_wave(earlier, wave, RULES[rule], whose)
        table, preview = wave_table(wave, codebook, RULES[rule], blank, past)
        tables.append(table)
        previews.append(preview)
        notes += _wave_notes(wave, blank)
        if WHOLE not in people_shown(wave, blank, RULES[rule]):
            notes.append(text("survey.people_not_shown", wave=wave.name))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))
    preview = pd.concat(previews, ignore_index=True) if previews else pd.DataFrame()
    public = _public(result, rule, decision.strip(), table)
    decided = [_agreed(answers), _others(other_people)]
    public += [sentence for sentence in decided if sentence is not None]
    decision = "; ".join(filter(None, [decision.strip(), *(str(one or "") for one in decided)]))
    hidden = int((table["count"] == NOT_SHOWN).sum())
    return Release(
        table,
        len(table),
        len(table) - hidden,
        hidden,
        _in(notes, language),
        _in(public, language),
        preview,
        rule,
        decision,
        people,
        weighted_shares(frame, table),
    )


def _others(decided: Decided | None) -> Text | None:
    """Who decided that these are other people than before, to be kept with the table."""
    if decided is None:
        return None
    if not decided.by.strip():
        raise ReleaseRefused(text("survey.other_people_by"))
    return text("survey.other_people", by=decided.by.strip(), on=decided.on)


def _agreed(answers: Answers) -> Text | None:
    """Who decided that everyone had agreed before the first question, to be kept with the table."""
    rule = answers.consent
    if rule is None or not rule.everyone:
        return None
    return text("survey.everyone_agreed", by=rule.decided_by, on=rule.decided_on)


def _vocabulary(
    answers: Answers, codebook: Codebook, rule: ReleaseRule
) -> tuple[Codebook, pd.DataFrame]:
    """The codebook and answers as published: no words of few people name a line of the table.

    Answers that came up while reading are in the answers' own codebook. Where the list of answers
    was learned from what people wrote, an answer that only a few gave is "other": it may be one
    person's own words, and its number would not be shown anyway.
    """
    questions = {
        name: answers.codebook.questions.get(name, question)
        for name, question in codebook.questions.items()
    }
    frame = answers.frame
    if not answers.guessed:
        return replace(codebook, questions=questions), frame
    frame = frame.copy()
    for name, question in questions.items():
        if name not in frame or not question.tabled or question.type == "scale":
            continue
        given: Counter[str] = Counter(
            answer for value in frame[name] if isinstance(value, frozenset) for answer in value
        )
        rare = {
            answer
            for answer in question.answers
            if given[answer] <= rule.small and answer != "other" and answer not in STANDARD
        }
        if not rare:
            continue
        questions[name] = replace(
            question,
            answers={a: labels for a, labels in question.answers.items() if a not in rare}
            | {"other": {tag: words.say("survey.answer_other", tag) for tag in words.LANGUAGES}},
        )
        frame[name] = [
            (value - rare) | {"other"} if isinstance(value, frozenset) and value & rare else value
            for value in frame[name]
        ]
    return replace(codebook, questions=questions), frame


def to_csv(result: Release) -> bytes:
    """The published table as UTF-8 CSV; text that a spreadsheet would run is made harmless."""
    safe = result.table.copy()
    for column in ("wave", "area", "question", "answer"):
        safe[column] = [f"'{v}" if v[:1] in "=+-@\t\r" else v for v in safe[column].astype(str)]
    if result.decision:
        safe["decision"] = result.decision
    lines = io.StringIO(newline="")
    safe.to_csv(lines, index=False, lineterminator="\n")
    return lines.getvalue().encode("utf-8")


def summary(result: Release, out: str = "") -> dict[str, object]:
    """What the command line says of a release."""
    return {
        "cells": result.cells,
        "shown": result.shown,
        "not_shown": result.not_shown,
        "out": out,
        "rule": result.rule,
        "notes": [*result.notes, *result.public],
        "weighted": result.weighted.round(4).to_dict("records"),
    }


def _in(notes: Sequence[Text], language: str) -> list[str]:
    """The notes in a language; in English they can be said again in any other."""
    return list(notes) if language == "en" else [words.spoken(note, language) for note in notes]


def _wave_notes(wave: Wave, blank: Mapping[str, str]) -> list[Text]:
    return [
        text(f"survey.blank_{reason}", area=unit, wave=wave.name) for unit, reason in blank.items()
    ]


def _public(result: Geography, rule: str, decision: str, table: pd.DataFrame) -> list[Text]:
    notes = [text(f"survey.rule_{rule}")]
    if not result.units:
        notes.append(text("survey.no_areas"))
    if result.merged and any("+" in unit for unit in result.units):
        merged = ", ".join(unit for unit in result.units if "+" in unit)
        notes.append(text("survey.merged", areas=merged))
    if decision:
        notes.append(text("survey.decision", decision=decision))
    if (table["count"] == NOT_SHOWN).any():
        notes.append(text("survey.not_shown"))
    return notes


def table_of(data: bytes, name: str, needed: Sequence[str] = COLUMNS) -> pd.DataFrame:
    """A released table as text, with at least the `needed` columns.

    Raises ReleaseRefused when it is none.
    """
    try:
        table, _ = open_frame(Source(name, data))
    except UnreadableFile:
        table = pd.DataFrame()
    if not set(needed) <= set(table.columns) or not len(table):
        raise ReleaseRefused(text("survey.no_release", file=name, columns=", ".join(needed)))
    return table.reset_index(drop=True)


def publish(
    table: pd.DataFrame,
    by: str,
    on: str,
    rule: str = "cms11",
    decision: str = "",
    published: Sequence[pd.DataFrame] = (),
) -> tuple[str, bytes]:
    """The name and bytes of the file that makes `table` public.

    `by` is the role that decides and `on` the date; `published` are the tables that are out.
    Raises ReleaseRefused when the table shows what its rule hides, names a wave that points at
    someone, or holds a wave that is out already.
    """
    if not by.strip():
        raise ReleaseRefused(text("survey.publish_by"))
    if rule not in RULES:
        raise ReleaseRefused(text("survey.no_rule", rule=rule, rules=", ".join(RULES)))
    names = list(dict.fromkeys(table["wave"]))
    for wave in names:
        if not waves.named(wave):
            raise ReleaseRefused(text("survey.wave_name"))
        if any(waves.same(str(w)) == waves.same(wave) for t in published for w in set(t["wave"])):
            raise ReleaseRefused(text("survey.publish_twice", wave=wave))
    _refuse_unsafe(table, RULES[rule])
    kept = table["decision"].astype(str).iloc[0] if "decision" in table else ""
    decisions = "; ".join(dict.fromkeys(filter(None, [kept.strip(), decision.strip()])))
    shown = int((table["count"] != NOT_SHOWN).sum())
    about = {
        "rule": rule,
        "method": METHOD,
        "published_on": on,
        "decided_by": by.strip(),
        "decision": decisions,
        "counts": f"{shown} of {len(table)} shown",
    }
    whole = table[list(COLUMNS)].assign(**about)
    out = io.StringIO(newline="")
    whole.to_csv(out, index=False, lineterminator="\n")
    stem = re.sub(r"[^a-z0-9]+", "-", fold(" ".join(names))).strip("-") or "wave"
    return f"{stem[:60]}.csv", out.getvalue().encode("utf-8")


def _refuse_unsafe(table: pd.DataFrame, rule: ReleaseRule) -> None:
    """No number of a published table may be one that its rule hides."""
    for number, row in enumerate(table.to_dict("records"), 1):
        values: dict[str, int | None] = {}
        for column in ("n_asked", "n_answering", "count"):
            cell = str(row[column]).strip()
            if cell and cell != NOT_SHOWN and not cell.isdigit():
                raise ReleaseRefused(text("survey.publish_cell", row=number, column=column))
            values[column] = int(cell) if cell.isdigit() else None
        count, n, asked = values["count"], values["n_answering"], values["n_asked"]
        few = [v for v in (count, n, asked) if v is not None and rule.hides(v)]
        if count is not None and n is not None and rule.hides(n - count):
            few.append(n - count)
        if n is not None and asked is not None and rule.hides(asked - n):
            few.append(asked - n)
        bare = count is None and any(str(row[c]).strip() for c in ("estimate", "low", "high"))
        if few or bare or (count is not None and n is not None and count > n):
            raise ReleaseRefused(text("survey.publish_unsafe", row=number, rule=rule.name))
