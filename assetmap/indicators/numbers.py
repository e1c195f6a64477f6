"""Numbers as tables of areas hold them: decimal commas, Census codes, hidden counts."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.fields import Problem
from assetmap.indicators.ranks import MISSING
from assetmap.words import text

HIDDEN = re.compile(
    r"(suppressed|hidden|not shown|\*+|<\s*1[01]|1\s*[-–]\s*9|1\s*[-–]\s*10|s)", re.I
)
MISSING_WORDS = frozenset(
    ("", "na", "n/a", "nan", "null", "none", "missing", "-", "–", ".", "..", "unknown", "n", "(x)")
)
# "250,000+" and "2,500-": the open ends of medians.
_OPEN_END = re.compile(r"-?[\d.]+[+-]")


@cache
def _codes() -> tuple[np.ndarray, np.ndarray]:
    """(all Census annotation numbers, those that mean a margin of 0)."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "census_codes.csv")
    numbers = np.array([float(row["number"]) for row in rows])
    return numbers, numbers[np.array([row["moe"] == "zero" for row in rows])]


@cache
def _code_texts() -> dict[str, str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "census_codes.csv")
    return {row["text"].casefold(): row["number"] for row in rows if row["text"]}


def without_codes(numbers: np.ndarray, margins: bool = False) -> np.ndarray:
    """The numbers with Census annotation codes as NaN; in margins −555555555 is 0."""
    codes, zero = _codes()
    out = np.where(np.isin(numbers, codes), np.nan, numbers)
    return np.where(np.isin(numbers, zero), 0.0, out) if margins else out


def census_numbers(values: pd.Series, margins: bool = False) -> np.ndarray:
    """Numbers of a Census table, where codes may be numbers or their texts (`*****`, `(X)`)."""
    plain = values.fillna("").astype("str").str.strip()
    plain = plain.str.replace(r"^[±+]\s*/?-?\s*", "", regex=True)
    plain = plain.str.replace(r"[,%$\s]", "", regex=True)
    coded = plain.str.casefold().map(_code_texts())
    plain = plain.where(coded.isna(), coded)
    ends = plain.str.fullmatch(_OPEN_END).fillna(False).astype(bool)
    plain = plain.mask(ends, plain.str[:-1])
    numbers = pd.to_numeric(plain, errors="coerce").to_numpy(float).copy()
    numbers = without_codes(numbers, margins)
    numbers[np.isinf(numbers) | (numbers == MISSING)] = np.nan
    if margins:
        numbers[numbers < 0] = np.nan
    return numbers


def decimal_comma(frame: pd.DataFrame, delimiter: str) -> bool:
    """Whether the commas of a table split at `delimiter` are decimal: `12,5` in a semicolon file.

    A comma before three digits may be a thousands mark; one before one, two or four is decimal.
    """
    if delimiter == ",":
        return False
    decimal = thousands = 0
    for name in frame:
        cells = frame[name].astype("str").str.strip()
        decimal += int(cells.str.fullmatch(r"-?\d+,(\d{1,2}|\d{4,})%?").sum())
        decimal += int(cells.str.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+").sum())
        thousands += int(cells.str.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?").sum())
    return decimal > 0 and decimal >= thousands / 10


def with_points(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with decimal commas written as points."""
    pattern = r"-?\d{1,3}(\.\d{3})*,\d+%?|-?\d+,\d+%?"
    out = frame.copy()
    for name in frame:
        cells = frame[name].astype("str")
        number = cells.str.strip().str.fullmatch(pattern).fillna(False).astype(bool)
        if number.any():
            points = cells.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
            out[name] = cells.where(~number, points)
    return out


def said_numbers(
    values: pd.Series, field: str, source: str, problems: list[Problem], margins: bool = False
) -> np.ndarray:
    """Numbers of a plain table; a cell that is none is said, Census codes are said together."""
    plain = values.str.replace(r"[,%$\s]", "", regex=True)
    plain = plain.mask(plain.str.lower().isin(MISSING_WORDS), "")
    numbers = pd.to_numeric(plain, errors="coerce").to_numpy(float).copy()
    for row in np.flatnonzero(np.isnan(numbers) & (plain != "").to_numpy()):
        cell = values.iat[row]
        note = text("indicators.no_number", row=row + 1, source=source, field=field, value=cell)
        problems.append(Problem(int(row) + 1, field, cell, "kept", note, source))
    coded = np.isin(numbers, _codes()[0])
    if coded.any():
        first = int(np.flatnonzero(coded)[0])
        value = values.iat[first]
        note = text("indicators.codes", source=source, field=field, n=int(coded.sum()), value=value)
        problems.append(Problem(None, field, value, "fixed", note, source))
    numbers = without_codes(numbers, margins)
    numbers[numbers == MISSING] = np.nan
    numbers[np.isinf(numbers)] = np.nan
    return numbers
