"""What an organizer looks at on the Gaps page, and the address that keeps it.

A kind or a need, an indicator, all or checked: choices about places, not what a person needs for
themselves; so they may stand in the address, and every view is a link. It stands after `#`, which
browsers send to no server. Links of before, with the choices after `?`, are still understood, and
rewritten. What comes from a link is taken only where the page offers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from assetmap import vocabulary
from assetmap.gaps import Ground
from assetmap.report import words
from assetmap.vocabulary import label
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.results import Choice
from assetmap.web.parts import component
from assetmap.web.state import State
from assetmap.words import say

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


ALL = "all"
LOOKS = ("kind", "need")
FIRST_NEED = "job"


def choose(state: State, language: str) -> Choice:
    """The pickers at the top. Access and need have one each: they are never one score."""
    ground = gaps_results.ground(state, False)
    # The kind stands alone at the top; the other choices are folded, one screen is enough.
    top = st.container()
    fold = st.expander(say("gaps_page.more", language), icon=":material/tune:")
    with fold:
        begin("look", LOOKS, "need" if linked("need") else LOOKS[0])
        look = st.segmented_control(
            say("gaps_page.look", language),
            LOOKS,
            format_func=lambda name: say(f"gaps_page.look_{name}", language),
            required=True,
            key="look",
        )
    kind = need = None
    with top:
        if look == "need":
            need = _select("need", list(vocabulary.terms("needs")), FIRST_NEED, "needs", language)
        else:
            kind = _select(
                "kind", _kinds(ground), gaps_results.first_kind(state), "kinds", language
            )
    with fold:
        indicator = _indicator(ground, language)
        if "checked" not in st.session_state:
            st.session_state["checked"] = linked("checked") == "yes"
        verified = st.toggle(say("gaps_page.verified", language), key="checked")
    keep(
        look=None,
        kind=kind,
        need=need,
        beside=indicator,
        checked="yes" if verified else None,
    )
    return Choice(kind, need, indicator, verified)


def _select(name: str, options: list[str], first: str, words_of: str, language: str) -> str:
    key = f"gap_{name}"
    begin(name, options, first if first in options else options[0], key)
    return st.selectbox(
        say(f"gaps_page.{name}", language),
        options,
        format_func=lambda option: label(words_of, option, language),
        key=key,
    )


def _kinds(ground: Ground) -> list[str]:
    """Kinds that may be a gap, those with a mark of the community first."""
    kinds = {kind: row["gap"] for kind, row in vocabulary.terms("kinds").items()}
    marked = [kind for kind in ground.settings.norms if kinds[kind] != "no"]
    return marked + [kind for kind, gap in kinds.items() if gap != "no" and kind not in marked]


def _indicator(ground: Ground, language: str) -> str | None:
    table = ground.indicators
    indicators = list(dict.fromkeys(table["indicator"])) if len(table) else []
    if not indicators:
        st.caption(say("report.no_indicator", language))
        return None
    options = [ALL, *indicators]
    begin("beside", options, ALL)
    chosen = st.selectbox(
        say("gaps_page.beside", language),
        options,
        format_func=lambda option: words.indicator_label(ground.notes, option, language),
        key="beside",
    )
    return None if chosen == ALL else chosen
