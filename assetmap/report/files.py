"""The area rows of a gap view as files: CSV and GeoJSON, every column of the `gaps` command."""

from __future__ import annotations

import csv
import io
import json

import shapely

from assetmap.fields import JsonDict
from assetmap.gaps import Gaps, Ground

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def area_csv(ground: Ground, result: Gaps, language: str = "en") -> bytes:
    """One line per area and kind (or need), with the rows' own column names."""
    rows = [_flat(row) for row in result.areas]
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _flat(row: JsonDict) -> JsonDict:
    """Lists joined by `|`, what is undefined empty, text that a spreadsheet would run quoted."""
    flat: JsonDict = {}
    for name, value in row.items():
        if name in ("need_rank", "supply"):
            low, high = value or ("", "")
            flat[f"{name}_low"], flat[f"{name}_high"] = low, high
        elif isinstance(value, list):
            flat[name] = "|".join(map(str, value))
        elif isinstance(value, bool):
            flat[name] = "yes" if value else "no"
        elif isinstance(value, str) and value.startswith(FORMULA):
            flat[name] = f"'{value}"
        else:
            flat[name] = "" if value is None else value
    return flat


def area_geojson(ground: Ground, result: Gaps) -> bytes:
    """Areas with their rows; an area without a shape is its point. WGS 84."""
    position = {area: place for place, area in enumerate(ground.ids)}
    shapes = ground.areas.geometry if "geometry" in ground.areas else None
    features = []
    for row in result.areas:
        place = position[row["id"]]
        shape = None if shapes is None else shapes.iat[place]
        if shape is None or shape.is_empty:
            shape = shapely.Point(ground.lon[place], ground.lat[place])
        features.append(
            {
                "type": "Feature",
                "id": row["id"],
                "properties": row,
                "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 0)),
            }
        )
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
