"""A small map without a script: the community's outline, its towns, and a dot for each listing.

The dots are links to the listings; what may show only its town has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from assetmap import maps, vocabulary
from assetmap.maps.layer import Plane, plane_of
from assetmap.web import layers
from assetmap.web.kept_answers import per_version
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
    plane: Plane
    outline: str = ""

    def place(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Where a point lies in pixels; None for one that is not on the map."""
        spot = self.plane.flat(np.array([[lon, lat]]))[0] + MARGIN
        x, y = (round(float(value), 1) for value in spot)
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None

    @property
    def width(self) -> float:
        return round(self.plane.width + 2 * MARGIN, 1)

    @property
    def height(self) -> float:
        return round(self.plane.height + 2 * MARGIN, 1)


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
        spot = ground.place(lon, lat)
        if spot is not None:
            colour = groups[kinds[row["kind"]]["group"]]["colour"]
            dots.append(Dot(asset, str(row["name"]), *spot, colour))
    own = [p for p in state.community.context.places.places if p.kind in ("city", "town")]
    towns = [
        (town.name, *spot)
        for town in own[:MOST_TOWNS]
        if (spot := ground.place(town.lon, town.lat)) is not None
    ]
    return Sketch(ground.width, ground.height, ground.outline, towns, dots)


@per_version
def _ground(state: State) -> _Ground:
    areas = state.community.areas
    bounds = maps.bounds_of(areas, state.catalog.assets)
    plane = plane_of(bounds, WIDTH - 2 * MARGIN, MOST_HEIGHT - 2 * MARGIN)
    if areas is None or not len(areas):
        return _Ground(plane)
    whole = shapely.union_all(shapely.make_valid(areas.geometry.dropna().to_numpy()))
    # Two pixels are seen by nobody.
    whole = shapely.simplify(whole, 2 / plane.down)
    rings = []
    for part in shapely.get_parts(whole):
        if part.geom_type == "Polygon":
            points = plane.flat(shapely.get_coordinates(part.exterior)) + MARGIN
            path = "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
            rings.append(f"M{path}Z")
    return _Ground(plane, "".join(rings))
