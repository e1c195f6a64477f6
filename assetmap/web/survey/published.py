"""Survey tables in words, question by question: shares, both denominators, areas, waves, maps.

One answer a line and three columns, so that the numbers are read on a phone without scrolling
sideways. Maps are drawn here from the shapes alone: no tiles and no other host. An area without a
number is white with a dashed line, never a colour. Everything a map shows is also said in the
table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from assetmap.places import plane_of
from assetmap.survey import estimates
from assetmap.survey.counts import WHOLE
from assetmap.survey.geography import units_of
from assetmap.survey.questions import Codebook, answer_label
from assetmap.survey.rules import NOT_SHOWN
from assetmap.web.frame import escaped
from assetmap.web.state import State
from assetmap.words import say

WIDTH, MOST_HEIGHT, MARGIN = 340.0, 300.0, 2.0
SHADES = ("#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b")
TABLE = "#6baed6"


def picture(areas: gpd.GeoDataFrame, colour_of: Mapping[str, str]) -> str:
    """The areas as an SVG picture; `colour_of` names the fill of each area's id."""
    shapes = areas.geometry.simplify(0.0005).to_numpy()
    bounds = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all():
        return ""
    plane = plane_of(bounds, WIDTH, MOST_HEIGHT)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{plane.width + 2 * MARGIN:.0f}" '
        f'height="{plane.height + 2 * MARGIN:.0f}">'
    ]
    for area, shape in zip(areas["id"].astype(str), shapes, strict=True):
        if shape is None or shape.is_empty:
            continue
        path = "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}"
                           for x, y in plane.flat(shapely.get_coordinates(ring)) + MARGIN) + "Z"
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        )  # fmt: skip
        colour = colour_of.get(area, "")
        dashed = "" if colour else ' stroke-dasharray="3 2"'
        out.append(
            f'<path d="{path}" fill="{colour or "#ffffff"}" fill-rule="evenodd" '
            f'stroke="#333333"{dashed}/>'
        )
    return "".join([*out, "</svg>"])


def shade(share: float, most: float) -> str:
    """The colour of a share, five steps from 0 to the largest share on the map."""
    return SHADES[min(int(share / max(most, 1e-9) * len(SHADES)), len(SHADES) - 1)]


Book = Codebook | None


def show_published(state: State, language: str) -> None:
    """What is public: a question to choose, its numbers by area and wave, and how sure they are."""
    st.header(say("survey_page.published", language), anchor=False)
    releases = state.community.releases
    if not len(releases):
        st.write(say("survey_page.published_none", language))
        return
    book = state.community.survey_book
    question = show_numbers(releases, book, language, "published")
    for line in changes(releases, book, question, language):
        st.markdown(f"- {escaped(line)}")
    show_sureness(releases, book, question, state.community.areas, language)


def show_numbers(releases: pd.DataFrame, book: Book, language: str, key: str) -> str:
    """One question's lines for one area and wave, all three to choose; the question's id."""
    question = st.selectbox(
        say("survey_page.question", language),
        list(dict.fromkeys(releases["question"])),
        format_func=lambda name: label_of(book, name, None, language),
        key=f"survey-{key}-question",
    )
    lines = releases[releases["question"] == question]
    waves = list(dict.fromkeys(lines["wave"]))[::-1]
    wave = waves[0]
    if len(waves) > 1:
        wave = st.selectbox(
            say("survey_page.wave", language), waves, key=f"survey-{key}-wave-{question}"
        )
    lines = lines[lines["wave"] == wave]
    areas = list(dict.fromkeys(lines["area"]))
    area = areas[0]
    if len(areas) > 1:
        area = st.selectbox(
            say("survey_page.area", language),
            areas,
            format_func=lambda name: _area(name, language),
            key=f"survey-{key}-area-{question}",
        )
    lines = lines[lines["area"] == area]
    st.table(table(lines, book, question, language).set_index(say("survey_page.answer", language)))
    st.caption(denominators(lines, wave, language))
    return str(question)


def table(lines: pd.DataFrame, book: Book, question: str, language: str) -> pd.DataFrame:
    """The lines of one question, area and wave in words: answer, share with its interval, people.

    Hidden numbers stay "not shown".
    """
    hidden = say("survey_page.not_shown", language)
    rows = []
    for line in lines.to_dict("records"):
        share = _percent(line["estimate"])
        between = f"{share} ({_percent(line['low'])}–{_percent(line['high'])})" if share else ""
        count = hidden if line["count"] == NOT_SHOWN else str(line["count"])
        rows.append((label_of(book, question, str(line["answer"]), language), between, count))
    columns = [say(f"survey_page.{name}", language) for name in ("answer", "share", "count")]
    return pd.DataFrame(rows, columns=columns)


def show_weighted(shares: pd.DataFrame, book: Book, question: str, language: str) -> None:
    """One question's shares by the file's weights, where it has any."""
    if not len(shares):
        return
    for wave, lines in shares[shares["question"] == question].groupby("wave", sort=False):
        shown = [
            (
                label_of(book, question, str(line["answer"]), language),
                f"{line['share']:.0%} ({line['low']:.0%}–{line['high']:.0%})",
            )
            for line in lines.to_dict("records")
        ]
        names = [say(f"survey_page.{name}", language) for name in ("answer", "weighted_share")]
        st.table(pd.DataFrame(shown, columns=names).set_index(names[0]))
        people, effective = lines["n_weighted"].iloc[0], lines["effective_n"].iloc[0]
        st.caption(
            say(
                "survey_page.weighted_note",
                language,
                wave=escaped(str(wave)),
                n=int(people),
                effective=f"{effective:.0f}",
            )
        )


