"""What a published survey says: gifts beside gaps, and what was asked for. Published cells only."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from assetmap.survey.need_indicators import question_of
from assetmap.survey.questions import Codebook, answer_label, is_standard
from assetmap.words import say

GIFTS = "gifts"
ASKED = "needs"
GOOD = "strengths"
COUNTY = "county"


class Surveyed(Protocol):
    """What is needed of a community to tell what its published surveys said."""

    @property
    def releases(self) -> pd.DataFrame: ...

    @property
    def survey_book(self) -> Codebook | None: ...


def published(
    community: Surveyed, question: str, language: str = "en", most: int = 12
) -> tuple[str, pd.DataFrame | None]:
    """The latest wave and its county table of what a question asks for, largest
    share first.

    Rows whose number is not shown are left out of a ranking that could tell it; None when there is
    nothing.
    """
    releases = community.releases
    if not len(releases):
        return "", None
    name = question_of(question, releases["question"])
    rows = releases[(releases["question"] == name) & (releases["area"] == COUNTY)]
    if not len(rows):
        return "", None
    wave = str(rows["wave"].iloc[-1])
    book = community.survey_book
    rows = rows[rows["wave"] == wave]
    rows = rows[[not is_standard(book, str(name), str(answer)) for answer in rows["answer"]]]
    numbers = rows.assign(
        share=pd.to_numeric(rows["estimate"], errors="coerce"),
        least=pd.to_numeric(rows["low"], errors="coerce"),
        most=pd.to_numeric(rows["high"], errors="coerce"),
    ).dropna(subset=["share"])
    if not len(numbers):
        return wave, None
    numbers = numbers.sort_values("share", ascending=False, kind="stable").head(most)
    table = pd.DataFrame(
        {
            say("report.answer", language): [
                answer_label(book, str(name), str(answer), language) for answer in numbers["answer"]
            ],
            say("report.share", language): [f"{number:.0%}" for number in numbers["share"]],
            say("report.low", language): [_percent(number) for number in numbers["least"]],
            say("report.high", language): [_percent(number) for number in numbers["most"]],
        }
    )
    return wave, table


def _percent(value: float) -> str:
    return f"{value:.0%}" if pd.notna(value) else ""
