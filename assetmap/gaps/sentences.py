"""Sentences a council can read: numbers, unit, and what is not sure. Strengths come first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assetmap.gaps.ground import Ground
from assetmap.gaps.matrix import NeedReach
from assetmap.gaps.names import shortened
from assetmap.gaps.need import ALL, Need
from assetmap.gaps.quadrants import KindGaps
from assetmap.gaps.settings import Norm, Settings
from assetmap.gaps.strengths import CountyTotal, Strengths
from assetmap.gaps.times import DAYS
from assetmap.gaps.week import Slot
from assetmap.gaps.without_car import by_travel, without_car
from assetmap.vocabulary import fields, label
from assetmap.words import say
from assetmap.words.formats import number as number_text

FEW = 0.5  # an evening with one in reach of fewer people than this share is worth a sentence
NAMED = 7  # at most so many are named in a sentence
MOST_NAMED = 20  # and in any text, a caption or a table cell
_HERE_M = 150.0


def named(names: Sequence[str], language: str = "en", most: int = MOST_NAMED) -> str:
    """Names in a row, those beyond `most` counted."""
    shown = ", ".join(names[:most])
    rest = len(names) - most
    return say("gaps.and_more", language, names=shown, count=rest) if rest > 0 else shown


class Voice(NamedTuple):
    """Who is spoken of, in which language."""

    ground: Ground
    language: str = "en"

    @property
    def settings(self) -> Settings:
        """The settings behind the numbers."""
        return self.ground.settings

    @property
    def who(self) -> str:
        """adults, or people where only those are counted."""
        return say("gaps.adults" if self.ground.counts_adults else "gaps.people", self.language)

    def kind(self, kind: str) -> str:
        """What a kind is called."""
        return label("kinds", kind, self.language)

    def asked(self, kind: str) -> str:
        """What a kind is called, with what the community asks of it."""
        conditions = self.settings.norm(kind).yes
        if not conditions:
            return self.kind(kind)
        asked = [self.condition(condition) for condition in conditions]
        return f"{self.kind(kind)} ({', '.join(asked)})"

    def condition(self, condition: str) -> str:
        """A condition in words: the field's label, or what is asked of it."""
        name, _, wanted = condition.partition("=")
        row = fields()[name]
        if not wanted:
            return row[f"label_{self.language}"].lower()
        terms = [label(row["vocabulary"], one, self.language) for one in wanted.split("|")]
        return " / ".join(terms).lower()

    def number(self, value: float) -> str:
        """A whole number with thousands."""
        return number_text(value, self.language)

    def folk(self, at: int) -> str:
        """How many live in an area: 1,872 adults."""
        if not self.ground.people_known[at]:
            return say("gaps.people_unknown", self.language)
        return f"{self.number(self.ground.people[at])} {self.who}"

    def listed(self, names: Sequence[str], most: int = NAMED) -> str:
        """Names in a row, the rest counted."""
        return named(names, self.language, most)

    def goal(self, norm: Norm, sessions: bool) -> str:
        """What is enough, in words made from what is counted: at least 7 a week."""
        unit = "gaps.goal_sessions" if sessions else "gaps.goal_places"
        amount = say(unit, self.language, n=norm.count)
        if not norm.days:
            return amount
        return say("gaps.goal_days", self.language, amount=amount, n=norm.days)

    def indicator(self, need: Need) -> str:
        """What the need indicator is called."""
        if need.indicator == ALL:
            return say("gaps.all_indicators", self.language).lower()
        note = self.ground.notes.get(need.indicator)
        named = note.get(f"label_{self.language}") if isinstance(note, dict) else None
        return str(named or need.indicator.replace("_", " ")).lower()


def area_text(voice: Voice, found: KindGaps, at: int, need: Need | None) -> str:
    """What is in reach of one area, in one to five short sentences."""
    ground, language, norm = voice.ground, voice.language, found.norm
    name = ground.names[at]
    if not ground.lived_in[at]:
        return say("gaps.nobody", language, area=name)
    if found.listed != "yes":
        return no_list_text(voice, found)
    if found.gap[at] == "no data":
        return say("gaps.no_data", language, area=name)
    count = int(found.known[at])
    parts = [_in_reach(voice, found, at, count)]
    shared = found.shared[at]
    if found.unit == "supply" and count and np.isfinite(shared):
        key = "gaps.shared_one" if count == 1 else "gaps.shared"
        parts.append(say(key, language, people=voice.number(shared), who=voice.who))
        parts += _supply(voice, found, at)
    metres, minutes = found.nearest_m[at], found.nearest_min[at]
    if found.by_travel and np.isfinite(minutes):
        distance = ground.minutes_text(max(minutes, 1), language)
        parts.append(say("gaps.nearest", language, distance=distance))
    elif np.isfinite(metres) and metres > _HERE_M:
        distance = voice.settings.length(metres)
        if found.by_travel:
            distance = f"{distance} ({say('gaps.by_line', language)})"
        parts.append(say("gaps.nearest", language, distance=distance))
    if found.seldom[at]:
        parts.append(say("gaps.seldom", language, count=int(found.seldom[at])))
    short_of_days = bool(norm.days and count and found.days[at] < norm.days)
    if short_of_days:
        parts.append(say("gaps.on_days", language, n=int(found.days[at])))
    if norm.declared and (short_of_days or (norm.count > 1 and count < norm.count)):
        parts.append(say("gaps.own_goal", language, goal=voice.goal(norm, found.sessions)))
    if found.gap[at] in ("yes", "call") and found.calls[at]:
        names = [shortened(str(ground.assets["name"].iat[one])) for one in found.calls[at][:NAMED]]
        names += [""] * (len(found.calls[at]) - len(names))  # counted, not named
        key = "gaps.call_one" if len(names) == 1 else "gaps.call_many"
        parts.append(say(key, language, count=len(names), names=voice.listed(names)))
    if need is not None and found.quadrant[at] and not found.robust[at] and found.gap[at] == "yes":
        parts.append(say("gaps.not_sure", language))
    return " ".join(parts)


