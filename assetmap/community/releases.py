"""The published tables of a survey, by wave, and taking one back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from assetmap.community.folder import Community, clock
from assetmap.community.recording import Who
from assetmap.files.atomic import write_atomic
from assetmap.ledger import LedgerError, Store, entry
from assetmap.ledger.roles import allowed
from assetmap.words import text

FOLDER = "releases"
WITHDRAWN = "withdrawn"


def waves_of(folder: Path) -> list[tuple[str, int]]:
    """Each published wave with its number of cells, in the order of the files."""
    counts: dict[str, int] = {}
    for path in sorted((folder / FOLDER).glob("*.csv")):
        for row in _rows(path):
            wave = row.get("wave", "")
            counts[wave] = counts.get(wave, 0) + 1
    return list(counts.items())


def withdraw(community: Community, wave: str, who: Who, store: Store) -> int:
    """Take a wave out of the published tables; gives how many cells went. Raises LedgerError."""
    allowed(who.role, "publish")
    gone = 0
    for path in sorted((community.path / FOLDER).glob("*.csv")):
        rows = _rows(path)
        kept = [row for row in rows if row.get("wave", "") != wave]
        if len(kept) == len(rows):
            continue
        gone += len(rows) - len(kept)
        taken = [row for row in rows if row.get("wave", "") == wave]
        # What was published once goes on counting when the next table is protected.
        aside = path.parent / WITHDRAWN
        aside.mkdir(exist_ok=True)
        earlier = _rows(aside / path.name) if (aside / path.name).is_file() else []
        write_atomic(aside / path.name, _csv([*earlier, *taken]))
        if kept:
            write_atomic(path, _csv(kept))
        else:
            path.unlink()
    if not gone:
        raise LedgerError(text("desk.no_wave", wave=wave[:60]))
    now = clock(community.timezone)
    made = entry(
        *("publish", "", "wave", ""), role=who.role, actor=who.actor, was=wave[:200], now=now
    )
    store.append(made)
    return gone


def _csv(rows: list[dict[str, str]]) -> bytes:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


def _rows(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes().decode("utf-8-sig", errors="replace")
    return [
        {str(name): value or "" for name, value in row.items() if name is not None}
        for row in csv.DictReader(io.StringIO(content))
    ]
