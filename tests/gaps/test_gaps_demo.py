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
    result: dict[str, set[str]] = {}
    for row in gaps(ground, kind).areas:
        result.setdefault(row["gap"], set()).add(row["id"])
    return result


def test_dentists_who_welcome_people_in_recovery(demo: Ground) -> None:
    result = by_gap(demo, "dentist")
    assert result["yes"] == {"harwin-center", "cedar-bend"}
    assert result["call"] == {"milltown-old-town", "milltown-east", "larch-landing", "river-bluffs"}
    # The one across the county line is the nearest for Dry Fork and East Line.
    rows = {row["id"]: row for row in gaps(demo, "dentist").areas}
    assert rows["east-line"]["reach_known"] == 1
    assert rows["milltown-old-town"]["text"].endswith("Call Ferry Street Dentist to know more.")


def test_child_care(demo: Ground) -> None:
    result = by_gap(demo, "child_care")
    assert {"prairie-ford-center", "prairie-ford-north", "cedar-bend", "bluff-hollow"} <= result[
        "yes"
    ]
    # No list there: it lies beside areas with no service, and is not one.
    assert result["no data"] == {"sand-ridge"}


def test_nobody_lives_in_the_wildlife_area(demo: Ground) -> None:
    rows = {row["id"]: row for row in gaps(demo, "meeting").areas}
    assert rows["river-bottoms"]["gap"] == "no"
    assert rows["river-bottoms"]["need_rank"] is None


def test_the_whole_report(demo: Ground) -> None:
    result = gaps(demo)
    assert result.strengths[0].startswith("Alder County already has ")
    said = " ".join(result.summary)
    for place in ("Cedar Bend", "Prairie Ford Center", "Sand Ridge"):
        assert place in said
    assert result.need is not None and set(result.need.used) >= {"poverty", "overdose_deaths"}
    assert result.overlaps and result.equity["gini"] > 0
