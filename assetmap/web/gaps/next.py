"""Next steps: whom to call, where the next one would help, who would gain, what to leave alone."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap import vocabulary
from assetmap.gaps import Gaps, Ground, KindGaps
from assetmap.report import layers, next_steps, tables
from assetmap.report.content import equity_texts
from assetmap.vocabulary import label
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.choice import Choice
from assetmap.web.gaps.have import show_gifts
from assetmap.web.gaps.maps import pressed, show_layer
from assetmap.web.gaps.tables import show_table
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say


def show(state: State, choice: Choice, spoken: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, spoken)
    st.header(say("report.next", spoken), anchor=False)
    kind = _kind(result, choice, spoken)
    if kind is not None:
        found = result.kinds[kind]
        # A container keeps its place whatever it holds: the map below is not made anew.
        with st.container():
            _calls(ground, found, spoken)
        if found.unit in ("choice", "supply"):
            with st.container():
                _sites(state, choice, ground, found, spoken)
            if ground.people.any() and found.listed == "yes":
                _what_if(state, choice, ground, found, spoken)
    show_gifts(state, spoken)
    _overlaps(ground, result, spoken)
    _equity(ground, result, spoken)
    _changes(ground, result, choice, spoken)


def _kind(result: Gaps, choice: Choice, spoken: str) -> str | None:
    """The kind itself; of a need, one of the kinds that answer it and can be a gap."""
    if choice.kind in result.kinds:
        return choice.kind
    answers = vocabulary.kinds_of_need(choice.need) if choice.need else ()
    kinds = [kind for kind in answers if kind in result.kinds]
    if not kinds or choice.kind:
        return None
    return st.selectbox(
        say("gaps_page.which", spoken),
        kinds,
        format_func=lambda one: label("kinds", one, spoken),
        key="gap_next_kind",
    )


def _calls(ground: Ground, found: KindGaps, spoken: str) -> None:
    table = tables.call_table(ground, found, spoken)
    if not len(table):
        st.subheader(say("report.calls_none", spoken), anchor=False)
        st.write(say("report.none_call", spoken))
        return
    title = "calls_one" if len(table) == 1 else "calls"
    st.subheader(say(f"report.{title}", spoken, count=len(table)), anchor=False)
    show_table(table)


def _sites(state: State, choice: Choice, ground: Ground, found: KindGaps, spoken: str) -> None:
    st.subheader(say("report.sites", spoken), anchor=False)
    made = gaps_results.proposal(state, choice, found.kind)
    for text in next_steps.proposal_texts(ground, found, made, spoken):
        st.markdown(f"- {escaped(text)}")


def _what_if(state: State, choice: Choice, ground: Ground, found: KindGaps, spoken: str) -> None:
    st.subheader(say("gaps_page.what_if", spoken), anchor=False)
    st.write(say("gaps_page.what_if_text", spoken))
    made = gaps_results.proposal(state, choice, found.kind)
    best = made.sites[0][0] if made is not None and made.sites else None
    _what_if_map(state, ground, found, best, spoken)


@st.fragment
def _what_if_map(
    state: State, ground: Ground, found: KindGaps, best: str | None, spoken: str
) -> None:
    """The map, and who gains from one more at the area chosen on it; runs by itself."""
    names = dict(zip(ground.ids, ground.names, strict=True))
    # A list of its own for each kind: it begins at the area that helps most.
    key = f"gap_what_if_{found.kind}"
    order = sorted(names, key=lambda one: names[one])
    # The map stands below the list: what was pressed on it is asked before the list is drawn.
    chosen = pressed("gap-what-if")
    if chosen in names:
        st.session_state[key] = chosen
    area = st.selectbox(
        say("gaps_page.area", spoken),
        order,
        index=order.index(best) if best in names else None,
        format_func=lambda one: names[one],
        key=key,
    )
    gain = next_steps.gain_of(ground, found, area, spoken) if area else None
    if gain is None:
        blank = pd.Series(False, index=ground.ids).to_numpy(bool)
        title = say("gaps_page.what_if", spoken)
        layer = layers.gain_layer(ground, blank, blank, title, spoken)
    else:
        title = say("gaps_page.what_if_map", spoken, area=gain.at)
        layer = layers.gain_layer(ground, gain.gains, gain.more, title, spoken)
        st.markdown(f"**{escaped(next_steps.gain_text(ground, found, gain, spoken))}**")
    show_layer(state, ground, layer, "gap-what-if", spoken)
    if gain is not None:
        if len(gain.areas):
            show_table(gain.areas)
        else:
            st.write(say("gaps_page.nobody_gains", spoken))


def _overlaps(ground: Ground, result: Gaps, spoken: str) -> None:
    st.subheader(say("report.overlaps", spoken), anchor=False)
    table = tables.overlap_table(ground, result, spoken)
    if not len(table):
        st.write(say("report.none_overlap", spoken))
        return
    show_table(table)
    st.caption(say("report.overlaps_note", spoken))


def _equity(ground: Ground, result: Gaps, spoken: str) -> None:
    st.subheader(say("report.even", spoken), anchor=False)
    for text in equity_texts(ground, result, spoken):
        st.markdown(f"- {escaped(text)}")
    table = tables.equity_table(result, spoken)
    if len(table):
        show_table(table)


def _changes(ground: Ground, result: Gaps, choice: Choice, spoken: str) -> None:
    st.subheader(say("gaps_page.changes", spoken), anchor=False)
    if not choice.verified_only:
        st.write(say("gaps_page.changes_off", spoken))
        return
    table = tables.change_table(ground, result, spoken)
    if len(table):
        show_table(table)
    else:
        st.write(say("gaps_page.changes_none", spoken))
