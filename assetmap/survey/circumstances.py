"""Wave, area, place, link, day and weight of the people who stay, and who is not yet 18."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.places import Gazetteer, fold, join_areas
from assetmap.survey.match import AnswerMatcher, Matches
from assetmap.survey.phrases import header_is, is_blank, key, phrases
from assetmap.survey.tools.layout import ToolSheet
from assetmap.survey.waves import days
from assetmap.words import text

ADULT = 18
_OVER = r"over|above|older than|more than|mayor|más de|mas de|plus de|über|mais de|>"
_CODE = re.compile(
    r"\s*([a-z]{1,2}|(age|ages|opt|option|item|code|choice|group|grp|cat|range)[ _-]*)\d{1,2}\s*",
    re.IGNORECASE,
)
# A column whose greatest number is this small holds codes: nobody fills in a survey at 12.
LARGEST_CODE = 12


def under_age(text: str) -> bool | None:
    """Whether an age or an age group may be one of a person under 18; None when it says neither."""
    folded = text.casefold().strip()
    numbers = [int(number) for number in re.findall(r"\d+", folded)]
    if not numbers:
        return True if key(text) in phrases("minor") else None
    if re.search(r"under|below|less than|younger|menos|menor|moins|unter|jünger|<", folded):
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


DECIMAL_COMMA = re.compile(r"^(-?\d+),(\d+)$")


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
