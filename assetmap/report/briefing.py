"""One screen, or one page of paper: a sentence, a map, three numbers, the next step, strengths."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assetmap import vocabulary
from assetmap.gaps import Gaps, Ground, KindGaps, kind_gaps
from assetmap.gaps.county_sentences import county_summary, headline
from assetmap.gaps.matrix import need_reach
from assetmap.gaps.sentences import Voice, no_list_text
from assetmap.gaps.strengths import county_total, strengths_of
from assetmap.report import layers, next_steps
from assetmap.report.layers import Layer
from assetmap.vocabulary import label
from assetmap.words import say
from assetmap.words.formats import number


class Figure(NamedTuple):
    """A number in large type with the words that say what it counts. icon: a Material Symbol."""

    value: str
    words: str
    icon: str = ""


class Briefing(NamedTuple):
    """sentence: the headline. layer: the map (None where a kind has no map of areas). figures: at
    most three. next: what could help next. strengths: what is here, when and for whom."""

    sentence: str
    layer: Layer | None
    figures: tuple[Figure, ...]
    next: str
    strengths: tuple[Figure, ...]


def first_kind(ground: Ground) -> str:
    """The kind with a goal that most people live short of: what an organizer came to see."""
    short: dict[str, float] = {}
    for kind in ground.settings.norms:
        if vocabulary.terms("kinds")[kind]["gap"] in ("choice", "supply"):
            result = kind_gaps(ground, kind, None)
            short[kind] = float(np.where(result.gap == "yes", ground.people, 0).sum())
    if short:
        return max(short, key=lambda kind: short[kind])
    return next((kind for kind in _choices(ground) if ground.listed(kind) == "yes"), "meeting")


def _choices(ground: Ground) -> list[str]:
    """Kinds that can be a gap of areas, those with most assets first; meetings before others."""
    kinds = vocabulary.terms("kinds")
    counts = ground.assets["kind"].value_counts()
    listed = [str(kind) for kind in counts.index if kinds[str(kind)]["gap"] in ("choice", "supply")]
    return sorted(listed, key=lambda kind: kind != "meeting")


def briefing(
    ground: Ground,
    result: Gaps,
    kind: str | None = None,
    need: str | None = None,
    language: str = "en",
) -> Briefing:
    """The briefing of a result of `gaps` for one kind or one need."""
    strengths = _strengths(ground, language)
    if need is not None:
        return _of_need(ground, result, need, strengths, language)
    results = result.kinds.get(kind or "")
    if results is None:
        return Briefing(result.summary[0], None, (), "", strengths)
    if results.unit not in ("choice", "supply"):
        return _of_county(ground, results, strengths, language)
    return _of_areas(ground, result, results, strengths, language)


def _of_areas(
    ground: Ground, result: Gaps, results: KindGaps, strengths: tuple[Figure, ...], language: str
) -> Briefing:
    voice = Voice(ground, language)
    layer = layers.gap_layer(ground, result, say("report.map_gap", language), language)
    if results.listed != "yes":
        step = f"report.next_{'list' if results.listed == 'no' else results.listed}"
        text = say(step, language, kind=voice.kind(results.kind))
        return Briefing(
            no_list_text(voice, results.kind, results.listed), layer, (), text, strengths
        )
    goal = voice.goal(results.norm, results.sessions)
    within = ground.within(results.kind, language)
    gap = results.gap == "yes"
    sure = ground.standing(results.norm.yes).known
    count = int(np.where(sure, ground.units(results.kind), 0).sum())
    short = say("report.figure_short", language, who=voice.who, goal=goal, within=within)
    figures = [
        *_people_in(ground, gap, short, language),
    ]
    # None that is sure is not none while a call could tell of one.
    if count or not any(results.calls):
        words = "report.figure_weekly" if results.sessions else "report.figure_there"
        words = say(words, language, kind=voice.asked(results.kind))
        figures.append(Figure(number(count, language), words))
    calls = {
        asset for area in np.flatnonzero(results.gap == "call") for asset in results.calls[area]
    }
    proposal = next_steps.propose(ground, results)
    step = next_steps.proposal_texts(ground, results, proposal, language)[0]
    if proposal is not None and proposal.sites:
        _, area, gain = proposal.sites[0]
        near = next_steps.reach_of_new(ground, results, language)
        words = say("report.figure_more", language, who=voice.who, area=area, within=near)
        figures.append(Figure(f"+{number(gain, language)}", words))
    if calls:
        step = f"{say('report.next_call', language, n=len(calls))} {step}"
    sentence = headline(voice, results, result.need)
    return Briefing(sentence, layer, tuple(figures), step, strengths)


def _people_in(ground: Ground, chosen: np.ndarray, words: str, language: str) -> tuple[Figure, ...]:
    """How many people live in the chosen areas (bool); nothing where nobody knows."""
    if not ground.people_counted or (chosen.any() and not ground.people_known[chosen].any()):
        return ()
    some = "" if ground.people_known[chosen].all() else "≥ "
    return (Figure(some + number(float(ground.people[chosen].sum()), language), words),)


def _of_county(
    ground: Ground, result: KindGaps, strengths: tuple[Figure, ...], language: str
) -> Briefing:
    voice = Voice(ground, language)
    total = county_total(ground, result.kind)
    kind = voice.kind(result.kind)
    figures = []
    if total.assets:
        there = say("report.figure_there", language, kind=kind)
        figures.append(Figure(number(total.assets, language), there))
    if total.beds is not None:
        figures.append(Figure(number(total.beds, language), say("report.figure_beds", language)))
    return Briefing(county_summary(voice, total), None, tuple(figures), "", strengths)


def _of_need(
    ground: Ground, result: Gaps, need: str, strengths: tuple[Figure, ...], language: str
) -> Briefing:
    voice = Voice(ground, language)
    reach, cells = need_reach(ground, need)
    name = label("needs", need, language)
    lived_in = ground.lived_in
    gap = reach.gap(ground)
    part = np.isin(gap, ("yes", "call"))
    if part.any():
        sentence = say(
            "report.need_sentence",
            language,
            need=name,
            n=int(part.sum()),
            areas=int(part.sum()),
            all=int(lived_in.sum()),
            folk=voice.folk_in(part),
        )
    elif not lived_in.any():
        sentence = say("gaps.sum_nobody", language, topic=name)
    elif (gap == "no data").any():
        sentence = say("gaps.kind_not_listed", language, kind=name)
    else:
        sentence = say("report.need_met", language, need=name)
    layer = layers.gap_layer(ground, result, say("report.map_gap", language), language)
    active = (ground.assets["status"] == "active").to_numpy(bool)
    kinds = ground.assets["kind"].isin(vocabulary.kinds_of_need(need)).to_numpy(bool)
    count = int((active & kinds).sum())
    figures = (
        *_people_in(ground, part, say("report.figure_part", language, who=voice.who), language),
        Figure(number(count, language), say("report.figure_answers", language, n=count)),
    )
    if not part.any():
        figures = figures[-1:]
    least = min(cells, key=lambda cell: cell.people or 0, default=None)
    step = ""
    if least is not None and least.level != "full" and ground.people_counted:
        support = label("support", least.support, language)
        key = "report.next_support" if least.listed else "report.next_list"
        step = say(key, language, support=support, kind=support)
    return Briefing(sentence, layer, figures, step, strengths)


def _strengths(ground: Ground, language: str) -> tuple[Figure, ...]:
    """What is here, when and for whom; what is 0 is left out."""
    result = strengths_of(ground)
    counted = (
        ("location_on", "places", result.assets),
        ("groups", "weekly", result.sessions),
        ("nights_stay", "evening", result.evening),
        ("weekend", "weekend", result.weekend),
        ("diversity_3", "peers", result.by_peers),
        ("savings", "free", result.free),
        ("translate", "spanish", result.spanish),
        ("volunteer_activism", "wanting", result.wanting),
    )
    return tuple(
        Figure(number(count, language), say(f"report.strength_{name}", language, n=count), icon)
        for icon, name, count in counted
        if count
    )
