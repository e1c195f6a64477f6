"""Access: how much of an asset kind each area can reach.

P_i people of area i, S_j capacity of asset j, d_ij cost, T catchment, W = f(d):

nearest   min_j d_ij
count     #{d_ij ≤ T}
coverage  whether min_j d_ij ≤ T; for all areas Σ P_i [min_j d_ij ≤ T] / Σ P_i
2sfca     R_j = S_j / Σ_i W_ij P_i, A_i = Σ_j W_ij R_j, W = 1 (Luo & Wang 2003, 10.1068/b29120)
e2sfca    the same with W falling in steps or as a Gaussian (Luo & Qi 2009,
          10.1016/j.healthplace.2009.06.002)
kd2sfca   the same with W = (e^{−½(d/T)²} − e^{−½}) / (1 − e^{−½}) (Dai 2010,
          10.1016/j.healthplace.2010.06.012)
3sfca     the same with G_ij W_ij, G_ij = W_ij / Σ_k W_ik (Wan, Zou & Sternberg 2012,
          10.1080/13658816.2011.624987); k runs over the assets within T, with a cost table over
          all of its pairs, as in pysal access

What they get wrong: a straight line knows no roads or rivers; everybody of an area is taken to
stand at its point; people beyond the areas given do not compete for its assets.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from assetmap.access.inputs import (
    STEPS,
    AccessError,
    Areas,
    Assets,
    Decay,
    check_areas,
    check_assets,
    choose,
    read_costs,
)
from assetmap.access.reach import BUDGET_BYTES, SMALL, Placed, Reach, Stored, reach_by_distance
from assetmap.places import EARTH_RADIUS_M
from assetmap.words import text


@dataclass(frozen=True)
class Access:
    """What `access` found.

    result: one row per area in the order given: id · access (the method's value; NaN where it is
    undefined, never 0) · nearest (metres, or the cost table's unit; NaN where nothing can be
    reached) · nearest_unit ("m" or "cost") · within (assets with d ≤ catchment; missing without a
    catchment) · reason (why access is 0 or undefined; missing otherwise).
    pairs: area–asset pairs within the catchment. audit: Σ A·P / Σ S over assets with anyone in
    reach, 1 within 1e-9 (None for nearest, count, coverage or when no asset has anyone in reach).
    value: the whole map's figure: people covered as a share, or A averaged over people.
    stored: whether the pair table was kept in memory. notes: sentences about what was left out.
    """

    method: str
    catchment: float | None
    unit: str
    decay: str
    result: pd.DataFrame
    pairs: int
    audit: float | None
    value: float | None
    seconds: float
    assets: int
    stored: bool = True
    notes: tuple[str, ...] = ()
    nearest_asset: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32), repr=False)

    def as_json(self) -> dict[str, object]:
        """The document of the `access` command; undefined numbers are None."""
        columns = [self.result[name].tolist() for name in self.result]
        rows = [
            {
                "id": str(ident),
                "access": _number(value),
                "nearest": _number(nearest),
                "nearest_unit": unit,
                "within": None if within is pd.NA else int(within),
                "reason": reason if isinstance(reason, str) else None,
            }
            for ident, value, nearest, unit, within, reason in zip(*columns, strict=True)
        ]
        return {
            "areas": len(self.result),
            "assets": self.assets,
            "pairs": self.pairs,
            "audit": self.audit,
            "value": self.value,
            "seconds": round(self.seconds, 4),
            "notes": list(self.notes),
            "result": rows,
        }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


METHODS = ("nearest", "count", "coverage", "2sfca", "e2sfca", "kd2sfca", "3sfca")
PER_PERSON = ("2sfca", "e2sfca", "kd2sfca", "3sfca")
_HALF_WAY_ROUND_M = np.pi * EARTH_RADIUS_M
_MOST_PAIRS = 2e11


def access(
    areas: pd.DataFrame,
    assets: pd.DataFrame,
    method: str = "e2sfca",
    catchment_m: float | None = None,
    decay: str | None = None,
    *,
    costs: pd.DataFrame | None = None,
    sigma_m: float | None = None,
    steps: tuple[tuple[float, float], ...] = STEPS,
    budget_bytes: int = BUDGET_BYTES,
    small: int = SMALL,
) -> Access:
    """Access of every area to the assets by `method`.

    areas: id, lat, lon, population (lat and lon in WGS 84 degrees; not needed with `costs`).
    assets: id, lat, lon, capacity (capacity only for the per-person methods; a missing one is
    left out and noted). catchment_m: metres, or the unit of `costs` (origin = area id, dest =
    asset id, cost); only `nearest` goes without. decay: none, step, gaussian or inverse, used in
    both steps; left out, it is none for 2sfca and step for e2sfca and 3sfca. sigma_m: the
    Gaussian's, else a third of the catchment. budget_bytes: memory a pair table may take.

    Raises AccessError with one sentence.
    """
    began = time.perf_counter()
    if method not in METHODS:
        raise AccessError(text("access.no_method", method=method, some=", ".join(METHODS)))
    notes: list[str] = []
    limit = _limit(method, catchment_m, costs is not None, notes)
    weight = choose(method, decay, limit, sigma_m, steps)
    per_person = method in PER_PERSON
    by_distance = costs is None
    demand = check_areas(areas, by_distance, per_person or method == "coverage")
    supply = check_assets(assets, by_distance, per_person)
    if not len(demand.ids):
        raise AccessError(text("access.no_areas"))
    reach = _reach(demand, supply, weight, costs, notes, budget_bytes, small)
    if per_person and weight.name == "inverse":
        _refuse_zero(reach, demand, supply, by_distance)
    value, reasons, audit = _measure(method, demand, supply, reach, weight, notes)
    kind = "m" if by_distance else "cost"
    faults = _reasons(method, demand, value, reach, limit, kind, reasons)
    people = np.where(np.isfinite(value), demand.people, 0.0)
    total = people.sum()
    whole = float((np.where(people > 0, value, 0.0) * people).sum() / total) if total else None
    nearest = np.where(np.isfinite(reach.nearest), reach.nearest, np.nan)
    within: object = reach.within
    if catchment_m is None:
        within = pd.array([pd.NA] * len(value), dtype="Int32")
    result = pd.DataFrame(
        {
            "id": demand.ids,
            "access": value,
            "nearest": nearest,
            "nearest_unit": pd.Categorical.from_codes(np.zeros(len(value), np.int8), [kind]),
            "within": within,
            "reason": faults,
        }
    )
    return Access(
        method,
        None if catchment_m is None else float(catchment_m),
        kind,
        weight.name,
        result,
        reach.pairs,
        audit,
        whole,
        time.perf_counter() - began,
        len(supply.ids),
        getattr(reach, "stored", True),
        tuple(notes),
        reach.nearest_asset,
    )


def _limit(method: str, catchment: float | None, given: bool, notes: list[str]) -> float:
    if catchment is None:
        if method != "nearest":
            raise AccessError(text("access.needs_catchment", method=method))
        return 0.0
    limit = float(catchment)
    if not np.isfinite(limit) or limit <= 0:
        raise AccessError(text("access.bad_catchment", limit=limit))
    if not given and limit >= _HALF_WAY_ROUND_M:
        notes.append(text("access.whole_earth", km=limit / 1000))
    return limit


def _reach(
    demand: Areas,
    supply: Assets,
    weight: Decay,
    costs: pd.DataFrame | None,
    notes: list[str],
    budget_bytes: int,
    small: int,
) -> Reach:
    """Pairs in reach, of the areas and assets that have a place."""
    if costs is not None:
        pairs, nearest, which, problems = read_costs(costs, demand.ids, supply.ids)
        notes.extend(problems)
        return Stored(pairs, weight, nearest, which)
    if not supply.placed.all():
        missing = int((~supply.placed).sum())
        notes.append(text("access.assets_unplaced", count=missing))
    if not demand.placed.all():
        notes.append(text("access.areas_unplaced", count=int((~demand.placed).sum())))
    if demand.placed.sum() * float(supply.placed.sum()) > _MOST_PAIRS and (
        weight.limit >= _HALF_WAY_ROUND_M
    ):
        raise AccessError(text("access.too_wide"))
    origins, to = np.flatnonzero(demand.placed), np.flatnonzero(supply.placed)
    whole = len(origins) == len(demand.ids) and len(to) == len(supply.ids)
    areas = (demand.lat, demand.lon) if whole else (demand.lat[origins], demand.lon[origins])
    assets = (supply.lat, supply.lon) if whole else (supply.lat[to], supply.lon[to])
    if not len(to) or not len(origins):
        small = max(small, 1)
    reach = reach_by_distance(areas, assets, weight, budget_bytes, small)
    return reach if whole else Placed(reach, origins, to, len(demand.ids), len(supply.ids))


def _refuse_zero(reach: Reach, demand: Areas, supply: Assets, by_distance: bool) -> None:
    zero = np.flatnonzero(reach.nearest <= 0)
    if len(zero):
        area = str(demand.ids[zero[0]])
        asset = str(supply.ids[reach.nearest_asset[zero[0]]])
        which = "access.no_distance" if by_distance else "access.no_cost"
        raise AccessError(text(which, area=area, asset=asset))


def _measure(
    method: str,
    areas: Areas,
    supply: Assets,
    reach: Reach,
    weight: Decay,
    notes: list[str],
) -> tuple[np.ndarray, np.ndarray | None, float | None]:
    """The method's value per area, whether any capacity is in reach, and the audit."""
    if method == "nearest":
        return np.where(np.isfinite(reach.nearest), reach.nearest, np.nan), None, None
    if method == "count":
        return reach.within.astype(float), None, None
    if method == "coverage":
        covered = (reach.within > 0).astype(float)
        covered[areas.people <= 0] = np.nan
        return covered, None, None
    stated = np.isfinite(supply.capacity)
    if not stated.all():
        silent = int((~stated).sum())
        notes.append(text("access.silent", count=silent, of=len(stated)))
    capacity = np.where(stated, supply.capacity, 0.0)
    if method == "3sfca":
        all_weights = reach.choice()
        share = np.divide(1.0, all_weights, out=np.zeros_like(all_weights), where=all_weights > 0)
        demand = reach.to_assets(areas.people * share, squared=True)
    else:
        demand = reach.to_assets(areas.people)
    ratio = np.divide(capacity, demand, out=np.zeros_like(demand), where=demand > 0)
    result = reach.to_areas(ratio, squared=method == "3sfca")
    if method == "3sfca":
        result *= share
    reached = capacity[demand > 0].sum()
    audit = float((result * areas.people).sum() / reached) if reached > 0 else None
    result[areas.people <= 0] = np.nan
    return result, stated, audit


def _reasons(
    method: str,
    demand: Areas,
    value: np.ndarray,
    reach: Reach,
    limit: float,
    kind: str,
    stated: np.ndarray | None,
) -> pd.Categorical:
    """Why access is 0 or undefined, per area."""
    length: str = f"{limit / 1000:,.10g} km"
    if kind != "m":
        length = text("access.cost_of", cost=limit)
    texts: list[str] = [
        text("access.none_anywhere"),
        text("access.none_within", length=length),
        text("access.none_free", length=length),
        text("access.nobody_here"),
        text("access.place_unknown"),
    ]
    codes = np.full(len(value), -1, np.int16)
    if method == "nearest":
        codes[~np.isfinite(value)] = 0
    else:
        codes[(value == 0) & (reach.within == 0)] = 1
        codes[(value == 0) & (reach.within > 0)] = 2
    if stated is not None or method == "coverage":
        codes[demand.people <= 0] = 3
        for row, fault in demand.faults.items():
            if fault not in texts:
                texts.append(fault)
            codes[row] = texts.index(fault)
    codes[~demand.placed] = 4
    value[~demand.placed] = np.nan
    # As objects, so that they can still be said in another language.
    return pd.Categorical.from_codes(codes, pd.Index(texts, dtype=object))
