"""Survey: drop in an export, see what was read, and take away tables that point at nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeVar

import geopandas as gpd
import pandas as pd
import streamlit as st

from assetmap.community.folder import clock
from assetmap.community.releases import ever_published
from assetmap.community.surveys import people_memory, recipes_of, remember_people
from assetmap.files.source import Source
from assetmap.survey import codebook
from assetmap.survey import codebook as codebooks
from assetmap.survey import opened as uploads
from assetmap.survey import read as reading
from assetmap.survey import recipe as recipes
from assetmap.survey import release as releasing
from assetmap.survey.answers import Answers, weights
from assetmap.survey.counts import NOWHERE
from assetmap.survey.geography import geography
from assetmap.survey.questions import Codebook
from assetmap.survey.recipe import ConsentRule, SurveyRecipe
from assetmap.survey.rules import MIN_RESIDENTS, MIN_RESIDENTS_BY_DECISION, ReleaseRefused, at_least
from assetmap.web.frame import escaped
from assetmap.web.language import language_of
from assetmap.web.state import State
from assetmap.web.survey.deciding import decide, show_words
from assetmap.web.survey.published import (
    TABLE,
    picture,
    show_numbers,
    show_published,
    show_weighted,
)
from assetmap.words import say, spoken

KINDS = ("csv", "tsv", "txt", "xlsx", "zip", "sav")
MOST_NOTES = 500
Kept = TypeVar("Kept")


class Upload(Protocol):
    """A file that a visitor dropped."""

    name: str

    def getvalue(self) -> bytes: ...


class Way(NamedTuple):
    """How the files are read: by a recipe, or by a codebook with a rule of consent."""

    book: Codebook | None = None
    recipe: SurveyRecipe | None = None
    consent: ConsentRule | None = None

    @property
    def key(self) -> str:
        """A text that differs when anything of it does."""
        return f"{recipes.to_toml(self.recipe) if self.recipe else ''}{self.book}{self.consent}"


class TableSettings(NamedTuple):
    """What the assessor chose for the tables."""

    wave: str
    rule: str
    merge: bool
    decision: str
    other_people: str

    @property
    def min_residents(self) -> int:
        """How many residents an area needs, by the decision or without one."""
        return MIN_RESIDENTS_BY_DECISION if self.decision else MIN_RESIDENTS


def show(state: State) -> None:
    """The page."""
    language = language_of(state)
    st.title(say("survey_page.title", language), anchor=False)
    st.write(say("survey_page.intro", language))
    with st.container(key="survey-steps"):
        try:
            _steps(state, language)
        except ValueError as error:
            st.error(escaped(spoken(error, language)))
    _question_set(language)
    show_published(state, language)


def _question_set(language: str) -> None:
    """Our own questions, for whoever has no survey yet."""
    with st.expander(say("survey_page.own_questions", language)):
        st.write(say("survey_page.own_questions_text", language))
        book, title = codebook.own_questions(), say("survey_page.title", language)
        st.download_button(
            say("survey_page.xlsform", language),
            codebook.to_xlsform(book),
            "strengths-and-needs.xlsx",
            icon=":material/download:",
        )
        st.download_button(
            say("survey_page.paper_form", language),
            codebook.to_print(book, language, title),
            f"strengths-and-needs-{language}.html",
            "text/html",
            icon=":material/print:",
        )


def _steps(state: State, language: str) -> None:
    """The steps from the files to the tables. Raises ValueError saying what stops them."""
    # Reading and making safe take seconds for a large survey; a bar says how far it is.
    bar = st.empty()
    with st.expander(say("survey_page.step_1", language), expanded=True):
        files: list[Upload] = st.file_uploader(  # type: ignore[assignment]
            say("survey_page.upload", language), KINDS, accept_multiple_files=True, key="answers"
        )
        book_file = st.file_uploader(say("survey_page.codebook", language), KINDS, key="codebook")
        recipe_file = st.file_uploader(say("survey_page.recipe", language), ("toml",), key="recipe")
        settings = _settings(state, language)
        if not files:
            st.write(say("survey_page.waiting", language))
            return
        sources = [Source(file.name, file.getvalue()) for file in files]
        try:
            bar.progress(0.1, say("survey_page.step_2", language))
            way = _way(state, sources, book_file, recipe_file, language)
            answers = _read(state, sources, way, settings.wave)
            if way.recipe is None and not answers.has_consent:
                way = _agreed(state, way, language)
                answers = _read(state, sources, way, settings.wave)
        finally:
            bar.empty()
    _read_report(answers, language)
    show_words(answers, language)
    areas = state.community.areas
    _choose_areas(answers, areas, settings, language)
    bar.progress(0.5, say("survey_page.step_4", language))
    try:
        earlier = ever_published(state.community.path)
        today = clock(state.community.timezone).date().isoformat()
        memory = people_memory(state.community.path)
        known = f"{[t.to_csv() for t in earlier]}{sorted(memory.waves)}"
        key = f"{way.key}{settings}{known}{state.files}"
        published = _once(
            "release",
            sources,
            key,
            lambda: releasing.release(
                answers,
                answers.codebook,
                areas,
                settings.rule,
                earlier,
                settings.min_residents,
                settings.decision,
                merge=settings.merge,
                memory=memory,
                other_people=releasing.Decided(settings.other_people, today)
                if settings.other_people
                else None,
            ),
        )
    finally:
        bar.empty()
    _release_report(state, published, answers.codebook, language)


def _settings(state: State, language: str) -> TableSettings:
    """The wave's name and the rule, within what the community allows."""
    own = str(state.community.config["release"].get("rule", "cms11"))
    with st.expander(say("survey_page.settings", language)):
        wave = st.text_input(say("survey_page.wave_name", language), max_chars=40, key="wave")
        rule = st.selectbox(
            say("survey_page.rule", language),
            at_least(own),
            format_func=lambda name: say(f"survey_page.rule_{name}", language),
            key="survey-rule",
        )
        merge = st.radio(
            say("survey_page.small_areas", language),
            ("merge", "hide"),
            format_func=lambda name: say(f"survey_page.small_{name}", language),
            horizontal=True,
            key="survey-small",
        )
        decision = st.text_input(
            say("survey_page.min_decision", language), max_chars=200, key="survey-decision"
        )
        other_people = st.text_input(
            say("survey_page.other_people", language), max_chars=200, key="survey-other-people"
        )
    return TableSettings(
        wave.strip(), rule, merge == "merge", decision.strip(), other_people.strip()
    )


