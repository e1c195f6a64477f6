"""ZIP codes of a county, from the ZIP list that comes with the program."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from assetmap.places import fold
from assetmap.sources.counties import County, bare, former_counties_of, name_key
from assetmap.zip_codes import zip_codes


class Zip(NamedTuple):
    """A ZIP code: its post town, a point in degrees, its time zone."""

    code: str
    city: str
    lat: float
    lon: float
    timezone: str


@cache
def _all() -> tuple[tuple[str, str, Zip], ...]:
    """(state, county as the list writes it, ZIP) of every ZIP code with a point."""
    return tuple(
        (row.state, row.county, Zip(row.code, row.towns[0], row.lat, row.lon, row.timezone))
        for row in zip_codes()
        if row.lat is not None and row.lon is not None
    )


def zips_of(county: County | None, state: str = "") -> list[Zip]:
    """The ZIP codes whose post office lies in `county`, else those of `state`.

    The list knows one county for a ZIP, and Connecticut's counties of before 2022: a planning
    region has the ZIP codes of all counties its land was taken from.
    """
    if county is None:
        return [item for in_state, _, item in _all() if in_state == state]
    result = dict.fromkeys(item for old in former_counties_of(county) for item in zips_of(old))
    own, own_bare = name_key(county.name), name_key(bare(county.name))
    city = fold(county.name).endswith(" city")
    for in_state, name, item in _all():
        if in_state != county.state or not name:
            continue
        same = name_key(name) == own
        if not same and name_key(bare(name)) == own_bare:
            same = fold(name).endswith(" city") == city
        if same:
            result[item] = None
    return list(result)


def county_names_of_zip(code: str) -> tuple[str, str] | None:
    """(county, state) of a ZIP code as the list writes them."""
    for state, county, item in _all():
        if item.code == code:
            return county, state
    return None


def counties_of_town(name: str, state: str) -> list[str]:
    """The counties, as the list writes them, in which a post town has ZIP codes."""
    wanted = name_key(name)
    hits = [
        county for where, county, item in _all() if where == state and name_key(item.city) == wanted
    ]
    return list(dict.fromkeys(county for county in hits if county))
