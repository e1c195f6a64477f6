"""A recipe: what the columns of one survey's exports are, as a file the next export opens with.

TOML, made by `infer` and corrected by a person:

    tool = "google_forms"
    identifiers = ["Your name"]          # taken out while reading
    ignored = ["Score"]                  # no question

    [consent]       # column and yes, or everyone = true, decided_by and decided_on
    column = "Do you agree to take part?"
    yes = ["I agree"]

    [roles]         # age, guardian, area, wave, day, weight, respondent, place, link …
    age = "How old are you?"

    [[question]]
    id = "needs"
    type = "many"                        # one, many, scale, number, text
    label = "What do you need now?"
    columns = ["What do you need now? (choose all)"]
    answers = {housing = "Safe place to live", ride = {en = "A ride", es = "Transporte",
               written = ["Rides / transport"]}}      # written: as it stands in the file
    options = {"needs/housing" = "housing"}   # tick boxes: column = answer
    sensitive = true

Headers are compared without numbering, markup, stars and blanks.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assetmap.survey.match import AnswerField, AnswerMatcher, Matches
from assetmap.survey.phrases import header_key, key
from assetmap.survey.questions import TYPES, Codebook, Question
from assetmap.survey.sheet import UnreadableSurvey
from assetmap.survey.tools.layout import Column
from assetmap.words import Text, text

ROLES = (
    *("respondent", "day", "wave", "area", "age", "birth_year", "guardian"),
    *("weight", "place", "link", "latitude", "longitude"),
)


class RecipeError(UnreadableSurvey):
    """A recipe that contradicts itself; the message names the place and what to change."""


@dataclass(frozen=True)
class ConsentRule:
    """How people agreed: in a column, or everyone before the first question by a decision."""

    column: str = ""
    yes: tuple[str, ...] = ()
    everyone: bool = False
    decided_by: str = ""
    decided_on: str = ""
    sure: float = 1.0


@dataclass(frozen=True)
class Item:
    """One question and where its answers stand; `sure` (0 to 1) and `why` are of the guess."""

    question: Question
    columns: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    ranked: bool = False
    sure: float = 1.0
    why: str = ""


@dataclass(frozen=True)
class SurveyRecipe:
    """Questions with their columns, and what the other columns are."""

    tool: str
    items: tuple[Item, ...]
    consent: ConsentRule | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    identifiers: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    guessed: bool = False

    def codebook(self) -> Codebook:
        """The questions as a codebook; consent is a question of its own."""
        questions = {item.question.id: item.question for item in self.items}
        return Codebook(questions, "recipe")

    def fit(self, columns: Sequence[Column]) -> float:
        """The share of this recipe's columns that an export has; 0 where its consent is missing."""
        places = set(column_keys(columns))
        if self.consent is not None and self.consent.column:
            roles = {column.role for column in columns}
            if header_key(self.consent.column) not in places and "consent" not in roles:
                return 0.0
        wanted = [c for item in self.items for c in (item.options or item.columns)]
        known = sum(header_key(column) in places for column in wanted)
        return known / len(wanted) if wanted else 0.0

    def matches(self, columns: Sequence[Column], reader: AnswerMatcher) -> Matches:
        """What each column of an export is, by this recipe alone."""
        result = Matches({}, {}, [])
        places = {name: number for number, name in enumerate(column_keys(columns))}
        for role, header in self.roles.items():
            if header_key(header) in places:
                result.roles[role] = places[header_key(header)]
        if self.consent is not None and header_key(self.consent.column) in places:
            result.roles["consent"] = places[header_key(self.consent.column)]
        for number, column in enumerate(columns):
            if column.role:
                result.roles.setdefault(column.role, number)
        used: set[int] = set(result.roles.values())
        for item in self.items:
            question = reader.book.questions.get(item.question.id)
            if question is None:
                continue
            answer_field = AnswerField(question, ranked=item.ranked)
            answer_field.columns = [
                places[header_key(c)] for c in item.columns if header_key(c) in places
            ]
            answer_field.options = {
                places[header_key(column)]: answer
                for column, answer in item.options.items()
                if header_key(column) in places
            }
            answer_field.columns = [
                number for number in answer_field.columns if number not in answer_field.options
            ]
            used.update(answer_field.columns, answer_field.options)
            if answer_field.columns or answer_field.options:
                result.fields[question.id] = answer_field
        result.left = [number for number in range(len(columns)) if number not in used]
        return result


def column_names(columns: Sequence[Column]) -> list[str]:
    """The columns' headers; a header that comes back is numbered."""
    times: Counter[str] = Counter()
    result = []
    for column in columns:
        name = header_key(column.name)
        times[name] += 1
        plain = " ".join(column.name.split())
        result.append(plain if times[name] == 1 else f"{plain} ({times[name]})")
    return result


def column_keys(columns: Sequence[Column]) -> list[str]:
    """The columns' headers in the form in which recipes compare them."""
    return [header_key(name) for name in column_names(columns)]


def read(data: bytes, name: str = "recipe.toml") -> SurveyRecipe:
    """The recipe in `data`. Raises RecipeError naming what is wrong."""
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(text("survey.recipe_broken", file=name, why=str(error))) from None
    items = []
    for number, row in enumerate(_list(document.get("question")), 1):
        items.append(_item(row, number, name))
    if not items:
        raise RecipeError(text("survey.recipe_no_questions", file=name))
    twice = [each for each, n in Counter(i.question.id for i in items).items() if n > 1]
    if twice:
        raise RecipeError(text("survey.recipe_twice", file=name, question=twice[0]))
    roles = _table(document.get("roles"))
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise RecipeError(
            text("survey.recipe_role", file=name, role=unknown[0], roles=", ".join(ROLES))
        )
    return SurveyRecipe(
        str(document.get("tool", "plain")),
        tuple(items),
        _consent(_table(document.get("consent")), name),
        {role: str(header) for role, header in roles.items()},
        tuple(map(str, _list(document.get("identifiers")))),
        tuple(map(str, _list(document.get("ignored")))),
    )


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _table(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}


