"""Several needs at once: one plan, the best for each with the ways between them.

Where a home or a bed is asked, the plan is built around it: a job is near when it is near that
home, and not when it is near the jail one comes from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.catalog import Catalog, Ints
from assetmap.fields import JsonDict
from assetmap.places import distance_m
from assetmap.search.groups import Hit, search
from assetmap.search.query import Query
from assetmap.search.reasons import length
from assetmap.words import say

# The best plan and two others.
PLANS = 3
# Of each need so many of the first answers may go into a plan around a home.
CANDIDATES = 200


class BundleItem(NamedTuple):
    """One need and the asset that answers it; `sure` where it is a match and not to be asked."""

    need: str
    hit: Hit
    sure: bool


class Bundle(NamedTuple):
    """One plan. `between_m` are metres between its items, None where a place is not known.

    `why` says in words what stands for it.
    """

    items: tuple[BundleItem, ...]
    between_m: tuple[tuple[float | None, ...], ...]
    why: tuple[str, ...]


class _Choice(NamedTuple):
    need: str
    positions: Ints
    hits: dict[int, Hit]
    sure: bool


def bundles(
    catalog: Catalog, query: Query, unit: str = "mi", language: str = "en", plans: int = PLANS
) -> list[Bundle]:
    """The best plans for all needs of `query`, at most `plans`; empty with fewer than two needs.

    Each plan has another anchor: another home where one is asked, else another answer to the
    first need. What is known to fit is taken before what has to be asked. A need that nothing
    answers is left out of the plan, and `why` says so.
    """
    if len(query.needs) < 2:
        return []
    choices = [_choice(catalog, query, need) for need in query.needs]
    answered = [choice for choice in choices if choice is not None]
    if not answered:
        return []
    missing = [need for need, choice in zip(query.needs, choices, strict=True) if choice is None]
    homes = [choice for choice in answered if _is_home(choice.need)]
    anchor = (homes or answered)[0]
    result = []
    for position in anchor.positions[:plans].tolist():
        picked = {anchor.need: position}
        for choice in answered:
            if choice.need != anchor.need:
                nearest = _nearest(catalog, choice, position, set(picked.values()))
                if nearest is not None:
                    picked[choice.need] = nearest
        result.append(_bundle(catalog, query, answered, picked, anchor, missing, unit, language))
    return result


def bundle_document(bundle: Bundle) -> JsonDict:
    """A plan as the command line writes it."""
    return {
        "items": [
            {
                "need": item.need,
                "id": item.hit.id,
                "group": "match" if item.sure else "ask",
                "unknown": list(item.hit.unknown),
            }
            for item in bundle.items
        ],
        "between_m": [
            [None if metres is None else round(metres) for metres in row]
            for row in bundle.between_m
        ],
        "why": list(bundle.why),
    }


def _is_home(need: str) -> bool:
    return bool(set(vocabulary.kinds_of_need(need)[:2]) & vocabulary.kinds_where("is_bed"))


def _choice(catalog: Catalog, query: Query, need: str) -> _Choice | None:
    """The answers to one need, in their order: those that fit, else those to ask."""
    of_need = set(vocabulary.kinds_of_need(need))
    kinds = tuple(kind for kind in query.kinds if kind in of_need)
    has_beds = bool((set(kinds) or of_need) & vocabulary.kinds_where("is_bed"))
    asked = replace(
        query,
        needs=(need,),
        kinds=kinds,
        beds=query.beds and has_beds,
        # Only where one goes at a time is the time asked; a job is not for tonight.
        when=query.when if has_beds or _meets(need) else None,
    )
    result = search(catalog, asked)
    for group, sure in (("match", True), ("ask", False)):
        positions = result.positions(group)[:CANDIDATES]
        if len(positions):
            hits = dict(zip(positions.tolist(), result.hits(group, CANDIDATES), strict=True))
            return _Choice(need, positions, hits, sure)
    return None


def _meets(need: str) -> bool:
    kinds = vocabulary.terms("kinds")
    return kinds[vocabulary.kinds_of_need(need)[0]]["time_kind"] == "sessions"


def _nearest(catalog: Catalog, choice: _Choice, anchor: int, taken: set[int]) -> int | None:
    """The position of the answer nearest to the anchor; the first one where no place is known."""
    free = np.array([p for p in choice.positions.tolist() if p not in taken], dtype=np.int64)
    if not len(free):
        return None
    metres = distance_m(
        catalog.lat[anchor], catalog.lon[anchor], catalog.lat[free], catalog.lon[free]
    )
    metres = np.where(np.isnan(metres), np.inf, metres)
    return int(free[int(np.argmin(metres))])


def _bundle(
    catalog: Catalog,
    query: Query,
    choices: list[_Choice],
    picked: dict[str, int],
    anchor: _Choice,
    missing: list[str],
    unit: str,
    language: str,
) -> Bundle:
    by_need = {choice.need: choice for choice in choices}
    items = tuple(
        BundleItem(need, by_need[need].hits[picked[need]], by_need[need].sure)
        for need in query.needs
        if need in picked
    )
    positions = np.array([item.hit.position for item in items], dtype=np.int64)
    lat, lon = catalog.lat[positions], catalog.lon[positions]
    metres = distance_m(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    between = tuple(
        tuple(None if np.isnan(value) else float(value) for value in row) for row in metres
    )
    names = catalog.assets["name"]
    home = next(number for number, item in enumerate(items) if item.need == anchor.need)
    why = []
    for number, item in enumerate(items):
        way = between[home][number]
        name = str(names.iat[item.hit.position])
        if number != home and way is not None:
            why.append(
                say(
                    "bundle.near",
                    language,
                    name=name,
                    distance=length(way, unit, language),
                    home=str(names.iat[items[home].hit.position]),
                )
            )
        if not item.sure:
            why.append(say("bundle.ask", language, name=name))
    why += [
        say("bundle.missing", language, need=vocabulary.label("needs", need, language))
        for need in missing
    ]
    return Bundle(items, between, tuple(why))
