"""Answers from any tool's export, in memory only, with a report row by row.

Every person's row ends as kept or left out with a reason; every column as a question or dropped.
What identifies someone is taken out while reading and is only said to have been there. Nothing
here writes a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap.fields import Problem
from assetmap.survey import codebook as codebooks
from assetmap.survey import exports, inferring, people, waves
from assetmap.survey.estimates import effective_n
from assetmap.survey.identifiers import doubtful_columns, treatment_columns
from assetmap.survey.match import AnswerMatcher, Matches, columns
from assetmap.survey.people import Consent, Seen
from assetmap.survey.phrases import header_is, holds_names, is_yes
from assetmap.survey.questions import Codebook, Missing, Question
from assetmap.survey.recipe import ConsentRule, SurveyRecipe, consent_words
from assetmap.survey.rules import ReleaseRefused
from assetmap.survey.same_people import PersonKey
from assetmap.survey.sheet import AnswerTable, UnreadableSurvey, tables
from assetmap.survey.tools import TOOLS, ToolSheet, recognise
from assetmap.words import text

LEFT_OUT = ("partial", "no_consent", "under_age", "preview", "rejected", "duplicate", "empty")

# A kept recipe opens an export that has this share of its columns: forms lose a question or two.
MOST_COLUMNS_KNOWN = 0.9
MOST_BYTES = 60 * 2**20
"""All files of one upload together: they are held in memory at once."""


class SourceLike(Protocol):
    """A file by name and content, such as `readers.Source`."""

    @property
    def name(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class TreatmentRecords(UnreadableSurvey, ReleaseRefused):
    """A treatment program's own records, which may not be used here (42 CFR Part 2)."""


