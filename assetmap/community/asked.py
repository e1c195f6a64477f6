"""What people asked for in a published survey, beside a community's other need indicators.

Needs and barriers by area become indicators with the margin of their interval. They stand apart:
each can be chosen, none enters the index of all indicators, for a survey of hundreds is not a
census.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from assetmap.community.folder import Community
from assetmap.survey.geography import units_of
from assetmap.survey.need_indicators import need_indicators
from assetmap.words import LANGUAGES, say


def with_survey(community: Community) -> Community:
    """The community with its published survey's shares among the indicators, named and noted."""
    table, notes = asked(community)
    if not len(table):
        return community
    known = community.indicators
    return replace(
        community,
        indicators=pd.concat([known, table], ignore_index=True) if len(known) else table,
        indicator_notes={**notes, **community.indicator_notes},
    )


def asked(community: Community) -> tuple[pd.DataFrame, dict[str, Mapping[str, object]]]:
    """The survey's indicators (area, indicator, value, moe, year, suppressed) and what they are."""
    areas, releases = community.areas, community.releases
    if areas is None or not len(areas) or not len(releases):
        return pd.DataFrame(), {}
    book = community.survey_book
    result = need_indicators(
        releases, units_of(areas, set(releases["area"].astype(str))), book=book
    )
    table = pd.DataFrame(
        {
            "area": result["id"].astype("str"),
            "indicator": result["indicator"].astype("str"),
            "value": result["value"].astype(float),
            "moe": result["moe"].astype(float),
            "year": result["year"].astype("Int64"),
            "suppressed": pd.array([False] * len(result), dtype=bool),
        }
    )
    notes: dict[str, Mapping[str, object]] = {}
    for name, lines in result.groupby("indicator", sort=False):
        topic, _, answer = str(name).partition(":")
        question = book.questions.get(str(lines["question"].iloc[0])) if book else None
        labels = question.answers.get(answer, {}) if question else {}
        plain = answer.replace("_", " ")
        notes[str(name)] = {
            "unit": "percent",
            "direction": "high",
            "theme": topic,
            "apart": True,
            "source": say("survey.indicator_source", "en", wave=lines["wave"].iloc[0]),
        } | {
            f"label_{tag}": say(
                f"survey.indicator_{topic}",
                tag,
                answer=labels.get(tag) or labels.get("en") or plain,
            )
            for tag in LANGUAGES
        }
    return table, notes
