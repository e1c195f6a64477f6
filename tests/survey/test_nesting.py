"""Follow-ups, copies and groupings give nobody back, whatever the form says of them."""

from __future__ import annotations

import io
from typing import NamedTuple

import pandas as pd
import pytest

from assetmap.survey import codebook, read, release
from assetmap.survey.answers import Answers
from assetmap.survey.questions import parse_condition
from assetmap.survey.release import Release
from assetmap.survey.rules import NOT_SHOWN, ReleaseRefused

NEEDS = {"housing": 40, "bus": 30, "job": 24, "food": 8, "child": 7, "ride": 6}


class Source(NamedTuple):
    name: str
    data: bytes


def released(
    header: str, rows: list[str], book: str, earlier: tuple[pd.DataFrame, ...] = ()
) -> Release:
    lines = [f"respondent,wave,consent,{header}"]
    lines += [f"{n},w1,yes,{row}" for n, row in enumerate(rows)]
    codes = codebook.read("question,type,answer\n" + book)
    result = read.read([Source("w.csv", "\n".join(lines).encode())], codes)
    return release.release(result, codes, None, earlier=earlier)


def shown(made: Release) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (row["question"], row["answer"]): (row["n_answering"], row["count"])
        for row in made.table.to_dict("records")
    }


KIDS = "kids,one,yes\nkids,one,no\ncare,one,yes\ncare,one,no\n"


def test_a_follow_up_without_a_condition_does_not_count_the_others() -> None:
    # 94 have children and were asked on; printing that 94 answered would say that six have none.
    result = shown(released("kids,care", ["yes,yes"] * 62 + ["yes,no"] * 32 + ["no,"] * 6, KIDS))
    kids, care = result["kids", "yes"], result["care", "yes"]
    assert not (kids[0] == "100" and care[0] == "94")
    assert kids[1] == NOT_SHOWN
    assert care[0] == NOT_SHOWN


def test_a_follow_up_of_many_is_shown_as_before() -> None:
    result = shown(released("kids,care", ["yes,yes"] * 40 + ["yes,no"] * 30 + ["no,"] * 30, KIDS))
    assert result["care", "yes"] == ("70", "40")


def both(book: dict[str, str]) -> tuple[list[str], str]:
    rows = [f"{a},{book.get(a, a)}" for a, n in NEEDS.items() for _ in range(n)]
    fine = "".join(f"needs,one,{a}\n" for a in NEEDS)
    rough = "".join(f"topic,one,{a}\n" for a in dict.fromkeys(book.get(a, a) for a in NEEDS))
    return rows, fine + rough


def test_a_grouped_copy_in_one_release_does_not_give_its_part_back() -> None:
    result = shown(released("needs,topic", *both({"ride": "transport", "bus": "transport"})))
    assert result["needs", "ride"][1] == NOT_SHOWN
    numbers = (result["needs", "bus"][1], result["topic", "transport"][1])
    assert NOT_SHOWN in numbers  # 36 less 30 would be the six rides


def test_a_copy_hides_the_same_answers() -> None:
    result = shown(released("needs,topic", *both({})))
    for answer in NEEDS:
        assert (result["needs", answer][1] == NOT_SHOWN) == (
            result["topic", answer][1] == NOT_SHOWN
        )


@pytest.mark.parametrize("wave", ["w1", "Wave 1", "spring"])
def test_recoded_answers_of_the_same_people_are_not_published_again(wave: str) -> None:
    fine = "".join(f"needs,one,{a}\n" for a in NEEDS)
    first = released("needs", [a for a, n in NEEDS.items() for _ in range(n)], fine)
    out = pd.read_csv(io.BytesIO(release.to_csv(first)), dtype=str, keep_default_na=False)
    out["wave"] = wave
    group = {"ride": "transport", "bus": "transport"}
    rows = [group.get(a, a) for a, n in NEEDS.items() for _ in range(n)]
    rough = "".join(f"needs,one,{a}\n" for a in dict.fromkeys(rows))
    with pytest.raises(ReleaseRefused, match="are published already, with other answers"):
        released("needs", rows, rough, (out,))


def test_another_wave_of_other_people_is_published() -> None:
    fine = "".join(f"needs,one,{a}\n" for a in NEEDS)
    first = released("needs", [a for a, n in NEEDS.items() for _ in range(n)], fine)
    out = pd.read_csv(io.BytesIO(release.to_csv(first)), dtype=str, keep_default_na=False)
    out["wave"] = "w0"
    other = {"housing": 55, "bus": 21, "job": 33, "food": 12, "child": 15, "ride": 19}
    result = released("needs", [a for a, n in other.items() for _ in range(n)], fine, (out,))
    assert shown(result)["needs", "housing"] == ("155", "55")


def test_conditions_of_xlsforms_and_redcap_are_read_or_said_to_be_unread() -> None:
    assert parse_condition("${a} = pulldata('x')") is None
    condition = parse_condition("${a} != 'no' and (selected(${b}, 'x') or ${c} > 0)")
    assert condition is not None
    assert condition.holds({"a": frozenset({"yes"}), "b": frozenset({"x"}), "c": "0"})
    assert not condition.holds({"a": frozenset({"no"}), "b": frozenset({"x"}), "c": "3"})
    assert condition.holds({"a": frozenset(), "b": frozenset(), "c": "2"})
    branch = parse_condition("[needs(2)] = '1' and [kids] <> '0'")
    assert branch is not None
    assert branch.holds({"needs": frozenset({"2"}), "kids": frozenset({"1"})})
    assert not branch.holds({"needs": frozenset(), "kids": frozenset({"1"})})


def test_another_wave_of_as_many_other_people_is_published() -> None:
    """As many answered in both, but the same answers got other numbers."""
    book = codebook.read("question,type,answer\nneeds,one,home\nneeds,one,job\nneeds,one,ride\n")

    def answers(wave: str, home: int, job: int) -> Answers:
        given = ["home"] * home + ["job"] * job + ["ride"] * (200 - home - job)
        lines = [f"{n},{wave},yes,{answer}" for n, answer in enumerate(given)]
        text = "\n".join(["respondent,wave,consent,needs", *lines])
        return read.read([Source("w.csv", text.encode())], book)

    first = release.release(answers("w1", 80, 70), book, None).table
    second = release.release(answers("w2", 100, 60), book, None, earlier=[first]).table
    assert second["count"].tolist() == ["100", "60", "40"]
    # The same people under another wave's name and with grouped answers are not.
    grouped = codebook.read("question,type,answer\nasked,one,place\nasked,one,other\n")
    given = ["place"] * 150 + ["other"] * 50
    lines = [f"{n},w9,yes,{answer}" for n, answer in enumerate(given)]
    text = "\n".join(["respondent,wave,consent,asked", *lines])
    again = read.read([Source("w.csv", text.encode())], grouped)
    with pytest.raises(ReleaseRefused):
        release.release(again, grouped, None, earlier=[first])
