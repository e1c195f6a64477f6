"""A ledger's backups, and how it stands: what is in force, what waits, what is served.

A backup is one zip: the community's folder, and the ledger as it was at one moment. Every file's
sha256 stands in `backup.json`; `restore` checks them before anything is written. The ledger goes
in as rows, so that a backup of PostgreSQL can be restored to SQLite and back.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypedDict

import pandas as pd

from assetmap.assets.cells import plain_value, written
from assetmap.assets.hiding import MARK
from assetmap.community.deciding import PLACE_FIELDS, count_waiting
from assetmap.community.folder import Community
from assetmap.community.imports import broken_off
from assetmap.community.remote import FOLDER as REMOTE
from assetmap.files.atomic import write_atomic
from assetmap.ledger import LedgerError, Store, databases, store_of
from assetmap.ledger.store import FILE as STORE_FILE
from assetmap.words import text


class StoreStanding(TypedDict):
    """What `store check` says."""

    version: int
    entries: int
    in_force: int
    waiting: int
    undone: int
    problems: list[str]


def standing(community: Community, store: Store) -> StoreStanding:
    """Folds the whole ledger, compares what is served with it, and asks the store itself."""
    entries = store.entries()
    problems = [str(problem) for problem in _of_the_store(store, [entry.n for entry in entries])]
    problems += _of_the_fold(community)
    problems += [
        str(text("store.import_unfinished", n=n, key=key)) for n, key in broken_off(community)
    ]
    facts = community.ledger.facts
    return {
        "version": store.schema_version(),
        "entries": len(entries),
        "in_force": len(facts.values) + len(facts.added) + len(facts.merges),
        "waiting": count_waiting(community),
        "undone": len(facts.void),
        "problems": problems,
    }


def _of_the_store(store: Store, numbers: list[int]) -> list[str]:
    problems = []
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append(text("store.numbers_missing"))
    if store.database.dialect == "sqlite":
        facts = str(store.rows("PRAGMA integrity_check")[0][0])
        if facts != "ok":
            problems.append(text("store.damaged", reason=facts))
    return [str(problem) for problem in problems]


def _of_the_fold(community: Community) -> list[str]:
    """Facts that are in force and yet not served, with what is served instead."""
    facts = community.ledger
    assets = community.assets.set_index("id", drop=False)
    differs = facts.applied.differs if facts.applied is not None else frozenset()
    problems = []
    for (asset, name), fact in facts.facts.values.items():
        known = facts.now_known_as(asset)
        if known not in assets.index or name not in assets or (known, name) in differs:
            continue
        row = assets.loc[known]
        hidden = row["location_precision"] in ("area", "hidden")
        if (hidden and name in PLACE_FIELDS) or name in ("listed_ok", "status"):
            continue
        served = written(None if row[name] is None else _item(row[name]))
        wanted = plain_value(name, fact.value, community.context.country)
        dated = name in ("beds_open", "beds_as_of", "verified_on", "verified_how")
        if served != wanted and not dated and MARK not in served:
            problems.append(
                str(text("store.not_served", n=fact.n, asset=known, field=name, served=served))
            )
    return problems


def _item(value: object) -> object:
    if value is pd.NA:
        return None
    return value.item() if hasattr(value, "item") else value


NOTE = "backup.json"
LEDGER = "ledger.json"
LAST = ".last_backup"
# Earlier copies of the sources.
KEPT = ".kept"


class BackUp(NamedTuple):
    """What a backup holds: how many files and entries, and the sha256 of the zip."""

    path: Path
    files: int
    entries: int
    sha256: str


def back_up(folder: Path, path: Path, now: datetime) -> BackUp:
    """Write the backup of `folder` to `path`, whole or not at all."""
    store = store_of(folder)
    # An import is written down before its sheet is put in place. So the files come first and the
    # ledger last: what is taken in meanwhile is, at worst, an import that `store check` finds
    # unfinished and that can be taken once more, never a sheet nobody compared.
    present = store.exists()
    ledger: dict[str, dict[str, list[list[str | int | None]]]] | None = None
    sums: dict[str, str] = {}
    handle, name = tempfile.mkstemp(prefix=".", suffix=".zip", dir=path.resolve().parent)
    os.close(handle)
    fresh = Path(name)
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as file:
            for inside in _files(folder, path):
                relative = inside.relative_to(folder).as_posix()
                data = inside.read_bytes()
                sums[relative] = hashlib.sha256(data).hexdigest()
                file.writestr(f"folder/{relative}", data)
            ledger = _rows_of(store) if present else None
            body = json.dumps(ledger, ensure_ascii=False).encode()
            file.writestr(LEDGER, body)
            document = {
                "made": now.isoformat(timespec="seconds"),
                "files": sums,
                "ledger": hashlib.sha256(body).hexdigest(),
                "entries": len(ledger["tables"]["entry"]) if ledger else 0,
            }
            file.writestr(NOTE, json.dumps(document, ensure_ascii=False, indent=1))
        data = fresh.read_bytes()
        # It holds what is kept private.
        write_atomic(path, data, private=True)
    finally:
        fresh.unlink(missing_ok=True)
    write_atomic(folder / LAST, f"{now.isoformat(timespec='seconds')}\n".encode())
    digest = hashlib.sha256(data).hexdigest()
    return BackUp(path, len(sums), len(ledger["tables"]["entry"]) if ledger else 0, digest)


def _files(folder: Path, backup: Path) -> list[Path]:
    result = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inside if part not in (REMOTE, KEPT))
        beside = inside[0].startswith(STORE_FILE) or "__pycache__" in inside
        if path.is_file() and not hidden and not beside and path.resolve() != backup.resolve():
            result.append(path)
    return result


def _rows_of(store: Store) -> dict[str, dict[str, list[list[str | int | None]]]]:
    """Every table's rows, read in one transaction."""
    store.check_version()
    with store.writing() as run:
        tables = {
            name: [list(row) for row in run(f"SELECT {columns} FROM {name}", ())]
            for name, columns in databases.TABLES.items()
        }
    return {"tables": tables}


