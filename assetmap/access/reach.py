"""Reach: which assets are within a catchment of which areas, kept as a table or streamed.

Pairs are counted first. While the table of pairs (20 bytes each) fits the budget it is kept in
compressed rows (area → assets); otherwise the points are walked again for every sum and no pair
is ever stored. What one county or state asks is computed with numpy and scipy alone; only
national jobs need the compiled kernels of `compiled`, and with them numba
(requirements-national.txt).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from assetmap.access.compiled import BYTES_PER_PAIR, Compiled
from assetmap.access.inputs import HAIR, Decay, Pairs, begins
from assetmap.places import EARTH_RADIUS_M, distance_m

BUDGET_BYTES = 256 * 2**20
# Areas × assets up to which nothing is compiled: 10,000 areas × 5,000 assets.
SMALL = 50_000_000
_ALL_DISTANCES = 200_000  # areas × assets whose distances are all computed, in some 15 ms
_CHUNK = 200_000


class Reach(Protocol):
    """What a method needs to know; both ways of computing answer it alike."""

    @property
    def pairs(self) -> int:
        """Pairs within the limit."""
        ...

    @property
    def within(self) -> np.ndarray:
        """Per area: assets with cost ≤ limit."""
        ...

    @property
    def nearest(self) -> np.ndarray:
        """Per area: cost of the nearest asset, near or far; inf where there is none."""
        ...

    @property
    def nearest_asset(self) -> np.ndarray:
        """Per area: position of the nearest asset, −1 where there is none."""
        ...

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
        return _sums(self._all.row, self._decay.weights(self._all.cost), self._all.rows)

    def to_areas(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per area: Σ_j W_ij values_j (W² when squared)."""
        weights = self._weights**2 if squared else self._weights
        return _sums(self._row, weights * values[self.table.which], self.table.rows)

    def to_assets(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per asset: Σ_i W_ij values_i (W² when squared)."""
        weights = self._weights**2 if squared else self._weights
        return _sums(self.table.which, weights * values[self._row], self.table.columns)


class Placed:
    """A reach among those with a point, widened to all areas and assets."""

    def __init__(
        self, inner: Reach, origins: np.ndarray, to: np.ndarray, areas: int, assets: int
    ) -> None:
        self._inner, self._at, self._to = inner, origins, to
        self._shape = areas, assets
        self.pairs = inner.pairs
        self.stored = getattr(inner, "stored", True)
        self.within = np.zeros(areas, np.int32)
        self.within[origins] = inner.within
        self.nearest = np.full(areas, np.inf)
        self.nearest[origins] = inner.nearest
        self.nearest_asset = np.full(areas, -1, np.int32)
        if len(to):
            self.nearest_asset[origins] = to[inner.nearest_asset]

    def choice(self) -> np.ndarray:
        """Per area: Σ_k W_ik."""
        out = np.zeros(self._shape[0])
        out[self._at] = self._inner.choice()
        return out

    def to_areas(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per area: Σ_j W_ij values_j."""
        out = np.zeros(self._shape[0])
        out[self._at] = self._inner.to_areas(values[self._to], squared)
        return out

    def to_assets(self, values: np.ndarray, squared: bool = False) -> np.ndarray:
        """Per asset: Σ_i W_ij values_i."""
        out = np.zeros(self._shape[1])
        out[self._to] = self._inner.to_assets(values[self._at], squared)
        return out


def dense(
    areas: tuple[np.ndarray, np.ndarray], assets: tuple[np.ndarray, np.ndarray], limit: float
) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Pairs within `limit` metres with numpy alone, and the nearest asset of every area.

    Returns the pairs, the metres to the nearest (inf without assets) and its position (−1).
    """
    rows, columns = len(areas[0]), len(assets[0])
    nearest, which = np.full(rows, np.inf), np.full(rows, -1, np.int32)
    result: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    step = max(1, _CHUNK // max(columns, 1))
    for start in range(0, rows if columns else 0, step):
        stop = min(start + step, rows)
        metres = distance_m(
            areas[0][start:stop, None], areas[1][start:stop, None], assets[0], assets[1]
        )
        which[start:stop] = metres.argmin(axis=1)
        nearest[start:stop] = metres.min(axis=1)
        row, column = np.nonzero(metres <= limit * HAIR)
        cost = np.minimum(metres[row, column], limit)
        result.append((row + start, column.astype(np.int32), cost))
    row = np.concatenate([part[0] for part in result]) if result else np.empty(0, np.int64)
    column = np.concatenate([part[1] for part in result]) if result else np.empty(0, np.int32)
    cost = np.concatenate([part[2] for part in result]) if result else np.empty(0)
    return Pairs(begins(row, rows), column, cost, columns), nearest, which


def by_tree(
    areas: tuple[np.ndarray, np.ndarray],
    assets: tuple[np.ndarray, np.ndarray],
    limit: float,
    budget_bytes: int = BUDGET_BYTES,
) -> tuple[Pairs, np.ndarray, np.ndarray] | None:
    """What `dense` gives, by search trees over points on the unit sphere.

    None where the pairs are more than fit `budget_bytes`.
    """
    from scipy.spatial import cKDTree

    origins, targets = cKDTree(_vectors(*areas)), cKDTree(_vectors(*assets))
    # A straight chord through the Earth grows with the arc; a micrometre of slack, then the
    # same formula as everywhere decides.
    arc = min((limit + 1e-6) / EARTH_RADIUS_M, np.pi)
    chord = 2 * np.sin(arc / 2) * (1 + 1e-12)
    if origins.count_neighbors(targets, chord) * BYTES_PER_PAIR > budget_bytes:
        return None
    near = origins.sparse_distance_matrix(targets, chord, output_type="ndarray")
    row, column = near["i"], near["j"].astype(np.int32)
    metres = distance_m(areas[0][row], areas[1][row], assets[0][column], assets[1][column])
    keep = metres <= limit * HAIR
    row, column, metres = row[keep], column[keep], np.minimum(metres[keep], limit)
    order = np.lexsort((column, row))
    row, column, metres = row[order], column[order], metres[order]
    _, which = targets.query(origins.data)
    nearest = distance_m(areas[0], areas[1], assets[0][which], assets[1][which])
    return (
        Pairs(begins(row, len(areas[0])), column, metres, len(assets[0])),
        nearest,
        which.astype(np.int32),
    )


def _vectors(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Points of the unit sphere, shape (n, 3)."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack((np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)))


def _uncompiled(
    areas: tuple[np.ndarray, np.ndarray],
    assets: tuple[np.ndarray, np.ndarray],
    limit: float,
    budget_bytes: int,
) -> tuple[Pairs, np.ndarray, np.ndarray] | None:
    """Pairs, nearest and its position without a compiler; None where they are too many."""
    if len(areas[0]) * len(assets[0]) <= _ALL_DISTANCES:
        return dense(areas, assets, limit)
    return by_tree(areas, assets, limit, budget_bytes)


def _sums(groups: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Sum of values per position; of no values numpy would make whole numbers."""
    return np.bincount(groups, values, size).astype(float, copy=False)


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
        result = _uncompiled(areas, assets, limit_m, BUDGET_BYTES)
        if result is not None:
            return result[0]
    return Compiled(areas, assets, limit_m, Decay("none", limit_m, limit_m / 3), 0).keep()


def reach_by_distance(
    areas: tuple[np.ndarray, np.ndarray],
    assets: tuple[np.ndarray, np.ndarray],
    decay: Decay,
    budget_bytes: int = BUDGET_BYTES,
    small: int = SMALL,
) -> Reach:
    """Reach over great-circle metres, by the way that fits the size.

    Raises AccessError where the size needs the compiled kernels and numba is not installed.
    """
    if len(areas[0]) * len(assets[0]) <= small:
        result = _uncompiled(areas, assets, decay.limit, budget_bytes)
        if result is not None:
            pairs, nearest, which = result
            return Stored(pairs, decay, nearest, which)
    return Compiled(areas, assets, decay.limit, decay, budget_bytes)


def warm() -> None:
    """Compiles the kernels, or loads them from the cache: some 15 s once, then half a second.

    For a background thread at the start of a server, so that no visitor waits for it.
    """
    points = np.array([38.0, 38.1]), np.array([-89.0, -89.1])
    for budget in (0, BUDGET_BYTES):
        reach = Compiled(points, points, 50_000.0, Decay("gaussian", 50_000.0, 20_000.0), budget)
        reach.to_areas(reach.to_assets(np.ones(2)))
