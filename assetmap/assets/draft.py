"""Assets in the making: columns of text becoming columns of values, with what has to be said.

Only `assets.check` and the steps it is made of use this.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.assets import cells, coordinates
from assetmap.fields import (
    COLUMNS,
    FIELDS,
    LONGEST_TEXT,
    Problem,
    pack_original,
    sentence,
    unpack_original,
    with_texts,
)
from assetmap.places import Gazetteer
from assetmap.streets import AddressRanges
from assetmap.words import text

# Columns that merging leaves of rows that went into another: streets ("street, town"), and rows
# ("source\x1frow"), joined by ALSO_SEPARATOR. They are for keeping them private, never shown.
ALSO_AT = "\x1falso_at"
ALSO_ROWS = "\x1falso_rows"
ALSO_SEPARATOR = "\x1e"


@dataclass(frozen=True)
class Context:
    """What `check` has to know of a community.

    `extent` is west, south, east, north in degrees; `now` is aware.
    """

    timezone: str = "America/Chicago"
    country: str = "US"
    extent: tuple[float, float, float, float] | None = None
    places: Gazetteer = field(default_factory=Gazetteer)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    areas: gpd.GeoDataFrame | None = None
    streets: AddressRanges | None = None
    source: str = "assets"


LONGEST_ORIGINAL = 200_000
"""Letters of the JSON of a row's further columns."""

_HALF_LETTER = re.compile("[\ud800-\udfff]")


class Draft:
    """Columns of `text` as they came and of `values` as they become; None = unknown.

    `lat` and `lon` are WGS 84 degrees, NaN where there is no point. `kind_unknown` is true where
    the kind is "other" only because nobody knows it; `came_from` is each row's position in the
    frame.
    """

    def __init__(self, frame: pd.DataFrame, context: Context) -> None:
        self.context = context
        self.problems: list[Problem] = []
        size = len(frame)
        rows = frame["row"] if "row" in frame else range(1, size + 1)
        self.row = np.fromiter((int(row) for row in rows), dtype=np.int64, count=size)
        self.came_from = np.arange(size)
        self.text = {str(name): _stripped(frame[name]) for name in frame if name != "row"}
        self.also_at = _split(self.text.pop(ALSO_AT, None), size)
        self.also_rows = _split(self.text.pop(ALSO_ROWS, None), size)
        source = self.column("source")
        source[source == ""] = context.source
        self.text["source"] = source
        self._shorten()
        self.values: dict[str, np.ndarray] = {}
        self.kind_unknown = np.zeros(size, dtype=bool)
        self.lat = np.full(size, np.nan)
        self.lon = np.full(size, np.nan)

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[name]

    def column(self, name: str) -> np.ndarray:
        """The text column `name`; blanks where the source has none."""
        column = self.text.get(name)
        return np.full(len(self), "", dtype=object) if column is None else column

    def unknown(self, name: str) -> np.ndarray:
        """Where the value of `name` is unknown."""
        return np.fromiter((value is None for value in self[name]), bool, count=len(self))

    def where(self, name: str, value: object) -> np.ndarray:
        """Where the value of `name` is `value`; an unknown one is not."""
        return np.fromiter((cell == value for cell in self[name]), bool, count=len(self))

    def say(self, position: int, name: str, value: str, severity: str, note: str) -> None:
        """Report one value of the row at `position`."""
        row = int(self.row[position])
        self.problems.append(
            Problem(
                row,
                name,
                value,
                severity,
                sentence(row, name, value, note),
                str(self.text["source"][position]),
            )
        )

    def _shorten(self) -> None:
        """Cut texts that nobody reads, so that looking through them never takes the machine."""
        for name, column in self.text.items():
            for position in positions(np.fromiter(map(len, column), int, len(self)) > LONGEST_TEXT):
                whole = column[position]
                column[position] = _short_original(whole) if name == "original" else _short(whole)
                if column[position] != whole:
                    self.say(position, name, "", "fixed", text("cells.cut", n=LONGEST_TEXT))

    def keep(self, keep: np.ndarray) -> None:
        """Only the rows where `keep` is true go on."""
        if keep.all():
            return
        self.row, self.lat, self.lon = self.row[keep], self.lat[keep], self.lon[keep]
        self.kind_unknown, self.came_from = self.kind_unknown[keep], self.came_from[keep]
        self.also_at, self.also_rows = self.also_at[keep], self.also_rows[keep]
        self.text = {name: column[keep] for name, column in self.text.items()}
        self.values = {name: column[keep] for name, column in self.values.items()}

    def put_aside(self, position: int, name: str, value: str) -> None:
        """Keep a text that was not understood in `original`, under its field's name."""
        self["original"][position] = pack_original(
            {name: value, **unpack_original(self["original"][position])}
        )

    def read_cells(self) -> None:
        """Every field's values from its texts; each distinct text is read once."""
        self.values["original"] = _or_none(self.column("original"))
        self._pack_unknown_columns()
        for name in COLUMNS:
            if name != "original":
                self.values[name] = self._read_column(name)

    def read_points(self) -> None:
        """`lat` and `lon` from the texts of latitude and longitude, repaired where possible."""
        lats, lons = self.column("latitude"), self.column("longitude")
        # A row that names another country is not moved into the community's.
        countries = self.column("country")
        seen: dict[tuple[str, str, str], coordinates.Repair] = {}
        for position, (lat, lon, named) in enumerate(zip(lats, lons, countries, strict=True)):
            if not lat and not lon:
                continue
            country = _country_code(named) or self.context.country
            repaired = seen.get((lat, lon, country))
            if repaired is None:
                repaired = coordinates.repair(lat, lon, self.context.extent, country)
                seen[(lat, lon, country)] = repaired
            if repaired.lat is not None and repaired.lon is not None:
                self.lat[position], self.lon[position] = repaired.lat, repaired.lon
            if repaired.severity:
                value = f"{lat}, {lon}"
                self.say(position, "latitude, longitude", value, repaired.severity, repaired.note)
                if repaired.severity == "kept":
                    self.put_aside(position, "coordinates", value)

    def _pack_unknown_columns(self) -> None:
        for name in [name for name in self.text if name not in FIELDS]:
            for position in positions(self.text[name] != ""):
                self.put_aside(position, name, self.text[name][position])

    def _read_column(self, name: str) -> np.ndarray:
        values = np.full(len(self), None, dtype=object)
        if name not in self.text or not len(self):
            return values
        codes, distinct = pd.factorize(self.text[name])
        read = cells.reader(name, self.context.country)
        read_once = [cells.Cell(None) if cells.is_blank(raw) else read(raw) for raw in distinct]
        table = np.full(len(read_once), None, dtype=object)
        for code, cell in enumerate(read_once):
            table[code] = cell.value
        values[:] = table[codes]
        doubtful = np.array([bool(cell.severity) for cell in read_once])
        for position in positions(doubtful[codes]):
            cell, raw = read_once[codes[position]], distinct[codes[position]]
            severity, note = cell.severity, cell.note
            if name == "kind":
                # A row without a kind can still help somebody, so it is shown as other help.
                values[position] = "other"
                self.kind_unknown[position] = True
                severity, note = "guessed", text("problem.other_kind", note=note)
            self.say(position, name, raw, severity, note)
            if cell.severity == "kept" or len(str(cell.value)) < len(raw) - 4:
                self.put_aside(position, name, raw)
        return values


