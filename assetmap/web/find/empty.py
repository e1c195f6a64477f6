"""When nothing fits: which one wish to give up, and whom to call."""

from __future__ import annotations

import streamlit as st

from assetmap import vocabulary
from assetmap.search import Query, Relaxed, relax
from assetmap.search.reasons import length
from assetmap.web.frame import escaped
from assetmap.web.kept_answers import kept, searched
from assetmap.web.state import State
from assetmap.words import say

OFFERED = 3
# Nobody can give up how old they are, or their medicine.
FIXED = ("age", "medications")


def show(state: State, query: Query, language: str) -> None:
    """A few sentences that say what to change; nothing blames."""
    st.info(escaped(" ".join(sentences(state, query, language))), icon=":material/lightbulb:")


def sentences(state: State, query: Query, language: str) -> list[str]:
    """What there is none of, and what there would be without one wish."""
    return kept(state, "empty", (query, language), lambda: _sentences(state, query, language))


def _sentences(state: State, query: Query, language: str) -> list[str]:
    unit = str(state.community.config["unit"])
    if query.within_m is None:
        notes = [say("find.nothing", language)]
    else:
        far = length(query.within_m, unit, language).replace(".0 ", " ")
        notes = [say("find.nothing_within", language, distance=far)]
    asks_now = searched(state, query).counts["ask"]
    relaxed = [
        result
        for result in relax(state.catalog, query)
        # What would only have to be asked too helps where there is more of it than now.
        if result.field not in FIXED and (result.fits or result.asks > asks_now)
    ]
    notes += [_without(result, unit, language) for result in relaxed[:OFFERED]]
    contact = state.community.config["contact"].get("phone")
    if contact:
        notes.append(say("find.nothing_known", language, phone=contact))
    return notes


def _without(relaxed: Relaxed, unit: str, language: str) -> str:
    count = relaxed.fits or relaxed.asks
    many = "" if count == 1 else "_many"
    number = str(count) if relaxed.fits else f"{count} ({say('find.relax_to_ask', language)})"
    if relaxed.field == "within_m":
        far = length(relaxed.query.within_m or 0, unit, language).replace(".0 ", " ")
        return say(f"find.relax_wider{many}", language, distance=far, n=number)
    if relaxed.field in ("yes", "no"):
        field = "yes" if relaxed.field == "no" else relaxed.field
        what = vocabulary.terms("yes_no")[relaxed.value][f"{field}_{language}"]
    elif relaxed.field == "languages":
        what = vocabulary.label("languages", relaxed.value, language)
    else:
        what = say(f"find.relax.{relaxed.field}", language)
    return say(f"find.relax_without{many}", language, what=what, n=number)
