"""The records of an export to people's answers: who is left out, and what is taken out.

A person is left out (and counted) who did not consent, is under 18 without a guardian's consent,
did not finish, was rejected by the survey's own reviewer, is the assessor's trial, stands there
twice, or opened the form and answered nothing. Columns are read one by one, and every spelling of
an answer once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.places import Gazetteer, fold, join_areas
from assetmap.survey.ages import minors
from assetmap.survey.codebook import Question
from assetmap.survey.identifiers import scrub
from assetmap.survey.match import AnswerField, AnswerMatcher, Matches, ticked
from assetmap.survey.phrases import is_blank, is_yes, standard_answer
from assetmap.survey.questions import Missing
from assetmap.survey.same_people import PersonKey, key_of
from assetmap.survey.tools.layout import ToolSheet
from assetmap.survey.waves import days
from assetmap.words import Text, text

ROWS_NAMED = 5
DECIMAL_COMMA = re.compile(r"^(-?\d+),(\d+)$")
# So many rows of one question are each told of; nobody reads ten thousand lines of one kind.
ROWS_SAID = 200
# A file of fewer records says nothing of how the tool marks what is finished.
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
    reasons = _reasons(name, sheet, matches, reader, consent, seen, problems)
    kept = [number for number, reason in enumerate(reasons) if not reason]
    answers: dict[str, list[object]] = {}
    for question_id, value in matches.fields.items():
        if not value.question.identifier and value.question.type not in ("consent", "area"):
            answers[question_id] = _column(name, value, kept, sheet, reader, problems)
    silent = [
        place
        for place in range(len(kept))
        if not any(isinstance(column[place], frozenset | str) for column in answers.values())
    ]
    for place in silent:
        reasons[kept[place]] = "partial"
    _say_left_out(name, reasons, problems)
    quiet = set(silent)
    places = [place for place in range(len(kept)) if place not in quiet]
    rows = [kept[place] for place in places]
    frame = pd.DataFrame(
        {"row": pd.Series([row + 1 for row in rows], dtype=object)}
        | _bookkeeping(name, sheet, matches, reader, areas, rows, problems)
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
    ids, telling = matches.roles.get("respondent"), _telling(sheet, matches)
    return tuple(
        key_of(sheet.records[row], "" if ids is None else sheet.records[row][ids], telling)
        for row in rows
    )


def _reasons(
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
    telling = _telling(sheet, matches)
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


def _telling(sheet: ToolSheet, matches: Matches) -> bool:
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


def _say_left_out(name: str, reasons: Sequence[str], problems: list[Problem]) -> None:
    for number, reason in enumerate(reasons, 1):
        if reason and (reason != "empty" or number < len(reasons)):
            message = text(f"survey.row_{reason}", row=number)
            problems.append(Problem(number, "", "", "rejected", message, name))


def _column(
    name: str,
    answer_field: AnswerField,
    kept: Sequence[int],
    sheet: ToolSheet,
    reader: AnswerMatcher,
    problems: list[Problem],
) -> list[object]:
    """One question's answers of the kept records."""
    if not answer_field.question.answers:
        return _texts(name, answer_field, kept, sheet, problems)
    result: list[object] = []
    unknown: list[int] = []
    question, separators = answer_field.question, tuple(sheet.separators)
    if question.many and "|" not in separators:
        separators = (*separators, "|")
    known: dict[str, tuple[frozenset[str], int]] = {}

    def chosen(cell: str) -> tuple[frozenset[str], int]:
        """Every spelling is looked at once a column."""
        if cell not in known:
            if _silent(cell, question, reader):
                known[cell] = (frozenset(), 0)
            elif question.many:
                known[cell] = reader.several(question, cell, separators)
            else:
                known[cell] = reader.one(question, cell)
        return known[cell]

    columns = answer_field.columns
    if not answer_field.options and len(columns) == 1 and question.type != "text":
        # Most questions stand in one column: every spelling is looked at once, the rest is lookup.
        cells = [sheet.records[number][columns[0]] for number in kept]
        verdicts = {cell: chosen(cell) for cell in dict.fromkeys(cells)}
        values = {cell: answer or Missing.NOT_ANSWERED for cell, (answer, _) in verdicts.items()}
        result = [values[cell] for cell in cells]
        missed_cells = {cell for cell, (_, missed) in verdicts.items() if missed}
        if missed_cells:
            unknown = [n for n, cell in zip(kept, cells, strict=True) if cell in missed_cells]
            _say_unknown(name, question, unknown, problems)
        return result
    for number in kept:
        record = sheet.records[number]
        given = ticked(answer_field, record) if answer_field.options else frozenset()
        if not answer_field.options:
            for column in columns:
                cell = record[column]
                answer, missed = known.get(cell) or chosen(cell)
                if missed:
                    unknown.append(number)
                # One person went through one branch; a single answer stays the first.
                if not given or question.many:
                    given = given | answer if given else answer
        result.append(given or Missing.NOT_ANSWERED)
    if unknown:
        _say_unknown(name, question, unknown, problems)
    return result


