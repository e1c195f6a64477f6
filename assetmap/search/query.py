"""What is asked, and what each thing asked is answered with: yes, no or unknown for every asset.

Options of one field are *or*, different fields are *and*.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime

import numpy as np

from assetmap import vocabulary
from assetmap.assets.cells import lookup
from assetmap.catalog import Bools, First, Floats, Ints
from assetmap.fields import FIELDS
from assetmap.places import Place, fold
from assetmap.schedule import Window
from assetmap.words import text

Words = tuple[str, ...]

# Query fields that take ids of a vocabulary, and what a person calls one of them (`search.a_…`).
VOCABULARIES = {
    "needs": ("needs", "need"),
    "kinds": ("kinds", "kind"),
    "not_kinds": ("kinds", "kind"),
    "formats": ("format", "format"),
    "pathways": ("pathways", "pathway"),
    "not_pathways": ("pathways", "pathway"),
    "programs": ("programs", "program"),
    "concerns": ("concerns", "concern"),
    "welcomes": ("populations", "group"),
    "languages": ("languages", "language"),
    "costs": ("costs", "cost"),
    "wants": ("wants", "wish"),
    "medications": ("medications_ok", "medicine"),
}


class QueryError(ValueError):
    """The question cannot be asked; the message is one sentence that says what to write."""


@dataclass(frozen=True)
class Query:
    """One question. Empty fields are not asked.

    `at` is the clock (aware). `near` are points, any of which will do; `within_m` is metres.
    `yes` and `no` are yes/no fields that must be so. `beds` asks for an open bed.
    """

    at: datetime
    needs: Words = ()
    kinds: Words = ()
    not_kinds: Words = ()
    text: str = ""
    near: tuple[Place, ...] = ()
    within_m: float | None = None
    when: Window | None = None
    formats: Words = ()
    pathways: Words = ()
    not_pathways: Words = ()
    programs: Words = ()
    concerns: Words = ()
    welcomes: Words = ()
    age: int | None = None
    languages: Words = ()
    costs: Words = ()
    yes: Words = ()
    no: Words = ()
    wants: Words = ()
    medications: Words = ()
    beds: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise QueryError("The clock `at` needs a time zone.")
        for name, (terms, called) in VOCABULARIES.items():
            ids = dict.fromkeys(_term(word, terms, called) for word in getattr(self, name))
            object.__setattr__(self, name, tuple(ids))
        for name in ("yes", "no"):
            # Said twice is asked once; a second misfit would be no near miss any more.
            object.__setattr__(self, name, tuple(dict.fromkeys(getattr(self, name))))
            for word in getattr(self, name):
                if FIELDS.get(word, {}).get("type") != "yesno":
                    some = ", ".join(vocabulary.terms("yes_no"))
                    raise QueryError(text("search.no_yes_no", word=word, some=some))
        if self.within_m is not None and not self.near:
            raise QueryError(text("search.near_what"))
        if self.within_m is not None and not 0 < self.within_m < 2.1e7:
            raise QueryError(text("search.bad_distance"))
        if self.age is not None and not 0 <= self.age <= 120:
            raise QueryError(text("search.bad_age", age=self.age))

    @property
    def wants_bed(self) -> bool:
        """Whether an open bed is asked for, by itself or as the need for one tonight."""
        return self.beds or "bed_tonight" in self.needs

    @property
    def asked(self) -> Words:
        """The names of the fields that are asked, in the order of this class."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return tuple(
            name
            for name, value in values.items()
            # An age of 0 is asked; `in` would take it for False.
            if name != "at" and value is not None and value is not False and value not in ((), "")
        )


def _term(word: str, name: str, called: str) -> str:
    if word in vocabulary.terms(name):
        return word
    result = lookup(name).get(fold(word))
    if result is None:
        known = ", ".join(vocabulary.terms(name))
        what = text(f"search.a_{called}")
        raise QueryError(text("search.no_term", word=word, what=what, some=known))
    return result


@dataclass
class Criterion:
    """One thing asked. Where neither `yes` nor `no`, the answer is unknown.

    `close` tells for which assets a no still makes a near miss; None = for none.
    `unknown_field` names what a person should ask about.
    """

    name: str
    yes: Bools
    no: Bools
    close: Bools | None = None
    unknown_field: str = ""

    @property
    def unknown(self) -> Bools:
        """Where nobody knows."""
        return ~(self.yes | self.no)


@dataclass
class CriteriaResults:
    """All criteria of a query, with what they found on the way.

    `distance_m` and `near` (position in query.near) are of the nearest asked place; `distances_m`
    has a row for each asked place and `worst_m` is the farthest of them; `first` is the
    first occurrence that fits the time asked; `around` the one within seven days of it. `has_bed`
    is where an open bed was counted lately, `bed_order` whom to call first when there is none.
    `from_here` is what lies beyond the distance asked and can be joined online or by phone.
    """

    possible: Bools
    criteria: list[Criterion]
    distance_m: Floats | None = None
    near: Ints | None = None
    distances_m: Floats | None = None
    worst_m: Floats | None = None
    first: First | None = None
    around: First | None = None
    has_bed: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    bed_order: Ints | None = None
    from_here: Bools | None = None
