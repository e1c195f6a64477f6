"""Areas: what is in reach of each, whether that is a gap, and need beside it.

A gap is said of a place, by the kind's own unit, and computed twice: with what is known and with
what may turn out so. A gap both ways is a gap; one way only, it is a reason to call. Kinds whose
gap is one of supply count places per person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from assetmap.access import access
from assetmap.gaps.answers import unit_of
from assetmap.gaps.ground import Ground, Listed, Reached
from assetmap.gaps.need import Need
from assetmap.gaps.settings import Norm

STATED = 0.7  # share of assets that must state a capacity
PER_PEOPLE = 1000
QUADRANTS = {
    (1, 0): "more need, less reach",
    (1, 1): "more need, more reach",
    (0, 0): "less need, less reach",
    (0, 1): "less need, more reach",
}
GAPS = ("yes", "call", "no", "no data")
STEADY = 0.95
EDGE_SHARE = 0.1


class Supply(NamedTuple):
    """Places per 1,000 people by E2SFCA (steps): low and high fill a missing capacity with the
    kind's 10th and 90th percentile. stated: share of assets that state theirs; below 70% there is
    no supply (low and high are None) and the kind is counted as choice."""

    low: np.ndarray | None
    high: np.ndarray | None
    stated: float
    audit: float | None


def supply_of(ground: Ground, kind: str, norm: Norm, sure: np.ndarray) -> Supply | None:
    """Places per 1,000 people in reach of each area; None without assets that count."""
    position = np.flatnonzero(sure & ground.first_of_place)
    if not len(position) or not (ground.people > 0).any():
        return None
    capacity = ground.assets["capacity"].to_numpy(float, na_value=np.nan)[position]
    stated = float(np.isfinite(capacity).mean())
    if stated < STATED:
        return Supply(None, None, stated, None)
    areas = pd.DataFrame(
        {"id": ground.ids, "lat": ground.lat, "lon": ground.lon, "population": ground.people}
    )
    places = pd.DataFrame(
        {"id": position, "lat": ground.asset_lat[position], "lon": ground.asset_lon[position]}
    )
    problems, audit = [], None
    by_travel = ground.by_travel(kind)
    reach = ground.reached(kind)
    counts = np.isin(reach.asset, position)
    costs = pd.DataFrame(
        {
            "origin": ground.ids[reach.area[counts]],
            "dest": reach.asset[counts],
            "cost": reach.share[counts],
        }
    )
    # The step weights fall at thirds of what is within reach, metres and minutes alike.
    by_travel = by_travel and len(costs) > 0
    for fill in np.nanquantile(capacity, [0.1, 0.9]):
        filled = places.assign(capacity=np.where(np.isfinite(capacity), capacity, fill))
        if by_travel:
            measured = access(areas, filled, "e2sfca", 1.0, costs=costs)
        else:
            measured = access(areas, filled, "e2sfca", norm.within_m)
        audit = measured.audit
        problems.append(measured.result["access"].to_numpy(float) * PER_PEOPLE)
    return Supply(problems[0], problems[1], stated, audit)


@dataclass(frozen=True)
class KindGaps:
    """One kind in every area (arrays by area).

    unit: choice, supply, county or no. listed: whether there is a list of the kind at all; without
    one every area is "no data". known, possible: sessions or places in reach. walk: known
    within walking distance. nearest_m, nearest_asset: the nearest that counts. gap: one of GAPS
    ("" where a kind is never a gap of areas). quadrant: "" where need is unknown. calls: per area
    the assets a call could make count. edge: catchment leaves the map by more than 10%.
    by_travel: reach is measured in travel time, then nearest_min is minutes to the soonest.
    """

    kind: str
    unit: str
    norm: Norm
    sessions: bool
    known: np.ndarray
    possible: np.ndarray
    walk: np.ndarray
    nearest_m: np.ndarray
    nearest_asset: np.ndarray
    seldom: np.ndarray
    days: np.ndarray
    met: np.ndarray
    gap: np.ndarray
    more_reach: np.ndarray
    quadrant: np.ndarray
    robust: np.ndarray
    shared: np.ndarray
    calls: list[list[int]]
    edge: np.ndarray
    supply: Supply | None
    listed: Listed
    by_travel: bool
    nearest_min: np.ndarray


def kind_gaps(ground: Ground, kind: str, need: Need | None) -> KindGaps:
    """What is in reach of each area, and where that is a gap. Raises GapError."""
    key = ("kind", kind, need.indicator if need else None)
    return ground.once(key, lambda: _kind_gaps(ground, kind, need))


def _kind_gaps(ground: Ground, kind: str, need: Need | None) -> KindGaps:
    unit = unit_of(kind)
    norm = ground.settings.norm(kind)
    standing = ground.standing(norm.yes)
    result = ground.reached(kind)
    units, unsure = ground.units(kind), ground.unsure(kind)
    areas = len(ground)
    sure = standing.known & ground.of_kind(kind)
    known = result.total(np.where(sure, units, 0), areas).astype(int)
    # A place that may count counts for one even when its times are not known.
    maybe = np.where(standing.possible, np.maximum(units, unsure.astype(int)), 0)
    possible = np.maximum(result.total(maybe, areas).astype(int), known)
    walk = ground.walkable(kind).total(np.where(sure, units, 0), areas).astype(int)
    seldom = result.total(sure & ground.times.seldom, areas).astype(int)
    nearest = ground.nearest(sure & ~unsure if (sure & ~unsure).any() else sure)
    asks = standing.possible & ground.of_kind(kind) & (~standing.known | unsure)
    calls = _calls(result, asks, areas)
    supply = supply_of(ground, kind, norm, sure) if unit == "supply" else None
    days = ground.days(kind, sure)
    may_days = ground.days(kind, standing.possible & ground.of_kind(kind))
    # Unknown times may be on any day.
    may_days = np.minimum(may_days + result.total(unsure & standing.possible, areas).astype(int), 7)
    met = (known >= norm.count) & (days >= norm.days)
    may_meet = (possible >= norm.count) & (may_days >= norm.days)
    listed = ground.listed(kind)
    gap, enough = _gap(ground, unit, norm, known, met, may_meet, listed)
    quadrant, robust = _quadrants(need, enough, met == may_meet, gap, areas)
    return KindGaps(
        kind,
        unit,
        norm,
        ground.sessions(kind),
        known,
        possible,
        walk,
        nearest.metres,
        nearest.asset,
        seldom,
        days,
        met,
        gap,
        enough,
        quadrant,
        robust,
        _shared(ground, result, sure),
        calls,
        edge_share(ground, norm.within_m) > EDGE_SHARE,
        supply,
        listed,
        ground.by_travel(kind),
        nearest.minutes,
    )


def _gap(
    ground: Ground,
    unit: str,
    norm: Norm,
    known: np.ndarray,
    met: np.ndarray,
    may_meet: np.ndarray,
    listed: Listed,
) -> tuple[np.ndarray, np.ndarray]:
    """Per area one of GAPS, and whether it has more reach than the cut (norm, else the median)."""
    lived_in = ground.lived_in
    if norm.declared:
        enough = met
    else:
        middle = np.median(known[lived_in]) if lived_in.any() else 0
        enough = (known >= middle) & met
    if unit in ("county", "no"):
        return np.full(len(known), "", object), enough
    gap = np.where(met, "no", np.where(may_meet, "call", "yes"))
    # Nothing listed where nobody looked is not a gap, and nor is a place without people.
    nowhere = ground.no_data if listed == "yes" else np.ones(len(known), bool)
    gap = np.where(nowhere & ((gap != "no") | (listed != "yes")), "no data", gap)
    return np.where(lived_in, gap, "no").astype(object), enough


def _quadrants(
    need: Need | None,
    enough: np.ndarray,
    reach_is_sure: np.ndarray,
    gap: np.ndarray,
    areas: int,
) -> tuple[np.ndarray, np.ndarray]:
    quadrant, robust = np.full(areas, "", object), np.zeros(areas, bool)
    if need is None:
        return quadrant, robust
    # On which side of the goal an area without a list lies is not known.
    for area in np.flatnonzero(np.isfinite(need.high) & (gap != "no data")):
        quadrant[area] = QUADRANTS[int(need.high[area]), int(enough[area])]
    robust = (need.steady >= STEADY) & reach_is_sure & (quadrant != "")
    return quadrant, robust


def _calls(reached: Reached, asks: np.ndarray, areas: int) -> list[list[int]]:
    out: list[list[int]] = [[] for _ in range(areas)]
    order = np.lexsort((reached.share, reached.area))
    for pair in order[asks[reached.asset[order]]]:
        out[reached.area[pair]].append(int(reached.asset[pair]))
    return out


def _shared(ground: Ground, reached: Reached, sure: np.ndarray) -> np.ndarray:
    """Per area: people in reach of any of the places that are in reach of the area.

    Two areas share when one place is in reach of both.
    """
    counts = sure[reached.asset]
    area, asset = reached.area[counts], reached.asset[counts]
    if len(area) > 200_000:  # too many to be worth a sentence
        return np.full(len(ground), np.nan)
    members = {item: area[asset == item] for item in np.unique(asset)}
    out = np.zeros(len(ground))
    for position in range(len(ground)):
        mine = asset[area == position]
        if len(mine):
            out[position] = ground.people[
                np.unique(np.concatenate([members[item] for item in mine]))
            ].sum()
    return out


def edge_share(ground: Ground, within_m: float) -> np.ndarray:
    """Share of each area's catchment that lies outside all areas (0 without shapes)."""
    if "geometry" not in ground.areas or len(ground) > 2000:
        return np.zeros(len(ground))
    if not ground.areas.geometry.geom_type.isin(("Polygon", "MultiPolygon")).any():
        return np.zeros(len(ground))  # points have no border
    return ground.once(("edge", within_m), lambda: _edge_share(ground, within_m))


