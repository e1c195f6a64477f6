"""Which assets have a kind that was guessed from their words, not named by their source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from assetmap.fields import Problem
from assetmap.readers import Read


class _Correction(Protocol):
    """What is needed of a correction."""

    @property
    def id(self) -> str: ...

    @property
    def field(self) -> str: ...


def guessed_kinds(
    reads: Mapping[str, Read], problems: Iterable[Problem], corrections: Iterable[_Correction]
) -> frozenset[str]:
    """The ids of assets whose kind is a guess that nobody has corrected."""
    rows: dict[str, set[int | None]] = {}
    for problem in problems:
        if (problem.field, problem.severity) == ("kind", "guessed"):
            rows.setdefault(problem.source, set()).add(problem.row)
    result: set[str] = set()
    for key, read in reads.items():
        if key in rows and "id" in read.frame:
            result.update(read.frame["id"][read.frame["row"].isin(rows[key])].dropna())
    return frozenset(
        result - {correction.id for correction in corrections if correction.field == "kind"}
    )
