"""The release rules: what counts as small, and how much doubt must be left.

`cms11` is the cell size suppression policy of the US Centers for Medicare & Medicaid Services: no
count of 1 to 10, and none that can be worked out. `k5` is the weaker habit of hiding 1 to 4.
"""

from __future__ import annotations

from typing import NamedTuple

NOT_SHOWN = "not shown"
MIN_ANSWERS = 30
MIN_RESIDENTS = 20_000
MIN_RESIDENTS_BY_DECISION = 5_000


class Rule(NamedTuple):
    """Counts from 1 to `small` are hidden, and `values` different ones stay possible."""

    name: str
    small: int
    values: int

    def hides(self, number: int, sensitive: bool = False) -> bool:
        """Whether this number of people is too few to be said."""
        return (0 if sensitive else 1) <= number <= self.small


RULES = {"cms11": Rule("cms11", 10, 11), "k5": Rule("k5", 4, 5)}


class ReleaseRefused(ValueError):
    """These answers may not be published this way; the message says why and what to do."""
