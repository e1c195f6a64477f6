"""streamlit-folium's frame, its base map rendered once and not in every run.

`st_folium` compiles and renders the templates of the whole map each time, 15 ms of a run, for a
base map that is constant and a message of one line. Here the base map's part is kept by its
settings, and the message is put into a line that folium rendered once. What reaches the frame is
the same to the letter; a test compares both. Import it only in code that Streamlit runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import FunctionType
from typing import Any

import streamlit as st
import streamlit_folium
from streamlit_folium import generate_js_hash, st_folium

from assetmap import maps
from assetmap.fields import JsonDict

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
