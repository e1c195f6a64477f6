"""The tables of an upload to exports: title rows off, repeats to their people, sheets together.

A workbook or archive may hold several tables: further respondents of the same form, the repeats
of a form (KoboToolbox, ODK), or a codebook. None is left out without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assetmap.fields import Problem
from assetmap.places import fold
from assetmap.survey.phrases import header_key
from assetmap.survey.sheet import AnswerTable
from assetmap.words import text

# (column of the repeat's table, column of the person's table) that belong together.
LINKS = (
    ("PARENT_KEY", "KEY"),
    ("_submission__uuid", "_uuid"),
    ("_parent_index", "_index"),
    ("_submission__id", "_id"),
)
TITLE_ROWS = 6


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
    filled = [sum(bool(cell.strip()) for cell in row) for row in table.rows[: TITLE_ROWS + 2]]
    first = 0
    while (
        first < min(TITLE_ROWS, len(filled) - 1)
        and filled[first] <= 2
        and max(filled[first + 1 :]) >= max(4, 2 * filled[first] + 1)
    ):
        first += 1
    return table._replace(rows=table.rows[first:]) if first else table


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
