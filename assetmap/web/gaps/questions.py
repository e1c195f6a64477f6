"""The five questions of the page: the report's sections, with what a visitor can choose in them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from assetmap import vocabulary
from assetmap.gaps import METRICS, Gaps, Ground, KindGaps
from assetmap.gaps.answers import ATTRIBUTES
from assetmap.report import layers, next_steps, sections, words
from assetmap.report.layers import Layer
from assetmap.report.sections import Passage
from assetmap.vocabulary import label
from assetmap.web.frame import escaped
from assetmap.web.gaps import charts as gaps_charts
from assetmap.web.gaps import links as gaps_links
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.links import ALL
from assetmap.web.gaps.results import Choice
from assetmap.web.gaps.writer import PageWriter
from assetmap.web.state import State
from assetmap.words import say

SQUARE, STATE = "square", "state"


def show_have(state: State, choice: Choice, language: str) -> None:
    """What do we have?"""
    ground = gaps_results.ground(state, False)
    result = gaps_results.result(state, choice, language)
    section = sections.have(state.community, ground, result, choice.kind, language)
    st.header(section.title, anchor=False)
    PageWriter(state, False, language).write(section.passages)


def show_needs(state: State, choice: Choice, language: str) -> None:
    """What do people need?"""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    section = sections.needs(state.community, ground, result, language)
    st.header(section.title, anchor=False)
    PageWriter(state, choice.verified_only, language).write(section.passages)


def show_surveyed(state: State, language: str) -> None:
    """What the published survey says, strengths first, where no gap can be shown."""
    if len(state.community.releases):
        PageWriter(state, False, language).write(sections.surveyed(state.community, language))


def show_where(state: State, choice: Choice, language: str) -> None:
    """Where is something missing? The visitor chooses what the map shows, and an area on it."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    section = sections.where(ground, result, choice.kind, choice.need, language)
    st.header(section.title, anchor=False)

    def show_map(passage: Passage) -> None:
        if state.community.areas is not None:
            _map(writer, passage, result, choice)
        if result.need is not None:
            st.subheader(say("gaps_page.chart", language), anchor=False)
            gaps_charts.quadrants(ground, result, choice.kind, language)

    writer = PageWriter(state, choice.verified_only, language, {"map": show_map})
    writer.write(section.passages)


def _map(writer: PageWriter, passage: Passage, result: Gaps, choice: Choice) -> None:
    """The section's maps, and each metric of a kind, one at a time."""
    language, ground = writer.language, writer.ground
    shown_by: dict[str, Layer] = {
        SQUARE if layer.square else STATE: layer for layer in passage.layers
    }
    options = [*shown_by, *(METRICS if choice.kind else ())]
    gaps_links.begin("map", options, options[0], "gap_map")
    shown = st.selectbox(
        say("gaps_page.show", language),
        options,
        format_func=lambda name: (
            words.metric_label(METRICS[name], language)
            if name in METRICS
            else say(f"gaps_page.{name}", language)
        ),
        key="gap_map",
    )
    gaps_links.keep(map=None if shown == options[0] else shown)
    layer = shown_by.get(shown)
    if layer is None:
        layer = layers.metric_layer(ground, str(choice.kind), shown, language)
    pressed = writer.layer(layer, "gap-areas")
    if shown == SQUARE:
        writer.note(passage)
    _area(ground, result, pressed, language)


def _area(ground: Ground, result: Gaps, pressed: str | None, language: str) -> None:
    """One area in words, chosen on the map or in the list."""
    if pressed in ground.ids:
        st.session_state["gap_area"] = pressed
    names = dict(zip(ground.ids, ground.names, strict=True))
    area = st.selectbox(
        say("gaps_page.click", language),
        sorted(names, key=lambda option: names[option]),
        index=None,
        format_func=lambda option: names[option],
        key="gap_area",
    )
    for row in result.areas:
        if row["id"] == area:
            st.markdown(f"**{escaped(row['name'])}** — {escaped(row['text'])}")


