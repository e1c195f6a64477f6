"""Where entries lie: SQLite beside the sources, or PostgreSQL by its address.

Whatever `append` returns is on disk: SQLite writes in WAL mode with `synchronous=FULL` under
`BEGIN IMMEDIATE`, PostgreSQL commits under one advisory lock per community. A store that is newer
than this program is refused in one sentence, an older one asks for `store migrate`.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

from assetmap.ledger import databases
from assetmap.ledger.databases import Database, PostgreSQL, Run, SQLite, StoredRow, Value
from assetmap.ledger.entry import Conflict, Entry, StoreError
from assetmap.words import text

FILE = "store.db"
ADDRESS = "ASSETMAP_STORE"


class Store:
    """The store of one community. Every method raises StoreError with one sentence."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._known_version = 0

    def exists(self) -> bool:
        """Whether it has been set up (`store init`)."""
        return self.database.exists()

    def create(self) -> None:
        """Set it up with an empty ledger. Raises StoreError where there is one already."""
        if self.exists() and self._number() > 0:
            raise StoreError(text("ledger.already"))
        self.database.create()
        self.migrate()

    def migrate(self) -> tuple[int, int]:
        """Bring an older store to this program's version, in one transaction a step."""
        before = self._number()
        self._refuse_newer(before)
        for step in databases.MIGRATIONS:
            with self.database.writing() as run:
                if self._number_in(run) >= step.number:
                    continue
                own = step.sqlite if self.database.dialect == "sqlite" else step.postgres
                for statement in (*step.both, *own):
                    run(statement, ())
                run("UPDATE store_version SET number = ?", (step.number,))
        return before, databases.VERSION

    def schema_version(self) -> int:
        """The number of the last migration that was done."""
        return self._number()

    def _number(self) -> int:
        if not self.database.exists():
            return 0
        return self._number_in(self.database.rows)

    def _number_in(self, run: Run) -> int:
        if self.database.dialect == "sqlite":
            known = run("SELECT 1 FROM sqlite_master WHERE name = 'store_version'", ())
        else:
            known = run("SELECT 1 WHERE to_regclass('store_version') IS NOT NULL", ())
        result = run("SELECT number FROM store_version", ()) if known else []
        return int(result[0][0] or 0) if result else 0

    def _refuse_newer(self, number: int) -> None:
        if number > databases.VERSION:
            raise StoreError(text("ledger.newer", store=number, program=databases.VERSION))

    def check_version(self) -> None:
        """Raises StoreError where the store is not there, newer, or has to be migrated first."""
        if self._known_version == databases.VERSION and self.database.exists():
            return
        number = self._number()
        if number == 0:
            raise StoreError(text("ledger.not_set_up"))
        self._refuse_newer(number)
        if number < databases.VERSION:
            raise StoreError(text("ledger.older", store=number, program=databases.VERSION))
        self._known_version = number

    # Reading.

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[StoredRow]:
        """The rows of a statement of this package."""
        self.check_version()
        return self.database.rows(statement, values)

    def version(self) -> int:
        """A number that rises with every entry; cheap enough to ask every second."""
        result = self.database.rows("SELECT coalesce(max(n), 0) FROM entry")
        return int(result[0][0] or 0)

    def entries(self) -> list[Entry]:
        """All entries, oldest first."""
        number = self._number()
        self._refuse_newer(number)
        return self._read("ORDER BY n", ()) if number else []

    def entries_of(self, asset: str) -> list[Entry]:
        """The entries about one asset, oldest first."""
        return self._read("WHERE asset = ? ORDER BY n", (asset,))

    def entry(self, n: int) -> Entry | None:
        """The entry number `n`."""
        result = self._read("WHERE n = ?", (n,)) if abs(n) < 2**62 else []
        return result[0] if result else None

    def _read(self, rest: str, values: Sequence[Value]) -> list[Entry]:
        result = self.database.rows(f"SELECT {databases.ENTRY_COLUMNS} FROM entry {rest}", values)
        return [Entry(*row) for row in result]  # type: ignore[arg-type]

    # Writing.

    def writing(self) -> AbstractContextManager[Run]:
        """A transaction of this package's own tables."""
        self.check_version()
        return self.database.writing()

    def append(self, first: Entry, *more: Entry, seen: int | None = None) -> list[Entry]:
        """The entries as they now lie in the store, numbered; `more` hang on the first.

        `seen` is the store's version that the person was shown: an entry about the same field of
        the same asset since then raises Conflict with both values.
        """
        with self.writing() as run:
            return append_in(run, [first, *more], seen)


def append_in(
    run: Run, new: Iterable[Entry], seen: int | None = None, together: bool = True
) -> list[Entry]:
    """Write entries inside a transaction; `together` hangs every later one on the first, so that
    an undo takes back all of them."""
    written: list[Entry] = []
    last = int(run("SELECT coalesce(max(n), 0) FROM entry", ())[0][0] or 0)
    for entry in new:
        if seen is not None and entry.field:
            refuse_conflict(run, entry, seen)
        last += 1
        hangs = together and written and entry.about is None
        about = written[0].n if hangs else entry.about
        numbered = entry._replace(n=last, about=about)
        run(databases.INSERT_ENTRY, tuple(numbered))
        written.append(numbered)
    return written


def refuse_conflict(run: Run, entry: Entry, seen: int) -> None:
    """Raises Conflict when somebody wrote about the same field after `seen`."""
    newer = run(
        "SELECT value, role, n FROM entry WHERE asset = ? AND field = ? AND n > ? "
        "AND what NOT IN ('suggest', 'retire', 'hold') ORDER BY n DESC LIMIT 1",
        (entry.asset, entry.field, seen),
    )
    if newer and newer[0][0] != entry.value:
        raise Conflict(
            text("ledger.conflict", field=entry.field, theirs=newer[0][0], yours=entry.value)
        )


_stores: dict[str, Store] = {}
_opening = threading.Lock()


def store_of(folder: Path, environment: Mapping[str, str] | None = None) -> Store:
    """The store of the community in `folder`, whether or not it is set up.

    ASSETMAP_STORE names a PostgreSQL (`postgresql://…`); without it `store.db` in the folder.
    Raises StoreError for another address.
    """
    address = (os.environ if environment is None else environment).get(ADDRESS, "")
    if not address:
        return _kept(f"{folder.resolve()}", lambda: SQLite(folder / FILE))
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("postgresql", "postgres"):
        raise StoreError(text("ledger.bad_address"))
    name = re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_") or "community"
    schema = f"assetmap_{name}"[:63]
    return _kept(f"{address} {folder.resolve()}", lambda: PostgreSQL(address, schema, folder))


def _kept(key: str, make: Callable[[], Database]) -> Store:
    with _opening:
        if key not in _stores:
            _stores[key] = Store(make())
        return _stores[key]


def open_store(folder: Path) -> Store:
    """The store of `folder`, ready to be read and written.

    Raises StoreError where it is not set up, not of this program's version, or not there.
    """
    store = store_of(folder)
    if not store.exists():
        raise StoreError(text("ledger.no_store", folder=str(folder)))
    store.check_version()
    return store
