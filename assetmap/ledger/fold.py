"""From all entries to what is in force: a pure function of the entries, in their order.

Order is the number `n`, never the clock: a clock set back must not make a later word lose. Only a
count of beds and a confirmation that were said at an earlier time on purpose ("on Tuesday") give
way to one that was said later.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assetmap.ledger.entry import Entry

# The field of a suggestion that only says something, so that accepting it changes no value.
NOTE = "note"
# Fields that are as good as the day they were said of.
DATED = frozenset(("beds_open", "beds_as_of", "verified_on", "verified_how"))


class Fact(NamedTuple):
    """What a person said of one field of one asset, as it is in force.

    `value` is plain text as `assets.check` reads it; "" makes the field unknown. `source_hash` is
    of the source's value when it was said, "" where nobody compared.
    """

    asset: str
    field: str
    value: str
    n: int
    at: str
    role: str
    source_hash: str
    reason: str = ""


@dataclass
class Facts:
    """What is in force after all entries.

    `values` by (asset, field); `added` assets that people added, as JSON texts; `merges` pairs
    (kept, other); `not_same` pairs that stay two; `moved` old id → new id, `not_moved` such pairs
    that were taken back; `waiting` entries that somebody has to decide; `decided` review items by
    their key, with the entry that decided. `retired` are corrections whose source caught up,
    `void` the numbers that are taken back, `said` every (asset, field, value) that was ever said.
    """

    values: dict[tuple[str, str], Fact] = field(default_factory=dict)
    added: dict[str, Fact] = field(default_factory=dict)
    merges: list[tuple[str, str]] = field(default_factory=list)
    not_same: set[frozenset[str]] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    not_moved: frozenset[tuple[str, str]] = frozenset()
    waiting: dict[int, Entry] = field(default_factory=dict)
    decided: dict[str, Entry] = field(default_factory=dict)
    retired: dict[tuple[str, str], Fact] = field(default_factory=dict)
    void: frozenset[int] = frozenset()
    said: frozenset[tuple[str, str, str]] = frozenset()
    version: int = 0

    def now_known_as(self, asset: str) -> str:
        """The id that `asset` has today."""
        return self.moved.get(asset, asset)

    def of(self, asset: str) -> dict[str, Fact]:
        """The facts about one asset by field."""
        return {name: fact for (known, name), fact in self.values.items() if known == asset}


def voided(entries: Sequence[Entry]) -> frozenset[int]:
    """The numbers that are taken back: an undo that is undone itself takes nothing back."""
    gone: set[int] = set()
    for entry in reversed(entries):
        if entry.what == "undo" and entry.n not in gone and entry.about is not None:
            gone.add(entry.about)
    # Entries that hang on another one go with it.
    for entry in entries:
        hangs = entry.what not in ("undo", "accept", "refuse", "release") and entry.about
        if hangs and entry.about in gone:
            gone.add(entry.n)
    return frozenset(gone)


def fold(entries: Sequence[Entry]) -> Facts:
    """What is in force after `entries` (oldest first)."""
    facts = Facts(void=voided(entries), version=entries[-1].n if entries else 0)
    standing = [entry for entry in entries if entry.n not in facts.void and entry.what != "undo"]
    facts.said = frozenset(
        (entry.asset, entry.field, entry.value)
        for entry in entries
        if entry.what in ("correct", "merge")
    )
    facts.not_moved = frozenset(
        (entry.asset, entry.value)
        for entry in entries
        if entry.what == "id_moved" and entry.n in facts.void
    )
    moves: list[tuple[str, str]] = []
    by_number = {entry.n: entry for entry in standing}
    for entry in standing:
        if entry.what == "id_moved":
            moves.append((entry.asset, entry.value))
        _take(facts, entry, by_number)
    _move(facts, moves)
    return facts


def _take(facts: Facts, entry: Entry, by_number: Mapping[int, Entry]) -> None:
    if entry.what in ("suggest", "hold"):
        facts.waiting[entry.n] = entry
    elif entry.what in ("accept", "refuse"):
        _decide(facts, entry, by_number)
    elif entry.what == "retire":
        fact = facts.values.pop((entry.asset, entry.field), None)
        if fact is not None:
            facts.retired[entry.asset, entry.field] = fact
    elif entry.what == "merge":
        facts.merges.append((entry.asset, entry.value))
        facts.not_same.discard(frozenset((entry.asset, entry.value)))
    elif entry.what == "not_same":
        facts.not_same.add(frozenset((entry.asset, entry.value)))
    elif entry.what == "add":
        facts.added[entry.asset] = _fact(entry)
    elif entry.field:
        _set(facts, entry)


def _decide(facts: Facts, entry: Entry, by_number: Mapping[int, Entry]) -> None:
    """An accept or refuse of a waiting entry, or of a review item that was worked out."""
    proposed = by_number.get(entry.about or 0)
    if proposed is None or proposed.what not in ("suggest", "hold"):
        facts.decided[decided_key(entry)] = entry
        known = facts.values.get((entry.asset, entry.field))
        if entry.field and known is not None:
            if entry.what == "accept":
                del facts.values[entry.asset, entry.field]
            else:
                # The source's new value is known now; only another change is news.
                facts.values[entry.asset, entry.field] = known._replace(
                    source_hash=entry.source_hash
                )
        return
    together = [value for value in facts.waiting.values() if value.about == proposed.n]
    for item in (proposed, *together):
        facts.waiting.pop(item.n, None)
        if entry.what == "accept" and item.field != NOTE:
            taken = item._replace(what=_effect(item), n=entry.n, role=entry.role)
            _take(facts, taken, by_number)


def _effect(proposed: Entry) -> str:
    """What a proposal does once it is accepted."""
    if proposed.field == "":
        return "add"
    return proposed.field if proposed.field in ("merge", "not_same") else "correct"


def decided_key(entry: Entry) -> str:
    """The key of the review item that an accept or refuse decided."""
    return f"{entry.asset}\x1f{entry.field}\x1f{entry.value}"


def _fact(entry: Entry) -> Fact:
    _, position, _, _, role, _, asset, field, value, _, hashed, reason, _ = entry
    return Fact(asset, field, value, entry.n, position, role, hashed, reason)


def _set(facts: Facts, entry: Entry) -> None:
    key = (entry.asset, entry.field)
    known = facts.values.get(key)
    if known is not None and entry.field in DATED:
        earlier_on_purpose = entry.at < entry.entered
        if earlier_on_purpose and entry.at < known.at:
            return
    facts.retired.pop(key, None)
    facts.values[key] = _fact(entry)


def _move(facts: Facts, moves: Iterable[tuple[str, str]]) -> None:
    """Everything said of an old id is said of the new one; the later word wins."""
    for old, new in moves:
        for known, target in list(facts.moved.items()):
            if target == old:
                facts.moved[known] = new
        if old != new:
            facts.moved[old] = new
            facts.moved.pop(new, None)
    if not facts.moved:
        return
    here = facts.now_known_as
    values: dict[tuple[str, str], Fact] = {}
    for fact in sorted(facts.values.values(), key=lambda option: option.n):
        values[here(fact.asset), fact.field] = fact._replace(asset=here(fact.asset))
    facts.values = values
    facts.merges = [(here(kept), here(other)) for kept, other in facts.merges]
    facts.not_same = {frozenset(map(here, pair)) for pair in facts.not_same}
    facts.waiting = {
        n: value._replace(asset=here(value.asset)) for n, value in facts.waiting.items()
    }


CORRECTIONS = ("id", "field", "value", "by", "date", "why")
MERGES = ("keep", "other")


def corrections_csv(facts: Facts) -> bytes:
    """Every value in force as lines of corrections.csv, oldest first."""
    lines: list[Iterable[str]] = [
        (fact.asset, fact.field, fact.value, fact.role, fact.at[:10], fact.reason)
        for fact in sorted(facts.values.values(), key=lambda fact: (fact.n, fact.field))
    ]
    return _csv(CORRECTIONS, lines)


def merges_csv(facts: Facts) -> bytes:
    """Every merge in force as lines of merges.csv."""
    return _csv(MERGES, facts.merges)


def _csv(header: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(list(header))
    writer.writerows([_unarmed(cell) for cell in line] for line in lines)
    return text.getvalue().encode()


def _unarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "@", "\t", "\r") else cell
