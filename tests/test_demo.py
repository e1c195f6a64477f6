"""The fictional county is what it says it is: counts, unknowns, traps, stories, and its script.

Facts are taken from the files themselves or from the opened community at its own day; what a
fact is for stands in data/demo/README.md.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from assetmap import schedule, vocabulary
from assetmap.catalog import Catalog
from assetmap.community import Community, open_community
from assetmap.places import distance_m, join_areas, metres, zip_code
from assetmap.search import GROUPS, Query, search

DEMO = Path(__file__).resolve().parent.parent / "data" / "demo"
ZONE = ZoneInfo("America/Chicago")
NOON = datetime(2026, 11, 20, 12, tzinfo=ZONE)
LATER = (
    "pets_welcome",
    "couples_together",
    "signs_court_slips",
    "smoking_allowed",
    "drug_test_asked",
)
YES_NO = [
    name
    for name, row in vocabulary.fields().items()
    if row["type"] == "yesno" and name not in ("clinical", "court_linked")
]
FORBIDDEN = re.compile(
    r"\b(clients?|consumers?|patients?|case manage\w*|counsell?ors?|sponsors?|addicts?|abusers?"
    r"|abuse|clean|dirty)\b",
    re.IGNORECASE,
)


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def planted() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in rows("assets.csv")}


@cache
def meetings() -> list[dict[str, Any]]:
    return json.loads((DEMO / "meetings.json").read_text(encoding="utf-8"))


@cache
def settings() -> dict[str, Any]:
    return tomllib.loads((DEMO / "community.toml").read_text(encoding="utf-8"))


@cache
def stories() -> dict[str, dict[str, Any]]:
    result = tomllib.loads((DEMO / "stories.toml").read_text(encoding="utf-8"))["story"]
    return {story["id"]: story for story in result}


@pytest.fixture(scope="module")
def county() -> Community:
    return open_community(DEMO, now=NOON)


@pytest.fixture(scope="module")
def areas() -> gpd.GeoDataFrame:
    return gpd.read_file(DEMO / "areas.geojson")


# ── The script ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_build", DEMO / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


def test_the_script_writes_the_same_bytes(build: ModuleType) -> None:
    files = build.files()
    assert set(files) == {
        "areas.geojson", "roads.geojson", "water.geojson", "places.csv", "assets.csv",
        "places.geojson", "meetings.json", "indicators.csv", "survey/wave1.csv",
        "survey/wave2.csv",
    }  # fmt: skip
    for name, text in files.items():
        assert (DEMO / name).read_bytes() == text.encode("utf-8"), name


def test_the_folder_stays_small() -> None:
    size = sum(path.stat().st_size for path in DEMO.rglob("*") if "__pycache__" not in path.parts)
    assert size < 2_000_000


# ── Fictional, and said so ───────────────────────────────────────────────────────────────────


def test_it_says_that_it_is_fictional() -> None:
    assert settings()["fictional"] is True
    assert "fictional" in (DEMO / "README.md").read_text(encoding="utf-8").lower()
    assert settings()["demo_day"].isoformat() == "2026-11-20"
    assert settings()["demo_day"].weekday() == 4
    assert [line["phone"] for line in settings()["crisis"]] == ["911", "988", "1-800-799-7233"]


def test_no_number_or_address_of_anybody_real(county: Community) -> None:
    for field in ("phone", "conference_phone"):
        for text in county.assets[field].dropna():
            assert re.fullmatch(r"\+?1?\D*618\D*555\D*01\d\d", text), text
    for field in ("url", "conference_url", "email"):
        for text in county.assets[field].dropna():
            assert re.search(r"(^https://([a-z]+\.)?|@)example\.org(/|$)", text), text
    for path in [*sorted(DEMO.rglob("*.csv")), DEMO / "meetings.json", DEMO / "places.geojson"]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\(\d{3}\) (?!555-01)\d{3}-\d{4}", text), path
        hosts = set(re.findall(r"(?:https?://|@)([\w.-]+)", text))
        assert {host for host in hosts if not host.endswith("example.org")} == set(), path


def test_own_zip_codes_are_nobody_elses_but_the_citys() -> None:
    own = {row["name"] for row in rows("places.csv") if row["kind"] == "zip"}
    assert own == {"62999", "62981", "62986", "62991", "62978", "62968", "62945"}
    assert {code for code in own if zip_code(code) is not None} == {"62999"}


def test_words_that_are_never_ours(county: Community) -> None:
    texts = [
        text
        for field in ("name", "description")
        for text in county.assets[field].dropna()
        if FORBIDDEN.search(text)
    ]
    assert texts == []
    for name in ("codebook.csv", "stories.toml", "indicators.toml", "community.toml"):
        assert not FORBIDDEN.search((DEMO / name).read_text(encoding="utf-8")), name


# ── Areas, places, roads ─────────────────────────────────────────────────────────────────────


def test_130_000_people_in_36_areas_of_six_districts(areas: gpd.GeoDataFrame) -> None:
    assert len(areas) == 36
    assert areas["id"].is_unique
    assert areas.groupby("district")["population"].sum().to_dict() == {
        "Alder City North": 27_400,
        "Alder City South": 25_100,
        "Milltown and River": 23_800,
        "Harwin and the Northeast": 26_300,
        "Prairie Ford and the Southeast": 22_900,
        "Cedar Bend Hills": 4_500,
    }
    assert areas["population"].sum() == 130_000
    assert (areas["adults"] <= areas["population"]).all()
    assert areas.loc[areas["population"] == 0, "id"].tolist() == ["river-bottoms"]


def test_the_areas_fit_together(areas: gpd.GeoDataFrame) -> None:
    assert areas.is_valid.all()
    whole = areas.union_all()
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert whole.area == pytest.approx(sum(shape.area for shape in areas.geometry), rel=1e-9)
    west, south, east, north = whole.bounds
    assert distance_m(37.9, west, 37.9, east) == pytest.approx(60_000, rel=0.03)
    assert distance_m(south, -89.05, north, -89.05) == pytest.approx(45_000, rel=0.03)
    inside = shapely.contains(areas.geometry.array, shapely.points(areas["lon"], areas["lat"]))
    assert inside.all()
    flat = shapely.get_coordinates(areas.geometry.array)
    assert np.array_equal(flat, flat.round(5))


def test_one_city_four_towns_and_a_strip_beyond_the_line(areas: gpd.GeoDataFrame) -> None:
    places = pd.DataFrame(rows("places.csv")).astype({"lat": float, "lon": float})
    place_in = join_areas(places["lat"].to_numpy(), places["lon"].to_numpy(), areas)
    inside = places[[area is not None for area in place_in]]
    assert inside.loc[inside["kind"] == "city", "name"].tolist() == ["Alder City"]
    assert inside.loc[inside["kind"] == "town", "name"].tolist() == [
        "Milltown",
        "Harwin",
        "Prairie Ford",
        "Cedar Bend",
    ]
    outside = places[[area is None for area in place_in]]
    assert set(outside["name"]) == {"Pell Harbor", "Dunmore Station", "62968", "62945"}


def test_the_base_map_has_lines_with_a_name_and_a_class() -> None:
    for file, classes in (
        ("roads.geojson", {"highway", "road", "street"}),
        ("water.geojson", {"river", "creek", "lake"}),
    ):
        result = gpd.read_file(DEMO / file)
        assert set(result["class"]) == classes
        assert result["name"].str.len().min() > 0
        assert result.is_valid.all()


# ── Indicators ───────────────────────────────────────────────────────────────────────────────


def test_every_area_with_people_but_one_has_every_indicator(areas: gpd.GeoDataFrame) -> None:
    table = pd.DataFrame(rows("indicators.csv"))
    notes = tomllib.loads((DEMO / "indicators.toml").read_text(encoding="utf-8"))
    assert set(table["indicator"]) == set(notes)
    assert all(note["direction"] == "high" for note in notes.values())
    wanted = set(areas.loc[areas["population"] > 0, "id"]) - {"sand-ridge"}
    for indicator, inside in table.groupby("indicator"):
        assert set(inside["area"]) == wanted, indicator
        assert inside["area"].is_unique
    shares = table[table["indicator"] != "overdose_deaths"]
    assert shares["value"].astype(float).between(0, 60).all()
    assert (shares["moe"].astype(float) > 0).all()
    assert settings()["coverage"]["no_data"] == ["sand-ridge"]


def test_few_overdose_deaths_are_not_shown() -> None:
    values = [row["value"] for row in rows("indicators.csv") if row["indicator"][:4] == "over"]
    shown = [int(value) for value in values if value != "not shown"]
    assert min(shown) >= 10
    assert len(values) == 34
    assert 10 <= len(values) - len(shown) <= 24


# ── Assets ───────────────────────────────────────────────────────────────────────────────────


def test_every_row_of_three_formats_becomes_an_asset(county: Community) -> None:
    result = {s.key: (s.reader, s.rows_read, s.assets, s.rejected, s.error) for s in county.sources}
    own, places = len(planted()), len(json.loads((DEMO / "places.geojson").read_text())["features"])
    assert result == {
        "alder": ("table", own, own, 0, ""),
        "county": ("geojson", places, places, 0, ""),
        "aa": ("meeting_guide", len(meetings()), len(meetings()), 0, ""),
    }
    assert len(county.assets) >= 600
    assert county.assets["id"].is_unique
    assert [p.message for p in county.problems if p.severity in ("rejected", "kept")] == [
        "indicators.csv: 34 of 36 areas matched; of the others this file says nothing."
    ]


def test_every_kind_and_many_meetings(county: Community) -> None:
    assets = county.assets
    # Kinds that came after the county was drawn; none of it is one of them.
    later = {name for name in vocabulary.terms("kinds") if name not in set(assets["kind"])}
    assert len(later) == 14
    assert "meeting" not in later
    held = assets[assets["kind"] == "meeting"]
    assert len(held) >= 200
    assert held["program"].nunique() >= 10
    forms = Counter(
        form for formats in held["format"] for form in ["|".join(sorted(formats or ["?"]))]
    )
    assert forms["in_person"] > 100
    assert forms["online"] >= 10
    assert forms["in_person|online"] >= 3
    assert forms["phone"] >= 5
    times = assets["schedule"].fillna("")
    assert (times == "24/7").sum() >= 10
    assert times.str.contains(r"\[[1-5,-]+\]").sum() >= 15
    assert times.str.contains("22:00-01:00").any()
    spanish = [langs is not None and "es" in langs for langs in held["languages"]]
    assert sum(spanish) >= 10


@pytest.mark.parametrize("field", [name for name in YES_NO if name not in LATER])
def test_at_least_a_quarter_is_unknown(county: Community, field: str) -> None:
    assert county.assets[field].isna().mean() >= 0.25
    assert county.assets[field].notna().any()


def test_stale_inactive_candidate_and_closed_rows(county: Community) -> None:
    status = county.assets["status"].value_counts()
    assert status.min() >= 5
    assert set(status.index) == {"active", "candidate", "temporarily_closed", "inactive"}
    checked = pd.to_datetime(county.assets["verified_on"])
    old = checked < pd.Timestamp(NOON.date() - timedelta(days=365))
    assert old.sum() >= 50
    assert checked.isna().mean() >= 0.2
    assert checked.max() <= pd.Timestamp(NOON.date())


def test_corrections_connections_and_complete_kinds_point_at_something(county: Community) -> None:
    ids = set(county.assets["id"])
    assert all(row["id"] in ids and row["by"] and row["why"] for row in rows("corrections.csv"))
    ends = [row[end] for row in rows("connections.csv") for end in ("from", "to")]
    assert [end for end in ends if end not in ids] == []
    assert set(settings()["complete"]) <= set(vocabulary.terms("kinds"))
    assert set(settings()["norms"]) <= set(vocabulary.terms("kinds"))


# ── What is planted ──────────────────────────────────────────────────────────────────────────


def test_the_street_of_the_womens_home_stands_in_three_places_and_leaves_by_none(
    county: Community,
) -> None:
    home, closet = planted()["home-willow"], planted()["closet-side-door"]
    assert home["only_for"] == "women"
    assert home["address"] == "418 Larkspur Lane"
    assert "418 Larkspur Lane" in home["description"]
    assert closet["address"] == "418 Larkspur Ln"
    assert closet["kind"] != home["kind"]
    assert (closet["latitude"], closet["longitude"]) == (home["latitude"], home["longitude"])
    sources = "".join((DEMO / name).read_text() for name in ("assets.csv", "places.geojson"))
    assert sources.count("Larkspur") == 6, "two addresses, two descriptions in two languages"
    out = county.assets.drop(columns="geometry").to_csv() + str(county.problems)
    assert "larkspur" not in out.lower()
    held = county.assets.set_index("id").loc["alder:closet-side-door"]
    assert held["status"] == "candidate"


@pytest.mark.parametrize(
    ("asset", "values"),
    [
        ("home-riverbirch", {"medications_ok": "buprenorphine|naltrexone"}),
        ("home-buckeye", {"beds_as_of": "2026-11-11T10:00", "beds_open": "3"}),
        ("home-persimmon", {"same_day": "no", "intake_hours": "Th 18:00-20:00"}),
        ("shelter-gate", {"id_required": "yes", "kind": "shelter"}),
        ("shelter-mission", {"worship_required": "yes", "kind": "shelter"}),
        ("peer-probation-annex", {"law_enforcement_on_site": "yes", "court_linked": "yes"}),
        ("job-stone-bridge", {"record_limits": "case_by_case", "accepts_record": ""}),
        ("grief-first-saturday", {"schedule": "Sa[1] 10:00-12:00"}),
        ("dentist-pell-harbor", {"city": "Pell Harbor", "medication_welcome": "yes"}),
        ("home-sassafras", {"beds_open": "", "beds_as_of": ""}),
        ("home-pawpaw", {"beds_open": "", "beds_as_of": ""}),
        ("home-mulberry", {"beds_open": "", "beds_as_of": ""}),
    ],
)
def test_planted_row(asset: str, values: dict[str, str]) -> None:
    assert {field: planted()[asset][field] for field in values} == values


def test_seven_rows_are_one_daily_meeting() -> None:
    noon = [m for m in meetings() if m["slug"].startswith("noon-lamp-group-")]
    assert sorted(m["day"] for m in noon) == [0, 1, 2, 3, 4, 5, 6]
    same = ("name", "time", "end_time", "formatted_address", "latitude", "longitude")
    assert len({tuple(m[field] for field in same) for m in noon}) == 1


def test_the_correction_differs_from_what_the_feed_still_says(county: Community) -> None:
    fixed = next(r for r in rows("corrections.csv") if r["id"] == "alder:dentist-southside")
    assert planted()["dentist-southside"]["phone"] == "(618) 555-0128"
    assert fixed["value"] == "(618) 555-0171"
    opened = county.assets.set_index("id").loc["alder:dentist-southside", "phone"]
    assert re.sub(r"\D", "", opened)[-4:] == "0171"


def test_a_dentist_across_the_line_is_the_nearest_for_the_east(
    county: Community, areas: gpd.GeoDataFrame
) -> None:
    near = nearest(county, areas, county.assets["kind"] == "dentist")
    assert near["east-line"] == near["dry-fork"] == "alder:dentist-pell-harbor"
    point = county.assets.set_index("id").loc["alder:dentist-pell-harbor", "geometry"]
    assert join_areas(np.array([point.y]), np.array([point.x]), areas).tolist() == [None]


# ── The gaps it was built to have (README, "Gaps") ───────────────────────────────────────────


def reach(county: Community, areas: gpd.GeoDataFrame, which: pd.Series) -> pd.DataFrame:
    """Kilometres from where each area's people live to the active assets of `which`."""
    chosen = county.assets[which.fillna(False).astype(bool) & (county.assets["status"] == "active")]
    lat, lon = areas["lat"].to_numpy()[:, None], areas["lon"].to_numpy()[:, None]
    km = distance_m(lat, lon, chosen.geometry.y.to_numpy(), chosen.geometry.x.to_numpy()) / 1000
    return pd.DataFrame(km, index=areas["id"], columns=chosen["id"])


