"""The travel times that a community's folder holds: `[travel] path` of community.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from assetmap.access import AccessError
from assetmap.access.travel import MODES, UNITS, Travel, read_travel
from assetmap.fields import JsonObject, Problem
from assetmap.files.source import Source, UnreadableFile
from assetmap.files.table import open_frame
from assetmap.words import text
from assetmap.words.formats import listed

COLUMNS = ("origin", "dest", "minutes", "from_id", "to_id", "travel_time")


def read_travel_times(folder: Path, settings: JsonObject, problems: list[Problem]) -> Travel | None:
    """The table named under `[travel] path`; None where there is none to read."""
    table = settings.get("travel")
    if not isinstance(table, Mapping) or not table.get("path"):
        return None
    name = str(table["path"])
    path = folder / name

    def says(note: str, severity: str = "rejected") -> None:
        problems.append(Problem(None, "travel", name, severity, note, "travel"))

    if not path.is_file():
        says(text("travel.not_there", name=name))
        return None
    mode, unit = str(table.get("mode", "")), table.get("unit")
    if mode and mode not in MODES:
        known = listed(MODES, either=True)
        says(text("travel.setting", name="mode", value=mode, known=known), "kept")
    if unit is not None and unit not in UNITS:
        known = listed(tuple(UNITS), either=True)
        says(text("travel.setting", name="unit", value=str(unit), known=known), "kept")
    try:
        frame, repaired = open_frame(Source(path.name, path.read_bytes()), COLUMNS)
        travel, notes = read_travel(
            frame.reset_index(drop=True), path.name, mode, str(unit) if unit else None
        )
    except UnreadableFile as error:
        says(error.args[0])
        return None
    except AccessError as error:
        says(error.args[0])
        return None
    problems += repaired
    for note in notes:
        says(note, "kept")
    return travel


def unmatched_travel(
    travel: Travel | None, areas: pd.Series | None, assets: pd.Series
) -> list[Problem]:
    """What the table does not know of the community, or the community not of the table."""
    if travel is None or areas is None or not len(areas):
        return []
    result = []
    known = int((travel.areas(pd.Index(areas)) >= 0).sum())
    if not known:
        result.append(text("travel.no_area", name=travel.name))
    elif known < len(areas):
        result.append(text("travel.some_areas", name=travel.name, known=known, all=len(areas)))
    places = int((travel.places(pd.Index(assets)) >= 0).sum()) if len(assets) else 0
    if not places:
        result.append(text("travel.no_place", name=travel.name))
    elif places < len(assets):
        result.append(text("travel.some_places", name=travel.name, known=places, all=len(assets)))
    return [Problem(None, "travel", travel.name, "kept", note, "travel") for note in result]
