"""Whether access is spread evenly, and whether it lies where need is."""

from __future__ import annotations

import numpy as np


def gini(access: np.ndarray, people: np.ndarray) -> float | None:
    """Gini coefficient of access over people: 0 all alike, towards 1 all with a few.

    access ≥ 0 per area; people weigh. None when nobody has any. Twice the area between the
    diagonal and the Lorenz curve (trapezoids).
    """
    good = np.isfinite(access) & (people > 0)
    a, p = access[good], people[good]
    if not len(a) or (a * p).sum() <= 0:
        return None
    order = np.argsort(a, kind="stable")
    share_p = np.concatenate(([0.0], np.cumsum(p[order]) / p.sum()))
    share_a = np.concatenate(([0.0], np.cumsum((a * p)[order]) / (a * p).sum()))
    return float(1 - ((share_a[1:] + share_a[:-1]) * np.diff(share_p)).sum())


def concentration(access: np.ndarray, need: np.ndarray, people: np.ndarray) -> float | None:
    """Concentration index of access by need, over people: −1 … 1.

    Areas are ranked from most need to least; below 0, areas with more need have more access; above
    0, less. 2 cov(A, r) / mean(A), r the fractional rank (Kakwani, Wagstaff & van Doorslaer 1997,
    10.1016/S0304-4076(96)01807-6). None when nobody has any access or need is not known.
    """
    good = np.isfinite(access) & np.isfinite(need) & (people > 0)
    a, n, p = access[good], need[good], people[good]
    if not len(a) or (a * p).sum() <= 0:
        return None
    weight = p / p.sum()
    values, where = np.unique(-n, return_inverse=True)
    group = np.bincount(where, weight, len(values))
    rank = (np.cumsum(group) - group / 2)[where]
    mean = (a * weight).sum()
    return float(2 * (weight * (a - mean) * (rank - 0.5)).sum() / mean)