def _country_code(text: str) -> str:
    """Two letters of a country's name or code, as far as `coordinates.repair` needs them."""
    word = text.replace(".", "").upper()
    return "US" if word in ("USA", "UNITED STATES", "UNITED STATES OF AMERICA") else word[:2]


@contextmanager
def no_collection() -> Iterator[None]:
    """No garbage collection inside; as it was before, after.

    Reading and checking make millions of small objects and no cycles; looking for some took a
    third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def positions(mask: np.ndarray) -> list[int]:
    """Where `mask` is true, as plain whole numbers."""
    result: list[int] = np.flatnonzero(mask).tolist()
    return result


def _stripped(column: pd.Series) -> np.ndarray:
    stripped = np.full(len(column), "", dtype=object)
    if column.isna().all():
        return stripped
    # As objects first: taking values out of an Arrow column one by one is ten times slower.
    values = column.to_numpy(dtype=object)
    stripped[:] = [value.strip() if isinstance(value, str) else "" for value in values]
    for position, value in enumerate(stripped):
        if not value.isprintable():
            stripped[position] = "" if cells.is_blank(value) else whole_letters(value)
    return stripped


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1].rstrip() + "…"


def _short_original(packed: str) -> str:
    """The JSON of further columns with each text in it cut; "" where it is too long even so."""
    cut = pack_original(with_texts(unpack_original(packed), _short)) or ""
    return cut if len(cut) <= LONGEST_ORIGINAL else ""


def whole_letters(value: str) -> str:
    """`value` with half letters (a cut emoji) as the sign for an unknown letter."""
    return _HALF_LETTER.sub("\ufffd", value)


def _split(column: np.ndarray | None, size: int) -> np.ndarray:
    """The parts of each cell of a column that merging left, () where it left none."""
    parts = np.empty(size, dtype=object)
    parts[:] = [()] * size if column is None else [_parts(cell) for cell in column]
    return parts


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(ALSO_SEPARATOR)) if cell else ()


def _or_none(texts: np.ndarray) -> np.ndarray:
    values = np.empty(len(texts), dtype=object)
    values[:] = [text or None for text in texts]
    return values
