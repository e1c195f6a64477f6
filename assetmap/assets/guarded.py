"""The guarded homes of a draft: found in texts that name their house, and at their door."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import numpy as np

from assetmap.assets.draft import Draft
from assetmap.assets.hiding import MARK, Street, plain
from assetmap.places import distance_m, fold
from assetmap.streets import NUMBER_WORDS

# A row without an address this close to a guarded home's door may be that home.
SAME_DOOR_M = 25.0
MANY_AT_ONE_POINT = 4


def street_of(draft: Draft, at: int) -> Street:
    return Street(draft["address"][at], draft["city"][at], draft["region"][at])


class GuardedHomes:
    """The guarded houses (position → street), looked for only in texts that hold their number."""

    def __init__(self, homes: dict[int, Street]) -> None:
        self.homes = {at: street for at, street in homes.items() if street.definite}
        self._by_number: dict[str, list[int]] = defaultdict(list)
        for at, street in self.homes.items():
            for number in street.numbers:
                self._by_number[number].append(at)
                for word, value in NUMBER_WORDS.items():
                    if value == number:
                        self._by_number[word].append(at)

        spelled = [word for word in self._by_number if word.isalpha()]
        self._numbers = re.compile("|".join([r"\d+", *spelled]))

    def take_out(self, text: str, but: Street | None = None) -> str:
        """The text without the guarded houses, except the one that is `but`."""
        for at in self._mentioned(text):
            street = self.homes[at]
            if but is None or not street.same_house(but):
                text = street.take_out(text, False, MARK)
        return text

    def at_a_home(self, draft: Draft, at: int) -> bool:
        """Whether the address of the row at `at` is a guarded home's."""
        address = draft["address"][at]
        mentioned = self._mentioned(address)
        if not mentioned:
            return False
        own = street_of(draft, at)
        return any(
            _same_town(draft, at, home)
            and (
                self.homes[home].same_house(own)
                or (not own.definite and self.homes[home].stands_in(address))
            )
            for home in mentioned
        )

    def _mentioned(self, text: str) -> list[int]:
        if not self._by_number:
            return []
        found: dict[int, None] = {}
        for number in self._numbers.findall(plain(text)[0].lower()):
            found.update(dict.fromkeys(self._by_number.get(number, ())))
        return list(found)


Cell = tuple[int, int]


def _cell(lat: float, lon: float) -> Cell:
    """The square of some 50 m that a point lies in."""
    return round(lat * 2000), round(lon * 2000)


def doors_of(draft: Draft, homes: GuardedHomes) -> dict[Cell, list[tuple[float, float]]]:
    """Points of guarded homes, by square.

    A point that many rows share stands for a town or ZIP code and tells no door.
    """
    points = [(round(lat, 5), round(lon, 5)) for lat, lon in zip(draft.lat, draft.lon, strict=True)]
    shared = Counter(points)
    doors: dict[Cell, list[tuple[float, float]]] = defaultdict(list)
    for home in homes.homes:
        lat, lon = points[home]
        if not np.isnan(lat) and shared[lat, lon] <= MANY_AT_ONE_POINT:
            doors[_cell(lat, lon)].append((lat, lon))
    return doors


def at_a_door(draft: Draft, at: int, doors: dict[Cell, list[tuple[float, float]]]) -> bool:
    lat, lon = draft.lat[at], draft.lon[at]
    if np.isnan(lat):
        return False
    row, column = _cell(lat, lon)
    near = (
        door
        for north in (-1, 0, 1)
        for east in (-1, 0, 1)
        for door in doors.get((row + north, column + east), ())
    )
    return any(distance_m(lat, lon, *door) < SAME_DOOR_M for door in near)


def _same_town(draft: Draft, one: int, other: int) -> bool:
    for name in ("city", "postal_code"):
        mine, theirs = draft[name][one], draft[name][other]
        if mine and theirs and fold(mine) != fold(theirs):
            return False
    return True