def nearest(county: Community, areas: gpd.GeoDataFrame, which: pd.Series) -> dict[str, str]:
    return reach(county, areas, which).idxmin(axis=1).to_dict()


def without(county: Community, areas: gpd.GeoDataFrame, which: pd.Series, km: float) -> set[str]:
    """The areas with none of `which` within `km` kilometres."""
    table = reach(county, areas, which)
    return set(table.index[~(table <= km).any(axis=1)])


def test_gap_spanish_groups_on_sunday_evening_only_in_prairie_ford(
    county: Community, areas: gpd.GeoDataFrame
) -> None:
    assets = county.assets
    begin = datetime(2026, 11, 22, 17, tzinfo=ZONE)
    result = schedule.expand(assets, begin, begin + timedelta(hours=4), "America/Chicago", "US")
    starts = result[result["start"] >= begin.astimezone(UTC).replace(tzinfo=None)]
    groups = assets["kind"].isin(["meeting", "peer_group", "family_group"])
    spanish = pd.Series([s is not None and "es" in s for s in assets["languages"]])
    here = pd.Series([f is not None and "in_person" in f for f in assets["format"]])
    sunday = pd.Series(assets.index.isin(starts["asset"]))
    served = {
        "prairie-ford-center",
        "prairie-ford-north",
        "grange",
        "dry-fork",
        "east-line",
        "flat-rock",
    }
    bare = without(county, areas, groups & spanish & here & sunday, 14)
    assert bare == set(areas["id"]) - served
    # It is the time that is missing in the other towns, not the language.
    always = without(county, areas, groups & spanish & here, 14)
    assert not always & {"milltown-old-town", "milltown-east", "harwin-center", "southside"}
    assert "cedar-bend" in always


