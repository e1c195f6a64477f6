"""What waits for somebody's decision, and deciding it: the inbox, accept, refuse, undo, history.

The gate clears every text that is served. What lies in the ledger is kept as it was typed, so a
reason or a note on an open row may name the house of another row: `PrivateStreets` takes the
streets nobody may see out of it, for roles that may not see them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from assetmap.assets.hiding import GuardedHomes, Street
from assetmap.community.folder import Community, clock
from assetmap.community.recording import Recorded, Who
from assetmap.ledger import Entry, LedgerError, NotAllowed, Review, Store, entry, open_store
from assetmap.ledger.applied import FIRST_REVIEW, review_number
from assetmap.ledger.entry import source_hash, stamp
from assetmap.ledger.fold import NOTE, fold
from assetmap.ledger.people import allowed, needs_second_eyes
from assetmap.ledger.store import append_in
from assetmap.ledger.suggestions import notes
from assetmap.words import changed, text

# Fields whose values of a hidden listing tell where it is.
PLACE_FIELDS = frozenset(("address", "postal_code", "latitude", "longitude"))
MOST_PAIRS = 500


def inbox(community: Community, duplicates: bool = True) -> list[Review]:
    """Everything that waits, what people sent first, then what the program found."""
    if community.ledger.applied is None:
        return []
    items = _proposed(community)
    if any(item.what == "suggest" for item in items):
        written = notes(open_store(community.path))
        items = [_with_note(item, written.get(item.n, "")) for item in items]
    items += _held_rows(community)
    if duplicates:
        items += _duplicates(community)
    first = {"suggest": 0, "hold": 1, "import differs": 2, "id": 3, "held": 4, "duplicate": 5}
    return sorted(items, key=lambda item: (first.get(item.what, 9), not item.old, item.n))


def count_waiting(community: Community) -> int:
    """How many items of the inbox wait, pairs of listings that look alike left out.

    Asks no store, so that it can be told while the store is away.
    """
    if community.ledger.applied is None:
        return 0
    return len(_proposed(community)) + len(_held_rows(community))


def _proposed(community: Community) -> list[Review]:
    """What people sent and what imports left to decide, without what hangs on another item."""
    facts = community.ledger
    assert facts.applied is not None
    waiting = facts.facts.waiting
    hanging = {value.n for value in waiting.values() if value.about in waiting}
    return [item for item in facts.applied.reviews if item.n not in hanging]


def _with_note(item: Review, note: str) -> Review:
    """A suggestion with the visitor's own words, while they are kept."""
    if item.what != "suggest":
        return item
    return item._replace(value=item.value or note, reason=note if item.value else "")


def _held_rows(community: Community) -> list[Review]:
    """Rows that `check` holds back, with the reason it gave."""
    decided = community.ledger.facts.decided
    assets = community.assets
    held = assets[assets["status"] == "candidate"]
    if not len(held):
        return []
    reasons = _reasons(community)
    result = []
    for asset, source in zip(held["id"], held["source"], strict=True):
        if f"{asset}\x1fheld\x1f" in decided:
            continue
        reason = reasons.get(str(asset)) or reasons.get(str(source)) or text("inbox.candidate")
        result.append(
            Review(
                review_number("held", asset),
                *("held", asset, "status", "active", "candidate"),
                reason,
            )
        )
    return result


def _reasons(community: Community) -> dict[str, str]:
    """By asset the sentence with which `check` held its row."""
    facts = community.ledger
    frame = facts.applied.frame if facts.applied is not None else facts.frame
    if "row" not in frame:
        return {}
    ids = facts.applied.ids if facts.applied is not None else facts.ids
    rows = {
        (str(source), int(row)): asset
        for source, row, asset in zip(frame["source"], frame["row"], ids, strict=True)
    }
    return {
        rows[problem.source, problem.row]: problem.message
        for problem in community.problems
        if problem.field == "address"
        and problem.severity == "guessed"
        and problem.row is not None
        and (problem.source, problem.row) in rows
    }


def _duplicates(community: Community) -> list[Review]:
    facts = community.ledger.facts
    proposed = {
        frozenset((value.asset, value.value))
        for value in facts.waiting.values()
        if value.field in ("merge", "not_same")
    }
    result = []
    for pair in community.alike[:MOST_PAIRS]:
        both = frozenset((pair.a, pair.b))
        if both in facts.not_same or both in proposed:
            continue
        result.append(
            Review(
                review_number("duplicate", pair.a, "", pair.b),
                *("duplicate", pair.a, "", pair.b, pair.a),
                ", ".join(pair.evidence),
            )
        )
    return result


