"""Who is to be called next, and what was heard.

Never checked comes first, then what is longest overdue by the rhythm of its kind
(vocabulary/rhythms.csv), weighted by how much that is unknown a call could settle and by whether
it is the only one of its kind. What is handed out is leased for four hours, so that nobody is
called twice; a lease that runs out is handed out again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import pandas as pd

from assetmap import vocabulary
from assetmap.ledger.entry import LedgerError, stamp
from assetmap.ledger.store import Store
from assetmap.words import Text, text

LEASE = timedelta(hours=4)
# Somebody who did not answer is tried again after so long, and rarely after so many times.
AGAIN = timedelta(days=1)
MANY_TRIES = 3
AGAIN_LATER = timedelta(days=14)
OUTCOMES = ("right", "changed", "no_answer", "closed", "do_not_list")
_CALLED = frozenset(("active", "temporarily_closed"))


class Call(NamedTuple):
    """Somebody to call: since when it is due, why, and the fields to ask about."""

    asset: str
    name: str
    phone: str
    kind: str
    due: date
    why: Text
    ask: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The call as the command line prints it."""
        return {
            "asset": self.asset,
            "due": self.due.isoformat(),
            "why": str(self.why),
            "ask": list(self.ask),
            "name": self.name,
            "phone": self.phone,
        }


class _Rhythm(NamedTuple):
    days: int
    ask: tuple[str, ...]


@cache
def _rhythms() -> Mapping[str, _Rhythm]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "rhythms.csv")
    return {
        row["id"]: _Rhythm(int(row["days"]), tuple(vocabulary.split(row["ask"]))) for row in rows
    }


def rhythm_days(kind: str) -> int:
    """How many days a check of this kind is good for."""
    return _rhythms().get(kind, _rhythms()["other"]).days


def due_calls(assets: pd.DataFrame, now: datetime, differs: Collection[str] = ()) -> list[Call]:
    """Everyone who is to be called by `now`, the most urgent first.

    `assets` are checked assets; `differs` ids whose list disagrees with an old correction.
    Only what has a phone can be called.
    """
    today = now.date()
    alone = Counter(str(kind) for kind in assets["kind"])
    ranked = []
    columns = {name: assets[name].tolist() for name in _columns(assets)}
    for row, asset in enumerate(assets["id"]):
        if columns["status"][row] not in _CALLED or not isinstance(columns["phone"][row], str):
            continue
        kind = str(columns["kind"][row])
        rhythm = _rhythms().get(kind, _rhythms()["other"])
        ask = tuple(name for name in rhythm.ask if _unknown(columns[name][row]))
        checked = _last_check(columns, row)
        due = today if checked is None else checked + timedelta(days=rhythm.days)
        if due > today and asset not in differs:
            continue
        if asset in differs:
            why = text("call.differs")
        elif checked is None:
            why = text("call.never")
        else:
            why = text("call.days", n=(today - checked).days)
        late = 0.0 if checked is None else (today - due).days / rhythm.days
        weight = late + 0.2 * len(ask) + (0.5 if alone[kind] == 1 else 0.0)
        never = checked is None
        phone = str(columns["phone"][row])
        call = Call(str(asset), str(columns["name"][row]), phone, kind, due, why, ask)
        ranked.append((asset not in differs, not never, -weight, str(asset), call))
    return [call for *_, call in sorted(ranked, key=lambda option: option[:4])]


def _columns(assets: pd.DataFrame) -> list[str]:
    needed = {"status", "phone", "kind", "name", "verified_on", "beds_as_of"}
    for rhythm in _rhythms().values():
        needed.update(rhythm.ask)
    return [name for name in needed if name in assets]


def _unknown(value: object) -> bool:
    return value is None or value is pd.NA or value != value or value == ""


def _last_check(columns: Mapping[str, list[object]], row: int) -> date | None:
    """The day of the last check or count of beds."""
    days = []
    for name in ("verified_on", "beds_as_of"):
        value = columns[name][row]
        if isinstance(value, str) and len(value) >= 10:
            days.append(date.fromisoformat(value[:10]))
    return max(days, default=None)


def lease(store: Store, calls: list[Call], count: int, by: str, now: datetime) -> list[Call]:
    """The next `count` of `calls` that nobody else holds, now held by `by` for four hours."""
    moment = stamp(now)
    with store.writing() as run:
        rows = run("SELECT asset, leased_by, leased_until, tries, last_try FROM call_lease", ())
        held = {str(row[0]): row for row in rows}
        taken: list[Call] = []
        for call in calls:
            if len(taken) == count:
                break
            row = held.get(call.asset)
            if row is not None and str(row[2]) > moment and str(row[1]) != by:
                continue
            if row is not None and _tried_lately(int(row[3] or 0), str(row[4]), now):
                continue
            taken.append(call)
            until = stamp(now + LEASE)
            if row is None:
                run("INSERT INTO call_lease VALUES (?, ?, ?, 0, '', '')", (call.asset, by, until))
            else:
                run(
                    "UPDATE call_lease SET leased_by = ?, leased_until = ? WHERE asset = ?",
                    (by, until, call.asset),
                )
    return taken


def _tried_lately(tries: int, last_try: str, now: datetime) -> bool:
    if not last_try or not tries:
        return False
    wait = AGAIN_LATER if tries >= MANY_TRIES else AGAIN
    return stamp(now) < stamp(datetime.fromisoformat(last_try) + wait)


def tell(store: Store, asset: str, outcome: str, now: datetime) -> None:
    """What came of a call. An answer ends the lease and the count of tries; no answer counts."""
    if outcome not in OUTCOMES:
        raise LedgerError(text("call.outcome", outcome=outcome, known=", ".join(OUTCOMES)))
    with store.writing() as run:
        known = run("SELECT tries FROM call_lease WHERE asset = ?", (asset,))
        tries = int(known[0][0] or 0) + 1 if known else 1
        if outcome != "no_answer":
            tries = 0
        run("DELETE FROM call_lease WHERE asset = ?", (asset,))
        last = stamp(now) if outcome == "no_answer" else ""
        run("INSERT INTO call_lease VALUES (?, '', '', ?, ?, ?)", (asset, tries, outcome, last))
