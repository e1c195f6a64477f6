"""The compiled inner loops: who is within a distance of whom, and sums over them.

Points lie in *bands* of equal latitude, sorted by longitude within a band, as unit vectors. A
query takes the bands its circle touches and, in each, the stretch of longitudes the circle can
reach there; the straight chord through the Earth decides, and only where a chord is within a
micrometre of the limit the haversine formula of `places.distance_m` does, so that a limit equal
to a distance includes it. Poles and the antimeridian need no special case.

Nothing here may be called without `LOCK`: numba's workqueue layer ends the process when two
threads enter parallel kernels at once. Every sum is made by one thread in a fixed order, so that
results do not depend on the number of threads.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import njit, prange

from assetmap.access.inputs import EQUAL, GAUSSIAN, HAIR, INVERSE, KERNEL_DENSITY
from assetmap.places import EARTH_RADIUS_M

Array = np.ndarray
LOCK = threading.RLock()

_SLACK_M = 1e-6
_SERIES_BELOW = 0.02  # chord / 2R under which six terms of arcsin are exact in float64


def _use_a_writable_cache() -> None:
    """Point numba's cache to a folder of this process where neither ours nor the home is writable.

    Without it a read-only installation fails at import instead of compiling.
    """
    config: Any = numba.config
    if config.CACHE_DIR:
        return
    here = Path(__file__).parent
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    existing_home = next((path for path in (home, *home.parents) if path.exists()), here)
    if not (os.access(here, os.W_OK) or os.access(existing_home, os.W_OK)):
        # A name nobody can guess and fill beforehand: numba runs the code it finds there.
        config.CACHE_DIR = tempfile.mkdtemp(prefix="assetmap-numba-")
        atexit.register(shutil.rmtree, config.CACHE_DIR, ignore_errors=True)


_use_a_writable_cache()


@njit(cache=True, error_model="numpy")
def _haversine(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Metres on the sphere between points in radians."""
    s = np.sin((lat2 - lat1) / 2)
    t = np.sin((lon2 - lon1) / 2)
    a = s * s + np.cos(lat1) * np.cos(lat2) * t * t
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(min(a, 1.0)))


@njit(cache=True, error_model="numpy")
def _metres(chord2: float) -> float:
    """Metres on the sphere of a squared chord of the unit sphere."""
    h2 = chord2 / 4
    if h2 >= 1.0:
        return EARTH_RADIUS_M * np.pi
    h = np.sqrt(h2)
    if h > _SERIES_BELOW:
        return 2 * EARTH_RADIUS_M * np.arcsin(h)
    series = 1 + h2 * (1 / 6 + h2 * (3 / 40 + h2 * (15 / 336 + h2 * 105 / 3456)))
    return 2 * EARTH_RADIUS_M * h * series


@njit(cache=True, error_model="numpy")
def _weight(d: float, code: int, limit: float, sigma: float, ends: Array, steps: Array) -> float:
    """W = f(d) for d ≤ limit; see `Decay`."""
    if code == EQUAL:
        return 1.0
    if code == GAUSSIAN:
        u = d * (1.0 / sigma)  # the quotient is the same for all pairs
        return np.exp(-0.5 * u * u)
    if code == KERNEL_DENSITY:
        edge = np.exp(-0.5)
        u = d * (1.0 / limit)
        return (np.exp(-0.5 * u * u) - edge) / (1 - edge)
    if code == INVERSE:
        return 1.0 / d
    for k in range(len(ends)):
        if d <= ends[k]:
            return steps[k]
    return 0.0


@njit(cache=True, error_model="numpy")
def _half_width(lat: float, low: float, high: float, sin_half: float) -> float:
    """Radians of longitude a circle around `lat` reaches at most within the band low…high.

    Bounds stand in for sine and arcsine: this runs once a band and query, and a hair more width
    only means a few more points to look at.
    """
    near = max(low - lat, lat - high, 0.0) / 2
    s = near * (1 - near * near / 6)  # never over sin(near)
    top = sin_half * sin_half - s * s
    if top < 0:
        return -1.0
    below = np.cos(lat) * np.cos(max(abs(low), abs(high)))
    if top * 4 >= below:
        return np.pi if top >= below or below <= 0 else 2 * np.arcsin(np.sqrt(top / below))
    u = np.sqrt(top / below)
    return 2 * u * (1 + 0.2 * u * u)  # never under 2 arcsin(u) for u ≤ ½


