"""Find: what would help, where and when; then the list and the map together."""

from __future__ import annotations

import streamlit as st

from assetmap import vocabulary
from assetmap.search import Hit, Query, Result, relax, search
from assetmap.search.reasons import length
from assetmap.vocabulary import say
from assetmap.web import cards, map_view, my_list
from assetmap.web.find_cards import cards_of
from assetmap.web.find_form import Asked, ask
from assetmap.web.plain import plain
from assetmap.web.settings import language
from assetmap.web.state import State

FIRST = 3
PAGE = 20
LISTS = ("first", "rest")


def show(state: State) -> None:
    """The page."""
    spoken = language(state)
    _act()
    with st.container(key="find"):
        with st.container(key="find-question"):
            st.title(say("find.title", spoken), anchor=False)
            asked = ask(state, spoken)
            for fault in asked.faults:
                st.warning(fault)
        result = search(state.catalog, asked.query)
        first, rest = _split(_sections(state, result, spoken))
        with st.container(key="find-first"):
            _counts(result, spoken)
            if not result.counts["match"]:
                _nothing_fits(state, asked.query, spoken)
            cards.show(first, language=spoken, chosen=_chosen(), key="first")
        with st.container(key="find-map"):
            _map(state, result, asked, spoken)
        with st.container(key="find-rest"):
            left = max(sum(result.counts.values()) - _shown(), 0)
            more = min(PAGE, left)
            cards.show(rest, language=spoken, more=more, chosen=_chosen(), key="rest")
            my_list.show(state, asked.query, spoken)
            st.caption(f"{say('find.holidays', spoken)} {say('find.privacy', spoken)}")


def _counts(result: Result, spoken: str) -> None:
    counts = result.counts
    values = {"fit": counts["match"], "ask": counts["ask"], "near": counts["near_miss"]}
    st.subheader(say("find.counts", spoken, **values), anchor=False)


def _act() -> None:
    """What was just pressed on a card, before anything is drawn."""
    for key in LISTS:
        action = cards.pressed(key)
        if action is None:
            continue
        if action.action == "more":
            st.session_state["shown"] = _shown() + PAGE
        elif action.action in ("add", "drop") and action.asset:
            my_list.change(action.asset, action.action == "add")
        elif action.action == "map" and action.asset:
            st.session_state["chosen"] = action.asset
            st.session_state["focus"] = st.session_state.get("focus", 0) + 1


def _shown() -> int:
    return int(st.session_state.get("shown", PAGE))


def _chosen() -> str | None:
    chosen = st.session_state.get("chosen")
    return str(chosen) if chosen else None


def _map(state: State, result: Result, asked: Asked, spoken: str) -> None:
    chosen, focus = _chosen(), st.session_state.get("focus", 0)
    place = asked.place
    picked = map_view.asset_map(
        state,
        result.mask("match"),
        result.mask("ask"),
        result.mask("near_miss"),
        focus=(chosen, focus) if chosen and focus else None,
        you=(place.lat, place.lon) if place else None,
        fit=f"{place.lat},{place.lon}|{asked.query.within_m}" if place else "",
        language=spoken,
        key="map",
    )
    if picked and picked != chosen:
        st.session_state["chosen"] = picked
        st.session_state["picked"] = True
        st.rerun()


def _sections(state: State, result: Result, spoken: str) -> list[cards.Section]:
    """The list in order: chosen on the map, fitting, health care apart, to ask, close, court."""
    query, counts, shown = result.query, result.counts, _shown()
    match = result.hits("match", shown)
    ask_hits = result.hits("ask", max(shown - len(match), FIRST))
    near = result.hits("near_miss", max(shown - len(match) - len(ask_hits), FIRST))
    saved = my_list.ids()

    def section(title: str, hits: list[Hit], note: str = "", folded: bool = False) -> None:
        if hits:
            made.append(
                cards.Section(title, cards_of(hits, query, state, spoken, saved), note, folded)
            )

    made: list[cards.Section] = []
    chosen = _chosen()
    if chosen and st.session_state.get("picked"):
        every = (hit for group in ("match", "ask", "near_miss") for hit in result.hits(group))
        section(say("find.chosen", spoken), [hit for hit in every if hit.id == chosen][:1])
    clinical = state.catalog.yes_no("clinical").yes
    apart = [hit for hit in match if clinical[hit.position]]
    plainly = [hit for hit in match if not clinical[hit.position]]
    if not plainly:
        plainly, apart = apart, []
    total = int((clinical & result.mask("match")).sum())
    _by_need(section, plainly, query, counts["match"] - (total if apart else 0), spoken)
    section(say("find.clinical", spoken, n=total), apart)
    court = [hit for hit in (*ask_hits, *near) if hit.reports]
    open_asks = [hit for hit in ask_hits if not hit.reports]
    section(say("find.ask", spoken, n=counts["ask"]), open_asks, say("find.ask_note", spoken))
    near = [hit for hit in near if not hit.reports]
    section(say("find.near", spoken, n=counts["near_miss"]), near, say("find.near_note", spoken))
    section(say("find.court", spoken, n=len(court)), court, say("find.court_note", spoken), True)
    return made


def _by_need(section, hits: list[Hit], query: Query, total: int, spoken: str) -> None:  # type: ignore[no-untyped-def]
    if len(query.needs) < 2:
        section(say("find.fit_one" if total == 1 else "find.fit", spoken, n=total), hits)
        return
    for need in query.needs:
        of_need = [hit for hit in hits if hit.needs and hit.needs[0] == need]
        label = vocabulary.label("needs", need, spoken)
        section(say("find.need_fit", spoken, need=label, n=len(of_need)), of_need)


def _split(sections: list[cards.Section]) -> tuple[list[cards.Section], list[cards.Section]]:
    """The first cards, and the rest: on a phone the map stands between them."""
    if not sections:
        return [], []
    head = sections[0]
    if len(head.cards) <= FIRST:
        return [head], sections[1:]
    return [head._replace(cards=head.cards[:FIRST])], [
        head._replace(title="", note="", cards=head.cards[FIRST:]),
        *sections[1:],
    ]


def _nothing_fits(state: State, query: Query, spoken: str) -> None:
    unit = str(state.community.config["unit"])
    if query.within_m is None:
        sentences = [say("find.nothing", spoken)]
    else:
        far = length(query.within_m, unit, spoken)
        sentences = [say("find.nothing_within", spoken, distance=far)]
    for found in relax(state.catalog, query)[:3]:
        count = found.fits or found.asks
        many = "" if count == 1 else "_many"
        number = str(count) if found.fits else f"{count} ({say('find.relax_to_ask', spoken)})"
        if found.field == "within_m":
            far = length(found.query.within_m or 0, unit, spoken)
            sentences.append(say(f"find.relax_wider{many}", spoken, distance=far, n=number))
            continue
        if found.field in ("yes", "no"):
            what = vocabulary.terms("yes_no")[found.value][f"{found.field}_{spoken}"]
        elif found.field == "languages":
            what = vocabulary.label("languages", found.value, spoken)
        else:
            what = say(f"find.relax.{found.field}", spoken)
        sentences.append(say(f"find.relax_without{many}", spoken, what=what, n=number))
    contact = state.community.config["contact"].get("phone")
    if contact:
        sentences.append(say("find.nothing_known", spoken, phone=plain(contact)))
    st.info(" ".join(sentences), icon=":material/lightbulb:")
