"""Gaps: everything a gap view says, from one ground, for one kind, one need or all.

Of areas it gives one row each, as the `gaps` command prints it and the table of the page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from assetmap import vocabulary
from assetmap.fields import JsonDict
from assetmap.gaps.answers import abroad, unit_of
from assetmap.gaps.county_sentences import (
    county_summary,
    kind_summary,
    strength_texts,
    time_summary,
    without_car_text,
)
from assetmap.gaps.equity import concentration, gini, without_car
from assetmap.gaps.ground import Ground
from assetmap.gaps.matrix import (
    AttributeCount,
    NeedReach,
    Slot,
    SupportCell,
    attributes_of,
    matrix,
    need_reach,
    week_of,
)
from assetmap.gaps.need import Need
from assetmap.gaps.quadrants import QUADRANTS, STEADY, KindGaps, kind_gaps
from assetmap.gaps.sentences import Voice, area_text, need_text
from assetmap.gaps.settings import GapError
from assetmap.gaps.strengths import Overlap, Strengths, county_total, overlaps, strengths_of
from assetmap.words import say, text

MOST_KINDS = 5


@dataclass(frozen=True)
class Gaps:
    """strengths and summary: sentences, strengths first. areas: one row per area and kind (or
    need), as the `gaps` command prints it, with people, nearest_m, within_m, walk and call (ids).
    kinds: the arrays behind them. changes: with verified_only, area rows whose gap differs from
    counting all."""

    strengths: list[str]
    summary: list[str]
    areas: list[JsonDict]
    matrix: list[SupportCell]
    time: list[Slot]
    attributes: list[AttributeCount]
    overlaps: list[Overlap]
    equity: JsonDict
    counts: Strengths
    parameters: JsonDict
    kinds: dict[str, KindGaps] = field(default_factory=dict, repr=False)
    need: Need | None = field(default=None, repr=False)
    changes: list[dict[str, str]] = field(default_factory=list)
    without_car: list[JsonDict] = field(default_factory=list)

    def as_json(self) -> JsonDict:
        """The document of the `gaps` command; undefined numbers are None."""
        return {
            "strengths": self.strengths,
            "summary": self.summary,
            "areas": self.areas,
            "matrix": [
                {
                    "need": item.need,
                    "support": item.support,
                    "level": item.level,
                    "assets": item.assets,
                }
                for item in self.matrix
            ],
            "time": [item._asdict() for item in self.time],
            "attributes": [attribute._asdict() for attribute in self.attributes],
            "overlaps": [overlap._asdict() for overlap in self.overlaps],
            "balance": self.counts.balance,
            "equity": self.equity,
            "without_car": self.without_car,
            "changes": self.changes,
            "parameters": self.parameters,
        }


def gaps(
    ground: Ground,
    kind: str | None = None,
    need: str | None = None,
    indicator: str | None = None,
    language: str = "en",
) -> Gaps:
    """What a community has, and where and when it does not meet need.

    kind or need: only that one; without, the kinds the community has a norm for. indicator: the
    need indicator beside it, without: all of them ranked together. Raises GapError.
    """
    if kind and need:
        raise GapError(text("gaps.kind_or_need"))
    if need is not None and need not in vocabulary.terms("needs"):
        raise GapError(text("gaps.no_need", need=need))
    voice = Voice(ground, language)
    beside = ground.need(indicator)
    of_need = vocabulary.kinds_of_need(need) if need else ()
    chosen = (kind,) if kind else of_need or tuple(ground.settings.norms) or ("meeting",)
    units = {item: unit_of(item) for item in chosen}
    results = {
        item: kind_gaps(ground, item, beside) for item, unit in units.items() if unit != "no"
    }
    counts = strengths_of(ground, (kind,) if kind else of_need)
    slots = [slot for item in results if units[item] == "choice" for slot in week_of(ground, item)]
    reach = need_reach(ground, need)[0] if need else None
    if reach is not None and need is not None:
        areas = need_rows(voice, reach, beside)
    else:
        areas = [row for value in results.values() for row in kind_rows(voice, value, beside)]
    summary = _summary(voice, chosen, units, results, beside, everything=not (kind or need))
    summary.append(say("gaps.places", language))
    result = Gaps(
        strength_texts(voice, counts, kind),
        summary,
        areas,
        matrix(ground, [need] if need else _needs_of(kind)),
        slots,
        [item for each in results for item in attributes_of(ground, each)],
        overlaps(ground, chosen),
        _equity(ground, results, beside),
        counts,
        _parameters(ground, chosen, units, beside),
        results,
        beside,
        without_car=_without_car(ground, results),
    )
    return _with_changes(ground, result, kind, need, indicator, language)


def _needs_of(kind: str | None) -> list[str] | None:
    return list(vocabulary.needs_of_kind(kind)) if kind else None


def _summary(
    voice: Voice,
    chosen: tuple[str, ...],
    units: dict[str, str],
    result: dict[str, KindGaps],
    need: Need | None,
    everything: bool,
) -> list[str]:
    ground, language = voice.ground, voice.language
    sentences: list[str] = []
    for kind in chosen:
        if units[kind] in ("choice", "supply"):
            sentences += kind_summary(voice, result[kind], need)
            sentences += without_car_text(voice, result[kind])
        elif units[kind] == "county":
            sentences.append(county_summary(voice, county_total(ground, kind)))
        else:
            sentences.append(say("gaps.sum_never", language, kind=voice.kind(kind)))
        unplaced = int((ground.of_kind(kind) & ground.unplaced).sum())
        by_area = units[kind] in ("choice", "supply")
        if unplaced and by_area and result[kind].listed == "yes":
            name = voice.kind(kind)
            sentences.append(say("gaps.sum_unplaced", language, kind=name, n=unplaced))
        online = int((ground.of_kind(kind) & abroad(ground.assets)).sum())
        if online and by_area:
            kind_said = voice.kind(kind)
            sentences.append(say("gaps.sum_online", language, kind=kind_said, count=online))
    for kind in chosen:
        if units[kind] == "choice" and ground.sessions(kind):
            week, sure = week_of(ground, kind), not any(result[kind].calls)
            name, complete = voice.kind(kind), ground.complete(kind)
            sentences += time_summary(voice, week, name, complete, sure=sure)
            spanish = week_of(ground, kind, ("languages=es",))
            what = f"{voice.kind(kind)} ({say('gaps.spanish', language)})"
            if any(slot.assets for slot in spanish):
                sentences += time_summary(voice, spanish, what, False, sure=sure)
    if everything:
        sentences += _others(voice, chosen, need)
    internet = _without_internet(ground)
    if internet is not None and any(abroad(ground.assets)):
        sentences.append(say("gaps.sum_internet", language, share=f"{internet:.0f}"))
    uncounted = int((~ground.people_known).sum())
    if uncounted and ground.people_counted:
        sentences.append(say("gaps.sum_people_some", language, n=uncounted))
    if ground.no_data.any():
        names = [str(name) for name in ground.names[ground.no_data]]
        sentences.append(say("gaps.sum_no_data", language, areas=voice.listed(names)))
    return sentences


def _others(voice: Voice, chosen: tuple[str, ...], need: Need | None) -> list[str]:
    """Kinds without a norm: those with none in reach of most people, and the county's totals."""
    ground = voice.ground
    missing = []
    for kind, row in vocabulary.terms("kinds").items():
        if (
            kind in chosen
            or row["gap"] not in ("choice", "supply")
            or not ground.of_kind(kind).any()
        ):
            continue
        result = kind_gaps(ground, kind, need)
        people = ground.people[result.gap == "yes"].sum()
        if people:
            missing.append((-people, kind, result))
    sentences: list[str] = []
    for _, _, result in sorted(missing, key=lambda option: option[:2])[:MOST_KINDS]:
        sentences += kind_summary(voice, result, need)
    counted = vocabulary.kinds_where("county_total")
    for kind in (kind for kind in vocabulary.terms("kinds") if kind in counted):
        if kind not in chosen and ground.of_kind(kind).any():
            sentences.append(county_summary(voice, county_total(ground, kind)))
    return sentences


