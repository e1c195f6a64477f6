"""A table of pairs: which assets are within reach of which areas, and at what cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pairs:
    """A table of pairs within a limit: row i holds columns which[begin[i]:begin[i + 1]].

    `cost` is in metres or the cost table's unit.
    """

    begin: np.ndarray
    which: np.ndarray
    cost: np.ndarray
    columns: int

    @property
    def rows(self) -> int:
        """Number of areas."""
        return len(self.begin) - 1

    def __len__(self) -> int:
        return len(self.which)

    @property
    def row(self) -> np.ndarray:
        """The row of each pair."""
        return np.repeat(np.arange(self.rows), np.diff(self.begin))

    def up_to(self, limit: float) -> Pairs:
        """The pairs with cost ≤ limit."""
        keep = self.cost <= limit
        if keep.all():
            return self
        begin = begins(self.row[keep], self.rows)
        return Pairs(begin, self.which[keep], self.cost[keep], self.columns)


def begins(row: np.ndarray, rows: int) -> np.ndarray:
    """Where each row of a table sorted by row begins."""
    begin = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=begin[1:])
    return begin
