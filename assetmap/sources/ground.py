"""The parts of a folder that come from public sources, and how its files are written."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping

from assetmap.fields import JsonDict
from assetmap.files.atomic import write_atomic
from assetmap.indicators import Indicators
from assetmap.sources import lists, shapes
from assetmap.sources.catalogue import NotFetched, catalogue
from assetmap.sources.counties import County, Wanted, Zip, name_key, states, zips_of
from assetmap.sources.download import Downloads, Fetched
from assetmap.sources.lists import read_list
from assetmap.sources.people import (
    by_new_codes,
    many_in_group_quarters,
    people_of,
    place_of,
    to_start_with,
)
from assetmap.sources.report import ListAdded, NewReport
from assetmap.words import text

# More counties than this get their main roads only, and no address ranges.
MOST_COUNTIES = 12
# A town is covered whole when this much of it lies in the counties; borders differ a little.
WHOLE_PLACE = 0.97
# The share of a county's roads, or address ranges, that lies in its areas at least. (Of water a
# single lake far out may be all there is.)
_LEAST_INSIDE = {"roads": 0.5, "addresses": 0.5}
_READ_AS = {"bmlt": ("na_meetings", "bmlt"), "findtreatment": ("treatment", "findtreatment")}


class PublicParts:
    """The parts of a folder that come from public sources, in the order they need each other."""

    def __init__(
        self, folder: Path, wanted: Wanted, downloads: Downloads, report: NewReport
    ) -> None:
        self.folder = folder
        self.wanted = wanted
        self.downloads = downloads
        self.report = report
        self.frame: gpd.GeoDataFrame | None = None
        self.whole: gpd.GeoDataFrame | None = None
        self.outline: shapely.Geometry | None = None
        self.counties = wanted.counties
        self.zips: list[Zip] = [item for county in self.counties for item in zips_of(county)]
        self.address_files: list[str] = []
        self._place_frames = self._shapes_by_state("places")

    def areas(self) -> None:
        """areas.geojson with people, outline.geojson, indicators.csv and indicators.toml."""
        parts: list[gpd.GeoDataFrame] = []
        for counties in _by_state(self.counties):
            got = self._fetch("tracts", counties[0])
            if got is None:
                continue
            try:
                parts.append(shapes.tracts(got.path, counties))
            except (NotFetched, KeyError) as error:
                fault = error if isinstance(error, NotFetched) else _not_as_known(got, error)
                self.report.lacks("tracts", fault)
        read = people_of(self.counties, self.downloads, self.report)
        if parts and any(len(part) for part in parts):
            frame = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
            self.whole = frame
            frame = self._part_of(frame)
            self.frame, self.outline = frame, shapes.outline_of(frame)
            # A town's ZIP codes may name counties of which no area is left after the cut.
            left = set(frame["county"])
            self.counties = tuple(county for county in self.counties if county.fips in left)
            self.report.areas = len(frame)
            self._people(frame, read)
            write_shapes(
                self.folder / "outline.geojson",
                gpd.GeoDataFrame(
                    {"name": [self.wanted.title()]}, geometry=[self.outline], crs=frame.crs
                ),
                6,
            )
        elif parts:
            fault = NotFetched(text("sources.no_tracts", county=self.counties[0].label))
            self.report.lacks("tracts", fault)

    def _people(self, frame: gpd.GeoDataFrame, read: Indicators) -> None:
        read = by_new_codes(read, frame["id"].tolist())
        index = pd.Index(frame["id"])
        for name, series in (("population", read.population), ("adults", read.adults)):
            frame[name] = np.nan if series is None else series.reindex(index).to_numpy(float)
        if frame["population"].notna().any():
            self.report.people = int(frame["population"].sum())
        table = to_start_with(read)
        table = table[table["area"].isin(set(index))]
        self.report.indicators = int(table["indicator"].nunique())
        inside = read._replace(table=read.table[read.table["area"].isin(set(index))])
        crowded = many_in_group_quarters(inside)
        if crowded:
            self.report.notes.append(text("new.group_quarters", n=crowded))
        if len(table):
            out = table.drop(columns="suppressed")
            body = out.to_csv(index=False, lineterminator="\n")
            write_atomic(self.folder / "indicators.csv", body.encode())
            indicators = list(dict.fromkeys(table["indicator"]))
            notes = {name: read.notes[name] for name in indicators if name in read.notes}
            write_atomic(self.folder / "indicators.toml", toml_tables(notes).encode())

    def _part_of(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Of the counties' tracts those in the town or ZIP codes asked for."""
        if self.wanted.place:
            town = self._border_of(self.wanted.place)
            if town is not None:
                tracts = frame.geometry.to_numpy()
                share = shapely.area(shapely.intersection(tracts, town)) / np.maximum(
                    shapely.area(tracts), 1e-15
                )
                inside = shapely.contains(town, shapely.point_on_surface(tracts))
                kept = frame[(share >= 0.1) | inside]
                if len(kept):
                    covered = shapely.intersection(town, shapely.union_all(tracts)).area / town.area
                    if covered < WHOLE_PLACE:
                        self.report.notes.append(
                            text("new.part_of_place", place=self.wanted.place,
                                 share=round(100 * covered))
                        )  # fmt: skip
                    return kept.reset_index(drop=True)
            self.report.notes.append(text("new.whole_county", place=self.wanted.place))
        if self.wanted.zips and self.zips:
            points = shapely.point_on_surface(frame.geometry.to_numpy())
            lat, lon = (
                np.array([item.lat for item in self.zips]),
                np.array([item.lon for item in self.zips]),
            )
            stretch = np.cos(np.radians(lat.mean()))
            north = shapely.get_y(points)[:, None] - lat
            east = (shapely.get_x(points)[:, None] - lon) * stretch
            nearest = np.argmin(north**2 + east**2, axis=1)
            codes = np.array([item.code for item in self.zips], dtype=object)[nearest]
            kept = frame[np.isin(codes, list(self.wanted.zips))]
            if not len(kept):
                shown = ", ".join(self.wanted.zips[:5])
                self.report.notes.append(text("new.no_zip_area", zips=shown))
            else:
                self.report.notes.append(text("new.by_zip", n=len(kept)))
                return kept.reset_index(drop=True)
        return frame

    def _border_of(self, place: str) -> shapely.Geometry | None:
        """The border of a town, "Lumberton, NC", where a file of places has it."""
        name, _, state = place.rpartition(",")
        wanted, code = name_key(name), states()[state.strip()]["fips"]
        for places in self._place_frames:
            same = places["NAME"].map(name_key) == wanted
            if "STATEFP" in places:
                same &= places["STATEFP"] == code
            hits = places[same]
            if len(hits):
                return shapely.union_all(shapely.make_valid(hits.geometry.to_numpy()))
        return None

    def towns(self) -> None:
        """places.csv: towns with a point in the community; districts of the areas."""
        places: gpd.GeoDataFrame | None = None
        parts: gpd.GeoDataFrame | None = None
        rows: list[tuple[str, float, float, str]] = []
        if self.outline is not None:
            places = _cut(self._place_frames, self.outline)
            parts = _cut(self._shapes_by_state("cousubs"), self.outline, "township")
        if places is not None and len(places):
            rows += [
                (str(name), float(lat), float(lon), str(kind))
                for name, lat, lon, kind in zip(
                    places["name"], places["lat"], places["lon"], places["kind"], strict=True
                )
            ]
        else:
            rows += self._post_towns()
        self.report.towns = len(rows)
        known = {name.casefold() for name, *_ in rows}
        if parts is not None:
            for name, lat, lon in zip(parts["name"], parts["lat"], parts["lon"], strict=True):
                numbered = re.fullmatch(r"(?:district |township )?\d+.*", str(name).casefold())
                if str(name).casefold() not in known and not numbered:
                    rows.append((str(name), float(lat), float(lon), "township"))
        if rows:
            write_rows(self.folder / "places.csv", [("name", "lat", "lon", "kind"), *rows])
        if self.frame is not None:
            result = shapes.districts(self.frame, places, parts)
            by_fips = {county.fips: county.name for county in self.counties}
            several = len(self.counties) > 1
            self.frame["district"] = [
                district or (by_fips.get(fips, "") if several else "")
                for district, fips in zip(result, self.frame["county"], strict=True)
            ]
            if places is not None and len(places):
                write_shapes(self.folder / "towns.geojson", places[["name", "geometry"]], 5)
            columns = ["id", "name", "population", "adults", "district", "geometry"]
            write_shapes(self.folder / "areas.geojson", self.frame[columns], 6)

    def _post_towns(self) -> list[tuple[str, float, float, str]]:
        """Towns by their post offices, where no file of places could be had."""
        points: dict[str, list[tuple[float, float]]] = {}
        outline = self.outline
        for item in self.zips:
            if outline is not None and not outline.contains(shapely.Point(item.lon, item.lat)):
                continue
            if not self.wanted.zips or item.code in self.wanted.zips:
                points.setdefault(item.city, []).append((item.lat, item.lon))
        return [
            (city, *(round(float(part), 5) for part in np.mean(result, axis=0)), "town")  # type: ignore[misc]
            for city, result in sorted(points.items())
        ]

    def streets(self) -> None:
        """roads.geojson, water.geojson, and the address ranges as they come."""
        cut = self.outline if self.wanted.place or self.wanted.zips else None
        many = len(self.counties) > MOST_COUNTIES
        road_parts: list[gpd.GeoDataFrame] = []
        water_parts: list[gpd.GeoDataFrame] = []
        if many:
            self.report.notes.append(text("new.many_counties", n=len(self.counties)))
            for counties in _by_state(self.counties):
                frame = self._shapes_of("main_roads", counties[0])
                if frame is not None:
                    road_parts.append(shapes.roads(frame, self.outline))
        for county in () if many else self.counties:
            frame = self._shapes_of("roads", county)
            if frame is not None:
                road_parts.append(shapes.roads(frame, cut))
            frame = self._shapes_of("water", county)
            if frame is not None:
                water_parts.append(shapes.water(frame, cut))
            got = self._fetch("addresses", county)
            if got is not None:
                name = f"tl_{got.year}_{county.fips}_addrfeat.zip"
                shutil.copyfile(got.path, self.folder / name)
                self.address_files.append(name)
        if road_parts:
            whole = gpd.GeoDataFrame(pd.concat(road_parts, ignore_index=True))
            self.report.roads = len(whole)
            write_shapes(self.folder / "roads.geojson", whole, 5)
        if water_parts:
            whole = gpd.GeoDataFrame(pd.concat(water_parts, ignore_index=True))
            write_shapes(self.folder / "water.geojson", whole, 5)

    def public_list(self, name: str) -> tuple[ListAdded, JsonDict] | None:
        """A public list cut to the outline, as a source of the folder."""
        if self.outline is None:
            self.report.lacks(name, NotFetched(text("sources.no_outline")))
            return None
        find = lists.na_meetings if name == "bmlt" else lists.treatment
        data = find(self.outline, self.downloads, self.report)
        if data is None:
            return None
        key, reader = _READ_AS[name]
        path = self.folder / f"{key}.json"
        write_atomic(path, data)
        source = catalogue()[name]
        got = next(item for item in self.report.fetched if item.what == name)
        settings = {
            "key": key,
            "path": path.name,
            "reader": reader,
            "name": source.provider,
            "licence": source.licence,
            "date": got.on,
        }
        return read_list(path, key, settings)

    def centre(self) -> tuple[float, float] | None:
        """A point in the middle, for the map's first view."""
        if self.outline is not None:
            west, south, east, north = self.outline.bounds
            return round((south + north) / 2, 4), round((west + east) / 2, 4)
        if self.zips:
            lat = np.mean([item.lat for item in self.zips])
            return round(float(lat), 4), round(float(np.mean([item.lon for item in self.zips])), 4)
        return None

    def timezone(self) -> str:
        """The zone of most ZIP codes of the counties, else of their state."""
        zones = [item.timezone for item in self.zips]
        if not zones:
            zones = [item.timezone for item in zips_of(None, self.counties[0].state)]
        return str(pd.Series(zones).mode().iat[0]) if zones else "America/New_York"

    def _shapes_by_state(self, key: str) -> list[gpd.GeoDataFrame]:
        frames = []
        for counties in _by_state(self.counties):
            frame = self._shapes_of(key, counties[0], counties)
            if frame is not None:
                frames.append(frame)
        return frames

    def _shapes_of(
        self, key: str, county: County, counties: Sequence[County] = ()
    ) -> gpd.GeoDataFrame | None:
        got = self._fetch(key, county)
        if got is None:
            return None
        where = None
        if key == "places":
            where = f"STATEFP = '{county.state_fips}'"
        elif key == "cousubs":
            codes = ", ".join(f"'{item.fips[2:]}'" for item in counties)
            where = f"STATEFP = '{county.state_fips}' AND COUNTYFP IN ({codes})"
        try:
            return shapes.read_shapes(got.path, where)
        except NotFetched as error:
            self.report.lacks(key, error)
            return None

    def _fetch(self, key: str, county: County) -> Fetched | None:
        source = catalogue()[key]
        place = place_of(county)
        try:
            got = self.downloads.get(source, place)
        except NotFetched as error:
            self.report.lacks(key, error, url=source.url(source.years[0], place))
            return None
        if key in _LEAST_INSIDE and self._elsewhere(key, got, county):
            fault = NotFetched(text("sources.elsewhere", host=got.path.name, county=county.label))
            self.report.lacks(key, fault, url=source.url(source.years[0], place))
            return None
        self.report.had(source, got)
        return got

    def _elsewhere(self, key: str, got: Fetched, county: County) -> bool:
        """Whether the file of one county is of another, whatever it is called."""
        if self.whole is None:
            return False
        own = self.whole[self.whole["county"] == county.fips]
        share = shapes.share_inside(got.path, own) if len(own) else None
        return share is not None and share < _LEAST_INSIDE[key]


