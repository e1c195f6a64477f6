"""corrections.csv taken into a new ledger, so that a correction has one history.

A line that was taken in is in the ledger's hands from then on: it is not applied from the file
any more, so that it can be undone. Lines written later are applied from the file as before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from assetmap.assets import Context
from assetmap.assets.entries import ids_of
from assetmap.community.corrections import COLUMNS, FILE, read_lines
from assetmap.community.said import LedgerFacts, ledger_of
from assetmap.ledger import Entry, Store, StoreError, entry
from assetmap.ledger.entry import LONGEST_REASON, plain_value, source_hash
from assetmap.ledger.store import append_in
from assetmap.readers.human import read_human_value

SETTING = "taken_in"


def taken_rows(folder: Path) -> set[int]:
    """Numbers of the lines of corrections.csv that the ledger holds."""
    try:
        store = ledger_of(folder)
        taken = _taken(store) if store is not None else set()
    except StoreError:
        return set()
    return {row for row, line in _lines(folder) if _key(line) in taken} if taken else set()


def take_in(folder: Path, store: Store, plain: pd.DataFrame, context: Context) -> int:
    """Write the lines of corrections.csv into the ledger; gives how many.

    `plain` are the sources' own columns, before anybody corrected them.
    Lines that were taken in before, and those that cannot be read, are left where they are.
    """
    taken = _taken(store)
    facts = LedgerFacts(frame=plain, ids=ids_of(plain))
    grouped: list[tuple[str, list[Entry]]] = []
    for _, line in _lines(folder):
        read = read_human_value(line["field"], line["value"], context)
        if _key(line) in taken or read.refused is not None or not read.values:
            continue
        grouped.append((_key(line), _entries(line, read.values, facts, context)))
    with store.writing() as run:
        for key, entries in grouped:
            append_in(run, entries)
            taken.add(key)
        run("DELETE FROM setting WHERE name = ?", (SETTING,))
        run("INSERT INTO setting VALUES (?, ?)", (SETTING, json.dumps(sorted(taken))))
    return len(grouped)


def _entries(
    line: Mapping[str, str], values: Mapping[str, str], facts: LedgerFacts, context: Context
) -> list[Entry]:
    entries = []
    for name, value in values.items():
        source = plain_value(name, facts.source_text(line["id"], name), context.country)
        entries.append(
            entry(
                *("correct", line["id"], name, value),
                role=line["by"],
                now=context.now,
                at=_said_at(line["date"], context),
                was=source,
                source_hash=source_hash(source),
                reason=line["why"][:LONGEST_REASON],
            )
        )
    return entries


def _said_at(day: str, context: Context) -> datetime:
    try:
        moment = datetime.fromisoformat(day[:10]).replace(hour=12)
    except ValueError:
        return context.now
    return min(moment.replace(tzinfo=ZoneInfo(context.timezone)), context.now)


def _taken(store: Store) -> set[str]:
    if store.schema_version() < 3:
        return set()
    result = store.database.rows("SELECT value FROM setting WHERE name = ?", (SETTING,))
    return set(json.loads(str(result[0][0]))) if result else set()


def _key(line: Mapping[str, str]) -> str:
    line_text = "\x1f".join(line[name] for name in ("id", "field", "value"))
    return hashlib.sha256(line_text.encode()).hexdigest()[:16]


def _lines(folder: Path) -> list[tuple[int, dict[str, str]]]:
    """The lines with their numbers, read as the corrections themselves are."""
    return read_lines(folder / FILE, COLUMNS)[0]
