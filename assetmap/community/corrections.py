"""Small tables beside the sources (places, corrections, merges), and what corrections.csv says.

A correction is applied after every import, so that the next feed does not undo it. One that
cannot be read changes nothing; what the public sees of it all is field, date and role.

`take_in` puts corrections.csv into a new ledger, so that a correction has one history. A line that
was taken in is in the ledger's hands from then on: it is not applied from the file any more, so
that it can be undone. Lines written later are applied from the file as before.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from assetmap.assets import Context, cells
from assetmap.assets.cells import plain_value
from assetmap.assets.merging import Statement, ids_of
from assetmap.community.ledger_facts import LedgerFacts, ledger_of
from assetmap.fields import Problem, sentence
from assetmap.files.source import Source, UnreadableFile, open_path
from assetmap.files.table import open_records, open_table
from assetmap.ledger import ROLES, Entry, Store, StoreError, entry
from assetmap.ledger.entry import LONGEST_REASON, source_hash
from assetmap.ledger.store import append_in
from assetmap.readers.header import plain
from assetmap.readers.human import HumanValue, read_human_value
from assetmap.words import text

NumberedLine = tuple[int, dict[str, str]]
FILE = "corrections.csv"
COLUMNS = ("id", "field", "value", "by", "date", "why")
SOURCE = "corrections"
MOST_SHOWN = 500
# An id that tells nothing: a number or a fingerprint.
_BARE_ID = re.compile(r"[\w-]*:(?:[A-Za-z]{0,3}-?\d{1,6}|[0-9a-f]{8,16})")
SETTING = "taken_in"


def read_lines(path: Path, columns: Sequence[str]) -> tuple[list[NumberedLine], list[Problem]]:
    """The rows of the table at `path` by number, each with all of `columns`; none without a file.

    Any encoding, delimiter and order of columns, like every table a person hands over. Raises
    UnreadableFile when it is no table.
    """
    if not path.is_file():
        return [], []
    source = open_path(path)
    if not isinstance(source, Source) or not source.data.strip():
        return [], []
    grid, problems = open_table(source, columns)
    missing = [name for name in columns[:2] if plain(name) not in map(plain, grid.header)]
    if missing:
        shown = ", ".join(grid.header[:8])
        raise UnreadableFile(
            text("folder.no_column", name=path.name, column=missing[0], columns=shown)
        )
    lines, _ = open_records(source, dict.fromkeys(columns, ()))
    return lines, [problem._replace(source=path.stem) for problem in problems]


@dataclass(frozen=True)
class Correction:
    """What may be shown of one correction: nothing of its value, its reason or a person.

    `id` is "" unless the asset is among those shown; `role` is an id of the roles, "" for none.
    """

    field: str
    date: str
    role: str
    applied: bool
    id: str = ""


class CorrectionLine(NamedTuple):
    """One line of corrections.csv as it was read; it never leaves this room."""

    row: int
    asset: str
    field: str
    value: str
    read: HumanValue
    at: str
    role: str
    superseded_by: int = 0

    @property
    def entries(self) -> list[Statement]:
        """What it sets, nothing when it was refused or another line counts."""
        if self.read.refused or self.superseded_by:
            return []
        return [
            Statement(self.asset, field, value, self.at, self.role)
            for field, value in self.read.values.items()
        ]


def read_corrections(folder: Path, context: Context) -> tuple[list[CorrectionLine], list[Problem]]:
    """The lines of corrections.csv, oldest first, and what is wrong with the file.

    Of two lines for one field of one asset the later one counts, by date, else by its place.
    """
    rows, problems = read_lines(folder / FILE, COLUMNS)
    lines = []
    for row, cell in rows:
        read = read_human_value(cell["field"], cell["value"], context)
        day = cells.day(cell["date"]).value if cell["date"] else None
        said_on = day if isinstance(day, str) else ""
        role = cells.lookup("role").get(cells.fold(cell["by"]), "")
        asset = cell["id"]
        lines.append(
            CorrectionLine(
                row, asset, read.field or cell["field"], cell["value"], read, said_on, role
            )
        )
    lines.sort(key=lambda line: (line.at, line.row))
    last = {(line.asset, line.read.field): line.row for line in lines if not line.read.refused}
    settled = []
    for line in lines:
        counts = last.get((line.asset, line.read.field), line.row)
        other = counts if counts != line.row and not line.read.refused else 0
        settled.append(line._replace(superseded_by=other))
    return settled, problems


def problems_of(lines: Sequence[CorrectionLine], missing: frozenset[str]) -> list[Problem]:
    """What has to be said of the lines, for `check`, which takes private houses out of it.

    `missing` are ids that no source has.
    """
    problems = (_problem(line, missing, line.asset not in missing) for line in _by_row(lines))
    return [problem for problem in problems if problem is not None]


def as_shown(
    lines: Sequence[CorrectionLine],
    missing: frozenset[str],
    assets: pd.DataFrame,
    problems: Sequence[Problem],
) -> tuple[list[Correction], list[Problem]]:
    """What may be shown of the lines, and the checked `problems` with theirs made safe.

    Of an asset that is not among the checked `assets`, and of one whose place is private, no word
    of a line is repeated.
    """
    private = assets["location_precision"].isin(("area", "hidden"))
    open_ids = set(assets["id"][~private])
    ids = set(assets["id"])
    shown = [
        Correction(
            line.read.field,
            line.at,
            line.role,
            bool(line.entries) and line.asset not in missing,
            line.asset if line.asset in ids else "",
        )
        for line in _by_row(lines)
    ]
    unsaid = {line.row: line for line in lines if line.asset not in open_ids}
    safe = []
    for problem in problems:
        line = unsaid.get(problem.row or 0) if problem.source == SOURCE else None
        if line is None:
            safe.append(problem)
            continue
        notes = _problem(line, missing, False)
        if notes is not None:
            safe.append(notes)
    return shown, safe


def of_ledger(facts: LedgerFacts, assets: pd.DataFrame, timezone: str) -> list[Correction]:
    """What may be shown of what people said that is in force, the newest first.

    A day is the community's; a role that is none of ours may be a name, and is left out.
    """
    ids, known, zone = set(assets["id"]), set(facts.ids), ZoneInfo(timezone)
    roles = cells.lookup("role")
    shown = []
    for fact in sorted(facts.facts.values.values(), key=lambda fact: -fact.n)[:MOST_SHOWN]:
        day = datetime.fromisoformat(fact.at).astimezone(zone).date().isoformat()
        role = fact.role if fact.role in ROLES else roles.get(cells.fold(fact.role), "")
        asset = facts.now_known_as(fact.asset)
        shown.append(
            Correction(fact.field, day, role, asset in known, asset if asset in ids else "")
        )
    return shown


def _by_row(lines: Sequence[CorrectionLine]) -> list[CorrectionLine]:
    return sorted(lines, key=lambda line: line.row)


def _problem(line: CorrectionLine, missing: frozenset[str], quote: bool) -> Problem | None:
    """What has to be said of a line; its own words only where they may be quoted."""
    if line.read.refused:
        if not quote:
            which = "refused" if line.read.field else "no_field"
            message = text(f"corrections.{which}", row=line.row, field=line.read.field)
            return Problem(line.row, line.read.field or "field", "", "rejected", message, SOURCE)
        field, value = (line.read.field, line.value) if line.read.field else ("field", line.field)
        message = sentence(line.row, field, value, line.read.refused)
        return Problem(line.row, field, value, "rejected", message, SOURCE)
    if line.asset in missing:
        known = line.asset if _BARE_ID.fullmatch(line.asset) else ""
        message = sentence(line.row, "id", known, text("corrections.gone"))
        return Problem(line.row, "id", known, "kept", message, SOURCE)
    if line.superseded_by:
        message = text("corrections.twice", row=line.row, other=line.superseded_by)
        return Problem(line.row, line.read.field, "", "kept", message, SOURCE)
    if line.read.note is not None and quote:
        message = sentence(line.row, line.read.field, line.value, line.read.note)
        return Problem(line.row, line.read.field, line.value, "fixed", message, SOURCE)
    return None


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
