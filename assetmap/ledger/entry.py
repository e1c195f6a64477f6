"""One thing that was said: an entry of the ledger, and what can go wrong."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple

from assetmap.words import text


class LedgerError(ValueError):
    """It could not be done and nothing was written; the message is one sentence."""


class StoreError(LedgerError):
    """The store cannot be opened, read or written just now."""


class Conflict(LedgerError):
    """Somebody else changed the same thing meanwhile; the message gives both values."""


class NotAllowed(LedgerError):
    """The role may not do this."""


# What an entry can say. `retire` notes that the source now says the same as the correction.
WHATS = (
    *("correct", "confirm", "beds", "add", "close", "reopen", "consent", "withdraw", "merge"),
    *("not_same", "hold", "release", "suggest", "accept", "refuse", "id_moved", "import"),
    *("publish", "undo", "retire"),
)
# From most to least that a role may do; `visitor` has no key, `system` is the program itself.
ROLES = ("owner", "editor", "volunteer", "steward")
LONGEST_VALUE = 20_000
LONGEST_REASON = 300


class Entry(NamedTuple):
    """An entry as it lies in the store.

    `n` rises by one. `at` is when it was said and `entered` when it was typed, both ISO texts
    in UTC. `actor` is a person's id, None for visitors and for the program. `was` is
    the value that was served when it was said; `source_hash` is of the source's value then
    (`source_hash()`). `about` is the entry, or the number of the review item, that this one
    answers or takes back.
    """

    n: int
    at: str
    entered: str
    actor: int | None
    role: str
    what: str
    asset: str
    field: str
    value: str
    was: str
    source_hash: str
    reason: str
    about: int | None

    def as_dict(self) -> dict[str, object]:
        """The entry as the command line prints it; `undoes` is what an undo takes back."""
        document = self._asdict()
        about = document.pop("about")
        del document["source_hash"]
        document["undoes"] = about if self.what == "undo" else None
        document["about"] = about if self.what != "undo" else None
        return document


def entry(
    what: str,
    asset: str = "",
    field: str = "",
    value: str = "",
    *,
    role: str,
    now: datetime,
    at: datetime | None = None,
    actor: int | None = None,
    was: str = "",
    source_hash: str = "",
    reason: str = "",
    about: int | None = None,
) -> Entry:
    """An entry that is not in a store yet (its `n` is 0).

    `now` and `at` are aware. Raises LedgerError for a time that has not come yet or a text that
    is too long.
    """
    if what not in WHATS:
        raise LedgerError(text("ledger.no_such_what", what=what))
    moment = at or now
    if moment > now:
        raise LedgerError(text("ledger.not_yet", at=moment.isoformat(timespec="minutes")))
    if len(value) > LONGEST_VALUE:
        raise LedgerError(text("ledger.too_long", n=LONGEST_VALUE))
    if len(reason) > LONGEST_REASON:
        raise LedgerError(text("ledger.reason_too_long", n=LONGEST_REASON))
    return Entry(
        n=0,
        at=stamp(moment),
        entered=stamp(now),
        actor=actor,
        role=role,
        what=what,
        asset=asset,
        field=field,
        value=value,
        was=was,
        source_hash=source_hash,
        reason=_one_line(reason),
        about=about,
    )


def stamp(moment: datetime) -> str:
    """An aware time as the store keeps it: in UTC to the second, so that texts sort as times."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _one_line(reason: str) -> str:
    return " ".join(reason.split())


def source_hash(value: str) -> str:
    """Twelve hex digits of a source's value, so that a later one can be compared with it."""
    return hashlib.sha256(value.encode()).hexdigest()[:12]
