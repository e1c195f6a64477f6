"""The result list: cards in sections, drawn by one component.

Twenty cards made of Streamlit's own widgets repaint in 254 ms, one component in 95.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, NotRequired, TypedDict

import streamlit as st

from assetmap import maps
from assetmap import words as texts
from assetmap.web.bundles import STATIC

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


def show(
    sections: Sequence[CardSection],
    *,
    language: str = "en",
    more: int = 0,
    chosen: str | None = None,
    reveal: int = 0,
    no_call: bool = False,
    key: str = "cards",
    on_action: Callable[[], None] | None = None,
) -> Action | None:
    """Draw the list; return what was just pressed, else None.

    `more` is how many a button at the end offers to add (0: no button); `chosen` is the card to
    mark, brought into sight when `reveal` rises. `no_call` puts calling last. `on_action` is
    called before the run that a press starts; there, `pressed(key)` says what it was, so that
    what stands above the list can follow it.
    """
    words = {word: texts.say(f"cards.{word}", language) for word in WORDS}
    words["more"] = texts.say("cards.more", language, n=more)
    result = _component()(
        key=key,
        data={
            "sections": [
                {
                    **section._asdict(),
                    "cards": [_with_ink(card) for card in section.cards],
                    "more": texts.say("cards.more", language, n=section.more)
                    if section.more
                    else "",
                }
                for section in sections
            ],
            "words": words,
            "more": more,
            "chosen": chosen,
            "reveal": reveal,
            "no_call": no_call,
        },
        on_action_change=on_action or _nothing,
    )
    return _action(result.get("action"))


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


@cache
def _component() -> Any:
    return st.components.v2.component(
        "assetmap_cards",
        js="\n".join((STATIC / name).read_text("utf-8") for name in ("address.js", "cards.js")),
        css=(STATIC / "cards.css").read_text("utf-8"),
    )