def _item(row: object, number: int, name: str) -> Item:
    result = _table(row)
    question, kind = str(result.get("id", "")).strip(), str(result.get("type", "one"))
    if not question:
        raise RecipeError(text("survey.recipe_no_id", file=name, number=number))
    if kind not in TYPES:
        raise RecipeError(text("survey.recipe_type", file=name, question=question, type=kind))
    label = str(result.get("label") or question)
    spanish = str(result.get("label_es") or label)
    answers = {}
    for answer, written in _table(result.get("answers")).items():
        labels = _table(written) or {"en": written}
        english = str(labels.get("en") or answer)
        spellings = map(str, _list(labels.get("written")))
        answers[answer] = {"en": english, "es": str(labels.get("es") or english)} | {
            f"written{number}": spelled for number, spelled in enumerate(spellings)
        }
    options = {str(c): str(a) for c, a in _table(result.get("options")).items()}
    for answer in options.values():
        answers.setdefault(answer, {"en": answer, "es": answer})
    return Item(
        Question(
            question,
            kind,
            {"en": label, "es": spanish},
            answers,
            sensitive=result.get("sensitive") is True,
            identifier=result.get("identifier") is True,
        ),
        tuple(map(str, _list(result.get("columns")))),
        options,
        result.get("ranked") is True,
    )


def _consent(result: Mapping[str, object], name: str) -> ConsentRule | None:
    if not result:
        return None
    if result.get("everyone") is True:
        by, on = (
            str(result.get("decided_by", "")).strip(),
            str(result.get("decided_on", "")).strip(),
        )
        if not by or not on:
            raise RecipeError(text("survey.recipe_decided", file=name))
        return ConsentRule(everyone=True, decided_by=by, decided_on=on)
    column = str(result.get("column") or result.get("question") or "")
    if not column:
        raise RecipeError(text("survey.recipe_consent", file=name))
    return ConsentRule(column, tuple(map(str, _list(result.get("yes")))))


def to_toml(survey_recipe: SurveyRecipe, to_confirm: Sequence[Text | str] = ()) -> str:
    """The recipe as a file to correct: what is least sure stands in the comments."""
    lines = ["# What the columns of this survey are. Correct it; the next export opens with it."]
    lines += [f"# Please confirm: {' '.join(str(each).split())}" for each in to_confirm]
    lines += [f"tool = {_text(survey_recipe.tool)}"]
    lines += [
        f"identifiers = {_texts(survey_recipe.identifiers)}",
        f"ignored = {_texts(survey_recipe.ignored)}",
        "",
    ]
    rule = survey_recipe.consent
    if rule is None:
        lines += [
            "# Nobody is published without consent. Name the column, or say who decided that",
            "# everyone in this file agreed before the first question:",
            "# [consent]",
            '# column = "…"',
            '# yes = ["I agree"]',
            "# everyone = true",
            '# decided_by = "the steering group"',
            '# decided_on = "2026-01-31"',
            "",
        ]
    elif rule.everyone:
        lines += ["[consent]", "everyone = true", f"decided_by = {_text(rule.decided_by)}"]
        lines += [f"decided_on = {_text(rule.decided_on)}", ""]
    else:
        lines += ["[consent]", f"column = {_text(rule.column)}", f"yes = {_texts(rule.yes)}", ""]
    if survey_recipe.roles:
        lines += (
            ["[roles]"] + [f"{role} = {_text(h)}" for role, h in survey_recipe.roles.items()] + [""]
        )
    for item in survey_recipe.items:
        lines += _item_lines(item)
    return "\n".join(lines).rstrip() + "\n"


def _item_lines(item: Item) -> list[str]:
    question = item.question
    lines = [
        "[[question]]",
        f"id = {_text(question.id)}",
        f"type = {_text(question.type)}",
        f"label = {_text(question.label['en'])}",
    ]
    if question.label.get("es", question.label["en"]) != question.label["en"]:
        lines.append(f"label_es = {_text(question.label['es'])}")
    if item.why:
        lines.append(f"# sure {item.sure:.2f}: {' '.join(item.why.split())}")
    lines.append(f"columns = {_texts(item.columns)}")
    if item.ranked:
        lines.append("ranked = true")
    if question.identifier:
        lines.append("identifier = true")
    if question.sensitive:
        lines.append("sensitive = true")
    if question.answers:
        lines.append("[question.answers]")
        lines += [f"{_text(a)} = {_answer(labels)}" for a, labels in question.answers.items()]
    if item.options:
        lines.append("[question.options]")
        lines += [f"{_text(column)} = {_text(a)}" for column, a in item.options.items()]
    return [*lines, ""]


def _answer(labels: Mapping[str, str]) -> str:
    """An answer's name; a table where it has more than one, or is written otherwise in the file."""
    english, spanish = labels["en"], labels.get("es", labels["en"])
    written = [spelled for tag, spelled in labels.items() if tag not in ("en", "es")]
    if spanish == english and not written:
        return _text(english)
    return f"{{en = {_text(english)}, es = {_text(spanish)}, written = {_texts(written)}}}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def consent_words(rule: ConsentRule | None) -> frozenset[str]:
    """The answers that a recipe says are yes, in the form in which cells are compared."""
    return frozenset(key(each) for each in rule.yes) if rule is not None else frozenset()


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
