"""Reach by the compiled kernels, for maps too large for numpy alone."""

from __future__ import annotations

from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from assetmap.access.inputs import AccessError, Decay, Pairs
from assetmap.places import EARTH_RADIUS_M, distance_m
from assetmap.words import text

BYTES_PER_PAIR = 20  # position 4, distance 8, weight 8
_BLOCK = 200_000
_SAMPLE = 2000


def _kernels(areas: int, assets: int) -> ModuleType:
    """The compiled loops. Raises AccessError where numba, which compiles them, is missing."""
    try:
        from assetmap.access import kernels
    except ModuleNotFoundError as error:
        if error.name not in ("numba", "llvmlite"):
            raise
        raise AccessError(text("access.numba", areas=f"{areas:,}", assets=f"{assets:,}")) from None
    return kernels


class Bands:
    """Points in bands of equal latitude, by longitude within a band, as the kernels want them."""

    def __init__(self, lat: np.ndarray, lon: np.ndarray, limit: float) -> None:
        phi = np.radians(lat)
        lam = np.radians((lon + 180.0) % 360.0 - 180.0)
        low, high = (phi.min(), phi.max()) if len(phi) else (0.0, 0.0)
        # A third of the radius leaves few points outside the circle; more bands than points
        # would only cost memory.
        height = max(limit / EARTH_RADIUS_M / 3, (high - low) / max(len(phi), 1), 1e-9)
        count = int((high - low) / height) + 1
        band = np.minimum(((phi - low) / height).astype(np.int32), count - 1)
        self.order = np.lexsort((lam, band)).astype(np.int32)
        self.starts = np.searchsorted(band[self.order], np.arange(count + 1)).astype(np.int64)
        del band
        self.bands = np.array([low, height])
        self.points = np.column_stack((phi[self.order], lam[self.order]))
        del phi, lam
        self.vectors = np.empty((len(self.order), 3))
        np.cos(self.points[:, 0], out=self.vectors[:, 2])
        np.multiply(self.vectors[:, 2], np.cos(self.points[:, 1]), out=self.vectors[:, 0])
        np.multiply(self.vectors[:, 2], np.sin(self.points[:, 1]), out=self.vectors[:, 1])
        np.sin(self.points[:, 0], out=self.vectors[:, 2])

    def unsorted(self, values: np.ndarray) -> np.ndarray:
        """Values by sorted point, back in the order the points came in."""
        out = np.empty_like(values)
        out[self.order] = values
        return out


