"""A source opened once, so that finding its format and reading it look at the same thing.

JSON is taken as it is really found: truncated, with junk after it, one object a line. A `Reader`
finds and reads: each module of `readers` that is a format ends with one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from assetmap.fields import LONGEST_TEXT, Problem, beginning, with_texts
from assetmap.files import table as grid
from assetmap.files.source import (
    Package,
    Source,
    UnreadableFile,
    as_text,
    check_archive,
    refuse_large,
    unpack,
)
from assetmap.files.text import DecodedText, decode, is_markup
from assetmap.files.workbook import WorkbookSheet, sheets_of
from assetmap.readers.header import is_known, plain
from assetmap.readers.sheets import NamedTable, table_of_text, tables_of
from assetmap.readers.source import Read, ReadOptions, file_problem
from assetmap.words import text
from assetmap.words import text as words

# Lists that envelopes of the known formats hold their rows in.
_LISTS = re.compile(r'"(meetings|contents|rows|features|services)"\s*:\s*\[')
_HALF_LETTER = re.compile(
    r"(?<!\\)(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_SPACE = re.compile(r"[\s,]*")


class Parsed(NamedTuple):
    """A JSON value, and what had to be left out to read it.

    `lost` is the number of list elements that were cut off in the middle.
    """

    value: object
    problems: list[Problem]
    lost: int = 0


def _no_number(_: str) -> None:
    """NaN and Infinity are not JSON and not values: they are read as nothing."""


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def parse(name: str, text: str) -> Parsed:
    """The JSON value in `text`, with only the beginning of texts that are longer than any kept.

    Raises UnreadableFile with one sentence when there is none.
    """
    result = _parsed(name, text)
    pieces = text.replace('\\"', "").split('"') if len(text) > LONGEST_TEXT else ()
    if any(len(piece) > LONGEST_TEXT for piece in pieces):
        return result._replace(value=with_texts(result.value, beginning))
    return result


def _parsed(name: str, text: str) -> Parsed:
    # Half a letter (an emoji cut in two) is no text that can be written anywhere again.
    if "\\ud" in text or "\\uD" in text:
        text = _HALF_LETTER.sub(r"\\ufffd", text)
    try:
        return Parsed(json.loads(text, parse_constant=_no_number), [])
    except RecursionError:
        raise UnreadableFile(words("readers.nested", name=name)) from None
    except ValueError as error:
        reason = error
    try:
        return _by_line(text) or _with_junk(text) or _truncated(text) or _refuse(name, reason)
    except RecursionError:
        raise UnreadableFile(words("readers.nested", name=name)) from None


def _refuse(name: str, reason: ValueError) -> Parsed:
    if isinstance(reason, json.JSONDecodeError):
        raise UnreadableFile(words("readers.damaged_json_at", name=name, line=reason.lineno))
    raise UnreadableFile(words("readers.damaged_json", name=name))


def _by_line(text: str) -> Parsed | None:
    """One object a line (NDJSON), whatever the file is called; broken lines are reported."""
    lines = [line for line in text.splitlines() if line.strip().strip("\x1e")]
    if len(lines) < 2 or not lines[0].lstrip("\x1e \t").startswith("{"):
        return None
    values: list[object] = []
    broken: list[int] = []
    for number, line in enumerate(lines, 1):
        try:
            values.append(_DECODER.decode(line.strip("\x1e \t\r")))
        except ValueError:
            values.append(None)
            broken.append(number)
    if not isinstance(values[0], dict) or len(broken) > len(lines) / 2:
        return None
    problems = [file_problem(words("readers.by_line"))]
    problems += [
        Problem(
            number,
            "file",
            lines[number - 1][:60],
            "rejected",
            words("readers.broken_line", row=number),
        )
        for number in broken
    ]
    return Parsed([v for v in values if v is not None], problems, len(broken))


def _with_junk(text: str) -> Parsed | None:
    """A whole value with something after it."""
    start = len(text) - len(text.lstrip())
    try:
        value, end = _DECODER.raw_decode(text, start)
    except ValueError:
        return None
    junk = text[end:].strip()
    if not isinstance(value, (dict, list)):
        return None
    message = words("readers.junk_after", count=f"{len(junk):,}")
    return Parsed(value, [file_problem(message, value=junk[:60])])


def _truncated(text: str) -> Parsed | None:
    """The whole elements of a list that was cut off or is damaged in one place."""
    opened = text.lstrip()
    key = ""
    if opened.startswith("["):
        position = text.index("[") + 1
    elif match := _LISTS.search(text):
        key, position = match[1], match.end()
    else:
        return None
    values: list[object] = []
    while True:
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        try:
            value, position = _DECODER.raw_decode(text, position)
        except ValueError:
            break
        values.append(value)
    if not values:
        return None
    lost = 1 if text[position:].strip(" \t\r\n]}") else 0
    number = len(values) + 1
    problem = Problem(
        number,
        "file",
        text[position : position + 60],
        "rejected" if lost else "fixed",
        words("readers.breaks_off", row=number, count=f"{len(values):,}"),
    )
    return Parsed({key: values} if key else values, [problem], lost)


class Document:
    """A file or package with what it holds: `files`, `json` or `table`.

    `problems` gathers what had to be repaired to open it. `columns` are names that a recipe
    expects in the header. Raises UnreadableFile when it is none of the three.
    """

    def __init__(self, source: Source | Package, columns: Iterable[str] = ()) -> None:
        self.name = source.name
        self._columns = {plain(column) for column in columns}
        self.problems: list[Problem] = []
        self.files: Mapping[str, bytes] = {}
        self._data = b""
        self._workbook = False
        if isinstance(source, Package):
            refuse_large(source.name, sum(len(data) for data in source.files.values()))
            self.files = source.files
        else:
            refuse_large(source.name, len(source.data))
            self._data = source.data
            if source.data[:4] == b"PK\x03\x04":
                self._open_archive()
        if isinstance(source, Package) and not self.files:
            raise UnreadableFile(text("readers.no_files", name=self.name))

    def _open_archive(self) -> None:
        with check_archive(self.name, self._data) as archive:
            members = archive.namelist()
            if "xl/workbook.xml" in members:
                self._workbook = True
                return
            if "word/document.xml" in members or "content.xml" in members:
                raise UnreadableFile(text("readers.text_document", name=self.name))
            self.files = unpack(self.name, archive).files
        if not self.files:
            raise UnreadableFile(text("readers.archive_without", name=self.name))

    @property
    def is_package(self) -> bool:
        """Whether it is several files."""
        return bool(self.files)

    @cached_property
    def _text(self) -> DecodedText:
        result = decode(self.name, self._data, markup=True)
        self.problems += grid.repairs(result)
        return result

    @property
    def text(self) -> str:
        """The decoded text of a single file; "" for a package and a workbook."""
        return "" if self.is_package or self._workbook else self._text.text

    @property
    def is_markup(self) -> bool:
        """Whether it is XML, which is no table."""
        return is_markup(self.text)

    @property
    def is_json(self) -> bool:
        """Whether it begins as JSON does."""
        return not (self.is_package or self._workbook) and self._text.text.lstrip()[:1] in "[{\x1e"

    @cached_property
    def parsed(self) -> Parsed:
        """The JSON value in it and how many elements were lost; its problems are gathered."""
        result = parse(self.name, self._text.text)
        self.problems += result.problems
        return result

    @property
    def json(self) -> Any:
        """The JSON value in it, None when it is not JSON."""
        return self.parsed.value if self.is_json else None

    @cached_property
    def tables(self) -> list[NamedTable]:
        """Every table in it: each sheet of a workbook, a CSV file, rows in JSON; none for the
        rest."""
        if self.is_package or self.is_markup:
            return []
        if self._workbook:
            result = sheets_of(self.name, self._data)
            if not result:
                raise UnreadableFile(text("files.empty", name=self.name))
            return tables_of(result, self._is_known)
        if self.is_json:
            return self._json_tables()
        return [table_of_text(self.name, self._text.text, self._is_known)]

    def _json_tables(self) -> list[NamedTable]:
        """The rows of a sheet's API ({"values": [[header], [row] …]})."""
        value = self.json
        rows = value.get("values") if isinstance(value, dict) else value
        if not isinstance(rows, list) or len(rows) < 2:
            return []
        if not all(isinstance(row, list) for row in rows):
            return []
        texts = [[as_text(cell) or "" for cell in row] for row in rows]
        sheet = WorkbookSheet("", texts, frozenset(), frozenset(), False)
        return tables_of([sheet], self._is_known)

    @cached_property
    def table(self) -> grid.Grid | None:
        """The table whose header has the most names we know; None when there is no table."""
        if not self.tables:
            return None
        best = max(self.tables, key=self._names_known)
        return best.grid

    def _names_known(self, table: NamedTable) -> tuple[int, int]:
        return sum(map(self._is_known, table.grid.header)), len(table.grid.rows)

    def _is_known(self, name: str) -> bool:
        return plain(name) in self._columns if self._columns else is_known(name)

    @property
    def elements(self) -> list[object]:
        """The list in JSON or in its envelope, up to the first few; for telling formats apart."""
        value = self.json
        if isinstance(value, dict):
            lists = [entry for entry in value.values() if isinstance(entry, list) and entry]
            value = lists[0] if lists else [value]
        return value[:50] if isinstance(value, list) else []

    def share_with(self, *keys: str) -> float:
        """The share of the first objects that have all of `keys`."""
        result = [item for item in self.elements if isinstance(item, dict)]
        good = sum(1 for item in result if all(key in item for key in keys))
        return good / max(len(result), 1)


class Reader(NamedTuple):
    """A format: its name on the command line, what people call it, and how it is read.

    `sniff` says from 0 to 1 how sure it is that a document is in this format; `read` makes the
    plain frame and says what it did.
    """

    name: str
    label: str
    sniff: Callable[[Document], float]
    read: Callable[[Document, ReadOptions], Read]