@dataclass(frozen=True)
class Answers:
    """One row a person, in memory only.

    `frame`: wave, area, place, link, day (the last three as meaningless numbers), weight (number
    or missing) and a column per question that is no identifier: a frozenset of answers, text, or
    Missing. `respondents` counts the rows of the uploads, `left_out` those not in the frame, by
    reason. `guessed` says that the answers' list was made from what people answered (a recipe), not
    from what a form offers (a codebook). `keys` tell the people of the frame's rows, by index.
    """

    frame: pd.DataFrame = field(repr=False)
    codebook: Codebook = field(repr=False)
    tool: str
    respondents: int
    left_out: dict[str, int]
    dropped: list[str]
    problems: list[Problem]
    has_consent: bool
    consent: ConsentRule | None = None
    guessed: bool = False
    keys: tuple[PersonKey, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class _Opened:
    """The uploads as tables: exports by file name, and code books."""

    exports: list[tuple[str, AnswerTable]]
    books: list[Codebook]


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
    opened = _opened(sources, problems)
    _refuse_wave(wave)
    book = codebook or (opened.books[0] if opened.books else None)
    sheets = [(name, table, _sheet(name, table, book)) for name, table in opened.exports]
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


def infer(
    sources: Sequence[SourceLike],
    areas: gpd.GeoDataFrame | None = None,
    questions: frozenset[str] = frozenset(),
) -> inferring.Inferred:
    """What the exports in `sources` say of themselves; `questions` are columns that a person says
    are questions. Raises as `read`."""
    opened = _opened(sources, [])
    sheets = [_sheet(name, table, None) for name, table in opened.exports]
    return inferring.of_sheets(sheets, areas, questions)


def fitting(sources: Sequence[SourceLike], kept: Mapping[str, SurveyRecipe]) -> str:
    """The name of the kept recipe that these exports were confirmed by before; "" for none.

    Every export must have nearly all of its columns.
    """
    try:
        opened = _opened(sources, [])
        sheets = [_sheet(name, table, None) for name, table in opened.exports]
    except UnreadableSurvey:
        return ""  # the reading itself says what is wrong
    fits = {
        name: min(recipe.fit(sheet.columns) for sheet in sheets)
        for name, recipe in kept.items()
        if all(recipe.tool == sheet.tool for sheet in sheets)
    }
    best = max(fits, key=lambda name: fits[name], default="")
    return best if best and fits[best] >= MOST_COLUMNS_KNOWN else ""


def suits(sources: Sequence[SourceLike], codebook: Codebook) -> bool:
    """Whether a codebook is of these exports: at least half of its questions are in one."""
    try:
        opened = _opened(sources, [])
        reader = AnswerMatcher(codebook)
        wanted = [q.id for q in codebook.questions.values() if q.tabled]
        for name, table in opened.exports:
            result = columns(_sheet(name, table, codebook).columns, reader)
            if 2 * sum(question in result.fields for question in wanted) >= len(wanted) > 0:
                return True
    except UnreadableSurvey:
        return True  # the reading itself says what is wrong
    return bool(opened.books)


def _opened(sources: Sequence[SourceLike], problems: list[Problem]) -> _Opened:
    if sum(len(source.data) for source in sources) > MOST_BYTES:
        limit = f"{MOST_BYTES / 2**20:.0f} MB"
        raise UnreadableSurvey(text("survey.too_large_together", n=len(sources), limit=limit))
    books: list[Codebook] = []
    result: list[tuple[str, AnswerTable]] = []
    for source in sources:
        inside = tables(source.name, source.data)
        if codebooks.is_codebook(inside):
            books.append(codebooks.from_tables(inside, source.name))
            continue
        answers = []
        for table in inside:
            if len(inside) > 1 and codebooks.is_codebook([table]):
                books.append(codebooks.from_tables([table], table.name))
            else:
                answers.append(table)
        result += [(source.name, each) for each in exports.exports(source.name, answers, problems)]
    if not result:
        raise UnreadableSurvey(text("survey.only_codebooks"))
    return _Opened(result, books)


def _refuse_wave(wave: str) -> None:
    if wave and not waves.named(wave):
        raise UnreadableSurvey(text("survey.wave_name"))


def _sheet(name: str, table: AnswerTable, book: Codebook | None) -> ToolSheet:
    """The export in its tool's layout, once it is known to be a survey's."""
    rows = table.rows
    if not rows:
        raise UnreadableSurvey(text("survey.empty_file", file=name))
    records = treatment_columns(rows[0])
    if records or (book is not None and book.records_of_treatment):
        why = (
            text("survey.treatment_columns", columns=", ".join(records[:3]))
            if records
            else text("survey.treatment_codebook")
        )
        raise TreatmentRecords(text("survey.treatment_records", file=name, why=why))
    tool = recognise(rows)
    if tool == "qualtrics" and len(rows) < 2:
        raise UnreadableSurvey(text("survey.no_answers", file=name))
    sheet: ToolSheet = TOOLS[tool].sheet(rows)
    if not sheet.records:
        raise UnreadableSurvey(text("survey.no_answers", file=name))
    return sheet


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
    _filters(frame, book, problems)
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


def _filters(frame: pd.DataFrame, book: Codebook, problems: list[Problem]) -> None:
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
            rows = ", ".join(map(str, lost[: people.ROWS_NAMED]))
            rows += " …" if len(lost) > people.ROWS_NAMED else ""
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


def summary(answers: Answers) -> dict[str, object]:
    """What the command line says of a reading; counts are for checking on made-up data only."""
    questions = []
    for question in answers.codebook.questions.values():
        if question.id not in answers.frame:
            continue
        given = answers.frame[question.id]
        asked = int(sum(value is not Missing.NOT_ASKED for value in given))
        sets = [value for value in given if isinstance(value, frozenset)]
        texts = [value for value in given if isinstance(value, str)]
        number = Counter(answer for value in sets for answer in value)
        questions.append(
            {
                "id": question.id,
                "asked": asked,
                "answered": len(sets) + len(texts),
                "answers": {a: number[a] for a in question.answers if number[a]},
            }
        )
    result: dict[str, object] = {
        "tool": answers.tool,
        "respondents": answers.respondents,
        "left_out": answers.left_out,
        "waves": sorted({str(wave) for wave in answers.frame["wave"]}),
        "questions": questions,
        "dropped": answers.dropped,
        "problems": [problem._asdict() for problem in answers.problems],
    }
    weighted = weights(answers)
    if weighted is not None:
        result["weights"] = {"people": weighted[0], "effective_n": round(weighted[1], 1)}
    return result


def weights(answers: Answers) -> tuple[int, float] | None:
    """How many people have a weight, and Kish's effective number of answers; None without any."""
    given = answers.frame["weight"].dropna()
    if not len(given) or given.min() < 0 or not given.sum() > 0:
        return None
    return len(given), effective_n(given.tolist())


def review(answers: Answers) -> pd.DataFrame:
    """Free text for the assessor's eyes: question and text, what was taken out marked.

    It stays in memory; none of it is in any table.
    """
    rows = [
        {"question": question.label["en"], "text": value}
        for question in answers.codebook.questions.values()
        if question.id in answers.frame and not question.tabled
        for value in answers.frame[question.id]
        if isinstance(value, str)
    ]
    return pd.DataFrame(rows, columns=["question", "text"])
