"""Two guesses of one question made one: their columns together, equal answers once."""

from __future__ import annotations

from dataclasses import replace

from assetmap.survey.phrases import key
from assetmap.survey.recipe import Item


def combined(known: Item, item: Item) -> Item:
    """`known` with the columns and answers of `item`, which asks the same in another place."""
    answers = dict(known.question.answers)
    ids = {key(labels["en"]): answer for answer, labels in answers.items()}
    renamed: dict[str, str] = {}
    for answer, labels in item.question.answers.items():
        renamed[answer] = ids.setdefault(key(labels["en"]), answer)
        answers.setdefault(renamed[answer], labels)
    kind = known.question.type
    if answers and "many" in (kind, item.question.type):
        kind = "many"
    elif answers and not known.question.answers:
        kind = item.question.type
    return replace(
        known,
        question=replace(known.question, type=kind, answers=answers),
        columns=tuple(dict.fromkeys(known.columns + item.columns)),
        options={**known.options, **{c: renamed[a] for c, a in item.options.items()}},
        sure=min(known.sure, item.sure),
    )
