"""Weighted shares: the file's weights, in the assessor's room, for lines that are shown."""

from __future__ import annotations

import pytest

from assetmap.files.source import Source
from assetmap.survey import codebook, opened, read, recipe, release
from assetmap.survey.answers import Answers

AGREED = recipe.ConsentRule(everyone=True, decided_by="the board", decided_on="2026-03-01")


def released(weights: list[str]) -> tuple[Answers, release.Release]:
    """40 of 100 need a home; five come by horse."""
    rows = "".join(
        f'{"Yes" if n < 40 else "No"},{"Horse" if n < 5 else "Bus"},"{weights[n]}"\n'
        for n in range(100)
    )
    source = Source("s.csv", ("Do you need a home?,How do you get here?,weight\n" + rows).encode())
    kept = opened.infer([source]).recipe
    answers = read.read([source], None, None, "w1", kept, AGREED)
    return answers, release.release(answers, answers.codebook, None)


def test_a_weighted_share_has_the_interval_of_its_effective_number() -> None:
    # By hand: Σw = 40·1 + 60·2 = 160, Σw² = 40 + 240 = 280; 160²/280 = 91.43; 40/160 = 25%.
    answers, result = released(["1,0" if n < 40 else "2" for n in range(100)])
    lines = result.weighted.set_index(["question", "answer"])
    yes = lines.loc[("do_you_need_a_home", "Yes")]
    assert yes["n_weighted"] == 100
    assert yes["effective_n"] == pytest.approx(91.4286, abs=1e-4)
    assert yes["share"] == pytest.approx(0.25)
    # Wilson for 0.25 at n = 91.4286: centre 0.2601, half 0.0870.
    assert (yes["low"], yes["high"]) == pytest.approx((0.1729, 0.3473), abs=2e-3)
    assert not [problem for problem in answers.problems if problem.field == "weight"]
    # Five people's answer has no weighted share, as it has no count; nothing of it is published.
    assert "how_do_you_get_here" not in set(result.weighted["question"])
    assert b"weight" not in release.to_csv(result)
    told = release.summary(result)["weighted"]
    assert sorted(line["share"] for line in told) == [0.25, 0.75]  # type: ignore[attr-defined]


def test_a_weight_that_is_none_is_said_and_its_person_still_counted() -> None:
    answers, result = released(["heavy" if n < 3 else "-1" if n < 5 else "1" for n in range(100)])
    (told,) = [problem.message for problem in answers.problems if problem.field == "weight"]
    assert told.startswith("s.csv: 5 weights are not a number of 0 or more.")
    yes = result.weighted.set_index(["question", "answer"]).loc[("do_you_need_a_home", "Yes")]
    assert (yes["n_weighted"], yes["share"]) == (95, pytest.approx(35 / 95))
    line = result.table[(result.table["question"] == "do_you_need_a_home")].set_index("answer")
    assert line.loc["Yes", "count"] == "40"


def test_a_question_of_one_of_our_columns_names_takes_nobodys_place() -> None:
    rows = "".join(
        f"{'Much' if n < 40 else 'Little'},{'Yes' if n % 3 else 'No'}\n" for n in range(99)
    )
    source = Source("s.csv", ("weight,row\n" + rows).encode())
    kept = opened.infer([source]).recipe
    assert [item.question.id for item in kept.items] == ["weight_2", "row_2"]
    answers = read.read([source], None, None, "w1", kept, AGREED)
    assert answers.frame["weight"].isna().all()
    with pytest.raises(codebook.CodebookError, match="`row` is a name of ours"):
        codebook.read(b"question,type,answer\nrow,one,yes\nrow,one,no\n", "book.csv")
