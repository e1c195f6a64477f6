"""Survey: drop in an export, see what was read, and take away tables that point at nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assetmap.community.folder import clock
from assetmap.community.releases import ever_published
from assetmap.files.source import Source
from assetmap.survey import codebook as codebooks
from assetmap.survey import question_set
from assetmap.survey import read as reading
from assetmap.survey import recipe as recipes
from assetmap.survey import release as releasing
from assetmap.survey.questions import Codebook
from assetmap.web.markdown import escaped
from assetmap.web.settings import language
from assetmap.web.state import State
from assetmap.web.survey.deciding import decide
from assetmap.web.survey.published import named, show_published
from assetmap.words import say
from assetmap.words import spoken as say_again

KINDS = ("csv", "tsv", "txt", "xlsx", "zip", "sav")
MOST_NOTES = 500
Made = TypeVar("Made")


def show(state: State) -> None:
    """The page."""
    spoken = language(state)
    st.title(say("survey_page.title", spoken), anchor=False)
    st.write(say("survey_page.intro", spoken))
    with st.container(key="survey-steps"):
        _steps(state, spoken)
    _question_set(spoken)
    show_published(state, spoken)


def _question_set(language: str) -> None:
    """Our own questions, for whoever has no survey yet."""
    with st.expander(say("survey_page.own_questions", language)):
        st.write(say("survey_page.own_questions_text", language))
        book, title = question_set.questions(), say("survey_page.title", language)
        st.download_button(
            say("survey_page.xlsform", language),
            question_set.to_xlsform(book),
            "strengths-and-needs.xlsx",
            icon=":material/download:",
        )
        st.download_button(
            say("survey_page.paper_form", language),
            question_set.to_print(book, language, title),
            f"strengths-and-needs-{language}.html",
            "text/html",
            icon=":material/print:",
        )


def _steps(state: State, spoken: str) -> None:
    # Reading and making safe take seconds for a large survey; a bar says how far it is.
    bar = st.empty()
    answers = _upload(state, spoken, bar)
    if answers is None:
        bar.empty()
        return
    _read_report(answers, spoken)
    bar.progress(0.5, say("survey_page.step_4", spoken))
    try:
        made = releasing.release(
            answers,
            answers.codebook,
            state.community.areas,
            str(state.community.config["release"].get("rule", "cms11")),
            ever_published(state.community.path),
            language=spoken,
        )
    except ValueError as error:
        st.error(escaped(say_again(error, spoken)))
        return
    finally:
        bar.empty()
    _release_report(made, answers.codebook, spoken)


def _upload(state: State, spoken: str, bar: DeltaGenerator) -> reading.Answers | None:
    with st.expander(say("survey_page.step_1", spoken), expanded=True):
        files = st.file_uploader(
            say("survey_page.upload", spoken), KINDS, accept_multiple_files=True, key="answers"
        )
        book_file = st.file_uploader(say("survey_page.codebook", spoken), KINDS, key="codebook")
        recipe_file = st.file_uploader(say("survey_page.recipe", spoken), ("toml",), key="recipe")
        wave = st.text_input(say("survey_page.wave_name", spoken), max_chars=40, key="wave")
        if not files:
            st.write(say("survey_page.waiting", spoken))
            return None
        try:
            book = _codebook(state, book_file)
            sources = [Source(file.name, file.getvalue()) for file in files]
            bar.progress(0.1, say("survey_page.step_2", spoken))
            areas = state.community.areas
            recipe = None
            if recipe_file is not None:
                recipe = recipes.read(recipe_file.getvalue(), recipe_file.name)
            elif book_file is None and (book is None or not reading.suits(sources, book)):
                found = _once("inferred", sources, "", lambda: reading.infer(sources, areas))
                today = clock(state.community.timezone).date()
                recipe, book = decide(found, today, spoken), None
            key = (recipes.to_toml(recipe) if recipe else "") + wave
            key += book_file.name if book_file is not None else ""
            return _once(
                "answers", sources, key, lambda: reading.read(sources, book, areas, wave, recipe)
            )
        except ValueError as error:
            st.error(escaped(say_again(error, spoken)))
            return None


def _once(name: str, sources: list[Source], key: str, work: Callable[[], Made]) -> Made:
    """What `work` gives for these files, kept in this visit's memory: changing the language, or
    one decision, does not read everything again."""
    digest = hashlib.sha256(key.encode())
    for source in sources:
        digest.update(source.name.encode() + hashlib.sha256(source.data).digest())
    place = f"survey-{name}"
    kept = st.session_state.get(place)
    if kept is None or kept[0] != digest.digest():
        kept = (digest.digest(), work())
        st.session_state[place] = kept
    made: Made = kept[1]
    return made


def _codebook(state: State, file) -> codebooks.Codebook | None:  # type: ignore[no-untyped-def]
    if file is not None:
        return codebooks.read(file.getvalue(), file.name)
    path = state.community.codebook
    return codebooks.read(path.read_bytes(), path.name) if path.is_file() else None


def _read_report(answers: reading.Answers, spoken: str) -> None:
    tool = say("survey_page.own", spoken) if answers.tool == "assetmap" else escaped(answers.tool)
    headline = say("survey_page.read", spoken, tool=tool, n=answers.respondents)
    with st.expander(f"{say('survey_page.step_2', spoken)} — {headline}"):
        left_out = {why: count for why, count in answers.left_out.items() if count}
        if not left_out:
            st.write(say("survey_page.none_left_out", spoken))
        for why, count in left_out.items():
            reason = say(f"survey_page.why_{why}", spoken)
            st.write(say("survey_page.left_out", spoken, n=count, why=reason))
        if not answers.problems:
            st.write(say("survey_page.no_notes", spoken))
        else:
            st.write(say("survey_page.report", spoken, n=len(answers.problems)))
            notes = pd.DataFrame(answers.problems[:MOST_NOTES])[["row", "message"]]
            notes["row"] = notes["row"].astype("Int64")
            notes["message"] = [say_again(note, spoken) for note in notes["message"]]
            notes.columns = [say(f"survey_page.{name}", spoken) for name in ("row", "note")]
            st.dataframe(notes, hide_index=True)
            st.download_button(
                say("survey_page.notes_download", spoken),
                notes.to_csv(index=False).encode("utf-8-sig"),
                "survey-notes.csv",
                "text/csv",
            )
    dropped = ", ".join(escaped(name) for name in answers.dropped)
    text = (
        say("survey_page.dropped", spoken, columns=dropped)
        if dropped
        else say("survey_page.no_dropped", spoken)
    )
    with st.expander(say("survey_page.step_3", spoken)):
        st.write(text)


def _release_report(made: releasing.Release, book: Codebook, spoken: str) -> None:
    with st.expander(say("survey_page.step_4", spoken), expanded=True):
        everyone, room = st.columns(2)
        with everyone:
            st.subheader(say("survey_page.everyone", spoken), anchor=False)
            st.write(say("survey_page.everyone_text", spoken, shown=made.shown, cells=made.cells))
            st.dataframe(named(made.table, book, spoken), hide_index=True, height=380)
        with room:
            st.subheader(say("survey_page.room", spoken), anchor=False)
            st.write(say("survey_page.room_text", spoken))
            for note in made.notes:
                st.markdown(f"- {escaped(note)}")
    with st.expander(say("survey_page.step_5", spoken), expanded=True):
        for text in made.public:
            st.write(escaped(text))
        st.download_button(
            say("survey_page.download", spoken),
            releasing.to_csv(made),
            "survey-release.csv",
            "text/csv",
            icon=":material/download:",
            type="primary",
        )
        st.caption(say("survey_page.keep", spoken))
