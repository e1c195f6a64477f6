"""Handing on what is shown, and taking up what a link hands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from assetmap.web.parts import Beside, component
from assetmap.words import say

# A longer text message is cut into many, or refused, by some phones.
LONGEST_MESSAGE = 1500


class BrowserFile(NamedTuple):
    """A text file to be made in the browser: its button's words, its name, its media type."""

    label: str
    name: str
    type: str
    text: str


# Tells what the address carries after `#`, as `told` of the component that it stands beside.
LINK: Beside = ("link", {})


def told(key: str) -> str | None:
    """What LINK told to start this run, beside the component `key`, before that is drawn."""
    value = (st.session_state.get(key) or {}).get("told")
    return str(value) if value else None


def button(label: str, fragment: str, language: str, message: str = "") -> Beside:
    """A button that hands on a link to `fragment`; beside it one for a text message."""
    return "share", {
        "label": label,
        "fragment": fragment,
        "copied": say("cards.copied", language),
        "message": message if len(message) <= LONGEST_MESSAGE else "",
        "message_label": say("find.my_list_message", language),
    }


def save(files: Sequence[BrowserFile], key: str) -> None:
    """A button for each file, which the visitor's browser makes and no server keeps."""
    component("save")(key=key, data={"files": [file._asdict() for file in files]})


def page_address() -> str:
    """The address of this page without query and fragment; "" where nobody knows it."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
