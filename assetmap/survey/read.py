"""Answers from any tool's export, in memory only, with a report row by row.

Every person's row ends as kept or left out with a reason; every column as a question or dropped.
What identifies someone is taken out while reading and is only said to have been there. Nothing
here writes a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import geopandas as gpd
import pandas as pd

from assetmap.fields import Problem
from assetmap.survey import codebook as codebooks
from assetmap.survey import people
from assetmap.survey.codebook import Codebook
from assetmap.survey.counts import Missing
from assetmap.survey.identifiers import speakable, treatment_columns
from assetmap.survey.match import Matches, Reader, columns
from assetmap.survey.rules import ReleaseRefused
from assetmap.survey.sheet import Table, UnreadableSurvey, tables
from assetmap.survey.tools import TOOLS, Sheet, recognise

LEFT_OUT = ("partial", "no_consent", "under_age", "preview", "duplicate", "empty")


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

    `frame`: wave, area, place, link, day (the last three as meaningless numbers), and a column per
    question that is no identifier: a frozenset of answers, text, or Missing. `respondents` counts
    the rows of the uploads, `left_out` those not in the frame, by reason.
    """

    frame: pd.DataFrame = field(repr=False)
    codebook: Codebook = field(repr=False)
    tool: str
    respondents: int
    left_out: dict[str, int]
    dropped: list[str]
    problems: list[Problem]
    has_consent: bool


def read(
    sources: Sequence[SourceLike],
    codebook: Codebook | None = None,
    areas: gpd.GeoDataFrame | None = None,
    wave: str = "",
) -> Answers:
    """All answers in `sources`, checked against the codebook.

    Code books among the sources explain codes, and serve as codebook when none is given. `areas`
    turns coordinates and ZIP codes into areas, after which they are dropped; `wave` names the wave
    of exports that do not say. Raises UnreadableSurvey (TreatmentRecords) in one sentence.
    """
    books: list[Codebook] = []
    exports: list[tuple[str, Table]] = []
    problems: list[Problem] = []
    for source in sources:
        found = tables(source.name, source.data)
        if codebooks.is_codebook(found):
            books.append(codebooks.from_tables(found, source.name))
            continue
        exports.append((source.name, found[0]))
        for table in found[1:]:
            problems.append(
                Problem(
                    None,
                    "",
                    table.name,
                    "rejected",
                    f"{source.name}: only the first sheet is read; '{table.name}' was left aside.",
                    source.name,
                )
            )
    if not exports:
        raise UnreadableSurvey("There are no answers among these files, only code books.")
    book = codebook or (books[0] if books else None)
    if book is None:
        raise UnreadableSurvey(
            "No codebook was given, so questions and answers cannot be told apart; "
            "add codebook.csv, the XLSForm or the REDCap data dictionary."
        )
    others = [other for other in books if other is not book]
    reader = Reader(book, others[0] if others else None)
    parts = [_one(name, table, reader, areas, wave, problems) for name, table in exports]
    return _joined(parts, book, problems)


@dataclass
class _Part:
    tool: str
    people: people.People
    dropped: list[str]


def _one(
    name: str,
    table: Table,
    reader: Reader,
    areas: gpd.GeoDataFrame | None,
    wave: str,
    problems: list[Problem],
) -> _Part:
    rows = table.rows
    if not rows:
        raise UnreadableSurvey(f"{name} is empty. Export the answers again and upload that file.")
    records = treatment_columns(rows[0])
    if records or reader.book.records_of_treatment:
        why = f"it has the column {', '.join(records[:3])}" if records else "its codebook says so"
        raise TreatmentRecords(
            f"{name} looks like a treatment program's own records ({why}); "
            "42 CFR Part 2 does not let them be used here. "
            "Ask people directly, in a survey of your own."
        )
    tool = recognise(rows)
    if tool == "qualtrics" and len(rows) < 2:
        raise UnreadableSurvey(f"{name} has a header but no answers.")
    sheet: Sheet = TOOLS[tool].sheet(rows)
    if not sheet.records:
        raise UnreadableSurvey(f"{name} has a header but no answers.")
    made = columns(sheet.columns, reader)
    _refuse_strangers(name, made, sheet)
    _report_columns(name, table, made, sheet, problems)
    found = people.people(name, sheet, made, reader, areas, wave, problems)
    for question, how in reader.guesses.items():
        message = f"`{question}`: {how}. Check that this is what the form meant."
        if not any(p.message == message for p in problems):
            problems.append(Problem(None, question, "", "guessed", message, name))
    return _Part(tool, found, _dropped(made, sheet))


