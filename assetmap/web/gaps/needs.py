"""What people need: the chosen indicator by area, how sure it is, and what the survey asked."""

from __future__ import annotations

import streamlit as st

from assetmap.report import gifts, layers, tables, words
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.choice import Choice
from assetmap.web.gaps.maps import show_layer
from assetmap.web.gaps.tables import show_table
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say


def show(state: State, choice: Choice, language: str) -> None:
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
    wave, table = gifts.published(state.community, gifts.ASKED, language)
    if table is not None:
        st.subheader(say("report.asked_for", language), anchor=False)
        st.caption(say("report.gifts_note", language, wave=escaped(wave)))
        show_table(table)
