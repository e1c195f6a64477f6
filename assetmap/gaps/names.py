"""Names short enough to be said; the whole name is kept beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

MOST_LETTERS = 60
# A name that nobody uses: a number, with what the Census Bureau calls it.
_NUMBERED = re.compile(
    r"(?:census\s+)?(?:tract|block\s+group|bg|zcta5?)?\s*([\d][\d.\- ]*)(?:[;,].*)?", re.IGNORECASE
)


def names_said(names: Sequence[str], districts: Sequence[object] | None) -> np.ndarray:
    """Names as sentences say them: short, and a numbered area by the district it lies in.

    >>> list(names_said(["Census Tract 9601.01", "Oak Hill"], ["Lumberton", "Lumberton"]))
    ['Lumberton 9601.01', 'Oak Hill']
    """
    shorter = [shortened(name) for name in names]
    if districts is not None:
        for row, (name, district) in enumerate(zip(names, districts, strict=True)):
            number = _NUMBERED.fullmatch(name.strip())
            if number and isinstance(district, str) and district.strip():
                shorter[row] = shortened(f"{district.strip()} {number[1].strip()}")
    return np.array(shorter, object)


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
