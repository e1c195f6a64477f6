"""What `check` prints: the folder in sentences, problems in groups, and the file of all of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import typer

from assetmap.assets.cells import fold
from assetmap.cli.loading import Loaded
from assetmap.community.groups import (
    ProblemGroup,
    Since,
    field_label,
    group_problems,
    since_last,
)
from assetmap.community.summary import area_counts, next_steps, what_it_is
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
