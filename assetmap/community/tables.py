"""Small tables beside the sources (places, corrections, merges, connections), opened like any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assetmap.fields import Problem
from assetmap.files.source import Source, UnreadableFile, open_path
from assetmap.files.table import from_text, from_workbook
from assetmap.files.text import decode
from assetmap.readers.header import plain
from assetmap.words import text

Line = tuple[int, dict[str, str]]


def read_lines(path: Path, columns: Sequence[str]) -> tuple[list[Line], list[Problem]]:
    """The rows of the table at `path` by number, each with all of `columns`; none without a file.

    Any encoding, delimiter and order of columns, like every table a person hands over. Raises
    UnreadableFile when it is no table.
    """
    if not path.is_file():
        return [], []
    source = open_path(path)
    if not isinstance(source, Source) or not source.data.strip():
        return [], []
    known = {plain(name) for name in columns}
    if source.data[:4] == b"PK\x03\x04":
        grid = from_workbook(source.name, source.data, lambda name: plain(name) in known)
    else:
        decoded = decode(source.name, source.data)
        grid = from_text(source.name, decoded.text, lambda name: plain(name) in known)
    places = {plain(name): index for index, name in reversed(list(enumerate(grid.header)))}
    missing = [name for name in columns[:2] if plain(name) not in places]
    if missing:
        shown = ", ".join(grid.header[:8])
        raise UnreadableFile(
            text("folder.no_column", name=path.name, column=missing[0], columns=shown)
        )
    problems: list[Problem] = []
    if grid.unclosed:
        message = text("folder.unclosed", row=grid.unclosed, name=path.name)
        problems.append(Problem(grid.unclosed, "row", "", "kept", message, path.stem))
    lines = [
        (
            number,
            {
                name: row[places[plain(name)]].strip() if plain(name) in places else ""
                for name in columns
            },
        )
        for number, row in enumerate(grid.rows, start=1)
        if any(cell.strip() for cell in row)
    ]
    return lines, problems
