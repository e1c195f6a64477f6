"""What people need and what there is; whom to call, and where the next one would help."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap import vocabulary
from assetmap.gaps import Gaps, Ground, KindGaps
from assetmap.report import gifts, layers, next_steps, tables, words
from assetmap.report.content import equity_texts
from assetmap.vocabulary import label
from assetmap.web.frame import escaped
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.charts import pressed, show_layer, show_table
from assetmap.web.gaps.results import Choice
from assetmap.web.state import State
from assetmap.words import say


def show_needs(state: State, choice: Choice, language: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, choice.verified_only)
    need = ground.need(choice.indicator)
    st.header(say("report.needs", language), anchor=False)
    if need is None:
        st.info(say("gaps_page.no_indicators", language))
    else:
        title = words.indicator_label(ground.notes, need.indicator, language)
        st.subheader(say("gaps_page.need_map", language, indicator=escaped(title)), anchor=False)
        show_layer(state, ground, layers.need_layer(ground, need, language), "need-map", language)
        show_table(tables.need_table(ground, need, language))
        st.caption(say("gaps_page.rank_note", language))
        for source in need.sources:
            st.caption(say("gaps_page.need_source", language, source=escaped(source)))
    _show_said(state, gifts.ASKED, "report.asked_for", language)


def show_surveyed(state: State, language: str) -> None:
    """What the published survey says, strengths first, where no gap can be shown."""
    if len(state.community.releases):
        _show_said(state, gifts.GOOD, "report.good_here", language)
        show_gifts(state, language)
        _show_said(state, gifts.ASKED, "report.asked_for", language)


def show_have(state: State, choice: Choice, language: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, False)
    chosen = gaps_results.result(state, choice, language)
    st.header(say("report.have", language), anchor=False)
    for text in gaps_results.county(state, language).strengths:
        st.markdown(f"- {escaped(text)}")
    if choice.kind:
        st.markdown(f"**{escaped(chosen.strengths[0])}**")
    _show_said(state, gifts.GOOD, "report.good_here", language)
    result = tables.have_tables(ground.assets, language)
    for pair in (("groups", "support"), ("abcd", "populations")):
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                _bars(result[name], language)
    st.caption(say("gaps_page.bars_note", language))
    show_gifts(state, language)


def _bars(table: pd.DataFrame, language: str) -> None:
    what, number = table.columns
    st.subheader(escaped(what), anchor=False)
    most = int(table[number].max()) if len(table) else 0
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            what: st.column_config.TextColumn(width="medium"),
            number: st.column_config.ProgressColumn(
                format="%d", min_value=0, max_value=max(most, 1), color="primary"
            ),
        },
        alt=f"{what}: " + ", ".join(f"{name} {count}" for name, count in table.values),
        height="content",
    )


def _show_said(state: State, topic: str, title: str, language: str) -> None:
    """What people said to one of a published survey's questions, where it was asked."""
    wave, table = gifts.published(state.community, topic, language)
    if table is not None:
        st.subheader(say(title, language), anchor=False)
        _said(table, wave, language)


def show_gifts(state: State, language: str) -> None:
    """What people said they could give: the published numbers of the latest survey wave."""
    st.subheader(say("report.gifts", language), anchor=False)
    wave, table = gifts.published(state.community, gifts.GIFTS, language)
    if table is None:
        st.write(say("report.gifts_none", language))
        return
    _said(table, wave, language)


def _said(table: pd.DataFrame, wave: str, language: str) -> None:
    """A table whose lines break, so that it is read on a phone without scrolling sideways."""
    st.caption(say("report.gifts_note", language, wave=escaped(wave)))
    st.table(table.map(escaped).set_index(table.columns[0]))


