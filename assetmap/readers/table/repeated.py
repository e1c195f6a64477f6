"""Cells that say "the same as above": a ditto mark, "same", ídem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from assetmap import vocabulary
from assetmap.fields import Problem
from assetmap.places import fold
from assetmap.readers.source import file_problem
from assetmap.words import text

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
