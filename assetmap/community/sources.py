"""The sources of a community's assets: read each, correct it, and say what came of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from assetmap import readers
from assetmap.community import remote
from assetmap.community.demo_dates import move_dates
from assetmap.community.settings import as_date, reader_of
from assetmap.fields import FIELDS, Problem

CORRECTION_COLUMNS = ("id", "field", "value", "by", "date", "why")


@dataclass(frozen=True)
class SourceReport:
    """What one source gave. `error` is a sentence when it could not be read; `stale` tells
    that the last good copy stands in for it. `sanity`: what cannot be true of it as a whole."""

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
    sanity: tuple[str, ...] = ()

    def with_assets(self, assets: int) -> SourceReport:
        """The report once it is known that `assets` rows became assets; the rest is rejected."""
        rejected = self.rows_read + self.expanded - assets
        return replace(self, assets=assets, rejected=max(rejected, 0))


@dataclass(frozen=True)
class Correction:
    """One line of corrections.csv, and whether the asset it speaks of is still there."""

    id: str
    field: str
    value: str
    by: str
    date: str
    why: str
    row: int = 0
    applied: bool = True


@dataclass(frozen=True)
class Loaded:
    """All sources of a community as one plain frame with `source` and `row`.

    `names` tells by key which values of `source` its rows have.
    """

    frame: pd.DataFrame
    problems: list[Problem]
    reports: list[SourceReport]
    reads: Mapping[str, readers.Read]
    names: Mapping[str, set[str]]


def key_of(source: Mapping[str, Any]) -> str:
    """The source's key, else the stem of its file."""
    return str(source.get("key") or Path(str(source["path"])).stem or "assets")


def read_sources(
    folder: Path,
    settings: Mapping[str, Any],
    moved: timedelta,
    last_good: Mapping[str, readers.Read],
) -> Loaded:
    """Read every source of `settings`. One that fails leaves the others working.

    `last_good` holds reads of before by key; they stand in for a source that now fails.
    """
    frames: list[pd.DataFrame] = []
    problems: list[Problem] = []
    reports: list[SourceReport] = []
    reads: dict[str, readers.Read] = {}
    names: dict[str, set[str]] = {}
    for source in settings["assets"]:
        key = key_of(source)
        report = SourceReport(
            key,
            str(source.get("name") or key),
            str(source["path"]),
            str(source.get("reader") or ""),
            str(source.get("licence") or source.get("license") or ""),
            as_date(source.get("date"), moved),
        )
        try:
            read = _read(folder, source, key, settings)
        except readers.UnreadableFile as error:
            report = replace(report, error=str(error))
            problems.append(Problem(None, "file", report.path, "rejected", str(error), key))
            if key not in last_good:
                reports.append(report)
                continue
            read = last_good[key]
            report = replace(report, stale=True)
        reads[key] = read
        frame = move_dates(read.frame, moved)
        if "source" not in frame:
            frame = frame.assign(source=key)
        frames.append(frame.assign(source=frame["source"].fillna(key)))
        names[key] = set(frames[-1]["source"])
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
    return Loaded(whole, problems, reports, reads, names)


def _read(
    folder: Path, source: Mapping[str, Any], key: str, settings: Mapping[str, Any]
) -> readers.Read:
    path, fetched = _file_of(folder, source, key)
    recipe = None
    if source.get("recipe"):
        found = readers.open_path(folder / str(source["recipe"]))
        recipe = found if isinstance(found, readers.Source) else None
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


def _file_of(folder: Path, source: Mapping[str, Any], key: str) -> tuple[Path, datetime | None]:
    """The source's file; for a web address its last good copy and when that was fetched."""
    if not remote.is_address(source["path"]):
        return folder / str(source["path"]), None
    copy = remote.copy_of(folder, key)
    if copy is None:
        raise readers.UnreadableFile(
            f"{source['path']} has not been fetched yet; run `python -m assetmap refresh`."
        )
    return copy.path, copy.fetched_at


def read_corrections(folder: Path) -> tuple[list[Correction], list[Problem]]:
    """corrections.csv of `folder`: fixes that the next import must not undo."""
    path = folder / "corrections.csv"
    if not path.is_file():
        return [], []
    found: list[Correction] = []
    problems: list[Problem] = []
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    for row, line in enumerate(csv.DictReader(io.StringIO(text)), start=1):
        values = {name: (line.get(name) or "").strip() for name in CORRECTION_COLUMNS}
        if values["field"] not in FIELDS or values["field"] in ("id", "source"):
            note = f"Row {row}: `field` is '{values['field']}'; use a name of fields.csv."
            problems.append(Problem(row, "field", values["field"], "rejected", note, "corrections"))
            continue
        told = (values[name] for name in CORRECTION_COLUMNS)
        identity, field, value, by, day, why = told
        found.append(Correction(identity, field, value, by, day, why, row))
    return found, problems


def correct(
    frame: pd.DataFrame, corrections: list[Correction]
) -> tuple[pd.DataFrame, list[Correction], list[Problem]]:
    """The frame with every correction's value; one whose asset is gone is reported."""
    if not corrections:
        return frame, [], []
    ids = _ids(frame)
    position = {identity: at for at, identity in reversed(list(enumerate(ids)))}
    columns = {name: frame[name].astype(object).to_numpy(copy=True) for name in frame}
    done: list[Correction] = []
    problems: list[Problem] = []
    for correction in corrections:
        row = correction.row
        at = position.get(correction.id)
        if at is None:
            note = (
                f"Row {row}: `id` is '{correction.id}'; no source has that asset any more, "
                "so the correction changed nothing. Take it out or give the new id."
            )
            problems.append(Problem(row, "id", correction.id, "kept", note, "corrections"))
            done.append(replace(correction, applied=False))
            continue
        if correction.field not in columns:
            columns[correction.field] = np.full(len(frame), None, dtype=object)
        columns[correction.field][at] = correction.value
        done.append(correction)
    return pd.DataFrame(columns), done, problems


def _ids(frame: pd.DataFrame) -> list[str]:
    """Each row's `source:original id`, as `assets.check` will give it."""
    found = []
    blank = [None] * len(frame)
    own_ids = frame.get("source_id", blank)
    ids = frame.get("id", blank)
    for source, own, identity in zip(frame["source"], own_ids, ids, strict=True):
        text = own if isinstance(own, str) and own else identity
        text = str(text) if isinstance(text, str) else ""
        found.append(text if text.startswith(f"{source}:") else f"{source}:{text}")
    return found


def count_assets(loaded: Loaded, assets: pd.DataFrame) -> list[SourceReport]:
    """The reports with how many assets each source became and how many rows were rejected."""
    came_out = assets["source"].value_counts()
    counted = []
    for report in loaded.reports:
        # A file may name sources of its own (an export of ours does); they are all its rows.
        names = loaded.names.get(report.key, {report.key})
        counted.append(report.with_assets(int(sum(came_out.get(name, 0) for name in names))))
    return counted
