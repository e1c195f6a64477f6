"""From a community folder that has been opened to the ground its gaps are read from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

import geopandas as gpd
import pandas as pd

from assetmap.access.travel import Travel
from assetmap.areas import hexagons
from assetmap.fields import JsonObject
from assetmap.gaps.ground import Ground
from assetmap.gaps.settings import GapError, settings_from
from assetmap.places import latitudes, longitudes
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
        areas = hexagons(latitudes(points), longitudes(points))
    indicators = community.indicators
    if indicators is None:
        indicators = pd.DataFrame(
            columns=["area", "indicator", "value", "moe", "year", "suppressed"]
        )
    return Ground(
        community.assets,
        areas,
        indicators,
        community.indicator_notes,
        settings,
        community.guessed_kinds,
        community.travel,
    )
