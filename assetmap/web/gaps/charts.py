"""Charts of the Gaps page. Streamlit draws them itself; nothing is asked of another host."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from assetmap.gaps import Gaps, Ground
from assetmap.gaps.matrix import need_reach
from assetmap.gaps.sentences import named
from assetmap.report import shades, words
from assetmap.web.markdown import escaped
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
    rows: list[dict[str, Any]], cut: float, mark: float, labels: dict[str, str], language: str
) -> dict[str, Any]:
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


def _named(field: str, order: list[str], shown: list[str]) -> dict[str, Any]:
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {"domain": order, "range": shown},
    }


def _line(side: str, axis: dict[str, Any], value: float) -> dict[str, Any]:
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
