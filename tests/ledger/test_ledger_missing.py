"""A ledger that is meant to be there and is not: said, and never silently left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import Server, postgres
from town import NOW, Commands, make

from assetmap.community import Community, CommunityError, open_community
from assetmap.community.opening import fold_again


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    return Commands(make(tmp_path / tmp_path.name.lower()), capsys)


NOT_SET_UP = "There is no ledger yet. Set one up with `python -m assetmap store init`."


def said(community: Community) -> list[tuple[str, str]]:
    return [
        (problem.severity, str(problem.message))
        for problem in community.problems
        if problem.field == "store"
    ]


def test_a_ledger_that_goes_away_never_shows_again_who_was_taken_off(run: Commands) -> None:
    run("store", "init")
    run("record", "list:door", "consent", "no")
    before = open_community(run.folder)
    assert "list:door" not in set(before.assets["id"])
    (run.folder / "store.db").rename(run.folder.parent / "away.db")
    for again in (fold_again, lambda old: open_community(run.folder, previous=old)):
        with pytest.raises(CommunityError, match="was here before and is gone now"):
            again(before)
    (run.folder.parent / "away.db").rename(run.folder / "store.db")
    assert "list:door" not in set(fold_again(before).assets["id"])


def test_an_empty_file_as_a_ledger_is_said(run: Commands) -> None:
    assert said(open_community(run.folder)) == []
    (run.folder / "store.db").write_bytes(b"")
    assert said(open_community(run.folder)) == [("kept", NOT_SET_UP)]
    run("store", "init")
    assert said(open_community(run.folder)) == []


def test_an_address_without_a_ledger_is_said_until_it_is_set_up(
    run: Commands, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSETMAP_STORE", server.address)
    assert said(open_community(run.folder)) == [("kept", NOT_SET_UP)]
    run("store", "init")
    assert said(open_community(run.folder)) == []
    done = run("record", "list:ark", "correct", "phone", "618-555-0177")
    assert done == {"n": 1, "asset": "list:ark", "applied": True}
    assert not (run.folder / "store.db").exists()


def test_a_ledger_in_the_folder_is_not_left_out_for_an_empty_database(
    run: Commands, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("store", "init")
    run("record", "list:door", "consent", "no")
    monkeypatch.setenv("ASSETMAP_STORE", server.address)
    for command in (("store", "init"), ("search",)):
        run(*command, code=2)
        assert run.output.startswith("ASSETMAP_STORE names a database that has no ledger"), command
    monkeypatch.delenv("ASSETMAP_STORE")
    run("store", "backup", str(tmp_path / "b.zip"))
    monkeypatch.setenv("ASSETMAP_STORE", server.address)
    moved = Commands(tmp_path / f"{tmp_path.name.lower()}-moved", run.capsys)
    from assetmap.cli import main

    with pytest.raises(SystemExit) as ended:
        main(["store", "restore", str(tmp_path / "b.zip"), str(moved.folder)])
    assert ended.value.code == 0
    assert "list:door" not in set(open_community(moved.folder).assets["id"])


def test_an_address_that_is_none_is_said_in_one_sentence(
    run: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("postgresql://[bad", "sqlite:///x", "store.db"):
        monkeypatch.setenv("ASSETMAP_STORE", address)
        run("inbox", code=2)
        assert run.output.startswith("ASSETMAP_STORE must begin with postgresql://."), address
