"""Ids that stay the same when the same file is read again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from assetmap.assets import Problem, sentence
from assetmap.places import fold


def fingerprint(*parts: str) -> str:
    """Ten hex digits for texts that identify a row; its number never does."""
    text = "\x1f".join(fold(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def settle(
    ids: Sequence[str], contents: Sequence[str], rows: Sequence[int], given: bool
) -> tuple[list[str], list[Problem]]:
    """Unique ids, and what was said of those that stood more than once.

    Rows with one id get a piece of their content's hash, so that the order of the file does
    not matter; rows equal in everything are counted. `given`: the ids are the source's own.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for position, name in enumerate(ids):
        groups[name].append(position)
    settled = list(ids)
    taken = set(ids)
    problems: list[Problem] = []
    for name, positions in groups.items():
        if len(positions) == 1:
            continue
        hashes = {at: fingerprint(contents[at])[:6] for at in positions}
        order = sorted(positions, key=lambda at: (hashes[at], at))
        for at in order[1:]:
            unique = f"{name}-{hashes[at]}" if given else f"{name}-2"
            count = 2
            while unique in taken:
                count += 1
                unique = f"{name}-{hashes[at]}-{count}" if given else f"{name}-{count}"
            taken.add(unique)
            settled[at] = unique
            note = f"it stands in {len(positions)} rows, so this one is now {unique}"
            if not given:
                note = "it is the same as another row; delete one of them if they are one"
            where = "id" if given else "name"
            value = name if given else contents[at].split("\x1f", 1)[0]
            problems.append(
                Problem(rows[at], where, value, "fixed", sentence(rows[at], where, value, note))
            )
    return settled, problems