def _way(
    state: State,
    sources: list[Source],
    book_file: Upload | None,
    recipe_file: Upload | None,
    language: str,
) -> Way:
    """By the recipe or codebook handed in, the community's own, or what the files say."""
    if recipe_file is not None:
        return Way(recipe=recipes.read(recipe_file.getvalue(), recipe_file.name))
    book = _codebook(state, book_file)
    if book_file is not None or (book is not None and uploads.suits(sources, book)):
        return Way(book)
    kept = recipes_of(state.community.path)
    name = _once("fitting", sources, str(kept), lambda: uploads.fitting(sources, kept))
    if name:
        st.success(say("survey_page.recipe_known", language, name=escaped(name)))
        if not st.checkbox(say("survey_page.recipe_anew", language), key="survey-anew"):
            return Way(recipe=kept[name])
    areas, today = state.community.areas, clock(state.community.timezone).date()
    recipe = decide(
        lambda questions: _once(
            f"inferred-{len(questions)}",
            sources,
            str(sorted(questions)),
            lambda: uploads.infer(sources, areas, questions),
        ),
        _digest(sources, "").hex(),
        today,
        language,
    )
    return Way(recipe=recipe)


def _agreed(state: State, way: Way, language: str) -> Way:
    """A codebook's survey without a column of consent: who decided that everyone agreed."""
    by = st.text_input(say("survey_page.agreed_by", language), key="survey-agreed-by")
    if not by.strip():
        return way
    today = clock(state.community.timezone).date().isoformat()
    return way._replace(consent=ConsentRule("", (), True, by.strip(), today))


def _read(state: State, sources: list[Source], way: Way, wave: str) -> Answers:
    areas = state.community.areas
    return _once(
        "answers",
        sources,
        way.key + wave,
        lambda: reading.read(sources, way.book, areas, wave, way.recipe, way.consent),
    )


def _digest(sources: list[Source], key: str) -> bytes:
    digest = hashlib.sha256(key.encode())
    for source in sources:
        digest.update(source.name.encode() + hashlib.sha256(source.data).digest())
    return digest.digest()


def _once(name: str, sources: list[Source], key: str, work: Callable[[], Kept]) -> Kept:
    """What `work` gives for these files, kept in this visit's memory: changing the language, or
    one decision, does not read everything again."""
    digest, place = _digest(sources, key), f"survey-{name}"
    kept = st.session_state.get(place)
    if kept is None or kept[0] != digest:
        kept = (digest, work())
        st.session_state[place] = kept
    result: Kept = kept[1]
    return result


