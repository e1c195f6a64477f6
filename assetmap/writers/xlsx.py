"""A workbook to fill in: our columns with the assets, the allowed values, and what is meant."""

from __future__ import annotations

import io
import re
from typing import Any

import geopandas as gpd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from assetmap import vocabulary
from assetmap.fields import FIELDS
from assetmap.words import say
from assetmap.writers import texts
from assetmap.writers.table import guard
from assetmap.writers.texts import LeftOut, WriteOptions, Writer, Written

CARRIES = frozenset(FIELDS)
LONGEST_CELL = 32_767
"""What Excel holds in one cell."""
_ROWS_TO_FILL = 2_000
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NUMBERS = frozenset(("whole", "number", "coordinate"))
_HEAD = Font(bold=True, color="FFFFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="FF1F4E5F")


def write(assets: gpd.GeoDataFrame, options: WriteOptions) -> Written:
    """Three sheets; the first has a row per asset and drop-down lists for single choices."""
    names = list(texts.fields(options.public_only))
    book = Workbook(write_only=True)
    left_out = _assets_sheet(book, assets, names, options)
    places = _values_sheet(book, names, options.language)
    _fields_sheet(book, names, options.language)
    _lists(book.worksheets[0], names, places, max(len(assets), _ROWS_TO_FILL), options)
    out = io.BytesIO()
    book.save(out)
    return Written(out.getvalue(), left_out)


def _row(sheet: Any, values: list[str], head: bool = False) -> None:
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=None)
        cell.value = _ILLEGAL.sub(" ", value)
        cell.data_type = "s"
        if head:
            cell.font, cell.fill = _HEAD, _HEAD_FILL
        cells.append(cell)
    sheet.append(cells)


def _assets_sheet(
    book: Workbook, assets: gpd.GeoDataFrame, names: list[str], options: WriteOptions
) -> list[LeftOut]:
    sheet = book.create_sheet(say("writers.sheet_assets", options.language))
    sheet.freeze_panes = "C2"
    for position, name in enumerate(names, 1):
        wide = 32 if FIELDS[name]["type"] in ("text", "url", "schedule") else 16
        sheet.column_dimensions[get_column_letter(position)].width = wide
    _row(sheet, names, head=True)
    columns = [texts.column(assets, name, options.public_only) for name in names]
    numbers = [FIELDS[name]["type"] in _NUMBERS for name in names]
    for values in zip(*columns, strict=True):
        cells: list[object] = []
        for value, is_number in zip(values, numbers, strict=True):
            if not value:
                cells.append(None)
            elif is_number:
                cells.append(float(value) if "." in value else int(value))
            else:
                cells.append(_text(value))
        sheet.append(cells)
    return []


def _text(value: str) -> str:
    """Text that no program runs, guarded as in CSV because sheets are saved as CSV."""
    return guard(_ILLEGAL.sub(" ", value))[:LONGEST_CELL]


def _values_sheet(book: Workbook, names: list[str], language: str) -> dict[str, tuple[int, int]]:
    """The allowed values; where in the sheet those of each field stand."""
    sheet = book.create_sheet(say("writers.sheet_values", language))
    for letter, wide in zip("ABC", (26, 34, 60), strict=True):
        sheet.column_dimensions[letter].width = wide
    heads = ("writers.column_field", "writers.column_value", "writers.column_means")
    _row(sheet, [say(head, language) for head in heads], head=True)
    places: dict[str, tuple[int, int]] = {}
    line = 1
    for name in names:
        result = _allowed(name, language)
        for value, label in result:
            _row(sheet, [name, value, label])
        if result:
            places[name] = (line + 1, line + len(result))
            line += len(result)
    return places


def _allowed(name: str, language: str) -> list[tuple[str, str]]:
    row = FIELDS[name]
    if row["type"] == "yesno":
        labels = vocabulary.terms("yes_no").get(name, {})
        return [(word, labels.get(f"{word}_{language}", "")) for word in ("yes", "no")]
    if row["type"] not in ("choice", "set") or not row["vocabulary"]:
        return []
    terms = vocabulary.terms(row["vocabulary"])
    return [(term, vocabulary.label(row["vocabulary"], term, language)) for term in terms]


def _fields_sheet(book: Workbook, names: list[str], language: str) -> None:
    sheet = book.create_sheet(say("writers.sheet_fields", language))
    for letter, wide in zip("ABCDE", (24, 28, 34, 60, 34), strict=True):
        sheet.column_dimensions[letter].width = wide
    heads = ("field", "label", "type", "means", "example")
    _row(sheet, [say(f"writers.column_{head}", language) for head in heads], head=True)
    for name in names:
        row = FIELDS[name]
        kind = say(f"writers.type_{row['type']}", language)
        _row(sheet, [name, row[f"label_{language}"], kind, row["meaning"], row["example"]])


def _lists(
    sheet: Any,
    names: list[str],
    places: dict[str, tuple[int, int]],
    rows: int,
    options: WriteOptions,
) -> None:
    """Drop-down lists for the fields with one value."""
    title = say("writers.sheet_values", options.language)
    for position, name in enumerate(names, 1):
        if name not in places or FIELDS[name]["type"] not in ("choice", "yesno"):
            continue
        first, last = places[name]
        rule = DataValidation(
            type="list", formula1=f"'{title}'!$B${first}:$B${last}", allow_blank=True
        )
        letter = get_column_letter(position)
        rule.add(f"{letter}2:{letter}{rows + 1}")
        sheet.data_validations.append(rule)


_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITER = Writer("xlsx", "workbook", ".xlsx", _MEDIA_TYPE, CARRIES, write)
