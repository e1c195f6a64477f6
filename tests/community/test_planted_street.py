"""A street planted in every file of a folder is in no output, after whatever the folder knows."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assetmap import writers
from assetmap.cli.check import check_report
from assetmap.cli.edge import Loaded
from assetmap.community import Community, open_community

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
STREET = "4417 Quillback Lane"
TOLD = f"the house at {STREET}, Anna"
# Ways in which a reader would find the house again.
LEAKS = ("quillback", "4417", "37.9135", "89.0579", "٤٤١٧")
HOME = {
    "id": "h1",
    "name": "Harbor House",
    "kind": "recovery_home",
    "address": STREET,
    "city": "Anna",
    "region": "IL",
    "postal_code": "62906",
    "latitude": "37.91357",
    "longitude": "-89.05791",
    "description": f"Ask for {TOLD}. UTM 16S 319012 4197880. ٤٤١٧ Quillback.",
    "email": "4417quillbacklane@example.org",
    "schedule": 'Mo 09:00-10:00 "ring 4417"',
    "Notes": TOLD,
}
SAME = {
    "id": "x9",
    "name": "Harbor House Anna",
    "kind": "recovery_home",
    "address": STREET.upper(),
    "city": "Anna",
    "verified_on": "2026-11-01",
    "latitude": "37.91357",
    "longitude": "-89.05791",
}
OPEN = {
    "id": "p1",
    "name": "Grace Pantry",
    "kind": "food",
    "address": "12 Elm Street",
    "city": "Anna",
    "description": f"Next to {STREET}.",
    "latitude": "37.45",
    "longitude": "-89.25",
}
TOML = """
name = "Test County"
region = "IL"
demo_day = 2026-11-20
[[assets]]
key = "ours"
demo = true
path = "ours.csv"
[[assets]]
key = "theirs"
path = "theirs.json"
[[assets]]
key = "shapes"
path = "shapes.geojson"
"""


def sheet(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list({name: None for row in rows for name in row}))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "community.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "ours.csv").write_text(sheet(HOME, OPEN), encoding="utf-8")
    meeting = {"name": "Home group", "slug": "m1", "day": 1, "time": "19:00", "location": TOLD}
    meeting |= {"formatted_address": f"{STREET}, Anna, IL 62906, USA", "notes": TOLD}
    (tmp_path / "theirs.json").write_text(json.dumps([meeting]), encoding="utf-8")
    shape = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-89.05791, 37.91357]},
        "properties": SAME,
    }
    collection = {"type": "FeatureCollection", "features": [shape]}
    (tmp_path / "shapes.geojson").write_text(json.dumps(collection), encoding="utf-8")
    (tmp_path / "connections.csv").write_text(
        f"from,to,how\nours:p1,ours:h1,gives food to {TOLD}\n", encoding="utf-8"
    )
    (tmp_path / "corrections.csv").write_text(
        "id,field,value,by,date,why\n"
        f"gone:{STREET},address,{STREET},{STREET},2026-11-01,{TOLD}\n"
        f"ours:h1,phone,call {STREET},Ann,2026-11-01,{TOLD}\n"
        f"ours:h1,description,It is at {STREET}.,Ann,2026-11-01,moved from 37.91357\n"
        f"ours:p1,wheelchair,ask at {STREET},Ann,2026-11-01,{TOLD}\n"
        f"ours:h1,{STREET},x,Ann,2026-11-01,{TOLD}\n",
        encoding="utf-8",
    )
    (tmp_path / "merges.csv").write_text(f"keep,other\nours:h1,{STREET}\n", encoding="utf-8")
    return tmp_path


FORMS = ("csv", "geojson", "hsds", "meeting-guide", "ics", "xlsx")


def everything(county: Community, forms: Sequence[str] = FORMS) -> str:
    """All that anybody can get of the county, in one text of small letters."""
    said = [repr(county.assets.drop(columns="geometry").to_dict("records"))]
    said += [repr(county.assets.geometry.to_wkt().tolist())]
    said += [repr(county.problems), repr(county.corrections), repr(county.sources)]
    for form in forms:
        for public in (True, False):
            data, left_out = writers.write(
                form, county.assets, now=NOW, public_only=public, title="name"
            )
            said.append(repr(left_out))
            said.append(data.decode("utf-8", "replace").replace("\r\n ", ""))
            if data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    said += [
                        archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
                    ]
    loaded = Loaded(county.assets, county.problems, county.sources, county.context, 0.0, county)
    said.append(json.dumps(check_report(loaded), ensure_ascii=False))
    return "\n".join(said).lower()


def leaks(county: Community) -> list[str]:
    told = everything(county)
    result = [told.index(word) for word in LEAKS if word in told]
    return [told[max(at - 80, 0) : at + 40] for at in result]


def test_as_it_lies_there(folder: Path) -> None:
    county = open_community(folder, NOW)
    assert len(county.assets) >= 3
    assert leaks(county) == []


@pytest.mark.parametrize(
    "pair", ["ours:h1,shapes:x9", "shapes:x9,ours:h1", "theirs:m1,ours:h1", "ours:p1,ours:h1"]
)
def test_after_a_merge(folder: Path, pair: str) -> None:
    (folder / "merges.csv").write_text(f"keep,other\n{pair}\n", encoding="utf-8")
    assert leaks(open_community(folder, NOW)) == []


def test_a_no_beats_a_yes_in_a_merge(folder: Path) -> None:
    home = {**HOME, "address_ok": "no"}
    (folder / "ours.csv").write_text(sheet(home, OPEN), encoding="utf-8")
    shapes = (folder / "shapes.geojson").read_text(encoding="utf-8")
    agreed = shapes.replace('"verified_on"', '"address_ok": "yes", "verified_on"')
    (folder / "shapes.geojson").write_text(agreed, encoding="utf-8")
    (folder / "merges.csv").unlink()
    assert "quillback" in everything(open_community(folder, NOW)), "the other one agreed"
    (folder / "merges.csv").write_text("keep,other\nshapes:x9,ours:h1\n", encoding="utf-8")
    county = open_community(folder, NOW)
    assert "ours:h1" not in set(county.assets["id"])
    assert leaks(county) == []


def test_after_corrections_of_the_address_and_the_kind(folder: Path) -> None:
    with (folder / "corrections.csv").open("a", encoding="utf-8") as file:
        file.write(f"theirs:m1,kind,recovery home,volunteer,2026-11-02,{TOLD}\n")
        file.write(f'ours:h1,address,"{STREET}, Anna, IL 62906",volunteer,2026-11-02,{TOLD}\n')
        file.write(f"shapes:x9,address_ok,no,volunteer,2026-11-02,{TOLD}\n")
    assert leaks(open_community(folder, NOW)) == []


def test_after_a_source_broke_and_a_day_passed(folder: Path) -> None:
    first = open_community(folder, NOW)
    (folder / "ours.csv").write_bytes(b"%PDF-1.4 " + STREET.encode())
    (folder / "places.csv").write_text(f'name,lat,lon\n"{STREET}",x,y\n', encoding="utf-8")
    later = open_community(folder, NOW + timedelta(days=9), previous=first)
    assert later.sources[0].stale
    assert leaks(later) == []
