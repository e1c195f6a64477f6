"""geocode: what a typed place means in a community."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from assetmap.cli.loading import emit
from assetmap.community import DEMO, open_community
from assetmap.community.settings import FILE
from assetmap.geocoding import Found
from assetmap.words import say


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command()(geocode)


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


def as_json(result: Found) -> dict[str, Any]:
    """A line of the document."""
    document: dict[str, Any] = {
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