def no_list_text(voice: Voice, found: KindGaps) -> str:
    """Of a kind that nobody has gathered, or that is known by guesses alone, nothing more."""
    kind = voice.kind(found.kind)
    if found.listed == "guessed":
        count = int(voice.ground.of_kind(found.kind).sum())
        return say("gaps.only_guessed", voice.language, kind=kind, n=count)
    return say("gaps.kind_not_listed", voice.language, kind=kind)


def _in_reach(voice: Voice, found: KindGaps, at: int, count: int) -> str:
    settings = voice.settings
    if count:
        key = "gaps.sessions" if found.sessions else "gaps.places"
        key += "_one" if count == 1 else "_many"
    elif found.norm.yes:
        key = "gaps.none_yes"
    else:
        key = "gaps.none" if found.kind in settings.complete else "gaps.none_listed"
    return say(
        key,
        voice.language,
        kind=voice.asked(found.kind),
        count=count,
        within=voice.ground.within(found.kind, voice.language),
        area=voice.ground.names[at],
        folk=voice.folk(at),
    )


def _supply(voice: Voice, found: KindGaps, at: int) -> list[str]:
    supply = found.supply
    if supply is None or supply.low is None or supply.high is None:
        return []
    low, high = f"{supply.low[at]:.1f}", f"{supply.high[at]:.1f}"
    key = "gaps.supply_one" if low == high else "gaps.supply_range"
    return [say(key, voice.language, low=low, high=high, who=voice.who)]


def kind_summary(voice: Voice, found: KindGaps, need: Need | None) -> list[str]:
    """The county's sentences about one kind that can be a gap of areas."""
    gap, call = _summary_parts(voice, found, need)
    return [" ".join(filter(None, (gap, call)))]


def headline(voice: Voice, found: KindGaps, need: Need | None) -> str:
    """The one sentence of a kind: the gap, or what a call could find out."""
    gap, call = _summary_parts(voice, found, need)
    return gap or call


def _summary_parts(voice: Voice, found: KindGaps, need: Need | None) -> tuple[str, str]:
    """What is missing and where need is most; and what a call could find out."""
    ground, language, norm = voice.ground, voice.language, found.norm
    lived_in = ground.lived_in
    if found.listed != "yes":
        return no_list_text(voice, found), ""
    said = {
        "kind": voice.asked(found.kind),
        "within": ground.within(found.kind, language),
        "all": int(lived_in.sum()),
        "goal": voice.goal(norm, found.sessions),
    }
    gap = (found.gap == "yes") & lived_in
    parts = []
    if gap.any():
        empty = bool((found.known[gap] == 0).all())
        key = "gaps.sum_short"
        if empty or (norm.count == 1 and not norm.days):
            complete = found.kind in voice.settings.complete and not norm.yes
            key = "gaps.sum_none" if complete else "gaps.sum_none_listed"
        folk = f"{voice.number(ground.people[gap].sum())} {voice.who}"
        if not ground.people_known[gap].any():
            folk = say("gaps.people_unknown", language)
        areas = int(gap.sum())
        parts.append(say(key, language, **said, n=areas, areas=areas, folk=folk))
        worst = most_need_first(ground, gap & (found.quadrant == "more need, less reach"), need)
        if len(worst):
            names = [str(ground.names[area]) for area in worst]
            parts.append(say("gaps.sum_where", language, areas=voice.listed(names)))
    elif not (found.gap == "call").any() and (found.gap == "no").any():
        parts.append(say("gaps.sum_enough", language, **said))
    call = found.gap == "call"
    ask = ""
    if call.any():
        asked = {asset for area in np.flatnonzero(call) for asset in found.calls[area]}
        ask = say(
            "gaps.sum_ask",
            language,
            kind=said["kind"],
            n=len(asked),
            areas=int(call.sum()),
            all=said["all"],
        )
    return " ".join(parts), ask


