"""Reach: which assets are within a catchment of which areas, kept as a table or streamed.

Pairs are counted first. While the table of pairs (20 bytes each) fits the budget it is kept in
compressed rows (area → assets); otherwise the points are walked again for every sum and no pair
is ever stored. Small problems are computed with numpy alone, so that a page over one county
never waits for a compiler.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assetmap.access.decay import Decay
from assetmap.places import EARTH_RADIUS_M, distance_m

BUDGET_BYTES = 512 * 2**20
BYTES_PER_PAIR = 20  # position 4, distance 8, weight 8
SMALL = 500_000  # areas × assets that numpy alone does in some 30 ms
_CHUNK = 200_000


@dataclass(frozen=True)
class Pairs:
    """A table of pairs within a limit: row i holds columns which[begin[i]:begin[i + 1]].

    `cost` is in metres or the cost table's unit.
    """

    begin: np.ndarray
    which: np.ndarray
    cost: np.ndarray
    columns: int

    @property
    def rows(self) -> int:
        """Number of areas."""
        return len(self.begin) - 1

    def __len__(self) -> int:
        return len(self.which)

    @property
    def row(self) -> np.ndarray:
        """The row of each pair."""
        return np.repeat(np.arange(self.rows), np.diff(self.begin))

    def up_to(self, limit: float) -> Pairs:
        """The pairs with cost ≤ limit."""
        keep = self.cost <= limit
        if keep.all():
            return self
        begin = begins(self.row[keep], self.rows)
        return Pairs(begin, self.which[keep], self.cost[keep], self.columns)


class Reach(Protocol):
    """What a method needs to know; both ways of computing answer it alike."""

    pairs: int
    within: np.ndarray  # assets with cost ≤ limit, per area
    nearest: np.ndarray  # cost of the nearest asset, near or far; inf where there is none
    nearest_asset: np.ndarray  # its position, −1 where there is none

    def choice(self) -> np.ndarray:
        """Per area: Σ_k W_ik over the assets it chooses among, for 3SFCA."""
        ...

    def to_areas(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per area: Σ_j W_ij values_j (W² when squared)."""
        ...

    def to_assets(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per asset: Σ_i W_ij values_i (W² when squared)."""
        ...


class Stored:
    """Sums over a table of pairs, with numpy.

    `table` may hold pairs beyond the limit, as a cost table does. They count in `choice` alone:
    who has a cost in the table can be chosen (the reading of pysal access, whose published
    figures 3SFCA is checked against).
    """

    def __init__(
        self, table: Pairs, decay: Decay, nearest: np.ndarray, nearest_asset: np.ndarray
    ) -> None:
        self._all, self._decay = table, decay
        pairs = table.up_to(decay.limit)
        self.table = pairs
        self.pairs = len(pairs)
        self.within = np.diff(pairs.begin).astype(np.int32)
        self.nearest = nearest
        self.nearest_asset = nearest_asset
        self._row = pairs.row
        self._weights = decay.weights(pairs.cost)

    def choice(self) -> np.ndarray:
        """Per area: Σ_k W_ik over the assets it chooses among."""
        return np.bincount(self._all.row, self._decay.weights(self._all.cost), self._all.rows)

    def to_areas(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per area: Σ_j W_ij values_j (W² when squared)."""
        weights = self._weights**2 if squared else self._weights
        return np.bincount(self._row, weights * values[self.table.which], self.table.rows)

    def to_assets(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per asset: Σ_i W_ij values_i (W² when squared)."""
        weights = self._weights**2 if squared else self._weights
        return np.bincount(self.table.which, weights * values[self._row], self.table.columns)


class Bands:
    """Points in bands of equal latitude, by longitude within a band, as the kernels want them."""

    def __init__(self, lat: np.ndarray, lon: np.ndarray, limit: float) -> None:
        phi = np.radians(lat)
        lam = np.radians((lon + 180.0) % 360.0 - 180.0)
        low, high = (phi.min(), phi.max()) if len(phi) else (0.0, 0.0)
        # A quarter of the radius leaves few points outside the circle; more bands than points
        # would only cost memory.
        height = max(limit / EARTH_RADIUS_M / 4, (high - low) / max(len(phi), 1), 1e-9)
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
        from assetmap.access import kernels

        self._kernels, self._decay, self._limit = kernels, decay, limit
        self._areas, self._assets = Bands(*areas, limit), Bands(*assets, limit)
        with kernels.LOCK:
            within, which, _ = kernels.count(*self._query(), *self._points(), limit)
        self.within = self._areas.unsorted(within)
        which = np.where(which >= 0, self._assets.order[which], -1)
        self.nearest_asset = self._areas.unsorted(which.astype(np.int32))
        self._find_the_far(areas, assets)
        self.nearest = np.empty(len(areas[0]))
        for start in range(0, len(areas[0]), _CHUNK):
            part = slice(start, start + _CHUNK)
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


def dense(
    areas: tuple[np.ndarray, np.ndarray], assets: tuple[np.ndarray, np.ndarray], limit: float
) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Pairs within `limit` metres with numpy alone, and the nearest asset of every area.

    Returns the pairs, the metres to the nearest (inf without assets) and its position (−1).
    """
    rows, columns = len(areas[0]), len(assets[0])
    nearest, which = np.full(rows, np.inf), np.full(rows, -1, np.int32)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    step = max(1, _CHUNK // max(columns, 1))
    for start in range(0, rows if columns else 0, step):
        stop = min(start + step, rows)
        metres = distance_m(
            areas[0][start:stop, None], areas[1][start:stop, None], assets[0], assets[1]
        )
        which[start:stop] = metres.argmin(axis=1)
        nearest[start:stop] = metres.min(axis=1)
        row, column = np.nonzero(metres <= limit)
        found.append((row + start, column.astype(np.int32), metres[row, column]))
    row = np.concatenate([part[0] for part in found]) if found else np.empty(0, np.int64)
    column = np.concatenate([part[1] for part in found]) if found else np.empty(0, np.int32)
    cost = np.concatenate([part[2] for part in found]) if found else np.empty(0)
    return Pairs(begins(row, rows), column, cost, columns), nearest, which


def begins(row: np.ndarray, rows: int) -> np.ndarray:
    """Where each row of a table sorted by row begins."""
    begin = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=begin[1:])
    return begin


def pairs_within(
    area_lat: np.ndarray,
    area_lon: np.ndarray,
    asset_lat: np.ndarray,
    asset_lon: np.ndarray,
    limit_m: float,
) -> Pairs:
    """All pairs within `limit_m` metres on the sphere, with their metres; degrees in.

    Points must be finite. Rows are areas; within a row the order of assets is not defined.
    """
    areas = np.asarray(area_lat, float), np.asarray(area_lon, float)
    assets = np.asarray(asset_lat, float), np.asarray(asset_lon, float)
    if len(areas[0]) * len(assets[0]) <= SMALL:
        return dense(areas, assets, limit_m)[0]
    return Compiled(areas, assets, limit_m, Decay("none", limit_m, limit_m / 3), 0).keep()


def reach_by_distance(
    areas: tuple[np.ndarray, np.ndarray],
    assets: tuple[np.ndarray, np.ndarray],
    decay: Decay,
    budget_bytes: int = BUDGET_BYTES,
    small: int = SMALL,
) -> Reach:
    """Reach over great-circle metres, by the way that fits the size."""
    if len(areas[0]) * len(assets[0]) <= small:
        pairs, nearest, which = dense(areas, assets, decay.limit)
        return Stored(pairs, decay, nearest, which)
    return Compiled(areas, assets, decay.limit, decay, budget_bytes)
