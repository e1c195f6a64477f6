"""What a person decides about an export that was understood by itself: a list that can be undone.

Each decision changes the recipe that was inferred, in the order they were taken, so that leaving
one out undoes it. A decision about a question or column that is no longer there changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from assetmap.survey.inferring import Inferred
from assetmap.survey.phrases import key
from assetmap.survey.questions import Question
from assetmap.survey.recipe import ConsentRule, Item, SurveyRecipe, combined
from assetmap.words import Text, text

KINDS = ("type", "merge", "name", "drop", "identifier", "sensitive", "consent", "role", "question")
ROLES = ("area", "age", "weight", "wave")
EVERYONE = "*"


class Decision(NamedTuple):
    """One choice about `subject`: a question's id, or a column.

    type: `value` is one of one, many, scale, number, text. merge: the question `value` is the same
    question. name: the answer `detail` is called `value`. drop: no question. identifier and
    sensitive: yes or no. consent: the column `subject` (or EVERYONE, decided by `value` on
    `detail`), whose answers `values` mean yes; "" for nobody. role: the column `subject` is the
    area, age, weight or wave. question: the column `subject` is a question after all.
    """

    kind: str
    subject: str
    value: str = ""
    detail: str = ""
    values: tuple[str, ...] = ()


def questions_of(decisions: Sequence[Decision]) -> frozenset[str]:
    """Columns that are questions after all: what `infer` must be told before it looks."""
    return frozenset(each.subject for each in decisions if each.kind == "question")


def decided(recipe: SurveyRecipe, decisions: Sequence[Decision]) -> SurveyRecipe:
    """The recipe with these decisions."""
    for decision in decisions:
        recipe = _with(recipe, decision)
    return recipe


def _with(recipe: SurveyRecipe, decision: Decision) -> SurveyRecipe:
    if decision.kind == "consent":
        return _consent(recipe, decision)
    if decision.kind == "role":
        return _role(recipe, decision)
    items = list(recipe.items)
    place = next((n for n, i in enumerate(items) if i.question.id == decision.subject), None)
    if place is None:
        return recipe
    item = items[place]
    if decision.kind == "drop":
        del items[place]
        gone = tuple(item.options or item.columns)
        return replace(recipe, items=tuple(items), ignored=(*recipe.ignored, *gone))
    if decision.kind == "merge":
        other = next((n for n, i in enumerate(items) if i.question.id == decision.value), None)
        if other is None or other == place:
            return recipe
        items[place] = replace(combined(item, items[other]), sure=1.0)
        del items[other]
    elif decision.kind == "name":
        items[place] = _named(item, decision.detail, decision.value)
    elif decision.kind == "type":
        items[place] = replace(item, question=_typed(item.question, decision.value), sure=1.0)
    else:
        yes = decision.value != "no"
        question = (
            replace(item.question, identifier=yes)
            if decision.kind == "identifier"
            else replace(item.question, sensitive=yes)
        )
        items[place] = replace(item, question=question)
    return replace(recipe, items=tuple(items))


def _typed(question: Question, kind: str) -> Question:
    if kind in ("text", "number"):
        return replace(question, type=kind, answers={})
    return replace(question, type=kind) if question.answers else question


def _named(item: Item, answer: str, label: str) -> Item:
    """An answer with a name of its own; two answers of one name are one. How it was written stays
    known, so that the cells are still read."""
    label = " ".join(label.split())
    answers = dict(item.question.answers)
    if not label or answer not in answers:
        return item
    spelled = [answer, *answers[answer].values()]
    same = next(
        (a for a, known in answers.items() if a != answer and key(known["en"]) == key(label)), None
    )
    if same is None:
        answers[answer] = _spelled({"en": label, "es": label}, spelled)
    else:
        answers[same] = _spelled(answers[same], spelled)
        del answers[answer]
    options = {c: (same if a == answer and same else a) for c, a in item.options.items()}
    return replace(item, question=replace(item.question, answers=answers), options=options)


def _spelled(labels: Mapping[str, str], spellings: Sequence[str]) -> dict[str, str]:
    """The labels with further spellings, each under a tag of its own."""
    known = {key(spelling) for spelling in labels.values()}
    further = [each for each in dict.fromkeys(spellings) if key(each) not in known]
    first = len(labels)
    return {**labels, **{f"written{first + n}": each for n, each in enumerate(further)}}


def _without(recipe: SurveyRecipe, column: str) -> tuple[Item, ...]:
    """The questions that do not only stand in this column."""
    kept = []
    for item in recipe.items:
        if item.options or column not in item.columns:
            kept.append(item)
        elif len(item.columns) > 1:
            kept.append(replace(item, columns=tuple(c for c in item.columns if c != column)))
    return tuple(kept)


def _consent(recipe: SurveyRecipe, decision: Decision) -> SurveyRecipe:
    if not decision.subject:
        return replace(recipe, consent=None)
    if decision.subject == EVERYONE:
        by, on = decision.value.strip(), decision.detail.strip()
        rule = ConsentRule(everyone=True, decided_by=by, decided_on=on) if by and on else None
        return replace(recipe, consent=rule)
    return replace(
        recipe,
        items=_without(recipe, decision.subject),
        consent=ConsentRule(decision.subject, decision.values),
        ignored=tuple(each for each in recipe.ignored if each != decision.subject),
    )


def _role(recipe: SurveyRecipe, decision: Decision) -> SurveyRecipe:
    role, column = decision.value, decision.subject
    roles = {name: held for name, held in recipe.roles.items() if name != role}
    before = recipe.roles.get(role)
    ignored = [each for each in recipe.ignored if each != column]
    if before and before != column and role != "age":
        ignored.append(before)
    if not column:
        return replace(recipe, roles=roles, ignored=tuple(ignored))
    # An age is also a question; the others are only bookkeeping.
    items = recipe.items if role == "age" else _without(recipe, column)
    return replace(
        recipe, items=items, roles={**roles, role: column}, ignored=tuple(dict.fromkeys(ignored))
    )


def doubtful(recipe: SurveyRecipe) -> list[Item]:
    """The questions, the one whose reading is least sure first."""
    return sorted(recipe.items, key=lambda item: item.sure - 0.5 * only_codes(item))


def only_codes(item: Item) -> bool:
    """Whether the answers have no words yet ("A1", "2"), so that nobody could read the table."""
    answers = item.question.answers
    return item.question.type in ("one", "many") and any(
        key(labels["en"]) == key(answer) and any(c.isdigit() for c in answer)
        for answer, labels in answers.items()
    )


def sentence(decision: Decision, inferred: Inferred) -> Text:
    """The decision in words."""
    labels = {item.question.id: item.question.label["en"] for item in inferred.recipe.items}
    answers = {item.question.id: item.question.answers for item in inferred.recipe.items}
    subject = labels.get(decision.subject, decision.subject)
    if decision.kind == "consent" and decision.subject in ("", EVERYONE):
        name = "survey.decided_nobody" if not decision.subject else "survey.decided_everyone"
        return text(name, by=decision.value, on=decision.detail)
    if decision.kind == "role":
        return text(f"survey.decided_{decision.value}", column=subject or "—")
    spelled = answers.get(decision.subject, {}).get(decision.detail, {})
    return text(
        f"survey.decided_{decision.kind}" + ("_not" if decision.value == "no" else ""),
        question=subject,
        other=labels.get(decision.value, decision.value),
        type=text(f"survey.type_{decision.value}") if decision.kind == "type" else "",
        answer=spelled.get("en", decision.detail),
        name=decision.value,
        yes=", ".join(f"“{each}”" for each in decision.values),
    )
