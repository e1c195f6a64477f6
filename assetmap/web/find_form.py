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
# What somebody may want to keep away from.
NOT_WHERE = (
    "worship_required",
    "id_required",
    "law_enforcement_on_site",
    "referral_needed",
    "waiting_list",
)
ADULT = 18
Words = tuple[str, ...]


class Asked(NamedTuple):
    """What was asked, and the sentences about what could not be understood."""

    query: Query
    faults: list[str]
    place: Place | None
    no_call: bool


def ask(state: State, language: str) -> Asked:
    """Draw the questions and return what they ask. Nothing of it is stored or stands in a URL."""
    faults: list[str] = []
    needs, kinds = _what(language)
    wants = _wants(language) if "give_back" in needs else ()
    age = _age(language) if _asks_age(needs) else None
    place, within = _where(state, language, faults)
    when = _when(state, language, faults)
    with st.expander(say("find.more", language), icon=":material/tune:"):
        no_call = st.toggle(say("find.no_call", language), key=_key("no_call"))
        more = _more(state, language, needs)
        age = more.pop("age", age)
        second = _second_place(state, language, faults) if place else None
    if age is not None and age < ADULT:
        st.caption(say("find.under_age", language))
    near = tuple(one for one in (place, second) if one)
    try:
        query = Query(
            at=state.now(),
            needs=needs,
            kinds=kinds,
            wants=wants,
            near=near,
            within_m=within if near else None,
            when=when,
            age=age,
            **more,
        )
    except QueryError as error:
        faults.append(str(error))
        query = Query(at=state.now(), needs=needs, kinds=kinds)
    if query.asked:
        st.button(
            say("find.clear", language),
            on_click=clear,
            icon=":material/restart_alt:",
            type="tertiary",
        )
    return Asked(query, faults, place, no_call)


def clear() -> None:
    """Forget every answer."""
    for key in list(st.session_state):
        if str(key).startswith(PREFIX):
            del st.session_state[key]


def _key(name: str) -> str:
    return PREFIX + name


def _what(language: str) -> tuple[Words, Words]:
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


def _wants(language: str) -> Words:
    return tuple(
        st.pills(
            say("find.wants", language),
            list(vocabulary.terms("wants")),
            selection_mode="multi",
            format_func=lambda term: _label("wants", term, language),
            key=_key("wants"),
        )
    )


def _second_place(state: State, language: str, faults: list[str]) -> Place | None:
    text = st.text_input(say("find.where_too", language), key=_key("where_too")).strip()
    return _place(state, text, language, faults) if text else None


def _place(state: State, text: str, language: str, faults: list[str]) -> Place | None:
    place = state.community.context.places.find(text)
    if place is None:
        faults.append(say("find.where_unknown", language, place=plain(text)))
        return None
    return place._replace(name=text)


def _where(state: State, language: str, faults: list[str]) -> tuple[Place | None, float | None]:
    unit = str(state.community.config["unit"])
    with st.container(key="find-where", horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            say("find.where", language),
            placeholder=say("find.where_hint", language),
            key=_key("where"),
            autocomplete="postal-code",
        ).strip()
        with st.container(key="find-locate", width="content"):
            here = locate(language)
        within = st.selectbox(
            say("find.within", language),
            [None, *(amount * METRES_IN[unit] for amount in DISTANCES[unit])],
            index=4,
            format_func=lambda metres: (
                say("find.any_distance", language)
                if metres is None
                else length(metres, unit, language).replace(".0 ", " ")
            ),
            key=_key("within"),
            width=150,
        )
    if here:
        st.session_state[_key("here")] = (here, text)
    # The phone's place holds until something else is typed.
    stored, typed_then = st.session_state.get(_key("here"), ("", None))
    if stored and typed_then == text:
        lat, lon = map(float, stored.split(","))
        return Place(say("find.near_me", language), lat, lon), within
    if not text:
        return None, None
    return _place(state, text, language, faults), within


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


def _more(state: State, language: str, needs: Words) -> dict[str, Any]:
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
        asked["formats"] = _some("format", "find.format", language)
        asked["welcomes"] = _some("populations", "find.welcomes", language)
        if not _asks_age(needs):
            asked["age"] = _age(language)
        asked["medications"] = _some("medications_ok", "find.medications", language)
    with right:
        asked["concerns"] = _some("concerns", "find.concern", language)
        asked["programs"] = _some("programs", "find.program", language)
        asked["pathways"] = _some("pathways", "find.pathway", language)
        asked["not_pathways"] = _some("pathways", "find.not_pathway", language, "not_pathways")
        asked["no"] = tuple(
            st.multiselect(
                say("find.no", language),
                NOT_WHERE,
                format_func=lambda name: yes_no[name][f"yes_{language}"],
                placeholder=say("find.any", language),
                key=_key("no"),
            )
        )
    asked["text"] = st.text_input(say("find.text", language), key=_key("text"))
    if st.checkbox(say("find.free", language), key=_key("free")):
        asked["costs"] = ("free",)
    if "bed_tonight" not in needs:
        asked["beds"] = st.checkbox(say("find.beds", language), key=_key("beds"))
    return asked


def _asks_age(needs: Words) -> bool:
    """Whether the age stands among the first questions: most beds and homes have a limit."""
    return bool({"bed_tonight", "home"} & set(needs))


def _age(language: str) -> int | None:
    age = st.number_input(
        say("find.age", language),
        min_value=0,
        max_value=120,
        value=None,
        step=1,
        placeholder=say("find.age_hint", language),
        key=_key("age"),
    )
    return None if age is None else int(age)


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
