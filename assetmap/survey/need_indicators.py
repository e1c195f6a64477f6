"""Published survey shares as need indicators of areas, with their margins: for the gap view.

Only shown cells of the published tables are used, and only the last wave of each question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from assetmap.survey.counts import WHOLE
from assetmap.survey.rules import NOT_SHOWN

QUESTIONS = ("needs", "barriers")
COLUMNS = ("id", "indicator", "value", "moe", "year")


def need_indicators(
    table: pd.DataFrame,
    unit_of: Mapping[str, str],
    questions: Sequence[str] = QUESTIONS,
) -> pd.DataFrame:
    """One row an area and answer: id, indicator (`needs:home`), value, moe, year.

    `table` is a published table, `unit_of` says in which of its units an area lies. The value is
    the share of those who answered, in percent; `moe` is the larger arm of its 95% interval, in
    points. `year` is the wave. Areas whose unit is not shown have no row.
    """
    inside = table[
        table["question"].isin(questions)
        & (table["area"] != WHOLE)
        & (table["count"] != NOT_SHOWN)
        & (table["estimate"] != "")
    ]
    rows: list[dict[str, object]] = []
    for question, lines in inside.groupby("question", sort=False):
        last = lines[lines["wave"] == lines["wave"].iloc[-1]]
        for row in last.to_dict("records"):
            share, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
            for area, unit in unit_of.items():
                if unit == row["area"] and area != unit:
                    rows.append(
                        {
                            "id": area,
                            "indicator": f"{question}:{row['answer']}",
                            "value": round(100 * share, 1),
                            "moe": round(100 * max(high - share, share - low), 1),
                            "year": row["wave"],
                        }
                    )
    return pd.DataFrame(rows, columns=list(COLUMNS))
