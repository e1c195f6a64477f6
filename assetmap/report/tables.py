"""The tables of a gap view, in words: the same on the page, in its downloads and in the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from assetmap.fields import JsonObject
from assetmap.gaps import Gaps, Ground, KindGaps
from assetmap.gaps.answers import answer, in_place, verified
from assetmap.gaps.ground import shortened
from assetmap.gaps.matrix import AttributeCount, Slot, SupportCell
from assetmap.gaps.need import RATE_PER, Need
from assetmap.gaps.sentences import Voice, named
from assetmap.gaps.times import DAYS, PARTS
from assetmap.indicators import values_by_area
from assetmap.report import words
from assetmap.vocabulary import label, split, terms
from assetmap.words import say

MOST_NAME, MOST_WHOLE = 600, 20  # letters of a name in full, and how many of these are printed
_ORDER = {"yes": 0, "call": 1, "no data": 2, "no": 3}


def ranked(rows: Sequence[JsonObject]) -> list[JsonObject]:
    """Rows of areas: gaps first, then those to call; among them most need, then most people."""
    return sorted(
        rows,
        key=lambda row: (
            _ORDER[row["gap"]],
            sum(row["need_rank"]) if row["need_rank"] else np.inf,
            -(row["people"] or 0),
            row["name"],
        ),
    )


def area_table(
    ground: Ground, rows: Sequence[JsonObject], who: str, language: str = "en"
) -> pd.DataFrame:
    """One line per area of one kind or need, ranked; texts, so that undefined can say so."""

    def said(name: str, **values: object) -> str:
        return say(f"report.{name}", language, **values)

    lines = []
    for row in ranked(rows):
        empty = row["gap"] == "no data" and not row["reach_known"]
        line = {
            said("area"): shortened(row["name"]),
            who.capitalize(): words.count(row["people"], language),
            said("need_rank"): words.ranks(row["need_rank"], language),
            said("known"): said("no_list") if empty else f"{row['reach_known']:,}",
            said("possible"): said("no_list") if empty else f"{row['reach_possible']:,}",
        }
        if "kind" in row:
            nearest = row["nearest_m"]
            none = "no_list" if empty else "none_sure" if row["call"] else "none_anywhere"
            line[said("nearest")] = (
                said(none) if nearest is None else ground.settings.length(nearest)
            )
        nobody = row["people"] == 0
        line[said("gap")] = said("nobody") if nobody else words.gap(row["gap"], language)
        # Nobody looked there, so on which side of the mark it lies is not known.
        unknown = row["gap"] == "no data"
        line[said("quadrant")] = words.quadrant(None if unknown else row["quadrant"], language)
        line[said("sure")] = words.sure(None if unknown else row["robust"], language)
        lines.append(line)
    return pd.DataFrame(lines)


def need_table(ground: Ground, need: Need | None, language: str = "en") -> pd.DataFrame:
    """One line per area: the indicator's value, margin, year and rank range, most need first."""
    if need is None:
        return pd.DataFrame()
    names = {
        name: say(f"report.{name}", language)
        for name in ("area", "value", "margin", "rate", "year", "need_rank")
    }
    order = np.argsort(np.where(np.isfinite(need.value), -need.value, np.inf), kind="stable")
    lines = []
    table = None
    note: JsonObject = {}
    if need.indicator != "all":
        table = values_by_area(ground.indicators, need.indicator, ground.ids)
        result = ground.notes.get(need.indicator)
        note = result if isinstance(result, Mapping) else {}
    for position in order:
        pair = need.ranks[position]
        line = {names["area"]: str(ground.names[position])}
        if table is not None:
            row = table.iloc[position]
            line[names["value"]] = value_text(row, note, language)
            line[names["margin"]] = f"± {row['moe']:g}" if np.isfinite(row["moe"]) else ""
            if note.get("per") == "population":
                shown = np.isfinite(row["value"]) and ground.population[position] > 0
                per = row["value"] * RATE_PER / ground.population[position] if shown else np.nan
                line[names["rate"]] = (
                    words.count(per, language)
                    if shown or not row["suppressed"]
                    else say("report.not_shown", language)
                )
                del line[names["margin"]]
            line[names["year"]] = str(row["year"]) if pd.notna(row["year"]) else ""
        line[names["need_rank"]] = (
            words.ranks([int(pair[0]), int(pair[1])], language)
            if np.isfinite(pair).all()
            else words.ranks(None, language)
        )
        lines.append(line)
    return pd.DataFrame(lines)


