"""What a reader is told beside the bytes, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from assetmap.fields import JsonDict, JsonObject, Problem
from assetmap.words import Text

Progress = Callable[[int, int], None]


class Recipe(NamedTuple):
    """A saved mapping: their column → our field, and values for every row."""

    columns: Mapping[str, str]
    fill: Mapping[str, str]


NO_RECIPE = Recipe({}, {})


@dataclass(frozen=True)
class ReadOptions:
    """What the caller knows that the file does not say.

    `key` starts every id. `program` is the fellowship of a meeting feed. `recipe` maps the
    source's columns to our fields. `country` is the community's, in two letters. `progress` is
    called with (rows done, rows in all).
    """

    key: str
    program: str | None = None
    recipe: Recipe = NO_RECIPE
    country: str = "US"
    progress: Progress | None = None

    def tick(self, done: int, total: int) -> None:
        """Tell whoever listens how far the reading is."""
        if self.progress is not None:
            self.progress(done, total)


class Read(NamedTuple):
    """What a reader found.

    `frame` has plain text columns named like FIELDS (plus `latitude`, `longitude`) and `row`;
    `rows_read = len(frame) + rejected - expanded`. `sanity` says what cannot be true of the source
    as a whole ("0 of 1,876 rows have a place").
    """

    frame: pd.DataFrame
    problems: list[Problem]
    rows_read: int
    expanded: int
    reader: str
    sanity: tuple[Text, ...] = ()

    @property
    def rejected(self) -> int:
        """How many rows of the source are not in the frame."""
        return self.rows_read + self.expanded - len(self.frame)


def file_problem(message: str, severity: str = "fixed", value: str = "") -> Problem:
    """A problem of the file as a whole, which has no row."""
    return Problem(None, "file", value, severity, message)


def plain_frame(records: Iterable[JsonObject]) -> pd.DataFrame:
    """Records (field → text or None, and `row`) as a frame of plain text columns."""
    rows = list(records)
    columns: dict[str, None] = dict.fromkeys(("row", "id", "name", "kind", "source"))
    for record in rows:
        columns.update(dict.fromkeys(record))
    data: JsonDict = {
        name: pd.array([record.get(name) for record in rows], dtype="str")
        for name in columns
        if name != "row"
    }
    return pd.DataFrame(
        {"row": pd.array([record["row"] for record in rows], dtype="int64"), **data}
    )
