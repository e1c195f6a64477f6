"""Bytes of an upload to rows of text: delimited text in any encoding, or the sheets of an XLSX.

What cannot be a table at all is refused in one sentence (UnreadableSurvey). A file is never read
by its name: a PDF renamed .csv is seen for what it is, and an archive is weighed before it is
opened.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import NamedTuple

import charset_normalizer

MAX_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_CELLS = 20_000_000
DELIMITERS = ",;\t|"
# cp1252 leaves these five bytes undefined; text that has them is in some other encoding.
UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


class UnreadableSurvey(ValueError):
    """A file that holds no survey we can read; the message says what to do."""


class Table(NamedTuple):
    """Rows of text as they stand in the file; `encoding` says how its bytes were read."""

    name: str
    rows: list[list[str]]
    encoding: str


def tables(name: str, data: bytes) -> list[Table]:
    """All tables of one upload: one for text, one per sheet for XLSX, one per file for a zip.

    Raises UnreadableSurvey for empty, oversized or binary files.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableSurvey(
            f"{name} is {len(data) / 1e6:.0f} MB; a survey export may be at most "
            f"{MAX_BYTES / 1e6:.0f} MB."
        )
    if not data.strip():
        raise UnreadableSurvey(f"{name} is empty. Export the answers again and upload that file.")
    if data.startswith(b"PK\x03\x04"):
        return _unpacked(name, data)
    return [_text_table(name, data)]


def _unpacked(name: str, data: bytes) -> list[Table]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise UnreadableSurvey(
                    f"{name} unpacks to more than {MAX_UNPACKED_BYTES / 1e6:.0f} MB and was not "
                    "opened."
                )
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" in names:
                return _sheets(name, data)
            found = [
                _text_table(entry.filename, archive.read(entry))
                for entry in entries
                if entry.filename.lower().endswith((".csv", ".tsv", ".txt"))
                and not entry.filename.startswith("__MACOSX")
            ]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnreadableSurvey(f"{name} is a damaged or locked archive ({error}).") from error
    if not found:
        raise UnreadableSurvey(f"{name} is an archive without a CSV file in it.")
    return found


def _sheets(name: str, data: bytes) -> list[Table]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = []
        cells = 0
        for sheet in book.worksheets:
            rows = []
            for values in sheet.iter_rows(values_only=True):
                cells += len(values)
                if cells > MAX_CELLS:
                    raise UnreadableSurvey(f"{name} has more than {MAX_CELLS:,} cells.")
                rows.append([_cell_text(value) for value in values])
            found.append(Table(sheet.title, _squared(rows), "xlsx"))
    except UnreadableSurvey:
        raise
    except Exception as error:  # openpyxl raises many kinds for a workbook it cannot read
        raise UnreadableSurvey(f"{name} is not a workbook that can be read.") from error
    return found


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


def _text_table(name: str, data: bytes) -> Table:
    text, encoding = _decoded(name, data)
    if not text.strip():
        raise UnreadableSurvey(f"{name} is empty. Export the answers again and upload that file.")
    delimiter = _delimiter(text)
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableSurvey(f"{name} is not a table of text ({error}).") from error
    return Table(name, _squared(rows), encoding)


def _decoded(name: str, data: bytes) -> tuple[str, str]:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise UnreadableSurvey(
                    f"{name} says it is {encoding} but is not; save it as UTF-8."
                ) from error
    if data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8", b"\x1f\x8b", b"7z")):
        raise UnreadableSurvey(
            f"{name} is not a table (it begins like {_begins(data)}); export it as CSV or XLSX."
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if "\x00" not in text:
            return text, "utf-8"
    if b"\x00" not in data and not UNDEFINED_IN_CP1252.intersection(data):
        return data.decode("cp1252"), "cp1252"
    best = charset_normalizer.from_bytes(data).best()
    if best is None or "\x00" in str(best):
        raise UnreadableSurvey(
            f"{name} is not text in any encoding we know; save it as CSV in UTF-8."
        )
    return str(best), best.encoding


def _begins(data: bytes) -> str:
    marks = {
        b"%PDF": "a PDF",
        b"\xd0\xcf": "an old .xls workbook",
        b"\x89P": "a picture",
        b"\xff\xd8": "a picture",
    }
    return next((word for mark, word in marks.items() if data.startswith(mark)), "an archive")


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first records into the most cells of equal number."""
    sample = text[:200_000]
    best, most = ",", 1
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for _, row in zip(range(3), reader, strict=False) if row]
        except csv.Error:
            continue
        # The header row decides; answers of the first rows may hold any delimiter.
        if widths and widths[0] > most:
            best, most = delimiter, widths[0]
    return best


def _squared(rows: list[list[str]]) -> list[list[str]]:
    """All rows as wide as the widest, without empty rows at the end."""
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
