"""Moving the dates of a demo, so that what was fresh when it was written is fresh today."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd

# Days that must stay the same weekday move by whole weeks, never into the past.
BY_WEEKS = ("dates", "recurrence")
BY_DAYS = ("verified_on", "beds_as_of", "certified_until", "published_at", "fetched_at")

_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?=T|;|\s|,|$)")


def move_dates(frame: pd.DataFrame, moved: timedelta) -> pd.DataFrame:
    """Plain columns with every date moved; columns without dates are the same."""
    if not moved:
        return frame
    weeks = timedelta(days=-(-moved.days // 7) * 7)
    changed = {
        name: frame[name].map(lambda text, by=by: _moved(text, by), na_action="ignore")
        for names, by in ((BY_DAYS, moved), (BY_WEEKS, weeks))
        for name in names
        if name in frame
    }
    return frame.assign(**changed)


def _moved(text: object, by: timedelta) -> object:
    if not isinstance(text, str):
        return text
    text = _DAY.sub(lambda match: _day(match, by, "-"), text)
    return _COMPACT.sub(lambda match: _day(match, by, ""), text)


def _day(match: re.Match[str], by: timedelta, joint: str) -> str:
    try:
        day = date(*map(int, match.groups())) + by
    except (ValueError, OverflowError):
        return match[0]
    return day.strftime(f"%Y{joint}%m{joint}%d")
