"""Gaps: strengths first, then where and when what a community has does not meet need."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assetmap.areas import AreasError
from assetmap.gaps import GapError
from assetmap.web.gaps import downloads as gaps_downloads
from assetmap.web.gaps import have as gaps_have
from assetmap.web.gaps import links as gaps_links
from assetmap.web.gaps import method as gaps_method
from assetmap.web.gaps import needs as gaps_needs
from assetmap.web.gaps import next as gaps_next
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps import when as gaps_when
from assetmap.web.gaps import where as gaps_where
from assetmap.web.gaps.choice import Choice, choose
from assetmap.web.markdown import escaped
from assetmap.web.settings import language
from assetmap.web.state import State
from assetmap.words import say

TABS: dict[str, Callable[[State, Choice, str], None]] = {
    "have": gaps_have.show,
    "needs": gaps_needs.show,
    "where": gaps_where.show,
    "time": gaps_when.show,
    "next": gaps_next.show,
}


def show(state: State) -> None:
    """The page."""
    spoken = language(state)
    st.title(say("gaps_page.title", spoken), anchor=False)
    try:
        _briefing(state, spoken)
    except (GapError, AreasError) as error:
        st.info(say("gaps_page.cannot", spoken, why=escaped(error)))


def _briefing(state: State, spoken: str) -> None:
    strengths = gaps_results.county(state, spoken).strengths
    st.subheader(escaped(strengths[0]), anchor=False)
    st.write(say("gaps_page.intro", spoken))
    if state.community.areas is None:
        st.info(say("gaps_page.no_areas", spoken))
    choice = choose(state, spoken)
    # A container keeps its place when it is empty: what follows it, a map, is not made anew.
    with st.container():
        if choice.verified_only:
            days = gaps_results.ground(state, True).settings.verified_days
            tab = say("report.next", spoken)
            st.info(say("gaps_page.verified_on", spoken, days=days, tab=tab))
    _tabs(state, choice, spoken)
    gaps_downloads.show(state, choice, spoken)
    gaps_method.show(state, choice, spoken)
    st.caption(say("gaps.places", spoken))


def _tabs(state: State, choice: Choice, spoken: str) -> None:
    """Only the open tab is computed and sent."""
    labels = {name: say(f"report.{name}", spoken) for name in TABS}
    tabs = st.tabs(
        list(labels.values()),
        default=labels.get(_first_tab(spoken), labels["have"]),
        key=f"tab-{spoken}",
        on_change="rerun",
    )
    for tab, (name, draw) in zip(tabs, TABS.items(), strict=True):
        if tab.open:
            gaps_links.keep(tab=None if name == "have" else name)
            with tab:
                draw(state, choice, spoken)


def _first_tab(spoken: str) -> str:
    """The tab of the address when the visit, or a language, began.

    Tabs that begin elsewhere are other tabs to Streamlit: it would forget which one is open.
    """
    kept = st.session_state.get("first-tab")
    if kept is None or kept[0] != spoken:
        kept = st.session_state["first-tab"] = (spoken, st.query_params.get("tab", "have"))
    return str(kept[1])
