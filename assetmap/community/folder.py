"""Opening a community folder: everything read once, checked, and put together."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely

from assetmap import readers
from assetmap.access.travel import Travel
from assetmap.areas import AreasError, OnlyIds, read_areas, select
from assetmap.assets import Checked, Context, check_again
from assetmap.assets.coordinates import degrees
from assetmap.assets.draft import whole_letters
from assetmap.assets.duplicates import Pair, find_duplicates
from assetmap.assets.entries import fold_entries, ids_of
from assetmap.assets.merging import merge_rows
from assetmap.catalog import Catalog
from assetmap.community.corrections import FILE as CORRECTIONS
from assetmap.community.corrections import (
    Correction,
    CorrectionLine,
    as_shown,
    of_ledger,
    problems_of,
    read_corrections,
    read_lines,
)
from assetmap.community.demo import leftovers
from assetmap.community.keeper import Keeper, reason_of
from assetmap.community.remote import FOLDER as REMOTE
from assetmap.community.said import LedgerFacts, fold_onto, ledger_problems, merges_of
from assetmap.community.settings import (
    CommunityError,
    as_date,
    read_settings,
    settings_problems,
    shift,
)
from assetmap.community.sources import (
    LoadedSources,
    SourceReport,
    count_assets,
    guessed_kinds,
    read_sources,
)
from assetmap.community.streets import landmarks_of, read_streets, regions_of, town_shapes
from assetmap.community.survey_book import survey_book
from assetmap.community.taking_in import taken_rows
from assetmap.community.travel import read_travel_times, unmatched_travel
from assetmap.fields import JsonDict, JsonObject, Problem
from assetmap.files.source import Source
from assetmap.files.table import open_frame
from assetmap.geocoding import Locator
from assetmap.indicators import (
    IndicatorError,
    match_areas,
    notes_of,
    read_indicators,
    with_people,
)
from assetmap.ledger.store import FILE as STORE_FILE
from assetmap.maps.provider import ProviderError, provider_of
from assetmap.places import WGS84, Gazetteer, Place, extent_of, fold, to_wgs84
from assetmap.survey.questions import Codebook
from assetmap.words import sentence_of, text

T = TypeVar("T")
_NO_PLACES = pd.DataFrame(columns=["name_", "lat", "lon", "kind"])
_NO_INDICATORS = pd.DataFrame(columns=["area", "indicator", "value", "moe", "year", "suppressed"])
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
    said: LedgerFacts = field(repr=False, default_factory=LedgerFacts)
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


def open_community(
    path: Path | str | None = None,
    now: datetime | None = None,
    previous: Community | None = None,
) -> Community:
    """The community in the folder `path` (default: ASSETMAP_COMMUNITY, else the demo).

    `now` fixes the clock (default: ASSETMAP_NOW, else this moment). A source that fails is
    replaced by its last good copy in `previous`. Raises CommunityError with one sentence.
    """
    folder = Path(path or os.environ.get("ASSETMAP_COMMUNITY") or DEMO)
    config = read_settings(folder)
    now = clock(config["timezone"], now)
    shifted = shift(config, now)
    # Dates of the community itself are the demo's only where nothing else has come in.
    demo = bool(config["assets"]) and all(item.get("demo") is True for item in config["assets"])
    moved = shifted if demo else timedelta(0)
    problems: list[Problem] = settings_problems(config)
    keeper = Keeper(problems, now, previous.good_since if previous else None)

    def beside(name: str, read: Callable[[list[Problem]], T], empty: T, last: T | None) -> T:
        return keeper.read(name, read, empty, last, previous.now if previous else now)

    areas = beside(
        "areas",
        lambda match: _areas(folder, config, match),
        None,
        previous.areas if previous else None,
    )
    places = beside(
        "places.csv",
        lambda match: _places(folder, match),
        _NO_PLACES,
        previous.places.rename(columns={"name": "name_"}) if previous else None,
    )
    gazetteer = _gazetteer(places, config)
    context = Context(
        timezone=config["timezone"],
        country=config["country"],
        extent=extent_of(areas),
        places=gazetteer,
        now=now,
        areas=areas,
        streets=beside(
            "streets",
            lambda match: read_streets(folder, config, match),
            None,
            previous.context.streets if previous else None,
        ),
    )
    loaded = read_sources(folder, config, shifted, previous, context.extent)
    indicators, notes, areas = beside(
        "indicators.csv",
        lambda match: _indicators(folder, match, areas),
        (_NO_INDICATORS, {}, areas),
        (previous.indicators, dict(previous.indicator_notes), areas) if previous else None,
    )
    basemap = config["basemap"] if isinstance(config["basemap"], dict) else {}
    try:
        provider_of(basemap)
    except ProviderError as error:
        problems.append(Problem(None, "basemap", "", "kept", error.args[0], "community.toml"))
    shapes = {
        name: beside(
            str(basemap.get(name, f"{name}.geojson")),
            lambda match, name=name: _shapes(  # type: ignore[misc]
                folder, basemap.get(name, f"{name}.geojson"), match
            ),
            None,
            getattr(previous, name, None),
        )
        for name in ("roads", "water")
    }
    travel = beside(
        "travel",
        lambda match: read_travel_times(folder, config, match),
        None,
        previous.travel if previous else None,
    )
    connections = beside(
        "connections.csv",
        lambda match: _connections(folder, match),
        [],
        previous.connections if previous else None,
    )
    releases = beside(
        "releases",
        lambda match: _releases(folder, match),
        pd.DataFrame(),
        previous.releases if previous else None,
    )
    had_ledger = previous is not None and previous.said.open
    listing = _listing(folder, loaded, context, problems, had_ledger)
    listing.problems.extend(_unmatched(config, travel, areas, listing.assets))
    return Community(
        path=folder,
        now=now,
        config=config,
        moved=moved,
        context=context,
        assets=listing.assets,
        problems=listing.problems,
        sources=listing.reports,
        corrections=listing.corrections,
        areas=areas,
        indicators=indicators,
        indicator_notes=notes,
        places=places.rename(columns={"name_": "name"}),
        roads=shapes["roads"],
        water=shapes["water"],
        connections=connections,
        releases=releases,
        reads=loaded.reads,
        said=listing.said,
        loaded=loaded,
        problems_beside=problems,
        travel=travel,
        good_since=keeper.good_since,
        merged_ids=listing.merged_ids,
        checked=listing.checked,
    )


def gazetteer_of(folder: Path, config: JsonObject) -> Gazetteer:
    """The places that the community in `folder` knows by name, without opening the rest."""
    return _gazetteer(_places(folder, []), config)


def _gazetteer(places: pd.DataFrame, config: JsonObject) -> Gazetteer:
    return Gazetteer(
        [Place(row.name_, row.lat, row.lon, row.kind) for row in places.itertuples()],
        config["country"],
        config["region"],
    )


def fold_again(previous: Community) -> Community:
    """`previous` with what people said since: its files are not read again.

    Raises CommunityError where the ledger cannot be read.
    """
    if previous.loaded is None:
        return open_community(previous.path, previous=previous)
    now = clock(previous.timezone)
    context = replace(previous.context, now=now)
    listing = _listing(
        *(previous.path, previous.loaded, context, previous.problems_beside),
        previous.said.open,
        previous.checked,
    )
    listing.problems.extend(
        _unmatched(previous.config, previous.travel, previous.areas, listing.assets)
    )
    return replace(
        previous,
        now=now,
        context=context,
        assets=listing.assets,
        problems=listing.problems,
        sources=listing.reports,
        corrections=listing.corrections,
        said=listing.said,
        merged_ids=listing.merged_ids,
        checked=listing.checked,
    )


def _unmatched(
    config: JsonObject,
    travel: Travel | None,
    areas: gpd.GeoDataFrame | None,
    assets: gpd.GeoDataFrame,
) -> list[Problem]:
    """What the settings and travel times name and neither the areas nor the assets have."""
    area_ids = None if areas is None else areas["id"]
    placed = assets[~assets.geometry.isna()]
    return [
        *unmatched_travel(travel, area_ids, placed["id"]),
        *leftovers(config, areas, assets),
    ]


class _Listing(NamedTuple):
    """The assets as they are served, and what was said of them on the way."""

    assets: gpd.GeoDataFrame
    problems: list[Problem]
    reports: list[SourceReport]
    corrections: list[Correction]
    said: LedgerFacts
    merged_ids: Mapping[str, str]
    checked: Checked


def _listing(
    folder: Path,
    loaded: LoadedSources,
    context: Context,
    beside: Sequence[Problem],
    had_ledger: bool,
    before: Checked | None = None,
) -> _Listing:
    """The rows of the sources, corrected, with what people said of them, merged, then checked.

    The gate is last: nothing that it has not seen is shown, nor said of the files `beside`.
    """
    listing_problems: list[Problem] = []
    keeper = Keeper(listing_problems, context.now, None)
    no_lines: list[CorrectionLine] = []
    lines = keeper.read(
        CORRECTIONS, lambda match: _corrections(folder, context, match), no_lines, None, context.now
    )
    entries = [entry for line in lines for entry in line.entries]
    frame, missing = fold_entries(loaded.frame, entries)
    facts = fold_onto(folder, frame, ids_of(frame), context.now, context.country, had_ledger)
    listing_problems += ledger_problems(folder, facts)
    if facts.applied is not None:
        frame = facts.applied.frame
    no_merges: dict[tuple[str, str], int] = {}
    merges = keeper.read(
        "merges.csv", lambda match: _merges(folder, match), no_merges, None, context.now
    )
    pairs = merges_of(facts, list(merges))
    merged = merge_rows(frame, [(merges.get(pair, 0), *pair) for pair in pairs])
    listing_problems += [problem for problem in merged.problems if problem.row]
    listing_problems += problems_of(lines, missing)
    given = [*beside, *loaded.problems, *listing_problems]
    checked = check_again(merged.frame, context, given, before)
    assets = checked.assets
    reports = count_assets(loaded, assets, merged.sources)
    shown, problems = as_shown(lines, missing, assets, checked.problems)
    shown += of_ledger(facts, assets, context.timezone)
    return _Listing(assets, problems, reports, shown, facts, merged.into, checked)


def _corrections(folder: Path, context: Context, problems: list[Problem]) -> list[CorrectionLine]:
    lines, notes = read_corrections(folder, context)
    problems += notes
    taken = taken_rows(folder)
    return [line for line in lines if line.row not in taken]


def _merges(folder: Path, problems: list[Problem]) -> dict[tuple[str, str], int]:
    """Pairs (kept, other) of merges.csv → the line they stand in."""
    rows, notes = read_lines(folder / "merges.csv", ("keep", "other"))
    problems += notes
    return {(row["keep"], row["other"]): number for number, row in rows}


def _connections(folder: Path, problems: list[Problem]) -> list[dict[str, str]]:
    rows, notes = read_lines(folder / "connections.csv", ("from", "to", "how"))
    problems += notes
    # How they work together is for whoever keeps the file: nothing shows it, and it may tell a
    # private street.
    return [{"from": row["from"], "to": row["to"]} for _, row in rows]


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


def _areas(folder: Path, config: JsonObject, problems: list[Problem]) -> gpd.GeoDataFrame | None:
    named = config.get("areas")
    file = named.get("path", "areas.geojson") if isinstance(named, dict) else "areas.geojson"
    path = folder / file
    if not path.is_file():
        if named:
            note = text("folder.not_there", name=file)
            problems.append(Problem(None, "areas", file, "kept", note, "areas"))
        return None
    try:
        areas, notes = read_areas(path.read_bytes(), path.name)
    except OnlyIds as ids:
        return _areas_by_id(folder, named, ids, path.name, problems)
    except AreasError as error:
        problems.append(Problem(None, "areas", file, "rejected", sentence_of(error), "areas"))
        return None
    problems += notes
    return areas


def _areas_by_id(
    folder: Path, named: object, ids: OnlyIds, file: str, problems: list[Problem]
) -> gpd.GeoDataFrame | None:
    """The areas that a table of ids names, out of `[areas] shapes` or a file of shapes beside."""
    shapes = named.get("shapes") if isinstance(named, dict) else None
    if shapes is not None and not (folder / str(shapes)).is_file():
        note = text("areas.no_shapes", file=str(shapes))
        problems.append(Problem(None, "areas", file, "rejected", note, "areas"))
        return None
    beside = [path for ending in _SHAPES for path in sorted(folder.glob(ending))]
    fault: AreasError = ids
    for path in [folder / str(shapes)] if shapes is not None else beside:
        try:
            areas, notes = read_areas(path.read_bytes(), path.name)
            selected = select(areas, ids.rows, file)
        except AreasError as error:
            if shapes is not None:
                fault = error
            continue
        problems += [*notes, *selected.problems]
        return selected.areas
    problems.append(Problem(None, "areas", file, "rejected", fault.args[0], "areas"))
    return None


# Where shapes of areas may lie that a table of ids chooses from.
_SHAPES = (
    "*tract*.zip",
    "*_bg_*.zip",
    "*tract*.gpkg",
    "areas*.geojson",
    "areas*.gpkg",
    "areas*.zip",
)


def _shapes(folder: Path, file: object, problems: list[Problem]) -> gpd.GeoDataFrame | None:
    path = folder / str(file)
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        features = document["features"]
        shapes = [
            shapely.geometry.shape(feature["geometry"]) if feature.get("geometry") else None
            for feature in features
        ]
        table = pd.DataFrame([feature.get("properties") or {} for feature in features])
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        note = text("folder.no_geojson", name=path.name, reason=reason_of(error))
        problems.append(Problem(None, "file", path.name, "rejected", note, path.stem))
        return None
    geometry = gpd.GeoSeries(shapes, crs=_declared_crs(document) or WGS84)
    return gpd.GeoDataFrame(table, geometry=to_wgs84(geometry), crs=WGS84)


def _declared_crs(result: JsonObject) -> str | None:
    crs = result.get("crs")
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    return str(name) if name else None


def _places(folder: Path, problems: list[Problem]) -> pd.DataFrame:
    rows = []
    lines, notes = read_lines(folder / "places.csv", ("name", "lat", "lon", "kind"))
    problems += notes
    for number, row in lines:
        lat, lon = degrees(row["lat"]), degrees(row["lon"])
        if lat is None or lon is None or abs(lat[0]) > 90 or abs(lon[0]) > 180:
            note = text("folder.place_without_point", row=number, name=row["name"])
            problems.append(Problem(number, "lat", row["name"], "rejected", note, "places"))
            continue
        rows.append((row["name"], lat[0], lon[0], row["kind"] or "town"))
    return pd.DataFrame(rows, columns=["name_", "lat", "lon", "kind"])


def _indicators(
    folder: Path, problems: list[Problem], areas: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, JsonDict, gpd.GeoDataFrame | None]:
    """indicators.csv matched to the areas, what indicators.toml (or the file's own form) says of
    each, and the areas with the people that only the indicators' file tells."""
    notes: JsonDict = {}
    path = folder / "indicators.toml"
    if path.is_file():
        try:
            notes = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            note = text("folder.no_toml", name=path.name, reason=reason_of(error))
            problems.append(Problem(None, "file", path.name, "rejected", note, "indicators"))
    paths = [folder / f"indicators.{ending}" for ending in ("csv", "zip", "json")]
    path = next((item for item in paths if item.is_file()), path)
    if path.suffix == ".toml":
        return _NO_INDICATORS, notes, areas
    try:
        indicators = read_indicators(path.read_bytes(), path.name)
    except IndicatorError as error:
        problems.append(Problem(None, "file", path.name, "rejected", error.args[0], "indicators"))
        return _NO_INDICATORS, notes, areas
    problems += indicators.problems
    if areas is not None:
        indicators, _, unmatched = match_areas(indicators, areas["id"], path.name)
        problems += unmatched
        areas = with_people(areas, indicators)
    return indicators.table, notes_of(indicators, notes), areas


def _releases(folder: Path, problems: list[Problem]) -> pd.DataFrame:
    tables = []
    for path in sorted((folder / "releases").glob("*.csv")):
        name = f"releases/{whole_letters(path.name)}"
        try:
            table, repaired = open_frame(Source(name, path.read_bytes()))
        except Exception as error:  # whatever a damaged table makes pandas stumble over
            message = text("folder.not_read", name=name, reason=reason_of(error))
            problems.append(Problem(None, "file", name, "rejected", message, "releases"))
            continue
        problems += [problem._replace(source="releases") for problem in repaired]
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
