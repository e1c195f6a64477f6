"""Shares with the weights of the file, for the assessor's eyes.

The published table counts people. Where a file has a weight for each person, the weighted share
stands beside it for whoever prepares the table, with an interval from Kish's effective number of
answers. It is not published: with weights that follow from areas, a weighted share of the whole
county would narrow the hidden numbers of its areas.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from assetmap.survey.counts import WHOLE
from assetmap.survey.estimates import effective_n, wilson
from assetmap.survey.rules import NOT_SHOWN

COLUMNS = ("wave", "question", "answer", "n_weighted", "effective_n", "share", "low", "high")


def weighted_shares(frame: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """COLUMNS for each line of the released `table` that shows a number of the whole county.

    share = Σ w of those who gave the answer / Σ w of those who answered, over the people of the
    answers' `frame` who have a weight; low and high are Wilson's interval at the effective number
    of answers (Σw)² / Σw² (Kish 1965). Empty where nobody has a weight.
    """
    lines = []
    shown = table[(table["area"] == WHOLE) & (table["count"].astype(str) != NOT_SHOWN)]
    weighed = frame[frame["weight"].notna()]
    for (wave, question), rows in shown.groupby(["wave", "question"], sort=False):
        if question not in weighed:
            continue
        people = weighed[weighed["wave"] == wave]
        answered = np.array([isinstance(value, frozenset) for value in people[question]], bool)
        weights = people["weight"].to_numpy(dtype=float)[answered]
        if not weights.sum() > 0:
            continue
        given = people[question].to_numpy(dtype=object)[answered]
        n = effective_n(weights.tolist())
        for answer in rows["answer"]:
            ticked = np.array([answer in value for value in given], dtype=bool)
            share = float(weights[ticked].sum() / weights.sum())
            low, high = wilson(share * n, n)
            lines.append((wave, question, answer, len(weights), n, share, low, high))
    return pd.DataFrame(lines, columns=list(COLUMNS))
