"""access, rank, gaps, report, site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assetmap.cli.loading import AssetPaths, CommunityDir, Json, community_folder, emit, note
from assetmap.cli.tables import areas_of, assets_of, catchment_of, costs_of, points_of, texts_of
from assetmap.files.atomic import write_atomic
from assetmap.words import LANGUAGES, text

if TYPE_CHECKING:
    from assetmap.gaps import Gaps

AreasFile = Annotated[Path, typer.Option("--areas", help="Polygons, or id, lat, lon, population.")]
CostsFile = Annotated[Path | None, typer.Option("--costs", help="origin, dest, cost.")]
Catchment = Annotated[
    str | None, typer.Option(help="A length like 10mi; with --costs a bare number.")
]
OutFile = Annotated[Path | None, typer.Option("-o", "--out", help="A CSV file to write.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (access, rank, gaps, report, site):
        app.command()(command)


def access(
    areas: AreasFile,
    assets: Annotated[list[Path], typer.Option("--assets", help="Files with assets.")],
    method: Annotated[str, typer.Option(help="nearest, count, coverage, 2sfca …")] = "e2sfca",
    catchment: Catchment = None,
    decay: Annotated[str | None, typer.Option(help="none, step, gaussian or inverse.")] = None,
    population: Annotated[str | None, typer.Option(help="The column of the areas.")] = None,
    capacity: Annotated[str | None, typer.Option(help="The column of the assets.")] = None,
    costs: CostsFile = None,
    window: Annotated[
        str | None, typer.Option(help='Only what is on then: "sun 17:00-21:00".')
    ] = None,
    out: OutFile = None,
    json: Json = False,
) -> int:
    """How much each area can reach, by distance or a table of costs."""
    from assetmap.access import access as measure

    by_cost = costs is not None
    demand = areas_of(areas, population, by_cost)
    supply = assets_of(assets, capacity, by_cost, window)
    limit = catchment_of(catchment, by_cost)
    result = measure(demand, supply, method, limit, decay, costs=costs_of(costs))
    for line in result.notes:
        note(line)
    document = result.as_json()
    if out is not None:
        write_atomic(out, result.result.to_csv(index=False).encode())
    if json:
        emit(document)
        return 0
    _print_rows(document["result"], ("id", "access", "nearest", "within", "reason"))
    counts = {"areas": document["areas"], "assets": document["assets"], "pairs": result.pairs}
    if result.audit is None:
        typer.echo(text("cli.access", **counts))
    else:
        typer.echo(text("cli.access_audit", audit=result.audit, **counts))
    return 0


def rank(
    values: Annotated[Path, typer.Option("--values", help="A CSV, one row per area.")],
    columns: Annotated[str, typer.Option(help="The columns to rank: A,B,C.")],
    id: Annotated[str, typer.Option("--id", help="The column that names the area.")] = "id",
    descending: Annotated[str, typer.Option(help="Columns where less is more need.")] = "",
    themes: Annotated[str, typer.Option(help='"T1=A,B;T2=C"')] = "",
    missing: Annotated[float, typer.Option(help="The number that stands for missing.")] = -999.0,
    out: OutFile = None,
    json: Json = False,
) -> int:
    """Percentile ranks of columns, their themes and everything together (CDC method)."""
    from assetmap.indicators import rank as ranks

    table = texts_of(values)
    result = ranks(table, id, _names(columns), _names(descending), _themes(themes), missing)
    if out is not None:
        write_atomic(out, result.rows.to_csv(index=False).encode())
    document = result.as_json()
    if json:
        emit(document)
        return 0
    _print_rows(document["rows"], tuple(result.rows))
    used = ", ".join(f"{name} ({count:,})" for name, count in result.used.items())
    typer.echo(text("cli.ranked", columns=used))
    return 0


def gaps(
    community: CommunityDir = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    need: Annotated[str | None, typer.Option(help="Only this need.")] = None,
    indicator: Annotated[str | None, typer.Option(help="The need indicator beside it.")] = None,
    verified_only: Annotated[
        bool, typer.Option("--verified-only", help="Count only what was checked lately.")
    ] = False,
    json: Json = False,
) -> int:
    """Strengths first, then where and when what a community has does not meet need."""
    from assetmap.community import open_community
    from assetmap.community.releases import with_survey
    from assetmap.gaps import gaps as find_gaps
    from assetmap.gaps import ground_of

    opened = open_community(community_folder(community))
    ground = ground_of(with_survey(opened), verified_only=verified_only)
    result = find_gaps(ground, kind, need, indicator)
    if json:
        emit(result.as_json())
    else:
        _print_gaps(result)
    return 0


def report(
    folder: Annotated[Path, typer.Argument(help="A community folder.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="briefing.pdf or briefing.html.")],
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    need: Annotated[str | None, typer.Option(help="Only this need.")] = None,
    indicator: Annotated[str | None, typer.Option(help="The need indicator beside it.")] = None,
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
    verified_only: Annotated[
        bool, typer.Option("--verified-only", help="Count only what was checked lately.")
    ] = False,
    json: Json = False,
) -> int:
    """The briefing and report as a PDF or web page, without a browser."""
    from assetmap.community import open_community
    from assetmap.community.releases import with_survey
    from assetmap.gaps import gaps as find_gaps
    from assetmap.gaps import ground_of
    from assetmap.report import first_kind, to_html, to_pdf
    from assetmap.report import report as make

    write = {".pdf": to_pdf, ".html": to_html, ".htm": to_html}.get(out.suffix.lower())
    if write is None:
        raise ValueError(text("cli.report_kind", out=out.name))
    if language not in LANGUAGES:
        raise ValueError(text("cli.language", value=language, known=", ".join(LANGUAGES)))
    opened = open_community(folder)
    ground = ground_of(with_survey(opened), verified_only=verified_only)
    chosen = None if need else kind or first_kind(ground)
    result = find_gaps(ground, chosen, need, indicator, language)
    body = write(make(opened, ground, result, chosen, need, language))
    write_atomic(out, body)
    if json:
        emit({"written": str(out), "bytes": len(body), "kind": chosen, "need": need})
    else:
        typer.echo(text("cli.written", out=out))
    return 0


def site(
    areas: AreasFile,
    candidates: Annotated[Path, typer.Option("--candidates", help="Places it could be.")],
    p: Annotated[int, typer.Option("-p", help="How many.")],
    assets: AssetPaths = None,
    catchment: Catchment = None,
    objective: Annotated[str, typer.Option(help="cover, median or worst-first.")] = "cover",
    population: Annotated[str | None, typer.Option(help="The column of the areas.")] = None,
    costs: CostsFile = None,
    json: Json = False,
) -> int:
    """Where the next ones would help most, and what no choice can beat."""
    from assetmap.siting import site as choose

    by_cost = costs is not None
    demand = areas_of(areas, population, by_cost)
    places = points_of(candidates, by_cost)
    existing = assets_of(assets, None, by_cost) if assets else None
    limit = catchment_of(catchment, by_cost)
    table = costs_of(costs)
    result = choose(demand, places, p, objective, limit, existing=existing, costs=table)
    for line in result.notes:
        note(line)
    document = result.as_json()
    if json:
        emit(document)
        return 0
    for name, gain in zip(document["sites"], document["gains"], strict=True):
        typer.echo(f"{name}: {gain:,}")
    proof = text("cli.optimal")
    if not result.optimal:
        proof = text("cli.bound", bound=document["bound"], gap=result.gap)
    which = f"cli.sited_{result.objective.replace('-', '_')}"
    typer.echo(text(which, value=document["value"], total=document["total"], proof=proof))
    return 0


def _names(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def _themes(given: str) -> dict[str, list[str]]:
    """`T1=A,B;T2=C` as theme → columns. Raises ValueError."""
    result: dict[str, list[str]] = {}
    for part in filter(None, (item.strip() for item in given.split(";"))):
        name, equals, members = part.partition("=")
        if not equals or not name.strip():
            raise ValueError(text("cli.theme_form", part=part))
        if name.strip() in result:
            raise ValueError(text("cli.theme_twice", theme=name.strip()))
        result[name.strip()] = _names(members)
    return result


def _print_rows(rows: Any, names: tuple[str, ...]) -> None:
    typer.echo("\t".join(names))
    for row in rows:
        typer.echo("\t".join("" if row[name] is None else f"{row[name]}" for name in names))


def _print_gaps(result: Gaps) -> None:
    for line in (*result.strengths, "", *result.summary, ""):
        typer.echo(line)
    for row in result.areas:
        if row["gap"] in ("yes", "call"):
            typer.echo(f"{row['gap']:>4}  {row['text']}")
    for change in result.changes:
        both = {"all": change["all"], "verified": change["verified"]}
        line = text("cli.gap_change", area=change["id"], kind=change["kind"], **both)
        typer.echo(f"      {line}")
