"""What kind of asset a row is, guessed from its own words.

Phrases lie in vocabulary/kind_words.csv (phrase, kind, weight 1–5, values it also sets); the
labels of kinds.csv and the names in programs.csv count too. The phrase with the highest
weight decides. Words of a name or a service type count fully, a description's 0.4 and a
category's 0.35 of that: categories are often one shelf for everything ("Crisis Services").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold

TRUST = (1.0, 1.0, 0.4, 0.35)
"""Weight of the texts given to `guess_kind`: name, type, description, category."""
_LONGEST = 6
_LABEL_WEIGHT = 4.5
_PROGRAM_WEIGHT = 6.0
# One fellowship's name inside another's ("Gam-Anon for families of Gamblers Anonymous").
_FAMILY_WEIGHT = 6.5
_HEAVIEST = _FAMILY_WEIGHT
_WORD = re.compile(r"[a-z0-9]+")


class Guess(NamedTuple):
    """A kind, the phrase it was guessed from, in which text, and values the phrase also sets."""

    kind: str
    phrase: str
    text: int
    fill: Mapping[str, str]


class _Phrase(NamedTuple):
    kind: str
    weight: float
    phrase: str
    fill: Mapping[str, str]


def words_of(text: str) -> list[str]:
    """Folded words without a plural s, so that "Churches" meets "church"."""
    plain = text.lower() if text.isascii() else fold(text)
    return [_singular(word) for word in _WORD.findall(plain.replace("'", ""))]


@lru_cache(maxsize=65536)
def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def _phrases() -> Mapping[str, _Phrase]:
    found: dict[str, _Phrase] = {}
    for kind, row in vocabulary.terms("kinds").items():
        for label in (kind.replace("_", " "), row["label_en"], row["label_es"]):
            words = words_of(label)
            if kind != "other" and 2 <= len(words) <= _LONGEST:
                found[" ".join(words)] = _Phrase(kind, _LABEL_WEIGHT, label, {})
    for row in vocabulary.read_rows(vocabulary.FOLDER / "kind_words.csv"):
        fill = dict(pair.split("=", 1) for pair in row["fill"].split(";") if pair)
        key = " ".join(words_of(row["phrase"]))
        found[key] = _Phrase(row["kind"], float(row["weight"]), row["phrase"], fill)
    for program, row in vocabulary.terms("programs").items():
        weight = _FAMILY_WEIGHT if row["kind"] == "family_group" else _PROGRAM_WEIGHT
        for spelling in vocabulary.split(row["words"]):
            key = " ".join(words_of(spelling))
            found[key] = _Phrase(row["kind"], weight, spelling, {"program": program})
    return found


@cache
def _longest_by_first_word() -> Mapping[str, int]:
    """First word of a phrase → words in the longest phrase that begins with it."""
    found: dict[str, int] = {}
    for phrase in _phrases():
        words = phrase.split()
        found[words[0]] = max(found.get(words[0], 0), len(words))
    return found


def _found_in(text: str) -> Iterator[_Phrase]:
    """The phrases of `text`, longest first from the left, none inside another."""
    phrases, longest = _phrases(), _longest_by_first_word()
    words = words_of(text)
    start = 0
    while start < len(words):
        for length in range(longest.get(words[start], 0), 0, -1):
            phrase = phrases.get(" ".join(words[start : start + length]))
            if phrase is not None:
                yield phrase
                start += length
                break
        else:
            start += 1


def guess_kind(*texts: str) -> Guess | None:
    """The likeliest kind from name, service type, description and category, or None.

    An empty text is skipped; of equal phrases the one in the earlier text wins.
    """
    best: Guess | None = None
    highest = 0.0
    for position, text in enumerate(texts[: len(TRUST)]):
        if highest >= _HEAVIEST * TRUST[position]:
            break
        if not text:
            continue
        for phrase in _found_in(text):
            if phrase.weight * TRUST[position] > highest:
                highest = phrase.weight * TRUST[position]
                best = Guess(phrase.kind, phrase.phrase, position, phrase.fill)
    return best