def _edge_share(ground: Ground, within_m: float) -> np.ndarray:
    # Outlines to some 100 m say as much of a circle of kilometres, at a fraction of the time.
    shapes = ground.areas.geometry.dropna().to_numpy()
    whole = ground.once("outline", lambda: shapely.simplify(_union(shapes), 0.001))
    shapely.prepare(whole)
    circles = _circles(ground.lat, ground.lon, within_m)
    share = np.zeros(len(circles))
    leaves = ~shapely.contains_properly(whole, circles)
    inside = shapely.area(shapely.intersection(circles[leaves], whole))
    share[leaves] = 1 - inside / np.maximum(shapely.area(circles[leaves]), 1e-12)
    return share


def _union(shapes: np.ndarray) -> shapely.Geometry:
    """All areas as one; the quick way where they share their borders exactly, as tracts do."""
    if np.isin(shapely.get_type_id(shapes), (3, 6)).all():
        try:
            whole = shapely.coverage_union_all(shapes)
        except shapely.errors.ShapelyError:
            return shapely.union_all(shapes)
        parts = float(shapely.area(shapes).sum())
        if shapely.is_valid(whole) and abs(whole.area - parts) <= 1e-9 * parts:
            return whole
    return shapely.union_all(shapes)


def _circles(lat: np.ndarray, lon: np.ndarray, metres: float) -> np.ndarray:
    """Circles as polygons of 48 corners in degrees."""
    turn = np.linspace(0, 2 * np.pi, 49)[:-1]
    north = metres / 111_195 * np.sin(turn)
    east = metres / 111_195 * np.cos(turn) / np.cos(np.radians(np.clip(lat, -89, 89)))[:, None]
    rings = np.stack(
        (np.nan_to_num(lon)[:, None] + east, np.nan_to_num(lat)[:, None] + north + 0 * east), -1
    )
    return shapely.polygons(rings)
