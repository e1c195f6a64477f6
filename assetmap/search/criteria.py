"""Each thing asked, answered with yes, no or unknown for every asset at once.

What the absence of a value from a known set means is part of the field (`absent` in fields.csv):
*no* for format, languages, cost, concerns, pathways and only_for, *unknown* for the rest.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from assetmap import vocabulary
from assetmap.catalog import Bools, Catalog, First, Known
from assetmap.places import distance_m
from assetmap.search.beds import bed_kinds, beds
from assetmap.search.query import CriteriaResults, Criterion, Query

# Facts about a door; who takes part from home need not ask for them.
OF_THE_DOOR = ("wheelchair", "id_checked_at_door", "smoking_allowed", "ride_provided")
# A yes that may hold for some people only, the field that says so, and its word for "for all".
LIMITS = {
    "accepts_record": ("record_limits", "none"),
    "medication_welcome": ("medications_ok", "any"),
}
ADULT = 18


def answer(catalog: Catalog, query: Query) -> CriteriaResults:
    """Every criterion of `query` for all assets of `catalog`."""
    criteria_results = CriteriaResults(_possible(catalog, query), [])
    add = criteria_results.criteria.append
    about_recovery = catalog.of_kinds(vocabulary.kinds_where("recovery"))
    if query.needs:
        criteria_results.criteria += _about_need(catalog, query)
    if query.programs:
        add(_program(catalog, query, about_recovery))
    if query.not_pathways:
        add(_not_pathway(catalog, query, about_recovery))
    if query.pathways:
        every = catalog.has_any("pathways", (*query.pathways, "all"))
        add(_from_set(catalog, "pathways", every, ~about_recovery))
    if query.concerns:
        every = catalog.has_any("concerns", (*query.concerns, "any"))
        add(_from_set(catalog, "concerns", every, ~about_recovery))
    criteria_results.criteria += for_whom(catalog, query) + age(catalog, query)
    if query.languages:
        yes = catalog.has_any("languages", query.languages)
        add(_from_set(catalog, "languages", yes, close=True))
    if query.costs:
        costs = query.costs + (("donation",) if "free" in query.costs else ())
        add(_from_set(catalog, "cost", catalog.has_any("cost", costs), close=True))
    if query.formats:
        add(_from_set(catalog, "format", catalog.has_any("format", query.formats), close=True))
    if query.wants:
        yes = catalog.has_any("wants", query.wants)
        add(Criterion("wants", yes, catalog.nowhere(), unknown_field="wants"))
    criteria_results.criteria += _yes_no(catalog, query)
    if query.medications:
        yes = catalog.has_any("medications_ok", (*query.medications, "any"))
        no = catalog.yes_no("medication_welcome").no & ~yes
        if "psychiatric" in query.medications:
            # "No recovery medicine" says nothing of medicine for mental health.
            no = catalog.nowhere()
        add(Criterion("medications_ok", yes, no, unknown_field="medications_ok"))
    if query.wants_bed:
        criteria_results.criteria += beds(catalog, query, criteria_results)
    if query.when is not None:
        add(_when(catalog, query, criteria_results))
    elif "bed_tonight" in query.needs:
        criteria_results.criteria += _intake_tonight(catalog, query)
    if query.near:
        _measure(catalog, query, criteria_results)
        if query.within_m is not None:
            add(_within(catalog, query, criteria_results))
    return criteria_results


def reports(catalog: Catalog, query: Query) -> Bools:
    """What may report to a court or has police in the building: shown last, and said so.

    Asking for such a kind, or for such a field, asks for it; asking for peer groups does not ask
    for the one inside the probation office.
    """
    stated = catalog.nowhere()
    for name in ("court_linked", "law_enforcement_on_site"):
        if name not in query.yes:
            stated |= catalog.yes_no(name).yes
    result: Bools = stated & ~catalog.of_kinds(
        set(query.kinds) & vocabulary.kinds_where("court_linked")
    )
    return result


def _possible(catalog: Catalog, query: Query) -> Bools:
    """Active assets of the needs and kinds asked that are not over; these are never missed."""
    possible = catalog.active & ~catalog.over(query.at)
    if query.beds:
        # Whoever asks for a bed is not helped by an office that has none.
        possible &= catalog.of_kinds(bed_kinds())
    if query.needs:
        kinds = {kind for need in query.needs for kind in vocabulary.kinds_of_need(need)}
        fits = catalog.of_kinds(kinds)
        if "give_back" in query.needs:
            fits |= catalog.knows("wants")
        possible &= fits
    elif query.wants and not query.kinds:
        openings = frozenset(vocabulary.kinds_of_need("give_back"))
        possible &= catalog.of_kinds(openings) | catalog.knows("wants")
    if query.kinds:
        possible &= catalog.of_kinds(set(query.kinds))
    if query.not_kinds:
        possible &= ~catalog.of_kinds(set(query.not_kinds))
    aimed = query.needs or query.kinds or query.wants or query.beds or query.text.strip()
    if (query.pathways or query.concerns) and not aimed:
        # Nobody asked for a dentist by saying "secular": only what speaks of it, or might.
        possible &= (
            catalog.of_kinds(vocabulary.kinds_where("recovery"))
            | catalog.knows("pathways")
            | catalog.knows("concerns")
        )
    if query.text.strip():
        possible &= catalog.holds_words(query.text)
    return possible


def _about_need(catalog: Catalog, query: Query) -> list[Criterion]:
    """Whether a general kind is about what is needed ("a group" for hepatitis C).

    A need may name kinds that answer it only where they are about it (`general` in needs.csv),
    and the populations, concerns and programs that make them so. Of others it is to be asked;
    a group that is about something else is no answer.
    """
    result = []
    sure, elsewhere = catalog.nowhere(), catalog.nowhere()
    general_of_all = np.ones(len(catalog), dtype=bool)
    for need in query.needs:
        row = vocabulary.terms("needs")[need]
        if need == "give_back":
            # An opening says what is wanted; who may want something is to be asked.
            openings = catalog.of_kinds(frozenset(vocabulary.split(row["openings"])))
            fits = openings | catalog.knows("wants")
            if not query.wants:
                result.append(Criterion("opening", fits, catalog.nowhere(), None, "wants"))
            continue
        general = catalog.of_kinds(frozenset(vocabulary.split(row["general"])))
        of_need = catalog.of_kinds(frozenset(vocabulary.kinds_of_need(need)))
        populations = tuple(vocabulary.split(row["populations"]))
        concerns = tuple(vocabulary.split(row["concerns"]))
        programs = vocabulary.split(row["programs"])
        about = catalog.has_any("welcomes", populations) | catalog.has_any("only_for", populations)
        about |= catalog.has_any("concerns", concerns)
        about |= catalog.assets["program"].isin(programs).to_numpy(dtype=bool)
        other = catalog.knows("concerns") & ~catalog.has_any("concerns", (*concerns, "any"))
        sure |= of_need & (~general | about)
        elsewhere |= of_need & general & ~about & other
        general_of_all &= general | ~of_need
    if not any(vocabulary.terms("needs")[need]["general"] for need in query.needs):
        return result
    if set(query.concerns):
        # What it is about was asked by itself, and is answered there.
        elsewhere = catalog.nowhere()
    may_ask = general_of_all & ~sure
    result.append(Criterion("need", ~may_ask, may_ask & elsewhere, None, "concerns"))
    return result


def specific(catalog: Catalog, query: Query) -> Bools | None:
    """What is about the very thing asked, and not about everything; None where that is not asked.

    Whoever asks for sexual behavior finds its own fellowship before "any behavior".
    """
    named: list[Bools] = []
    for field, asked in (("concerns", query.concerns), ("pathways", query.pathways)):
        if asked:
            named.append(catalog.has_any(field, asked))
    general = [vocabulary.split(vocabulary.terms("needs")[need]["general"]) for need in query.needs]
    if any(general):
        kinds = frozenset(kind for names in general for kind in names)
        populations = tuple(
            term
            for need in query.needs
            for term in vocabulary.split(vocabulary.terms("needs")[need]["populations"])
        )
        about = catalog.has_any("welcomes", populations) | catalog.has_any("only_for", populations)
        named.append(~catalog.of_kinds(kinds) | about)
    if not named:
        return None
    result: Bools = np.logical_or.reduce(named)
    return result


def _from_set(
    catalog: Catalog,
    field: str,
    yes: Bools,
    unconcerned: Bools | None = None,
    close: bool = False,
) -> Criterion:
    """A set whose absence of a value means no. Kinds it does not concern fit when unknown."""
    known = catalog.knows(field)
    if unconcerned is not None:
        yes = yes | (unconcerned & ~known)
    everywhere = np.ones(len(catalog), dtype=bool)
    return Criterion(field, yes, known & ~yes, everywhere if close else None, field)


def _not_pathway(catalog: Catalog, query: Query, about_recovery: Bools) -> Criterion:
    refused = catalog.has_any("pathways", query.not_pathways)
    known = catalog.knows("pathways")
    return Criterion("not_pathway", (known | ~about_recovery) & ~refused, refused, None, "pathways")


def _program(catalog: Catalog, query: Query, about_recovery: Bools) -> Criterion:
    """The fellowship or program; what is not about recovery and names none follows none."""
    program = catalog.assets["program"]
    yes = program.isin(query.programs).to_numpy(dtype=bool)
    known = program.notna().to_numpy(dtype=bool) | ~about_recovery
    return Criterion("program", yes, known & ~yes, None, "program")


def _yes_no(catalog: Catalog, query: Query) -> list[Criterion]:
    result = []
    for name in query.yes:
        known = catalog.yes_no(name)
        if name in OF_THE_DOOR:
            known = Known(known.yes | only_remote(catalog), known.no & ~only_remote(catalog))
        if name == "child_care":
            # Where children may not come, nobody looks after them.
            unwelcome = catalog.yes_no("children_welcome").no
            known = Known(known.yes, known.no | (unwelcome & ~known.yes))
        result.append(Criterion(name, known.yes, known.no, None, name))
        limits, unlimited = LIMITS.get(name, ("", ""))
        if limits and not (name == "medication_welcome" and query.medications):
            # "Takes a record, case by case" fits some people only: a call has to tell.
            limited = catalog.knows(limits) & ~catalog.has_any(limits, (unlimited,))
            fits = ~(known.yes & limited)
            result.append(Criterion(limits, fits, catalog.nowhere(), None, limits))
    for name in query.no:
        known = catalog.yes_no(name)
        close = np.ones(len(catalog), dtype=bool) if name == "waiting_list" else None
        result.append(Criterion(name, known.no, known.yes, close, name))
    if "referral_needed" not in query.yes + query.no:
        free = ~catalog.yes_no("referral_needed").yes
        result.append(
            Criterion("referral_needed", free, catalog.nowhere(), None, "referral_needed")
        )
    return result


def only_remote(catalog: Catalog) -> Bools:
    """Where one takes part online or by phone, and not in a room."""
    result: Bools = catalog.knows("format") & ~catalog.has_any("format", ("in_person",))
    return result


def _when(catalog: Catalog, query: Query, criteria_results: CriteriaResults) -> Criterion:
    assert query.when is not None
    # What is over, or has begun without us, helps nobody.
    first = _first_in(catalog, query)
    low, high = query.when.widened(7)
    around = catalog.first_between(max(low, query.at), high)
    criteria_results.first, criteria_results.around = first, around
    known = catalog.has_times
    yes = first.found
    if query.wants_bed:
        # A home has no opening times: whether it takes people then is told by its intake hours,
        # or asked as same-day intake.
        yes = yes | (catalog.of_kinds(bed_kinds()) & ~catalog.by_intake)
    return Criterion("when", yes, known & ~yes, around.found, "schedule")


def _intake_tonight(catalog: Catalog, query: Query) -> list[Criterion]:
    """Whether a place whose intake hours are known still takes people before the night is over."""
    if not catalog.by_intake.any():
        return []
    end = query.at.replace(hour=4, minute=0, second=0, microsecond=0)
    if end <= query.at:
        end += timedelta(days=1)
    open_then = catalog.first_between(query.at, end).found
    closed = catalog.by_intake & ~open_then
    everywhere = np.ones(len(catalog), dtype=bool)
    return [Criterion("intake", ~closed, closed, everywhere, "intake_hours")]


def _first_in(catalog: Catalog, query: Query) -> First:
    """The first occurrence of each asset in the stretches of time asked for, from now on."""
    assert query.when is not None
    merged: First | None = None
    for begin, end in query.when.stretches:
        later = catalog.first_between(max(begin, query.at), end, query.at)
        if merged is None:
            merged = later
            continue
        new = later.found & ~merged.found
        merged = First(
            merged.found | later.found,
            np.where(new, later.start, merged.start),
            np.where(new, later.end, merged.end),
        )
    assert merged is not None
    return merged


def _measure(catalog: Catalog, query: Query, criteria_results: CriteriaResults) -> None:
    gaps = np.stack(
        [distance_m(place.lat, place.lon, catalog.lat, catalog.lon) for place in query.near]
    )
    criteria_results.distances_m = gaps
    if len(gaps) == 1:
        criteria_results.near, criteria_results.distance_m = (
            np.zeros(len(catalog), np.int64),
            gaps[0],
        )
        criteria_results.worst_m = gaps[0]
        return
    # Who asks near two places goes to both: the farther one decides the order.
    criteria_results.worst_m = gaps.max(axis=0)
    criteria_results.near = np.where(np.isnan(gaps), np.inf, gaps).argmin(axis=0)
    criteria_results.distance_m = gaps[criteria_results.near, np.arange(len(catalog))]


def _within(catalog: Catalog, query: Query, criteria_results: CriteriaResults) -> Criterion:
    """Distance; what can be joined from anywhere is never too far, unless asked in person."""
    assert query.within_m is not None and criteria_results.distance_m is not None
    distance = criteria_results.distance_m
    known = catalog.knows("format")
    remote = catalog.has_any("format", ("online", "phone"))
    if query.formats:
        remote &= catalog.has_any("format", tuple(set(query.formats) & {"online", "phone"}))
    nowhere = known & ~catalog.has_any("format", ("in_person",))
    with np.errstate(invalid="ignore"):
        near = distance <= query.within_m
        twice = distance <= 2 * query.within_m
    yes = near | remote | nowhere
    # Too far to go to, but it can be joined from here.
    criteria_results.from_here = remote & ~near & ~np.isnan(distance)
    return Criterion("within", yes, ~np.isnan(distance) & ~yes, twice, "address")


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