def test_gap_two_dentists_welcome_people_in_recovery(
    county: Community, areas: gpd.GeoDataFrame
) -> None:
    dentists = county.assets["kind"] == "dentist"
    welcome = county.assets["medication_welcome"]
    yes = county.assets.loc[dentists & (welcome == True).fillna(False), "id"]  # noqa: E712
    assert set(yes) == {
        "alder:dentist-alder-family",
        "alder:dentist-southside",
        "alder:dentist-pell-harbor",
    }
    known = without(county, areas, dentists & (welcome == True).fillna(False), 25)  # noqa: E712
    maybe = without(county, areas, dentists & (welcome != False).fillna(True), 25)  # noqa: E712
    assert maybe == {"harwin-center", "cedar-bend"}
    assert known - maybe == {
        "milltown-old-town",
        "milltown-east",
        "larch-landing",
        "river-bluffs",
        "river-bottoms",
    }


def test_gap_no_child_care_in_prairie_ford(county: Community, areas: gpd.GeoDataFrame) -> None:
    care = county.assets["kind"] == "child_care"
    assert without(county, areas, care, 14) == {
        "prairie-ford-center",
        "prairie-ford-north",
        "grange",
        "dry-fork",
        "east-line",
        "cedar-bend",
        "bluff-hollow",
        "sand-ridge",
        "river-bottoms",
    }
    assert settings()["complete"]["child_care"]
    touching = areas.set_index("id").geometry
    assert touching["sand-ridge"].touches(touching["bluff-hollow"])


