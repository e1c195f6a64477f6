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


def show(state: State, choice: Choice, spoken: str) -> None:
    """The box."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, spoken)
    with st.expander(say("report.method", spoken)):
        show_table(parameter_table(ground, result, spoken))
        st.subheader(say("report.sources", spoken), anchor=False)
        table = source_table(state.community, ground, result, spoken)
        show_table(table)
        st.subheader(say("report.limits", spoken), anchor=False)
        for name in LIMITS:
            st.markdown(f"- {escaped(say(f'report.{name}', spoken))}")
