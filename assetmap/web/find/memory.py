"""What the Find page remembers between two runs, in the visitor's own session and nowhere else:
what was pressed on a card or the map, how much of the list is shown, what a link handed on."""

from __future__ import annotations

import streamlit as st

from assetmap.web import asking, cards, links, share
from assetmap.web.asking import Asked
from assetmap.web.find import form as find_form
from assetmap.web.find import listing as find_list
from assetmap.web.find import my_list
from assetmap.web.state import State

LISTS = ("first", "rest")


def take_up(state: State) -> None:
    """What a shared link carries: a card, a list, or a search. It was never on its way to us."""
    message = share.told(find_form.KEY)
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
        choose(shared.card)
        st.session_state["shared_card"] = shared.card
        # An empty search finds every asset that is still there.
        if not (state.catalog.ids == shared.card).any():
            st.session_state["shared_note"] = "find.shared_gone"
    elif not shared.own:
        st.session_state["shared_note"] = "find.shared_search"
    st.session_state["asked_before"] = None


def choose(asset: str) -> None:
    """Mark `asset` and put it before all others: it was chosen on the map, or by a link."""
    st.session_state["chosen"] = asset
    st.session_state["picks"] = st.session_state.get("picks", 0) + 1
    st.session_state["picked"] = st.session_state["picks"]


def act() -> None:
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


def forget(asked: Asked) -> None:
    """Another question starts another list; what was asked before is only in this session."""
    before = st.session_state.get("asked_before")
    now = (asked.query.asked, *(getattr(asked.query, name) for name in asked.query.asked))
    if before is None:
        st.session_state["asked_before"] = now
    elif before != now:
        st.session_state["asked_before"] = now
        for name in ("shown", "chosen", "picked", "shared_note", "shared_card"):
            st.session_state.pop(name, None)
