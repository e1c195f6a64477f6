"""Names short enough to be said; the whole name is kept beside them."""

from __future__ import annotations

MOST_LETTERS = 60


def shortened(name: str) -> str:
    """A name of at most `MOST_LETTERS`, cut at a word where there is one.

    >>> shortened("Oak " * 30)
    'Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak …'
    """
    plain = " ".join(name.split())
    if len(plain) <= MOST_LETTERS:
        return plain
    start = plain[: MOST_LETTERS - 2]
    at_word = start.rsplit(" ", 1)[0] if " " in start[MOST_LETTERS // 2 :] else start
    return f"{at_word} …"
