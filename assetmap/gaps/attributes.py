"""Gaps of attributes: who says yes, who says no, and whom nobody has asked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap.gaps.answers import ATTRIBUTES, answer
from assetmap.gaps.ground import Ground
from assetmap.gaps.times import PARTS

EVENING = "evening"


class AttributeCount(NamedTuple):
    """An attribute of a kind: assets that say yes, that nobody knows of, that say no; and the
    share of people with a yes in reach."""

    kind: str
    attribute: str
    yes: int
    unknown: int
    no: int
    people_in_reach: int


def attributes_of(ground: Ground, kind: str) -> list[AttributeCount]:
    """All attributes of a kind, counted over the assets that are there in person."""
    counted = ground.standing().known & ground.of_kind(kind)
    result = ground.reached(kind)
    out = []
    for name in (*ATTRIBUTES, EVENING):
        if name == kind:
            continue  # whether child care has child care is no question
        if name == EVENING:
            evenings = [
                position for position in range(7 * len(PARTS)) if position % len(PARTS) == 2
            ]
            yes = ground.times.open[:, evenings].any(axis=1)
            no = ground.times.known & ~yes
        else:
            yes, no = answer(ground.assets, ATTRIBUTES[name])
        reached = np.unique(result.area[(yes & counted)[result.asset]])
        out.append(
            AttributeCount(
                kind,
                name,
                int((yes & counted).sum()),
                int((counted & ~yes & ~no).sum()),
                int((no & counted).sum()),
                round(ground.people[reached].sum()),
            )
        )
    return out
