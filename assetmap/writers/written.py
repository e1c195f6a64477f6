"""What a writer is told and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import geopandas as gpd


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
