"""What a wish means: the fields it sets, danger in it, and the question it asks.

Meanings are fields and their ids, as the vocabulary files write them. The patterns of danger, said
with or without its word, are data (`crisis_patterns.csv`), read over the plain text in lower case
without apostrophes. `unless` is what the same words are when nobody is in danger ("overdose
awareness walk"); it is taken out of the text before the pattern is looked for. `query_of` makes a
question the search can answer of what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.catalog import Catalog
from assetmap.fields import JsonDict
from assetmap.places import Gazetteer, Place, metres
from assetmap.schedule import each_day, window
from assetmap.search.groups import search
from assetmap.search.query import Query, QueryError
from assetmap.words import text

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
HERE = "me"
"""What `near` is when somebody asks for what is near where they are."""


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


def with_own_lines(
    lines: list[str], populations: Sequence[str], age: int | None = None
) -> list[str]:
    """`lines`, and right after each the lines that answer somebody of these populations and age
    (columns beside, populations and max_age of crisis_lines.csv).

    >>> with_own_lines(["988"], ["veterans"])
    ['988', 'veterans']
    >>> with_own_lines(["overdose"], ["veterans"])
    ['overdose']
    """
    result = []
    for line in lines:
        result.append(line)
        for name, row in _crisis_lines().items():
            own = set(vocabulary.split(row["populations"])) & set(populations)
            young = age is None or not row["max_age"] or age <= int(row["max_age"])
            if row["beside"] == line and own and young and name not in lines:
                result.append(name)
    return result


def crisis_line(line: str) -> Mapping[str, str]:
    """The row of crisis_lines.csv: phone, text, how Spanish is reached, and where that is from."""
    return _crisis_lines()[line]


@cache
def _crisis_lines() -> Mapping[str, Mapping[str, str]]:
    path = vocabulary.FOLDER / "crisis_lines.csv"
    return {row["id"]: row for row in vocabulary.read_rows(path)}


def main_need(kind: str) -> str:
    """The need that `kind` answers first: the one that names it earliest; "" where none does."""
    needs = vocabulary.needs_of_kind(kind)
    if not needs:
        return ""
    return min(needs, key=lambda need: vocabulary.kinds_of_need(need).index(kind))


def query_of(
    understood: Understood,
    moment: datetime,
    places: Gazetteer | Callable[[str], Place],
    here: Place | None = None,
) -> Query:
    """The question that `understood` asks at `moment`.

    `places` is the gazetteer, or what gives the place of a name. `here` is where the person is,
    if they let it be known; without it "near me" asks no place. Needs of which no kind is named
    stay whole beside the kinds that are. Raises QueryError where a place is not known: nothing
    is searched in its stead.
    """
    near: tuple[Place, ...] = ()
    if understood.near == HERE:
        near = (here,) if here is not None else ()
    elif understood.near:
        find = places if callable(places) else partial(place_named, places=places)
        near = (find(understood.near),)
    needs, kinds = _needs_and_kinds(understood)
    return Query(
        at=moment,
        needs=needs,
        kinds=kinds,
        not_kinds=tuple(understood.not_kinds),
        text=understood.text,
        near=near,
        within_m=metres(understood.within) if understood.within and near else None,
        when=each_day(window(understood.when, moment), moment) if understood.when else None,
        formats=tuple(understood.formats),
        pathways=tuple(understood.pathways),
        not_pathways=tuple(understood.not_pathways),
        programs=tuple(understood.programs),
        concerns=tuple(understood.concerns),
        welcomes=tuple(understood.populations),
        age=understood.age,
        languages=tuple(understood.languages),
        costs=tuple(understood.costs),
        yes=tuple(understood.yes),
        no=tuple(understood.no),
        wants=tuple(understood.wants),
        medications=tuple(understood.medications),
        beds=understood.beds,
    )


def without_unknown_words(catalog: Catalog, query: Query, kept: str = "") -> Query:
    """`query`, or where its text finds nothing, the same with only the text `kept`.

    A word that nobody understood must not empty what the understood words would find. A question
    of nothing but such words stays as it is.
    """
    if query.text == kept or set(query.asked) <= {"text"}:
        return query
    if any(search(catalog, query).counts.values()):
        return query
    loose = replace(query, text=kept)
    return loose if any(search(catalog, loose).counts.values()) else query


def place_named(name: str, places: Gazetteer) -> Place:
    """The place that people call `name`. Raises QueryError with a sentence where none is known."""
    place = places.find(name)
    if place is None:
        raise QueryError(text("search.no_place", name=name))
    return place._replace(name=name)


def _needs_and_kinds(understood: Understood) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kinds = dict.fromkeys(understood.kinds)
    if not kinds:
        return tuple(understood.needs), ()
    needs = dict.fromkeys(understood.needs)
    for need in understood.needs:
        of_need = vocabulary.kinds_of_need(need)
        if not kinds.keys() & set(of_need):
            kinds.update(dict.fromkeys(of_need))
    for kind in kinds:
        # A kind that no named need covers brings its own need, so that both stay found.
        if not any(kind in vocabulary.kinds_of_need(need) for need in needs):
            if not main_need(kind):
                return (), tuple(kinds)
            needs[main_need(kind)] = None
    return tuple(needs), tuple(kinds)
