"""The short list of decisions about an export: most doubtful first, each can be undone.

How people agreed and which columns say where, how old and which wave are choices that always
stand on the page. What is decided about a question goes on a list with a button beside each that
undoes it. All of it together is a recipe, to be kept for the next export. Which of people's own
words may be quoted is decided by two reviewers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from assetmap.survey import recipe as recipes
from assetmap.survey.answers import Answers, Quote, passed, quotes, review
from assetmap.survey.decisions import (
    EVERYONE,
    ROLES,
    Decision,
    decided,
    doubtful,
    only_codes,
    sentence,
)
from assetmap.survey.inferring import Inferred
from assetmap.survey.inferring.sheets import DOUBT
from assetmap.survey.questions import Question
from assetmap.survey.recipe import Item, SurveyRecipe
from assetmap.web.frame import escaped
from assetmap.words import say, spoken

NOBODY = ""
TYPES = ("one", "many", "scale", "number", "text")
MOST_NAMED = 30
MOST_QUOTES = 40
_LIST, _FILES = "survey-decisions", "survey-decisions-of"


def decide(
    infer: Callable[[frozenset[str]], Inferred], files: str, today: date, language: str
) -> SurveyRecipe:
    """Show what was understood, let a person correct it, and give the corrected recipe.

    `infer` reads the files once more when a column is a question after all; `files` tells one
    upload from another, for a decision about one form means nothing for the next.
    """
    if st.session_state.get(_FILES) != files:
        st.session_state[_FILES], st.session_state[_LIST] = files, []
    first = infer(frozenset())
    st.write(say("survey_page.decide", language))
    for ask in first.to_confirm:
        st.markdown(f"- {escaped(spoken(ask, language))}")
    consent = _consent(first.recipe, today, language)
    with st.expander(say("survey_page.columns", language)):
        roles = _roles(first.recipe, language)
        left_out = list(dict.fromkeys([*first.recipe.ignored, *first.recipe.identifiers]))
        asked = st.multiselect(say("survey_page.asks_too", language), left_out, key="survey-asked")
    result = infer(frozenset(asked)) if asked else first
    taken: list[Decision] = st.session_state[_LIST]
    columns = [consent, *roles]
    recipe = decided(result.recipe, [*columns, *taken])
    _question(recipe, language)
    _undo(taken, result, language)
    st.download_button(
        say("survey_page.recipe_download", language),
        recipes.to_toml(recipe),
        "recipe.toml",
        "application/toml",
        icon=":material/download:",
    )
    st.caption(say("survey_page.recipe_where", language))
    return recipe


def _consent(recipe: SurveyRecipe, today: date, language: str) -> Decision:
    """Which column says that people agreed, or who decided that everyone did."""
    rule = recipe.consent
    known = rule.column if rule is not None else NOBODY
    columns = [column for item in recipe.items for column in item.columns if not item.options]
    options = list(dict.fromkeys([known, NOBODY, EVERYONE, *columns, *recipe.ignored]))
    names = {
        NOBODY: say("survey_page.consent_nobody", language),
        EVERYONE: say("survey_page.consent_everyone", language),
    }
    chosen = st.selectbox(
        say("survey_page.consent", language),
        options,
        format_func=lambda option: names.get(option, option),
        key="survey-consent",
    )
    if chosen == EVERYONE:
        by = st.text_input(say("survey_page.decided_by", language), key="survey-decided-by")
        return Decision("consent", EVERYONE, by.strip(), today.isoformat())
    if chosen == NOBODY:
        return Decision("consent", NOBODY)
    answers: list[str] = []
    yes: list[str] = []
    if rule is not None and chosen == known:
        answers = yes = list(rule.yes)
    else:
        item = next((i for i in recipe.items if chosen in i.columns), None)
        if item is not None:
            answers = [labels["en"] for labels in item.question.answers.values()]
    if answers:
        yes = st.multiselect(
            say("survey_page.means_yes", language), answers, yes, key=f"survey-yes-{chosen}"
        )
    return Decision("consent", chosen, values=tuple(yes))


def _roles(recipe: SurveyRecipe, language: str) -> list[Decision]:
    """Which columns say where people live, how old they are, what they weigh, which wave."""
    columns = [column for item in recipe.items for column in item.columns if not item.options]
    result = []
    for role in ROLES:
        known = recipe.roles.get(role, NOBODY)
        options = list(dict.fromkeys([known, NOBODY, *columns, *recipe.ignored]))
        chosen = st.selectbox(
            say(f"survey_page.{role}_column", language),
            options,
            format_func=lambda o: o or say("survey_page.none_column", language),
            key=f"survey-role-{role}",
        )
        if chosen != known:
            result.append(Decision("role", chosen, role))
    return result


def _question(recipe: SurveyRecipe, language: str) -> None:
    """One question's reading, to be corrected: what it is, what it is joined to, its answers."""
    order = doubtful(recipe)
    if not order:
        return
    unsure = bool(order[0].sure < DOUBT or only_codes(order[0]))
    with st.expander(say("survey_page.change_question", language), expanded=unsure):
        by_id = {item.question.id: item for item in order}
        name = st.selectbox(
            say("survey_page.question", language),
            list(by_id),
            format_func=lambda option: say(
                "survey_page.sure",
                language,
                label=by_id[option].question.label["en"],
                sure=f"{by_id[option].sure:.0%}",
            ),
            key="survey-question",
        )
        item = by_id[name]
        if item.why:
            st.caption(escaped(spoken(item.why, language)))
        with st.form(f"survey-form-{name}", border=False):
            chosen = _form(item, by_id, language)
            if st.form_submit_button(say("survey_page.decide_it", language)):
                st.session_state[_LIST] = [*st.session_state[_LIST], *chosen]
                st.rerun()


