"""The published survey tables of a community, question by question."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap.survey import codebook as codebooks
from assetmap.survey import estimates
from assetmap.survey.counts import WHOLE
from assetmap.web.markdown import escaped
from assetmap.web.state import State
from assetmap.words import say

COLUMNS = ("area", "answer", "share", "count", "n_answering", "n_asked", "low", "high", "wave")


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
    for line in changes(releases, book, question, spoken):
        st.markdown(f"- {escaped(line)}")
    sure = certainty(releases, book, question, spoken)
    if len(sure):
        with st.expander(say("survey_page.how_sure", spoken)):
            st.write(say("survey_page.how_sure_text", spoken))
            st.dataframe(sure, hide_index=True)


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
    rows = rows.reindex(columns=list(COLUMNS)).replace("not shown", hidden).fillna("")
    rows.columns = [say(f"survey_page.{name}", spoken) for name in COLUMNS]
    return rows


def named(released: pd.DataFrame, book: codebooks.Codebook | None, language: str) -> pd.DataFrame:
    """A whole released table in words, question by question, shares as percent."""
    parts = []
    for question in dict.fromkeys(released["question"]):
        part = table(released, book, question, language)
        part.insert(
            0, say("survey_page.question", language), _label(book, question, None, language)
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def changes(
    releases: pd.DataFrame, book: codebooks.Codebook | None, question: str, language: str
) -> list[str]:
    """A sentence an answer: the county's last two waves compared; whether it may be chance."""
    rows = releases[(releases["question"] == question) & (releases["area"] == WHOLE)]
    waves = list(dict.fromkeys(rows["wave"]))[-2:]
    if len(waves) < 2:
        return []
    found = []
    numbers: dict[tuple[str, str], tuple[int, int]] = {
        (row["wave"], row["answer"]): (int(row["count"]), int(row["n_answering"]))
        for row in rows.to_dict("records")
        if str(row["count"]).isdigit() and str(row["n_answering"]).isdigit()
    }
    for answer in dict.fromkeys(rows["answer"]):
        before, after = numbers.get((waves[0], answer)), numbers.get((waves[1], answer))
        if before is None or after is None:
            continue
        change = estimates.change(before, after)
        sentence = "change_noise" if change.within_noise else "change_real"
        found.append(
            say(
                f"survey_page.{sentence}",
                language,
                answer=_label(book, question, answer, language),
                before=f"{before[0] / before[1]:.0%}",
                after=f"{after[0] / after[1]:.0%}",
            )
        )
    return found


def certainty(
    releases: pd.DataFrame, book: codebooks.Codebook | None, question: str, language: str
) -> pd.DataFrame:
    """The areas' calmed shares, the range of their ranks, and which shares are unsure."""
    inside = releases[releases["question"] == question]
    made = estimates.of_table(inside) if len(inside) else pd.DataFrame()
    if not len(made):
        return made
    made = made[made["shade"].notna()]
    places = [
        f"{low}–{high}" if low != high else str(low)
        for low, high in zip(made["rank_low"], made["rank_high"], strict=True)
    ]
    columns = {
        "wave": made["wave"],
        "area": made["area"],
        "answer": [_label(book, question, answer, language) for answer in made["answer"]],
        "calmed": [f"{share:.0%}" for share in made["shade"]],
        "place": places,
        "note": [say("survey.unsteady", language) if u else "" for u in made["unsteady"]],
    }
    return pd.DataFrame(
        {say(f"survey_page.{name}", language): list(column) for name, column in columns.items()}
    )


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
