"""Who is under 18, from an age, an age group, a birth year or a code for one.

Only a question about the person's own age decides (`phrases.header_is(…, "age")`). An answer that
cannot be understood leaves nobody out: it is counted, and the assessor is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assetmap.survey.phrases import is_blank, key, phrases

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
