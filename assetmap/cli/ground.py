"""ground: fills the cache of map tiles ahead, where the provider allows it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer

from assetmap.cli.find import CommunityDir, Json, community_folder
from assetmap.cli.loading import emit, progress
from assetmap.maps.tiles import AT_ONCE
from assetmap.words import text
from assetmap.words.formats import number

MOST_TILES = 20_000


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(ground)


def ground(
    community: CommunityDir = None,
    zoom: Annotated[str, typer.Option(help="Levels to fetch, like 8-15.")] = "8-14",
    json: Json = False,
) -> int:
    """Fetch the map tiles of the community ahead, so that the map works without the internet."""
    from assetmap.community import open_community
    from assetmap.maps import bounds_of, provider_of
    from assetmap.maps.tiles import Tiles, range_of

    low, high = _levels(zoom)
    opened = open_community(community_folder(community))
    provider = provider_of(opened.config["basemap"])
    if provider is None:
        raise ValueError(text("ground.off", folder=opened.path))
    if not provider.prefetch:
        raise ValueError(text("ground.not_allowed", name=provider.name))
    tiles = Tiles(opened.path, provider, range_of(bounds_of(opened.areas, opened.assets), provider))
    count = tiles.range.number(low, high)
    if count > MOST_TILES:
        raise ValueError(
            text(
                "ground.too_many", low=low, high=high, tiles=number(count), most=number(MOST_TILES)
            )
        )
    wanted = list(tiles.range.tiles(low, high))
    missing = [tile for tile in wanted if not tiles.has(*tile)]
    tick = progress(provider.name)
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, result in enumerate(pool.map(lambda tile: tiles.fetch(*tile), missing), start=1):
            failed += result is None
            if tick is not None:
                tick(done, len(missing))
    tiles_bytes = tiles.size()
    fetched, kept = len(missing) - failed, len(wanted) - len(missing)
    report = {
        "provider": provider.name,
        "tiles": len(wanted),
        "fetched": fetched,
        "kept": kept,
        "failed": failed,
        "bytes": tiles_bytes,
    }
    tiles.close()
    if json:
        emit(report)
    else:
        size = number(tiles_bytes / 2**20, digits=1)
        typer.echo(
            text(
                "ground.done",
                name=provider.name,
                fetched=number(fetched),
                kept=number(kept),
                failed=number(failed),
                size=size,
            )
        )
    return 1 if failed else 0


def _levels(zoom: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,2})\s*(?:-\s*(\d{1,2}))?\s*", zoom)
    if not match:
        raise ValueError(text("ground.zoom", value=zoom))
    low, high = int(match[1]), int(match[2] or match[1])
    if low > high:
        raise ValueError(text("ground.zoom", value=zoom))
    return low, high
