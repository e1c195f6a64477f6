"""For whom a place is: whom it welcomes, whom it is only for, and from what age to what age."""

from __future__ import annotations

from assetmap import vocabulary
from assetmap.catalog import Catalog
from assetmap.search.criterion import Criterion
from assetmap.search.query import Query

ADULT = 18


def for_whom(catalog: Catalog, query: Query) -> list[Criterion]:
    result = []
    populations = vocabulary.terms("populations")
    asked = set(query.welcomes)
    for term in query.welcomes:
        asked.update(vocabulary.split(populations[term]["implies"]))
    groups = frozenset(asked)
    if query.welcomes:
        yes = catalog.has_any("welcomes", query.welcomes) | catalog.has_any("only_for", groups)
        result.append(Criterion("welcomes", yes, catalog.nowhere(), None, "welcomes"))
    if query.age is None:
        ages = [_ages(term) for term in groups if populations[term]["dimension"] == "age"]
    else:
        ages = [(query.age, query.age)]
        groups |= _populations_of_age(query.age)
    verdict = catalog.judge_sets("only_for", lambda only: _may_come(only, groups, ages))
    result.append(Criterion("only_for", verdict > 0, verdict < 0, None, "only_for"))
    return result


def _may_come(
    only: frozenset[str] | None, groups: frozenset[str], ages: list[tuple[int, int]]
) -> int:
    """Whether somebody who says that they are of `groups` may come: 1 yes, -1 no, 0 has to ask.

    Gender and age (`ages`: from, to) rule out; of anything else nobody may have spoken. Who is
    one of `only` but ruled out by another of it ("women", "young people") has to ask.
    """
    if not only:
        return 1
    populations = vocabulary.terms("populations")
    genders = {term for term in groups if populations[term]["dimension"] == "gender"}
    by_gender = [
        not genders.isdisjoint((term, *vocabulary.split(populations[term]["implies"])))
        for term in only
        if populations[term]["dimension"] == "gender"
    ]
    by_age = [
        any(low <= to and since <= high for since, to in ages)
        for low, high in (_ages(term) for term in only if populations[term]["dimension"] == "age")
    ]
    ruled_out = bool(genders and by_gender and not any(by_gender))
    ruled_out |= bool(ages and by_age and not any(by_age))
    allowed = not only.isdisjoint(groups)
    return 0 if allowed == ruled_out else 1 if allowed else -1


def _ages(term: str) -> tuple[int, int]:
    """From what age to what age the population `term` is, in years."""
    row = vocabulary.terms("populations")[term]
    return int(row["age_min"] or 0), int(row["age_max"] or 200)


def _populations_of_age(age: int) -> frozenset[str]:
    return frozenset(
        term
        for term, row in vocabulary.terms("populations").items()
        if row["dimension"] == "age" and _ages(term)[0] <= age <= _ages(term)[1]
    )


def age(catalog: Catalog, query: Query) -> list[Criterion]:
    has_low, lows, has_high, highs = catalog.ages
    if query.age is None:
        limited = (has_low & (lows > 0)) | (has_high & (highs < 100))
        no = catalog.nowhere()
        populations = vocabulary.terms("populations")
        if query.welcomes and all(populations[t]["dimension"] == "age" for t in query.welcomes):
            # Asking for teenagers says that the person is under 18: adults-only does not fit.
            ages = [_ages(term) for term in query.welcomes]
            no = (lows > max(high for _, high in ages)) | (highs < min(low for low, _ in ages))
        return [Criterion("age", ~limited & ~no, no, None, "age")]
    no = (lows > query.age) | (highs < query.age)
    # One stated limit means that limits were thought of; but a child is only sent where
    # a place says that it takes children of that age.
    stated = has_low if query.age < ADULT else has_low | has_high
    return [Criterion("age", stated & ~no, no, None, "age")]
