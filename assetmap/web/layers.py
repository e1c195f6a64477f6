"""What the map loads by URL: its layers, made once for each version of the data, and its tiles.

The base map's tiles (`/tiles/{z}/{x}/{y}`) and our own roads come from our own origin: the
visitor's browser asks only us, and what it asks is logged nowhere. A tile that nobody has is a
clear picture, so that the drawn ground shows and nothing looks broken.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assetmap import maps
from assetmap.community import Community, CommunityError
from assetmap.maps.tiles import Provider, ProviderError, Tiles, provider_of, range_of
from assetmap.web.answers import per_version
from assetmap.web.packed import FOR_EVER, Packed, pack, respond
from assetmap.web.state import State
from assetmap.words import say

TILES_KEPT = 200
JSON = "application/json"
# One clear point; a browser stretches it over the tile.
CLEAR = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b4944"
    "415478da636000020000050001e9fadcd80000000049454e44ae426082"
)
A_DAY = "public, max-age=86400"
_lock = threading.Lock()
_open: dict[tuple[Path, str], Tiles] = {}


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
    tiles_by = provider(state)
    version = "" if not len(streets) else f"../../streets-{state.version}/{{z}}/{{x}}/{{y}}.json"
    if tiles_by is None:
        return maps.MapGround("", "", 0, ((0.0, 0.0), (0.0, 0.0)), version)
    west, south, east, north = range_of(bounds, tiles_by).bounds
    return maps.MapGround(
        f"../../tiles/{{z}}/{{x}}/{{y}}?{tiles_by.key}",
        tiles_by.attribution,
        tiles_by.native_zoom,
        ((south, west), (north, east)),
        version,
    )


def provider(state: State) -> Provider | None:
    """The provider of the community's tiles; None where there is none or it cannot be used."""
    try:
        return provider_of(state.community.config.get("basemap"))
    except ProviderError:
        return None  # `check` says why


def tiles(state: State) -> Tiles | None:
    """The tiles of a state, opened once for a folder and a provider."""
    result = provider(state)
    if result is None:
        return None
    bounds = maps.bounds_of(state.community.areas, state.catalog.assets)
    wanted = (state.community.path, result.key)
    extent = range_of(bounds, result)
    with _lock:
        served_tiles = _open.get(wanted)
        if served_tiles is None or served_tiles.range != extent:
            served_tiles = _open[wanted] = Tiles(state.community.path, result, extent)
        return served_tiles


def tile_routes(
    current: Callable[[], State], version: Callable[[str], State | None]
) -> list[Route]:
    """The routes of map tiles and of streets."""

    async def tile(request: Request) -> Response:
        z, x, y = (int(request.path_params[name]) for name in "zxy")
        try:
            state = await run_in_threadpool(current)
        except CommunityError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        served_tiles = await run_in_threadpool(tiles, state)
        if served_tiles is None or not served_tiles.range.holds(z, x, y):
            return PlainTextResponse(say("web.no_tile") + "\n", status_code=404)
        result = await run_in_threadpool(served_tiles.get, z, x, y)
        headers = {"X-Content-Type-Options": "nosniff"}
        if result is None:
            return Response(
                CLEAR, media_type="image/png", headers={**headers, "Cache-Control": "no-store"}
            )
        return Response(
            result.body, media_type=result.media_type, headers={**headers, "Cache-Control": A_DAY}
        )

    async def streets(request: Request) -> Response:
        z, x, y = (int(request.path_params[name]) for name in "zxy")
        wanted = request.path_params["version"]

        def find() -> State | None:
            now = current()
            return now if now.version == wanted else version(wanted)

        try:
            state = await run_in_threadpool(find)
        except CommunityError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        if state is None:
            return PlainTextResponse(say("web.old_version") + "\n", 410)
        drawn = await run_in_threadpool(of, state)
        content = await run_in_threadpool(drawn.streets.tile, z, x, y)
        if content is None:
            return PlainTextResponse(say("web.no_tile") + "\n", status_code=404)
        return respond(request, content, FOR_EVER)

    return [
        Route("/tiles/{z:int}/{x:int}/{y:int}", tile),
        Route("/streets-{version:str}/{z:int}/{x:int}/{y:int}.json", streets),
    ]
