"""The SQL of both stores: numbered migrations and the few places where the two differ.

Statements are written once with `?` for values; `for_postgres` turns them. Types are TEXT and
BIGINT only, times are ISO texts, so that both stores hold the same bytes. Entries can be added
and never changed: a trigger refuses it.
"""

from __future__ import annotations

from typing import NamedTuple


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


def for_postgres(statement: str) -> str:
    """The statement with psycopg's placeholders."""
    return statement.replace("%", "%%").replace("?", "%s")