def _silent(cell: str, question: Question, reader: AnswerMatcher) -> bool:
    if not cell or cell.isspace():
        return True
    return is_blank(cell) and reader.answers[question.id].get(fold(cell)) is None


def _say_unknown(
    name: str, question: Question, unknown: Sequence[int], problems: list[Problem]
) -> None:
    rows = ", ".join(str(number + 1) for number in unknown[:ROWS_NAMED])
    more = " …" if len(unknown) > ROWS_NAMED else ""
    message = text(
        "survey.unknown_answers", n=len(unknown), question=question.id, rows=f"{rows}{more}"
    )
    problems.append(Problem(unknown[0] + 1, question.id, "", "kept", message, name))


def _texts(
    name: str,
    answer_field: AnswerField,
    kept: Sequence[int],
    sheet: ToolSheet,
    problems: list[Problem],
) -> list[object]:
    """Free text without what points at someone; numbers stay as they are written."""
    result: list[object] = []
    scrubbed: list[int] = []
    for number in kept:
        record = sheet.records[number]
        cell = next(
            (record[c].strip() for c in answer_field.columns if not _nothing(record[c])), ""
        )
        if not cell:
            result.append(Missing.NOT_ANSWERED)
            continue
        clean, taken = scrub(cell)
        if taken:
            scrubbed.append(number)
            if len(scrubbed) <= ROWS_SAID:
                message = text(
                    "survey.row_scrubbed",
                    row=number + 1,
                    question=answer_field.question.id,
                    taken=_listed(taken),
                )
                problems.append(
                    Problem(number + 1, answer_field.question.id, "", "fixed", message, name)
                )
        result.append(clean)
    if len(scrubbed) > ROWS_SAID:
        message = text(
            "survey.rows_scrubbed", n=len(scrubbed) - ROWS_SAID, question=answer_field.question.id
        )
        problems.append(Problem(None, answer_field.question.id, "", "fixed", message, name))
    return result


def _nothing(cell: str) -> bool:
    """Whether a text says nothing; long texts always say something."""
    return len(cell) < 24 and (is_blank(cell) or fold(cell) == "none")


def _listed(taken: Sequence[Text]) -> Text:
    whole = taken[0]
    for sign in taken[1:]:
        last = sign is taken[-1]
        whole = text("survey.signs_and" if last else "survey.signs", first=whole, second=sign)
    return whole


def _bookkeeping(
    name: str,
    sheet: ToolSheet,
    matches: Matches,
    reader: AnswerMatcher,
    areas: gpd.GeoDataFrame | None,
    rows: Sequence[int],
    problems: list[Problem],
) -> dict[str, pd.Series]:
    """wave, area, place, link, day and weight of the kept records."""

    def cells(role: str) -> list[str]:
        if role not in matches.roles:
            return [""] * len(rows)
        return [sheet.records[row][matches.roles[role]].strip() for row in rows]

    def series(values: Sequence[object]) -> pd.Series:
        return pd.Series([value or None for value in values], dtype=object)

    result = _areas(name, sheet, matches, reader, areas, rows, problems)
    weights = _weights(name, cells("weight"), problems)
    return {
        "wave": series(cells("wave")),
        "area": series(result),
        "place": series(cells("place")),
        "link": series(cells("link")),
        "day": series(days(cells("day"))),
        "weight": weights,
    }


