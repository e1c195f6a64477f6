"""Percentile ranks and themes by the CDC's method, and rank intervals.

A percentile rank is (rank_min − 1) / (N − 1), rounded to 4 decimals, over the rows that have a
value; rows without one drop out of N, and so do rows where nobody lives. A theme is the sum of
its ranks, ranked again (CDC/ATSDR, Social Vulnerability Index 2018 documentation). What a rank
hides is how unsure it is: `simulate` and `rank_intervals` say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assetmap.words import joined, text

MISSING = -999.0
DRAWS = 1000
SEED = 20261120
Z90 = 1.6448536269514722  # margins of error of the American Community Survey are for 90%
# A count that a health department hides is 1–9 (0 and 10 or more are shown).
HIDDEN_COUNTS = (1, 9)


@dataclass(frozen=True)
class RankTable:
    """rows: id, one rank per column and theme, `overall` (NaN where undefined). used: N of each."""

    rows: pd.DataFrame
    used: dict[str, int]

    def as_json(self) -> dict[str, object]:
        """The document of the `rank` command; undefined ranks are None."""
        names = [str(name) for name in self.rows.columns[1:]]
        columns = [self.rows[name].tolist() for name in self.rows.columns]
        return {
            "rows": [
                {
                    "id": str(ident),
                    **{
                        name: None if np.isnan(value) else value
                        for name, value in zip(names, values, strict=True)
                    },
                }
                for ident, *values in zip(*columns, strict=True)
            ],
            "used": self.used,
        }


def min_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1 along the last axis; equal values share the least. No NaN.

    The same as scipy.stats.rankdata(…, "min"), whose import alone takes half a second.
    """
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, -1)
    place = np.arange(values.shape[-1]) + np.zeros(values.shape, np.int64)
    place[..., 1:][ordered[..., 1:] == ordered[..., :-1]] = 0
    ranks = np.empty(values.shape, np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(place, axis=-1) + 1, -1)
    return ranks


def percentile_ranks(
    values: np.ndarray | pd.Series,
    descending: bool = False,
    missing: float | None = MISSING,
    decimals: int = 4,
) -> np.ndarray:
    """(rank_min − 1) / (N − 1) of each value, NaN where it is missing.

    `descending`: the largest value ranks 0 (income, where less is more need). One value alone
    ranks 0.
    """
    numbers = np.array(pd.to_numeric(pd.Series(values), errors="coerce"), dtype=float)
    known = np.isfinite(numbers)
    if missing is not None:
        known &= numbers != missing
    ranks = np.full(len(numbers), np.nan)
    count = int(known.sum())
    if count:
        order = min_ranks(-numbers[known] if descending else numbers[known])
        ranks[known] = np.round((order - 1) / max(count - 1, 1), decimals)
    return ranks


def rank(
    frame: pd.DataFrame,
    ident: str,
    columns: Sequence[str],
    descending: Sequence[str] = (),
    themes: Mapping[str, Sequence[str]] | None = None,
    missing: float | None = MISSING,
    population: str | None = None,
    weights: Mapping[str, float] | None = None,
) -> RankTable:
    """Percentile ranks of `columns`, of their themes, and of everything together.

    frame: one row per area. descending: columns where less is more need. themes: name → columns
    (without any, `overall` is all columns at once). population: a column; rows with 0 or no
    people are left out. weights: per column, 1 unless said. A row missing one value of a theme
    has no rank in it (CDC), nor overall. Raises ValueError with one sentence gathering all faults.
    """
    themes = dict(themes or {})
    faults = _faults(frame, ident, columns, descending, themes, population)
    if faults:
        raise ValueError(joined(faults))
    lived_in = np.ones(len(frame), bool)
    if population is not None:
        people = pd.to_numeric(frame[population], errors="coerce").to_numpy(float, na_value=np.nan)
        lived_in = np.isfinite(people) & (people > 0)
    ranks: dict[str, np.ndarray] = {}
    for name in columns:
        numbers = pd.to_numeric(frame[name], errors="coerce").to_numpy(float, na_value=np.nan)
        ranks[name] = percentile_ranks(
            np.where(lived_in, numbers, np.nan), name in descending, missing
        )
    weight = dict.fromkeys(columns, 1.0) | dict(weights or {})
    whole = np.zeros(len(frame))
    out = dict(ranks)
    for theme, members in (themes or {"": list(columns)}).items():
        # Ranks have 4 decimals: without rounding, equal sums would differ in the last bit.
        total = np.round(sum((weight[name] * ranks[name] for name in members), whole * 0), 6)
        whole = whole + total
        if theme:
            out[theme] = percentile_ranks(total, missing=None)
    out["overall"] = percentile_ranks(np.round(whole, 6), missing=None)
    rows = pd.DataFrame({"id": frame[ident].astype(str).to_numpy(), **out})
    return RankTable(rows, {name: int(np.isfinite(value).sum()) for name, value in out.items()})


