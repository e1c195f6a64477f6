"""Several needs at once as one plan, in words: the best for each, and how far they are apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.search import Query
from assetmap.search.bundle import Bundle, bundles
from assetmap.web.kept_answers import kept
from assetmap.web.state import State


class PlanItem(NamedTuple):
    """One need of a plan and the listing that answers it."""

    need: str
    id: str
    name: str


class Plan(NamedTuple):
    """The listings of one plan, and what is to be said of it."""

    items: Sequence[PlanItem]
    why: Sequence[str]


def plans_of(state: State, query: Query, language: str) -> list[Plan]:
    """The best plan first, then at most two others; none for fewer than two needs.

    A plan that leaves all needs but one unanswered is none.
    """
    return kept(state, "plans", (query, language), lambda: _plans(state, query, language))


def _plans(state: State, query: Query, language: str) -> list[Plan]:
    unit = str(state.community.config["unit"])
    result = bundles(state.catalog, query, unit, language)
    return [_plan(bundle, state, language) for bundle in result if len(bundle.items) > 1]


def _plan(bundle: Bundle, state: State, language: str) -> Plan:
    names = state.catalog.column("name")
    items = [
        PlanItem(
            vocabulary.label("needs", item.need, language),
            item.hit.id,
            str(names[item.hit.position]),
        )
        for item in bundle.items
    ]
    return Plan(items, bundle.why)
