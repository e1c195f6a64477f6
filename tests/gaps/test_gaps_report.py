"""Time, attributes, overlaps, the matrix, sentences and the document of the command."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from line_county import Build, at

from assetmap import words as texts
from assetmap.gaps import METRICS, GapError, gaps, ground_of, settings_from
from assetmap.gaps import community as community_ground
from assetmap.gaps.matrix import attributes_of, week_of
from assetmap.gaps.strengths import overlaps
from assetmap.places import hexagons
from assetmap.words import words


def slots(found: list) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (item.day, item.part): (item.people_in_reach, item.assets)
        for item in found
        if item.assets or item.people_in_reach
    }


def test_parts_of_the_week(world: Build) -> None:
    ground = world(
        at("north", schedule="Mo 07:00-08:00, Fr 23:00-01:00"),
        at("south", schedule="Mo 11:59-13:00", program="na"),
        at("south", schedule="Su 00:30-01:30", program="smart"),  # the night of Saturday
    )
    assert slots(week_of(ground, "meeting")) == {
        ("mo", "morning"): (1800, 2),
        ("fr", "night"): (1500, 1),
        ("sa", "night"): (800, 1),
    }


def test_open_hours_count_where_they_overlap(world: Build) -> None:
    hours = {"kind": "food", "name": "Pantry"}
    ground = world(at("north", schedule="Sa 10:00-12:10, Su 11:00-14:00", **hours))
    assert slots(week_of(ground, "food")) == {
        ("sa", "morning"): (1500, 1),  # ten minutes of the afternoon do not count
        ("su", "morning"): (1500, 1),
        ("su", "afternoon"): (1500, 1),
    }


def test_a_daylight_saving_change_does_not_move_a_session(world: Build) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    ground = world(
        at("north", schedule="Mo 12:00-13:00"),
        now=datetime(2026, 10, 20, 12, tzinfo=ZoneInfo("America/Chicago")),
    )
    assert slots(week_of(ground, "meeting")) == {("mo", "afternoon"): (1500, 1)}


def test_attributes_count_yes_unknown_and_no_apart(world: Build) -> None:
    ground = world(
        at(
            "north",
            name="1",
            schedule="Mo 19:00-20:00",
            languages="es",
            child_care="yes",
            cost="free",
        ),
        at(
            "south",
            name="2",
            schedule="Mo 07:00-08:00",
            languages="en",
            child_care="no",
            cost="fee",
        ),
        at("south", name="3"),
    )
    result = {item.attribute: tuple(item)[2:] for item in attributes_of(ground, "meeting")}
    assert result["spanish"] == (1, 1, 1, 1500)
    assert result["child_care"] == (1, 1, 1, 1500)
    assert result["free"] == (1, 1, 1, 1500)
    assert result["evening"] == (1, 1, 1, 1500)
    assert result["record"] == (0, 3, 0, 0)


def test_overlap_is_the_same_program_language_audience_and_hour(world: Build) -> None:
    same = {"program": "aa", "languages": "en", "schedule": "Mo 19:00-20:00"}
    rows = [
        at("north", name="A", **same),
        at("north", name="B", **{**same, "latitude": "38.21"}),  # 1.1 km away
        at("north", name="C", **{**same, "program": "smart"}),  # another pathway: choice
        at("north", name="D", **{**same, "languages": "es"}),
        at("north", name="E", **{**same, "only_for": "women"}),
        at("north", name="F", **{**same, "schedule": "Mo 12:00-13:00"}),
        at("middle", name="G", **same),  # 11 km away
    ]
    ground = world(*rows)
    result = overlaps(ground)
    names = ground.assets.set_index("id")["name"]
    assert [(names[item.first], names[item.second], item.day, item.part) for item in result] == [
        ("A", "B", "mo", "evening")
    ]
    assert result[0].metres == pytest.approx(1112, abs=1)


def test_a_job_referral_alone_answers_part_of_the_need(world: Build) -> None:
    ground = world(at("north", kind="job_help", name="Help", schedule="Mo-Fr 09:00-17:00"))
    result = gaps(ground, need="job")
    assert [(item.support, item.level, item.assets) for item in result.matrix] == [
        ("emotional", "partial", 1),
        ("informational", "partial", 1),
        ("instrumental", "none", 0),
        ("affiliational", "none", 0),
    ]
    assert [(row["level"], row["gap"], row["reach_known"]) for row in result.areas] == [
        ("partial", "yes", 2),
        ("partial", "yes", 2),
        ("none", "yes", 0),
        ("none", "no", 0),
    ]
    assert result.areas[0]["text"] == (
        "A job: 2 of 4 kinds of support within reach of North (1,000 adults). No list yet of: "
        "practical help and a place to belong."
    )


def test_strengths_come_first_and_places_last(world: Build) -> None:
    ground = world(
        at("north", schedule="Mo 19:00-20:00", peer_run="yes", cost="free", wants="music"),
        at("south", kind="library", name="Library", schedule="Sa 10:00-12:00"),
    )
    result = gaps(ground)
    assert result.strengths == [
        "Line County already has 2 places, groups and services, of 2 kinds.",
        "Every week there is 1 group or meeting: in the evening 1, on the weekend 0.",
        "1 is run or offered by people in recovery.",
        "1 is free, as far as we know.",
        "1 is looking for help: time, music, a room or rides.",
        "What they are: groups and associations 1, places 1.",
    ]
    assert result.summary[0] == (
        "Recovery meeting: 3 of 3 areas (1,800 adults) do not have at least 2 a week "
        "within 12 km. Most need, least nearby: Middle."
    )
    assert result.summary[-1] == "This is about places. It does not say who there needs help."
    assert result.counts.balance["place"] == 1
    spanish = gaps(ground, language="es")
    assert spanish.summary[-1] == "Esto habla de lugares. No dice quién necesita ayuda allí."
    assert spanish.areas[0]["text"].startswith(
        "Reunión de recuperación: una vez por semana a menos"
    )


def test_the_document_of_the_command_is_json(world: Build) -> None:
    ground = world(at("north", schedule="Mo 19:00-20:00"), need={})
    document = gaps(ground).as_json()
    text = json.dumps(document, allow_nan=False)
    assert list(json.loads(text))[:3] == ["strengths", "summary", "areas"]
    row = document["areas"][2]
    assert row["id"] == "south" and row["need_rank"] is None and row["quadrant"] is None
    assert document["parameters"]["kinds"]["meeting"] == {
        "unit": "choice",
        "within_m": 12_000,
        "within_min": None,
        "distance": "straight line",
        "count": 2,
        "days": 0,
        "yes": [],
        "norm": "community",
        "complete": "2026-10-01",
    }


def test_an_event_that_is_over_is_in_nobodys_reach(world: Build) -> None:
    from types import SimpleNamespace

    fun = {"kind": "substance_free_social"}
    line = world(
        at("north", name="Harvest dance", dates="2026-11-01", **fun),
        at("south", name="Winter dance", dates="2026-12-05", **fun),
    )
    community = SimpleNamespace(
        config={}, now=line.settings.now, complete={}, areas=line.areas, assets=line.assets,
        indicators=None, indicator_notes={}, guessed_kinds=frozenset(), travel=None,
    )  # fmt: skip
    assert list(line.assets["name"]) == ["Harvest dance", "Winter dance"]
    assert list(ground_of(community).assets["name"]) == ["Winter dance"]


def test_a_grid_where_nobody_has_counted_people(world: Build) -> None:
    from types import SimpleNamespace

    line = world(at("north", schedule="Mo 19:00-20:00"), at("south", kind="library", name="L"))
    community = SimpleNamespace(
        config={"norms": {"meeting": {"within": "5km", "count": 1}}},
        now=line.settings.now,
        complete={},
        areas=None,
        assets=line.assets,
        indicators=None,
        indicator_notes={},
        guessed_kinds=frozenset(),
        travel=None,
    )
    ground = ground_of(community)
    assert len(ground) > 1 and set(ground.ids.str[:5]) == {"cell-"}
    result = gaps(ground, "meeting")
    kinds = {row["gap"] for row in result.areas}
    assert kinds == {"yes", "no"}
    row = next(row for row in result.areas if row["gap"] == "yes")
    assert row["people"] is None and row["quadrant"] is None
    assert row["text"].startswith(
        f"Recovery meeting: none listed within 3.1 mi of {row['name']} (we do not know how "
        "many people live there). The nearest one is "
    )
    assert result.equity["gini"] is None
    assert "(we do not know how many people live there)" in result.summary[0]
    json.dumps(result.as_json(), allow_nan=False)
    community.assets = line.assets[:0]
    with pytest.raises(GapError, match="There are no areas and no assets with a place"):
        ground_of(community)


def test_no_assets_at_all(world: Build) -> None:
    row = at("north", status="inactive")
    result = gaps(world(row), "meeting")
    assert [area["gap"] for area in result.areas] == ["yes", "yes", "yes", "no"]
    assert result.areas[0]["nearest_m"] is None
    json.dumps(result.as_json(), allow_nan=False)


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_every_metric_gives_a_number_for_each_area(metric, world: Build) -> None:  # type: ignore[no-untyped-def]
    ground = world(
        at("north", kind="dentist", name="D", capacity="5", schedule="Mo-Fr 09:00-17:00"),
        norms={},
    )
    result = metric.compute(ground, "dentist")
    assert result.shape == (4,)
    expected = {
        "nearest": [0, 11119.5, 22239.0, 33358.5],
        "reach": [1, 1, 0, 0],
        "possible": [1, 1, 0, 0],
        "walk": [1, 0, 0, 0],
        "covered": [1, 1, 0, np.nan],
        "days": [5, 5, 0, 0],
        "supply": [5000 / 1110, 0.22 * 5000 / 1110, 0, np.nan],
    }[metric.id]
    np.testing.assert_allclose(result, expected, rtol=1e-4)
    for language in texts.LANGUAGES:
        assert texts.say(f"gaps.metric_{metric.id}", language)


def test_a_norm_of_community_toml(world: Build) -> None:
    config = {
        "norms": {"meeting": {"within": "9mi", "count": 7, "days": 7, "yes": "child_care"}},
        "coverage": {"no_data": ["a"]},
    }
    result = settings_from(config, world(at("north")).settings.now)
    norm = result.norm("meeting")
    assert (norm.within_m, norm.count, norm.days, norm.yes) == (
        pytest.approx(14484.1),
        7,
        7,
        ("child_care",),
    )
    assert norm.declared and result.no_data == {"a"}
    with pytest.raises(GapError, match=r"\[norms.pub\] names no kind"):
        settings_from({"norms": {"pub": {}}}, result.now)
    with pytest.raises(GapError, match=r"\[norms.meeting\] cannot be read: 'far' is not a length"):
        settings_from({"norms": {"meeting": {"within": "far"}}}, result.now)


def test_words_are_complete_in_both_languages() -> None:
    for row in words():
        if row["id"].startswith("gaps."):
            assert row["en"] and row["es"], row["id"]


def test_weekly_is_three_of_four_weeks(world: Build) -> None:
    """The boundary: on in three of the four coming weeks is weekly, in two it is not."""
    from assetmap.gaps.times import read_times

    # The four weeks run from 21 November to 18 December 2026.
    ground = world(
        at("north", name="three", schedule="Nov 21-Dec 11 Mo 19:00-20:00"),
        at("south", name="two", schedule="Nov 21-Dec 04 Mo 19:00-20:00"),
    )
    times = read_times(ground.assets, ground.settings)
    assert times.weekly.tolist() == [1, 0]
    assert times.seldom.tolist() == [False, True]


def test_parts_of_the_day_are_one_table() -> None:
    from assetmap.gaps.times import PARTS
    from assetmap.web.answers import PARTS as STRIP

    assert dict(PARTS) == {
        "morning": (5, 12), "afternoon": (12, 17), "evening": (17, 23), "night": (23, 29),
    }  # fmt: skip
    assert STRIP == (("morning", 5, 12), ("afternoon", 12, 17), ("evening", 17, 23))


def test_reach_by_setting(world: Build) -> None:
    now = world(at("north")).settings.now
    assert settings_from({"reach": {"setting": "rural"}}, now).reach_m == 25_000
    own = settings_from({"reach": {"drive": "10km", "walk": "500m"}}, now)
    assert (own.reach_m, own.walk_m) == (10_000, 500)
    for reach, sentence in (
        ("far", '[reach] must be a table, such as setting = "rural" or drive = "15mi".'),
        ({"setting": "moon"}, "[reach] setting is moon; use one of walk, urban, rural."),
        (
            {"drive": "far"},
            "[reach] drive is far, which is not a length; write it like 15mi or 900m.",
        ),
    ):
        with pytest.raises(GapError) as raised:
            settings_from({"reach": reach}, now)
        assert str(raised.value) == sentence


def test_a_grid_lies_where_the_most_are_and_not_over_a_whole_state() -> None:
    random = np.random.default_rng(5)
    here = random.uniform((33.6, -118.0), (33.9, -117.7), (90, 2))
    elsewhere = random.uniform((36.0, -122.0), (41.0, -120.0), (10, 2))
    lat, lon = np.vstack((here, elsewhere)).T
    assert community_ground._of_here(lat, lon)[0].tolist() == here[:, 0].tolist()
    # All of an even county are of here, and so are two places alone.
    assert len(community_ground._of_here(*here.T)[0]) == 90
    assert len(community_ground._of_here(*here[:2].T)[0]) == 2


def test_a_cell_in_which_nothing_is_listed_is_no_gap() -> None:
    random = np.random.default_rng(6)
    towns = [(37.70, -89.30), (38.10, -88.80)]
    lat, lon = np.vstack([random.normal(town, 0.01, (40, 2)) for town in towns]).T
    grid = hexagons(lat, lon)
    holds = community_ground._holds_any(grid, lat, lon)
    points = shapely.points(lon, lat)
    expected = [any(shapely.intersects(cell, points)) for cell in grid.geometry]
    assert holds.tolist() == expected
    assert 2 <= holds.sum() < len(grid) / 4
