"""A table being made plain: columns by field, cells that say "same", rows that say "closed"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import Problem, sentence
from assetmap.places import fold
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
_OTHER = re.compile(r"mailing|billing|postal address|correo|fax|alt|second|other|intake|after")
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
