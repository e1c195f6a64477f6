"""A source opened once, so that finding its format and reading it look at the same thing.

A `Reader` does both: each module of `readers` that is a format ends with one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from assetmap.fields import Problem
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
from assetmap.readers import records
from assetmap.readers.header import is_known, plain
from assetmap.readers.sheets import NamedTable, table_of_text, tables_of
from assetmap.readers.source import Read, ReadOptions
from assetmap.words import text


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
    def parsed(self) -> records.Parsed:
        """The JSON value in it and how many elements were lost; its problems are gathered."""
        result = records.parse(self.name, self._text.text)
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
