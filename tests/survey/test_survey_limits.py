"""Each named threshold of reading and releasing a survey holds on one side of its number only."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assetmap.files.source import UnreadableFile
from assetmap.survey import codebook, counts, history, sheet, waves
from assetmap.survey.answers import PeopleSet, key_of
from assetmap.survey.given import minors
from assetmap.survey.inferring import draft, kinds
from assetmap.survey.match import AnswerMatcher
from assetmap.survey.opened import untitled
from assetmap.survey.questions import Missing
from assetmap.survey.rules import RULES
from assetmap.survey.sheet import AnswerTable

BOOK = codebook.read(
    "question,type,answer,label_en\n"
    "needs,many,,What is needed?\nneeds,many,housing,A home\nneeds,many,job,A job\n"
    "ride,one,,How did you come?\nride,one,bus,Bus\n"
)


@pytest.mark.parametrize(("header", "question"), [("need", "needs"), ("nee", None)])
def test_four_letters_name_a_question(header: str, question: str | None) -> None:
    result = AnswerMatcher(BOOK).question(header, shortened=True)
    assert (result.id if result else None) == question


@pytest.mark.parametrize(("written", "answer"), [("hous", "housing"), ("hou", None)])
def test_four_letters_name_an_answer(written: str, answer: str | None) -> None:
    assert AnswerMatcher(BOOK).answer(BOOK.questions["needs"], written) == answer


@pytest.mark.parametrize(
    ("people", "answers"),
    [(3, {"Food, Clothes": 3, "Rent": 2}), (2, {"Food": 2, "Clothes": 2, "Rent": 2})],
)
def test_what_three_people_never_part_is_one_label(people: int, answers: dict[str, int]) -> None:
    assert kinds.answers(Counter({"Food, Clothes": people, "Rent": 2}), ",") == answers


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("wave".ljust(40), True),
        ("wave".ljust(41), False),
        ("2026 wave 2027 round", True),  # eight digits
        ("2026 wave 2027 round 1", False),
        ("2026-11 to 2026-12", True),  # as the program itself calls a wave
    ],
)
def test_the_name_of_a_wave_is_short(name: str, allowed: bool) -> None:
    assert waves.allowed(name) == allowed


@pytest.mark.parametrize(
    ("titles", "wide", "left"),
    [(6, 4, 0), (7, 4, 1), (1, 4, 0), (1, 3, 1)],
)
def test_up_to_six_titles_stand_above_four_columns(titles: int, wide: int, left: int) -> None:
    above = [["Our survey", *[""] * (wide - 1)]] * titles
    table = AnswerTable("s", [*above, ["a"] * wide, ["1"] * wide], "utf-8")
    assert len(untitled(table).rows) == left + 2


@pytest.mark.parametrize(("id", "tells"), [("abcdefgh", True), ("abcdefg", False)])
def test_an_id_of_eight_letters_tells_a_person(id: str, tells: bool) -> None:
    assert bool(key_of([], id, telling=False).id) == tells


@pytest.mark.parametrize(("people", "common"), [(10, 5), (11, 0)])
def test_half_of_the_people_in_common_make_one_survey(people: int, common: int) -> None:
    theirs = PeopleSet(frozenset(map(str, range(people))))
    mine = PeopleSet(frozenset(map(str, [*range(5), *range(100, 100 + people)])))
    assert theirs.in_common(mine) == common


@pytest.mark.parametrize(("people", "learned"), [(20, False), (21, True)])
def test_what_nine_of_ten_answered_is_everyone(people: int, learned: bool) -> None:
    """17 of the 18 who answered one question answered another: of 20 people 18 are everyone."""
    yes, nothing = frozenset({"bus"}), Missing.NOT_ANSWERED
    frame = pd.DataFrame(
        {
            "all": [yes] * 18 + [nothing] * (people - 18),
            "some": [yes] * 17 + [nothing] * (people - 17),
        }
    )
    item = BOOK.questions["ride"]
    questions = {name: item.__class__(**{**vars(item), "id": name}) for name in frame}
    result = counts.learn(frame, questions, np.zeros(people, dtype=int), RULES["cms11"])
    inside = {
        (nested.inside[0].question, nested.outside.question)
        for nested in result
        if nested.inside[0].what == nested.outside.what == "answered"
    }
    assert inside == ({("some", "all")} if learned else set())


@pytest.mark.parametrize(
    ("equal", "other", "same"),
    [(3, 0, True), (2, 0, False), (4, 1, True), (3, 1, False)],
)
def test_three_equal_numbers_and_80_of_100_make_one_wave(
    equal: int, other: int, same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_compared", lambda *_: (equal, other, equal + 1))
    wave: Any = SimpleNamespace(tallies={})
    assert history._same_people(pd.DataFrame(), wave) == same


def test_sums_are_of_twelve_numbers() -> None:
    assert history._sums([1] * 13) == set(range(1, 13))


@pytest.mark.parametrize(("largest", "young"), [("12", False), ("13", True)])
def test_a_column_up_to_12_holds_codes(largest: str, young: bool) -> None:
    left_out, _ = minors([largest, "1"], {})
    assert left_out[0] == young


@pytest.mark.parametrize(("letters", "name"), [(40, 40), (41, 38)])
def test_a_questions_own_name_has_at_most_40_letters(letters: int, name: int) -> None:
    """Else it ends with a whole word."""
    written = "do " + "you need ".ljust(letters - 6, "a") + " it"
    assert len(draft._slug(written)) == name


def test_a_survey_has_at_most_20000_columns() -> None:
    assert len(sheet._squared("s.csv", [["a"] * 20_000])[0]) == 20_000
    with pytest.raises(UnreadableFile, match="20,001 columns"):
        sheet._squared("s.csv", [["a"] * 20_001])
