"""Degrees laid flat on paper or a screen: small maps without tiles, y downwards."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Plane(NamedTuple):
    """A piece of the earth that is `width` × `height` units large.

    across, down: units a degree of longitude and of latitude, at its middle latitude.
    """

    west: float
    north: float
    across: float
    down: float
    width: float
    height: float

    def flat(self, points: np.ndarray) -> np.ndarray:
        """Points (longitude, latitude in degrees; shape (n, 2)) as x, y from its upper left."""
        x = (points[:, 0] - self.west) * self.across
        return np.column_stack((x, (self.north - points[:, 1]) * self.down))


def plane_of(bounds: tuple[float, float, float, float], width: float, most_height: float) -> Plane:
    """The largest plane for `bounds` (west, south, east, north) in `width` × `most_height`."""
    west, south, east, north = bounds
    stretch = max(float(np.cos(np.radians((south + north) / 2))), 0.01)
    wide, high = max((east - west) * stretch, 1e-9), max(north - south, 1e-9)
    scale = min(width / wide, most_height / high)
    return Plane(west, north, stretch * scale, scale, wide * scale, high * scale)
