"""The three groups of a search, each sorted by time or distance, never by "recommended"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.catalog import Bools, Catalog, First, Ints
from assetmap.search.criteria import OF_THE_DOOR, answer, only_remote, reports, specific
from assetmap.search.query import CriteriaResults, Criterion, Query

GROUPS = ("match", "ask", "near_miss")
# No session lasts longer, nor do hours that close at all.
NEVER_CLOSES = timedelta(days=14)
MOST_NEAR_MISSES = 20
MISS_NAMES = {
    "intake": "when",
    "languages": "language",
    "same_day": "when",
    "beds": "waiting_list",
}


class Miss(NamedTuple):
    """The one thing that does not fit: what was asked and what there is.

    `reason` is the id of its sentence (`search.but.REASON` in words/).
    """

    field: str
    asked: str
    has: str
    reason: str = ""


class Hit(NamedTuple):
    """One asset found. `distance_m` is metres, None when not asked or unknown.

    `fits` names the criteria it is known to meet, `unknown` the fields to ask about. `from_here`
    says that it lies beyond the distance asked and can be joined online or by phone; then it has
    no distance. `distances` has the name of each asked place and the metres to it, where
    several were asked.
    """

    position: int
    id: str
    needs: tuple[str, ...]
    distance_m: float | None
    near: str | None
    start: datetime | None
    end: datetime | None
    fits: tuple[str, ...]
    unknown: tuple[str, ...]
    misses: Miss | None
    reports: bool
    from_here: bool = False
    distances: tuple[tuple[str, float], ...] = ()


@dataclass
class Result:
    """Positions of assets per group, in order; `hits` tells more of some of them."""

    query: Query
    match: Ints
    ask: Ints
    near_miss: Ints
    _catalog: Catalog = field(repr=False)
    _answers: CriteriaResults = field(repr=False)
    _reports: Bools = field(repr=False)
    _times: First | None = field(default=None, repr=False)
    _looked_far: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool), repr=False)

    @cached_property
    def _only_remote(self) -> Bools:
        return only_remote(self._catalog)

    @cached_property
    def _specific(self) -> Bools | None:
        return specific(self._catalog, self.query)

    @property
    def counts(self) -> dict[str, int]:
        """How many assets each group has."""
        return {group: len(self.positions(group)) for group in GROUPS}

    def positions(self, group: str) -> Ints:
        """The positions of `group`, in order."""
        ints: Ints = getattr(self, group)
        return ints

    def mask(self, group: str) -> Bools:
        """The group as one boolean for every asset of the catalog."""
        mask = self._catalog.nowhere()
        mask[self.positions(group)] = True
        return mask

    def hits(self, group: str, limit: int | None = None) -> list[Hit]:
        """The first `limit` hits of a group, in order."""
        wanted = self.positions(group)[:limit]
        times = self._times_of(wanted)
        return [self._hit(group, int(position), times) for position in wanted]

    def _times_of(self, positions: Ints) -> First:
        """When each of `positions` can next be used; of others it may say less."""
        catalog, answers = self._catalog, self._answers
        if self._times is None:
            # Several visitors may share one result: what is looked at last is set last.
            if answers.first is not None and answers.around is not None:
                first, around = answers.first, answers.around
                times = First(
                    first.found | around.found,
                    np.where(first.found, first.start, around.start),
                    np.where(first.found, first.end, around.end),
                )
            else:
                times = catalog.next_kept(self.query.at)
            self._looked_far = ~catalog.has_times | times.found
            self._times = times
        far = positions[~self._looked_far[positions]]
        if len(far):
            later = catalog.next_far(self.query.at, far)
            for known, result in zip(self._times, later, strict=True):
                known[far] = result
            self._looked_far[far] = True
        return self._times

    def _hit(self, group: str, position: int, times: First) -> Hit:
        catalog, answers, query = self._catalog, self._answers, self.query
        distance = near = None
        distances: tuple[tuple[str, float], ...] = ()
        from_here = bool(answers.from_here is not None and answers.from_here[position])
        if answers.distance_m is not None and answers.near is not None:
            metres = float(answers.distance_m[position])
            if not np.isnan(metres) and not from_here:
                distance, near = metres, query.near[int(answers.near[position])].name
                if answers.distances_m is not None and len(query.near) > 1:
                    names = [place.name for place in query.near]
                    metres_to = answers.distances_m[:, position].tolist()
                    distances = tuple(zip(names, metres_to, strict=True))
        start = catalog.moment(int(times.start[position])) if times.found[position] else None
        end = catalog.moment(int(times.end[position])) if times.found[position] else None
        if start and end and end - start > NEVER_CLOSES:
            # Where the days laid out begin is no beginning; it is there at once.
            start = max(start, query.at)
        answered = vocabulary.needs_of_kind(str(catalog.column("kind")[position]))
        if catalog.knows("wants")[position]:
            # Whatever wants something is a way to give back.
            answered = (*answered, "give_back")
        needs = tuple(
            need
            for need in vocabulary.terms("needs")
            if need in answered and (not query.needs or need in query.needs)
        )
        unknown = [c.unknown_field for c in answers.criteria if c.unknown[position]]
        if self._reports[position]:
            unknown.append(
                "court_linked"
                if catalog.yes_no("court_linked").yes[position]
                else "law_enforcement_on_site"
            )
        missed = next((c for c in answers.criteria if c.no[position]), None)
        return Hit(
            position,
            str(catalog.ids[position]),
            needs,
            distance,
            near,
            start,
            end,
            tuple(
                c.name
                for c in answers.criteria
                if c.yes[position] and not (c.name in OF_THE_DOOR and self._only_remote[position])
            ),
            tuple(dict.fromkeys(unknown)),
            _miss(catalog, query, missed, position, distance) if missed else None,
            bool(self._reports[position]),
            from_here,
            distances,
        )


def search(catalog: Catalog, query: Query) -> Result:
    """The assets of `catalog` that answer `query`, in three groups.

    MATCH: every criterion is a yes. ASK: no criterion is a no, some are unknown. NEAR MISS: one
    criterion is a no, and a close one. What may report to a court is never a MATCH unless its
    kind was asked for: it comes last under ASK, and says so.
    """
    answers = answer(catalog, query)
    stated = reports(catalog, query)
    misses = np.zeros(len(catalog), dtype=np.int16)
    questions: dict[str, Bools] = {}
    far = catalog.nowhere()
    for criterion in answers.criteria:
        misses += criterion.no
        # Two criteria may leave the same question open; it is asked once.
        asked = questions.get(criterion.unknown_field)
        unknown = criterion.unknown
        questions[criterion.unknown_field] = unknown if asked is None else asked | unknown
        far |= criterion.no if criterion.close is None else criterion.no & ~criterion.close
    unknowns = np.zeros(len(catalog), dtype=np.int16)
    for unknown in questions.values():
        unknowns += unknown
    possible = answers.possible & ~far
    match = possible & (misses == 0) & (unknowns == 0) & ~stated
    ask = possible & (misses == 0) & ~match
    near = possible & (misses == 1)
    result = Result(
        query,
        np.empty(0, np.int64),
        np.empty(0, np.int64),
        np.empty(0, np.int64),
        catalog,
        answers,
        stated,
    )
    for group, mask in zip(GROUPS, (match, ask, near), strict=True):
        positions = np.flatnonzero(mask)
        ordered = _in_order(result, group, positions, unknowns)
        setattr(result, group, _few(answers, ordered) if group == "near_miss" else ordered)
    return result


def _few(answers: CriteriaResults, ordered: Ints) -> Ints:
    """At most twenty near misses in their order: the first of each kind of misfit.

    Else those that lie too far would leave no room for those that are on tomorrow.
    """
    if len(ordered) <= MOST_NEAR_MISSES:
        return ordered
    rank = np.zeros(len(ordered), dtype=np.int64)
    for criterion in answers.criteria:
        misfits = criterion.no[ordered]
        rank[misfits] = np.arange(int(misfits.sum()))
    kept = np.argsort(rank, kind="stable")[:MOST_NEAR_MISSES]
    result: Ints = ordered[np.sort(kept)]
    return result


def _in_order(result: Result, group: str, positions: Ints, unknowns: np.ndarray) -> Ints:
    """By time when a time was asked, else by distance, else by next start; then by id.

    Near several places the farther distance counts.
    Ask first has the fewest unknowns first; when a bed is asked for and none is known to be
    open, it is a list of whom to call. What may report to a court stands last.
    """
    if not len(positions):
        return positions
    query, answers = result.query, result._answers
    keys: list[np.ndarray] = [result._catalog.ids[positions].astype(str)]
    far = answers.worst_m
    metres = None
    if far is not None:
        metres = np.where(np.isnan(far[positions]), np.inf, far[positions])
    if query.when is not None or metres is None:
        times = result._times_of(positions)
        start = np.where(times.found, times.start, np.iinfo(np.int64).max)[positions]
        # What is open already is there at once: at the clock, or when the window begins.
        start = np.maximum(start, int(query.at.timestamp()))
        if query.when is not None and answers.first is not None:
            inside = answers.first.found[positions]
            begin = int(query.when.begin.timestamp())
            start = np.where(inside, np.maximum(start, begin), start)
        keys += [metres, start] if metres is not None else [start]
    else:
        keys.append(metres)
    if result._specific is not None:
        keys.append(~result._specific[positions])
    if group == "near_miss" and len(positions) > MOST_NEAR_MISSES:
        # Only a few are shown, so those of which most is known come first.
        keys.append(unknowns[positions])
    if group == "ask":
        keys.append(unknowns[positions])
        if answers.bed_order is not None and not answers.has_bed[result.match].any():
            keys.append(answers.bed_order[positions])
    if answers.from_here is not None:
        keys.append(answers.from_here[positions])
    keys.append(result._reports[positions])
    return positions[np.lexsort(keys)]


def _miss(
    catalog: Catalog, query: Query, criterion: Criterion, position: int, distance: float | None
) -> Miss:
    name = MISS_NAMES.get(criterion.name, criterion.name)
    if criterion.name == "when":
        asked = query.when.text if query.when else ""
        schedule = catalog.when["schedule"].iat[position]
        has = schedule if isinstance(schedule, str) else catalog.when["recurrence"].iat[position]
        return Miss(name, asked, str(has), "intake" if catalog.by_intake[position] else "")
    if criterion.name == "within":
        return Miss(name, f"{query.within_m:.0f} m", f"{distance or 0:.0f} m")
    if criterion.name in ("languages", "cost", "format"):
        asked_ids: Sequence[str] = {
            "languages": query.languages,
            "cost": query.costs,
            "format": query.formats,
        }[criterion.name]
        return Miss(
            name,
            "|".join(asked_ids),
            "|".join(sorted(catalog.column(criterion.name)[position] or ())),
        )
    if criterion.name == "beds":
        return Miss(name, "an open bed", "full, with a waiting list", "full")
    if criterion.name == "same_day":
        return Miss(name, "tonight", "no same-day intake", "same_day")
    if criterion.name == "intake":
        return Miss(name, "tonight", str(catalog.column("intake_hours")[position]), "intake")
    return Miss(name, "no", "yes")
