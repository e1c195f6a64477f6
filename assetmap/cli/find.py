"""check, convert, search, occurrences, duplicates, refresh, demo."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from assetmap.cli.loading import Loaded, emit, load, note, progress, recipe_of, time_text
from assetmap.community import DEMO, Community, SourceReport, open_community
from assetmap.community.settings import FILE
from assetmap.community.summary import next_steps
from assetmap.fields import JsonDict, JsonObject
from assetmap.files.atomic import write_atomic
from assetmap.places import Place, metres
from assetmap.words import say
from assetmap.words import text as text_of

if TYPE_CHECKING:
    from assetmap.catalog import Catalog

Paths = Annotated[list[Path], typer.Argument(help="Files, data packages or a community folder.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
ReaderName = Annotated[str | None, typer.Option(help="Read as this format, do not guess.")]
ProgramName = Annotated[str | None, typer.Option(help="The fellowship of a meeting feed.")]
RecipeFile = Annotated[Path | None, typer.Option(help="Which of their columns is which field.")]
CommunityDir = Annotated[Path | None, typer.Option(help="A community folder.")]
AssetPaths = Annotated[list[Path] | None, typer.Option("--assets", help="Files with assets.")]
At = Annotated[str | None, typer.Option(help="The clock, like 2026-11-20T18:00.")]
Many = Annotated[list[str] | None, typer.Option()]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (check, convert, search, occurrences, duplicates, refresh, demo):
        app.command()(command)


def check(
    paths: Paths,
    reader: ReaderName = None,
    recipe: RecipeFile = None,
    program: ProgramName = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write every note to this CSV file.")
    ] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Show every note, not groups.")] = False,
    json: Json = False,
) -> int:
    """Read and check: what the lists hold, and what to mend first."""
    from assetmap.cli.checking import more_of_the_report, print_groups, write_problems

    loaded = load(paths, reader, recipe, program=program)
    report = check_report(loaded)
    more, groups, since = more_of_the_report(loaded)
    report |= more
    if csv is not None:
        write_problems(csv, loaded, groups)
        note(say("check.written", path=csv, n=len(loaded.problems)))
    if json:
        emit(report)
    else:
        _print_check(loaded, report)
        if rows:
            for problem in loaded.problems:
                typer.echo(f"{problem.severity:>8}  {problem.source}: {problem.message}")
        else:
            print_groups(groups)
        if since is not None:
            typer.echo(say("check.since", new=since.new, gone=since.gone))
        steps = next_steps(loaded.community) if loaded.community is not None else []
        if steps:
            typer.echo(say("check.next"))
        for number, step in enumerate(steps, start=1):
            typer.echo(f"  {number}. {step}")
        typer.echo(_check_total(report))
    unread = any(source.error for source in loaded.sources)
    torn = any(p.row is None and p.severity == "rejected" for p in loaded.problems)
    return 1 if report["rejected"] or report["sanity"] or unread or torn else 0


def _check_total(report: JsonObject) -> str:
    names = ("assets", "rows_read", "rejected", "fixed", "guessed", "kept")
    counts = {name: report[name] for name in (*names, "with_point", "with_schedule")}
    return say("check.counts", **counts)


def check_report(loaded: Loaded) -> JsonDict:
    """What `check` says, as one JSON document."""
    assets, problems = loaded.assets, loaded.problems
    rows = {
        severity: len({(p.source, p.row, p.field) for p in problems if p.severity == severity})
        for severity in ("fixed", "guessed", "kept")
    }
    formats = {
        name: int(sum(asset is not None and name in asset for asset in assets["format"]))
        for name in ("in_person", "online", "phone")
    }
    report: JsonDict = {
        "sanity": [
            {"source": source.key, "message": str(message)}
            for source in loaded.sources
            for message in source.sanity
        ],
        "reader": loaded.reader,
        "rows_read": loaded.total("rows_read"),
        "assets": len(assets),
        "rejected": loaded.total("rejected"),
        **rows,
        "seconds": round(loaded.seconds, 3),
        "sources": [source_report(source) for source in loaded.sources],
        "problems": [
            {
                "source": problem.source,
                "row": problem.row,
                "field": problem.field,
                "value": problem.value,
                "severity": problem.severity,
                "message": problem.message,
            }
            for problem in problems
        ],
        "kinds": _counts(assets, "kind"),
        "formats": formats,
        "statuses": _counts(assets, "status"),
        "with_point": int((~assets.geometry.isna()).sum()),
        "with_schedule": int((assets["schedule"].notna() | assets["recurrence"].notna()).sum()),
        "schedule_unreadable": len(
            {(p.source, p.row) for p in problems if p.field == "schedule" and p.severity == "kept"}
        ),
    }
    if loaded.total("expanded"):
        report["expanded"] = loaded.total("expanded")
    return report


def source_report(source: SourceReport) -> JsonDict:
    """One source as a line of `check` and `refresh`."""
    line: JsonDict = {
        "source": source.key,
        "reader": source.reader,
        "rows_read": source.rows_read,
        "assets": source.assets,
        "rejected": source.rejected,
    }
    if source.expanded:
        line["expanded"] = source.expanded
    if source.error:
        line["error"] = source.error
        line["stale"] = source.stale
    return line


def _counts(assets: Any, name: str) -> dict[str, int]:
    return {str(key): int(count) for key, count in assets[name].value_counts().items()}


def _print_check(loaded: Loaded, report: JsonDict) -> None:
    for fault in report["sanity"]:
        typer.echo(f"{fault['source']}: {fault['message']}")
    for line in report.get("summary", ()):
        typer.echo(line)
    for source in loaded.sources:
        typer.echo(
            say(
                "check.source",
                source=source.key,
                rows=source.rows_read,
                reader=source.reader or "–",
                assets=source.assets,
                rejected=source.rejected,
            )
        )
        if source.error:
            typer.echo(f"  {source.error}")


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
    from assetmap.search.report import report
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


def community_folder(community: Path | None) -> Path:
    """The folder asked for, else ASSETMAP_COMMUNITY, else the demo. Raises ValueError."""
    import os

    folder = Path(community or os.environ.get("ASSETMAP_COMMUNITY") or DEMO)
    if not (folder / FILE).is_file():
        raise ValueError(text_of("cli.no_community", folder=folder, file=FILE))
    return folder


def _catalog(loaded: Loaded) -> Catalog:
    from assetmap.catalog import Catalog

    if loaded.community is not None:
        return loaded.community.catalog
    context = loaded.context
    return Catalog(loaded.assets, context.now, context.timezone, context.country)


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
