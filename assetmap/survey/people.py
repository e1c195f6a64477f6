"""One record of an export to one person's answers: who is left out, and what is taken out.

A person is left out (and counted) who did not consent, is under 18 without a guardian's consent,
is the assessor's own trial, stands there twice, or opened the form and answered nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.places import Gazetteer, fold, join_areas
from assetmap.survey.codebook import Question
from assetmap.survey.counts import Missing
from assetmap.survey.identifiers import scrub, speakable
from assetmap.survey.match import Field, Matches, Reader, is_yes, ticked
from assetmap.survey.tools.layout import Sheet

ADULT = 18
BOOKKEEPING = ("row", "wave", "area", "place", "link", "day")
# People write these for "nothing to say"; they are no answer.
NO_WORDS = frozenset({"n/a", "na", "none", "-", "."})


@dataclass(frozen=True)
class People:
    """`rows` in the upload, those left out by reason, and a frame of the others."""

    frame: pd.DataFrame
    rows: int
    left_out: dict[str, int]
    has_consent: bool


def people(
    name: str,
    sheet: Sheet,
    made: Matches,
    reader: Reader,
    areas: gpd.GeoDataFrame | None,
    wave: str,
    problems: list[Problem],
) -> People:
    """The people of one export; what happened to each row is added to `problems`."""
    roles = made.roles
    seen: set[tuple[str, str]] = set()
    left_out: Counter[str] = Counter()
    rows: list[dict[str, object]] = []

    def say(row: int, where: str, value: str, severity: str, message: str) -> None:
        text = speakable(value) if value else ""
        problems.append(Problem(row, where, text, severity, f"Row {row}: {message}", name))

    def cell(record: Sequence[str], role: str) -> str:
        return record[roles[role]].strip() if role in roles else ""

    if "age" not in roles:
        ages = [
            at.column for at in made.fields.values() if re.match(r"age(_|$)|edad", at.question.id)
        ]
        if ages and ages[0] is not None:
            roles = {**roles, "age": ages[0]}
    where = next((q for q in reader.book.questions.values() if q.type == "area"), None)
    points = _areas_by_place(sheet, made, areas)
    for number, record in enumerate(sheet.records):
        row = number + 1
        reason = _left_out(record, number, sheet, roles, cell)
        this_wave = cell(record, "wave") or wave or cell(record, "day")[:4] or "1"
        person = cell(record, "respondent")
        if not reason and person:
            if (this_wave, person) in seen:
                reason = "duplicate"
            seen.add((this_wave, person))
        answers = {} if reason else _answers(record, sheet, made, reader, row, say)
        if not reason and not any(isinstance(a, frozenset | str) for a in answers.values()):
            reason = "partial"
        if reason:
            left_out[reason] += 1
            if reason != "empty" or row < len(sheet.records):
                say(row, "", "", "rejected", _REASONS[reason])
            continue
        if number in sheet.unfinished:
            say(row, "", "", "kept", "it was not finished; the answers that are there are counted.")
        area = cell(record, "area") or points[number]
        if where is not None and where.answers:
            area = reader.answer(where, area) or area
        rows.append(
            {
                "row": row,
                "wave": this_wave,
                "area": area or None,
                **{key: cell(record, key) or None for key in ("place", "link")},
                "day": cell(record, "day")[:10] or None,
                **answers,
            }
        )
    kept = [
        q.id
        for q in reader.book.questions.values()
        if not q.identifier and q.type not in ("consent", "area")
    ]
    frame = pd.DataFrame(
        {key: pd.Series([person.get(key) for person in rows], dtype=object) for key in BOOKKEEPING}
        | {
            key: pd.Series([p.get(key, Missing.NOT_ASKED) for p in rows], dtype=object)
            for key in kept
        }
    )
    return People(frame, len(sheet.records), dict(left_out), "consent" in roles)


_REASONS = {
    "partial": "no question was answered; the person is left out.",
    "no_consent": "`consent` is not yes; the person is left out.",
    "under_age": "the person is under 18 and there is no guardian's consent; left out.",
    "preview": "this is the form maker's own trial, not a person's answers; left out.",
    "duplicate": "this respondent stands there already; the first is kept.",
    "empty": "it is empty.",
}


def _left_out(
    record: Sequence[str],
    number: int,
    sheet: Sheet,
    roles: Mapping[str, int],
    cell: Callable[[Sequence[str], str], str],
) -> str:
    if not any(value.strip() for value in record):
        return "empty"
    if number in sheet.previews:
        return "preview"
    if "consent" in roles and is_yes(cell(record, "consent")) is not True:
        return "no_consent"
    if under_age(cell(record, "age")) and is_yes(cell(record, "guardian")) is not True:
        return "under_age"
    return ""


def under_age(text: str) -> bool:
    """Whether an age or an age group may be one of a person under 18."""
    folded = text.casefold()
    numbers = [int(number) for number in re.findall(r"\d+", folded)]
    if not numbers:
        return folded.strip() in ("minor", "child", "teen", "youth")
    if re.search(r"under|below|less than|menos|<", folded):
        return numbers[0] <= ADULT
    return numbers[0] < ADULT


def _answers(
    record: Sequence[str],
    sheet: Sheet,
    made: Matches,
    reader: Reader,
    row: int,
    say: Callable[[int, str, str, str, str], None],
) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, at in made.fields.items():
        question = at.question
        if question.identifier or question.type == "consent":
            continue
        text = record[at.column].strip() if at.column is not None else ""
        if question.answers:
            given, unknown = _chosen(question, at, text, record, sheet, reader)
            for part in unknown:
                say(
                    row,
                    name,
                    part,
                    "kept",
                    f"`{name}` has an answer that is not in the codebook "
                    f"({speakable(part)}); it is not counted.",
                )
            found[name] = frozenset(given) if given else Missing.NOT_ANSWERED
        elif not text or fold(text) in NO_WORDS:
            found[name] = Missing.NOT_ANSWERED
        else:
            clean, taken = scrub(text)
            if taken:
                say(
                    row,
                    name,
                    "",
                    "fixed",
                    f"`{name}` held {' and '.join(taken)}; it was taken out.",
                )
            found[name] = clean
    return found


def _chosen(
    question: Question, at: Field, text: str, record: Sequence[str], sheet: Sheet, reader: Reader
) -> tuple[set[str], list[str]]:
    given = ticked(at, record)
    if at.options or not text:
        # Beside tick boxes the joined column only repeats them.
        return given, []
    if question.many:
        return reader.several(question, text, sheet.separators)
    answer = reader.answer(question, text)
    return ({answer}, []) if answer else (set(), [text])


def _areas_by_place(sheet: Sheet, made: Matches, areas: gpd.GeoDataFrame | None) -> list[str]:
    """The area of each record from its coordinates, else from its ZIP code; "" when not known."""
    found = [""] * len(sheet.records)
    if areas is None or "area" in made.roles or not len(areas):
        return found
    zips = Gazetteer()
    at = next((f.column for n, f in made.fields.items() if re.match(r"zip|postal", n)), None)
    lat, lon = np.full(len(found), np.nan), np.full(len(found), np.nan)
    for number, record in enumerate(sheet.records):
        try:
            lat[number] = float(record[made.roles["latitude"]])
            lon[number] = float(record[made.roles["longitude"]])
        except (KeyError, ValueError):
            code = record[at].strip() if at is not None else ""
            place = zips.find(code.zfill(5)) if code.isdigit() else None
            if place is not None:
                lat[number], lon[number] = place.lat, place.lon
    return ["" if area is None else str(area) for area in join_areas(lat, lon, areas)]