def value_text(row: pd.Series, note: JsonObject, language: str = "en") -> str:
    """An indicator's value with its unit; hidden and unknown ones say so; few are unsteady."""
    if row["suppressed"]:
        return say("report.not_shown", language)
    if not np.isfinite(row["value"]):
        return say("report.undefined", language)
    text = f"{row['value']:g}"
    if note.get("unit") == "percent":
        return f"{row['value']:.1f}%"
    if row["value"] < note.get("unsteady_under", -np.inf):
        text = say("report.unsteady", language, value=text)
    return text


def week_table(slots: Sequence[Slot], kind: str, language: str = "en") -> pd.DataFrame:
    """Days × parts of the day: people with one of a kind in reach (numbers; 0 where not known)."""
    return _week(slots, kind, language, "people_in_reach")


def week_assets(slots: Sequence[Slot], kind: str, language: str = "en") -> pd.DataFrame:
    """Days × parts of the day: how many of a kind are on (numbers)."""
    return _week(slots, kind, language, "assets")


def _week(slots: Sequence[Slot], kind: str, language: str, what: str) -> pd.DataFrame:
    result = {
        (slot.day, slot.part): getattr(slot, what) or 0 for slot in slots if slot.kind == kind
    }
    return pd.DataFrame(
        {
            say(f"gaps.part_{part}", language).capitalize(): [
                result.get((day, part), 0) for day in DAYS
            ]
            for part in PARTS
        },
        index=pd.Index(
            [
                say(f"schedule.day_{position}", language).capitalize()
                for position in range(len(DAYS))
            ],
            name=say("report.day", language),
        ),
    )


def attribute_table(
    counts: Sequence[AttributeCount], kind: str, who: str, language: str = "en"
) -> pd.DataFrame:
    """One line per attribute of a kind: yes, nobody asked and no apart; people with a yes near,
    where it is known how many live here."""
    table = pd.DataFrame(
        [
            {
                say("report.attribute", language): say(f"gaps.{count.attribute}", language),
                say("report.yes", language): count.yes,
                say("report.unknown", language): count.unknown,
                say("report.no", language): count.no,
                say("report.people_yes", language, who=who.capitalize()): count.people_in_reach,
            }
            for count in counts
            if count.kind == kind and count.yes + count.unknown + count.no
        ]
    )
    return table.dropna(axis="columns", how="all")


def matrix_table(result: Gaps, language: str = "en") -> pd.DataFrame:
    """Needs × support types: in reach of all, of some, of nobody; a need asks for some types."""
    supports = list(terms("support"))
    results = {(cell.need, cell.support): cell for cell in result.matrix}
    lines = []
    for need in dict.fromkeys(cell.need for cell in result.matrix):
        line = {say("report.need", language): label("needs", need, language)}
        for support in supports:
            cell = results.get((need, support))
            text = say("report.not_asked", language)
            if cell is not None:
                text = _level_text(cell, language)
            line[label("support", support, language)] = text
        lines.append(line)
    return pd.DataFrame(lines)


def call_table(
    ground: Ground, kind_gaps: KindGaps, language: str = "en", most: int = 7
) -> pd.DataFrame:
    """Whom to call first: places whose answer could matter to most people below the mark."""
    people: dict[int, float] = {}
    areas: dict[int, list[str]] = {}
    for position in np.flatnonzero(np.isin(kind_gaps.gap, ("yes", "call"))):
        for asset in kind_gaps.calls[position]:
            people[asset] = people.get(asset, 0.0) + ground.people[position]
            areas.setdefault(asset, []).append(str(ground.names[position]))
    order = sorted(people, key=lambda asset: (-people[asset], asset))[:most]
    assets = ground.assets
    lines = []
    for asset in order:
        phone = assets["phone"].iat[asset]
        lines.append(
            {
                say("report.place", language): shortened(str(assets["name"].iat[asset])),
                say("report.phone", language): (
                    phone if isinstance(phone, str) else say("report.no_phone", language)
                ),
                say("report.ask", language): asks_of(ground, kind_gaps, asset, language),
                say("report.people_below", language): round(people[asset]),
                say("report.areas", language): named(areas[asset], language),
            }
        )
    return pd.DataFrame(lines)


def asks_of(ground: Ground, kind_gaps: KindGaps, asset: int, language: str = "en") -> str:
    """What nobody knows of an asset yet, that would decide whether it counts."""

    voice = Voice(ground, language)
    assets = ground.assets
    asked = []
    if assets["status"].iat[asset] == "candidate":
        asked.append(say("report.ask_there", language))
    here = in_place(assets)
    if not here.yes[asset] and not here.no[asset]:
        asked.append(say("report.ask_in_person", language))
    for condition in kind_gaps.norm.yes:
        item = answer(assets, condition)
        if not item.yes[asset] and not item.no[asset]:
            asked.append(voice.condition(condition))
    if ground.unsure(kind_gaps.kind)[asset]:
        asked.append(say("report.ask_times", language))
    if ground.settings.verified_only and not verified(assets, ground.settings)[asset]:
        asked.append(say("report.ask_verified", language))
    return ", ".join(asked) or say("report.ask_there", language)


