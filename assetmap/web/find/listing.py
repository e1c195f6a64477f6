"""What was found, in the sections of the list: what fits, what to ask first, what comes close.

Health care stands apart from what peers offer, and what may report to a court comes last,
folded. Each section says how many it has and offers more of them. Where nothing fits, it says
which one wish to give up, and whom to call.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from typing import NamedTuple, TypedDict, Unpack

import numpy as np
import streamlit as st

from assetmap import vocabulary
from assetmap.search import Hit, Query, Relaxed, Result, relax
from assetmap.search.criteria import bed_kinds, reports
from assetmap.search.reasons import length
from assetmap.web.answers import kept, searched
from assetmap.web.card_texts import of_asset, of_hits
from assetmap.web.cards import Card, CardSection, WrittenSections, written
from assetmap.web.frame import escaped
from assetmap.web.state import State
from assetmap.words import say

FIRST = 3
# How many cards a section shows at first, and how many more at a press.
START = {"ask": 10, "ask_clinical": 5, "near": 5, "court": 5}
FITS = 20
# Who has asked nothing yet looks around: a few of every section but the first.
LOOK_AROUND = 5
STEP = 20
# Where nothing fits: how many wishes are named.
OFFERED = 3
# Nobody can give up how old they are, or their medicine.
FIXED = ("age", "medications")


class Part(NamedTuple):
    """One section before its cards are made: its group, which of it, and what it is called."""

    key: str
    group: str
    keep: np.ndarray
    title: str
    note: str = ""
    folded: bool = False


class ListWishes(TypedDict, total=False):
    """What else a list depends on. `shown` adds to what a section shows at first, by its key.

    `picked` is an asset chosen on the map, or by a link (`shared`): it stands before all others,
    and only there.
    """

    saved: Sequence[str]
    shown: Mapping[str, int] | None
    picked: str | None
    shared: bool
    no_call: bool


def _key(result: Result, language: str, wishes: ListWishes) -> Hashable:
    """What a list is kept by."""
    counts = tuple(sorted((wishes.get("shown") or {}).items()))
    flags = wishes.get("shared", False), wishes.get("no_call", False)
    saved = tuple(wishes.get("saved", ()))
    return result.query, language, saved, counts, wishes.get("picked"), flags


def sections(
    state: State, result: Result, language: str, **wishes: Unpack[ListWishes]
) -> list[CardSection]:
    """The list in its order. The cards are the caller's own."""
    made = kept(
        state,
        "sections",
        _key(result, language, wishes),
        lambda: _sections(state, result, language, **wishes),
    )
    return [part._replace(cards=[copy(card) for card in part.cards]) for part in made]


def _sections(
    state: State,
    result: Result,
    language: str,
    saved: Sequence[str] = (),
    shown: Mapping[str, int] | None = None,
    picked: str | None = None,
    shared: bool = False,
    no_call: bool = False,
) -> list[CardSection]:
    parts_shown = []
    if picked:
        hit = _hit(result, state, picked)
        if hit:
            card = of_hits([hit], result.query, state, language, saved)
            title = say("find.shared_card" if shared else "find.chosen", language)
            parts_shown.append(CardSection(title, card, key="picked"))
    for part in _parts(state, result, language):
        positions = result.positions(part.group)
        positions = positions[part.keep[positions]]
        if not len(positions):
            continue
        if no_call:
            positions = _reachable_first(state, positions)
        limit = START.get(part.key, FITS)
        if not result.query.asked and part.key != "match":
            limit = min(limit, LOOK_AROUND)
        limit += (shown or {}).get(part.key, 0)
        hits = _only(result, part.group, positions).hits(part.group, limit)
        cards = of_hits(
            [hit for hit in hits if hit.id != picked], result.query, state, language, saved
        )
        more = min(STEP, len(positions) - len(hits))
        # One colon is enough in a heading.
        count = f" ({len(positions)})" if ":" in part.title else f": {len(positions)}"
        title = f"{part.title}{count}"
        if cards:
            parts_shown.append(CardSection(title, cards, part.note, part.folded, more, part.key))
    return parts_shown