def test_gap_around_harwin_a_job_is_a_referral_alone(
    county: Community, areas: gpd.GeoDataFrame
) -> None:
    kind = county.assets["kind"]
    jobs = kind.isin(["employer", "recovery_business", "record_clearing"])
    assert without(county, areas, jobs, 14) == {
        "harwin-center",
        "harwin-west",
        "harwin-lake",
        "sallow-creek",
    }
    helpers = reach(county, areas, kind.isin(["job_help", "job_training"])).loc["harwin-center"]
    assert helpers.index[helpers <= 14].tolist() == ["alder:job-desk-harwin"]
    assert planted()["job-desk-harwin"]["referral_needed"] == "yes"


def test_gap_no_home_with_a_free_bed_for_women_with_children() -> None:
    homes = [row for row in planted().values() if row["kind"] == "recovery_home"]
    take = [row for row in homes if row["children_can_live_here"] == "yes"]
    assert [(row["id"], row["beds_open"]) for row in take] == [("home-chestnut", "0")]


def test_gap_no_naloxone_on_the_weekend_in_the_east(
    county: Community, areas: gpd.GeoDataFrame
) -> None:
    assets = county.assets
    kits = assets["kind"] == "naloxone"
    begin = datetime(2026, 11, 21, tzinfo=ZONE)
    result = schedule.expand(assets, begin, begin + timedelta(days=2), "America/Chicago", "US")
    weekend = pd.Series(assets.index.isin(result["asset"]))
    always = without(county, areas, kits, 14)
    assert without(county, areas, kits & weekend, 14) - always == {
        "harwin-center",
        "harwin-west",
        "harwin-lake",
        "sallow-creek",
        "prairie-ford-center",
        "prairie-ford-north",
        "grange",
        "dry-fork",
        "east-line",
    }