@njit(cache=True, error_model="numpy")
def _first_at_least(lon: Array, value: float, begin: int, end: int) -> int:
    while begin < end:
        middle = (begin + end) // 2
        if lon[middle] < value:
            begin = middle + 1
        else:
            end = middle
    return begin


@njit(cache=True, error_model="numpy")
def _stretches(
    lat: float, lon: float, band: int, radius: float, bands: Array, starts: Array, lons: Array
) -> tuple[int, int, int, int]:
    """Up to two stretches [a, b) and [c, d) of points of a band that the circle may hold."""
    begin, end = starts[band], starts[band + 1]
    if begin == end:
        return 0, 0, 0, 0
    low = bands[0] + band * bands[1]
    width = _half_width(lat, low, low + bands[1], np.sin(min(radius, np.pi) / 2))
    if width < 0:
        return 0, 0, 0, 0
    width = width * (1 + 1e-12) + 1e-12
    if width >= np.pi:
        return begin, end, 0, 0
    west, east = lon - width, lon + width
    a = _first_at_least(lons, west, begin, end)
    b = a
    while b < end and lons[b] <= east:  # a few steps that are foreseen beat a search
        b += 1
    if west < -np.pi:
        return a, b, max(b, _first_at_least(lons, west + 2 * np.pi, begin, end)), end
    if east > np.pi:
        tail = _first_at_least(lons, np.nextafter(east - 2 * np.pi, 10.0), begin, end)
        return a, b, begin, min(a, tail)
    return a, b, 0, 0


@njit(cache=True, error_model="numpy")
def _band_range(lat: float, radius: float, bands: Array, count: int) -> tuple[int, int]:
    """First and one-past-last band that a circle can touch."""
    slack = 1e-12
    first = int(np.floor((lat - radius - slack - bands[0]) / bands[1]))
    last = int(np.floor((lat + radius + slack - bands[0]) / bands[1]))
    return max(first, 0), min(last, count - 1) + 1


@njit(cache=True, error_model="numpy")
def _within(
    chord2: float, low2: float, high2: float, limit: float, p: Array, q: Array, i: int, j: int
) -> bool:
    """Whether a pair is within the limit; haversine decides at the very edge."""
    if chord2 < low2:
        return True
    if chord2 > high2:
        return False
    return _haversine(p[i, 0], p[i, 1], q[j, 0], q[j, 1]) <= limit * HAIR


@njit(cache=True, error_model="numpy")
def _edges(limit: float) -> tuple[float, float]:
    """Squared chords under which a pair is surely within, and over which it surely is not."""
    most = np.pi * EARTH_RADIUS_M
    if limit >= most:
        return np.inf, np.inf
    low = 2 * np.sin(max(limit * (1 - 1e-9) - _SLACK_M, 0.0) / (2 * EARTH_RADIUS_M))
    high = 2 * np.sin(min(limit * (1 + 1e-9) + _SLACK_M, most) / (2 * EARTH_RADIUS_M))
    return low * low, high * high


@njit(cache=True, parallel=True, error_model="numpy")
def count(
    q: Array, qv: Array, p: Array, pv: Array, bands: Array, starts: Array, limit: float
) -> tuple[Array, Array]:
    """Per query: how many points are within `limit` metres, and the nearest of them (−1: none)."""
    n = len(q)
    within = np.zeros(n, np.int32)
    nearest = np.full(n, -1, np.int32)
    radius = limit * (1 + 1e-9) / EARTH_RADIUS_M + 1e-12
    low2, high2 = _edges(limit)
    lons = p[:, 1]
    for i in prange(n):
        first, last = _band_range(q[i, 0], radius, bands, len(starts) - 1)
        x, y, z = qv[i, 0], qv[i, 1], qv[i, 2]
        result = 0
        closest = np.inf
        which = -1
        for band in range(first, last):
            a, b, c, d = _stretches(q[i, 0], q[i, 1], band, radius, bands, starts, lons)
            for part in range(2):
                begin, end = (a, b) if part == 0 else (c, d)
                for j in range(begin, end):
                    dx, dy, dz = pv[j, 0] - x, pv[j, 1] - y, pv[j, 2] - z
                    chord2 = dx * dx + dy * dy + dz * dz
                    if chord2 <= high2 and _within(chord2, low2, high2, limit, q, p, i, j):
                        result += 1
                        if chord2 < closest:
                            closest = chord2
                            which = j
        within[i] = result
        nearest[i] = which
    return within, nearest


