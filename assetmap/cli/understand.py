"""What typed words are taken for: a wish as a question, an address as a point."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assetmap.cli.loading import emit, moment
from assetmap.community import DEMO, open_community
from assetmap.community.settings import FILE
from assetmap.geocoding import Found
from assetmap.places import Gazetteer
from assetmap.words import say

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command()(understand)
    app.command()(geocode)


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


def geocode(
    places: Annotated[list[str], typer.Argument(help="Addresses, towns, ZIP codes, landmarks.")],
    community: Annotated[Path | None, typer.Option(help="A community folder.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> int:
    """Find the places people type, on this machine; exit 1 when one is not found."""
    import os

    folder = Path(community or os.environ.get("ASSETMAP_COMMUNITY") or DEMO)
    if not (folder / FILE).is_file():
        raise ValueError(say("geocode.no_community", "en", folder=str(folder), file=FILE))
    locator = open_community(folder).locator
    lines = [locator.resolve(place) for place in places]
    if json:
        emit([as_json(line) for line in lines])
    else:
        for line in lines:
            typer.echo(_in_words(line))
    return 0 if all(line.found for line in lines) else 1


def as_json(result: Found) -> dict[str, object]:
    """A line of the document."""
    document: dict[str, object] = {
        "asked": result.asked,
        "label": result.label,
        "lat": result.lat,
        "lon": result.lon,
        "how": result.how or None,
        "within_m": result.within_m,
        "inside": result.inside,
        "others": list(result.others),
    }
    return {**document, "note": str(result.note)} if result.note else document


def _in_words(result: Found) -> str:
    if not result.found:
        return " ".join([str(result.note), " · ".join(result.others)]).strip()
    place = (
        f"{result.label}: {result.lat:.5f}, {result.lon:.5f} ({result.how}, ±{result.within_m} m)"
    )
    return f"{place} {result.note}".strip()
