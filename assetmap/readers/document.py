"""A source opened once, so that finding its format and reading it look at the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from assetmap.fields import Problem
from assetmap.files import table as grid
from assetmap.files.source import (
    Package,
    Source,
    UnreadableFile,
    check_archive,
    refuse_large,
    unpack,
)
from assetmap.files.text import Text, decode, is_markup
from assetmap.readers import records
from assetmap.readers.header import is_known, plain


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
            raise UnreadableFile(f"{self.name} holds no CSV or JSON file.")

    def _open_archive(self) -> None:
        with check_archive(self.name, self._data) as archive:
            members = archive.namelist()
            if "xl/workbook.xml" in members:
                self._workbook = True
                return
            if "word/document.xml" in members or "content.xml" in members:
                raise UnreadableFile(
                    f"{self.name} is a text document or an OpenDocument file; "
                    "save the table as CSV or XLSX."
                )
            self.files = unpack(self.name, archive).files
        if not self.files:
            raise UnreadableFile(f"{self.name} is an archive without a CSV or JSON file in it.")

    @property
    def is_package(self) -> bool:
        """Whether it is several files."""
        return bool(self.files)

    @cached_property
    def _text(self) -> Text:
        found = decode(self.name, self._data, markup=True)
        self.problems += grid.repairs(found)
        return found

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
        found = records.parse(self.name, self._text.text)
        self.problems += found.problems
        return found

    @property
    def json(self) -> Any:
        """The JSON value in it, None when it is not JSON."""
        return self.parsed.value if self.is_json else None

    @cached_property
    def table(self) -> grid.Grid | None:
        """The table in it, None when it is JSON, XML or a package."""
        if self.is_package or self.is_json or self.is_markup:
            return None
        if self._workbook:
            return grid.from_workbook(self.name, self._data, self._is_known)
        return grid.from_text(self.name, self._text.text, self._is_known)

    def _is_known(self, name: str) -> bool:
        return plain(name) in self._columns if self._columns else is_known(name)

    @property
    def elements(self) -> list[Any]:
        """The list in JSON or in its envelope, up to the first few; for telling formats apart."""
        value = self.json
        if isinstance(value, dict):
            lists = [found for found in value.values() if isinstance(found, list) and found]
            value = lists[0] if lists else [value]
        return value[:50] if isinstance(value, list) else []

    def share_with(self, *keys: str) -> float:
        """The share of the first objects that have all of `keys`."""
        found = [item for item in self.elements if isinstance(item, dict)]
        good = sum(1 for item in found if all(key in item for key in keys))
        return good / max(len(found), 1)
