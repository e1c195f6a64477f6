"""What the store notes of the assets themselves: by what each is known, and since when.

Every process that opens a community with a store may note; nothing is written when nothing
changed. Times are stamps that never go back, whatever the clock does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from assetmap.assets.finding_again import KnownAs
from assetmap.ledger.applied import Applied
from assetmap.ledger.databases import Run
from assetmap.ledger.entry import Entry, entry, stamp
from assetmap.ledger.store import Store, append_in

_COLUMNS = "asset, source, name, kind, address, city, phone, url, schedule, first_seen, last_seen"


def known_assets(store: Store) -> dict[str, KnownAs]:
    """Every asset that was ever noted, by id."""
    if store.schema_version() < 2:
        return {}
    return {str(row[0]): KnownAs(*map(str, row)) for row in store.database.rows(_SELECT)}


_SELECT = f"SELECT {_COLUMNS} FROM asset_key"


def note(
    store: Store, rows: Sequence[KnownAs], applied: Applied | None, now: datetime
) -> list[Entry]:
    """Note which assets are there now; corrections that the source caught up with are retired and
    ids that moved are written down. Gives the entries that were written."""
    present = {row.asset: row for row in rows}
    before = known_assets(store)
    changed = _changed(before, present)
    gone = [
        value for value in before.values() if value.asset not in present and not value.last_seen
    ]
    if not changed and not gone and not _news(applied):
        return []
    with store.writing() as run:
        moment = _never_back(run, now)
        for row in changed:
            _keep(run, row, before.get(row.asset), moment)
        for item in gone:
            run("UPDATE asset_key SET last_seen = ? WHERE asset = ?", (moment, item.asset))
        return append_in(run, _entries(run, applied, now), together=False)


def _changed(before: Mapping[str, KnownAs], present: Mapping[str, KnownAs]) -> list[KnownAs]:
    changed = []
    for asset, row in present.items():
        known = before.get(asset)
        if known is None or known._replace(first_seen="", last_seen="") != row or known.last_seen:
            changed.append(row)
    return changed


def _news(applied: Applied | None) -> bool:
    return applied is not None and bool(applied.retired or applied.moved)


def _never_back(run: Run, now: datetime) -> str:
    """This moment, or a second after the last one that was noted if the clock was set back."""
    latest = run("SELECT max(last_seen), max(first_seen) FROM asset_key", ())[0]
    last = max((str(value) for value in latest if value), default="")
    moment = stamp(now)
    if last and moment <= last:
        moment = stamp(datetime.fromisoformat(last) + timedelta(seconds=1))
    return moment


def _keep(run: Run, row: KnownAs, known: KnownAs | None, moment: str) -> None:
    first = known.first_seen if known is not None and not known.last_seen else moment
    run("DELETE FROM asset_key WHERE asset = ?", (row.asset,))
    run(
        f"INSERT INTO asset_key ({_COLUMNS}, source_id) VALUES ({', '.join('?' * 12)})",
        (*row._replace(first_seen=first, last_seen=""), row.asset.partition(":")[2]),
    )


def _entries(run: Run, applied: Applied | None, now: datetime) -> list[Entry]:
    """The entries that are news; another process may have written them a moment ago."""
    if applied is None:
        return []
    lines = []
    for fact in applied.retired:
        args = (fact.asset, fact.field)
        if not _there(run, "retire", *args, after=fact.n):
            lines.append(entry("retire", *args, fact.value, role="system", now=now, about=None))
    for old, new in applied.moved.items():
        if not _there(run, "id_moved", old, "", after=0):
            lines.append(entry("id_moved", old, "", new, role="system", now=now))
    return lines


def _there(run: Run, what: str, asset: str, field: str, after: int) -> bool:
    result = run(
        "SELECT 1 FROM entry WHERE what = ? AND asset = ? AND field = ? AND n > ?",
        (what, asset, field, after),
    )
    return bool(result)
