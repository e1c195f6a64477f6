"""Who was asked a follow-up: those who gave its filter's answer, whatever else was typed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.survey.given import ROWS_NAMED
from assetmap.survey.questions import Codebook, Missing, Question
from assetmap.words import text


def keep_asked(frame: pd.DataFrame, book: Codebook, problems: list[Problem]) -> None:
    """Follow-ups were asked only of those who gave the filter's answer, whatever else was typed."""
    done: set[str] = set()

    def settle(name: str) -> None:
        question = book.questions[name]
        needed = _conditions(question)
        if name in done or not needed or name not in frame:
            return
        done.add(name)
        for other in needed & set(book.questions):
            settle(other)
        if not needed <= set(frame.columns):
            return
        values: list[object] = []
        lost: list[int] = []
        asked = _asked(frame, question)
        for row, given, wanted in zip(frame["row"], frame[name], asked, strict=True):
            if not wanted and given not in (Missing.NOT_ASKED, Missing.NOT_ANSWERED):
                lost.append(int(row))
            values.append(given if wanted else Missing.NOT_ASKED)
        frame[name] = pd.Series(values, index=frame.index, dtype=object)
        if lost:
            rows = ", ".join(map(str, lost[:ROWS_NAMED]))
            rows += " …" if len(lost) > ROWS_NAMED else ""
            message = text("survey.not_asked", n=len(lost), question=name, rows=rows)
            problems.append(Problem(lost[0], name, "", "rejected", message))

    for name in book.questions:
        settle(name)


def _conditions(question: Question) -> frozenset[str]:
    if question.asked_if is not None:
        return frozenset({question.asked_if[0]})
    return question.condition.questions() if question.condition is not None else frozenset()


def _asked(frame: pd.DataFrame, question: Question) -> np.ndarray:
    """Who was asked a question, by its condition."""
    if question.asked_if is not None:
        other, answers = question.asked_if
        return np.array(
            [
                bool(given & answers) if isinstance(given, frozenset) else given in answers
                for given in frame[other]
            ],
            dtype=bool,
        )
    condition = question.condition
    assert condition is not None
    names = sorted(condition.questions())
    result = []
    for row in zip(*(frame[name] for name in names), strict=True):
        answers_of: Mapping[str, object] = dict(zip(names, row, strict=True))
        result.append(condition.holds(answers_of))
    return np.array(result, dtype=bool)