def test_overlap_and_choice(county: Community) -> None:
    assets = county.assets.set_index("id")
    item, two = (
        assets.loc[f"aa:{x}-sun"] for x in ("fairgrounds-fellowship", "barn-door-sunday-night")
    )
    for field in ("program", "schedule", "status"):
        assert item[field] == two[field]
    gap = distance_m(item.geometry.y, item.geometry.x, two.geometry.y, two.geometry.x)
    assert gap < 2_000
    hill, home = assets.loc["alder:mtg-smart-on-the-hill"], assets.loc["aa:alder-home-group-mon"]
    assert (hill["status"], home["status"]) == ("active", "active")
    assert hill["schedule"].startswith("Mo 19:00") and home["schedule"].startswith("Mo 19:00")
    assert hill["program"] != home["program"]


def test_the_readme_names_only_what_is_there(county: Community, areas: gpd.GeoDataFrame) -> None:
    text = (DEMO / "README.md").read_text(encoding="utf-8")
    ids = set(county.assets["id"])
    assert set(re.findall(r"`((?:alder|aa|county):[a-z0-9-]+)`", text)) <= ids
    bare = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", text)) - set(areas["id"])
    assert {f"alder:{name}" for name in bare} <= ids


# ── The survey ───────────────────────────────────────────────────────────────────────────────


