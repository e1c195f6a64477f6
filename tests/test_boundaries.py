"""Each named threshold of the core holds on one side of its number and not on the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from finder_tables import HOME, NOW, ask, catalog, north, row

from assetmap import schedule
from assetmap.assets import Context, cells, check, hiding
from assetmap.assets.duplicates import Pair, find_duplicates
from assetmap.fields import Problem
from assetmap.places import EARTH_RADIUS_M, Gazetteer, Place
from assetmap.readers.hours.read import read_hours
from assetmap.search import search
from assetmap.search.reasons import way
from assetmap.streets import Locator, ranges
from assetmap.survey.estimates import unsteady

METRES_A_DEGREE = EARTH_RADIUS_M * np.pi / 180
# No two letters alike, so that a changed one is the only difference: 125 and 20 and 19 letters.
LETTERS = "".join(chr(0x4E00 + number) for number in range(125))


def north_of(lat: float, metres: float) -> float:
    return lat + metres / METRES_A_DEGREE


def pairs_of(*rows: dict[str, str]) -> list[Pair]:
    frame = pd.DataFrame([{"kind": "food", "id": str(n), **row} for n, row in enumerate(rows)])
    assets, _ = check(frame.fillna(""), Context())
    return find_duplicates(assets, least=0.0)


def changed(name: str) -> str:
    return name[:-1] + "Ω"


@pytest.mark.parametrize(("metres", "near"), [(149.5, True), (150.5, False)])
def test_one_place_is_within_150_metres(metres: float, near: bool) -> None:
    lats = (37.9, north_of(37.9, metres))
    (pair,) = pairs_of(
        *({"name": "Grace", "latitude": f"{lat:.9f}", "longitude": "-89"} for lat in lats)
    )
    assert any("m apart" in evidence for evidence in pair.evidence) == near


@pytest.mark.parametrize(("other", "sure"), [(LETTERS, True), (changed(LETTERS), False)])
def test_a_pair_is_sure_from_085_on(other: str, sure: bool) -> None:
    """Name 0.5, phone 0.2 and page 0.15 make 0.85; one of 125 letters less makes 0.842."""
    same = {"phone": "(618) 555-0101", "url": "https://example.org/a"}
    (pair,) = pairs_of({"name": LETTERS, **same}, {"name": other, **same})
    assert (pair.score, pair.merge) == ((0.85, True) if sure else (0.842, False))


@pytest.mark.parametrize(("letters", "sure"), [(20, True), (19, False)])
def test_one_name_is_95_of_100_alike(letters: int, sure: bool) -> None:
    """One letter changed of 20 leaves 95%, of 19 94.7%."""
    door = {"address": "12 Oak St", "city": "Cairo", "region": "IL"}
    door |= {"url": "https://example.org/a"}
    name = LETTERS[:letters]
    (pair,) = pairs_of({"name": name, **door}, {"name": changed(name), **door})
    assert pair.merge == sure


def test_pairs_are_listed_from_06_on() -> None:
    """Name 0.5 and address 0.1; one of 125 letters less is not listed."""
    door = {"address": "12 Oak St", "city": "Cairo", "region": "IL", "kind": "food"}
    for other, listed in ((LETTERS, 1), (changed(LETTERS), 0)):
        rows = [{"id": str(n), "name": name, **door} for n, name in enumerate((LETTERS, other))]
        assets, _ = check(pd.DataFrame(rows), Context())
        assert len(find_duplicates(assets)) == listed


@pytest.mark.parametrize(("metres", "same"), [(24.9, True), (25.1, False)])
def test_one_door_is_within_25_metres(metres: float, same: bool) -> None:
    home = (37.9, -89.0)
    doors = {hiding._cell(*home): [home]}
    row: Any = SimpleNamespace(lat=[north_of(home[0], metres)], lon=[home[1]])
    assert hiding.at_a_door(row, 0, doors) == same


@pytest.mark.parametrize(("letters", "read"), [(5_000, True), (5_001, False)])
def test_a_cell_of_one_value_has_at_most_5000_letters(letters: int, read: bool) -> None:
    url = "https://example.org/".ljust(letters, "x")
    cell = cells.reader("url", "US")(url)
    assert (cell.value == url) == read


@pytest.mark.parametrize(("kilometres", "far"), [(299.5, False), (300.5, True)])
def test_a_point_is_far_from_300_kilometres_on(kilometres: float, far: bool) -> None:
    """Of a community that is one point."""
    lat = north_of(37.0, kilometres * 1000)
    frame = pd.DataFrame(
        [{"id": "1", "name": "A", "kind": "food", "latitude": f"{lat:.9f}", "longitude": "-89"}]
    )
    problems: list[Problem] = check(frame, Context(extent=(-89.0, 37.0, -89.0, 37.0)))[1]
    assert any("km from the community" in problem.message for problem in problems) == far


def test_a_repeated_time_lasts_an_hour_and_at_most_two_weeks() -> None:
    weekly = "DTSTART:20261103T190000 RRULE:FREQ=WEEKLY"
    assert [series.minutes for series in schedule.parse_recurrence(weekly)] == [60]
    (longest,) = schedule.parse_recurrence(f"{weekly} DURATION:P14D")
    assert longest.minutes == 14 * 24 * 60
    with pytest.raises(schedule.ScheduleError, match="20161 minutes"):
        schedule.parse_recurrence(f"{weekly} DURATION:P14DT1M")


def test_now_is_the_next_two_hours() -> None:
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    window = schedule.window("now", now)
    assert (window.end - window.begin).total_seconds() == 2 * 3600


@pytest.mark.parametrize(
    ("hours", "read"),
    [
        ("Mon 7pm", "Mo 19:00-20:00"),  # one hour where no end is given
        ("Mon 8pm-10am", "Mo 20:00-10:00"),  # a night of 14 hours
        ("Mon 8pm-10:01am", None),
        ("Mon 10-1", "Mo 10:00-13:00"),  # three hours of business
        ("Mon 10:01-1", None),
        ("Mon 7-5", "Mo 07:00-17:00"),  # business from seven …
        ("Mon 6:59-5", None),
        ("Mon 9-6", "Mo 09:00-18:00"),  # … to six
        ("Mon 9-6:01", None),
    ],
)
def test_hours_are_believed_up_to_their_limits(hours: str, read: str | None) -> None:
    assert read_hours(hours).schedule == read


@pytest.mark.parametrize(
    ("answers", "low", "high", "unsure"),
    [
        (30, 0.25, 0.5, False),
        (29, 0.25, 0.5, True),
        (30, 0.2, 0.5, False),
        (30, 0.2, 0.51, True),
    ],
)
def test_a_share_is_unsure_under_30_answers_or_wider_than_30_points(
    answers: int, low: float, high: float, unsure: bool
) -> None:
    assert unsteady(answers, low, high) == unsure


@pytest.mark.parametrize(("minute", "worth"), [(40, True), (41, False)])
def test_a_session_that_began_is_worth_going_to_for_20_minutes_more(
    minute: int, worth: bool
) -> None:
    """Half of its hour would be 30 minutes: the fewer of both count."""
    assets = catalog(row("a", schedule="Fr 19:00-20:00"))
    clock = datetime(2026, 11, 20, 19, minute, tzinfo=NOW.tzinfo)
    result = assets.first_between(clock, clock + timedelta(hours=2), clock).found
    assert result.tolist() == [worth]


@pytest.mark.parametrize(("metres", "said"), [(49.9, "right here"), (50.0, "50 m north")])
def test_right_here_is_under_50_metres(metres: float, said: str) -> None:
    asked = ask(near=(HOME,))
    assets = catalog(row("a", **north(1000)))
    (hit,) = search(assets, asked).hits("match")
    said_now = way(hit._replace(distance_m=metres), asked, assets.assets.iloc[0], "km")
    assert (said_now == "right here") == (said == "right here")


@pytest.mark.parametrize(("metres", "far"), [(799.9, False), (800.0, True)])
def test_a_vague_place_is_in_its_town_under_800_metres(metres: float, far: bool) -> None:
    asked = ask(near=(HOME,))
    assets = catalog(row("a", **north(1000)))
    (hit,) = search(assets, asked).hits("match")
    vague = {"location_precision": "area", "city": "Milltown", "geometry": None}
    said = way(hit._replace(distance_m=metres), asked, vague, "km")
    assert said.startswith("in Milltown") and (", about " in said) == far


@pytest.mark.parametrize(("rows", "told"), [(4, True), (5, False)])
def test_a_point_that_four_rows_share_may_be_a_door(rows: int, told: bool) -> None:
    draft: Any = SimpleNamespace(lat=[37.9] * rows, lon=[-89.0] * rows)
    homes: Any = SimpleNamespace(homes=[(0, None)])
    assert bool(hiding.doors_of(draft, homes)) == told


@pytest.mark.parametrize(("metres", "blocks"), [(399.0, 1), (401.0, 2)])
def test_one_block_is_400_metres(metres: float, blocks: int) -> None:
    hits = [
        ranges.AddressHit(lat, -79.0, "Oak Street", "", 50, "address range")
        for lat in (34.6, north_of(34.6, metres))
    ]
    assert len(ranges._apart(hits)) == blocks


@pytest.mark.parametrize(("metres", "places"), [(999.0, 1), (1001.0, 2)])
def test_places_of_one_name_are_apart_from_a_kilometre_on(metres: float, places: int) -> None:
    parks = [Place("Oak Park", lat, -79.0, "landmark") for lat in (34.6, north_of(34.6, metres))]
    result = Locator(Gazetteer([], "US", "NC"), landmarks=parks).resolve("Oak Park")
    assert bool(result.note) == (places == 2)
