"""Times in a cell: opening_hours text as it is, free text through the hours reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assetmap import schedule


class Times(NamedTuple):
    """A schedule ("" = none), other fields the text also fills, and what has to be said."""

    schedule: str
    fill: Mapping[str, str]
    severity: str
    note: str


def read_times(text: str) -> Times | None:
    """What `text` says; None for opening_hours text and for nothing, which need no reading."""
    if not text:
        return None
    try:
        schedule.parse(text)
        return None
    except schedule.ScheduleError:
        pass
    return Times("", {}, "kept", "the times cannot be read")
