"""What stands on every page: the lines of help, the exit, the banner; and text that stays text.

The plain pages show the same lines and the same exit. Some lines come first when somebody's words
tell of danger.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import streamlit as st

from assetmap.community.settings import CRISIS_US
from assetmap.fields import JsonObject
from assetmap.search.understand import crisis_line
from assetmap.web.bundles import STATIC
from assetmap.web.parts import Beside, component
from assetmap.web.state import State
from assetmap.words import say

# A page that anyone may be looking at.
EXIT_TO = "https://www.weather.gov"
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:^])")


def show_frame(state: State, language: str) -> None:
    """The crisis lines, the exit, and the banner of a fictional community."""
    made_up = say("frame.fictional", language, name=state.community.name)
    _show(state.community.config["crisis"], language, made_up if state.community.fictional else "")


def show_help_alone(language: str = "en") -> None:
    """The country's crisis lines and the exit, where no community can be opened."""
    _show(CRISIS_US, language, "")


def _show(crisis: Sequence[JsonObject], language: str, banner: str) -> None:
    lines = [
        {
            "text": line.text,
            "phone": line.phone,
            "text_to": line.text_to,
            "texts": say("frame.text_to", language, phone=line.text_to) if line.text_to else "",
        }
        for line in crisis_lines(crisis, language)
    ]
    component("bar")(
        key="bar",
        data={
            "language": language,
            "label": say("frame.crisis" if lines else "frame.exit", language),
            "lines": lines,
            # Where no line is known, only how to leave is folded in.
            "crisis": say("plain.crisis" if lines else "frame.exit", language),
            "exit_keys": say("plain.exit_keys", language),
            "exit": say("frame.exit", language),
            "exit_note": say("frame.exit_note", language),
            "exit_to": EXIT_TO,
            "banner": banner,
        },
    )


def style() -> None:
    """The one stylesheet of the pages."""
    st.html(f"<style>{_css()}</style>")


@cache
def _css() -> str:
    return (STATIC / "pages.css").read_text("utf-8")


def list_or_map(to_list: str, to_map: str, found: str, language: str) -> Beside:
    """On a phone, at the foot of the screen: what was `found` and the way there, then a switch.

    `to_list` and `to_map` are the containers of the list and the map.
    """
    return "go", {
        "list": to_list,
        "map": to_map,
        "text": found,
        "see": say("find.see_list", language),
        "label": say("find.list_or_map", language),
        "list_name": say("find.to_list", language),
        "map_name": say("find.to_map", language),
    }


def skip(to: str, text: str) -> Beside:
    """A button only the keyboard finds, which goes to the container `to` in one step."""
    return "skip", {"to": to, "text": text}


def escaped(text: object) -> str:
    """`text` with everything escaped that Streamlit would read as markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


class CrisisLine(NamedTuple):
    """A line of help: its sentence, its number, and the number it answers text messages at."""

    id: str
    text: str
    phone: str
    text_to: str


def crisis_lines(lines: Sequence[JsonObject], language: str) -> list[CrisisLine]:
    """The lines of a community (or a country) in `language`; one without a number is left out."""
    return [
        CrisisLine(
            str(line.get("id") or line["phone"]),
            str(line.get(language) or line.get("en") or line["phone"]),
            str(line["phone"]),
            _text_to(line.get("text"), str(line["phone"])),
        )
        for line in lines
        if line.get("phone")
    ]


def _text_to(written: object, phone: str) -> str:
    """`text = true` says the number itself, `text = "88788"` another one."""
    if written is True:
        return phone
    return written.strip() if isinstance(written, str) else ""


def crisis_first(
    wanted: Sequence[str], own: Sequence[JsonObject], country: str, language: str
) -> list[CrisisLine]:
    """The lines of the ids `wanted`, in that order: the community's own, else the country's."""
    known = {line.id: line for line in crisis_lines(own, language)}
    shown = []
    for name in wanted:
        row = crisis_line(name)
        if name in known:
            shown.append(known[name])
        elif row["country"] == country:
            text = row.get(f"label_{language}") or row["label_en"]
            shown.append(CrisisLine(name, text, row["phone"], row["text"]))
    return shown


def dial(phone: str) -> str:
    """A phone number or dial string as a `tel:` address takes it: digits, +, pauses, * and #.

    >>> dial("(253) 215-8782,,503536771#")
    '2532158782,,503536771%23'
    """
    kept = "".join(letter for letter in phone if letter in "0123456789+,;*#")
    return kept.replace("#", "%23")
