"""`/tiles/{z}/{x}/{y}`: the base map's tiles from our own origin, and `/streets/…`, our own roads.

The visitor's browser asks only us; what it asks is logged nowhere. A tile that nobody has is a
clear picture, so that the drawn ground shows and nothing looks broken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assetmap import maps
from assetmap.community import CommunityError
from assetmap.maps.provider import Provider, ProviderError, provider_of
from assetmap.maps.tiles import Tiles, range_of
from assetmap.web import layers
from assetmap.web.packed import FOR_EVER, respond
from assetmap.web.state import State
from assetmap.words import say

# One clear point; a browser stretches it over the tile.
CLEAR = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b4944"
    "415478da636000020000050001e9fadcd80000000049454e44ae426082"
)
A_DAY = "public, max-age=86400"
_lock = threading.Lock()
_open: dict[tuple[Path, str], Tiles] = {}


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
        drawn = await run_in_threadpool(layers.of, state)
        content = await run_in_threadpool(drawn.streets.tile, z, x, y)
        if content is None:
            return PlainTextResponse(say("web.no_tile") + "\n", status_code=404)
        return respond(request, content, FOR_EVER)

    return [
        Route("/tiles/{z:int}/{x:int}/{y:int}", tile),
        Route("/streets-{version:str}/{z:int}/{x:int}/{y:int}.json", streets),
    ]
