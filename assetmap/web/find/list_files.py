"""My list to take along: as text, on paper, in a calendar. Times and calls first, no searches."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import segno

from assetmap import vocabulary
from assetmap.assets.public import public_value
from assetmap.catalog import AssetRow
from assetmap.web.card_facts import usual_times
from assetmap.web.card_texts import checked, day_in_words
from assetmap.web.state import State
from assetmap.words import say

LONGEST_QR = 1200  # characters; a denser code is not read from paper
QR_MM = 38.0


def lines(row: AssetRow, zone: str, language: str) -> list[str]:
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
        "\n".join([str(row["name"]), *lines(row, state.community.timezone, language)])
        for row in rows
    ]
    return "\n\n".join(blocks) + "\n"


def as_message(rows: Sequence[AssetRow], state: State, language: str) -> str:
    """The list for a text message: only names, times and numbers."""
    blocks = []
    for row in rows:
        lines_left = lines(row, state.community.timezone, language)[1:]
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
        for line in lines(row, state.community.timezone, language):
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
