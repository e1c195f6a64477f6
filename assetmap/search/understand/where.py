"""Places named in a wish: the community's own names first, then what follows "near"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from assetmap.places import Gazetteer, fold
from assetmap.search.understand.lexicon import Token, tokens_of
from assetmap.vocabulary import word_map

_PREPOSITIONS = word_map("place_preposition")
_NEAR = {tuple(words.split()) for words in _PREPOSITIONS}
# After these a place follows for certain; after the others only one that is known.
_SURELY = {tuple(words.split()) for words, means in _PREPOSITIONS.items() if means == "sure"}
_HERE = re.compile(
    r"(?<!\w)(?:(?:near|close\s+to|around|by|next\s+to)\s+(?:my\s+(?:location|area|house|home|place|apartment|work|job|school)"
    r"|me|here|us)"
    r"|near\s?by|close\s+by|in\s+my\s+area|walking\s+distance|around\s+here"
    r"|cerca\s+(?:de\s+(?:mi\s+(?:casa|zona|trabajo|escuela)|mi|aqui|aca|nosotros)|del\s+trabajo)|por\s+aqui(?:\s+cerca)?"
    r"|aqui\s+cerca|cerca(?!\s+(?:de|del)(?!\w)))(?!\w)"
)
_LENGTH = re.compile(
    r"(?<!\w)(?:(?:within|less\s+than|under|up\s+to|a\s+menos\s+de|menos\s+de|a)\s+)?"
    r"(\d{1,3}(?:\.\d)?)\s*(miles?|mi|millas?|kms?|kilometers?|kilometros?)"
    r"(?:\s+(?:away|radius|or\s+less))?(?:\s+(?:of|from|from|de))?(?!\w)"
)
_ADDRESS = re.compile(r"\d{1,5}")
_LONGEST_NAME = 6


class PlaceSpan(NamedTuple):
    """A stretch of tokens, [first, last), that names a place; `near` is its name as typed."""

    first: int
    last: int
    near: str
    own: bool


def lengths_in(lower: str) -> Iterator[tuple[int, int, str]]:
    """Stretches that say how far, with the length ("5mi", "10km")."""
    for match in _LENGTH.finditer(lower):
        unit = "km" if match[2].startswith("k") else "mi"
        yield match.start(), match.end(), f"{match[1]}{unit}"


def here_in(lower: str) -> Iterator[tuple[int, int]]:
    """Stretches that say "near me"."""
    for match in _HERE.finditer(lower):
        yield match.start(), match.end()


def places_in(
    tokens: list[Token],
    plain: str,
    places: Gazetteer,
    ends: frozenset[int],
    words: frozenset[str],
) -> Iterator[PlaceSpan]:
    """Places that the gazetteer knows, and what follows "near" though nobody knows it.

    `ends` are tokens that cannot be part of a name: times and the like. `words` are words that
    mean something else, and name a place only when they are written with a capital.
    """
    own = _own_names(places)
    for first in range(len(tokens)):
        for size in range(min(_LONGEST_NAME, len(tokens) - first), 0, -1):
            last = first + size
            name = tuple(token.word for token in tokens[first:last])
            if name in own and not any(token.breaks for token in tokens[first + 1 : last]):
                before = _preposition(tokens, first)
                if size > 1 or before or tokens[first].raw[:1].isupper() or len(name[0]) > 5:
                    yield PlaceSpan(first - before, last, _typed(tokens, plain, first, last), True)
                    break
        if re.fullmatch(r"\d{5}", tokens[first].word) and places.find(tokens[first].word):
            before = _preposition(tokens, first)
            yield PlaceSpan(first - before, first + 1, tokens[first].word, True)
        before = _preposition(tokens, first)
        if before:
            yield from _after_near(tokens, plain, places, ends, words, first, before)


def _after_near(
    tokens: list[Token],
    plain: str,
    places: Gazetteer,
    ends: frozenset[int],
    words: frozenset[str],
    first: int,
    before: int,
) -> Iterator[PlaceSpan]:
    surely = tuple(token.word for token in tokens[first - before : first]) in _SURELY
    stop = first
    while stop < len(tokens) and stop - first < _LONGEST_NAME and stop not in ends:
        # "Alder City, IL" and "12 Oak Street, Milltown" run on past their comma.
        if stop > first and tokens[stop].breaks and not _goes_on(tokens, plain, stop):
            break
        stop += 1
    for last in range(stop, first, -1):
        name = _typed(tokens, plain, first, last)
        if last - first == 1 and tokens[first].word in ("me", "mi", "here", "aqui", "us"):
            return
        common = last - first == 1 and tokens[first].word in words
        if common and not tokens[first].raw[:1].isupper():
            continue
        result = _find(places, name)
        if result and _is_whole(result, tokens[first:last]):
            yield PlaceSpan(first - before, last, name, False)
            return
    if surely and stop > first:
        while first < stop and tokens[first].word in ("the", "a", "my", "el", "la", "mi", "los"):
            first += 1
        if stop > first:
            yield PlaceSpan(first - before, stop, _typed(tokens, plain, first, stop), False)


def _goes_on(tokens: list[Token], plain: str, position: int) -> bool:
    between = plain[tokens[position - 1].end : tokens[position].begin]
    return between.strip() == ","


def _is_whole(value: str, tokens: list[Token]) -> bool:
    """Whether the whole stretch is the place: an address, or a name word for word."""
    if _ADDRESS.fullmatch(tokens[0].word):
        return True
    named = set(fold(value).split())
    return all(token.word in named or len(token.word) == 2 for token in tokens)


@lru_cache(maxsize=4096)
def _find(places: Gazetteer, name: str) -> str:
    try:
        place = places.find(name)
    except ValueError:
        # Several places have this name: that is said when the search is made.
        return name
    return place.name if place else ""


def _typed(tokens: list[Token], plain: str, first: int, last: int) -> str:
    return " ".join(plain[tokens[first].begin : tokens[last - 1].end].split())


def _preposition(tokens: list[Token], first: int) -> int:
    """How many tokens before `first` are "near" or the like; an article may stand between."""
    for size in (3, 2, 1):
        if first - size >= 0:
            words = tuple(token.word for token in tokens[first - size : first])
            if words in _NEAR:
                return size
            if words[-1] in ("the", "el", "la") and words[:-1] in _NEAR:
                return size
    return 0


@lru_cache(maxsize=8)
def _own_names(places: Gazetteer) -> frozenset[tuple[str, ...]]:
    return frozenset(
        tuple(token.word for token in tokens_of(fold(place.name))) for place in places.places
    )
