"""new: a community of one's own, from a county's name and a list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assetmap.cli.loading import emit, note
from assetmap.words import say


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command()(new)


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