def show_time(state: State, choice: Choice, language: str) -> None:
    """When is something missing? The visitor chooses a kind of the need, and what must be known."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    st.header(say("report.time", language), anchor=False)
    kind = _kind(result, choice, "gap_week_kind", language)
    only = _only(language) if kind is not None else None
    kinds = [] if kind is None else [kind]
    section = sections.when(ground, result, language, kinds, only)

    def show_answers(passage: Passage) -> None:
        if len(passage.frame):
            st.subheader(escaped(passage.title), anchor=False)
            gaps_charts.answers(passage.frame, language)
            gaps_charts.show_table(passage.frame)

    drawn = {"attributes": show_answers}
    PageWriter(state, choice.verified_only, language, drawn).write(section.passages)


def _kind(result: Gaps, choice: Choice, key: str, language: str) -> str | None:
    """The kind itself; of a need, one of the kinds that answer it and can be a gap."""
    if choice.kind:
        return choice.kind
    answers = vocabulary.kinds_of_need(choice.need) if choice.need else ()
    kinds = [kind for kind in answers if kind in result.kinds]
    if len(kinds) < 2:
        return kinds[0] if kinds else None
    return st.selectbox(
        say("gaps_page.which", language),
        kinds,
        format_func=lambda option: label("kinds", option, language),
        key=key,
    )


def _only(language: str) -> str | None:
    """An attribute that those counted must surely have; None for all of them."""
    options = [ALL, *ATTRIBUTES]
    gaps_links.begin("only", options, ALL, "gap_only")
    chosen = st.selectbox(
        say("gaps_page.only", language),
        options,
        format_func=lambda option: say(
            "gaps_page.only_all" if option == ALL else f"gaps.{option}", language
        ),
        key="gap_only",
    )
    gaps_links.keep(only=None if chosen == ALL else chosen)
    return None if chosen == ALL else chosen


def show_next(state: State, choice: Choice, language: str) -> None:
    """What could help next? The visitor tries one more, and reads beside it what people offer."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    st.header(say("report.next", language), anchor=False)
    kind = _kind(result, choice, "gap_next_kind", language)
    section = sections.next_section(
        ground,
        result,
        language,
        [kind] if kind in result.kinds else [],
        lambda value: gaps_results.proposal(state, choice, value.kind),
    )

    def show_overlaps(passage: Passage) -> None:
        if kind in result.kinds:
            _what_if(writer, choice, result.kinds[kind])
        writer.passage(sections.given(state.community, language))
        writer.passage(passage)

    writer = PageWriter(state, choice.verified_only, language, {"overlaps": show_overlaps})
    writer.write(section.passages)


def _what_if(writer: PageWriter, choice: Choice, value: KindGaps) -> None:
    """Where one more of a kind can be tried."""
    can_be_sited = value.unit in ("choice", "supply") and value.listed == "yes"
    if not can_be_sited or not writer.ground.people.any():
        return
    st.subheader(say("gaps_page.what_if", writer.language), anchor=False)
    st.write(say("gaps_page.what_if_text", writer.language))
    proposal = gaps_results.proposal(writer.state, choice, value.kind)
    best = proposal.sites[0][0] if proposal is not None and proposal.sites else None
    _what_if_map(writer, value, best)


@st.fragment
def _what_if_map(writer: PageWriter, value: KindGaps, best: str | None) -> None:
    """The map, and who gains from one more at the area chosen on it; runs by itself."""
    ground, language = writer.ground, writer.language
    names = dict(zip(ground.ids, ground.names, strict=True))
    # A list of its own for each kind: it begins at the area that helps most.
    key = f"gap_what_if_{value.kind}"
    order = sorted(names, key=lambda option: names[option])
    # The map stands below the list: what was pressed on it is asked before the list is drawn.
    chosen = gaps_charts.pressed("gap-what-if")
    if chosen in names:
        st.session_state[key] = chosen
    area = st.selectbox(
        say("gaps_page.area", language),
        order,
        index=order.index(best) if best in names else None,
        format_func=lambda option: names[option],
        key=key,
    )
    gain = next_steps.gain_of(ground, value, area, language) if area else None
    if gain is None:
        blank = np.zeros(len(ground.ids), bool)
        title = say("gaps_page.what_if", language)
        layer = layers.gain_layer(ground, blank, blank, title, language)
    else:
        title = say("gaps_page.what_if_map", language, area=gain.at)
        layer = layers.gain_layer(ground, gain.gains, gain.more, title, language)
        st.markdown(f"**{escaped(next_steps.gain_text(ground, value, gain, language))}**")
    writer.layer(layer, "gap-what-if")
    if gain is not None:
        if len(gain.areas):
            gaps_charts.show_table(gain.areas)
        else:
            st.write(say("gaps_page.nobody_gains", language))
