"""Charts, tables and maps of the Gaps page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from assetmap import maps
from assetmap.fields import JsonDict
from assetmap.gaps import Gaps, Ground
from assetmap.gaps.matrix import need_reach
from assetmap.gaps.sentences import named
from assetmap.report import shades, words
from assetmap.report.layers import Layer
from assetmap.web import map_view
from assetmap.web.frame import escaped
from assetmap.web.state import State
from assetmap.words import say

QUADRANT_COLOURS = {
    "more need, less reach": "#d55e00",
    "more need, more reach": "#cc79a7",
    "less need, less reach": "#0072b2",
    "less need, more reach": "#009e73",
}
LEGEND_HIGH = 130  # what a legend below takes of the height
SHAPES = ("triangle-up", "circle", "square", "diamond")


def quadrants(ground: Ground, result: Gaps, kind: str | None, language: str) -> None:
    """Need across, reach up, a mark for each area; its shape says its quadrant too."""
    need = result.need
    if need is None:
        return
    if kind:
        reach = result.kinds[kind].known
        mark = float(result.kinds[kind].norm.count)
    else:
        results = need_reach(ground, result.areas[0]["need"])[0]
        reach, mark = results.known, float(len(results.types))
    labels = {name: words.quadrant(name, language) for name in QUADRANT_COLOURS}
    rows = [
        {
            "name": row["name"],
            "need": float(need.value[position]),
            "reach": int(reach[position]),
            "quadrant": labels[row["quadrant"]],
            "people": row["people"],
            "rank": words.ranks(row["need_rank"], language),
        }
        for position, row in enumerate(result.areas)
        if row["quadrant"] and np.isfinite(need.value[position]) and row["gap"] != "no data"
    ]
    if not rows:
        st.write(say("report.undefined", language))
        return
    worst = [row["name"] for row in rows if row["quadrant"] == labels["more need, less reach"]]
    text = say(
        "gaps_page.chart_alt",
        language,
        count=len(rows),
        worst=named(worst, language) or say("gaps_page.none", language),
    )
    st.vega_lite_chart(_quadrant_chart(rows, need.cut, mark, labels, language), alt=text)
    st.caption(escaped(text))


def _quadrant_chart(
    rows: list[JsonDict], cut: float, mark: float, labels: dict[str, str], language: str
) -> JsonDict:
    order = list(labels.values())
    across = {
        "field": "need",
        "type": "quantitative",
        "title": say("gaps_page.chart_need", language),
        "scale": {"zero": False},
        "axis": {"labels": False, "ticks": False, "grid": False},
    }
    up = {
        "field": "reach",
        "type": "quantitative",
        "title": say("gaps_page.chart_reach", language),
        "axis": {"tickMinStep": 1, "format": "d"},
    }
    legend = {"orient": "bottom", "columns": 1, "labelLimit": 300}
    dots = {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "size": 150, "opacity": 1},
        "encoding": {
            "x": across,
            "y": up,
            "color": {
                **_named("quadrant", order, list(QUADRANT_COLOURS.values())),
                "legend": legend,
            },
            "shape": _named("quadrant", order, list(SHAPES)),
            "tooltip": [
                {"field": "name", "title": say("report.area", language)},
                {"field": "rank", "title": say("report.need_rank", language)},
                {"field": "reach", "title": say("report.known", language)},
            ],
        },
    }
    return {"height": 360, "layer": [dots, _line("x", across, cut), _line("y", up, mark)]}


def _named(field: str, order: list[str], shown: list[str]) -> JsonDict:
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {"domain": order, "range": shown},
    }


def _line(side: str, axis: JsonDict, value: float) -> JsonDict:
    """A dashed line across the chart."""
    return {
        "data": {"values": [{axis["field"]: value}]},
        "mark": {"type": "rule", "strokeDash": [5, 5]},
        "encoding": {side: axis},
    }


def answers(table: pd.DataFrame, language: str) -> None:
    """Yes, nobody asked and no side by side for each attribute."""
    what, *order = table.columns[:4]
    rows = [
        {"what": row[what], "answer": answer, "count": int(row[answer]), "place": place}
        for _, row in table.iterrows()
        for place, answer in enumerate(order)
    ]
    text = "; ".join(
        say(
            "gaps_page.attribute_alt",
            language,
            attribute=row[what],
            **dict(zip(("yes", "unknown", "no"), row[order], strict=True)),
        )
        for _, row in table.iterrows()
    )
    colour = _named("answer", order, list(shades.ANSWERS))
    spec = {
        "height": 34 * len(table) + LEGEND_HIGH,
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "y": {
                "field": "what",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelLimit": 180},
            },
            "x": {
                "field": "count",
                "type": "quantitative",
                "stack": "zero",
                "title": None,
                "axis": {"tickMinStep": 1, "format": "d"},
            },
            "color": {**colour, "legend": {"orient": "bottom", "columns": 1}},
            "order": {"field": "place"},
            "tooltip": [
                {"field": "what", "title": what},
                {"field": "answer", "title": say("report.answer", language)},
                {"field": "count", "title": say("report.count", language)},
            ],
        },
    }
    st.vega_lite_chart(spec, alt=text)


SHORT = 12


def show_table(table: pd.DataFrame, alt: str | None = None) -> None:
    """Draw a table as it is read; a long one scrolls inside itself."""
    columns: dict[Any, Any] = {
        name: st.column_config.NumberColumn(format="localized")
        for name in table
        if pd.api.types.is_numeric_dtype(table[name])
    }
    height: Any = "content" if len(table) <= SHORT else "auto"
    st.dataframe(table, hide_index=True, column_config=columns, height=height, alt=alt)


def draw_layer(
    state: State, layer: Layer, key: str, language: str, height: int = 440
) -> str | None:
    """The picture alone; the id of an area just chosen on it, else None."""
    if state.community.areas is None:
        return None
    return map_view.area_map(
        state,
        layer.classes,
        list(layer.colours),
        layer.labels,
        legend(layer, language),
        language=language,
        height=height,
        key=key,
    )


def pressed(key: str) -> str | None:
    """The area just pressed on a map, known before the map is drawn again in the same run."""
    value = st.session_state.get(key)
    if not isinstance(value, Mapping) or "area" not in value:
        return None
    if st.session_state.get(f"{key}-chosen") == value.get("n"):
        return None
    return str(value["area"])


def legend(layer: Layer, language: str) -> maps.Legend:
    """A layer's legend as the map takes it."""
    if layer.square:
        return maps.Legend(
            layer.title,
            (),
            layer.undefined,
            across=say("report.more_need", language),
            up=say("report.less_reach", language),
        )
    return maps.Legend(layer.title, layer.entries, layer.undefined)
