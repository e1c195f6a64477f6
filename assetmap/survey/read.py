"""Answers from any tool's export, in memory only, with a report row by row.

Every person's row ends as kept or left out with a reason; every column as a question or dropped.
What identifies someone is taken out while reading and is only said to have been there. Nothing
here writes a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.survey import inferring, people, waves
from assetmap.survey.answers import LEFT_OUT, Answers
from assetmap.survey.given import ROWS_NAMED
from assetmap.survey.identifiers import doubtful_columns
from assetmap.survey.match import AnswerMatcher, Matches, columns
from assetmap.survey.opened import SourceLike, open_all, tool_sheet
from assetmap.survey.people import Consent, Seen
from assetmap.survey.phrases import header_is, holds_names, is_yes
from assetmap.survey.questions import Codebook, Missing, Question
from assetmap.survey.recipe import ConsentRule, SurveyRecipe, consent_words
from assetmap.survey.sheet import AnswerTable, UnreadableSurvey
from assetmap.survey.tools import ToolSheet
from assetmap.words import text


def keep_asked(frame: pd.DataFrame, book: Codebook, problems: list[Problem]) -> None:
    """Follow-ups were asked only of those who gave the filter's answer, whatever else was typed."""
    done: set[str] = set()

    def settle(name: str) -> None:
        question = book.questions[name]
        needed = _conditions(question)
        if name in done or not needed or name not in frame:
            return
        done.add(name)
        for other in needed & set(book.questions):
            settle(other)
        if not needed <= set(frame.columns):
            return
        values: list[object] = []
        lost: list[int] = []
        asked = _asked(frame, question)
        for row, given, wanted in zip(frame["row"], frame[name], asked, strict=True):
            if not wanted and given not in (Missing.NOT_ASKED, Missing.NOT_ANSWERED):
                lost.append(int(row))
            values.append(given if wanted else Missing.NOT_ASKED)
        frame[name] = pd.Series(values, index=frame.index, dtype=object)
        if lost:
            rows = ", ".join(map(str, lost[:ROWS_NAMED]))
            rows += " …" if len(lost) > ROWS_NAMED else ""
            message = text("survey.not_asked", n=len(lost), question=name, rows=rows)
            problems.append(Problem(lost[0], name, "", "rejected", message))

    for name in book.questions:
        settle(name)


def _conditions(question: Question) -> frozenset[str]:
    if question.asked_if is not None:
        return frozenset({question.asked_if[0]})
    return question.condition.questions() if question.condition is not None else frozenset()


def _asked(frame: pd.DataFrame, question: Question) -> np.ndarray:
    """Who was asked a question, by its condition."""
    if question.asked_if is not None:
        other, answers = question.asked_if
        return np.array(
            [
                bool(given & answers) if isinstance(given, frozenset) else given in answers
                for given in frame[other]
            ],
            dtype=bool,
        )
    condition = question.condition
    assert condition is not None
    names = sorted(condition.questions())
    result = []
    for row in zip(*(frame[name] for name in names), strict=True):
        answers_of: Mapping[str, object] = dict(zip(names, row, strict=True))
        result.append(condition.holds(answers_of))
    return np.array(result, dtype=bool)


def read(
    sources: Sequence[SourceLike],
    codebook: Codebook | None = None,
    areas: gpd.GeoDataFrame | None = None,
    wave: str = "",
    recipe: SurveyRecipe | None = None,
    consent: ConsentRule | None = None,
) -> Answers:
    """All answers in `sources`, by a recipe, a codebook, or what the files themselves say.

    Code books among the sources explain codes, and serve as codebook when none is given. `areas`
    turns coordinates, ZIP codes and names into areas, after which they are dropped; `wave` names
    the wave of exports that do not say. `consent` says how people agreed where no
    recipe does. Raises UnreadableSurvey (TreatmentRecords) in one sentence.
    """
    problems: list[Problem] = []
    opened = open_all(sources, problems)
    _refuse_wave(wave)
    book = codebook or (opened.books[0] if opened.books else None)
    sheets = [(name, table, tool_sheet(name, table, book)) for name, table in opened.exports]
    if recipe is None and book is None:
        recipe = inferring.of_sheets([sheet for _, _, sheet in sheets], areas).recipe
    if recipe is not None:
        book = recipe.codebook()
    assert book is not None
    others = [other for other in opened.books if other is not book]
    reader = AnswerMatcher(_guarded(book), others[0] if others else None)
    seen = Seen()
    rule = recipe.consent if recipe is not None and recipe.consent is not None else consent
    parts = [
        _one(name, table, sheet, reader, areas, recipe, rule, seen, problems)
        for name, table, sheet in sheets
    ]
    result = _joined(parts, reader, wave, problems)
    # What is of the whole file first, then row by row as they stand in it.
    problems.sort(key=lambda problem: problem.row or 0)
    return replace(result, consent=rule, guessed=recipe is not None)


def _refuse_wave(wave: str) -> None:
    if wave and not waves.named(wave):
        raise UnreadableSurvey(text("survey.wave_name"))


def _guarded(book: Codebook) -> Codebook:
    """The codebook with questions that ask for names and the like marked as identifiers."""
    questions = {}
    for name, question in book.questions.items():
        labels = [labels["en"] for labels in question.answers.values()]
        header = header_is(question.label["en"], "identifier") or header_is(name, "identifier")
        names = bool(labels) and holds_names(labels)
        text_only = not question.answers and question.type in ("text", "number") and header
        if names or text_only:
            question = replace(question, identifier=True)
        questions[name] = question
    return replace(book, questions=questions)


