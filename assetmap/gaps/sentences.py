"""Sentences a council can read: numbers, unit, and what is not sure. Strengths come first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assetmap.gaps.equity import by_travel, without_car
from assetmap.gaps.ground import Ground
from assetmap.gaps.matrix import NeedReach, Slot
from assetmap.gaps.names import shortened
from assetmap.gaps.need import ALL, Need
from assetmap.gaps.quadrants import KindGaps
from assetmap.gaps.settings import Norm, Settings
from assetmap.gaps.strengths import CountyTotal, Strengths
from assetmap.gaps.times import DAYS
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
        terms = [label(row["vocabulary"], part, self.language) for part in wanted.split("|")]
        return " / ".join(terms).lower()

    def number(self, value: float) -> str:
        """A whole number with thousands."""
        return number_text(value, self.language)

    def folk(self, position: int) -> str:
        """How many live in an area: 1,872 adults."""
        if not self.ground.people_known[position]:
            return say("gaps.people_unknown", self.language)
        return f"{self.number(self.ground.people[position])} {self.who}"

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


def area_text(voice: Voice, kind_gaps: KindGaps, position: int, need: Need | None) -> str:
    """What is in reach of one area, in one to five short sentences."""
    ground, language, norm = voice.ground, voice.language, kind_gaps.norm
    name = ground.names[position]
    if not ground.lived_in[position]:
        return say("gaps.nobody", language, area=name)
    if kind_gaps.listed != "yes":
        return no_list_text(voice, kind_gaps)
    if kind_gaps.gap[position] == "no data":
        return say("gaps.no_data", language, area=name)
    count = int(kind_gaps.known[position])
    parts = [_in_reach(voice, kind_gaps, position, count)]
    shared = kind_gaps.shared[position]
    if kind_gaps.unit == "supply" and count and np.isfinite(shared):
        key = "gaps.shared_one" if count == 1 else "gaps.shared"
        parts.append(say(key, language, people=voice.number(shared), who=voice.who))
        parts += _supply(voice, kind_gaps, position)
    metres, minutes = kind_gaps.nearest_m[position], kind_gaps.nearest_min[position]
    if kind_gaps.by_travel and np.isfinite(minutes):
        distance = ground.minutes_text(max(minutes, 1), language)
        parts.append(say("gaps.nearest", language, distance=distance))
    elif np.isfinite(metres) and metres > _HERE_M:
        distance = voice.settings.length(metres)
        if kind_gaps.by_travel:
            distance = f"{distance} ({say('gaps.by_line', language)})"
        parts.append(say("gaps.nearest", language, distance=distance))
    if kind_gaps.seldom[position]:
        parts.append(say("gaps.seldom", language, count=int(kind_gaps.seldom[position])))
    short_of_days = bool(norm.days and count and kind_gaps.days[position] < norm.days)
    if short_of_days:
        parts.append(say("gaps.on_days", language, n=int(kind_gaps.days[position])))
    if norm.declared and (short_of_days or (norm.count > 1 and count < norm.count)):
        parts.append(say("gaps.own_goal", language, goal=voice.goal(norm, kind_gaps.sessions)))
    if kind_gaps.gap[position] in ("yes", "call") and kind_gaps.calls[position]:
        names = [
            shortened(str(ground.assets["name"].iat[call]))
            for call in kind_gaps.calls[position][:NAMED]
        ]
        names += [""] * (len(kind_gaps.calls[position]) - len(names))  # counted, not named
        key = "gaps.call_one" if len(names) == 1 else "gaps.call_many"
        parts.append(say(key, language, count=len(names), names=voice.listed(names)))
    if (
        need is not None
        and kind_gaps.quadrant[position]
        and not kind_gaps.robust[position]
        and kind_gaps.gap[position] == "yes"
    ):
        parts.append(say("gaps.not_sure", language))
    return " ".join(parts)


def no_list_text(voice: Voice, kind_gaps: KindGaps) -> str:
    """Of a kind that nobody has gathered, or that is known by guesses alone, nothing more."""
    kind = voice.kind(kind_gaps.kind)
    if kind_gaps.listed == "guessed":
        count = int(voice.ground.of_kind(kind_gaps.kind).sum())
        return say("gaps.only_guessed", voice.language, kind=kind, n=count)
    return say("gaps.kind_not_listed", voice.language, kind=kind)


def _in_reach(voice: Voice, kind_gaps: KindGaps, position: int, count: int) -> str:
    settings = voice.settings
    if count:
        key = "gaps.sessions" if kind_gaps.sessions else "gaps.places"
        key += "_one" if count == 1 else "_many"
    elif kind_gaps.norm.yes:
        key = "gaps.none_yes"
    else:
        key = "gaps.none" if kind_gaps.kind in settings.complete else "gaps.none_listed"
    return say(
        key,
        voice.language,
        kind=voice.asked(kind_gaps.kind),
        count=count,
        within=voice.ground.within(kind_gaps.kind, voice.language),
        area=voice.ground.names[position],
        folk=voice.folk(position),
    )


def _supply(voice: Voice, kind_gaps: KindGaps, position: int) -> list[str]:
    supply = kind_gaps.supply
    if supply is None or supply.low is None or supply.high is None:
        return []
    low, high = f"{supply.low[position]:.1f}", f"{supply.high[position]:.1f}"
    key = "gaps.supply_one" if low == high else "gaps.supply_range"
    return [say(key, voice.language, low=low, high=high, who=voice.who)]


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
        return no_list_text(voice, kind_gaps), ""
    values = {
        "kind": voice.asked(kind_gaps.kind),
        "within": ground.within(kind_gaps.kind, language),
        "all": int(lived_in.sum()),
        "goal": voice.goal(norm, kind_gaps.sessions),
    }
    gap = (kind_gaps.gap == "yes") & lived_in
    parts = []
    if gap.any():
        empty = bool((kind_gaps.known[gap] == 0).all())
        key = "gaps.sum_short"
        if empty or (norm.count == 1 and not norm.days):
            complete = kind_gaps.kind in voice.settings.complete and not norm.yes
            key = "gaps.sum_none" if complete else "gaps.sum_none_listed"
        folk = f"{voice.number(ground.people[gap].sum())} {voice.who}"
        if not ground.people_known[gap].any():
            folk = say("gaps.people_unknown", language)
        areas = int(gap.sum())
        parts.append(say(key, language, **values, n=areas, areas=areas, folk=folk))
        worst = most_need_first(ground, gap & (kind_gaps.quadrant == "more need, less reach"), need)
        if len(worst):
            names = [str(ground.names[area]) for area in worst]
            parts.append(say("gaps.sum_where", language, areas=voice.listed(names)))
    elif not (kind_gaps.gap == "call").any() and (kind_gaps.gap == "no").any():
        parts.append(say("gaps.sum_enough", language, **values))
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
    voice: Voice, slots: list[Slot], what: str, complete: bool, most: int = 2
) -> list[str]:
    """Evenings on which a kind is in reach of few people, or of nobody."""
    evenings = [slot for slot in slots if slot.part == "evening"]
    total = voice.ground.people.sum()
    # All evenings alike is said of the kind, not of a day.
    if not total or not any(slot.people_in_reach for slot in evenings):
        return []
    few = [slot for slot in evenings if slot.people_in_reach < FEW * total]
    values = []
    for slot in sorted(few, key=lambda option: option.people_in_reach)[:most]:
        key = "gaps.sum_time_few"
        if not slot.people_in_reach:
            key = "gaps.sum_time" if complete else "gaps.sum_time_listed"
        values.append(
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
    return values


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


def need_text(voice: Voice, reach: NeedReach, position: int) -> str:
    """How much of a need's support is in reach of one area."""
    ground = voice.ground
    if not ground.lived_in[position]:
        return say("gaps.nobody", voice.language, area=ground.names[position])
    return say(
        "gaps.need_area",
        voice.language,
        need=label("needs", reach.need, voice.language),
        n=int(reach.known[position]),
        count=int(reach.known[position]),
        types=len(reach.types),
        area=ground.names[position],
        folk=voice.folk(position),
    )


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
    parts = [first]
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
        parts.append(say("gaps.strong_balance", language, parts=", ".join(classes)))
    if strengths.elsewhere:
        far = voice.number(strengths.elsewhere)
        parts.append(say("gaps.strong_elsewhere", language, n=strengths.elsewhere, count=far))
    return parts
