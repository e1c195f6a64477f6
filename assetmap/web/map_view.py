"""The map on a page. Import it only in code that Streamlit runs as its script.

streamlit-folium registers its frame with the running server when it is imported; imported
earlier, as by app.py, the frame answers 404.

`st_folium` compiles and renders the templates of the whole map each time, 15 ms of a run, for a
base map that is constant and a message of one line. Here the base map's part is kept by its
settings, and the message is put into a line that folium rendered once. What reaches the frame is
the same to the letter; a test compares both.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np
import streamlit as st
import streamlit_folium
from streamlit_folium import generate_js_hash, st_folium

from assetmap import maps
from assetmap.fields import JsonDict
from assetmap.web import bundles, layers
from assetmap.web.answers import per_version
from assetmap.web.state import State

KEPT = 64
_CONTENT = "content-of-the-message"


def show(base: maps.BaseMap, message: maps.Message, height: int, key: str) -> Any:
    """Draw `base` under the session's `key` and say `message` to it; the frame's value."""
    arguments = _rendered(base.settings, *_files(base), height)
    hash_key = generate_js_hash(arguments["script"], key, False)

    def changed() -> None:
        st.session_state[key] = st.session_state.get(hash_key, {})

    line = _message_line(message.verb).replace(_CONTENT, message.content)
    mount: Callable[..., Any] = streamlit_folium._component_func
    return mount(**arguments, key=hash_key, feature_group=line, on_change=changed)


def _files(base: maps.BaseMap) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    return tuple(base.default_js), tuple(base.default_css)


@lru_cache(maxsize=KEPT)
def _rendered(
    settings: str,
    scripts: tuple[tuple[str, str], ...],
    styles: tuple[tuple[str, str], ...],
    height: int,
) -> Mapping[str, object]:
    """What st_folium would hand the frame of a base map; the message and the key left out."""
    base = maps.BaseMap([url for _, url in scripts], [url for _, url in styles], {})
    base.settings = settings
    arguments = _handed_over(base, None, height)
    for name in ("key", "feature_group", "on_change"):
        del arguments[name]
    return arguments


@lru_cache(maxsize=8)
def _message_line(verb: str) -> str:
    """The line that says `verb` to the map, with _CONTENT where its content belongs."""
    message = maps.Message(verb, {})
    message.content = _CONTENT
    line: str = _handed_over(maps.BaseMap([], [], {}), message, 0)["feature_group"]
    return line


def _handed_over(base: maps.BaseMap, message: maps.Message | None, height: int) -> JsonDict:
    """What st_folium hands to its frame, without a frame being made."""
    handed: dict[str, object] = {}
    # A copy of the function whose frame is a note of what it would be handed.
    noting = FunctionType(
        st_folium.__code__,
        {**st_folium.__globals__, "_component_func": lambda **values: handed.update(values)},
        argdefs=st_folium.__defaults__,
        closure=st_folium.__closure__,
    )
    noting(
        base,
        key="kept",
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=message,
    )
    return handed


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
        return show(base, message, height, key)


def _chosen(value: object, what: str, key: str) -> str | None:
    """The choice in `value` when it is a new one: a frame's value stays until the next."""
    if not isinstance(value, Mapping) or what not in value:
        return None
    seen = f"{key}-chosen"
    if st.session_state.get(seen) == value.get("n"):
        return None
    st.session_state[seen] = value.get("n")
    return str(value[what])
