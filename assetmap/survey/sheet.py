"""Bytes of an upload to rows of text, through the one opener of files.

What cannot be a table at all is refused in one sentence (UnreadableSurvey). A file is never read
by its name: a PDF renamed .csv is seen for what it is, and an archive is weighed before it is
opened.
"""

from __future__ import annotations

import io
from typing import NamedTuple

from assetmap.files.rows import open_rows
from assetmap.files.source import MAX_CELLS, Source, UnreadableFile, refuse_padding, too_many
from assetmap.words import text

MAX_BYTES = 20 * 2**20
MAX_COLUMNS = 20_000
"""A long form with every tick box in its own column has some 2,000."""


class UnreadableSurvey(ValueError):
    """A file that holds no survey we can read; the message says what to do."""


class AnswerTable(NamedTuple):
    """Rows of text, all of one width; `encoding` says how the file's bytes were read."""

    name: str
    rows: list[list[str]]
    encoding: str


def tables(name: str, data: bytes) -> list[AnswerTable]:
    """All tables of one upload: one for text, one per sheet for XLSX, one per file for a zip.

    Raises UnreadableSurvey for empty, oversized or binary files.
    """
    if data[:4] in (b"$FL2", b"$FL3"):
        return [_spss(name, data)]
    try:
        opened = open_rows(Source(name, data), MAX_BYTES)
        squared = [
            AnswerTable(rows.name, _squared(name, rows.rows), rows.encoding) for rows in opened
        ]
    except UnreadableFile as error:
        raise UnreadableSurvey(error.args[0]) from error
    if not any(table.rows for table in squared):
        raise UnreadableSurvey(text("files.empty", name=name))
    return squared


def _spss(name: str, data: bytes) -> AnswerTable:
    """An SPSS file as rows: names, labels, then every cell by its value label."""
    import pyreadstat

    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES / 2**20:.0f} MB"
        raise UnreadableSurvey(text("survey.too_large", file=name, limit=limit))
    try:
        _, head = pyreadstat.read_sav(io.BytesIO(data), metadataonly=True)
        if (head.number_rows or 0) * max(head.number_columns or 0, 1) > MAX_CELLS:
            raise UnreadableSurvey(too_many(name))
        frame, about = pyreadstat.read_sav(io.BytesIO(data), dates_as_pandas_datetime=False)
    except UnreadableSurvey:
        raise
    except Exception as error:  # pyreadstat raises its own kinds for a file it cannot read
        raise UnreadableSurvey(text("survey.sav_broken", file=name)) from error
    width, limit = len(frame.columns), f"{MAX_COLUMNS:,}"
    if width > MAX_COLUMNS:
        columns = f"{width:,}"
        raise UnreadableSurvey(
            text("files.too_many_columns", name=name, columns=columns, limit=limit)
        )
    rows = [
        ["$spss", *map(str, frame.columns)],
        ["", *(" ".join((label or "").split()) for label in about.column_labels)],
    ]
    columns_of = []
    for column in frame.columns:
        labels = about.variable_value_labels.get(column, {})
        known: dict[object, str] = {}
        cells = []
        for value in frame[column].tolist():
            if value not in known:
                known[value] = str(labels[value]) if value in labels else _plain(value)
            cells.append(known[value])
        columns_of.append(cells)
    rows += [["", *cells] for cells in zip(*columns_of, strict=True)]
    return AnswerTable(name, rows, "sav")


def _plain(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


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