def _not_as_known(got: Fetched, error: KeyError) -> NotFetched:
    return NotFetched(text("sources.no_column", host=got.path.name, column=str(error.args[0])))


def _by_state(counties: Sequence[County]) -> list[list[County]]:
    result: dict[str, list[County]] = {}
    for county in counties:
        result.setdefault(county.state, []).append(county)
    return list(result.values())


def _cut(
    frames: Iterable[gpd.GeoDataFrame], outline: shapely.Geometry, kind: str | None = None
) -> gpd.GeoDataFrame | None:
    parts = [shapes.towns(frame, outline, kind) for frame in frames if len(frame)]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True)) if parts else None


def toml_value(value: object) -> str:
    """A value as TOML writes it; a day stays a date."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def toml_tables(tables: Mapping[str, Mapping[str, str]]) -> str:
    """A TOML table for each name, empty values left out."""
    parts = []
    for name, values in tables.items():
        head = name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)
        lines = [f"{key} = {toml_value(value)}" for key, value in values.items() if value]
        parts.append("\n".join([f"[{head}]", *lines]))
    return "\n\n".join(parts) + "\n"


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """A CSV file, written whole or not at all."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(rows)
    write_atomic(path, file.getvalue().encode())


def write_shapes(path: Path, frame: gpd.GeoDataFrame, digits: int) -> None:
    """GeoJSON in WGS 84, coordinates to `digits` places, empty cells as null."""
    columns = [name for name in frame if name != "geometry"]
    rounded = shapely.transform(frame.geometry.to_numpy(), lambda part: np.round(part, digits))
    features = []
    for position, shape in enumerate(rounded):
        properties = {name: _plain(frame[name].iat[position]) for name in columns}
        feature = {"type": "Feature", "properties": properties, "geometry": mapping(shape)}
        features.append(json.dumps(feature, ensure_ascii=False))
    body = ",\n".join(features)
    write_atomic(path, f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n'.encode())


def _plain(value: object) -> object:
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if not np.isfinite(number):
            return None
        return int(number) if number.is_integer() else number
    return value.item() if isinstance(value, np.generic) else value
