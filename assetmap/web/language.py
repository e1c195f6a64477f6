"""Which language is answered in: the one chosen, else the browser's, else the community's."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assetmap.web.state import State

# What each language calls itself.
NAMES = {"en": "English", "es": "Español"}
MOST_ASKED = 20


def preferred(header: str, offered: Sequence[str]) -> str:
    """The language of `offered` that an Accept-Language `header` likes best; else the first.

    RFC 9110 § 12.5.4 and RFC 4647 § 3.4: weights from 0 to 1, `es-MX` takes `es`.

    >>> preferred("es-MX,es;q=0.9,en;q=0.5", ["en", "es"]), preferred("fr", ["en", "es"])
    ('es', 'en')
    """
    best, weight_of_best = offered[0], 0.0
    for part in header.split(",")[:MOST_ASKED]:
        tag, _, parameter = part.strip().lower().partition(";")
        weight = _weight(parameter)
        match = next(
            (item for item in offered if tag.strip() == item or tag.strip().startswith(f"{item}-")),
            None,
        )
        if match and weight > weight_of_best:
            best, weight_of_best = match, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


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
