"""What a read indicator file holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from assetmap.fields import Problem

COLUMNS = ("area", "indicator", "value", "moe", "year", "suppressed")


class IndicatorError(ValueError):
    """The indicator file cannot be read at all; the message is one plain sentence."""


class Indicators(NamedTuple):
    """What a file says of areas.

    table: area (text) · indicator · value (NaN when missing or hidden) · moe (90%) · year ·
    suppressed. themes: theme → indicators; descending: those where less is more need (both only
    known of some formats). population, adults: by area, where the file tells. notes: per indicator
    unit, direction, theme, labels and source, as in indicators.toml, where the format tells.
    """

    table: pd.DataFrame
    problems: list[Problem]
    themes: dict[str, list[str]]
    descending: tuple[str, ...]
    population: pd.Series | None = None
    adults: pd.Series | None = None
    notes: Mapping[str, Mapping[str, str]] = {}
