"""About and data: where everything comes from, how old it is, how to correct it, privacy."""

from __future__ import annotations

import re

import pandas as pd
import streamlit as st

from assetmap.community.imports import waiting
from assetmap.community.summary import what_it_is
from assetmap.fields import FIELDS
from assetmap.ledger import ROLES
from assetmap.vocabulary import label
from assetmap.web.card_texts import day_in_words
from assetmap.web.markdown import escaped
from assetmap.web.settings import language
from assetmap.web.state import State
from assetmap.words import say

MOST_PROBLEMS = 500


def show(state: State) -> None:
    """The page."""
    spoken, community = language(state), state.community
    st.title(say("about.title", spoken, name=escaped(community.name)))
    about = community.config["about"]
    if about:
        st.write(escaped(about.get(spoken) or about.get("en", "")))
    st.header(say("about.what", spoken), anchor=False)
    st.write(say("about.what_text", spoken))
    st.header(say("about.holds", spoken), anchor=False)
    st.markdown("\n".join(f"- {escaped(line)}" for line in what_it_is(community, spoken)))
    _sources(state, spoken)
    _contact(state, spoken)
    st.header(say("about.privacy", spoken), anchor=False)
    st.write(say("about.privacy_text", spoken))
    st.header(say("about.open_data", spoken), anchor=False)
    st.write(say("about.open_data_text", spoken))
    st.markdown("- [/api/assets.csv](api/assets.csv)\n- [/api/assets.geojson](api/assets.geojson)")
    _problems(state, spoken)
    if state.community.said.open:
        st.markdown(f"[{say('about.desk', spoken)}](desk?language={spoken})")


def _sources(state: State, spoken: str) -> None:
    st.header(say("about.sources", spoken), anchor=False)
    today = state.now().date()
    for source in state.community.sources:
        name, licence = escaped(source.name), escaped(source.licence)
        facts = [say("about.source_rows", spoken, rows=source.rows_read, assets=source.assets)]
        if source.rejected:
            facts.append(say("about.source_rejected", spoken, n=source.rejected))
        if source.date:
            days = (today - source.date).days
            when = day_in_words(source.date, spoken)
            facts.append(say("about.source_date", spoken, date=when, days=days))
        else:
            facts.append(say("about.source_no_date", spoken))
        if licence:
            facts.append(say("about.source_licence", spoken, licence=licence))
        st.markdown(f"**{name}** — " + " ".join(facts))
        if source.error:
            kept = say("about.source_stale", spoken) if source.stale else ""
            st.warning(f"{escaped(source.error)} {kept}")
    for key, why in waiting(state.community.path).items():
        st.warning(f"{escaped(key)}: {escaped(why)}")
    if state.community.corrections:
        st.subheader(say("about.corrections", spoken), anchor=False)
        st.dataframe(
            pd.DataFrame(
                {
                    say("about.correction_field", spoken): [
                        FIELDS[one.field][f"label_{spoken}"] if one.field in FIELDS else ""
                        for one in state.community.corrections
                    ],
                    say("about.correction_date", spoken): [
                        one.date for one in state.community.corrections
                    ],
                    say("about.correction_by", spoken): [
                        _role(one.role, spoken) for one in state.community.corrections
                    ],
                    say("about.correction_applied", spoken): [
                        say("about.applied" if one.applied else "about.not_applied", spoken)
                        for one in state.community.corrections
                    ],
                }
            ),
            hide_index=True,
        )


def _role(role: str, spoken: str) -> str:
    """A role of corrections.csv, or of the ledger, in words."""
    if role in ROLES:
        return say(f"role.{role}", spoken)
    return label("role", role, spoken) if role else ""


def _contact(state: State, spoken: str) -> None:
    contact = state.community.config["contact"]
    st.header(say("about.correct", spoken), anchor=False)
    if not any(str(contact.get(name) or "").strip() for name in ("phone", "email", "url")):
        st.write(say("about.correct_nobody", spoken))
        return
    st.write(say("about.correct_text", spoken))
    for name in ("name", "phone", "email", "url"):
        told = escaped(contact.get(name) or "")
        number = re.sub(r"[^\d+]", "", str(contact.get(name) or "")) if name == "phone" else ""
        if told:
            st.write(f"[{told}](tel:{number})" if number else told)


def _problems(state: State, spoken: str) -> None:
    problems = state.community.problems
    counts = pd.Series([problem.severity for problem in problems], dtype=object).value_counts()
    st.header(say("about.problems", spoken), anchor=False)
    st.write(say("about.problems_text", spoken, n=len(problems)))
    if not problems:
        return
    parts = [f"{say(f'about.{name}', spoken)}: {count}" for name, count in counts.items()]
    st.write(" · ".join(parts))
    table = pd.DataFrame(problems[:MOST_PROBLEMS])[["source", "row", "severity", "message"]]
    table["severity"] = table["severity"].map(lambda name: say(f"about.{name}", spoken))
    table["row"] = table["row"].astype("Int64")
    table.columns = [
        say(f"about.problem_{name}", spoken) for name in ("source", "row", "severity", "message")
    ]
    with st.expander(say("about.problems_list", spoken)):
        st.dataframe(table, hide_index=True)
        if len(problems) > MOST_PROBLEMS:
            st.write(say("about.problems_cut", spoken, n=MOST_PROBLEMS))
