"""What a gap view says, question by question; `html`, `pdf` and the Gaps page each write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

import pandas as pd

from assetmap.gaps import Gaps, Ground, KindGaps
from assetmap.gaps.answers import ATTRIBUTES
from assetmap.gaps.county_sentences import strength_texts
from assetmap.gaps.matrix import Slot, need_reach, week_of
from assetmap.gaps.sentences import Voice
from assetmap.gaps.strengths import strengths_of
from assetmap.report import gifts, layers, method, next_steps, tables, words
from assetmap.report.layers import Layer
from assetmap.report.next_steps import Proposal
from assetmap.words import say

EVEN = 0.05
Form = Literal["table", "bars", "week", "shares"]


@dataclass(frozen=True)
class Passage:
    """What is read under one heading, in this order: sentences, maps, a table, a note.

    name: what it is, for a page that puts something of its own in its place. Without a title, each
    map has its own. form: how the table is drawn: "bars" a bar for each number, "week" darker
    where more, up to `most`, with the numbers of `beside` in brackets; "shares" are of a survey.
    nothing: what a page says in place of an empty passage; paper leaves the passage out.
    """

    name: str
    title: str = ""
    texts: list[str] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    note: str = ""
    nothing: str = ""
    form: Form = "table"
    most: float = 0.0
    beside: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.texts or self.layers or len(self.frame))

    def cells(self) -> list[list[str]]:
        """The rows of the table as they are read."""
        rows = [
            [written_cell(value) for value in row] for row in self.frame.itertuples(index=False)
        ]
        if self.beside is None:
            return rows
        first = len(self.frame.columns) - len(self.beside.columns)
        for row, counts in zip(rows, self.beside.itertuples(index=False), strict=True):
            for position, count in enumerate(counts, first):
                row[position] = f"{row[position]} ({count:,})" if count else "0"
        return rows


def written_cell(value: object) -> str:
    """A cell as it is read: numbers with marks between thousands."""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@dataclass(frozen=True)
class Section:
    """One question: its title and its passages in reading order."""

    name: str
    title: str
    passages: list[Passage]

    @property
    def empty(self) -> bool:
        """Whether no passage has anything to show."""
        return all(passage.empty for passage in self.passages)


def have(
    community: gifts.Surveyed, ground: Ground, result: Gaps, kind: str | None, language: str
) -> Section:
    """What the whole community has, then the kind; counts by group, support and who welcomes."""
    texts = strength_texts(Voice(ground, language), strengths_of(ground))
    if kind:
        texts += [text for text in result.strengths if text not in texts]
    counts = tables.have_tables(ground.assets[~ground.elsewhere], language)
    bars = [
        Passage(name, str(counts[name].columns[0]), frame=counts[name], form="bars")
        for name in ("groups", "support", "abcd", "populations")
    ]
    bars[-1] = replace(bars[-1], note=say("report.bars_note", language))
    return Section(
        "have",
        say("report.have", language),
        [
            Passage("strengths", texts=texts),
            _shares(community, gifts.GOOD, "good_here", language),
            *bars,
            given(community, language),
        ],
    )


def surveyed(community: gifts.Surveyed, language: str = "en") -> list[Passage]:
    """What the published survey says, strengths first: it needs no map."""
    return [
        _shares(community, gifts.GOOD, "good_here", language),
        given(community, language),
        _shares(community, gifts.ASKED, "asked_for", language),
    ]


def given(community: gifts.Surveyed, language: str = "en") -> Passage:
    """What people said in the published survey that they could give."""
    passage = _shares(community, gifts.GIFTS, "gifts", language)
    return replace(passage, nothing=say("report.gifts_none", language))


def _shares(community: gifts.Surveyed, topic: str, title: str, language: str) -> Passage:
    """What people said in the published survey about a topic; empty where it was not asked."""
    wave, table = gifts.published(community, topic, language)
    heading = say(f"report.{title}", language)
    if table is None:
        return Passage(title, heading)
    note = say("report.gifts_note", language, wave=wave)
    return Passage(title, heading, frame=table, note=note, form="shares")


def needs(community: gifts.Surveyed, ground: Ground, result: Gaps, language: str) -> Section:
    """The need indicator on a map and area by area, with its sources; what people asked for."""
    title = say("report.needs", language)
    asked = _shares(community, gifts.ASKED, "asked_for", language)
    need = result.need
    if need is None:
        none = Passage("need", texts=[say("report.no_indicator", language)])
        return Section("needs", title, [none, asked])
    layer = layers.need_layer(ground, need, language)
    notes = [say("report.rank_note", language)]
    notes += [say("report.need_source", language, source=source) for source in need.sources]
    indicator = Passage(
        "need",
        say("report.need_map", language, indicator=layer.title),
        layers=[layer],
        frame=tables.need_table(ground, need, language),
        note=" ".join(notes),
    )
    return Section("needs", title, [indicator, asked])


def where(
    ground: Ground, result: Gaps, kind: str | None, need: str | None, language: str
) -> Section:
    """Need beside reach on a map and area by area; which kinds of support are in reach."""
    texts = list(result.summary)
    who = Voice(ground, language).who
    passages = []
    unit = result.parameters["kinds"][kind]["unit"] if kind else None
    if unit in ("county", "no"):
        name = words.topic_label(kind, None, language)
        texts.append(say(f"report.unit_{unit}", language, kind=name))
    elif kind or need:
        maps, note = [], ""
        if result.need is not None:
            reach = need_reach(ground, need)[0] if need else result.kinds[str(kind)]
            maps.append(layers.square_layer(ground, reach, result.need, language))
            note = say("report.square_note" if kind else "report.square_note_need", language)
        maps.append(layers.gap_layer(ground, result, say("report.map_gap", language), language))
        passages = [
            Passage("map", layers=maps, note=note),
            Passage(
                "areas",
                say("report.areas_ranked", language),
                frame=tables.area_table(ground, result.areas, who, language),
                note=say("report.areas_note", language),
            ),
        ]
    if result.matrix and (kind or need):
        title, note = say("report.matrix", language), say("report.matrix_note", language)
        frame = tables.matrix_table(result, language)
        passages.append(Passage("matrix", title, frame=frame, note=note))
    return Section(
        "where", say("report.where", language), [Passage("summary", texts=texts), *passages]
    )


def when(
    ground: Ground,
    result: Gaps,
    language: str,
    kinds: Iterable[str] | None = None,
    only: str | None = None,
) -> Section:
    """The week of each kind, and what its places say yes, no or nothing to.

    kinds: those to tell of, without: all of the result. only: an attribute (a key of ATTRIBUTES)
    that those counted in the week must surely have.
    """
    passages = []
    who = Voice(ground, language).who
    for kind in result.kinds if kinds is None else kinds:
        name = words.topic_label(kind, None, language)
        passages.append(_week(ground, result, kind, only, language))
        title = say("report.attributes_of", language, kind=name)
        answers = tables.attribute_table(result.attributes, kind, who, language)
        passages.append(Passage("attributes", title, frame=answers))
    if not passages:
        passages = [Passage("none", nothing=say("report.nothing_of_time", language))]
    return Section("time", say("report.time", language), passages)


def _week(ground: Ground, result: Gaps, kind: str, only: str | None, language: str) -> Passage:
    name = words.topic_label(kind, None, language)
    if only:
        name = f"{name} ({say(f'gaps.{only}', language)})"
    slots = _slots(ground, result, kind, only)
    title = say("report.week_of", language, kind=name, who=Voice(ground, language).who)
    people = tables.week_table(slots, kind, language)
    assets = tables.week_assets(slots, kind, language)
    if not assets.to_numpy().any():
        return Passage("week", title, nothing=say("report.week_none", language, kind=name))
    if not ground.people_counted:
        return Passage(
            "week",
            say("report.week_on", language, kind=name),
            frame=assets.reset_index(),
            note=say("report.week_on_note", language),
            form="week",
            most=float(assets.to_numpy().max()),
        )
    return Passage(
        "week",
        title,
        frame=people.reset_index(),
        note=say("report.week_note", language),
        form="week",
        most=float(ground.people.sum()),
        beside=assets,
    )


def _slots(ground: Ground, result: Gaps, kind: str, only: str | None) -> list[Slot]:
    """The week of a kind; of kinds that are open by the hour too."""
    if only is not None:
        return week_of(ground, kind, (ATTRIBUTES[only],))
    return [slot for slot in result.time if slot.kind == kind] or week_of(ground, kind)


def next_section(
    ground: Ground,
    result: Gaps,
    language: str,
    kinds: Iterable[str] | None = None,
    propose: Callable[[KindGaps], Proposal | None] | None = None,
) -> Section:
    """Whom to call, where the next one would help, what overlaps, how evenly it is shared, and
    what counting only checked places changes.

    kinds: those to tell of, without: all of the result. propose: gives the proposal of a kind,
    without: it is worked out.
    """
    chosen = [result.kinds[kind] for kind in (result.kinds if kinds is None else kinds)]
    propose = propose or partial(next_steps.propose, ground)
    texts = [
        text
        for value in chosen
        if value.unit in ("choice", "supply")
        for text in next_steps.proposal_texts(ground, value, propose(value), language)
    ]
    passages = [_calls(ground, value, len(chosen) == 1, language) for value in chosen]
    if texts:
        texts = list(dict.fromkeys(texts))
        passages.append(Passage("sites", say("report.sites", language), texts))
    return Section(
        "next",
        say("report.next", language),
        [
            *passages,
            Passage(
                "overlaps",
                say("report.overlaps", language),
                frame=tables.overlap_table(ground, result, language),
                note=say("report.overlaps_note", language),
                nothing=say("report.none_overlap", language),
            ),
            Passage(
                "even",
                say("report.even", language),
                equity_texts(ground, result, language),
                frame=tables.equity_table(result, language),
            ),
            _changes(ground, result, language),
        ],
    )


def _calls(ground: Ground, value: KindGaps, alone: bool, language: str) -> Passage:
    """alone: no other kind is told of, so its name need not be said again."""
    table = tables.call_table(ground, value, language)
    if not len(table):
        title = say("report.calls_none", language)
        return Passage("calls", title, nothing=say("report.none_call", language))
    title = say("report.calls_of", language, kind=Voice(ground, language).kind(value.kind))
    if alone:
        name = "report.calls_one" if len(table) == 1 else "report.calls"
        title = say(name, language, count=len(table))
    return Passage("calls", title, frame=table, note=say("report.call_first", language))


def equity_texts(ground: Ground, result: Gaps, language: str = "en") -> list[str]:
    """Whether reach is shared evenly, and of what, in words with the index."""
    equity = result.equity
    if equity["kind"] is None:
        return []
    if not ground.people_counted:
        return [say("report.even_no_people", language)]
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
        value = f"{results:+.2f}".replace("-", "−")
        out.append(say(f"report.concentration_{how}", language, value=value))
    return out


def _changes(ground: Ground, result: Gaps, language: str) -> Passage:
    checked = ground.settings.verified_only
    return Passage(
        "changes",
        say("report.changes", language),
        frame=tables.change_table(ground, result, language),
        nothing=say("report.changes_none" if checked else "report.changes_off", language),
    )


def how_computed(
    community: method.Described, ground: Ground, result: Gaps, language: str
) -> Section:
    """What was chosen, long names in full, sources with their dates."""
    return Section(
        "method",
        say("report.method", language),
        [
            Passage(
                "parameters",
                say("report.parameters", language),
                frame=method.parameter_table(ground, result, language),
            ),
            Passage(
                "names",
                say("report.names", language),
                frame=tables.name_table(ground, language),
            ),
            Passage(
                "sources",
                say("report.sources", language),
                frame=method.source_table(community, ground, result, language),
            ),
        ],
    )


def limits(language: str = "en") -> Section:
    """What the numbers cannot say."""
    texts = [say(f"report.{name}", language) for name in method.LIMITS]
    return Section("limits", say("report.limits", language), [Passage("limits", texts=texts)])
