"""What people said of a community, as it is in force: the ledger's part in opening a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from assetmap.community.settings import CommunityError
from assetmap.fields import Problem
from assetmap.ledger import Applied, Facts, Store, StoreError, apply, store_of
from assetmap.ledger.fold import fold
from assetmap.ledger.observed import known_assets
from assetmap.ledger.store import ADDRESS, FILE
from assetmap.words import text


@dataclass(frozen=True)
class LedgerFacts:
    """The fold of a community's ledger over its sources; everything empty without a ledger.

    `frame` holds the sources' own texts and `ids` their rows' ids, so that a later entry is
    folded onto what was read already. `version` is the store's when it was read.
    """

    facts: Facts = field(default_factory=Facts)
    applied: Applied | None = None
    frame: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    ids: Sequence[str] = ()
    version: int = 0
    open: bool = False

    def now_known_as(self, asset: str) -> str:
        """The id that an old link's asset has today."""
        known = self.facts.now_known_as(asset)
        return self.applied.moved.get(known, known) if self.applied else known

    def source_text(self, asset: str, name: str) -> str:
        """The source's own plain text of a field, whatever people said of it."""
        if asset not in self.ids or name not in self.frame:
            return ""
        value = self.frame[name].iat[list(self.ids).index(asset)]
        return value if isinstance(value, str) else ""


def ledger_of(folder: Path) -> Store | None:
    """The community's store where it is set up; None where there is none.

    Raises CommunityError where there is one that cannot be read: opening without it would show
    again what somebody asked to have taken off.
    """
    try:
        store = store_of(folder)
        if store.exists():
            return store
    except StoreError as error:
        raise CommunityError(error.args[0]) from None
    if os.environ.get(ADDRESS) and (folder / FILE).is_file():
        raise CommunityError(text("ledger.two", file=FILE))
    return None


def ledger_problems(folder: Path, facts: LedgerFacts) -> list[Problem]:
    """What has to be said where a ledger is meant to be and none has been set up."""
    try:
        empty = facts.open and store_of(folder).schema_version() == 0
    except StoreError as error:
        raise CommunityError(error.args[0]) from None
    if not empty and (facts.open or not os.environ.get(ADDRESS)):
        return []
    return [Problem(None, "store", "", "kept", text("ledger.not_set_up"), "community.toml")]


def fold_onto(
    folder: Path,
    frame: pd.DataFrame,
    ids: Sequence[str],
    now: datetime,
    country: str,
    was_open: bool = False,
) -> LedgerFacts:
    """Everything that people said, put on the rows of the sources before they are checked.

    Raises CommunityError where a ledger that `was_open` is gone: without it somebody would be
    shown again who asked to be taken off.
    """
    store = ledger_of(folder)
    if store is None:
        if was_open:
            raise CommunityError(text("ledger.gone"))
        return LedgerFacts(frame=frame, ids=ids)
    try:
        facts = fold(store.entries())
        applied = apply(frame, ids, facts, now, country, lambda: known_assets(store).values())
    except StoreError as error:
        raise CommunityError(error.args[0]) from None
    return LedgerFacts(facts, applied, frame, ids, facts.version, True)


def merges_of(facts: LedgerFacts, from_file: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs (kept, other) to merge: those of merges.csv that nobody parted, and the ledger's."""
    parted = facts.facts.not_same
    merges = [pair for pair in from_file if frozenset(pair) not in parted]
    return [*merges, *(pair for pair in facts.facts.merges if pair not in merges)]
