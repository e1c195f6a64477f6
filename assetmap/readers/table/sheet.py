"""A table being made plain: columns of stripped text by field, and what has to be said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from assetmap.fields import Problem, sentence


class Sheet:
    """Columns of stripped text ("" = nothing) by field.

    `rows` are the source's own row numbers, `names` its columns; `original` gathers per row
    what has no field of ours.
    """

    def __init__(self, rows: np.ndarray, names: Sequence[str]) -> None:
        self.rows = rows
        self.names = names
        self.fields: dict[str, np.ndarray] = {}
        self.from_column: dict[str, str] = {}
        self.original: list[dict[str, Any]] = [{} for _ in rows]
        self.problems: list[Problem] = []

    def get(self, field: str) -> np.ndarray:
        """The column of `field`, blank where the table has none."""
        result = self.fields.get(field)
        return np.full(len(self.rows), "", dtype=object) if result is None else result

    def take(self, field: str) -> np.ndarray:
        """The column of `field`, which is then no longer a column of the result."""
        column = self.get(field)
        self.fields.pop(field, None)
        return column

    def say(self, position: int, field: str, value: str, severity: str, note: str) -> None:
        """Report the row at `position`."""
        row = int(self.rows[position])
        message = sentence(row, field, value, note)
        self.problems.append(Problem(row, field, value, severity, message))

    def column_of(self, field: str) -> str:
        """What the source calls the column of `field`."""
        return self.from_column.get(field, field)


def distinct(column: np.ndarray, read: Callable[[str], Any]) -> tuple[np.ndarray, list[Any]]:
    """(code of each row, result of `read` for each distinct text)."""
    codes, texts = pd.factorize(column)
    return codes, [read(text) for text in texts]
