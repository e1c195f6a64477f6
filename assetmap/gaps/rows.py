"""One row per area, as the `gaps` command prints it and the table of the page shows it."""

from __future__ import annotations

import numpy as np

from assetmap.gaps.county_sentences import county_summary
from assetmap.gaps.ground import Ground
from assetmap.gaps.matrix import NeedReach
from assetmap.gaps.need import Need
from assetmap.gaps.quadrants import QUADRANTS, STEADY, KindGaps
from assetmap.gaps.sentences import Voice, area_text, need_text
from assetmap.gaps.strengths import county_total


def _number(value: float, digits: int = 0) -> float | int | None:
    if not np.isfinite(value):
        return None
    return round(float(value), digits) if digits else round(value)


def _people(ground: Ground, position: int) -> float | int | None:
    return _number(ground.people[position]) if ground.people_known[position] else None


def _ranks(need: Need | None, position: int) -> list[int] | None:
    if need is None or not np.isfinite(need.ranks[position]).all():
        return None
    return [int(need.ranks[position, 0]), int(need.ranks[position, 1])]


def kind_rows(voice: Voice, kind_gaps: KindGaps, need: Need | None) -> list[dict[str, object]]:
    """The rows of the `gaps` command for one kind."""
    ground, supply = voice.ground, kind_gaps.supply
    ids = ground.assets["id"]
    by_area = kind_gaps.unit in ("choice", "supply")
    has_supply = supply is not None and supply.low is not None and supply.high is not None
    rows = []
    for position in range(len(ground)):
        rows.append(
            {
                "id": ground.ids[position],
                "name": ground.full_names[position],
                "kind": kind_gaps.kind,
                "people": _people(ground, position),
                "need_rank": _ranks(need, position),
                "reach_known": int(kind_gaps.known[position]),
                "reach_possible": int(kind_gaps.possible[position]),
                "days": int(kind_gaps.days[position]),
                "walk_known": int(kind_gaps.walk[position]),
                "within_m": kind_gaps.norm.within_m,
                "within_min": ground.settings.minutes(kind_gaps.norm)
                if kind_gaps.by_travel
                else None,
                "nearest_m": _number(kind_gaps.nearest_m[position]),
                "nearest_min": _number(kind_gaps.nearest_min[position])
                if kind_gaps.by_travel
                else None,
                "supply": (
                    [round(float(supply.low[position]), 2), round(float(supply.high[position]), 2)]  # type: ignore[index, union-attr]
                    if has_supply and ground.people[position] > 0
                    else None
                ),
                "quadrant": (kind_gaps.quadrant[position] or None) if by_area else None,
                "robust": bool(kind_gaps.robust[position])
                if by_area and kind_gaps.quadrant[position]
                else None,
                "gap": kind_gaps.gap[position] or "no",
                "leaves_map": bool(kind_gaps.edge[position]),
                "call": [str(ids[call]) for call in kind_gaps.calls[position]],
                "text": area_text(voice, kind_gaps, position, need)
                if by_area
                else county_summary(voice, county_total(ground, kind_gaps.kind)),
            }
        )
    return rows


def need_rows(voice: Voice, reach: NeedReach, need: Need | None) -> list[dict[str, object]]:
    """The rows of the `gaps` command for one need: support types in reach, of those listed."""
    ground = voice.ground
    full, possible = reach.known >= len(reach.types), reach.possible >= len(reach.types)
    levels = reach.level(reach.known)
    rows = []
    for position in range(len(ground)):
        lived_in = bool(ground.lived_in[position])
        gap = "no" if full[position] or not lived_in else "call" if possible[position] else "yes"
        if gap != "no" and ground.no_data[position]:
            gap = "no data"
        high = need.high[position] if need is not None else np.nan
        quadrant = QUADRANTS[int(high), int(full[position])] if np.isfinite(high) else None
        steady = need is not None and bool(need.steady[position] >= STEADY)
        rows.append(
            {
                "id": ground.ids[position],
                "name": ground.full_names[position],
                "need": reach.need,
                "people": _people(ground, position),
                "need_rank": _ranks(need, position),
                "reach_known": int(reach.known[position]),
                "reach_possible": int(reach.possible[position]),
                "types": list(reach.types),
                "level": str(levels[position]),
                "quadrant": quadrant,
                "robust": steady and bool(full[position] == possible[position])
                if quadrant
                else None,
                "gap": gap,
                "text": need_text(voice, reach, position),
            }
        )
    return rows
