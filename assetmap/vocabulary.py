"""The words assetmap knows: kinds, needs, programs, populations … and their labels.

Every list is a CSV file in `assetmap/vocabulary/`; adding a kind, need, pathway or language
is adding a row there. This module only reads those files; it decides nothing about assets.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).with_name("vocabulary")
SEPARATOR = "|"

# Vocabularies with a file of their own; all other small ones stand together in terms.csv.
FILES = (
    "kinds",
    "needs",
    "groups",
    "support",
    "activities",
    "pathways",
    "programs",
    "populations",
    "concerns",
    "costs",
    "languages",
    "yes_no",
)

Row = Mapping[str, str]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV file as dicts of text; the file's own order is kept."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _vocabularies() -> Mapping[str, Mapping[str, Row]]:
    result: dict[str, dict[str, Row]] = {}
    for name in FILES:
        rows = read_rows(FOLDER / f"{name}.csv")
        result[name] = {row["id"]: MappingProxyType(row) for row in rows}
    for row in read_rows(FOLDER / "terms.csv"):
        result.setdefault(row["vocabulary"], {})[row["id"]] = MappingProxyType(row)
    return MappingProxyType({name: MappingProxyType(rows) for name, rows in result.items()})


@cache
def day_parts() -> Mapping[str, tuple[int, int]]:
    """Parts of the day as id → first hour and the hour at which it ends, in order.

    Hours over 24 are of the next morning: a night belongs to the day on which it begins.
    """
    rows = read_rows(FOLDER / "day_parts.csv")
    return MappingProxyType({row["id"]: (int(row["from"]), int(row["to"])) for row in rows})


@cache
def word_map(name: str) -> Mapping[str, str]:
    """The words of a set of word_sets.csv, in order → what each means ("" in plain sets).

    Raises KeyError for an unknown set.
    """
    rows = [row for row in read_rows(FOLDER / "word_sets.csv") if row["set"] == name]
    if not rows:
        raise KeyError(name)
    return MappingProxyType({row["word"]: row["means"] for row in rows})


def word_set(name: str) -> frozenset[str]:
    """The words of a set of word_sets.csv: what people write that means one thing to a reader."""
    return frozenset(word_map(name))


def any_of(name: str) -> str:
    """A pattern for any word of a set of word_sets.csv, the longest first."""
    return "|".join(map(re.escape, sorted(word_map(name), key=len, reverse=True)))


def names() -> tuple[str, ...]:
    """The names of all vocabularies."""
    return tuple(_vocabularies())


def terms(name: str) -> Mapping[str, Row]:
    """The vocabulary `name` as id → row, in file order. Raises KeyError for an unknown name."""
    return _vocabularies()[name]


def label(name: str, term: str, language: str = "en") -> str:
    """What to call `term` of vocabulary `name`; the id itself where the term is unknown.

    >>> label("kinds", "meeting", "es")
    'Reunión de recuperación'
    """
    row = terms(name).get(term)
    return term if row is None else row.get(f"label_{language}") or row["label_en"]


def labels() -> Mapping[str, Row]:
    """Every row that has a label, as `vocabulary:id` → row, fields among them."""
    rows = {
        f"{name}:{term}": row
        for name, terms_of_name in _vocabularies().items()
        for term, row in terms_of_name.items()
        if row.get("label_en")
    }
    return rows | {f"fields:{name}": row for name, row in fields().items()}


def split(cell: str) -> list[str]:
    """The parts of a many-valued vocabulary cell (`a|b`), without empty ones.

    >>> split("a||b")
    ['a', 'b']
    """
    return [part for part in cell.split(SEPARATOR) if part]


@cache
def fields() -> Mapping[str, Row]:
    """fields.csv as name → row: the one table of what an asset can say."""
    return MappingProxyType(
        {row["name"]: MappingProxyType(row) for row in read_rows(FOLDER / "fields.csv")}
    )


@cache
def kinds_of_need(need: str) -> tuple[str, ...]:
    """The kinds that answer `need`, in the order the finder shows them."""
    return tuple(split(terms("needs")[need]["kinds"]))


@cache
def needs_of_kind(kind: str) -> tuple[str, ...]:
    """The needs that `kind` answers, in the order of needs.csv."""
    return tuple(need for need in terms("needs") if kind in kinds_of_need(need))


@cache
def kinds_where(column: str) -> frozenset[str]:
    """The kinds whose `column` of kinds.csv says yes."""
    return frozenset(kind for kind, row in terms("kinds").items() if row.get(column) == "yes")
