"""GeoJSON (RFC 7946): one feature per asset, the point as the frame has it."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np

from assetmap.fields import FIELDS, JsonDict
from assetmap.writers import texts
from assetmap.writers.texts import WriteOptions, Writer, Written

CARRIES = frozenset(FIELDS)


def write(assets: gpd.GeoDataFrame, options: WriteOptions) -> Written:
    """A FeatureCollection; assets without a point have a null geometry, unknowns no property."""
    names = [
        name for name in texts.fields(options.public_only) if FIELDS[name]["type"] != "coordinate"
    ]
    columns = [_values(assets, name, options.public_only) for name in names]
    lat, lon = texts.coordinates(assets)
    features: list[JsonDict] = []
    for position, values in enumerate(zip(*columns, strict=True)):
        properties = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        point = None
        if not np.isnan(lat[position]):
            where = [round(float(lon[position]), 6), round(float(lat[position]), 6)]
            point = {"type": "Point", "coordinates": where}
        feature = {"type": "Feature", "id": properties.get("id"), "geometry": point}
        features.append({**feature, "properties": properties})
    collection = {"type": "FeatureCollection", **options.about, "features": features}
    data = json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Written(data.encode(), [])


def _values(assets: gpd.GeoDataFrame, field: str, public_only: bool) -> list[Any]:
    """JSON values of `field`: lists, true and false, numbers, texts, None for unknown."""
    kind = FIELDS[field]["type"]
    if kind not in ("set", "yesno", "whole", "number"):
        return [text or None for text in texts.column(assets, field, public_only)]
    values = assets[field]
    known = values.notna().to_numpy()
    if kind == "set":
        return [
            texts.in_order(field, value) if isinstance(value, frozenset) else None
            for value in values
        ]
    if kind == "yesno":
        return [bool(value) if good else None for value, good in zip(values, known, strict=True)]
    if kind == "whole":
        return [int(value) if good else None for value, good in zip(values, known, strict=True)]
    return [float(value) if good else None for value, good in zip(values, known, strict=True)]


WRITER = Writer("geojson", "GeoJSON", ".geojson", "application/geo+json", CARRIES, write)
