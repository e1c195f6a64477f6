"""A survey's uploads as tables: exports in their tool's layout, and code books.

A workbook or archive may hold several tables: further respondents of the same form, the repeats
of a form (KoboToolbox, ODK), or a codebook. None is left out without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd

from assetmap.fields import Problem
from assetmap.places import fold
from assetmap.survey import codebook as codebooks
from assetmap.survey import inferring
from assetmap.survey.identifiers import treatment_columns
from assetmap.survey.match import AnswerMatcher, columns
from assetmap.survey.phrases import header_key
from assetmap.survey.questions import Codebook
from assetmap.survey.recipe import SurveyRecipe
from assetmap.survey.rules import ReleaseRefused
from assetmap.survey.sheet import AnswerTable, UnreadableSurvey, tables
from assetmap.survey.tools import TOOLS, ToolSheet, recognise
from assetmap.words import text

# (column of the repeat's table, column of the person's table) that belong together.
LINKS = (
    ("PARENT_KEY", "KEY"),
    ("_submission__uuid", "_uuid"),
    ("_parent_index", "_index"),
    ("_submission__id", "_id"),
)
TITLE_ROWS = 6
MIN_WIDE = 4


def exports(
    name: str, answer_tables: Sequence[AnswerTable], problems: list[Problem]
) -> list[AnswerTable]:
    """The tables with answers among `answer_tables`, each as wide and named as one export."""
    tables = [untitled(table) for table in answer_tables if any(map(any, table.rows))]
    if not tables:
        return list(answer_tables[:1])
    repeats = [table for table in tables if _link(table, tables)]
    mains = [table for table in tables if table not in repeats and len(table.rows) > 1]
    if not mains:
        return tables[:1]
    mains.sort(key=lambda table: -len(table.rows) * len(table.rows[0]))
    main = mains[0]
    same = [table for table in mains[1:] if _alike(main, table)]
    for table in mains[1:]:
        if table not in same:
            message = text("survey.sheet_aside", file=name, sheet=table.name)
            problems.append(Problem(None, "", table.name, "rejected", message, name))
    for table in repeats:
        main = _with_repeat(main, table)
        message = text("survey.sheet_repeat", file=name, sheet=table.name)
        problems.append(Problem(None, "", table.name, "kept", message, name))
    return [main, *same]


def untitled(table: AnswerTable) -> AnswerTable:
    """The table without title rows above its header: rows of one or two cells above wide ones."""
    rows = table.rows[: TITLE_ROWS + 2]
    filled = [[n for n, cell in enumerate(row) if cell.strip()] for row in rows]
    first = 0
    while (
        first < min(TITLE_ROWS, len(filled) - 1)
        and len(filled[first]) <= 2
        and max(map(len, filled[first + 1 :])) >= max(MIN_WIDE, 2 * len(filled[first]) + 1)
        and not _heads_the_next(filled[first], filled[first + 1])
    ):
        first += 1
    return table._replace(rows=table.rows[first:]) if first else table


def _heads_the_next(filled: Sequence[int], below: Sequence[int]) -> bool:
    """Whether a row of few cells is the first of two header rows, by the columns with something.

    A title is at the left, over the names of columns; the name of a question that has several
    columns is over the first of them, and a name beside it has nothing beneath.
    """
    if any(column > 1 for column in filled):
        return True
    return len(filled) == 2 and len(below) >= MIN_WIDE and filled[0] not in below


def _alike(first: AnswerTable, second: AnswerTable) -> bool:
    left, right = ({header_key(c) for c in t.rows[0] if c.strip()} for t in (first, second))
    return len(left & right) >= 0.8 * max(len(left), len(right))


def _link(table: AnswerTable, tables: Sequence[AnswerTable]) -> tuple[int, AnswerTable, int] | None:
    """Where a repeat's table names its parent: (its column, the parent, the parent's column)."""
    header = [cell.strip() for cell in table.rows[0]]
    for child, parent in LINKS:
        if child not in header:
            continue
        for other in tables:
            names = [cell.strip() for cell in other.rows[0]]
            if other is not table and parent in names and child not in names:
                return header.index(child), other, names.index(parent)
    return None


def _with_repeat(main: AnswerTable, repeat: AnswerTable) -> AnswerTable:
    """The repeat's columns beside each person's, their cells joined by `|`."""
    header = [cell.strip() for cell in repeat.rows[0]]
    names = [cell.strip() for cell in main.rows[0]]
    child, parent = next(
        (header.index(c), names.index(p)) for c, p in LINKS if c in header and p in names
    )
    keys = {fold(name) for pair in LINKS for name in pair} | {"key"}
    columns = [
        number
        for number, cell in enumerate(header)
        if cell and not cell.startswith("_") and fold(cell) not in keys and cell not in names
    ]
    given: dict[str, list[list[str]]] = defaultdict(lambda: [[] for _ in columns])
    for row in repeat.rows[1:]:
        for place, number in enumerate(columns):
            cell = row[number].strip()
            if cell and cell not in given[row[child]][place]:
                given[row[child]][place].append(cell)
    rows = [main.rows[0] + [header[number] for number in columns]]
    for row in main.rows[1:]:
        rows.append(row + ["|".join(each) for each in given[row[parent]]])
    return main._replace(rows=rows)


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
class OpenedUploads:
    """The uploads as tables: exports by file name, and code books."""

    exports: list[tuple[str, AnswerTable]]
    books: list[Codebook]


def infer(
    sources: Sequence[SourceLike],
    areas: gpd.GeoDataFrame | None = None,
    questions: frozenset[str] = frozenset(),
) -> inferring.Inferred:
    """What the exports in `sources` say of themselves; `questions` are columns that a person says
    are questions. Raises as `read`."""
    opened = open_all(sources, [])
    sheets = [tool_sheet(name, table, None) for name, table in opened.exports]
    return inferring.of_sheets(sheets, areas, questions)


def fitting(sources: Sequence[SourceLike], kept: Mapping[str, SurveyRecipe]) -> str:
    """The name of the kept recipe that these exports were confirmed by before; "" for none.

    Every export must have nearly all of its columns.
    """
    try:
        opened = open_all(sources, [])
        sheets = [tool_sheet(name, table, None) for name, table in opened.exports]
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
        opened = open_all(sources, [])
        reader = AnswerMatcher(codebook)
        wanted = [q.id for q in codebook.questions.values() if q.tabled]
        for name, table in opened.exports:
            result = columns(tool_sheet(name, table, codebook).columns, reader)
            if 2 * sum(question in result.fields for question in wanted) >= len(wanted) > 0:
                return True
    except UnreadableSurvey:
        return True  # the reading itself says what is wrong
    return bool(opened.books)


def open_all(sources: Sequence[SourceLike], problems: list[Problem]) -> OpenedUploads:
    """All uploads, told apart; raises UnreadableSurvey where none holds answers."""
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
        result += [(source.name, each) for each in exports(source.name, answers, problems)]
    if not result:
        raise UnreadableSurvey(text("survey.only_codebooks"))
    return OpenedUploads(result, books)


def tool_sheet(name: str, table: AnswerTable, book: Codebook | None) -> ToolSheet:
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
