"""The sources of a community's assets: read each, correct it, and say what came of it.

A source's settings choose of its rows: their kind, some of them, those that lie near.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from assetmap import readers
from assetmap.assets.draft import whole_letters
from assetmap.community import remote
from assetmap.community.demo import move_dates
from assetmap.community.keeper import reason_of
from assetmap.community.settings import as_date, reader_of
from assetmap.fields import JsonObject, Problem, unpack_original
from assetmap.places import Gazetteer, fold
from assetmap.readers import Read
from assetmap.words import text

# The extent is a box around areas; what lies just outside is near too.
MARGIN = 0.1
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class SourceReport:
    """What one source gave. `error` is a sentence when it could not be read; `stale` tells
    that the last good copy stands in for it, read well at `good_since`. `merged` rows went into
    rows of other sources. `sanity`: what cannot be true of it as a whole."""

    key: str
    name: str
    path: str
    reader: str
    licence: str = ""
    date: date | None = None
    rows_read: int = 0
    expanded: int = 0
    assets: int = 0
    rejected: int = 0
    error: str = ""
    stale: bool = False
    good_since: datetime | None = None
    merged: int = 0
    sanity: tuple[str, ...] = ()

    def with_assets(self, assets: int, merged: int = 0) -> SourceReport:
        """The report once it is known that `assets` rows became assets; the rest is rejected."""
        rejected = self.rows_read + self.expanded - assets - merged
        return replace(self, assets=assets, rejected=max(rejected, 0), merged=merged)


@dataclass(frozen=True)
class LoadedSources:
    """All sources of a community as one plain frame with `source` and `row`.

    `names` tells by key which values of `source` its rows have.
    """

    frame: pd.DataFrame
    problems: list[Problem]
    reports: list[SourceReport]
    reads: Mapping[str, readers.Read]
    names: Mapping[str, set[str]]


class LastGood(Protocol):
    """What was served before: its reads and reports by source, and when they were read."""

    @property
    def now(self) -> datetime: ...

    @property
    def reads(self) -> Mapping[str, readers.Read]: ...

    @property
    def sources(self) -> list[SourceReport]: ...


def read_sources(
    folder: Path,
    settings: JsonObject,
    moved: timedelta,
    previous: LastGood | None,
    extent: tuple[float, float, float, float] | None = None,
) -> LoadedSources:
    """Read every source of `settings`. One that fails leaves the others working.

    What `previous` read of it stands in for a source that now fails, whatever fails of it.
    `extent` is the community's, for sources that ask for what lies near.
    """
    frames: list[pd.DataFrame] = []
    problems: list[Problem] = []
    reports: list[SourceReport] = []
    reads: dict[str, readers.Read] = {}
    names: dict[str, set[str]] = {}
    last_good = previous.reads if previous else {}
    for source in settings["assets"]:
        key = remote.key_of(source)
        report = _report(source, key, moved)
        own_moved = moved if source.get("demo") is True else timedelta(0)
        try:
            read = _read(folder, source, key, settings)
            read = choose(read, source, key, extent, str(settings["country"]))
            frame = _frame_of(read, own_moved, key)
        except Exception as error:  # whatever a damaged source makes a library stumble over
            reason = error.args[0] if isinstance(error, readers.UnreadableFile) else None
            message = reason or text("folder.not_read", name=report.path, reason=reason_of(error))
            report = replace(report, error=message)
            problems.append(Problem(None, "file", report.path, "rejected", message, key))
            if previous is None or key not in last_good:
                reports.append(report)
                continue
            read = last_good[key]
            frame = _frame_of(read, own_moved, key)
            report = replace(report, stale=True, good_since=_good_since(previous, key))
        if remote.is_address(source["path"]) and not report.error:
            late = remote.failing(folder, key)
            if late is not None:
                # The last good copy is served, and nobody is to think that it is today's.
                report = replace(report, error=late, stale=True, good_since=_fetched(folder, key))
                problems.append(Problem(None, "file", report.path, "kept", late, key))
        reads[key] = read
        frames.append(frame)
        names[key] = set(frame["source"])
        problems += read.problems
        reports.append(
            replace(
                report,
                reader=read.reader,
                rows_read=read.rows_read,
                expanded=read.expanded,
                sanity=read.sanity,
            )
        )
    whole = (
        pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"row": [], "source": []})
    )
    return LoadedSources(whole, problems, reports, reads, names)


def _report(source: JsonObject, key: str, moved: timedelta) -> SourceReport:
    moved = moved if source.get("demo") is True else timedelta(0)
    return SourceReport(
        key,
        str(source.get("name") or key),
        whole_letters(str(source["path"])[:300]),
        str(source.get("reader") or ""),
        str(source.get("licence") or source.get("license") or ""),
        as_date(source.get("date"), moved),
    )


def _frame_of(read: readers.Read, moved: timedelta, key: str) -> pd.DataFrame:
    """The rows with their dates moved and the name of their source."""
    frame = move_dates(read.frame, moved)
    if "source" not in frame:
        frame = frame.assign(source=key)
    return frame.assign(source=frame["source"].fillna(key))


def _fetched(folder: Path, key: str) -> datetime | None:
    copy = remote.copy_of(folder, key)
    return copy.fetched_at if copy is not None else None


def _good_since(previous: LastGood, key: str) -> datetime:
    known = {report.key: report.good_since for report in previous.sources}
    return known.get(key) or previous.now


def _read(folder: Path, source: JsonObject, key: str, settings: JsonObject) -> readers.Read:
    path, fetched = _file_of(folder, source, key)
    recipe = None
    if source.get("recipe"):
        result = readers.open_path(folder / str(source["recipe"]))
        recipe = result if isinstance(result, readers.Source) else None
    read = readers.read(
        readers.open_path(path),
        reader_of(source),
        recipe,
        key,
        program=source.get("program"),
        country=settings["country"],
    )
    if fetched is None:
        return read
    text = fetched.isoformat(timespec="minutes")
    column: pd.Series | str = text
    if "fetched_at" in read.frame:
        column = read.frame["fetched_at"].fillna(text)
    return read._replace(frame=read.frame.assign(fetched_at=column))


def _file_of(folder: Path, source: JsonObject, key: str) -> tuple[Path, datetime | None]:
    """The source's file; for a web address its last good copy and when that was fetched."""
    if not remote.is_address(source["path"]):
        return folder / str(source["path"]), None
    copy = remote.copy_of(folder, key)
    if copy is None:
        raise readers.UnreadableFile(text("fetch.not_yet", url=source["path"]))
    return copy.path, copy.fetched_at


