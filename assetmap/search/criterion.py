"""One thing asked and its answers: yes, no or unknown for every asset."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from assetmap.catalog import Bools, First, Floats, Ints


@dataclass
class Criterion:
    """One thing asked. Where neither `yes` nor `no`, the answer is unknown.

    `close` tells for which assets a no still makes a near miss; None = for none.
    `unknown_field` names what a person should ask about.
    """

    name: str
    yes: Bools
    no: Bools
    close: Bools | None = None
    unknown_field: str = ""

    @property
    def unknown(self) -> Bools:
        """Where nobody knows."""
        return ~(self.yes | self.no)


@dataclass
class CriteriaResults:
    """All criteria of a query, with what they found on the way.

    `distance_m` and `near` (position in query.near) are of the nearest asked place; `distances_m`
    has a row for each asked place and `worst_m` is the farthest of them; `first` is the
    first occurrence that fits the time asked; `around` the one within seven days of it. `has_bed`
    is where an open bed was counted lately, `bed_order` whom to call first when there is none.
    `from_here` is what lies beyond the distance asked and can be joined online or by phone.
    """

    possible: Bools
    criteria: list[Criterion]
    distance_m: Floats | None = None
    near: Ints | None = None
    distances_m: Floats | None = None
    worst_m: Floats | None = None
    first: First | None = None
    around: First | None = None
    has_bed: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    bed_order: Ints | None = None
    from_here: Bools | None = None