def _codebook(state: State, file: Upload | None) -> Codebook | None:
    if file is not None:
        return codebooks.read(file.getvalue(), file.name)
    path = state.community.codebook
    return codebooks.read(path.read_bytes(), path.name) if path.is_file() else None


def _read_report(answers: Answers, language: str) -> None:
    tool = say("survey_page.own", language) if answers.tool == "assetmap" else escaped(answers.tool)
    headline = say("survey_page.read", language, tool=tool, n=answers.respondents)
    with st.expander(f"{say('survey_page.step_2', language)} — {headline}"):
        left_out = {why: count for why, count in answers.left_out.items() if count}
        if not left_out:
            st.write(say("survey_page.none_left_out", language))
        for why, count in left_out.items():
            reason = say(f"survey_page.why_{why}", language)
            st.write(say("survey_page.left_out", language, n=count, why=reason))
        weighted = weights(answers)
        if weighted is not None:
            people, effective = weighted
            st.write(say("survey_page.weighted", language, n=people, effective=f"{effective:.0f}"))
        if not answers.problems:
            st.write(say("survey_page.no_notes", language))
        else:
            _notes(answers, language)
    dropped = ", ".join(escaped(name) for name in answers.dropped)
    text = (
        say("survey_page.dropped", language, columns=dropped)
        if dropped
        else say("survey_page.no_dropped", language)
    )
    with st.expander(say("survey_page.step_3", language)):
        st.write(text)


def _notes(answers: Answers, language: str) -> None:
    st.write(say("survey_page.report", language, n=len(answers.problems)))
    notes = pd.DataFrame(answers.problems)[["row", "message"]]
    notes["row"] = notes["row"].astype("Int64")
    notes["message"] = [spoken(note, language) for note in notes["message"]]
    notes.columns = [say(f"survey_page.{name}", language) for name in ("row", "note")]
    st.dataframe(notes.head(MOST_NOTES), hide_index=True)
    st.download_button(
        say("survey_page.notes_download", language),
        notes.to_csv(index=False).encode("utf-8-sig"),
        "survey-notes.csv",
        "text/csv",
    )


def _choose_areas(
    answers: Answers,
    areas: gpd.GeoDataFrame | None,
    settings: TableSettings,
    language: str,
) -> None:
    """Two maps side by side: small areas joined with their neighbours, and left blank."""
    if areas is None or not len(areas) or not answers.has_consent:
        return
    joined = geography(areas, settings.min_residents)
    if not joined.merged:
        return
    with st.expander(say("survey_page.small_areas", language)):
        for place, merge in zip(st.columns(2), (True, False), strict=True):
            units = geography(areas, settings.min_residents, merge)
            tabled = {
                area
                for area in areas["id"].astype(str)
                if (units.residents.get(units.unit_of.get(area, NOWHERE)) or 0)
                >= settings.min_residents
            }
            caption = say(
                f"survey_page.map_{'merge' if merge else 'hide'}",
                language,
                shown=len(tabled),
                areas=len(areas),
            )
            with place:
                drawn = picture(areas, dict.fromkeys(tabled, TABLE))
                if drawn:
                    st.image(drawn, caption=caption)
                else:
                    st.write(caption)


def _release_report(
    state: State, published: releasing.Release, book: Codebook, language: str
) -> None:
    with st.expander(say("survey_page.step_4", language), expanded=True):
        st.subheader(say("survey_page.everyone", language), anchor=False)
        st.write(
            say("survey_page.everyone_text", language, shown=published.shown, cells=published.cells)
        )
        question = ""
        if len(published.table):
            question = show_numbers(published.table, book, language, "preview")
        st.subheader(say("survey_page.room", language), anchor=False)
        st.write(say("survey_page.room_text", language))
        show_weighted(published.weighted, book, question, language)
        for note in published.notes:
            st.markdown(f"- {escaped(spoken(note, language))}")
    with st.expander(say("survey_page.step_5", language), expanded=True):
        for text in published.public:
            st.write(escaped(spoken(text, language)))
        st.download_button(
            say("survey_page.download", language),
            releasing.to_csv(published),
            "survey-release.csv",
            "text/csv",
            icon=":material/download:",
            type="primary",
            on_click=_remember,
            args=(state, published, language),
        )
        st.caption(say("survey_page.publish_where", language))
        st.markdown(f"[{say('survey_page.to_desk', language)}](desk/survey?language={language})")


def _remember(state: State, published: releasing.Release, language: str) -> None:
    """Keep whose answers the table that was taken home has; said where it cannot be kept."""
    try:
        remember_people(state.community.path, published)
    except (OSError, ReleaseRefused) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        st.warning(say("survey.people_not_kept", language, why=why or ""))
