"""What is said of one area, of whom, and in which language: numbers, unit, what is unsure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assetmap.gaps.ground import Ground, Listed, shortened
from assetmap.gaps.matrix import NeedReach
from assetmap.gaps.need import ALL, Need
from assetmap.gaps.quadrants import KindGaps
from assetmap.gaps.settings import Norm, Settings
from assetmap.vocabulary import fields, label
from assetmap.words import say
from assetmap.words.formats import listed
from assetmap.words.formats import number as number_text

NAMED = 7  # at most so many are named in a sentence
MOST_NAMED = 20  # and in any text, a caption or a table cell


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

    def folk_in(self, chosen: np.ndarray) -> str:
        """How many live in the chosen areas (bool), as far as is known: at least 900 adults."""
        ground = self.ground
        if not ground.people_known[chosen].any():
            return say("gaps.people_unknown", self.language)
        folk = f"{self.number(ground.people[chosen].sum())} {self.who}"
        if ground.people_known[chosen].all():
            return folk
        return say("gaps.at_least_folk", self.language, folk=folk)

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


_HERE_M = 150.0


def area_text(voice: Voice, kind_gaps: KindGaps, position: int, need: Need | None) -> str:
    """What is in reach of one area, in one to five short sentences."""
    ground, language, norm = voice.ground, voice.language, kind_gaps.norm
    name = ground.names[position]
    if not ground.lived_in[position]:
        return say("gaps.nobody", language, area=name)
    if kind_gaps.listed != "yes":
        return no_list_text(voice, kind_gaps.kind, kind_gaps.listed)
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


def no_list_text(voice: Voice, kind: str, listed: Listed) -> str:
    """Of a kind that nobody has gathered or placed, or that is known by guesses alone, nothing
    more."""
    ground, name = voice.ground, voice.kind(kind)
    if listed == "guessed":
        count = int(ground.of_kind(kind).sum())
        return say("gaps.only_guessed", voice.language, kind=name, n=count)
    if listed == "unplaced":
        count = int((ground.of_kind(kind) & ground.unplaced).sum())
        return say("gaps.only_unplaced", voice.language, kind=name, n=count)
    return say("gaps.kind_not_listed", voice.language, kind=name)


def _in_reach(voice: Voice, kind_gaps: KindGaps, position: int, count: int) -> str:
    if count:
        key = "gaps.sessions" if kind_gaps.sessions else "gaps.places"
        key += "_one" if count == 1 else "_many"
    elif kind_gaps.norm.yes or kind_gaps.calls[position]:
        key = "gaps.none_yes"  # one that a call could confirm is on the list
    else:
        key = "gaps.none" if voice.ground.complete(kind_gaps.kind) else "gaps.none_listed"
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


def need_text(voice: Voice, reach: NeedReach, position: int) -> str:
    """How much of a need's support is in reach of one area."""
    ground = voice.ground
    if not ground.lived_in[position]:
        return say("gaps.nobody", voice.language, area=ground.names[position])
    need = label("needs", reach.need, voice.language)
    if not reach.known[position] and len(reach.unlisted) == len(reach.types):
        return say("gaps.kind_not_listed", voice.language, kind=need)
    in_reach = say(
        "gaps.need_area",
        voice.language,
        need=need,
        n=int(reach.known[position]),
        count=int(reach.known[position]),
        types=len(reach.types),
        area=ground.names[position],
        folk=voice.folk(position),
    )
    if not reach.unlisted or reach.known[position] == len(reach.types):
        return in_reach
    without = [label("support", support, voice.language).lower() for support in reach.unlisted]
    rest = say("gaps.need_unlisted", voice.language, supports=listed(without, voice.language))
    return f"{in_reach} {rest}"
