"""What a visitor may send: kept short, few, signed, and without anything that tells who sent it.

No address, cookie or browser is stored. A form's token is signed with its time; a bucket in
memory, keyed by a hash whose salt is drawn each day and never written, slows down who sends many.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assetmap.ledger.databases import Run
from assetmap.ledger.entry import Entry, LedgerError, stamp
from assetmap.ledger.fold import NOTE, fold
from assetmap.ledger.store import Store, append_in
from assetmap.words import text

LONGEST = 300
SOONEST_S = 3.0
LATEST_S = 3600.0
MOST_PENDING = 3
MOST_A_DAY = 200
BUCKET = 5
# Forms and addresses that are remembered, in memory only.
MOST_KEPT = 100_000
ONE_MORE_EVERY_S = 600.0
_LINKS = re.compile(
    r"(?:https?://|www\.|mailto:)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|ru|biz|top|xyz)\b\S*",
    re.IGNORECASE,
)
_KEY = "form_key"


class Forms:
    """Signs and checks the forms of one store, and remembers which were sent, for an hour."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self.store = store
        self.clock = clock
        self._lock = threading.Lock()
        self._used: OrderedDict[str, float] = OrderedDict()
        self._key = b""

    def token(self, asset: str) -> str:
        """A token for a form about `asset`, good from 3 seconds on and for an hour."""
        moment = str(int(self.clock()))
        nonce = secrets.token_hex(8)
        return f"{moment}.{nonce}.{self._signed(moment, nonce, asset)}"

    def check(self, token: str, asset: str) -> None:
        """Raises LedgerError for a token that is forged, too new, too old, or was sent before."""
        parts = token.split(".")
        if len(parts) != 3 or not parts[0].isascii() or not parts[0].isdigit():
            raise LedgerError(text("suggest.form"))
        moment, nonce, signature = parts
        if not hmac.compare_digest(signature, self._signed(moment, nonce, asset)):
            raise LedgerError(text("suggest.form"))
        age = self.clock() - float(moment[:15])
        if age < SOONEST_S:
            raise LedgerError(text("suggest.too_soon"))
        if age > LATEST_S:
            raise LedgerError(text("suggest.too_late"))
        with self._lock:
            now = self.clock()
            # Oldest first: what has run out is let go of, and no more than so many are kept.
            while self._used and (
                now - next(iter(self._used.values())) >= LATEST_S or len(self._used) >= MOST_KEPT
            ):
                self._used.popitem(last=False)
            if nonce in self._used:
                raise LedgerError(text("suggest.sent_already"))
            self._used[nonce] = now

    def _signed(self, moment: str, nonce: str, asset: str) -> str:
        material = "\x1f".join((moment, nonce, asset)).encode()
        return hmac.new(self._secret(), material, hashlib.sha256).hexdigest()

    def _secret(self) -> bytes:
        """The key of all processes of this store, drawn once."""
        if not self._key:
            # A store that can only be read has its key all the same.
            known = self.store.rows("SELECT value FROM setting WHERE name = ?", (_KEY,))
            self._key = str(known[0][0]).encode() if known else b""
        if not self._key:
            with self.store.writing() as run:
                result = run("SELECT value FROM setting WHERE name = ?", (_KEY,))
                value = str(result[0][0]) if result else secrets.token_hex(32)
                if not result:
                    run("INSERT INTO setting VALUES (?, ?)", (_KEY, value))
            self._key = value.encode()
        return self._key


class Buckets:
    """Five suggestions at once from one address, then one every ten minutes. In memory only."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._salt = secrets.token_bytes(32)
        self._salted = clock()
        self._filled: dict[bytes, tuple[float, float]] = {}

    def take(self, address: str) -> None:
        """Raises LedgerError where `address` has sent too many."""
        with self._lock:
            now = self.clock()
            if now - self._salted > 86_400 or len(self._filled) >= MOST_KEPT:
                self._salt, self._salted = secrets.token_bytes(32), now
                self._filled.clear()
            key = hashlib.sha256(self._salt + address.encode()).digest()
            left, since = self._filled.get(key, (float(BUCKET), now))
            left = min(float(BUCKET), left + max(0.0, now - since) / ONE_MORE_EVERY_S)
            if left < 1:
                raise LedgerError(text("suggest.many"))
            self._filled[key] = (left - 1, now)


def cleaned(written: str) -> str:
    """A visitor's words on one line, without links and control characters, at most 300 letters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in written)
    return " ".join(_LINKS.sub(" ", plain).split())[:LONGEST]


def send(store: Store, suggestion: Entry, note: str, language: str) -> Entry:
    """Write a suggestion down; `note` is kept apart, because it is deleted 90 days after the
    decision. Raises LedgerError where too many wait for this asset or came today."""
    with store.writing() as run:
        since = stamp(datetime.fromisoformat(suggestion.entered) - timedelta(days=1))
        today = run(
            "SELECT count(*) FROM entry WHERE role = 'visitor' AND what = 'suggest' "
            "AND entered > ?",
            (since,),
        )
        # Of this listing only: a stranger must not make the whole ledger be read.
        facts = fold(store.entries_of(suggestion.asset))
        waiting = [value for value in facts.waiting.values() if value.role == "visitor"]
        same = [
            item
            for item in waiting
            if item.field != NOTE
            and (item.field, item.value) == (suggestion.field, suggestion.value)
        ]
        if same:
            return same[0]
        if len(waiting) >= MOST_PENDING:
            raise LedgerError(text("suggest.three_wait"))
        if int(today[0][0] or 0) >= MOST_A_DAY:
            raise LedgerError(text("suggest.many_today"))
        _forget_old(run)
        written = append_in(run, [suggestion])[0]
        if note:
            run("INSERT INTO note VALUES (?, ?, ?, '')", (written.n, note, language))
    return written


def _forget_old(run: Run) -> None:
    run(
        "DELETE FROM note WHERE delete_after <> '' AND delete_after < ?",
        (stamp(datetime.now(UTC)),),
    )


def notes(store: Store) -> dict[int, str]:
    """The notes of visitors that are still kept, by the number of their entry."""
    if store.schema_version() < 3:
        return {}
    result = store.rows("SELECT n, text FROM note")
    return {int(row[0] or 0): str(row[1]) for row in result}
