"""store and people: the ledger of a community, and who may write in it.

The ledger is set up, checked, backed up, restored, exported and migrated; people get a link, and
it is taken back.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assetmap.cli.edge import CommunityDir, Json, community_folder, emit
from assetmap.community import open_community
from assetmap.community.backup import back_up, restore, standing
from assetmap.community.corrections import take_in
from assetmap.community.recording import listing_of, observe
from assetmap.files.atomic import write_atomic
from assetmap.ledger import StoreError, fold, open_store, people, store_of
from assetmap.ledger.fold import corrections_csv, merges_csv
from assetmap.words import say, text

BASE = "ASSETMAP_URL"
DEFAULT_BASE = "http://localhost:8501"
Url = Annotated[str | None, typer.Option(help="Where the pages are, for links.")]


def register(app: typer.Typer) -> None:
    """Add `store …` and `people …` to `app`."""
    group = typer.Typer(no_args_is_help=True, help="The ledger of what people said.")
    group.command("init")(init)
    group.command("check")(check)
    group.command("backup")(backup)
    group.command("restore")(restore_)
    group.command("export")(export)
    group.command("migrate")(migrate)
    app.add_typer(group, name="store")
    group = typer.Typer(no_args_is_help=True, help="Who may write in the ledger.")
    for command in (add, link, revoke):
        group.command()(command)
    group.command("list")(everybody)
    app.add_typer(group, name="people")


def base_url(url: str | None) -> str:
    """Where the pages are: as given, else ASSETMAP_URL, else this machine."""
    return url or os.environ.get(BASE) or DEFAULT_BASE


def init(community: CommunityDir = None, url: Url = None, json: Json = False) -> int:
    """Set up the ledger, take corrections.csv into it, and print the first owner's link."""
    folder = community_folder(community)
    opened = open_community(folder)
    store = store_of(folder)
    store.create()
    plain = opened.loaded.frame if opened.loaded is not None else opened.ledger.frame
    taken = take_in(folder, store, plain, opened.context)
    observe(open_community(folder))
    link = people.add(store, say("store.first_owner"), "owner", datetime.now(UTC))
    document = {
        "store": _name(folder),
        "version": store.schema_version(),
        "corrections": taken,
        "id": link.person.id,
        "link": link.address(base_url(url)),
        "expires": link.expires.isoformat(timespec="minutes"),
    }
    if json:
        emit(document)
    else:
        typer.echo(text("store.made", store=document["store"], n=taken))
        typer.echo(text("people.link", link=document["link"]))
    return 0


def _name(folder: Path) -> str:
    """The store as people may read it: never a password."""
    database = store_of(folder).database
    return str(getattr(database, "shown", None) or getattr(database, "path", ""))


def check(community: CommunityDir = None, json: Json = False) -> int:
    """Fold the ledger and compare what is served with what people said. 1: something differs."""
    folder = community_folder(community)
    store = open_store(folder)
    report = standing(open_community(folder), store)
    if json:
        emit(report)
    else:
        typer.echo(
            text(
                "store.checked",
                entries=report["entries"],
                force=report["in_force"],
                waiting=report["waiting"],
            )
        )
        for problem in report["problems"]:
            typer.echo(f"  {problem}")
    return 1 if report["problems"] else 0


def backup(
    file: Annotated[Path, typer.Argument(help="The zip to write.")],
    community: CommunityDir = None,
    json: Json = False,
) -> int:
    """The folder and the ledger in one zip, as they are at one moment."""
    saved = back_up(community_folder(community), file, datetime.now(UTC))
    document = {
        "written": str(file),
        "files": saved.files,
        "entries": saved.entries,
        "sha256": saved.sha256,
    }
    if json:
        emit(document)
    else:
        typer.echo(text("store.backed_up", file=str(file), n=saved.entries, sha256=saved.sha256))
    return 0


def restore_(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    directory: Annotated[Path, typer.Argument(help="An empty folder.")],
    json: Json = False,
) -> int:
    """A backup into an empty folder."""
    if not file.is_file():
        raise StoreError(text("store.no_file", file=str(file)))
    saved = restore(file, directory)
    document = {"restored": str(directory), "files": saved.files, "entries": saved.entries}
    if json:
        emit(document)
    else:
        typer.echo(text("store.restored", folder=str(directory), n=saved.entries))
    return 0


def export(
    community: CommunityDir = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A folder; the community's if not given.")
    ] = None,
    json: Json = False,
) -> int:
    """What is in force as corrections.csv and merges.csv, which a folder without ledger reads."""
    folder = community_folder(community)
    facts = fold(open_store(folder).entries())
    target = out or folder / "export"
    target.mkdir(parents=True, exist_ok=True)
    files = {"corrections.csv": corrections_csv(facts), "merges.csv": merges_csv(facts)}
    for name, content in files.items():
        write_atomic(target / name, content)
    document = {
        "written": [str(target / name) for name in files],
        "corrections": len(facts.values),
        "merges": len(facts.merges),
    }
    if json:
        emit(document)
    else:
        typer.echo(text("store.exported", folder=str(target), n=len(facts.values)))
    return 0


def migrate(community: CommunityDir = None, json: Json = False) -> int:
    """Bring an older ledger to this program's version; nothing is lost."""
    store = store_of(community_folder(community))
    if not store.exists():
        open_store(community_folder(community))
    before, after = store.migrate()
    if json:
        emit({"from": before, "to": after})
    else:
        typer.echo(text("store.migrated", before=before, after=after))
    return 0


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