class Compiled:
    """Sums by the compiled kernels: over stored pairs while they fit, else streamed."""

    def __init__(
        self,
        areas: tuple[np.ndarray, np.ndarray],
        assets: tuple[np.ndarray, np.ndarray],
        limit: float,
        decay: Decay,
        budget_bytes: int,
    ) -> None:
        self._kernels: Any = _kernels(len(areas[0]), len(assets[0]))
        self._decay, self._limit = decay, limit
        self._areas, self._assets = Bands(*areas, limit), Bands(*assets, limit)
        self._where = areas, assets
        self._within: np.ndarray | None = None
        self._nearest_asset: np.ndarray | None = None
        self.table: Pairs | None = None
        self._weights: np.ndarray | None = None
        # Pairs are counted first; where a sample says that they are far too many to keep, the
        # count is left to the first sum over areas, which walks the same pairs.
        self.stored = self._guess() * BYTES_PER_PAIR <= 2 * budget_bytes
        if self.stored:
            self.stored = self.pairs * BYTES_PER_PAIR <= budget_bytes

    def _guess(self) -> float:
        """Pairs, from a sample of the areas."""
        step = len(self._areas.order) // _SAMPLE + 1
        points, vectors = self._areas.points[::step].copy(), self._areas.vectors[::step].copy()
        with self._kernels.LOCK:
            within, _ = self._kernels.count(points, vectors, *self._points(), self._limit)
        return float(within.sum(dtype=np.int64)) * step

    def _count(self) -> None:
        if self._within is None:
            with self._kernels.LOCK:
                counted = self._kernels.count(*self._query(), *self._points(), self._limit)
            self._counted(*counted)

    def _counted(self, within: np.ndarray, which: np.ndarray) -> None:
        self._within = self._areas.unsorted(within)
        which = np.where(which >= 0, self._assets.order[which], -1).astype(np.int32)
        self._nearest_asset = self._areas.unsorted(which)
        self._find_the_far(self._nearest_asset)

    @property
    def within(self) -> np.ndarray:
        """Assets within the limit, per area."""
        self._count()
        assert self._within is not None
        return self._within

    @property
    def pairs(self) -> int:
        """Pairs within the limit."""
        return int(self.within.sum(dtype=np.int64))

    @property
    def nearest_asset(self) -> np.ndarray:
        """Position of the nearest asset, near or far, per area."""
        self._count()
        assert self._nearest_asset is not None
        return self._nearest_asset

    @cached_property
    def nearest(self) -> np.ndarray:
        """Metres to the nearest asset, near or far, per area."""
        (lat, lon), (to_lat, to_lon) = self._where
        out = np.empty(len(lat))
        for start in range(0, len(lat), _BLOCK):
            part = slice(start, start + _BLOCK)
            position = self.nearest_asset[part]
            out[part] = distance_m(lat[part], lon[part], to_lat[position], to_lon[position])
        return out

    def _query(self) -> tuple[np.ndarray, np.ndarray]:
        return self._areas.points, self._areas.vectors

    def _points(self) -> tuple[np.ndarray, ...]:
        to = self._assets
        return to.points, to.vectors, to.bands, to.starts

    def _find_the_far(self, nearest_asset: np.ndarray) -> None:
        """Fills in the nearest asset of areas with none in reach."""
        far = np.flatnonzero(nearest_asset < 0)
        if not len(far):
            return
        from scipy.spatial import cKDTree

        tree = cKDTree(self._assets.vectors)
        position = np.empty(len(self._areas.order), np.int32)
        position[self._areas.order] = np.arange(len(position), dtype=np.int32)
        _, problems = tree.query(self._areas.vectors[position[far]])
        nearest_asset[far] = self._assets.order[problems]

    def keep(self) -> Pairs:
        """The table of pairs, made on first use."""
        if self.table is None:
            begin = np.zeros(len(self.within) + 1, np.int64)
            np.cumsum(self.within, out=begin[1:])
            which = np.empty(self.pairs, np.int32)
            cost = np.empty(self.pairs)
            order = self._areas.order
            with self._kernels.LOCK:
                self._kernels.fill(
                    *self._query(),
                    *self._points(),
                    self._limit,
                    self._assets.order,
                    begin[order],
                    which,
                    cost,
                )
            self.table = Pairs(begin, which, cost, len(self._assets.order))
        return self.table

    def choice(self) -> np.ndarray:
        """Per area: Σ_k W_ik over the assets within the limit."""
        return self.to_areas(np.ones(len(self._assets.order)))

    def _weight(self) -> tuple[float, int, float, np.ndarray, np.ndarray]:
        decay = self._decay
        return decay.limit, decay.code, decay.sigma, decay.ends, decay.step_weights

    def _table_weights(self) -> np.ndarray:
        if self._weights is None:
            with self._kernels.LOCK:
                limit, code, sigma, ends, steps = self._weight()
                self._weights = self._kernels.weigh(
                    self.keep().cost, limit, code, sigma, ends, steps
                )
        return self._weights

    def to_areas(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per area: Σ_j W_ij values_j (W² when squared)."""
        if self.stored:
            table, weights = self.keep(), self._table_weights()
            with self._kernels.LOCK:
                return self._kernels.gather(table.begin, table.which, weights, values, squared)
        limit, *weight = self._weight()
        with self._kernels.LOCK:
            total, *counted = self._kernels.stream(
                *self._query(), *self._points(), limit, values[self._assets.order], squared, *weight
            )
        if self._within is None:
            self._counted(*counted)
        return self._areas.unsorted(total)

    def to_assets(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per asset: Σ_i W_ij values_i (W² when squared)."""
        if self.stored:
            table, weights = self.keep(), self._table_weights()
            with self._kernels.LOCK:
                return self._kernels.scatter(
                    table.begin, table.which, weights, values, squared, table.columns
                )
        limit, *weight = self._weight()
        here, to = self._assets, self._areas
        with self._kernels.LOCK:
            total, _, _ = self._kernels.stream(
                here.points,
                here.vectors,
                to.points,
                to.vectors,
                to.bands,
                to.starts,
                limit,
                values[to.order],
                squared,
                *weight,
            )
        return here.unsorted(total)
