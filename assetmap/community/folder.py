"""A community as it was read from its folder, its clock, and the version of its files."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd

from assetmap import readers
from assetmap.access.travel import Travel
from assetmap.assets import Checked, Context
from assetmap.assets.duplicates import Pair, find_duplicates
from assetmap.catalog import Catalog
from assetmap.community.corrections import Correction
from assetmap.community.ledger_facts import LedgerFacts
from assetmap.community.remote import FOLDER as REMOTE
from assetmap.community.settings import CommunityError, as_date
from assetmap.community.sources import LoadedSources, SourceReport, guessed_kinds
from assetmap.community.streets import landmarks_of, regions_of, town_shapes
from assetmap.community.surveys import survey_book
from assetmap.fields import JsonObject, Problem
from assetmap.ledger.store import FILE as STORE_FILE
from assetmap.places import fold
from assetmap.streets import Locator
from assetmap.survey.questions import Codebook
from assetmap.words import text

_HERE = Path(__file__).resolve()
# In a checkout the demo lies in data/demo; an installed package carries a copy.
DEMO = next(
    (
        path
        for path in (_HERE.parents[2] / "data" / "demo", _HERE.parents[1] / "_demo")
        if path.is_dir()
    ),
    _HERE.parents[2] / "data" / "demo",
)


@dataclass(frozen=True)
class Community:
    """A community as it was read: assets with what was said of them, and all beside them.

    `now` is aware, in the community's zone. `areas` (id, name, population, adults, district,
    geometry; WGS 84) and the base map's `roads` and `water` may be missing. `indicators` is the
    long table area, indicator, value, moe, year, suppressed. `good_since` tells for each file that
    cannot be read now when the copy that is shown was read; `merged_ids` maps the id of a row
    that was merged to the id of the row that holds it.
    """

    path: Path
    now: datetime
    config: JsonObject
    moved: timedelta
    context: Context
    assets: gpd.GeoDataFrame
    problems: list[Problem]
    sources: list[SourceReport]
    corrections: list[Correction]
    areas: gpd.GeoDataFrame | None
    indicators: pd.DataFrame
    indicator_notes: JsonObject
    places: pd.DataFrame
    roads: gpd.GeoDataFrame | None
    water: gpd.GeoDataFrame | None
    connections: list[dict[str, str]]
    releases: pd.DataFrame
    reads: Mapping[str, readers.Read] = field(repr=False, default_factory=dict)
    ledger: LedgerFacts = field(repr=False, default_factory=LedgerFacts)
    loaded: LoadedSources | None = field(repr=False, default=None)
    problems_beside: Sequence[Problem] = field(repr=False, default=())
    travel: Travel | None = field(repr=False, default=None)
    good_since: Mapping[str, datetime] = field(default_factory=dict)
    merged_ids: Mapping[str, str] = field(default_factory=dict)
    checked: Checked | None = field(repr=False, default=None)

    @property
    def name(self) -> str:
        """What the community is called."""
        return str(self.config["name"])

    @property
    def fictional(self) -> bool:
        """Whether it is made up, which every page and print must say."""
        return bool(self.config["fictional"])

    @property
    def codebook(self) -> Path:
        """Where its survey's codebook lies, whether or not there is one."""
        return self.path / str(self.config["release"].get("codebook", "codebook.csv"))

    @cached_property
    def survey_book(self) -> Codebook | None:
        """The wording of its survey's questions and answers; None where nothing says it."""
        return survey_book(self.path, self.codebook)

    @property
    def timezone(self) -> str:
        """The IANA zone of its clocks."""
        return str(self.config["timezone"])

    @property
    def complete(self) -> dict[str, date]:
        """Kinds somebody has gone through for the whole community, and when."""
        result = {kind: as_date(day, self.moved) for kind, day in self.config["complete"].items()}
        return {kind: day for kind, day in result.items() if day is not None}

    @cached_property
    def guessed_kinds(self) -> frozenset[str]:
        """The ids of assets whose kind was guessed from their words."""
        return guessed_kinds(self.reads, self.problems, self.corrections)

    @cached_property
    def catalog(self) -> Catalog:
        """The assets laid out for searching."""
        return Catalog(self.assets, self.now, self.timezone, str(self.config["country"]))

    @cached_property
    def alike(self) -> list[Pair]:
        """Pairs of listings that are not closed and may be the same, worked out once."""
        return find_duplicates(self.assets[self.assets["status"] != "inactive"])

    @cached_property
    def locator(self) -> Locator:
        """What a typed place means here: an address, a town, a landmark, or a choice."""
        towns = self.context.places
        return Locator(
            towns,
            self.context.streets,
            self.areas,
            self.context.extent,
            town_shapes(self.path),
            landmarks_of(self.assets),
            regions_of(self.assets, self.areas, {fold(place.name) for place in towns.places}),
        )


def clock(timezone: str, now: datetime | None = None) -> datetime:
    """`now` in `timezone`; ASSETMAP_NOW makes the clock stand still.

    A time without offset is the community's own. Raises CommunityError for nonsense.
    """
    zone = ZoneInfo(timezone)
    if now is None:
        fixed = os.environ.get("ASSETMAP_NOW")
        if not fixed:
            return datetime.now(UTC).astimezone(zone)
        try:
            now = datetime.fromisoformat(fixed)
        except ValueError:
            raise CommunityError(text("settings.bad_now", value=fixed)) from None
    return now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)


def version_of(folder: Path) -> str:
    """A short text that changes when any file of the folder does (names, sizes, times)."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        # A file may go while it is looked at, and a name need not be UTF-8.
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__")) for part in inside if part != REMOTE)
        # What people said is folded onto what was read already: see `fold_again`.
        hidden = hidden or inside[0].startswith(STORE_FILE)
        with contextlib.suppress(OSError):
            if path.is_file() and not hidden and path.suffix != ".note":
                stat = path.stat()
                digest.update(os.fsencode(path))
                digest.update(f"\x1f{stat.st_size}\x1f{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
