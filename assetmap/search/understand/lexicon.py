"""The words of a wish and the phrases people use: what each means, longest match first.

A typed wish becomes tokens: folded, with what the folding loses kept beside it.
`synonyms_LANGUAGE.csv` holds what people say; beside it count the labels of the vocabularies and
the phrases lists are recognised by (`kind_words.csv`). `ask_words.csv` holds the small words
around them: what a place must accept, what is refused, where a person comes from. The same
phrases are offered while somebody types: "lawyer" for legal help.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.search.understand.meaning import Meaning, main_need, meaning_of
from assetmap.words import LANGUAGES

# No wish is longer; what comes after it is not read.
LONGEST = 600
_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_BREAK = re.compile(r"[.,;:!?()\n]")
# How firmly a phrase names what is looked for.
STRONG, WEAK, FAINT = 2, 1, 0
_LEAST_WEIGHT = 4  # of kind_words.csv
_LANGUAGE_PATTERNS = (
    "in {}", "{} interpreter", "interprete de {}", "{} speaking", "{} language", "en {}",
    "habla {}", "hablan {}", "hable {}", "speak {}", "speaks {}",
)  # fmt: skip
# Names of languages that are words of their own.
_ALSO_WORDS = frozenset(("polish", "english", "inglés", "ingles", "other", "otro", "creole"))
# Longer ones are whole wishes: nobody is helped by having them finished.
MOST_WORDS = 3
_NAMED = ("kinds", "needs", "programs")


class Token(NamedTuple):
    """One word. `word` is lower case without accents and apostrophes; `raw` as it was typed.

    `begin` and `end` are positions in the plain text, `capital` says that it was typed in
    capitals in a text that is not all capitals, `breaks` that a comma or stop comes before it.
    """

    word: str
    raw: str
    begin: int
    end: int
    capital: bool
    breaks: bool


def plain_text(text: str) -> str:
    """`text` without accents and control characters, at most `LONGEST` letters, case kept."""
    letters = unicodedata.normalize("NFKD", text[: 2 * LONGEST])
    kept = "".join(
        " " if unicodedata.category(char)[0] == "C" else char
        for char in letters
        if not unicodedata.combining(char)
    )
    return kept[:LONGEST]


def tokens_of(plain: str) -> list[Token]:
    """The words of a text that `plain_text` has made.

    >>> [token.word for token in tokens_of(plain_text("Won't wáke up: 12-step"))]
    ['wont', 'wake', 'up', '12', 'step']
    """
    shouted = plain.upper() == plain and len(plain.split()) > 1
    tokens: list[Token] = []
    last = 0
    for match in _WORD.finditer(plain):
        raw = match[0]
        word = re.sub(r"['’`´]", "", raw).casefold()
        capital = len(raw) > 1 and raw.isupper() and not shouted
        breaks = bool(_BREAK.search(plain, last, match.start())) if tokens else False
        tokens.append(Token(word, raw, match.start(), match.end(), capital, breaks))
        last = match.end()
    return tokens


def forms(word: str) -> tuple[str, ...]:
    """The forms under which a typed word is looked up: itself, then without its plural ending.

    >>> forms("mujeres"), forms("classes"), forms("bus")
    (('mujeres', 'mujere', 'mujer'), ('classes', 'classe', 'class'), ('bus',))
    """
    result = [word]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        result.append(word[:-1])
        if word.endswith("es") and len(word) > 4:
            result.append(word[:-2])
        if word.endswith("ies"):
            result.append(word[:-3] + "y")
        if word.endswith("ces"):
            result.append(word[:-3] + "z")
    if len(word) > 5 and word.endswith(("a", "as")):
        result.append(word.rstrip("s")[:-1] + "o")
    return tuple(result)


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
class Completion(NamedTuple):
    """What somebody may be about to type, and what it is called here; "" where that is the same."""

    phrase: str
    means: str


@cache
def completions(language: str) -> tuple[Completion, ...]:
    """Everything that is offered in `language`, in the order of the alphabet, each phrase once.

    It is the same for everybody, so that it can be fetched as a whole before anybody has typed a
    letter: what is typed never leaves the page.
    """
    path = vocabulary.FOLDER / f"synonyms_{language}.csv"
    rows = vocabulary.read_rows(path) if path.is_file() else []
    result: dict[tuple[str, ...], Completion] = {}
    for name in ("needs", "kinds"):
        for term in vocabulary.terms(name):
            label = vocabulary.label(name, term, language)
            if _meant(phrase_words(label), language) and "," not in label:
                result.setdefault(phrase_words(label), Completion(label, ""))
    for row in rows:
        words = phrase_words(row["phrase"])
        means = _meant(words, language)
        if means and len(words) <= MOST_WORDS and not row["flags"]:
            result.setdefault(words, Completion(row["phrase"], means))
    return tuple(result[words] for words in sorted(result))


def _meant(words: tuple[str, ...], language: str) -> str:
    """The label of the kind, need or program that a phrase means; "" where it means none.

    As `understand` has it: of two languages' meanings of one phrase the first stays.
    """
    node: Node | None = tree()
    for word in words:
        node = node.next.get(word) if node is not None else None
    if node is None or node.phrase is None:
        return ""
    for name in _NAMED:
        for term in node.phrase.means.get(name, ()):
            return vocabulary.label(name, term, language)
    return ""
