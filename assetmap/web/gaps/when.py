"""When: the week of a kind, and what its places say yes, no or nothing to."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap import vocabulary
from assetmap.gaps import Gaps, Ground
from assetmap.gaps.answers import ATTRIBUTES
from assetmap.report import shades, tables, words
from assetmap.vocabulary import label
from assetmap.web.gaps import charts as gaps_charts
from assetmap.web.gaps import links as gaps_links
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.choice import ALL, Choice
from assetmap.web.gaps.tables import show_table
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say


def show(state: State, choice: Choice, spoken: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, spoken)
    st.header(say("report.time", spoken), anchor=False)
    kind = _kind(result, choice, spoken)
    if kind is None:
        st.write(say("gaps_page.nothing_of_time", spoken))
        return
    st.subheader(say("gaps_page.week", spoken), anchor=False)
    _week(ground, result, kind, spoken)
    found = tables.attribute_table(
        result.attributes, kind, gaps_results.who(ground, spoken), spoken
    )
    if len(found):
        st.subheader(say("report.attributes", spoken), anchor=False)
        gaps_charts.answers(found, spoken)
        show_table(found)


def _kind(result: Gaps, choice: Choice, spoken: str) -> str | None:
    """The kind itself; of a need, one of the kinds that answer it."""
    if choice.kind or not choice.need:
        return choice.kind
    kinds = [kind for kind in vocabulary.kinds_of_need(choice.need) if kind in result.kinds]
    if len(kinds) < 2:
        return kinds[0] if kinds else None
    return st.selectbox(
        say("gaps_page.which", spoken),
        kinds,
        format_func=lambda one: label("kinds", one, spoken),
        key="gap_week_kind",
    )


def _week(ground: Ground, result: Gaps, kind: str, spoken: str) -> None:
    name = words.topic_label(kind, None, spoken)
    only = _only(spoken)
    slots = gaps_results.week(ground, kind, result, only)
    if only:
        name = f"{name} ({say(f'gaps.{only}', spoken)})"
    people = tables.week_table(slots, kind, spoken)
    if not people.to_numpy().any():
        st.write(say("gaps_page.week_none", spoken, kind=escaped(name)))
        return
    assets = tables.week_assets(slots, kind, spoken)
    text = say(
        "gaps_page.week_text", spoken, kind=escaped(name), who=gaps_results.who(ground, spoken)
    )
    st.caption(text)
    total = float(ground.people.sum())
    cells = people.map("{:,}".format) + assets.map(" ({:,})".format)
    cells = cells.mask(assets == 0, "0")
    shade = people.map(lambda value: _shade(value, total))
    styled = cells.style.apply(lambda _: shade, axis=None)
    with st.container(key="gap-week"):
        st.table(styled, alt=_spoken_week(people, text, spoken))


def _only(spoken: str) -> str | None:
    """An attribute that those counted must surely have; None for all of them."""
    options = [ALL, *ATTRIBUTES]
    gaps_links.begin("only", options, ALL, "gap_only")
    chosen = st.selectbox(
        say("gaps_page.only", spoken),
        options,
        format_func=lambda one: (
            say("gaps_page.only_all", spoken) if one == ALL else say(f"gaps.{one}", spoken)
        ),
        key="gap_only",
    )
    gaps_links.keep(only=None if chosen == ALL else chosen)
    return None if chosen == ALL else chosen


def _shade(value: float, most: float) -> str:
    ground, ink = shades.heat(value, most)
    return f"background-color: {ground}; color: {ink}"


def _spoken_week(people: pd.DataFrame, text: str, spoken: str) -> str:
    flat = people.stack()
    said = [
        say("gaps_page.week_slot", spoken, day=day, part=part.lower(), people=f"{count:,}")
        for (day, part), count in (
            (flat.idxmax(), flat.max()),
            (flat.idxmin(), flat.min()),
        )
    ]
    return f"{text} {say('gaps_page.week_alt', spoken, most=said[0], least=said[1])}"
