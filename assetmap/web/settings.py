"""What a visitor has chosen that every page uses: the language."""

from __future__ import annotations

import streamlit as st

from assetmap.web.state import State

NAMES = {"en": "English", "es": "Español"}


def language(state: State) -> str:
    """The visitor's language; the community's first one until they choose."""
    offered = list(state.community.config["languages"])
    chosen = st.session_state.get("language")
    return chosen if chosen in offered else offered[0]


def choose_language(state: State) -> None:
    """The EN | ES switch, where a community speaks more than one language."""
    offered = list(state.community.config["languages"])
    if len(offered) < 2:
        return
    st.segmented_control(
        "Language / Idioma",
        offered,
        default=offered[0],
        format_func=NAMES.get,
        key="language",
        label_visibility="collapsed",
        required=True,
        bind="query-params",
    )
