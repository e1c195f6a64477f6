"""The need × support-type matrix: a job referral alone answers half of the need for a job."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.gaps.answers import abroad, unit_of
from assetmap.gaps.ground import Ground


class SupportCell(NamedTuple):
    """One support type of one need. level: full (in reach of all people), partial or none.
    people: share of people who have it in reach. assets: how many there are."""

    need: str
    support: str
    level: str
    assets: int
    people: float


class NeedReach(NamedTuple):
    """One need in every area: how many of its support types are in reach, known and possible."""

    need: str
    types: tuple[str, ...]
    known: np.ndarray
    possible: np.ndarray

    def level(self, counts: np.ndarray) -> np.ndarray:
        """Per area: full, partial or none."""
        return np.where(
            counts >= len(self.types), "full", np.where(counts > 0, "partial", "none")
        ).astype(object)


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
        surely = bool((of_kind & standing.known).any() or by_phone.any())
        maybe = bool(surely or (of_kind & standing.possible).any())
        return np.full(len(ground), surely), np.full(len(ground), maybe)
    result = ground.reached(kind)
    known = result.total(standing.known, len(ground)) > 0
    return known, result.total(standing.possible, len(ground)) > 0


def need_reach(ground: Ground, need: str) -> tuple[NeedReach, list[SupportCell]]:
    """How many support types of a need are in reach of each area, and its row of the matrix."""
    types = support_of(need)
    known_types = np.zeros(len(ground), int)
    possible_types = np.zeros(len(ground), int)
    total = ground.people.sum()
    cells = []
    for support, kinds in types.items():
        known, possible = np.zeros(len(ground), bool), np.zeros(len(ground), bool)
        assets = 0
        local = unit_of(kinds[0]) not in ("county", "no")
        for kind in kinds:
            # Where the first kind must be close by, one office for the whole county does not
            # stand in for it: help with a record is not yet a job.
            if not local or unit_of(kind) not in ("county", "no"):
                first, other = _in_reach(ground, kind)
                known, possible = known | first, possible | other
            standing = ground.of_kind(kind) & (ground.assets["status"] == "active").to_numpy(bool)
            assets += int(standing.sum())
        share = float(ground.people[known].sum() / total) if total else float(known.mean())
        level = "full" if share >= 1 - 1e-12 else "partial" if share > 0 else "none"
        cells.append(SupportCell(need, support, level, assets, share))
        known_types += known
        possible_types += possible
    return NeedReach(need, tuple(types), known_types, possible_types), cells


def matrix(ground: Ground, needs: list[str] | None = None) -> list[SupportCell]:
    """All cells, needs in the order of needs.csv."""
    asked = list(vocabulary.terms("needs")) if needs is None else needs
    return [cell for need in asked for cell in need_reach(ground, need)[1]]
