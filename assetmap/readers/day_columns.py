"""Columns that are days: "Monday" … "Sunday", "Mon-Thurs", "Weekdays", "Lunes a viernes", "Sat
Open"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from assetmap.readers.hours.parts import groups_of
from assetmap.readers.hours.words import Refused, check_letters, plain_text, tokens_of

START, END = "start", "end"
_ROLES = (
    (
        re.compile(
            r"\b(?:opens?|opening|start(?:s|ing)?|from|begin(?:s|ning)?|abre|apertura|inicio|desde)\b"
        ),
        START,
    ),
    (re.compile(r"\b(?:closes?|closing|ends?|ending|until|cierra|cierre|fin|hasta)\b"), END),
)
_SILENT = re.compile(
    r"\b(?:hours?|hrs|of operation|times?|schedule|business|operating|service|office|open hours|"
    r"horarios?|horas?|atencion|de)\b|[()#:*_]"
)
_LETTERS = {
    7: (("m", "t", "w", "t", "f", "s", "s"), ("m", "t", "w", "th", "f", "s", "s"),
        ("m", "t", "w", "r", "f", "s", "u"), ("m", "tu", "w", "th", "f", "sa", "su"),
        ("m", "t", "w", "th", "f", "sa", "su"), ("l", "m", "m", "j", "v", "s", "d"),
        ("l", "m", "x", "j", "v", "s", "d"), ("su", "m", "t", "w", "th", "f", "sa"),
        ("s", "m", "t", "w", "t", "f", "s"), ("s", "m", "t", "w", "th", "f", "s"),
        ("su", "m", "tu", "w", "th", "f", "sa")),
    5: (("m", "t", "w", "t", "f"), ("m", "t", "w", "th", "f"), ("m", "tu", "w", "th", "f"),
        ("l", "m", "m", "j", "v"), ("l", "m", "x", "j", "v")),
}  # fmt: skip


class DayColumn(NamedTuple):
    """A column for some days (0 = Monday); `role` is start or end where it holds one time."""

    position: int
    days: frozenset[int]
    role: str


@lru_cache(maxsize=4096)
def days_of_name(name: str) -> tuple[frozenset[int], str] | None:
    """The days that a column's name says, and its role; None for any other name."""
    plain = re.sub(r"\s\(\d+\)$", "", plain_text(name.replace("_", " ")))
    if not plain or len(plain) > 40:
        return None
    role = ""
    for pattern, which in _ROLES:
        shorter = pattern.sub(" ", plain)
        if shorter != plain and not re.fullmatch(r"\W*", shorter):
            # "from" in "Mon from 9" is a role; "Monday to Friday" has none.
            plain, role = shorter, which
            break
    plain = re.sub(r"\bfin de semana\b|\bweekend\b", "weekends", plain)
    if plain != "weekday":  # alone it names the column of the day
        plain = re.sub(r"\bweekday\b", "weekdays", plain)
    plain = " ".join(_SILENT.sub(" ", plain).split()).strip(" -.,")
    try:
        tokens = tokens_of(plain)
        check_letters(tokens)
        groups = groups_of(tokens)
    except Refused:
        return None
    if len(groups) != 1 or groups[0].kind != "days":
        return None
    if any(each.nth for each in groups[0].days):
        return None
    return frozenset(day for each in groups[0].days for day in each.days), role


def day_columns(names: Sequence[str], free: Sequence[int]) -> list[DayColumn]:
    """The day columns among the columns at `free`, single letters only as a whole week."""
    result = [
        DayColumn(index, *days)
        for index in free
        if (days := days_of_name(names[index])) is not None
    ]
    taken = {column.position for column in result}
    letters = [re.sub(r"\s\(\d+\)$", "", name.strip()).lower().rstrip(".") for name in names]
    for size, weeks in _LETTERS.items():
        for start in range(len(names) - size + 1):
            run = range(start, start + size)
            if tuple(letters[index] for index in run) not in weeks or taken & set(run):
                continue
            if not set(run) <= set(free):
                continue
            sunday_first = letters[start].startswith("s")
            for step, index in enumerate(run):
                day = (step - 1) % 7 if sunday_first else step
                result.append(DayColumn(index, frozenset((day,)), ""))
                taken.add(index)
    return sorted(result)
