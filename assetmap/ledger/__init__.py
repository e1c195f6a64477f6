"""The ledger: what people said of a community's assets, never changed and never lost.

Files and feeds are the truth for what is imported; the ledger is the truth for what people said,
and what is served is the fold of both. `entry` is one thing that was said, `store` keeps entries
in SQLite or PostgreSQL (`databases`, with the SQL of both), `fold` turns them into what is in
force, `applied` puts that on the rows of the sources before they are checked and finds what
somebody has to decide. `people` says who somebody is and who may do what, `calls` who is to be
called next, `suggestions` what a visitor may send.
"""

from assetmap.ledger.applied import Applied, Review, apply
from assetmap.ledger.entry import (
    ROLES,
    WHATS,
    Conflict,
    Entry,
    LedgerError,
    NotAllowed,
    StoreError,
    entry,
)
from assetmap.ledger.fold import Fact, Facts, fold
from assetmap.ledger.store import Store, open_store, store_of

__all__ = [
    "ROLES",
    "WHATS",
    "Applied",
    "Conflict",
    "Entry",
    "Fact",
    "Facts",
    "LedgerError",
    "NotAllowed",
    "Review",
    "Store",
    "StoreError",
    "apply",
    "entry",
    "fold",
    "open_store",
    "store_of",
]
