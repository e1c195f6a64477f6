"""check: what the lists hold in sentences, problems in groups, and what to mend first."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated, Any

import typer

from assetmap.assets.cells import fold
from assetmap.cli.edge import (
    Json,
    Loaded,
    Paths,
    ProgramName,
    ReaderName,
    RecipeFile,
    emit,
    load,
    note,
)
from assetmap.community import SourceReport
from assetmap.community.summary import (
    ProblemGroup,
    Since,
    area_counts,
    field_label,
    group_problems,
    next_steps,
    since_last,
    what_it_is,
)
from assetmap.fields import JsonDict, JsonObject
from assetmap.files.atomic import write_atomic
from assetmap.words import say

MOST_GROUPS = 12
_CSV = ("severity", "list", "row", "name", "field", "value", "message", "do")


def names_of_rows(loaded: Loaded) -> dict[tuple[str, int], str]:
    """(source, row) → the row's name, for rows whose name may be said.

    A name that the gate changed, or of a neighbor's gift, is not said.
    """
    frame = loaded.rows
    if frame is None or "name" not in frame or "row" not in frame:
        return {}
    kinds = frame["kind"] if "kind" in frame else [""] * len(frame)
    open_names = set(loaded.assets["name"].dropna())
    rejected = {(p.source, p.row) for p in loaded.problems if p.severity == "rejected"}
    names: dict[tuple[str, int], str] = {}
    for source, row, name, kind in zip(
        frame["source"], frame["row"], frame["name"], kinds, strict=True
    ):
        if not isinstance(name, str) or fold(str(kind)).startswith("individual"):
            continue
        key = (str(source), int(row))
        if name in open_names or key in rejected:
            names[key] = name
    return names


def more_of_the_report(
    loaded: Loaded,
) -> tuple[dict[str, object], list[ProblemGroup], Since | None]:
    """`groups`, and of a community `areas` and `since_last`, for the document of `check`."""
    groups = group_problems(loaded.problems, names_of_rows(loaded))
    document: dict[str, object] = {"groups": [group.as_json() for group in groups]}
    since = None
    if loaded.community is not None:
        document["areas"] = area_counts(loaded.community).as_json()
        since = since_last(loaded.community.path, loaded.problems)
        change = since or Since(len({p.message for p in loaded.problems}), 0)
        document["since_last"] = {"new": change.new, "gone": change.gone}
        document["summary"] = what_it_is(loaded.community)
        document["next"] = [str(step) for step in next_steps(loaded.community)]
    return document, groups, since


def print_groups(groups: list[ProblemGroup], most: int = MOST_GROUPS) -> None:
    """One line a group: how many, what, three names, what to do."""
    for group in groups[:most]:
        shown = f" ({', '.join(group.examples)})" if group.examples else ""
        line = say(
            "check.group", "en", severity=say(f"check.{group.severity}", "en"), n=group.count,
            message=_without_ask(group), names=shown, do=group.do,
        )  # fmt: skip
        typer.echo(line)
    if len(groups) > most:
        rest = sum(group.count for group in groups[most:])
        typer.echo(say("check.more_groups", "en", n=len(groups) - most, rows=rest))


def _without_ask(group: ProblemGroup) -> str:
    """What is said of a group, without what to do at its end, which is said after the names."""
    place = group.message.casefold().rfind(group.do.casefold())
    kept = group.message[:place].rstrip(" ;,.") if place > 0 else ""
    return group.message if kept.endswith(":") or not kept else kept


def write_problems(path: Path, loaded: Loaded, groups: list[ProblemGroup]) -> None:
    """All problems as CSV, for a spreadsheet; `row` counts as the source does."""
    names = names_of_rows(loaded)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_CSV)
    order = {"rejected": 0, "kept": 1, "guessed": 2, "fixed": 3}
    for problem in sorted(loaded.problems, key=lambda option: order.get(option.severity, 1)):
        row = problem.row
        name = names.get((problem.source, row), "") if row is not None else ""
        do = group_problems([problem], names)[0].do
        label, shown = field_label(problem.field), "" if row is None else row
        start = (problem.severity, problem.source, shown, name, label)
        cells = (*start, problem.value, problem.message, do)
        writer.writerow([_guarded(str(cell)) for cell in cells])
    write_atomic(path, file.getvalue().encode("utf-8-sig"))


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(check)


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
