"""The ground gaps are read from: areas, people, assets, their times and who can reach what.

Made once for a community and its settings, read-only then; what one kind needs is computed on
first use and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.access.decay import Decay
from assetmap.access.reach import reach_by_distance
from assetmap.gaps.answers import Standing, standing
from assetmap.gaps.names import shortened
from assetmap.gaps.need import Need, need_of
from assetmap.gaps.settings import Settings
from assetmap.gaps.times import Times, different, read_times
from assetmap.places import latitudes, longitudes

# yes: rows of the kind came from a list, or somebody went through it; guessed: all of them have
# their kind from their words alone; no: nobody has gathered any.
Listed = Literal["yes", "guessed", "no"]
T = TypeVar("T")


class Reached(NamedTuple):
    """Pairs of areas and chosen assets within a distance.

    area, asset: positions of each pair; metres: their distance. nearest: metres to the nearest
    chosen asset, near or far (inf without any); nearest_asset: its position (−1).
    """

    area: np.ndarray
    asset: np.ndarray
    metres: np.ndarray
    nearest: np.ndarray
    nearest_asset: np.ndarray

    def total(self, values: np.ndarray, areas: int, within_m: float | None = None) -> np.ndarray:
        """Per area: sum of the values (by asset) in reach."""
        area, asset = self.area, self.asset
        if within_m is not None:
            near = self.metres <= within_m
            area, asset = area[near], asset[near]
        return np.bincount(area, values[asset].astype(float), areas)


class Ground:
    """A community's areas and assets, ready to be asked about gaps.

    assets: a frame as `assets.check` makes it. areas: id, name, population, lat, lon and perhaps
    adults, district, geometry. indicators: the long table; notes: what they are. guessed: ids
    of assets whose kind was taken from their words, not named by their source.
    """

    def __init__(
        self,
        assets: gpd.GeoDataFrame,
        areas: gpd.GeoDataFrame,
        indicators: pd.DataFrame,
        notes: Mapping[str, Any] | None = None,
        settings: Settings | None = None,
        guessed: frozenset[str] = frozenset(),
    ) -> None:
        self.assets = assets.reset_index(drop=True)
        self.areas = areas.reset_index(drop=True)
        self.indicators = indicators
        self.notes = dict(notes or {})
        self.settings = settings or Settings()
        self.guessed = guessed
        self.ids = pd.Index(self.areas["id"].astype(str))
        whole = self.areas["name"].fillna(self.areas["id"]).astype(str)
        self.full_names = whole.to_numpy(object)
        self.names = np.array([shortened(name) for name in whole], object)  # as they are said
        self.population = _numbers(self.areas, "population")
        adults = _numbers(self.areas, "adults")
        # Adults could use an asset; where only everybody is known, everybody stands for them.
        self.counts_adults = bool(np.isfinite(adults).any())
        people = np.where(np.isfinite(adults), adults, self.population)
        self.people = np.where(np.isfinite(people) & (people > 0), people, 0.0)
        self.people_known = np.isfinite(people)
        # Where nobody has counted, somebody may live; where the count is 0, nobody does.
        self.lived_in = (self.people > 0) | ~self.people_known
        self.lat, self.lon = _points(self.areas)
        self.asset_lat = latitudes(self.assets.geometry)
        self.asset_lon = longitudes(self.assets.geometry)
        self._kinds = self.assets["kind"].to_numpy(object)
        self._standing: dict[tuple[str, ...], Standing] = {}
        self._reached: dict[tuple[str, float], Reached] = {}
        self._kept: dict[Hashable, object] = {}
        self._needs: dict[str | None, Need | None] = {}

    def __len__(self) -> int:
        return len(self.areas)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gives, computed at the first call for `key` and kept."""
        if key not in self._kept:
            self._kept[key] = compute()
        return cast(T, self._kept[key])

    def listed(self, kind: str) -> Listed:
        """Whether anything may be said of what is missing of a kind."""
        if kind in self.settings.complete:
            return "yes"
        ids = self.assets["id"].to_numpy(object)[self.of_kind(kind)]
        if not len(ids):
            return "no"
        return "guessed" if self.guessed.issuperset(ids) else "yes"

    @cached_property
    def times(self) -> Times:
        """When assets happen."""
        return read_times(self.assets, self.settings)

    @cached_property
    def first_of_place(self) -> np.ndarray:
        """Which assets are the first row of their place."""
        return different(self.assets)

    @cached_property
    def no_data(self) -> np.ndarray:
        """Areas where nobody has gathered anything yet."""
        return self.ids.isin(self.settings.no_data)

    def standing(self, conditions: tuple[str, ...] = ()) -> Standing:
        """Which assets count, and which might."""
        if conditions not in self._standing:
            self._standing[conditions] = standing(self.assets, self.settings, conditions)
        return self._standing[conditions]

    def of_kind(self, kind: str) -> np.ndarray:
        """Which assets are of a kind."""
        return self._kinds == kind

    def sessions(self, kind: str) -> bool:
        """Whether a kind is counted in weekly sessions, rather than in places."""
        return vocabulary.terms("kinds")[kind]["time_kind"] == "sessions"

    def units(self, kind: str) -> np.ndarray:
        """How many each asset of a kind counts for: its weekly sessions, or one place."""
        place = self.first_of_place.astype(np.int64)
        if not self.sessions(kind):
            return np.where(self.of_kind(kind), place, 0)
        by_hour = (self.assets["time_kind"] != "sessions").to_numpy(bool) & self.times.known
        units = np.where(by_hour, place, self.times.weekly)
        return np.where(self.of_kind(kind), units, 0)

    def unsure(self, kind: str) -> np.ndarray:
        """Assets of a kind that count in sessions but whose times nobody knows."""
        if not self.sessions(kind):
            return np.zeros(len(self.assets), bool)
        return self.of_kind(kind) & ~self.times.known

    def days(self, kind: str, chosen: np.ndarray, within_m: float) -> np.ndarray:
        """Per area: on how many days of the week one of the chosen assets of a kind is on."""
        found = self.reached(kind, within_m)
        on = self.times.open.reshape(len(self.assets), 7, -1).any(axis=2) & chosen[:, None]
        return np.sum([found.total(on[:, day], len(self)) > 0 for day in range(7)], axis=0)

    def reached(self, kind: str, within_m: float) -> Reached:
        """Assets of a kind that might count, within a distance of the areas."""
        key = (kind, within_m)
        if key not in self._reached:
            chosen = np.flatnonzero(self.of_kind(kind) & self.standing().possible)
            self._reached[key] = self._pairs(chosen, within_m)
        return self._reached[key]

    def nearest(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Metres to the nearest of the chosen assets (bool), and its position."""
        found = self._pairs(np.flatnonzero(chosen), 1.0)
        return found.nearest, found.nearest_asset

    def _pairs(self, chosen: np.ndarray, within_m: float) -> Reached:
        nearest = np.full(len(self), np.inf)
        which = np.full(len(self), -1, np.int64)
        at = np.flatnonzero(np.isfinite(self.lat) & np.isfinite(self.lon))
        none = np.empty(0, np.int64)
        if not len(chosen) or not len(at):
            return Reached(none, none, np.empty(0), nearest, which)
        reach: Any = reach_by_distance(
            (self.lat[at], self.lon[at]),
            (self.asset_lat[chosen], self.asset_lon[chosen]),
            Decay("none", within_m, within_m / 3),
        )
        table = reach.table if reach.table is not None else reach.keep()
        nearest[at] = reach.nearest
        which[at] = chosen[reach.nearest_asset]
        return Reached(at[table.row], chosen[table.which], table.cost, nearest, which)

    def need(self, indicator: str | None = None) -> Need | None:
        """Need by one indicator or by all; None without indicators."""
        if indicator not in self._needs:
            people = np.where(self.people_known, self.people, np.nan)
            self._needs[indicator] = need_of(
                self.indicators,
                self.notes,
                self.ids,
                np.where(np.isfinite(self.population), self.population, people),
                indicator,
                self.settings.draws,
                self.settings.seed,
            )
        return self._needs[indicator]


def _numbers(areas: pd.DataFrame, name: str) -> np.ndarray:
    if name not in areas:
        return np.full(len(areas), np.nan)
    return pd.to_numeric(areas[name], errors="coerce").to_numpy(float, na_value=np.nan)


def _points(areas: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The point of each area: the given one, else one inside its shape."""
    lat, lon = _numbers(areas, "lat"), _numbers(areas, "lon")
    if "geometry" in areas:
        inside = areas.geometry.representative_point()
        lat = np.where(np.isfinite(lat), lat, latitudes(inside))
        lon = np.where(np.isfinite(lon), lon, longitudes(inside))
    return lat, lon
