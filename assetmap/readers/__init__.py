"""Readers: whatever a community already has, as plain columns for `assets.check`.

`read` finds the format by content and gives a `Read`. Each format is one module (or folder) here
whose last line is `READER = Reader(…)`; READERS collects them. A sample in tests/data and a test
belong to each.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from assetmap import vocabulary
from assetmap.assets.draft import no_collection
from assetmap.fields import Problem
from assetmap.files.source import MAX_BYTES, Package, Source, UnreadableFile, open_path
from assetmap.readers.document import Document, Reader
from assetmap.readers.header import match, read_recipe
from assetmap.readers.sanity import faults_of
from assetmap.readers.source import NO_RECIPE, Progress, Read, ReadOptions, Recipe
from assetmap.words import text

__all__ = [
    "MAX_BYTES",
    "READERS",
    "Package",
    "Progress",
    "Read",
    "ReadOptions",
    "Reader",
    "Recipe",
    "Source",
    "UnreadableFile",
    "open_path",
    "own_columns",
    "read",
    "read_recipe",
]


def _collected() -> Mapping[str, Reader]:
    """The READER of every module here that has one."""
    result: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(__path__):
        reader = getattr(importlib.import_module(f"{__name__}.{module.name}"), "READER", None)
        if isinstance(reader, Reader):
            result[reader.name] = reader
    return MappingProxyType(result)


READERS: Mapping[str, Reader] = _collected()


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
    options = ReadOptions(
        key=key or PurePath(source.name).stem or "assets",
        program=program,
        recipe=recipe or NO_RECIPE,
        country=country,
        progress=progress,
    )
    chosen = _choose(document, reader)
    result = chosen.read(document, options)
    return result._replace(problems=_with_source(result, options.key), sanity=faults_of(result))


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
            names = ", ".join(READERS)
            raise UnreadableFile(text("readers.no_reader", name=name, names=names))
        return READERS[name]
    scores = {reader.name: reader.sniff(document) for reader in READERS.values()}
    best = max(scores, key=lambda reader: scores[reader])
    if scores[best] <= 0:
        if document.is_markup:
            raise UnreadableFile(text("readers.markup", name=document.name))
        labels = ", ".join(reader.label for reader in READERS.values())
        raise UnreadableFile(text("readers.no_format_here", name=document.name, labels=labels))
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
