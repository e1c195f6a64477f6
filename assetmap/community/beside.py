"""The files of a community folder beside its sources: areas, places, numbers, travel, shapes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import geopandas as gpd
import pandas as pd
import shapely

from assetmap.access import AccessError
from assetmap.access.travel import MODES, UNITS, Travel, read_travel
from assetmap.areas import AreasError, OnlyIds, read_areas, select
from assetmap.assets.coordinates import degrees
from assetmap.assets.draft import whole_letters
from assetmap.community.corrections import read_lines
from assetmap.community.folder import Community
from assetmap.community.keeper import Keeper, reason_of
from assetmap.community.streets import read_streets
from assetmap.fields import JsonDict, JsonObject, Problem
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.indicators import IndicatorError, match_areas, notes_of, read_indicators, with_people
from assetmap.maps.tiles import ProviderError, provider_of
from assetmap.places import WGS84, to_wgs84
from assetmap.streets import AddressRanges
from assetmap.words import sentence_of, text
from assetmap.words.formats import listed

T = TypeVar("T")
NO_PLACES = pd.DataFrame(columns=["name_", "lat", "lon", "kind"])
NO_INDICATORS = pd.DataFrame(columns=["area", "indicator", "value", "moe", "year", "suppressed"])
# Where shapes of areas may lie that a table of ids chooses from.
_SHAPES = (
    "*tract*.zip",
    "*_bg_*.zip",
    "*tract*.gpkg",
    "areas*.geojson",
    "areas*.gpkg",
    "areas*.zip",
)
COLUMNS = ("origin", "dest", "minutes", "from_id", "to_id", "travel_time")


class BesideFiles(NamedTuple):
    """What the files beside the sources hold; None or empty where there is no such file.

    `areas` as their own file has them, and `areas_with_people` with people that only the
    indicators' file tells.
    """

    areas: gpd.GeoDataFrame | None
    places: pd.DataFrame
    streets: AddressRanges | None
    indicators: pd.DataFrame
    indicator_notes: JsonDict
    areas_with_people: gpd.GeoDataFrame | None
    roads: gpd.GeoDataFrame | None
    water: gpd.GeoDataFrame | None
    travel: Travel | None
    connections: list[dict[str, str]]
    releases: pd.DataFrame


def read_beside(
    folder: Path, config: JsonObject, keeper: Keeper, previous: Community | None
) -> BesideFiles:
    """Every file beside the sources, or its last good copy in `previous`."""

    def kept(name: str, read: Callable[[list[Problem]], T], empty: T, last: T | None) -> T:
        return keeper.read(name, read, empty, last, previous.now if previous else keeper.now)

    areas = kept(
        "areas",
        lambda problems: areas_of(folder, config, problems),
        None,
        previous.areas if previous else None,
    )
    places = kept(
        "places.csv",
        lambda problems: places_of(folder, problems),
        NO_PLACES,
        previous.places.rename(columns={"name": "name_"}) if previous else None,
    )
    streets = kept(
        "streets",
        lambda problems: read_streets(folder, config, problems),
        None,
        previous.context.streets if previous else None,
    )
    indicators, notes, peopled = kept(
        "indicators.csv",
        lambda problems: indicators_of(folder, problems, areas),
        (NO_INDICATORS, {}, areas),
        (previous.indicators, dict(previous.indicator_notes), areas) if previous else None,
    )
    basemap = config["basemap"] if isinstance(config["basemap"], dict) else {}
    try:
        provider_of(basemap)
    except ProviderError as error:
        note = error.args[0]
        keeper.problems.append(Problem(None, "basemap", "", "kept", note, "community.toml"))

    def shapes(name: str) -> gpd.GeoDataFrame | None:
        file = basemap.get(name, f"{name}.geojson")
        return kept(
            str(file),
            lambda problems: shapes_of(folder, file, problems),
            None,
            getattr(previous, name, None),
        )

    return BesideFiles(
        areas,
        places,
        streets,
        indicators,
        notes,
        peopled,
        shapes("roads"),
        shapes("water"),
        kept(
            "travel",
            lambda problems: read_travel_times(folder, config, problems),
            None,
            previous.travel if previous else None,
        ),
        kept(
            "connections.csv",
            lambda problems: connections_of(folder, problems),
            [],
            previous.connections if previous else None,
        ),
        kept(
            "releases",
            lambda problems: releases_of(folder, problems),
            pd.DataFrame(),
            previous.releases if previous else None,
        ),
    )


def connections_of(folder: Path, problems: list[Problem]) -> list[dict[str, str]]:
    """Who works with whom by connections.csv: ids under `from` and `to`."""
    rows, notes = read_lines(folder / "connections.csv", ("from", "to", "how"))
    problems += notes
    # How they work together is for whoever keeps the file: nothing shows it, and it may tell a
    # private street.
    return [{"from": row["from"], "to": row["to"]} for _, row in rows]


def areas_of(folder: Path, config: JsonObject, problems: list[Problem]) -> gpd.GeoDataFrame | None:
    """The areas of their own file, or those that a table of ids chooses; None without a file."""
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


def shapes_of(folder: Path, file: object, problems: list[Problem]) -> gpd.GeoDataFrame | None:
    """A GeoJSON file of the base map in WGS 84; None where there is none."""
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


def places_of(folder: Path, problems: list[Problem]) -> pd.DataFrame:
    """The places of places.csv as name_, lat, lon (degrees), kind."""
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


def indicators_of(
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
        return NO_INDICATORS, notes, areas
    try:
        indicators = read_indicators(path.read_bytes(), path.name)
    except IndicatorError as error:
        problems.append(Problem(None, "file", path.name, "rejected", error.args[0], "indicators"))
        return NO_INDICATORS, notes, areas
    problems += indicators.problems
    if areas is not None:
        indicators, _, unmatched = match_areas(indicators, areas["id"], path.name)
        problems += unmatched
        areas = with_people(areas, indicators)
    return indicators.table, notes_of(indicators, notes), areas


def releases_of(folder: Path, problems: list[Problem]) -> pd.DataFrame:
    """All tables of `releases/`, one below the other."""
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


def read_travel_times(folder: Path, settings: JsonObject, problems: list[Problem]) -> Travel | None:
    """The table named under `[travel] path`; None where there is none to read."""
    table = settings.get("travel")
    if not isinstance(table, Mapping) or not table.get("path"):
        return None
    name = str(table["path"])
    path = folder / name

    def says(note: str, severity: str = "rejected") -> None:
        problems.append(Problem(None, "travel", name, severity, note, "travel"))

    if not path.is_file():
        says(text("travel.not_there", name=name))
        return None
    mode, unit = str(table.get("mode", "")), table.get("unit")
    if mode and mode not in MODES:
        known = listed(MODES, either=True)
        says(text("travel.setting", name="mode", value=mode, known=known), "kept")
    if unit is not None and unit not in UNITS:
        known = listed(tuple(UNITS), either=True)
        says(text("travel.setting", name="unit", value=str(unit), known=known), "kept")
    try:
        frame, repaired = open_frame(Source(path.name, path.read_bytes()), COLUMNS)
        travel, notes = read_travel(
            frame.reset_index(drop=True), path.name, mode, str(unit) if unit else None
        )
    except UnreadableFile as error:
        says(error.args[0])
        return None
    except AccessError as error:
        says(error.args[0])
        return None
    problems += repaired
    for note in notes:
        says(note, "kept")
    return travel


def unmatched_travel(
    travel: Travel | None, areas: pd.Series | None, assets: pd.Series
) -> list[Problem]:
    """What the table does not know of the community, or the community not of the table."""
    if travel is None or areas is None or not len(areas):
        return []
    result = []
    known = int((travel.areas(pd.Index(areas)) >= 0).sum())
    if not known:
        result.append(text("travel.no_area", name=travel.name))
    elif known < len(areas):
        result.append(text("travel.some_areas", name=travel.name, known=known, all=len(areas)))
    places = int((travel.places(pd.Index(assets)) >= 0).sum()) if len(assets) else 0
    if not places:
        result.append(text("travel.no_place", name=travel.name))
    elif places < len(assets):
        result.append(text("travel.some_places", name=travel.name, known=places, all=len(assets)))
    return [Problem(None, "travel", travel.name, "kept", note, "travel") for note in result]
