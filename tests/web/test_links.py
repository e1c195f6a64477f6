"""What a link carries after `#`: the same answers come out, and nothing else gets in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.web import asking, links, questions
from assetmap.web.asking import FormAnswers

UNIT = "mi"
NOTHING = asking.read([], UNIT)
TEXTS = st.text(min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
PICKED = {
    "needs": ("home", "dental", "give_back"),
    "kinds": ("dentist", "library"),
    "yes": ("children_welcome", "walk_in"),
    "no": questions.NOT_WHERE,
    "concerns": ("alcohol", "gambling"),
    "languages": ("en", "es"),
    "costs": questions.COSTS,
    "not_pathways": ("twelve_step",),
    "not_kinds": ("library",),
}
MANY = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(ids), min_size=1, unique=True).map(tuple)
        for name, ids in PICKED.items()
    },
)
ANSWERS = st.builds(
    FormAnswers,
    q=TEXTS,
    where=TEXTS,
    within=st.sampled_from([None, *asking.distances(UNIT)]),
    when=st.sampled_from([when for when in asking.WHENS if when != "day"]),
    age=st.none() | st.integers(0, 120),
    beds=st.booleans(),
    no_call=st.booleans(),
    picked=MANY,
) | st.builds(
    FormAnswers,
    where=TEXTS,
    within=st.just(NOTHING.within),
    when=st.just("day"),
    day=st.dates().map(str),
    begin=st.just("18:00"),
    end=st.just("20:30"),
)


@given(ANSWERS)
def test_every_answer_comes_back(answers: FormAnswers) -> None:
    assert links.read(links.of_answers(answers), UNIT) == links.Shared(answers)
    own = "form" + links.of_answers(answers).removeprefix("find")
    assert links.read(own, UNIT) == links.Shared(answers, own=True)


def test_without_a_place_no_distance_is_handed_on() -> None:
    assert links.of_answers(replace(NOTHING, age=17)) == "find&age=17"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_a_list_comes_back_whatever_its_ids_hold(ids: list[str]) -> None:
    assert links.read(links.of_ids(ids), UNIT) == links.Shared(ids=ids)


@pytest.mark.parametrize(
    ("fragment", "answers"),
    [
        ("find&needs=talk&needs=nonsense&needs=talk", {"picked": {"needs": ("talk",)}}),
        ("find&age=17", {"age": 17}),
        ("find&age=170&age=-1&age=%C2%B2", {}),
        ("find&within=8047", {"within": 8046.72}),
        ("find&within=8048&within=nan", {}),
        ("find&day=yesterday&when=never&languages=xx", {}),
        ("find&here=37.9,-89&chosen=x&_x=1&do=clear&list=a", {}),
        ("find&where=" + "x" * 500, {"where": "x" * asking.LONGEST_TEXT}),
        ("find&", {}),
        # As links of last year have it.
        (
            "find&also=needs:dental&also=kinds:nonsense&also=id:1&also=kinds:dentist",
            {"picked": {"needs": ("dental",), "kinds": ("dentist",)}},
        ),
        ("find&free=no", {}),
        ("find&free=yes", {"picked": {"costs": ("free",)}}),
        ("find&format=online", {"picked": {"formats": ("online",)}}),
        (
            "find&when=day&day=2026-11-20&part=evening",
            {"when": "day", "day": "2026-11-20", "begin": "17:00", "end": "23:00"},
        ),
        ("find&when=tonight&day=2026-11-20", {"when": "tonight"}),
        ("find&part=25:00-26:00&part=1:00-2:00&part=noon", {}),
    ],
)
def test_only_what_the_form_offers_gets_in(fragment: str, answers: dict[str, Any]) -> None:
    assert links.read(fragment, UNIT) == links.Shared(replace(NOTHING, **answers))


@pytest.mark.parametrize(
    "fragment",
    ["", "card=", "a-heading", "find", "find&where=" + "x" * 9000, "find" + "&a=1" * 300],
)
def test_what_is_no_link_of_ours_is_left_alone(fragment: str) -> None:
    assert links.read(fragment, UNIT) is None


def test_a_card_is_named_by_its_id() -> None:
    assert links.read("card=own%3Ahome", UNIT) == links.Shared(card="own:home")
