"""A community folder: clocks, moved demo dates, corrections, failing sources, bad settings."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.community import CommunityError, open_community, version_of
from assetmap.community.demo import move_dates
from assetmap.search import Query, search

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
TWO_SOURCES = """
name = "Test County"
region = "IL"
demo_day = 2026-11-20
complete = {meeting = 2026-10-01}
[[assets]]
key = "a"
demo = true
path = "groups.csv"
name = "Our list"
licence = "CC0"
date = 2026-11-01
[[assets]]
path = "homes.csv"
demo = true
"""


def write(folder: Path, toml: str = TWO_SOURCES) -> Path:
    folder.joinpath("community.toml").write_text(toml, encoding="utf-8")
    folder.joinpath("groups.csv").write_text(
        "id,name,kind,phone,schedule,verified_on,latitude,longitude,dates,recurrence\r\n"
        "1,Open Door,meeting,(618) 555-0112,Tu 19:00-20:00,2026-11-18,37.9,-89,,\r\n"
        "2,Walk,sports_and_recreation,,,2026-11-20,37.9,-89,2026-11-27,"
        "DTSTART:20261127T100000 RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000\r\n",
        encoding="utf-8",
    )
    folder.joinpath("homes.csv").write_text(
        "id,name,kind,city,beds_total,beds_open,beds_as_of\r\n"
        "h1,Alder House,recovery_home,Carbondale,8,1,2026-11-20T09:00\r\n"
        ",,,,,,\r\n",
        encoding="utf-8",
    )
    return folder


def test_it_opens_whole(tmp_path: Path) -> None:
    county = open_community(write(tmp_path), NOW)
    assert (county.name, county.timezone, county.fictional) == (
        "Test County", "America/Chicago", False,
    )  # fmt: skip
    assert county.assets["id"].tolist() == ["a:1", "a:2", "homes:h1"]
    assert county.now.isoformat() == "2026-11-20T12:00:00-06:00"
    reports = [
        (source.key, source.name, source.rows_read, source.assets, source.rejected)
        for source in county.sources
    ]
    assert reports == [("a", "Our list", 2, 2, 0), ("homes", "homes", 2, 1, 1)]
    assert county.sources[0].licence == "CC0"
    assert county.sources[0].date == date(2026, 11, 1)
    assert county.complete == {"meeting": date(2026, 10, 1)}
    assert [line["phone"] for line in county.config["crisis"]] == ["911", "988", "1-800-799-7233"]
    assert county.areas is None


@pytest.mark.parametrize(("days", "weeks"), [(0, 0), (1, 7), (7, 7), (10, 14), (-1, 0), (-8, -7)])
def test_demo_dates_move_by_days_and_what_has_a_weekday_by_whole_weeks(
    tmp_path: Path, days: int, weeks: int
) -> None:
    county = open_community(write(tmp_path), NOW + timedelta(days=days))
    assets = county.assets.set_index("id")
    by_days, by_weeks = timedelta(days=days), timedelta(days=weeks)
    assert assets["verified_on"]["a:1"] == (date(2026, 11, 18) + by_days).isoformat()
    assert assets["beds_as_of"]["homes:h1"] == f"{date(2026, 11, 20) + by_days}T09:00"
    assert assets["dates"]["a:2"] == {(date(2026, 11, 27) + by_weeks).isoformat()}
    start = date(2026, 11, 27) + by_weeks
    until = date(2027, 1, 1) + by_weeks
    assert assets["recurrence"]["a:2"] == (
        f"DTSTART:{start:%Y%m%d}T100000 RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL={until:%Y%m%d}T000000"
    )
    assert county.complete == {"meeting": date(2026, 10, 1) + by_days}
    assert county.sources[0].date == date(2026, 11, 1) + by_days


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-800, 800))
def test_moved_days_keep_their_weekday_and_never_move_less(day: date, days: int) -> None:
    frame = pd.DataFrame({"dates": [day.isoformat()], "verified_on": [day.isoformat()]})
    moved = move_dates(frame, timedelta(days=days))
    there = date.fromisoformat(moved["dates"][0])
    assert there.weekday() == day.weekday()
    assert 0 <= (there - day).days - days < 7
    assert date.fromisoformat(moved["verified_on"][0]) == day + timedelta(days=days)


def test_dates_are_only_moved_in_a_demo(tmp_path: Path) -> None:
    toml = TWO_SOURCES.replace("demo_day = 2026-11-20\n", "")
    county = open_community(write(tmp_path, toml), NOW + timedelta(days=100))
    assert county.assets["verified_on"].dropna().tolist() == ["2026-11-18", "2026-11-20"]


def test_what_is_no_date_does_not_move() -> None:
    frame = pd.DataFrame({"verified_on": ["2026-02-30", "soon", None], "name": ["2026-11-20"] * 3})
    moved = move_dates(frame, timedelta(days=5))
    assert moved["verified_on"].tolist()[:2] == ["2026-02-30", "soon"]
    assert moved["name"].tolist() == ["2026-11-20"] * 3


def correct(folder: Path, *lines: tuple[str, str, str]) -> None:
    with folder.joinpath("corrections.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "field", "value", "by", "date", "why"])
        out.writerows([(*line, "peer leader", "2026-11-02", "rings nowhere") for line in lines])


def test_corrections_stand_after_every_import(tmp_path: Path) -> None:
    write(tmp_path)
    correct(tmp_path, ("a:1", "phone", "(618) 555-0171"), ("a:1", "wheelchair", "yes"))
    for _ in range(2):
        county = open_community(tmp_path, NOW)
        row = county.assets.set_index("id").loc["a:1"]
        assert row["phone"] == "(618) 555-0171"
        assert bool(row["wheelchair"]) is True
        assert [correction.applied for correction in county.corrections] == [True, True]
        write(tmp_path)  # the next import still has the old number


def test_a_correction_that_has_nothing_to_correct_is_said(tmp_path: Path) -> None:
    write(tmp_path)
    correct(tmp_path, ("a:99", "phone", "(618) 555-0171"), ("a:1", "colour", "red"))
    county = open_community(tmp_path, NOW)
    said = [problem for problem in county.problems if problem.source == "corrections"]
    assert [(problem.severity, problem.message) for problem in said] == [
        (
            "kept",
            "Row 1: `id` is 'a:99'; no source has that asset any more, so the correction changed "
            "nothing. Take it out or give the new id.",
        ),
        (
            "rejected",
            "Row 2: `field` is 'colour'; there is no such field; write one of fields.csv, such as "
            "phone, schedule, status.",
        ),
    ]
    assert [correction.applied for correction in county.corrections] == [False, False]
    assert len(county.assets) == 3


def test_what_cannot_be_read_changes_nothing_and_never_shows_as_applied(tmp_path: Path) -> None:
    write(tmp_path)
    correct(
        tmp_path,
        ("a:1", "schedule", "whenever"),
        ("a:1", "phone", "call me"),
        ("a:2", "status", "closed"),
        ("a:2", "Kind", "sober living"),
        ("a:1", "Hours", "Sundays at 6pm"),
    )
    county = open_community(tmp_path, NOW)
    assets = county.assets.set_index("id")
    assert assets["phone"]["a:1"] == "(618) 555-0112"
    assert assets["schedule"]["a:1"] == "Su 18:00-19:00"
    assert (assets["status"]["a:2"], assets["kind"]["a:2"]) == ("inactive", "recovery_home")
    assert [correction.applied for correction in county.corrections] == [
        False,
        False,
        True,
        True,
        True,
    ]
    said = [problem for problem in county.problems if problem.source == "corrections"]
    assert [(problem.row, problem.field, problem.severity) for problem in said] == [
        (1, "schedule", "rejected"),
        (2, "phone", "rejected"),
        # Rows 3 and 4: the place is private since it is a home, so nothing is repeated.
        (5, "schedule", "fixed"),
    ]
    assert said[1].message == (
        "Row 2: `phone` is 'call me'; not a phone number; write it like (618) 555-0112."
    )


def test_two_lines_for_one_field_are_said_and_the_later_counts(tmp_path: Path) -> None:
    write(tmp_path)
    tmp_path.joinpath("corrections.csv").write_text(
        "id;field;value;by;date;why\n"
        "a:1;phone;(618) 555-0171;volunteer;2026-11-05;\n"
        "a:1;Phone;(618) 555-0172;volunteer;2026-11-02;\n",
        encoding="cp1252",
    )
    county = open_community(tmp_path, NOW)
    assert county.assets.set_index("id")["phone"]["a:1"] == "(618) 555-0171"
    assert [correction.applied for correction in county.corrections] == [True, False]
    said = [problem.message for problem in county.problems if problem.source == "corrections"]
    assert said == [
        "Row 2: row 1 says something later of the same field, so this one does not count. "
        "Take one of the two out."
    ]


def test_the_history_shows_field_date_and_role_only(tmp_path: Path) -> None:
    write(tmp_path)
    tmp_path.joinpath("corrections.csv").write_text(
        "id,field,value,by,date,why\n"
        "gone:4417-quillback,address,4417 Quillback Lane,Ann Lee,2026-11-02,moved from 37.91357\n"
        "a:1,phone,(618) 555-0171,Peer leader,2026-11-02,moved from 4417 Quillback\n",
        encoding="utf-8",
    )
    county = open_community(tmp_path, NOW)
    assert [vars(correction) for correction in county.corrections] == [
        {"field": "address", "date": "2026-11-02", "role": "", "applied": False, "id": ""},
        {
            "field": "phone",
            "date": "2026-11-02",
            "role": "peer_leader",
            "applied": True,
            "id": "a:1",
        },
    ]
    shown = f"{county.problems} {county.corrections}".lower()
    assert "quillback" not in shown and "ann" not in shown and "37.91" not in shown


def test_a_new_address_takes_the_old_point_away_and_beds_are_as_of_the_day(tmp_path: Path) -> None:
    write(tmp_path)
    correct(
        tmp_path, ("a:1", "address", "9 Oak Street, Anna, IL 62906"), ("homes:h1", "beds open", "2")
    )
    assets = open_community(tmp_path, NOW).assets.set_index("id")
    moved = assets.loc["a:1"]
    assert (moved["address"], moved["city"], moved["postal_code"]) == (
        "9 Oak Street",
        "Anna",
        "62906",
    )
    assert round(moved.geometry.y, 1) == 37.5, "Anna's own point, not the one of the old address"
    beds = assets.loc["homes:h1"]
    assert (beds["beds_open"], beds["beds_as_of"]) == (2, "2026-11-02")


def test_a_failing_source_leaves_the_others_and_keeps_its_last_good_copy(tmp_path: Path) -> None:
    first = open_community(write(tmp_path), NOW)
    tmp_path.joinpath("groups.csv").write_bytes(b"%PDF-1.4 not a table")
    correct(tmp_path, ("a:1", "phone", "(618) 555-0171"))
    alone = open_community(tmp_path, NOW)
    assert alone.assets["id"].tolist() == ["homes:h1"]
    assert alone.sources[0].error.endswith(".")
    assert (alone.sources[0].stale, alone.sources[0].assets) == (False, 0)
    assert [p.severity for p in alone.problems if p.source == "a"] == ["rejected"]
    again = open_community(tmp_path, NOW, previous=first)
    assert again.assets["id"].tolist() == ["a:1", "a:2", "homes:h1"]
    assert (again.sources[0].stale, again.sources[0].assets) == (True, 2)
    assert again.assets["phone"][0] == "(618) 555-0171"
    third = open_community(tmp_path, NOW, previous=again)
    assert len(third.assets) == 3, "the copy is kept for as long as it is needed"


def test_with_no_source_that_can_be_read_it_still_opens(tmp_path: Path) -> None:
    write(tmp_path)
    tmp_path.joinpath("groups.csv").unlink()
    tmp_path.joinpath("homes.csv").write_bytes(b"")
    correct(tmp_path, ("a:1", "phone", "(618) 555-0171"))
    county = open_community(tmp_path, NOW)
    assert len(county.assets) == 0
    assert [bool(source.error) for source in county.sources] == [True, True]
    assert search(county.catalog, Query(at=county.now)).counts == {
        "match": 0, "ask": 0, "near_miss": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("name =", "is not valid TOML"),
        ("name = 3", "name = 3; name must be a text in quotation marks."),
        ("timezone = 'Central'", "timezone = 'Central' is not a time zone; write it like"),
        ("unit = 'leagues'", "unit = 'leagues'; write mi or km."),
        ("languages = ['tlh']", "use one or more of en, es."),
        ("languages = 'en'", "languages = 'en'; languages must be a list."),
        ("complete = {dragon = 2026-01-01}", "'dragon' is not a kind; see kinds.csv."),
        ("norms = 5", "norms = 5; norms must be a table."),
        ("assets = ['x.csv']", "write each entry under its own [[assets]]."),
        ("[[assets]]\nkey = 'a'", "a source under [[assets]] has no path."),
        (
            "[[assets]]\nkey='a'\npath='1'\n[[assets]]\nkey='a'\npath='2'",
            "two sources have the key 'a'; each needs its own.",
        ),
        ("demo_day = 'Friday'", "demo_day in community.toml must be a date like 2026-11-20."),
    ],
)
def test_bad_settings_are_one_sentence(tmp_path: Path, toml: str, message: str) -> None:
    tmp_path.joinpath("community.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(CommunityError) as error:
        open_community(tmp_path, NOW)
    assert message in str(error.value)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(CommunityError, match="There is no community folder"):
        open_community(tmp_path / "nowhere", NOW)
    with pytest.raises(CommunityError, match=r"has no community\.toml"):
        open_community(tmp_path, NOW)


def test_broken_files_beside_the_sources_are_said(tmp_path: Path) -> None:
    write(tmp_path)
    tmp_path.joinpath("areas.geojson").write_text('{"features": [', encoding="utf-8")
    tmp_path.joinpath("indicators.toml").write_text("unit =", encoding="utf-8")
    tmp_path.joinpath("places.csv").write_text("name,lat,lon\nMilltown,x,y\n", encoding="utf-8")
    county = open_community(tmp_path, NOW)
    assert county.areas is None
    assert len(county.assets) == 3
    said = [problem.message for problem in county.problems if problem.severity == "rejected"]
    assert [message.split(" ")[0] for message in said[:3]] == [
        "areas.geojson", "Row", "indicators.toml",
    ]  # fmt: skip
    assert said[1] == "Row 1: 'Milltown' has no lat and lon in degrees; left out of the places."


def test_which_community_and_which_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETMAP_COMMUNITY", str(write(tmp_path)))
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-22T09:30")
    county = open_community()
    assert county.name == "Test County"
    assert county.now.isoformat() == "2026-11-22T09:30:00-06:00"
    assert county.moved == timedelta(days=2)
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-22T09:30Z")
    assert open_community().now.isoformat() == "2026-11-22T03:30:00-06:00"
    assert open_community(now=NOW).now == NOW, "what is given wins"
    monkeypatch.setenv("ASSETMAP_NOW", "noon")
    with pytest.raises(CommunityError, match=r"ASSETMAP_NOW is 'noon'; write it like 2026"):
        open_community()


def test_the_version_changes_with_the_files(tmp_path: Path) -> None:
    write(tmp_path)
    before = version_of(tmp_path)
    assert version_of(tmp_path) == before
    correct(tmp_path, ("a:1", "phone", "(618) 555-0171"))
    assert version_of(tmp_path) != before


def test_a_real_countys_sheet_needs_no_change(tmp_path: Path, shared: Path) -> None:
    sheet = shared / "feeds" / "table" / "county_asset_map_nc_2025.csv"
    tmp_path.joinpath("community.toml").write_text(
        'name = "A county"\nregion = "NC"\ntimezone = "America/New_York"\n'
        f'[[assets]]\nkey = "county"\npath = "{sheet}"\n',
        encoding="utf-8",
    )
    county = open_community(tmp_path, NOW)
    assert [(s.rows_read, s.assets, s.rejected) for s in county.sources] == [(157, 133, 24)]
    result = search(county.catalog, Query(at=county.now, needs=("meeting",)))
    assert sum(result.counts.values()) >= 20
    assert sum(search(county.catalog, Query(at=county.now, text="recovery")).counts.values()) > 0


def test_leftovers_of_the_demo_in_a_real_folder_are_said(tmp_path: Path) -> None:
    square = [[[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]]
    area = {
        "type": "Feature",
        "properties": {"id": "x", "name": "Far"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    collection = json.dumps({"type": "FeatureCollection", "features": [area]})
    (tmp_path / "areas.geojson").write_text(collection, encoding="utf-8")
    rows = "".join(f"{n},Pantry {n},food,37.{n},-89.{n},2024-11-20\n" for n in range(6))
    (tmp_path / "ours.csv").write_text(
        f"id,name,kind,latitude,longitude,verified_on\n{rows}", encoding="utf-8"
    )
    head = "fictional = true\ndemo_day = 2026-11-01\ncomplete = {meeting = 2026-10-01}\n"
    source = '[[assets]]\npath = "ours.csv"\n'
    (tmp_path / "community.toml").write_text(head + source, encoding="utf-8")
    county = open_community(tmp_path, NOW)
    said = [problem.value for problem in county.problems if problem.source == "community.toml"]
    assert said == ["fictional", "demo_day", "complete", "areas"]
    assert set(county.assets["verified_on"]) == {"2024-11-20"}, "no real date is moved"
    (tmp_path / "community.toml").write_text(head + source + "demo = true\n", encoding="utf-8")
    county = open_community(tmp_path, NOW)
    assert not [item for item in county.problems if item.source == "community.toml"]
