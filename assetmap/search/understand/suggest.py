"""Suggestions while typing: "lawyer" → legal help, "guard" → child care."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.search.understand.lexicon import Node, Phrase, tree
from assetmap.search.understand.meaning import Meaning
from assetmap.search.understand.tokens import plain_text, tokens_of

_SHOWN = ("kinds", "needs", "programs", "populations", "yes", "medications", "languages", "costs")


class Suggestion(NamedTuple):
    """What a beginning of words may mean: its label, the field and id it would set."""

    label: str
    field: str
    id: str


def suggestions(text: str, language: str = "en", limit: int = 6) -> list[Suggestion]:
    """What the last words typed may go on to, the shortest phrases first; each meaning once.

    Only beginnings of words count, never letters within them.
    """
    words = [token.word for token in tokens_of(plain_text(text))]
    result: dict[Suggestion, None] = {}
    for begin in range(max(0, len(words) - 4), len(words)):
        typed = words[begin:]
        if len(typed[-1]) < 2:
            continue
        for phrase in _beginning_with(tuple(typed)):
            result.update(dict.fromkeys(_suggested(phrase.means, language)))
            if len(result) >= limit:
                return list(result)[:limit]
    return list(result)[:limit]


@cache
def _beginning_with(typed: tuple[str, ...]) -> tuple[Phrase, ...]:
    node = tree()
    for word in typed[:-1]:
        if word not in node.next:
            return ()
        node = node.next[word]
    phrases = [
        phrase
        for word, child in node.next.items()
        if word.startswith(typed[-1])
        for phrase in _below(child)
    ]
    order = sorted(phrases, key=lambda phrase: (-phrase.rank, len(" ".join(phrase.words))))
    return tuple(order)


def _below(node: Node) -> Iterator[Phrase]:
    if node.phrase is not None:
        yield node.phrase
    for child in node.next.values():
        yield from _below(child)


def _suggested(means: Meaning, language: str) -> Iterator[Suggestion]:
    for name in _SHOWN:
        for term in means.get(name, ()):
            yield Suggestion(_label(name, term, language), name, term)
        if name in ("kinds", "needs") and means.get(name):
            return


def _label(name: str, term: str, language: str) -> str:
    if name == "yes":
        row = vocabulary.terms("yes_no")[term]
        return row.get(f"yes_{language}") or row["yes_en"]
    return vocabulary.label({"medications": "medications_ok"}.get(name, name), term, language)
