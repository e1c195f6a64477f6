"""understand: what the finder's box makes of a typed wish."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assetmap.cli.loading import emit, moment
from assetmap.places import Gazetteer

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command()(understand)


def understand(
    text: Annotated[str, typer.Argument(help="What somebody types, in English or Spanish.")],
    language: Annotated[str, typer.Option(help="The language of the page: en or es.")] = "en",
    community: Annotated[Path | None, typer.Option(help="A community folder.")] = None,
    at: Annotated[str | None, typer.Option(help="The clock, like 2026-11-20T18:00.")] = None,
    json: Json = False,
) -> int:
    """What a typed wish asks: needs, kinds, people, places, times, refusals, danger."""
    from assetmap.cli.find import community_folder
    from assetmap.community.folder import clock, gazetteer_of
    from assetmap.community.settings import read_settings
    from assetmap.search.understand import understand as read_wish

    folder = community_folder(community)
    config = read_settings(folder)
    zone = str(config["timezone"])
    now = clock(zone, moment(at, zone)) if at else clock(zone, None)
    places: Gazetteer = gazetteer_of(folder, config)
    understood = read_wish(text, places, now or datetime.now(UTC), language)
    if json:
        emit(understood.as_document())
    else:
        for name, value in understood.as_document().items():
            if value not in ([], None, False, ""):
                typer.echo(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    return 0
