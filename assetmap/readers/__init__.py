"""Readers: whatever a community already has, as plain columns for `assets.check`.

`read` finds the format by content and gives a `Read`. Each format is one file here with a line
in READERS: `sniff` says how sure it is, `read` makes the plain frame and says what it did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.collecting import no_collection
from assetmap.fields import Problem
from assetmap.files.source import MAX_BYTES, Package, Source, UnreadableFile, open_path
from assetmap.readers import bmlt, findtreatment, geojson, hsds, meeting_guide, table
from assetmap.readers.document import Document
from assetmap.readers.header import match, read_recipe
from assetmap.readers.source import NO_RECIPE, Options, Progress, Read, Recipe

__all__ = [
    "MAX_BYTES",
    "READERS",
    "Options",
    "Package",
    "Progress",
    "Read",
    "Reader",
    "Recipe",
    "Source",
    "UnreadableFile",
    "open_path",
    "own_columns",
    "read",
    "read_recipe",
]


class Reader(NamedTuple):
    """A format: its name on the command line, what people call it, and how it is read."""

    name: str
    label: str
    sniff: Callable[[Document], float]
    read: Callable[[Document, Options], Read]


_ALL = (
    Reader("meeting_guide", "Meeting Guide JSON", meeting_guide.sniff, meeting_guide.read),
    Reader("bmlt", "BMLT JSON", bmlt.sniff, bmlt.read),
    Reader("hsds", "HSDS (JSON or data package)", hsds.sniff, hsds.read),
    Reader("findtreatment", "FindTreatment.gov", findtreatment.sniff, findtreatment.read),
    Reader("geojson", "GeoJSON", geojson.sniff, geojson.read),
    Reader("table", "table (CSV or XLSX)", table.sniff, table.read),
)
READERS: Mapping[str, Reader] = {reader.name: reader for reader in _ALL}


def read(
    source: Source | Package,
    reader: str | None = None,
    recipe: Recipe | Source | None = None,
    key: str | None = None,
    *,
    program: str | None = None,
    country: str = "US",
    progress: Progress | None = None,
) -> Read:
    """What is in `source`, read by `reader` or by the format its content shows.

    `key` starts the ids (the file's stem otherwise). Raises UnreadableFile with one sentence
    when it cannot be read at all; problems of rows come in the result.
    """
    with no_collection():
        return _read(source, reader, recipe, key, program, country, progress)


def _read(
    source: Source | Package,
    reader: str | None,
    recipe: Recipe | Source | None,
    key: str | None,
    program: str | None,
    country: str,
    progress: Progress | None,
) -> Read:
    if isinstance(recipe, Source):
        recipe = read_recipe(recipe)
    document = Document(source, recipe.columns if recipe else ())
    options = Options(
        key=key or PurePath(source.name).stem or "assets",
        program=program,
        recipe=recipe or NO_RECIPE,
        country=country,
        progress=progress,
    )
    chosen = _choose(document, reader)
    result = chosen.read(document, options)
    return result._replace(problems=_with_source(result, options.key))


def own_columns(source: Source, recipe: Recipe | Source | None = None) -> dict[str, str]:
    """The columns of a table in their order → our field, "" where we have none.

    For an export that keeps its owner's columns (`columns` of the CSV writer).
    """
    if isinstance(recipe, Source):
        recipe = read_recipe(recipe)
    grid = Document(source, recipe.columns if recipe else ()).table
    if grid is None:
        return {}
    matched, _ = match(grid.header, recipe or NO_RECIPE)
    fields = {index: field for field, index in matched.first.items()}
    helpers = {"hours": "schedule", "day": "schedule"}
    ours = (fields.get(index, "") for index in range(len(grid.header)))
    named = (helpers.get(field, field) for field in ours)
    return {
        name: field if field in vocabulary.fields() else ""
        for name, field in zip(grid.header, named, strict=True)
    }


def _choose(document: Document, name: str | None) -> Reader:
    if name is not None:
        if name not in READERS:
            raise UnreadableFile(f"There is no reader '{name}'; use one of {', '.join(READERS)}.")
        return READERS[name]
    scores = {reader.name: reader.sniff(document) for reader in READERS.values()}
    best = max(scores, key=lambda reader: scores[reader])
    if scores[best] <= 0:
        document.refuse()
        labels = ", ".join(reader.label for reader in READERS.values())
        raise UnreadableFile(
            f"{document.name} is in no format that is read here; these are: {labels}."
        )
    return READERS[best]


def _with_source(result: Read, key: str) -> list[Problem]:
    """Problems that name the source of their row, by which `check` finds what to keep private."""
    sources: dict[int, str] = {}
    if "source" in result.frame:
        sources = dict(zip(result.frame["row"], result.frame["source"], strict=True))
    return [
        Problem(*problem[:5], key if problem.row is None else sources.get(problem.row, key))
        for problem in result.problems
    ]
