"""What a column is that asks no question: consent, an area, a day, who somebody is."""

from __future__ import annotations

import re
from collections import Counter

import geopandas as gpd
import pandas as pd

from assetmap.places import fold
from assetmap.survey.identifiers import scrub
from assetmap.survey.inferring.draft import RecipeDraft, is_number
from assetmap.survey.phrases import header_is, holds_names, is_yes, key, phrases
from assetmap.survey.recipe import ConsentRule
from assetmap.survey.tools.layout import Column

MOSTLY = 0.9
# "42.1 -72.6 0 0", as phones write where they are; addresses of mail and of machines.
_TELLS_WHO = re.compile(
    r"\s*(?:-?\d{1,3}\.\d+[ ,;]\s*-?\d{1,3}\.\d+(?:[ ,;]+-?[\d.]+){0,2}"
    r"|[^\s@]+@[^\s@]+\.\w{2,}|\d{1,3}(?:\.\d{1,3}){3})\s*"
)
# "A1": an answer's code in LimeSurvey.
_ANSWER_CODE = re.compile(r"[A-Z]{1,3}\d{1,3}")
NO_MINUS_NUMBER = re.compile(r"\s*\d+([.,]\d+)?\s*")


def note_role(draft: RecipeDraft, number: int, column: Column) -> None:
    """A column that the tool itself says the role of."""
    name = draft.names[number]
    if column.role == "area":
        draft.area = (name, "name", 0.99)
    if column.role in ("respondent", "latitude", "longitude", "link"):
        draft.identifiers.append(name)
    if column.role != "consent":
        draft.roles.setdefault(column.role, name)


def set_aside(draft: RecipeDraft, number: int, column: Column) -> None:
    """A column of the tool's own: kept out, as identifier or as no question."""
    bucket = draft.identifiers if header_is(column.name, "identifier") else draft.ignored
    if draft.names[number]:
        bucket.append(draft.names[number])


def points_at_people(header: str, name: str, values: Counter[str]) -> bool:
    """Whether a column points at people: by its header, or by what stands in it."""
    if re.search(r"[_-](latitude|longitude|altitude|precision|accuracy)$", name.casefold()):
        return True
    if 2 * sum(values[value] for value in values if _TELLS_WHO.fullmatch(value)) >= values.total():
        # However few they are, and whatever stands above them.
        return bool(values)
    yes_no = {key(value) for value in values} <= phrases("yes") | phrases("no") | {"maybe"}
    few = len(values) <= 6 and values.total() >= 3 * len(values)
    named = header_is(header, "identifier") or header_is(name.rpartition("/")[2], "identifier")
    sample = list(values)[:200]
    if named and not yes_no:
        who = re.search(
            r"interview|enumerat|surveyor|collector|staff|entrevist|encuest", fold(header)
        )
        bare = re.search(
            r"(?:^|[\W_])(?:nombres?|names?|noms?|vorname|nachname|nomes?)$|"
            r"^(?:(?:adresse|direccion de|endereco de) )?(?:e[ -]?mail|courriel|correo)"
            r"(?:[ -]?(?:address|adresse|electronico))?$",
            fold(header),
        )
        if who or bare or not few or holds_names(sample):
            return not header_is(header, "consent")
    if header_is(header, "consent") or yes_no:
        return False
    # Counted by answers: a few names written beside "Family" and "Friends" make no list of names.
    names = sum(values[value] for value in sample if holds_names([value]))
    asked_of = sum(values[value] for value in sample)
    if 2 * names >= asked_of and sum(len(value) for value in sample) / len(sample) < 30:
        return True
    signs = sum(
        bool(scrub(value)[1]) and len(re.sub(r"\[removed\]", "", scrub(value)[0])) < 12
        for value in sample
    )
    dates = header_is(header, "day")
    return not dates and signs >= max(1, 0.5 * len(sample)) and len(values) > 3


def decide_consent(draft: RecipeDraft, header: str, name: str, values: Counter[str]) -> bool:
    """Whether the column is how people agreed; the surest of several is the draft's consent."""
    if not header_is(header, "consent") or header_is(header, "guardian") or len(values) > 8:
        return False
    verdicts = {value: is_yes(value) for value in values}
    yes = tuple(value for value, verdict in verdicts.items() if verdict is True)
    share = sum(values[value] for value in yes) / values.total()
    codes = all(is_number(key(value)) or _ANSWER_CODE.fullmatch(value) for value in values)
    if not yes and not codes:
        return False
    sure = round((0.95 if not codes else 0.7) * (0.6 + 0.4 * share), 2)
    if draft.consent is None or sure > draft.consent.sure:
        if draft.consent is not None:
            draft.ignored.append(draft.consent.column)
        draft.consent = ConsentRule(name, yes, sure=sure)
    else:
        draft.ignored.append(name)
    return True


def numbers_rows(header: str, values: Counter[str]) -> bool:
    """Whether a column without a word in its header ("#") only numbers the rows."""
    alone = len(values) == values.total() > 1
    return not re.search(r"\w", header) and alone and all(is_number(key(v)) for v in values)


def fits_role(role: str, values: Counter[str], people: int) -> bool:
    """Whether a column's values can be what its header promises."""
    distinct = len(values)
    if role == "weight":
        numbers = (count for value, count in values.items() if NO_MINUS_NUMBER.fullmatch(value))
        return sum(numbers) >= MOSTLY * values.total() > 0
    if role == "respondent":
        return distinct > 0.5 * values.total()
    if role == "day":
        return sum(bool(re.search(r"\d", value)) for value in values) >= 0.9 * distinct
    if role == "birth_year":
        return all(re.fullmatch(r"(19|20)\d{2}(\.0)?", value) for value in values)
    return distinct <= 12


def decide_area(
    draft: RecipeDraft,
    header: str,
    column_name: str,
    name: str,
    values: Counter[str],
    areas: gpd.GeoDataFrame | None,
) -> bool:
    """Whether the column says an area (as named, by ZIP code); the surest is the draft's area."""
    zips = sum(t for v, t in values.items() if re.fullmatch(r"\d{4,5}(-\d{4}|\.0)?", v))
    share = zips / values.total()
    by_header = header_is(header, "area") or header_is(column_name.rpartition("/")[2], "area")
    known = _known_areas(areas)
    matched = sum(t for v, t in values.items() if fold(v) in known) / values.total()
    looks_zip = bool(re.search(r"zip|postal|postcode|\bplz\b|\bcep\b", fold(header)))
    if matched >= 0.5 and (by_header or matched >= 0.8):
        result = (name, "area", round(0.6 + 0.39 * matched, 2))
    elif share >= 0.7 and (looks_zip or by_header):
        result = (name, "zip", round(0.55 + 0.4 * share, 2))
    elif by_header and len(values) <= 60 and not (areas is not None and len(areas)):
        result = (name, "name", 0.6)
    else:
        return False
    if draft.area is not None and draft.area[2] >= result[2]:
        if result[1] == "name":
            return False
        draft.ignored.append(name)
        return True
    if draft.area is not None:
        draft.ignored.append(draft.area[0])
    draft.area = result
    draft.roles["area"] = name
    return True


def _known_areas(areas: gpd.GeoDataFrame | None) -> frozenset[str]:
    if areas is None or not len(areas):
        return frozenset()
    return frozenset(
        fold(str(written))
        for column in ("id", "name", "district")
        if column in areas
        for written in areas[column]
        if pd.notna(written) and str(written).strip()
    )
