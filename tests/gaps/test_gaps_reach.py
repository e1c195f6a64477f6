"""What counts as in reach: different sessions or places, known and possible."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from line_county import Build, at

from assetmap.gaps import GapError, Norm, gaps, kind_gaps
from assetmap.gaps.county_sentences import most_need_first
from assetmap.gaps.matrix import attributes_of
from assetmap.gaps.sentences import Voice

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def test_one_row_on_seven_days_is_seven_sessions(world: Build) -> None:
    ground = world(at("north", schedule="Mo-Su 12:00-13:00", program="aa"))
    assert kind_gaps(ground, "meeting", None).known.tolist() == [7, 7, 0, 0]


def test_seven_rows_of_one_daily_meeting_are_seven_sessions(world: Build) -> None:
    rows = [at("north", schedule=f"{day} 12:00-13:00", program="aa") for day in DAYS]
    assert kind_gaps(world(*rows), "meeting", None).known.tolist() == [7, 7, 0, 0]


def test_a_session_listed_twice_is_one(world: Build) -> None:
    row = at("north", schedule="Mo-Su 12:00-13:00", program="aa", name="Noon")
    twice = world(row, {**row, "name": "Noon group"})
    assert kind_gaps(twice, "meeting", None).known.tolist() == [7, 7, 0, 0]
    other = world(row, {**row, "program": "na"})
    assert kind_gaps(other, "meeting", None).known.tolist() == [14, 14, 0, 0]


def test_a_monthly_group_is_no_weekly_session_but_is_said(world: Build) -> None:
    ground = world(at("north", schedule="Sa[1] 10:00-12:00"))
    result = kind_gaps(ground, "meeting", None)
    assert result.known.tolist() == [0, 0, 0, 0]
    assert result.seldom.tolist() == [1, 1, 0, 0]
    text = gaps(ground, "meeting").areas[0]["text"]
    assert "Less often than every week: 1 more." in text


def test_what_is_not_known_is_possible_and_named(world: Build) -> None:
    ground = world(
        at("south", name="Sure", schedule="Mo 19:00-20:00"),
        at("south", name="No hours"),
        at("south", name="Not reviewed", status="candidate", schedule="Tu 19:00-20:00"),
        at("south", name="Gone", status="inactive", schedule="We 19:00-20:00"),
        at(
            "south",
            name="On a screen",
            format="online",
            schedule="Th 19:00-20:00",
            conference_url="https://example.org",
        ),
    )
    result = kind_gaps(ground, "meeting", None)
    assert result.known.tolist() == [0, 1, 1, 1]
    assert result.possible.tolist() == [0, 3, 3, 3]
    assert result.gap.tolist() == ["yes", "call", "call", "no"]  # nobody lives in `empty`
    assert result.walk.tolist() == [0, 0, 1, 0]
    row = gaps(ground, "meeting").areas[1]
    assert [item.split(":")[-1] for item in row["call"]] == [
        str(ground.assets["id"][1]).split(":")[-1],
        str(ground.assets["id"][2]).split(":")[-1],
    ]
    assert row["text"] == (
        "Recovery meeting: one a week within 12 km of Middle (500 adults). The nearest "
        "one is 11 km away. The community's own goal: at least 2 a week. Call these 2 "
        "to know more: No hours, Not reviewed."
    )
    assert gaps(ground, "meeting").areas[0]["text"] == (
        "Recovery meeting: none within 12 km of North (1,000 adults). The nearest one "
        "is 22 km away. The community's own goal: at least 2 a week."
    )


def test_none_is_only_said_of_kinds_declared_complete(world: Build) -> None:
    row = at("south", schedule="Mo 19:00-20:00")
    said = gaps(world(row, complete={}), "meeting").areas[0]["text"]
    assert said.startswith("Recovery meeting: none listed within 12 km of North (1,000 adults).")


def test_no_data_is_not_no_service(world: Build) -> None:
    ground = world(at("south", schedule="Mo,Tu 19:00-20:00"), no_data=frozenset(("north", "south")))
    rows = gaps(ground, "meeting").areas
    assert [row["gap"] for row in rows] == ["no data", "no", "no", "no"]
    assert rows[0]["text"] == (
        "We have no list yet for North, so we cannot say what is missing there."
    )
    assert rows[3]["text"] == "Nobody lives in Empty."
    assert "No list yet, so we say nothing about: North, South." in gaps(ground, "meeting").summary


def test_a_condition_is_yes_no_or_unknown(world: Build) -> None:
    norm = Norm(12_000, 1, yes=("medication_welcome",), declared=True)
    ground = world(
        at("north", kind="dentist", name="Yes", medication_welcome="yes", capacity="10"),
        at("middle", kind="dentist", name="Unknown", capacity="10"),
        at("south", kind="dentist", name="No", medication_welcome="no", capacity="10"),
        norms={"dentist": norm},
    )
    result = kind_gaps(ground, "dentist", None)
    assert result.known.tolist() == [1, 1, 0, 0]
    assert result.possible.tolist() == [2, 2, 1, 0]
    assert result.gap.tolist() == ["no", "no", "call", "no"]
    assert gaps(ground, "dentist").areas[2]["text"] == (
        "Dentist (recovery with medication welcome): none confirmed within 12 km of "
        "South (300 adults). The nearest one is 22 km away. Call Unknown to know more."
    )


def test_a_condition_on_a_set(world: Build) -> None:
    norm = Norm(12_000, 1, yes=("languages=es",), declared=True)
    ground = world(
        at("north", schedule="Mo 19:00-20:00", languages="en|es"),
        at("north", schedule="Tu 19:00-20:00", languages="en"),
        at("north", schedule="We 19:00-20:00"),
        norms={"meeting": norm},
    )
    result = kind_gaps(ground, "meeting", None)
    assert (result.known[0], result.possible[0]) == (1, 2)
    with pytest.raises(GapError, match="names no field"):
        kind_gaps(world(at("north"), norms={"meeting": Norm(yes=("magic",))}), "meeting", None)


def test_supply_is_a_range_over_missing_capacities(world: Build) -> None:
    # Stated 10, 20, 30 (75%), one missing: filled with the 10th and 90th percentile, 12 and 28.
    # All stand in the north: demand is north 1000 · W(0)=1 and middle 500 · W(11.1 of 12 km)=.22.
    rows = [
        at("north", kind="dentist", name=f"D{n}", capacity=str(n) if n else "")
        for n in (10, 20, 30, 0)
    ]
    ground = world(*rows, norms={"dentist": Norm(12_000, 1, declared=True)})
    supply = kind_gaps(ground, "dentist", None).supply
    assert supply is not None and supply.low is not None and supply.high is not None
    assert supply.stated == 0.75
    demand = 1000 + 0.22 * 500
    np.testing.assert_allclose(supply.low[:2], [72 / demand * 1000, 0.22 * 72 / demand * 1000])
    np.testing.assert_allclose(supply.high[:2], [88 / demand * 1000, 0.22 * 88 / demand * 1000])
    row = gaps(ground, "dentist").areas[0]
    assert row["supply"] == [64.86, 79.28]
    assert row["text"] == (
        "Dentist: 4 within 12 km of North (1,000 adults). 1,500 adults share them. "
        "Together they have room for 64.9 to 79.3 people for every 1,000 adults."
    )


def test_too_few_capacities_make_it_choice(world: Build) -> None:
    rows = [
        at("north", kind="dentist", name=f"D{n}", capacity=str(n) if n else "") for n in (10, 20, 0)
    ]
    result = kind_gaps(world(*rows), "dentist", None)
    assert result.supply is not None and result.supply.low is None
    assert result.known.tolist() == [3, 3, 0, 0]


def test_county_kinds_are_one_total(world: Build) -> None:
    home = {"kind": "recovery_home", "address_ok": "yes"}
    ground = world(
        at("north", name="A", beds_total="8", **home),
        at("north", name="B", beds_total="6", only_for="women", **home),
        at("south", name="C", **home),
        at("middle", kind="employer", name="Job"),
    )
    result = gaps(ground, "recovery_home")
    assert {row["gap"] for row in result.areas} == {"no"}
    assert {row["quadrant"] for row in result.areas} == {None}
    assert result.summary[0] == (
        "Recovery home: 3 for the whole county (counted once: people come from "
        "everywhere). 14 beds that we know of (anyone 8, women 6). Homes that do not "
        "say how many: 1. Half of these homes are at least this close to: "
        "recovery-friendly employer 11 km."
    )


def test_some_kinds_are_never_a_gap(world: Build) -> None:
    result = gaps(world(at("north", kind="treatment_court", name="Court")), "treatment_court")
    assert result.areas == []
    assert result.summary == [
        "Having few of these is not counted as a gap: Treatment court (drug court).",
        "This is about places. It does not say who there needs help.",
    ]


def test_online_has_its_own_line(world: Build) -> None:
    ground = world(
        at("north", name="Screen", format="online", conference_url="https://example.org"),
        at("north", schedule="Mo 19:00-20:00"),
    )
    assert (
        "Recovery meeting, online or by phone: 1 for the whole county. They do not "
        "replace one nearby."
    ) in gaps(ground, "meeting").summary


def test_days_of_a_norm(world: Build) -> None:
    norm = Norm(12_000, 2, days=3, declared=True)
    ground = world(
        at("north", schedule="Mo 07:00-08:00, Mo 12:00-13:00, Tu 19:00-20:00"),
        norms={"meeting": norm},
    )
    result = kind_gaps(ground, "meeting", None)
    assert (result.known[0], result.days[0], result.gap[0]) == (3, 2, "yes")
    text = gaps(ground, "meeting").areas[0]["text"]
    assert (
        "There is one on 2 days of the week. The community's own goal: at least 2 a week, "
        "on 3 days of the week."
    ) in text


def test_only_verified_assets_and_what_that_changes(world: Build) -> None:
    rows = [
        at("north", name="Checked", schedule="Mo,Tu 19:00-20:00", verified_on="2026-10-01"),
        at("south", name="Long ago", schedule="Mo,Tu 19:00-20:00", verified_on="2020-10-01"),
    ]
    assert [row["gap"] for row in gaps(world(*rows), "meeting").areas] == ["no"] * 4
    result = gaps(world(*rows, verified_only=True), "meeting")
    assert [row["gap"] for row in result.areas] == ["no", "no", "call", "no"]
    assert result.changes == [{"id": "south", "kind": "meeting", "all": "no", "verified": "call"}]


def test_what_cannot_be_asked(world: Build) -> None:
    ground = world(at("north"))
    for arguments, sentence in (
        ({"kind": "pub"}, "There is no kind 'pub'; use one of kinds.csv, such as meeting."),
        ({"need": "beer"}, "There is no need 'beer'; use one of needs.csv, such as job."),
        ({"kind": "meeting", "need": "job"}, "Give a kind or a need, not both."),
        ({"indicator": "luck"}, "There is no indicator 'luck'; there are poverty."),
    ):
        with pytest.raises(GapError) as raised:
            gaps(ground, **arguments)
        assert str(raised.value) == sentence


def test_a_kind_that_nobody_has_listed_is_no_gap(world: Build) -> None:
    """Nothing more than that is said: no areas, no people, no next place."""
    result = gaps(world(at("north"), norms={"dentist": Norm(12_000, 1, declared=True)}), "dentist")
    assert [row["gap"] for row in result.areas] == ["no data", "no data", "no data", "no"]
    assert {row["quadrant"] for row in result.areas} == {None}
    assert result.areas[0]["text"] == "Dentist: no list yet."
    assert result.summary[0] == "Dentist: no list yet."
    # Once somebody has gone through it, none is none.
    gone_through = gaps(
        world(
            at("north"),
            norms={"dentist": Norm(12_000, 1, declared=True)},
            complete={"dentist": date(2026, 10, 1)},
        ),
        "dentist",
    )
    assert gone_through.summary[0].startswith("Dentist: 3 of 3 areas (1,800 adults) have none")


def test_a_kind_known_by_guesses_alone_makes_no_headline(world: Build) -> None:
    ground = world(at("north", kind="park_or_trail", name="Portage Park Clinic"), at("south"))
    parks = ground.assets["id"][ground.assets["kind"] == "park_or_trail"]
    ground.guessed = frozenset(parks)
    result = gaps(ground, "park_or_trail")
    assert result.summary[0] == (
        "Park, trail or open space: 1 on our list, guessed from its own words. Check it first; "
        "until then we say nothing of gaps."
    )
    assert {row["gap"] for row in result.areas} == {"no data", "no"}
    # A second park that a source names so itself makes a list.
    more = world(
        at("north", kind="park_or_trail", name="A"), at("south", kind="park_or_trail", name="B")
    )
    more.guessed = frozenset(more.assets["id"][:1])
    assert {row["gap"] for row in gaps(more, "park_or_trail").areas} == {"no"}


def test_most_need_is_named_by_need_and_not_by_people(world: Build) -> None:
    ground = world(
        at("empty", schedule="Mo 19:00-20:00"),
        need={"north": 20.0, "middle": 30.0, "south": 10.0},
        norms={"meeting": Norm(1_000, 1, declared=True)},
    )
    # Need above the middle value: only `middle`, though more people live in `north`.
    assert gaps(ground, "meeting").summary[0].endswith("Most need, least nearby: Middle.")
    both = world(
        at("empty", schedule="Mo 19:00-20:00"),
        need={"north": 29.0, "middle": 30.0, "south": 10.0, "empty": 1.0},
        norms={"meeting": Norm(1_000, 1, declared=True)},
    )
    need = both.need()
    assert need is not None
    order = most_need_first(both, np.array([True, True, True, False]), need)
    assert order.tolist() == [1, 0, 2]
    assert most_need_first(both, np.array([True, True, True, False]), None).tolist() == [0, 1, 2]


def test_the_words_of_a_goal_are_what_is_counted(world: Build) -> None:
    voice = Voice(world(at("north")))
    assert voice.goal(Norm(1.0, 7), True) == "at least 7 a week"
    assert voice.goal(Norm(1.0, 7, days=7), True) == "at least 7 a week, on 7 days of the week"
    assert voice.goal(Norm(1.0, 1), False) == "at least 1 place"
    assert Voice(voice.ground, "es").goal(Norm(1.0, 2, days=1), False) == (
        "al menos 2 lugares, en 1 día de la semana"
    )


def test_child_care_is_not_asked_of_child_care(world: Build) -> None:
    ground = world(at("north", kind="child_care", name="C"))
    asked = [item.attribute for item in attributes_of(ground, "child_care")]
    assert "child_care" not in asked and "wheelchair" in asked
