"""`check`: whole rows and exact sentences on tiny frames, every row accounted for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assetmap import readers, vocabulary, writers
from assetmap.assets import Context, check, dtype, empty
from assetmap.cli.edge import load
from assetmap.fields import COLUMNS, SEVERITIES, Problem
from assetmap.places import Gazetteer, Place

CONTEXT = Context(
    timezone="America/Chicago",
    country="US",
    extent=(-89.5, 37.5, -88.5, 38.2),
    places=Gazetteer(
        [Place("Milltown", 37.9, -89.0, "city"), Place("Harwin", 38.0, -88.8, "town")], "US", "IL"
    ),
    now=datetime(2026, 11, 20, 18, tzinfo=UTC),
    source="demo",
)
GROUP = {"id": "7", "name": "Open Door", "kind": "meeting", "city": "Milltown"}


def checked(*rows: dict[str, Any]) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    frame = pd.DataFrame([{"row": at + 1, **row} for at, row in enumerate(rows)], dtype=object)
    return check(frame, CONTEXT)


def known(assets: gpd.GeoDataFrame, at: int = 0) -> dict[str, Any]:
    """The row's values that are known, its point as text."""
    row = assets.iloc[at]
    values = {name: row[name] for name in COLUMNS}
    result = {
        name: value
        for name, value in values.items()
        if isinstance(value, frozenset) or not pd.isna(value)
    }
    return {**result, "point": None if row.geometry is None else row.geometry.wkt}


def messages(problems: list[Problem]) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.severity, problem.message) for problem in problems]


def test_a_whole_row() -> None:
    assets, problems = checked(
        {
            "id": "41",
            "name": "  Tuesday   Open Door ",
            "kind": "Recovery meeting",
            "program": "AA",
            "schedule": "Tu 19:00-20:00",
            "format": "in_person|online",
            "address": "12 Example Street",
            "city": "Milltown",
            "region": "IL",
            "postal_code": "62999",
            "latitude": "37.9012",
            "longitude": "-89.0441",
            "phone": "618-555-0112",
            "url": "example.org/41",
            "child_care": "yes",
            "wheelchair": "no",
            "walk_in": "",
            "age_min": "18",
            "weekly_cost": "$12.50",
            "Ward": "7",
        }
    )
    assert problems == []
    assert known(assets) == {
        "id": "demo:41",
        "name": "Tuesday Open Door",
        "kind": "meeting",
        "status": "active",
        "support": frozenset({"emotional", "affiliational"}),
        "for_whom": frozenset({"self"}),
        "pathways": frozenset({"twelve_step"}),
        "program": "aa",
        "concerns": frozenset({"alcohol"}),
        "age_min": 18,
        "children_welcome": True,
        "child_care": True,
        "wheelchair": False,
        "format": frozenset({"in_person", "online"}),
        "address": "12 Example Street",
        "city": "Milltown",
        "region": "IL",
        "postal_code": "62999",
        "country": "US",
        "schedule": "Tu 19:00-20:00",
        "time_kind": "sessions",
        "timezone": "America/Chicago",
        "weekly_cost": 12.5,
        "phone": "(618) 555-0112",
        "url": "https://example.org/41",
        "source": "demo",
        "source_id": "41",
        "clinical": False,
        "court_linked": False,
        "original": '{"Ward": "7"}',
        "point": "POINT (-89.0441 37.9012)",
    }


