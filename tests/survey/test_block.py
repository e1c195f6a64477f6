"""What a block says of the questionnaire: who answered "none" gave no other answer."""

from __future__ import annotations

import numpy as np

from assetmap.survey.attack import Attack
from assetmap.survey.block import block
from assetmap.survey.counts import NOWHERE, Tally, Wave
from assetmap.survey.questions import Question
from assetmap.survey.rules import RULES

ANSWERS = {name: {"en": name, "es": name} for name in ("home", "job", "none")}


def wave(home: int, job: int, none: int, n: int) -> Wave:
    question = Question("needs", "many", {"en": "Needs"}, ANSWERS)
    counts = np.array([[home, job, none]])
    tally = Tally(question, np.array([n]), np.array([n]), counts)
    return Wave("w1", (NOWHERE,), np.array([n]), {"needs": tally})


def test_who_answered_none_gave_no_other_answer() -> None:
    """100 answered, 60 of them "home" and 45 "job": at most 40 can have said "none", and a hidden
    "home" beside 70 "none" is at most 30."""
    shown = block(wave(60, 45, 25, 100), ["needs"], RULES["cms11"], {})
    none = next(n for cell, n in shown.index.items() if cell[0::3] == ("count", "none"))
    for cell, number in shown.index.items():
        if cell.answer == "none" and cell.what == "count":
            shown.hidden.add(number)
    assert Attack(shown).extreme(none, highest=True) == 40
    other = block(wave(20, 25, 70, 100), ["needs"], RULES["cms11"], {})
    for cell, number in other.index.items():
        if cell.answer == "home" and cell.what == "count":
            other.hidden.add(number)
            home = number
    assert Attack(other).extreme(home, highest=True) == 30
