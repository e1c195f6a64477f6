"""The method box: parameters, sources with their dates, and what the numbers cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

import pandas as pd

from assetmap.fields import JsonObject
from assetmap.gaps import Gaps, Ground
from assetmap.gaps.sentences import Voice
from assetmap.report import shades, words
from assetmap.vocabulary import label
from assetmap.words import say

LIMITS = (
    "limit_line",
    "limit_point",
    "limit_border",
    "limit_list",
    "limit_online",
    "limit_small",
)


def parameter_table(ground: Ground, result: Gaps, language: str = "en") -> pd.DataFrame:
    """Everything a gap depends on besides the data."""
    chosen, settings, voice = result.parameters, ground.settings, Voice(ground, language)

    def said(name: str, **values: object) -> str:
        return say(f"report.{name}", language, **values)

    rows = []
    for kind, norm in chosen["kinds"].items():
        sessions = ground.sessions(kind)
        within = ground.within(kind, language)
        goal = voice.goal(settings.norm(kind), sessions)
        parts = [said("p_goal", goal=goal, within=within)]
        if norm["yes"]:
            asked = ", ".join(voice.condition(item) for item in norm["yes"])
            parts.append(said("p_yes", yes=asked))
        parts.append(said("p_community" if norm["norm"] == "community" else "p_default"))
        parts.append(said(f"p_unit_{norm['unit']}"))
        if norm["complete"] is None:
            parts.append(said("p_incomplete"))
        else:
            day = settings.complete[kind]
            parts.append(said("p_complete", date=words.day_text(day, language)))
        rows.append((said("p_kind", kind=label("kinds", kind, language)), "; ".join(parts)))
    indicator = chosen["indicator"]
    used = [words.indicator_label(ground.notes, item, language) for item in chosen["indicators"]]
    counted = (
        said("p_verified_only", days=chosen["verified_days"])
        if chosen["verified_only"]
        else said("p_all")
    )
    people = said("p_adults" if chosen["people"] == "adults" else "p_everybody")
    by_travel = [kind for kind in chosen["kinds"] if ground.by_travel(kind)]
    for kind in by_travel:
        name = label("kinds", kind, language)
        rows.append((f"{said('p_distance')}: {name}", ground.measured(kind, language)))
    if len(by_travel) < len(chosen["kinds"]):
        rows.append((said("p_distance"), said("p_distance_text")))
    rows += [
        (said("p_walk"), settings.length(chosen["walk_m"])),
        (said("p_people"), people),
        (said("p_indicator"), ", ".join(used) if indicator else words.ranks(None, language)),
        (said("p_ranks"), said("p_ranks_text")),
        (said("p_draws"), said("p_draws_text", draws=chosen["draws"], seed=chosen["seed"])),
        (said("p_verified"), counted),
        (said("p_weeks"), said("p_weeks_text", weeks=chosen["weeks"])),
        (said("p_siting"), said("p_siting_text")),
        (said("p_palette"), said("p_palette_text", source=shades.SQUARE_SOURCE)),
        (said("p_at"), chosen["at"]),
    ]
    return pd.DataFrame(rows, columns=[said("parameter"), said("chosen")])


class _ListedSource(Protocol):
    """What is told of a source."""

    @property
    def name(self) -> str: ...

    @property
    def assets(self) -> int: ...

    @property
    def date(self) -> date | None: ...

    @property
    def licence(self) -> str | None: ...


class Described(Protocol):
    """What is needed of a community to tell where its data comes from."""

    @property
    def config(self) -> JsonObject: ...

    @property
    def sources(self) -> Sequence[_ListedSource]: ...


def source_table(
    community: Described, ground: Ground, result: Gaps, language: str = "en"
) -> pd.DataFrame:
    """Where assets, areas and indicators come from, and of which day they are."""

    def day(value: Any) -> str:
        return words.day_text(value, language) if value else say("report.no_date", language)

    rows = [
        (source.name, f"{source.assets:,}", day(source.date), source.licence or "")
        for source in community.sources
    ]
    areas = dict(community.config.get("areas") or {})
    rows.append((areas.get("name") or "areas", f"{len(ground):,}", day(areas.get("date")), ""))
    table = ground.indicators
    years = table["year"].dropna() if len(table) else table
    for source in result.parameters["sources"]:
        when = f"{years.max()}" if len(years) else say("report.no_date", language)
        rows.append((source, "", when, ""))
    columns = [
        say(f"report.{name}", language) for name in ("source", "rows", "source_date", "licence")
    ]
    return pd.DataFrame(rows, columns=columns)
