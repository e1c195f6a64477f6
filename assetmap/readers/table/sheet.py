"""A table being made plain: columns by field, cells that say "same", rows that say
"closed", rows that are no assets, and what the look of a sheet says of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.assets import cells
from assetmap.fields import Problem, sentence
from assetmap.places import fold
from assetmap.readers import values
from assetmap.readers.header import Columns, days_of_name
from assetmap.readers.kinds import category_kind
from assetmap.readers.source import file_problem
from assetmap.words import text


class Sheet:
    """Columns of stripped text ("" = nothing) by field.

    `rows` are the source's own row numbers, `names` its columns; `original` gathers per row
    what has no field of ours.
    """

    def __init__(self, rows: np.ndarray, names: Sequence[str]) -> None:
        self.rows = rows
        self.names = names
        self.fields: dict[str, np.ndarray] = {}
        self.from_column: dict[str, str] = {}
        self.original: list[dict[str, object]] = [{} for _ in rows]
        self.problems: list[Problem] = []

    def get(self, field: str) -> np.ndarray:
        """The column of `field`, blank where the table has none."""
        result = self.fields.get(field)
        return np.full(len(self.rows), "", dtype=object) if result is None else result

    def take(self, field: str) -> np.ndarray:
        """The column of `field`, which is then no longer a column of the result."""
        column = self.get(field)
        self.fields.pop(field, None)
        return column

    def say(self, position: int, field: str, value: str, severity: str, note: str) -> None:
        """Report the row at `position`."""
        row = int(self.rows[position])
        message = sentence(row, field, value, note)
        self.problems.append(Problem(row, field, value, severity, message))

    def column_of(self, field: str) -> str:
        """What the source calls the column of `field`."""
        return self.from_column.get(field, field)


def distinct(column: np.ndarray, read: Callable[[str], object]) -> tuple[np.ndarray, list[object]]:
    """(code of each row, result of `read` for each distinct text)."""
    codes, texts = pd.factorize(column)
    return codes, [read(text) for text in texts]


_SUFFIX = re.compile(r"(?:[(\[*]+|\s[-–—:|]+|,)\s*(?P<words>[^()\[\]*]{4,60}?)\s*[)\]*!.]*$")
_BARE = vocabulary.word_set("who_may_come")
"""In the name of a group these say who may come."""


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """(phrase, status), the longest first."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "row_words.csv")
    known = {"closed_for_now": "temporarily_closed", "closed_for_good": "inactive"}
    result = [(row["phrase"], known[row["means"]]) for row in rows if row["means"] in known]
    return tuple(sorted(result, key=lambda pair: -len(pair[0])))


def status_said(words: str) -> str:
    """The status that a text begins with ("Closed for repairs until May"), "" for none."""
    plain = " ".join(re.findall(r"[^\W_]+", fold(words)))
    for phrase, status in _phrases():
        if plain == phrase or plain.startswith(f"{phrase} "):
            return status
    return ""


def read_closed_names(sheet: Sheet) -> None:
    """ "Alder Pantry (temporarily closed)": the status of rows whose name says it.

    Rows whose own column of status says something keep that.
    """
    names = sheet.get("name")
    status = sheet.get("status").copy()
    kinds = sheet.get("kind")
    for position in map(int, np.flatnonzero((names != "") & (status == ""))):
        match = _SUFFIX.search(names[position])
        if match is None:
            continue
        new_status = status_said(match["words"])
        if not new_status and fold(match["words"]) in _BARE and _keeps_hours(kinds[position]):
            new_status = "temporarily_closed"
        if new_status:
            status[position] = new_status
            note = text("readers.status_in_name", status=new_status)
            sheet.say(position, "status", names[position], "guessed", note)
    if (status != "").any():
        sheet.fields["status"] = status


def _keeps_hours(kind: str) -> bool:
    row = vocabulary.terms("kinds").get(kind)
    return row is not None and row["time_kind"] == "hours"


_LONGEST = 24
_OTHER = re.compile(vocabulary.any_of("other_column"))
"""A column whose "same" means the column beside it ("Mailing address: same")."""
_WORD = re.compile(r"\w")