def _weights(name: str, cells: Sequence[str], problems: list[Problem]) -> pd.Series:
    """Each person's weight; missing, and said, where there is no number of 0 or more."""
    written = pd.Series([DECIMAL_COMMA.sub(r"\1.\2", cell) for cell in cells], dtype=object)
    weights = pd.to_numeric(written, errors="coerce").astype(float)
    weights = weights.where(np.isfinite(weights) & (weights >= 0))
    unread = int((weights.isna() & (written != "")).sum())
    if unread:
        message = text("survey.weight_unread", n=unread, file=name)
        problems.append(Problem(None, "weight", "", "guessed", message, name))
    return weights


def _areas(
    name: str,
    sheet: ToolSheet,
    matches: Matches,
    reader: AnswerMatcher,
    areas: gpd.GeoDataFrame | None,
    rows: Sequence[int],
    problems: list[Problem],
) -> list[str]:
    """The area of each record: by its own column, else by coordinates, else by ZIP code."""
    where = next((q for q in reader.book.questions.values() if q.type == "area"), None)
    column = matches.roles.get("area")
    cells = [sheet.records[row][column].strip() if column is not None else "" for row in rows]
    if where is not None and where.answers:
        cells = [(reader.answer(where, cell) or cell) if cell else "" for cell in cells]
    if areas is None or not len(areas):
        return cells
    names = _area_names(areas)
    known = [names.get(fold(cell), "") if cell else "" for cell in cells]
    zips = cells if any(re.fullmatch(r"\d{4,5}(-\d{4})?", cell) for cell in cells) else None
    if zips is None and (column is None or not any(known)):
        position = next((f for n, f in matches.fields.items() if re.match(r"zip|postal", n)), None)
        if position is not None and position.columns:
            zips = [sheet.records[row][position.columns[0]].strip() for row in rows]
    result = [
        item or two
        for item, two in zip(known, _by_place(sheet, matches, areas, rows, zips), strict=True)
    ]
    lost = sum(bool(cell) and not area for cell, area in zip(cells, result, strict=True))
    if lost:
        message = text("survey.area_unknown", n=lost, file=name)
        problems.append(Problem(None, "area", "", "kept", message, name))
    # What is not on the map stays as it is: it counts for the whole county only.
    return [area or cell for area, cell in zip(result, cells, strict=True)]


def _area_names(areas: gpd.GeoDataFrame) -> Mapping[str, str]:
    """Ways to write an area (folded id, name or district) → what `geography` knows it by."""
    result: dict[str, str] = {}
    for column in ("district", "name", "id"):
        if column in areas:
            for area, written in zip(areas["id"], areas[column], strict=True):
                if pd.notna(written) and str(written).strip():
                    value = str(written).strip() if column == "district" else str(area)
                    result[fold(str(written))] = value
    return result


def _by_place(
    sheet: ToolSheet,
    matches: Matches,
    areas: gpd.GeoDataFrame,
    rows: Sequence[int],
    zips: Sequence[str] | None,
) -> list[str]:
    gazetteer = Gazetteer()
    lat, lon = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    known: dict[str, tuple[float, float]] = {}
    for position, row in enumerate(rows):
        record = sheet.records[row]
        try:
            lat[position] = float(record[matches.roles["latitude"]])
            lon[position] = float(record[matches.roles["longitude"]])
        except (KeyError, ValueError):
            code = zips[position][:5].removesuffix(".0") if zips is not None else ""
            if code.isdigit():
                if code not in known:
                    place = gazetteer.find(code.zfill(5))
                    known[code] = (place.lat, place.lon) if place else (np.nan, np.nan)
                lat[position], lon[position] = known[code]
    return ["" if area is None else str(area) for area in join_areas(lat, lon, areas)]
