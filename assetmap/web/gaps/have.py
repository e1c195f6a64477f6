"""What we have: strengths in sentences and counts, before anything that is missing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap.report import gifts, tables
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.choice import Choice
from assetmap.web.gaps.tables import show_table
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say


def show(state: State, choice: Choice, language: str) -> None:
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
    """What people said is good here, where a published survey asked."""
    wave, table = gifts.published(state.community, topic, language)
    if table is not None:
        st.subheader(say(title, language), anchor=False)
        st.caption(say("report.gifts_note", language, wave=escaped(wave)))
        show_table(table)


def show_gifts(state: State, language: str) -> None:
    """What people said they could give: the published numbers of the latest survey wave."""
    st.subheader(say("report.gifts", language), anchor=False)
    wave, table = gifts.published(state.community, gifts.GIFTS, language)
    if table is None:
        st.write(say("report.gifts_none", language))
        return
    st.caption(say("report.gifts_note", language, wave=escaped(wave)))
    show_table(table)
