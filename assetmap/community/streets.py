"""A community's address ranges and what its typed places may mean."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import JsonObject, Problem, unpack_original
from assetmap.places import Place, distance_m, fold, latitudes, longitudes
from assetmap.streets import AddressRanges, RangesError
from assetmap.words import text

# Columns of feeds that name a part of a city or county.
REGION_COLUMNS = (
    "region", "regions", "sub_region", "neighborhood", "neighbourhood", "district",
    "location_neighborhood", "location_sub_province", "location_city_subsection", "area", "county",
)  # fmt: skip
_LANDMARKS = 5000
_WIDE_M = 40_000.0


def read_streets(
    folder: Path, settings: JsonObject, problems: list[Problem]
) -> AddressRanges | None:
    """The address ranges named under `[streets] path`; None where there are none to read."""
    named = settings.get("streets")
    paths = named.get("path", []) if isinstance(named, dict) else []
    files = []
    for name in [paths] if isinstance(paths, str) else paths:
        path = folder / str(name)
        if not path.is_file():
            note = text("geocode.file_gone", file=str(name))
            problems.append(Problem(None, "streets", str(name), "kept", note, "streets"))
            continue
        stat = path.stat()
        files.append((str(path), stat.st_mtime_ns, stat.st_size))
    if not files:
        return None
    try:
        return _ranges(tuple(files))
    except RangesError as error:
        problems.append(Problem(None, "streets", "", "rejected", error.args[0], "streets"))
        return None


@lru_cache(maxsize=2)
def _ranges(files: Sequence[tuple[str, int, int]]) -> AddressRanges:
    """Read once, however often the community is opened; names come with time and size."""
    return AddressRanges.read((Path(name).name, Path(name).read_bytes()) for name, *_ in files)


def landmarks_of(assets: gpd.GeoDataFrame) -> list[Place]:
    """Public places of the list by name, and by their kind where there is one of it.

    Only what may be visited and is shown at its door: no home, nothing private.
    """
    kinds = vocabulary.terms("kinds")
    public = frozenset(name for name, row in kinds.items() if row["address"] == "public")
    precise = ~assets["location_precision"].isin(["area", "hidden"])
    active = (assets["status"] == "active") & assets["kind"].isin(public) & precise
    result = assets[active & ~assets.geometry.isna()].head(_LANDMARKS)
    lat, lon = latitudes(result.geometry), longitudes(result.geometry)
    named: dict[tuple[str, float, float], Place] = {}
    by_kind: dict[str, list[Place]] = defaultdict(list)
    for name, kind, y, x in zip(result["name"], result["kind"], lat, lon, strict=True):
        place = Place(str(name), float(y), float(x), "landmark")
        named.setdefault((fold(place.name), round(place.lat, 3), round(place.lon, 3)), place)
        by_kind[str(kind)].append(place)
    out = list(named.values())
    own = {fold(place.name) for place in out}
    for kind, places in by_kind.items():
        label = vocabulary.label("kinds", kind)
        # "Hospital" where there is one of them; of several each has its own name.
        if len(places) == 1 and fold(label) not in own:
            out.append(places[0]._replace(name=label))
    return out


def regions_of(
    assets: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None, known: set[str]
) -> list[Place]:
    """Parts of the community that feeds and areas name, at the middle of what lies in them.

    `known` are folded names of towns, which mean the town.
    """
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    spelled: dict[str, str] = {}
    precise = ~assets["location_precision"].isin(["area", "hidden"]) & ~assets.geometry.isna()
    result = assets[precise]
    lat, lon = latitudes(result.geometry), longitudes(result.geometry)
    for original, y, x in zip(result["original"], lat, lon, strict=True):
        if not isinstance(original, str):
            continue
        for name in _regions_in(unpack_original(original)):
            points[fold(name)].append((float(y), float(x)))
            spelled.setdefault(fold(name), name)
    if areas is not None and len(areas) and "district" in areas:
        for name, y, x in zip(areas["district"], areas["lat"], areas["lon"], strict=True):
            if isinstance(name, str) and name.strip():
                points[fold(name)].append((float(y), float(x)))
                spelled.setdefault(fold(name), name)
    out = []
    for key, places in points.items():
        if not key or key in known:
            continue
        middle = np.nanmedian(np.array(places), axis=0)
        gaps = distance_m(*np.array(places).T, *middle)
        # A name that lies all over the map is no part of it.
        if np.isfinite(middle).all() and float(np.quantile(gaps, 0.9)) <= _WIDE_M:
            lat_lon = float(middle[0]), float(middle[1])
            out.append(Place(spelled[key], *lat_lon, "region"))
    return out


def _regions_in(original: Mapping[str, object]) -> list[str]:
    names: list[str] = []
    for column, value in original.items():
        if str(column).lower() not in REGION_COLUMNS:
            continue
        if isinstance(value, str) and value.startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                continue
        values = value if isinstance(value, list) else [value]
        names += [entry for entry in values if isinstance(entry, str) and 2 < len(entry) < 60]
    return names


def town_shapes(folder: Path) -> gpd.GeoDataFrame | None:
    """towns.geojson (name, geometry), by which two streets of one name are told apart."""
    path = folder / "towns.geojson"
    if not path.is_file():
        return None
    try:
        frame = gpd.read_file(path)
    except Exception:  # a torn file: towns are then told by ZIP code and distance
        return None
    if not isinstance(frame, gpd.GeoDataFrame) or "name" not in frame:
        return None
    return gpd.GeoDataFrame(pd.DataFrame(frame[["name"]]), geometry=frame.geometry, crs=frame.crs)