def _without_internet(ground: Ground) -> float | None:
    table = ground.indicators
    rows = table[table["indicator"] == "no_internet"] if len(table) else table
    if not len(rows):
        return None
    latest = rows.sort_values("year").drop_duplicates("area", keep="last")
    value = latest.set_index("area")["value"].reindex(ground.ids).to_numpy(float)
    good = np.isfinite(value) & (ground.people > 0)
    if not good.any():
        return None
    return float(np.average(value[good], weights=ground.people[good]))


def _equity(ground: Ground, result: dict[str, KindGaps], need: Need | None) -> dict[str, object]:
    """Gini and concentration of the first kind that is a gap of areas, and who is without.

    For kinds of supply with enough stated capacities the measure is places per person, else how
    many are in reach.
    """
    # Of what nobody has listed it is not known how evenly it is shared.
    by_area = (value for value in result.values() if value.unit in ("choice", "supply"))
    chosen = next((value for value in by_area if value.listed == "yes"), None)
    empty: dict[str, object] = {"kind": None, "gini": None, "concentration": None, "without": []}
    if chosen is None:
        return empty
    reach = chosen.known.astype(float)
    supply, measure = chosen.supply, "in reach"
    if supply is not None and supply.low is not None and supply.high is not None:
        reach, measure = (supply.low + supply.high) / 2, "places per 1,000"
    people = np.where(ground.no_data, 0.0, ground.people)
    even, by_need = gini(reach, people), None
    if need is not None:
        by_need = concentration(reach, need.value, people)
    needing = people if need is None else np.where(need.high == 1, people, 0.0)
    without = ~chosen.met
    districts = ground.areas.get("district")
    groups = districts.astype("str").to_numpy(object) if districts is not None else ground.names
    rows = []
    for name in dict.fromkeys(groups):
        here = needing * (groups == name)
        if here.sum() > 0 and isinstance(name, str):
            share = float((here * without).sum() / here.sum())
            rows.append({"group": name, "people": round(here.sum()), "without": round(share, 4)})
    return {
        "kind": chosen.kind,
        "measure": measure,
        "gini": None if even is None else round(even, 4),
        "concentration": None if by_need is None else round(by_need, 4),
        "without": rows,
    }


