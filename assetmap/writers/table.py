"""CSV: our columns in the order of FIELDS, or the owner's own columns in theirs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping

import geopandas as gpd

from assetmap.fields import FIELDS
from assetmap.writers import texts
from assetmap.writers.texts import WriteOptions, Writer, Written

CARRIES = frozenset(FIELDS)

# What a spreadsheet runs as a formula. An apostrophe before it is undone on reading.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
# Numbers, phones and what is dialed after them begin with the same signs and run nothing.
_HARMLESS = re.compile(r"[+-]?[\d\s().,/x#-]+", re.IGNORECASE)


def guard(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    if _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell):
        return f"'{cell}"
    return cell


def write(assets: gpd.GeoDataFrame, options: WriteOptions) -> Written:
    """One line per asset; sets joined by `|`, unknown cells empty."""
    if options.columns:
        names = list(options.columns)
        columns = _of_owner(assets, options.columns)
    else:
        names = list(texts.fields(options.public_only))
        columns = [texts.column(assets, name, options.public_only) for name in names]
    for position, cells in enumerate(columns):
        known: dict[str, str] = {}
        columns[position] = [known.setdefault(cell, guard(cell)) if cell else "" for cell in cells]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guard(name) for name in names])
    writer.writerows(zip(*columns, strict=True))
    return Written(out.getvalue().encode("utf-8-sig" if options.bom else "utf-8"), [])


def _of_owner(assets: gpd.GeoDataFrame, columns: Mapping[str, str]) -> list[list[str]]:
    """The owner's columns: what they wrote where it was kept, else our field's text."""
    originals = [texts.kept(texts.text(value)) for value in assets["original"]]
    result: list[list[str]] = []
    for name, field in columns.items():
        ours = texts.column(assets, field) if field in FIELDS else [""] * len(assets)
        result.append(
            [
                _cell(kept[name]) if name in kept else own
                for kept, own in zip(originals, ours, strict=True)
            ]
        )
    return result


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


WRITER = Writer("csv", "CSV table", ".csv", "text/csv", CARRIES, write)
