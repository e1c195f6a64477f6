"""What people say for what there is, to be offered while they type: "lawyer" → legal help."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.search.understand.lexicon import Node, phrase_words, tree

# Longer ones are whole wishes: nobody is helped by having them finished.
MOST_WORDS = 3
_NAMED = ("kinds", "needs", "programs")


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
