"""Whether a survey is of people whose answers were published before, told by the people themselves.

Two tables of the same people under other names could be compared until a hidden number shows. So a
release leaves salted hashes of its people behind: they say how many two surveys have in common,
and nothing that leads back to an answer or a person. A person is known by the id that the survey's
tool gave them, or by their whole row where that row names a moment or an id.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

# An id of fewer letters is a row's number, which other people have in another survey.
TELLING_ID = 8
# As many of the smaller survey's people in common are too many for chance.
SAME_SHARE = 0.5
DIGEST_BYTES, SALT_BYTES = 8, 16
LINE = ("area", "question", "answer", "n_answering", "count")


class PersonKey(NamedTuple):
    """What tells one person's submission: hashes of the tool's id and of the whole row, "" where
    not known. No cell is kept."""

    id: str
    row: str


class PeopleSet(NamedTuple):
    """Hashed ids and hashed rows of a wave. every_id: nobody is without an id."""

    ids: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    every_id: bool = False

    def in_common(self, other: PeopleSet) -> int:
        """How many people are in both, when so many that it is the same survey; else 0."""
        for mine, theirs in ((self.ids, other.ids), (self.rows, other.rows)):
            common = len(mine & theirs)
            if common and common >= SAME_SHARE * min(len(mine), len(theirs)):
                return common
        return 0

    def apart_from(self, other: PeopleSet) -> bool:
        """Whether ids show these to be other people than those."""
        return self.every_id and other.every_id and not self.in_common(other)


@dataclass(frozen=True)
class PeopleMemory:
    """The people of released waves, by the mark of their lines, hashed with a community's salt."""

    salt: str = field(default_factory=lambda: secrets.token_hex(SALT_BYTES), repr=False)
    waves: Mapping[str, PeopleSet] = field(default_factory=dict)

    def hashed(self, people: Sequence[PersonKey]) -> PeopleSet:
        """The people as this memory keeps them."""
        return PeopleSet(
            frozenset(self._hash("id", key.id) for key in people if key.id),
            frozenset(self._hash("row", key.row) for key in people if key.row),
            bool(people) and all(key.id for key in people),
        )

    def of(self, lines: pd.DataFrame) -> PeopleSet | None:
        """Whose answers the published lines of a wave are; None when that is not remembered."""
        return self.waves.get(mark_of(lines))

    def and_of(
        self, table: pd.DataFrame, people: Mapping[str, Sequence[PersonKey]]
    ) -> PeopleMemory:
        """With the people of each wave of a new table, where anything tells them."""
        new = {
            mark_of(lines): self.hashed(people.get(str(wave), ()))
            for wave, lines in table.groupby("wave", sort=False)
        }
        told = {mark: known for mark, known in new.items() if known.ids or known.rows}
        return replace(self, waves={**self.waves, **told})

    def _hash(self, what: str, text: str) -> str:
        key = bytes.fromhex(self.salt)
        told = f"{what} {text}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, digest_size=DIGEST_BYTES, key=key).hexdigest()


def key_of(record: Sequence[str], person: str, telling: bool) -> PersonKey:
    """The key of one row of an export, whose cell of a respondent's id is `person`.

    The row's cells are taken in any order, so that a column moved or renamed changes nothing.
    """
    person = person.strip().casefold().removesuffix(".0").removeprefix("uuid:")
    cells = sorted(filter(None, record)) if telling else []
    return PersonKey(
        _digest(person if len(person) >= TELLING_ID else ""), _digest("\x1f".join(cells))
    )


def _digest(told: str) -> str:
    encoded = told.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, digest_size=2 * DIGEST_BYTES).hexdigest() if told else ""


def mark_of(lines: pd.DataFrame) -> str:
    """What tells the published lines of one wave apart from others, whatever the wave is called."""
    cells = sorted(
        tuple(str(cell).removeprefix("'") for cell in row) for row in lines[list(LINE)].to_numpy()
    )
    return hashlib.sha256(repr(cells).encode("utf-8", "surrogatepass")).hexdigest()[:32]
