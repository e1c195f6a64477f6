"""From a community folder that has been opened to the ground its gaps are read from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.access.travel import Travel
from assetmap.fields import JsonObject
from assetmap.gaps.ground import Ground
from assetmap.gaps.settings import GapError, settings_from
from assetmap.places import distance_m, hexagons, latitudes, longitudes, near_most
from assetmap.schedule import last_ends
from assetmap.words import text


class Opened(Protocol):
    """What gaps need of a community that has been opened; `community.Community` has it."""

    @property
    def config(self) -> JsonObject: ...

    @property
    def now(self) -> datetime: ...

    @property
    def complete(self) -> Mapping[str, date]: ...

    @property
    def assets(self) -> gpd.GeoDataFrame: ...

    @property
    def areas(self) -> gpd.GeoDataFrame | None: ...

    @property
    def indicators(self) -> pd.DataFrame | None: ...

    @property
    def indicator_notes(self) -> JsonObject: ...

    @property
    def travel(self) -> Travel | None: ...

    @property
    def guessed_kinds(self) -> frozenset[str]: ...


FAR = 3.0
LEAST_M = 10_000.0 / FAR


def _of_here(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points that are not far from most others: a grid over all would have cells so wide that
    nothing is near their middle. A list of a whole state may lie beside a county's own.
    """
    known = np.isfinite(lat) & np.isfinite(lon)
    lat, lon = lat[known], lon[known]
    away = distance_m(float(np.median(lat)), float(np.median(lon)), lat, lon)
    near = near_most(away, FAR, LEAST_M)
    return lat[near], lon[near]


def _holds_any(areas: gpd.GeoDataFrame, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Whether any of the points is in each area."""
    within = shapely.STRtree(areas.geometry.to_numpy()).query(
        shapely.points(lon, lat), predicate="intersects"
    )[1]
    return np.isin(np.arange(len(areas)), within)


def ground_of(community: Opened, **changes: object) -> Ground:
    """The ground of a community.

    `changes` override Settings, such as verified_only=True or reach_m. Without areas a grid of
    hexagons is laid over the assets. Raises GapError where there is nothing to lay it over.
    """
    settings = settings_from(community.config, community.now, community.complete, **changes)
    areas = community.areas
    if areas is None or not len(areas):
        points = community.assets.geometry
        if not points.notna().any():
            raise GapError(text("gaps.no_ground"))
        lat, lon = _of_here(latitudes(points), longitudes(points))
        # Populations are not known: who can reach what is counted, not for how many people.
        areas = hexagons(lat, lon).assign(population=np.nan, adults=np.nan)
        areas["district"] = pd.Series(np.nan, areas.index, dtype="str")
        # Whether anybody lives where nothing at all is listed is not known: it may be a lake.
        areas = areas[_holds_any(areas, lat, lon)].reset_index(drop=True)
    indicators = community.indicators
    if indicators is None:
        indicators = pd.DataFrame(
            columns=["area", "indicator", "value", "moe", "year", "suppressed"]
        )
    # An event that is over is in nobody's reach.
    over = last_ends(community.assets, settings.timezone) <= int(settings.now.timestamp())
    return Ground(
        community.assets[~over],
        areas,
        indicators,
        community.indicator_notes,
        settings,
        community.guessed_kinds,
        community.travel,
    )
