"""Danger, said with or without its word: which crisis line comes first.

The patterns are data (`crisis_patterns.csv`), read over the plain text in lower case without
apostrophes. `unless` is what the same words are when nobody is in danger ("overdose awareness
walk"); it is taken out of the text before the pattern is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.search.understand.meaning import Meaning, meaning_of


class CrisisPattern(NamedTuple):
    """One pattern and the lines (ids of crisis_lines.csv) that come first when it is found."""

    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    lines: tuple[str, ...]
    means: Meaning


@cache
def crisis_patterns() -> tuple[CrisisPattern, ...]:
    """Every pattern of crisis_patterns.csv, the gravest first."""
    return tuple(
        CrisisPattern(
            re.compile(rf"(?<!\w)(?:{row['pattern']})(?!\w)"),
            re.compile(rf"(?<!\w)(?:{row['unless']})(?!\w)") if row["unless"] else None,
            tuple(vocabulary.split(row["lines"])),
            meaning_of(row["means"]),
        )
        for row in vocabulary.read_rows(vocabulary.FOLDER / "crisis_patterns.csv")
    )


def danger_in(lower: str) -> tuple[list[str], list[Meaning]]:
    """The crisis lines that a text calls for, the first one first, and what else it means.

    Both are empty where nobody is in danger.
    """
    text = re.sub(r"['’`´]", "", lower)
    text = " ".join(re.sub(r"[^\w?]+", " ", text).split())
    lines: dict[str, None] = {}
    meanings: list[Meaning] = []
    for entry in crisis_patterns():
        rest = entry.unless.sub(" ", text) if entry.unless else text
        if entry.pattern.search(rest):
            lines.update(dict.fromkeys(entry.lines))
            meanings.append(entry.means)
    return list(lines), meanings


def crisis_line(line: str) -> Mapping[str, str]:
    """The row of crisis_lines.csv: phone, text, how Spanish is reached, and where that is from."""
    return _crisis_lines()[line]


@cache
def _crisis_lines() -> Mapping[str, Mapping[str, str]]:
    path = vocabulary.FOLDER / "crisis_lines.csv"
    return {row["id"]: row for row in vocabulary.read_rows(path)}
