"""How sure a share of answers is: intervals, calmer map shades, ranks as ranges, waves compared.

All of it says "of those who answered" and is computed from published numbers only, but for
`weighted_shares`, which is for the assessor's eyes: where a file has a weight for each person, the
weighted share stands beside the published count, with an interval from Kish's effective number of
answers. It is not published: with weights that follow from areas, a weighted share of the whole
county would narrow the hidden numbers of its areas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaln

from assetmap.survey.counts import WHOLE
from assetmap.survey.rules import MIN_ANSWERS, NOT_SHOWN

Z95 = 1.959963984540054
WIDEST = 0.30
DRAWS = 1_000
SEED = 20_261_101
GRID, GRIDS = 17, 7


def wilson(count: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of count / n, both in [0, 1].

    Wilson 1927, 10.1080/01621459.1927.10502953; Brown, Cai & DasGupta 2001,
    10.1214/ss/1009213286, on why not Wald. Raises ValueError for n < 1 or a count outside 0..n.

    >>> low, high = wilson(30, 60)
    >>> round(low, 3), round(high, 3)
    (0.377, 0.623)
    """
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"{count} of {n}: a share needs 0 ≤ count ≤ n and n ≥ 1.")
    share = count / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def unsteady(n: float, low: float, high: float) -> bool:
    """Whether a share is too unsure to be compared: n < 30 or wider than 30 points."""
    return n < MIN_ANSWERS or high - low > WIDEST


def shrunk(counts: ArrayLike, n: ArrayLike) -> np.ndarray:
    """Shares drawn towards the overall share, the more the fewer answered: for map shades.

    Empirical Bayes with a beta prior fitted by maximum marginal (beta-binomial) likelihood;
    Griffiths 1973, 10.2307/2529131; Clayton & Kaldor 1987, 10.2307/2532003, for maps. One area,
    or areas that do not differ more than chance, all get (nearly) the overall share.
    """
    k, m = np.asarray(counts, dtype=float), np.asarray(n, dtype=float)
    if k.shape != m.shape or (m < 1).any() or (k < 0).any() or (k > m).any():
        raise ValueError("Each count must lie between 0 and its n, and each n be at least 1.")
    overall = (k.sum() + 0.5) / (m.sum() + 1)
    if len(k) < 2:
        return np.full(len(k), k.sum() / m.sum())

    # The peak of the likelihood is closed in on by grids: the surface is smooth, and the strength
    # is bounded, because areas that do not differ at all would send it to infinity.
    centre, reach = (float(np.log(overall / (1 - overall))), 4.5), (3.0, 7.5)
    for _ in range(GRIDS):
        logit, log_strength = np.meshgrid(
            np.linspace(centre[0] - reach[0], centre[0] + reach[0], GRID),
            np.clip(np.linspace(centre[1] - reach[1], centre[1] + reach[1], GRID), -3, 12),
        )
        mean, strength = 1 / (1 + np.exp(-logit)), np.exp(log_strength)
        a, b = (mean * strength)[..., None], ((1 - mean) * strength)[..., None]
        likelihood = (betaln(k + a, m - k + b) - betaln(a, b)).sum(axis=-1)
        peak = np.unravel_index(int(np.argmax(likelihood)), likelihood.shape)
        centre = (float(logit[peak]), float(log_strength[peak]))
        reach = (reach[0] / 4, reach[1] / 4)
    weight = float(np.exp(centre[1]))
    return (k + weight / (1 + np.exp(-centre[0]))) / (m + weight)


def rank_ranges(
    counts: ArrayLike, n: ArrayLike, draws: int = DRAWS, seed: int = SEED
) -> list[tuple[int, int]]:
    """The rank of each area's share (1 = highest) as a 95% range, by seeded simulation.

    Shares are drawn from Beta(count + ½, n − count + ½) (Jeffreys); ranks of the draws' middle
    95%. Goldstein & Spiegelhalter 1996, 10.2307/2983325, on why a hard rank misleads.
    """
    k, m = np.asarray(counts, dtype=float), np.asarray(n, dtype=float)
    if not len(k):
        return []
    drawn = np.random.default_rng(seed).beta(k + 0.5, m - k + 0.5, size=(draws, len(k)))
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    low = np.quantile(ranks, 0.025, axis=0, method="lower")
    high = np.quantile(ranks, 0.975, axis=0, method="higher")
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True)]


