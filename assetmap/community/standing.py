"""How a ledger stands: what is in force, what waits, and whether it is served as it was said."""

from __future__ import annotations

from typing import TypedDict

import pandas as pd

from assetmap.assets.hiding import MARK
from assetmap.community.deciding import PLACE_FIELDS, count_waiting
from assetmap.community.folder import Community
from assetmap.community.imports import broken_off
from assetmap.ledger import Store
from assetmap.ledger.entry import as_text, plain_value
from assetmap.words import text


class StoreStanding(TypedDict):
    """What `store check` says."""

    version: int
    entries: int
    in_force: int
    waiting: int
    undone: int
    problems: list[str]


def standing(community: Community, store: Store) -> StoreStanding:
    """Folds the whole ledger, compares what is served with it, and asks the store itself."""
    entries = store.entries()
    problems = [str(problem) for problem in _of_the_store(store, [entry.n for entry in entries])]
    problems += _of_the_fold(community)
    problems += [
        str(text("store.import_unfinished", n=n, key=key)) for n, key in broken_off(community)
    ]
    facts = community.said.facts
    return {
        "version": store.schema_version(),
        "entries": len(entries),
        "in_force": len(facts.values) + len(facts.added) + len(facts.merges),
        "waiting": count_waiting(community),
        "undone": len(facts.void),
        "problems": problems,
    }


def _of_the_store(store: Store, numbers: list[int]) -> list[str]:
    problems = []
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append(text("store.numbers_missing"))
    if store.database.dialect == "sqlite":
        facts = str(store.rows("PRAGMA integrity_check")[0][0])
        if facts != "ok":
            problems.append(text("store.damaged", reason=facts))
    return [str(problem) for problem in problems]


def _of_the_fold(community: Community) -> list[str]:
    """Facts that are in force and yet not served, with what is served instead."""
    facts = community.said
    assets = community.assets.set_index("id", drop=False)
    differs = facts.applied.differs if facts.applied is not None else frozenset()
    problems = []
    for (asset, name), fact in facts.facts.values.items():
        known = facts.now_known_as(asset)
        if known not in assets.index or name not in assets or (known, name) in differs:
            continue
        row = assets.loc[known]
        hidden = row["location_precision"] in ("area", "hidden")
        if (hidden and name in PLACE_FIELDS) or name in ("listed_ok", "status"):
            continue
        served = as_text(None if row[name] is None else _item(row[name]))
        wanted = plain_value(name, fact.value, community.context.country)
        dated = name in ("beds_open", "beds_as_of", "verified_on", "verified_how")
        if served != wanted and not dated and MARK not in served:
            problems.append(
                str(text("store.not_served", n=fact.n, asset=known, field=name, served=served))
            )
    return problems


def _item(value: object) -> object:
    if value is pd.NA:
        return None
    return value.item() if hasattr(value, "item") else value