def _form(item: Item, others: dict[str, Item], language: str) -> list[Decision]:
    """The fields of one question, and the decisions that differ from how it is read now."""
    question, name = item.question, item.question.id
    kinds = [question.type, *(kind for kind in TYPES if kind != question.type)]
    kind = st.selectbox(
        say("survey_page.what_is_it", language),
        [*kinds, "identifier", "drop"],
        format_func=lambda option: _kind(option, question, language),
        key=f"survey-kind-{name}",
    )
    same = st.selectbox(
        say("survey_page.same_as", language),
        [NOBODY, *(other for other in others if other != name)],
        format_func=lambda option: (
            others[option].question.label["en"]
            if option
            else say("survey_page.same_as_none", language)
        ),
        key=f"survey-same-{name}",
    )
    sensitive = st.checkbox(
        say("survey_page.sensitive_yes", language),
        question.sensitive,
        key=f"survey-sensitive-{name}",
    )
    named = {
        answer: st.text_input(escaped(labels["en"]), labels["en"], key=f"survey-{name}-{answer}")
        for answer, labels in list(question.answers.items())[:MOST_NAMED]
    }
    decisions = []
    if kind in ("identifier", "drop"):
        decisions.append(Decision(kind, name, "yes" if kind == "identifier" else ""))
    elif kind != question.type:
        decisions.append(Decision("type", name, kind))
    if same:
        decisions.append(Decision("merge", name, same))
    if sensitive != question.sensitive:
        decisions.append(Decision("sensitive", name, "yes" if sensitive else "no"))
    for answer, label in named.items():
        if label.strip() and label.strip() != question.answers[answer]["en"]:
            decisions.append(Decision("name", name, label.strip(), answer))
    return decisions


def _kind(kind: str, question: Question, language: str) -> str:
    if kind in ("identifier", "drop"):
        return say(f"survey_page.kind_{kind}", language)
    spelled = say(f"survey.type_{kind}", language)
    return say("survey_page.as_read", language, type=spelled) if kind == question.type else spelled


def _undo(taken: Sequence[Decision], inferred: Inferred, language: str) -> None:
    """What was decided, each with the button that takes it back."""
    st.markdown(f"**{say('survey_page.decided', language)}**")
    if not taken:
        st.caption(say("survey_page.nothing_decided", language))
    for number, decision in enumerate(taken):
        column, button = st.columns([4, 1], vertical_alignment="center")
        column.markdown(escaped(spoken(sentence(decision, inferred), language)))
        if button.button(say("survey_page.undo", language), key=f"survey-undo-{number}"):
            st.session_state[_LIST] = [item for n, item in enumerate(taken) if n != number]
            st.rerun()


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
    for number, quote in enumerate(result[:MOST_QUOTES]):
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