def denominators(lines: pd.DataFrame, wave: str, language: str) -> str:
    """How many were asked and how many of them answered, as far as that is public."""
    asked, answered = (str(lines[name].iloc[0]) for name in ("n_asked", "n_answering"))
    sentence = {
        (False, False): "denominators",
        (True, False): "denominators_not_asked",
        (False, True): "denominators_not_answered",
        (True, True): "denominators_neither",
    }[asked == NOT_SHOWN, answered == NOT_SHOWN]
    values = {"asked": asked, "answered": answered}
    return say(f"survey_page.{sentence}", language, wave=escaped(wave), **values)


def changes(releases: pd.DataFrame, book: Book, question: str, language: str) -> list[str]:
    """A sentence an answer: the county's last two waves compared, with the interval of the
    difference, and whether it may be chance."""
    rows = releases[(releases["question"] == question) & (releases["area"] == WHOLE)]
    waves = list(dict.fromkeys(rows["wave"]))[-2:]
    if len(waves) < 2:
        return []
    sentences = []
    numbers: dict[tuple[str, str], tuple[int, int]] = {
        (row["wave"], row["answer"]): (int(row["count"]), int(row["n_answering"]))
        for row in rows.to_dict("records")
        if str(row["count"]).isdigit() and str(row["n_answering"]).isdigit()
    }
    for answer in dict.fromkeys(rows["answer"]):
        before, after = numbers.get((waves[0], answer)), numbers.get((waves[1], answer))
        if before is None or after is None:
            continue
        change = estimates.change(before, after)
        sentences.append(
            say(
                f"survey_page.{'change_noise' if change.within_noise else 'change_real'}",
                language,
                answer=label_of(book, question, answer, language),
                before=f"{before[0] / before[1]:.0%}",
                after=f"{after[0] / after[1]:.0%}",
                low=f"{100 * change.low:+.0f}",
                high=f"{100 * change.high:+.0f}",
            )
        )
    return sentences


def show_sureness(
    releases: pd.DataFrame,
    book: Book,
    question: str,
    areas: gpd.GeoDataFrame | None,
    language: str,
) -> None:
    """A map of one answer's calmed shares, the raw ones on demand, and the ranges of the ranks."""
    inside = releases[releases["question"] == question]
    inside = inside[inside["wave"] == inside["wave"].iloc[-1]]
    estimated = estimates.of_table(inside)
    estimated = estimated[estimated["shade"].notna()]
    if not len(estimated):
        return
    with st.expander(say("survey_page.how_sure", language)):
        st.write(say("survey_page.how_sure_text", language))
        answer = st.selectbox(
            say("survey_page.map_answer", language),
            list(dict.fromkeys(estimated["answer"])),
            format_func=lambda option: label_of(book, question, option, language),
            key=f"survey-map-answer-{question}",
        )
        raw = st.toggle(say("survey_page.map_raw", language), key="survey-map-raw")
        shares = shares_of(inside, estimated, str(answer), raw)
        if areas is not None and len(areas):
            drawn = picture(areas, shaded(areas, shares))
            title = "map_raw_shade" if raw else "map_shade"
            if drawn:
                st.image(drawn, caption=say(f"survey_page.{title}", language))
        st.table(
            certainty(estimated[estimated["answer"] == answer], shares, language).set_index(
                say("survey_page.area", language)
            )
        )


def shares_of(
    lines: pd.DataFrame, estimated: pd.DataFrame, answer: str, raw: bool
) -> dict[str, float]:
    """The share of one answer by unit: calmed for the map, or as it is."""
    rows = estimated[estimated["answer"] == answer]
    if not raw:
        return dict(zip(rows["area"], rows["shade"].astype(float), strict=True))
    own = lines[(lines["answer"] == answer) & lines["area"].isin(rows["area"])]
    return {a: float(e) for a, e in zip(own["area"], own["estimate"], strict=True) if e}


def shaded(areas: gpd.GeoDataFrame, shares: Mapping[str, float]) -> dict[str, str]:
    """The colour of every area whose unit (itself, its district, or its group) has a share."""
    most = max(shares.values(), default=0.0)
    unit_of = units_of(areas, shares)
    return {area: shade(shares[unit], most) for area, unit in unit_of.items()}


def certainty(estimated: pd.DataFrame, shares: Mapping[str, float], language: str) -> pd.DataFrame:
    """The areas' shares, the range of their ranks, and which shares are unsure."""
    places = [
        f"{low}–{high}" if low != high else str(low)
        for low, high in zip(estimated["rank_low"], estimated["rank_high"], strict=True)
    ]
    columns = {
        "area": list(estimated["area"]),
        "calmed": [f"{shares[area]:.0%}" if area in shares else "" for area in estimated["area"]],
        "place": places,
        "note": [say("survey.unsteady", language) if u else "" for u in estimated["unsteady"]],
    }
    return pd.DataFrame(
        {say(f"survey_page.{name}", language): values for name, values in columns.items()}
    )


def _area(name: str, language: str) -> str:
    return say("survey_page.county", language) if name == WHOLE else name


def _percent(written: object) -> str:
    try:
        return f"{float(str(written)):.0%}"
    except ValueError:
        return ""


def label_of(book: Book, question: str, answer: str | None, language: str) -> str:
    """A question's wording, or an answer's, where a codebook knows it; else its id."""
    if answer is not None:
        return answer_label(book, question, answer, language)
    known = book.questions.get(question) if book is not None else None
    if known is None:
        plain = question.replace("_", " ")
        return plain[:1].upper() + plain[1:]
    return known.label.get(language) or known.label.get("en") or question