@cache
def wave(number: int) -> pd.DataFrame:
    result = pd.DataFrame(rows(f"survey/wave{number}.csv"))
    return result[result["consent"] == "yes"]


@pytest.mark.parametrize(("number", "answers", "refused"), [(1, 900, 7), (2, 1000, 9)])
def test_waves_of_900_and_1000_answers(number: int, answers: int, refused: int) -> None:
    assert len(wave(number)) == answers
    assert len(rows(f"survey/wave{number}.csv")) == answers + refused
    assert wave(number)["respondent"].is_unique


@pytest.mark.parametrize("number", [1, 2])
def test_answers_keep_to_the_codebook(number: int, areas: gpd.GeoDataFrame) -> None:
    codes: dict[str, set[str]] = {}
    own: dict[str, dict[str, str]] = {}
    for row in rows("codebook.csv"):
        codes.setdefault(row["question"], set()).add(row["answer"])
        if not row["answer"]:
            own[row["question"]] = row
        assert row["label_en"] and row["label_es"]
    assert codes["needs"] - {""} <= set(vocabulary.terms("needs"))
    assert codes["gifts"] - {"", "none"} <= set(vocabulary.terms("wants"))
    frame = wave(number)
    assert set(frame["area"]) <= set(areas["id"])
    for question, row in own.items():
        if row["type"] in ("one", "many", "scale"):
            given = {part for cell in frame[question] for part in cell.split("|")}
            assert given <= codes[question], question
            if row["type"] != "many":
                assert not any("|" in cell for cell in frame[question])
        if row["asked_if"]:
            other, answer = row["asked_if"].split("=")
            asked = frame[other].str.split("|").map(lambda given, a=answer: a in given)
            assert (frame.loc[~asked, question] == "").all(), question
        if row["link"] == "<=needs":
            inside = [
                top == "" or top in needs.split("|")
                for top, needs in zip(frame[question], frame["needs"], strict=True)
            ]
            assert all(inside)


def test_one_district_is_too_small_and_one_speaks_from_one_house(areas: gpd.GeoDataFrame) -> None:
    district = areas.set_index("id")["district"]
    people = areas.groupby("district")["population"].sum()
    assert people[people < 20_000].index.tolist() == ["Cedar Bend Hills"]
    assert people["Cedar Bend Hills"] < 5_000
    most = {}
    for number in (1, 2):
        inside = wave(number).assign(district=wave(number)["area"].map(district))
        counts = inside["district"].value_counts()
        assert counts[counts < 30].index.tolist() == ["Cedar Bend Hills"]
        share = inside.groupby("district")["place"].agg(
            lambda p: p.value_counts(normalize=True).max()
        )
        most[number] = share[share > 0.5].index.tolist()
    assert most == {1: [], 2: ["Prairie Ford and the Southeast"]}


