"""Noting in the ledger which assets are there, so that an edited sheet does not lose them."""

from __future__ import annotations

from datetime import UTC, datetime

from assetmap.community.folder import Community
from assetmap.community.said import ledger_of
from assetmap.ledger import Entry, LedgerError
from assetmap.ledger.applied import known_by
from assetmap.ledger.observed import note


def observe(community: Community) -> list[Entry]:
    """Note by what each asset of `community` is known; ids that moved and corrections whose
    source caught up are written down. Gives the entries written; none on a read-only disk."""
    store = ledger_of(community.path)
    facts = community.said
    if store is None or not facts.open:
        return []
    try:
        rows = known_by(facts.frame, facts.ids)
        return note(store, rows, facts.applied, datetime.now(UTC))
    except LedgerError:
        # Whoever writes next is told; what is served is right without the note.
        return []
