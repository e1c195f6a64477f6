"""What could come next for a kind: where one more would help most, and who gains from it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from assetmap.gaps import Ground, KindGaps
from assetmap.gaps.sentences import Voice, no_list_text
from assetmap.report import words
from assetmap.siting import SitingError, from_areas, site, what_if
from assetmap.words import say
from assetmap.words.formats import percent

PROPOSED = 3


class Proposal(NamedTuple):
    """sites: area ids and names, in order of gain, with what each adds. reached: people below the
    mark who get one more in reach from all of them; bound: no choice of as many reaches more;
    below: all people below the mark."""

    sites: tuple[tuple[str, str, int], ...]
    reached: int
    bound: int
    below: int
    optimal: bool


def below_mark(ground: Ground, kind_gaps: KindGaps) -> np.ndarray:
    """Areas with people that do not surely meet the mark, where somebody has looked."""
    return np.isin(kind_gaps.gap, ("yes", "call")) & (ground.people > 0)


def propose(ground: Ground, kind_gaps: KindGaps, most: int = PROPOSED) -> Proposal | None:
    """The areas in which one more would be in reach of most people who are below the mark.

    None where nobody is, or the kind has no gaps of areas (siting below town says nothing there).
    """
    below = below_mark(ground, kind_gaps)
    if not below.any():
        return None
    areas = pd.DataFrame(
        {
            "id": ground.ids[below],
            "lat": ground.lat[below],
            "lon": ground.lon[below],
            "population": ground.people[below],
        }
    )
    candidates = from_areas(_placed(ground))
    minutes = ground.area_minutes if kind_gaps.by_travel else None
    costs = None
    limit = kind_gaps.norm.within_m
    if minutes is not None:
        limit = ground.settings.minutes(kind_gaps.norm)
        origin, dest = np.nonzero((minutes <= limit) & below[:, None])
        costs = pd.DataFrame(
            {
                "origin": ground.ids[origin],
                "dest": ground.ids[dest],
                "cost": minutes[origin, dest],
            }
        )
        candidates = candidates[candidates["id"].isin(costs["dest"])]
        if not len(candidates):
            return None
    count = min(most, len(candidates))
    try:
        while True:
            siting = site(areas, candidates, count, "cover", limit, costs=costs)
            # A site that adds nobody is no suggestion.
            useful = sum(gain > 0 for gain in siting.gains)
            if useful == count or useful == 0:
                break
            count = useful
    except SitingError:
        return None
    names = dict(zip(ground.ids, ground.names, strict=True))
    sites = tuple(
        (item, str(names[item]), round(gain))
        for item, gain in zip(siting.sites, siting.gains, strict=True)
        if gain > 0
    )
    total = round(float(ground.people[below].sum()))
    return Proposal(sites, round(siting.value), round(siting.bound), total, siting.optimal)


def _placed(ground: Ground) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"id": ground.ids, "name": ground.names, "lat": ground.lat, "lon": ground.lon}
    )
    return frame[np.isfinite(frame["lat"]) & np.isfinite(frame["lon"])]


def reach_of_new(ground: Ground, kind_gaps: KindGaps, language: str = "en") -> str:
    """What is within reach of one more: minutes where the table has areas as destinations."""
    if kind_gaps.by_travel and ground.area_minutes is None:
        metres = ground.settings.length(kind_gaps.norm.within_m)
        return f"{metres} ({say('gaps.by_line', language)})"
    return ground.within(kind_gaps.kind, language)


def proposal_texts(
    ground: Ground, kind_gaps: KindGaps, proposal: Proposal | None, language: str = "en"
) -> list[str]:
    """The proposal in sentences, with what no other choice can beat."""
    voice = Voice(ground, language)
    what, who = voice.asked(kind_gaps.kind), voice.who
    within = reach_of_new(ground, kind_gaps, language)
    if kind_gaps.listed != "yes":
        return [no_list_text(voice, kind_gaps.kind, kind_gaps.listed)]
    if not ground.people.any():
        return [say("report.no_people", language)]
    first = proposal.sites[0] if proposal is not None and proposal.sites else None
    if proposal is None or first is None:
        # Short of the goal, but nobody knows how many live there, or what is listed or near there.
        short = ground.lived_in & (kind_gaps.gap != "no")
        key = "report.site_unknown" if short.any() else "report.site_none"
        return [say(key, language, kind=what)]
    values = {"kind": what, "within": within, "who": who, "below": f"{proposal.below:,}"}
    out = [say("report.site_first", language, area=first[1], people=f"{first[2]:,}", **values)]
    rest = [
        say("report.site_adds", language, area=name, people=f"{gain:,}")
        for _, name, gain in proposal.sites[1:]
    ]
    if rest:
        out.append(say("report.site_next", language, areas="; ".join(rest)))
    key = "report.site_bound" if proposal.optimal else "report.site_bound_open"
    if len(proposal.sites) == 1:
        key += "_one"
    out.append(
        say(
            key,
            language,
            count=len(proposal.sites),
            reached=f"{proposal.reached:,}",
            bound=f"{proposal.bound:,}",
            who=who,
        )
    )
    return out


class Gain(NamedTuple):
    """One more at an area's point. at: its name. people: brought to the mark; nearer: people
    whose nearest comes nearer; covered_before, covered_after: shares of people at the mark;
    areas: one line per area that has one more in reach, as texts; gains, more: bool by area,
    brought to the mark and one more in reach."""

    at: str
    people: float
    nearer: float
    covered_before: float
    covered_after: float
    areas: pd.DataFrame
    gains: np.ndarray
    more: np.ndarray


def gain_of(ground: Ground, kind_gaps: KindGaps, area: str, language: str = "en") -> Gain | None:
    """What one more of a kind at the point of an area changes.

    None for an area without a point, and for a kind that nobody has gathered yet.
    """
    if area not in ground.ids or kind_gaps.listed != "yes":
        return None
    here = int(ground.ids.get_loc(area))
    if not np.isfinite(ground.lat[here] + ground.lon[here]):
        return None
    minutes = ground.area_minutes if kind_gaps.by_travel else None
    by_minutes = minutes is not None and bool(np.isfinite(minutes[:, here]).any())
    siting = what_if(
        ground.lat,
        ground.lon,
        ground.people,
        kind_gaps.known,
        kind_gaps.nearest_min if by_minutes else kind_gaps.nearest_m,
        ground.lat[here],
        ground.lon[here],
        ground.settings.minutes(kind_gaps.norm) if by_minutes else kind_gaps.norm.within_m,
        kind_gaps.norm.count,
        cost=minutes[:, here] if by_minutes and minutes is not None else None,
    )

    def far(cost: float) -> str:
        if not np.isfinite(cost):
            return say("report.none_anywhere", language)
        if by_minutes:
            return ground.minutes_text(cost, language)
        return ground.settings.length(cost)

    more = siting.known_after > siting.known_before
    # Where nobody has looked yet, nobody knows who is below the mark.
    unknown = kind_gaps.gap == "no data"
    gains = siting.gains & ~unknown
    people = float(ground.people[gains].sum())
    lines: list[dict[str, str]] = []
    who = Voice(ground, language).who.capitalize()
    touched = np.flatnonzero(more & (ground.people > 0))
    for position in touched[np.lexsort((-ground.people[touched], ~gains[touched]))]:
        before, after = siting.nearest_before_m[position], siting.nearest_after_m[position]
        lines.append(
            {
                say("report.area", language): str(ground.names[position]),
                who: words.count(float(ground.people[position]), language),
                say("report.before", language): f"{siting.known_before[position]:,}",
                say("report.after", language): f"{siting.known_after[position]:,}",
                say("report.nearest_before", language): far(before),
                say("report.nearest_after", language): far(after),
                say("report.to_mark", language): say(
                    "report.undefined"
                    if unknown[position]
                    else "report.already"
                    if kind_gaps.met[position]
                    else "report.yes"
                    if gains[position]
                    else "report.no",
                    language,
                ),
            }
        )
    total = ground.people.sum()
    met = float(ground.people[kind_gaps.met].sum())
    return Gain(
        str(ground.names[here]),
        people,
        siting.nearer,
        met / total if total else np.nan,
        (met + people) / total if total else np.nan,
        pd.DataFrame(lines),
        gains,
        more,
    )


def gain_text(ground: Ground, kind_gaps: KindGaps, gain: Gain, language: str = "en") -> str:
    """What changes, in words. Shares are of everybody counted, as in the sentences of areas."""
    voice = Voice(ground, language)
    before, after = percent(gain.covered_before, language), percent(gain.covered_after, language)
    text = say(
        "report.gain",
        language,
        kind=voice.asked(kind_gaps.kind),
        area=gain.at,
        people=words.count(gain.people, language),
        nearer=words.count(gain.nearer, language),
        who=voice.who,
        before=before,
        after=after,
    )
    unknown = float(ground.people[kind_gaps.gap == "no data"].sum())
    total = words.count(float(ground.people.sum()), language)
    of = say("report.gain_of", language, total=total, who=voice.who)
    if unknown:
        people = words.count(unknown, language)
        of += " " + say("report.gain_unknown", language, people=people, who=voice.who)
    return f"{text} {of}"
