"""The county's sentences: a kind's gap, evenings, beds, households without a car, strengths."""

from __future__ import annotations

import numpy as np

from assetmap.gaps.equity import by_travel, without_car
from assetmap.gaps.ground import Ground, shortened
from assetmap.gaps.matrix import Slot
from assetmap.gaps.need import Need
from assetmap.gaps.quadrants import KindGaps
from assetmap.gaps.sentences import Voice, no_list_text
from assetmap.gaps.strengths import CountyTotal, Strengths
from assetmap.gaps.times import DAYS
from assetmap.vocabulary import label
from assetmap.words import say

FEW = 0.5  # an evening with one in reach of fewer people than this share is worth a sentence


def kind_summary(voice: Voice, kind_gaps: KindGaps, need: Need | None) -> list[str]:
    """The county's sentences about one kind that can be a gap of areas."""
    gap, call = _summary_parts(voice, kind_gaps, need)
    return [" ".join(filter(None, (gap, call)))]


def headline(voice: Voice, kind_gaps: KindGaps, need: Need | None) -> str:
    """The one sentence of a kind: the gap, or what a call could find out."""
    gap, call = _summary_parts(voice, kind_gaps, need)
    return gap or call


def _summary_parts(voice: Voice, kind_gaps: KindGaps, need: Need | None) -> tuple[str, str]:
    """What is missing and where need is most; and what a call could find out."""
    ground, language, norm = voice.ground, voice.language, kind_gaps.norm
    lived_in = ground.lived_in
    if kind_gaps.listed != "yes":
        return no_list_text(voice, kind_gaps.kind, kind_gaps.listed), ""
    values = {
        "kind": voice.asked(kind_gaps.kind),
        "within": ground.within(kind_gaps.kind, language),
        "all": int(lived_in.sum()),
        "goal": voice.goal(norm, kind_gaps.sessions),
    }
    gap = (kind_gaps.gap == "yes") & lived_in
    parts = []
    if gap.any():
        # One that a call could confirm is not none.
        empty = bool((kind_gaps.possible[gap] == 0).all())
        key = "gaps.sum_short"
        if empty or (norm.count == 1 and not norm.days):
            complete = ground.complete(kind_gaps.kind) and not norm.yes
            key = "gaps.sum_none" if complete else "gaps.sum_none_listed"
        areas = int(gap.sum())
        folk = voice.folk_in(gap)
        parts.append(say(key, language, **values, n=areas, areas=areas, folk=folk))
        worst = most_need_first(ground, gap & (kind_gaps.quadrant == "more need, less reach"), need)
        if len(worst):
            names = [str(ground.names[area]) for area in worst]
            parts.append(say("gaps.sum_where", language, areas=voice.listed(names)))
    elif not lived_in.any():
        parts.append(say("gaps.sum_nobody", language, topic=values["kind"]))
    elif kind_gaps.met[lived_in].all():
        parts.append(say("gaps.sum_enough", language, **values))
    elif not (kind_gaps.gap == "call").any() and (kind_gaps.met & lived_in).any():
        parts.append(say("gaps.sum_enough_listed", language, **values))
    call = kind_gaps.gap == "call"
    ask = ""
    if call.any():
        asked = {asset for area in np.flatnonzero(call) for asset in kind_gaps.calls[area]}
        ask = say(
            "gaps.sum_ask",
            language,
            kind=values["kind"],
            n=len(asked),
            areas=int(call.sum()),
            all=values["all"],
        )
    return " ".join(parts), ask


def without_car_text(voice: Voice, kind_gaps: KindGaps) -> list[str]:
    """Reach of a kind on foot (or by the table's own way) for households without a car."""
    ground, language = voice.ground, voice.language
    counted = without_car(ground, kind_gaps)
    if counted is None:
        return []
    walk = voice.settings.length(voice.settings.walk_m)
    values = {
        "kind": voice.asked(kind_gaps.kind),
        "people": voice.number(counted.people),
        "without": voice.number(counted.without),
        "who": voice.who,
        "walk": say("gaps.on_foot", language, length=walk),
    }
    if by_travel(ground, kind_gaps):
        values["walk"] = ground.within(kind_gaps.kind, language)
    key = "gaps.sum_without_car" if round(counted.without) else "gaps.sum_without_car_all"
    return [say(key, language, **values)]


def most_need_first(ground: Ground, chosen: np.ndarray, need: Need | None) -> np.ndarray:
    """Positions of the chosen areas (bool), most need first, then most people."""
    areas = np.flatnonzero(chosen)
    value = need.value[areas] if need is not None else np.zeros(len(areas))
    return areas[np.lexsort((-ground.people[areas], -np.nan_to_num(value, nan=-np.inf)))]


