"""people: who may write, their links, and taking them back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from assetmap.cli.loading import CommunityDir, Json, community_folder, emit
from assetmap.cli.store import Url, base_url
from assetmap.community import open_community
from assetmap.community.recording import listing_of
from assetmap.ledger import open_store, people
from assetmap.words import say, text


def register(app: typer.Typer) -> None:
    """Add `people …` to `app`."""
    group = typer.Typer(no_args_is_help=True, help="Who may write in the ledger.")
    for command in (add, link, revoke):
        group.command()(command)
    group.command("list")(everybody)
    app.add_typer(group, name="people")


def add(
    label: Annotated[str, typer.Argument(help="Who it is, like: Tuesday volunteer.")],
    role: Annotated[str, typer.Option(help="owner, editor, volunteer or steward.")],
    asset: Annotated[str, typer.Option(help="The one listing of a steward.")] = "",
    login: Annotated[
        str, typer.Option(help="The name they sign in with, where a proxy in front asks for it.")
    ] = "",
    community: CommunityDir = None,
    url: Url = None,
    json: Json = False,
) -> int:
    """Somebody new; prints a link that opens the desk once, within 24 hours."""
    folder = community_folder(community)
    store = open_store(folder)
    if asset:
        asset = listing_of(open_community(folder), asset).asset
    person = people.add(store, label, role, datetime.now(UTC), asset, login)
    _print_link(person, url, json)
    return 0


def link(
    person: Annotated[int, typer.Argument(help="Their number.")],
    community: CommunityDir = None,
    url: Url = None,
    json: Json = False,
) -> int:
    """Another link for somebody, for a new phone or after 24 hours."""
    result = people.new_link(open_store(community_folder(community)), person, datetime.now(UTC))
    _print_link(result, url, json)
    return 0


def _print_link(result: people.Link, url: str | None, json: bool) -> None:
    document = {
        "id": result.person.id,
        "link": result.address(base_url(url)),
        "expires": result.expires.isoformat(timespec="minutes"),
    }
    if json:
        emit(document)
    else:
        typer.echo(text("people.added", id=result.person.id, label=result.person.label))
        typer.echo(text("people.link", link=document["link"]))


def everybody(community: CommunityDir = None, json: Json = False) -> int:
    """Everybody who may write, or might once."""
    result = people.everybody(open_store(community_folder(community)))
    if json:
        emit([person.as_dict() for person in result])
    else:
        for person in result:
            role = say(f"role.{person.role}")
            state = say("people.revoked") if person.disabled else ""
            parts = [str(person.id), role, person.label, person.asset, state]
            typer.echo("  ".join(part for part in parts if part))
    return 0


def revoke(
    person: Annotated[int, typer.Argument(help="Their number.")],
    community: CommunityDir = None,
    json: Json = False,
) -> int:
    """End all links and sessions of somebody at once; what they said stays."""
    gone = people.revoke(open_store(community_folder(community)), person, datetime.now(UTC))
    if json:
        emit(gone.as_dict())
    else:
        typer.echo(text("people.is_revoked", id=gone.id, label=gone.label))
    return 0
