"""A typed wish as tokens: folded, with what the folding loses kept beside it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# No wish is longer; what comes after it is not read.
LONGEST = 600
_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_BREAK = re.compile(r"[.,;:!?()\n]")


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
