"""The one layout every tool's export is brought to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from assetmap.places import fold

# Bookkeeping of a sheet without a tool of its own: its column names, and what they are to us.
ROLES = {
    name: name
    for name in ("respondent", "wave", "area", "consent", "age", "guardian", "place", "day", "link")
} | {"guardian_consent": "guardian"}


class Column(NamedTuple):
    """One column: its header as exported, and readings of it as (question, option), best first.

    A column without readings is the tool's own bookkeeping. `role` names bookkeeping we use:
    respondent, day, link, latitude, longitude, wave, area, consent, age, guardian, place.
    """

    name: str
    readings: tuple[tuple[str, str], ...] = ()
    role: str = ""


@dataclass(frozen=True)
class ToolSheet:
    """`separators` part joined answers; the sets hold positions of records.

    `unfinished` were not submitted, `previews` are the form maker's own trials, `rejected` were
    refused by the survey's reviewer.
    """

    tool: str
    columns: list[Column]
    records: list[list[str]]
    separators: tuple[str, ...] = ()
    unfinished: frozenset[int] = frozenset()
    previews: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()
    notes: list[str] = field(default_factory=list)


def folded(row: Iterable[str]) -> set[str]:
    """Header cells in a form that can be compared."""
    return {fold(cell) for cell in row}


def plain_columns(header: list[str], roles: dict[str, str], own: frozenset[str]) -> list[Column]:
    """Columns whose header is the question: `roles` by folded name, `own` are bookkeeping."""
    result = []
    for cell in header:
        name = fold(cell)
        if name in roles:
            result.append(Column(cell, role=roles[name]))
        elif not name or name in own:
            result.append(Column(cell))
        else:
            result.append(Column(cell, ((cell.strip(), ""),)))
    return result


def where(header: list[str], name: str) -> int | None:
    """The position of the column of that folded name."""
    return next((n for n, cell in enumerate(header) if fold(cell) == name), None)
