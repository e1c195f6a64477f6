"""What a community is to cover, from what was asked on the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assetmap.sources.catalogue import SourcesError
from assetmap.sources.counties import (
    County,
    counties_of,
    counties_of_town,
    county_names_of_zip,
    find_county,
    now_of,
    parted,
    states,
)
from assetmap.words import text
from assetmap.words.formats import listed


@dataclass(frozen=True)
class Wanted:
    """What a community is to cover: counties, or the part of them in a town or ZIP codes."""

    counties: tuple[County, ...]
    place: str = ""
    zips: tuple[str, ...] = ()
    name: str = ""

    def title(self) -> str:
        """What the community is called unless it is given a name."""
        if self.name:
            return self.name
        if self.place:
            return self.place
        if self.zips:
            return f"ZIP {', '.join(self.zips[:3])}{' …' if len(self.zips) > 3 else ''}"
        state = self.counties[0].state
        if len(self.counties) > 4 and len({county.state for county in self.counties}) == 1:
            return str(states()[state]["name"])
        return listed([f"{county.name}, {county.state}" for county in self.counties])


def wanted_of(
    counties: Sequence[str] = (),
    state: str = "",
    place: str = "",
    zips: Sequence[str] = (),
    name: str = "",
) -> Wanted:
    """The counties meant, and the part of them. Raises SourcesError with one sentence."""
    if not (counties or state or place or zips):
        raise SourcesError(text("new.nothing"))
    countys: list[County] = [find_county(item) for item in counties]
    if state and not countys:
        countys = counties_of(state)
    if place and not countys:
        town, letters = _town_of(place)
        place = f"{town}, {letters}"
        names = counties_of_town(town, letters)
        if not names:
            raise SourcesError(text("new.place_unknown", place=place))
        countys = [county for item in names for county in now_of(f"{item}, {letters}")]
    elif place:
        place = ", ".join(_town_of(place))
    for code in zips:
        if not re.fullmatch(r"\d{5}", code):
            raise SourcesError(text("new.zip", zip=code))
        if counties or state or place:
            continue
        where = county_names_of_zip(code)
        if where is None or not where[0]:
            raise SourcesError(text("new.zip_unknown", zip=code))
        countys += now_of(f"{where[0]}, {where[1]}")
    unique = tuple(dict.fromkeys(countys))
    return Wanted(unique, place, tuple(zips), name)


def _town_of(place: str) -> tuple[str, str]:
    """(town, state in two letters) of "Lumberton, NC" or "Lumberton NC". Raises SourcesError."""
    town, letters = parted(place)
    if letters is None or not town.strip(" ,"):
        raise SourcesError(text("new.place", place=place))
    return town.strip(" ,"), letters
