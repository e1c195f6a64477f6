"""Colours of the gap maps, and which class an area falls in.

Undefined is never a colour: its class is None, and it is hatched wherever it is drawn.
"""

from __future__ import annotations

import numpy as np

from assetmap.gaps import KindGaps
from assetmap.gaps.matrix import NeedReach
from assetmap.gaps.need import Need

# Need × reach, nine colours, the first three the lowest row: need grows to the right (orange),
# reach falls upwards (blue), so that the top right corner is more need and less reach. Brewer
# 1994, "Color use guidelines for mapping and visualization"; brewer.seqseq2 of the R package
# pals. Any two differ by ΔE00 ≥ 10 as seen with normal sight, protanopia, deuteranopia and
# tritanopia (Machado, Oliveira & Fernandes 2009, 10.1109/TVCG.2009.113); a test holds it.
SQUARE = (
    "#f3f3f3", "#f3e6b3", "#f3b300",
    "#b4d3e1", "#b3b3b3", "#b36600",
    "#509dc2", "#376387", "#000000",
)  # fmt: skip
SQUARE_SOURCE = "Brewer 1994 (brewer.seqseq2)"
# One number by area, light to dark: ColorBrewer 2.0 YlOrBr for need, YlGn for reach.
NEED = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
REACH = ("#ffffcc", "#c2e699", "#78c679", "#31a354", "#006837")
# A gap, call to know, not a gap.
STATES = ("#d95f0e", "#fed98e", "#31a354")
STATE_OF = {"yes": 0, "call": 1, "no": 2}
# Yes, nobody asked, no (Okabe & Ito 2008).
ANSWERS = ("#009e73", "#b3b3b3", "#d55e00")
# Light to dark, ColorBrewer 2.0 Blues, each with the ink that reads on it.
HEAT = (
    ("#f7fbff", "#000000"),
    ("#c6dbef", "#000000"),
    ("#6baed6", "#000000"),
    ("#2171b5", "#ffffff"),
    ("#08306b", "#ffffff"),
)

Class = int | None


def heat(value: float, most: float) -> tuple[str, str]:
    """Ground and ink of a cell of a heat table: 0 is the lightest, then quarters of `most`."""
    if value <= 0 or most <= 0:
        return HEAT[0]
    return HEAT[min(1 + int(value / most * 4), len(HEAT) - 1)]


def steps(values: np.ndarray, most: int = 5) -> tuple[list[Class], list[float]]:
    """Classes of values by quantiles, and the upper end of each class.

    Equal values share a class, so there may be fewer than `most`. NaN has no class.
    """
    known = np.isfinite(values)
    if not known.any():
        return [None] * len(values), []
    shares = np.linspace(0, 1, most + 1)[1:]
    ends = np.unique(np.quantile(values[known], shares, method="inverted_cdf"))
    classes = np.searchsorted(ends, values)
    return [int(item) if sure else None for item, sure in zip(classes, known, strict=True)], list(
        ends
    )


def spread(colours: tuple[str, ...], count: int) -> list[str]:
    """`count` of the colours, the lightest and the darkest always among them."""
    if count <= 1:
        return [colours[len(colours) // 2]]
    return [colours[round(classes * (len(colours) - 1) / (count - 1))] for classes in range(count)]


def need_thirds(need: Need) -> np.ndarray:
    """0, 1 or 2 per area, 2 the third with most need; NaN unknown."""
    known = np.isfinite(need.value)
    out = np.full(len(need.value), np.nan)
    if need.differs:
        cuts = np.quantile(need.value[known], [1 / 3, 2 / 3])
        out[known] = np.searchsorted(cuts, need.value[known])
    return out


def reach_thirds(kind_gaps: KindGaps, lived_in: np.ndarray) -> np.ndarray:
    """0 below the mark, 1 at the mark, 2 at the mark with at least as much as half of those."""
    out = np.where(kind_gaps.met, 1.0, 0.0)
    counted = kind_gaps.met & lived_in
    if counted.any():
        out[kind_gaps.met & (kind_gaps.known >= np.median(kind_gaps.known[counted]))] = 2
    out[kind_gaps.gap == "no data"] = np.nan
    return np.where(lived_in, out, np.nan)


def need_reach_thirds(reach: NeedReach, lived_in: np.ndarray, no_data: np.ndarray) -> np.ndarray:
    """0 at most half of the kinds of support, 1 more, 2 all of them."""
    total = len(reach.types)
    out = np.where(reach.known >= total, 2.0, np.where(reach.known > total / 2, 1.0, 0.0))
    out[no_data & (reach.known < total)] = np.nan
    return np.where(lived_in, out, np.nan)


def square(need: np.ndarray, reach: np.ndarray) -> list[Class]:
    """Positions in SQUARE from thirds of need and of reach."""
    known = np.isfinite(need) & np.isfinite(reach)
    both = zip(need, reach, known, strict=True)
    return [int((2 - present) * 3 + here) if sure else None for here, present, sure in both]
