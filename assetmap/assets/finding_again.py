"""Finding again an asset whose id is gone from its source, because somebody edited the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from assetmap.places import fold
from assetmap.streets import Street

# The evidence adds up as that of duplicates does; judgement, checked on edits of real tables.
SURE = 0.8
LIKELY = 0.5
_AHEAD = 0.15


class KnownAs(NamedTuple):
    """What an asset is known by, as its source last wrote it, and when it was there."""

    asset: str
    source: str
    name: str = ""
    kind: str = ""
    address: str = ""
    city: str = ""
    phone: str = ""
    url: str = ""
    schedule: str = ""
    first_seen: str = ""
    last_seen: str = ""

    def came_after(self, old: KnownAs) -> bool:
        """Whether this one was never seen beside `old`, so that it may be what became of it.

        `first_seen` is "" for what nobody has noted yet, `last_seen` while it is still there.
        """
        return not self.first_seen or bool(old.last_seen and self.first_seen >= old.last_seen)


class Partner(NamedTuple):
    """A new id that an old one may have become; `sure` when nothing else comes close."""

    asset: str
    score: float
    sure: bool


def partners(
    gone: Iterable[KnownAs],
    fresh: Sequence[KnownAs],
    parted: Collection[tuple[str, str]] = (),
) -> dict[str, Partner]:
    """For each vanished asset the likeliest of the `fresh` ones, where one is likely at all.

    Each fresh asset is the sure partner of one old asset at most; pairs of ids that somebody
    `parted` are never partners again.
    """
    shared = _index(fresh)
    scored: dict[str, list[tuple[float, str]]] = {}
    for old in gone:
        shares = {row for key in _keys(old) for row in shared.get(key, ())}
        rows = [
            row
            for row in shares
            if fresh[row].came_after(old) and (old.asset, fresh[row].asset) not in parted
        ]
        value = sorted(((score(old, fresh[row]), fresh[row].asset) for row in rows), reverse=True)
        if value and value[0][0] >= LIKELY:
            scored[old.asset] = value
    claims: dict[str, list[float]] = defaultdict(list)
    for value in scored.values():
        for points, asset in value:
            claims[asset].append(points)
    result: dict[str, Partner] = {}
    for old_id, value in scored.items():
        points, asset = value[0]
        next_own = value[1][0] if len(value) > 1 else 0.0
        others = sorted(claims[asset], reverse=True)
        next_claim = others[1] if len(others) > 1 and others[0] == points else 0.0
        best_claim = others[0] == points
        ahead = points - max(next_own, next_claim) >= _AHEAD
        result[old_id] = Partner(asset, points, points >= SURE and best_claim and ahead)
    return result


def score(old: KnownAs, new: KnownAs) -> float:
    """How likely the two are one asset, 0 … 1."""
    alike = fuzz.token_sort_ratio(fold(old.name), fold(new.name))
    points = 0.5 * max(0.0, (alike - 50) / 50)
    if old.source == new.source:
        points += 0.05
    points += _phone(old.phone, new.phone)
    if old.url and old.url == new.url:
        points += 0.15
    points += _street(old, new)
    if old.schedule and new.schedule:
        points += 0.15 if old.schedule == new.schedule else -0.05
    if old.kind and new.kind:
        points += 0.05 if old.kind == new.kind else -0.2
    if old.city and new.city and fold(old.city) != fold(new.city):
        points -= 0.2
    return round(min(max(points, 0.0), 1.0), 3)


def _phone(old: str, new: str) -> float:
    first, other = _digits(old), _digits(new)
    if not first or not other:
        return 0.0
    return 0.25 if first == other else -0.1


def _street(old: KnownAs, new: KnownAs) -> float:
    if not old.address or not new.address:
        return 0.0
    first, other = Street(old.address, old.city), Street(new.address, new.city)
    if first.definite and other.definite:
        return 0.3 if first.same_house(other) else -0.3
    return 0.2 if fold(old.address) == fold(new.address) else 0.0


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))[-10:]


def _index(rows: Sequence[KnownAs]) -> dict[str, list[int]]:
    shared: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        for key in _keys(row):
            shared[key].append(position)
    # What a crowd shares tells nobody apart.
    return {key: value for key, value in shared.items() if len(value) <= 60}


def _keys(row: KnownAs) -> set[str]:
    keys = {f"n {word}" for word in fold(row.name).split() if len(word) > 2}
    keys.add(f"N {fold(row.name)}")
    if _digits(row.phone):
        keys.add(f"p {_digits(row.phone)}")
    if row.address:
        keys.add(f"a {fold(row.address)}")
    return keys
