"""Where and when: a typed or own place with its distance, a day or part of it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from assetmap.places import Place
from assetmap.search.reasons import length
from assetmap.vocabulary import day_parts
from assetmap.web import asking
from assetmap.web.frame import locate
from assetmap.web.links import DAYS_AHEAD, PARTS, WHENS, hours_of
from assetmap.web.offers import offers_of, where_hint
from assetmap.web.state import State
from assetmap.words import say

PREFIX = "ask_"


def key_of(name: str) -> str:
    """The session's key of the question `name`."""
    return PREFIX + name


def set_defaults(state: State) -> None:
    """What is asked before anybody answers; set here and not by the widgets, so that a shared
    link can set it too."""
    st.session_state.setdefault(key_of("when"), "any")
    st.session_state.setdefault(key_of("within"), distances(state)[asking.FIRST_DISTANCE])


def distances(state: State) -> list[float]:
    """The distances to choose from, metres."""
    return asking.distances(str(state.community.config["unit"]))


def where(state: State, language: str) -> tuple[str, Place | None, float | None]:
    """The place typed, the phone's own where it was given instead, and how far, in metres."""
    unit = str(state.community.config["unit"])
    with st.container(key="find-where", horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            say("find.where", language),
            placeholder=where_hint(offers_of(state), language),
            key=key_of("where"),
            autocomplete="postal-code",
        ).strip()
        with st.container(key="find-locate", width="content"):
            here = locate(language)
        within = st.selectbox(
            say("find.within", language),
            [None, *distances(state)],
            format_func=lambda metres: (
                say("find.any_distance", language)
                if metres is None
                else length(metres, unit, language).replace(".0 ", " ")
            ),
            key=key_of("within"),
            width=150,
        )
    if here:
        st.session_state[key_of("here")] = (here, text)
    # The phone's place holds until something else is typed, or it is taken back.
    stored, typed_then = st.session_state.get(key_of("here"), ("", None))
    if stored and typed_then == text:
        lat, lon = map(float, stored.split(","))
        with st.container(key="find-here", horizontal=True, vertical_alignment="center"):
            st.caption(say("find.here_used", language))
            st.button(say("find.here_undo", language), on_click=_forget_here, type="tertiary")
        if state.community.locator.resolve(f"{lat},{lon}").inside is False:
            st.warning(say("find.here_outside", language))
        return "", Place(say("find.near_me", language), lat, lon), within
    return text, None, within


def _forget_here() -> None:
    st.session_state.pop(key_of("here"), None)


def second_place(language: str) -> str:
    """Another place that will do as well."""
    return st.text_input(say("find.where_too", language), key=key_of("where_too")).strip()


def when(state: State, language: str) -> dict[str, str]:
    """The time asked for, as the fields of `Answers`; none for any."""
    chosen = st.pills(
        say("find.when", language),
        WHENS,
        format_func=lambda name: say(f"find.when_{name}", language),
        key=key_of("when"),
    )
    if chosen in (None, "any"):
        return {}
    now = state.now()
    if chosen != "day":
        return {"when": chosen}
    days = [now.date() + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    first, other = st.columns(2)
    day = first.selectbox(
        say("find.day", language),
        days,
        format_func=lambda day: say(
            "find.day_of_month",
            language,
            weekday=say(f"schedule.day_{day.weekday()}", language),
            day=day.day,
            month=say(f"schedule.month_{day.month}", language),
        ),
        key=key_of("day"),
    )
    # Hours that the start page or the week's strip named stand beside the parts of a day.
    named = st.session_state.get(key_of("part"), "any")
    part = other.selectbox(
        say("find.part", language),
        PARTS if named in PARTS else (*PARTS, named),
        format_func=lambda name: say(f"find.part_{name}", language) if name in PARTS else name,
        key=key_of("part"),
    )
    asked = {"when": "day", "day": day.isoformat()}
    if part in day_parts():
        begin, end = day_parts()[part]
        asked["begin"], asked["end"] = f"{begin:02}:00", f"{end:02}:00"
    elif hours := hours_of(part):
        asked["begin"], asked["end"] = hours
    return asked
