"""A map of areas on the Gaps page: the picture, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from assetmap import maps
from assetmap.gaps import Ground
from assetmap.gaps.sentences import MOST_NAMED
from assetmap.report.layers import Layer
from assetmap.web import map_view
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say


def show_layer(state: State, ground: Ground, layer: Layer, key: str, language: str) -> str | None:
    """Draw a layer; return the id of an area just chosen on it, else None."""
    chosen = draw_layer(state, layer, key, language)
    names = dict(zip(ground.ids, ground.names, strict=True))
    with st.expander(say("gaps_page.in_words", language)):
        for line in layer.alternative(names, MOST_NAMED, language):
            st.markdown(f"- {escaped(line)}")
    return chosen


def draw_layer(
    state: State, layer: Layer, key: str, language: str, height: int = 440
) -> str | None:
    """The picture alone; the id of an area just chosen on it, else None."""
    if state.community.areas is None:
        return None
    return map_view.area_map(
        state,
        layer.classes,
        list(layer.colours),
        layer.labels,
        legend(layer, language),
        language=language,
        height=height,
        key=key,
    )


def pressed(key: str) -> str | None:
    """The area just pressed on a map, known before the map is drawn again in the same run."""
    value = st.session_state.get(key)
    if not isinstance(value, Mapping) or "area" not in value:
        return None
    if st.session_state.get(f"{key}-chosen") == value.get("n"):
        return None
    return str(value["area"])


def legend(layer: Layer, language: str) -> maps.Legend:
    """A layer's legend as the map takes it."""
    if layer.square:
        return maps.Legend(
            layer.title,
            (),
            layer.undefined,
            across=say("report.more_need", language),
            up=say("report.less_reach", language),
        )
    return maps.Legend(layer.title, layer.entries, layer.undefined)