def time_summary(
    voice: Voice, slots: list[Slot], what: str, complete: bool, most: int = 2, sure: bool = True
) -> list[str]:
    """Evenings on which a kind is in reach of few people, or of nobody.

    sure: no call could tell of one more.
    """
    evenings = [slot for slot in slots if slot.part == "evening"]
    total = voice.ground.people.sum()
    # All evenings alike is said of the kind, not of a day.
    if not total or not any(slot.people_in_reach for slot in evenings):
        return []
    near = [(slot.people_in_reach or 0, slot) for slot in evenings]
    few = sorted((pair for pair in near if pair[0] < FEW * total), key=lambda pair: pair[0])
    values = []
    for people, slot in few[:most]:
        key = "gaps.sum_time_few"
        if not people:
            key = "gaps.sum_time" if complete else "gaps.sum_time_listed"
            key = key if sure else "gaps.sum_time_unsure"
        values.append(
            say(
                key,
                voice.language,
                kind=what,
                day=say(f"schedule.day_{DAYS.index(slot.day)}", voice.language),
                part=say(f"gaps.part_{slot.part}", voice.language),
                people=voice.number(people),
                total=voice.number(total),
                who=voice.who,
            )
        )
    return values


def county_summary(voice: Voice, total: CountyTotal) -> str:
    """The one sentence of a kind that is counted once for the county."""
    language = voice.language
    listed = voice.ground.listed(total.kind)
    if not total.assets and listed != "yes":
        return no_list_text(voice, total.kind, listed)
    if not total.assets:
        key = "gaps.sum_county_call" if total.to_call else "gaps.sum_county_none"
        return say(key, language, kind=voice.kind(total.kind), n=total.to_call)
    parts = [
        say(
            "gaps.sum_county",
            language,
            kind=voice.kind(total.kind),
            count=total.assets,
        )
    ]
    if total.beds is not None:
        who = [
            f"{_who(item, language)} {voice.number(beds)}" for item, beds in total.by_who.items()
        ]
        parts.append(
            say(
                "gaps.sum_beds",
                language,
                beds=voice.number(total.beds),
                parts=", ".join(who),
                unknown=total.beds_unknown,
            )
        )
    if total.distances:
        near = [
            f"{voice.kind(kind).lower()} {voice.settings.length(metres)}"
            for kind, metres in total.distances.items()
        ]
        parts.append(say("gaps.sum_distances", language, parts=", ".join(near)))
    return " ".join(parts)


def _who(who: str, language: str) -> str:
    if who == "anyone":
        return say("gaps.anyone", language)
    return " + ".join(label("populations", part, language).lower() for part in who.split("|"))


def strength_texts(voice: Voice, strengths: Strengths, kind: str | None = None) -> list[str]:
    """What there is, before what is missing."""
    language = voice.language
    name = shortened(voice.settings.name) or say("gaps.our_community", language)
    first = (
        say("gaps.strong_kind", language, kind=voice.kind(kind), assets=strengths.assets, name=name)
        if kind
        else say(
            "gaps.strong_all",
            language,
            name=name,
            n=strengths.assets,
            assets=voice.number(strengths.assets),
            kinds=strengths.kinds,
        )
    )
    if not strengths.assets:
        topic = voice.kind(kind) if kind else name
        first = say("gaps.strong_nothing", language, topic=topic)
    parts = [first]
    if not strengths.assets and strengths.candidates:
        parts.append(say("gaps.strong_candidates", language, n=strengths.candidates))
    if strengths.sessions:
        parts.append(
            say(
                "gaps.strong_sessions",
                language,
                n=strengths.sessions,
                sessions=voice.number(strengths.sessions),
                evening=strengths.evening,
                weekend=strengths.weekend,
            )
        )
    if strengths.by_peers:
        parts.append(
            say("gaps.strong_peers", language, n=strengths.by_peers, count=strengths.by_peers)
        )
    if strengths.free:
        free, spanish = strengths.free, strengths.spanish
        values = "gaps.strong_free" if spanish else "gaps.strong_free_only"
        parts.append(say(values, language, n=free, free=free, spanish=spanish))
    if strengths.wanting:
        parts.append(
            say("gaps.strong_wants", language, n=strengths.wanting, count=strengths.wanting)
        )
    if not kind:
        classes = [
            f"{label('abcd', item, language).lower()} {count}"
            for item, count in strengths.balance.items()
            if count
        ]
        if classes:
            parts.append(say("gaps.strong_balance", language, parts=", ".join(classes)))
    if strengths.elsewhere:
        far = voice.number(strengths.elsewhere)
        parts.append(say("gaps.strong_elsewhere", language, n=strengths.elsewhere, count=far))
    return parts
