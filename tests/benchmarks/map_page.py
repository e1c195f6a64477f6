"""The page that bench_map.py measures: one choice of what to show, a list and a map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from made import current

from assetmap import vocabulary
from assetmap.web import bundles, cards, layers

CHOICES = ("all", "half", "third", "quarter")
ON_A_PAGE = 20


def card(name: str, id_: str, kind_id: str, phone: str) -> cards.Card:
    kind = vocabulary.terms("kinds")[kind_id]
    return {
        "id": id_,
        "name": name,
        "kind_label": kind["label_en"],
        "icon": kind["icon"],
        "colour": vocabulary.terms("groups")[kind["group"]]["colour"],
        "when": "Tonight 7:00–8:00 pm, in 2 hours",
        "fits": ["children welcome", "free"],
        "phone": phone,
        "on_map": True,
    }


def folium_way(shown: pd.DataFrame, bounds: tuple[float, float, float, float]) -> None:
    """Folium's own fast way: the points found stand in the base map. Our files, no tiles."""
    import folium
    from folium.plugins import FastMarkerCluster
    from streamlit_folium import st_folium

    west, south, east, north = bounds
    base = folium.Map([(south + north) / 2, (west + east) / 2], tiles=None, maxZoom=18)
    base.default_js = [("leaflet", bundles.url("js"))]
    base.default_css = [("leaflet", bundles.url("css"))]
    points = list(zip(shown.geometry.y.tolist(), shown.geometry.x.tolist(), strict=True))
    cluster = FastMarkerCluster(
        points, callback="function (row) { return L.circleMarker([row[0], row[1]]); }"
    )
    cluster.default_js = [("cluster", "../../bench/cluster.js")]
    cluster.default_css = []
    cluster.add_to(base)
    st_folium(base, height=480, use_container_width=True, returned_objects=[])


st.set_page_config(page_title="Bench", layout="wide")
state = current()
frame = state.catalog.assets
choice = st.radio("Show", CHOICES, horizontal=True)
wanted = np.arange(len(frame)) % (CHOICES.index(choice) + 1) == 0

left, right = st.columns(2)
with left:
    first = frame[["name", "id", "kind", "phone"]].iloc[np.flatnonzero(wanted)[:ON_A_PAGE]]
    cards.show([cards.CardSection(choice, [card(*row) for row in first.itertuples(index=False)])])
with right:
    if st.query_params.get("way") == "folium":
        made = layers.of(state)
        folium_way(frame.iloc[made.rows[wanted[made.rows]]], made.bounds)
    else:
        from assetmap.web import map_view

        map_view.asset_map(state, wanted)
