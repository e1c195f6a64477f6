"""My list: cards a person keeps while the page is open, and what they can take along of it: as a
message, as text, on paper, in a calendar. Times and calls first, no searches."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import segno
import streamlit as st

from assetmap import vocabulary
from assetmap.assets.public import public_value
from assetmap.catalog import AssetRow
from assetmap.search import Result
from assetmap.web import links
from assetmap.web.card_facts import usual_times
from assetmap.web.card_texts import checked, day_in_words
from assetmap.web.cards import Card
from assetmap.web.find import listing as find_list
from assetmap.web.frame import escaped
from assetmap.web.parts import component
from assetmap.web.state import State
from assetmap.words import say

# How to reach it; what lets anyone into a meeting is handed on to nobody.
WAYS = ("phone", "email", "join_open", "website")
LONGEST_QR = 1200  # characters; a denser code is not read from paper
QR_MM = 38.0


class BrowserFile(NamedTuple):
    """A text file to be made in the browser: its button's words, its name, its media type."""

    label: str
    name: str
    type: str
    text: str


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
                card_lines = [f"**{escaped(card['name'])}**", *_lines(card, language)]
                st.markdown("  \n".join(card_lines))
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
    page = links.page_address()
    link = f"{page}#{fragment}" if page else ""
    message = as_message(rows, state, language)
    name, data = links.button(say("find.my_list_share", language), fragment, language, message)
    component(name)(key="share-list", data=data)
    named = st.checkbox(say("find.my_list_named", language), key="list_named")
    calendar, left_out = as_calendar(state, wanted, language, named)
    if left_out:
        names = [str(row["name"]) for row in rows if row["id"] in left_out]
        st.caption(say("find.my_list_no_times", language, names=escaped(", ".join(names))))
    text = as_text(rows, state, language, today)
    say_calendar, say_text = (
        say(f"find.my_list_{name}", language) for name in ("calendar", "text")
    )
    # A calendar is made in the browser, so that no server keeps a file of somebody's list.
    _save(
        [
            BrowserFile(say_calendar, "my-list.ics", "text/calendar", calendar.decode()),
            BrowserFile(say_text, "my-list.txt", "text/plain", text),
        ],
        "save-list",
    )
    with st.container(horizontal=True):
        st.download_button(
            say("find.my_list_print", language),
            lambda: as_pdf(rows, state, language, today, link),
            "my-list.pdf",
            "application/pdf",
            icon=":material/print:",
            on_click="ignore",
        )
        st.button(say("find.my_list_clear", language), on_click=_empty)
    picture = qr_picture(link)
    if picture:
        st.image(picture, caption=say("find.my_list_qr", language), width=200)


def _save(files: Sequence[BrowserFile], key: str) -> None:
    """A button for each file, which the visitor's browser makes and no server keeps."""
    component("save")(key=key, data={"files": [file._asdict() for file in files]})


def _empty() -> None:
    st.session_state["my_list"] = []


def row_lines(row: AssetRow, zone: str, language: str) -> list[str]:
    """What it is, when, where and how to reach it, each where it is known.

    A list is handed on, so no passcode is in it.
    """
    lines_of_row = [
        vocabulary.label("kinds", row["kind"], language),
        usual_times(row, zone, language),
        ", ".join(row[name] for name in ("address", "city") if isinstance(row[name], str)),
    ]
    ways = ("phone", "conference_phone", "conference_url", "url")
    lines_of_row += [public_value(name, row[name]) for name in ways if isinstance(row[name], str)]
    return [line for line in lines_of_row if line]


def as_text(rows: Sequence[AssetRow], state: State, language: str, today: date) -> str:
    """The list as plain text, short enough for a message: name, time, phone or place."""
    blocks = [
        heading(state, language),
        say("find.print_made", language, date=_day(today, language)),
    ]
    if state.community.fictional:
        blocks.append(say("frame.fictional", language, name=state.community.name))
    blocks += [
        "\n".join([str(row["name"]), *row_lines(row, state.community.timezone, language)])
        for row in rows
    ]
    return "\n\n".join(blocks) + "\n"