@cache
def _marks() -> frozenset[str]:
    """Ditto marks as they are written, and words in one spelling."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "row_words.csv")
    phrases = [row["phrase"] for row in rows if row["means"] == "ditto"]
    return frozenset(fold(phrase) if _WORD.search(phrase) else phrase for phrase in phrases)


def is_ditto(cell: str) -> bool:
    """Whether a cell only points at the one above it."""
    if not cell or len(cell) > _LONGEST:
        return False
    plain = fold(cell).strip(" .-()") if _WORD.search(cell) else cell.strip(" .-()")
    return plain in _marks()


def fill_repeated(columns: Sequence[np.ndarray], names: Sequence[str]) -> list[Problem]:
    """Write into ditto cells what stands above them, column by column, and say how many.

    A mark in the first row, or below an empty cell, stays as it is.
    """
    filled = 0
    where: list[str] = []
    for column, name in zip(columns, names, strict=False):
        marks = {cell for cell in set(column) if is_ditto(cell)}
        if _OTHER.search(fold(name)):
            marks = {cell for cell in marks if not _WORD.search(cell)}
        if not marks:
            continue
        count = 0
        for position in range(1, len(column)):
            if column[position] in marks and column[position - 1]:
                column[position] = column[position - 1]
                count += 1
        filled += count
        where += [f"'{name}'"] * bool(count)
    if not filled:
        return []
    return [file_problem(text("readers.ditto", n=filled, columns=", ".join(where[:8])))]


_STAMP = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?|\d{1,7}")
_FEW_CELLS = 2
_FULL_ROW = 3
_PAGE = vocabulary.any_of("page")
_NOTE = re.compile(rf"[*†‡•]\s*\w|(?:{_PAGE})\s+\d+(?:\s*(?:of|de|/)\s*\d+)?\W*$", re.I)
"""Notes under a table: "* call first", "Page 1 of 2"."""
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
) -> tuple[np.ndarray, list[Problem], Look]:
    """Which rows are assets, what is said of those that are not, and the look with all headings.

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
    result = dict(look.headings)
    for position, words in lone_headings(columns, filled).items():
        headings[position] = True
        result[position + 1] = words
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
    return ~(nothing | footers | headings), problems, look._replace(headings=result)


def lone_headings(columns: Sequence[np.ndarray], filled: np.ndarray) -> dict[int, str]:
    """Rows that hold one cell, in the first column, which is the heading of the rows below.

    Only words that say a day, a kind or for whom ("MONDAY", "Food pantries:", "MEN") in a table
    whose rows mostly hold more: a name without anything else stays an asset.
    """
    if len(columns) <= _FEW_CELLS or not len(filled) or filled.max() < _FULL_ROW:
        return {}
    first = columns[0]
    headings: dict[int, str] = {}
    for position in map(int, np.flatnonzero((filled == 1) & (first != ""))):
        words = str(first[position]).strip()
        plain = words.rstrip(" :")
        below = position + 1
        while below < len(filled) and filled[below] == 0:
            below += 1
        if below >= len(filled) or filled[below] < 2:
            continue
        known = category_kind(plain) or _day_said(plain) or _people_said(plain)
        if known or words.endswith(":"):
            headings[position] = plain
    return headings


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
    if _NOTE.match(texts[0]):
        return True
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
    lead = above.copy()
    for row, words in sorted(look.headings.items()):
        lead[rows > row] = words
        if not (_day_said(words) or _people_said(words)):
            above[rows > row] = words
    for field, reads in (("day", _day_said), ("only_for", _people_said)):
        _fill_from(sheet, field, lead, reads)
    if "kind" in sheet.fields:
        empty = (category == "") & (sheet.get("kind") == "")
    else:
        empty = category == ""
    category[empty] = above[empty]
    sheet.fields["category"] = category
    sheet.from_column.setdefault("category", "sheet" if look.title else "heading")


def _fill_from(sheet: Sheet, field: str, above: np.ndarray, reads: Callable[[str], str]) -> None:
    """`field` of rows that leave it empty, where the sheet's name or a heading says it."""
    codes, values = distinct(above, reads)
    filled = np.array([*values, ""], dtype=object)[codes]
    empty = (sheet.get(field) == "") & (filled != "")
    if not empty.any():
        return
    column = sheet.get(field).copy()
    column[empty] = filled[empty]
    sheet.fields[field] = column
    sheet.from_column.setdefault(field, "heading")


def _day_said(words: str) -> str:
    """A day that a heading names ("MONDAY", "Tuesday meetings"), "" for none."""
    plain = re.sub(r"\b(?:meetings?|groups?|reuniones|grupos)\b", "", words.lower()).strip(" :-")
    named = days_of_name(plain) if plain else None
    return plain if named is not None and not named[1] and len(named[0]) == 1 else ""


def _people_said(words: str) -> str:
    """For whom a heading says its rows are ("MEN'S HOMES"), "" for nobody in particular."""
    plain = re.sub(r"['’]s?\b|\b(?:homes?|houses?|only|beds?|casas?)\b", "", words.lower())
    plain = plain.strip(" :-")
    if plain in ("men", "women"):
        return plain
    result = values.meaning("only_for", plain) if plain else None
    return result.values if result is not None and result.whole else ""


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
    filled = [words for words in texts if words]
    return sum(fold(words) in known for words in filled) / max(len(filled), 1)