def _faults(
    frame: pd.DataFrame,
    ident: str,
    columns: Sequence[str],
    descending: Sequence[str],
    themes: Mapping[str, Sequence[str]],
    population: str | None,
) -> list[str]:
    faults: list[str] = []
    asked = [ident, *columns, *([population] if population else [])]
    absent = [name for name in asked if name not in frame]
    if absent:
        faults.append(text("indicators.absent", columns=", ".join(absent)))
    if not columns:
        faults.append(text("indicators.name_one"))
    strange = [name for name in descending if name not in columns]
    if strange:
        faults.append(text("indicators.not_ranked", columns=", ".join(strange)))
    for theme, members in themes.items():
        strange = [name for name in members if name not in columns]
        if strange:
            columns_named = ", ".join(strange)
            faults.append(text("indicators.theme_names", theme=theme, columns=columns_named))
        if not members:
            faults.append(text("indicators.theme_empty", theme=theme))
        if theme in columns or theme in ("id", "overall"):
            faults.append(text("indicators.theme_name", theme=theme))
    if not absent:
        ids = frame[ident]
        if ids.duplicated().any():
            twice = str(ids[ids.duplicated()].iat[0])
            faults.append(text("indicators.id_twice", id=twice))
        if ids.isna().any():
            faults.append(text("indicators.no_id", count=int(ids.isna().sum()), column=ident))
        for name in columns:
            odd = pd.to_numeric(frame[name], errors="coerce").isna() & frame[name].notna()
            odd &= frame[name].astype(str).str.strip() != ""
            if odd.any():
                value = frame[name][odd].iat[0]
                faults.append(text("indicators.odd_number", column=name, value=value))
    return faults


def suppressed_bounds(population: np.ndarray, per: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value a hidden count of 1–9 can stand for.

    per: None for counts, else the rate's base (100000 for "per 100,000"), over `population`.
    """
    low, high = HIDDEN_COUNTS
    people = np.asarray(population, float)
    if per is None:
        return np.full(len(people), float(low)), np.full(len(people), float(high))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(people > 0, per / people, np.nan)
    return low * rate, high * rate


def simulate(
    values: np.ndarray,
    moe: np.ndarray | None = None,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> np.ndarray:
    """What the values might truly be: array (draws, areas), NaN where nothing is known.

    moe: margin of error at 90%; the value ± moe / 1.645 as one standard deviation, never below 0
    when no value is. low, high: bounds where the value itself is hidden; any value between is as
    likely as another. The same seed gives the same draws.
    """
    values = np.asarray(values, float)
    random = np.random.default_rng(seed)
    spread = np.zeros(len(values)) if moe is None else np.nan_to_num(np.asarray(moe, float)) / Z90
    drawn = values + random.standard_normal((draws, len(values))) * spread
    if not (values < 0).any():
        drawn = np.maximum(drawn, 0.0)
    if low is not None and high is not None:
        hidden = ~np.isfinite(values) & np.isfinite(low) & np.isfinite(high)
        between = random.random((draws, len(values)))
        drawn = np.where(hidden, low + between * (np.asarray(high) - low), drawn)
    return drawn


def rank_intervals(drawn: np.ndarray, share: float = 0.95, descending: bool = True) -> np.ndarray:
    """Lowest and highest rank (1 = most) of each area in `share` of the draws; array (areas, 2).

    NaN where an area has no value. `descending`: the largest value ranks 1.
    """
    known = np.isfinite(drawn).all(axis=0)
    out = np.full((drawn.shape[1], 2), np.nan)
    if known.any():
        ranks = min_ranks(-drawn[:, known] if descending else drawn[:, known])
        tail = (1 - share) / 2
        low = np.quantile(ranks, tail, axis=0, method="lower")
        out[known] = np.column_stack((low, np.quantile(ranks, 1 - tail, axis=0, method="higher")))
    return out
