"""The tables that access, rank and site are given: areas, points, capacities, costs, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from assetmap import schedule
from assetmap.access import offered_in
from assetmap.cli.loading import load, note
from assetmap.files.source import Package, open_path
from assetmap.files.table import open_frame
from assetmap.places import latitudes, longitudes, metres
from assetmap.words import Text
from assetmap.words import text as text_of

_ALIASES = {
    "id": ("id", "asset_id", "area_id", "store_id", "site_id", "geoid", "code", "name"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "capacity": ("capacity", "supply", "places", "beds", "beds_total"),
    "population": ("population", "pop", "demand", "people", "total_population", "e_totpop",
                   "pop2020", "pop2010", "pop2000", "pop100"),
}  # fmt: skip


def texts_of(path: Path) -> pd.DataFrame:
    """A CSV file as texts, its columns as they are. Raises ValueError with one sentence."""
    source = open_path(path)
    if isinstance(source, Package):
        raise ValueError(text_of("files.not_table", name=path.name, why=text_of("cli.a_folder")))
    frame, problems = open_frame(source, [alias for names in _ALIASES.values() for alias in names])
    for problem in problems:
        note(problem.message)
    return frame.reset_index(drop=True)


def costs_of(path: Path | None) -> pd.DataFrame | None:
    """A table of costs (origin, dest, cost), whatever the case of its column names."""
    if path is None:
        return None
    frame = texts_of(path)
    frame.columns = [str(name).strip().lower() for name in frame]
    return frame


def catchment_of(text: str | None, by_cost: bool) -> float | None:
    """`10mi` in metres; with a cost table a bare number in its unit. Raises ValueError."""
    if text is None:
        return None
    if not by_cost:
        return metres(text)
    try:
        return float(text)
    except ValueError:
        raise ValueError(text_of("cli.catchment", value=text)) from None


def areas_of(path: Path, population: str | None, by_cost: bool) -> pd.DataFrame:
    """Areas: id, lat, lon, population; with a cost table they need no place."""
    from assetmap.areas import read_areas

    data = path.read_bytes()
    if by_cost and not _is_shape(data):
        frame = texts_of(path)
        if population is not None and population not in frame:
            raise ValueError(_no_column(path.name, population, "population"))
        return _plain(frame, path.name, ("population",), {"population": population})
    notes, problems = read_areas(data, path.name, population)
    for problem in problems:
        note(problem.message)
    return pd.DataFrame(notes[["id", "lat", "lon", "population"]])


def points_of(path: Path, by_cost: bool) -> pd.DataFrame:
    """Candidates: id, lat, lon; of polygons a point inside."""
    from assetmap.areas import read_areas

    data = path.read_bytes()
    if _is_shape(data):
        notes, problems = read_areas(data, path.name)
        for problem in problems:
            note(problem.message)
        return pd.DataFrame(notes[["id", "lat", "lon"]])
    return _plain(texts_of(path), path.name, () if by_cost else ("lat", "lon"), {})


def assets_of(
    paths: Sequence[Path], capacity: str | None, by_cost: bool, window: str | None = None
) -> pd.DataFrame:
    """Assets: id, lat, lon, capacity.

    A plain table of points (id, lat, lon, no kind of asset) is taken as it is; everything else is
    read and checked as assets, of which the active ones count. window: only what is on then.
    """
    if window is None:
        tables = [_table_of_points(path, by_cost) for path in paths]
        if all(table is not None for table in tables):
            named = {"capacity": capacity}
            frames = [
                _plain(table, path.name, () if by_cost else ("lat", "lon"), named)
                for table, path in zip(tables, paths, strict=True)
                if table is not None
            ]
            return pd.concat(frames, ignore_index=True)
    return _checked(paths, capacity, window)


def _checked(paths: Sequence[Path], capacity: str | None, window: str | None) -> pd.DataFrame:
    loaded = load(paths)
    assets = loaded.assets
    name = capacity or "capacity"
    if name not in assets:
        raise ValueError(text_of("cli.no_capacity", field=name))
    counts = (assets["status"] == "active").to_numpy(bool, copy=True)
    if not counts.all():
        note(text_of("cli.not_active", count=int((~counts).sum())))
    if window is not None:
        context = loaded.context
        when = schedule.window(window, context.now)
        counts &= offered_in(loaded.assets, when, context.timezone, context.country)
        note(text_of("cli.on_in", count=int(counts.sum()), window=window))
    result = assets[counts]
    return pd.DataFrame(
        {
            "id": result["id"].to_numpy(object),
            "lat": latitudes(result.geometry),
            "lon": longitudes(result.geometry),
            "capacity": pd.to_numeric(result[name], errors="coerce").to_numpy(
                float, na_value=np.nan
            ),
        }
    )


def _is_shape(data: bytes) -> bool:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:16]
    return start.startswith((b"PK", b"SQLite format 3", b"{", b"["))


def _table_of_points(path: Path, by_cost: bool) -> pd.DataFrame | None:
    """A CSV of points that says nothing of kinds; None when it is a table of assets."""
    if path.is_dir() or path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return None
    frame = texts_of(path)
    names = {_fold(name) for name in frame}
    if "kind" in names or not names & set(_ALIASES["id"]):
        return None
    placed = bool(names & set(_ALIASES["lat"])) and bool(names & set(_ALIASES["lon"]))
    return frame if placed or by_cost else None


def _no_column(file: str, column: str, field: str) -> Text:
    return text_of("cli.no_column_for", file=file, column=column, what=text_of(f"cli.{field}"))


def _fold(name: object) -> str:
    return re.sub(r"[^a-z0-9]+", "_", str(name).strip().lower()).strip("_")


def _plain(
    frame: pd.DataFrame, name: str, must: tuple[str, ...], named: dict[str, str | None]
) -> pd.DataFrame:
    """id and the columns known by their names, as texts. Raises ValueError for missing ones."""
    by_name = {_fold(column): column for column in reversed(list(frame))}
    out = pd.DataFrame(index=frame.index)
    for field, aliases in _ALIASES.items():
        asked = named.get(field)
        if asked is not None and asked not in frame:
            raise ValueError(_no_column(name, asked, field))
        column = asked or next((by_name[alias] for alias in aliases if alias in by_name), None)
        if column is not None:
            out[field] = frame[column].str.strip()
    for field in ("id", *must):
        if field not in out:
            raise ValueError(text_of("cli.no_column", file=name, column=field))
    return out.mask(out == "")
