"""Each thing asked, answered with yes, no or unknown for every asset at once.

What the absence of a value from a known set means is part of the field (`absent` in fields.csv):
*no* for format, languages, cost, concerns, pathways and only_for, *unknown* for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.catalog import Bools, Catalog, First, Floats, Ints, Known
from assetmap.places import distance_m
from assetmap.search.query import Query

BEDS_FRESH = timedelta(hours=24)
BEDS_OLD = timedelta(hours=72)
ADULT = 18
# A yes that may hold for some people only, the field that says so, and its word for "for all".
LIMITS = {
    "accepts_record": ("record_limits", "none"),
    "medication_welcome": ("medications_ok", "any"),
}


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
class Answers:
    """All criteria of a query, with what they found on the way.

    `distance_m` and `near` (position in query.near) are of the nearest asked place; `first` is the
    first occurrence that fits the time asked; `around` the one within seven days of it. `has_bed`
    is where an open bed was counted lately, `bed_order` whom to call first when there is none.
    """

    possible: Bools
    criteria: list[Criterion]
    distance_m: Floats | None = None
    near: Ints | None = None
    first: First | None = None
    around: First | None = None
    has_bed: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    bed_order: Ints | None = None


def answer(catalog: Catalog, query: Query) -> Answers:
    """Every criterion of `query` for all assets of `catalog`."""
    found = Answers(_possible(catalog, query), [])
    add = found.criteria.append
    about_recovery = catalog.of_kinds(_kinds_where("recovery"))
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
    found.criteria += _for_whom(catalog, query) + _age(catalog, query)
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
    found.criteria += _yes_no(catalog, query)
    if query.medications:
        yes = catalog.has_any("medications_ok", (*query.medications, "any"))
        no = catalog.yes_no("medication_welcome").no & ~yes
        if "psychiatric" in query.medications:
            # "No recovery medicine" says nothing of medicine for mental health.
            no = catalog.nowhere()
        add(Criterion("medications_ok", yes, no, unknown_field="medications_ok"))
    if query.wants_bed:
        found.criteria += _beds(catalog, query, found)
    if query.when is not None:
        add(_when(catalog, query, found))
    if query.near:
        _measure(catalog, query, found)
        if query.within_m is not None:
            add(_within(catalog, query, found))
    return found


def bed_kinds() -> frozenset[str]:
    """The kinds that may have a bed for somebody."""
    return frozenset(vocabulary.kinds_of_need("bed_tonight")) | {
        "residential_treatment",
        "withdrawal_management",
    }


def reports(catalog: Catalog, query: Query) -> Bools:
    """What may report to a court or has police in the building: shown last, and said so.

    Asking for such a kind, or for such a field, asks for it; asking for peer groups does not ask
    for the one inside the probation office.
    """
    told = catalog.nowhere()
    for name in ("court_linked", "law_enforcement_on_site"):
        if name not in query.yes:
            told |= catalog.yes_no(name).yes
    result: Bools = told & ~catalog.of_kinds(set(query.kinds) & _kinds_where("court_linked"))
    return result


def _kinds_where(column: str) -> frozenset[str]:
    return frozenset(
        kind for kind, row in vocabulary.terms("kinds").items() if row[column] == "yes"
    )


def _possible(catalog: Catalog, query: Query) -> Bools:
    """Active assets of the needs and kinds asked; these are never missed."""
    possible = catalog.active.copy()
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
            catalog.of_kinds(_kinds_where("recovery"))
            | catalog.knows("pathways")
            | catalog.knows("concerns")
        )
    if query.beds and not query.needs and not query.kinds:
        possible &= catalog.of_kinds(bed_kinds())
    if query.text.strip():
        possible &= catalog.holds_words(query.text)
    return possible


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


def _for_whom(catalog: Catalog, query: Query) -> list[Criterion]:
    found = []
    populations = vocabulary.terms("populations")
    asked = set(query.welcomes)
    for term in query.welcomes:
        asked.update(vocabulary.split(populations[term]["implies"]))
    told = frozenset(asked)
    if query.welcomes:
        yes = catalog.has_any("welcomes", query.welcomes) | catalog.has_any("only_for", told)
        found.append(Criterion("welcomes", yes, catalog.nowhere(), None, "welcomes"))
    if query.age is None:
        ages = [_ages(term) for term in told if populations[term]["dimension"] == "age"]
    else:
        ages = [(query.age, query.age)]
        told |= _populations_of_age(query.age)
    verdict = catalog.judge_sets("only_for", lambda only: _may_come(only, told, ages))
    found.append(Criterion("only_for", verdict > 0, verdict < 0, None, "only_for"))
    return found


def _may_come(
    only: frozenset[str] | None, told: frozenset[str], ages: list[tuple[int, int]]
) -> int:
    """Whether somebody who says `told` of themselves may come: 1 yes, -1 no, 0 has to ask.

    Gender and age (`ages`: from, to) rule out; of anything else nobody may have spoken. Who is
    one of `only` but ruled out by another of it ("women", "young people") has to ask.
    """
    if not only:
        return 1
    populations = vocabulary.terms("populations")
    genders = {term for term in told if populations[term]["dimension"] == "gender"}
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
    allowed = not only.isdisjoint(told)
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


def _age(catalog: Catalog, query: Query) -> list[Criterion]:
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
    said = has_low if query.age < ADULT else has_low | has_high
    return [Criterion("age", said & ~no, no, None, "age")]


def _yes_no(catalog: Catalog, query: Query) -> list[Criterion]:
    found = []
    for name in query.yes:
        known = catalog.yes_no(name)
        if name == "child_care":
            # Where children may not come, nobody looks after them.
            unwelcome = catalog.yes_no("children_welcome").no
            known = Known(known.yes, known.no | (unwelcome & ~known.yes))
        found.append(Criterion(name, known.yes, known.no, None, name))
        limits, unlimited = LIMITS.get(name, ("", ""))
        if limits and not (name == "medication_welcome" and query.medications):
            # "Takes a record, case by case" fits some people only: a call has to tell.
            limited = catalog.knows(limits) & ~catalog.has_any(limits, (unlimited,))
            fits = ~(known.yes & limited)
            found.append(Criterion(limits, fits, catalog.nowhere(), None, limits))
    for name in query.no:
        known = catalog.yes_no(name)
        close = np.ones(len(catalog), dtype=bool) if name == "waiting_list" else None
        found.append(Criterion(name, known.no, known.yes, close, name))
    if "referral_needed" not in query.yes + query.no:
        free = ~catalog.yes_no("referral_needed").yes
        found.append(Criterion("referral_needed", free, catalog.nowhere(), None, "referral_needed"))
    return found


def _beds(catalog: Catalog, query: Query, found: Answers) -> list[Criterion]:
    """An open bed fits when counted within a day, is to be asked about within three.

    A house that is full is no answer; with a waiting list it is a near miss. "Tonight" also
    needs that people are taken in the same day.
    """
    concerned = catalog.of_kinds(bed_kinds())
    open_beds = catalog.assets["beds_open"]
    known = open_beds.notna().to_numpy(dtype=bool)
    some = (open_beds.fillna(0) > 0).to_numpy(dtype=bool)
    age_s = _seconds_since(catalog, query.at)
    with np.errstate(invalid="ignore"):
        fresh = known & (age_s <= BEDS_FRESH.total_seconds()) & (age_s >= -3600)
        usable = known & (age_s <= BEDS_OLD.total_seconds()) & (age_s >= -3600)
    full = fresh & ~some
    waiting = catalog.yes_no("waiting_list").yes
    beds = Criterion("beds", (fresh & some) | ~concerned, full & concerned, waiting, "beds_open")
    same_day = catalog.yes_no("same_day")
    everywhere = np.ones(len(catalog), dtype=bool)
    tonight = Criterion("same_day", same_day.yes | ~concerned, same_day.no & concerned, everywhere)
    tonight.unknown_field = "same_day"
    found.has_bed = fresh & some & concerned
    found.bed_order = _call_order(catalog, query, usable & some)
    # Same-day intake that was asked for by name is answered there already.
    return [beds, tonight] if _is_tonight(query) and "same_day" not in query.yes else [beds]


def _is_tonight(query: Query) -> bool:
    if "bed_tonight" in query.needs:
        return True
    return query.when is not None and query.when.begin <= query.at + timedelta(hours=18)


def _call_order(catalog: Catalog, query: Query, counted: Bools) -> Ints:
    """Whom to call first: a bed counted lately, shelters, homes whose intake is open, the rest."""
    order = np.full(len(catalog), 3, dtype=np.int64)
    intake = catalog.assets["intake_hours"]
    homes = catalog.of_kinds(bed_kinds()) & intake.notna().to_numpy(dtype=bool)
    if homes.any():
        order[homes & _open_at(catalog, query.at, homes)] = 2
    order[catalog.of_kinds({"shelter"})] = 1
    order[counted] = 0
    return order


def _open_at(catalog: Catalog, at: datetime, only: Bools) -> Bools:
    from assetmap.schedule import expand_seconds

    positions = np.flatnonzero(only)
    frame = pd.DataFrame(
        {
            "schedule": catalog.assets["intake_hours"].to_numpy(dtype=object)[positions],
            "time_kind": "hours",
            "timezone": catalog.assets["timezone"].to_numpy(dtype=object)[positions],
        }
    )
    end = at + timedelta(minutes=1)
    spans = expand_seconds(frame, at, end, catalog.timezone, catalog.country)
    found = catalog.nowhere()
    found[positions[spans.asset]] = True
    return found


def _seconds_since(catalog: Catalog, at: datetime) -> Floats:
    """Seconds from each bed count to `at`; NaN where there is no count. A bare day counts
    from its start, so that it is never taken to be fresher than it is."""
    age = np.full(len(catalog), np.nan)
    counted = catalog.assets["beds_as_of"]
    zone = ZoneInfo(catalog.timezone)
    for position in np.flatnonzero(counted.notna().to_numpy(bool)).tolist():
        moment = datetime.fromisoformat(counted.iat[position])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        # By the stopwatch, not by the clock on the wall, which jumps twice a year.
        age[position] = at.timestamp() - moment.timestamp()
    return age


def _when(catalog: Catalog, query: Query, found: Answers) -> Criterion:
    assert query.when is not None
    # What is over, or has begun without us, helps nobody.
    first = catalog.first_between(max(query.when.begin, query.at), query.when.end)
    low, high = query.when.widened(7)
    around = catalog.first_between(max(low, query.at), high)
    found.first, found.around = first, around
    known = catalog.has_times
    yes = first.found
    if query.wants_bed:
        # A home has no opening times: whether it takes people then is asked as same-day intake.
        yes = yes | catalog.of_kinds(bed_kinds())
    return Criterion("when", yes, known & ~yes, around.found, "schedule")


def _measure(catalog: Catalog, query: Query, found: Answers) -> None:
    gaps = np.stack(
        [distance_m(place.lat, place.lon, catalog.lat, catalog.lon) for place in query.near]
    )
    if len(gaps) == 1:
        found.near, found.distance_m = np.zeros(len(catalog), np.int64), gaps[0]
        return
    found.near = np.where(np.isnan(gaps), np.inf, gaps).argmin(axis=0)
    found.distance_m = gaps[found.near, np.arange(len(catalog))]


def _within(catalog: Catalog, query: Query, found: Answers) -> Criterion:
    """Distance; what can be joined from anywhere is never too far, unless asked in person."""
    assert query.within_m is not None and found.distance_m is not None
    distance = found.distance_m
    known = catalog.knows("format")
    remote = catalog.has_any("format", ("online", "phone"))
    if query.formats:
        remote &= catalog.has_any("format", tuple(set(query.formats) & {"online", "phone"}))
    nowhere = known & ~catalog.has_any("format", ("in_person",))
    with np.errstate(invalid="ignore"):
        near = distance <= query.within_m
        twice = distance <= 2 * query.within_m
    yes = near | remote | nowhere
    return Criterion("within", yes, ~np.isnan(distance) & ~yes, twice, "address")
