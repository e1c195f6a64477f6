"""Links that hand on what is shown: after `#` a card, a list or the answers to the questions.

Browsers do not send that part of an address, so it is in no server's log. It comes from
strangers all the same: whatever is not an answer that the form itself offers is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import streamlit as st

from assetmap.vocabulary import day_parts
from assetmap.web import asking
from assetmap.web.asking import FormAnswers
from assetmap.web.parts import Beside
from assetmap.words import say

MOST_FIELDS = 200
MOST_CHARACTERS = 8000
# A longer text message is cut into many, or refused, by some phones.
LONGEST_MESSAGE = 1500
# Tells what the address carries after `#`, as `told` of the component that it stands beside.
LINK: Beside = ("link", {})
# What older links call otherwise.
RENAMED = {"format": "formats", "populations": "welcomes", "medications_ok": "medications"}


class Shared(NamedTuple):
    """What a link hands on; what it does not carry is empty. `own` says that nobody shared it:
    the visitor filled in another page of ours."""

    answers: FormAnswers | None = None
    card: str = ""
    ids: Sequence[str] = ()
    own: bool = False


def of_answers(answers: FormAnswers) -> str:
    """The fragment of a search: every answer given, by the name of its question."""
    pairs = asking.pairs_of(answers)
    if not answers.where and not answers.q:
        pairs = [(name, value) for name, value in pairs if name != "within"]
    return "find&" + urlencode(pairs)


def of_ids(ids: Sequence[str]) -> str:
    """The fragment of a list."""
    return urlencode([("list", item) for item in ids])


def read(fragment: str, unit: str) -> Shared | None:
    """What `fragment` hands on; None when it is none of ours. `unit` is mi or km."""
    if len(fragment) > MOST_CHARACTERS:
        return None
    head, _, rest = fragment.partition("&")
    own = fragment.startswith(asking.HANDED)
    try:
        pairs = parse_qsl(
            rest if head in ("find", "form") else fragment, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return None
    if fragment.startswith("card="):
        return Shared(card=pairs[0][1]) if pairs else None
    if fragment.startswith("list="):
        return Shared(ids=[value for name, value in pairs if name == "list"])
    if not own and not fragment.startswith("find&"):
        return None
    answers = asking.read(pairs if own else _as_now(pairs), unit)
    if answers.day and answers.when != "day":
        # A day that is not asked for is no answer.
        answers = replace(answers, day="")
    return Shared(answers, own=own)


def _as_now(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs of a link as the form has them now, whatever its age."""
    for name, value in pairs:
        if name == "also":
            yield tuple(value.partition(":")[::2])  # type: ignore[misc]
        elif name == "free":
            yield from [("costs", "free")] if value == "yes" else []
        elif name == "part":
            begin, _, end = _hours(value).partition("-")
            yield from (("begin", begin), ("end", end))
        else:
            yield RENAMED.get(name, name), value


def _hours(part: str) -> str:
    """The hours of a part of a day by its name; what are hours already stays."""
    if part in day_parts():
        begin, end = day_parts()[part]
        return f"{begin:02}:00-{end:02}:00"
    return part


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


def page_address() -> str:
    """The address of this page without query and fragment; "" where nobody knows it."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
