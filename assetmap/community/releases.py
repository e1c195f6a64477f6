"""The published tables of a survey, by wave, and taking one back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from assetmap.community.folder import Community, clock
from assetmap.community.recording import Who
from assetmap.files.atomic import write_atomic
from assetmap.ledger import LedgerError, Store, entry
from assetmap.ledger.roles import allowed
from assetmap.survey import publish as publishing
from assetmap.survey.publish import FOLDER, WITHDRAWN
from assetmap.survey.rules import ReleaseRefused
from assetmap.words import text


def ever_published(folder: Path) -> list[pd.DataFrame]:
    """Every table that is or was public in a community's folder, withdrawn ones too.

    Raises ReleaseRefused when one cannot be read: what readers know already must be known before
    anything is added to it.
    """
    releases = folder / FOLDER
    paths = sorted(releases.glob("*.csv")) + sorted((releases / WITHDRAWN).glob("*.csv"))
    return [_table(path) for path in paths]


def _table(path: Path) -> pd.DataFrame:
    needed = ("wave", "area", "question", "answer", "n_answering", "count")
    try:
        return publishing.table_of(path.read_bytes(), path.name, needed)
    except Exception as error:  # whatever a damaged table makes a reader stumble over
        raise ReleaseRefused(text("survey.earlier_unreadable", file=path.name)) from error


def waves_of(folder: Path) -> list[tuple[str, int]]:
    """Each published wave with its number of cells, in the order of the files."""
    counts: dict[str, int] = {}
    for path in sorted((folder / FOLDER).glob("*.csv")):
        for row in _rows(path):
            wave = row.get("wave", "")
            counts[wave] = counts.get(wave, 0) + 1
    return list(counts.items())


def put_out(
    folder: Path, table: pd.DataFrame, by: str, on: str, rule: str, decision: str = ""
) -> Path:
    """Make a safe table public: one file in `folder`'s releases, whole or not at all; its path.

    Raises ReleaseRefused as `survey.publish`, or when a file of that name is there already.
    """
    name, data = publishing.publish(table, by, on, rule, decision, ever_published(folder))
    target = folder / FOLDER / name
    if target.exists():
        raise ReleaseRefused(text("survey.publish_twice", wave=target.stem))
    target.parent.mkdir(exist_ok=True)
    write_atomic(target, data)
    return target


def take_back(folder: Path, wave: str) -> int:
    """Take a wave out of `folder`'s public tables; gives how many cells went.

    First it counts as withdrawn, then it is no longer out: a crash between loses nothing. What
    was published once goes on counting when the next table is protected.
    """
    gone = 0
    for path in sorted((folder / FOLDER).glob("*.csv")):
        rows = _rows(path)
        kept = [row for row in rows if row.get("wave", "") != wave]
        if len(kept) == len(rows):
            continue
        gone += len(rows) - len(kept)
        taken = [row for row in rows if row.get("wave", "") == wave]
        aside = path.parent / WITHDRAWN
        aside.mkdir(exist_ok=True)
        earlier = _rows(aside / path.name) if (aside / path.name).is_file() else []
        new = [row for row in taken if row not in earlier]
        write_atomic(aside / path.name, _csv([*earlier, *new]))
        if kept:
            write_atomic(path, _csv(kept))
        else:
            path.unlink()
    return gone


def publish(
    community: Community, table: pd.DataFrame, decision: str, who: Who, store: Store
) -> list[str]:
    """Make a table public from the desk; its waves. Raises LedgerError, ReleaseRefused."""
    allowed(who.role, "publish")
    now = clock(community.timezone)
    rule = str(community.config["release"].get("rule", "cms11"))
    put_out(community.path, table, who.role, now.date().isoformat(), rule, decision)
    waves = list(dict.fromkeys(table["wave"].astype(str)))
    store.append(
        entry(
            *("publish", "", "wave", ", ".join(waves)[:200]),
            role=who.role,
            actor=who.actor,
            now=now,
        )
    )
    return waves


def withdraw(community: Community, wave: str, who: Who, store: Store) -> int:
    """Take a wave out of the published tables; gives how many cells went. Raises LedgerError."""
    allowed(who.role, "publish")
    gone = take_back(community.path, wave)
    if not gone:
        raise LedgerError(text("desk.no_wave", wave=wave[:60]))
    now = clock(community.timezone)
    new_entry = entry(
        *("publish", "", "wave", ""), role=who.role, actor=who.actor, was=wave[:200], now=now
    )
    store.append(new_entry)
    return gone


def _csv(rows: list[dict[str, str]]) -> bytes:
    lines = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


def _rows(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes().decode("utf-8-sig", errors="replace")
    return [
        {str(name): value or "" for name, value in row.items() if name is not None}
        for row in csv.DictReader(io.StringIO(content))
    ]
