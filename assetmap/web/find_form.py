"""The questions of the Find page: widgets in, one `search.Query` out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import streamlit as st

from assetmap import vocabulary
from assetmap.places import METRES_IN, Place
from assetmap.schedule import ScheduleError, Window, window
from assetmap.search import Query, QueryError
from assetmap.search.reasons import length
from assetmap.vocabulary import say
from assetmap.web.frame import locate
from assetmap.web.plain import plain
from assetmap.web.state import State

DISTANCES = {"mi": (1, 2, 5, 10, 25, 50), "km": (2, 5, 10, 20, 40, 80)}
WHENS = ("any", "now", "today", "tonight", "weekend", "day")
PARTS = ("any", "morning", "afternoon", "evening")
PREFIX = "ask_"


class Asked(NamedTuple):
    """What was asked, and the sentences about what could not be understood."""

    query: Query
    faults: list[str]
    place: Place | None


def ask(state: State, language: str) -> Asked:
    """Draw the questions and return what they ask. Nothing of it is stored or stands in a URL."""
    faults: list[str] = []
    needs, kinds = _what(language)
    place, within = _where(state, language, faults)
    when = _when(state, language, faults)
    with st.expander(say("find.more", language), icon=":material/tune:"):
        more = _more(state, language)
    near = (place,) if place else ()
    try:
        query = Query(
            at=state.now(),
            needs=needs,
            kinds=kinds,
            near=near,
            within_m=within if near else None,
            when=when,
            **more,
        )
    except QueryError as error:
        faults.append(str(error))
        query = Query(at=state.now(), needs=needs, kinds=kinds)
    return Asked(query, faults, place)


def clear() -> None:
    """Forget every answer."""
    for key in list(st.session_state):
        if str(key).startswith(PREFIX):
            del st.session_state[key]


def _key(name: str) -> str:
    return PREFIX + name


def _what(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    needs = vocabulary.terms("needs")
    first = [need for need, row in needs.items() if row["screen"] == "1"]
    chosen = st.pills(
        say("find.needs", language),
        first,
        selection_mode="multi",
        format_func=lambda need: (
            f":material/{needs[need]['icon']}: {_label('needs', need, language)}"
        ),
        key=_key("needs"),
        label_visibility="collapsed",
    )
    others = [("needs", need) for need in needs if need not in first]
    others += [("kinds", kind) for kind in vocabulary.terms("kinds")]
    also = st.multiselect(
        say("find.more_needs", language),
        others,
        format_func=lambda item: _label(*item, language),
        placeholder=say("find.more_needs_hint", language),
        key=_key("also"),
    )
    more = tuple(term for name, term in also if name == "needs")
    kinds = tuple(term for name, term in also if name == "kinds")
    if kinds and (chosen or more):
        # Needs and kinds chosen side by side are alternatives here, as on the screen.
        wanted = {kind for need in (*chosen, *more) for kind in vocabulary.kinds_of_need(need)}
        return (), tuple(kind for kind in vocabulary.terms("kinds") if kind in wanted | set(kinds))
    return (*chosen, *more), kinds


def _where(state: State, language: str, faults: list[str]) -> tuple[Place | None, float | None]:
    unit = str(state.community.config["unit"])
    typed, own, far = st.columns([5, 3, 3], vertical_alignment="bottom")
    text = typed.text_input(
        say("find.where", language),
        placeholder=say("find.where_hint", language),
        key=_key("where"),
        autocomplete="postal-code",
    ).strip()
    with own:
        here = locate(language)
    if here:
        st.session_state[_key("here")] = (here, text)
    within = far.selectbox(
        say("find.within", language),
        [None, *(amount * METRES_IN[unit] for amount in DISTANCES[unit])],
        index=4,
        format_func=lambda metres: (
            say("find.any_distance", language)
            if metres is None
            else length(metres, unit, language).replace(".0 ", " ")
        ),
        key=_key("within"),
    )
    # The phone's place holds until something else is typed.
    stored, typed_then = st.session_state.get(_key("here"), ("", None))
    if stored and typed_then == text:
        lat, lon = map(float, stored.split(","))
        return Place(say("find.near_me", language), lat, lon), within
    if not text:
        return None, None
    place = state.community.context.places.find(text)
    if place is None:
        faults.append(say("find.where_unknown", language, place=plain(text)))
        return None, None
    return place._replace(name=text), within


def _when(state: State, language: str, faults: list[str]) -> Window | None:
    chosen = st.pills(
        say("find.when", language),
        WHENS,
        default="any",
        format_func=lambda name: say(f"find.when_{name}", language),
        key=_key("when"),
    )
    if chosen in (None, "any"):
        return None
    now = state.now()
    if chosen != "day":
        return window(chosen, now)
    days = [now.date() + timedelta(days=ahead) for ahead in range(28)]
    one, other = st.columns(2)
    day = one.selectbox(
        say("find.day", language),
        days,
        format_func=lambda day: (
            f"{say(f'schedule.day_{day.weekday()}', language)} {day.day} "
            f"{say(f'schedule.month_{day.month}', language)}"
        ),
        key=_key("day"),
    )
    part = other.selectbox(
        say("find.part", language),
        PARTS,
        format_func=lambda name: say(f"find.part_{name}", language),
        key=_key("part"),
    )
    spans = {"any": "", "morning": "05:00-12:00", "afternoon": "12:00-17:00"}
    spans["evening"] = "17:00-23:00"
    try:
        return window(f"{day.isoformat()} {spans[part]}".strip(), now)
    except ScheduleError as error:
        faults.append(str(error))
        return None


def _more(state: State, language: str) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    yes_no = vocabulary.terms("yes_no")
    asked["yes"] = tuple(
        st.pills(
            say("find.yes", language),
            [name for name, row in yes_no.items() if row["filter"] == "yes"],
            selection_mode="multi",
            format_func=lambda name: yes_no[name][f"yes_{language}"],
            key=_key("yes"),
        )
    )
    left, right = st.columns(2)
    with left:
        asked["languages"] = _one("languages", "find.language", _spoken(state), language)
        asked["formats"] = _one("format", "find.format", None, language)
        asked["welcomes"] = _some("populations", "find.welcomes", language)
        age = st.number_input(
            say("find.age", language),
            min_value=0,
            max_value=120,
            value=None,
            step=1,
            placeholder=say("find.age_hint", language),
            key=_key("age"),
        )
        asked["age"] = None if age is None else int(age)
    with right:
        asked["concerns"] = _some("concerns", "find.concern", language)
        asked["pathways"] = _some("pathways", "find.pathway", language)
        asked["not_pathways"] = _some("pathways", "find.not_pathway", language, "not_pathways")
        asked["text"] = st.text_input(say("find.text", language), key=_key("text"))
    if st.checkbox(say("find.free", language), key=_key("free")):
        asked["costs"] = ("free",)
    asked["beds"] = st.checkbox(say("find.beds", language), key=_key("beds"))
    st.button(say("find.clear", language), on_click=clear, icon=":material/restart_alt:")
    return asked


def _spoken(state: State) -> list[str]:
    """Languages that some asset speaks, so that nobody chooses one in vain."""
    spoken = {tag for found in state.catalog.assets["languages"] if found for tag in found}
    return [tag for tag in vocabulary.terms("languages") if tag in spoken]


def _one(name: str, text: str, options: list[str] | None, language: str) -> tuple[str, ...]:
    chosen = st.selectbox(
        say(text, language),
        [None, *(options if options is not None else vocabulary.terms(name))],
        format_func=lambda term: (
            say("find.any", language) if term is None else _label(name, term, language)
        ),
        key=_key(name),
    )
    return (chosen,) if chosen else ()


def _some(name: str, text: str, language: str, key: str = "") -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            say(text, language),
            list(vocabulary.terms(name)),
            format_func=lambda term: _label(name, term, language),
            placeholder=say("find.any", language),
            key=_key(key or name),
        )
    )


def _label(name: str, term: str, language: str) -> str:
    return vocabulary.label(name, term, language)
