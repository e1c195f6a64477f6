"""access, rank, gaps, report, site: numbers of areas, points and what lies within reach.

Each is given tables: areas, points, capacities, costs, numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import typer

from assetmap import schedule
from assetmap.access import offered_in
from assetmap.cli.edge import AssetPaths, CommunityDir, Json, community_folder, emit, load, note
from assetmap.files.atomic import write_atomic
from assetmap.files.source import Package, open_path
from assetmap.files.table import open_frame
from assetmap.places import latitudes, longitudes, metres
from assetmap.words import LANGUAGES, Text, text
from assetmap.words import text as text_of

if TYPE_CHECKING:
    from assetmap.gaps import Gaps

AreasFile = Annotated[Path, typer.Option("--areas", help="Polygons, or id, lat, lon, population.")]
CostsFile = Annotated[Path | None, typer.Option("--costs", help="origin, dest, cost.")]
Catchment = Annotated[
    str | None, typer.Option(help="A length like 10mi; with --costs a bare number.")
]
OutFile = Annotated[Path | None, typer.Option("-o", "--out", help="A CSV file to write.")]
_ALIASES = {
    "id": ("id", "asset_id", "area_id", "store_id", "site_id", "geoid", "code", "name"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "capacity": ("capacity", "supply", "places", "beds", "beds_total"),
    "population": ("population", "pop", "demand", "people", "total_population", "e_totpop",
                   "pop2020", "pop2010", "pop2000", "pop100"),
}  # fmt: skip


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


def texts_of(path: Path) -> pd.DataFrame:
    """A CSV file as texts, its columns as they are. Raises ValueError with one sentence."""
    source = open_path(path)
    if isinstance(source, Package):
        raise ValueError(text_of("files.not_table", name=path.name, why=text_of("cli.a_folder")))
    frame, problems = open_frame(source, [alias for names in _ALIASES.values() for alias in names])
    for problem in problems:
        note(problem.message)
    return frame.reset_index(drop=True)


def costs_of(path: Path | None) -> pd.DataFrame | None:
    """A table of costs (origin, dest, cost), whatever the case of its column names."""
    if path is None:
        return None
    frame = texts_of(path)
    frame.columns = [str(name).strip().lower() for name in frame]
    return frame


def catchment_of(text: str | None, by_cost: bool) -> float | None:
    """`10mi` in metres; with a cost table a bare number in its unit. Raises ValueError."""
    if text is None:
        return None
    if not by_cost:
        return metres(text)
    try:
        return float(text)
    except ValueError:
        raise ValueError(text_of("cli.catchment", value=text)) from None


def areas_of(path: Path, population: str | None, by_cost: bool) -> pd.DataFrame:
    """Areas: id, lat, lon, population; with a cost table they need no place."""
    from assetmap.areas import read_areas

    data = path.read_bytes()
    if by_cost and not _is_shape(data):
        frame = texts_of(path)
        if population is not None and population not in frame:
            raise ValueError(_no_column(path.name, population, "population"))
        return _plain(frame, path.name, ("population",), {"population": population})
    notes, problems = read_areas(data, path.name, population)
    for problem in problems:
        note(problem.message)
    return pd.DataFrame(notes[["id", "lat", "lon", "population"]])


def points_of(path: Path, by_cost: bool) -> pd.DataFrame:
    """Candidates: id, lat, lon; of polygons a point inside."""
    from assetmap.areas import read_areas

    data = path.read_bytes()
    if _is_shape(data):
        notes, problems = read_areas(data, path.name)
        for problem in problems:
            note(problem.message)
        return pd.DataFrame(notes[["id", "lat", "lon"]])
    return _plain(texts_of(path), path.name, () if by_cost else ("lat", "lon"), {})


def assets_of(
    paths: Sequence[Path], capacity: str | None, by_cost: bool, window: str | None = None
) -> pd.DataFrame:
    """Assets: id, lat, lon, capacity.

    A plain table of points (id, lat, lon, no kind of asset) is taken as it is; everything else is
    read and checked as assets, of which the active ones count. window: only what is on then.
    """
    if window is None:
        tables = [_table_of_points(path, by_cost) for path in paths]
        if all(table is not None for table in tables):
            named = {"capacity": capacity}
            frames = [
                _plain(table, path.name, () if by_cost else ("lat", "lon"), named)
                for table, path in zip(tables, paths, strict=True)
                if table is not None
            ]
            return pd.concat(frames, ignore_index=True)
    return _checked(paths, capacity, window)


def _checked(paths: Sequence[Path], capacity: str | None, window: str | None) -> pd.DataFrame:
    loaded = load(paths)
    assets = loaded.assets
    name = capacity or "capacity"
    if name not in assets:
        raise ValueError(text_of("cli.no_capacity", field=name))
    counts = (assets["status"] == "active").to_numpy(bool, copy=True)
    if not counts.all():
        note(text_of("cli.not_active", count=int((~counts).sum())))
    if window is not None:
        context = loaded.context
        when = schedule.window(window, context.now)
        counts &= offered_in(loaded.assets, when, context.timezone, context.country)
        note(text_of("cli.on_in", count=int(counts.sum()), window=window))
    result = assets[counts]
    return pd.DataFrame(
        {
            "id": result["id"].to_numpy(object),
            "lat": latitudes(result.geometry),
            "lon": longitudes(result.geometry),
            "capacity": pd.to_numeric(result[name], errors="coerce").to_numpy(
                float, na_value=np.nan
            ),
        }
    )


def _is_shape(data: bytes) -> bool:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:16]
    return start.startswith((b"PK", b"SQLite format 3", b"{", b"["))


def _table_of_points(path: Path, by_cost: bool) -> pd.DataFrame | None:
    """A CSV of points that says nothing of kinds; None when it is a table of assets."""
    if path.is_dir() or path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return None
    frame = texts_of(path)
    names = {_fold(name) for name in frame}
    if "kind" in names or not names & set(_ALIASES["id"]):
        return None
    placed = bool(names & set(_ALIASES["lat"])) and bool(names & set(_ALIASES["lon"]))
    return frame if placed or by_cost else None


def _no_column(file: str, column: str, field: str) -> Text:
    return text_of("cli.no_column_for", file=file, column=column, what=text_of(f"cli.{field}"))


def _fold(name: object) -> str:
    return re.sub(r"[^a-z0-9]+", "_", str(name).strip().lower()).strip("_")


def _plain(
    frame: pd.DataFrame, name: str, must: tuple[str, ...], named: dict[str, str | None]
) -> pd.DataFrame:
    """id and the columns known by their names, as texts. Raises ValueError for missing ones."""
    by_name = {_fold(column): column for column in reversed(list(frame))}
    out = pd.DataFrame(index=frame.index)
    for field, aliases in _ALIASES.items():
        asked = named.get(field)
        if asked is not None and asked not in frame:
            raise ValueError(_no_column(name, asked, field))
        column = asked or next((by_name[alias] for alias in aliases if alias in by_name), None)
        if column is not None:
            out[field] = frame[column].str.strip()
    for field in ("id", *must):
        if field not in out:
            raise ValueError(text_of("cli.no_column", file=name, column=field))
    return out.mask(out == "")
