"""The result of a search as the one JSON document of the command line."""

from __future__ import annotations

from datetime import datetime

from assetmap.catalog import Catalog
from assetmap.fields import JsonDict
from assetmap.search.groups import GROUPS, Hit, Result
from assetmap.search.reasons import beds_in_words, fits_in_words


def report(result: Result, catalog: Catalog, limit: int | None = None) -> JsonDict:
    """Counts and items of the three groups, at most `limit` items in each."""
    document: JsonDict = {
        "at": result.query.at.isoformat(timespec="minutes"),
        "counts": result.counts,
    }
    for group in GROUPS:
        document[group] = [_item(group, hit, result, catalog) for hit in result.hits(group, limit)]
    return document


def _item(group: str, hit: Hit, result: Result, catalog: Catalog) -> dict[str, object]:
    row = catalog.assets.iloc[hit.position]
    why = fits_in_words(hit, result.query, row)
    if "beds_open" in hit.unknown:
        # "1 open bed as of Tuesday": too old to fit, fresh enough to ask about.
        why += filter(None, [beds_in_words(row, result.query.at)])
    item: dict[str, object] = {
        "id": hit.id,
        "name": str(row["name"]),
        "kind": str(row["kind"]),
        "needs": list(hit.needs),
        "distance_m": None if hit.distance_m is None else round(hit.distance_m),
        "near": hit.near,
        "next_start": _text(hit.start),
        "next_end": _text(hit.end),
        "why": why,
        "from_here": hit.from_here,
        "clinical": bool(row["clinical"]),
        "court_linked": bool(row["court_linked"]),
    }
    if hit.distances:
        item["distances_m"] = {near: round(metres) for near, metres in hit.distances}
    if group != "match":
        item["unknown"] = list(hit.unknown)
    if group == "near_miss" and hit.misses is not None:
        item["misses"] = {
            "field": hit.misses.field,
            "asked": hit.misses.asked,
            "has": hit.misses.has,
        }
    return item


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None
