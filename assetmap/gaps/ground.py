"""The ground gaps are read from: areas, people, assets, their times and who can reach what.

Made once for a community and its settings, read-only then; what one kind needs is computed on
first use and kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.access.inputs import Decay
from assetmap.access.reach import pairs_within, reach_by_distance
from assetmap.access.travel import Travel
from assetmap.fields import JsonObject
from assetmap.gaps.answers import KindStanding, standing, unit_of, unplaced
from assetmap.gaps.need import Need, need_of
from assetmap.gaps.settings import Settings
from assetmap.gaps.times import PARTS, WeeklyTimes, different, read_times
from assetmap.places import distance_m, extent_of, latitudes, longitudes
from assetmap.words import say

MOST_LETTERS = 60
# A name that nobody uses: a number, with what the Census Bureau calls it.
_NUMBERED = re.compile(
    r"(?:census\s+)?(?:tract|block\s+group|bg|zcta5?)?\s*([\d][\d.\- ]*)(?:[;,].*)?", re.IGNORECASE
)
# yes: rows of the kind came from a list, or somebody went through it; guessed: all of them have
# their kind from their words alone; no: nobody has gathered any.
Listed = Literal["yes", "guessed", "unplaced", "no"]
FAR_OUTSIDE_M = 50_000.0
T = TypeVar("T")


def names_said(names: Sequence[str], districts: Sequence[object] | None) -> np.ndarray:
    """Names as sentences say them: short, and a numbered area by the district it lies in.

    >>> list(names_said(["Census Tract 9601.01", "Oak Hill"], ["Lumberton", "Lumberton"]))
    ['Lumberton 9601.01', 'Oak Hill']
    """
    shorter = [shortened(name) for name in names]
    if districts is not None:
        for row, (name, district) in enumerate(zip(names, districts, strict=True)):
            number = _NUMBERED.fullmatch(name.strip())
            if number and isinstance(district, str) and district.strip():
                shorter[row] = shortened(f"{district.strip()} {number[1].strip()}")
    return np.array(shorter, object)


def shortened(name: str) -> str:
    """A name of at most `MOST_LETTERS`, cut at a word where there is one.

    >>> shortened("Oak " * 30)
    'Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak Oak …'
    """
    plain = " ".join(name.split())
    if len(plain) <= MOST_LETTERS:
        return plain
    start = plain[: MOST_LETTERS - 2]
    at_word = start.rsplit(" ", 1)[0] if " " in start[MOST_LETTERS // 2 :] else start
    return f"{at_word} …"


class Reached(NamedTuple):
    """Pairs of areas and chosen assets within a distance.

    area, asset: positions of each pair; cost: metres, or where `minutes` that many minutes; share:
    the cost as a share of what is within reach (0 to 1).
    """

    area: np.ndarray
    asset: np.ndarray
    cost: np.ndarray
    share: np.ndarray
    minutes: np.ndarray

    def total(self, values: np.ndarray, areas: int) -> np.ndarray:
        """Per area: sum of the values (by asset) in reach."""
        return np.bincount(self.area, values[self.asset].astype(float), areas)


class InTravel(NamedTuple):
    """Which areas and which assets (bool) a table of travel times knows."""

    areas: np.ndarray
    assets: np.ndarray


class Nearest(NamedTuple):
    """Per area: metres in a straight line to the nearest asset (inf: none), and its position (−1);
    minutes to the soonest by the table of travel times (inf: none, or not in the table)."""

    metres: np.ndarray
    asset: np.ndarray
    minutes: np.ndarray


class Ground:
    """A community's areas and assets, ready to be asked about gaps.

    assets: a frame as `assets.check` makes it. areas: id, name, population, lat, lon and perhaps
    adults, district, geometry. indicators: the long table; notes: what they are. guessed: ids
    of assets whose kind was taken from their words, not named by their source. travel: times
    between areas and assets; straight lines are used for what is not in it.
    """

    def __init__(
        self,
        assets: gpd.GeoDataFrame,
        areas: gpd.GeoDataFrame,
        indicators: pd.DataFrame,
        notes: JsonObject | None = None,
        settings: Settings | None = None,
        guessed: frozenset[str] = frozenset(),
        travel: Travel | None = None,
    ) -> None:
        self.assets = assets.reset_index(drop=True)
        self.areas = areas.reset_index(drop=True)
        self.indicators = indicators
        self.notes = dict(notes or {})
        self.settings = settings or Settings()
        self.guessed = guessed
        self.travel = travel
        self.ids = pd.Index(self.areas["id"].astype(str))
        whole = self.areas["name"].fillna(self.areas["id"]).astype(str)
        self.full_names = whole.to_numpy(object)
        self.names = names_said(list(whole), self.areas.get("district"))
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
        self._standing: dict[tuple[str, ...], KindStanding] = {}
        self._kept: dict[Hashable, object] = {}
        self._needs: dict[str | None, Need | None] = {}

    def __len__(self) -> int:
        return len(self.areas)

    @property
    def people_counted(self) -> bool:
        """Whether it is known of any area that people live there, and how many."""
        return bool(self.people.any())

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gives, computed at the first call for `key` and kept."""
        if key not in self._kept:
            self._kept[key] = compute()
        return cast(T, self._kept[key])

    def listed(self, kind: str) -> Listed:
        """Whether anything may be said of what is missing of a kind."""
        somewhere = self.of_kind(kind) & self.unplaced
        if (
            somewhere.any()
            and unit_of(kind) in ("choice", "supply")
            and not (self.of_kind(kind) & self.standing().possible).any()
        ):
            return "unplaced"
        if kind in self.settings.complete:
            return "yes"
        ids = self.assets["id"].to_numpy(object)[self.of_kind(kind)]
        if not len(ids):
            return "no"
        return "guessed" if self.guessed.issuperset(ids) else "yes"

    def complete(self, kind: str) -> bool:
        """Whether "none" may be said of a kind: all of it was gone through, and is placed."""
        return kind in self.settings.complete and not (self.of_kind(kind) & self.unplaced).any()

    @cached_property
    def unplaced(self) -> np.ndarray:
        """Which assets may be met in person, at a place that nobody knows."""
        return unplaced(self.assets)

    @cached_property
    def elsewhere(self) -> np.ndarray:
        """Which assets have a point far outside the areas (more than 50 km from their box): they
        are on a list that reaches further than this community."""
        box = extent_of(self.areas)
        if box is None:
            return np.zeros(len(self.assets), dtype=bool)
        west, south, east, north = box
        lat = np.clip(self.asset_lat, south, north)
        lon = np.clip(self.asset_lon, west, east)
        metres = distance_m(self.asset_lat, self.asset_lon, lat, lon)
        return np.nan_to_num(metres) > FAR_OUTSIDE_M

    @cached_property
    def times(self) -> WeeklyTimes:
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

    def standing(self, conditions: tuple[str, ...] = ()) -> KindStanding:
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

    def days(self, kind: str, chosen: np.ndarray) -> np.ndarray:
        """Per area: on how many days of the week one of the chosen assets of a kind is on."""
        reach = self.reached(kind)
        on = self.times.open.reshape(len(self.assets), 7, len(PARTS)).any(axis=2) & chosen[:, None]
        return np.sum([reach.total(on[:, day], len(self)) > 0 for day in range(7)], axis=0)

    def reached(self, kind: str) -> Reached:
        """Assets of a kind that might count, within reach of the areas by the kind's norm."""
        return self.once(("reached", kind), lambda: self._reached_by(kind))

    def walkable(self, kind: str) -> Reached:
        """Assets of a kind that might count, within walking distance in a straight line."""
        return self.once(
            ("walkable", kind), lambda: self._pairs(self._might(kind), self.settings.walk_m)
        )

    def _might(self, kind: str) -> np.ndarray:
        return np.flatnonzero(self.of_kind(kind) & self.standing().possible)

    def _reached_by(self, kind: str) -> Reached:
        norm = self.settings.norm(kind)
        chosen = self._might(kind)
        line = self._pairs(chosen, norm.within_m)
        if not self.by_travel(kind):
            return line
        minutes = self.travel_minutes(chosen)
        limit = self.settings.minutes(norm)
        row, column = np.nonzero(minutes <= limit)
        # What the table does not know is reached in a straight line.
        beside = ~(self.in_travel.areas[line.area] & self.in_travel.assets[line.asset])
        cost = minutes[row, column]
        return Reached(
            np.concatenate((row, line.area[beside])),
            np.concatenate((chosen[column], line.asset[beside])),
            np.concatenate((cost, line.cost[beside])),
            np.concatenate((cost / limit, line.share[beside])),
            np.concatenate((np.ones(len(row), bool), line.minutes[beside])),
        )

    @cached_property
    def in_travel(self) -> InTravel:
        """Which areas and assets the table of travel times knows.

        Assets whose place is not public are left out: times from many areas would give it away.
        """
        if self.travel is None:
            return InTravel(np.zeros(len(self), bool), np.zeros(len(self.assets), bool))
        public = ~self.assets["location_precision"].isin(["area", "hidden"]).to_numpy(bool)
        ids = pd.Index(self.assets["id"])
        return InTravel(self.travel.areas(self.ids) >= 0, (self.travel.places(ids) >= 0) & public)

    def by_travel(self, kind: str) -> bool:
        """Whether reach of a kind is measured in travel time: the table knows areas, and assets
        of the kind where there are any."""
        if not self.in_travel.areas.any():
            return False
        assets = self.in_travel.assets[self._might(kind)]
        return bool(assets.any()) or (not len(assets) and bool(self.in_travel.assets.any()))

    def beside_travel(self, kind: str) -> int:
        """How many assets of a kind are reached in a straight line beside the table's."""
        return int((~self.in_travel.assets[self._might(kind)]).sum())

    def travel_minutes(self, chosen: np.ndarray) -> np.ndarray:
        """Minutes from every area to the chosen assets (positions), shape (areas, chosen); inf
        where there is no way, or the table does not know one of them."""
        minutes = np.full((len(self), len(chosen)), np.inf)
        if self.travel is None:
            return minutes
        areas = np.flatnonzero(self.in_travel.areas)
        known = np.flatnonzero(self.in_travel.assets[chosen])
        ids = pd.Index(self.assets["id"])
        where = self.travel.places(ids)[chosen[known]]
        # Two rows of one place share a destination of the table.
        places, again = np.unique(where, return_inverse=True)
        times = self.travel.matrix(self.travel.areas(self.ids)[areas], places)
        minutes[np.ix_(areas, known)] = times[:, again]
        return minutes

    @cached_property
    def area_minutes(self) -> np.ndarray | None:
        """Minutes from every area to every area as a place to open something, shape (areas, areas);
        inf where there is no way. None where the table has no areas as destinations."""
        if self.travel is None or not self.in_travel.areas.any():
            return None
        travel_places = self.travel.places(self.ids)
        if not (travel_places >= 0).any():
            return None
        rows, columns = np.flatnonzero(self.in_travel.areas), np.flatnonzero(travel_places >= 0)
        minutes = np.full((len(self), len(self)), np.inf)
        minutes[np.ix_(rows, columns)] = self.travel.matrix(
            self.travel.areas(self.ids)[rows], travel_places[columns]
        )
        own = np.arange(len(self))
        minutes[own, own] = np.where(travel_places >= 0, np.minimum(minutes[own, own], 0.0), np.inf)
        return minutes

    def within(self, kind: str, language: str = "en") -> str:
        """What is within reach of a kind: `12 mi`, or `30 minutes by car`."""
        norm = self.settings.norm(kind)
        if not self.by_travel(kind) or self.travel is None:
            return self.settings.length(norm.within_m)
        return self.minutes_text(self.settings.minutes(norm), language)

    def minutes_text(self, minutes: float, language: str = "en") -> str:
        """A travel time with how one travels."""
        mode = self.travel.mode if self.travel is not None else ""
        whole = round(minutes)
        key = f"gaps.within_min_{mode}" if mode else "gaps.within_min"
        return say(key, language, n=whole, minutes=whole)

    def measured(self, kind: str, language: str = "en") -> str:
        """What reach of a kind is measured by, in words."""
        if not self.by_travel(kind) or self.travel is None:
            return say("gaps.by_line", language)
        beside = self.beside_travel(kind)
        key = "gaps.by_travel_some" if beside else "gaps.by_travel"
        return say(key, language, name=self.travel.name, n=beside)

    def nearest(self, chosen: np.ndarray) -> Nearest:
        """The nearest of the chosen assets (bool), in a straight line and by travel time."""
        metres = np.full(len(self), np.inf)
        asset = np.full(len(self), -1, np.int64)
        minutes = np.full(len(self), np.inf)
        placed = np.flatnonzero(np.isfinite(self.lat) & np.isfinite(self.lon))
        which = np.flatnonzero(chosen)
        if len(which) and len(placed):
            reach = reach_by_distance(
                (self.lat[placed], self.lon[placed]),
                (self.asset_lat[which], self.asset_lon[which]),
                Decay("none", 1.0, 1 / 3),
            )
            metres[placed] = reach.nearest
            asset[placed] = which[reach.nearest_asset]
        if len(which) and self.travel is not None:
            minutes = self.travel_minutes(which).min(axis=1)
        return Nearest(metres, asset, minutes)

    def _pairs(self, chosen: np.ndarray, within_m: float) -> Reached:
        placed = np.flatnonzero(np.isfinite(self.lat) & np.isfinite(self.lon))
        if not len(chosen) or not len(placed):
            none = np.empty(0, np.int64)
            return Reached(none, none, np.empty(0), np.empty(0), np.empty(0, bool))
        table = pairs_within(
            self.lat[placed],
            self.lon[placed],
            self.asset_lat[chosen],
            self.asset_lon[chosen],
            within_m,
        )
        return Reached(
            placed[table.row],
            chosen[table.which],
            table.cost,
            table.cost / within_m,
            np.zeros(len(table.cost), bool),
        )

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
