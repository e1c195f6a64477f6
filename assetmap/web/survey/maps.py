"""Small maps of the areas as pictures: which have a table, and their shares in shades.

Drawn here from the shapes alone: no tiles and no other host. An area without a number is white
with a dashed line, never a colour. Everything a map shows is also said in the table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely

from assetmap.maps.layer import plane_of

WIDTH, MOST_HEIGHT, MARGIN = 340.0, 300.0, 2.0
SHADES = ("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b")
TABLE = "#6baed6"


def picture(areas: gpd.GeoDataFrame, colour_of: Mapping[str, str]) -> str:
    """The areas as an SVG picture; `colour_of` names the fill of each area's id."""
    shapes = areas.geometry.simplify(0.0005).to_numpy()
    bounds = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all():
        return ""
    plane = plane_of(bounds, WIDTH, MOST_HEIGHT)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{plane.width + 2 * MARGIN:.0f}" '
        f'height="{plane.height + 2 * MARGIN:.0f}">'
    ]
    for area, shape in zip(areas["id"].astype(str), shapes, strict=True):
        if shape is None or shape.is_empty:
            continue
        path = "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}"
                           for x, y in plane.flat(shapely.get_coordinates(ring)) + MARGIN) + "Z"
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        )  # fmt: skip
        colour = colour_of.get(area, "")
        dashed = "" if colour else ' stroke-dasharray="3 2"'
        out.append(
            f'<path d="{path}" fill="{colour or "#ffffff"}" fill-rule="evenodd" '
            f'stroke="#333333"{dashed}/>'
        )
    return "".join([*out, "</svg>"])


def shade(share: float, most: float) -> str:
    """The colour of a share, five steps from 0 to the largest share on the map."""
    return SHADES[min(int(share / max(most, 1e-9) * len(SHADES)), len(SHADES) - 1)]
