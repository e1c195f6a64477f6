"""My list: cards a person keeps while the page is open, and what they can take along of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assetmap.search import Result
from assetmap.web import links, share
from assetmap.web.cards import Card
from assetmap.web.find import list_files
from assetmap.web.find import listing as find_list
from assetmap.web.frame import escaped
from assetmap.web.parts import component
from assetmap.web.state import State
from assetmap.words import say

# How to reach it; what lets anyone into a meeting is handed on to nobody.
WAYS = ("phone", "email", "join_open", "website")


def ids() -> list[str]:
    """The ids on the list, in the order they were added."""
    return list(st.session_state.get("my_list", []))


def change(asset: str, add: bool) -> None:
    """Put `asset` on the list or take it off."""
    kept = [item for item in ids() if item != asset]
    st.session_state["my_list"] = [*kept, asset] if add else kept


def take_up(state: State, shared: Sequence[str]) -> int:
    """Add a list somebody shared; how many of it there still are."""
    known = set(state.catalog.assets["id"])
    result = [asset_id for asset_id in dict.fromkeys(shared) if asset_id in known]
    for item in result:
        change(item, True)
    return len(result)


def show(state: State, result: Result, language: str) -> None:
    """The list with what can be done with it, once something is on it.

    Distances and what is to be asked first are those of what is asked now (`result`).
    """
    assets = state.catalog.assets
    wanted = [item for item in ids() if (assets["id"] == item).any()]
    if not wanted:
        return
    title = say("find.my_list", language, n=len(wanted))
    with st.expander(title, icon=":material/bookmark:"):
        rows = assets.set_index("id", drop=False).loc[wanted].to_dict("records")
        for item in wanted:
            card = find_list.card_of(state, result, item, language)
            if card is not None:
                # Two blanks before a line's end break it.
                lines = [f"**{escaped(card['name'])}**", *_lines(card, language)]
                st.markdown("  \n".join(lines))
        _take_along(state, rows, wanted, language)


def _lines(card: Card, language: str) -> list[str]:
    """When next, how far, what to ask, how to reach it: each where it is known, as Markdown."""
    asks = " ".join(card.get("ask") or ())
    dial = card.get("dial_open", "")
    lines = [
        " · ".join(filter(None, (card["kind_label"], card.get("when"), card.get("usual")))),
        " · ".join(filter(None, (card.get("way"), card.get("place")))),
        f"{say('cards.to_ask', language)}: {asks}" if asks else "",
        " · ".join(card[name] for name in WAYS if card.get(name)),  # type: ignore[literal-required]
        f"{say('cards.dial', language)}: {dial}" if dial else "",
    ]
    return [escaped(line) for line in lines if line]


def _take_along(state: State, rows: list[dict], wanted: list[str], language: str) -> None:
    today = state.now().date()
    fragment = links.of_ids(wanted)
    page = share.page_address()
    link = f"{page}#{fragment}" if page else ""
    message = list_files.as_message(rows, state, language)
    name, data = share.button(say("find.my_list_share", language), fragment, language, message)
    component(name)(key="share-list", data=data)
    named = st.checkbox(say("find.my_list_named", language), key="list_named")
    calendar, left_out = list_files.as_calendar(state, wanted, language, named)
    if left_out:
        names = [str(row["name"]) for row in rows if row["id"] in left_out]
        st.caption(say("find.my_list_no_times", language, names=escaped(", ".join(names))))
    text = list_files.as_text(rows, state, language, today)
    say_calendar, say_text = (
        say(f"find.my_list_{name}", language) for name in ("calendar", "text")
    )
    # A calendar is made in the browser, so that no server keeps a file of somebody's list.
    share.save(
        [
            share.BrowserFile(say_calendar, "my-list.ics", "text/calendar", calendar.decode()),
            share.BrowserFile(say_text, "my-list.txt", "text/plain", text),
        ],
        "save-list",
    )
    with st.container(horizontal=True):
        st.download_button(
            say("find.my_list_print", language),
            lambda: list_files.as_pdf(rows, state, language, today, link),
            "my-list.pdf",
            "application/pdf",
            icon=":material/print:",
            on_click="ignore",
        )
        st.button(say("find.my_list_clear", language), on_click=_empty)
    picture = list_files.qr_picture(link)
    if picture:
        st.image(picture, caption=say("find.my_list_qr", language), width=200)


def _empty() -> None:
    st.session_state["my_list"] = []
