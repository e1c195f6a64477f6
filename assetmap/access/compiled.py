"""Reach by the compiled kernels, for maps too large for numpy alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from assetmap.access.decay import Decay
from assetmap.access.pairs import Pairs
from assetmap.places import EARTH_RADIUS_M, distance_m

BYTES_PER_PAIR = 20  # position 4, distance 8, weight 8
_BLOCK = 200_000


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
        from assetmap.access import kernels  # half a second to import: only for large maps

        self._kernels: Any = kernels
        self._decay, self._limit = decay, limit
        self._areas, self._assets = Bands(*areas, limit), Bands(*assets, limit)
        with self._kernels.LOCK:
            within, which = self._kernels.count(*self._query(), *self._points(), limit)
        self.within = self._areas.unsorted(within)
        which = np.where(which >= 0, self._assets.order[which], -1)
        self.nearest_asset = self._areas.unsorted(which.astype(np.int32))
        self._find_the_far(areas, assets)
        self.nearest = np.empty(len(areas[0]))
        for start in range(0, len(areas[0]), _BLOCK):
            part = slice(start, start + _BLOCK)
            at = self.nearest_asset[part]
            self.nearest[part] = distance_m(
                areas[0][part], areas[1][part], assets[0][at], assets[1][at]
            )
        self.pairs = int(self.within.sum(dtype=np.int64))
        self.stored = self.pairs * BYTES_PER_PAIR <= budget_bytes
        self.table: Pairs | None = None
        self._weights: np.ndarray | None = None

    def _query(self) -> tuple[np.ndarray, np.ndarray]:
        return self._areas.points, self._areas.vectors

    def _points(self) -> tuple[np.ndarray, ...]:
        to = self._assets
        return to.points, to.vectors, to.bands, to.starts

    def _find_the_far(
        self, areas: tuple[np.ndarray, np.ndarray], assets: tuple[np.ndarray, np.ndarray]
    ) -> None:
        """The nearest asset of areas with none in reach."""
        far = np.flatnonzero(self.nearest_asset < 0)
        if not len(far):
            return
        from scipy.spatial import cKDTree

        tree = cKDTree(self._assets.vectors)
        position = np.empty(len(self._areas.order), np.int32)
        position[self._areas.order] = np.arange(len(position), dtype=np.int32)
        _, found = tree.query(self._areas.vectors[position[far]])
        self.nearest_asset[far] = self._assets.order[found]

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
            total = self._kernels.stream(
                *self._query(), *self._points(), limit, values[self._assets.order], squared, *weight
            )
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
            total = self._kernels.stream(
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
