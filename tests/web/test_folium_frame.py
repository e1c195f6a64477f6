"""The kept frame hands over what streamlit-folium itself would, to the letter."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
import streamlit_folium

from assetmap import maps
from assetmap.web import map_view


def base() -> maps.BaseMap:
    return maps.base_map("../../a.js", "../../a.css", "b.json", "l.json", (0, 0, 1, 1))


def test_the_frame_is_handed_what_streamlit_folium_would_hand_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handed: list[dict[str, Any]] = []
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **got: handed.append(got))
    monkeypatch.setattr(st, "session_state", {})
    for said in ("AAAA", "</script>${1}{{ 1 }}"):
        message = maps.selection("v1", said, "", "", you=(38.0, -90.0))
        map_view.show(base(), message, 480, "map")
        again = maps.selection("v1", said, "", "", you=(38.0, -90.0))
        streamlit_folium.st_folium(
            base(),
            key="map",
            height=480,
            use_container_width=True,
            returned_objects=[],
            feature_group_to_add=again,
        )
        ours, theirs = handed[-2:]
        assert callable(ours.pop("on_change")) and callable(theirs.pop("on_change"))
        assert ours == theirs
