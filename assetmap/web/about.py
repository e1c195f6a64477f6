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
from assetmap.web.frame import escaped
from assetmap.web.language import language_of
from assetmap.web.state import State
from assetmap.words import say, spoken

MOST_PROBLEMS = 500


def show(state: State) -> None:
    """The page."""
    language, community = language_of(state), state.community
    st.title(say("about.title", language, name=escaped(community.name)))
    about = community.config["about"]
    if about:
        st.write(escaped(about.get(language) or about.get("en", "")))
    st.header(say("about.what", language), anchor=False)
    st.write(say("about.what_text", language))
    st.header(say("about.holds", language), anchor=False)
    st.markdown("\n".join(f"- {escaped(line)}" for line in what_it_is(community, language)))
    _sources(state, language)
    _contact(state, language)
    st.header(say("about.privacy", language), anchor=False)
    st.write(say("about.privacy_text", language))
    st.header(say("about.open_data", language), anchor=False)
    st.write(say("about.open_data_text", language))
    st.markdown("- [/api/assets.csv](api/assets.csv)\n- [/api/assets.geojson](api/assets.geojson)")
    _problems(state, language)
    if state.community.ledger.open:
        st.markdown(f"[{say('about.desk', language)}](desk?language={language})")


def _sources(state: State, language: str) -> None:
    st.header(say("about.sources", language), anchor=False)
    today = state.now().date()
    for source in state.community.sources:
        name, licence = escaped(source.name), escaped(source.licence)
        facts = [say("about.source_rows", language, rows=source.rows_read, assets=source.assets)]
        if source.rejected:
            facts.append(say("about.source_rejected", language, n=source.rejected))
        if source.date:
            days = (today - source.date).days
            when = day_in_words(source.date, language)
            facts.append(say("about.source_date", language, date=when, days=days))
        else:
            facts.append(say("about.source_no_date", language))
        if licence:
            facts.append(say("about.source_licence", language, licence=licence))
        st.markdown(f"**{name}** — " + " ".join(facts))
        if source.error:
            kept = say("about.source_stale", language) if source.stale else ""
            st.warning(f"{escaped(spoken(source.error, language))} {kept}")
    for key, why in waiting(state.community.path).items():
        st.warning(f"{escaped(key)}: {escaped(spoken(why, language))}")
    if state.community.corrections:
        st.subheader(say("about.corrections", language), anchor=False)
        st.dataframe(
            pd.DataFrame(
                {
                    say("about.correction_field", language): [
                        FIELDS[correction.field][f"label_{language}"]
                        if correction.field in FIELDS
                        else ""
                        for correction in state.community.corrections
                    ],
                    say("about.correction_date", language): [
                        correction.date for correction in state.community.corrections
                    ],
                    say("about.correction_by", language): [
                        _role(correction.role, language)
                        for correction in state.community.corrections
                    ],
                    say("about.correction_applied", language): [
                        say(
                            "about.applied" if correction.applied else "about.not_applied",
                            language,
                        )
                        for correction in state.community.corrections
                    ],
                }
            ),
            hide_index=True,
        )


def _role(role: str, language: str) -> str:
    """A role of corrections.csv, or of the ledger, in words."""
    if role in ROLES:
        return say(f"role.{role}", language)
    return label("role", role, language) if role else ""


def _contact(state: State, language: str) -> None:
    contact = state.community.config["contact"]
    st.header(say("about.correct", language), anchor=False)
    if not any(str(contact.get(name) or "").strip() for name in ("phone", "email", "url")):
        st.write(say("about.correct_nobody", language))
        return
    st.write(say("about.correct_text", language))
    for name in ("name", "phone", "email", "url"):
        value = escaped(contact.get(name) or "")
        number = re.sub(r"[^\d+]", "", str(contact.get(name) or "")) if name == "phone" else ""
        if value:
            st.write(f"[{value}](tel:{number})" if number else value)


def _problems(state: State, language: str) -> None:
    problems = state.community.problems
    counts = pd.Series([problem.severity for problem in problems], dtype=object).value_counts()
    st.header(say("about.problems", language), anchor=False)
    st.write(say("about.problems_text", language, n=len(problems)))
    if not problems:
        return
    parts = [f"{say(f'about.{name}', language)}: {count}" for name, count in counts.items()]
    st.write(" · ".join(parts))
    table = pd.DataFrame(problems[:MOST_PROBLEMS])[["source", "row", "severity", "message"]]
    table["message"] = [spoken(problem.message, language) for problem in problems[:MOST_PROBLEMS]]
    table["severity"] = table["severity"].map(lambda name: say(f"about.{name}", language))
    table["row"] = table["row"].astype("Int64")
    table.columns = [
        say(f"about.problem_{name}", language) for name in ("source", "row", "severity", "message")
    ]
    with st.expander(say("about.problems_list", language)):
        st.dataframe(table, hide_index=True)
        if len(problems) > MOST_PROBLEMS:
            st.write(say("about.problems_cut", language, n=MOST_PROBLEMS))
