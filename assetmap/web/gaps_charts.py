"""Charts of the Gaps page. Streamlit draws them itself; nothing is asked of another host."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from assetmap.gaps import Gaps, Ground
from assetmap.gaps.matrix import need_reach
from assetmap.report import shades, words
from assetmap.vocabulary import say
from assetmap.web.plain import plain

QUADRANT_COLOURS = {
    "more need, less reach": "#d55e00",
    "more need, more reach": "#cc79a7",
    "less need, less reach": "#0072b2",
    "less need, more reach": "#009e73",
}
SHAPES = ("triangle-up", "circle", "square", "diamond")


def quadrants(ground: Ground, result: Gaps, kind: str | None, spoken: str) -> None:
    """Need across, reach up, a mark for each area; its shape says its quadrant too."""
    need = result.need
    if need is None:
        return
    if kind:
        reach = result.kinds[kind].known
        mark = float(result.kinds[kind].norm.count)
    else:
        found = need_reach(ground, result.areas[0]["need"])[0]
        reach, mark = found.known, float(len(found.types))
    labels = {name: words.quadrant(name, spoken) for name in QUADRANT_COLOURS}
    rows = [
        {
            "name": row["name"],
            "need": float(need.value[at]),
            "reach": int(reach[at]),
            "quadrant": labels[row["quadrant"]],
            "people": row["people"],
            "rank": words.ranks(row["need_rank"], spoken),
        }
        for at, row in enumerate(result.areas)
        if row["quadrant"] and np.isfinite(need.value[at]) and row["gap"] != "no data"
    ]
    if not rows:
        st.write(say("report.undefined", spoken))
        return
    table = pd.DataFrame(rows)
    worst = [row["name"] for row in rows if row["quadrant"] == labels["more need, less reach"]]
    text = say(
        "gaps_page.chart_alt",
        spoken,
        count=len(rows),
        worst=", ".join(worst) or say("gaps_page.none", spoken),
    )
    st.altair_chart(_quadrant_chart(table, need.cut, mark, labels, spoken), alt=text)
    st.caption(plain(text))


def _quadrant_chart(
    table: pd.DataFrame, cut: float, mark: float, labels: dict[str, str], spoken: str
) -> Any:
    order = list(labels.values())
    dots = (
        alt.Chart(table)
        .mark_point(filled=True, size=150, opacity=1)
        .encode(
            x=alt.X("need:Q", title=say("gaps_page.chart_need", spoken),
                    scale=alt.Scale(zero=False),
                    axis=alt.Axis(labels=False, ticks=False, grid=False)),
            y=alt.Y("reach:Q", title=say("gaps_page.chart_reach", spoken),
                    axis=alt.Axis(tickMinStep=1, format="d")),
            color=alt.Color("quadrant:N", title=None, scale=alt.Scale(
                domain=order, range=list(QUADRANT_COLOURS.values())),
                legend=alt.Legend(orient="bottom", columns=1, labelLimit=300)),
            shape=alt.Shape("quadrant:N", title=None, scale=alt.Scale(
                domain=order, range=list(SHAPES))),
            tooltip=[
                alt.Tooltip("name:N", title=say("report.area", spoken)),
                alt.Tooltip("rank:N", title=say("report.need_rank", spoken)),
                alt.Tooltip("reach:Q", title=say("report.known", spoken)),
            ],
        )
    )  # fmt: skip
    lines = alt.Chart(pd.DataFrame({"need": [cut]})).mark_rule(strokeDash=[5, 5]).encode(x="need:Q")
    across = alt.Chart(pd.DataFrame({"reach": [mark]})).mark_rule(strokeDash=[5, 5])
    return (dots + lines + across.encode(y="reach:Q")).properties(height=360)


def answers(table: pd.DataFrame, spoken: str) -> None:
    """Yes, nobody asked and no side by side for each attribute."""
    what, yes, unknown, no = table.columns[:4]
    order = [yes, unknown, no]
    long = table.melt(what, order, "answer", "count")
    long["place"] = long["answer"].map({name: at for at, name in enumerate(order)})
    text = "; ".join(
        say(
            "gaps_page.attribute_alt",
            spoken,
            attribute=row[what],
            yes=row[yes],
            unknown=row[unknown],
            no=row[no],
        )
        for _, row in table.iterrows()
    )
    chart = (
        alt.Chart(long)
        .mark_bar()
        .encode(
            y=alt.Y(f"{what}:N", sort=None, title=None, axis=alt.Axis(labelLimit=180)),
            x=alt.X("count:Q", stack="zero", title=None, axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "answer:N",
                title=None,
                sort=order,
                scale=alt.Scale(domain=order, range=list(shades.ANSWERS)),
                legend=alt.Legend(orient="bottom", columns=1),
            ),
            order="place:Q",
            tooltip=[f"{what}:N", "answer:N", "count:Q"],
        )
        .properties(height=40 * len(table) + 40)
    )
    st.altair_chart(chart, alt=text)
