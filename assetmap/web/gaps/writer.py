"""Writes the sections of `report` on the page, as `report.html` and `report.pdf` do on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

import pandas as pd
import streamlit as st

from assetmap.gaps import Ground
from assetmap.gaps.sentences import MOST_NAMED
from assetmap.report import shades
from assetmap.report.layers import Layer
from assetmap.report.sections import Passage
from assetmap.web.frame import escaped
from assetmap.web.gaps import results as gaps_results
from assetmap.web.gaps.charts import draw_layer, show_table
from assetmap.web.state import State
from assetmap.words import say

Drawn = Callable[[Passage], None]


class PageWriter:
    """Writes passages; `drawn` has what the page puts in the place of one, by its name."""

    def __init__(
        self,
        state: State,
        verified_only: bool,
        language: str,
        drawn: Mapping[str, Drawn] | None = None,
    ) -> None:
        self.state, self.verified_only, self.language = state, verified_only, language
        self.drawn = drawn or {}

    @property
    def ground(self) -> Ground:
        """What maps are drawn on; asked for where there is one. Raises GapError, AreasError."""
        return gaps_results.ground(self.state, self.verified_only)

    def write(self, passages: Iterable[Passage]) -> None:
        """All of them in order; bars that follow each other stand two and two."""
        for form, group in groupby(passages, key=lambda passage: passage.form):
            if form == "bars":
                self._side_by_side(list(group))
                continue
            for passage in group:
                # A container keeps its place when it is empty: a map below is not made anew.
                with st.container():
                    self.drawn.get(passage.name, self.passage)(passage)

    def passage(self, passage: Passage) -> None:
        """One passage in the page's own way; an empty one says that there is nothing, if it can."""
        if passage.empty and not passage.nothing:
            return
        if passage.title:
            st.subheader(escaped(passage.title), anchor=False)
        if passage.empty:
            st.write(escaped(passage.nothing))
            return
        if passage.texts:
            st.markdown("\n".join(f"- {escaped(text)}" for text in passage.texts))
        for layer in passage.layers:
            self.layer(layer, f"gap-{passage.name}-map")
        if len(passage.frame):
            {"week": self._week, "shares": self._shares}.get(passage.form, self._rows)(passage)
        self.note(passage)

    def note(self, passage: Passage) -> None:
        """What stands below."""
        if passage.note:
            st.caption(escaped(passage.note))

    def layer(self, layer: Layer, key: str) -> str | None:
        """Draw a map of areas and its words; the id of an area just chosen on it, else None."""
        chosen = draw_layer(self.state, layer, key, self.language)
        names = dict(zip(self.ground.ids, self.ground.names, strict=True))
        with st.expander(say("gaps_page.in_words", self.language)):
            for line in layer.alternative(names, MOST_NAMED, self.language):
                st.markdown(f"- {escaped(line)}")
        return chosen

    def _rows(self, passage: Passage) -> None:
        show_table(passage.frame)

    def _shares(self, passage: Passage) -> None:
        """A table whose lines break, so that it is read on a phone without scrolling sideways."""
        st.table(passage.frame.map(escaped).set_index(passage.frame.columns[0]))

    def _week(self, passage: Passage) -> None:
        day, *parts = passage.frame.columns
        people = passage.frame.set_index(day)
        cells = pd.DataFrame(
            [cells[1:] for cells in passage.cells()], index=people.index, columns=parts
        )
        shade = people.map(lambda value: _shade(value, passage.most))
        styled = cells.style.apply(lambda _: shade, axis=None)
        with st.container(key="gap-week"):
            st.table(styled, alt=self._spoken_week(people, passage.title))

    def _spoken_week(self, people: pd.DataFrame, title: str) -> str:
        """The fullest and the emptiest slot in words."""
        flat = people.stack()
        slots = [
            say(
                "gaps_page.week_slot",
                self.language,
                day=day,
                part=part.lower(),
                people=f"{flat[day, part]:,}",
            )
            for day, part in (flat.idxmax(), flat.idxmin())
        ]
        text = say("gaps_page.week_alt", self.language, most=slots[0], least=slots[1])
        return f"{title}. {text}"

    def _side_by_side(self, passages: list[Passage]) -> None:
        for first in range(0, len(passages), 2):
            pair = passages[first : first + 2]
            for column, passage in zip(st.columns(2), pair, strict=False):
                with column:
                    _bars(passage)
        self.note(passages[-1])


def _bars(passage: Passage) -> None:
    what, number = passage.frame.columns
    st.subheader(escaped(passage.title), anchor=False)
    most = int(passage.frame[number].max()) if len(passage.frame) else 0
    st.dataframe(
        passage.frame,
        hide_index=True,
        column_config={
            what: st.column_config.TextColumn(width="medium"),
            number: st.column_config.ProgressColumn(
                format="%d", min_value=0, max_value=max(most, 1), color="primary"
            ),
        },
        alt=f"{what}: " + ", ".join(f"{name} {count}" for name, count in passage.frame.values),
        height="content",
    )


def _shade(value: float, most: float) -> str:
    ground, ink = shades.heat(value, most)
    return f"background-color: {ground}; color: {ink}"
