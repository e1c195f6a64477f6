"""Named thresholds of Gaps, each at its boundary and just beyond."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from line_county import NOW, Build, at

from assetmap.gaps import Norm, kind_gaps, quadrants
from assetmap.gaps.county_sentences import time_summary
from assetmap.gaps.matrix import Slot
from assetmap.gaps.need import Need
from assetmap.gaps.quadrants import edge_share, supply_of
from assetmap.gaps.sentences import MOST_NAMED, NAMED, area_text, named
from assetmap.gaps.sentences import Voice as Speaker
from assetmap.gaps.settings import DRIVE_M
from assetmap.gaps.strengths import overlaps
from assetmap.report.sections import equity_texts
from assetmap.words import say


@pytest.mark.parametrize(
    ("without", "weekly"),
    [
        ((), 1),
        (("20261124",), 1),  # three of the four Tuesdays are weekly
        (("20261124", "20261201"), 0),  # two are not
    ],
)
def test_weekly_is_three_of_four_weeks(world: Build, without: tuple[str, ...], weekly: int) -> None:
    rule = "DTSTART:20261103T190000\nRRULE:FREQ=WEEKLY"
    for day in without:
        rule += f"\nEXDATE:{day}T190000"
    ground = world(at("north", recurrence=rule))
    assert ground.times.weekly.tolist() == [weekly]
    assert ground.times.seldom.tolist() == [not weekly]


def test_a_part_of_the_day_counts_from_half_an_hour(world: Build) -> None:
    ground = world(
        at("north", kind="library", schedule="Mo 09:00-17:30"),
        at("north", kind="library", name="Other", schedule="Mo 09:00-17:29"),
    )
    evening = ground.times.open[:, 2]
    assert evening.tolist() == [True, False]


def test_supply_wants_seven_of_ten_capacities(world: Build) -> None:
    def stated(of_ten: int) -> float | None:
        rows = [
            at("north", kind="dentist", name=f"D{n}", **({"capacity": "5"} if n < of_ten else {}))
            for n in range(10)
        ]
        ground = world(*rows)
        sure = ground.standing().known & ground.of_kind("dentist")
        supply = supply_of(ground, "dentist", Norm(DRIVE_M), sure)
        assert supply is not None
        return None if supply.low is None else supply.stated

    assert (stated(7), stated(6)) == (0.7, None)


@pytest.mark.parametrize(("people", "said"), [(899, True), (900, False)])
def test_few_is_under_half(world: Build, people: int, said: bool) -> None:
    # 1,800 adults live in Line County.
    week = [
        Slot("meeting", day, "evening", people if day == "su" else 1800, 1) for day in ("mo", "su")
    ]
    assert bool(time_summary(Speaker(world()), week, "Recovery meeting", False)) is said


def test_overlap_is_within_two_kilometres(world: Build) -> None:
    def pairs(metres: float) -> int:
        # A degree of latitude is 111,195 m on our sphere.
        north = str(38.0 + metres / 111_195.08)
        row = {"schedule": "Mo 19:00-20:00", "program": "aa", "languages": "en"}
        first = {**at("south", **row), "name": "A"}
        other = {**at("south", **row), "name": "B", "latitude": north}
        return len(overlaps(world(first, other)))

    assert (pairs(1990), pairs(2010)) == (1, 0)


def test_the_nearest_is_said_beyond_150_metres(world: Build) -> None:
    def says(metres: float) -> bool:
        row = {**at("north"), "latitude": str(38.2 + metres / 111_195.08)}
        ground = world({**row, "schedule": "Mo 19:00-20:00"})
        return "nearest" in area_text(Speaker(ground), kind_gaps(ground, "meeting", None), 0, None)

    assert (says(140), says(160)) == (False, True)


def test_reach_includes_its_boundary(world: Build) -> None:
    row = at("north", schedule="Mo,Tu 19:00-20:00")
    apart = float(world(row).nearest(np.array([True])).metres[1])
    for within, known in ((apart, 2), (apart - 0.01, 0)):
        ground = world(row, norms={"meeting": Norm(within, 2, declared=True)})
        assert kind_gaps(ground, "meeting", None).known[1] == known


def test_verified_counts_to_its_last_day(world: Build) -> None:
    def known(day: str) -> int:
        ground = world(
            at("north", schedule="Mo 19:00-20:00", verified_on=day, verified_how="phone"),
            verified_only=True,
            verified_days=365,
        )
        return int(kind_gaps(ground, "meeting", None).known[0])

    assert NOW.date().isoformat() == "2026-11-20"
    assert (known("2025-11-20"), known("2025-11-19")) == (1, 0)


def test_a_catchment_that_does_not_leave_the_map_has_no_edge(world: Build) -> None:
    # Line County has points and no shapes: nothing can be said of its edge.
    assert edge_share(world(), 12_000).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("most", [NAMED, MOST_NAMED])
def test_names_beyond_the_most_are_counted(most: int) -> None:
    names = [f"N{number}" for number in range(most + 1)]
    assert named(names[:most], most=most) == ", ".join(names[:most])
    assert named(names, most=most) == ", ".join(names[:most]) + " and 1 more"


@pytest.mark.parametrize(("kept", "robust"), [(95, True), (94, False)])
def test_need_is_steady_in_95_of_100_draws(world: Build, kept: int, robust: bool) -> None:
    """North lies above the median of four areas in `kept` draws, below it in the others."""
    up, down = [4.0, 3.0, 1.0, 0.0], [0.0, 3.0, 1.0, 4.0]
    drawn = np.array([up] * kept + [down] * (100 - kept))
    need = Need("poverty", np.array(up), drawn, np.ones((4, 2)), (), ())
    assert bool(kind_gaps(world(at("north")), "meeting", need).robust[0]) == robust


@pytest.mark.parametrize(("share", "edge"), [(0.1, False), (0.11, True)])
def test_a_catchment_leaves_the_map_beyond_a_tenth(
    world: Build, monkeypatch: pytest.MonkeyPatch, share: float, edge: bool
) -> None:
    monkeypatch.setattr(quadrants, "edge_share", lambda ground, within_m: np.full(4, share))
    assert kind_gaps(world(at("north")), "meeting", None).edge.tolist() == [edge] * 4


@pytest.mark.parametrize(("index", "even"), [(0.049, True), (-0.049, True), (0.05, False)])
def test_even_is_an_index_under_a_twentieth(world: Build, index: float, even: bool) -> None:
    equity = {"kind": "meeting", "gini": 0.3, "concentration": index, "measure": "sessions"}
    result: Any = SimpleNamespace(equity=equity)
    said = equity_texts(world(at("north")), result)[-1]
    value = f"{index:+.2f}".replace("-", "−")
    assert (said == say("report.concentration_even", "en", value=value)) == even
