"""The questions of the Find page: one component that shows the form of the plain pages, filled in
and sent without leaving the page. What it sends is read as /directory reads its own form.

Widgets of Streamlit's own took two thirds of a run: forty messages, 35 ms of the processor.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from assetmap.places import Place
from assetmap.web import asking, links
from assetmap.web.answers import strip_of
from assetmap.web.asking import ADULT, Asked, FormAnswers
from assetmap.web.frame import crisis_first, dial, escaped
from assetmap.web.parts import component
from assetmap.web.plain.render import draw_part
from assetmap.web.plain.start import form_address
from assetmap.web.questions import changed
from assetmap.web.state import State
from assetmap.words import say

KEY = "questions"
FORM = "ask_form"  # of the session: the pairs now asked, as a form sends them
SENT = "ask_sent"  # when the browser sent them
SET = "ask_set"  # rises whenever the server fills the form in by itself
MOST_CHARACTERS = 8000
MOST_PAIRS = 300
_HERE = re.compile(r"(-?\d{1,2}\.\d{1,3}),(-?\d{1,3}\.\d{1,3})", re.ASCII)


class Questioned(NamedTuple):
    """What is asked, and the answers of the form that ask it."""

    asked: Asked
    answers: FormAnswers


def ask(state: State, language: str) -> Questioned:
    """Draw the questions and return what they ask. Nothing of it is stored or stands in a URL."""
    first = st.container()
    pairs = _pairs()
    answers, here = _read(pairs, str(state.community.config["unit"]))
    place = Place(say("find.near_me", language), *here) if here else None
    asked = asking.ask(answers, state, language, place)
    config = state.community.config
    with first:
        lines = crisis_first(asked.lines, config["crisis"], str(config["country"]), language)
        for line in lines:
            st.error(f"[{escaped(line.text)}](tel:{dial(line.phone)})", icon=":material/emergency:")
    component("questions")(
        key=KEY,
        # As bytes: Streamlit looks into every value of a dict for a table, a millisecond in all.
        data=json.dumps(
            {
                "form": form_address(state, language),
                "pairs": asking.pairs_of(answers),
                "here": f"{here[0]:.3f},{here[1]:.3f}" if here else "",
                "here_note": say("find.here_used", language) if here else "",
                "chips": [
                    [stretch, means, say("plain.take_off", language, what=means)]
                    for stretch, means in asked.chips
                ],
                "any": bool(asked.query.asked or asked.faults),
                "week": say("plain.week", language)
                if asked.query.asked and not asked.near_unknown
                else "",
                "strip": _strip(state, asked, language) if ("week", "yes") in pairs else "",
                "waiting": say("find.locating", language),
                "failed": say("find.locate_failed", language),
                "sent": st.session_state.get(SENT, 0),
                "set": st.session_state.get(SET, 0),
                "beside": [links.LINK],
            }
        ).encode(),
        on_form_change=_nothing,
        on_told_change=_nothing,
    )
    if here and state.community.locator.resolve(f"{here[0]},{here[1]}").inside is False:
        st.warning(say("find.here_outside", language))
    if answers.age is not None and answers.age < ADULT:
        st.caption(say("find.under_age", language))
    if asked.words:
        note = "plain.words_nowhere" if asked.words_nowhere else "plain.searched_words"
        st.caption(escaped(say(note, language, words=asked.words)))
    return Questioned(asked, answers)


def fill_in(answers: FormAnswers) -> None:
    """Answer the form as a shared link does; to be called before the form is drawn."""
    st.session_state[FORM] = urlencode(asking.pairs_of(answers))
    st.session_state[SET] = st.session_state.get(SET, 0) + 1


def _pairs() -> list[tuple[str, str]]:
    """What is asked now: what the browser sent last, or what a link filled in since."""
    value = (st.session_state.get(KEY) or {}).get("form")
    if isinstance(value, dict):
        sent, pairs = value.get("sent"), value.get("pairs")
        new = isinstance(sent, int) and sent > st.session_state.get(SENT, 0)
        if new and isinstance(pairs, str):
            st.session_state[SENT], st.session_state[FORM] = sent, pairs[:MOST_CHARACTERS]
    try:
        return parse_qsl(st.session_state.get(FORM, ""), max_num_fields=MOST_PAIRS)
    except ValueError:
        return []


def _read(
    pairs: list[tuple[str, str]], unit: str
) -> tuple[FormAnswers, tuple[float, float] | None]:
    """The answers, and the phone's own place where nothing else was typed."""
    pressed = {value for name, value in pairs if name == "do"}
    if "clear" in pressed:
        return asking.read([], unit), None
    answers = asking.read(changed(pairs), unit)
    given = next((_HERE.fullmatch(value) for name, value in pairs if name == "here"), None)
    if given is None or answers.where or "not_here" in pressed:
        return answers, None
    return answers, (float(given[1]), float(given[2]))


def _strip(state: State, asked: Asked, language: str) -> str:
    """How many fit when this week, as HTML of our own words and numbers; once it is opened."""
    if not asked.query.asked or asked.near_unknown:
        return ""
    strip = strip_of(state, asked.query)
    return draw_part("_strip_table.html", language, strip=strip) if strip else ""


def _nothing() -> None:
    pass