def _without_car(ground: Ground, kinds: dict[str, KindGaps]) -> list[dict[str, object]]:
    rows = []
    for kind, reach in kinds.items():
        counted = without_car(ground, reach)
        if counted is not None:
            rows.append(
                {"kind": kind, "people": round(counted.people), "without": round(counted.without)}
            )
    return rows


def _parameters(
    ground: Ground, chosen: tuple[str, ...], units: dict[str, str], need: Need | None
) -> dict[str, object]:
    settings = ground.settings
    return {
        "kinds": {
            kind: {
                "unit": units[kind],
                "within_m": settings.norm(kind).within_m,
                "within_min": settings.minutes(settings.norm(kind))
                if ground.by_travel(kind)
                else None,
                "distance": ground.measured(kind),
                "count": settings.norm(kind).count,
                "days": settings.norm(kind).days,
                "yes": list(settings.norm(kind).yes),
                "norm": "community" if settings.norm(kind).declared else "default",
                "complete": str(settings.complete[kind]) if kind in settings.complete else None,
            }
            for kind in chosen
        },
        "walk_m": settings.walk_m,
        "distance": "travel time"
        if any(ground.by_travel(kind) for kind in chosen)
        else "straight line",
        "people": "adults" if ground.counts_adults else "everybody",
        "indicator": need.indicator if need else None,
        "indicators": list(need.used) if need else [],
        "sources": list(need.sources) if need else [],
        "draws": settings.draws,
        "seed": settings.seed,
        "verified_only": settings.verified_only,
        "verified_days": settings.verified_days,
        "at": settings.now.isoformat(timespec="minutes"),
        "weeks": 4,
    }


def _with_changes(
    ground: Ground,
    result: Gaps,
    kind: str | None,
    need: str | None,
    indicator: str | None,
    language: str,
) -> Gaps:
    """With verified assets only: the areas whose gap differs from counting all."""
    if not ground.settings.verified_only:
        return result
    whole = Ground(
        ground.assets,
        ground.areas,
        ground.indicators,
        ground.notes,
        replace(ground.settings, verified_only=False),
        ground.guessed,
        ground.travel,
    )
    before = gaps(whole, kind, need, indicator, language).areas
    changes = [
        {
            "id": row["id"],
            "kind": row.get("kind") or row["need"],
            "all": old["gap"],
            "verified": row["gap"],
        }
        for old, row in zip(before, result.areas, strict=True)
        if old["gap"] != row["gap"]
    ]
    return replace(result, changes=changes)


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
    gaps_here = reach.gap(ground)
    levels = reach.level(reach.known)
    rows = []
    for position in range(len(ground)):
        gap = gaps_here[position]
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
