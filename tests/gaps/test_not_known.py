"""What nobody knows is never said as none, all or nobody."""

from __future__ import annotations

import numpy as np
import pytest
from line_county import Build, at

from assetmap.gaps import Ground, gaps
from assetmap.report import briefing, tables
from assetmap.report.layers import metric_layer, square_layer
from assetmap.report.next_steps import proposal_texts, propose
from assetmap.report.sections import equity_texts
from assetmap.vocabulary import kinds_of_need

NOWHERE = {"latitude": "", "longitude": "", "location_precision": ""}


def counted(ground: Ground, people: list[float]) -> Ground:
    """The same ground with as many people in its areas; NaN where nobody counted."""
    areas = ground.areas.assign(population=people, adults=people)
    return Ground(ground.assets, areas, ground.indicators, {}, ground.settings)


def test_one_that_a_call_could_confirm_is_not_none(world: Build) -> None:
    ground = world(at("south", kind="dentist", name="Perhaps", status="candidate"))
    result = gaps(ground, "dentist")
    by_area = {row["id"]: row["text"] for row in result.areas}
    assert by_area["south"] == (
        "Dentist: none confirmed within 12 km of South (300 adults). Call Perhaps to know more."
    )
    assert by_area["north"] == "Dentist: none listed within 12 km of North (1,000 adults)."
    assert result.strengths == [
        "Dentist: nothing here is confirmed on our list yet.", "1 on our list is not checked yet.",
    ]  # fmt: skip
    table = tables.area_table(ground, result.areas, "adults").set_index("Area")
    assert dict(table["Nearest"]) == {
        "North": "none on our list", "Middle": "none confirmed", "South": "none confirmed",
        "Empty": "none confirmed",
    }  # fmt: skip
    assert list(tables.matrix_table(result)["Practical help"]) == ["none confirmed in reach"]
    page = briefing(ground, result, "dentist")
    assert not [figure for figure in page.figures if figure.words == "Dentist, on our list"]
    assert tables.attribute_table(result.attributes, "dentist", "adults").empty


def test_too_few_with_one_to_call_is_short_of_the_goal_not_none(world: Build) -> None:
    # Two sessions a week are enough; a call in North could confirm one.
    ground = world(at("north", schedule="Mo 19:00-20:00", status="candidate"))
    assert gaps(ground, "meeting").summary[0] == (
        "Recovery meeting: 3 of 3 areas (1,800 adults) do not have at least 2 a week within 12 km. "
        "Most need, least nearby: Middle."
    )


def test_an_evening_is_not_empty_while_a_call_could_tell_of_one(world: Build) -> None:
    here = at("north", schedule="Mo 19:00-20:00")
    sure = gaps(world(here), "meeting").summary
    unsure = gaps(world(here, at("middle", name="Times not known")), "meeting").summary
    assert "Recovery meeting: on Tuesday evening there is none nearby." in sure
    assert "Recovery meeting: on Tuesday evening none nearby is confirmed." in unsure


def test_one_without_a_place_may_be_in_any_area(world: Build) -> None:
    lost = at("north", name="Somewhere", schedule="Mo 19:00-20:00", **NOWHERE)
    result = gaps(world(lost), "meeting")
    assert {row["gap"] for row in result.areas if row["people"]} == {"no data"}
    assert result.summary[0] == (
        "Recovery meeting: 1 on our list, without a place on the map. Find out where it is first; "
        "until then we say nothing of gaps."
    )
    result = gaps(world(lost, at("north", schedule="Mo,Tu 19:00-20:00")), "meeting")
    # The list was gone through, but the lost one may be in South.
    assert result.summary[:2] == [
        "Recovery meeting: 1 of 3 areas (300 adults) has none on our list within 12 km.",
        "Recovery meeting: 1 more on our list has no place on the map, so it is counted for no "
        "area.",
    ]


def test_a_home_without_a_place_is_in_the_county_all_the_same(world: Build) -> None:
    lost = at("north", kind="recovery_home", **NOWHERE)
    cells = {cell.support: cell for cell in gaps(world(lost), need="home").matrix}
    assert cells["instrumental"].level == "full"


def test_a_kind_counted_for_the_county_without_a_list_is_not_0(world: Build) -> None:
    def said(*rows: dict[str, str]) -> str:
        return gaps(world(at("north"), *rows), "recovery_home").summary[0]

    home = at("north", kind="recovery_home")
    assert said() == "Recovery home: no list yet."
    assert said({**home, "status": "candidate"}) == (
        "Recovery home: none is confirmed for the whole county. On our list, not checked yet: 1."
    )
    assert said({**home, "status": "inactive"}) == (
        "Recovery home: none open in the county is on our list."
    )
    assert said(home).startswith("Recovery home: 1 for the whole county")


