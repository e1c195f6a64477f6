"""My list: cards a person keeps while the page is open; to print, as text, for a calendar."""

from __future__ import annotations

import html
from datetime import date

import streamlit as st

from assetmap import vocabulary
from assetmap.schedule.words import describe
from assetmap.search import Query
from assetmap.vocabulary import say
from assetmap.web.find_cards import checked, day_in_words
from assetmap.web.plain import plain
from assetmap.web.state import State


def ids() -> list[str]:
    """The ids on the list, in the order they were added."""
    return list(st.session_state.get("my_list", []))


def change(asset: str, add: bool) -> None:
    """Put `asset` on the list or take it off."""
    kept = [one for one in ids() if one != asset]
    st.session_state["my_list"] = [*kept, asset] if add else kept


def show(state: State, query: Query, language: str) -> None:
    """The list with what can be done with it."""
    assets = state.catalog.assets
    wanted = [one for one in ids() if (assets["id"] == one).any()]
    with st.expander(say("find.my_list", language, n=len(wanted)), icon=":material/bookmark:"):
        if not wanted:
            st.write(say("find.my_list_empty", language))
            return
        rows = assets.set_index("id", drop=False).loc[wanted]
        for row in rows.to_dict("records"):
            st.markdown(f"**{plain(row['name'])}** · {plain(' · '.join(_lines(row, language)))}")
        today = state.now().date()
        text = as_text(rows.to_dict("records"), state, language, today)
        page = as_page(rows.to_dict("records"), state, language, today)
        one, two, three, four = st.columns(4)
        one.download_button(
            say("find.my_list_print", language),
            page,
            "my-list.html",
            "text/html",
            icon=":material/print:",
        )
        two.download_button(
            say("find.my_list_text", language),
            text,
            "my-list.txt",
            "text/plain",
            icon=":material/sms:",
        )
        three.download_button(
            say("find.my_list_calendar", language),
            _calendar(state, wanted),
            "my-list.ics",
            "text/calendar",
            icon=":material/event:",
        )
        four.button(say("find.my_list_clear", language), on_click=_empty)


def _empty() -> None:
    st.session_state["my_list"] = []


def _calendar(state: State, wanted: list[str]) -> bytes:
    from assetmap import writers

    assets = state.catalog.assets
    chosen = assets[assets["id"].isin(wanted)].reset_index(drop=True)
    data, _ = writers.write("ics", chosen)
    return data


def as_text(rows: list[dict], state: State, language: str, today: date) -> str:
    """The list as plain text, short enough for a text message."""
    made = say("find.print_made", language, date=day_in_words(today, language))
    blocks = [say("find.print_title", language, name=state.community.name), made]
    blocks += ["\n".join([str(row["name"]), *_lines(row, language)]) for row in rows]
    return "\n\n".join(blocks) + "\n"


def as_page(rows: list[dict], state: State, language: str, today: date) -> str:
    """The list as a page to print: large, black on white, nothing loaded from anywhere."""
    title = html.escape(say("find.print_title", language, name=state.community.name))
    made = say("find.print_made", language, date=day_in_words(today, language))
    notes = [made, say("find.holidays", language)]
    if state.community.fictional:
        notes.append(say("frame.fictional", language, name=state.community.name))
    items = "".join(
        f"<li><h2>{html.escape(str(row['name']))}</h2>"
        + "".join(f"<p>{html.escape(line)}</p>" for line in _lines(row, language))
        + f"<p><small>{html.escape(checked(row, today, language))}</small></p></li>"  # type: ignore[arg-type]
        for row in rows
    )
    crisis = "".join(
        f"<li>{html.escape(str(line.get(language) or line.get('en', '')))}</li>"
        for line in state.community.config["crisis"]
    )
    return (
        f"<!doctype html><html lang='{language}'><meta charset='utf-8'><title>{title}</title>"
        "<style>body{font:18px/1.5 sans-serif;max-width:40rem;margin:2rem auto;color:#000;"
        "background:#fff}ol{padding-left:1.2rem}h2{font-size:1.2rem;margin:1rem 0 0}p{margin:0}"
        "</style>"
        f"<h1>{title}</h1><ul>{crisis}</ul>"
        + "".join(f"<p>{html.escape(note)}</p>" for note in notes)
        + f"<ol>{items}</ol></html>"
    )


def _lines(row: dict, language: str) -> list[str]:
    schedule = row["schedule"] if isinstance(row["schedule"], str) else None
    recurrence = row["recurrence"] if isinstance(row["recurrence"], str) else None
    lines = [
        vocabulary.label("kinds", row["kind"], language),
        describe(schedule, row["time_kind"], language, recurrence, row["dates"] or ()),
    ]
    where = [row[name] for name in ("address", "city") if isinstance(row[name], str)]
    lines.append(", ".join(where))
    for name in ("phone", "conference_phone", "conference_url", "url"):
        if isinstance(row[name], str):
            lines.append(row[name])
    return [line for line in lines if line]
