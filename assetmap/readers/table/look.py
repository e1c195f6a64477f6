"""Rows of a sheet that are no assets, and what its look says of those that are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.fields import Problem
from assetmap.places import fold
from assetmap.readers.header import Columns
from assetmap.readers.table.sheet import Sheet
from assetmap.words import text

_STAMP = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|\d{1,7}")
_FEW_CELLS = 2
_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?|\b(?:19|20)\d\d\b")


class Look(NamedTuple):
    """What a sheet says beside its cells.

    `title` is its name where a workbook has several; `offset` is added to row numbers; `struck`
    rows are crossed out; `headings` (row → text) are one merged cell across the table.
    """

    title: str = ""
    offset: int = 0
    struck: frozenset[int] = frozenset()
    headings: Mapping[int, str] = {}


PLAIN_LOOK = Look()


def rows_to_keep(
    columns: list[np.ndarray], size: int, matched: Columns, look: Look, placed: bool
) -> tuple[np.ndarray, list[Problem]]:
    """Which rows are assets, and what is said of those that are not.

    A lone time stamp or number says nothing: forms leave them. Totals and notes below the table
    ("Updated by …") are no assets, and neither is a heading across it. `placed`: rows have a point
    that is not among the columns.
    """
    filled = np.zeros(size, dtype=int)
    for column in columns:
        filled += column != ""
    empty = filled == 0
    stamped = np.zeros(size, dtype=bool)
    for position in map(int, np.flatnonzero(filled == 1)):
        only = next(column[position] for column in columns if column[position] != "")
        stamped[position] = bool(_STAMP.fullmatch(only))
    headings = np.zeros(size, dtype=bool)
    for row in look.headings:
        if 0 < row <= size:
            headings[row - 1] = True
    footers = np.zeros(size, dtype=bool)
    wide = len(columns) > _FEW_CELLS
    for position in map(int, np.flatnonzero((filled > 0) & ~stamped)) if wide else ():
        footers[position] = _is_footer([column[position] for column in columns], matched)
    headings &= ~footers
    if placed:
        empty[:] = stamped[:] = False
    problems: list[Problem] = []
    nothing = empty | stamped
    if nothing.any():
        key = "stamped_rows" if stamped.any() else "empty_rows"
        problems.append(_gone(nothing, key, look))
    for mask, key in ((footers, "footer_rows"), (headings, "heading_rows")):
        if mask.any():
            problems.append(_gone(mask, key, look))
    return ~(nothing | footers | headings), problems


def _gone(mask: np.ndarray, key: str, look: Look) -> Problem:
    numbers = np.flatnonzero(mask) + 1 + look.offset
    message = text(f"readers.{key}", n=len(numbers), rows=_ranges(numbers))
    return Problem(int(numbers[0]), "row", "", "rejected", message)


def _ranges(numbers: np.ndarray) -> str:
    """Row numbers as people write them: "3, 134–157"."""
    parts: list[str] = []
    for block in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
        parts.append(f"{block[0]}–{block[-1]}" if len(block) > 1 else str(block[0]))
    return ", ".join(parts[:12]) + (", …" if len(parts) > 12 else "")


@cache
def _row_words(means: str) -> tuple[str, ...]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "row_words.csv")
    return tuple(row["phrase"] for row in rows if row["means"] == means)


def _is_footer(row: list[str], matched: Columns) -> bool:
    """Whether a row is a total or a note: it begins so, and says little else."""
    texts = [cell for cell in row if cell]
    first = " ".join(re.findall(r"[^\W_]+", fold(texts[0])))
    name = matched.first.get("name", matched.first.get("organization"))
    if name is not None and row[name] not in ("", texts[0]):
        return False
    for word in _row_words("total"):
        if first == word or first.startswith(f"{word} "):
            only_numbers = not any(re.search(r"[^\W\d_]{3,}", cell) for cell in texts[1:])
            return only_numbers and len(first.split()) <= len(word.split()) + 3
    if len(texts) > _FEW_CELLS:
        return False
    for word in _row_words("footer"):
        if first == word or first.startswith(f"{word} "):
            # "Source of Light Church" is a name; "Source: county list 2026" is a note.
            marked = re.match(rf"\W*{word}\s*[:.–-]", fold(texts[0]))
            dated = any(_DATE.search(cell) for cell in texts)
            return bool(marked) or dated or len(first.split()) > 6 or word.endswith(" by")
    return False


def categories_of_look(sheet: Sheet, look: Look) -> None:
    """The sheet's name, or the heading above a row, as its category where it names none."""
    if not look.title and not look.headings:
        return
    category = sheet.get("category").copy()
    rows = sheet.rows - look.offset
    above = np.full(len(rows), look.title, dtype=object)
    for row, words in sorted(look.headings.items()):
        above[rows > row] = words
    if "kind" in sheet.fields:
        empty = (category == "") & (sheet.get("kind") == "")
    else:
        empty = category == ""
    category[empty] = above[empty]
    sheet.fields["category"] = category
    sheet.from_column.setdefault("category", "sheet" if look.title else "heading")


def cross_out(sheet: Sheet, look: Look) -> None:
    """Rows that are struck through are no longer there, unless their status says otherwise."""
    if not look.struck:
        return
    status = sheet.get("status").copy()
    for position, row in enumerate(sheet.rows - look.offset):
        if int(row) in look.struck and not status[position]:
            status[position] = "inactive"
            sheet.say(position, "status", "", "guessed", text("readers.struck_row"))
    sheet.fields["status"] = status


def name_by_program(sheet: Sheet, matched: Columns) -> None:
    """ "Organization" beside "Program": the program is what a row is called, unless its words are
    fellowships."""
    program, name = sheet.get("program"), sheet.get("name")
    owner = "organization" if "organization" in sheet.fields else "name"
    if (owner == "organization" and (name != "").any()) or "name" in matched.own:
        return
    known = cells.lookup("programs")
    if not (program != "").any() or _share_known(program, known) > 0.5:
        return
    runs, column = sheet.get(owner).copy(), sheet.column_of(owner)
    sheet.fields["organization"] = runs
    sheet.fields["name"] = np.where(program != "", program, runs)
    sheet.fields["program"] = np.array(
        [words if fold(words) in known else "" for words in program], dtype=object
    )
    sheet.from_column["organization"] = column
    sheet.from_column["name"] = sheet.column_of("program")


def _share_known(texts: Iterable[str], known: Mapping[str, str]) -> float:
    said = [words for words in texts if words]
    return sum(fold(words) in known for words in said) / max(len(said), 1)
