"""A small map without a script: the community's outline, its towns, and a dot for each listing.

The dots are links to the listings; what may show only its town has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from assetmap import maps, vocabulary
from assetmap.web import layers
from assetmap.web.per_version import per_version
from assetmap.web.state import State

WIDTH = 600.0
MOST_HEIGHT = 600.0
MARGIN = 18.0
MOST_TOWNS = 14


class Dot(NamedTuple):
    """A listing at x, y (pixels, y downwards), its colour and what it is called."""

    id: str
    name: str
    x: float
    y: float
    colour: str


class Sketch(NamedTuple):
    """Width and height in pixels, the outline as an SVG path, towns (name, x, y) and dots."""

    width: float
    height: float
    outline: str
    towns: Sequence[tuple[str, float, float]]
    dots: Sequence[Dot]


class _Ground(NamedTuple):
    west: float
    north: float
    across: float  # pixels a degree of longitude
    down: float  # pixels a degree of latitude
    width: float
    height: float
    outline: str

    def flat(self, lon: float, lat: float) -> tuple[float, float]:
        x = MARGIN + (lon - self.west) * self.across
        return round(x, 1), round(MARGIN + (self.north - lat) * self.down, 1)


def sketch(state: State, positions: Sequence[int]) -> Sketch:
    """The map of the assets at `positions` of the catalog."""
    ground = _ground(state)
    catalog, shown = state.catalog, layers.of(state).row_of
    kinds, groups = vocabulary.terms("kinds"), vocabulary.terms("groups")
    dots = []
    for position in positions:
        asset = str(catalog.ids[position])
        lat, lon = float(catalog.lat[position]), float(catalog.lon[position])
        row = state.rows[position]
        if asset not in shown or row["location_precision"] in ("area", "hidden"):
            continue
        x, y = ground.flat(lon, lat)
        if 0 <= x <= ground.width and 0 <= y <= ground.height:
            colour = groups[kinds[row["kind"]]["group"]]["colour"]
            dots.append(Dot(asset, str(row["name"]), x, y, colour))
    own = [p for p in state.community.context.places.places if p.kind in ("city", "town")]
    towns = [(place.name, *ground.flat(place.lon, place.lat)) for place in own[:MOST_TOWNS]]
    towns = [
        town for town in towns if 0 <= town[1] <= ground.width and 0 <= town[2] <= ground.height
    ]
    return Sketch(ground.width, ground.height, ground.outline, towns, dots)


@per_version
def _ground(state: State) -> _Ground:
    areas = state.community.areas
    west, south, east, north = maps.bounds_of(areas, state.catalog.assets)
    stretch = max(float(np.cos(np.radians((south + north) / 2))), 0.01)
    wide, high = max((east - west) * stretch, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / high)
    ground = _Ground(
        west,
        north,
        scale * stretch,
        scale,
        round(wide * scale + 2 * MARGIN, 1),
        round(high * scale + 2 * MARGIN, 1),
        "",
    )
    if areas is None or not len(areas):
        return ground
    whole = shapely.union_all(shapely.make_valid(areas.geometry.dropna().to_numpy()))
    # Two pixels are seen by nobody.
    whole = shapely.simplify(whole, 2 / scale)
    rings = []
    for part in shapely.get_parts(whole):
        if part.geom_type == "Polygon":
            points = shapely.get_coordinates(part.exterior)
            path = "L".join(
                " ".join(f"{value:.0f}" for value in ground.flat(lon, lat)) for lon, lat in points
            )
            rings.append(f"M{path}Z")
    return ground._replace(outline="".join(rings))
