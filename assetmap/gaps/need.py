"""Need of areas: one indicator, or all of them ranked together, with how sure it is.

Need is never merged with access: recovery services follow need, so a merged index hides both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from assetmap.fields import JsonObject
from assetmap.gaps.settings import GapError
from assetmap.indicators import (
    min_ranks,
    rank_intervals,
    simulate,
    suppressed_bounds,
    values_by_area,
)
from assetmap.words import text

RATE_PER = 100_000.0
ALL = "all"


@dataclass(frozen=True)
class Need:
    """indicator: its id, or `all`. value: point estimate per area (NaN where unknown; higher is
    more need). drawn: array (draws, areas). ranks: array (areas, 2), 1 = most need, in 95% of
    draws. used: the indicators it is made of. notes: the indicators' own notes."""

    indicator: str
    value: np.ndarray
    drawn: np.ndarray
    ranks: np.ndarray
    used: tuple[str, ...]
    sources: tuple[str, ...]

    @cached_property
    def cut(self) -> float:
        """The median: above it is more need than in half of the areas."""
        return float(np.nanmedian(self.value)) if np.isfinite(self.value).any() else np.nan

    @cached_property
    def differs(self) -> bool:
        """Whether any area is known to need more than another."""
        return len(np.unique(self.value[np.isfinite(self.value)])) > 1

    @cached_property
    def high(self) -> np.ndarray:
        """1 more need, 0 less, NaN unknown: of one area alone, or of numbers all alike, too."""
        if not self.differs:
            return np.full(len(self.value), np.nan)
        return np.where(np.isfinite(self.value), self.value > self.cut, np.nan)

    @cached_property
    def steady(self) -> np.ndarray:
        """Share of draws in which an area stays on its side of the cut."""
        with np.errstate(invalid="ignore"):
            cut = np.nanmedian(self.drawn, axis=1, keepdims=True)
            return ((self.drawn > cut) == (self.high == 1)).mean(axis=0)


def need_of(
    table: pd.DataFrame,
    notes: JsonObject,
    areas: pd.Index,
    population: np.ndarray,
    indicator: str | None = None,
    draws: int = 1000,
    seed: int = 20261120,
) -> Need | None:
    """Need by one indicator, or by all (mean percentile rank within themes, then of themes).

    table: the long indicator table. notes: per indicator `direction` (high: a high number is more
    need; low: the reverse), `per = "population"` for counts that become rates, `hidden_under`,
    `theme`. None when there are no indicators. Raises GapError for an unknown one.
    """
    indicators = list(dict.fromkeys(table["indicator"])) if len(table) else []
    if indicator and indicator not in indicators:
        known = ", ".join(indicators) or text("gaps.no_indicators")
        raise GapError(text("gaps.no_indicator", indicator=indicator, known=known))
    # What stands apart (a survey's shares) is chosen by name, and is no part of the index of all.
    together = [name for name in indicators if not _note(notes, name).get("apart")]
    used = [indicator] if indicator else together or indicators
    points, drawn = {}, {}
    for position, name in enumerate(used):
        points[name], drawn[name] = _one(
            table, notes, name, areas, population, draws, seed + position
        )
    lived_in = (population > 0) | np.isnan(population)
    used = [name for name in used if np.isfinite(points[name][lived_in]).any()]
    if not used:
        return None
    if indicator:
        value, many = points[indicator], drawn[indicator]
    else:
        themes: dict[str, list[str]] = {}
        for name in used:
            themes.setdefault(_note(notes, name).get("theme", name), []).append(name)
        value = _together(
            themes, {name: entry[None, :] for name, entry in points.items()}, lived_in
        )[0]
        many = _together(themes, drawn, lived_in)
    value = np.where(lived_in, value, np.nan)
    many = np.where(lived_in, many, np.nan)
    sources = dict.fromkeys(str(_note(notes, name).get("source", "")) for name in used)
    return Need(
        indicator or ALL,
        value,
        many,
        rank_intervals(many),
        tuple(used),
        tuple(source for source in sources if source),
    )


def _note(notes: JsonObject, name: str) -> JsonObject:
    result = notes.get(name)
    return result if isinstance(result, Mapping) else {}


def _one(
    table: pd.DataFrame,
    notes: Mapping[str, object],
    name: str,
    areas: pd.Index,
    population: np.ndarray,
    draws: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    note = _note(notes, name)
    rows = values_by_area(table, name, areas)
    value, moe = rows["value"].to_numpy(float), rows["moe"].to_numpy(float)
    per = RATE_PER if note.get("per") == "population" else None
    low, high = suppressed_bounds(population, per)
    hidden = rows["suppressed"].to_numpy(bool)
    low, high = np.where(hidden, low, np.nan), np.where(hidden, high, np.nan)
    if per:
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(population > 0, per / population, np.nan)
        # A count is unsure by chance alone: its variance is the count (Poisson).
        moe = np.where(np.isfinite(moe), moe, 1.645 * np.sqrt(value)) * rate
        value = value * rate
    many = simulate(value, moe, low, high, draws, seed)
    value = np.where(hidden, (low + high) / 2, value)
    if note.get("direction") == "low":
        return -value, -many
    return value, many


def _together(
    themes: Mapping[str, list[str]], values: Mapping[str, np.ndarray], lived_in: np.ndarray
) -> np.ndarray:
    """Percentile ranks of each row of values, their mean within themes, and of the themes."""
    means = []
    for members in themes.values():
        ranks = [_percentiles(np.where(lived_in, values[name], np.nan)) for name in members]
        means.append(_mean(np.stack(ranks)))
    return _mean(np.stack(means))


def _mean(stack: np.ndarray) -> np.ndarray:
    known = np.isfinite(stack)
    count = known.sum(axis=0)
    total = np.where(known, stack, 0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _percentiles(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values).all(axis=0)
    out = np.full(values.shape, np.nan)
    if known.any():
        ranks = min_ranks(values[:, known])
        out[:, known] = (ranks - 1) / max(int(known.sum()) - 1, 1)
    return out
