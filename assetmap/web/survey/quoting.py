"""People's own words on the page: for the assessor, and quoted only when two reviewers agree."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from assetmap.survey.answers import Answers, Quote, passed, quotes, review
from assetmap.web.frame import escaped
from assetmap.words import say, spoken

MOST_SHOWN = 40


def show_words(answers: Answers, language: str) -> None:
    """All texts for the assessor's eyes, and the review of those that may be quoted."""
    texts = review(answers)
    if not len(texts):
        return
    with st.expander(say("survey_page.review", language)):
        st.write(say("survey_page.review_text", language))
        texts.columns = [say(f"survey_page.{name}", language) for name in ("question", "answer")]
        st.dataframe(texts, hide_index=True)
        st.write(say("survey_page.review_quotes", language))
        result = quotes(answers)
        if not result:
            st.caption(say("survey_page.review_none", language))
            return
        _review(result, language)


def _review(result: list[Quote], language: str) -> None:
    st.caption(say("survey_page.reviewers", language))
    roles = [
        st.text_input(say("survey_page.reviewer", language, n=n), key=f"survey-reviewer-{n}")
        for n in (1, 2)
    ]
    if not all(role.strip() for role in roles):
        return
    verdicts = {}
    for number, quote in enumerate(result[:MOST_SHOWN]):
        st.markdown(f"> {escaped(quote.words)}")
        verdicts[number] = frozenset(
            role
            for n, role in enumerate(roles)
            if st.checkbox(
                say("survey_page.quote_pass", language, role=escaped(role)),
                key=f"survey-quote-{number}-{n}",
            )
        )
    try:
        chosen = passed(result, roles, verdicts)
    except ValueError as error:
        st.error(escaped(spoken(error, language)))
        return
    st.download_button(
        say("survey_page.quotes_download", language),
        pd.DataFrame(chosen, columns=["question", "quote"]).to_csv(index=False).encode("utf-8-sig"),
        "survey-quotes.csv",
        "text/csv",
        disabled=not chosen,
    )
