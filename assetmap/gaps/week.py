"""Gaps in time: which kind is on, on which day and part of the day, for how many people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap.gaps.ground import Ground
from assetmap.gaps.times import DAYS, PARTS


class Slot(NamedTuple):
    """A kind on a day and part of the day: people with one in reach, and how many assets."""

    kind: str
    day: str
    part: str
    people_in_reach: int
    assets: int


def week_of(ground: Ground, kind: str, conditions: tuple[str, ...] = ()) -> list[Slot]:
    """The 28 slots of a week for a kind, counting assets that surely meet all conditions."""
    norm = ground.settings.norm(kind)
    sure = ground.standing(norm.yes + conditions).known & ground.of_kind(kind)
    result = ground.reached(kind)
    on = ground.times.open & sure[:, None]
    slots = []
    for position, (day, part) in enumerate((day, part) for day in DAYS for part in PARTS):
        reached = np.unique(result.area[on[result.asset, position]])
        people = round(ground.people[reached].sum())
        slots.append(Slot(kind, day, part, people, int(on[:, position].sum())))
    return slots
