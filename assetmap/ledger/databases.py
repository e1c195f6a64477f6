"""The two databases a store can lie in, behind one small interface, and the SQL of both.

The SQL is numbered migrations and the few places where the two differ. Statements are written once
with `?` for values; `for_postgres` turns them. Types are TEXT and BIGINT only, times are ISO texts,
so that both stores hold the same bytes. Entries can be added and never changed: a trigger refuses
it.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from assetmap.files.atomic import write_atomic
from assetmap.ledger.entry import StoreError
from assetmap.words import text

ENTRY_COLUMNS = (
    "n, at, entered, actor, role, what, asset, field, value, was, source_hash, reason, about"
)
INSERT_ENTRY = f"INSERT INTO entry ({ENTRY_COLUMNS}) VALUES ({', '.join('?' * 13)})"
# Every table with its columns, for backups that go from one store to the other.
TABLES = {
    "entry": ENTRY_COLUMNS,
    "person": "id, label, contact_hash, role, asset, disabled, created",
    "access_key": "token_hash, person, may, created, expires, used",
    "asset_key": "asset, source, source_id, name, kind, address, city, phone, url, schedule, "
    "first_seen, last_seen",
    "source_import": "n, source, sha256, row_count, new, changed, vanished, accepted_by",
    "call_lease": "asset, leased_by, leased_until, tries, outcome, last_try",
    "note": "n, text, language, delete_after",
    "setting": "name, value",
}
Value = str | int | None
StoredRow = tuple[Value, ...]
BUSY_S = 10.0
# Beside the sources: which ledger of a shared database is this folder's.
ID_FILE = "store.id"


class Migration(NamedTuple):
    """One step of the schema: statements for both stores, then those of each."""

    number: int
    both: tuple[str, ...]
    sqlite: tuple[str, ...] = ()
    postgres: tuple[str, ...] = ()


MIGRATIONS = (
    Migration(
        1,
        (
            "CREATE TABLE store_version (number BIGINT NOT NULL)",
            "INSERT INTO store_version VALUES (0)",
            """CREATE TABLE entry (
                n BIGINT PRIMARY KEY, at TEXT NOT NULL, entered TEXT NOT NULL, actor BIGINT,
                role TEXT NOT NULL, what TEXT NOT NULL, asset TEXT NOT NULL, field TEXT NOT NULL,
                value TEXT NOT NULL, was TEXT NOT NULL, source_hash TEXT NOT NULL,
                reason TEXT NOT NULL, about BIGINT)""",
            "CREATE INDEX entry_asset ON entry (asset, n)",
            """CREATE TABLE person (
                id BIGINT PRIMARY KEY, label TEXT NOT NULL, contact_hash TEXT NOT NULL,
                role TEXT NOT NULL, asset TEXT NOT NULL, disabled TEXT NOT NULL,
                created TEXT NOT NULL)""",
            """CREATE TABLE access_key (
                token_hash TEXT PRIMARY KEY, person BIGINT NOT NULL, may TEXT NOT NULL,
                created TEXT NOT NULL, expires TEXT NOT NULL, used TEXT NOT NULL)""",
        ),
        sqlite=(
            """CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
                BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END""",
            """CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
                BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END""",
        ),
        postgres=(
            """CREATE FUNCTION entry_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'entries are never changed'; END $$""",
            """CREATE TRIGGER entry_is_not_changed BEFORE UPDATE OR DELETE ON entry
                FOR EACH ROW EXECUTE FUNCTION entry_is_not_changed()""",
        ),
    ),
    Migration(
        2,
        (
            """CREATE TABLE asset_key (
                asset TEXT PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL,
                name TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, city TEXT NOT NULL,
                phone TEXT NOT NULL, url TEXT NOT NULL, schedule TEXT NOT NULL,
                first_seen TEXT NOT NULL, last_seen TEXT NOT NULL)""",
            """CREATE TABLE source_import (
                n BIGINT PRIMARY KEY, source TEXT NOT NULL, sha256 TEXT NOT NULL,
                row_count BIGINT NOT NULL, new BIGINT NOT NULL, changed BIGINT NOT NULL,
                vanished BIGINT NOT NULL, accepted_by TEXT NOT NULL)""",
        ),
    ),
    Migration(
        3,
        (
            """CREATE TABLE call_lease (
                asset TEXT PRIMARY KEY, leased_by TEXT NOT NULL, leased_until TEXT NOT NULL,
                tries BIGINT NOT NULL, outcome TEXT NOT NULL, last_try TEXT NOT NULL)""",
            """CREATE TABLE note (
                n BIGINT PRIMARY KEY, text TEXT NOT NULL, language TEXT NOT NULL,
                delete_after TEXT NOT NULL)""",
            """CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)""",
        ),
    ),
)
VERSION = MIGRATIONS[-1].number


def for_postgres(statement: str) -> str:
    """The statement with psycopg's placeholders."""
    return statement.replace("%", "%%").replace("?", "%s")


