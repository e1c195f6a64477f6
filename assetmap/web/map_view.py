"""The map on a page. Import it only in code that Streamlit runs as its script.

streamlit-folium registers its frame with the running server when it is imported; imported
earlier, as by app.py, the frame answers 404.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from assetmap import maps
from assetmap.web import bundles, folium_frame, layers
from assetmap.web.per_version import per_version
from assetmap.web.state import State


def asset_map(
    state: State,
    match: np.ndarray,
    ask: np.ndarray | None = None,
    near: np.ndarray | None = None,
    *,
    focus: tuple[str, int] | None = None,
    you: tuple[float, float] | None = None,
    fit: str = "",
    language: str = "en",
    height: int = 480,
    key: str = "map",
) -> str | None:
    """Draw the map of `state`'s assets; return the id of one just chosen on it, else None.

    `match`, `ask` and `near` are boolean over all of `state.catalog.assets`. `focus` is (asset
    id, a number that rises): the map goes there once. `you` is (latitude, longitude). The view
    moves to all that was found when `fit` changes, for instance the place that was typed.
    """
    result = layers.of(state)
    row = result.row_of.get(focus[0]) if focus else None
    drawn = maps.selection(
        result.version,
        maps.pack(match, result.rows),
        "" if ask is None else maps.pack(ask, result.rows),
        "" if near is None else maps.pack(near, result.rows),
        focus=None if focus is None or row is None else (row, focus[1]),
        you=you,
        fit=zlib.crc32(fit.encode()),
    )
    base = _base(state, True, language)
    return _chosen(_show(base, drawn, height, key), "asset", key)


def area_map(
    state: State,
    classes: Mapping[str, int | None],
    colours: Sequence[str],
    labels: Mapping[str, str],
    legend: maps.Legend,
    *,
    language: str = "en",
    height: int = 480,
    key: str = "areas",
) -> str | None:
    """Draw `state`'s areas in colours (see maps.choropleth); return the id of one just chosen."""
    base = _base(state, False, language)
    coloured = maps.choropleth(classes, colours, labels, legend)
    return _chosen(_show(base, coloured, height, key), "area", key)


@per_version
def _bases(state: State) -> dict[tuple[bool, str], maps.BaseMap]:
    """The base maps of a version by language, each made at its first use: folium takes 10 ms."""
    return {}


def _base(state: State, with_assets: bool, language: str) -> maps.BaseMap:
    bases = _bases(state)
    base = bases.get((with_assets, language))
    if base is None:
        drawn = layers.of(state)
        # The addresses are seen from the frame, which lies two folders deep.
        base = bases[with_assets, language] = maps.base_map(
            bundles.url("js"),
            bundles.url("css"),
            f"../../basemap-{drawn.version}.json",
            f"../../layer-{drawn.version}.json" if with_assets else None,
            drawn.bounds,
            language,
            drawn.unit,
            drawn.ground,
        )
    return base


def _show(base: maps.BaseMap, message: maps.Message, height: int, key: str) -> Any:
    with st.container(key=f"{key}-frame"):
        return folium_frame.show(base, message, height, key)


def _chosen(value: object, what: str, key: str) -> str | None:
    """The choice in `value` when it is a new one: a frame's value stays until the next."""
    if not isinstance(value, Mapping) or what not in value:
        return None
    seen = f"{key}-chosen"
    if st.session_state.get(seen) == value.get("n"):
        return None
    st.session_state[seen] = value.get("n")
    return str(value[what])
