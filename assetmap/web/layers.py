"""What the map loads by URL, made once for each version of the data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np

from assetmap import maps
from assetmap.web.packed import Packed, pack

VERSIONS_KEPT = 4
JSON = "application/json"


class Layers(NamedTuple):
    """The map's data of one version, with what a page needs to speak of its rows."""

    version: str
    layer: Packed
    basemap: Packed
    rows: np.ndarray  # positions in the catalog's assets, in the layer's order
    row_of: dict[str, int]  # asset id → row of the layer
    bounds: maps.Bounds
    unit: str  # "mi" or "km", for the map's scale


_made: OrderedDict[str, Layers] = OrderedDict()
_lock = threading.Lock()


def of(state: Any) -> Layers:
    """The layers of `state` (a web.state.State), from memory when they were made before."""
    with _lock:
        there = _made.get(state.version)
        if there is None:
            there = _made[state.version] = _make(state)
            while len(_made) > VERSIONS_KEPT:
                _made.popitem(last=False)
        return there


def _make(state: Any) -> Layers:
    assets, community = state.catalog.assets, state.community
    rows = maps.layer_rows(assets)
    base = maps.basemap(
        community.areas, community.roads, community.places, state.version, community.water
    )
    return Layers(
        version=state.version,
        layer=pack(maps.layer(assets, state.version), JSON),
        basemap=pack(base, JSON),
        rows=rows,
        row_of={str(name): row for row, name in enumerate(assets["id"].to_numpy()[rows])},
        bounds=maps.bounds_of(community.areas, assets),
        unit=str(community.config.get("unit", "mi")),
    )
