"""What a link carries after `#`: the same answers come out, and nothing else gets in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap import vocabulary
from assetmap.web import links

TODAY = date(2026, 11, 20)
DISTANCES = (1609.344, 8046.72)
LANGUAGES = ("en", "es")
NEEDS = links.first_needs()
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "needs": st.lists(st.sampled_from(NEEDS), min_size=1, unique=True),
        "yes": st.lists(st.sampled_from(links.yes_choices()), min_size=1, unique=True),
        "no": st.lists(st.sampled_from(links.NOT_WHERE), min_size=1, unique=True),
        "concerns": st.lists(st.sampled_from(["alcohol", "gambling"]), min_size=1, unique=True),
        "also": st.lists(
            st.sampled_from([("needs", "dental"), ("kinds", "dentist")]), min_size=1, unique=True
        ),
        "where": st.text(min_size=1, max_size=40),
        "within": st.sampled_from([None, *DISTANCES]),
        "when": st.sampled_from(links.WHENS),
        "day": st.dates(TODAY, date(2026, 12, 17)),
        "age": st.integers(1, 120),
        "languages": st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True),
        "costs": st.lists(st.sampled_from(links.COSTS), min_size=1, unique=True),
        "part": st.sampled_from([*links.PARTS, "18:00-20:30"]),
        "no_call": st.just(True),
    },
)


def read(fragment: str) -> links.Shared | None:
    return links.read(fragment, TODAY, DISTANCES, LANGUAGES)


@given(ANSWERS)
def test_every_answer_comes_back(answers: dict[str, Any]) -> None:
    shared = read(links.of_answers(answers))
    assert shared == links.Shared(answers)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_a_list_comes_back_whatever_its_ids_hold(ids: list[str]) -> None:
    shared = read(links.of_ids(ids))
    assert shared == links.Shared({}, ids=ids)


@pytest.mark.parametrize(
    ("fragment", "answers"),
    [
        ("find&needs=talk&needs=nonsense&needs=talk", {"needs": ["talk"]}),
        ("find&needs=dental", {}),  # not one of the first screen
        ("find&also=needs:dental&also=kinds:nonsense&also=id:1", {"also": [("needs", "dental")]}),
        ("find&age=17", {"age": 17}),
        ("find&age=170&age=-1&age=%C2%B2", {}),
        ("find&within=8047", {"within": 8046.72}),
        ("find&within=8048&within=nan", {}),
        ("find&day=2026-11-19&when=never&languages=fr", {}),
        ("find&here=37.9,-89&chosen=x&_x=1", {}),
        ("find&free=no", {}),
        ("find&free=yes", {"costs": ["free"]}),  # as links of last year have it
        ("find&part=25:00-26:00&part=1:00-2:00&part=noon", {}),
        ("find&where=" + "x" * 500, {"where": "x" * links.LONGEST_TEXT}),
        ("find&", {}),
    ],
)
def test_only_what_the_form_offers_gets_in(fragment: str, answers: dict[str, Any]) -> None:
    assert read(fragment) == links.Shared(answers)


@pytest.mark.parametrize(
    "fragment",
    ["", "card=", "a-heading", "find", "find&where=" + "x" * 9000, "find" + "&a=1" * 300],
)
def test_what_is_no_link_of_ours_is_left_alone(fragment: str) -> None:
    assert read(fragment) is None


def test_a_card_is_named_by_its_id() -> None:
    assert read("card=own%3Ahome") == links.Shared({}, card="own:home")


def test_the_names_of_questions_with_many_answers_are_vocabularies() -> None:
    for terms in links.MANY.values():
        assert vocabulary.terms(terms)
