"""What a frame of areas holds."""

from __future__ import annotations

COLUMNS = ("id", "name", "population", "adults", "district", "lat", "lon", "geometry")


class AreasError(ValueError):
    """The file of areas cannot be read at all; the message is one plain sentence."""
