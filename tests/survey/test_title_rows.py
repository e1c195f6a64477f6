"""Rows above the header: titles go, the first of two header rows stays."""

from __future__ import annotations

import pytest

from assetmap.survey.opened import untitled
from assetmap.survey.sheet import AnswerTable

NAMES = ["Respondent", "Age", "Area", "A home", "A job", "A ride"]
PEOPLE = [["1", "34", "East", "A home", "", ""], ["2", "41", "West", "", "A job", "A ride"]]
SPARSE = ["", "", "", "Which of these would help?", "", ""]
OVER_NOTHING = ["Respondent", "Which of these would help?", "", "", "", ""]
OPTIONS = ["", "A home", "A job", "A ride", "Food", "Other"]
TITLE = ["Recovery survey 2026", "", "", "", "", ""]
PAIR = ["Exported", "Nov 2026", "", "", "", ""]
BLANK = [""] * 6


@pytest.mark.parametrize("above", [[], [TITLE], [TITLE, BLANK], [TITLE, PAIR, BLANK]])
@pytest.mark.parametrize(
    "header",
    [[NAMES], [["", *NAMES[1:]]], [SPARSE, NAMES], [OVER_NOTHING, OPTIONS]],
    ids=["one", "a column without a name", "sparse", "pair"],
)
def test_titles_go_and_header_rows_stay(above: list[list[str]], header: list[list[str]]) -> None:
    table = AnswerTable("answers", [*above, *header, *PEOPLE], "utf-8")
    assert untitled(table).rows == [*header, *PEOPLE]
