"""A community from a county's name: what is written, what is missing, and what is never said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stand_in import MISSING_KEY, REJECTED, SOURCES, TRACTS, StandIn, svi

from assetmap import cli
from assetmap.community import open_community


def new(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict]:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["new", *map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(stopped.value.code or 0), json.loads(out) if out else {"sentence": err.strip()}


def test_a_county_with_its_own_list(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "county.csv"
    sheet.write_text("Name,Kind,Latitude,Longitude\nLibrary,library,34.65,-79.05\n")
    folder = tmp_path / "robeson"
    code, result = new(capsys, folder, "--county", "Robeson County, NC", "--assets", sheet)
    assert code == 0
    assert {name: result[name] for name in ("areas", "people", "indicators", "roads", "towns")} == {
        "areas": 4,
        "people": 3500,
        "indicators": 6,
        # US Hwy 74 and W 5th St are one line; the bicycle path is not drawn.
        "roads": 4,
        "towns": 2,
    }
    assert result["sources"] == [
        {"key": "county", "path": "county.csv", "reader": "table", "assets": 1, "guessed": 0}
    ]
    fetched = {line["what"]: (line["year"], line["from"]) for line in result["fetched"]}
    assert fetched == {
        "tracts": (2025, "download"),
        "places": (2025, "download"),
        "cousubs": (2025, "download"),
        "svi": (2022, "download"),
        "roads": (2025, "download"),
        "water": (2025, "download"),
        "addresses": (2025, "download"),
    }
    assert [(line["what"], line["why"]) for line in result["missing"]] == [
        ("acs", "data.census.gov has no such file of the years 2022–2024.")
    ]
    settings = (folder / "community.toml").read_text()
    assert 'name = "Robeson County, NC"' in settings
    assert 'timezone = "America/New_York"' in settings
    for left_over in ("demo_day", "fictional", "[complete]", "[norms", "[release]", "corrections"):
        assert left_over not in settings
    opened = open_community(folder)
    assert opened.areas is not None and opened.areas["id"].tolist() == list(TRACTS)
    assert opened.areas["name"].tolist()[0] == "Tract 9601.01"
    assert opened.areas["population"].tolist() == [1000, 2000, 500, 0]
    assert opened.areas["adults"].tolist() == [750, 1500, 375, 0]
    # Lumberton fills the first tract; of the others the township is what people say.
    assert opened.areas["district"].tolist() == ["Lumberton", "East", "West", "East"]
    assert opened.places["name"].tolist() == ["Eastside", "Lumberton", "East", "West"]
    assert opened.roads is not None and sorted(opened.roads["name"]) == [
        "", "Elm St", "I- 95", "W 5th St"
    ]  # fmt: skip
    assert opened.water is not None and opened.water["name"].tolist() == ["Pine Lk"]
    assert len(opened.assets) == 1


def test_the_survey_comes_first_and_its_margins_are_right(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in.serve_acs()
    code, result = new(capsys, tmp_path / "c", "--county", "37155")
    assert (code, result["missing"], result["people"]) == (0, [], 3500)
    table = open_community(tmp_path / "c").indicators
    first = table[table["area"] == TRACTS[0]].set_index("indicator")
    assert first["value"].to_dict() == {
        "poverty": 5.0,  # 20 of 400
        "unemployment": 166.67,  # 50 of 30: the stand-in's lines are no real counts
        "disability": 630.0,  # lines 4, 7 … 19 (69) and 23 … 38 (183): 2520 of 400
        "limited_english_households": 85.0,  # 40 + 70 + 100 + 130 = 340 of 400
        "no_vehicle": 5.0,
        "no_internet": 32.5,
    }
    # √(12² − 0.05² · 12²) / 400 = 12 · √0.9975 / 400 = 2.996 %
    assert first["moe"]["poverty"] == 3.0
    assert result["notes"] == [
        "In one area more than one person in five lives in a dorm, prison or nursing home; its "
        "need numbers leave most of these people out."
    ]
    assert not any("svi" in path for path in stand_in.asked)


def test_with_a_key_the_api_is_asked_and_the_key_is_never_said(
    tmp_path: Path,
    stand_in: StandIn,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in.serve_acs(key="s3cret-key")
    monkeypatch.setenv("CENSUS_API_KEY", "s3cret-key")
    code, result = new(capsys, tmp_path / "c", "--county", "37155")
    assert (code, result["people"], result["indicators"]) == (0, 3500, 6)
    assert any("key=s3cret-key" in path for path in stand_in.asked)
    monkeypatch.setenv("CENSUS_API_KEY", "wr0ng-key")
    code, again = new(capsys, tmp_path / "d", "--county", "37155")
    assert again["missing"][0]["what"] == "acs"
    for said in (result, again):
        assert "s3cret" not in json.dumps(said) and "wr0ng" not in json.dumps(said)
    import os

    kept = [*Path(os.environ["ASSETMAP_CACHE"]).iterdir(), *tmp_path.rglob("*")]
    for path in kept:
        if path.is_file():
            assert b"s3cret" not in path.read_bytes() and b"wr0ng" not in path.read_bytes()


def test_a_web_page_with_status_200_is_no_data(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in.serve(SOURCES + "GENZ2025/shp/cb_2025_37_tract_500k.zip", REJECTED)
    code, result = new(capsys, tmp_path / "c", "--county", "Robeson, NC")
    assert code == 0
    missing = {line["what"]: line for line in result["missing"]}
    assert missing["tracts"]["why"] == (
        'www2.census.gov sent a web page ("Request Rejected") in place of the file.'
    )
    assert missing["tracts"]["do"] == (
        "Open https://www2.census.gov/geo/tiger/GENZ2025/shp/cb_2025_37_tract_500k.zip in a "
        "browser and give the folder where it was saved with --files."
    )
    # Asked three times, and not of the year before: that is for 404 only.
    assert [path for path in stand_in.asked if "tract_500k" in path] == [
        "/www2.census.gov/geo/tiger/GENZ2025/shp/cb_2025_37_tract_500k.zip"
    ] * 3
    assert (result["areas"], result["people"]) == (0, None)
    opened = open_community(tmp_path / "c")
    assert opened.areas is None
    assert "Lumberton" in opened.places["name"].tolist()  # by its post office


def test_files_by_hand_need_no_network(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "Downloads"
    saved.mkdir()
    for name in ("tract", "place"):
        body = stand_in.answers[f"{SOURCES}GENZ2025/shp/cb_2025_37_{name}_500k.zip"]({})[1]
        (saved / f"cb_2023_37_{name}_500k (1).zip").write_bytes(body)
    (saved / "NorthCarolina.csv").write_bytes(svi())
    (saved / "tl_2024_37155_roads.zip").write_bytes(REJECTED)
    code, result = new(
        capsys, tmp_path / "c", "--county", "37155", "--files", saved, "--no-download"
    )
    assert code == 0 and stand_in.asked == []
    assert [(line["what"], line["year"], line["from"]) for line in result["fetched"]] == [
        ("places", 2023, "file"),
        ("tracts", 2023, "file"),
        ("svi", 2022, "file"),
    ]
    assert (result["areas"], result["people"]) == (4, 3500)
    missing = {line["what"]: line["why"] for line in result["missing"]}
    assert missing["roads"] == (
        'tl_2024_37155_roads.zip is a saved web page ("Request Rejected"), not the file.'
    )
    assert missing["water"] == "Nothing was downloaded, as asked, and no such file was given."
    assert sorted(missing) == ["acs", "addresses", "cousubs", "roads", "water"]


def test_without_any_answer_the_folder_still_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSETMAP_SOURCES", "http://127.0.0.1:9")
    monkeypatch.setenv("ASSETMAP_CACHE", str(tmp_path / "cache"))
    code, result = new(capsys, tmp_path / "c", "--county", "37155", "--name", "Our place")
    assert code == 0
    assert {line["why"] for line in result["missing"]} == {
        "www2.census.gov could not be reached.",
        "data.census.gov could not be reached.",
        "svi.cdc.gov could not be reached.",
    }
    opened = open_community(tmp_path / "c")
    assert opened.name == "Our place"
    assert opened.timezone == "America/New_York"


def test_the_last_copy_is_used_when_nobody_answers(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    new(capsys, tmp_path / "one", "--county", "37155")
    stand_in.close()
    _, result = new(capsys, tmp_path / "two", "--county", "37155")
    origins = {line["what"]: line["from"] for line in result["fetched"]}
    assert origins["tracts"] == origins["svi"] == "cache"
    assert result["areas"] == 4


@pytest.mark.parametrize(
    ("county", "sentence"),
    [
        (
            "Baltimore, MD",
            "'Baltimore, MD' may be Baltimore County, MD (24005) or Baltimore city, MD (24510); "
            "say which one.",
        ),
        ("Robeson", "'Robeson' may be Robeson County, NC (37155); say which one."),
        (
            "Washington",
            "31 counties are called 'Washington'; add the state, like Robeson County, NC.",
        ),
        (
            "Windham County, CT",
            "Windham County, CT (09015) is not a county any more; its land is now in Northeastern "
            "Connecticut Planning Region, CT (09150) and Southeastern Connecticut Planning "
            "Region, CT (09180). Name those.",
        ),
        (
            "Robson County, NC",
            "There is no county 'Robson County, NC'; do you mean Robeson County, NC (37155)?",
        ),
        ("99999", "There is no county with the FIPS code 99999."),
        ("Robeson, XY", "There is no state 'XY'; write it with two letters, like NC."),
        (
            "Virginia",
            "'Virginia' is a state; for all its counties use --state VA, for one write it like "
            "Robeson County, NC.",
        ),
    ],
)
def test_a_county_is_never_picked_silently(
    county: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, result = new(capsys, tmp_path / "c", "--county", county, "--no-download")
    assert (code, result["sentence"]) == (2, sentence)
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    ("written", "fips"),
    [
        ("Robeson County, NC", "37155"),
        ("robeson north carolina", "37155"),
        ("Baltimore city, MD", "24510"),
        ("Baltimore County, MD", "24005"),
        ("Saint Mary's, Maryland", "24037"),
        ("St Marys County MD", "24037"),
        ("De Kalb, GA", "13089"),
        ("La Salle County, IL", "17099"),
        ("Dona Ana, NM", "35013"),
        ("Washington, DC", "11001"),
        ("Capitol, CT", "09110"),
        ("Juneau, AK", "02110"),
        ("1001", "01001"),
        ("Richmond city, VA", "51760"),
        ("Carson City, NV", "32510"),
        ("Orleans Parish, LA", "22071"),
        ("Ponce, PR", "72113"),
        ("Robeson Co., N.C.", "37155"),
        ("Robeson Cnty NC, USA", "37155"),
        ("Robeson County, NC (37155)", "37155"),
        ("City of Baltimore, MD", "24510"),
        ("City and Borough of Juneau, AK", "02110"),
        ("Municipality of Anchorage, AK", "02020"),
        ("Washington, D.C.", "11001"),
        ("District of Columbia", "11001"),
        ("Isle of Wight, VA", "51093"),
    ],
)
def test_counties_in_many_spellings(written: str, fips: str) -> None:
    from assetmap.sources import find_county

    assert find_county(written).fips == fips


def test_a_folder_that_is_not_empty_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text("mine")
    code, result = new(capsys, tmp_path, "--county", "37155", "--no-download")
    assert (code, result["sentence"]) == (2, f"{tmp_path} is not empty; name a new folder.")
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_town_takes_the_tracts_it_covers(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    _, result = new(capsys, tmp_path / "c", "--place", "Lumberton, NC")
    assert (result["areas"], result["people"]) == (1, 1000)
    assert open_community(tmp_path / "c").name == "Lumberton, NC"


def test_a_list_of_meetings_is_cut_to_the_outline(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    def meeting(number: str, lat: str, lon: str) -> dict[str, str]:
        return {
            "id_bigint": number, "weekday_tinyint": "2", "venue_type": "1",
            "start_time": "19:00:00", "duration_time": "01:00:00", "formats": "O",
            "latitude": lat, "longitude": lon, "meeting_name": f"Group {number}", "published": "1",
        }  # fmt: skip

    rows = [meeting("1", "34.65", "-79.05"), meeting("2", "35.9", "-79.0")]
    stand_in.serve(
        "/aggregator.bmltenabled.org/main_server/client_interface/json/", json.dumps(rows).encode()
    )
    _, result = new(capsys, tmp_path / "c", "--county", "37155", "--lists", "bmlt")
    assert result["sources"] == [
        {"key": "na_meetings", "path": "na_meetings.json", "reader": "bmlt", "assets": 1,
         "guessed": result["sources"][0]["guessed"]}
    ]  # fmt: skip
    asked = next(path for path in stand_in.asked if "aggregator" in path)
    assert "contact" not in asked
    # Half the diagonal of 0.2° × 0.2° at 34.7°: √(11.12² + 9.14²) = 14.4 km, rounded up and one.
    assert "geo_width_km=16" in asked


def test_missing_key_page_is_known() -> None:
    assert b"Missing Key" in MISSING_KEY