def _refuse_strangers(name: str, made: Matches, sheet: Sheet) -> None:
    if not made.fields:
        heads = ", ".join(column.name for column in sheet.columns[:4])
        raise UnreadableSurvey(
            f"{name}: no column is a question of the codebook (it has {heads} …). "
            "Give the codebook this survey was made with."
        )


def _report_columns(
    name: str, table: Table, made: Matches, sheet: Sheet, problems: list[Problem]
) -> None:
    if table.encoding not in ("utf-8", "utf-8-sig", "xlsx", "utf-16"):
        message = f"{name} is not UTF-8; it was read as {table.encoding}."
        problems.append(Problem(None, "", table.encoding, "guessed", message, name))
    heads = Counter(column.name for column in sheet.columns if column.readings)
    for head, times in heads.items():
        if times > 1 and head and not any(sheet.columns[n].name == head for n in _in_use(made)):
            message = (
                f"The column '{head}' stands {times} times and is no question; it was dropped."
            )
            problems.append(Problem(None, head, "", "rejected", message, name))
    if "consent" not in made.roles:
        message = (
            f"{name} has no column `consent`: it can be read, but nothing of it is published "
            "until every person's consent is in it."
        )
        problems.append(Problem(None, "consent", "", "kept", message, name))


def _in_use(made: Matches) -> set[int]:
    used = set()
    for at in made.fields.values():
        used |= set(at.options) | ({at.column} if at.column is not None else set())
    return used


def _dropped(made: Matches, sheet: Sheet) -> list[str]:
    """Columns of which nothing is kept: of no question, or identifying someone."""
    kept = {
        number
        for at in made.fields.values()
        if not at.question.identifier
        for number in [*at.options, at.column]
        if number is not None
    }
    kept |= {made.roles[role] for role in ("wave", "area", "consent") if role in made.roles}
    return [
        column.name
        for n, column in enumerate(sheet.columns)
        if n not in kept and column.name.strip()
    ]


def _joined(parts: list[_Part], book: Codebook, problems: list[Problem]) -> Answers:
    frame = pd.concat([part.people.frame for part in parts], ignore_index=True)
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
    )


def _filters(frame: pd.DataFrame, book: Codebook, problems: list[Problem]) -> None:
    """Follow-ups were asked only of those who gave the filter's answer, whatever else was typed."""
    done: set[str] = set()

    def settle(name: str) -> None:
        question = book.questions[name]
        if name in done or question.asked_if is None or name not in frame:
            return
        done.add(name)
        other, answers = question.asked_if
        settle(other)
        if other not in frame:
            return
        values = []
        for row, given, filtered in zip(frame["row"], frame[name], frame[other], strict=True):
            asked = isinstance(filtered, frozenset) and bool(filtered & answers)
            if not asked and given not in (Missing.NOT_ASKED, Missing.NOT_ANSWERED):
                message = (
                    f"Row {row}: `{name}` has an answer but is only asked after `{other}` = "
                    f"{' or '.join(sorted(answers))}; the answer is not counted."
                )
                problems.append(Problem(int(row), name, "", "rejected", message))
            if not asked:
                given = Missing.NOT_ASKED
            values.append(given)
        frame[name] = pd.Series(values, index=frame.index, dtype=object)

    for name in book.questions:
        settle(name)


def summary(made: Answers) -> dict[str, object]:
    """What the command line says of a reading; counts are for checking on made-up data only."""
    questions = []
    for question in made.codebook.questions.values():
        if question.id not in made.frame:
            continue
        given = made.frame[question.id]
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
    return {
        "tool": made.tool,
        "respondents": made.respondents,
        "left_out": made.left_out,
        "questions": questions,
        "dropped": made.dropped,
        "problems": [
            {**problem._asdict(), "value": speakable(problem.value)}
            if problem.value
            else problem._asdict()
            for problem in made.problems
        ],
    }
