"""Ids that stay the same when the same file is read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from assetmap.assets.duplicates import Parts, fingerprint, known_by, suffixes
from assetmap.fields import Problem, sentence
from assetmap.readers.source import ReadOptions
from assetmap.readers.table.sheet import Sheet
from assetmap.words import text


def settle(
    ids: Sequence[str], contents: Sequence[Parts], rows: Sequence[int], given: bool
) -> tuple[list[str], list[Problem]]:
    """Unique ids, and what was said of those that stood more than once.

    `contents` are each row's texts, its name first, then the steadiest ones. Rows with one id get
    a piece of the hash of what tells them apart, so that the order of the file does not matter;
    rows equal in everything are counted. `given`: the ids are the source's own, and one of the
    rows keeps it; where we made it up, all of them are told apart, so that an edit of one never
    makes it the other.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for position, name in enumerate(ids):
        groups[name].append(position)
    settled = list(ids)
    taken = set(ids)
    counts: dict[str, int] = {}
    problems: list[Problem] = []
    for name, positions in groups.items():
        if len(positions) == 1:
            continue
        if given:
            pieces = [fingerprint(*contents[row])[:6] for row in positions]
        else:
            pieces = suffixes([contents[row] for row in positions])
        hashes = dict(zip(positions, pieces, strict=True))
        order = sorted(positions, key=lambda index: (hashes[index], index))
        for before, index in pairwise([order[0], *order] if not given else order):
            same = before != index and contents[before] == contents[index]
            stem = f"{name}-{hashes[index]}"
            unique, count = stem, counts.get(stem, 1)
            while unique in taken:
                count += 1
                unique = f"{stem}-{count}"
            # Thousands of equal rows go on from here instead of counting from one each.
            counts[stem] = count
            taken.add(unique)
            settled[index] = unique
            if before != index:
                problems.append(_twice(rows[index], name, unique, contents[index][0], given, same))
    return settled, problems


def _twice(row: int, name: str, unique: str, called: str, given: bool, same: bool) -> Problem:
    field, value = ("id", name) if given else ("name", called)
    if same:
        note = text("readers.same_row", id=unique)
    elif given:
        note = text("readers.same_id", id=unique)
    else:
        note = text("readers.same_name", id=unique)
    return Problem(row, field, value, "fixed", sentence(row, field, value, note))


class KnownBy(NamedTuple):
    """What a row is known by, and what tells it from others that are known by the same."""

    house: Parts
    further: Parts


# The steadiest first.
_FURTHER = (
    *("address", "city", "kind", "category", "program"),
    *("day", "start_time", "schedule", "hours", "phone"),
)


def identity(sheet: Sheet) -> list[KnownBy]:
    """What each row is known by, as the source wrote it, so that better guesses keep its id."""
    named = zip(*(sheet.get(name) for name in ("name", "address", "city")), strict=True)
    further = zip(*(sheet.get(name) for name in _FURTHER), strict=True)
    return [
        KnownBy(known_by(*house), tuple(parts)) for house, parts in zip(named, further, strict=True)
    ]


def give_ids(sheet: Sheet, rows: list[KnownBy], options: ReadOptions) -> None:
    """`id`, `source` and `source_id`.

    Rows of our own exports keep their source; a column called "Source" in another table is
    only a remark.
    """
    ids, sources, own = sheet.get("id"), sheet.get("source"), sheet.get("source_id")
    result = {name: np.full(len(ids), "", dtype=object) for name in ("id", "source", "source_id")}
    bare: list[str] = []
    given = np.zeros(len(ids), dtype=bool)
    for position in range(len(ids)):
        key = options.key
        if sources[position] and ids[position].startswith(f"{sources[position]}:"):
            key = sources[position]
        elif sources[position]:
            sheet.original[position][sheet.column_of("source")] = sources[position]
        result["source"][position] = key
        plain = own[position] or ids[position]
        plain = plain.removeprefix(f"{key}:")
        given[position] = bool(plain)
        bare.append(f"{key}:{plain or fingerprint(*rows[position].house)}")
    contents = [(name, *row.further) for name, row in zip(sheet.get("name"), rows, strict=True)]
    unique = list(bare)
    for which in (True, False):
        chosen = np.flatnonzero(given == which)
        settled, problems = settle(
            [bare[position] for position in chosen],
            [contents[position] for position in chosen],
            [int(sheet.rows[position]) for position in chosen],
            which,
        )
        sheet.problems += problems
        for position, name in zip(map(int, chosen), settled, strict=True):
            unique[position] = name
    for position, name in enumerate(unique):
        result["id"][position] = name
        result["source_id"][position] = name.removeprefix(f"{result['source'][position]}:")
    sheet.fields |= result
