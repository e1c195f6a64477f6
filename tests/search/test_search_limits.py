"""Each named threshold of searching holds on one side of its number and not on the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from finder_tables import HOME, NOW, ZONE, ask, catalog, find, north, row

from assetmap.places import METRES_IN, Gazetteer, Place
from assetmap.search import search
from assetmap.search.alternatives import relax
from assetmap.search.reasons import _day, length
from assetmap.search.understand import understand
from assetmap.search.understand.lexicon import plain_text


@pytest.mark.parametrize(
    ("hours", "beds", "group"),
    [
        (24.0, "1", "match"),
        (24.1, "1", "ask"),  # a count of a day is no longer certain
        (24.0, "0", ""),
        (24.1, "0", "ask"),
    ],
)
def test_a_count_of_beds_is_sure_for_a_day(hours: float, beds: str, group: str) -> None:
    told = (NOW - timedelta(hours=hours)).isoformat()
    home = row("a", "recovery_home", beds_open=beds, beds_as_of=told)
    groups = find([home], ask(kinds=("recovery_home",), beds=True))
    assert "".join(name for name, ids in groups.items() if ids) == group


@pytest.mark.parametrize(("rows", "shown"), [(20, 20), (21, 20)])
def test_at_most_20_near_misses_are_kept(rows: int, shown: int) -> None:
    meetings = [row(f"m{n}", format="online") for n in range(rows)]
    assert len(find(meetings, ask(formats=("in_person",)))["near_miss"]) == shown


@pytest.mark.parametrize(("age", "group"), [(17, "ask"), (18, "match")])
def test_a_child_is_only_sent_where_children_are_taken(age: int, group: str) -> None:
    """The list names the highest age only: the lowest was thought of for adults."""
    groups = find([row("a", age_max="25")], ask(age=age))
    assert [name for name, ids in groups.items() if ids] == [group]


@pytest.mark.parametrize(
    ("clock", "moment", "day"),
    [
        ((20, 9, 0), (20, 17, 0), "tonight"),
        ((20, 9, 0), (20, 16, 59), "today"),
        ((20, 18, 0), (21, 4, 59), "late tonight"),
        ((20, 18, 0), (21, 5, 0), "tomorrow"),
        ((20, 4, 59), (21, 1, 0), "tomorrow"),
    ],
)
def test_a_night_is_from_five_to_five(
    clock: tuple[int, int, int], moment: tuple[int, int, int], day: str
) -> None:
    asked, begins = (datetime(2026, 11, *each, tzinfo=ZONE) for each in (clock, moment))
    assert _day(begins, asked, "en") == day


def test_no_distance_is_under_a_tenth() -> None:
    lengths = [length(miles * METRES_IN["mi"], "mi") for miles in (0.0, 0.14, 0.16)]
    assert lengths == ["0.1 mi", "0.1 mi", "0.2 mi"]


@pytest.mark.parametrize(("metres", "offered"), [(2_990, True), (3_010, False)])
def test_a_wider_search_is_three_times_as_wide(metres: float, offered: bool) -> None:
    assets = catalog(row("a", **north(metres)))
    asked = ask(near=(HOME,), within_m=1_000.0)
    wider = [each for each in relax(assets, asked) if each.field == "within_m"]
    assert bool(wider and search(assets, wider[0].query).hits("match")) == offered


@pytest.mark.parametrize(("letters", "kept"), [(600, 600), (601, 600)])
def test_a_wish_is_read_up_to_600_letters(letters: int, kept: int) -> None:
    assert len(plain_text("a" * letters)) == kept


def asked(wish: str) -> dict[str, Any]:
    return understand(wish, Gazetteer([], "US", "IL"), NOW, "en").as_document()


@pytest.mark.parametrize(
    ("wish", "hours"), [("meeting in 719 minutes", True), ("meeting in 12 hours", False)]
)
def test_in_so_many_hours_is_read_under_twelve(wish: str, hours: bool) -> None:
    assert bool(asked(wish)["when"]) == hours


def test_what_begins_soon_begins_within_two_hours() -> None:
    """Asked at 18:00 for half an hour later: from 18:15 on, two hours."""
    assert asked("meeting in half an hour")["when"] == "2026-11-20 18:15-20:15"


@pytest.mark.parametrize(
    ("wish", "kinds"),
    [
        ("families of people in recovery", ["family_group"]),  # weighs four in kind_words.csv
        ("refuge of recovery", []),  # weighs three
        ("home takes a b c suboxone", []),  # three words between: a home that takes it …
        ("home takes a b c d suboxone", ["recovery_medicine_clinic"]),  # … else a clinic
    ],
)
def test_a_word_that_weighs_four_names_a_kind_and_taking_reaches_three_words(
    wish: str, kinds: list[str]
) -> None:
    assert list(asked(wish)["kinds"]) == kinds


@pytest.mark.parametrize(
    ("name", "near"),
    [("Fort Oak On The Green Hill", True), ("New Fort Oak On The Green Hill", False)],
)
def test_the_name_of_a_place_has_at_most_six_words(name: str, near: bool) -> None:
    places = Gazetteer([Place(name, 37.9, -89.0, "town")], "US", "IL")
    document = understand(f"food near {name}", places, NOW, "en").as_document()
    assert (document["near"] == name) == near


@pytest.mark.parametrize(("hours", "first"), [(72.0, "counted"), (72.1, "shelter")])
def test_a_count_of_three_days_is_called_first(hours: float, first: str) -> None:
    told = (NOW - timedelta(hours=hours)).isoformat()
    rows = [
        row("counted", "recovery_home", beds_open="1", beds_as_of=told),
        row("shelter", "shelter"),
    ]
    kinds = ("recovery_home", "shelter")
    assert find(rows, ask(kinds=kinds, beds=True))["ask"][0] == first
