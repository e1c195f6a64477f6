"""Which question of a survey asks for needs, barriers, gifts or strengths, whatever it is called.

A published table names questions by id only, and an id made from a wording still says what it
asks ("what_do_you_need_now"). The patterns are data (`vocabulary/survey_topics.csv`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from assetmap import vocabulary
from assetmap.places import fold

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
        whole = [
            name for name in matching if not re.search(r"(^|_)(top|other|main|which)(_|$)", name)
        ]
        if matching:
            return (whole or matching)[0]
    return None


def topic_of(question: str) -> str | None:
    """The topic that a question's id speaks of; None for any other."""
    return next((topic for topic in TOPICS if question_of(topic, [question])), None)
