"""What a gap report says, in the order it is read; `html` and `pdf` write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import pandas as pd

from assetmap.gaps import Gaps, Ground
from assetmap.gaps.county_sentences import strength_texts
from assetmap.gaps.ground import shortened
from assetmap.gaps.matrix import need_reach
from assetmap.gaps.sentences import Voice
from assetmap.gaps.strengths import strengths_of
from assetmap.report import gifts, layers, method, next_steps, tables, words
from assetmap.report.briefing import Briefing, briefing
from assetmap.report.layers import Layer
from assetmap.words import say

MOST_AREAS = 40
MOST_COUNTS = 12
EVEN = 0.05


class ReportTable(NamedTuple):
    """A table under its title, with a note below it. most: for a heat table, the number that is
    darkest; its numbers begin in the second column."""

    title: str
    frame: pd.DataFrame
    note: str = ""
    most: float = 0.0


@dataclass(frozen=True)
class Section:
    """A heading with sentences, then maps, then tables."""

    title: str
    texts: list[str] = field(default_factory=list)
    maps: list[Layer] = field(default_factory=list)
    tables: list[ReportTable] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """title; fictional: a sentence or nothing; made: the date; sections in reading order; closing
    sentences. briefing: the first page. ground and places (name, lat, lon) are what the maps are
    drawn from. letter: the paper is US letter, else A4."""

    title: str
    fictional: str
    made: str
    sections: list[Section]
    closing: list[str]
    language: str
    ground: Ground = field(repr=False)
    briefing: Briefing
    places: pd.DataFrame | None = field(default=None, repr=False)
    letter: bool = True


class Reported(gifts.Surveyed, method.Described, Protocol):
    """What a report needs of a community that has been opened; `community.Community` has it."""

    @property
    def name(self) -> str: ...

    @property
    def fictional(self) -> bool: ...

    @property
    def places(self) -> pd.DataFrame: ...


def report(
    community: Reported,
    ground: Ground,
    result: Gaps,
    kind: str | None = None,
    need: str | None = None,
    language: str = "en",
) -> Report:
    """The report of a result of `gaps` for a kind or a need."""

    def said(text: str, **values: object) -> str:
        return say(f"report.{text}", language, **values)

    name = shortened(community.name)
    topic = words.topic_label(kind, need, language) or said("everything")
    sections = [
        _have(community, ground, result, kind, language),
        _needs(ground, result, language),
        _where(ground, result, kind, need, language),
        *_when(ground, result, language),
        _next(ground, result, language),
        _method(community, ground, result, language),
        Section(said("limits"), [said(name) for name in method.LIMITS]),
    ]
    return Report(
        said("title", name=name, topic=topic),
        said("fictional", name=name) if community.fictional else "",
        said("made", date=words.day_text(ground.settings.now.date(), language)),
        sections,
        [say("gaps.places", language)],
        language,
        ground,
        briefing(ground, result, kind, need, language),
        community.places,
        ground.settings.country in ("US", "CA", "MX", "PH"),
    )


def _have(
    community: Reported, ground: Ground, result: Gaps, kind: str | None, language: str
) -> Section:
    """What the whole community has, then the kind; counts by group, support and who welcomes."""
    voice = Voice(ground, language)
    texts = strength_texts(voice, strengths_of(ground))
    if kind:
        texts += [text for text in result.strengths if text not in texts]
    counts = tables.have_tables(ground.assets, language)
    whole = [
        ReportTable(str(counts[name].columns[0]), counts[name].head(MOST_COUNTS))
        for name in ("groups", "support")
    ]
    return Section(
        say("report.have", language),
        texts,
        tables=[
            *_said(community, gifts.GOOD, "report.good_here", language),
            *whole,
            *_said(community, gifts.GIFTS, "report.gifts", language),
        ],
    )


def _said(community: Reported, topic: str, title: str, language: str) -> list[ReportTable]:
    """What people said in the published survey about a topic; nothing where it was not asked."""
    wave, table = gifts.published(community, topic, language)
    if table is None:
        return []
    note = say("report.gifts_note", language, wave=wave)
    return [ReportTable(say(title, language), table, note)]


def _needs(ground: Ground, result: Gaps, language: str) -> Section:
    title = say("report.needs", language)
    if result.need is None:
        return Section(title, [say("report.no_indicator", language)])
    layer = layers.need_layer(ground, result.need, language)
    table = tables.need_table(ground, result.need, language)
    note = say("report.rank_note", language)
    return Section(title, [], [layer], [ReportTable(layer.title, table, note)])


def _where(
    ground: Ground, result: Gaps, kind: str | None, need: str | None, language: str
) -> Section:
    maps: list[Layer] = []
    whole: list[ReportTable] = []
    by_area = need or (kind and kind in result.kinds and result.kinds[kind].unit != "county")
    if by_area:
        if result.need is not None:
            reach = need_reach(ground, need)[0] if need else result.kinds[str(kind)]
            maps.append(layers.square_layer(ground, reach, result.need, language))
        maps.append(layers.gap_layer(ground, result, say("report.map_gap", language), language))
        table = tables.area_table(ground, result.areas, Voice(ground, language).who, language)
        note = ""
        if len(table) > MOST_AREAS:
            note = say("report.more_rows", language, count=len(table) - MOST_AREAS)
        title = say("report.areas_ranked", language)
        whole.append(ReportTable(title, table.head(MOST_AREAS), note))
    if result.matrix and (kind or need):
        title, note = say("report.matrix", language), say("report.matrix_note", language)
        whole.append(ReportTable(title, tables.matrix_table(result, language), note))
    return Section(say("report.where", language), list(result.summary), maps, whole)


def _when(ground: Ground, result: Gaps, language: str) -> list[Section]:
    whole: list[ReportTable] = []
    who = Voice(ground, language).who
    for kind in result.kinds:
        results = tables.week_table(result.time, kind, language)
        name = words.topic_label(kind, None, language)
        if results.to_numpy().any():
            title = say("report.week_of", language, kind=name, who=who)
            note = say("report.week_note", language)
            whole.append(
                ReportTable(title, results.reset_index(), note, float(ground.people.sum()))
            )
        answers = tables.attribute_table(result.attributes, kind, who, language)
        if len(answers):
            title = say("report.attributes_of", language, kind=name)
            whole.append(ReportTable(title, answers))
    return [Section(say("report.time", language), tables=whole)] if whole else []


def _next(ground: Ground, result: Gaps, language: str) -> Section:
    voice = Voice(ground, language)
    texts: list[str] = []
    whole: list[ReportTable] = []
    for kind, value in result.kinds.items():
        if value.unit not in ("choice", "supply"):
            continue
        calls = tables.call_table(ground, value, language)
        if len(calls):
            title = say("report.calls_of", language, kind=voice.kind(kind))
            whole.append(ReportTable(title, calls, say("report.call_first", language)))
        texts += next_steps.proposal_texts(
            ground, value, next_steps.propose(ground, value), language
        )
    texts = list(dict.fromkeys(texts))
    pairs = tables.overlap_table(ground, result, language)
    if len(pairs):
        note = say("report.overlaps_note", language)
        whole.append(ReportTable(say("report.overlaps", language), pairs, note))
    even = tables.equity_table(result, language)
    if len(even):
        note = " ".join(equity_texts(ground, result, language))
        whole.append(ReportTable(say("report.even", language), even, note))
    changes = tables.change_table(ground, result, language)
    if len(changes):
        whole.append(ReportTable(say("report.changes", language), changes))
    return Section(say("report.next", language), texts, tables=whole)


def _method(community: Reported, ground: Ground, result: Gaps, language: str) -> Section:
    return Section(
        say("report.method", language),
        tables=[
            ReportTable(
                say("report.parameters", language),
                method.parameter_table(ground, result, language),
            ),
            *_names(ground, language),
            ReportTable(
                say("report.sources", language),
                method.source_table(community, ground, result, language),
            ),
        ],
    )


def _names(ground: Ground, language: str) -> list[ReportTable]:
    table = tables.name_table(ground, language)
    return [ReportTable(say("report.names", language), table)] if len(table) else []


def equity_texts(ground: Ground, result: Gaps, language: str = "en") -> list[str]:
    """Whether reach is shared evenly, and of what, in words with the index."""
    equity = result.equity
    if equity["gini"] is None:
        return [say("report.even_undefined", language)]
    voice = Voice(ground, language)
    measure = "room" if equity["measure"] == "places per 1,000" else "number"
    out = [
        say(
            f"report.gini_of_{measure}",
            language,
            kind=voice.asked(equity["kind"]),
            who=voice.who,
            within=ground.within(equity["kind"], language),
        ),
        say("report.gini", language, value=f"{equity['gini']:.2f}"),
    ]
    results = equity["concentration"]
    if results is not None:
        how = "even" if abs(results) < EVEN else "more" if results < 0 else "less"
        out.append(
            say(f"report.concentration_{how}", language, value=f"{results:+.2f}".replace("-", "−"))
        )
    return out
