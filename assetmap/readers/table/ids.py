"""Ids that stay the same when the same file is read again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from assetmap.fields import Problem, sentence
from assetmap.readers.source import Options
from assetmap.readers.table.sheet import Sheet


def fingerprint(*parts: str) -> str:
    """Ten hex digits for texts that identify a row; its number never does."""
    text = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
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
        for before, at in pairwise(order):
            same = hashes[before] == hashes[at]
            unique = f"{name}-{hashes[at]}"
            count = 1
            while unique in taken:
                count += 1
                unique = f"{name}-{hashes[at]}-{count}"
            taken.add(unique)
            settled[at] = unique
            problems.append(_twice(rows[at], name, unique, contents[at], given, same))
    return settled, problems


def _twice(row: int, name: str, unique: str, content: str, given: bool, same: bool) -> Problem:
    field, value = ("id", name) if given else ("name", content.split("\x1f", 1)[0])
    if same:
        note = f"the row is the same as another one; delete one of them, or keep its id {unique}"
    elif given:
        note = f"the id stands in another row too, so this one is now {unique}"
    else:
        note = f"another row has this name and address too, so the id of this one is {unique}"
    return Problem(row, field, value, "fixed", sentence(row, field, value, note))


def identity(sheet: Sheet) -> list[str]:
    """What a row is known by, as the source wrote it, so that better guesses keep its id."""
    fields = ("name", "kind", "address", "city")
    when = ("schedule", "hours", "day", "start_time")
    parts = [sheet.get(field) for field in (*fields, *when)]
    return ["\x1f".join(cell) for cell in zip(*parts, strict=True)]


def give_ids(sheet: Sheet, known_by: list[str], options: Options) -> None:
    """`id`, `source` and `source_id`.

    Rows of our own exports keep their source; a column called "Source" in another table is
    only a remark.
    """
    ids, sources, own = sheet.get("id"), sheet.get("source"), sheet.get("source_id")
    result = {name: np.full(len(ids), "", dtype=object) for name in ("id", "source", "source_id")}
    bare: list[str] = []
    given = np.zeros(len(ids), dtype=bool)
    for at in range(len(ids)):
        key = options.key
        if sources[at] and ids[at].startswith(f"{sources[at]}:"):
            key = sources[at]
        elif sources[at]:
            sheet.original[at][sheet.column_of("source")] = sources[at]
        result["source"][at] = key
        plain = own[at] or ids[at]
        plain = plain.removeprefix(f"{key}:")
        given[at] = bool(plain)
        bare.append(f"{key}:{plain or fingerprint(known_by[at])}")
    contents = ["\x1f".join(cell) for cell in zip(sheet.get("name"), known_by, strict=True)]
    unique = list(bare)
    for which in (True, False):
        chosen = np.flatnonzero(given == which)
        settled, problems = settle(
            [bare[at] for at in chosen],
            [contents[at] for at in chosen],
            [int(sheet.rows[at]) for at in chosen],
            which,
        )
        sheet.problems += problems
        for at, name in zip(map(int, chosen), settled, strict=True):
            unique[at] = name
    for at, name in enumerate(unique):
        result["id"][at] = name
        result["source_id"][at] = name.removeprefix(f"{result['source'][at]}:")
    sheet.fields |= result
