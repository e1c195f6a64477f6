"""The first screen of the Gaps page: a sentence, the map, three numbers, the next step, strengths.

What it says is `report.briefing`, the same as the report's first page on paper.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assetmap.report import to_pdf
from assetmap.report.briefing import Figure
from assetmap.web.frame import escaped
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.charts import draw_layer
from assetmap.web.gaps.results import Choice
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