def overlap_table(ground: Ground, result: Gaps, language: str = "en") -> pd.DataFrame:
    """Pairs that may compete: same program, language, audience and hour near each other."""
    whole = zip(ground.assets["id"], ground.assets["name"], strict=True)
    names = {item: shortened(str(name)) for item, name in whole}
    return pd.DataFrame(
        [
            {
                say("report.first", language): names.get(overlap.first, overlap.first),
                say("report.second", language): names.get(overlap.second, overlap.second),
                say("report.when", language): " ".join(
                    (
                        say(f"schedule.day_{DAYS.index(overlap.day)}", language),
                        say(f"gaps.part_{overlap.part}", language),
                    )
                ),
                say("report.apart", language): ground.settings.length(overlap.metres),
            }
            for overlap in result.overlaps
        ]
    )


def _level_text(cell: SupportCell, language: str) -> str:
    """How much of a kind of support is in reach; none is said only where all was looked through."""
    if cell.level == "none" and not (cell.complete and not cell.possible):
        if cell.possible:
            return say("report.level_unsure", language)
        return say("report.level_none_listed" if cell.listed else "report.no_list", language)
    if cell.people is None:
        return say(f"report.level_areas_{cell.level}", language)
    return say(f"report.level_{cell.level}", language, share=f"{cell.people:.0%}")


def equity_table(result: Gaps, language: str = "en") -> pd.DataFrame:
    """Per district: people in areas of more need, and the share of them below the mark."""
    return pd.DataFrame(
        [
            {
                say("report.district", language): shortened(row["group"]),
                say("report.people_need", language): f"{row['people']:,}",
                say("report.without", language): f"{row['without']:.0%}",
            }
            for row in result.equity["without"]
        ]
    )


def name_table(ground: Ground, language: str = "en") -> pd.DataFrame:
    """Names of areas that are too long to be said, and whole."""
    return pd.DataFrame(
        [
            {
                say("report.area", language): short,
                say("report.whole_name", language): whole[:MOST_NAME],
            }
            for short, whole in zip(ground.names, ground.full_names, strict=True)
            if short != " ".join(str(whole).split())
        ][:MOST_WHOLE]
    )


def change_table(ground: Ground, result: Gaps, language: str = "en") -> pd.DataFrame:
    """With verified assets only: the areas that read differently."""
    names = dict(zip(ground.ids, ground.names, strict=True))
    return pd.DataFrame(
        [
            {
                say("report.area", language): names[row["id"]],
                say("report.kind", language): _kind_or_need(row["kind"], language),
                say("report.counting_all", language): words.gap(row["all"], language),
                say("report.counting_verified", language): words.gap(row["verified"], language),
            }
            for row in result.changes
        ]
    )


def _kind_or_need(name: str, language: str) -> str:
    vocabulary = "kinds" if name in terms("kinds") else "needs"
    return label(vocabulary, name, language)


def have_tables(assets: pd.DataFrame, language: str = "en") -> dict[str, pd.DataFrame]:
    """Active assets by group, support type, ABCD class and whom they welcome (numbers).

    One asset gives several kinds of support and welcomes several groups; those do not add up.
    """
    active = assets[(assets["status"] == "active").to_numpy(bool)]
    kinds = terms("kinds")
    counts: dict[str, dict[str, int]] = {
        "groups": dict.fromkeys(terms("groups"), 0),
        "support": dict.fromkeys(terms("support"), 0),
        "abcd": dict.fromkeys(terms("abcd"), 0),
        "populations": dict.fromkeys(terms("populations"), 0),
    }
    for kind, many in active["kind"].value_counts().items():
        row = kinds[str(kind)]
        counts["groups"][row["group"]] += int(many)
        counts["abcd"][row["abcd"]] += int(many)
    columns = (("support", "support"), ("populations", "welcomes"))
    for vocabulary, column in columns:
        for cell, kind in zip(active[column], active["kind"], strict=True):
            if vocabulary == "support" and not isinstance(cell, frozenset):
                cell = frozenset(split(kinds[kind]["support"]))
            for item in cell if isinstance(cell, frozenset) else ():
                if item in counts[vocabulary]:
                    counts[vocabulary][item] += 1
    out = {}
    for name, value in counts.items():
        out[name] = pd.DataFrame(
            {
                say(f"report.by_{name}", language): [label(name, item, language) for item in value],
                say("report.count", language): list(value.values()),
            }
        )
        if name == "populations":
            number = say("report.count", language)
            out[name] = out[name].sort_values(number, ascending=False, kind="stable")
            out[name] = out[name][out[name][number] > 0].reset_index(drop=True)
    return out
