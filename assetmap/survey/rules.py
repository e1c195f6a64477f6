"""The release rules: what counts as small, and how much doubt must be left.

`cms11` is the cell size suppression policy of the US Centers for Medicare & Medicaid Services: no
count of 1 to 10, and none that can be worked out. `k5` is the weaker habit of hiding 1 to 4,
`k16` and `k21` hide 1 to 15 and 1 to 20 where a community is small or the questions are hard.
"""

from __future__ import annotations

from typing import NamedTuple

NOT_SHOWN = "not shown"
MIN_ANSWERS = 30
MIN_RESIDENTS = 20_000
MIN_RESIDENTS_BY_DECISION = 5_000


class ReleaseRule(NamedTuple):
    """Counts from 1 to `small` are hidden, and `values` different ones stay possible."""

    name: str
    small: int
    values: int

    def hides(self, number: int, sensitive: bool = False) -> bool:
        """Whether this number of people is too few to be said."""
        return (0 if sensitive else 1) <= number <= self.small


RULES = {
    "cms11": ReleaseRule("cms11", 10, 11),
    "k5": ReleaseRule("k5", 4, 5),
    "k16": ReleaseRule("k16", 15, 16),
    "k21": ReleaseRule("k21", 20, 21),
}


def at_least(name: str) -> list[str]:
    """The rules that hide no less than this one, the weakest first."""
    least = RULES.get(name, RULES["cms11"]).small
    return sorted((n for n, r in RULES.items() if r.small >= least), key=lambda n: RULES[n].small)


class ReleaseRefused(ValueError):
    """These answers may not be published this way; the message says why and what to do."""