def show(state: State, choice: Choice, language: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    st.header(say("report.next", language), anchor=False)
    kind = _kind(result, choice, language)
    if kind is not None:
        results = result.kinds[kind]
        # A container keeps its place whatever it holds: the map below is not made anew.
        with st.container():
            _calls(ground, results, language)
        if results.unit in ("choice", "supply"):
            with st.container():
                _sites(state, choice, ground, results, language)
            if ground.people.any() and results.listed == "yes":
                _what_if(state, choice, ground, results, language)
    show_gifts(state, language)
    _overlaps(ground, result, language)
    _equity(ground, result, language)
    _changes(ground, result, choice, language)


def _kind(result: Gaps, choice: Choice, language: str) -> str | None:
    """The kind itself; of a need, one of the kinds that answer it and can be a gap."""
    if choice.kind in result.kinds:
        return choice.kind
    answers = vocabulary.kinds_of_need(choice.need) if choice.need else ()
    kinds = [kind for kind in answers if kind in result.kinds]
    if not kinds or choice.kind:
        return None
    return st.selectbox(
        say("gaps_page.which", language),
        kinds,
        format_func=lambda option: label("kinds", option, language),
        key="gap_next_kind",
    )


def _calls(ground: Ground, kind_gaps: KindGaps, language: str) -> None:
    table = tables.call_table(ground, kind_gaps, language)
    if not len(table):
        st.subheader(say("report.calls_none", language), anchor=False)
        st.write(say("report.none_call", language))
        return
    title = "calls_one" if len(table) == 1 else "calls"
    st.subheader(say(f"report.{title}", language, count=len(table)), anchor=False)
    show_table(table)


def _sites(
    state: State, choice: Choice, ground: Ground, kind_gaps: KindGaps, language: str
) -> None:
    st.subheader(say("report.sites", language), anchor=False)
    proposal = gaps_results.proposal(state, choice, kind_gaps.kind)
    for text in next_steps.proposal_texts(ground, kind_gaps, proposal, language):
        st.markdown(f"- {escaped(text)}")


def _what_if(
    state: State, choice: Choice, ground: Ground, kind_gaps: KindGaps, language: str
) -> None:
    st.subheader(say("gaps_page.what_if", language), anchor=False)
    st.write(say("gaps_page.what_if_text", language))
    proposal = gaps_results.proposal(state, choice, kind_gaps.kind)
    best = proposal.sites[0][0] if proposal is not None and proposal.sites else None
    _what_if_map(state, ground, kind_gaps, best, language)


@st.fragment
def _what_if_map(
    state: State, ground: Ground, kind_gaps: KindGaps, best: str | None, language: str
) -> None:
    """The map, and who gains from one more at the area chosen on it; runs by itself."""
    names = dict(zip(ground.ids, ground.names, strict=True))
    # A list of its own for each kind: it begins at the area that helps most.
    key = f"gap_what_if_{kind_gaps.kind}"
    order = sorted(names, key=lambda option: names[option])
    # The map stands below the list: what was pressed on it is asked before the list is drawn.
    chosen = pressed("gap-what-if")
    if chosen in names:
        st.session_state[key] = chosen
    area = st.selectbox(
        say("gaps_page.area", language),
        order,
        index=order.index(best) if best in names else None,
        format_func=lambda option: names[option],
        key=key,
    )
    gain = next_steps.gain_of(ground, kind_gaps, area, language) if area else None
    if gain is None:
        blank = pd.Series(False, index=ground.ids).to_numpy(bool)
        title = say("gaps_page.what_if", language)
        layer = layers.gain_layer(ground, blank, blank, title, language)
    else:
        title = say("gaps_page.what_if_map", language, area=gain.at)
        layer = layers.gain_layer(ground, gain.gains, gain.more, title, language)
        st.markdown(f"**{escaped(next_steps.gain_text(ground, kind_gaps, gain, language))}**")
    show_layer(state, ground, layer, "gap-what-if", language)
    if gain is not None:
        if len(gain.areas):
            show_table(gain.areas)
        else:
            st.write(say("gaps_page.nobody_gains", language))


def _overlaps(ground: Ground, result: Gaps, language: str) -> None:
    st.subheader(say("report.overlaps", language), anchor=False)
    table = tables.overlap_table(ground, result, language)
    if not len(table):
        st.write(say("report.none_overlap", language))
        return
    show_table(table)
    st.caption(say("report.overlaps_note", language))


def _equity(ground: Ground, result: Gaps, language: str) -> None:
    st.subheader(say("report.even", language), anchor=False)
    for text in equity_texts(ground, result, language):
        st.markdown(f"- {escaped(text)}")
    table = tables.equity_table(result, language)
    if len(table):
        show_table(table)


def _changes(ground: Ground, result: Gaps, choice: Choice, language: str) -> None:
    st.subheader(say("gaps_page.changes", language), anchor=False)
    if not choice.verified_only:
        st.write(say("gaps_page.changes_off", language))
        return
    table = tables.change_table(ground, result, language)
    if len(table):
        show_table(table)
    else:
        st.write(say("gaps_page.changes_none", language))
