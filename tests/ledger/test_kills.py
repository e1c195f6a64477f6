"""kill −9 while something larger than one entry is written: imports, backups, migrations.

The children are forked, so that twenty kills take seconds. What a child has acknowledged it has
written into a pipe before it was killed.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stores import Server, postgres
from town import HEADER, NOW, ROWS, make

from assetmap.community import open_community
from assetmap.community.backup import back_up, restore
from assetmap.community.imports import bring, broken_off
from assetmap.community.recording import Who
from assetmap.ledger import Store, databases, entry, store_of
from assetmap.ledger import store as store_module
from assetmap.ledger.databases import PostgreSQL, SQLite
from assetmap.readers import Source

KILLS = 20
FIRST = (HEADER + ROWS).encode()
SECOND = (HEADER + ROWS + "gym,Gym,sober_sport,2 Oak Street,Milltown,IL,,,,,\n").encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)


def killed_while(
    act: Callable[[Callable[[int], None]], None], after_s: float, first: int = 0
) -> list[int]:
    """What `act` acknowledged in a child that was killed `after_s` after it had begun, and after
    it had acknowledged `first` things."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        store_module._stores.clear()
        try:
            os.write(writing, b"begun\n")
            act(lambda number: os.write(writing, f"{number}\n".encode()))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        told.readline()
        early = [int(told.readline()) for _ in range(first)]
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [*early, *(int(line) for line in told.read().split())]


def forget() -> None:
    for store in store_module._stores.values():
        store.database.close()
    store_module._stores.clear()


def test_twenty_kills_during_imports_lose_nothing_acknowledged(tmp_path: Path, still: None) -> None:
    folder = make(tmp_path / "town")
    store_of(folder).create()
    opened = open_community(folder)
    chance = random.Random(13)
    acknowledged: list[int] = []

    def imports(tell: Callable[[int], None]) -> None:
        served = (folder / "list.csv").read_bytes()
        for data in ((FIRST, SECOND) if served == SECOND else (SECOND, FIRST)) * 20:
            done = bring(opened, Source("new.csv", data), "list", Who(), accept=True)
            tell(done.n)

    forget()
    for count in range(KILLS):
        acknowledged += killed_while(imports, chance.random() * 0.2, first=count % 2)
        assert (folder / "list.csv").read_bytes() in (FIRST, SECOND), "never half a file"
    entries = store_of(folder).entries()
    assert [item.n for item in entries] == list(range(1, len(entries) + 1))
    assert len(acknowledged) >= KILLS // 2
    assert set(acknowledged) <= {item.n for item in entries if item.what == "import"}
    assert len(open_community(folder).assets) in (4, 5)
    forget()


def test_an_import_that_broke_off_is_said_and_finished_by_taking_it_again(
    tmp_path: Path, still: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "town")
    store_of(folder).create()
    opened = open_community(folder)
    with monkeypatch.context() as patch:

        def dies(*given: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("assetmap.community.imports.put_in_place", dies)
        with pytest.raises(KeyboardInterrupt):
            bring(opened, Source("new.csv", SECOND), "list", Who())
    assert broken_off(open_community(folder)) == [(1, "list")]
    done = bring(open_community(folder), Source("new.csv", SECOND), "list", Who())
    assert (done.taken, done.n) == (True, 2)
    assert broken_off(open_community(folder)) == []


def test_twenty_kills_during_backups_leave_a_whole_backup(tmp_path: Path, still: None) -> None:
    folder = make(tmp_path / "town")
    store = store_of(folder)
    store.create()
    now = datetime.now(UTC)
    store.append(entry("correct", "list:ark", "phone", "(618) 555-0177", role="owner", now=now))
    back_up(folder, tmp_path / "b.zip", now)
    chance = random.Random(7)
    forget()

    def backups(tell: Callable[[int], None]) -> None:
        while True:
            back_up(folder, tmp_path / "b.zip", now)

    for count in range(KILLS):
        killed_while(backups, chance.random() * 0.03)
        result = restore(tmp_path / "b.zip", tmp_path / f"copy{count}")
        assert result.entries == 1
    forget()
    assert [item.name for item in folder.iterdir() if item.suffix == ".zip"] == []


def older(store: Store) -> None:
    """Take the store back to version 1, as a program of that day left it."""
    with store.writing() as run:
        for table in ("asset_key", "source_import", "call_lease", "note", "setting"):
            run(f"DROP TABLE IF EXISTS {table}")
        run("UPDATE store_version SET number = 1")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_twenty_kills_during_migrations_lose_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def fresh() -> Store:
        if kind == "sqlite":
            return Store(SQLite(tmp_path / "store.db"))
        server: Server = request.getfixturevalue("server")
        return Store(PostgreSQL(server.address, "assetmap_migrated"))

    store = fresh()
    store.create()
    now = datetime.now(UTC)
    store.append(entry("correct", "a", "phone", "kept", role="owner", now=now))
    chance = random.Random(3)

    def migrations(tell: Callable[[int], None]) -> None:
        fresh().migrate()

    for _ in range(KILLS):
        older(store)
        store.database.close()
        killed_while(migrations, chance.random() * 0.02)
        store = fresh()
        assert store.schema_version() in (1, 2, 3)
        store.migrate()
        assert store.schema_version() == databases.VERSION
        assert [item.value for item in store.entries()] == ["kept"]
    store.database.close()


def test_the_ledgers_of_earlier_programs_migrate(tmp_path: Path) -> None:
    """The files of every older version lie in tests/data, as those programs wrote them."""
    files = sorted((Path(__file__).parents[1] / "data" / "stores").glob("version*.sql"))
    assert len(files) == databases.VERSION - 1
    for number, file in enumerate(files, start=1):
        path = tmp_path / f"{number}.db"
        result = sqlite3.connect(path)
        result.executescript(file.read_text("utf-8"))
        result.close()
        store = Store(SQLite(path))
        assert store.schema_version() == number
        before = store.entries()
        assert [item.value for item in before] == ["(618) 555-0177", "2"]
        assert store.migrate() == (number, databases.VERSION)
        assert store.entries() == before
        store.append(before[0]._replace(value="now"))
        assert len(store.entries()) == 3
        store.database.close()
