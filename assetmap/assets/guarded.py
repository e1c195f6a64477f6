"""The guarded homes of a draft: found in texts that name their house, and at their door."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from assetmap.assets.draft import Draft
from assetmap.assets.hiding import MARK, Street, plain
from assetmap.places import distance_m, fold
from assetmap.streets import NUMBER_WORDS, spelled_numbers

# A row without an address this close to a guarded home's door may be that home.
SAME_DOOR_M = 25.0
MANY_AT_ONE_POINT = 4


# Longer than any address; what stands behind is a remark.
_LONGEST_ADDRESS = 400


def street_of(draft: Draft, position: int) -> Street:
    """The street of the row at `position`, which has an address."""
    address = draft["address"][position][:_LONGEST_ADDRESS]
    return Street(address, draft["city"][position], draft["region"][position])


def streets_of(draft: Draft, position: int) -> list[Street]:
    """The streets of the row at `position`: its own, and those of rows merged into it."""
    own = [street_of(draft, position)] if draft["address"][position] else []
    city, region = draft["city"][position], draft["region"][position]
    return own + [Street(part[:_LONGEST_ADDRESS], city, region) for part in draft.also_at[position]]


class GuardedHomes:
    """The guarded houses, looked for only in texts that hold their number.

    `homes` are (position of the row, street), one for each street of a row.
    """

    def __init__(self, homes: Iterable[tuple[int, Street]]) -> None:
        self.homes = [(position, street) for position, street in homes if street.definite]
        self._by_number: dict[str, list[int]] = defaultdict(list)
        for position, (_, street) in enumerate(self.homes):
            for number in street.numbers:
                self._by_number[number].append(position)
                for word, value in NUMBER_WORDS.items():
                    if value == number:
                        self._by_number[word].append(position)

        spelled = [word for word in self._by_number if word.isalpha()]
        self._numbers = re.compile("|".join([r"\d+", *spelled]))

    def take_out(self, text: str, but: Street | None = None) -> str:
        """The text without the guarded houses, except the one that is `but`."""
        for position in self._mentioned(text):
            street = self.homes[position][1]
            if but is None or not street.same_house(but):
                text = street.take_out(text, False, MARK)
        return text

    def at_a_home(self, draft: Draft, position: int) -> bool:
        """Whether the address of the row at `position` is a guarded home's."""
        address = draft["address"][position]
        mentioned = self._mentioned(address)
        if not mentioned:
            return False
        own = street_of(draft, position)
        return any(
            _same_town(draft, position, home)
            and (street.same_house(own) or (not own.definite and street.stands_in(address)))
            for home, street in (self.homes[place] for place in mentioned)
        )

    def _mentioned(self, text: str) -> list[int]:
        if not self._by_number:
            return []
        result: dict[int, None] = {}
        view = plain(text)[0].lower()
        for number in self._numbers.findall(view):
            result.update(dict.fromkeys(self._by_number.get(number, ())))
        for _, numbers in spelled_numbers(view):
            for number in numbers:
                result.update(dict.fromkeys(self._by_number.get(number, ())))
        return list(result)


Position = tuple[int, int]


def _cell(lat: float, lon: float) -> Position:
    """The square of some 50 m that a point lies in."""
    return round(lat * 2000), round(lon * 2000)


def doors_of(draft: Draft, homes: GuardedHomes) -> dict[Position, list[tuple[float, float]]]:
    """Points of guarded homes, by square.

    A point that many rows share stands for a town or ZIP code and tells no door.
    """
    points = [(round(lat, 5), round(lon, 5)) for lat, lon in zip(draft.lat, draft.lon, strict=True)]
    shared = Counter(points)
    doors: dict[Position, list[tuple[float, float]]] = defaultdict(list)
    for home, _ in homes.homes:
        lat, lon = points[home]
        if not np.isnan(lat) and shared[lat, lon] <= MANY_AT_ONE_POINT:
            doors[_cell(lat, lon)].append((lat, lon))
    return doors


def at_a_door(
    draft: Draft, position: int, doors: dict[Position, list[tuple[float, float]]]
) -> bool:
    lat, lon = draft.lat[position], draft.lon[position]
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


def _same_town(draft: Draft, first: int, other: int) -> bool:
    for name in ("city", "postal_code"):
        mine, theirs = draft[name][first], draft[name][other]
        if mine and theirs and fold(mine) != fold(theirs):
            return False
    return True