def effective_n(weights: Sequence[float]) -> float:
    """Kish's effective number of answers, (Σw)² / Σw² (Kish 1965, Survey Sampling, 11.7).

    >>> round(effective_n([1, 1, 2]), 3)
    2.667
    """
    w = np.asarray(weights, dtype=float)
    if not len(w) or (w < 0).any() or not w.sum() or not np.isfinite(w).all():
        raise ValueError("Weights must be finite, not negative, and not all 0.")
    return float(w.sum() ** 2 / (w**2).sum())


class Change(NamedTuple):
    """The later share less the earlier one, its 95% interval, and whether it may be chance."""

    difference: float
    low: float
    high: float
    within_noise: bool


def change(earlier: tuple[int, int], later: tuple[int, int], z: float = Z95) -> Change:
    """Two waves' (count, n) compared, as different people asked.

    Newcombe's hybrid score interval (1998, 10.1002/(SICI)1097-0258(19980430)17:8<873), method 10.
    """
    (k1, n1), (k2, n2) = earlier, later
    low1, high1 = wilson(k1, n1, z)
    low2, high2 = wilson(k2, n2, z)
    p1, p2 = k1 / n1, k2 / n2
    difference = p2 - p1
    low = difference - float(np.hypot(p2 - low2, high1 - p1))
    high = difference + float(np.hypot(high2 - p2, p1 - low1))
    return Change(difference, low, high, low <= 0 <= high)


def of_table(table: pd.DataFrame) -> pd.DataFrame:
    """Shades, rank ranges and steadiness for the shown cells of a published table.

    Returns wave, area, question, answer, shade, rank_low, rank_high, unsteady. Cells that are not
    shown have no line here, the county's has no shade and rank.
    """
    shown = table[table["count"] != NOT_SHOWN].copy()
    shown["k"] = shown["count"].astype(int)
    shown["n"] = shown["n_answering"].astype(int)
    shown["unsteady"] = [
        unsteady(n, float(low), float(high))
        for n, low, high in zip(shown["n"], shown["low"], shown["high"], strict=True)
    ]
    k, n = shown["k"].to_numpy(), shown["n"].to_numpy()
    values = np.full((len(shown), 3), np.nan)
    local = np.flatnonzero((shown["area"] != WHOLE).to_numpy())
    keys = shown[["wave", "question", "answer"]].iloc[local]
    for places in keys.groupby(["wave", "question", "answer"], sort=False).indices.values():
        rows = local[places]
        values[rows, 0] = shrunk(k[rows], n[rows])
        values[rows, 1:] = rank_ranges(k[rows], n[rows])
    shown[["shade", "rank_low", "rank_high"]] = values
    columns = ["wave", "area", "question", "answer", "shade", "rank_low", "rank_high", "unsteady"]
    return shown[columns].astype({"rank_low": "Int64", "rank_high": "Int64"}).reset_index(drop=True)


COLUMNS = ("wave", "question", "answer", "n_weighted", "effective_n", "share", "low", "high")


def weighted_shares(frame: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """COLUMNS for each line of the released `table` that shows a number of the whole county.

    share = Σ w of those who gave the answer / Σ w of those who answered, over the people of the
    answers' `frame` who have a weight; low and high are Wilson's interval at the effective number
    of answers (Σw)² / Σw² (Kish 1965). Empty where nobody has a weight.
    """
    lines = []
    shown = table[(table["area"] == WHOLE) & (table["count"].astype(str) != NOT_SHOWN)]
    weighed = frame[frame["weight"].notna()]
    for (wave, question), rows in shown.groupby(["wave", "question"], sort=False):
        if question not in weighed:
            continue
        people = weighed[weighed["wave"] == wave]
        answered = np.array([isinstance(value, frozenset) for value in people[question]], bool)
        weights = people["weight"].to_numpy(dtype=float)[answered]
        if not weights.sum() > 0:
            continue
        given = people[question].to_numpy(dtype=object)[answered]
        n = effective_n(weights.tolist())
        for answer in rows["answer"]:
            ticked = np.array([answer in value for value in given], dtype=bool)
            share = float(weights[ticked].sum() / weights.sum())
            low, high = wilson(share * n, n)
            lines.append((wave, question, answer, len(weights), n, share, low, high))
    return pd.DataFrame(lines, columns=list(COLUMNS))
