"""Files given by hand, in the forms they really come in, and ones of elsewhere."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from stand_in import (
    MISSING_KEY,
    SIDE,
    SOUTH,
    TRACTS,
    WEST,
    acs_table,
    places,
    roads,
    svi,
    tracts,
    zipped,
)

from assetmap.community import open_community
from assetmap.sources import new_community, wanted_of

STEM = "cb_2024_37_tract_500k"
COUNTY = {"counties": ["37155"]}


def new(folder: Path, files: dict[str, bytes], **place: Any) -> tuple[Path, dict[str, Any]]:
    """The folder made of `files` alone, and what the command says."""
    saved = folder / "saved"
    saved.mkdir()
    for name, data in files.items():
        (saved / name).write_bytes(data)
    report = new_community(folder / "made", wanted_of(**place), (), saved, download=False)
    return folder / "made", report.as_json()


def why(document: dict[str, Any], what: str) -> str:
    return str({line["what"]: line["why"] for line in document["missing"]}.get(what, ""))


def acs_file(table: str, rows: list[list[str | None]], form: str) -> tuple[str, bytes]:
    """A table as data.census.gov zips it, as the CSV inside, or as the summary file has it."""
    if form == "dat":
        codes = [name for name in rows[0] if name != "NAME"]
        kept = [position for position, name in enumerate(rows[0]) if name != "NAME"]
        header = [
            f"{table}_{str(name)[-1]}{str(name)[7:10]}" if "_0" in str(name) else str(name)
            for name in codes
        ]
        body = [[str(row[position]) for position in kept] for row in rows[1:]]
        lines = ["|".join(line) for line in [header, *body]]
        return f"acsdt5y2024-{table.lower()}.dat", "\n".join(lines).encode()
    labels = ["Geography", "Geographic Area Name", *["Estimate!!Total:"] * (len(rows[0]) - 2)]
    cells = [rows[0], labels, *rows[1:]]
    # A trailing comma, and the text of an annotation in place of its number.
    lines = [
        ",".join(f'"{"*****" if c == "-555555555" else c}"' for c in row) + "," for row in cells
    ]
    data = "\n".join(lines).encode("utf-8-sig")
    name = f"ACSDT5Y2023.{table}"
    if form == "csv":
        return f"{name}-Data.csv", data
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(f"{name}-Data.csv", data)
        archive.writestr(f"{name}-Column-Metadata.csv", "Column Name,Label\nGEO_ID,Geography\n")
        archive.writestr(f"{name}-Table-Notes.txt", "notes")
    return f"{name}_2025-02-04T160257.zip", memory.getvalue()


def test_a_folder_zipped_again_with_its_columns_in_another_order(tmp_path: Path) -> None:
    frame = tracts()
    turned = gpd.GeoDataFrame(frame[list(frame)[::-1]], geometry="geometry", crs=4326)
    inner = zipfile.ZipFile(io.BytesIO(zipped(STEM, turned, tmp_path)))
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(f"__MACOSX/{STEM}/._{STEM}.shp", b"shadow")
        for name in inner.namelist():
            if not name.endswith(".cpg"):
                archive.writestr(f"{STEM}/{name}", inner.read(name))
    result, document = new(tmp_path, {f"{STEM}.zip": memory.getvalue()}, **COUNTY)
    assert (document["areas"], why(document, "tracts")) == (4, "")
    areas = open_community(result).areas
    assert areas is not None and areas["id"].tolist() == list(TRACTS)


@pytest.mark.parametrize("form", ["zip", "csv", "dat"])
def test_people_by_hand_without_any_need_numbers(tmp_path: Path, form: str) -> None:
    name, data = acs_file("B01003", acs_table("B01003"), form)
    files = {f"{STEM}.zip": zipped(STEM, tracts(), tmp_path), name: data}
    _, document = new(tmp_path, {**files, "NorthCarolina (1).csv": svi()}, **COUNTY)
    # The people of the survey, the need numbers of the index.
    assert (document["people"], document["indicators"]) == (3500, 6)
    assert [line["what"] for line in document["fetched"]] == ["tracts", "acs", "svi"]


def test_tables_of_elsewhere_are_not_taken_for_ours(tmp_path: Path) -> None:
    rows = [[str(c).replace("37155", "37017") for c in row] for row in acs_table("B01003")]
    name, data = acs_file("B01003", list(rows), "zip")
    away = roads()
    away["geometry"] = away.geometry.translate(1.0, 1.0)
    files = {
        f"{STEM}.zip": zipped(STEM, tracts(), tmp_path),
        name: data,
        "NorthCarolina.csv": svi().replace(b"37155", b"45033").replace(b"37017", b"45031"),
        "tl_2025_37155_roads.zip": zipped("tl_2025_37155_roads", away, tmp_path),
    }
    _, document = new(tmp_path, files, **COUNTY)
    assert [line["what"] for line in document["fetched"]] == ["tracts"]
    assert document["people"] is None
    for what in ("acs", "svi"):
        assert why(document, what) == "The file holds no tract of Robeson County, NC (37155)."
    assert why(document, "roads") == (
        "Nothing in the file of tl_2025_37155_roads.zip lies in Robeson County, NC (37155), so it "
        "is of another county."
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", f"{STEM}.zip is an empty file."),
        (MISSING_KEY, f'{STEM}.zip is a saved web page ("Missing Key"), not the file.'),
        (b"PK\x03\x04 cut off", f"The zip file {STEM}.zip is damaged or was not saved to its end."),
        (b"GEOID,NAME\n1,2\n", f"{STEM}.zip is not a zip file."),
    ],
)
def test_a_file_that_is_none_is_said(tmp_path: Path, data: bytes, sentence: str) -> None:
    _, document = new(tmp_path, {f"{STEM}.zip": data}, **COUNTY)
    assert (document["areas"], why(document, "tracts")) == (0, sentence)


def connecticut(folder: Path) -> dict[str, bytes]:
    frame = tracts().iloc[:4].assign(STATEFP="09", COUNTYFP="110", STUSPS="CT")
    frame["GEOID"] = "09110" + frame["TRACTCE"]
    stem = "cb_2024_09_tract_500k"
    return {f"{stem}.zip": zipped(stem, frame, folder)}


def test_a_table_under_connecticuts_old_counties_keeps_its_people(tmp_path: Path) -> None:
    rows = [[str(c).replace("37155", "09003") for c in row] for row in acs_table("B01003")]
    name, data = acs_file("B01003", list(rows), "zip")
    result, document = new(
        tmp_path, {**connecticut(tmp_path), name: data}, counties=["Capitol, CT"]
    )
    assert (document["areas"], document["people"]) == (4, 3500)
    areas = open_community(result).areas
    assert areas is not None and areas["population"].tolist() == [1000, 2000, 500, 0]


def test_a_town_of_connecticut_is_found_by_its_old_county(tmp_path: Path) -> None:
    towns = places().assign(STATEFP="09", NAME=["Hartford", "East", "Other"])
    files = {**connecticut(tmp_path), "cb_2024_09_place_500k.zip": zipped("p", towns, tmp_path)}
    _, document = new(tmp_path, files, place="Hartford CT")
    assert (document["name"], document["areas"]) == ("Hartford, CT", 1)


def test_zip_codes_that_are_nobodys_nearest_take_the_whole_county_and_say_so(
    tmp_path: Path,
) -> None:
    _, document = new(tmp_path, connecticut(tmp_path), zips=["06103"])
    assert document["areas"] == 4
    assert document["notes"] == [
        "No area has 06103 as its nearest ZIP code, so the areas are those of the whole county."
    ]


def test_a_town_that_reaches_out_of_its_county_is_said_to(tmp_path: Path) -> None:
    towns = places()
    # Half of it lies south of the county.
    towns["geometry"] = [shapely.box(WEST, SOUTH - SIDE, WEST + SIDE, SOUTH + SIDE)] * 3
    files = {
        f"{STEM}.zip": zipped(STEM, tracts(), tmp_path),
        "cb_2024_37_place_500k.zip": zipped("p", towns, tmp_path),
    }
    _, document = new(tmp_path, files, place="Lumberton, NC")
    assert document["notes"] == [
        "Only 50% of Lumberton, NC lies in the counties taken; name its other counties with "
        "--county as well."
    ]
