"""When: the week of a kind, and what its places say yes, no or nothing to."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap import vocabulary
from assetmap.gaps import Gaps, Ground
from assetmap.gaps.answers import ATTRIBUTES
from assetmap.report import shades, tables, words
from assetmap.vocabulary import label
from assetmap.web.frame import escaped
from assetmap.web.gaps import charts as gaps_charts
from assetmap.web.gaps import links as gaps_links
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.charts import show_table
from assetmap.web.gaps.links import ALL, Choice
from assetmap.web.state import State
from assetmap.words import say


def show(state: State, choice: Choice, language: str) -> None:
    """The tab."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    st.header(say("report.time", language), anchor=False)
    kind = _kind(result, choice, language)
    if kind is None:
        st.write(say("gaps_page.nothing_of_time", language))
        return
    st.subheader(say("gaps_page.week", language), anchor=False)
    _week(ground, result, kind, language)
    results = tables.attribute_table(
        result.attributes, kind, gaps_results.who(ground, language), language
    )
    if len(results):
        st.subheader(say("report.attributes", language), anchor=False)
        gaps_charts.answers(results, language)
        show_table(results)


def _kind(result: Gaps, choice: Choice, language: str) -> str | None:
    """The kind itself; of a need, one of the kinds that answer it."""
    if choice.kind or not choice.need:
        return choice.kind
    kinds = [kind for kind in vocabulary.kinds_of_need(choice.need) if kind in result.kinds]
    if len(kinds) < 2:
        return kinds[0] if kinds else None
    return st.selectbox(
        say("gaps_page.which", language),
        kinds,
        format_func=lambda option: label("kinds", option, language),
        key="gap_week_kind",
    )


def _week(ground: Ground, result: Gaps, kind: str, language: str) -> None:
    name = words.topic_label(kind, None, language)
    only = _only(language)
    slots = gaps_results.week(ground, kind, result, only)
    if only:
        name = f"{name} ({say(f'gaps.{only}', language)})"
    people = tables.week_table(slots, kind, language)
    if not people.to_numpy().any():
        st.write(say("gaps_page.week_none", language, kind=escaped(name)))
        return
    assets = tables.week_assets(slots, kind, language)
    text = say(
        "gaps_page.week_text", language, kind=escaped(name), who=gaps_results.who(ground, language)
    )
    st.caption(text)
    total = float(ground.people.sum())
    cells = people.map("{:,}".format) + assets.map(" ({:,})".format)
    cells = cells.mask(assets == 0, "0")
    shade = people.map(lambda value: _shade(value, total))
    styled = cells.style.apply(lambda _: shade, axis=None)
    with st.container(key="gap-week"):
        st.table(styled, alt=_spoken_week(people, text, language))


def _only(language: str) -> str | None:
    """An attribute that those counted must surely have; None for all of them."""
    options = [ALL, *ATTRIBUTES]
    gaps_links.begin("only", options, ALL, "gap_only")
    chosen = st.selectbox(
        say("gaps_page.only", language),
        options,
        format_func=lambda option: (
            say("gaps_page.only_all", language)
            if option == ALL
            else say(f"gaps.{option}", language)
        ),
        key="gap_only",
    )
    gaps_links.keep(only=None if chosen == ALL else chosen)
    return None if chosen == ALL else chosen


def _shade(value: float, most: float) -> str:
    ground, ink = shades.heat(value, most)
    return f"background-color: {ground}; color: {ink}"


def _spoken_week(people: pd.DataFrame, text: str, language: str) -> str:
    flat = people.stack()
    slots_said = [
        say("gaps_page.week_slot", language, day=day, part=part.lower(), people=f"{count:,}")
        for (day, part), count in (
            (flat.idxmax(), flat.max()),
            (flat.idxmin(), flat.min()),
        )
    ]
    return f"{text} {say('gaps_page.week_alt', language, most=slots_said[0], least=slots_said[1])}"
