"""Published survey shares as need indicators of areas, with their margins: for the gap view.

Only shown cells of the published tables are used, and only the last wave of each question.

A published table names questions by id only, and an id made from a wording still says what it
asks ("what_do_you_need_now"). The patterns are data (`vocabulary/survey_topics.csv`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pandas as pd

from assetmap import vocabulary
from assetmap.places import fold
from assetmap.survey.counts import WHOLE
from assetmap.survey.questions import Codebook, is_standard
from assetmap.survey.rules import NOT_SHOWN

FOLLOW_UP = re.compile(r"(^|_)(top|other|main|which)(_|$)")
TOPICS = ("needs", "barriers", "gifts", "strengths")


@cache
def _patterns(topic: str) -> tuple[re.Pattern[str], ...]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "survey_topics.csv")
    return tuple(re.compile(row["pattern"]) for row in rows if row["topic"] == topic)


def question_of(topic: str, questions: Iterable[str]) -> str | None:
    """The question that asks for a topic: the one named so, else the first whose id says it.

    A follow-up ("top_need", "needs_other") gives way to the question it follows.
    """
    ids = list(dict.fromkeys(questions))
    for pattern in _patterns(topic):
        matching = [name for name in ids if pattern.search(fold(name.replace("_", " ")))]
        whole = [name for name in matching if not FOLLOW_UP.search(name)]
        if matching:
            return (whole or matching)[0]
    return None


def topic_of(question: str) -> str | None:
    """The topic that a question's id speaks of; None for any other."""
    return next((topic for topic in TOPICS if question_of(topic, [question])), None)


AS_NEED = ("needs", "barriers")
COLUMNS = ("id", "indicator", "value", "moe", "year", "question", "wave")
# Other indicators' margins are of 90%, as the Census gives them; the tables' intervals are of 95%.
TO_90 = 1.6448536269514722 / 1.959963984540054


def need_indicators(
    table: pd.DataFrame,
    unit_of: Mapping[str, str],
    topics: Sequence[str] = AS_NEED,
    book: Codebook | None = None,
) -> pd.DataFrame:
    """One row an area and answer: id, indicator (`needs:home`), value, moe, year, question, wave.

    `topics` are what the questions ask (`topics.question_of`), whatever they are called. `table`
    is a published table, `unit_of` says in which of its units an area lies. The value is the share
    of those who answered, in percent; `moe` is the larger arm of its interval at 90%, in points.
    `year` is in the wave's name, or missing. Areas whose unit is not shown have no row; "none of
    these" and its like are no need, as far as the `book` words them.
    """
    names = list(dict.fromkeys(table["question"]))
    topic_of = {question_of(topic, names): topic for topic in topics}
    inside = table[
        table["question"].isin([name for name in topic_of if name])
        & (table["area"] != WHOLE)
        & (table["count"] != NOT_SHOWN)
        & (table["estimate"] != "")
    ]
    rows: list[dict[str, object]] = []
    for question, lines in inside.groupby("question", sort=False):
        last = lines[lines["wave"] == lines["wave"].iloc[-1]]
        for row in last.to_dict("records"):
            if is_standard(book, str(question), str(row["answer"])):
                continue
            share, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
            year = re.search(r"\b(?:19|20)\d{2}\b", str(row["wave"]))
            for area, unit in unit_of.items():
                if unit == row["area"]:
                    rows.append(
                        {
                            "id": area,
                            "indicator": f"{topic_of[str(question)]}:{row['answer']}",
                            "value": round(100 * share, 1),
                            "moe": round(100 * max(high - share, share - low) * TO_90, 1),
                            "year": int(year[0]) if year else None,
                            "question": question,
                            "wave": row["wave"],
                        }
                    )
    return pd.DataFrame(rows, columns=list(COLUMNS))
