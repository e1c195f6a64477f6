"""Both stores: what they keep, refuse and survive."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stores import Server, postgres

from assetmap.ledger import (
    Conflict,
    LedgerError,
    Store,
    StoreError,
    databases,
    entry,
    people,
    store_of,
)
from assetmap.ledger.databases import Database, PostgreSQL, SQLite

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        result = Store(SQLite(tmp_path / "store.db"))
    else:
        running: Server = request.getfixturevalue("server")
        result = Store(PostgreSQL(running.address, f"assetmap_{tmp_path.name}"[:60].lower()))
    result.create()
    yield result
    result.database.close()


def said(value: str, field: str = "phone"):  # type: ignore[no-untyped-def]
    return entry("correct", "list:ark", field, value, role="editor", now=NOW, reason="why")


def test_what_is_written_is_read_as_it_was(store: Store) -> None:
    strange = "Ñandú % ? 'x' \"y\" \\ 🏠"
    written = store.append(said(strange), said("b", "url"))
    assert [item.n for item in written] == [1, 2]
    assert (written[0].about, written[1].about) == (None, 1)
    assert store.entries() == written
    assert store.entry(1) == written[0] and store.entry(99) is None
    assert store.version() == 2


def test_entries_are_never_changed_or_deleted(store: Store) -> None:
    store.append(said("a"))
    for statement in ("UPDATE entry SET value = 'b'", "DELETE FROM entry"):
        with pytest.raises(StoreError, match="entries are never"), store.writing() as run:
            run(statement)
    assert [item.value for item in store.entries()] == ["a"]


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as run:
        run("INSERT INTO setting VALUES (?, ?)", ("a", "b"))
        raise RuntimeError
    assert store.rows("SELECT name FROM setting") == []


def test_the_second_of_two_editors_is_told_both_values(store: Store) -> None:
    seen = store.version()
    store.append(said("first"), seen=seen)
    with pytest.raises(Conflict) as told:
        store.append(said("second"), seen=seen)
    assert "'first'" in str(told.value) and "'second'" in str(told.value)
    store.append(said("other field", "url"), seen=seen)
    assert [item.value for item in store.entries()] == ["first", "other field"]


def test_many_writers_lose_nothing_and_number_without_gaps(store: Store) -> None:
    def write(who: int) -> None:
        for count in range(15):
            store.append(said(f"{who}-{count}"))

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = store.entries()
    assert [item.n for item in entries] == list(range(1, 61))
    assert len({item.value for item in entries}) == 60


def test_a_newer_store_is_refused_in_one_sentence(store: Store) -> None:
    with store.writing() as run:
        run("UPDATE store_version SET number = ?", (databases.VERSION + 1,))
    fresh = Store(store.database)
    for act in (fresh.check_version, fresh.migrate, fresh.entries):
        with pytest.raises(StoreError, match="Use the newer program"):
            act()


@pytest.mark.parametrize("before", [1, 2])
def test_older_stores_migrate_and_lose_nothing(store: Store, before: int) -> None:
    store.append(said("kept"))
    new = {2: ["asset_key", "source_import"], 3: ["call_lease", "note", "setting"]}
    with store.writing() as run:
        for number, tables in new.items():
            for table in tables if number > before else []:
                run(f"DROP TABLE {table}")
        run("UPDATE store_version SET number = ?", (before,))
    old = Store(store.database)
    assert [item.value for item in old.entries()] == ["kept"], "an old ledger is served"
    with pytest.raises(StoreError, match="store migrate"):
        old.append(said("not yet"))
    assert old.migrate() == (before, databases.VERSION)
    old.append(said("now"))
    assert [item.value for item in old.entries()] == ["kept", "now"]


def test_people_links_and_sessions(store: Store) -> None:
    link = people.add(store, "Ann", "owner", NOW)
    session, person = people.open_session(store, link.token, NOW)
    assert people.of_session(store, session, NOW) == person
    with pytest.raises(LedgerError, match="opens nothing"):
        people.open_session(store, link.token, NOW)
    assert people.of_session(store, link.token, NOW) is None, "a link is no session"
    assert people.of_session(store, session, NOW + timedelta(days=31)) is None
    late = people.add(store, "Bo", "editor", NOW)
    with pytest.raises(LedgerError):
        people.open_session(store, late.token, NOW + timedelta(hours=25))
    code = people.add(store, "Pine", "steward", NOW, "list:pine")
    first, _ = people.open_session(store, code.token, NOW)
    people.open_session(store, code.token, NOW + timedelta(days=40))
    people.revoke(store, code.person.id, NOW)
    assert people.of_session(store, first, NOW) is None
    with pytest.raises(LedgerError):
        people.open_session(store, code.token, NOW)
    everything = str(store.rows("SELECT * FROM access_key"))
    assert not any(token in everything for token in (link.token, session, late.token))


# Crashes.


def _writes(database: Callable[[], Database], told: int) -> None:
    """Write entries for ever, and tell the number of each when it is acknowledged."""
    store = Store(database())
    while True:
        done = store.append(said("x"))
        os.write(told, f"{done[0].n}\n".encode())


def _killed(database: Callable[[], Database], rounds: int) -> set[int]:
    """Numbers that were acknowledged by writers which were killed while they wrote.

    The writers are forked: a new Python would read its libraries for a second each time.
    """
    acknowledged: set[int] = set()
    for count in range(rounds):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _writes(database, writing)
            finally:
                os._exit(1)
        os.close(writing)
        with os.fdopen(reading) as lines:
            for line in lines:
                acknowledged.add(int(line))
                if len(acknowledged) % 7 == count % 7 and len(acknowledged) > 4 * count:
                    break
            os.kill(child, signal.SIGKILL)
            acknowledged |= {int(line) for line in lines if line.endswith("\n")}
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return acknowledged


def test_twenty_kills_lose_no_acknowledged_write_on_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store(SQLite(path)).create()
    acknowledged = _killed(lambda: SQLite(path), 20)
    numbers = [item.n for item in Store(SQLite(path)).entries()]
    assert len(acknowledged) >= 20
    assert acknowledged <= set(numbers)
    assert numbers == list(range(1, len(numbers) + 1))


def test_twenty_kills_lose_no_acknowledged_write_on_postgresql(server: Server) -> None:
    address, schema = server.address, "assetmap_kills"
    Store(PostgreSQL(address, schema)).create()
    acknowledged = _killed(lambda: PostgreSQL(address, schema), 20)
    server.stop("immediate")
    server.start()
    numbers = [item.n for item in Store(PostgreSQL(address, schema)).entries()]
    assert len(acknowledged) >= 20
    assert acknowledged <= set(numbers)
    assert numbers == list(range(1, len(numbers) + 1))


def test_postgresql_goes_and_comes_back_while_people_write(server: Server) -> None:
    store = Store(PostgreSQL(server.address, "assetmap_away"))
    store.create()
    kept = [store.append(said("before"))[0].n]
    server.stop("immediate")
    with pytest.raises(StoreError, match="does not answer, so nothing was written"):
        store.append(said("while away"))
    with pytest.raises(StoreError, match="does not answer"):
        store.version()
    server.start()
    kept.append(store.append(said("after"))[0].n)
    assert [(item.n, item.value) for item in store.entries()] == [(1, "before"), (2, "after")]
    assert kept == [1, 2]


# Disks.


def test_a_read_only_store_is_read_and_says_that_nothing_was_written(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    first = Store(SQLite(path))
    first.create()
    first.append(said("a"))
    first.database.close()
    database = SQLite(path)
    connection = database._connect()
    connection.execute("PRAGMA query_only = ON")
    store = Store(database)
    assert [item.value for item in store.entries()] == ["a"]
    with pytest.raises(StoreError, match="can only be read just now, so nothing was written"):
        store.append(said("b"))


def test_a_full_disk_says_that_nothing_was_written(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = Store(SQLite(path))
    store.create()
    store.append(said("a"))
    connection = store.database._connect()  # type: ignore[attr-defined]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="is full, so nothing was written"):
        for _ in range(200):
            store.append(said("x" * 5000))
    values = [item.value for item in store.entries()]
    assert values[0] == "a" and set(values[1:]) <= {"x" * 5000}
    connection.execute(f"PRAGMA max_page_count = {pages * 100}")
    store.append(said("room again"))


def test_a_file_that_is_no_store_is_said(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match=r"^store\.db cannot be used: .*\.$"):
        store_of(tmp_path).entries()


def test_the_address_of_a_store_is_checked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="must begin with postgresql://"):
        store_of(tmp_path, {"ASSETMAP_STORE": "mysql://x"})


def test_a_busy_store_waits_and_then_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assetmap.ledger.databases.BUSY_S", 0.2)
    path = tmp_path / "store.db"
    store = Store(SQLite(path))
    store.create()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreError, match="Somebody else is writing just now"):
        Store(SQLite(path)).append(said("a"))
    assert time.monotonic() - began < 5
    other.execute("ROLLBACK")
    store.append(said("a"))


assert os.name == "posix", "the kills of these tests need signals"


def test_two_folders_of_one_name_do_not_share_a_ledger(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSETMAP_STORE", server.address)
    mine, other, copy = (tmp_path / part / "one_name" for part in ("mine", "other", "copy"))
    for folder in (mine, other, copy):
        folder.mkdir(parents=True)
    store = store_of(mine)
    store.create()
    store.append(said("a"))
    sentence = (
        "postgres already holds the ledger of another folder called one_name: rename this one, or, "
        "where it is a copy of that folder, put that folder's store.id into it."
    )
    for act in (store_of(other).exists, store_of(other).create):
        with pytest.raises(StoreError) as refused:
            act()
        assert str(refused.value).endswith(sentence)
    # A copy of the folder on another machine is the same community.
    (copy / "store.id").write_bytes((mine / "store.id").read_bytes())
    assert [item.value for item in store_of(copy).entries()] == ["a"]
