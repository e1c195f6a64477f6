"""`geocode`, and rows of a list placed by their address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stand_in import StandIn, addresses, zipped

from assetmap import cli
from assetmap.community import open_community

LIST = """name,kind,address,city,region,postal_code
Library,library,549 Main St,Lumberton,NC,28358
Clinic,clinic,110 Main St,Eastside,NC,28360
Two towns,clinic,110 Main St,,NC,
Home,recovery_home,590 Main St,Lumberton,NC,28358
No such house,clinic,9999 Main St,Lumberton,NC,28358
Misspelled,clinic,549 Mian St,Lumberton,NC,28358
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("robeson")
    (folder / "addresses.zip").write_bytes(
        zipped("tl_2025_37155_addrfeat", addresses(), tmp_path_factory.mktemp("parts"))
    )
    (folder / "list.csv").write_text(LIST)
    (folder / "places.csv").write_text(
        "name,lat,lon,kind\nLumberton,34.62,-79.05,city\nEastside,34.63,-78.935,place\n"
    )
    (folder / "community.toml").write_text(
        'name = "Robeson"\nregion = "NC"\ntimezone = "America/New_York"\n'
        '[streets]\npath = "addresses.zip"\n[[assets]]\nkey = "own"\npath = "list.csv"\n'
    )
    return folder


def test_rows_with_an_address_are_placed_and_private_ones_are_not(folder: Path) -> None:
    opened = open_community(folder)
    rows = opened.assets.set_index("name")
    assert rows["location_precision"].replace({float("nan"): None}).to_dict() == {
        "Library": "street",
        "Clinic": "street",
        "Two towns": None,
        "Home": "area",
        "No such house": "area",
        "Misspelled": "area",
    }
    assert rows.geometry["Library"].y == pytest.approx(34.61991, abs=1e-5)
    assert rows.geometry["Home"].y == pytest.approx(34.62, abs=1e-9)
    said = [p for p in opened.problems if p.field == "latitude, longitude" and p.row in (1, 2)]
    assert [(p.row, p.severity) for p in said] == [(1, "guessed"), (2, "guessed")]
    assert said[0].message == (
        "Row 1: `latitude, longitude` is empty; placed by its address between house numbers of "
        "Main St, about 460 m exact."
    )


def geocode(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, list[dict]]:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["geocode", *map(str, arguments), "--json"])
    return int(stopped.value.code or 0), json.loads(capsys.readouterr().out)


def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = geocode(capsys, "--community", folder, "549 Main St, Lumberton", "Lumberton")
    assert code == 0
    assert lines[0] | {"lat": 0, "lon": 0} == {
        "asked": "549 Main St, Lumberton",
        "label": "549 Main Street, Lumberton",
        "lat": 0,
        "lon": 0,
        "how": "address range",
        "within_m": 460,
        "inside": None,
        "others": [],
    }
    assert (lines[1]["label"], lines[1]["how"]) == ("Lumberton", "town")
    code, lines = geocode(capsys, "--community", folder, "110 Main St", "Zzyzx")
    assert code == 1
    assert lines[0]["lat"] is None and lines[0]["others"] == [
        "110 Main Street, Lumberton",
        "110 Main Street, Eastside",
    ]
    assert lines[1]["label"] is None and lines[1]["others"] == []


def test_a_new_community_finds_its_addresses(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["new", str(tmp_path / "c"), "--county", "37155", "--json"])
    capsys.readouterr()
    _, lines = geocode(capsys, "--community", tmp_path / "c", "110 Main St, Eastside", "28358")
    assert (lines[0]["label"], lines[0]["inside"]) == ("110 Main Street, Eastside", True)
    assert lines[1]["how"] == "zip"
