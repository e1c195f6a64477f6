"""The published survey tables of a community, question by question."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap.survey import codebook as codebooks
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say

COLUMNS = ("wave", "area", "answer", "count", "n_answering", "share", "low", "high")


def show_published(state: State, spoken: str) -> None:
    """A question to choose, and its numbers by area and wave."""
    st.header(say("survey_page.published", spoken), anchor=False)
    releases = state.community.releases
    if not len(releases):
        st.write(say("survey_page.published_none", spoken))
        return
    book = _codebook(state)
    question = st.selectbox(
        say("survey_page.question", spoken),
        list(dict.fromkeys(releases["question"])),
        format_func=lambda name: _label(book, name, None, spoken),
    )
    st.dataframe(table(releases, book, question, spoken), hide_index=True)


def table(
    releases: pd.DataFrame, book: codebooks.Codebook | None, question: str, spoken: str
) -> pd.DataFrame:
    """The published rows of one question, in words; hidden numbers stay "not shown"."""
    rows = releases[releases["question"] == question].copy()
    rows["answer"] = [_label(book, question, answer, spoken) for answer in rows["answer"]]
    rows["area"] = [
        say("survey_page.county", spoken) if area == "county" else area for area in rows["area"]
    ]
    rows = rows.rename(columns={"estimate": "share"})
    for name in ("share", "low", "high"):
        rows[name] = [_percent(text) for text in rows[name]]
    hidden = say("survey_page.not_shown", spoken)
    rows = rows[list(COLUMNS)].replace("not shown", hidden).fillna("")
    rows.columns = [say(f"survey_page.{name}", spoken) for name in COLUMNS]
    return rows


def _percent(text: str) -> str:
    try:
        return f"{float(text):.0%}"
    except ValueError:
        return text


def _codebook(state: State) -> codebooks.Codebook | None:
    path = state.community.codebook
    try:
        return codebooks.read(path.read_bytes(), path.name)
    except (OSError, ValueError) as error:
        st.warning(escaped(error))
        return None


def _label(book: codebooks.Codebook | None, question: str, answer: str | None, spoken: str) -> str:
    found = book.questions.get(question) if book is not None else None
    if found is None:
        return answer or question
    if answer is None:
        return found.label.get(spoken) or found.label.get("en") or question
    labels = found.answers.get(answer, {})
    return labels.get(spoken) or labels.get("en") or answer
