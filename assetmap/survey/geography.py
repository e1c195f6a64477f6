"""Which areas a survey table may speak of: large enough, the same in every wave, not one house.

A unit is what gets a line in the tables: the community's own districts or, where it has none, its
areas merged with their neighbours until each has enough residents. Merging looks at residents
only, never at answers, so that every wave has the same geography.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.survey.counts import NOWHERE, WHOLE, Wave
from assetmap.survey.rules import MIN_ANSWERS, ReleaseRefused
from assetmap.words import text

PLACES = ("place", "link", "day")


@dataclass(frozen=True)
class Geography:
    """`unit_of` says in which unit an area lies; `residents` is by unit (None: not known)."""

    units: tuple[str, ...] = ()
    unit_of: Mapping[str, str] = field(default_factory=dict)
    residents: Mapping[str, int | None] = field(default_factory=dict)
    merged: bool = False


def geography(areas: gpd.GeoDataFrame | None, min_residents: int, merge: bool = True) -> Geography:
    """The units of a community's areas (columns id, population and perhaps district).

    Without districts small areas are joined with their neighbours, or (`merge` False) stay areas
    of their own, which then get no table.

    Raises ReleaseRefused when an area or district has the name kept for the whole county.
    """
    if areas is None or areas.empty:
        return Geography()
    ids = areas["id"].astype(str).tolist()
    # Areas whose residents are not known are not shown: undefined is not enough.
    counted = areas["population"] if "population" in areas else pd.Series([None] * len(ids))
    residents = pd.to_numeric(counted, errors="coerce").to_numpy(float)
    districts = areas["district"] if "district" in areas else pd.Series([None] * len(ids))
    named = [str(d).strip() if pd.notna(d) and str(d).strip() else None for d in districts]
    if WHOLE in ids or WHOLE in named or NOWHERE in ids:
        raise ReleaseRefused(text("survey.area_named_whole", name=WHOLE))
    if any(named):
        groups: dict[str, list[int]] = {}
        for row, district in enumerate(named):
            if district:
                groups.setdefault(district, []).append(row)
    elif merge:
        groups = _merged(areas, ids, residents, min_residents)
    else:
        groups = {area: [row] for row, area in enumerate(ids)}
    unit_of = {unit: unit for unit in groups}
    unit_of.update({ids[row]: unit for unit, rows in groups.items() for row in rows})
    sums = {unit: residents[rows].sum() for unit, rows in groups.items()}
    known = {unit: int(total) if np.isfinite(total) else None for unit, total in sums.items()}
    return Geography(tuple(groups), unit_of, known, merged=merge and not any(named))


def _merged(
    areas: gpd.GeoDataFrame, ids: list[str], residents: np.ndarray, min_residents: int
) -> dict[str, list[int]]:
    """Areas joined, smallest first, each to its smallest neighbour, until all are large enough."""
    groups = {row: [row] for row in range(len(ids))}
    left, right = areas.sindex.query(areas.geometry, predicate="intersects")
    touching: dict[int, set[int]] = {row: set() for row in groups}
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a != b:
            touching[a].add(b)
    people = {row: float(residents[row]) for row in groups}
    stuck: set[int] = set()
    while True:
        small = [
            (people[group], group)
            for group in groups
            if group not in stuck and people[group] < min_residents
        ]
        if not small:
            break
        group = min(small)[1]
        near = [(people[other], other) for other in touching[group] if np.isfinite(people[other])]
        if not near:
            stuck.add(group)
            continue
        other = min(near)[1]
        groups[other] += groups.pop(group)
        people[other] += people.pop(group)
        for third in touching.pop(group) - {other}:
            touching[third].discard(group)
            touching[third].add(other)
            touching[other].add(third)
        touching[other].discard(group)
    return {"+".join(ids[row] for row in sorted(rows)): sorted(rows) for rows in groups.values()}


def not_shown(
    wave: Wave, product: Geography, frame: pd.DataFrame | None, min_residents: int
) -> dict[str, str]:
    """Units of `wave` that get no table of their own → why (for the assessor, never published).

    Reasons: residents, answers, one_place, partner. `frame` has the answers' area and, where the
    survey knows them, place, link and day.
    """
    result: dict[str, str] = {}
    for position, unit in enumerate(wave.units):
        if unit == NOWHERE:
            continue
        residents = product.residents.get(unit)
        if residents is None or residents < min_residents:
            result[unit] = "residents"
        elif wave.people[position] < MIN_ANSWERS:
            result[unit] = "answers"
        elif frame is not None and _one_place(frame, wave, unit, product):
            result[unit] = "one_place"
    shown = [
        (wave.people[position], unit)
        for position, unit in enumerate(wave.units)
        if unit != NOWHERE and unit not in result
    ]
    if len(result) == 1 and shown and NOWHERE not in wave.units:
        # One blank line is the county less all the others; it takes two to hide one.
        result[min(shown)[1]] = "partner"
    return result


def _one_place(frame: pd.DataFrame, wave: Wave, unit: str, result: Geography) -> bool:
    """Whether one place, link or day gave over half of the unit's answers."""
    inside = frame[(frame["wave"] == wave.name) & (frame["area"].map(result.unit_of) == unit)]
    for column in PLACES:
        if column in inside:
            most = inside[column].value_counts(dropna=True)
            if len(most) and most.iloc[0] > len(inside) / 2:
                return True
    return False


def units_of(areas: gpd.GeoDataFrame, units: Collection[str]) -> dict[str, str]:
    """Area → the unit of a published table that it lies in: itself, its group or its district.

    Areas in none of `units` are left out.
    """
    unit_of = {part: unit for unit in units for part in unit.split("+")}
    districts = areas["district"] if "district" in areas else [None] * len(areas)
    result = {}
    for area, district in zip(areas["id"].astype(str), districts, strict=True):
        unit = unit_of.get(area) or (str(district) if district in units else None)
        if unit is not None:
            result[area] = unit
    return result
