"""What a writer is told and gives back, and values as the text that `assets.check` reads again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap import vocabulary
from assetmap.assets.public import public_value
from assetmap.fields import FIELDS


def fields(public_only: bool) -> tuple[str, ...]:
    """Names of all fields in their order, or of those that open data may carry."""
    return tuple(name for name, row in FIELDS.items() if not public_only or row["public"] == "yes")


@cache
def _order(name: str) -> dict[str, int]:
    return {term: place for place, term in enumerate(vocabulary.terms(name))}


def in_order(field: str, values: Iterable[str]) -> list[str]:
    """The ids of a set in the order of their vocabulary, so that files do not change by chance."""
    name = FIELDS[field]["vocabulary"]
    order = _order(name) if name else {}
    return sorted(values, key=lambda term: (order.get(term, len(order)), term))


def plain_number(value: float) -> str:
    """A number without a useless `.0`."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def coordinates(assets: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude in WGS 84 degrees, NaN for assets without a point."""
    points = assets.geometry.to_numpy()
    return shapely.get_y(points), shapely.get_x(points)


def _degrees(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6f}".rstrip("0").rstrip(".")


def column(assets: gpd.GeoDataFrame, field: str, public_only: bool = False) -> list[str]:
    """The texts of `field` for every asset; "" where it is unknown.

    `public_only`: as open data may carry them, without passcodes.
    """
    values = _column(assets, field)
    return [public_value(field, value) for value in values] if public_only else values


def _column(assets: gpd.GeoDataFrame, field: str) -> list[str]:
    kind = FIELDS[field]["type"]
    if kind == "coordinate":
        lat, lon = coordinates(assets)
        return [_degrees(value) for value in (lat if field == "latitude" else lon)]
    values = assets[field]
    if kind == "set":
        texts: dict[object, str] = {}
        for value in values:
            if isinstance(value, frozenset) and value not in texts:
                texts[value] = vocabulary.SEPARATOR.join(in_order(field, value))
        return [texts[value] if isinstance(value, frozenset) else "" for value in values]
    known = values.notna().to_numpy()
    if kind == "yesno":
        return [
            ("yes" if value else "no") if good else ""
            for value, good in zip(values, known, strict=True)
        ]
    if kind in ("whole", "number"):
        return [
            plain_number(value) if good else "" for value, good in zip(values, known, strict=True)
        ]
    return [str(value) if good else "" for value, good in zip(values, known, strict=True)]


def text(value: Any) -> str:
    """A text cell, "" where it is unknown."""
    return "" if value is None or value is pd.NA or value != value else str(value)


def kept(original: str) -> dict[str, object]:
    """The source's own columns in an `original` text."""
    try:
        document = json.loads(original) if original else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


class LeftOut(NamedTuple):
    """An asset that the format cannot say, and why in a few words."""

    id: str
    why: str


class Written(NamedTuple):
    """The bytes of a file and what is not in it."""

    data: bytes
    left_out: list[LeftOut]


@dataclass(frozen=True)
class WriteOptions:
    """What a writer may be asked.

    `public_only`: only what open data may carry. `bom`: mark UTF-8 for old spreadsheets.
    `columns`: the owner's own columns in their order → our field, "" for one of `original`.
    `title`: what calendar entries are called by (venue, organization, name, or neutral: the
    place or street, and nothing that tells a fellowship in any field). `language`: en
    or es. `name` of the collection. `now`, aware: when it is written; `about`: further words
    on source and licence.
    """

    public_only: bool = False
    bom: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    title: str = "venue"
    language: str = "en"
    name: str = "assetmap"
    timezone: str = "America/Chicago"
    country: str = "US"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    about: Mapping[str, str] = field(default_factory=dict)


class Writer(NamedTuple):
    """A format: how it is called, its file ending and media type, and the fields it carries.

    `carries` are the fields that a reader gets back unchanged.
    """

    name: str
    label: str
    suffix: str
    media_type: str
    carries: frozenset[str]
    write: Callable[[gpd.GeoDataFrame, WriteOptions], Written]
