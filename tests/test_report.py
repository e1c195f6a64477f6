"""The gap report: colours, classes, tables, next steps, pictures, and what is written to paper.

Most of it is counted in Line County (tests/gaps/line_county.py): North, Middle, South and Empty,
11.12 km apart on a line; 1,000, 500, 300 and no adults; a meeting is in reach within 12 km and
two a week are the mark.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from itertools import combinations, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

sys.path.insert(0, str(Path(__file__).parent / "gaps"))

from line_county import at, build
from pdf_words import pdf_text, spoken

from assetmap.gaps import Ground, Norm, gaps
from assetmap.gaps.ground import shortened
from assetmap.report import (
    area_csv,
    area_geojson,
    gifts,
    layers,
    next_steps,
    pictures,
    report,
    shades,
    tables,
    to_html,
    to_pdf,
)
from assetmap.report.pdf import written

MONDAY, WEDNESDAY = "Mo 19:00-20:00", "We 19:00-20:00"
NASTY = "<img src=x onerror=alert(1)> ${alert(2)} </script>"
# Machado, Oliveira & Fernandes 2009, severity 1.
EYES = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


@pytest.fixture
def two_in_north() -> Ground:
    """Two meetings a week in North, one in South that nobody has reviewed."""
    return build(
        at("north", name="Two nights", schedule=f"{MONDAY}, {WEDNESDAY}"),
        at("south", name="Perhaps", status="candidate", schedule=MONDAY, phone="(618) 555-0101"),
    )


def community(ground: Ground, **more: Any) -> SimpleNamespace:
    """What a report wants of a community."""
    known = {
        "name": "Line County",
        "fictional": True,
        "releases": pd.DataFrame(),
        "places": None,
        "sources": [],
        "config": {"release": {}, "areas": {}},
        "path": Path("/nowhere"),
        "survey_book": None,
    }
    return SimpleNamespace(**{**known, **more})


# Colours and classes


def _lab(colour: str, eyes: Any) -> np.ndarray:
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(eyes) @ linear, 0, 1)
    xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                    [0.0193339, 0.1191920, 0.9503041]]) @ seen / [0.95047, 1, 1.08883]  # fmt: skip
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", EYES)
def test_no_two_colours_of_the_square_look_alike(eyes: str) -> None:
    # ΔE of CIE 1976; 10 is plainly told apart side by side.
    seen = [_lab(colour, EYES[eyes]) for colour in shades.SQUARE]
    least = min(np.linalg.norm(item - other) for item, other in combinations(seen, 2))
    assert least > 10


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("name", ["NEED", "REACH"])
def test_one_number_grows_darker_step_by_step_for_all_eyes(eyes: str, name: str) -> None:
    light = [_lab(colour, EYES[eyes])[0] for colour in getattr(shades, name)]
    assert all(item - other > 5 for item, other in pairwise(light)), light


def test_equal_values_share_a_class_and_missing_ones_have_none() -> None:
    classes, ends = shades.steps(np.array([0, 0, 0, 0, 5, np.nan, 9.0]))
    assert classes == [0, 0, 0, 0, 1, None, 2]
    assert ends == [0, 5, 9]
    assert shades.steps(np.array([np.nan])) == ([None], [])


def test_the_square_has_more_need_and_less_reach_at_its_top_right() -> None:
    need = np.array([2.0, 0.0, 2.0, 0.0, np.nan, 1.0])
    reach = np.array([0.0, 2.0, 2.0, 0.0, 1.0, np.nan])
    assert shades.square(need, reach) == [8, 0, 2, 6, None, None]


@pytest.mark.parametrize(
    ("value", "ground"), [(0, 0), (1, 1), (25, 2), (49, 2), (50, 3), (75, 4), (100, 4)]
)
def test_heat_is_empty_only_at_zero_then_in_quarters(value: float, ground: int) -> None:
    assert shades.heat(value, 100) == shades.HEAT[ground]


# Layers


def test_a_layer_names_every_class_and_hatches_what_is_undefined(two_in_north: Ground) -> None:
    result = gaps(two_in_north, "meeting")
    layer = layers.square_layer(two_in_north, result.kinds["meeting"], result.need)
    # Two a week reach North and Middle; South has none. Need: Middle 30, South 20, North 10.
    assert layer.classes == {"north": 0, "middle": 2, "south": 7, "empty": None}
    names = dict(zip(two_in_north.ids, two_in_north.names, strict=True))
    assert layer.alternative(names) == [
        "middle need, less reach: South.",
        "more need, more reach: Middle.",
        "less need, more reach: North.",
        "Not listed yet, or no number: Empty.",
    ]


def test_nearest_is_a_length_and_reach_where_nobody_looked_is_no_number() -> None:
    ground = build(at("north", schedule=MONDAY), no_data=frozenset({"south"}))
    nearest = layers.metric_layer(ground, "meeting", "nearest")
    assert nearest.labels == {
        "north": "0 km", "middle": "11 km", "south": "22 km", "empty": "not known",
    }  # fmt: skip
    reach = layers.metric_layer(ground, "meeting", "reach")
    assert reach.labels == {"north": "1", "middle": "1", "south": "not known", "empty": "not known"}
    assert reach.classes["south"] is None


def test_a_hidden_number_has_no_colour(two_in_north: Ground) -> None:
    table = two_in_north.indicators.copy()
    table.loc[table["area"] == "south", ["value", "suppressed"]] = [np.nan, True]
    ground = Ground(two_in_north.assets, two_in_north.areas, table, {}, two_in_north.settings)
    layer = layers.need_layer(ground, ground.need("poverty"))
    assert layer.classes["south"] is None
    assert layer.labels["south"].startswith("not shown (small number)")
    values = tables.need_table(ground, ground.need("poverty")).set_index("Area")["Value"]
    assert values.to_dict() == {
        "Middle": "30", "North": "10", "South": "not shown (small number)", "Empty": "not known",
    }  # fmt: skip


# Tables


def test_areas_are_ranked_and_undefined_says_so(two_in_north: Ground) -> None:
    ground = build(
        at("north", name="Two nights", schedule=f"{MONDAY}, {WEDNESDAY}"),
        no_data=frozenset({"south"}),
    )
    rows = gaps(ground, "meeting").areas
    result = tables.area_table(ground, rows, "adults").to_dict("split")
    assert result["columns"] == [
        "Area", "Adults", "Need rank (1 is most)", "In reach, sure", "With those to call",
        "Nearest", "Gap", "Need and reach", "How sure",
    ]  # fmt: skip
    assert result["data"] == [
        ["South", "300", "2", "not listed yet", "not listed yet", "22 km", "Not listed yet",
         "not known", "not known"],
        ["Middle", "500", "1", "2", "2", "11 km", "Not a gap", "More need, more reach", "sure"],
        ["North", "1,000", "3", "2", "2", "0 km", "Not a gap", "Less need, more reach", "sure"],
        ["Empty", "0", "not known", "0", "0", "33 km", "nobody lives here", "not known",
         "not known"],
    ]  # fmt: skip


def test_the_call_list_says_whom_to_ask_what_for_how_many() -> None:
    ground = build(
        at("south", name="Perhaps", status="candidate", phone="(618) 555-0101",
           schedule=f"{MONDAY}, {WEDNESDAY}"),
        at("north", name="No times"),
    )  # fmt: skip
    result = gaps(ground, "meeting").kinds["meeting"]
    # Perhaps is in reach of Middle and South (800), No times of North and Middle (1,500).
    assert tables.call_table(ground, result).to_dict("records") == [
        {"Place": "No times", "Phone": "no phone listed", "What to ask": "days and times",
         "People nearby in areas short of the goal": 1500, "Areas": "North, Middle"},
        {"Place": "Perhaps", "Phone": "(618) 555-0101",
         "What to ask": "whether it is there and open to all",
         "People nearby in areas short of the goal": 800, "Areas": "Middle, South"},
    ]  # fmt: skip


def test_the_week_counts_people_by_day_and_part(two_in_north: Ground) -> None:
    result = gaps(two_in_north, "meeting")
    week = tables.week_table(result.time, "meeting")
    assert week.loc["Monday"].to_dict() == {
        "Morning": 0, "Afternoon": 0, "Evening": 1500, "Late night": 0,
    }  # fmt: skip
    assert int(week.to_numpy().sum()) == 3000  # Monday and Wednesday
    assert tables.week_assets(result.time, "meeting").loc["Wednesday", "Evening"] == 1


def test_attributes_keep_yes_unknown_and_no_apart() -> None:
    ground = build(
        at("north", schedule=MONDAY, child_care="yes"),
        at("north", name="Other", schedule=MONDAY, child_care="no"),
        at("south", name="Third", schedule=MONDAY),
    )
    result = tables.attribute_table(gaps(ground, "meeting").attributes, "meeting", "adults")
    row = result.set_index("What it offers").loc["Child care"].to_dict()
    assert row == {
        "Yes": 1, "Not asked yet": 1, "No": 1, "Adults with a “yes” nearby": 1500,
    }  # fmt: skip


def test_gifts_are_published_numbers_only() -> None:
    releases = pd.DataFrame(
        [
            ("wave1", "county", "gifts", "music", "90", "0.9000", "0.85", "0.95"),
            ("wave2", "county", "gifts", "music", "11", "0.1100", "0.08", "0.14"),
            (
                "wave2",
                "county",
                "gifts",
                "space",
                "not shown",
                "not shown",
                "not shown",
                "not shown",
            ),
            ("wave2", "county", "gifts", "none", "30", "0.3000", "0.2", "0.4"),
            ("wave2", "North", "gifts", "music", "60", "0.6000", "0.5", "0.7"),
        ],
        columns=["wave", "area", "question", "answer", "count", "estimate", "low", "high"],
    )
    wave, result = gifts.published(community(build(), releases=releases), "gifts")
    assert wave == "wave2"
    assert result is not None
    assert result.to_dict("records") == [
        {"Answer": "Music", "Share": "11%", "At least": "8%", "At most": "14%"}
    ]


# Next steps


def test_the_next_place_reaches_most_people_below_the_mark() -> None:
    # One meeting a week in North leaves all 1,800 below the mark of two. Middle reaches all three.
    ground = build(at("north", schedule=MONDAY))
    result = next_steps.propose(ground, gaps(ground, "meeting").kinds["meeting"])
    assert result == next_steps.Proposal((("middle", "Middle", 1800),), 1800, 1800, 1800, True)
    assert next_steps.proposal_texts(ground, gaps(ground, "meeting").kinds["meeting"], result) == [
        (
            "Recovery meeting: one more in Middle would be within 12 km of 1,800 of the"
            " 1,800 adults in areas short of the goal now."
        ),
        "No other choice of one area can reach more than 1,800 adults.",
    ]


def test_an_area_to_call_about_is_still_below_the_mark() -> None:
    ground = build(
        at("north", schedule=f"{MONDAY}, {WEDNESDAY}"),
        at("south", name="Perhaps", status="candidate", schedule=f"{MONDAY}, {WEDNESDAY}"),
    )
    result = next_steps.propose(ground, gaps(ground, "meeting").kinds["meeting"])
    assert result is not None
    assert (result.below, result.reached) == (300, 300)


def test_nobody_below_the_mark_is_no_place_to_name(two_in_north: Ground) -> None:
    ground = build(at("middle", schedule=f"{MONDAY}, {WEDNESDAY}"), no_data=frozenset({"south"}))
    result = next_steps.propose(ground, gaps(ground, "meeting").kinds["meeting"])
    assert result is None
    assert next_steps.proposal_texts(ground, gaps(ground, "meeting").kinds["meeting"], None) == [
        (
            "Recovery meeting: every area where people live already meets the goal, so "
            "no place for the next one is named."
        )
    ]


def test_without_people_no_place_is_named_and_nobody_is_said_to_be_served() -> None:
    ground = build(at("north", schedule=MONDAY))
    areas = ground.areas.assign(population=np.nan, adults=np.nan)
    ground = Ground(ground.assets, areas, ground.indicators, {}, ground.settings)
    result = report(community(ground), ground, gaps(ground, "meeting"), "meeting")
    (after,) = [section for section in result.sections if section.title == "Next steps"]
    (sites,) = [passage for passage in after.passages if passage.name == "sites"]
    assert sites.texts == [
        "How many people live in these areas is not known, so nobody can say where the next one "
        "would help most."
    ]


def test_where_nobody_counted_people_nothing_is_said_of_how_many_or_of_nobody() -> None:
    ground = build(at("north", schedule=f"{MONDAY}, {WEDNESDAY}"), at("south", schedule=MONDAY))
    areas = ground.areas.assign(population=np.nan, adults=np.nan)
    ground = Ground(ground.assets, areas, ground.indicators, {}, ground.settings)
    result = gaps(ground, "meeting")
    assert {slot.people_in_reach for slot in result.time} == {None}
    paper = report(community(ground), ground, result, "meeting")
    passages = {passage.name: passage for part in paper.sections for passage in part.passages}
    week = passages["week"]
    assert week.title == "Recovery meeting: how many are on"
    assert week.cells()[:3] == [
        ["Monday", "0", "0", "2", "0"], ["Tuesday", "0", "0", "0", "0"],
        ["Wednesday", "0", "0", "1", "0"],
    ]  # fmt: skip
    assert passages["even"].texts == [
        "How many people live in these areas is not known, so how evenly it is shared cannot be "
        "told."
    ]
    assert list(passages["attributes"].frame) == ["What it offers", "Yes", "Not asked yet", "No"]
    cells = {cell for row in passages["matrix"].frame.to_numpy() for cell in row}
    assert {"in reach everywhere", "not listed yet"} <= cells
    assert [cell for cell in cells if "%" in cell or "nobody" in cell] == []
    assert [figure.words for figure in paper.briefing.figures] == [
        "Recovery meeting: times a week, on our list"
    ]
    html = to_html(paper).decode()
    assert "0 people" not in html and "of nobody" not in html
    of_need = report(community(ground), ground, gaps(ground, None, "talk"), None, "talk")
    assert "(we do not know how many people live there)" in of_need.briefing.sentence
    assert len(of_need.briefing.figures) == 1


def test_people_that_are_known_of_some_areas_only_are_at_least_so_many() -> None:
    ground = build(at("north", schedule=MONDAY))
    areas = ground.areas.assign(population=ground.areas["population"].astype(float))
    areas.loc[areas["id"] == "middle", ["population", "adults"]] = np.nan
    ground = Ground(ground.assets, areas, ground.indicators, {}, ground.settings)
    result = gaps(ground, "meeting")
    paper = report(community(ground), ground, result, "meeting")
    # North and South are 1,000 and 300 adults; nobody counted Middle. The goal is two a week.
    assert "3 of 3 areas (at least 1,300 adults)" in paper.briefing.sentence
    assert paper.briefing.figures[0].value == "≥ 1,300"


def test_what_if_says_who_comes_up_to_the_mark() -> None:
    # One in North (in reach of North and Middle); one more in Middle brings both to two.
    ground = build(at("north", schedule=MONDAY))
    gain = next_steps.gain_of(ground, gaps(ground, "meeting").kinds["meeting"], "middle")
    assert gain is not None
    assert (gain.at, gain.people, gain.nearer) == ("Middle", 1500, 800)
    assert (gain.covered_before, gain.covered_after) == (0, pytest.approx(1500 / 1800))
    assert gain.areas.to_dict("records") == [
        {"Area": "North", "Adults": "1,000", "In reach before": "1", "In reach after": "2",
         "Nearest before": "0 km", "Nearest after": "0 km", "Meets the goal": "Yes"},
        {"Area": "Middle", "Adults": "500", "In reach before": "1", "In reach after": "2",
         "Nearest before": "11 km", "Nearest after": "0 km", "Meets the goal": "Yes"},
        {"Area": "South", "Adults": "300", "In reach before": "0", "In reach after": "1",
         "Nearest before": "22 km", "Nearest after": "11 km", "Meets the goal": "No"},
    ]  # fmt: skip
    text = next_steps.gain_text(ground, gaps(ground, "meeting").kinds["meeting"], gain)
    assert text.startswith("Recovery meeting, one more in Middle: 1,500 ")
    assert "0%" in text and "83%" in text
    assert text.endswith("These shares are of all 1,800 adults.")
    assert next_steps.gain_of(ground, gaps(ground, "meeting").kinds["meeting"], "moon") is None


def test_what_if_promises_nothing_where_nobody_looked() -> None:
    item = build(
        at("north", schedule=f"{MONDAY}, {WEDNESDAY}"),
        no_data=frozenset({"south"}),
        norms={"meeting": Norm(12_000, 1, declared=True)},
    )
    gain = next_steps.gain_of(item, gaps(item, "meeting").kinds["meeting"], "south")
    assert gain is not None
    assert (gain.people, gain.nearer) == (0, 300)
    assert gain.areas.set_index("Area")["Meets the goal"].to_dict() == {
        "Middle": "Already there", "South": "not known",
    }  # fmt: skip


# Pictures


def squares() -> Ground:
    """Line County with shapes: squares of 0.1°, side by side from west to east."""
    ground = build(at("north", schedule=MONDAY))
    areas = ground.areas.copy()
    areas["geometry"] = [shapely.box(-89 + at / 10, 38, -88.9 + at / 10, 38.1) for at in range(4)]
    return Ground(ground.assets, areas, ground.indicators, {}, ground.settings)


def test_a_picture_keeps_its_proportions_and_hatches_only_the_undefined() -> None:
    classes = {"north": 0, "middle": 1, "south": None, "empty": 2}
    places = pd.DataFrame(
        {"name": ["Town", "Far away", "Mill"], "lat": [38.05, 50.0, 38.05],
         "lon": [-88.95, -88.9, -88.8], "kind": ["town", "town", "landmark"]}
    )  # fmt: skip
    result = pictures.draw(squares(), classes, 400, 400, places)
    assert result is not None
    # Four squares of one degree's width: 0.4° × cos(38.05°) wide, 0.1° high.
    assert result.width == 400
    assert result.width / result.height == pytest.approx(4 * np.cos(np.radians(38.05)), rel=1e-6)
    assert {shape.area: bool(shape.hatch) for shape in result.shapes} == {
        "north": False, "middle": False, "south": True, "empty": False,
    }  # fmt: skip
    south = result.shapes[2]
    inside = shapely.Polygon(south.rings[0]).buffer(1e-6)
    assert all(inside.covers(shapely.LineString(line)) for line in south.hatch)
    assert [name for name, _, _ in result.names] == ["Town"]
    _, x, y = result.names[0]
    # Half of the first of four squares, between margins of 2% each side.
    assert x == pytest.approx(400 * (0.02 + 0.96 * 0.125))
    assert y == pytest.approx(result.height / 2, abs=0.5)


def test_a_wide_map_is_held_by_its_height() -> None:
    result = pictures.draw(squares(), {}, 400, 50)
    assert result is not None
    assert result.height == pytest.approx(50)
    assert result.width < 400


# Files


def test_csv_has_every_area_and_runs_no_formula() -> None:
    ground = build(at("north", schedule=MONDAY))
    ground.full_names[1] = "=HYPERLINK(1)"
    result = gaps(ground, "meeting")
    data = area_csv(ground, result)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["north", "middle", "south", "empty"]
    middle = rows[1]
    assert middle["name"] == "'=HYPERLINK(1)"
    names = ("need_rank_low", "need_rank_high", "reach_known", "supply_low", "robust", "gap")
    assert [middle[name] for name in names] == ["1", "1", "1", "", "yes", "yes"]
    assert (rows[3]["need_rank_low"], rows[3]["robust"]) == ("", "")


def test_geojson_has_each_area_with_its_row() -> None:
    ground = squares()
    document = json.loads(area_geojson(ground, gaps(ground, "meeting")))
    assert document["type"] == "FeatureCollection"
    first = document["features"][0]
    assert (first["id"], first["properties"]["reach_known"]) == ("north", 1)
    assert shapely.geometry.shape(first["geometry"]).equals(ground.areas.geometry[0])


# Paper


def test_the_report_says_strengths_first_and_that_it_is_of_places() -> None:
    ground = squares()
    result = report(community(ground), ground, gaps(ground, "meeting"), "meeting")
    assert result.title == "What Line County has, and where more is needed: Recovery meeting"
    assert [section.title for section in result.sections] == [
        "What we have",
        "What people need",
        "Where they do not meet",
        "When",
        "Next steps",
        "How this was computed",
        "What these numbers cannot say",
    ]
    assert result.sections[0].passages[0].texts[0] == (
        "Line County already has 1 place, group or service."
    )
    assert result.closing == ["This is about places. It does not say who there needs help."]
    assert result.made == "Made on November 20, 2026."
    chosen = result.sections[5].passages[0].frame.set_index("Setting")["Value"]
    assert chosen["Recovery meeting: the goal"] == (
        "at least 2 a week within 12 km; set by the community; counted by choice: how many are in "
        "reach; the list was gone through on October 1, 2026, so “none” is said"
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_html_needs_nothing_else_and_runs_nothing(language: str) -> None:
    ground = squares()
    ground.names[1] = NASTY
    result = gaps(ground, "meeting", language=language)
    named = community(ground, name=NASTY)
    page = to_html(report(named, ground, result, "meeting", language=language)).decode()
    assert page.startswith("<!doctype html>")
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert not re.search(r"(src|href|url)\s*[=(]", page.replace("src=x", ""))
    assert page.count("<svg viewBox") > 3
    last = {
        "en": "It does not say who there needs help.",
        "es": "No dice quién necesita ayuda allí.",
    }
    assert last[language] in page


def test_pdf_has_title_fictional_note_method_and_the_sentence_about_places() -> None:
    ground = squares()
    result = report(community(ground), ground, gaps(ground, "meeting"), "meeting")
    data = to_pdf(result)
    assert data.startswith(b"%PDF-")
    said = spoken(pdf_text(data))
    for text in (
        "This is about places. It does not say who there needs help.",
        "Line County is made up, to show how this works.",
        "How this was computed",
        "What these numbers cannot say",
        "Distances are straight lines.",
        "more need, less reach: Middle.",
    ):
        assert text in said, text
    # The same report is the same file: nothing of the clock on the wall.
    assert to_pdf(result) == data


def test_pdf_of_a_real_community_says_nothing_of_being_made_up() -> None:
    ground = squares()
    result = report(community(ground, fictional=False), ground, gaps(ground, "meeting"), "meeting")
    assert "made up" not in spoken(pdf_text(to_pdf(result)))
    assert "made up" not in to_html(result).decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Señora’s “home” – 5 €", "Señora’s “home” – 5 €"),
        ("Ōtsuka Gaļina", "Ōtsuka Gaļina"),
        ("中 home", "? home"),
    ],
)
def test_letters_the_font_lacks_lose_their_marks_or_say_so(text: str, expected: str) -> None:
    assert written(text) == expected


def test_a_county_kind_has_no_map_of_gaps() -> None:
    ground = squares()
    result = report(community(ground), ground, gaps(ground, "recovery_home"), "recovery_home")
    where = result.sections[2]
    assert [passage.layers for passage in where.passages if passage.layers] == []
    assert to_pdf(result).startswith(b"%PDF-")


def test_without_indicators_need_is_said_to_be_unknown() -> None:
    ground = build(at("north", schedule=MONDAY), need={})
    result = report(community(ground), ground, gaps(ground, "meeting"), "meeting")
    assert result.sections[1].passages[0].texts == [
        "There are no need indicators for this community yet."
    ]
    maps = [layer for passage in result.sections[2].passages for layer in passage.layers]
    assert [layer.square for layer in maps] == [False]
    assert to_pdf(result).startswith(b"%PDF-")


def test_the_pdf_writes_the_letters_of_many_languages() -> None:
    from assetmap.report.pdf import written

    for name in ("Łódź", "Αθήνα", "Київ", "Nguyễn Thị Hường", "Peñasco − 5 · “yes”"):
        assert written(name) == name
    assert written("東京") == "??"
    assert written("a\u200bb\x07c") in ("a\u200bbc", "abc")


def test_a_report_survives_names_of_any_length() -> None:
    ground = build(at("north", name="N" * 5000, schedule=MONDAY, status="candidate"), at("south"))
    ground.full_names[0] = "Area " * 120
    ground.names[0] = shortened("Area " * 120)
    assert len(ground.names[0]) <= 62
    community = SimpleNamespace(
        name="C" * 5000, fictional=False, config={"areas": {}}, sources=[], releases=pd.DataFrame(),
        places=None, path=Path(), codebook=Path("none.csv"),
    )  # fmt: skip
    result = report(community, ground, gaps(ground, "meeting"), "meeting")
    pdf = to_pdf(result)
    assert pdf.startswith(b"%PDF") and pdf.count(b"/Type /Page\n") <= 12
    assert "Area " * 100 in to_html(result).decode()


def test_a_metric_is_one_function_and_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A share is a share: no metric is known by its id, none is yes or no in secret."""
    from assetmap.gaps import METRICS, Metric, metrics
    from assetmap.report import words as report_words

    ground = squares()
    shares = Metric("half", "share", True, lambda ground, kind: np.full(len(ground), 0.5))
    monkeypatch.setattr(report_words, "metric_label", lambda metric, language: "Half")
    monkeypatch.setattr(layers, "METRICS", {**METRICS, "half": shares})
    layer = layers.metric_layer(ground, "meeting", "half")
    assert set(layer.labels.values()) <= {"50%", "not known"} and "50%" in layer.labels.values()
    assert METRICS["covered"].unit == "yes_no"
    assert {item.unit for item in metrics.METRICS.values()} <= {
        "m", "count", "days", "per_1000", "share", "yes_no",
    }  # fmt: skip
