"""What kind of asset a row is, guessed from its own words.

Phrases lie in vocabulary/kind_words.csv (phrase, kind, weight 1–5, values it also sets); the
labels of kinds.csv and the names in programs.csv count too. The phrase with the highest weight
decides. A name and a service type count first, then a category: categories are often one shelf for
everything ("Crisis Services"). A place's name is no kind: "Portage Park Clinic" is no park, so
words of place_words.csv count in a name only where they are what it is ("Alder Cathedral"), after
everything else; a description counts last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold

NAME, TYPE, DESCRIPTION, CATEGORY = range(4)
"""The texts given to `guess_kind`, and which of them a guess rests on."""
_LONGEST = 6
_LABEL_WEIGHT = 4.5
_PROGRAM_WEIGHT = 6.0
# One fellowship's name inside another's ("Gam-Anon for families of Gamblers Anonymous").
_FAMILY_WEIGHT = 6.5
_HEAVIEST = _FAMILY_WEIGHT
_SURE = 3.0
"""A phrase of this weight names the kind of a whole list in its title."""
_VAGUE = 1.0
"""A phrase of this weight ("community support") yields to a category."""
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
    result: dict[str, _Phrase] = {}
    for kind, row in vocabulary.terms("kinds").items():
        for label in (kind.replace("_", " "), row["label_en"], row["label_es"]):
            words = words_of(label)
            if kind != "other" and 2 <= len(words) <= _LONGEST:
                result[" ".join(words)] = _Phrase(kind, _LABEL_WEIGHT, label, {})
    for row in vocabulary.read_rows(vocabulary.FOLDER / "kind_words.csv"):
        fill = dict(pair.split("=", 1) for pair in row["fill"].split(";") if pair)
        key = " ".join(words_of(row["phrase"]))
        result[key] = _Phrase(row["kind"], float(row["weight"]), row["phrase"], fill)
    for program, row in vocabulary.terms("programs").items():
        weight = _FAMILY_WEIGHT if row["kind"] == "family_group" else _PROGRAM_WEIGHT
        for spelling in vocabulary.split(row["words"]):
            key = " ".join(words_of(spelling))
            result[key] = _Phrase(row["kind"], weight, spelling, {"program": program})
    return result


@cache
def _longest_by_first_word() -> Mapping[str, int]:
    """First word of a phrase → words in the longest phrase that begins with it."""
    result: dict[str, int] = {}
    for phrase in _phrases():
        words = phrase.split()
        result[words[0]] = max(result.get(words[0], 0), len(words))
    return result


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


def guess_kind(*texts: str, sure_only: bool = False) -> Guess | None:
    """The likeliest kind from name, service type, description and category, or None.

    An empty text is skipped; of equal phrases the one in the earlier text wins. `sure_only`: only
    from name, type and category, and not from a place's name.
    """
    name, kind, description, category = (*texts, "", "", "", "")[:4]
    best: Guess | None = None
    highest = 0.0
    for position, words in ((NAME, name), (TYPE, kind)):
        if highest >= _HEAVIEST or not words:
            continue
        for phrase in _found_in(words):
            place = position == NAME and _is_place(phrase.phrase)
            if phrase.weight > highest and not place:
                highest = phrase.weight
                best = Guess(phrase.kind, phrase.phrase, position, phrase.fill)
    if best is None and kind:
        best = _by_cell(kind, TYPE)
        highest = _LABEL_WEIGHT if best else highest
    if category and highest <= _VAGUE:
        # "Inclusive community support" says less than a category "Food services".
        best = _by_cell(category, CATEGORY) or _heaviest(category, CATEGORY) or best
    if best is None and not sure_only:
        best = _head(name) or _heaviest(description, DESCRIPTION, places=False)
    return best


def category_kind(words: str, single_words: bool = True) -> str:
    """The one kind that a title or a heading names ("Food Pantries"), "" for none or several.

    `single_words`: "Homes" alone counts, as a heading and not in a file's name.
    """
    cell = _by_cell(words, CATEGORY) if single_words else None
    if cell is not None:
        return cell.kind
    named = {phrase.kind for phrase in _found_in(words) if phrase.weight >= _SURE}
    return named.pop() if len(named) == 1 else ""


def _heaviest(words: str, position: int, places: bool = True) -> Guess | None:
    result = [p for p in _found_in(words) if places or not _is_place(p.phrase)]
    if not result:
        return None
    best = max(result, key=lambda phrase: phrase.weight)
    return Guess(best.kind, best.phrase, position, best.fill)


@cache
def _cells() -> Mapping[str, str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "kind_cells.csv")
    return {" ".join(words_of(row["cell"])): row["kind"] for row in rows}


def _by_cell(words: str, position: int) -> Guess | None:
    """A cell that is one word for a kind ("Meetings"), or a list of such words."""
    for part in re.split(r"[,;/|]", words):
        kind = _cells().get(" ".join(words_of(part)))
        if kind:
            return Guess(kind, part.strip(), position, {})
    return None


@cache
def _place_words() -> frozenset[str]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "place_words.csv")
    return frozenset(" ".join(words_of(row["phrase"])) for row in rows)


@lru_cache(maxsize=4096)
def _is_place(phrase: str) -> bool:
    return " ".join(words_of(phrase)) in _place_words()


def _head(name: str) -> Guess | None:
    """A place word that says what the name is: its last ("Alder Cathedral") or, before "of", its
    first ("Church of the Valley")."""
    plain = re.split(r"\s[-–—|(@]|,|\b(?:at|in|for|en)\b", name, maxsplit=1)[0]
    words = words_of(plain)
    if not words:
        return None
    for phrase in _found_in(plain):
        parts = words_of(phrase.phrase)
        last = words[-len(parts) :] == parts
        first = words[: len(parts)] == parts and words[len(parts) : len(parts) + 1] in (
            ["of"], ["de"], ["del"], ["y"],
        )  # fmt: skip
        if last or first:
            return Guess(phrase.kind, phrase.phrase, NAME, phrase.fill)
    return None
