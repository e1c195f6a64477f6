"""The short list of decisions about an export: most doubtful first, each can be undone.

Every choice is a widget that holds its state, so that undoing is choosing otherwise. What is
decided is a recipe, to be downloaded and handed in with the next export.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from assetmap.survey import recipe as recipes
from assetmap.survey.inferring import Inferred
from assetmap.survey.recipe import ConsentRule, Recipe
from assetmap.web.markdown import escaped
from assetmap.words import say, spoken

NOBODY, EVERYONE = "", "*"


def decide(found: Inferred, today: date, language: str) -> Recipe:
    """Show what was understood, let a person correct it, and give the corrected recipe."""
    st.write(say("survey_page.decide", language))
    for ask in found.to_confirm:
        st.markdown(f"- {escaped(spoken(ask, language))}")
    recipe = _consent(found.recipe, today, language)
    labels = {item.question.id: item.question.label["en"] for item in recipe.items}
    drop = st.multiselect(
        say("survey_page.not_a_question", language),
        list(labels),
        format_func=lambda name: labels[name],
        key="survey-drop",
    )
    identifying = st.multiselect(
        say("survey_page.is_identifier", language),
        list(labels),
        format_func=lambda name: labels[name],
        key="survey-identifiers",
    )
    sensitive = st.multiselect(
        say("survey_page.is_sensitive", language),
        list(labels),
        [item.question.id for item in recipe.items if item.question.sensitive],
        format_func=lambda name: labels[name],
        key="survey-sensitive",
    )
    recipe = corrected(recipe, drop, identifying, sensitive)
    st.download_button(
        say("survey_page.recipe_download", language),
        recipes.to_toml(recipe),
        "recipe.toml",
        "application/toml",
        icon=":material/download:",
    )
    return recipe


def corrected(
    recipe: Recipe, drop: list[str], identifying: list[str], sensitive: list[str]
) -> Recipe:
    """The recipe without these questions, with these as identifiers, with these as sensitive."""
    items = tuple(
        replace(
            item,
            question=replace(
                item.question,
                identifier=item.question.id in identifying,
                sensitive=item.question.id in sensitive,
            ),
        )
        for item in recipe.items
        if item.question.id not in drop
    )
    gone = [c for item in recipe.items if item.question.id in drop for c in item.columns]
    return replace(recipe, items=items, ignored=(*recipe.ignored, *gone))


def _consent(recipe: Recipe, today: date, language: str) -> Recipe:
    """Which column says that people agreed, or who decided that everyone did."""
    rule = recipe.consent
    known = rule.column if rule is not None else NOBODY
    columns = [column for item in recipe.items for column in item.columns]
    options = list(dict.fromkeys([known, NOBODY, EVERYONE, *columns]))
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
        if not by.strip():
            return replace(recipe, consent=None)
        return replace(
            recipe,
            consent=ConsentRule(everyone=True, decided_by=by.strip(), decided_on=str(today)),
        )
    if chosen == NOBODY:
        return replace(recipe, consent=None)
    if rule is not None and chosen == known:
        yes = st.multiselect(
            say("survey_page.means_yes", language), rule.yes, rule.yes, key="survey-yes"
        )
        return replace(recipe, consent=replace(rule, yes=tuple(yes)))
    answers = next((list(i.question.answers) for i in recipe.items if chosen in i.columns), [])
    yes = st.multiselect(say("survey_page.means_yes", language), answers, key="survey-yes-of")
    return replace(recipe, consent=ConsentRule(chosen, tuple(yes)))
