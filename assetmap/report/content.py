"""The report of a gap view: its first page, then its sections in the order they are read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import pandas as pd

from assetmap.gaps import Gaps, Ground
from assetmap.gaps.ground import shortened
from assetmap.report import gifts, method, sections, words
from assetmap.report.briefing import Briefing, briefing
from assetmap.report.sections import Passage, Section
from assetmap.words import say

# Rows of a passage that paper has room for; the CSV file has the rest of the areas.
MOST_ROWS = {"areas": 40, "groups": 12, "support": 12, "populations": 12}


@dataclass(frozen=True)
class Report:
    """title; fictional: a sentence or nothing; made: the date; sections in reading order; closing
    sentences. briefing: the first page. ground and places (name, lat, lon) are what the maps are
    drawn from. letter: the paper is US letter, else A4."""

    title: str
    fictional: str
    made: str
    sections: list[Section]
    closing: list[str]
    language: str
    ground: Ground = field(repr=False)
    briefing: Briefing
    places: pd.DataFrame | None = field(default=None, repr=False)
    letter: bool = True


class Reported(gifts.Surveyed, method.Described, Protocol):
    """What a report needs of a community that has been opened; `community.Community` has it."""

    @property
    def name(self) -> str: ...

    @property
    def fictional(self) -> bool: ...

    @property
    def places(self) -> pd.DataFrame: ...


def report(
    community: Reported,
    ground: Ground,
    result: Gaps,
    kind: str | None = None,
    need: str | None = None,
    language: str = "en",
) -> Report:
    """The report of a result of `gaps` for a kind or a need."""

    def said(text: str, **values: object) -> str:
        return say(f"report.{text}", language, **values)

    name = shortened(community.name)
    topic = words.topic_label(kind, need, language) or said("everything")
    whole = [
        sections.have(community, ground, result, kind, language),
        sections.needs(community, ground, result, language),
        sections.where(ground, result, kind, need, language),
        sections.when(ground, result, language),
        sections.next_section(ground, result, language),
        sections.how_computed(community, ground, result, language),
        sections.limits(language),
    ]
    return Report(
        said("title", name=name, topic=topic),
        said("fictional", name=name) if community.fictional else "",
        said("made", date=words.day_text(ground.settings.now.date(), language)),
        [_for_paper(section, language) for section in whole if not section.empty],
        [say("gaps.places", language)],
        language,
        ground,
        briefing(ground, result, kind, need, language),
        community.places,
        ground.settings.country in ("US", "CA", "MX", "PH"),
    )


def _for_paper(section: Section, language: str) -> Section:
    """Without what is empty, and without the rows that paper has no room for."""
    passages = [_shortened(passage, language) for passage in section.passages if not passage.empty]
    return replace(section, passages=passages)


def _shortened(passage: Passage, language: str) -> Passage:
    most = MOST_ROWS.get(passage.name)
    if most is None or len(passage.frame) <= most:
        return passage
    note = passage.note
    if passage.name == "areas":
        more = say("report.more_rows", language, count=len(passage.frame) - most)
        note = f"{note} {more}"
    return replace(passage, frame=passage.frame.head(most), note=note)
