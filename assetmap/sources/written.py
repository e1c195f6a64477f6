"""Files of a community's folder as text: settings, rows, shapes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import mapping

from assetmap.files.atomic import write_atomic


def toml_value(value: object) -> str:
    """A value as TOML writes it; a day stays a date."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def toml_tables(tables: Mapping[str, Mapping[str, str]]) -> str:
    """A TOML table for each name, empty values left out."""
    parts = []
    for name, values in tables.items():
        head = name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)
        lines = [f"{key} = {toml_value(value)}" for key, value in values.items() if value]
        parts.append("\n".join([f"[{head}]", *lines]))
    return "\n\n".join(parts) + "\n"


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """A CSV file, written whole or not at all."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(rows)
    write_atomic(path, file.getvalue().encode())


def write_shapes(path: Path, frame: gpd.GeoDataFrame, digits: int) -> None:
    """GeoJSON in WGS 84, coordinates to `digits` places, empty cells as null."""
    columns = [name for name in frame if name != "geometry"]
    rounded = shapely.transform(frame.geometry.to_numpy(), lambda part: np.round(part, digits))
    features = []
    for position, shape in enumerate(rounded):
        properties = {name: _plain(frame[name].iat[position]) for name in columns}
        feature = {"type": "Feature", "properties": properties, "geometry": mapping(shape)}
        features.append(json.dumps(feature, ensure_ascii=False))
    body = ",\n".join(features)
    write_atomic(path, f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n'.encode())


def _plain(value: object) -> object:
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if not np.isfinite(number):
            return None
        return int(number) if number.is_integer() else number
    return value.item() if isinstance(value, np.generic) else value
