"""The address of a gap view: what an organizer chose, by id, so that it reads in any language.

It stands after `#`, which browsers send to no server. Links of before, with the choices after `?`,
are still understood, and rewritten. What comes from a link is taken only where the page offers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from assetmap.web.parts import component

PREFIX = "gaps"
# What a link may carry, and the widget that shows it.
WIDGETS = {
    "look": "look",
    "kind": "gap_kind",
    "need": "gap_need",
    "beside": "beside",
    "checked": "checked",
    "only": "gap_only",
    "map": "gap_map",
    "tab": "first-fold",
}
MOST_CHARACTERS = 500
_CHOSEN, _LINKED, _ADDRESS = "gaps-chosen", "gaps-linked", "gaps-address"


def begin(name: str, options: Iterable[str], first: str | None, key: str | None = None) -> None:
    """Set the widget `key` (else `name`) to what the link says, when it is not yet chosen."""
    key = key or name
    offered = list(options)
    if st.session_state.get(key) in offered:
        return
    given = linked(name)
    st.session_state[key] = given if given in offered else first


def linked(name: str) -> str | None:
    """What the link that was followed says of a choice."""
    from_link = _linked().get(name)
    return from_link if from_link is not None else st.query_params.get(name)


def _linked() -> Mapping[str, str]:
    result: Mapping[str, str] = st.session_state.get(_LINKED, {})
    return result


def keep(**chosen: str | None) -> None:
    """Remember for the address what is chosen; None takes it out. Other parts stay."""
    kept = dict(st.session_state.get(_CHOSEN, {}))
    for name, value in chosen.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    st.session_state[_CHOSEN] = kept


def fragment() -> str:
    """What stands after `#`, in the order in which a person chooses."""
    kept = st.session_state.get(_CHOSEN, {})
    pairs = [(name, kept[name]) for name in WIDGETS if name in kept]
    return "&".join([PREFIX, urlencode(pairs)]) if pairs else PREFIX


def write() -> None:
    """Write what is chosen into the address; the last element of the page."""
    for name in WIDGETS:
        if name in st.query_params:
            # The choice itself is kept by its widget.
            del st.query_params[name]
    component("gaps_address")(
        key=_ADDRESS, data={"fragment": fragment()}, on_linked_change=_take_up
    )


def read(given: str) -> dict[str, str]:
    """The choices of a fragment; empty where it is none of ours."""
    head, _, rest = given.partition("&")
    if head != PREFIX or len(given) > MOST_CHARACTERS:
        return {}
    return {name: value for name, value in parse_qsl(rest) if name in WIDGETS}


def _take_up() -> None:
    """A link was followed: its choices take the place of those on the page."""
    given = st.session_state[_ADDRESS].get("linked")
    if not given:
        return
    choices = read(str(given))
    st.session_state[_LINKED] = choices
    for key in WIDGETS.values():
        st.session_state.pop(key, None)
    for key in [name for name in st.session_state if str(name).startswith("fold-")]:
        st.session_state[key] = str(key) == f"fold-{choices.get('tab')}"
