"""convert, import, refresh, occurrences, duplicates, recipe, demo: lists of assets as a whole.

A recipe is a reader's guesses about a table's columns, as a file to correct.
"""

from __future__ import annotations

import json as jsonlib
import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from assetmap import readers
from assetmap.cli.check import source_report
from assetmap.cli.edge import (
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
from assetmap.files.source import Source
from assetmap.words import say, text
from assetmap.words import text as text_of

MOST_SAMPLES = 3


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
    for command in (convert, occurrences, duplicates, refresh, recipe, demo):
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


def recipe(
    file: Annotated[Path, typer.Argument(help="A table: CSV or XLSX.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The recipe to write.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> int:
    """Which of the table's columns is taken for which field: write it down and correct it."""
    source = readers.open_path(file)
    columns = _columns(source)
    if not columns:
        raise ValueError(say("recipe.no_table", file=file))
    samples = _samples(source, columns)
    content = recipe_text(file.name, columns, samples)
    if out is not None:
        write_atomic(out, content.encode())
    if json:
        emit({"written": str(out) if out else None, "columns": columns})
    elif out is None:
        typer.echo(content, nl=False)
    else:
        typer.echo(say("recipe.written", file=out))
    return 0


def _columns(source: Source | readers.Package) -> dict[str, str]:
    """Each column and what it is taken for: a field, `private`, or "" for nothing of ours."""
    from assetmap.readers.document import Document
    from assetmap.readers.header import PRIVATE, match

    table = Document(source).table if isinstance(source, Source) else None
    if table is None:
        return {}
    matched, _ = match(table.header)
    result = dict.fromkeys(table.header, "")
    for field, index in matched.first.items():
        result[table.header[index]] = field
    for field, indexes in matched.joined.items():
        result |= {table.header[index]: field for index in indexes}
    return result | {table.header[index]: PRIVATE for index in matched.private}


def recipe_text(name: str, columns: dict[str, str], samples: dict[str, list[str]]) -> str:
    """TOML with a line for each column, its field or "original", and what stands in it."""
    lines = [f"# {say('recipe.head', file=name)}", f"# {say('recipe.how')}", "[columns]"]
    for column, field in columns.items():
        shown = " · ".join(samples.get(column, ()))
        line = f"{_quoted(column)} = {_quoted(field or 'original')}"
        lines.append(f"{line}  # {shown}" if shown else line)
    lines += ["", f"# {say('recipe.fill')}", "[fill]", '# region = "NC"', ""]
    return "\n".join(lines)


def _samples(source: Source | readers.Package, columns: dict[str, str]) -> dict[str, list[str]]:
    """Up to three different cells of each column, shortened; none of columns about a person."""
    from assetmap.readers.document import Document

    table = Document(source).table if isinstance(source, Source) else None
    if table is None:
        return {}
    result: dict[str, list[str]] = {}
    for index, column in enumerate(table.header):
        if columns.get(column) == "private":
            continue
        cells = (row[index].strip() for row in table.rows[:200] if index < len(row))
        kept = dict.fromkeys(" ".join(cell.split())[:30] for cell in cells if cell)
        result[column] = list(kept)[:MOST_SAMPLES]
    return result


def _quoted(value: str) -> str:
    return jsonlib.dumps(value, ensure_ascii=False)
