"""Small tables beside the sources (places, corrections, merges, connections), opened like any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assetmap.fields import Problem
from assetmap.files.source import Source, UnreadableFile, open_path
from assetmap.files.table import open_records, open_table
from assetmap.readers.header import plain
from assetmap.words import text

NumberedLine = tuple[int, dict[str, str]]


def read_lines(path: Path, columns: Sequence[str]) -> tuple[list[NumberedLine], list[Problem]]:
    """The rows of the table at `path` by number, each with all of `columns`; none without a file.

    Any encoding, delimiter and order of columns, like every table a person hands over. Raises
    UnreadableFile when it is no table.
    """
    if not path.is_file():
        return [], []
    source = open_path(path)
    if not isinstance(source, Source) or not source.data.strip():
        return [], []
    grid, problems = open_table(source, columns)
    missing = [name for name in columns[:2] if plain(name) not in map(plain, grid.header)]
    if missing:
        shown = ", ".join(grid.header[:8])
        raise UnreadableFile(
            text("folder.no_column", name=path.name, column=missing[0], columns=shown)
        )
    lines, _ = open_records(source, dict.fromkeys(columns, ()))
    return lines, [problem._replace(source=path.stem) for problem in problems]
