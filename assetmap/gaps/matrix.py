"""Counts side by side: kinds by area, one kind by day and part of the day, and its attributes.

A job referral alone answers half of the need for a job: needs stand against support types.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.gaps.answers import ATTRIBUTES, abroad, answer, unit_of
from assetmap.gaps.ground import Ground
from assetmap.gaps.times import DAYS, PARTS


class SupportCell(NamedTuple):
    """One support type of one need. level: full (in reach of all people, or of all areas where
    nobody knows how many people live in them), partial or none. people: share of people who have
    it in reach, None where they are not known of every area. assets: how many there are. listed:
    whether there is a list of any of its kinds; complete: whether all were gone through; possible:
    whether a call could bring it into reach of some area."""

    need: str
    support: str
    level: str
    assets: int
    people: float | None
    listed: bool
    complete: bool
    possible: bool


class NeedReach(NamedTuple):
    """One need in every area: how many of its support types are in reach, known and possible.

    unlisted: types not in reach everywhere of whose kinds nobody has gathered a list.
    """

    need: str
    types: tuple[str, ...]
    known: np.ndarray
    possible: np.ndarray
    unlisted: tuple[str, ...]

    def level(self, counts: np.ndarray) -> np.ndarray:
        """Per area: full, partial or none."""
        return np.where(
            counts >= len(self.types), "full", np.where(counts > 0, "partial", "none")
        ).astype(object)

    def gap(self, ground: Ground) -> np.ndarray:
        """Per area one of GAPS; of a need of which nothing at all is listed no gap is known."""
        gap = np.where(self.possible >= len(self.types), "call", "yes")
        gap = np.where((self.known >= len(self.types)) | ~ground.lived_in, "no", gap)
        nowhere = ground.no_data | (len(self.unlisted) == len(self.types))
        return np.where((gap != "no") & nowhere, "no data", gap).astype(object)


def support_of(need: str) -> dict[str, list[str]]:
    """Support type → the kinds that give it for a need, as needs.csv says."""
    row = vocabulary.terms("needs")[need]
    result = {name: vocabulary.split(row[name]) for name in vocabulary.terms("support")}
    return {name: kinds for name, kinds in result.items() if kinds}


def _in_reach(ground: Ground, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Per area whether any asset of a kind is in reach, known and possible.

    What is counted for the whole county, by phone included, is in reach everywhere in it.
    """
    norm = ground.settings.norm(kind)
    standing, of_kind = ground.standing(norm.yes), ground.of_kind(kind)
    if unit_of(kind) in ("county", "no"):
        by_phone = of_kind & abroad(ground.assets)
        # Where in the county it is does not matter, so one without a point is there as well.
        somewhere = of_kind & ground.unplaced
        active = (ground.assets["status"] == "active").to_numpy(bool)
        sure = of_kind & standing.known | (somewhere & active if not norm.yes else by_phone)
        surely = bool((sure | by_phone).any())
        maybe = bool(surely or (of_kind & standing.possible | somewhere).any())
        return np.full(len(ground), surely), np.full(len(ground), maybe)
    result = ground.reached(kind)
    known = result.total(standing.known, len(ground)) > 0
    return known, result.total(standing.possible, len(ground)) > 0


def need_reach(ground: Ground, need: str) -> tuple[NeedReach, list[SupportCell]]:
    """How many support types of a need are in reach of each area, and its row of the matrix."""
    types = support_of(need)
    known_types = np.zeros(len(ground), int)
    possible_types = np.zeros(len(ground), int)
    lived_in = ground.lived_in
    # Of areas that nobody counted it is not known how many people have it in reach.
    counted = ground.people_counted and bool(ground.people_known[lived_in].all())
    total = ground.people.sum()
    cells, unlisted = [], []
    for support, kinds in types.items():
        known, possible = np.zeros(len(ground), bool), np.zeros(len(ground), bool)
        assets = 0
        listed = False
        local = unit_of(kinds[0]) not in ("county", "no")
        for kind in kinds:
            # Where the first kind must be close by, one office for the whole county does not
            # stand in for it: help with a record is not yet a job.
            if not local or unit_of(kind) not in ("county", "no"):
                first, other = _in_reach(ground, kind)
                known, possible = known | first, possible | other
                listed = listed or ground.listed(kind) == "yes"
            standing = ground.of_kind(kind) & (ground.assets["status"] == "active").to_numpy(bool)
            assets += int(standing.sum())
        people = float(ground.people[known].sum() / total) if counted else None
        share = float(known.mean()) if people is None else people
        level = "full" if share >= 1 - 1e-12 else "partial" if share > 0 else "none"
        complete = all(ground.complete(kind) for kind in kinds)
        more = bool((possible & ~known).any())
        cells.append(SupportCell(need, support, level, assets, people, listed, complete, more))
        known_types += known
        possible_types += possible
        if not listed and not known.all():
            unlisted.append(support)
    return NeedReach(need, tuple(types), known_types, possible_types, tuple(unlisted)), cells


def matrix(ground: Ground, needs: list[str] | None = None) -> list[SupportCell]:
    """All cells, needs in the order of needs.csv."""
    asked = list(vocabulary.terms("needs")) if needs is None else needs
    return [cell for need in asked for cell in need_reach(ground, need)[1]]


class Slot(NamedTuple):
    """A kind on a day and part of the day: people with one in reach (None where nobody knows how
    many people live here), and how many assets."""

    kind: str
    day: str
    part: str
    people_in_reach: int | None
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
        people = _people(ground, reached)
        slots.append(Slot(kind, day, part, people, int(on[:, position].sum())))
    return slots


def _people(ground: Ground, areas: np.ndarray) -> int | None:
    return round(ground.people[areas].sum()) if ground.people_counted else None


EVENING = "evening"


class AttributeCount(NamedTuple):
    """An attribute of a kind: assets that say yes, that nobody knows of, that say no; and the
    people with a yes in reach, None where nobody knows how many people live here."""

    kind: str
    attribute: str
    yes: int
    unknown: int
    no: int
    people_in_reach: int | None


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
                _people(ground, reached),
            )
        )
    return out
