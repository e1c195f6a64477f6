"""Handing on what is shown, and taking up what a link hands on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from assetmap.web.bundles import STATIC
from assetmap.words import say

# A longer text message is cut into many, or refused, by some phones.
LONGEST_MESSAGE = 1500


class BrowserFile(NamedTuple):
    """A text file to be made in the browser: its button's words, its name, its media type."""

    label: str
    name: str
    type: str
    text: str


def told() -> str | None:
    """What the address carried after `#`, once, before anything else of the page is drawn."""
    result = _link()(key="link", on_told_change=_nothing)
    value = result.get("told")
    return str(value) if value else None


def button(label: str, fragment: str, language: str, key: str, message: str = "") -> None:
    """A button that hands on a link to `fragment`; beside it one for a text message."""
    _share()(
        key=key,
        data={
            "label": label,
            "fragment": fragment,
            "copied": say("cards.copied", language),
            "message": message if len(message) <= LONGEST_MESSAGE else "",
            "message_label": say("find.my_list_message", language),
        },
    )


def save(files: Sequence[BrowserFile], key: str) -> None:
    """A button for each file, which the visitor's browser makes and no server keeps."""
    _save()(key=key, data={"files": [file._asdict() for file in files]})


def page_address() -> str:
    """The address of this page without query and fragment; "" where nobody knows it."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _nothing() -> None:
    pass


@cache
def _link() -> Any:
    return st.components.v2.component(
        "assetmap_link", html="<span hidden></span>", js=(STATIC / "link.js").read_text("utf-8")
    )


@cache
def _share() -> Any:
    scripts = [(STATIC / name).read_text("utf-8") for name in ("address.js", "share.js")]
    return st.components.v2.component(
        "assetmap_share",
        html="<div class='share'><button type='button' hidden></button><a hidden></a>"
        "<output aria-live='polite'></output></div>",
        js="\n".join(scripts),
        css=(STATIC / "share.css").read_text("utf-8"),
    )


@cache
def _save() -> Any:
    return st.components.v2.component(
        "assetmap_save",
        html="<div class='share'></div>",
        js=(STATIC / "save.js").read_text("utf-8"),
        css=(STATIC / "share.css").read_text("utf-8"),
    )
