"""Words of other people's sheets that mean values of ours: "Sliding scale" → `sliding`.

Ids, labels and other words of the vocabularies are read by `assets.check`; here stand only
the phrases of vocabulary/value_words.csv (field, phrase, values).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold

_WORD = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(r"[|;,/&\n]|\s-\s|\b(?:and|or|to|y|o)\b", re.IGNORECASE)
# With one of these words near, a phrase may mean its opposite ("not free", "no insurance").
_DOUBT = vocabulary.word_set("doubt")


class CellMeaning(NamedTuple):
    """Ids joined by `|` ("" = nothing to say), and whether every word of the cell was used."""

    values: str
    whole: bool


@cache
def _words() -> dict[str, dict[str, tuple[str, ...]]]:
    result: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in vocabulary.read_rows(vocabulary.FOLDER / "value_words.csv"):
        values = tuple(vocabulary.split(row["values"]))
        result.setdefault(row["field"], {})[_plain(row["phrase"])] = values
    return result


@cache
def _longest(field: str) -> int:
    """Words in the longest phrase of a field."""
    return max(len(phrase.split()) for phrase in _words()[field])


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def fields() -> frozenset[str]:
    """The fields that have words in value_words.csv."""
    return frozenset(_words())


@cache
def _known(field: str) -> frozenset[str]:
    name = vocabulary.fields()[field]["vocabulary"]
    rows = vocabulary.terms(name)
    plain = {_plain(term) for term in rows}
    for row in rows.values():
        plain |= {_plain(row.get("label_en") or ""), _plain(row.get("label_es") or "")}
    return frozenset(plain)


def meaning(field: str, cell: str) -> CellMeaning | None:
    """What `cell` says of `field`; None where it is left to `assets.check` or says nothing we know.

    The whole cell, then its pieces between commas, slashes and "and", then phrases inside it.
    """
    words = _words()[field]
    plain = _plain(cell)
    listed = [_plain(piece) for piece in cell.split(vocabulary.SEPARATOR)]
    if not plain or all(piece in _known(field) for piece in listed):
        return None
    if plain in words:
        return CellMeaning(vocabulary.SEPARATOR.join(words[plain]), True)
    pieces = [piece for piece in map(_plain, _PIECE.split(cell)) if piece]
    if all(piece in words or piece in _known(field) for piece in pieces):
        if not any(piece in words for piece in pieces):
            return None
        result = [
            value for piece in pieces for value in words.get(piece, (piece.replace(" ", "_"),))
        ]
        return CellMeaning(vocabulary.SEPARATOR.join(dict.fromkeys(result)), True)
    if vocabulary.fields()[field]["type"] != "set":
        return None
    tokens = plain.split()
    if _DOUBT & set(tokens):
        return None
    values: list[str] = []
    start = 0
    while start < len(tokens):
        for length in range(min(_longest(field), len(tokens) - start), 0, -1):
            phrase = " ".join(tokens[start : start + length])
            if phrase in words:
                values.extend(words[phrase])
                start += length
                break
        else:
            start += 1
    return CellMeaning(vocabulary.SEPARATOR.join(dict.fromkeys(values)), False) if values else None
