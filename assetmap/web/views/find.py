"""Find: what would help, where and when; then the list and the map together."""

from __future__ import annotations

import streamlit as st

from assetmap.search import Result, search
from assetmap.vocabulary import say
from assetmap.web import cards, find_empty, find_list, map_view, my_list
from assetmap.web.find_form import Asked, ask
from assetmap.web.frame import go_to
from assetmap.web.guesses import guessed_kinds
from assetmap.web.settings import language
from assetmap.web.state import State

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
        _forget(asked)
        result = search(state.catalog, asked.query)
        chosen = st.session_state.get("chosen")
        made = find_list.sections(
            state,
            result,
            spoken,
            saved=my_list.ids(),
            shown=st.session_state.get("shown"),
            picked=chosen if st.session_state.get("picked") else None,
            no_call=asked.no_call,
        )
        first, rest = find_list.split(made)
        look = {"language": spoken, "chosen": chosen, "no_call": asked.no_call}
        with st.container(key="find-first"):
            _say_what_was_found(state, asked, result, spoken)
            reveal = st.session_state.get("picked", 0)
            cards.show(first, **look, reveal=reveal, key="first")
        with st.container(key="find-map"):
            _map(state, result, asked, spoken)
        with st.container(key="find-rest"):
            cards.show(rest, **look, key="rest")
            my_list.show(state, asked.query, spoken)
            notes = ["find.holidays", "find.privacy"]
            if guessed_kinds(state):
                notes.insert(0, "find.guessed_note")
            st.caption(" ".join(say(note, spoken) for note in notes))


def counts_in_words(result: Result, language: str) -> str:
    """ "12 fit · 5 to ask · 3 close"; what there is none of is not said, but that nothing fits."""
    counts = result.counts
    said = []
    for group in ("match", "ask", "near_miss"):
        count = counts[group]
        many = "_none" if not count else "_one" if count == 1 else ""
        if count or group == "match":
            said.append(say(f"find.count_{group}{many}", language, n=count))
    return " · ".join(said)


def _say_what_was_found(state: State, asked: Asked, result: Result, spoken: str) -> None:
    if not asked.query.asked:
        st.header(say("find.start", spoken), anchor=False)
        return
    counts = counts_in_words(result, spoken)
    st.header(counts, anchor=False)
    go_to("find-first", counts, say("find.see_list", spoken))
    if asked.no_call:
        st.caption(say("find.no_call_note", spoken))
    if not result.counts["match"] and not find_list.no_open_bed(state, result):
        find_empty.show(state, asked.query, spoken)


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
    if before != now:
        st.session_state["asked_before"] = now
        for name in ("shown", "chosen", "picked"):
            st.session_state.pop(name, None)


def _map(state: State, result: Result, asked: Asked, spoken: str) -> None:
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
        language=spoken,
        key="map",
    )
    if picked:
        st.session_state["chosen"] = picked
        st.session_state["picked"] = st.session_state.get("picks", 0) + 1
        st.session_state["picks"] = st.session_state["picked"]
        st.rerun()
