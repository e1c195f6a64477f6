"""One row per area, as the `gaps` command prints it and the table of the page shows it."""

from __future__ import annotations

from typing import Any

import numpy as np

from assetmap.gaps.matrix import NeedReach
from assetmap.gaps.need import Need
from assetmap.gaps.quadrants import QUADRANTS, STEADY, KindGaps
from assetmap.gaps.sentences import Voice, area_text, county_summary, need_text
from assetmap.gaps.strengths import county_total


def _number(value: float, digits: int = 0) -> float | int | None:
    if not np.isfinite(value):
        return None
    return round(float(value), digits) if digits else round(value)


def _ranks(need: Need | None, at: int) -> list[int] | None:
    if need is None or not np.isfinite(need.ranks[at]).all():
        return None
    return [int(need.ranks[at, 0]), int(need.ranks[at, 1])]


def kind_rows(voice: Voice, found: KindGaps, need: Need | None) -> list[dict[str, Any]]:
    """The rows of the `gaps` command for one kind."""
    ground, supply = voice.ground, found.supply
    ids = ground.assets["id"]
    rows = []
    for at in range(len(ground)):
        by_area = found.unit in ("choice", "supply")
        has_supply = supply is not None and supply.low is not None and supply.high is not None
        rows.append(
            {
                "id": ground.ids[at],
                "name": ground.full_names[at],
                "kind": found.kind,
                "people": _number(ground.people[at]) if ground.people_known[at] else None,
                "need_rank": _ranks(need, at),
                "reach_known": int(found.known[at]),
                "reach_possible": int(found.possible[at]),
                "days": int(found.days[at]),
                "walk_known": int(found.walk[at]),
                "within_m": found.norm.within_m,
                "within_min": ground.settings.minutes(found.norm) if found.by_travel else None,
                "nearest_m": _number(found.nearest_m[at]),
                "nearest_min": _number(found.nearest_min[at]) if found.by_travel else None,
                "supply": (
                    [round(float(supply.low[at]), 2), round(float(supply.high[at]), 2)]  # type: ignore[index, union-attr]
                    if has_supply and ground.people[at] > 0
                    else None
                ),
                "quadrant": (found.quadrant[at] or None) if by_area else None,
                "robust": bool(found.robust[at]) if by_area and found.quadrant[at] else None,
                "gap": found.gap[at] or "no",
                "leaves_map": bool(found.edge[at]),
                "call": [str(ids[one]) for one in found.calls[at]],
                "text": area_text(voice, found, at, need)
                if by_area
                else county_summary(voice, county_total(ground, found.kind)),
            }
        )
    return rows


def need_rows(voice: Voice, reach: NeedReach, need: Need | None) -> list[dict[str, Any]]:
    """The rows of the `gaps` command for one need: support types in reach, of those listed."""
    ground = voice.ground
    full, possible = reach.known >= len(reach.types), reach.possible >= len(reach.types)
    levels = reach.level(reach.known)
    rows = []
    for at in range(len(ground)):
        lived_in = bool(ground.lived_in[at])
        gap = "no" if full[at] or not lived_in else "call" if possible[at] else "yes"
        if gap != "no" and ground.no_data[at]:
            gap = "no data"
        high = need.high[at] if need is not None else np.nan
        quadrant = QUADRANTS[int(high), int(full[at])] if np.isfinite(high) else None
        steady = need is not None and bool(need.steady[at] >= STEADY)
        rows.append(
            {
                "id": ground.ids[at],
                "name": ground.full_names[at],
                "need": reach.need,
                "people": _number(ground.people[at]) if ground.people_known[at] else None,
                "need_rank": _ranks(need, at),
                "reach_known": int(reach.known[at]),
                "reach_possible": int(reach.possible[at]),
                "types": list(reach.types),
                "level": str(levels[at]),
                "quadrant": quadrant,
                "robust": steady and bool(full[at] == possible[at]) if quadrant else None,
                "gap": gap,
                "text": need_text(voice, reach, at),
            }
        )
    return rows