def in_halves(
    state: State, result: Result, language: str, **wishes: Unpack[ListWishes]
) -> tuple[WrittenSections, WrittenSections]:
    """`sections`, split and ready to be sent."""

    def write() -> tuple[WrittenSections, WrittenSections]:
        first, rest = split(_sections(state, result, language, **wishes))
        return written(first, language), written(rest, language)

    return kept(state, "halves", _key(result, language, wishes), write)


def card_of(state: State, result: Result, asset: str, language: str) -> Card | None:
    """The card of one asset as an answer to what is asked, or as it is where it is none."""
    hit = _hit(result, state, asset)
    if hit is not None:
        return of_hits([hit], result.query, state, language, [asset])[0]
    return of_asset(asset, state, language)


def split(card_sections: Sequence[CardSection]) -> tuple[list[CardSection], list[CardSection]]:
    """The first cards, and the rest: on a phone the map stands between them."""
    if not card_sections:
        return [], []
    head, others = card_sections[0], list(card_sections[1:])
    if head.key == "picked" or (len(head.cards) <= FIRST and not head.more):
        return [head], others
    return [head._replace(cards=head.cards[:FIRST], more=0)], [
        head._replace(title="", note="", cards=head.cards[FIRST:]),
        *others,
    ]


def no_open_bed(state: State, result: Result) -> bool:
    """Whether a bed was asked for and none is known to be open and right for the person."""
    homes = state.catalog.of_kinds(bed_kinds())
    return result.query.wants_bed and not homes[result.match].any()


def _open_to_ask(state: State, result: Result) -> bool:
    """Whether a bed is known to be open, only something else about it is to be asked."""
    homes = state.catalog.of_kinds(bed_kinds())
    first = result.hits("ask", 1)
    return any("beds" in hit.fits and homes[hit.position] for hit in first)


def _parts(state: State, result: Result, language: str) -> list[Part]:
    catalog, query = state.catalog, result.query
    everything = np.ones(len(catalog), dtype=bool)
    clinical, stated = catalog.yes_no("clinical").yes, reports(catalog, query)
    parts = []
    plainly = ~clinical
    if not plainly[result.match].any():
        plainly = everything
    parts += _fits(state, result, plainly, language)
    parts.append(Part("clinical", "match", ~plainly, say("find.clinical", language)))
    open_asks = ~stated
    peers = open_asks & ~clinical
    if not peers[result.ask].any():
        peers = open_asks
    title, note = say("find.ask", language), say("find.ask_note", language)
    if no_open_bed(state, result):
        word = "call_open" if _open_to_ask(state, result) else "call_first"
        title, note = say(f"find.{word}", language), say(f"find.{word}_note", language)
    parts.append(Part("ask", "ask", peers, title, note))
    parts.append(
        Part("ask_clinical", "ask", open_asks & ~peers, say("find.ask_clinical", language))
    )
    note = say("find.near_note", language)
    parts.append(Part("near", "near_miss", ~stated, say("find.near", language), note))
    title, note = say("find.court", language), say("find.court_note", language)
    parts.append(Part("court", "ask", stated, title, note, True))
    title = say("find.court_near", language)
    parts.append(Part("court_near", "near_miss", stated, title, note, True))
    return parts


def _fits(state: State, result: Result, plainly: np.ndarray, language: str) -> list[Part]:
    query, catalog = result.query, state.catalog
    if len(query.needs) < 2:
        title = say("find.fit" if query.asked else "find.everything", language)
        return [Part("match", "match", plainly, title)]
    parts, left = [], plainly.copy()
    for need in vocabulary.terms("needs"):
        if need not in query.needs:
            continue
        answers = catalog.of_kinds(frozenset(vocabulary.kinds_of_need(need)))
        if need == "give_back":
            answers = answers | catalog.knows("wants")
        label = vocabulary.label("needs", need, language)
        parts.append(Part(f"need_{need}", "match", left & answers, label))
        left = left & ~answers
    return parts


