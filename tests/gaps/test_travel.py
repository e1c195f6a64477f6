"""Reach by a table of travel times, beside straight lines; reach without a car; districts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from line_county import Build, at

from assetmap.access import AccessError
from assetmap.access.travel import Travel, read_travel
from assetmap.gaps import GapError, Norm, gaps, kind_gaps, settings_from
from assetmap.gaps.equity import without_car
from assetmap.gaps.ground import names_said
from assetmap.report import next_steps


def table(text: str, **more: str) -> Travel:
    rows = [line.split(",") for line in text.split()]
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    return read_travel(frame, "travel.csv", **more)[0]


@pytest.mark.parametrize(
    ("columns", "per"),
    [
        ("from_id,to_id,travel_time", 1),  # r5py
        ("from_id,to_id,travel_time_p50", 1),
        ("origin,destination,travelTime", 1),  # Conveyal
        ("origin,destination,duration", 60),  # OpenTripPlanner: seconds
        ("source_index,target_index,time", 60),  # Valhalla: seconds
        ("origin,dest,minutes", 1),  # ours
        ("origin,dest,cost", 1),
    ],
)
def test_columns_of_every_router(columns: str, per: int) -> None:
    travel = table(f"{columns} north,a,{10 * per} north,b,{20.5 * per} south,a,{0 * per}")
    assert list(travel.origins) == ["north", "south"]
    assert list(travel.dests) == ["a", "b"]
    assert travel.minutes.tolist() == [10, 20.5, 0]


@pytest.mark.parametrize("blank", ["", "NaN", "inf", "Infinity", "NA", "null"])
def test_blank_nan_and_inf_are_unreachable(blank: str) -> None:
    travel = table(f"origin,dest,minutes north,a,{blank} north,b,5 south,a,7")
    minutes = travel.matrix(np.array([0, 1]), np.array([0, 1]))
    assert minutes.tolist() == [[np.inf, 5], [7, np.inf]]


def test_the_unit_can_be_said_and_the_shorter_of_two_times_counts() -> None:
    travel = table("origin,dest,minutes n,a,600 n,a,300", unit="seconds")
    assert travel.matrix(np.array([0]), np.array([0])).tolist() == [[5]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "origin,dest,stops n,a,1",
            "travel.csv has no column `cost`; a table of travel times needs the area it begins at "
            "(origin), the place (dest) and the minutes.",
        ),
        (
            "origin,dest,minutes n,a,-1 n,b,2",
            "Row 2 of travel.csv takes '-1'; give minutes of 0 or more, or leave it empty where "
            "there is no way (1 row does not).",
        ),
        (
            "origin,dest,minutes n,a,NaN",
            "travel.csv: nothing in it can be reached; it is not used.",
        ),
    ],
)
def test_a_table_that_cannot_be_used(text: str, sentence: str) -> None:
    with pytest.raises(AccessError) as stopped:
        table(text)
    assert str(stopped.value) == sentence


def test_ids_without_source_prefix_or_leading_zero() -> None:
    travel = table("origin,dest,minutes 1001020100,7,5")
    assert travel.areas(pd.Index(["01001020100", "01001020200"])).tolist() == [0, -1]
    assert travel.places(pd.Index(["list:7", "list:8"])).tolist() == [0, -1]
    whole = table("origin,dest,minutes 1400000US01001020100,list:7,5")
    assert whole.areas(pd.Index(["01001020100"])).tolist() == [0]


# A river between north and middle: minutes know it, the straight line does not.
RIVER = """origin,dest,minutes north,1,5 middle,1,45 south,1,20 empty,1,NaN"""


def test_minutes_decide_and_are_said(world: Build) -> None:
    travel = table(RIVER, mode="car")
    ground = world(
        at("north", id="1", schedule="Mo,Tu 19:00-20:00"), travel=travel, travel_min=20.0
    )
    reach = kind_gaps(ground, "meeting", None)
    # By line 12 km reach north and middle; by minutes north and south (20 counts, ≤).
    assert reach.known.tolist() == [2, 0, 2, 0]
    assert reach.nearest_min.tolist() == [5, 45, 20, np.inf]
    result = gaps(ground, "meeting")
    row = result.areas[1]
    assert (row["within_min"], row["nearest_min"]) == (20, 45)
    assert row["text"].startswith(
        "Recovery meeting: none within 20 minutes by car of Middle (500 adults). "
        "The nearest one is 45 minutes by car away."
    )
    assert result.parameters["kinds"]["meeting"]["distance"] == "travel times of travel.csv"
    assert result.parameters["distance"] == "travel time"
    json.dumps(result.as_json(), allow_nan=False)


def test_one_minute_less_is_out_of_reach(world: Build) -> None:
    asset = at("north", id="1", schedule="Mo,Tu 19:00-20:00")
    ground = world(asset, travel=table(RIVER), travel_min=19.99)
    assert kind_gaps(ground, "meeting", None).known.tolist() == [2, 0, 0, 0]
    own = Norm(12_000, 2, declared=True, minutes=45)
    ground = world(asset, travel=table(RIVER), norms={"meeting": own})
    assert kind_gaps(ground, "meeting", None).known.tolist() == [2, 2, 2, 0]


def test_what_the_table_does_not_know_is_a_straight_line_and_said(world: Build) -> None:
    travel = table(RIVER)
    ground = world(
        at("north", id="1", schedule="Mo 19:00-20:00"),
        at("empty", id="2", name="Other", schedule="Tu 19:00-20:00"),
        travel=travel,
        travel_min=20.0,
    )
    # own:2 is not in the table: 12 km reach south and empty.
    assert kind_gaps(ground, "meeting", None).known.tolist() == [1, 0, 2, 1]
    assert ground.measured("meeting") == (
        "travel times of travel.csv; a straight line for 1 place that is not in it"
    )
    # Of another kind the table knows no place at all.
    library = world(at("north", kind="library", id="9"), travel=travel)
    assert not library.by_travel("library")
    assert library.measured("library") == "straight line"
    assert library.within("library") == "12 km"


def test_times_never_give_away_a_private_place(world: Build) -> None:
    private = at("north", id="1", address="4 Quill Lane", address_ok="no")
    private["location_precision"] = "area"
    ground = world({**private, "city": "North"}, travel=table(RIVER))
    assert not ground.in_travel.assets.any()


def test_the_next_one_by_minutes_between_areas(world: Build) -> None:
    times = RIVER + " south,south,0 middle,middle,0 middle,south,90 south,middle,10"
    far = at("north", id="1", status="inactive")
    ground = world(far, travel=table(times), travel_min=30.0)
    reach = kind_gaps(ground, "meeting", None)
    assert reach.by_travel
    proposal = next_steps.propose(ground, reach, most=1)
    assert proposal is not None
    # In middle: middle (500) and south (300) are within 30 minutes; in south only itself.
    assert proposal.sites == (("middle", "Middle", 800),)
    gain = next_steps.gain_of(ground, reach, "middle")
    assert gain is not None
    assert gain.more.tolist() == [False, True, True, False]


def test_without_a_car(world: Build) -> None:
    ground = world(
        at("north", schedule="Mo,Tu 19:00-20:00"),
        no_vehicle={"north": 10.0, "middle": 20.0, "south": 50.0},
    )
    # 1000 × 10% + 500 × 20% + 300 × 50%; on foot only north has one.
    counted = without_car(ground, kind_gaps(ground, "meeting", None))
    assert counted == (350.0, 250.0)
    said = gaps(ground, "meeting")
    assert (
        "Recovery meeting: about 350 adults live in households without a car; for about 250 of "
        "them we know of none within 0.9 km on foot." in said.summary
    )
    assert said.as_json()["without_car"] == [{"kind": "meeting", "people": 350, "without": 250}]
    unknown = world(at("north", schedule="Mo,Tu 19:00-20:00"))
    assert without_car(unknown, kind_gaps(unknown, "meeting", None)) is None


def test_without_a_car_by_a_table_of_bus_times(world: Build) -> None:
    ground = world(
        at("north", id="1", schedule="Mo,Tu 19:00-20:00"),
        no_vehicle={"north": 10.0, "middle": 20.0, "south": 50.0},
        travel=table(RIVER, mode="transit"),
        travel_min=20.0,
    )
    assert without_car(ground, kind_gaps(ground, "meeting", None)) == (350.0, 100.0)


def test_reach_by_setting() -> None:
    from line_county import NOW

    def settings(**reach: str):  # type: ignore[no-untyped-def]
        return settings_from({"reach": reach}, NOW)

    assert settings(setting="urban").reach_m == 14_000
    assert settings(setting="rural").reach_m == 25_000
    assert settings(setting="walk").reach_m == 900
    assert settings(setting="rural", rural="30km").reach_m == 30_000
    assert settings(setting="rural", drive="10km").reach_m == 10_000
    assert settings(walk="1km").walk_m == 1000
    assert settings_from({}, NOW).travel_min == 30
    assert settings_from({"travel": {"within": "45 min"}}, NOW).travel_min == 45
    with pytest.raises(GapError, match="'soon'; write a number of minutes above 0"):
        settings_from({"travel": {"within": "soon"}}, NOW)
    with pytest.raises(GapError, match=r"\[norms.meeting\] `minutes` is '0'"):
        settings_from({"norms": {"meeting": {"minutes": 0}}}, NOW)


def test_numbered_areas_are_called_by_their_district() -> None:
    names = ["Census Tract 9601.01", "12", "Tract 7; Robeson County; NC", "Oak Hill", "3rd Ward"]
    assert list(names_said(names, ["Lumberton", "East End", "Maxton", "Lumberton", "X"])) == [
        "Lumberton 9601.01",
        "East End 12",
        "Maxton 7",
        "Oak Hill",
        "3rd Ward",
    ]
    assert list(names_said(names[:1], [np.nan])) == ["Census Tract 9601.01"]


def test_a_folder_says_what_its_table_does_not_know(tmp_path: Path) -> None:
    from assetmap.community import open_community
    from assetmap.gaps import ground_of

    (tmp_path / "community.toml").write_text(
        'name = "Line"\ncountry = "US"\ntimezone = "America/Chicago"\n'
        '[travel]\npath = "travel.csv"\nmode = "car"\nwithin = 15\n'
        '[[assets]]\nkey = "own"\npath = "own.csv"\n'
    )
    (tmp_path / "areas.csv").write_text("id,name,lat,lon,population\nn,North,38.2,-89,10\n")
    (tmp_path / "community.toml").write_text(
        (tmp_path / "community.toml").read_text() + '[areas]\npath = "areas.csv"\n'
    )
    (tmp_path / "own.csv").write_text(
        "id,name,kind,latitude,longitude\n1,Library,library,38.2,-89\n2,Other,library,38.3,-89\n"
    )
    (tmp_path / "travel.csv").write_text("from_id,to_id,travel_time\nn,1,12\n")
    opened = open_community(tmp_path)
    said = [problem.message for problem in opened.problems if problem.source == "travel"]
    assert said == ["travel.csv: 1 of 2 assets are in it; straight lines are used for the others."]
    assert ground_of(opened).within("library") == "15 minutes by car"
    (tmp_path / "travel.csv").write_text("from_id,to_id,travel_time\nx,y,soon\n")
    opened = open_community(tmp_path)
    assert opened.travel is None
    assert [problem.message for problem in opened.problems if problem.source == "travel"] == [
        "Row 2 of travel.csv takes 'soon'; give minutes of 0 or more, or leave it empty where "
        "there is no way (1 row does not)."
    ]