def test_a_need_of_which_nothing_is_listed_has_no_gap(world: Build) -> None:
    assert "dentist" not in kinds_of_need("job")
    ground = world(at("north", kind="dentist"))
    result = gaps(ground, need="job")
    assert [row["gap"] for row in result.areas] == ["no data", "no data", "no data", "no"]
    assert result.areas[0]["text"] == "A job: no list yet."
    assert set(tables.matrix_table(result).iloc[0, 1:]) == {"not listed yet"}
    assert briefing(ground, result, need="job").sentence == "A job: no list yet."
    layer = square_layer(ground, _reach(ground), result.need)  # type: ignore[arg-type]
    assert set(layer.classes.values()) == {None}


def _reach(ground: Ground) -> object:
    from assetmap.gaps.matrix import need_reach

    return need_reach(ground, "job")[0]


def test_of_a_need_listed_in_part_the_rest_is_named(world: Build) -> None:
    ground = world(at("north", kind="job_help"))
    row = gaps(ground, need="job").areas[2]
    assert row["gap"] == "yes"
    assert row["text"] == (
        "A job: 0 of 4 kinds of support within reach of South (300 adults). No list yet of: "
        "practical help and a place to belong."
    )


def test_where_some_areas_are_not_counted_no_share_and_no_all_is_said(world: Build) -> None:
    ground = counted(world(at("north", kind="dentist")), [1000.0, 500.0, np.nan, np.nan])
    result = gaps(ground, "dentist")
    assert (
        "How many people live in 2 of the areas is not known. Numbers of people leave them out."
        in result.summary
    )
    assert list(tables.matrix_table(result)["Practical help"]) == ["in reach in some areas"]
    kind = result.kinds["dentist"]
    assert proposal_texts(ground, kind, propose(ground, kind)) == [
        "Dentist: where the next one would help most cannot be told yet. In areas short of the "
        "goal it is not known how many people live, or what there is."
    ]
    # What is in reach of an area does not hang on who lives there.
    labels = metric_layer(ground, "dentist", "reach").labels
    assert labels == {"north": "1", "middle": "1", "south": "0", "empty": "0"}
    classes = square_layer(ground, kind, result.need).classes  # type: ignore[arg-type]
    assert classes["south"] is not None


def test_where_nobody_lives_nothing_is_enough(world: Build) -> None:
    ground = counted(world(at("north", schedule="Mo,Tu 19:00-20:00")), [0.0] * 4)
    assert gaps(ground, "meeting").summary[0] == (
        "Recovery meeting: no people are counted in any area, so we say nothing of gaps."
    )
    sentence = briefing(ground, gaps(ground, need="job"), need="job").sentence
    assert sentence == "A job: no people are counted in any area, so we say nothing of gaps."


def test_areas_without_a_list_do_not_have_enough(world: Build) -> None:
    ground = world(at("north", schedule="Mo,Tu 19:00-20:00"), no_data=("south",))
    assert gaps(ground, "meeting").summary[0] == (
        "Recovery meeting: every area we have a list of has at least 2 a week within 12 km."
    )


def test_of_what_nobody_listed_nothing_is_said_of_how_even_it_is(world: Build) -> None:
    ground = world(at("north"))
    result = gaps(ground, "dentist")
    assert equity_texts(ground, result) == []
    assert result.equity["without"] == []
    table = tables.area_table(ground, result.areas, "adults")
    assert set(table["Nearest"]) == {"not listed yet", "none on our list"}


def test_a_community_without_any_assets_has_gaps_and_no_error(world: Build) -> None:
    ground = world(at("north"))
    bare = Ground(ground.assets.iloc[:0], ground.areas, ground.indicators, {}, ground.settings)
    result = gaps(bare)
    assert result.strengths == ["Line County: nothing here is confirmed on our list yet."]
    assert result.summary[0] == (
        "Recovery meeting: 3 of 3 areas (1,800 adults) have none within 12 km. "
        "Most need, least nearby: Middle."
    )


def test_one_place_that_answers_a_need_is_one_place(world: Build) -> None:
    ground = world(at("north", kind="job_help"))
    figures = briefing(ground, gaps(ground, need="job"), need="job").figures
    assert (figures[-1].value, figures[-1].words) == (
        "1", "place or group that answers it, on our list",
    )  # fmt: skip


@pytest.mark.parametrize("need", [{"north": 10.0}, {"north": 10.0, "middle": 10.0, "south": 10.0}])
def test_one_number_or_numbers_all_alike_are_neither_more_need_nor_less(
    world: Build, need: dict[str, float]
) -> None:
    ground = world(at("north", schedule="Mo,Tu 19:00-20:00"), need=need)
    result = gaps(ground, "meeting", indicator="poverty")
    assert {row["quadrant"] for row in result.areas} == {None}
    layer = square_layer(ground, result.kinds["meeting"], result.need)  # type: ignore[arg-type]
    assert set(layer.classes.values()) == {None}
