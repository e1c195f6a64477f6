"""The ledger from the command line: what each command prints, changes and refuses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from town import HEADER, NOW, ROWS, Commands, make

from assetmap.community import backup, open_community
from assetmap.ledger import entry, store_of


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    commands = Commands(make(tmp_path / "town"), capsys)
    commands("store", "init")
    return commands


def served(run: Commands, asset: str, field: str) -> object:
    assets = open_community(run.folder).assets.set_index("id")
    return assets.loc[asset, field] if asset in assets.index else None


def test_without_a_ledger_a_folder_opens_and_nothing_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = Commands(make(tmp_path / "plain"), capsys)
    assert len(open_community(commands.folder).assets) == 4
    assert commands("record", "list:ark", "confirm", code=2) is None
    assert commands.output == (
        f"{commands.folder} has no ledger yet. Set one up with `python -m assetmap store init`.\n"
    )
    assert not (commands.folder / "store.db").exists()


def test_a_phone_is_corrected_lives_through_an_import_and_is_taken_back(run: Commands) -> None:
    done = run("record", "list:ark", "correct", "Phone", "618.555.0177", "--why", "it rang")
    assert done == {"n": 1, "asset": "list:ark", "applied": True}
    assert served(run, "list:ark", "phone") == "(618) 555-0177"
    (run.folder / "list.csv").write_text(HEADER + ROWS.replace("The Ark", "Ark Dental"), "utf-8")
    assert served(run, "list:ark", "phone") == "(618) 555-0177"
    assert served(run, "list:ark", "name") == "Ark Dental"
    assert run("undo", "1") == {"n": 2, "asset": "list:ark", "applied": True}
    assert served(run, "list:ark", "phone") == "(618) 555-0102"
    assert [(item["n"], item["what"], item["undone"]) for item in run("history", "list:ark")] == [
        (2, "undo", False),
        (1, "correct", True),
    ]
    run("undo", "2")
    assert served(run, "list:ark", "phone") == "(618) 555-0177"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "call me"),
        ("status", "perhaps"),
        ("kind", "zzzz"),
        ("schedule", "whenever"),
        ("colour", "blue"),
        ("id", "x"),
        ("name", ""),
        ("beds_total", "-3"),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_written(
    run: Commands, field: str, value: str
) -> None:
    before = (run.folder / "list.csv").read_bytes()
    run("record", "list:ark", "correct", field, value, code=2)
    assert run.output.count("\n") == 1
    assert run("history", "list:ark") == []
    assert served(run, "list:ark", "phone") == "(618) 555-0102"
    assert (run.folder / "list.csv").read_bytes() == before


def test_beds_are_of_the_day_they_were_said(run: Commands) -> None:
    run("record", "list:pine", "beds", "2", "--at", "2026-11-24T10:00", "--by", "steward")
    assert served(run, "list:pine", "beds_open") == 2
    assert served(run, "list:pine", "beds_as_of") == "2026-11-24T10:00"
    run("record", "list:pine", "beds", "1", "--at", "2026-11-23T10:00")
    assert served(run, "list:pine", "beds_open") == 2, "an earlier count does not win"
    run("record", "list:pine", "beds", "9", code=2)
    assert "There are only 6 beds" in run.output
    run("record", "list:pine", "beds", "1", "--at", "2026-11-26T10:00", code=2)
    assert "has not come yet" in run.output


def test_a_place_is_closed_and_open_again(run: Commands) -> None:
    run("record", "list:ark", "close")
    assert served(run, "list:ark", "status") == "inactive"
    run("record", "list:ark", "close", code=2)
    run("record", "list:ark", "reopen")
    assert served(run, "list:ark", "status") == "active"


def test_a_home_is_closed_by_two_people(run: Commands) -> None:
    done = run("record", "list:pine", "close")
    assert (done["n"], done["applied"]) == (1, False)
    assert served(run, "list:pine", "status") == "active"
    item = run("inbox")[0]
    assert {name: item[name] for name in ("n", "what", "asset", "field", "value", "was")} == {
        "n": 1,
        "what": "held",
        "asset": "list:pine",
        "field": "status",
        "value": "inactive",
        "was": "active",
    }
    run("accept", "1")
    assert served(run, "list:pine", "status") == "inactive"
    run("accept", "1", code=2)


def test_a_home_is_added_hidden_and_held(run: Commands) -> None:
    pairs = ("name=Cedar House", "Kind=sober living", "address=9 Elm Street", "city=Milltown")
    done = run("record", "new", "add", *pairs, "phone=6185550123")
    assert (done["asset"], done["applied"]) == ("added:cedar-house", False)
    assert served(run, "added:cedar-house", "name") is None
    run("accept", str(done["n"]))
    assert served(run, "added:cedar-house", "kind") == "recovery_home"
    assert served(run, "added:cedar-house", "location_precision") == "area"
    assert served(run, "added:cedar-house", "address") != "9 Elm Street"


def test_who_asks_to_be_taken_off_stays_off(run: Commands) -> None:
    run("record", "list:door", "consent", "no", "--by", "steward")
    assert served(run, "list:door", "name") is None
    # The next sheet has another id and a typo for it.
    (run.folder / "list.csv").write_text(
        HEADER + ROWS.replace("door,Open Door", "d00r,Open Dor"), "utf-8"
    )
    assert not any("Open Do" in name for name in open_community(run.folder).assets["name"])
    run("inbox")
    assert not any("Open Do" in name for name in open_community(run.folder).assets["name"])
    run("record", "list:door", "consent", "yes")
    assert "Open Dor" in list(open_community(run.folder).assets["name"])


def test_the_calls_are_leased_and_never_checked_comes_first(run: Commands) -> None:
    first = run("call", "--next", "2", "--by", "Ann")
    assert [(item["asset"], item["why"]) for item in first] == [
        ("list:door", "never checked"),
        ("list:book", "never checked"),
    ]
    assert run("call", "--next", "5", "--by", "Bo") == []
    again = run("call", "--next", "5", "--by", "Ann")
    assert [item["asset"] for item in again] == ["list:door", "list:book"]


def test_confirming_sets_the_day_it_was_checked(run: Commands) -> None:
    run("record", "list:book", "confirm", "visit", "--at", "2026-11-24")
    assert served(run, "list:book", "verified_on") == "2026-11-24"
    assert served(run, "list:book", "verified_how") == "visit"
    assert [item["asset"] for item in run("call", "--next", "5")] == ["list:door"]


def test_an_import_is_compared_held_taken_and_undone(run: Commands, tmp_path: Path) -> None:
    run("record", "list:ark", "correct", "phone", "618-555-0177")
    sheet = tmp_path / "new.csv"
    renamed = ROWS.replace("book,Book Room", "b2,Book Rooms").replace("19:00-20:00", "19:30-20:30")
    sheet.write_text(HEADER + renamed + "gym,Gym,sober_sport,2 Oak Street,Milltown,IL,,,,,\n")
    told = run("import", str(sheet), "--source", "list", "--dry-run")
    assert (told["new"], told["changed"], told["held"], told["taken"]) == (1, 2, False, False)
    assert told["vanished"] == [{"id": "list:book", "moved_to": "list:b2"}]
    before = (run.folder / "list.csv").read_bytes()
    done = run("import", str(sheet), "--source", "list")
    assert done["taken"] is True
    assert served(run, "list:b2", "name") == "Book Rooms"
    assert served(run, "list:ark", "phone") == "(618) 555-0177"
    run("import", str(sheet), "--source", "list", code=2)
    assert "served already" in run.output
    run("undo", str(done["n"]))
    assert (run.folder / "list.csv").read_bytes() == before
    one_row = tmp_path / "one.csv"
    one_row.write_text(HEADER + ROWS.splitlines()[0] + "\n")
    told = run("import", str(one_row), "--source", "list")
    assert (told["held"], told["taken"]) == (True, False)
    assert told["why"].startswith("It has 1 rows and the last good version has 4")
    assert (run.folder / "list.csv").read_bytes() == before
    run("refresh", "--accept", "list", code=0)
    assert len(open_community(run.folder).assets) == 1


def test_an_import_of_a_new_source_is_taken_back_whole(run: Commands, tmp_path: Path) -> None:
    toml = (run.folder / "community.toml").read_bytes()
    sheet = tmp_path / "county.csv"
    sheet.write_text("name,kind\nTown Hall,library\n")
    done = run("import", str(sheet), "--source", "county")
    assert len(open_community(run.folder).assets) == 5
    run("undo", str(done["n"]))
    assert (run.folder / "community.toml").read_bytes().strip() == toml.strip()
    assert len(open_community(run.folder).assets) == 4


def test_backup_and_restore_give_back_the_same(run: Commands, tmp_path: Path) -> None:
    run("record", "list:ark", "correct", "phone", "618-555-0177")
    told = run("store", "backup", str(tmp_path / "b.zip"))
    # It holds hidden streets: nobody else on the machine reads it.
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    assert told["entries"] == 1
    copy = Commands(tmp_path / "copy", run.capsys)
    main_args = ["store", "restore", str(tmp_path / "b.zip"), str(copy.folder), "--json"]
    from assetmap.cli import main

    with pytest.raises(SystemExit) as ended:
        main(main_args)
    assert ended.value.code == 0
    assert served(copy, "list:ark", "phone") == "(618) 555-0177"
    assert copy("store", "check")["problems"] == []
    with pytest.raises(SystemExit) as ended:
        main(main_args)
    assert ended.value.code == 2


def test_corrections_are_taken_in_once_and_given_out_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    run = Commands(make(tmp_path / "town"), capsys)
    (run.folder / "corrections.csv").write_text(
        "id,field,value,by,date,why\n"
        "list:ark,phone,618 555 0166,peer leader,2026-10-01,it rings\n"
        "list:book,phone,call me,peer leader,2026-10-01,no\n"
    )
    assert run("store", "init")["corrections"] == 1
    assert served(run, "list:ark", "phone") == "(618) 555-0166"
    run("undo", "1")
    assert served(run, "list:ark", "phone") == "(618) 555-0102"
    run("undo", "2")
    run("store", "export", "--out", str(tmp_path / "out"))
    with (tmp_path / "out" / "corrections.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [(line["id"], line["field"], line["value"], line["by"]) for line in lines] == [
        ("list:ark", "phone", "(618) 555-0166", "peer leader")
    ]


def test_people_have_links_that_are_shown_once(run: Commands) -> None:
    result = run("people", "add", "Tuesday volunteer", "--role", "volunteer")
    assert result["id"] == 2
    assert result["link"].startswith("http://localhost:8501/desk#")
    token = result["link"].partition("#")[2]
    assert token.encode() not in (run.folder / "store.db").read_bytes()
    assert run("people", "list")[1] == {
        "id": 2,
        "label": "Tuesday volunteer",
        "role": "volunteer",
        "asset": "",
        "disabled": False,
    }
    run("people", "revoke", "2")
    run("people", "revoke", "1", code=2)
    only = "This is the only owner, so nothing was changed. Add another owner first.\n"
    assert run.output == only


def test_the_folders_version_is_untouched_by_the_ledger(run: Commands) -> None:
    from assetmap.community import version_of

    before = version_of(run.folder)
    run("record", "list:ark", "confirm")
    assert version_of(run.folder) == before


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_corrections_are_taken_in_as_they_are_read(
    encoding: str,
    separator: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSETMAP_NOW", NOW)
    monkeypatch.delenv("ASSETMAP_STORE", raising=False)
    run = Commands(make(tmp_path / "town"), capsys)
    lines = [
        ("id", "field", "value", "by", "date", "why"),
        ("", "", "", "", "", ""),
        ("list:ark", "name", "Peñasco Dental", "editor", "2026-10-01", "sí"),
        ("list:book", "phone", "call me", "editor", "2026-10-01", "no"),
        ("list:book", "phone", "618 555 0155", "editor", "2026-10-02", ""),
    ]
    content = "\n".join(separator.join(line) for line in lines) + "\n"
    (run.folder / "corrections.csv").write_bytes(content.encode(encoding))
    before = open_community(run.folder).assets
    assert run("store", "init")["corrections"] == 2
    assert served(run, "list:ark", "name") == "Peñasco Dental"
    assert served(run, "list:book", "phone") == "(618) 555-0155"
    assert open_community(run.folder).assets["name"].tolist() == before["name"].tolist()
    for n in (1, 2):
        run("undo", str(n))
    assert served(run, "list:ark", "name") == "The Ark", "not applied from the file any more"
    assert served(run, "list:book", "phone") == "(618) 555-0104"


def test_a_new_name_says_nothing_of_the_kind(run: Commands) -> None:
    """A home that is renamed must not become a clinic whose street is shown."""
    run("record", "list:pine", "correct", "name", "Pine Dental Clinic Library")
    assert served(run, "list:pine", "name") == "Pine Dental Clinic Library"
    assert served(run, "list:pine", "kind") == "recovery_home"
    assert served(run, "list:pine", "location_precision") == "area"
    assert [item["field"] for item in run("history", "list:pine")] == ["name"]


def test_what_is_said_while_the_files_are_packed_is_in_the_backup(
    run: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An import is written down first and its sheet put in place then: with the ledger packed
    # first, a backup could hold a sheet that nobody compared.
    packed = backup._files

    def slowly(folder: Path, path: Path) -> Iterator[Path]:
        yield from packed(folder, path)
        store_of(folder).append(entry("confirm", "list:ark", now=datetime.now(UTC), role="editor"))

    monkeypatch.setattr(backup, "_files", slowly)
    before = len(store_of(run.folder).entries())
    backup.back_up(run.folder, tmp_path / "b.zip", datetime.now(UTC))
    backup.restore(tmp_path / "b.zip", tmp_path / "again")
    assert len(store_of(tmp_path / "again").entries()) == before + 1
