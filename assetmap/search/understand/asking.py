"""What was understood, as a question the search can answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from assetmap import vocabulary
from assetmap.catalog import Catalog
from assetmap.places import Gazetteer, Place, metres
from assetmap.schedule import each_day, window
from assetmap.search.groups import search
from assetmap.search.query import Query, QueryError
from assetmap.search.understand.lexicon import main_need
from assetmap.search.understand.meaning import Understood
from assetmap.words import text

HERE = "me"
"""What `near` is when somebody asks for what is near where they are."""


def query_of(
    understood: Understood,
    moment: datetime,
    places: Gazetteer | Callable[[str], Place],
    here: Place | None = None,
) -> Query:
    """The question that `understood` asks at `moment`.

    `places` is the gazetteer, or what gives the place of a name. `here` is where the person is,
    if they let it be known; without it "near me" asks no place. Needs of which no kind is named
    stay whole beside the kinds that are. Raises QueryError where a place is not known: nothing
    is searched in its stead.
    """
    near: tuple[Place, ...] = ()
    if understood.near == HERE:
        near = (here,) if here is not None else ()
    elif understood.near:
        find = places if callable(places) else partial(place_named, places=places)
        near = (find(understood.near),)
    needs, kinds = _needs_and_kinds(understood)
    return Query(
        at=moment,
        needs=needs,
        kinds=kinds,
        not_kinds=tuple(understood.not_kinds),
        text=understood.text,
        near=near,
        within_m=metres(understood.within) if understood.within and near else None,
        when=each_day(window(understood.when, moment), moment) if understood.when else None,
        formats=tuple(understood.formats),
        pathways=tuple(understood.pathways),
        not_pathways=tuple(understood.not_pathways),
        programs=tuple(understood.programs),
        concerns=tuple(understood.concerns),
        welcomes=tuple(understood.populations),
        age=understood.age,
        languages=tuple(understood.languages),
        costs=tuple(understood.costs),
        yes=tuple(understood.yes),
        no=tuple(understood.no),
        wants=tuple(understood.wants),
        medications=tuple(understood.medications),
        beds=understood.beds,
    )


def without_unknown_words(catalog: Catalog, query: Query, kept: str = "") -> Query:
    """`query`, or where its text finds nothing, the same with only the text `kept`.

    A word that nobody understood must not empty what the understood words would find. A question
    of nothing but such words stays as it is.
    """
    if query.text == kept or set(query.asked) <= {"text"}:
        return query
    if any(search(catalog, query).counts.values()):
        return query
    loose = replace(query, text=kept)
    return loose if any(search(catalog, loose).counts.values()) else query


def place_named(name: str, places: Gazetteer) -> Place:
    """The place that people call `name`. Raises QueryError with a sentence where none is known."""
    place = places.find(name)
    if place is None:
        raise QueryError(text("search.no_place", name=name))
    return place._replace(name=name)


def _needs_and_kinds(understood: Understood) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kinds = dict.fromkeys(understood.kinds)
    if not kinds:
        return tuple(understood.needs), ()
    needs = dict.fromkeys(understood.needs)
    for need in understood.needs:
        of_need = vocabulary.kinds_of_need(need)
        if not kinds.keys() & set(of_need):
            kinds.update(dict.fromkeys(of_need))
    for kind in kinds:
        # A kind that no named need covers brings its own need, so that both stay found.
        if not any(kind in vocabulary.kinds_of_need(need) for need in needs):
            if not main_need(kind):
                return (), tuple(kinds)
            needs[main_need(kind)] = None
    return tuple(needs), tuple(kinds)
