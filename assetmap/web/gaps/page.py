"""Gaps: a briefing of one screen, then everything else folded under the question it answers."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assetmap.gaps import GapError
from assetmap.web.frame import escaped
from assetmap.web.gaps import links as gaps_links
from assetmap.web.gaps import questions
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.downloads import show_briefing, show_downloads, show_method
from assetmap.web.gaps.links import choose
from assetmap.web.gaps.results import Choice
from assetmap.web.language import language_of
from assetmap.web.state import State
from assetmap.words import say, spoken

QUESTIONS: dict[str, Callable[[State, Choice, str], None]] = {
    "have": questions.show_have,
    "needs": questions.show_needs,
    "where": questions.show_where,
    "time": questions.show_time,
    "next": questions.show_next,
}


def show(state: State) -> None:
    """The page."""
    language = language_of(state)
    st.title(say("gaps_page.title", language), anchor=False)
    try:
        _page(state, language)
    except GapError as error:
        st.info(say("gaps_page.cannot", language, why=escaped(spoken(error, language))))
        # What people said needs no map.
        questions.show_surveyed(state, language)


def _page(state: State, language: str) -> None:
    if state.community.areas is None:
        st.info(say("gaps_page.no_areas", language))
    choice = choose(state, language)
    # A container keeps its place when it is empty: what follows it, a map, is not made anew.
    with st.container():
        if choice.verified_only:
            days = gaps_results.ground(state, True).settings.verified_days
            tab = say("gaps_page.q_next", language)
            st.info(say("gaps_page.verified_on", language, days=days, tab=tab))
    show_briefing(state, choice, language)
    _questions(state, choice, language)
    show_downloads(state, choice, language)
    show_method(state, choice, language)
    st.caption(say("gaps.places", language))
    gaps_links.write()


def _questions(state: State, choice: Choice, language: str) -> None:
    """Only what is unfolded is computed and sent."""
    first = st.session_state.setdefault("first-fold", gaps_links.linked("tab"))
    unfolded = []
    for name, draw in QUESTIONS.items():
        fold = st.expander(
            say(f"gaps_page.q_{name}", language),
            expanded=name == first,
            key=f"fold-{name}",
            on_change="rerun",
        )
        if fold.open:
            unfolded.append(name)
            with fold:
                draw(state, choice, language)
    gaps_links.keep(tab=unfolded[0] if len(unfolded) == 1 else None)
