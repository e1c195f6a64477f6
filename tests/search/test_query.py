"""What can be asked, and what is refused with a sentence that says what to write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from finder_tables import HOME, NOW, ask

from assetmap.schedule import window
from assetmap.search import Query, QueryError


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ({"needs": ("narcotic",)}, "'narcotic' is not a need we know; use one of bed_", "help."),
        ({"kinds": ("bar",)}, "'bar' is not a kind we know; use one of meeting, ", ", other."),
        ({"not_kinds": ("bar",)}, "'bar' is not a kind we know; use one of meeting, ", "other."),
        ({"formats": ("fax",)}, "'fax' is not a format we know; use one of in_person, online", "."),
        ({"welcomes": ("cats",)}, "'cats' is not a group of people we know; use one of wo", "."),
        ({"medications": ("tea",)}, "'tea' is not a medicine we know; use one of bup", "any."),
        ({"wants": ("cake",)}, "'cake' is not a wish we know; use one of volunteers, ", "."),
        ({"yes": ("name",)}, "'name' is not a yes/no field; use one of children_welcome", "."),
        ({"no": ("cost",)}, "'cost' is not a yes/no field; use one of children_welcome", "."),
        ({"within_m": 5.0}, "A distance needs a place: say near what.", ""),
        (
            {"near": (HOME,), "within_m": 0.0},
            "The distance must be more than 0 and less than round the world.",
            "",
        ),
        (
            {"near": (HOME,), "within_m": float("nan")},
            "The distance must be more than 0 and less than round the world.",
            "",
        ),
        ({"age": -1}, "The age -1 is not between 0 and 120.", ""),
        ({"age": 121}, "The age 121 is not between 0 and 120.", ""),
    ],
)
def test_a_question_that_cannot_be_asked(asked: dict[str, Any], start: str, end: str) -> None:
    with pytest.raises(QueryError) as error:
        ask(**asked)
    message = str(error.value)
    assert message.startswith(start)
    assert message.endswith(end)
    assert end or message == start


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(QueryError, match=r"^The clock `at` needs a time zone\.$"):
        Query(at=datetime(2026, 11, 20))


def test_words_people_type_are_the_ids_they_mean() -> None:
    query = ask(kinds=("Recovery meeting",), languages=("Spanish",), programs=("AA",))
    assert (query.kinds, query.languages, query.programs) == (("meeting",), ("es",), ("aa",))


def test_what_was_said_twice_is_said_once_in_the_order_it_was_said() -> None:
    query = ask(needs=("job", "home", "job"), yes=("walk_in", "walk_in"), no=("id_required",) * 2)
    assert (query.needs, query.yes, query.no) == (
        ("job", "home"),
        ("walk_in",),
        ("id_required",),
    )


def test_asked_names_what_is_asked_and_nothing_else() -> None:
    assert ask().asked == ()
    query = Query(
        at=NOW, when=window("now", NOW), near=(HOME,), within_m=1.0, age=0, beds=True, text="x"
    )
    assert query.asked == ("text", "near", "within_m", "when", "age", "beds")


@pytest.mark.parametrize(
    ("asked", "bed"),
    [({}, False), ({"beds": True}, True), ({"needs": ("bed_tonight",)}, True)],
)
def test_a_bed_is_asked_for_by_itself_or_as_a_need(asked: dict[str, Any], bed: bool) -> None:
    assert ask(**asked).wants_bed is bed