def as_message(rows: Sequence[AssetRow], state: State, language: str) -> str:
    """The list for a text message: only names, times and numbers."""
    blocks = []
    for row in rows:
        lines_left = row_lines(row, state.community.timezone, language)[1:]
        blocks.append("\n".join([str(row["name"]), *lines_left[:3]]))
    return "\n\n".join(blocks)


def as_calendar(
    state: State, wanted: Sequence[str], language: str, named: bool
) -> tuple[bytes, list[str]]:
    """(the calendar, ids that have no times to put in it).

    Unless `named`, nothing in any field tells what it is: others may see a calendar.
    """
    from assetmap import writers

    assets = state.catalog.assets
    data, left_out = writers.write(
        "ics",
        assets[assets["id"].isin(wanted)].reset_index(drop=True),
        public_only=True,
        title="name" if named else "neutral",
        language=language,
        timezone=state.community.timezone,
        country=str(state.community.config["country"]),
        now=state.now(),
    )
    return data, [left["id"] for left in left_out]


def qr_picture(link: str) -> bytes | None:
    """The QR code of `link` as PNG; None for one too long to be read."""
    if not link or len(link) > LONGEST_QR:
        return None
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=4, border=4)
    return picture.getvalue()


def as_pdf(
    rows: Sequence[AssetRow], state: State, language: str, today: date, link: str = ""
) -> bytes:
    """The list on paper: large, black on white, with its own QR code and the crisis numbers."""
    from fpdf import FPDF

    from assetmap.report.pdf import FONT, add_faces, written

    config = state.community.config
    paper = FPDF("portrait", "mm", "letter" if config["country"] == "US" else "a4")
    add_faces(paper)
    paper.set_margins(20, 18, 20)
    paper.set_auto_page_break(True, 18)
    paper.set_title(written(heading(state, language)))
    paper.set_lang(language)
    paper.set_creation_date(state.now())
    paper.add_page()
    wide = paper.epw

    def say_line(text: str, size: float, bold: bool = False, width: float = wide) -> None:
        paper.set_font(FONT, "B" if bold else "", size)
        paper.multi_cell(width, size * 0.5, written(text), align="L", new_x="LMARGIN", new_y="NEXT")

    drawn = _draw_qr(paper, link)
    beside = wide - QR_MM - 6 if drawn else wide
    say_line(heading(state, language), 22, True, beside)
    say_line(say("find.print_made", language, date=_day(today, language)), 14, True, beside)
    say_line(say("find.holidays", language), 14, width=beside)
    if state.community.fictional:
        say_line(say("frame.fictional", language, name=state.community.name), 14, width=beside)
    paper.ln(2)
    paper.set_y(max(paper.get_y(), drawn))
    for line in config["crisis"]:
        say_line(str(line.get(language) or line.get("en") or ""), 14, True)
    for number, row in enumerate(rows, start=1):
        paper.ln(4)
        if paper.will_page_break(30):
            paper.add_page()
        say_line(f"{number}. {row['name']}", 17, True)
        for line in row_lines(row, state.community.timezone, language):
            say_line(line, 15)
        say_line(checked(row, today, language), 12)
    return bytes(paper.output())


def heading(state: State, language: str) -> str:
    """What the list is called."""
    return say("find.print_title", language, name=state.community.name)


def _day(today: date, language: str) -> str:
    return day_in_words(today, language)


def _draw_qr(paper: Any, link: str) -> float:
    """The code at the top right; where it ends in mm, 0.0 when there is none."""
    if not link or len(link) > LONGEST_QR:
        return 0.0
    code = segno.make(link, error="m", micro=False)
    rows = list(code.matrix_iter(border=4))
    side = QR_MM / len(rows)
    left, top = paper.w - paper.r_margin - QR_MM, paper.t_margin
    paper.set_fill_color(0)
    for position, row in enumerate(rows):
        for place, dark in enumerate(row):
            if dark:
                paper.rect(left + place * side, top + position * side, side, side, style="F")
    return float(top + QR_MM + 3)
