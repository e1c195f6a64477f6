"""Opening a community folder: everything read once, checked, and put together."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely

from assetmap import readers
from assetmap.areas import AreasError, read_areas
from assetmap.assets import Context, check
from assetmap.assets.duplicates import merge
from assetmap.assets.hiding import MARK, take_out_places
from assetmap.catalog import Catalog
from assetmap.community.guesses import guessed_kinds
from assetmap.community.remote import FOLDER as REMOTE
from assetmap.community.said import Said, fold_onto, merges_of
from assetmap.community.settings import CommunityError, as_date, read_settings, shift
from assetmap.community.sources import (
    Correction,
    Loaded,
    SourceReport,
    correct,
    count_assets,
    read_corrections,
    read_sources,
)
from assetmap.community.streets import landmarks_of, read_streets, regions_of, town_shapes
from assetmap.community.taking_in import taken_rows
from assetmap.fields import Problem
from assetmap.geocoding import Locator
from assetmap.indicators import (
    IndicatorError,
    match_areas,
    notes_of,
    read_indicators,
    with_people,
)
from assetmap.ledger.applied import row_ids
from assetmap.ledger.store import FILE as STORE_FILE
from assetmap.places import WGS84, Gazetteer, Place, extent_of, fold, to_wgs84

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"


@dataclass(frozen=True)
class Community:
    """A community as it was read: assets with what was said of them, and all beside them.

    `now` is aware, in the community's zone. `areas` (id, name, population, adults, district,
    geometry; WGS 84) and the base map's `roads` and `water` may be missing. `indicators` is the
    long table area, indicator, value, moe, year, suppressed.
    """

    path: Path
    now: datetime
    config: Mapping[str, Any]
    moved: timedelta
    context: Context
    assets: gpd.GeoDataFrame
    problems: list[Problem]
    sources: list[SourceReport]
    corrections: list[Correction]
    areas: gpd.GeoDataFrame | None
    indicators: pd.DataFrame
    indicator_notes: Mapping[str, Any]
    places: pd.DataFrame
    roads: gpd.GeoDataFrame | None
    water: gpd.GeoDataFrame | None
    connections: list[dict[str, str]]
    releases: pd.DataFrame
    reads: Mapping[str, readers.Read] = field(repr=False, default_factory=dict)
    said: Said = field(repr=False, default_factory=Said)
    loaded: Loaded | None = field(repr=False, default=None)
    problems_beside: Sequence[Problem] = field(repr=False, default=())

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

    @property
    def timezone(self) -> str:
        """The IANA zone of its clocks."""
        return str(self.config["timezone"])

    @property
    def complete(self) -> dict[str, date]:
        """Kinds somebody has gone through for the whole community, and when."""
        found = {kind: as_date(day, self.moved) for kind, day in self.config["complete"].items()}
        return {kind: day for kind, day in found.items() if day is not None}

    @cached_property
    def guessed_kinds(self) -> frozenset[str]:
        """The ids of assets whose kind was guessed from their words."""
        return guessed_kinds(self.reads, self.problems, self.corrections)

    @cached_property
    def catalog(self) -> Catalog:
        """The assets laid out for searching."""
        return Catalog(self.assets, self.now, self.timezone, str(self.config["country"]))

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
    moved = shift(config, now)
    problems: list[Problem] = []
    areas = _areas(folder, config, problems)
    places = _places(folder, problems)
    gazetteer = _gazetteer(places, config)
    context = Context(
        timezone=config["timezone"],
        country=config["country"],
        extent=extent_of(areas),
        places=gazetteer,
        now=now,
        areas=areas,
        streets=read_streets(folder, config, problems),
    )
    loaded = read_sources(folder, config, moved, previous.reads if previous else {})
    listing = _listing(folder, loaded, context)
    indicators, notes, areas = _indicators(folder, problems, areas)
    basemap = config["basemap"] if isinstance(config["basemap"], dict) else {}
    return Community(
        path=folder,
        now=now,
        config=config,
        moved=moved,
        context=context,
        assets=listing.assets,
        problems=[*problems, *listing.problems],
        sources=listing.reports,
        corrections=listing.corrections,
        areas=areas,
        indicators=indicators,
        indicator_notes=notes,
        places=places.rename(columns={"name_": "name"}),
        roads=_shapes(folder, basemap.get("roads", "roads.geojson"), problems),
        water=_shapes(folder, basemap.get("water", "water.geojson"), problems),
        connections=_rows(folder / "connections.csv"),
        releases=_releases(folder),
        reads=loaded.reads,
        said=listing.said,
        loaded=loaded,
        problems_beside=problems,
    )


def gazetteer_of(folder: Path, config: Mapping[str, Any]) -> Gazetteer:
    """The places that the community in `folder` knows by name, without opening the rest."""
    return _gazetteer(_places(folder, []), config)


def _gazetteer(places: pd.DataFrame, config: Mapping[str, Any]) -> Gazetteer:
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
    listing = _listing(previous.path, previous.loaded, context)
    return replace(
        previous,
        now=now,
        context=context,
        assets=listing.assets,
        problems=[*previous.problems_beside, *listing.problems],
        sources=listing.reports,
        corrections=listing.corrections,
        said=listing.said,
    )


class _Listing(NamedTuple):
    """The assets as they are served, and what was said of them on the way."""

    assets: gpd.GeoDataFrame
    problems: list[Problem]
    reports: list[SourceReport]
    corrections: list[Correction]
    said: Said


def _listing(folder: Path, loaded: Loaded, context: Context) -> _Listing:
    """The rows of the sources, corrected, with what people said of them, checked and merged."""
    corrections, told = read_corrections(folder)
    taken = taken_rows(folder)
    corrections = [line for line in corrections if line.row not in taken]
    frame, corrections, gone = correct(loaded.frame, corrections)
    said = fold_onto(folder, frame, row_ids(frame), context.now, context.country)
    if said.applied is not None:
        frame = said.applied.frame
    assets, found = check(frame, context, [*loaded.problems, *told, *gone])
    reports = count_assets(loaded, assets)
    merges = [(row.get("keep", ""), row.get("other", "")) for row in _rows(folder / "merges.csv")]
    found += _gone_merges(merges, assets) if merges else []
    merges = merges_of(said, merges)
    if merges:
        assets = merge(assets, merges)
    freed = [_freed_of_places(one, assets) for one in corrections]
    return _Listing(assets, found, reports, freed, said)


def _gone_merges(merges: list[tuple[str, str]], assets: gpd.GeoDataFrame) -> list[Problem]:
    """Lines of merges.csv that name an asset which is no longer there."""
    ids = set(assets["id"])
    return [
        Problem(
            row,
            "keep" if kept not in ids else "other",
            kept if kept not in ids else other,
            "kept",
            f"Row {row}: no source has the asset '{kept if kept not in ids else other}' any more, "
            "so nothing was merged. Take the line out or give the new id.",
            "merges",
        )
        for row, (kept, other) in enumerate(merges, start=1)
        if kept not in ids or other not in ids
    ]


def _freed_of_places(correction: Correction, assets: gpd.GeoDataFrame) -> Correction:
    """A correction as it may be shown: of a private place only what `check` let pass."""
    row = assets[assets["id"] == correction.id]
    if not len(row) or row["location_precision"].iat[0] not in ("area", "hidden"):
        return correction
    if correction.field in assets and correction.field not in ("address", "postal_code"):
        checked = row[correction.field].iat[0]
        value = checked if isinstance(checked, str) else take_out_places(correction.value, None)
    else:
        value = MARK
    return replace(correction, value=value, why=take_out_places(correction.why, None))


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
            raise CommunityError(
                f"ASSETMAP_NOW is {fixed!r}; write it like 2026-11-20T18:00."
            ) from None
    return now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)


def version_of(folder: Path) -> str:
    """A short text that changes when any file of the folder does (names, sizes, times)."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__")) for part in inside if part != REMOTE)
        # What people said is folded onto what was read already: see `fold_again`.
        hidden = hidden or inside[0].startswith(STORE_FILE)
        if path.is_file() and not hidden and path.suffix != ".note":
            stat = path.stat()
            digest.update(f"{path}\x1f{stat.st_size}\x1f{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _areas(
    folder: Path, config: Mapping[str, Any], problems: list[Problem]
) -> gpd.GeoDataFrame | None:
    named = config.get("areas")
    file = named.get("path", "areas.geojson") if isinstance(named, dict) else "areas.geojson"
    path = folder / file
    if not path.is_file():
        if named:
            note = f"{file} is named in community.toml but is not there."
            problems.append(Problem(None, "areas", file, "kept", note, "areas"))
        return None
    try:
        areas, found = read_areas(path.read_bytes(), path.name)
    except AreasError as error:
        problems.append(Problem(None, "areas", file, "rejected", str(error), "areas"))
        return None
    problems += found
    return areas