def without_car_text(voice: Voice, found: KindGaps) -> list[str]:
    """Reach of a kind on foot (or by the table's own way) for households without a car."""
    ground, language = voice.ground, voice.language
    counted = without_car(ground, found)
    if counted is None:
        return []
    walk = voice.settings.length(voice.settings.walk_m)
    said = {
        "kind": voice.asked(found.kind),
        "people": voice.number(counted.people),
        "without": voice.number(counted.without),
        "who": voice.who,
        "walk": say("gaps.on_foot", language, length=walk),
    }
    if by_travel(ground, found):
        said["walk"] = ground.within(found.kind, language)
    key = "gaps.sum_without_car" if round(counted.without) else "gaps.sum_without_car_all"
    return [say(key, language, **said)]


def most_need_first(ground: Ground, chosen: np.ndarray, need: Need | None) -> np.ndarray:
    """Positions of the chosen areas (bool), most need first, then most people."""
    areas = np.flatnonzero(chosen)
    value = need.value[areas] if need is not None else np.zeros(len(areas))
    return areas[np.lexsort((-ground.people[areas], -np.nan_to_num(value, nan=-np.inf)))]


def time_summary(
    voice: Voice, slots: list[Slot], what: str, complete: bool, most: int = 2
) -> list[str]:
    """Evenings on which a kind is in reach of few people, or of nobody."""
    evenings = [slot for slot in slots if slot.part == "evening"]
    total = voice.ground.people.sum()
    # All evenings alike is said of the kind, not of a day.
    if not total or not any(slot.people_in_reach for slot in evenings):
        return []
    few = [slot for slot in evenings if slot.people_in_reach < FEW * total]
    said = []
    for slot in sorted(few, key=lambda one: one.people_in_reach)[:most]:
        key = "gaps.sum_time_few"
        if not slot.people_in_reach:
            key = "gaps.sum_time" if complete else "gaps.sum_time_listed"
        said.append(
            say(
                key,
                voice.language,
                kind=what,
                day=say(f"schedule.day_{DAYS.index(slot.day)}", voice.language),
                part=say(f"gaps.part_{slot.part}", voice.language),
                people=voice.number(slot.people_in_reach),
                total=voice.number(total),
                who=voice.who,
            )
        )
    return said


def county_summary(voice: Voice, total: CountyTotal) -> str:
    """The one sentence of a kind that is counted once for the county."""
    language = voice.language
    parts = [
        say(
            "gaps.sum_county",
            language,
            kind=voice.kind(total.kind),
            count=total.assets,
        )
    ]
    if total.beds is not None:
        who = [f"{_who(one, language)} {voice.number(beds)}" for one, beds in total.by_who.items()]
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
    return " + ".join(label("populations", one, language).lower() for one in who.split("|"))


def need_text(voice: Voice, reach: NeedReach, at: int) -> str:
    """How much of a need's support is in reach of one area."""
    ground = voice.ground
    if not ground.lived_in[at]:
        return say("gaps.nobody", voice.language, area=ground.names[at])
    return say(
        "gaps.need_area",
        voice.language,
        need=label("needs", reach.need, voice.language),
        n=int(reach.known[at]),
        count=int(reach.known[at]),
        types=len(reach.types),
        area=ground.names[at],
        folk=voice.folk(at),
    )


def strength_texts(voice: Voice, found: Strengths, kind: str | None = None) -> list[str]:
    """What there is, before what is missing."""
    language = voice.language
    name = shortened(voice.settings.name) or say("gaps.our_community", language)
    first = (
        say("gaps.strong_kind", language, kind=voice.kind(kind), assets=found.assets, name=name)
        if kind
        else say(
            "gaps.strong_all",
            language,
            name=name,
            n=found.assets,
            assets=voice.number(found.assets),
            kinds=found.kinds,
        )
    )
    parts = [first]
    if found.sessions:
        parts.append(
            say(
                "gaps.strong_sessions",
                language,
                n=found.sessions,
                sessions=voice.number(found.sessions),
                evening=found.evening,
                weekend=found.weekend,
            )
        )
    if found.by_peers:
        parts.append(say("gaps.strong_peers", language, n=found.by_peers, count=found.by_peers))
    if found.free:
        free, spanish = found.free, found.spanish
        said = "gaps.strong_free" if spanish else "gaps.strong_free_only"
        parts.append(say(said, language, n=free, free=free, spanish=spanish))
    if found.wanting:
        parts.append(say("gaps.strong_wants", language, n=found.wanting, count=found.wanting))
    if not kind:
        classes = [
            f"{label('abcd', one, language).lower()} {count}"
            for one, count in found.balance.items()
            if count
        ]
        parts.append(say("gaps.strong_balance", language, parts=", ".join(classes)))
    if found.elsewhere:
        far = voice.number(found.elsewhere)
        parts.append(say("gaps.strong_elsewhere", language, n=found.elsewhere, count=far))
    return parts
