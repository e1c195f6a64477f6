"""What a person hands over: a file or a package of files, as bytes.

Whatever opens a file takes bytes, never paths: an upload, a fetched feed and a file on disk are
one way. `open_path` is the one place that touches the disk, because a size must be refused before
the bytes are in memory. How many cells a table may have, and how long one may be, is said here too.
"""

from __future__ import annotations

import io
import json
import lzma
import math
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from assetmap.fields import LONGEST_TEXT, beginning
from assetmap.words import sentence_of, text

MIB = 1024 * 1024
MAX_BYTES = 200 * MIB
"""Largest file that is read; a county's whole 211 extract is some 30 MB."""
MAX_UNPACKED_BYTES = 400 * MIB
"""Largest content of an archive once unpacked."""
MAX_ARCHIVE_RATIO = 300
"""An .xlsx of real text packs some 10 to 30 times; far more is a bomb."""


# What the standard library raises for an archive that is damaged, locked or of an odd kind.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
)
MAX_ROWS = 2_000_000
MAX_CELLS = 40_000_000
"""Rows × columns of a table once every row is as wide as the header."""
_PADDING = 30
"""So many empty cells may be padded for each cell that is there; more is no table."""
_FREE_PADDING = 1_000_000


class UnreadableFile(ValueError):
    """The source cannot be read at all; the message is one sentence that says why."""


class Source(NamedTuple):
    """A file's name and bytes."""

    name: str
    data: bytes


class Package(NamedTuple):
    """Several files that belong together (a data package): path inside it → bytes."""

    name: str
    files: Mapping[str, bytes]


def megabytes(size: int) -> str:
    """A size in bytes as people say it."""
    return f"{size / MIB:,.0f} MB"


def refuse_large(name: str, size: int, limit: int | None = None) -> None:
    """Raise UnreadableFile when `size` in bytes is over `limit` (MAX_BYTES), naming the limit."""
    limit = MAX_BYTES if limit is None else limit
    if size > limit:
        raise UnreadableFile(
            text("files.too_large", name=name, size=megabytes(size), limit=megabytes(limit))
        )


def open_path(path: Path) -> Source | Package:
    """The file at `path`, or the folder at `path` as a package.

    Raises UnreadableFile when there is nothing there or it is larger than MAX_BYTES.
    """
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if _belongs(file, path)]
        refuse_large(path.name, sum(file.stat().st_size for file in files))
        return Package(
            path.name, {file.relative_to(path).as_posix(): file.read_bytes() for file in files}
        )
    try:
        refuse_large(path.name, path.stat().st_size)
        return Source(path.name, path.read_bytes())
    except UnreadableFile:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or sentence_of(error)
        raise UnreadableFile(text("files.cannot_open", name=path, why=reason)) from None


def _belongs(file: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.is_file() and not hidden and file.suffix.lower() in {".csv", ".json", ".txt"}


def check_archive(name: str, data: bytes) -> zipfile.ZipFile:
    """The archive in `data`, once its declared sizes are known to be harmless.

    `zipfile` never unpacks more of a member than its declared size, so the declared sizes
    are the ones to judge by. Raises UnreadableFile for a broken or too large archive.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED:
        raise UnreadableFile(text("files.damaged_archive", name=name)) from None
    size = sum(member.file_size for member in archive.infolist())
    ratio = size / max(len(data), 1)
    if size > MAX_UNPACKED_BYTES:
        raise UnreadableFile(
            text(
                "files.unpacks_too_large",
                name=name,
                size=megabytes(size),
                limit=megabytes(MAX_UNPACKED_BYTES),
            )
        )
    if size > 10 * MIB and ratio > MAX_ARCHIVE_RATIO:
        raise UnreadableFile(
            text("files.unpacks_too_much", name=name, times=f"{ratio:,.0f}", n=MAX_ARCHIVE_RATIO)
        )
    return archive


def unpack(name: str, archive: zipfile.ZipFile) -> Package:
    """All tables and JSON files of an archive as a package, a single top folder taken off."""
    files: dict[str, bytes] = {}
    try:
        for member in archive.infolist():
            path = PurePosixPath(member.filename.replace("\\", "/"))
            hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
            if member.is_dir() or hidden or path.suffix.lower() not in {".csv", ".json", ".txt"}:
                continue
            files[path.as_posix()] = archive.read(member)
    except _DAMAGED:
        raise UnreadableFile(text("files.locked_archive", name=name)) from None
    return Package(name, files)


def as_text(value: Any) -> str | None:
    """A JSON or spreadsheet value as plain text; None for nothing.

    Whole floats lose their `.0`, because a ZIP code or an id that went through a spreadsheet
    comes back as a number.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False) if value else None
    return str(value).strip() or None


class CellRows(NamedTuple):
    """Rows of text cells as they are in the file, blank cells at the end of a row cut off.

    `name` is the file's or the sheet's; `encoding` says how bytes were read. `unclosed` are the
    rows (from 1) with a quotation mark that is never closed; their marks were read as letters.
    """

    name: str
    rows: list[list[str]]
    encoding: str
    unclosed: tuple[int, ...] = ()


def too_many(name: str) -> str:
    """What is said of a table beyond MAX_ROWS or MAX_CELLS."""
    return text("files.too_many_cells", name=name, rows=f"{MAX_ROWS:,}", cells=f"{MAX_CELLS:,}")


def refuse_padding(name: str, padded: int, cells: int) -> None:
    """Raise UnreadableFile when a table of `cells` cells would grow to too many `padded` ones."""
    if padded > MAX_CELLS or padded > _FREE_PADDING + _PADDING * max(cells, 1):
        raise UnreadableFile(too_many(name))


def cut_row(row: list[str]) -> list[str]:
    """The row without blank cells at its end, and with the beginning only of endless ones."""
    row = short_row(row)
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row if end == len(row) else row[:end]


def short_row(row: list[str]) -> list[str]:
    """The row with only the beginning of cells that are longer than any text that is kept."""
    if row and max(map(len, row)) > LONGEST_TEXT:
        return [beginning(cell) for cell in row]
    return row


def cell_text(value: Any) -> str:
    """A cell's value as text: "09:00" for a time, "2026-10-01" for a day."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return as_text(value) or ""
