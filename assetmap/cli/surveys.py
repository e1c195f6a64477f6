"""survey infer, survey read, survey release."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import pandas as pd
import typer

from assetmap import readers
from assetmap.areas import read_areas
from assetmap.cli.edge import emit, note
from assetmap.community import Community, open_community
from assetmap.community.folder import clock
from assetmap.community.releases import ever_published, put_out, take_back, waves_of
from assetmap.community.settings import FILE
from assetmap.community.surveys import people_memory, recipes_of, remember_people
from assetmap.files.atomic import write_atomic
from assetmap.survey import codebook as codebooks
from assetmap.survey import inferring
from assetmap.survey import opened as uploads
from assetmap.survey import read as reading
from assetmap.survey import recipe as recipes
from assetmap.survey import release as publishing
from assetmap.survey import release as releasing
from assetmap.survey.answers import Answers, reading_summary
from assetmap.words import text

ExportPaths = Annotated[
    list[Path], typer.Argument(help="Exports of a survey tool, or our own CSV.")
]
CodebookFile = Annotated[Path | None, typer.Option("--codebook", help="What was asked.")]
SurveyRecipeFile = Annotated[
    Path | None, typer.Option("--recipe", help="What the columns are, as `infer` wrote it.")
]
WaveName = Annotated[str, typer.Option("--wave", help="What this wave is called.")]
ResidentsFile = Annotated[Path | None, typer.Option("--areas", help="Areas with their residents.")]
SurveyCommunity = Annotated[
    Path | None, typer.Option(help="A community: its codebook, areas and earlier releases.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]

commands = typer.Typer(no_args_is_help=True, help="Survey answers to safe area tables.")


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    commands.command("infer")(infer)
    commands.command("read")(read)
    commands.command("release")(release)
    commands.command("publish")(publish)
    commands.command("withdraw")(withdraw)
    app.add_typer(commands, name="survey")


def infer(
    paths: ExportPaths,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            help="The recipe to write; in recipes/ of a community it is used by itself.",
        ),
    ] = None,
    areas: ResidentsFile = None,
    community: SurveyCommunity = None,
    json: Json = False,
) -> int:
    """Say what a survey's columns are, how sure that is and why; optionally as a recipe."""
    opened = _community(community)
    result = uploads.infer(_sources(paths), _areas(areas, opened))
    if out is not None:
        write_atomic(out, recipes.to_toml(result.recipe, result.to_confirm).encode())
    if json:
        emit(inferring.summary(result))
        return 0
    for item in sorted(result.recipe.items, key=lambda item: item.sure):
        typer.echo(f"{item.sure:>5.0%}  {item.question.id} ({item.question.type}): {item.why}")
    for ask in result.to_confirm:
        note(str(ask))
    return 0


def read(
    paths: ExportPaths,
    codebook: CodebookFile = None,
    recipe: SurveyRecipeFile = None,
    wave: WaveName = "",
    areas: ResidentsFile = None,
    community: SurveyCommunity = None,
    json: Json = False,
) -> int:
    """Read answers and say what was found and left out; write nothing."""
    opened = _community(community)
    answers = _answers(paths, codebook, recipe, wave, _areas(areas, opened), opened)
    summary = reading_summary(answers)
    if json:
        emit(summary)
        return 0
    typer.echo(text("survey.recognised", tool=answers.tool, n=answers.respondents))
    for why, count in answers.left_out.items():
        if count:
            typer.echo(
                text("survey.left_out_line", why=text(f"survey_page.why_{why}"), count=count)
            )
    if answers.dropped:
        typer.echo(text("survey.taken_out_line", columns=", ".join(answers.dropped)))
    for problem in answers.problems:
        typer.echo(f"{problem.severity:>8}  {problem.message}")
    return 0


def release(
    paths: ExportPaths,
    out: Annotated[Path, typer.Option("-o", "--out", help="The CSV to write.")],
    codebook: CodebookFile = None,
    recipe: SurveyRecipeFile = None,
    wave: WaveName = "",
    areas: ResidentsFile = None,
    community: SurveyCommunity = None,
    rule: Annotated[str, typer.Option(help="cms11, k16 or k21; k5 is weaker.")] = "cms11",
    earlier: Annotated[
        list[Path] | None, typer.Option(help="A table published before; withdrawn ones too.")
    ] = None,
    decision: Annotated[
        str, typer.Option(help="The written decision to show areas under 20,000 residents.")
    ] = "",
    agreed_by: Annotated[
        str,
        typer.Option(
            "--agreed-by",
            help="Everyone in these files agreed before the first question: the role that says so.",
        ),
    ] = "",
    other_people: Annotated[
        str,
        typer.Option(
            "--other-people",
            help="These are other people than in the tables published before: the role that "
            "says so. It is kept with the release.",
        ),
    ] = "",
    json: Json = False,
) -> int:
    """Write the area tables that point at nobody."""
    opened = _community(community)
    shapes = _areas(areas, opened)
    answers = _answers(paths, codebook, recipe, wave, shapes, opened, agreed_by)
    released = releasing.release(
        answers,
        answers.codebook,
        shapes,
        rule,
        _earlier(earlier, opened),
        min_residents=5_000 if decision else 20_000,
        decision=decision,
        memory=people_memory(opened.path) if opened is not None else None,
        other_people=_decided(other_people, opened) if other_people.strip() else None,
    )
    write_atomic(out, releasing.to_csv(released))
    if opened is not None:
        _remember(opened, released)
    summary = releasing.summary(released, str(out))
    if json:
        emit(summary)
        return 0
    counts = {"cells": released.cells, "shown": released.shown, "not_shown": released.not_shown}
    typer.echo(text("survey.released_line", out=out, **counts))
    for line in released.notes:
        note(line)
    for line in released.public:
        typer.echo(line)
    return 0


