"""From a community folder that has been opened to the ground its gaps are read from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from assetmap.areas import hexagons
from assetmap.gaps.errors import GapError
from assetmap.gaps.ground import Ground
from assetmap.gaps.settings import settings_from
from assetmap.places import latitudes, longitudes


def ground_of(community: Any, **changes: Any) -> Ground:
    """The ground of a Community (config, now, complete, assets, areas, indicators, notes).

    `changes` override Settings, such as verified_only=True or reach_m. Without areas a grid of
    hexagons is laid over the assets. Raises GapError where there is nothing to lay it over.
    """
    settings = settings_from(community.config, community.now, community.complete, **changes)
    areas = community.areas
    if areas is None or not len(areas):
        points = community.assets.geometry
        if not points.notna().any():
            raise GapError("There are no areas and no assets with a place, so no gap can be shown.")
        areas = hexagons(latitudes(points), longitudes(points))
    indicators = community.indicators
    if indicators is None:
        indicators = pd.DataFrame(
            columns=["area", "indicator", "value", "moe", "year", "suppressed"]
        )
    return Ground(community.assets, areas, indicators, community.indicator_notes, settings)