@njit(cache=True, parallel=True, error_model="numpy")
def fill(
    q: Array,
    qv: Array,
    p: Array,
    pv: Array,
    bands: Array,
    starts: Array,
    limit: float,
    names: Array,
    begin_at: Array,
    which: Array,
    metres: Array,
) -> None:
    """Write each query's points within `limit` (by name) and their metres from
    `begin_at[query]` on."""
    radius = limit * (1 + 1e-9) / EARTH_RADIUS_M + 1e-12
    low2, high2 = _edges(limit)
    lons = p[:, 1]
    for i in prange(len(q)):
        first, last = _band_range(q[i, 0], radius, bands, len(starts) - 1)
        x, y, z = qv[i, 0], qv[i, 1], qv[i, 2]
        position = begin_at[i]
        for band in range(first, last):
            a, b, c, d = _stretches(q[i, 0], q[i, 1], band, radius, bands, starts, lons)
            for part in range(2):
                begin, end = (a, b) if part == 0 else (c, d)
                for j in range(begin, end):
                    dx, dy, dz = pv[j, 0] - x, pv[j, 1] - y, pv[j, 2] - z
                    chord2 = dx * dx + dy * dy + dz * dz
                    if chord2 <= high2 and _within(chord2, low2, high2, limit, q, p, i, j):
                        which[position] = names[j]
                        metres[position] = min(_metres(chord2), limit)
                        position += 1


@njit(cache=True, parallel=True, error_model="numpy")
def stream(
    q: Array,
    qv: Array,
    p: Array,
    pv: Array,
    bands: Array,
    starts: Array,
    limit: float,
    values: Array,
    squared: bool,
    code: int,
    sigma: float,
    ends: Array,
    steps: Array,
) -> tuple[Array, Array, Array]:
    """Per query Σ W·value (W²·value when `squared`) over the points within `limit`, and what
    `count` gives; no pair is kept."""
    n = len(q)
    total = np.zeros(n)
    within = np.zeros(n, np.int32)
    nearest = np.full(n, -1, np.int32)
    radius = limit * (1 + 1e-9) / EARTH_RADIUS_M + 1e-12
    low2, high2 = _edges(limit)
    lons = p[:, 1]
    for i in prange(n):
        first, last = _band_range(q[i, 0], radius, bands, len(starts) - 1)
        x, y, z = qv[i, 0], qv[i, 1], qv[i, 2]
        add = 0.0
        result = 0
        closest = np.inf
        which = -1
        for band in range(first, last):
            a, b, c, d = _stretches(q[i, 0], q[i, 1], band, radius, bands, starts, lons)
            for part in range(2):
                begin, end = (a, b) if part == 0 else (c, d)
                for j in range(begin, end):
                    dx, dy, dz = pv[j, 0] - x, pv[j, 1] - y, pv[j, 2] - z
                    chord2 = dx * dx + dy * dy + dz * dz
                    if chord2 <= high2 and _within(chord2, low2, high2, limit, q, p, i, j):
                        result += 1
                        if chord2 < closest:
                            closest = chord2
                            which = j
                        metres = min(_metres(chord2), limit)
                        w = _weight(metres, code, limit, sigma, ends, steps)
                        add += (w * w if squared else w) * values[j]
        total[i] = add
        within[i] = result
        nearest[i] = which
    return total, within, nearest


@njit(cache=True, parallel=True, error_model="numpy")
def weigh(metres: Array, limit: float, code: int, sigma: float, ends: Array, steps: Array) -> Array:
    """W of every distance."""
    weights = np.empty(len(metres))
    for i in prange(len(metres)):
        weights[i] = _weight(metres[i], code, limit, sigma, ends, steps)
    return weights


@njit(cache=True, parallel=True, error_model="numpy")
def gather(begin_at: Array, which: Array, weights: Array, values: Array, squared: bool) -> Array:
    """Per row of a pair table: Σ W·value of its columns (W² when `squared`)."""
    total = np.zeros(len(begin_at) - 1)
    for i in prange(len(total)):
        add = 0.0
        for k in range(begin_at[i], begin_at[i + 1]):
            w = weights[k]
            add += (w * w if squared else w) * values[which[k]]
        total[i] = add
    return total


@njit(cache=True, error_model="numpy")
def scatter(
    begin_at: Array, which: Array, weights: Array, values: Array, squared: bool, columns: int
) -> Array:
    """Per column of a pair table: Σ W·value of its rows. One thread: a fixed order of sums."""
    total = np.zeros(columns)
    for i in range(len(begin_at) - 1):
        value = values[i]
        for k in range(begin_at[i], begin_at[i + 1]):
            w = weights[k]
            total[which[k]] += (w * w if squared else w) * value
    return total