def publish(
    file: Annotated[Path, typer.Argument(help="The table that `survey release` wrote.")],
    by: Annotated[str, typer.Option("--by", help="The role that decides it.")] = "",
    rule: Annotated[str, typer.Option(help="The rule it was made by.")] = "",
    decision: Annotated[str, typer.Option(help="A written decision that goes with it.")] = "",
    community: SurveyCommunity = None,
    json: Json = False,
) -> int:
    """Put a safe table into the community's releases, in one piece, with who decided it."""
    opened = open_community(_folder(community))
    settings = opened.config["release"]
    table = publishing.table_of(file.read_bytes(), file.name)
    target = put_out(
        opened.path,
        table,
        by,
        clock(opened.timezone).date().isoformat(),
        rule or str(settings.get("rule", "cms11")),
        decision,
    )
    waves = list(dict.fromkeys(table["wave"]))
    if json:
        emit({"published": str(target), "waves": waves, "cells": len(table), "by": by.strip()})
    else:
        listed = ", ".join(waves)
        made_by = by.strip()
        typer.echo(text("survey.put_out", out=target, n=len(table), waves=listed, by=made_by))
    return 0


def withdraw(
    wave: Annotated[str, typer.Argument(help="The wave to take back.")],
    community: SurveyCommunity = None,
    json: Json = False,
) -> int:
    """Take a published wave back. Later tables are still protected against it."""
    folder = _folder(community)
    known = [name for name, _ in waves_of(folder)]
    gone = take_back(folder, wave)
    if not gone:
        raise ValueError(text("survey.withdrawn_none", wave=wave, waves=", ".join(known) or "—"))
    if json:
        emit({"withdrawn": wave, "cells": gone})
    else:
        typer.echo(text("survey.taken_back", wave=wave, n=gone))
    return 0


def _folder(community: Path | None) -> Path:
    """The community's folder. Raises ValueError where none is named: the demo is not written to."""
    named = os.environ.get("ASSETMAP_COMMUNITY")
    if community is None and not named:
        raise ValueError(text("survey.name_community"))
    return community or Path(named or "")


def _answers(
    paths: list[Path],
    codebook: Path | None,
    recipe: Path | None,
    wave: str,
    areas: gpd.GeoDataFrame | None,
    community: Community | None,
    agreed_by: str = "",
) -> Answers:
    """The answers, by the recipe or codebook named, the community's, or what the files say.

    `agreed_by` is who decided that everyone in the files agreed before the first question.
    """
    sources = _sources(paths)
    rule = None
    if agreed_by.strip():
        agreed = _decided(agreed_by, community)
        rule = recipes.ConsentRule(everyone=True, decided_by=agreed.by, decided_on=agreed.on)
    if recipe is not None:
        published = recipes.read(recipe.read_bytes(), recipe.name)
        return reading.read(sources, None, areas, wave, published, rule)
    book = _codebook(codebook, community)
    if codebook is None and book is not None and not uploads.suits(sources, book):
        book = None
    if book is None and community is not None:
        kept = recipes_of(community.path)
        name = uploads.fitting(sources, kept)
        if name:
            note(text("survey_page.recipe_known", name=name))
            return reading.read(sources, None, areas, wave, kept[name], rule)
    return reading.read(sources, book, areas, wave, None, rule)


def _decided(by: str, community: Community | None) -> releasing.Decided:
    """Decided by that role, today."""
    zone = community.timezone if community is not None else "UTC"
    return releasing.Decided(by.strip(), clock(zone).date().isoformat())


def _remember(community: Community, released: releasing.Release) -> None:
    """Keep whose answers these are for the next release; said where it cannot be kept."""
    try:
        remember_people(community.path, released)
    except OSError as error:
        note(text("survey.people_not_kept", why=error.strerror or str(error)))


def _community(folder: Path | None) -> Community | None:
    return open_community(folder) if folder is not None else None


def _sources(paths: list[Path]) -> list[readers.Source]:
    result = []
    for path in paths:
        source = readers.open_path(path)
        if not isinstance(source, readers.Source):
            raise ValueError(text("survey.is_folder", path=path))
        result.append(source)
    return result


def _codebook(path: Path | None, community: Community | None) -> codebooks.Codebook | None:
    if path is None and community is not None:
        path = community.codebook
        if not path.is_file():
            return None
    return codebooks.read(path.read_bytes(), path.name) if path is not None else None


def _areas(path: Path | None, community: Community | None) -> gpd.GeoDataFrame | None:
    if path is None:
        return community.areas if community is not None else None
    if path.is_dir():
        if not (path / FILE).is_file():
            raise ValueError(text("survey.folder_without_areas", path=path, file=FILE))
        return open_community(path).areas
    areas, problems = read_areas(path.read_bytes(), path.name)
    for problem in problems:
        note(problem.message)
    return areas


def _earlier(paths: list[Path] | None, community: Community | None) -> list[pd.DataFrame]:
    tables = [publishing.table_of(path.read_bytes(), path.name) for path in paths or ()]
    return tables + (ever_published(community.path) if community is not None else [])
