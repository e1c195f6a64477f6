"""search, and what typed words are taken for: a wish as a question, an address as a point."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assetmap.cli.edge import (
    AssetPaths,
    At,
    CommunityDir,
    Json,
    Loaded,
    Many,
    community_folder,
    emit,
    load,
    moment,
    note,
)
from assetmap.community import DEMO, open_community
from assetmap.community.settings import FILE
from assetmap.fields import JsonDict
from assetmap.places import Gazetteer, Place, metres
from assetmap.words import say
from assetmap.words import text as text_of

if TYPE_CHECKING:
    from assetmap.catalog import Catalog


def understand(
    text: Annotated[str, typer.Argument(help="What somebody types, in English or Spanish.")],
    language: Annotated[str, typer.Option(help="The language of the page: en or es.")] = "en",
    community: Annotated[Path | None, typer.Option(help="A community folder.")] = None,
    at: Annotated[str | None, typer.Option(help="The clock, like 2026-11-20T18:00.")] = None,
    json: Json = False,
) -> int:
    """What a typed wish asks: needs, kinds, people, places, times, refusals, danger."""
    from assetmap.community.folder import clock
    from assetmap.community.opening import gazetteer_of
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
        emit([line.as_json() for line in lines])
    else:
        for line in lines:
            typer.echo(line.in_words())
    return 0 if all(line.found for line in lines) else 1


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (search, understand, geocode):
        app.command()(command)


def search(
    community: CommunityDir = None,
    assets: AssetPaths = None,
    need: Many = None,
    kind: Many = None,
    not_kind: Many = None,
    text: Annotated[str, typer.Option(help="Words that must stand in it.")] = "",
    near: Annotated[list[str] | None, typer.Option(help="LAT,LON or a place.")] = None,
    within: Annotated[str | None, typer.Option(help="A distance like 10mi.")] = None,
    when: Annotated[str | None, typer.Option(help="fri 17:00-23:00, now, tonight …")] = None,
    at: At = None,
    format: Many = None,
    pathway: Many = None,
    not_pathway: Many = None,
    program: Many = None,
    concern: Many = None,
    welcomes: Many = None,
    age: Annotated[int | None, typer.Option(help="In years.")] = None,
    language: Many = None,
    cost: Many = None,
    yes: Annotated[list[str] | None, typer.Option(help="A field that must be yes.")] = None,
    no: Annotated[list[str] | None, typer.Option(help="A field that must be no.")] = None,
    wants: Many = None,
    medication: Many = None,
    beds: Annotated[bool, typer.Option("--beds", help="With an open bed.")] = False,
    ask: Annotated[str, typer.Option(help="A wish in one's own words.")] = "",
    bundle: Annotated[
        bool, typer.Option("--bundle", help="One plan for several needs, with the ways between.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=0, help="At most so many per group.")] = None,
    json: Json = False,
) -> int:
    """Find assets: those that fit, those to ask, and near misses."""
    from assetmap.schedule import window
    from assetmap.search import Query
    from assetmap.search import search as find
    from assetmap.search.bundle import bundle_document, bundles
    from assetmap.search.reasons import report
    from assetmap.search.understand import query_of as wish_of
    from assetmap.search.understand import understand, without_unknown_words

    loaded = _community_or_assets(community, assets, at)
    catalog = _catalog(loaded)
    clock = loaded.context.now
    places = tuple(_place(name, loaded) for name in near or ())
    options: JsonDict = {
        "needs": tuple(need or ()),
        "kinds": tuple(kind or ()),
        "not_kinds": tuple(not_kind or ()),
        "text": text,
        "near": places,
        "within_m": metres(within) if within else None,
        "when": window(when, clock) if when else None,
        "formats": tuple(format or ()),
        "pathways": tuple(pathway or ()),
        "not_pathways": tuple(not_pathway or ()),
        "programs": tuple(program or ()),
        "concerns": tuple(concern or ()),
        "welcomes": tuple(welcomes or ()),
        "age": age,
        "languages": tuple(language or ()),
        "costs": tuple(cost or ()),
        "yes": tuple(yes or ()),
        "no": tuple(no or ()),
        "wants": tuple(wants or ()),
        "medications": tuple(medication or ()),
        "beds": beds,
    }
    understood = None
    if ask:
        understood = understand(ask, loaded.context.places, clock)
        wish = wish_of(understood, clock, lambda name: _place(name, loaded))
        # What is given as an option wins over what the words say.
        given = {name: value for name, value in options.items() if value not in ((), "", None)}
        given.pop("beds", None) if not beds else None
        query = without_unknown_words(catalog, replace(wish, **given), text)
    else:
        query = Query(at=clock, **options)
    result = find(catalog, query)
    document = report(result, catalog, limit)
    if bundle:
        unit = str(loaded.community.config["unit"]) if loaded.community is not None else "mi"
        document["bundles"] = [bundle_document(plan) for plan in bundles(catalog, query, unit)]
    if understood is not None:
        document["understood"] = understood.as_document()
    if json:
        emit(document)
    else:
        _print_search(document)
    return 0 if any(document["counts"].values()) else 1


def _place(name: str, loaded: Loaded) -> Place:
    """The point `name` means: coordinates, a ZIP code, a town, or an asset by its id.

    A private home's point is its town's, so nothing is given away by searching near it.
    """
    place = None
    if loaded.community is not None:
        resolved = loaded.community.locator.resolve(name)
        if resolved.others:
            raise ValueError(f"{resolved.note} {' · '.join(resolved.others)}")
        if resolved.found:
            place = resolved.place()
            if resolved.note:
                note(str(resolved.note))
    else:
        place = loaded.context.places.find(name)
    if place is None:
        row = loaded.assets[loaded.assets["id"] == name]
        point = row.geometry.iat[0] if len(row) else None
        if point is None:
            raise ValueError(text_of("cli.no_place", name=name))
        place = Place(name, point.y, point.x)
    return place._replace(name=name)


def _print_search(document: JsonDict) -> None:
    for group in ("match", "ask", "near_miss"):
        typer.echo(text_of(f"cli.{group}", count=document["counts"][group]))
        for item in document[group]:
            parts = [item["name"], "; ".join(item["why"])]
            if item.get("unknown"):
                parts.append(text_of("cli.ask_about", fields=", ".join(item["unknown"])))
            if item.get("misses"):
                miss = item["misses"]
                parts.append(text_of("cli.but", field=miss["field"], has=miss["has"]))
            typer.echo("  " + " · ".join(part for part in parts if part))


def _community_or_assets(
    community: Path | None, assets: list[Path] | None, at: str | None
) -> Loaded:
    if community is not None and assets:
        raise ValueError(text_of("cli.one_of_both"))
    if assets:
        return load(assets, at=at)
    return load([community_folder(community)], at=at)


def _catalog(loaded: Loaded) -> Catalog:
    from assetmap.catalog import Catalog

    if loaded.community is not None:
        return loaded.community.catalog
    context = loaded.context
    return Catalog(loaded.assets, context.now, context.timezone, context.country)
