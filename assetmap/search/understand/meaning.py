"""What words mean for a search: fields and their ids, and danger, said with or without its word.

The patterns of danger are data (`crisis_patterns.csv`), read over the plain text in lower case
without apostrophes. `unless` is what the same words are when nobody is in danger ("overdose
awareness walk"); it is taken out of the text before the pattern is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.fields import JsonDict

Meaning = Mapping[str, tuple[str, ...]]

# The fields that a phrase of synonyms_*.csv may set, and the vocabulary of their ids.
MEANING_FIELDS = {
    "needs": "needs",
    "kinds": "kinds",
    "not_kinds": "kinds",
    "programs": "programs",
    "populations": "populations",
    "concerns": "concerns",
    "pathways": "pathways",
    "not_pathways": "pathways",
    "yes": "yes_no",
    "no": "yes_no",
    "medications": "medications_ok",
    "formats": "format",
    "languages": "languages",
    "costs": "costs",
    "wants": "wants",
}
TOPICS = ("needs", "kinds")


def meaning_of(cell: str) -> Meaning:
    """`needs=treatment;yes=walk_in|same_day` as field → ids.

    >>> dict(meaning_of("needs=home;beds=yes"))
    {'needs': ('home',), 'beds': ('yes',)}
    """
    meaning: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        name, _, ids = part.partition("=")
        meaning[name] = tuple(vocabulary.split(ids))
    return meaning


@dataclass
class Understood:
    """What a typed wish asks. Fields hold ids of the vocabulary, in the order of the words.

    `when` is a time as `schedule.window` reads it, `near` a place's name ("me": where the person
    is), `within` a length such as "5mi". `text` is what nobody understood. `crisis` says that a
    crisis line comes first; `lines` names which (ids of crisis_lines.csv), in order. `words`
    tells for each understood stretch of the text what it set, for chips that can be taken off.
    """

    needs: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    not_kinds: list[str] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)
    populations: list[str] = field(default_factory=list)
    concerns: list[str] = field(default_factory=list)
    pathways: list[str] = field(default_factory=list)
    not_pathways: list[str] = field(default_factory=list)
    yes: list[str] = field(default_factory=list)
    no: list[str] = field(default_factory=list)
    medications: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    costs: list[str] = field(default_factory=list)
    wants: list[str] = field(default_factory=list)
    beds: bool = False
    age: int | None = None
    when: str | None = None
    near: str | None = None
    within: str | None = None
    text: str = ""
    crisis: bool = False
    lines: list[str] = field(default_factory=list)
    words: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def add(self, meaning: Meaning, fields: Iterable[str] | None = None) -> None:
        """Add what a phrase means; of several times, places or lengths the first one counts."""
        for name, ids in meaning.items():
            if fields is not None and name not in fields:
                continue
            if name == "beds":
                self.beds = True
            elif name in ("when", "near", "within"):
                if getattr(self, name) is None:
                    setattr(self, name, ids[0])
            else:
                values: list[str] = getattr(self, name)
                values.extend(term for term in ids if term not in values)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all was understood."""
        document = self.as_document()
        return not any(
            value for name, value in document.items() if name not in ("text", "lines", "words")
        )

    def as_document(self) -> JsonDict:
        """The JSON document of the command line."""
        return {
            "needs": self.needs,
            "kinds": self.kinds,
            "not_kinds": self.not_kinds,
            "programs": self.programs,
            "populations": self.populations,
            "concerns": self.concerns,
            "pathways": self.pathways,
            "not_pathways": self.not_pathways,
            "yes": self.yes,
            "no": self.no,
            "medications": self.medications,
            "formats": self.formats,
            "languages": self.languages,
            "costs": self.costs,
            "wants": self.wants,
            "beds": self.beds,
            "age": self.age,
            "when": self.when,
            "near": self.near,
            "within": self.within,
            "text": self.text,
            "crisis": self.crisis,
            "lines": self.lines,
        }


class CrisisPattern(NamedTuple):
    """One pattern and the lines (ids of crisis_lines.csv) that come first when it is found."""

    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    lines: tuple[str, ...]
    means: Meaning


@cache
def crisis_patterns() -> tuple[CrisisPattern, ...]:
    """Every pattern of crisis_patterns.csv, the gravest first."""
    return tuple(
        CrisisPattern(
            re.compile(rf"(?<!\w)(?:{row['pattern']})(?!\w)"),
            re.compile(rf"(?<!\w)(?:{row['unless']})(?!\w)") if row["unless"] else None,
            tuple(vocabulary.split(row["lines"])),
            meaning_of(row["means"]),
        )
        for row in vocabulary.read_rows(vocabulary.FOLDER / "crisis_patterns.csv")
    )


def danger_in(lower: str) -> tuple[list[str], list[Meaning]]:
    """The crisis lines that a text calls for, the first one first, and what else it means.

    Both are empty where nobody is in danger.
    """
    text = re.sub(r"['’`´]", "", lower)
    text = " ".join(re.sub(r"[^\w?]+", " ", text).split())
    lines: dict[str, None] = {}
    meanings: list[Meaning] = []
    for entry in crisis_patterns():
        rest = entry.unless.sub(" ", text) if entry.unless else text
        if entry.pattern.search(rest):
            lines.update(dict.fromkeys(entry.lines))
            meanings.append(entry.means)
    return list(lines), meanings


def crisis_line(line: str) -> Mapping[str, str]:
    """The row of crisis_lines.csv: phone, text, how Spanish is reached, and where that is from."""
    return _crisis_lines()[line]


@cache
def _crisis_lines() -> Mapping[str, Mapping[str, str]]:
    path = vocabulary.FOLDER / "crisis_lines.csv"
    return {row["id"]: row for row in vocabulary.read_rows(path)}
