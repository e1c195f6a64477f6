"""Imports as decisions: fetched versions, more than twenty rows, and what is shown of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from town import HEADER, NOW, Commands, make

from assetmap.community import open_community, remote
from assetmap.community.imports import accept_waiting, look_at, waiting
from assetmap.community.recording import Who
from assetmap.ledger import NotAllowed
from assetmap.readers import Source

FETCHED = """
[[assets]]
key = "live"
path = "https://lists.example.org/live.csv"
"""
LINE = "m{n},Meeting {n},meeting,{n} Oak Street,Milltown,IL,(618) 555-{n:04d},,,,\n"


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    commands = Commands(make(tmp_path / "town"), capsys)
    commands("store", "init")
    return commands


def names(run: Commands) -> list[str]:
    return sorted(open_community(run.folder).assets["name"])


def meetings(count: int) -> bytes:
    return (HEADER + "".join(LINE.format(n=n) for n in range(count))).encode()


def test_a_fetched_version_that_was_taken_is_taken_back_by_one_press(run: Commands) -> None:
    toml = run.folder / "community.toml"
    toml.write_text(toml.read_text("utf-8") + FETCHED, "utf-8")
    kept = run.folder / remote.FOLDER
    kept.mkdir()
    (kept / "live.csv").write_bytes(meetings(8))
    (kept / "live.csv.held").write_bytes(meetings(2))
    note = {"file": "live.csv", "fetched_at": NOW, "held": "few rows", "held_file": "live.csv"}
    (kept / "live.note").write_text(json.dumps(note), "utf-8")
    assert waiting(run.folder) == {"live": "few rows"}
    assert len(names(run)) == 12
    run("refresh", "--accept", "live")
    assert (len(names(run)), waiting(run.folder)) == (6, {})
    assert run("undo", "1")["applied"] is True
    assert len(names(run)) == 12
    assert (kept / "live.csv").read_bytes() == meetings(8)
    run("undo", "2")
    assert len(names(run)) == 6


@pytest.mark.parametrize(("rows", "alone"), [(20, True), (21, False)])
def test_more_than_twenty_rows_need_two_people(run: Commands, rows: int, alone: bool) -> None:
    item, two = Who("editor", 2), Who("editor", 3)
    opened = open_community(run.folder)
    sheet = Source("county.csv", meetings(rows))
    assert len(look_at(opened, sheet, "county", item).comparison.new) == rows
    if not alone:
        with pytest.raises(NotAllowed, match="more than 20 rows, so somebody else has to look"):
            accept_waiting(opened, "county", item)
        assert len(names(run)) == 4
    assert accept_waiting(opened, "county", item if alone else two).taken
    assert len(names(run)) == 4 + rows


def test_what_people_said_is_shown_by_field_day_and_role_only(run: Commands) -> None:
    run("record", "list:ark", "correct", "phone", "618-555-0177", "--why", "Ann told me")
    run("record", "list:door", "consent", "no", "--by", "steward", "--at", "2026-11-24T22:00")
    shown = open_community(run.folder).corrections
    assert [(item.field, item.date, item.role, item.applied, item.id) for item in shown] == [
        ("listed_ok", "2026-11-24", "steward", True, ""),
        ("phone", "2026-11-25", "owner", True, "list:ark"),
    ]
    assert "Ann" not in repr(shown) and "0177" not in repr(shown)


def test_a_name_in_place_of_a_role_is_not_shown(run: Commands) -> None:
    (run.folder / "corrections.csv").write_text(
        "id,field,value,by,date,why\nlist:ark,phone,618 555 0166,Ann Smith,2026-10-01,it rings\n"
    )
    (run.folder / "store.db").unlink()
    run("store", "init")
    shown = open_community(run.folder).corrections
    assert [(item.field, item.date, item.role) for item in shown] == [("phone", "2026-10-01", "")]
