"""What a source's own settings choose: kind, only, near; share links; the recipe file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assetmap import cli
from assetmap.areas import AreasError, read_areas
from assetmap.community import open_community
from assetmap.community.fetching import csv_address
from assetmap.readers import Source, read

SHEET = """name,Type,latitude,longitude,zip,city
Near,OTP,34.65,-79.05,,
Far,OTP,40.0,-100.0,,
Other,PCP,34.66,-79.04,,
By ZIP,OTP,,,28358,Lumberton
By far ZIP,OTP,,,99501,Anchorage
Nowhere,OTP,,,,
"""
AREAS = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"a"},'
    '"geometry":{"type":"Polygon","coordinates":[[[-79.1,34.5],[-78.9,34.5],[-78.9,34.8],'
    "[-79.1,34.8],[-79.1,34.5]]]}}]}"
)


def folder(path: Path, settings: str) -> Path:
    (path / "list.csv").write_text(SHEET)
    (path / "areas.geojson").write_text(AREAS)
    (path / "community.toml").write_text(
        'name = "R"\nregion = "NC"\ntimezone = "America/New_York"\n[[assets]]\nkey = "otp"\n'
        f'path = "list.csv"\n{settings}'
    )
    return path


def test_kind_only_and_near(tmp_path: Path) -> None:
    opened = open_community(
        folder(
            tmp_path,
            'kind = "opioid_treatment_program"\nonly = {Type = "OTP"}\nnear = "extent"\n',
        )
    )
    assert opened.assets["name"].tolist() == ["Near", "By ZIP", "Nowhere"]
    assert set(opened.assets["kind"]) == {"opioid_treatment_program"}
    (source,) = opened.sources
    assert (source.rows_read, source.assets, source.rejected) == (3, 3, 0)
    said = [str(problem.message) for problem in opened.problems if "left aside" in problem.message]
    assert said == [
        "One row is left aside, because only rows with Type = OTP are asked for.",
        "2 rows of elsewhere are left aside, because only what lies near is asked for.",
    ]


def test_without_settings_all_rows_stay(tmp_path: Path) -> None:
    assert len(open_community(folder(tmp_path, "")).assets) == 6


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("1A-b/edit?usp=sharing", "1A-b/export?format=csv"),
        ("1A-b/edit#gid=7", "1A-b/export?format=csv&gid=7"),
        ("1A-b/view?gid=7#gid=7", "1A-b/export?format=csv&gid=7"),
        ("e/2PACX-1/pubhtml?gid=3&single=true", "e/2PACX-1/pub?output=csv&gid=3"),
        ("1A/export?format=csv&gid=0", "1A/export?format=csv&gid=0"),
    ],
)  # fmt: skip
def test_a_share_link_is_read_as_its_csv(link: str, address: str) -> None:
    start = "https://docs.google.com/spreadsheets/d/"
    assert csv_address(start + link) == start + address


def test_other_addresses_stay() -> None:
    assert csv_address("https://example.org/list.csv") == "https://example.org/list.csv"


def test_the_recipe_file_reads_as_the_reader_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "list.csv"
    table.write_text(
        "Agency,Last checked,Checked how,Notes for us (not public),Shelf\nNorth,2026-01-02,phone,"
        'ask for Kim,A "1"\n'
    )
    with pytest.raises(SystemExit) as stopped:
        cli.main(["recipe", str(table), "-o", str(tmp_path / "recipe.toml"), "--json"])
    assert stopped.value.code in (0, None)
    assert json.loads(capsys.readouterr().out)["columns"]["Agency"] == "name"
    content = (tmp_path / "recipe.toml").read_text()
    assert '"Last checked" = "verified_on"  # 2026-01-02' in content
    assert '"Checked how" = "verified_how"  # phone' in content
    assert '"Shelf" = "original"  # A "1"' in content
    assert "Kim" not in content
    source = Source("list.csv", table.read_bytes())
    recipe = Source("recipe.toml", content.encode())
    plain, again = read(source).frame, read(source, recipe=recipe).frame
    assert plain.to_dict() == again.to_dict()
    assert plain["verified_on"].tolist() == ["2026-01-02"]


@pytest.mark.parametrize(
    ("data", "name", "start"),
    [
        (
            b"\x00\x00\x27\x0a" + b"\x00" * 96,
            "tracts.shp",
            "tracts.shp is one part of a shapefile.",
        ),
        (b'<?xml version="1.0"?><kml xmlns="x">', "a.kml", "a.kml is a KML file;"),
        (b"<html>", "a.zip", "a.zip is a web page"),
        (b"GEOID,people\n37155960101,5\n", "a.csv", "a.csv holds ids of tracts but no shapes."),
    ],
)
def test_what_is_no_file_of_areas_is_told_what_to_do(data: bytes, name: str, start: str) -> None:
    with pytest.raises(AreasError) as raised:
        read_areas(data, name)
    assert str(raised.value).startswith(start)


def test_full_geographic_ids_are_cut() -> None:
    areas, _ = read_areas(b"GEO_ID,lat,lon\n1400000US37155960101,34,-79\n", "a.csv")
    assert areas["id"].tolist() == ["37155960101"]