class Decider:
    """Decides for `who` what waits in the ledger of `community`.

    Every method raises LedgerError with one sentence and has then written nothing.
    """

    def __init__(self, community: Community, who: Who, why: str = "") -> None:
        self.community = community
        self.who = who
        self.why = why
        self.now = clock(community.timezone)
        self.store: Store = open_store(community.path)

    def accept(self, n: int) -> Recorded:
        """Take what item `n` proposes."""
        return self._decide(n, True)

    def refuse(self, n: int) -> Recorded:
        """Leave things as they are."""
        return self._decide(n, False)

    def _decide(self, n: int, take: bool) -> Recorded:
        allowed(self.who.role, "decide")
        if n < FIRST_REVIEW:
            return self._waiting(n, take)
        item = next((each for each in inbox(self.community) if each.n == n), None)
        if item is None:
            raise LedgerError(text("inbox.nothing", n=n))
        recorded = self._for(item, take)
        written = self.store.append(recorded)
        return Recorded(written[0].n, item.asset, True)

    def _waiting(self, n: int, take: bool) -> Recorded:
        # Decided under the lock, so that two people cannot decide it both.
        with self.store.writing() as run:
            facts = fold(self.store.entries())
            proposed = facts.waiting.get(n)
            if proposed is None:
                raise LedgerError(text("inbox.nothing", n=n))
            own = proposed.actor is not None and proposed.actor == self.who.actor
            if take and proposed.what == "hold" and own:
                raise NotAllowed(text("inbox.second_eyes"))
            if take and proposed.what == "suggest" and self._grave(proposed):
                # A stranger's word and one person's are not two people's: it goes on waiting.
                held = self._entry("hold", proposed, 0)._replace(about=None)
                refused = self._entry("refuse", proposed, n)
                written = append_in(run, [refused, held], together=False)
                note = str(text("record.second_eyes"))
                return Recorded(written[1].n, proposed.asset, False, note)
            written = append_in(run, [self._entry("accept" if take else "refuse", proposed, n)])
        forget_note(self.store, n)
        return Recorded(written[0].n, proposed.asset, True)

    def _grave(self, proposed: Entry) -> bool:
        if self.who.actor is None:
            return False
        kinds = dict(zip(self.community.assets["id"], self.community.assets["kind"], strict=True))
        kind = str(kinds.get(proposed.asset, ""))
        return needs_second_eyes("", proposed.field, proposed.value, kind, proposed.was)

    def _entry(self, what: str, about: Entry, n: int) -> Entry:
        return entry(
            *(what, about.asset, about.field, about.value),
            role=self.who.role,
            now=self.now,
            actor=self.who.actor,
            was=about.was,
            reason=self.why,
            about=n,
        )

    def _for(self, item: Review, take: bool) -> Entry:
        """The entry that decides an item which was worked out."""
        if item.what == "duplicate":
            what = "merge" if take else "not_same"
            return self._made(what, item.asset, "", item.value, item)
        if item.what == "id":
            if not take:
                return self._made("refuse", item.asset, "id", item.value, item)
            if not item.value:
                raise LedgerError(text("inbox.no_partner"))
            return self._made("id_moved", item.asset, "", item.value, item)
        if item.what == "held":
            if take:
                return self._made("release", item.asset, "status", "active", item)
            return self._made("refuse", item.asset, "held", "", item)
        return self._made("accept" if take else "refuse", item.asset, item.field, item.value, item)

    def _made(self, what: str, asset: str, field: str, value: str, item: Review) -> Entry:
        return entry(
            *(what, asset, field, value),
            role=self.who.role,
            now=self.now,
            actor=self.who.actor,
            was=item.was,
            source_hash=source_hash(item.value) if item.what == "import differs" else "",
            reason=self.why,
            about=item.n if item.what == "import differs" else None,
        )

    def undo(self, n: int) -> Recorded:
        """Take back entry `n`, and what hangs on it; an undo can be undone too."""
        allowed(self.who.role, "undo")
        known = self.store.entry(n)
        if known is None:
            raise LedgerError(text("inbox.no_entry", n=n))
        entries = self.store.entries()
        facts = fold(entries)
        if n in facts.void:
            raise LedgerError(text("inbox.undone_already", n=n))
        recorded = entry(
            "undo",
            known.asset,
            "",
            "",
            role=self.who.role,
            now=self.now,
            actor=self.who.actor,
            was=known.value,
            reason=self.why,
            about=n,
        )
        written = self.store.append(recorded)
        return Recorded(written[0].n, known.asset, True)


