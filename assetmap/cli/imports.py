"""import: a new version of a source, compared first."""

from __future__ import annotations

from typing import Annotated

import typer

from assetmap.cli.find import CommunityDir, Json, community_folder
from assetmap.cli.loading import emit
from assetmap.cli.record import As, By, Why, who_of
from assetmap.community import open_community
from assetmap.community.imports import Taken, bring
from assetmap.words import text


def register(app: typer.Typer) -> None:
    """Add `import` to `app`."""
    app.command("import")(import_)


def import_(
    origin: Annotated[str, typer.Argument(metavar="FILE|ADDRESS", help="The new version.")],
    source: Annotated[str, typer.Option(help="The source's key in community.toml, or a new one.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take it even if it looks wrong.")
    ] = False,
    by: By = "owner",
    person: As = None,
    why: Why = "",
    community: CommunityDir = None,
    json: Json = False,
) -> int:
    """Compare a new version of a source with the one that is served, and take it.

    One with few rows or many ids gone is held: the last good one stays served.
    """
    opened = open_community(community_folder(community))
    who = who_of(opened, by, person)
    done = bring(opened, origin, source, who, dry_run=dry_run, accept=accept, why=why)
    tell(done, json)
    return 0


def tell(done: Taken, json: bool) -> None:
    """What an import came to, for people or as JSON."""
    if json:
        emit(done.as_dict())
        return
    result = done.comparison
    typer.echo(
        text(
            "import.compared",
            rows=result.rows,
            new=len(result.new),
            changed=len(result.changed),
            vanished=len(result.vanished),
            guessed=result.guessed,
        )
    )
    for item in result.vanished:
        typer.echo(f"  {item.id} → {item.moved_to or '–'}")
    if result.held and not done.taken:
        typer.echo(text("import.held_back", why=result.why))
    elif done.taken:
        typer.echo(text("import.taken", n=done.n) if done.n else text("import.taken_plain"))
