"""What the people who stay have given, column by column: their answers and their circumstances.

Circumstances are wave, area, place, link, day and weight, and who is not yet 18.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.places import Gazetteer, fold, join_areas
from assetmap.survey.codebook import Question
from assetmap.survey.identifiers import scrub
from assetmap.survey.match import AnswerField, AnswerMatcher, Matches, ticked
from assetmap.survey.phrases import header_is, is_blank, key, phrases
from assetmap.survey.questions import Missing
from assetmap.survey.tools.layout import ToolSheet
from assetmap.survey.waves import days
from assetmap.vocabulary import any_of
from assetmap.words import Text, text

ROWS_NAMED = 5
# So many rows of one question are each told of; nobody reads ten thousand lines of one kind.
ROWS_SAID = 200
ADULT = 18
_UNDER, _OVER = any_of("age_under") + "|<", any_of("age_over") + "|>"
_CODE = re.compile(
    r"\s*([a-z]{1,2}|(age|ages|opt|option|item|code|choice|group|grp|cat|range)[ _-]*)\d{1,2}\s*",
    re.IGNORECASE,
)
# A column whose greatest number is this small holds codes: nobody fills in a survey at 12.
LARGEST_CODE = 12
DECIMAL_COMMA = re.compile(r"^(-?\d+),(\d+)$")


def answers_to(
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


def under_age(text: str) -> bool | None:
    """Whether an age or an age group may be one of a person under 18; None when it says neither."""
    folded = text.casefold().strip()
    numbers = [int(number) for number in re.findall(r"\d+", folded)]
    if not numbers:
        return True if key(text) in phrases("minor") else None
    if re.search(_UNDER, folded):
        # "18 or younger" and "under 19" hold minors as well.
        return numbers[0] <= ADULT + 1
    if re.search(_OVER, folded):
        return numbers[0] < ADULT - 1
    return numbers[0] < ADULT


def minors(
    cells: Sequence[str], labels: Mapping[str, str], birth_year: bool = False, year: int = 0
) -> tuple[list[bool], int]:
    """Which cells are of minors, and how many answers could not be understood.

    `labels` maps a cell to its label where the codebook knows the code. `birth_year` says that
    the cells are years of birth, read as of `year`.
    """
    known: dict[str, bool | None] = {}
    numbers = [float(cell) for cell in set(cells) if re.fullmatch(r"\s*\d+(\.0*)?\s*", cell)]
    coded = bool(numbers) and max(numbers) <= LARGEST_CODE
    problems, unread = [], 0
    for cell in cells:
        if is_blank(cell):
            problems.append(False)
            continue
        if cell not in known:
            known[cell] = _of_cell(cell, labels, coded, year if birth_year else 0)
        verdict = known[cell]
        unread += verdict is None
        problems.append(verdict is True)
    return problems, unread


def _of_cell(cell: str, labels: Mapping[str, str], coded: bool, year: int) -> bool | None:
    if year:
        match = re.search(r"(?:19|20)\d{2}", cell)
        return year - int(match[0]) <= ADULT if match else None
    label = labels.get(cell)
    # A label that is the code again explains nothing.
    if label is not None and not (
        _CODE.fullmatch(label) or (coded and re.fullmatch(r"\s*\d+(\.0*)?\s*", label))
    ):
        verdict = under_age(label)
        return verdict if verdict is not None else False
    if coded or _CODE.fullmatch(cell):
        return None
    return under_age(cell)


def circumstances(
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

    day = matches.roles.get("day")
    by_day = day is not None and header_is(sheet.columns[day].name, "day_first")
    result = _areas(name, sheet, matches, reader, areas, rows, problems)
    weights = _weights(name, cells("weight"), problems)
    return {
        "wave": series(cells("wave")),
        "area": series(result),
        "place": series(cells("place")),
        "link": series(cells("link")),
        "day": series(days(cells("day"), by_day)),
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
