"""What can be taken home from the Gaps page; its first screen, page one of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from assetmap.report import Report, area_csv, area_geojson, sections, to_html, to_pdf
from assetmap.report.briefing import Figure
from assetmap.web.frame import escaped
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.charts import draw_layer
from assetmap.web.gaps.results import Choice
from assetmap.web.gaps.writer import PageWriter
from assetmap.web.state import State
from assetmap.words import say


def show_briefing(state: State, choice: Choice, language: str) -> None:
    """Draw it."""
    result = gaps_results.first_page(state, choice, language)
    with st.container(key="gap-briefing"):
        st.subheader(escaped(result.sentence), anchor=False)
        left, right = st.columns([3, 2])
        with left, st.container():
            if result.layer is not None:
                draw_layer(state, result.layer, "gap-first-map", language, height=320)
        with right:
            _figures(result.figures)
            # Elements keep their places whatever there is to say.
            step = f"**{say('report.next_step', language)}:** {escaped(result.next)}"
            st.markdown(step if result.next else "")
            st.download_button(
                say("gaps_page.pdf", language),
                lambda: to_pdf(gaps_results.document(state, choice, language)),
                f"briefing-{(choice.kind or choice.need or 'all').replace('_', '-')}.pdf",
                "application/pdf",
                key="gap-first-pdf",
                icon=":material/picture_as_pdf:",
                on_click="ignore",
            )
        st.markdown(
            " ".join(
                f":material/{strength.icon}: **{strength.value}** {escaped(strength.words)} &emsp;"
                for strength in result.strengths
            )
        )


def _figures(figures: Sequence[Figure]) -> None:
    st.markdown("\n\n".join(f"### {figure.value}\n{escaped(figure.words)}" for figure in figures))


def show_downloads(state: State, choice: Choice, language: str) -> None:
    """The downloads and how everything was computed."""
    st.header(say("gaps_page.download", language), anchor=False)
    st.write(say("gaps_page.download_text", language))
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)

    def report() -> Report:
        return gaps_results.document(state, choice, language)

    topic = choice.kind or choice.need or "all"
    forms: list[tuple[str, Callable[[], bytes], str, str, str]] = [
        ("pdf", lambda: to_pdf(report()), "application/pdf", "pdf", "picture_as_pdf"),
        ("html", lambda: to_html(report()), "text/html", "html", "description"),
        ("csv", lambda: area_csv(ground, result, language), "text/csv", "csv", "table"),
        ("geojson", lambda: area_geojson(ground, result), "application/geo+json", "geojson", "map"),
    ]
    with st.container(horizontal=True, key="gap-downloads"):
        for name, make, mime, ending, icon in forms:
            st.download_button(
                say(f"gaps_page.{name}", language),
                make,
                f"gaps-{topic.replace('_', '-')}.{ending}",
                mime,
                key=f"gap-{name}",
                icon=f":material/{icon}:",
                on_click="ignore",
            )


def show_method(state: State, choice: Choice, language: str) -> None:
    """The box."""
    ground = gaps_results.ground(state, choice.verified_only)
    result = gaps_results.result(state, choice, language)
    method = sections.how_computed(state.community, ground, result, language)
    limits = sections.limits(language)
    writer = PageWriter(state, choice.verified_only, language)
    with st.expander(method.title):
        writer.write(method.passages)
        st.subheader(limits.title, anchor=False)
        writer.write(limits.passages)
