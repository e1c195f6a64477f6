"""Bytes of an upload to rows of text, through the one opener of files.

What cannot be a table at all is refused in one sentence (UnreadableSurvey). A file is never read
by its name: a PDF renamed .csv is seen for what it is, and an archive is weighed before it is
opened.
"""

from __future__ import annotations

from typing import NamedTuple

from assetmap.files.rows import open_rows, refuse_padding
from assetmap.files.source import Source, UnreadableFile
from assetmap.words import text

MAX_BYTES = 20 * 2**20
MAX_COLUMNS = 20_000
"""A long form with every tick box in its own column has some 2,000."""


class UnreadableSurvey(ValueError):
    """A file that holds no survey we can read; the message says what to do."""


class Table(NamedTuple):
    """Rows of text, all of one width; `encoding` says how the file's bytes were read."""

    name: str
    rows: list[list[str]]
    encoding: str


def tables(name: str, data: bytes) -> list[Table]:
    """All tables of one upload: one for text, one per sheet for XLSX, one per file for a zip.

    Raises UnreadableSurvey for empty, oversized or binary files.
    """
    try:
        opened = open_rows(Source(name, data), MAX_BYTES)
        squared = [Table(rows.name, _squared(name, rows.rows), rows.encoding) for rows in opened]
    except UnreadableFile as error:
        raise UnreadableSurvey(error.args[0]) from error
    if not any(table.rows for table in squared):
        raise UnreadableSurvey(text("files.empty", name=name))
    return squared


def _squared(name: str, rows: list[list[str]]) -> list[list[str]]:
    """All rows as wide as the widest, without empty ones at the end. Raises UnreadableFile."""
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    if width > MAX_COLUMNS:
        columns, limit = f"{width:,}", f"{MAX_COLUMNS:,}"
        raise UnreadableFile(
            text("files.too_many_columns", name=name, columns=columns, limit=limit)
        )
    refuse_padding(name, len(rows) * width, sum(map(len, rows)))
    return [row + [""] * (width - len(row)) for row in rows]
