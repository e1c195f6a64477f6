"""The records of an export to people's answers: who is left out, and what is taken out.

A person is left out (and counted) who did not consent, is under 18 without a guardian's consent,
did not finish, was rejected by the survey's own reviewer, is the assessor's trial, stands there
twice, or opened the form and answered nothing. Columns are read one by one, and every spelling of
an answer once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from assetmap.fields import Problem
from assetmap.places import fold
from assetmap.survey.answers import PersonKey, key_of
from assetmap.survey.given import answers_to, circumstances, minors
from assetmap.survey.match import AnswerMatcher, Matches
from assetmap.survey.phrases import is_yes, standard_answer
from assetmap.survey.questions import Missing
from assetmap.survey.tools.layout import ToolSheet
from assetmap.survey.waves import days
from assetmap.words import text

# Tools that give every record an id of its own, whatever file it comes in.
TOOLS_WITH_UNIQUE_IDS = frozenset({"kobo", "odk", "qualtrics", "surveymonkey"})


@dataclass(frozen=True)
class Consent:
    """How people agreed: by a column, with the answers that mean yes, or all before the start."""

    yes: frozenset[str] = frozenset()
    everyone: bool = False


@dataclass
class Seen:
    """People met in earlier files of the same upload, to tell who stands there twice."""

    ids: set[tuple[str, str]] = field(default_factory=set)
    records: Counter[tuple[str, ...]] = field(default_factory=Counter)


def reasons_of(
    name: str,
    sheet: ToolSheet,
    matches: Matches,
    reader: AnswerMatcher,
    consent: Consent,
    seen: Seen,
    problems: list[Problem],
) -> list[str]:
    """Why each record is left out; "" for those that stay (as far as is known yet)."""
    roles, records = matches.roles, sheet.records

    def cells(role: str) -> list[str]:
        return [record[roles[role]].strip() for record in records] if role in roles else []

    agreed = _agreed(cells("consent"), reader, consent)
    guardians = [is_yes(cell) is True for cell in cells("guardian")]
    young = _young(name, cells, matches, reader, problems)
    # Where nobody finished, the tool's mark is simply not used (REDCap's stays 0 in many projects).
    unfinished = sheet.unfinished if len(sheet.unfinished) < len(records) else frozenset()
    ids, waves = cells("respondent"), cells("wave")
    telling = rows_tell_people(sheet, matches)
    before = Counter(seen.records)
    reasons = []
    for number, record in enumerate(records):
        reason = ""
        if not any(record):
            reason = "empty"
        elif number in sheet.previews:
            reason = "preview"
        elif number in sheet.rejected:
            reason = "rejected"
        elif agreed and not agreed[number]:
            reason = "no_consent"
        elif young and young[number] and not (guardians and guardians[number]):
            reason = "under_age"
        elif number in unfinished:
            reason = "partial"
        else:
            reason = _again(number, record, ids, waves, sheet.tool, telling, seen, before)
        reasons.append(reason)
    if telling:
        seen.records.update(tuple(record) for record in records)
    if sheet.tool not in TOOLS_WITH_UNIQUE_IDS:
        seen.ids.clear()  # 1, 2, 3 in the next file may be other people
    return reasons


def _again(
    number: int,
    record: Sequence[str],
    ids: Sequence[str],
    waves: Sequence[str],
    tool: str,
    telling: bool,
    seen: Seen,
    before: Counter[tuple[str, ...]],
) -> str:
    """Whether this person stands there already: by id, or by a whole row of an earlier file."""
    if telling and before[tuple(record)]:
        before[tuple(record)] -= 1
        return "duplicate"
    if ids and ids[number]:
        person = (waves[number] if waves else "", ids[number])
        if person in seen.ids:
            return "duplicate"
        seen.ids.add(person)
    return ""


def rows_tell_people(sheet: ToolSheet, matches: Matches) -> bool:
    """Whether equal rows of two files are the same person: they carry an id or a time of day."""
    if "respondent" in matches.roles:
        return True
    if "day" not in matches.roles:
        return False
    column = matches.roles["day"]
    timed = sum(bool(re.search(r"\d:\d\d", record[column])) for record in sheet.records[:50])
    return timed > 0


def _agreed(cells: Sequence[str], reader: AnswerMatcher, consent: Consent) -> list[bool]:
    """Who agreed, by the consent column; empty where there is none."""
    if consent.everyone and not cells:
        return []
    question = next((q for q in reader.book.questions.values() if q.type == "consent"), None)
    known: dict[str, bool] = {}
    result = []
    for cell in cells:
        if cell not in known:
            written = cell
            if question is not None and question.answers and is_yes(cell) is not False:
                answer = reader.answers[question.id].get(fold(cell)) or (
                    reader.answer(question, cell) if cell[:1].isdigit() or len(cell) < 4 else None
                )
                label = question.answers.get(answer or "", {}).get("en", "")
                written = label if is_yes(label) is not None else answer or cell
            verdict = is_yes(written)
            known[cell] = verdict is True or (verdict is None and fold(cell) in consent.yes)
        result.append(known[cell])
    return result


def _young(
    name: str,
    cells: Callable[[str], list[str]],
    matches: Matches,
    reader: AnswerMatcher,
    problems: list[Problem],
) -> list[bool]:
    if "age" in matches.roles:
        role = "age"
    elif "birth_year" in matches.roles:
        role = "birth_year"
    else:
        return []
    number, notes = matches.roles[role], cells(role)
    question = next(
        (position.question for position in matches.fields.values() if number in position.columns),
        None,
    )
    labels: dict[str, str] = {}
    if question is not None and question.answers:
        for cell in set(notes):
            answer = reader.answer(question, cell) if cell else None
            if answer is not None and standard_answer(answer) is None:
                labels[cell] = question.answers.get(answer, {}).get("en", answer)
    years = [int(day[:4]) for day in days(cells("day")) if day]
    young, unread = minors(notes, labels, role == "birth_year", max(years, default=0) or 2026)
    if unread:
        message = text("survey.age_unread", n=unread, file=name)
        problems.append(Problem(None, "age", "", "guessed", message, name))
    return young


def say_left_out(name: str, reasons: Sequence[str], problems: list[Problem]) -> None:
    """A problem for every row with a reason; empty rows at the end need none."""
    for number, reason in enumerate(reasons, 1):
        if reason and (reason != "empty" or number < len(reasons)):
            message = text(f"survey.row_{reason}", row=number)
            problems.append(Problem(number, "", "", "rejected", message, name))


@dataclass(frozen=True)
class People:
    """`rows` in the upload, those left out by reason, and a frame of the others with their keys."""

    frame: pd.DataFrame
    rows: int
    left_out: dict[str, int]
    has_consent: bool
    keys: tuple[PersonKey, ...] = field(default=(), repr=False)


def people(
    name: str,
    sheet: ToolSheet,
    matches: Matches,
    reader: AnswerMatcher,
    areas: gpd.GeoDataFrame | None,
    consent: Consent,
    seen: Seen,
    problems: list[Problem],
) -> People:
    """The people of one export; what happened to each row is added to `problems`."""
    records = sheet.records
    reasons = reasons_of(name, sheet, matches, reader, consent, seen, problems)
    kept = [number for number, reason in enumerate(reasons) if not reason]
    answers: dict[str, list[object]] = {}
    for question_id, value in matches.fields.items():
        if not value.question.identifier and value.question.type not in ("consent", "area"):
            answers[question_id] = answers_to(name, value, kept, sheet, reader, problems)
    silent = [
        place
        for place in range(len(kept))
        if not any(isinstance(column[place], frozenset | str) for column in answers.values())
    ]
    for place in silent:
        reasons[kept[place]] = "partial"
    say_left_out(name, reasons, problems)
    quiet = set(silent)
    places = [place for place in range(len(kept)) if place not in quiet]
    rows = [kept[place] for place in places]
    frame = pd.DataFrame(
        {"row": pd.Series([row + 1 for row in rows], dtype=object)}
        | circumstances(name, sheet, matches, reader, areas, rows, problems)
        | {
            question.id: pd.Series(
                [answers[question.id][place] for place in places]
                if question.id in answers
                else [Missing.NOT_ASKED] * len(places),
                dtype=object,
            )
            for question in reader.book.questions.values()
            if not question.identifier and question.type not in ("consent", "area")
        }
    )
    left_out = Counter(reason for reason in reasons if reason)
    has_consent = consent.everyone or "consent" in matches.roles
    return People(frame, len(records), dict(left_out), has_consent, _keys(sheet, matches, rows))


def _keys(sheet: ToolSheet, matches: Matches, rows: Sequence[int]) -> tuple[PersonKey, ...]:
    """What tells each of these rows' people, whatever their questions are called."""
    ids, telling = matches.roles.get("respondent"), rows_tell_people(sheet, matches)
    return tuple(
        key_of(sheet.records[row], "" if ids is None else sheet.records[row][ids], telling)
        for row in rows
    )