def history(community: Community, asset: str) -> list[Entry]:
    """What was said of an asset under any id it had, newest first."""
    store = open_store(community.path)
    known = community.ledger.now_known_as(asset)
    names = {asset, known}
    names |= {old for old, new in community.ledger.facts.moved.items() if new == known}
    result = [item for item in store.entries() if item.asset in names or item.value in names]
    return sorted(result, key=lambda option: -option.n)


def shown_to(item: Review, community: Community, sees_hidden: bool) -> Review:
    """The item without what tells where a hidden place is, for a role that may not see it."""
    if sees_hidden:
        return item
    hidden = _hidden_ids(community)
    if item.field == "" and item.what in ("hold", "suggest"):
        return item._replace(value=_named_only(item.value))
    if item.asset in hidden and item.what == "suggest":
        # A visitor's own words may tell the place, whatever field they are about.
        item = item._replace(reason="")
    if item.asset in hidden and (item.field in PLACE_FIELDS or item.field == NOTE):
        return item._replace(value="–" if item.value else "", was="–" if item.was else "")
    return item


def _named_only(content: str) -> str:
    try:
        document = json.loads(content)
    except ValueError:
        return "–"
    return json.dumps({name: document[name] for name in ("name", "kind") if name in document})


def _hidden_ids(community: Community) -> frozenset[str]:
    assets = community.assets
    hidden = np.isin(assets["location_precision"].astype(object), ("area", "hidden"))
    served = set(assets["id"])
    gone = {item for item in community.ledger.ids if item not in served}
    return frozenset(assets["id"][hidden]) | gone


def forget_note(store: Store, n: int) -> None:
    """Mark the note of a decided suggestion for deletion 90 days from now."""
    with store.writing() as run:
        later = stamp(datetime.now(UTC) + timedelta(days=90))
        run("UPDATE note SET delete_after = ? WHERE n = ? AND delete_after = ''", (later, n))


class PrivateStreets:
    """The private streets of a community: of rows whose address is not served, whatever their
    list, people or an earlier entry of `entries` says it is."""

    def __init__(self, community: Community, entries: Iterable[Entry] = ()) -> None:
        assets = community.assets
        addresses = assets["address"]
        self._open = set(assets["id"][addresses.notna() & (addresses != "")])
        result = [*self._of_lists(community), *self._said(community, entries)]
        self._homes = GuardedHomes(enumerate(result))

    def clear(self, written: str) -> str:
        """The text without a private street in it."""
        return self._homes.take_out(written) if written else written

    def cleared(self, message: str) -> str:
        """The same of a text of ours, which can still be said in another language."""
        return changed(message, self.clear)

    def _of_lists(self, community: Community) -> Iterator[Street]:
        frame, ids = community.ledger.frame, community.ledger.ids
        if "address" not in frame:
            return
        cells = [
            frame[name].tolist() if name in frame else [None] * len(frame)
            for name in ("address", "city", "region")
        ]
        for asset, address, city, region in zip(ids, *cells, strict=True):
            if asset not in self._open and isinstance(address, str) and address:
                yield Street(address, _text(city), _text(region))

    def _said(self, community: Community, entries: Iterable[Entry]) -> Iterator[Street]:
        facts = community.ledger.facts
        for (asset, name), fact in facts.values.items():
            if name == "address" and asset not in self._open and fact.value:
                yield Street(fact.value)
        for known in entries:
            if known.field == "address" and known.asset not in self._open:
                yield from (Street(item) for item in (known.value, known.was) if item)
        for asset, fact in facts.added.items():
            if asset not in self._open:
                yield from _of_document(fact.value)


def _of_document(content: str) -> Iterator[Street]:
    """The street of a row that somebody added."""
    try:
        document = json.loads(content)
    except ValueError:
        return
    address = document.get("address") if isinstance(document, dict) else None
    if isinstance(address, str) and address:
        yield Street(address, _text(document.get("city")), _text(document.get("region")))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
