"""What a community has: counts by class and kind, and where the same thing stands twice."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.gaps.answers import abroad, answer
from assetmap.gaps.ground import Ground
from assetmap.gaps.times import DAYS, PARTS
from assetmap.places import distance_m

OVERLAP_M = 2000.0


class Strengths(NamedTuple):
    """Counts of active assets: all; kinds; weekly sessions, those in the evening and at weekends;
    run by peers; wanting something given; free; in Spanish; by ABCD class; and those far outside
    the areas, which are in none of the other counts; and those that nobody has checked yet."""

    assets: int
    kinds: int
    sessions: int
    evening: int
    weekend: int
    by_peers: int
    wanting: int
    free: int
    spanish: int
    balance: dict[str, int]
    elsewhere: int = 0
    candidates: int = 0


class Overlap(NamedTuple):
    """Two assets of one program, language, audience and hour near each other."""

    first: str
    second: str
    day: str
    part: str
    metres: float


class CountyTotal(NamedTuple):
    """A kind counted once for the county. beds: total stated; beds_unknown: homes that state none;
    by_who: beds by who they take; distances: metres (median) to the nearest job, meeting, ride;
    to_call: those that nobody has checked yet."""

    kind: str
    assets: int
    online: int
    beds: int | None
    beds_unknown: int
    by_who: dict[str, int]
    distances: dict[str, float]
    to_call: int


def strengths_of(ground: Ground, kinds: tuple[str, ...] = ()) -> Strengths:
    """What there is, of all kinds or of some."""
    assets = ground.assets
    active = (assets["status"] == "active").to_numpy(bool)
    candidates = (assets["status"] == "candidate").to_numpy(bool)
    if kinds:
        active = active & assets["kind"].isin(kinds).to_numpy(bool)
        candidates = candidates & assets["kind"].isin(kinds).to_numpy(bool)
    far = active & ground.elsewhere
    active = active & ~far
    on, weekly = ground.times.open, ground.times.weekly
    sessions = active & (weekly > 0)
    evenings = [position for position in range(on.shape[1]) if position % len(PARTS) == 2]
    weekend = [
        position for position in range(on.shape[1]) if DAYS[position // len(PARTS)] in ("sa", "su")
    ]
    peers = answer(assets, "peer_run").yes | answer(assets, "provided_by=peers").yes
    wants = np.array([isinstance(cell, frozenset) and bool(cell) for cell in assets["wants"]], bool)
    table = vocabulary.terms("kinds")
    classes = pd.Series([table[kind]["abcd"] for kind in assets["kind"][active]])
    counts = classes.value_counts()
    return Strengths(
        int(active.sum()),
        int(assets["kind"][active].nunique()),
        int(weekly[active].sum()),
        int(on[np.ix_(sessions, evenings)].sum()),
        int(on[np.ix_(sessions, weekend)].sum()),
        int((active & peers).sum()),
        int((active & wants).sum()),
        int((active & answer(assets, "cost=free|donation").yes).sum()),
        int((active & answer(assets, "languages=es").yes).sum()),
        {name: int(counts.get(name, 0)) for name in vocabulary.terms("abcd")},
        int(far.sum()),
        int((candidates & ~ground.elsewhere).sum()),
    )


def overlaps(
    ground: Ground, kinds: tuple[str, ...] = (), within_m: float = OVERLAP_M
) -> list[Overlap]:
    """Pairs that may compete: same program (else kind), language, audience and part of a day,
    within `within_m` of each other. Two pathways side by side are choice, not overlap."""
    assets = ground.assets
    sure = ground.standing().known & (ground.times.weekly > 0)
    if kinds:
        sure &= assets["kind"].isin(kinds).to_numpy(bool)
    groups: dict[tuple[tuple[object, ...], int], list[int]] = {}
    names = ("kind", "program", "languages", "only_for", "pathways")
    columns = [assets[name].to_numpy(object) for name in names]
    for position in np.flatnonzero(sure):
        kind, program, languages, only_for, pathways = (column[position] for column in columns)
        same: tuple[object, ...] = (
            kind,
            program if isinstance(program, str) else pathways,
            languages or frozenset(),
            only_for or frozenset(),
        )
        if not isinstance(program, str) and not pathways:
            continue  # nothing says that the two are alike
        for slot in np.flatnonzero(ground.times.open[position]):
            groups.setdefault((same, int(slot)), []).append(int(position))
    result = []
    for (_, when), members in groups.items():
        for first, other in combinations(members, 2):
            metres = float(
                distance_m(
                    ground.asset_lat[first],
                    ground.asset_lon[first],
                    ground.asset_lat[other],
                    ground.asset_lon[other],
                )
            )
            if metres <= within_m:
                day, part = DAYS[when // len(PARTS)], list(PARTS)[when % len(PARTS)]
                ids = assets["id"]
                result.append(Overlap(str(ids[first]), str(ids[other]), day, part, metres))
    return sorted(result)


def county_total(ground: Ground, kind: str) -> CountyTotal:
    """A kind as one total for the county."""
    assets = ground.assets
    active = (assets["status"] == "active").to_numpy(bool) & ground.of_kind(kind)
    active &= ~ground.elsewhere
    beds = assets["beds_total"].to_numpy(float, na_value=np.nan)
    home = bool(np.isfinite(beds[active]).any())
    by_who: dict[str, int] = {}
    for position in np.flatnonzero(active & np.isfinite(beds)):
        only = assets["only_for"].iat[position]
        who = "|".join(sorted(only)) if isinstance(only, frozenset) and only else "anyone"
        by_who[who] = by_who.get(who, 0) + int(beds[position])
    distances: dict[str, float] = {}
    placed = np.flatnonzero(active & np.isfinite(ground.asset_lat))
    if home:
        for other in ("employer", "meeting", "transportation"):
            standing = ground.of_kind(other) & ground.standing().known
            if len(placed) and standing.any():
                metres = distance_m(
                    ground.asset_lat[placed][:, None],
                    ground.asset_lon[placed][:, None],
                    ground.asset_lat[standing],
                    ground.asset_lon[standing],
                )
                distances[other] = float(np.median(metres.min(axis=1)))
    return CountyTotal(
        kind,
        int(active.sum()),
        int((ground.of_kind(kind) & abroad(assets)).sum()),
        int(np.nansum(beds[active])) if home else None,
        int((active & ~np.isfinite(beds)).sum()) if home else 0,
        dict(sorted(by_who.items(), key=lambda item: -item[1])),
        distances,
        int((ground.of_kind(kind) & (assets["status"] == "candidate").to_numpy(bool)).sum()),
    )