def count_assets(
    loaded: LoadedSources, assets: pd.DataFrame, merged: Mapping[str, int]
) -> list[SourceReport]:
    """The reports with how many assets each source became and how many rows were rejected.

    `merged` counts by source the rows that went into others.
    """
    came_out = assets["source"].value_counts()
    counted = []
    for report in loaded.reports:
        # A file may name sources of its own (an export of ours does); they are all its rows.
        names = loaded.names.get(report.key, {report.key})
        counted.append(
            report.with_assets(
                int(sum(came_out.get(name, 0) for name in names)),
                sum(merged.get(name, 0) for name in names),
            )
        )
    return counted


class _Correction(Protocol):
    """What is needed of a correction."""

    @property
    def id(self) -> str: ...

    @property
    def field(self) -> str: ...


def guessed_kinds(
    reads: Mapping[str, Read], problems: Iterable[Problem], corrections: Iterable[_Correction]
) -> frozenset[str]:
    """The ids of assets whose kind is a guess that nobody has corrected."""
    rows: dict[str, set[int | None]] = {}
    for problem in problems:
        if (problem.field, problem.severity) == ("kind", "guessed"):
            rows.setdefault(problem.source, set()).add(problem.row)
    result: set[str] = set()
    for key, read in reads.items():
        if key in rows and "id" in read.frame:
            result.update(read.frame["id"][read.frame["row"].isin(rows[key])].dropna())
    return frozenset(
        result - {correction.id for correction in corrections if correction.field == "kind"}
    )


