"""What the map loads by URL, made once for each version of the data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from assetmap import maps
from assetmap.community import Community
from assetmap.maps.tiles import range_of
from assetmap.web.kept_answers import per_version
from assetmap.web.packed import Packed, pack
from assetmap.web.state import State

TILES_KEPT = 200
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
    streets: StreetTiles
    ground: maps.MapGround


class StreetTiles:
    """The streets of one version as tiles, each packed at its first request."""

    def __init__(self, streets: maps.Streets) -> None:
        self._streets = streets
        self._packed: OrderedDict[tuple[int, int, int], Packed | None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._streets)

    def tile(self, z: int, x: int, y: int) -> Packed | None:
        """One tile; None off the level that streets are cut at."""
        with self._lock:
            if (z, x, y) not in self._packed:
                body = self._streets.lines(z, x, y)
                self._packed[z, x, y] = None if body is None else pack(body, JSON)
                if len(self._packed) > TILES_KEPT:
                    self._packed.popitem(last=False)
            return self._packed[z, x, y]


class _DrawnGround(NamedTuple):
    """The streets and outlines of a community, with the frames they were made of."""

    frames: tuple[object, ...]
    streets: StreetTiles
    parts: dict[str, object]


_drawn: dict[str, _DrawnGround] = {}


def _drawn_ground(community: Community) -> _DrawnGround:
    """The same as for the version before, while its files are: what people say moves no street."""
    frames = (community.areas, community.roads, community.places, community.water)
    key = str(community.path)
    kept = _drawn.get(key)
    same = kept is not None and all(a is b for a, b in zip(kept.frames, frames, strict=True))
    if kept is None or not same:
        streets = StreetTiles(maps.Streets(maps.roads_at_once(community.roads)[1]))
        parts = maps.basemap_parts(
            community.areas, community.roads, community.places, community.water
        )
        _drawn[key] = kept = _DrawnGround(frames, streets, parts)
    return kept


@per_version
def of(state: State) -> Layers:
    """The layers of `state` (a web.state.State), from memory when they were made before."""
    assets, community = state.catalog.assets, state.community
    rows = maps.layer_rows(assets)
    bounds = maps.bounds_of(community.areas, assets)
    drawn = _drawn_ground(community)
    streets = drawn.streets
    base = maps.basemap_json(state.version, drawn.parts)
    return Layers(
        version=state.version,
        layer=pack(maps.layer(assets, state.version), JSON),
        basemap=pack(base, JSON),
        rows=rows,
        row_of={str(name): row for row, name in enumerate(assets["id"].to_numpy()[rows])},
        bounds=bounds,
        unit=str(community.config.get("unit", "mi")),
        streets=streets,
        ground=_ground(state, bounds, streets),
    )


def _ground(state: State, bounds: maps.Bounds, streets: StreetTiles) -> maps.MapGround:
    """The addresses of tiles, as seen from the map's frame, which lies two folders deep."""
    try:
        provider = maps.provider_of(state.community.config.get("basemap"))
    except maps.ProviderError:
        provider = None  # `check` says why
    version = "" if not len(streets) else f"../../streets-{state.version}/{{z}}/{{x}}/{{y}}.json"
    if provider is None:
        return maps.MapGround("", "", 0, ((0.0, 0.0), (0.0, 0.0)), version)
    west, south, east, north = range_of(bounds, provider).bounds
    return maps.MapGround(
        f"../../tiles/{{z}}/{{x}}/{{y}}?{provider.key}",
        provider.attribution,
        provider.native_zoom,
        ((south, west), (north, east)),
        version,
    )
