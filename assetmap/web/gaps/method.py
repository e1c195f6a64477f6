"""How the numbers of the Gaps page were computed: parameters, sources, dates, limits."""

from __future__ import annotations

import streamlit as st

from assetmap.report.method import LIMITS, parameter_table, source_table
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.choice import Choice
from assetmap.web.gaps.tables import show_table
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say


def show(state: State, choice: Choice, language: str) -> None:
    """The box."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    with st.expander(say("report.method", language)):
        show_table(parameter_table(ground, result, language))
        st.subheader(say("report.sources", language), anchor=False)
        table = source_table(state.community, ground, result, language)
        show_table(table)
        st.subheader(say("report.limits", language), anchor=False)
        for name in LIMITS:
            st.markdown(f"- {escaped(say(f'report.{name}', language))}")