def test_the_ride_moves_within_the_noise_and_the_home_does_not() -> None:
    z = {}
    for need in ("ride", "home"):
        n, shares = [], []
        for number in (1, 2):
            asked = wave(number)["needs"].str.split("|").map(lambda given, x=need: x in given)
            n.append(len(asked))
            shares.append(asked.mean())
        pooled = np.average(shares, weights=n)
        spread = (pooled * (1 - pooled) * (1 / n[0] + 1 / n[1])) ** 0.5
        z[need] = (shares[1] - shares[0]) / spread
    assert abs(z["ride"]) < 1
    assert z["home"] > 4


# ── Opened on another day ──


@pytest.mark.parametrize(
    ("now", "beds"),
    [
        # At night the home takes nobody in; its intake is from 8 to 22.
        ("2026-11-20T00:05", ["alder:shelter-lantern"]),
        ("2027-03-14T12:00", ["alder:home-juniper", "alder:shelter-lantern"]),
        ("2027-06-30T23:55", ["alder:shelter-lantern"]),
    ],
)
def test_an_open_bed_is_believable_at_any_hour(now: str, beds: list[str]) -> None:
    """A person of 68 looking for a bed finds what takes people in, whenever it is opened."""
    county = open_community(DEMO, now=datetime.fromisoformat(now).replace(tzinfo=ZONE))
    asked = {**stories()["S9"]["query"], "at": now}
    query = ask(county, asked)[1]
    result = [hit.id for hit in search(county.catalog, query).hits("match")]
    assert result == beds
    every_other = county.assets.set_index("id").loc["alder:peer-every-other-thursday", "recurrence"]
    assert datetime.strptime(every_other[8:16], "%Y%m%d").weekday() == 3


# ── The stories ──────────────────────────────────────────────────────────────────────────────

PLURAL = {
    "need": "needs", "kind": "kinds", "not_kind": "not_kinds", "format": "formats",
    "pathway": "pathways", "not_pathway": "not_pathways", "concern": "concerns",
    "language": "languages", "cost": "costs",
}  # fmt: skip


@cache
def catalog_on(day: str) -> Catalog:
    county = open_community(DEMO, now=NOON)
    return Catalog(county.assets, datetime.fromisoformat(day).replace(tzinfo=ZONE))


def ask(county: Community, asked: dict[str, Any]) -> tuple[Catalog, Query]:
    at = datetime.fromisoformat(asked["at"]).replace(tzinfo=ZONE)
    options: dict[str, Any] = {}
    for name, value in asked.items():
        if name == "near":
            options["near"] = tuple(county.context.places.find(text) for text in value)
        elif name == "within":
            options["within_m"] = metres(value)
        elif name == "when":
            options["when"] = schedule.window(value, at)
        elif name != "at":
            options[PLURAL.get(name, name)] = tuple(value) if isinstance(value, list) else value
    return catalog_on(at.date().isoformat()), Query(at=at, **options)


def test_every_story_has_a_match_an_ask_a_near_miss_and_a_decoy() -> None:
    asked = {id.split("-")[0] for id in stories()}
    assert asked == {f"S{number}" for number in range(1, 14)} | {"R23"}
    for story in stories().values():
        for group in ("match", "ask", "near_miss", "decoy"):
            assert story["groups"][group], (story["id"], group)
            assert all(result["id"] and result["why"] for result in story["groups"][group])


@pytest.mark.parametrize("name", list(stories()))
def test_story(county: Community, name: str) -> None:
    story = stories()[name]
    catalog, query = ask(county, story["query"])
    result = search(catalog, query)
    hits = {group: result.hits(group) for group in GROUPS}
    results = {group: [hit.id for hit in hits[group]] for group in GROUPS}
    wanted = {kind: [item["id"] for item in items if isinstance(item, dict)]
              for kind, items in story["groups"].items()}  # fmt: skip
    for group in GROUPS:
        assert [id for id in wanted[group] if id not in results[group]] == [], group
    assert [id for id in wanted["decoy"] if id in results["match"]] == []
    assert set(wanted["decoy"]) <= set(county.assets["id"])
    order = story["groups"].get("order", [])
    assert [id for id in results["match"] if id in order] == order
    clinical = county.assets.set_index("id")["clinical"]
    for id in wanted.get("apart", []):
        assert id in results["match"] and clinical[id]
    for id in wanted.get("last", []):
        reporting = [hit.id for hit in hits["ask"] if hit.reports]
        assert id in reporting
        assert results["ask"][-len(reporting) :] == reporting
