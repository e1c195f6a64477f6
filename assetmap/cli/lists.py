"""convert, import, refresh, occurrences, duplicates, demo: lists of assets as a whole."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from assetmap.cli.check import source_report
from assetmap.cli.loading import (
    AssetPaths,
    CommunityDir,
    Json,
    Paths,
    ProgramName,
    ReaderName,
    RecipeFile,
    community_folder,
    emit,
    load,
    note,
    progress,
    recipe_of,
    time_text,
)
from assetmap.cli.record import As, By, Why, who_of
from assetmap.community import DEMO, Community, open_community
from assetmap.community.imports import Taken, bring
from assetmap.community.settings import FILE
from assetmap.files.atomic import write_atomic
from assetmap.words import text
from assetmap.words import text as text_of


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


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (convert, occurrences, duplicates, refresh, demo):
        app.command()(command)
    app.command("import")(import_)


def convert(
    paths: Paths,
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write.")],
    to: Annotated[str | None, typer.Option(help="csv, geojson, meeting-guide, …")] = None,
    like: Annotated[
        Path | None, typer.Option(help="For csv: a table whose columns and order are kept.")
    ] = None,
    title: Annotated[
        str, typer.Option(help="For ics: what entries are called by (venue, organization, name).")
    ] = "venue",
    reader: ReaderName = None,
    recipe: RecipeFile = None,
    program: ProgramName = None,
    json: Json = False,
) -> int:
    """Read, check, and write in another format. What is left out is said."""
    from assetmap import writers

    form = to or _form_of(out)
    if form not in writers.WRITERS:
        some = ", ".join(writers.WRITERS)
        raise ValueError(text_of("cli.no_format", format=form, some=some))
    loaded = load(paths, reader, recipe, program=program)
    context = loaded.context
    data, left_out = writers.write(
        form,
        loaded.assets,
        columns=_columns_of(like, recipe) if like is not None else {},
        title=title,
        timezone=context.timezone,
        country=context.country,
        now=context.now,
    )
    write_atomic(out, data)
    written = len(loaded.assets) - len({item["id"] for item in left_out})
    if json:
        emit({"written": str(out), "assets": written, "left_out": left_out})
    else:
        typer.echo(text_of("cli.exported", out=out, count=written, format=form))
        for item in left_out:
            note(text_of("cli.left_out", id=item["id"], why=item["why"]))
    return 0


def _columns_of(path: Path, recipe: Path | None) -> dict[str, str]:
    """The owner's columns in their order → our field, "" for one we have no field for."""
    from assetmap import readers

    source = readers.open_path(path)
    columns = {}
    if isinstance(source, readers.Source):
        columns = readers.own_columns(source, recipe_of(recipe))
    if not columns:
        raise ValueError(text_of("cli.no_like", path=path))
    return columns


def _form_of(out: Path) -> str:
    """The format that a file's ending means; raises ValueError where it means none or several."""
    from assetmap import writers

    forms = [
        name for name, writer in writers.WRITERS.items() if writer.suffix == out.suffix.lower()
    ]
    if len(forms) == 1:
        return forms[0]
    which = "cli.several_formats" if forms else "cli.unknown_ending"
    some = ", ".join(forms or writers.WRITERS)
    raise ValueError(text_of(which, name=out.name, some=some))


def occurrences(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or a community.")] = None,
    community: CommunityDir = None,
    assets: AssetPaths = None,
    from_: Annotated[str | None, typer.Option("--from", help="The first day.")] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days.")] = 35,
    json: Json = False,
) -> int:
    """When everything happens: one line a time, with its offset."""
    from assetmap.schedule import expand_seconds

    given = [*(paths or ()), *(assets or ())]
    loaded = load(given) if given else load([community_folder(community)])
    context = loaded.context
    zone = ZoneInfo(context.timezone)
    if from_ is None:
        first = context.now.astimezone(zone).date()
    else:
        try:
            first = date.fromisoformat(from_)
        except ValueError:
            raise ValueError(text_of("cli.bad_from", value=from_)) from None
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(first + timedelta(days=days), time(), zone)
    result = loaded.assets
    spans = expand_seconds(result, begin, end, context.timezone, context.country)
    zones = [ZoneInfo(name) for name in result["timezone"]]
    lines = []
    order = spans.start.argsort(kind="stable")
    for position in order.tolist():
        asset = int(spans.asset[position])
        own = zones[asset]
        lines.append(
            {
                "id": str(result["id"].iat[asset]),
                "start": time_text(datetime.fromtimestamp(int(spans.start[position]), own)),
                "end": time_text(datetime.fromtimestamp(int(spans.end[position]), own)),
            }
        )
    if json:
        emit(lines)
    else:
        for line in lines:
            typer.echo(f"{line['start']} – {line['end']}  {line['id']}")
    return 0


def duplicates(paths: Paths, reader: ReaderName = None, json: Json = False) -> int:
    """Pairs of rows that may be the same asset, with the evidence for it."""
    from assetmap.assets.duplicates import clusters, find_duplicates

    loaded = load(paths, reader)
    pairs = find_duplicates(loaded.assets, progress=progress("comparing"))
    if json:
        result = [cluster.as_dict() for cluster in clusters(pairs)]
        emit({"pairs": [pair.as_dict() for pair in pairs], "clusters": result})
    else:
        for cluster in clusters(pairs):
            verdict = text_of("cli.merge" if cluster.sure else "cli.look")
            typer.echo(f"{verdict:<5}  {' = '.join(cluster.assets)}")
            for pair in cluster.pairs:
                why = ", ".join(pair.evidence)
                typer.echo(f"       {pair.score:.2f}  {pair.a} = {pair.b}: {why}")
        typer.echo(text_of("cli.pairs", pairs=len(pairs), clusters=len(clusters(pairs))))
    return 0


def refresh(
    accept: Annotated[
        str | None, typer.Option(help="The key of a source whose held version is taken.")
    ] = None,
    community: CommunityDir = None,
    json: Json = False,
) -> int:
    """Fetch again the sources that are web addresses; a failing one keeps its last copy."""
    from assetmap.community.imports import accept_waiting
    from assetmap.community.recording import Who
    from assetmap.community.remote import refresh as fetch

    folder = community_folder(community)
    if accept is not None:
        accept_waiting(open_community(folder), accept, Who())
    else:
        fetch(folder)
    opened: Community = open_community(folder)
    lines = [source_report(source) for source in opened.sources]
    if json:
        emit(lines)
    else:
        for line in lines:
            counts = {"source": line["source"], "rows": line["rows_read"]}
            fetched = text_of("cli.fetched", assets=line["assets"], **counts)
            typer.echo("; ".join(filter(None, (fetched, line.get("error")))))
    return 1 if any(line["rejected"] or line.get("error") for line in lines) else 0


def demo(
    path: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    json: Json = False,
) -> int:
    """Write a copy of the demo community, to start one's own."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ValueError(text_of("cli.folder_there", path=path))
    # Data only: how the demo was made is of no use to a community.
    scripts = shutil.ignore_patterns("__pycache__", "*.py", "*.pyc", "builder", ".remote")
    shutil.copytree(DEMO, path, dirs_exist_ok=True, ignore=scripts)
    if json:
        emit({"written": str(path)})
    else:
        typer.echo(text_of("cli.demo_copied", path=path, file=FILE))
    return 0
