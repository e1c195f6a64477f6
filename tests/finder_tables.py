"""Small tables of assets as a person would type them, checked and laid out for searching."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from assetmap.assets import Context, check
from assetmap.catalog import Catalog
from assetmap.places import Place
from assetmap.schedule import window
from assetmap.search import GROUPS, Query, Result, search

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=ZONE)  # a Friday
HOME = Place("home", 37.9, -89.0)
# One degree of latitude on the sphere of places.py: 2 π R / 360.
DEGREE_M = 111_195.08


def north(metres: float, of: Place = HOME) -> dict[str, str]:
    """Latitude and longitude so many metres north of a place, as they stand in a table."""
    return {"latitude": f"{of.lat + metres / DEGREE_M:.6f}", "longitude": f"{of.lon:.6f}"}


def row(id: str, kind: str = "meeting", **fields: str) -> dict[str, str]:
    """One asset with a place at HOME that may be shown; everything else unknown."""
    own = {"id": id, "name": id.title(), "kind": kind, "format": "in_person", "address_ok": "yes"}
    return {**own, "location_precision": "exact", **north(0), **fields}


def catalog(*rows: Mapping[str, str], now: datetime = NOW) -> Catalog:
    """The table, checked; the source's key is `t`, so the id `x` becomes `t:x`."""
    frame = pd.DataFrame(list(rows), dtype="str").assign(row=range(1, len(rows) + 1))
    assets, problems = check(frame, Context(timezone=str(ZONE), now=now, source="t"))
    assert [p for p in problems if p.severity == "rejected"] == []
    return Catalog(assets, now, str(ZONE))


def ask(when: str | None = None, at: datetime = NOW, **asked: Any) -> Query:
    """A question at the fixed clock; `when` as people say it."""
    if when is not None:
        asked["when"] = window(when, at)
    return Query(at=at, **asked)


def groups(found: Result) -> dict[str, list[str]]:
    """The ids of the three groups in order, without the source's key."""
    return {group: [hit.id[2:] for hit in found.hits(group)] for group in GROUPS}


def find(rows: list[dict[str, str]], query: Query) -> dict[str, list[str]]:
    """The three groups of a table."""
    return groups(search(catalog(*rows), query))


def unknowns(found: Result, group: str = "ask") -> dict[str, tuple[str, ...]]:
    """What has to be asked of each asset of a group."""
    return {hit.id[2:]: hit.unknown for hit in found.hits(group)}
