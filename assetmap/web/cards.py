"""The result list: cards in sections, drawn by one component.

Twenty cards made of Streamlit's own widgets repaint in 254 ms, one component in 95.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, NotRequired, TypedDict

import streamlit as st

from assetmap import maps
from assetmap import words as texts
from assetmap.web.parts import Beside, component

WORDS = (
    "ask",
    "court",
    "call",
    "text",
    "directions",
    "join",
    "website",
    "add",
    "add_long",
    "added",
    "added_long",
    "map",
    "map_long",
    "wrong",
    "opens",
    "share",
    "copied",
    "dial",
    "email",
    "to_ask",
    "good_to_know",
    "notes",
    "details",
)


class Card(TypedDict):
    """One result, in words ready to show; what is left out or empty is not shown."""

    id: str
    name: str
    kind_label: str
    icon: str  # a Material Symbols name
    colour: str  # of the kind's group, #rrggbb
    ink: NotRequired[str]  # a colour to be read on it
    guessed: NotRequired[str]  # says that the kind is a guess
    closed: NotRequired[str]  # says that it is closed for now
    differs: NotRequired[str]  # a near miss: the one difference, as a sentence
    when: NotRequired[str]  # the next time
    usual: NotRequired[str]  # the times of every week
    intake: NotRequired[str]  # when it takes new people
    way: NotRequired[str]  # how far and in which direction
    place: NotRequired[str]  # street and town, the town alone where the street is private
    fits: NotRequired[Sequence[str]]
    ask: NotRequired[Sequence[str]]  # questions to ask first
    court: NotRequired[bool]  # says that it may report to a court or the police
    know: NotRequired[Sequence[str]]  # what to know before going
    description: NotRequired[str]
    visit: NotRequired[str]  # what a first visit is like
    phone: NotRequired[str]
    text_phone: NotRequired[bool]
    dial: NotRequired[str]  # to join by phone: the number and what to dial after it
    email: NotRequired[str]
    directions: NotRequired[tuple[float, float] | None]  # latitude, longitude; exact places only
    join: NotRequired[str]  # https address of an online meeting, its passcode included
    dial_open: NotRequired[str]  # the same without the codes that let in
    join_open: NotRequired[str]  # the same without a passcode
    website: NotRequired[str]
    on_map: NotRequired[bool]
    saved: NotRequired[bool]  # on the person's own list
    facts: NotRequired[Sequence[tuple[str, str]]]  # all else that is known: label and text
    notes: NotRequired[Sequence[str]]  # what the source adds in its own words
    run_by: NotRequired[str]
    source: NotRequired[str]
    checked: NotRequired[str]
    problem_url: NotRequired[str]  # mailto:, to the community's contact


class CardSection(NamedTuple):
    """Cards under one heading; a folded section is opened by its heading.

    `more` is how many a button at its end offers to add, `key` what that button is told by.
    """

    title: str
    cards: Sequence[Card]
    note: str = ""
    folded: bool = False
    more: int = 0
    key: str = ""


class Action(NamedTuple):
    """What was pressed: "add", "drop", "map" on `asset`, or "more" on a section's key or none."""

    asset: str | None
    action: str


class WrittenSections(NamedTuple):
    """Sections as the list's script reads them (JSON), kept for all who ask the same."""

    json: str


def written(sections: Sequence[CardSection], language: str) -> WrittenSections:
    """`sections` with their words in `language`."""
    rows = [
        {
            **section._asdict(),
            "cards": [_with_ink(card) for card in section.cards],
            "more": texts.say("cards.more", language, n=section.more) if section.more else "",
        }
        for section in sections
    ]
    return WrittenSections(json.dumps(rows, separators=(",", ":")))


def show(
    sections: Sequence[CardSection] | WrittenSections,
    *,
    language: str = "en",
    more: int = 0,
    chosen: str | None = None,
    reveal: int = 0,
    no_call: bool = False,
    beside: Sequence[Beside] = (),
    key: str = "cards",
    on_action: Callable[[], None] | None = None,
) -> Action | None:
    """Draw the list; return what was just pressed, else None.

    `more` is how many a button at the end offers to add (0: no button); `chosen` is the card to
    mark, brought into sight when `reveal` rises. `no_call` puts calling last; `beside` stands
    below the list. `on_action` is called before the run that a press starts; there,
    `pressed(key)` says what it was, so that what stands above the list can follow it.
    """
    if not isinstance(sections, WrittenSections):
        sections = written(sections, language)
    values = {
        "words": {**_words(language), "more": texts.say("cards.more", language, n=more)},
        "more": more,
        "chosen": chosen,
        "reveal": reveal,
        "no_call": no_call,
        "beside": beside,
    }
    data = f'{{"sections":{sections.json},{json.dumps(values)[1:]}'
    result = component("cards")(key=key, data=data.encode(), on_action_change=on_action or _nothing)
    return _action(result.get("action"))


@cache
def _words(language: str) -> dict[str, str]:
    return {word: texts.say(f"cards.{word}", language) for word in WORDS}


def pressed(key: str = "cards") -> Action | None:
    """What was pressed in the list `key` to start this run, before `show` is called; else None."""
    state = st.session_state.get(key)
    return _action(state.get("action")) if state else None


def _action(value: Any) -> Action | None:
    if not value:
        return None
    return Action(value.get("asset"), str(value.get("action")))


def _with_ink(card: Card) -> dict[str, object]:
    return {**card, "ink": card.get("ink") or maps.ink(card["colour"])}


def _nothing() -> None:
    pass
