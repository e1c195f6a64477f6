"""What an organizer looks at on the Gaps page: a kind or a need, an indicator, all or checked.

These are choices about places, not what a person needs for themselves; so they may stand in the
address, and every view is a link.
"""

from __future__ import annotations

import streamlit as st

from assetmap import vocabulary
from assetmap.gaps import Ground
from assetmap.report import words
from assetmap.vocabulary import label
from assetmap.web.gaps import links as gaps_links
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.results import Choice
from assetmap.web.state import State
from assetmap.words import say

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
        gaps_links.begin("look", LOOKS, "need" if gaps_links.linked("need") else LOOKS[0])
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
            st.session_state["checked"] = gaps_links.linked("checked") == "yes"
        verified = st.toggle(say("gaps_page.verified", language), key="checked")
    gaps_links.keep(
        look=None,
        kind=kind,
        need=need,
        beside=indicator,
        checked="yes" if verified else None,
    )
    return Choice(kind, need, indicator, verified)


def _select(name: str, options: list[str], first: str, words_of: str, language: str) -> str:
    key = f"gap_{name}"
    gaps_links.begin(name, options, first if first in options else options[0], key)
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
        st.caption(say("gaps_page.no_indicators", language))
        return None
    options = [ALL, *indicators]
    gaps_links.begin("beside", options, ALL)
    chosen = st.selectbox(
        say("gaps_page.beside", language),
        options,
        format_func=lambda option: words.indicator_label(ground.notes, option, language),
        key="beside",
    )
    return None if chosen == ALL else chosen
