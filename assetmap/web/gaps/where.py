"""Where they do not meet: need beside reach on a map, in a chart, and area by area in a table."""

from __future__ import annotations

import streamlit as st

from assetmap.gaps import METRICS, Gaps, Ground
from assetmap.gaps.matrix import need_reach
from assetmap.report import layers, tables, words
from assetmap.report.layers import Layer
from assetmap.web.frame import escaped
from assetmap.web.gaps import charts as gaps_charts
from assetmap.web.gaps import links as gaps_links
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.charts import show_layer, show_table
from assetmap.web.gaps.results import Choice
from assetmap.web.state import State
from assetmap.words import say

SQUARE, STATE = "square", "state"


def show(state: State, choice: Choice, language: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    st.header(say("report.where", language), anchor=False)
    # One element, however many sentences: the map below keeps its place and is not made anew.
    st.markdown("\n".join(f"- {escaped(text)}" for text in result.summary))
    if choice.kind and result.kinds and result.kinds[choice.kind].unit in ("county", "no"):
        unit = result.kinds[choice.kind].unit
        text = "county_kind" if unit == "county" else "never_kind"
        kind = escaped(words.topic_label(choice.kind, None, language))
        st.info(say(f"gaps_page.{text}", language, kind=kind))
    else:
        _map(state, ground, result, choice, language)
        _chart(ground, result, choice, language)
        _table(ground, result, language)
    _matrix(result, language)


def _map(state: State, ground: Ground, result: Gaps, choice: Choice, language: str) -> None:
    options = [STATE]
    if result.need is not None:
        options.insert(0, SQUARE)
    if choice.kind:
        options += METRICS
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
    layer = _layer(ground, result, choice, shown, language)
    pressed = show_layer(state, ground, layer, "gap-areas", language)
    if shown == SQUARE:
        note = "square_note" if choice.kind else "square_note_need"
        st.caption(say(f"report.{note}", language))
    _area(ground, result, pressed, language)


def _layer(ground: Ground, result: Gaps, choice: Choice, shown: str, language: str) -> Layer:
    if shown == SQUARE and result.need is not None:
        if choice.kind:
            return layers.square_layer(ground, result.kinds[choice.kind], result.need, language)
        reach = need_reach(ground, str(choice.need))[0]
        return layers.square_layer(ground, reach, result.need, language)
    if choice.kind and shown in METRICS:
        return layers.metric_layer(ground, choice.kind, shown, language)
    return layers.gap_layer(ground, result, say("gaps_page.state", language), language)


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


def _chart(ground: Ground, result: Gaps, choice: Choice, language: str) -> None:
    if result.need is None:
        return
    st.subheader(say("gaps_page.chart", language), anchor=False)
    gaps_charts.quadrants(ground, result, choice.kind, language)


def _table(ground: Ground, result: Gaps, language: str) -> None:
    st.subheader(say("gaps_page.table", language), anchor=False)
    who = gaps_results.who(ground, language)
    show_table(tables.area_table(ground, result.areas, who, language))
    st.caption(say("gaps_page.table_note", language))


def _matrix(result: Gaps, language: str) -> None:
    if not result.matrix:
        return
    st.subheader(say("report.matrix", language), anchor=False)
    show_table(tables.matrix_table(result, language))
    st.caption(say("report.matrix_note", language))