if TYPE_CHECKING:
    import psycopg


class Run(Protocol):
    """Runs one statement inside a transaction and gives its rows."""

    def __call__(self, statement: str, values: Sequence[Value] = ()) -> list[StoredRow]: ...


class Database(ABC):
    """A place for a store. Every method raises StoreError with one sentence when it fails."""

    dialect: str

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a store of any version."""

    @abstractmethod
    def create(self) -> None:
        """Make the empty place where tables can be."""

    @abstractmethod
    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[StoredRow]:
        """The rows of a statement written with `?` for values."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Run]:
        """A transaction in which nobody else writes; on disk when it ends without an error."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the connection."""


class SQLite(Database):
    """A file beside the sources. One connection for all threads, one at a time."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None

    def exists(self) -> bool:
        return self.path.is_file()

    def create(self) -> None:
        with self._lock, _said_of_sqlite(self.path):
            self._connect("rwc")

    def _connect(self, mode: str = "rw") -> sqlite3.Connection:
        connection = self._connection
        if connection is not None:
            # The file may have been replaced by a restored one.
            if self.path.exists() and self.path.stat().st_ino == self._inode:
                return connection
            self.close()
        connection = self._opened(mode)
        self._connection, self._inode = connection, self.path.stat().st_ino
        return connection

    def _opened(self, mode: str) -> sqlite3.Connection:
        address = f"{self.path.resolve().as_uri()}?mode={mode}"
        try:
            connection = _connected(address)
            if mode == "rwc":
                connection.execute("PRAGMA journal_mode=WAL")
            else:
                connection.execute("SELECT 1 FROM sqlite_master")
            connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.OperationalError:
            # On a read-only disk there is no place for the files of WAL beside the store.
            if mode != "rw" or not self.path.is_file():
                raise
            connection = _connected(f"{self.path.resolve().as_uri()}?immutable=1")
            connection.execute("SELECT 1 FROM sqlite_master")
        return connection

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[StoredRow]:
        with self._lock, _said_of_sqlite(self.path):
            return self._connect().execute(statement, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[Run]:
        with self._lock, _said_of_sqlite(self.path):
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            try:

                def run(statement: str, values: Sequence[Value] = ()) -> list[StoredRow]:
                    return connection.execute(statement, values).fetchall()

                yield run
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def copy_to(self, path: Path) -> None:
        """A consistent copy while others go on writing."""
        with self._lock, _said_of_sqlite(self.path):
            target = sqlite3.connect(path)
            try:
                self._connect().backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
            finally:
                target.close()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
            self._connection = None


def _connected(address: str) -> sqlite3.Connection:
    return sqlite3.connect(
        address, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )


@contextmanager
def _said_of_sqlite(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        reason = str(error)
        if "locked" in reason or "busy" in reason:
            raise StoreError(text("ledger.busy")) from None
        if "full" in reason:
            raise StoreError(text("ledger.disk_full", store=path.name)) from None
        if "readonly" in reason or "read-only" in reason:
            raise StoreError(text("ledger.read_only", store=path.name)) from None
        if not path.is_file():
            raise StoreError(text("ledger.no_store", folder=str(path.parent))) from None
        raise StoreError(text("ledger.unusable", store=path.name, reason=reason)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(text("ledger.unusable", store=path.name, reason=reason)) from None


class PostgreSQL(Database):
    """A schema of its own in the database at `address`, one for each community."""

    dialect = "postgresql"

    def __init__(self, address: str, schema: str, folder: Path | None = None) -> None:
        self.address = address
        self.schema = schema
        self._id_file = None if folder is None else folder / ID_FILE
        self._lock = threading.RLock()
        self._connection: psycopg.Connection[StoredRow] | None = None

    @property
    def shown(self) -> str:
        """The address without user and password."""
        try:
            parts = urlsplit(self.address)
        except ValueError:
            return "PostgreSQL"
        return f"{parts.hostname or ''}{parts.path}" or "PostgreSQL"

    def exists(self) -> bool:
        """Raises StoreError where the schema is of another folder with the same name."""
        result = self.rows(
            "SELECT obj_description(n.oid, 'pg_namespace') FROM pg_namespace n "
            "JOIN pg_class c ON c.relnamespace = n.oid WHERE n.nspname = ? AND c.relname = ?",
            (self.schema, "store_version"),
        )
        # A ledger of an earlier program knows no id.
        of_another = result and result[0][0] and result[0][0] != self._id()
        if of_another and self._id_file is not None:
            folder = self._id_file.parent.name
            raise StoreError(
                text("ledger.other_folder", store=self.shown, folder=folder, file=ID_FILE)
            )
        return bool(result)

    def create(self) -> None:
        if self._id_file is not None and not self._id():
            # A folder that cannot be written has a ledger all the same, as before there were ids.
            with suppress(OSError):
                write_atomic(self._id_file, secrets.token_hex(16).encode())
        with self.writing() as run:
            run(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"', ())
            if self._id():
                run(f"COMMENT ON SCHEMA \"{self.schema}\" IS '{self._id()}'", ())

    def _id(self) -> str:
        """The id that the folder and its schema share; "" where the folder has none."""
        if self._id_file is None:
            return ""
        try:
            written = self._id_file.read_text("ascii").strip()
        except (OSError, ValueError):
            return ""
        return written if re.fullmatch(r"[0-9a-f]{32}", written) else ""

    def _connect(self) -> psycopg.Connection[StoredRow]:
        try:
            import psycopg
        except ImportError:
            raise StoreError(text("ledger.no_psycopg")) from None
        if self._connection is None or self._connection.closed:
            connection = psycopg.connect(
                self.address,
                autocommit=True,
                connect_timeout=5,
                options=f"-c search_path={self.schema} -c synchronous_commit=on",
                keepalives_idle=10,
            )
            self._connection = connection
        return self._connection

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[StoredRow]:
        with self._lock, self._said():
            for attempt in (1, 2):
                try:
                    return self._connect().execute(for_postgres(statement), values).fetchall()
                except Exception:
                    # The server may have been away and back since the last question.
                    broken = self._connection is None or self._connection.closed
                    self.close() if broken else None
                    if attempt == 2 or not broken:
                        raise
            return []

    @contextmanager
    def writing(self) -> Iterator[Run]:
        with self._lock, self._said():
            connection = self._alive()

            def run(statement: str, values: Sequence[Value] = ()) -> list[StoredRow]:
                cursor = connection.execute(for_postgres(statement), values)
                return cursor.fetchall() if cursor.description else []

            with connection.transaction():
                run("SELECT pg_advisory_xact_lock(hashtext(?))", (self.schema,))
                yield run

    def _alive(self) -> psycopg.Connection[StoredRow]:
        """A connection that answers; nothing is written yet, so trying twice is safe."""
        try:
            connection = self._connect()
            connection.execute("SELECT 1")
        except StoreError:
            raise
        except Exception:
            self.close()
            connection = self._connect()
        return connection

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            import psycopg
        except ImportError:
            raise StoreError(text("ledger.no_psycopg")) from None
        try:
            yield
        except psycopg.errors.DiskFull:
            raise StoreError(text("ledger.disk_full", store=self.shown)) from None
        except psycopg.errors.ReadOnlySqlTransaction:
            raise StoreError(text("ledger.read_only", store=self.shown)) from None
        except psycopg.OperationalError:
            self.close()
            raise StoreError(text("ledger.away", store=self.shown)) from None
        except psycopg.Error as error:
            reason = (error.diag.message_primary or type(error).__name__).rstrip(".")
            raise StoreError(text("ledger.unusable", store=self.shown, reason=reason)) from None

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                with suppress(Exception):
                    self._connection.close()
            self._connection = None
