"""Where and when: a typed or own place with its distance, a day or part of it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from assetmap.places import METRES_IN, Place
from assetmap.schedule import ScheduleError, Window, window
from assetmap.search.reasons import length
from assetmap.vocabulary import day_parts
from assetmap.web.frame import locate
from assetmap.web.links import DAYS_AHEAD, PARTS, WHENS
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say, spoken

DISTANCES = {"mi": (1, 2, 5, 10, 25, 50), "km": (2, 5, 10, 20, 40, 80)}
FIRST_DISTANCE = 3  # of DISTANCES
PREFIX = "ask_"


def key_of(name: str) -> str:
    """The session's key of the question `name`."""
    return PREFIX + name


def set_defaults(state: State) -> None:
    """What is asked before anybody answers; set here and not by the widgets, so that a shared
    link can set it too."""
    st.session_state.setdefault(key_of("when"), "any")
    st.session_state.setdefault(key_of("within"), distances(state)[FIRST_DISTANCE])


def distances(state: State) -> list[float]:
    """The distances to choose from, metres."""
    unit = str(state.community.config["unit"])
    return [amount * METRES_IN[unit] for amount in DISTANCES[unit]]


def where(state: State, language: str, faults: list[str]) -> tuple[Place | None, float | None]:
    """The place asked for and how far from it, in metres; what nobody knows goes to `faults`."""
    unit = str(state.community.config["unit"])
    with st.container(key="find-where", horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            say("find.where", language),
            placeholder=say("find.where_hint", language),
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
    # The phone's place holds until something else is typed.
    stored, typed_then = st.session_state.get(key_of("here"), ("", None))
    if stored and typed_then == text:
        lat, lon = map(float, stored.split(","))
        return Place(say("find.near_me", language), lat, lon), within
    if not text:
        return None, None
    return _place(state, text, language, faults), within


def second_place(state: State, language: str, faults: list[str]) -> Place | None:
    """Another place that will do as well."""
    text = st.text_input(say("find.where_too", language), key=key_of("where_too")).strip()
    return _place(state, text, language, faults) if text else None


def _place(state: State, text: str, language: str, faults: list[str]) -> Place | None:
    found = state.community.locator.resolve(text)
    if found.others:
        choices = " · ".join(escaped(other) for other in found.others)
        faults.append(say("find.where_choice", language, place=escaped(text), choices=choices))
        return None
    if not found.found:
        faults.append(say("find.where_unknown", language, place=escaped(text)))
        return None
    if found.note:
        st.caption(escaped(spoken(found.note, language)))
    return found.place()._replace(name=text)


def when(state: State, language: str, faults: list[str]) -> Window | None:
    """The time asked for; None for any."""
    chosen = st.pills(
        say("find.when", language),
        WHENS,
        format_func=lambda name: say(f"find.when_{name}", language),
        key=key_of("when"),
    )
    if chosen in (None, "any"):
        return None
    now = state.now()
    if chosen != "day":
        return window(chosen, now)
    days = [now.date() + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    one, other = st.columns(2)
    day = one.selectbox(
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
    part = other.selectbox(
        say("find.part", language),
        PARTS,
        format_func=lambda name: say(f"find.part_{name}", language),
        key=key_of("part"),
    )
    span = ""
    if part in day_parts():
        begin, end = day_parts()[part]
        span = f"{begin:02}:00-{end:02}:00"
    try:
        return window(f"{day.isoformat()} {span}".strip(), now)
    except ScheduleError as error:
        faults.append(str(error))
        return None
