"""Text and workbooks to rows of cells, with limits that are read before anything is kept.

What would take the machine (a row numbered 99,999,999,999, 20 MB of line ends, one line of 30,000
commas over 15,000 short ones) is refused; a quotation mark that is never closed costs one line,
not all lines after it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from assetmap.files.source import (
    MAX_CELLS,
    MAX_ROWS,
    CellRows,
    Source,
    UnreadableFile,
    check_archive,
    cut_row,
    refuse_large,
    too_many,
    unpack,
)
from assetmap.files.text import decode
from assetmap.files.workbook import workbook_rows
from assetmap.words import clause_of, text

DELIMITERS = (",", ";", "\t", "|")
_LOOK_AHEAD = 30
_MAX_CELL = 1_000_000
_UNCLOSED_TRIES = 25
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_EMPTY_ROW: list[str] = []


def open_rows(source: Source, max_bytes: int | None = None) -> list[CellRows]:
    """All tables in `source`: one for text, one a sheet of a workbook, one a file of an archive.

    Raises UnreadableFile for what is empty, too large, damaged or no table.
    """
    name, data = source
    refuse_large(name, len(data), max_bytes)
    if data[:4] != b"PK\x03\x04":
        return [_text_rows(name, data)]
    with check_archive(name, data) as archive:
        members = archive.namelist()
        if "xl/workbook.xml" in members:
            return workbook_rows(name, data)
        files = unpack(name, archive).files
    tables = [
        _text_rows(path, member)
        for path, member in files.items()
        if path.lower().endswith((".csv", ".tsv", ".txt")) and member.strip()
    ]
    if not tables:
        raise UnreadableFile(text("files.archive_without_table", name=name))
    return tables


def _text_rows(name: str, data: bytes) -> CellRows:
    decoded = decode(name, data)
    return parse_rows(name, decoded.text, decoded.encoding)


def parse_rows(name: str, content: str, encoding: str) -> CellRows:
    """Records of delimited text; quotation marks that are never closed are read as letters."""
    csv.field_size_limit(_MAX_CELL)
    delimiter = delimiter_of(content)
    rows, opened = _records(name, content, delimiter)
    marks = content.count('"')
    # A cell over several lines is closed when all marks are paired.
    swallowed = opened is not None or any("\n" in cell for row in rows for cell in row)
    if opened is None and (marks % 2 == 0 or not swallowed):
        return CellRows(name, rows, encoding)
    return _without_unclosed(name, content, delimiter, encoding, rows)


def _lines(content: str) -> Iterator[str]:
    for match in _LINE.finditer(content):
        if match[0]:
            yield match[0]


def _records(name: str, content: str, delimiter: str) -> tuple[list[list[str]], int | None]:
    """All records; and the row (from 0) in which a cell grew past every limit, if one did."""
    rows: list[list[str]] = []
    cells = 0
    reader = csv.reader(_lines(content), delimiter=delimiter)
    try:
        for row in reader:
            row = cut_row(row)
            cells += max(len(row), 1)
            if len(rows) >= MAX_ROWS or cells > MAX_CELLS:
                raise UnreadableFile(too_many(name))
            rows.append(row or _EMPTY_ROW)
    except csv.Error as error:
        if '"' in content:
            return rows, len(rows)
        raise UnreadableFile(text("files.not_table", name=name, why=clause_of(error))) from None
    return rows, None


def _without_unclosed(
    name: str, content: str, delimiter: str, encoding: str, rows: list[list[str]]
) -> CellRows:
    """The records once the marks that are never closed are letters.

    Every line with an odd number of marks is a suspect; a cell over several lines makes two of
    them. Each suspect's marks are tried as letters, and the reading with the most rows as wide as
    the header wins, until the marks are even. Raises UnreadableFile after too many.
    """
    lines = list(_lines(content))
    width = max((len(row) for row in rows[:_LOOK_AHEAD]), default=1)
    changed: list[int] = []
    for _ in range(_UNCLOSED_TRIES):
        suspects = [index for index, line in enumerate(lines) if line.count('"') % 2]
        if len(suspects) % 2 == 0:
            break
        best: tuple[int, int] | None = None
        for index in suspects[:_UNCLOSED_TRIES]:
            trial = [*lines[:index], _as_letters(lines[index]), *lines[index + 1 :]]
            reader = csv.reader(trial, delimiter=delimiter)
            try:
                good = sum(
                    1 if len(row) == width else -1 for row in islice(reader, MAX_ROWS) if row
                )
            except csv.Error:
                continue
            if best is None or good > best[0]:
                best = (good, index)
        if best is None:
            raise UnreadableFile(text("files.unclosed_many", name=name))
        lines[best[1]] = _as_letters(lines[best[1]])
        changed.append(best[1])
    mended, opened = _records(name, "".join(lines), delimiter)
    if opened is not None:
        raise UnreadableFile(text("files.unclosed_many", name=name))
    mended = [[cell.replace(_MARK, '"') for cell in row] if row else row for row in mended]
    if mended == rows:  # an inch mark inside a cell closes nothing and swallows nothing
        return CellRows(name, rows, encoding)
    # Which record each changed line is in: count the records of everything before it.
    numbers = sorted(
        sum(1 for _ in csv.reader(lines[:index], delimiter=delimiter)) + 1 for index in changed
    )
    return CellRows(name, mended, encoding, tuple(numbers))


# Stands for a quotation mark that is a letter; of Unicode's private use, in no real text.
_MARK = "\uf8fe"


def _as_letters(line: str) -> str:
    return line.replace('"', _MARK)


def delimiter_of(content: str) -> str:
    """The delimiter that splits the first records most evenly into the most columns.

    >>> delimiter_of("name;share\\nA;2,5\\n")
    ';'
    """
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        sample = _first_rows(content, delimiter)
        widths = Counter(len(row) for row in sample if len(row) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        # A sep= line, a title above the header and ragged ends must not decide.
        merit = count / len(sample) * min(width, 12)
        if merit > score:
            best, score = delimiter, merit
    return best


def _first_rows(content: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(_lines(content[:200_000]), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= _LOOK_AHEAD:
                break
    except csv.Error:
        pass
    return rows
