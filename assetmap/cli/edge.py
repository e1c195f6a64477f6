"""What every command is given and gives: options and paths, and one document on stdout.

Under `--json` nothing of any library's own is on stdout: a solver's greeting or a warning that
somebody prints would make the document no JSON. While a command runs with `--json`, stdout is
therefore stderr, for Python and for compiled libraries alike, and only `emit` writes to the real
one.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TextIO

import geopandas as gpd
import pandas as pd
import typer

from assetmap import readers
from assetmap.assets import Context, check
from assetmap.community import DEMO, Community, SourceReport, open_community
from assetmap.community.folder import clock
from assetmap.community.settings import FILE
from assetmap.fields import Problem
from assetmap.places import Gazetteer, timezone_of
from assetmap.words import text as text_of

Paths = Annotated[list[Path], typer.Argument(help="Files, data packages or a community folder.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
ReaderName = Annotated[str | None, typer.Option(help="Read as this format, do not guess.")]
ProgramName = Annotated[str | None, typer.Option(help="The fellowship of a meeting feed.")]
RecipeFile = Annotated[Path | None, typer.Option(help="Which of their columns is which field.")]
CommunityDir = Annotated[Path | None, typer.Option(help="A community folder.")]
AssetPaths = Annotated[list[Path] | None, typer.Option("--assets", help="Files with assets.")]
At = Annotated[str | None, typer.Option(help="The clock, like 2026-11-20T18:00.")]
Many = Annotated[list[str] | None, typer.Option()]
SEVERAL = "several"


def community_folder(community: Path | None) -> Path:
    """The folder asked for, else ASSETMAP_COMMUNITY, else the demo. Raises ValueError."""
    import os

    folder = Path(community or os.environ.get("ASSETMAP_COMMUNITY") or DEMO)
    if not (folder / FILE).is_file():
        raise ValueError(text_of("cli.no_community", folder=folder, file=FILE))
    return folder


@dataclass(frozen=True)
class Loaded:
    """Checked assets of the paths given; `community` is set when one path was a community.

    `rows` are the plain columns as they were read, with `source` and `row`.
    """

    assets: gpd.GeoDataFrame
    problems: list[Problem]
    sources: list[SourceReport]
    context: Context
    seconds: float
    community: Community | None = None
    rows: pd.DataFrame | None = None

    @property
    def reader(self) -> str:
        """The reader that was used, or `several`."""
        names = {source.reader for source in self.sources if source.reader}
        return names.pop() if len(names) == 1 else SEVERAL if names else ""

    def total(self, name: str) -> int:
        """The sum of a count over all sources."""
        return int(sum(getattr(source, name) for source in self.sources))


def load(
    paths: Sequence[Path],
    reader: str | None = None,
    recipe: Path | None = None,
    at: str | None = None,
    program: str | None = None,
) -> Loaded:
    """The assets of all `paths`; `program` names the fellowship of meeting feeds.

    Raises a ValueError with one sentence.
    """
    started = time.perf_counter()
    if len(paths) == 1 and (paths[0] / FILE).is_file():
        community = open_community(paths[0], moment(at, _zone_of(paths[0])))
        return Loaded(
            community.assets,
            community.problems,
            community.sources,
            community.context,
            time.perf_counter() - started,
            community,
            community.loaded.frame if community.loaded is not None else None,
        )
    frames, problems, sources = [], [], []
    keys: Counter[str] = Counter()
    for path in paths:
        if (path / FILE).is_file():
            raise ValueError(text_of("cli.community_alone", path=path))
        key = path.stem or "assets"
        keys[key] += 1
        if keys[key] > 1:
            key = f"{key}-{keys[key]}"
        read = readers.read(
            readers.open_path(path),
            reader,
            recipe_of(recipe),
            key,
            program=program,
            progress=progress(path.name),
        )
        frame = read.frame
        own = frame["source"].fillna(key) if "source" in frame else key
        frames.append(frame.assign(source=own))
        problems += read.problems
        sources.append(
            SourceReport(
                key,
                path.name,
                str(path),
                read.reader,
                rows_read=read.rows_read,
                expanded=read.expanded,
                sanity=read.sanity,
            )
        )
    frame = pd.concat(frames, ignore_index=True)
    zone = timezone_of(frame)
    context = Context(timezone=zone, now=clock(zone, moment(at, zone)), places=Gazetteer())
    assets, notes = check(frame, context, problems)
    names = [set(frame["source"]) for frame in frames]
    came = assets["source"].value_counts()
    sources = [
        source.with_assets(int(sum(came.get(name, 0) for name in own)))
        for source, own in zip(sources, names, strict=True)
    ]
    return Loaded(assets, notes, sources, context, time.perf_counter() - started, rows=frame)


def recipe_of(path: Path | None) -> readers.Source | None:
    if path is None:
        return None
    source = readers.open_path(path)
    if not isinstance(source, readers.Source):
        raise ValueError(text_of("cli.recipe_file", path=path))
    return source


def _zone_of(folder: Path) -> str:
    from assetmap.community.settings import read_settings

    return str(read_settings(folder)["timezone"])


def moment(at: str | None, zone: str) -> datetime | None:
    """`--at` as an aware time in `zone`; None when it was not given."""
    if at is None:
        return None
    try:
        result = datetime.fromisoformat(at)
    except ValueError:
        raise ValueError(text_of("cli.bad_at", value=at)) from None
    return clock(zone, result)


def progress(name: str) -> readers.Progress | None:
    """A bar on a terminal's stderr; nothing elsewhere, so that output stays clean."""
    if not sys.stderr.isatty():
        return None
    shown = -1

    def tick(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent != shown:
            shown = percent
            full = percent // 4
            end = "\n" if done >= total else ""
            bar = "█" * full + "·" * (25 - full)
            print(f"\r{name} {bar} {percent}%", end=end, file=sys.stderr, flush=True)

    return tick


def note(text: str) -> None:
    """A line for people, beside the output."""
    typer.echo(text, err=True)


def time_text(moment: datetime | None) -> str | None:
    """An aware time with its offset, to the minute."""
    return moment.isoformat(timespec="minutes") if moment else None


_documents: list[TextIO] = []  # the real stdout while it is kept for `emit`


def emit(document: Any) -> None:
    """The one JSON document on stdout."""
    stream = _documents[-1] if _documents else sys.stdout
    stream.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
    stream.flush()


@contextlib.contextmanager
def kept_for_documents(json_wanted: bool) -> Iterator[None]:
    """Keep stdout for `emit` alone while this lasts, when `json_wanted`."""
    if not json_wanted:
        yield
        return
    with _real_stdout() as stream, contextlib.redirect_stdout(sys.stderr):
        _documents.append(stream)
        try:
            yield
        finally:
            _documents.pop()


@contextlib.contextmanager
def _real_stdout() -> Iterator[TextIO]:
    """Where stdout leads now; the process's own descriptor 1 leads to stderr meanwhile."""
    ours = sys.__stdout__
    if ours is None or sys.stdout is not ours:  # a caller has put something else in its place
        yield sys.stdout
        return
    try:
        ours.flush()
        number, kept = ours.fileno(), os.dup(ours.fileno())
        os.dup2(sys.stderr.fileno(), number)
    except (OSError, ValueError):  # no descriptor, as when it was closed
        yield ours
        return
    with open(kept, "w", encoding="utf-8", errors=ours.errors) as stream:  # noqa: PTH123
        try:
            yield stream
        finally:
            stream.flush()
            _flush_compiled()
            os.dup2(kept, number)


def _flush_compiled() -> None:
    """What compiled libraries have printed but not yet written belongs to stderr too."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
