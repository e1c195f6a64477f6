"""The phrases people use, read from the vocabulary: what each means, longest match first.

`synonyms_LANGUAGE.csv` holds what people say; beside it count the labels of the vocabularies and
the phrases lists are recognised by (`kind_words.csv`). `ask_words.csv` holds the small words
around them: what a place must accept, what is refused, where a person comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.search.understand.meaning import Meaning, meaning_of
from assetmap.search.understand.tokens import Token, forms, plain_text, tokens_of
from assetmap.words import LANGUAGES

# How firmly a phrase names what is looked for.
STRONG, WEAK, FAINT = 2, 1, 0
_LEAST_WEIGHT = 4  # of kind_words.csv
_LANGUAGE_PATTERNS = (
    "in {}", "{} interpreter", "interprete de {}", "{} speaking", "{} language", "en {}",
    "habla {}", "hablan {}", "hable {}", "speak {}", "speaks {}",
)  # fmt: skip
# Names of languages that are words of their own.
_ALSO_WORDS = frozenset(("polish", "english", "inglés", "ingles", "other", "otro", "creole"))


class Phrase(NamedTuple):
    """One phrase: what it means when it is looked for, when a place must accept it, and when it
    is refused (None: nothing of its own), and when a person comes from there."""

    words: tuple[str, ...]
    means: Meaning
    accepts: Meaning | None
    refused: Meaning | None
    rank: int
    flags: frozenset[str]


class Node:
    """One step of the tree of phrases: what may follow, and the phrase that ends here."""

    __slots__ = ("next", "phrase", "roles")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.phrase: Phrase | None = None
        self.roles: frozenset[str] = frozenset()


class Match(NamedTuple):
    """A stretch of tokens, [first, last), and what it is: a phrase, or small words by role."""

    first: int
    last: int
    phrase: Phrase | None
    roles: frozenset[str]


def phrase_words(text: str) -> tuple[str, ...]:
    """The words of a phrase of the vocabulary, as typed words are folded."""
    return tuple(token.word for token in tokens_of(plain_text(text)))


@cache
def tree() -> Node:
    """The tree of every phrase of every language; of two meanings of one phrase the first stays."""
    root = Node()
    for phrase in (*_synonyms(), *_labels(), *_kind_words()):
        node = _step(root, phrase.words)
        if node.phrase is None:
            node.phrase = phrase
    for row in vocabulary.read_rows(vocabulary.FOLDER / "ask_words.csv"):
        node = _step(root, phrase_words(row["phrase"]))
        node.roles |= {row["role"]}
    return root


@cache
def known_words() -> frozenset[str]:
    """Every word of the phrases: what a misspelt word may have been."""
    result: set[str] = set()
    waiting = [tree()]
    while waiting:
        node = waiting.pop()
        result.update(node.next)
        waiting.extend(node.next.values())
    return frozenset(result)


@cache
def words_in(language: str) -> frozenset[str]:
    """The words of the phrases that people say in `language`."""
    path = vocabulary.FOLDER / f"synonyms_{language}.csv"
    rows = vocabulary.read_rows(path) if path.is_file() else []
    return frozenset(word for row in rows for word in phrase_words(row["phrase"]))


def matches_in(tokens: list[Token]) -> Iterator[Match]:
    """Every stretch of `tokens` that is a phrase or a small word; stretches may overlap."""
    root = tree()
    for first in range(len(tokens)):
        nodes = [root]
        for last in range(first, len(tokens)):
            if last > first and tokens[last].breaks:
                break
            # A word and its singular may both lead on.
            nodes = [
                node.next[form]
                for node in nodes
                for form in forms(tokens[last].word)
                if form in node.next
            ]
            if not nodes:
                break
            for node in nodes:
                if node.phrase is not None or node.roles:
                    yield Match(first, last + 1, node.phrase, node.roles)
                    break


def _step(root: Node, words: Iterable[str]) -> Node:
    node = root
    for word in words:
        node = node.next.setdefault(word, Node())
    return node


def _synonyms() -> Iterator[Phrase]:
    for language in LANGUAGES:
        path = vocabulary.FOLDER / f"synonyms_{language}.csv"
        if not path.is_file():
            continue
        for row in vocabulary.read_rows(path):
            yield Phrase(
                phrase_words(row["phrase"]),
                meaning_of(row["means"]),
                meaning_of(row["accepts"]) if row["accepts"] else None,
                meaning_of(row["refused"].removeprefix("-")) if row["refused"] else None,
                int(row["rank"] or STRONG),
                frozenset(vocabulary.split(row["flags"])),
            )


def _labels() -> Iterator[Phrase]:
    """Names of programs, people and languages, and labels of needs and kinds."""
    for program, row in vocabulary.terms("programs").items():
        names = [row["label_en"], row["label_es"], *vocabulary.split(row["words"])]
        kind = row["kind"]
        topic = {"needs": (main_need(kind),)}
        if kind != "meeting":
            topic["kinds"] = (kind,)
        for name in names:
            if program != "other" and len(name) > 3:
                yield _phrase(name, {**topic, "programs": (program,)}, flags=("program",))
    for language, row in vocabulary.terms("languages").items():
        names = [row["label_en"], row["label_es"], *vocabulary.split(row["words"])]
        for name in names:
            if len(name) > 3:
                for pattern in _LANGUAGE_PATTERNS:
                    yield _phrase(pattern.format(name), {"languages": (language,)})
                if name.lower() not in _ALSO_WORDS:
                    yield _phrase(name, {"languages": (language,)}, WEAK)
    for name in ("populations", "needs", "kinds"):
        for term, row in vocabulary.terms(name).items():
            for column in [f"label_{language}" for language in LANGUAGES]:
                label = row.get(column) or ""
                if name == "populations":
                    yield _phrase(label, {"populations": (term,)})
                elif name == "needs":
                    if phrase_words(label)[0] in ("a", "un", "una"):
                        continue  # the article would hide what people call the thing itself
                    yield _phrase(label, {"needs": (term,)})
                elif main_need(term):
                    yield _phrase(label, {"needs": (main_need(term),), "kinds": (term,)})


def _kind_words() -> Iterator[Phrase]:
    for row in vocabulary.read_rows(vocabulary.FOLDER / "kind_words.csv"):
        need = main_need(row["kind"])
        if int(row["weight"] or 0) >= _LEAST_WEIGHT and need and not row["fill"]:
            yield _phrase(row["phrase"], {"needs": (need,), "kinds": (row["kind"],)})


def _phrase(text: str, means: Meaning, rank: int = STRONG, flags: Iterable[str] = ()) -> Phrase:
    return Phrase(phrase_words(text), means, None, None, rank, frozenset(flags))


@cache
def main_need(kind: str) -> str:
    """The need that `kind` answers first: the one that names it earliest; "" where none does."""
    needs = vocabulary.needs_of_kind(kind)
    if not needs:
        return ""
    return min(needs, key=lambda need: vocabulary.kinds_of_need(need).index(kind))
