"""new: a community of one's own, from a county's name and a list; ground: its map tiles ahead."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from assetmap.cli.edge import CommunityDir, Json, community_folder, emit, note, progress
from assetmap.maps.tiles import AT_ONCE
from assetmap.words import say, text
from assetmap.words.formats import number

MOST_TILES = 20_000


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


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command()(new)
    app.command()(ground)


def new(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there or is empty.")],
    county: Annotated[
        list[str] | None, typer.Option(help='"Robeson County, NC" or its FIPS code; repeatable.')
    ] = None,
    state: Annotated[str, typer.Option(help="A whole state, in two letters.")] = "",
    place: Annotated[str, typer.Option(help='A town, "Lumberton, NC".')] = "",
    zips: Annotated[list[str] | None, typer.Option(help="ZIP codes.")] = None,
    assets: Annotated[
        list[str] | None, typer.Option(help="Your lists: files, or https addresses.")
    ] = None,
    files: Annotated[
        Path | None, typer.Option(help="A folder of public files you downloaded yourself.")
    ] = None,
    download: Annotated[
        bool, typer.Option("--download/--no-download", help="Fetch public data.")
    ] = True,
    lists: Annotated[
        list[str] | None,
        typer.Option("--lists", help="Public lists to add: bmlt, findtreatment."),
    ] = None,
    name: Annotated[str, typer.Option(help="What the community is called.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> int:
    """Start a community: areas with people, need numbers, streets, towns, and your lists."""
    from assetmap.sources import LISTS, new_community, wanted_of

    codes = [code for cell in zips or () for code in cell.replace(",", " ").split()]
    wanted = wanted_of(county or (), state, place, codes, name)
    public = [part for cell in lists or () for part in cell.replace(",", " ").split()]
    for item in public:
        if item not in LISTS:
            raise ValueError(say("new.no_such_list", "en", list=item, known=", ".join(LISTS)))
    report = new_community(folder, wanted, assets or (), files, download, public, _progress())
    if json:
        emit(report.as_json())
        return 0
    for line in report.sentences():
        typer.echo(line)
    typer.echo(say("new.next", "en", folder=str(folder)))
    return 0


def _progress():  # type: ignore[no-untyped-def]
    """A line with a bar for each file on a terminal's stderr; nothing elsewhere."""
    if not sys.stderr.isatty():
        return None
    shown = ("", -1)

    def tick(label: str, done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 0
        if (label, percent) == shown and total:
            return
        shown = (label, percent)
        size = f"{done / 2**20:.1f} MB"
        end = "\n" if total and done >= total else ""
        bar = "█" * (percent // 4) + "·" * (25 - percent // 4) if total else ""
        print(f"\r{label} {bar} {size}", end=end, file=sys.stderr, flush=True)

    return tick


__all__ = ["new", "note", "register"]