def _shapes(folder: Path, file: object, problems: list[Problem]) -> gpd.GeoDataFrame | None:
    path = folder / str(file)
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        features = found["features"]
        shapes = [
            shapely.geometry.shape(feature["geometry"]) if feature.get("geometry") else None
            for feature in features
        ]
        table = pd.DataFrame([feature.get("properties") or {} for feature in features])
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        note = f"{path.name} is not GeoJSON that can be read ({error}); left off the map."
        problems.append(Problem(None, "file", path.name, "rejected", note, path.stem))
        return None
    geometry = gpd.GeoSeries(shapes, crs=_declared_crs(found) or WGS84)
    return gpd.GeoDataFrame(table, geometry=to_wgs84(geometry), crs=WGS84)


def _declared_crs(found: Mapping[str, Any]) -> str | None:
    crs = found.get("crs")
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    return str(name) if name else None


def _places(folder: Path, problems: list[Problem]) -> pd.DataFrame:
    rows = []
    for number, row in enumerate(_rows(folder / "places.csv"), start=1):
        try:
            lat, lon = float(row["lat"]), float(row["lon"])
        except (KeyError, ValueError):
            name = row.get("name", "")
            note = f"Row {number}: '{name}' has no lat and lon in degrees; left out of the places."
            problems.append(Problem(number, "lat", name, "rejected", note, "places"))
            continue
        rows.append((row.get("name", ""), lat, lon, row.get("kind") or "town"))
    return pd.DataFrame(rows, columns=["name_", "lat", "lon", "kind"])


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    return [
        {str(name): value or "" for name, value in row.items() if name is not None}
        for row in csv.DictReader(io.StringIO(text))
    ]


