"""What a row is known by where its source gives no id, so that ordinary edits keep its id.

A row is known by its name and the house it is at. Kind, times and the rest come in only for rows
that share both, because they are what people correct: a changed hour, a comma or another category
must not make another asset of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from assetmap.places import fold
from assetmap.streets import Street

Parts = tuple[str, ...]


def fingerprint(*parts: str) -> str:
    """Ten hex digits for texts that identify a row; its number never does.

    >>> fingerprint("Open  Door", "12 Main St") == fingerprint("open door", "12 main st")
    True
    """
    joined = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:10]


def known_by(name: str, address: str, city: str = "") -> Parts:
    """Name and house in one spelling: no case, accents, punctuation or "St" for "Street".

    The town counts only where no house is named.
    """
    street = Street(address, city) if address else None
    if street is not None and street.definite:
        house = " ".join((*sorted(street.numbers), street.direction, *street.words))
    else:
        house = _plain(address) or _plain(city)
    return _plain(name), house


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).replace("&", " and ")))


def suffixes(rows: Sequence[Parts]) -> list[str]:
    """What tells rows apart that are known by the same: six hex digits each.

    `rows` are their further texts, the steadiest first; only as many as are needed are used, so
    that an edit of the others changes no id. Rows alike in everything get the same.
    """
    width = len(rows[0]) if rows else 0
    used: list[int] = []
    most = 1
    for column in range(width):
        if most == len(rows):
            break
        apart = len({tuple(row[position] for position in (*used, column)) for row in rows})
        alone = len({row[column] for row in rows})
        if alone == len(rows):
            used, most = [column], alone
        elif apart > most:
            used, most = [*used, column], apart
    return [fingerprint(*(row[position] for position in used))[:6] for row in rows]