def _reachable_first(state: State, positions: np.ndarray) -> np.ndarray:
    """Whoever cannot call: first what takes walk-ins or texts, is online, or meets at its time."""
    catalog = state.catalog
    meets = (catalog.assets["time_kind"] == "sessions").to_numpy(dtype=bool)
    meets = meets & catalog.has_times & ~catalog.yes_no("by_appointment").yes
    easy = catalog.yes_no("walk_in").yes | catalog.yes_no("text_phone").yes
    easy = easy | catalog.has_any("format", ("online",)) | meets
    return positions[np.argsort(~easy[positions], kind="stable")]


def _only(result: Result, group: str, positions: np.ndarray) -> Result:
    """`result` with only `positions` of `group`."""
    copied = copy(result)
    setattr(copied, group, positions)
    return copied


def _hit(result: Result, state: State, asset: str) -> Hit | None:
    position = np.flatnonzero(state.catalog.ids == asset)
    for group in ("match", "ask", "near_miss"):
        if len(position) and (result.positions(group) == position[0]).any():
            return _only(result, group, position).hits(group, 1)[0]
    return None


def counts_in_words(result: Result, language: str) -> str:
    """ "12 fit · 5 to ask · 3 close"; what there is none of is not said, but that nothing fits."""
    counts = result.counts
    parts = []
    for group in ("match", "ask", "near_miss"):
        count = counts[group]
        many = "_none" if not count else "_one" if count == 1 else ""
        if count or group == "match":
            parts.append(say(f"find.count_{group}{many}", language, n=count))
    return " · ".join(parts)


def show_when_empty(state: State, query: Query, language: str) -> None:
    """A few sentences that say what to change; nothing blames."""
    st.info(escaped(" ".join(empty_in_words(state, query, language))), icon=":material/lightbulb:")


def empty_in_words(state: State, query: Query, language: str) -> list[str]:
    """What there is none of, and what there would be without one wish."""
    return kept(state, "empty", (query, language), lambda: _empty_in_words(state, query, language))


def _empty_in_words(state: State, query: Query, language: str) -> list[str]:
    unit = str(state.community.config["unit"])
    if query.within_m is None:
        notes = [say("find.nothing", language)]
    else:
        far = length(query.within_m, unit, language).replace(".0 ", " ")
        notes = [say("find.nothing_within", language, distance=far)]
    asks_now = searched(state, query).counts["ask"]
    relaxed = [
        result
        for result in relax(state.catalog, query)
        # What would only have to be asked too helps where there is more of it than now.
        if result.field not in FIXED and (result.fits or result.asks > asks_now)
    ]
    notes += [_without(result, unit, language) for result in relaxed[:OFFERED]]
    contact = state.community.config["contact"].get("phone")
    if contact:
        notes.append(say("find.nothing_known", language, phone=contact))
    return notes


def _without(relaxed: Relaxed, unit: str, language: str) -> str:
    count = relaxed.fits or relaxed.asks
    many = "" if count == 1 else "_many"
    number = str(count) if relaxed.fits else f"{count} ({say('find.relax_to_ask', language)})"
    if relaxed.field == "within_m":
        far = length(relaxed.query.within_m or 0, unit, language).replace(".0 ", " ")
        return say(f"find.relax_wider{many}", language, distance=far, n=number)
    if relaxed.field in ("yes", "no"):
        field = "yes" if relaxed.field == "no" else relaxed.field
        what = vocabulary.terms("yes_no")[relaxed.value][f"{field}_{language}"]
    elif relaxed.field == "languages":
        what = vocabulary.label("languages", relaxed.value, language)
    else:
        what = say(f"find.relax.{relaxed.field}", language)
    return say(f"find.relax_without{many}", language, what=what, n=number)
