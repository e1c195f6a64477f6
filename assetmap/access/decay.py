"""Decay: how much a distance counts within a catchment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.access.inputs import AccessError
from assetmap.words import text

DECAYS = ("none", "step", "gaussian", "inverse")
# Luo & Qi 2009 (10.1016/j.healthplace.2009.06.002): ends as shares of the catchment, weights.
STEPS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))

# Two ways of computing one distance may differ in the last bit; a limit includes its own distance.
HAIR = 1 + 1e-12
# The numbers by which the compiled kernels know a weight.
EQUAL, STEPPED, GAUSSIAN, KERNEL_DENSITY, INVERSE = range(5)
_CODES = {
    "none": EQUAL,
    "step": STEPPED,
    "gaussian": GAUSSIAN,
    "kernel": KERNEL_DENSITY,
    "inverse": INVERSE,
}


@dataclass(frozen=True)
class Decay:
    """A weight W = f(d) for distances d up to `limit` (metres, or the cost table's unit).

    none: 1 · step: {1, .68, .22} at T/3, 2T/3, T (Luo & Qi 2009) · gaussian: exp(−d²/2σ²), σ =
    `sigma` or T/3 · inverse: 1/d · kernel: (e^{−½(d/T)²} − e^{−½}) / (1 − e^{−½}) (Dai 2010,
    10.1016/j.healthplace.2010.06.012), the KD2SFCA method's own.
    """

    name: str
    limit: float
    sigma: float
    steps: tuple[tuple[float, float], ...] = STEPS

    @property
    def code(self) -> int:
        """The number by which the compiled kernels know this weight."""
        return _CODES[self.name]

    @property
    def ends(self) -> np.ndarray:
        """Upper ends of the steps, in the unit of `limit`; an end belongs to its step.

        A hair is added: 2/3 of a catchment is not always a number that a float can be.
        """
        return np.array([end * self.limit * HAIR for end, _ in self.steps])

    @property
    def step_weights(self) -> np.ndarray:
        """The weight of each step."""
        return np.array([weight for _, weight in self.steps])

    def weights(self, distance: np.ndarray) -> np.ndarray:
        """W of each distance ≤ limit. Inverse needs distances above 0."""
        if self.name == "none":
            return np.ones(len(distance))
        if self.name == "gaussian":
            return np.exp(-0.5 * (distance / self.sigma) ** 2)
        if self.name == "kernel":
            edge = np.exp(-0.5)
            return (np.exp(-0.5 * (distance / self.limit) ** 2) - edge) / (1 - edge)
        if self.name == "inverse":
            with np.errstate(divide="ignore"):  # refused by the caller, with both names
                return 1.0 / distance
        position = np.searchsorted(self.ends, distance, side="left")
        return np.append(self.step_weights, 0.0)[position]


def choose(
    method: str,
    decay: str | None,
    limit: float,
    sigma: float | None = None,
    steps: tuple[tuple[float, float], ...] = STEPS,
) -> Decay:
    """The weight a method uses: its own, or the one asked for. Raises AccessError."""
    if decay is not None and decay not in DECAYS:
        raise AccessError(text("access.no_decay", decay=decay, some=", ".join(DECAYS)))
    if method == "kd2sfca":
        if decay is not None:
            raise AccessError(text("access.own_weight", decay=decay))
        return Decay("kernel", limit, limit / 3)
    if method in ("nearest", "count", "coverage"):
        if decay not in (None, "none"):
            raise AccessError(text("access.no_weights", method=method, decay=decay))
        return Decay("none", limit, limit / 3)
    if decay is None:
        decay = "none" if method == "2sfca" else "step"
    if sigma is not None and not (np.isfinite(sigma) and sigma > 0):
        raise AccessError(text("access.bad_sigma", sigma=sigma))
    return Decay(decay, limit, limit / 3 if sigma is None else sigma, steps)
