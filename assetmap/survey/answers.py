"""What people answered, in memory only, and what is said of it to the assessor."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from assetmap.fields import Problem
from assetmap.survey.estimates import effective_n
from assetmap.survey.questions import Codebook, Missing
from assetmap.survey.recipe import ConsentRule
from assetmap.survey.same_people import PersonKey

LEFT_OUT = ("partial", "no_consent", "under_age", "preview", "rejected", "duplicate", "empty")


@dataclass(frozen=True)
class Answers:
    """One row a person, in memory only.

    `frame`: wave, area, place, link, day (the last three as meaningless numbers), weight (number
    or missing) and a column per question that is no identifier: a frozenset of answers, text, or
    Missing. `respondents` counts the rows of the uploads, `left_out` those not in the frame, by
    reason. `guessed` says that the answers' list was made from what people answered (a recipe), not
    from what a form offers (a codebook). `keys` tell the people of the frame's rows, by index.
    """

    frame: pd.DataFrame = field(repr=False)
    codebook: Codebook = field(repr=False)
    tool: str
    respondents: int
    left_out: dict[str, int]
    dropped: list[str]
    problems: list[Problem]
    has_consent: bool
    consent: ConsentRule | None = None
    guessed: bool = False
    keys: tuple[PersonKey, ...] = field(default=(), repr=False)


def reading_summary(answers: Answers) -> dict[str, object]:
    """What the command line says of a reading; counts are for checking on made-up data only."""
    questions = []
    for question in answers.codebook.questions.values():
        if question.id not in answers.frame:
            continue
        given = answers.frame[question.id]
        asked = int(sum(value is not Missing.NOT_ASKED for value in given))
        sets = [value for value in given if isinstance(value, frozenset)]
        texts = [value for value in given if isinstance(value, str)]
        number = Counter(answer for value in sets for answer in value)
        questions.append(
            {
                "id": question.id,
                "asked": asked,
                "answered": len(sets) + len(texts),
                "answers": {a: number[a] for a in question.answers if number[a]},
            }
        )
    result: dict[str, object] = {
        "tool": answers.tool,
        "respondents": answers.respondents,
        "left_out": answers.left_out,
        "waves": sorted({str(wave) for wave in answers.frame["wave"]}),
        "questions": questions,
        "dropped": answers.dropped,
        "problems": [problem._asdict() for problem in answers.problems],
    }
    weighted = weights(answers)
    if weighted is not None:
        result["weights"] = {"people": weighted[0], "effective_n": round(weighted[1], 1)}
    return result


def weights(answers: Answers) -> tuple[int, float] | None:
    """How many people have a weight, and Kish's effective number of answers; None without any."""
    given = answers.frame["weight"].dropna()
    if not len(given) or given.min() < 0 or not given.sum() > 0:
        return None
    return len(given), effective_n(given.tolist())


def review(answers: Answers) -> pd.DataFrame:
    """Free text for the assessor's eyes: question and text, what was taken out marked.

    It stays in memory; none of it is in any table.
    """
    rows = [
        {"question": question.label["en"], "text": value}
        for question in answers.codebook.questions.values()
        if question.id in answers.frame and not question.tabled
        for value in answers.frame[question.id]
        if isinstance(value, str)
    ]
    return pd.DataFrame(rows, columns=["question", "text"])
