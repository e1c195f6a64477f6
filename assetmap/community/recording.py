"""Writing down what somebody says of a community: the one path of the desk and the command line.

A value goes the way of a cell in a sheet (`readers.read_human_value`); one that cannot be read
is refused and nothing is written. Whether it takes effect at once or waits for somebody who may
accept it is decided by `ledger.people.allowed`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from assetmap import vocabulary
from assetmap.assets.cells import plain_value, written
from assetmap.community.folder import Community, clock
from assetmap.community.ledger_facts import ledger_of
from assetmap.fields import FIELDS
from assetmap.ledger import Entry, LedgerError, Store, entry, open_store
from assetmap.ledger.applied import ADDED, known_by
from assetmap.ledger.entry import source_hash
from assetmap.ledger.observed import note
from assetmap.ledger.people import action_for, allowed, needs_second_eyes
from assetmap.places import fold
from assetmap.readers.human import human_problem, read_human_value
from assetmap.words import text

HOW = ("phone", "visit", "website", "provider", "peer")


@dataclass(frozen=True)
class Who:
    """Who writes: a role, the person's number where there is one, a steward's one listing."""

    role: str = "owner"
    actor: int | None = None
    own: str = ""


class Recorded(NamedTuple):
    """What was written: its number, the asset, and whether it is in force or waits."""

    n: int
    asset: str
    applied: bool
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """As the command line prints it."""
        document: dict[str, object] = {"n": self.n, "asset": self.asset, "applied": self.applied}
        if self.note:
            document["note"] = self.note
        return document


class Listing(NamedTuple):
    """One asset as somebody may say something of it: what is served and what its source says."""

    asset: str
    name: str
    kind: str
    served: Mapping[str, str]
    source: Mapping[str, str]

    @property
    def hidden(self) -> bool:
        """Whether its street is kept from visitors."""
        return self.served.get("location_precision") in ("area", "hidden")


def listing_of(community: Community, asset: str) -> Listing:
    """The asset `asset` (old ids too), also one that is withdrawn. Raises LedgerError."""
    known = community.ledger.now_known_as(asset)
    source = _source_texts(community, known)
    rows = community.assets[community.assets["id"] == known]
    served = {}
    if len(rows):
        row = rows.iloc[0]
        served = {name: written(_plain(row[name])) for name in FIELDS if name in rows}
    if not served and not source:
        raise LedgerError(text("record.no_asset", asset=asset))
    facts = community.ledger.facts.of(known)
    if not served:
        served = {**source, **{name: fact.value for name, fact in facts.items()}}
    return Listing(known, served.get("name", known), served.get("kind", "other"), served, source)


def _source_texts(community: Community, asset: str) -> dict[str, str]:
    """The source's own texts of an asset, whatever people said of it."""
    facts = community.ledger
    added = facts.facts.added.get(asset)
    if added is not None:
        return {str(name): str(value) for name, value in json.loads(added.value).items()}
    try:
        row = list(facts.ids).index(asset)
    except ValueError:
        return {}
    result = facts.frame.iloc[row]
    return {str(name): value for name, value in result.items() if isinstance(value, str) and value}


def _plain(value: object) -> object:
    if value is pd.NA:
        return None
    return value.item() if hasattr(value, "item") else value