def test_dtypes_and_columns_are_the_documented_ones() -> None:
    for assets in (empty(), checked(GROUP)[0], check(pd.DataFrame({"row": []}), CONTEXT)[0]):
        assert list(assets.columns) == [*COLUMNS, "geometry"]
        assert assets.crs.to_epsg() == 4326
        assert isinstance(assets.index, pd.RangeIndex)
        for name in COLUMNS:
            assert str(assets[name].dtype) == dtype(name), name
    types = {row["type"]: dtype(name) for name, row in vocabulary.fields().items()}
    assert (types["yesno"], types["whole"], types["number"]) == ("boolean", "Int64", "Float64")
    assert (types["set"], types["text"], types["schedule"]) == ("object", "str", "str")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {**GROUP, "kind": "narcotic"},
            (
                "guessed",
                "Row 1: `kind` is 'narcotic'; shown as other help; use one of "
                "meeting, peer_group, family_group, grief_group, peer_education, "
                "recovery_community_center, …",
            ),
        ),
        (
            {**GROUP, "schedule": "whenever"},
            ("kept", None),
        ),
        (
            {**GROUP, "beds_open": "9", "beds_total": "8", "beds_as_of": "2026-11-20"},
            (
                "kept",
                "Row 1: `beds_open` is '9'; there are only 8 beds, so the count is not shown.",
            ),
        ),
        (
            {**GROUP, "beds_open": "1"},
            (
                "kept",
                "Row 1: `beds_open` is '1'; without beds_as_of nobody knows how old it is, so it "
                "is not shown.",
            ),
        ),
        (
            {**GROUP, "verified_on": "2026-12-24"},
            ("kept", "Row 1: `verified_on` is '2026-12-24'; that day has not come yet."),
        ),
        (
            {**GROUP, "age_min": "65", "age_max": "18"},
            ("guessed", "Row 1: `age_min` is '65'; age_max is 18, so the two were swapped."),
        ),
        (
            {**GROUP, "child_care": "yes", "children_welcome": "no"},
            (
                "guessed",
                "Row 1: `children_welcome` is 'no'; child_care is yes, so children are welcome.",
            ),
        ),
        (
            {**GROUP, "latitude": "-89.0441", "longitude": "37.9012"},
            (
                "fixed",
                "Row 1: `latitude, longitude` is '-89.0441, 37.9012'; latitude and longitude were "
                "swapped; now 37.901200, -89.044100.",
            ),
        ),
        (
            {**GROUP, "dates": "2026-11-27"},
            (
                "kept",
                "Row 1: `dates` is '2026-11-27'; `schedule` has no time for these days, so they "
                "are not in the calendar.",
            ),
        ),
        (
            {**GROUP, "name": "", "organization": "Alder Recovery"},
            (
                "guessed",
                "Row 1: `name` is empty; taken from who runs it, Alder Recovery.",
            ),
        ),
        (
            {**GROUP, "name": "\x08\u200b"},
            ("rejected", "Row 1: `name` is empty; give the asset a name."),
        ),
        ({**GROUP, "name": ""}, ("rejected", "Row 1: `name` is empty; give the asset a name.")),
        (
            {**GROUP, "listed_ok": "no"},
            ("rejected", "Row 1: `listed_ok` is 'no'; it does not want to be listed."),
        ),
        (
            {**GROUP, "wheelchair": "partly"},
            (
                "kept",
                "Row 1: `wheelchair` is 'partly'; write yes or no, or leave it empty when nobody "
                "knows.",
            ),
        ),
    ],
)
def test_the_sentence_for_each_problem(
    row: dict[str, str], expected: tuple[str, str | None]
) -> None:
    point = {"latitude": "37.9", "longitude": "-89.0"}
    assets, problems = checked({"format": "in_person", **point, **row})
    assert len(problems) == 1, problems
    severity, message = expected
    assert problems[0].severity == severity
    assert message is None or problems[0].message == message
    assert problems[0].source == "demo"
    assert len(assets) == (0 if severity == "rejected" else 1)


def test_what_was_not_understood_is_kept_aside() -> None:
    assets, _ = checked({**GROUP, "wheelchair": "partly", "schedule": "call first", "phone": "ask"})
    assert json.loads(assets["original"][0]) == {
        "wheelchair": "partly",
        "schedule": "call first",
        "phone": "ask",
    }
    assert pd.isna(assets["wheelchair"][0])
    assert pd.isna(assets["schedule"][0])


def test_a_row_without_a_point_stands_at_its_town_and_says_so() -> None:
    assets, problems = checked({**GROUP, "format": "in_person", "address": "12 Example St"})
    assert assets.geometry[0].wkt == "POINT (-89 37.9)"
    assert assets["location_precision"][0] == "area"
    assert assets["address"][0] == "12 Example St"
    assert messages(problems) == [
        (
            1,
            "guessed",
            "Row 1: `latitude, longitude` is empty; placed at Milltown, not at its door.",
        )
    ]


def test_online_only_is_not_on_the_map() -> None:
    point = {"latitude": "37.9", "longitude": "-89.0"}
    assets, _ = checked({**GROUP, **point, "format": "online"}, {**GROUP, **point, "id": "8"})
    assert assets.geometry[0] is None
    assert assets.geometry[1] is not None


def test_points_far_away_are_said_and_put_aside_when_the_town_disagrees() -> None:
    assets, problems = checked({**GROUP, "latitude": "45.5", "longitude": "-122.6"})
    assert [problem.severity for problem in problems if problem.row] == ["kept", "guessed"]
    assert problems[-1].field == "latitude, longitude"
    assert assets.geometry[0].wkt == "POINT (-89 37.9)", "its own town instead"


def test_ids_are_unique_and_never_row_numbers() -> None:
    rows = [{"name": "A", "kind": "park"}, {"name": "B", "kind": "park"}]
    first, _ = checked(*rows)
    second, _ = checked(*reversed(rows))
    assert sorted(first["id"]) == sorted(second["id"])
    assets, problems = checked(
        {**GROUP, "id": "a"},
        {**GROUP, "id": "a"},
        {**GROUP, "id": "a-2"},
        {**GROUP, "id": "demo:a"},
    )
    assert assets["id"].is_unique
    assert assets["id"].tolist()[:2] == ["demo:a", "demo:a-2"]
    assert next(problem.message for problem in problems if problem.field == "id") == (
        "Row 2: `id` is 'a'; the id is there more than once; now demo:a-2."
    )


def test_a_phone_line_is_by_phone_and_a_place_in_person() -> None:
    line = {"name": "Warm line", "kind": "phone_support", "phone": "(618) 555-0199"}
    assets, problems = checked(line, {**GROUP, "latitude": "37.9", "longitude": "-89"})
    assert assets["format"].tolist() == [frozenset({"phone"}), frozenset({"in_person"})]
    assert messages(problems) == [
        (
            None,
            "guessed",
            "`format` is empty; 1 row gives a place, so they are taken to be in person.",
        )
    ]