def choose(
    read: Read, source: Mapping[str, object], key: str, extent: Box | None, country: str = "US"
) -> Read:
    """The rows that `kind`, `only` and `near` of a source ask for.

    `only` keeps rows by the values of columns, the source's own or fields of ours; `near =
    "extent"` keeps rows by their point, else by their ZIP code. Rows left aside are counted in a
    problem and are not rows of this source.
    """
    kind = source.get("kind")
    if isinstance(kind, str) and kind:
        guessed = [problem for problem in read.problems if problem.field != "kind"]
        read = read._replace(frame=read.frame.assign(kind=kind), problems=guessed)
    only = source.get("only")
    if isinstance(only, Mapping) and only:
        keep = np.ones(len(read.frame), dtype=bool)
        for column, wanted in only.items():
            values = wanted if isinstance(wanted, list) else [wanted]
            keep &= _holds(read.frame, str(column), {fold(str(value)) for value in values})
        shown = ", ".join(f"{column} = {wanted}" for column, wanted in only.items())
        read = _kept(read, keep, text("sources.only", n=int((~keep).sum()), only=shown), key)
    if source.get("near") == "extent" and extent is not None:
        keep = _near(read.frame, extent, country)
        read = _kept(read, keep, text("sources.near", n=int((~keep).sum())), key)
    return read


def _kept(read: Read, keep: np.ndarray, message: str, key: str) -> Read:
    gone = int((~keep).sum())
    if not gone:
        return read
    frame = read.frame[keep].reset_index(drop=True)
    rows = set(frame["row"])
    problems = [problem for problem in read.problems if problem.row is None or problem.row in rows]
    problems.append(Problem(None, "file", "", "fixed", message, key))
    return read._replace(
        frame=frame, problems=problems, rows_read=max(read.rows_read - gone, len(frame))
    )


def _holds(frame: pd.DataFrame, column: str, wanted: set[str]) -> np.ndarray:
    """Rows whose column, of the source or of ours, holds one of the values (case aside)."""
    if column in frame:
        cells = frame[column]
        result = [isinstance(item, str) and fold(item) in wanted for item in cells]
        if any(result) or "original" not in frame:
            return np.array(result, dtype=bool)
    if "original" not in frame:
        return np.zeros(len(frame), dtype=bool)
    name = fold(column)
    result = []
    for original in frame["original"]:
        kept = unpack_original(original) if isinstance(original, str) else {}
        values = [value for own, value in kept.items() if fold(str(own)) == name]
        result.append(any(fold(str(value)) in wanted for value in values))
    return np.array(result, dtype=bool)


def _near(frame: pd.DataFrame, extent: Box, country: str) -> np.ndarray:
    west, south, east, north = extent
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    lat, lon = (
        pd.to_numeric(frame[name], errors="coerce").to_numpy(float).copy()
        if name in frame
        else np.full(len(frame), np.nan)
        for name in ("latitude", "longitude")
    )
    if country == "US" and "postal_code" in frame:
        gazetteer = Gazetteer()
        for row in np.flatnonzero(np.isnan(lat) | np.isnan(lon)):
            code = frame["postal_code"].iat[row]
            place = gazetteer.find(code[:5]) if isinstance(code, str) else None
            if place is not None:
                lat[row], lon[row] = place.lat, place.lon
    with np.errstate(invalid="ignore"):
        inside = (west - wide <= lon) & (lon <= east + wide)
        inside &= (south - high <= lat) & (lat <= north + high)
    # Online and by phone, or with no place at all: nobody can say that it is elsewhere.
    nowhere = np.isnan(lat) | np.isnan(lon)
    if "city" in frame:
        nowhere &= frame["city"].isna().to_numpy(bool)
    return np.asarray(inside | nowhere)