class Recorder:
    """Writes into the ledger of `community` for `who`.

    `moment` is when it was said (default: now), `why` is kept with it, `seen` the version of the
    store that the person was shown. Every method raises LedgerError with one sentence and has
    then written nothing.
    """

    def __init__(
        self,
        community: Community,
        who: Who,
        moment: datetime | None = None,
        why: str = "",
        seen: int | None = None,
    ) -> None:
        self.community = community
        self.who = who
        self.at = moment
        self.why = why
        self.seen = seen
        self.now = clock(community.timezone)
        self.store: Store = open_store(community.path)

    # What can be said of one asset.

    def correct(self, asset: str, field: str, stated: str) -> Recorded:
        """A field's value, named and written as in anybody's sheet; "" makes it unknown."""
        listing = listing_of(self.community, asset)
        read = read_human_value(field, stated, self.community.context)
        if read.refused is not None:
            raise LedgerError(human_problem(field, stated, None, read) or read.refused)
        if read.field in ("name", "kind") and not read.values.get(read.field):
            raise LedgerError(text("record.needs_value", field=read.field))
        entries = []
        for name, value in sorted(read.values.items(), key=lambda pair: pair[0] != read.field):
            if name == read.field and self._same(listing, name, value):
                raise LedgerError(text("record.same", field=name, value=value))
            entries.append(self._said(listing, "correct", name, value))
        if read.field == "address" and not {"latitude", "longitude"} & read.values.keys():
            entries += [
                self._said(listing, "correct", name, "")
                for name in ("latitude", "longitude")
                if listing.source.get(name) or self._was_said(listing, name)
            ]
        note = human_problem(field, stated, None, read) or ""
        return self._write(listing, action_for(read.field), entries, str(note))

    def _was_said(self, listing: Listing, name: str) -> bool:
        fact = self.community.ledger.facts.values.get((listing.asset, name))
        return fact is not None and bool(fact.value)

    def _same(self, listing: Listing, name: str, value: str) -> bool:
        """Whether it is said already, by a person: saying again what a source says is news."""
        fact = self.community.ledger.facts.values.get((listing.asset, name))
        country = self.community.context.country
        return fact is not None and plain_value(name, fact.value, country) == plain_value(
            name, value, country
        )

    def confirm(self, asset: str, how: str = "phone") -> Recorded:
        """Somebody checked that what is listed is right."""
        if how not in HOW:
            raise LedgerError(text("record.how", how=how, known=", ".join(HOW)))
        listing = listing_of(self.community, asset)
        day = self._said_at().date().isoformat()
        entries = [
            self._said(listing, "confirm", "verified_on", day),
            self._said(listing, "confirm", "verified_how", how),
        ]
        return self._write(listing, "confirm", entries)

    def beds(self, asset: str, count: str) -> Recorded:
        """How many beds are open, as of the time it was said."""
        listing = listing_of(self.community, asset)
        read = read_human_value("beds_open", count, self.community.context)
        value = read.values.get("beds_open", "")
        if read.refused is not None or not value:
            raise LedgerError(
                human_problem("beds_open", count, None, read) or text("record.beds", said=count)
            )
        total = listing.served.get("beds_total", "")
        if total and int(value) > int(total):
            raise LedgerError(text("record.too_many_beds", said=value, total=total))
        moment = self._said_at().strftime("%Y-%m-%dT%H:%M")
        entries = [
            self._said(listing, "beds", "beds_open", value),
            self._said(listing, "beds", "beds_as_of", moment),
        ]
        return self._write(listing, "beds", entries)

    def close(self, asset: str, for_now: bool = False) -> Recorded:
        """It is not there any more (or not for now)."""
        listing = listing_of(self.community, asset)
        value = "temporarily_closed" if for_now else "inactive"
        if listing.served.get("status") == value:
            raise LedgerError(text("record.is_closed", name=listing.name))
        return self._write(listing, "close", [self._said(listing, "close", "status", value)])

    def reopen(self, asset: str) -> Recorded:
        """It is there again."""
        listing = listing_of(self.community, asset)
        if listing.served.get("status") == "active":
            raise LedgerError(text("record.is_open", name=listing.name))
        return self._write(listing, "reopen", [self._said(listing, "reopen", "status", "active")])

    def consent(self, asset: str, agreed: bool) -> Recorded:
        """Whether it agreed to be listed; no takes it off every page and export."""
        listing = listing_of(self.community, asset)
        what, value = ("consent", "yes") if agreed else ("withdraw", "no")
        return self._write(listing, "consent", [self._said(listing, what, "listed_ok", value)])

    def add(self, answers: Mapping[str, str]) -> Recorded:
        """A new asset from fields as people write them; it needs a name and a kind."""
        values: dict[str, str] = {}
        for field, stated in answers.items():
            if not stated.strip():
                continue
            read = read_human_value(field, stated, self.community.context)
            if read.refused is not None:
                raise LedgerError(human_problem(field, stated, None, read) or read.refused)
            values.update({name: value for name, value in read.values.items() if value})
        for needed in ("name", "kind"):
            if not values.get(needed):
                raise LedgerError(text("record.needs_value", field=needed))
        asset = self._new_id(values["name"])
        content = json.dumps(values, ensure_ascii=False, sort_keys=True)
        entries = self._entry("add", asset, "", content, "", "")
        listing = Listing(asset, values["name"], values["kind"], values, {})
        return self._write(listing, "add", [entries])

    def _new_id(self, name: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40] or "asset"
        taken = set(self.community.ledger.ids) | set(self.community.ledger.facts.added)
        taken |= {item.asset for item in self.store.entries() if item.asset.startswith(ADDED)}
        asset, count = f"{ADDED}:{base}", 1
        while asset in taken:
            count += 1
            asset = f"{ADDED}:{base}-{count}"
        return asset

    def merge(self, kept: str, other: str) -> Recorded:
        """Two listings are one asset; `kept` keeps its id."""
        return self._pair("merge", kept, other)

    def not_same(self, first: str, other: str) -> Recorded:
        """Two listings that look alike are two, for ever."""
        return self._pair("not_same", first, other)

    def _pair(self, what: str, kept: str, other: str) -> Recorded:
        first, second = listing_of(self.community, kept), listing_of(self.community, other)
        if first.asset == second.asset:
            raise LedgerError(text("record.one_asset", asset=first.asset))
        entries = self._entry(what, first.asset, "", second.asset, "", "")
        return self._write(first, what, [entries])

    # Parts.

    def _said_at(self) -> datetime:
        moment = self.at or self.now
        return moment.astimezone(ZoneInfo(self.community.timezone))

    def _said(self, listing: Listing, what: str, field: str, value: str) -> Entry:
        country = self.community.context.country
        source = plain_value(field, listing.source.get(field, ""), country)
        was = listing.served.get(field, "") or source
        return self._entry(what, listing.asset, field, value, was, source_hash(source))

    def _entry(self, what: str, asset: str, field: str, value: str, was: str, hashed: str) -> Entry:
        return entry(
            *(what, asset, field, value),
            role=self.who.role,
            now=self.now,
            at=self.at,
            actor=self.who.actor,
            was=was,
            source_hash=hashed,
            reason=self.why,
        )

    def _write(
        self, listing: Listing, action: str, entries: list[Entry], note: str = ""
    ) -> Recorded:
        """Write entries that belong together, in force or waiting as the role may."""
        how = allowed(self.who.role, action, listing.asset, self.who.own)
        first = entries[0]
        waits = how == "review" or any(
            needs_second_eyes(item.what, item.field, item.value, listing.kind, item.was)
            for item in entries
        )
        if not waits:
            stored = self.store.append(*entries, seen=self.seen)
            return Recorded(stored[0].n, first.asset, True, note)
        held = [self._held(item) for item in entries]
        stored = self.store.append(*held, seen=None)
        reason = str(text("record.waits" if how == "review" else "record.second_eyes"))
        return Recorded(stored[0].n, first.asset, False, f"{note} {reason}".strip())

    def _held(self, new_entry: Entry) -> Entry:
        """The entry as a proposal; pairs say in `field` what they propose."""
        field = new_entry.what if new_entry.what in ("merge", "not_same") else new_entry.field
        return new_entry._replace(what="hold", field=field)


def when(stated: str | None, community: Community) -> datetime | None:
    """A time as people type it (ISO; without offset the community's own). Raises LedgerError."""
    if not stated:
        return None
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        raise LedgerError(text("record.at", said=stated)) from None
    if len(stated) <= 10:
        # A day without a time: noon, or now where the day is today.
        now = clock(community.timezone)
        if moment.date() == now.date():
            return now
        moment = moment.replace(hour=12)
    zone = ZoneInfo(community.timezone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def kind_label(kind: str, language: str) -> str:
    """What people call a kind."""
    return vocabulary.label("kinds", kind, language)


def observe(community: Community) -> list[Entry]:
    """Note by what each asset of `community` is known; ids that moved and corrections whose
    source caught up are written down. Gives the entries written; none on a read-only disk."""
    store = ledger_of(community.path)
    facts = community.ledger
    if store is None or not facts.open:
        return []
    try:
        rows = known_by(facts.frame, facts.ids)
        return note(store, rows, facts.applied, datetime.now(UTC))
    except LedgerError:
        # Whoever writes next is told; what is served is right without the note.
        return []