def test_texts_that_would_run_stay_texts() -> None:
    evil = ["<img src=x onerror=alert(1)>", "${alert(1)}", "</script>", '=HYPERLINK("x","y")']
    assets, problems = checked(*[{**GROUP, "id": str(at), "name": text, "description": text}
                                 for at, text in enumerate(evil)])  # fmt: skip
    assert assets["name"].tolist() == evil
    assert {problem.field for problem in problems if problem.row} == {"latitude, longitude"}
    data, _ = writers.write("csv", assets)
    assert b"\"'=HYPERLINK" in data, "no spreadsheet runs it"
    again = readers.read(readers.Source("x.csv", data), key="demo")
    assert again.frame["name"].tolist() == evil


MESSY = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "yes", "no", "x", "0", "-1", "1e309", "NaN", "Mo 9-5", "Tu 19:00-20:00", "24/7",
         "2026-11-20", "11/12/2026", "=1+1", "<b>", "a|b|c", "{}", "[1", '{"a": 1}', "🏠", "\x00",
         "37.9", "-89.0", "89", "0", "214 Willow Street", "(618) 555-0112", "https://example.org",
         "meeting", "recovery_home", "domestic_violence_program", "individual_gift", "Milltown",
         "62901", "hidden", "area", "exact", "in_person", "online", "women|men", "aa"]
    ),
    st.text(max_size=12),
)  # fmt: skip
NAMES = [name for name in vocabulary.fields() if name != "row"]
ROWS = st.lists(
    st.dictionaries(st.sampled_from([*NAMES, "Ward", "Notes of theirs"]), MESSY, max_size=9),
    min_size=1,
    max_size=6,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_any_messy_frame_is_checked_and_every_row_accounted_for(
    rows: list[dict[str, str | None]],
) -> None:
    assets, problems = checked(*rows)
    rejected = {
        (problem.source, problem.row) for problem in problems if problem.severity == "rejected"
    }
    assert len(assets) + len(rejected) == len(rows)
    assert assets["id"].is_unique
    assert assets["name"].notna().all()
    assert assets["kind"].isin(list(vocabulary.terms("kinds"))).all()
    for name in COLUMNS:
        assert str(assets[name].dtype) == dtype(name), name
        if dtype(name) == "object":
            assert all(value is None or isinstance(value, frozenset) for value in assets[name])
            assert all(value != frozenset() for value in assets[name]), "nothing known is unknown"
    for problem in problems:
        assert problem.severity in SEVERITIES
        assert problem.message.endswith((".", "…"))
        assert problem.row is None or problem.message.startswith(f"Row {problem.row}: ")
    points = assets.geometry[~assets.geometry.isna()]
    assert points.y.between(-90, 90).all()
    assert points.x.between(-180, 180).all()
    for writer in ("csv", "geojson"):
        writers.write(writer, assets)


def as_cells(assets: gpd.GeoDataFrame) -> list[list[str]]:
    data, left_out = writers.write("csv", assets)
    assert left_out == []
    read = readers.read(readers.Source("demo.csv", data), key="demo")
    frame = read.frame.drop(columns="row").reindex(columns=[*COLUMNS, "latitude", "longitude"])
    return [
        ["" if pd.isna(cell) else str(cell) for cell in row]
        for row in frame.itertuples(index=False)
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
@example([{"name": "\x08"}])
def test_checking_what_was_checked_changes_nothing(rows: list[dict[str, str | None]]) -> None:
    first, _ = checked(*[{"name": f"Row {at}", **row} for at, row in enumerate(rows)])
    if first.empty:
        return
    data, _ = writers.write("csv", first)
    read = readers.read(readers.Source("demo.csv", data), key="demo")
    second, problems = check(read.frame, CONTEXT, read.problems)
    assert len(second) == len(first)
    before, after = as_cells(first), as_cells(second)
    names = [*COLUMNS, "latitude", "longitude"]
    changed = [
        (name, item, other)
        for row, again in zip(before, after, strict=True)
        for name, item, other in zip(names, row, again, strict=True)
        if item != other
    ]
    assert changed == []
    assert not [problem for problem in problems if problem.severity == "rejected"]


def test_the_county_sheet_accounts_for_all_its_rows(shared: Path) -> None:
    loaded = load([shared / "feeds" / "table" / "county_asset_map_nc_2025.csv"])
    assert (loaded.total("rows_read"), len(loaded.assets), loaded.total("rejected")) == (
        157,
        133,
        24,
    )
    said = [problem for problem in loaded.problems if problem.severity == "rejected"]
    assert len(said) == 1, "the empty ones in one line"
    assert "24" in said[0].message
    assert loaded.assets["kind"].isin(list(vocabulary.terms("kinds"))).all()
    guessed = [problem for problem in loaded.problems if problem.field == "kind"]
    assert guessed, "kinds guessed from its own words are said"
