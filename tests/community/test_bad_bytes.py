"""One bad byte never takes the directory down: each file that fails is one problem."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetmap.community import CommunityError, open_community, version_of

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
TOML = """
name = "Test County"
region = "IL"
[[assets]]
key = "ours"
path = "ours.csv"
[[assets]]
key = "feed"
path = "feed.json"
"""
AREA = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": "a", "name": "Anna", "population": 100},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[-90, 37], [-89, 37], [-89, 38], [-90, 38], [-90, 37]]],
            },
        }
    ],
}
LINE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Road"},
            "geometry": {"type": "LineString", "coordinates": [[-90, 37], [-89, 38]]},
        }
    ],
}
MEETING = {"name": "Night owl", "slug": "n1", "day": 1, "time": "19:00", "city": "Anna"}
FILES = {
    "ours.csv": "id,name,kind,city\n1,Grace Pantry,food,Anna\n",
    "feed.json": json.dumps([MEETING, {**MEETING, "slug": "n2", "name": "Day owl"}]),
    "areas.geojson": json.dumps(AREA),
    "roads.geojson": json.dumps(LINE),
    "water.geojson": json.dumps(LINE),
    "places.csv": "name,lat,lon,kind\nAnna,37.46,-89.24,town\n",
    "corrections.csv": "id,field,value,by,date,why\nours:1,phone,618-555-0112,volunteer,,\n",
    "merges.csv": "keep,other\n",
    "connections.csv": "from,to,how\nours:1,feed:n1,gives the room\n",
    "indicators.csv": "area,indicator,value,year\na,poverty,12,2024\n",
    "indicators.toml": '[poverty]\nlabel = "Poverty"\n',
    "releases/wave1.csv": "wave,area,question,answer\n1,a,q,yes\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path / "county")


def made(folder: Path) -> Path:
    (folder / "releases").mkdir(parents=True, exist_ok=True)
    (folder / "community.toml").write_text(TOML, encoding="utf-8")
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_the_folder_is_whole(folder: Path) -> None:
    county = open_community(folder, NOW)
    assert county.assets["id"].tolist() == ["ours:1", "feed:n1", "feed:n2"]
    assert [problem for problem in county.problems if problem.severity == "rejected"] == []


DEEP = b'{"type":"FeatureCollection","features":' + b"[" * 100_000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("releases/wave1.csv", b""),
        ("releases/wave1.csv", "wave,área\n1,ñ\n".encode("latin-1")),
        ("releases/wave1.csv", b'a,b\n"1'),
        ("indicators.toml", 'label = "Peñasco"'.encode("latin-1")),
        ("indicators.csv", b"\xff\xfe\x00"),
        ("roads.geojson", DEEP),
        ("roads.geojson", json.dumps({**LINE, "crs": {"properties": {"name": "EPSG:0"}}}).encode()),
        ("roads.geojson", json.dumps({**LINE, "crs": {"properties": None}}).encode()),
        ("roads.geojson", json.dumps({**LINE, "crs": None}).encode()),
        ("water.geojson", b"null"),
        ("areas.geojson", DEEP),
        ("areas.geojson", b""),
        ("places.csv", b"\x00\x01\x02"),
        ("places.csv", b"name\nAnna\n"),
        ("corrections.csv", b"%PDF-1.4"),
        ("merges.csv", b"\x89PNG"),
        ("connections.csv", b"PK\x03\x04 broken"),
        ("feed.json", b'{"type":{},"rows":[{"name":"x"}]}'),
        ("feed.json", DEEP),
        ("feed.json", b"[1e999]"),
        ("ours.csv", b"PK\x03\x04 broken"),
    ],
)
def test_a_damaged_file_is_one_problem_and_its_last_good_copy_is_served(
    folder: Path, name: str, data: bytes
) -> None:
    first = open_community(folder, NOW)
    (folder / name).write_bytes(data)
    alone = open_community(folder, NOW)
    assert len(alone.assets) >= 1
    assert {"911", "988"} <= {line["phone"] for line in alone.config["crisis"]}
    again = open_community(folder, NOW, previous=first)
    if name.startswith(("feed", "ours")):
        assert len(again.assets) == 3
    if name in ("areas.geojson", "roads.geojson") and data == DEEP:
        assert again.good_since
        assert any("is shown instead" in problem.message for problem in again.problems)
    for problem in again.problems:
        assert "\n" not in problem.message and "Traceback" not in problem.message


def test_half_a_letter_in_a_feed_is_one_odd_sign(folder: Path) -> None:
    cut = json.dumps([MEETING]).replace("Night owl", "Night \\ud83d owl")
    (folder / "feed.json").write_text(cut, encoding="utf-8")
    county = open_community(folder, NOW)
    assert county.assets["name"].tolist() == ["Grace Pantry", "Night \ufffd owl"]
    repr(county.problems).encode()
    assert county.catalog.version


@pytest.mark.parametrize(
    "source",
    [
        'path = "a\\u0000b.csv"',
        f'path = "{"x" * 5000}"',
        'path = "ours.csv"\nprogram = ["aa"]',
        'path = "ours.csv"\nrecipe = "nothing.toml"',
        'path = "ours.csv"\nrecipe = 7',
        'path = "ours.csv"\nreader = "reeder"',
        'path = "ours.csv"\ndate = "soon"',
        'path = "."',
        "path = 7",
        "path = []",
        'path = "https://[::1"',
        'path = "ours.csv"\nkey = 7',
        'path = "ours.csv"\nevery_hours = "often"',
    ],
)
def test_an_odd_source_leaves_the_others(folder: Path, source: str) -> None:
    with (folder / "community.toml").open("a", encoding="utf-8") as file:
        file.write(f"[[assets]]\n{source}\n")
    try:
        county = open_community(folder, NOW)
    except CommunityError as error:
        assert "\n" not in str(error)
        return
    assert {"ours:1", "feed:n1"} <= set(county.assets["id"])


def test_a_time_zone_that_is_none_is_that_rows(folder: Path) -> None:
    feed = [{**MEETING, "timezone": "Mars/X"}, {**MEETING, "slug": "n2", "timezone": "America"}]
    (folder / "feed.json").write_text(json.dumps(feed), encoding="utf-8")
    assert len(open_community(folder, NOW).assets) == 3


def test_a_file_name_that_is_not_utf8(folder: Path) -> None:
    name = os.fsencode(folder / "releases") + b"/w\xe9.csv"
    Path(os.fsdecode(name)).write_bytes(b"wave,area\n1,a\n")
    assert version_of(folder)
    county = open_community(folder, NOW)
    assert len(county.releases) == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("reeder = 1", "`reeder` means nothing"),
        ("[contakt]\nname = 'x'", "so it does nothing; the nearest that is known is contact."),
        ("[norms.meeting]\nwithin = 'far'", "within = 'far'; write a length like 14km or 9mi."),
        ("[norms.meeting]\nwithn = '14km'", "the nearest that is known is within."),
        ("[complete]\nmeeting = 'soon'", "complete.meeting = 'soon'; write a date like"),
    ],
)  # fmt: skip
def test_settings_that_mean_nothing_are_named(folder: Path, line: str, message: str) -> None:
    (folder / "community.toml").write_text(f"{line}\n", encoding="utf-8")
    county = open_community(folder, NOW)
    said = [problem.message for problem in county.problems if problem.field == "setting"]
    assert len(said) == 1 and message in said[0]


def test_an_empty_toml_is_said(folder: Path) -> None:
    (folder / "community.toml").write_text("", encoding="utf-8")
    (problem,) = open_community(folder, NOW).problems[:1]
    assert problem.message == "community.toml says nothing; copy the one of the demo and change it."


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from(["community.toml", *FILES]),
    st.binary(max_size=12),
    st.floats(0, 1),
    st.integers(0, 40),
)
def test_whatever_happens_to_a_file(
    tmp_path: Path, name: str, bad: bytes, where: float, cut: int
) -> None:
    folder = tmp_path / "fuzzed"
    shutil.rmtree(folder, ignore_errors=True)
    path = made(folder) / name
    data = path.read_bytes()
    at = int(where * len(data))
    path.write_bytes(data[:at] + bad + data[at + cut :])
    try:
        county = open_community(folder, NOW)
        assert county.catalog.version
        repr(county.problems).encode()
    except CommunityError:
        assert name == "community.toml"
