"""Each named threshold of inferring a recipe holds on one side of its number, not on the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from assetmap.files.source import Source
from assetmap.survey import opened
from assetmap.survey.inferring import kinds, roles, sheets
from assetmap.survey.inferring.draft import RecipeDraft
from assetmap.survey.questions import Question
from assetmap.survey.recipe import Item


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:02}")


def type_of(*cells: str, times: int = 5) -> str:
    """The type of the only question of an export with these answers, each so many times."""
    rows = "".join(f"yes,{cell}\n" for cell in cells for _ in range(times))
    recipe = opened.infer([Source("s.csv", f"consent,what is it\n{rows}".encode())]).recipe
    (item,) = recipe.items
    return item.question.type


def test_a_choice_has_at_most_30_answers() -> None:
    words = [f"made of {letters(number)}" for number in range(31)]
    assert (type_of(*words[:30]), type_of(*words)) == ("one", "text")


def test_a_scale_has_at_most_11_steps() -> None:
    assert type_of(*map(str, range(11))) == "scale"
    assert type_of(*map(str, range(12))) == "number"


def test_answers_longer_than_60_letters_are_a_persons_own_words() -> None:
    assert type_of("a" * 60, "b" * 60) == "one"
    assert type_of("a" * 61, "b" * 60) == "text"


@pytest.mark.parametrize(("people", "kept"), [(29, {"ride": 3, "job": 2}), (30, {"ride": 3})])
def test_a_rare_answer_counts_where_fewer_than_30_people_answered(
    people: int, kept: dict[str, int]
) -> None:
    """Of 30 people an answer of two is no choice of the form, an answer of three is one."""
    assert kinds._choices(Counter({"ride": 3, "job": 2}), people) == kept


@pytest.mark.parametrize(("numbers", "fits"), [(18, True), (17, False)])
def test_a_weight_is_a_number_in_nine_of_ten_cells(numbers: int, fits: bool) -> None:
    values = Counter({"1.5": numbers, "none yet": 20 - numbers})
    assert roles.fits_role("weight", values, 20) == fits


@pytest.mark.parametrize(("sure", "asked"), [(0.8, False), (0.79, True)])
def test_what_is_less_sure_than_80_of_100_is_asked(sure: float, asked: bool) -> None:
    question = Question("ride", "text", {"en": "How do you get here?", "es": "x"}, {})
    draft = RecipeDraft("plain", ["ride"], [Item(question, ("ride",), sure=sure)])
    assert any("How do you get here?" in text for text in sheets._to_confirm(draft)) == asked


@pytest.mark.parametrize(("left", "name"), [(18, "kept.toml"), (17, "")])
def test_a_kept_recipe_opens_an_export_with_nine_of_ten_of_its_columns(
    left: int, name: str
) -> None:
    heads = [f"question about {letters(number)}" for number in range(20)]

    def export(heads: list[str]) -> Source:
        rows = [",".join(["yes", *["a bus" if n % 2 else "a job"] * len(heads)]) for n in range(20)]
        return Source("s.csv", "\n".join([",".join(["consent", *heads]), *rows]).encode())

    recipe = opened.infer([export(heads)]).recipe
    recipe = replace(recipe, items=tuple(item for item in recipe.items if item.columns[0] in heads))
    assert len(recipe.items) == 20
    assert opened.fitting([export(heads[:left])], {"kept.toml": recipe}) == name
