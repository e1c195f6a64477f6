"""What a visitor has chosen that every page uses: the language."""

from __future__ import annotations

import streamlit as st

from assetmap.web.plain.language import NAMES, preferred
from assetmap.web.state import State


def language_of(state: State) -> str:
    """The visitor's language: chosen, else of the link they followed, else the browser's."""
    offered = list(state.community.config["languages"])
    for wanted in (st.session_state.get("language"), st.query_params.get("language")):
        if wanted in offered:
            return str(wanted)
    # A browser's own language, as it tells it; nothing of it is kept.
    return preferred(str(st.context.headers.get("Accept-Language", "")), offered)


def choose_language(state: State) -> None:
    """The EN | ES switch, where a community speaks more than one language."""
    offered = list(state.community.config["languages"])
    if len(offered) < 2:
        return
    with st.container(key="frame-language"):
        st.segmented_control(
            "Language / Idioma",
            offered,
            default=language_of(state),
            format_func=lambda tag: NAMES.get(tag, tag),
            key="language",
            label_visibility="collapsed",
            required=True,
            on_change=_keep_in_address,
        )


def _keep_in_address() -> None:
    # The language is the only thing that may stand in the address: a server logs its query.
    st.query_params["language"] = st.session_state["language"]
