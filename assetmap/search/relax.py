"""When nothing fits: which one wish, left out or widened, would give something."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import NamedTuple

from assetmap.catalog import Catalog
from assetmap.fields import JsonDict
from assetmap.search.groups import search
from assetmap.search.query import Query

# What a person may give up, in the order it is offered; need, kind and refusals stay.
FIELDS = (
    "within_m",
    "when",
    "languages",
    "costs",
    "formats",
    "yes",
    "no",
    "welcomes",
    "pathways",
    "programs",
    "concerns",
    "wants",
    "text",
    "age",
    "medications",
    "beds",
)
WIDER = 3.0
_NOT_ASKED: JsonDict = {field.name: field.default for field in fields(Query)}


class Relaxed(NamedTuple):
    """One wish given up: its field (and value, where one of several), and what fits then.

    For `within_m` the distance is made `WIDER` times as far instead.
    """

    field: str
    value: str
    query: Query
    fits: int
    asks: int


def relax(catalog: Catalog, query: Query) -> list[Relaxed]:
    """Every single wish whose giving up finds something, the most findings first."""
    result = []
    for name, value, changed in _changes(query):
        counts = search(catalog, changed).counts
        if counts["match"] or counts["ask"]:
            result.append(Relaxed(name, value, changed, counts["match"], counts["ask"]))
    return sorted(result, key=lambda item: (-item.fits, -item.asks))


def _changes(query: Query) -> list[tuple[str, str, Query]]:
    changes: list[tuple[str, str, Query]] = []
    for name in FIELDS:
        if name not in query.asked:
            continue
        asked = getattr(query, name)
        if name == "within_m":
            changes.append((name, "", replace(query, within_m=asked * WIDER)))
        elif isinstance(asked, tuple) and name in ("yes", "no") and len(asked) > 1:
            for value in asked:
                left: JsonDict = {name: tuple(other for other in asked if other != value)}
                changes.append((name, value, replace(query, **left)))
        else:
            # A window of time is a tuple too, but no list of options.
            value = asked[0] if isinstance(asked, tuple) and name != "when" else ""
            changes.append((name, value, replace(query, **{name: _NOT_ASKED[name]})))
    return changes
