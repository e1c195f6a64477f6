"""Equations that an attacker knows of a question, each by name."""

from __future__ import annotations

import numpy as np

from assetmap.survey.block import CountCell, block
from assetmap.survey.codebook import Question
from assetmap.survey.counts import Tally, Wave
from assetmap.survey.rules import RULES


def test_who_answered_none_gave_no_other_answer() -> None:
    labels = {"en": "q", "es": "q"}
    asked = Question("q", "many", labels, {"none": labels, "job": labels})
    people = np.array([40])
    tally = Tally(asked, people, people, np.array([[15, 25]]))
    result = block(Wave("w", ("d0",), people, {"q": tally}), ["q"], RULES["cms11"], {})
    n = result.index[CountCell("answered", "d0", "q")]
    none = result.index[CountCell("count", "d0", "q", "none")]
    job = result.index[CountCell("count", "d0", "q", "job")]
    # none + job ≤ n: fifteen who said none leave at most twenty-five for a job.
    tied = [terms for terms, low, high in result.rows if high == 0 and low == -np.inf]
    assert {none: 1.0, job: 1.0, n: -1.0} in tied