@dataclass
class _Part:
    tool: str
    people: people.People
    dropped: list[str]


def _one(
    name: str,
    table: AnswerTable,
    sheet: ToolSheet,
    reader: AnswerMatcher,
    areas: gpd.GeoDataFrame | None,
    recipe: SurveyRecipe | None,
    rule: ConsentRule | None,
    seen: Seen,
    problems: list[Problem],
) -> _Part:
    product = (
        recipe.matches(sheet.columns, reader)
        if recipe is not None
        else columns(sheet.columns, reader)
    )
    _refuse_strangers(name, product, sheet, recipe)
    everyone = rule is not None and rule.everyone
    if recipe is None and _consent_says_nothing(product, sheet):
        del product.roles["consent"]
    _report_columns(name, table, product, sheet, everyone, problems)
    consent = Consent(consent_words(rule), everyone)
    result = people.people(name, sheet, product, reader, areas, consent, seen, problems)
    for question, how in reader.guesses.items():
        message = text("survey.guessed", question=question, how=how)
        if not any(p.message == message for p in problems):
            problems.append(Problem(None, question, "", "guessed", message, name))
    for item in reader.book.questions.values():
        if item.unread and item.id in product.fields:
            message = text("survey.condition_unread", question=item.id)
            problems.append(Problem(None, item.id, "", "guessed", message, name))
    return _Part(sheet.tool, result, _dropped(product, sheet))


def _consent_says_nothing(matches: Matches, sheet: ToolSheet) -> bool:
    """Whether a column only sounds like consent, but none of its answers is yes or no."""
    column = matches.roles.get("consent")
    if column is None or sheet.columns[column].role == "consent":
        return False
    header = sheet.columns[column].readings
    if header and header[0][0].strip().casefold() == "consent":
        return False
    return not any(is_yes(record[column]) is not None for record in sheet.records)


def _refuse_strangers(
    name: str, matches: Matches, sheet: ToolSheet, recipe: SurveyRecipe | None
) -> None:
    if not matches.fields:
        heads = ", ".join(column.name for column in sheet.columns[:4])
        which = "survey.no_recipe_column" if recipe is not None else "survey.no_question_column"
        raise UnreadableSurvey(text(which, file=name, columns=heads))


def _report_columns(
    name: str,
    table: AnswerTable,
    matches: Matches,
    sheet: ToolSheet,
    everyone: bool,
    problems: list[Problem],
) -> None:
    if table.encoding not in ("utf-8", "utf-8-sig", "xlsx", "utf-16", "sav"):
        message = text("survey.encoding", file=name, encoding=table.encoding)
        problems.append(Problem(None, "", table.encoding, "guessed", message, name))
    heads = Counter(column.name for column in sheet.columns if column.readings)
    for head, times in heads.items():
        if times > 1 and head and not any(sheet.columns[n].name == head for n in _in_use(matches)):
            message = text("survey.column_twice", column=head, times=times)
            problems.append(Problem(None, head, "", "rejected", message, name))
    doubtful = doubtful_columns(column.name for column in sheet.columns)
    if doubtful:
        message = text("survey.treatment_doubt", file=name, columns=", ".join(doubtful[:3]))
        problems.append(Problem(None, doubtful[0], "", "guessed", message, name))
    if "consent" not in matches.roles and not everyone:
        message = text("survey.no_consent_column", file=name)
        problems.append(Problem(None, "consent", "", "kept", message, name))


def _in_use(matches: Matches) -> set[int]:
    used: set[int] = set()
    for position in matches.fields.values():
        used |= set(position.options) | set(position.columns)
    return used


def _dropped(matches: Matches, sheet: ToolSheet) -> list[str]:
    """Columns of which nothing is kept: of no question, or identifying someone."""
    kept = {
        number
        for position in matches.fields.values()
        if not position.question.identifier
        for number in [*position.options, *position.columns]
    }
    kept |= {matches.roles[role] for role in ("wave", "area", "consent") if role in matches.roles}
    return [
        column.name
        for n, column in enumerate(sheet.columns)
        if n not in kept and column.name.strip()
    ]


def _joined(
    parts: list[_Part], reader: AnswerMatcher, wave: str, problems: list[Problem]
) -> Answers:
    book = reader.full_book()
    frame = pd.concat([part.people.frame for part in parts], ignore_index=True)
    replaced = waves.settle(frame, wave)
    if replaced:
        message = text("survey.waves_renamed", n=len(replaced))
        problems.append(Problem(None, "wave", "", "fixed", message))
    # A year or month alone is no day that one place could have given most answers on.
    frame["day"] = [
        day if isinstance(day, str) and len(day) == 10 else None for day in frame["day"]
    ]
    for column in ("place", "link", "day"):
        codes, _ = pd.factorize(frame[column])
        frame[column] = pd.array(codes, dtype="Int64")
        frame.loc[frame[column] < 0, column] = pd.NA
    keep_asked(frame, book, problems)
    left_out: Counter[str] = Counter(dict.fromkeys(LEFT_OUT, 0))
    for part in parts:
        left_out.update(part.people.left_out)
    dropped = list(dict.fromkeys(name for part in parts for name in part.dropped))
    tools = list(dict.fromkeys(part.tool for part in parts))
    return Answers(
        frame.drop(columns="row"),
        book,
        tools[0] if len(tools) == 1 else ", ".join(tools),
        sum(part.people.rows for part in parts),
        dict(left_out),
        dropped,
        problems,
        all(part.people.has_consent for part in parts),
        keys=tuple(key for part in parts for key in part.people.keys),
    )
