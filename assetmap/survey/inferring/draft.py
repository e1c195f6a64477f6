"""What is decided of an export so far, and the ids that its questions and answers get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assetmap.places import fold
from assetmap.survey.phrases import STANDARD, is_other, key, plain, standard_answer
from assetmap.survey.questions import BOOKKEEPING
from assetmap.survey.recipe import ConsentRule, Item, SurveyRecipe
from assetmap.survey.tools.layout import Column
from assetmap.words import Text

ID_LENGTH = 40


@dataclass
class Inferred:
    """A recipe, the area column as (column, how many cells are areas, sure), and what to ask."""

    recipe: SurveyRecipe
    area: tuple[str, str, float] | None
    to_confirm: list[Text] = field(default_factory=list)


@dataclass
class RecipeDraft:
    """What one export's columns are taken for so far; `ids` are taken question ids."""

    tool: str
    names: list[str]
    items: list[Item] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    identifiers: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    consent: ConsentRule | None = None
    area: tuple[str, str, float] | None = None
    ids: set[str] = field(default_factory=lambda: set(BOOKKEEPING))
    questions: frozenset[str] = frozenset()


def first_reading(column: Column) -> str:
    """What a column asks: its first reading, else its name."""
    return column.readings[0][0] if column.readings else column.name


# What parts a group from its question in a tool's own names.
_GROUP_MARKS = {"kobo": "/.", "odk": "-"}


def header_of(tool: str, column: Column) -> str:
    """The column's header without the groups that it stands in, where it is a name of the tool."""
    header = first_reading(column)
    marks = _GROUP_MARKS.get(tool, "")
    if not marks or re.search(r"\s", header):
        return header
    last = re.split(f"[{re.escape(marks)}]", header)[-1]
    return last if re.fullmatch(r"[A-Za-z_]\w*", last) else header


def is_number(folded: str) -> bool:
    """Whether an answer (as `phrases.key` folds it) is a number."""
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", folded))


def label_of(label: str) -> str:
    """A question's label without markup, never empty."""
    return plain(label) or label


def code_of(column: Column, label: str) -> str:
    """The tool's own short name of a question, else its label ("Q3" says nothing)."""
    last = re.split(r"/", column.name)[-1]
    if re.fullmatch(r"[QqVv]?\d+([_.]\d+)*", last) and label != last:
        return label
    if re.fullmatch(r"[A-Za-z]\w*", last) and len(last) <= 32:
        return last
    odk = column.name.rpartition("-")[2]
    if "-" in column.name and re.fullmatch(r"[A-Za-z]\w*", odk) and " " not in column.name:
        return odk
    return label


def _slug(written: str) -> str:
    folded = re.sub(r"\([^()]*\)", " ", fold(written)) if len(written) > 12 else fold(written)
    slug = re.sub(r"[^a-z0-9]+", "_", folded or fold(written)).strip("_")
    if len(slug) > ID_LENGTH:
        slug = slug[:ID_LENGTH].rpartition("_")[0] or slug[:ID_LENGTH]
    return slug or re.sub(r"\W+", "_", written.casefold()).strip("_")[:ID_LENGTH] or "question"


def question_id(draft: RecipeDraft, written: str) -> str:
    """A new id for a question, from the tool's own name or its label."""
    base = written if re.fullmatch(r"[A-Za-z]\w{0,31}", written) else _slug(written)
    name, number = base, 1
    while name in draft.ids:
        number += 1
        name = f"{base}_{number}"
    draft.ids.add(name)
    return name


def answer_id(option: str, answers: Mapping[str, object]) -> str:
    """An id for an answer: a standard one, the answer itself if short, else a slug."""
    folded = key(option)
    standard = standard_answer(option)
    if folded in STANDARD or (standard and standard != "none"):
        base = standard or folded
    elif is_other(option):
        base = "other"
    elif re.fullmatch(r"-?\d+(\.\d+)?", folded) or re.fullmatch(r"[A-Za-z][\w-]{0,24}", option):
        base = folded if is_number(folded) else option
    else:
        base = _slug(option)
    if base.startswith("-") and not is_number(base):
        base = base.strip("-")
    name, number = base, 1
    while name in answers:
        number += 1
        name = f"{base}_{number}"
    return name
