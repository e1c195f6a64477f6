"""The questions of the Find page: widgets in, one `search.Query` out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from assetmap import vocabulary
from assetmap.web import asking
from assetmap.web.asking import ADULT, LONGEST_TEXT, Asked, FormAnswers, without
from assetmap.web.crisis import crisis_first, dial
from assetmap.web.find import where as find_where
from assetmap.web.find.where import PREFIX, key_of
from assetmap.web.frame import escaped
from assetmap.web.links import COSTS, NOT_WHERE, Shared, first_needs, of_answers, yes_choices
from assetmap.web.offers import box_hint, offers_of
from assetmap.web.state import State
from assetmap.words import say

Words = tuple[str, ...]


def ask(state: State, language: str) -> Asked:
    """Draw the questions and return what they ask. Nothing of it is stored or stands in a URL."""
    find_where.set_defaults(state)
    box = st.text_input(
        say("plain.box", language),
        placeholder=box_hint(offers_of(state), language),
        key=key_of("q"),
        max_chars=LONGEST_TEXT,
        label_visibility="collapsed",
    )
    understood = st.container(key="find-understood", horizontal=True, gap="small")
    needs, kinds = _what(state, language)
    picked: dict[str, Words] = {"needs": needs, "kinds": kinds}
    if "give_back" in needs:
        picked["wants"] = _wants(language)
    age = _age(language) if _asks_age(needs) else None
    where, here, within = find_where.where(state, language)
    when = find_where.when(state, language)
    with st.expander(say("find.more", language), icon=":material/tune:"):
        no_call = st.toggle(say("find.no_call", language), key=key_of("no_call"))
        more = _more(state, language, needs)
        age = more.pop("age", age)
        second = find_where.second_place(language) if where or here else ""
    if age is not None and age < ADULT:
        st.caption(say("find.under_age", language))
    text, beds = more.pop("text"), more.pop("beds", False)
    answers = FormAnswers(
        q=" ".join(box.split()),
        where=where,
        where_too=second,
        within=within,
        text=text,
        age=age,
        beds=beds,
        no_call=no_call,
        picked={**picked, **more},
        **when,
    )
    asked = asking.ask(answers, state, language, here)
    with understood:
        _show_understood(asked, state, language)
    if asked.query.asked or asked.faults:
        st.button(
            say("find.clear", language),
            on_click=clear,
            icon=":material/restart_alt:",
            type="tertiary",
        )
    return asked


def _show_understood(asked: Asked, state: State, language: str) -> None:
    """The line of help that words of danger call for; then chips that can be taken off."""
    config = state.community.config
    for line in crisis_first(asked.lines, config["crisis"], str(config["country"]), language):
        st.error(f"[{escaped(line.text)}](tel:{dial(line.phone)})", icon=":material/emergency:")
    for number, (stretch, means) in enumerate(asked.chips):
        st.button(
            f"{escaped(means)} ✕",
            key=f"chip-{number}",
            help=say("plain.take_off", language, what=escaped(means)),
            on_click=_take_off,
            args=(stretch,),
        )
    if asked.words:
        note = "plain.words_nowhere" if asked.words_nowhere else "plain.searched_words"
        st.caption(escaped(say(note, language, words=asked.words)))


def _take_off(stretch: str) -> None:
    key = key_of("q")
    st.session_state[key] = " ".join(without(st.session_state[key], stretch).split())


def clear() -> None:
    """Forget every answer."""
    for key in list(st.session_state):
        if str(key).startswith(PREFIX):
            del st.session_state[key]


def fill_in(shared: Shared) -> None:
    """Answer the form as a shared link does; to be called before the form is drawn."""
    clear()
    for name, value in shared.answers.items():
        st.session_state[key_of(name)] = value


def fragment() -> str:
    """What a link to this search carries: the answers, but never the phone's own place."""
    answers = {
        str(key).removeprefix(PREFIX): value
        for key, value in st.session_state.items()
        if str(key).startswith(PREFIX)
    }
    answers.pop("here", None)
    if not answers.get("where"):
        answers.pop("within", None)
    if answers.get("when") != "day":
        answers = {name: answers[name] for name in answers if name not in ("day", "part")}
    return of_answers({name: value for name, value in answers.items() if value != "any"})


def _what(state: State, language: str) -> tuple[Words, Words]:
    needs = vocabulary.terms("needs")
    offers = offers_of(state)
    # What a shared link asked stays on the screen, whatever is offered.
    asked = st.session_state.get(key_of("needs")) or ()
    first = [need for need in first_needs() if need in offers.needs or need in asked]
    chosen = st.pills(
        say("find.needs", language),
        first,
        selection_mode="multi",
        format_func=lambda need: (
            f":material/{needs[need]['icon']}: {_label('needs', need, language)}"
        ),
        key=key_of("needs"),
        label_visibility="collapsed",
    )
    others = [("needs", need) for need in offers.needs if need not in first]
    others += [
        item
        for item in st.session_state.get(key_of("also")) or ()
        if item[0] == "needs" and item not in others
    ]
    others += [("kinds", kind) for kind in vocabulary.terms("kinds")]
    also = st.multiselect(
        say("find.more_needs", language),
        others,
        format_func=lambda item: _label(item[0], item[1], language),
        placeholder=say("find.more_needs_hint", language),
        key=key_of("also"),
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
            key=key_of("wants"),
        )
    )


def _more(state: State, language: str, needs: Words) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    yes_no = vocabulary.terms("yes_no")
    asked["yes"] = tuple(
        st.pills(
            say("find.yes", language),
            yes_choices(),
            selection_mode="multi",
            format_func=lambda name: yes_no[name][f"yes_{language}"],
            key=key_of("yes"),
        )
    )
    left, right = st.columns(2)
    with left:
        asked["languages"] = _some("languages", "find.language", language, options=spoken(state))
        asked["formats"] = _some("format", "find.format", language)
        asked["welcomes"] = _some("populations", "find.welcomes", language)
        if not _asks_age(needs):
            asked["age"] = _age(language)
        asked["medications"] = _some("medications_ok", "find.medications", language)
    with right:
        asked["costs"] = _some("costs", "plain.costs", language, options=COSTS)
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
                key=key_of("no"),
            )
        )
    asked["text"] = st.text_input(say("find.text", language), key=key_of("text"))
    if "bed_tonight" not in needs and offers_of(state).beds:
        asked["beds"] = st.checkbox(say("find.beds", language), key=key_of("beds"))
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
        key=key_of("age"),
    )
    return None if age is None else int(age)


def spoken(state: State) -> list[str]:
    """Languages that some asset speaks, so that nobody chooses one in vain."""
    return list(offers_of(state).languages)


def _some(
    name: str, text: str, language: str, key: str = "", options: Sequence[str] | None = None
) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            say(text, language),
            list(vocabulary.terms(name) if options is None else options),
            format_func=lambda term: _label(name, term, language),
            placeholder=say("find.any", language),
            key=key_of(key or name),
        )
    )


def _label(name: str, term: str, language: str) -> str:
    return vocabulary.label(name, term, language)