def _indicators(
    folder: Path, problems: list[Problem], areas: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, dict[str, Any], gpd.GeoDataFrame | None]:
    """indicators.csv matched to the areas, what indicators.toml (or the file's own form) says of
    each, and the areas with the people that only the indicators' file tells."""
    notes: dict[str, Any] = {}
    path = folder / "indicators.toml"
    if path.is_file():
        try:
            notes = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            note = f"indicators.toml is not valid TOML: {error}."
            problems.append(Problem(None, "file", path.name, "rejected", note, "indicators"))
    empty = pd.DataFrame(columns=["area", "indicator", "value", "moe", "year", "suppressed"])
    paths = [folder / f"indicators.{ending}" for ending in ("csv", "zip", "json")]
    path = next((one for one in paths if one.is_file()), path)
    if path.suffix == ".toml":
        return empty, notes, areas
    try:
        found = read_indicators(path.read_bytes(), path.name)
    except IndicatorError as error:
        problems.append(Problem(None, "file", path.name, "rejected", error.args[0], "indicators"))
        return empty, notes, areas
    problems += found.problems
    if areas is not None:
        found, _, told = match_areas(found, areas["id"], path.name)
        problems += told
        areas = with_people(areas, found)
    return found.table, notes_of(found, notes), areas


def _releases(folder: Path) -> pd.DataFrame:
    tables = [
        pd.read_csv(path, dtype=str, keep_default_na=False)
        for path in sorted((folder / "releases").glob("*.csv"))
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
