"""Areas: the places people live in, with how many they are and the point that stands for them.

One GeoDataFrame in WGS 84: id · name · population · adults (NaN when not known) · district · lat,
lon (the population-weighted centroid where the file gives one, else a point inside the shape) ·
geometry (missing for areas given as points). What a single point gets wrong: everybody of a large
area is taken to live at it.
"""

from assetmap.areas.frame import COLUMNS, AreasError, OnlyIds, Selected, select
from assetmap.areas.polygons import read_areas

__all__ = [
    "COLUMNS",
    "AreasError",
    "OnlyIds",
    "Selected",
    "read_areas",
    "select",
]
