"""Find: what would help, where and when; then the list and the map together.

What was pressed on a card or the map, how much of the list is shown and what a link handed on
are remembered between two runs in the visitor's own session and nowhere else.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from assetmap.search import Result
from assetmap.web import asking, cards, links, map_view
from assetmap.web.answers import Plan, plans_of, searched
from assetmap.web.asking import Asked, FormAnswers
from assetmap.web.cards import WrittenSections
from assetmap.web.find import form as find_form
from assetmap.web.find import listing as find_list
from assetmap.web.find import my_list
from assetmap.web.find.listing import counts_in_words
from assetmap.web.frame import escaped, list_or_map, skip
from assetmap.web.language import language_of
from assetmap.web.parts import Beside, component
from assetmap.web.state import State, choose, chosen, current
from assetmap.words import say

# Of the session: the list is drawn, now the map may come.
MAP_DUE = "map_due"
LISTS = ("first", "rest")


def show(state: State) -> None:
    """The page. What is asked on it runs it alone, without the frame around it."""
    _page(state, chosen())


@st.fragment
def _page(drawn: State, community: str) -> None:
    """`drawn` is what the frame tells of, `community` the key it is served by."""
    choose(community)
    state = current()
    if state.version != drawn.version:
        # The frame tells of the lists too: of new ones both are drawn.
        st.rerun()
    _show(state)


def _show(state: State) -> None:
    language = language_of(state)
    _take_up(state)
    _act()
    with st.container(key="find"):
        with st.container(key="find-question"):
            st.title(say("find.title", language), anchor=False)
            light = f"directory?language={language}"
            st.caption(f"[{say('find.plain_link', language)}]({light})")
            if note := st.session_state.get("shared_note"):
                st.info(say(note, language))
            asked, answers = find_form.ask(state, language)
            for fault in asked.faults:
                st.warning(escaped(fault))
        _forget(asked)
        result = searched(state, asked.query)
        chosen = st.session_state.get("chosen")
        first, rest = _halves(state, asked, result, language)
        look = partial(cards.show, language=language, chosen=chosen, no_call=asked.no_call)
        with st.container(key="find-first"):
            ways = _say_what_was_found(state, asked, result, language)
            my_list.show(state, result, language)
            reveal = st.session_state.get("picked", 0)
            look(first, reveal=reveal, beside=ways, key="first")
        with st.container(key="find-map"):
            if st.session_state.get(MAP_DUE):
                _map(state, result, asked, language)
            else:
                with st.container(key="map-frame"):
                    component("map_due")(key="map_wish", on_due_change=_map_is_due)
        with st.container(key="find-rest"):
            look(rest, beside=_below(state, asked, answers, language), key="rest")


def _map_is_due() -> None:
    st.session_state[MAP_DUE] = True


def _below(state: State, asked: Asked, answers: FormAnswers, language: str) -> list[Beside]:
    """What stands below the list: the search to hand on, and what is to be known of all of it."""
    notes = ["find.holidays", "find.privacy"]
    if state.community.guessed_kinds:
        notes.insert(0, "find.guessed_note")
    below: list[Beside] = [("notes", {"text": " ".join(say(note, language) for note in notes)})]
    if asked.query.asked:
        words = say("find.share", language)
        below.insert(0, links.button(words, links.of_answers(answers), language))
    return below


def _halves(
    state: State, asked: Asked, result: Result, language: str
) -> tuple[WrittenSections, WrittenSections]:
    # A place nobody knows never widens the search to the whole county.
    if asked.near_unknown:
        return cards.written((), language), cards.written((), language)
    return find_list.in_halves(
        state,
        result,
        language,
        saved=my_list.ids(),
        shown=st.session_state.get("shown"),
        picked=st.session_state.get("chosen") if st.session_state.get("picked") else None,
        shared=bool(st.session_state.get("shared_card")),
        no_call=asked.no_call,
    )


def _say_what_was_found(state: State, asked: Asked, result: Result, language: str) -> list[Beside]:
    """The heading of the list and what goes with it; returned are the ways to it and past it."""
    past = skip("find-rest", say("find.skip_map", language))
    if asked.near_unknown:
        st.header(say("plain.place_first", language), anchor=False)
        return [past]
    if not asked.query.asked:
        st.header(say("find.start", language), anchor=False)
        return [list_or_map("find-first", "find-map", "", language), past]
    counts = counts_in_words(result, language)
    st.header(counts, anchor=False)
    _show_plans(state, asked, language)
    if asked.no_call:
        st.caption(say("find.no_call_note", language))
    if not result.counts["match"] and not find_list.no_open_bed(state, result):
        find_list.show_when_empty(state, asked.query, language)
    return [list_or_map("find-first", "find-map", counts, language), past]


def _show_plans(state: State, asked: Asked, language: str) -> None:
    """The best plan for several needs, and the others folded."""
    plans = plans_of(state, asked.query, language)
    if not plans:
        return
    with st.container(key="find-plan", border=True):
        st.markdown(f"**{escaped(say('plan.title', language))}**")
        st.markdown(_plan_in_words(plans[0]))
        if len(plans) > 1:
            with st.expander(f"{say('plan.other', language)} ({len(plans) - 1})"):
                st.markdown("\n\n".join(_plan_in_words(plan) for plan in plans[1:]))


def _plan_in_words(plan: Plan) -> str:
    lines = [f"- {escaped(item.need)}: **{escaped(item.name)}**" for item in plan.items]
    return "\n".join(lines) + "\n\n" + escaped(" ".join(plan.why))


def _map(state: State, result: Result, asked: Asked, language: str) -> None:
    chosen, focus = st.session_state.get("chosen"), st.session_state.get("focus", 0)
    place = asked.place
    picked = map_view.asset_map(
        state,
        result.mask("match"),
        result.mask("ask"),
        result.mask("near_miss"),
        focus=(chosen, focus) if chosen and focus else None,
        you=(place.lat, place.lon) if place else None,
        fit=f"{place.lat},{place.lon}|{asked.query.within_m}" if place else "",
        language=language,
        key="map",
    )
    if picked:
        _choose(picked)
        st.session_state.pop("shared_card", None)
        st.rerun()


def _take_up(state: State) -> None:
    """What a shared link carries: a card, a list, or a search. It was never on its way to us."""
    message = links.told(find_form.KEY)
    if not message:
        return
    unit = str(state.community.config["unit"])
    shared = links.read(message, unit)
    if shared is None:
        return
    if shared.answers is not None or shared.card or shared.ids:
        find_form.fill_in(shared.answers or asking.read([], unit))
    for name in ("shared_note", "shared_card", "picked", "chosen"):
        st.session_state.pop(name, None)
    if shared.ids:
        taken_up = my_list.take_up(state, shared.ids)
        st.session_state["shared_note"] = "find.shared_list" if taken_up else "find.shared_gone"
    elif shared.card:
        _choose(shared.card)
        st.session_state["shared_card"] = shared.card
        # An empty search finds every asset that is still there.
        if not (state.catalog.ids == shared.card).any():
            st.session_state["shared_note"] = "find.shared_gone"
    elif not shared.own:
        st.session_state["shared_note"] = "find.shared_search"
    st.session_state["asked_before"] = None


def _choose(asset: str) -> None:
    """Mark `asset` and put it before all others: it was chosen on the map, or by a link."""
    st.session_state["chosen"] = asset
    st.session_state["picks"] = st.session_state.get("picks", 0) + 1
    st.session_state["picked"] = st.session_state["picks"]


def _act() -> None:
    """What was just pressed on a card, before anything is drawn."""
    for key in LISTS:
        action = cards.pressed(key)
        if action is None:
            continue
        if action.action == "more":
            shown = st.session_state.setdefault("shown", {})
            shown[action.asset] = shown.get(action.asset, 0) + find_list.STEP
        elif action.action in ("add", "drop") and action.asset:
            my_list.change(action.asset, action.action == "add")
        elif action.action == "map" and action.asset:
            st.session_state["chosen"] = action.asset
            st.session_state["focus"] = st.session_state.get("focus", 0) + 1


def _forget(asked: Asked) -> None:
    """Another question starts another list; what was asked before is only in this session."""
    before = st.session_state.get("asked_before")
    now = (asked.query.asked, *(getattr(asked.query, name) for name in asked.query.asked))
    if before is None:
        st.session_state["asked_before"] = now
    elif before != now:
        st.session_state["asked_before"] = now
        for name in ("shown", "chosen", "picked", "shared_note", "shared_card"):
            st.session_state.pop(name, None)
