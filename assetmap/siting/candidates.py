"""Where the next one could stand: area centres, named places, or a grid."""

from __future__ import annotations

import pandas as pd

from assetmap.areas import hexagons


def from_areas(areas: pd.DataFrame) -> pd.DataFrame:
    """One candidate at the point of each area: id, name, lat, lon."""
    return areas[["id", "name", "lat", "lon"]].reset_index(drop=True)


def from_places(places: pd.DataFrame) -> pd.DataFrame:
    """Named places (name, lat, lon) as candidates; the name is the id."""
    result = places.drop_duplicates("name").reset_index(drop=True)
    return result.assign(id=result["name"])[["id", "name", "lat", "lon"]]


def from_grid(areas: pd.DataFrame, cells: int = 200) -> pd.DataFrame:
    """The centres of some `cells` hexagons over the areas: id, name, lat, lon."""
    grid = hexagons(areas["lat"].to_numpy(), areas["lon"].to_numpy(), cells)
    return pd.DataFrame(grid[["id", "name", "lat", "lon"]])
