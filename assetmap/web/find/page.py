"""Find: what would help, where and when; then the list and the map together."""

from __future__ import annotations

from functools import partial

import streamlit as st

from assetmap.search import Result
from assetmap.web import cards, map_view, share
from assetmap.web.asking import Asked
from assetmap.web.cards import CardSection
from assetmap.web.find import empty as find_empty
from assetmap.web.find import form as find_form
from assetmap.web.find import listing as find_list
from assetmap.web.find import memory as find_memory
from assetmap.web.find import my_list
from assetmap.web.find.listing import counts_in_words
from assetmap.web.frame import escaped, list_or_map, skip
from assetmap.web.kept_answers import searched
from assetmap.web.language import language_of
from assetmap.web.plan import Plan, plans_of
from assetmap.web.state import State
from assetmap.words import say


def show(state: State) -> None:
    """The page."""
    language = language_of(state)
    find_memory.take_up(state)
    find_memory.act()
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
        find_memory.forget(asked)
        result = searched(state, asked.query)
        chosen = st.session_state.get("chosen")
        # A place nobody knows never widens the search to the whole county.
        drawn = [] if asked.near_unknown else _sections(state, asked, result, language)
        first, rest = find_list.split(drawn)
        look = partial(cards.show, language=language, chosen=chosen, no_call=asked.no_call)
        with st.container(key="find-first"):
            _say_what_was_found(state, asked, result, language)
            my_list.show(state, result, language)
            reveal = st.session_state.get("picked", 0)
            look(first, reveal=reveal, key="first")
        with st.container(key="find-map"):
            skip("find-rest", say("find.skip_map", language))
            _map(state, result, asked, language)
        with st.container(key="find-rest"):
            look(rest, key="rest")
            if asked.query.asked:
                words = say("find.share", language)
                share.button(words, find_form.fragment(answers), language, "share-search")
            notes = ["find.holidays", "find.privacy"]
            if state.community.guessed_kinds:
                notes.insert(0, "find.guessed_note")
            st.caption(" ".join(say(note, language) for note in notes))


def _sections(state: State, asked: Asked, result: Result, language: str) -> list[CardSection]:
    return find_list.sections(
        state,
        result,
        language,
        saved=my_list.ids(),
        shown=st.session_state.get("shown"),
        picked=st.session_state.get("chosen") if st.session_state.get("picked") else None,
        shared=bool(st.session_state.get("shared_card")),
        no_call=asked.no_call,
    )


def _say_what_was_found(state: State, asked: Asked, result: Result, language: str) -> None:
    if asked.near_unknown:
        st.header(say("plain.place_first", language), anchor=False)
        return
    if not asked.query.asked:
        st.header(say("find.start", language), anchor=False)
        list_or_map("find-first", "find-map", "", language)
        return
    counts = counts_in_words(result, language)
    st.header(counts, anchor=False)
    list_or_map("find-first", "find-map", counts, language)
    _show_plans(state, asked, language)
    if asked.no_call:
        st.caption(say("find.no_call_note", language))
    if not result.counts["match"] and not find_list.no_open_bed(state, result):
        find_empty.show(state, asked.query, language)


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
        find_memory.choose(picked)
        st.session_state.pop("shared_card", None)
        st.rerun()