def restore(path: Path, folder: Path) -> BackUp:
    """Write the backup at `path` into the empty folder `folder`.

    Raises LedgerError for a folder that is not empty, and for a backup that is not whole; nothing
    is written then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LedgerError(text("backup.not_empty", folder=str(folder)))
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(path) as file:
            document = json.loads(file.read(NOTE))
            body = file.read(LEDGER)
            files = {name: file.read(f"folder/{name}") for name in document["files"]}
        whole = hashlib.sha256(body).hexdigest() == document["ledger"] and all(
            hashlib.sha256(content).hexdigest() == document["files"][name]
            for name, content in files.items()
        )
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, TypeError):
        whole = False
    if not whole or any(_escapes(name) for name in files):
        raise LedgerError(text("backup.broken", file=path.name))
    ledger = json.loads(body)
    if ledger is not None and store_of(folder).exists():
        raise LedgerError(text("ledger.already"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, content)
    if ledger is not None:
        _fill(store_of(folder), ledger["tables"])
    entries = int(document["entries"])
    return BackUp(folder, len(files), entries, hashlib.sha256(data).hexdigest())


def _escapes(name: str) -> bool:
    parts = Path(name).parts
    return not parts or ".." in parts or Path(name).is_absolute()


def _fill(store: Store, tables: dict[str, list[list[str | int | None]]]) -> None:
    store.create()
    with store.writing() as run:
        for name, columns in databases.TABLES.items():
            marks = ", ".join("?" * len(columns.split(",")))
            for row in tables.get(name, []):
                run(f"INSERT INTO {name} ({columns}) VALUES ({marks})", tuple(row))


def last_backup(folder: Path) -> datetime | None:
    """When the folder was last backed up; None where nobody knows of it."""
    try:
        return datetime.fromisoformat((folder / LAST).read_text("utf-8").strip())
    except (OSError, ValueError):
        return None
