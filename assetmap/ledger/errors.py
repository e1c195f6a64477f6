"""What can go wrong with the ledger, each said in one sentence."""

from __future__ import annotations


class LedgerError(ValueError):
    """It could not be done and nothing was written; the message is one sentence."""


class StoreError(LedgerError):
    """The store cannot be opened, read or written just now."""


class Conflict(LedgerError):
    """Somebody else changed the same thing meanwhile; the message gives both values."""


class NotAllowed(LedgerError):
    """The role may not do this."""
