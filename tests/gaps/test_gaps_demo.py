"""The demo county has the gaps it was built to have, and no more of the same kinds."""

from __future__ import annotations

from datetime import datetime

import pytest

from assetmap.community import open_community
from assetmap.gaps import Ground, gaps, ground_of


@pytest.fixture(scope="module")
def demo() -> Ground:
    return ground_of(open_community(None, datetime(2026, 11, 20, 18, 0)))


def by_gap(ground: Ground, kind: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in gaps(ground, kind).areas:
        found.setdefault(row["gap"], set()).add(row["id"])
    return found


def test_dentists_who_welcome_people_in_recovery(demo: Ground) -> None:
    found = by_gap(demo, "dentist")
    assert found["yes"] == {"harwin-center", "cedar-bend"}
    assert found["call"] == {"milltown-old-town", "milltown-east", "larch-landing", "river-bluffs"}
    # The one across the county line is the nearest for Dry Fork and East Line.
    rows = {row["id"]: row for row in gaps(demo, "dentist").areas}
    assert rows["east-line"]["reach_known"] == 1
    assert rows["milltown-old-town"]["text"].endswith("Call Ferry Street Dentist to know more.")


def test_child_care(demo: Ground) -> None:
    found = by_gap(demo, "child_care")
    assert {"prairie-ford-center", "prairie-ford-north", "cedar-bend", "bluff-hollow"} <= found[
        "yes"
    ]
    # No list there: it lies beside areas with no service, and is not one.
    assert found["no data"] == {"sand-ridge"}


def test_nobody_lives_in_the_wildlife_area(demo: Ground) -> None:
    rows = {row["id"]: row for row in gaps(demo, "meeting").areas}
    assert rows["river-bottoms"]["gap"] == "no"
    assert rows["river-bottoms"]["need_rank"] is None


def test_the_whole_report(demo: Ground) -> None:
    found = gaps(demo)
    assert found.strengths[0].startswith("Alder County already has ")
    said = " ".join(found.summary)
    for place in ("Cedar Bend", "Prairie Ford Center", "Sand Ridge"):
        assert place in said
    assert found.need is not None and set(found.need.used) >= {"poverty", "overdose_deaths"}
    assert found.overlaps and found.equity["gini"] > 0
