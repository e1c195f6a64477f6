"""What people need and what there is: an indicator by area, what was asked for, strengths."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap.report import gifts, layers, tables, words
from assetmap.web.frame import escaped
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.charts import show_layer, show_table
from assetmap.web.gaps.results import Choice
from assetmap.web.state import State
from assetmap.words import say


def show_needs(state: State, choice: Choice, language: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, choice.verified_only)
    need = ground.need(choice.indicator)
    st.header(say("report.needs", language), anchor=False)
    if need is None:
        st.info(say("gaps_page.no_indicators", language))
    else:
        title = words.indicator_label(ground.notes, need.indicator, language)
        st.subheader(say("gaps_page.need_map", language, indicator=escaped(title)), anchor=False)
        show_layer(state, ground, layers.need_layer(ground, need, language), "need-map", language)
        show_table(tables.need_table(ground, need, language))
        st.caption(say("gaps_page.rank_note", language))
        for source in need.sources:
            st.caption(say("gaps_page.need_source", language, source=escaped(source)))
    _show_said(state, gifts.ASKED, "report.asked_for", language)


def show_surveyed(state: State, language: str) -> None:
    """What the published survey says, strengths first, where no gap can be shown."""
    if len(state.community.releases):
        _show_said(state, gifts.GOOD, "report.good_here", language)
        show_gifts(state, language)
        _show_said(state, gifts.ASKED, "report.asked_for", language)


def show_have(state: State, choice: Choice, language: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, False)
    chosen = gaps_results.result(state, choice, language)
    st.header(say("report.have", language), anchor=False)
    for text in gaps_results.county(state, language).strengths:
        st.markdown(f"- {escaped(text)}")
    if choice.kind:
        st.markdown(f"**{escaped(chosen.strengths[0])}**")
    _show_said(state, gifts.GOOD, "report.good_here", language)
    result = tables.have_tables(ground.assets, language)
    for pair in (("groups", "support"), ("abcd", "populations")):
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                _bars(result[name], language)
    st.caption(say("gaps_page.bars_note", language))
    show_gifts(state, language)


def _bars(table: pd.DataFrame, language: str) -> None:
    what, number = table.columns
    st.subheader(escaped(what), anchor=False)
    most = int(table[number].max()) if len(table) else 0
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            what: st.column_config.TextColumn(width="medium"),
            number: st.column_config.ProgressColumn(
                format="%d", min_value=0, max_value=max(most, 1), color="primary"
            ),
        },
        alt=f"{what}: " + ", ".join(f"{name} {count}" for name, count in table.values),
        height="content",
    )


def _show_said(state: State, topic: str, title: str, language: str) -> None:
    """What people said to one of a published survey's questions, where it was asked."""
    wave, table = gifts.published(state.community, topic, language)
    if table is not None:
        st.subheader(say(title, language), anchor=False)
        _said(table, wave, language)


def show_gifts(state: State, language: str) -> None:
    """What people said they could give: the published numbers of the latest survey wave."""
    st.subheader(say("report.gifts", language), anchor=False)
    wave, table = gifts.published(state.community, gifts.GIFTS, language)
    if table is None:
        st.write(say("report.gifts_none", language))
        return
    _said(table, wave, language)


def _said(table: pd.DataFrame, wave: str, language: str) -> None:
    """A table whose lines break, so that it is read on a phone without scrolling sideways."""
    st.caption(say("report.gifts_note", language, wave=escaped(wave)))
    st.table(table.map(escaped).set_index(table.columns[0]))
