"""County names as people write them, and which county is meant: never a silent pick.

`wanted_of` says what a community is to cover, from what was asked on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold, zip_codes
from assetmap.sources.catalogue import SourcesError
from assetmap.words import text
from assetmap.words.formats import listed

# What a county is called by law; the longest first, because "city and borough" ends in one.
_TYPES = re.compile(
    r"\s+(city and borough|census area|planning region|county|parish|borough|municipality|"
    r"municipio|district|island|city)$"
)
# How people write the same: "Robeson Co.", "City of Baltimore", "Robeson County, NC (37155)".
_COUNTY_SPELLED = re.compile(r"\b(?:co|cnty|cty)$")
_TYPE_FIRST = re.compile(
    r"(?:the )?(city and borough|county|parish|borough|municipality|city) of (?:the )?(.+)"
)
_WITH_CODE = re.compile(r".*\((\d{5})\)\s*")
_COUNTRY = re.compile(
    r"[\s,]+(?:usa|u\.?s\.?a?\.?|united states(?: of america)?)\s*$", re.IGNORECASE
)
_SAINT = re.compile(r"\b(st|ste|saint|sainte)\b")


class County(NamedTuple):
    """A county or its equal: five-digit FIPS code, state in two letters, its whole name."""

    fips: str
    state: str
    name: str

    @property
    def label(self) -> str:
        """`Robeson County, NC (37155)`."""
        return f"{self.name}, {self.state} ({self.fips})"

    @property
    def state_fips(self) -> str:
        """The two digits of its state."""
        return self.fips[:2]


class Former(NamedTuple):
    """A county that is none any more, and what its land belongs to now."""

    county: County
    now: tuple[str, ...]


@cache
def counties() -> dict[str, County]:
    """All counties and equals of the United States by FIPS code."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "counties.csv")
    return {row["fips"]: County(row["fips"], row["state"], row["name"]) for row in rows}


@cache
def _former() -> tuple[Former, ...]:
    rows = vocabulary.read_rows(vocabulary.FOLDER / "counties_former.csv")
    return tuple(
        Former(County(row["fips"], row["state"], row["name"]), tuple(row["now"].split("|")))
        for row in rows
    )


@cache
def states() -> dict[str, vocabulary.Row]:
    """States by their two letters: fips, state, name."""
    rows = vocabulary.read_rows(vocabulary.FOLDER / "states.csv")
    return {row["state"]: row for row in rows}


def state_of(written: str) -> str | None:
    """The two letters of a state written in full, in letters or as its FIPS code."""
    plain = fold(written)
    # "N.C." folds to "n c".
    joined = plain.replace(" ", "")
    for letters, row in states().items():
        if joined == letters.casefold() or plain in (fold(row["name"]), row["fips"]):
            return letters
    return None


def find_county(written: str) -> County:
    """The one county that `written` names: a FIPS code, or a name with its state.

    Raises SourcesError with one sentence where none or several are meant, and for a county
    that is none any more (Connecticut's eight of before 2022).
    """
    plain = fold(written)
    if re.fullmatch(r"\d{4,5}", plain):
        return _by_code(plain.zfill(5))
    coded = _WITH_CODE.fullmatch(written)
    if coded is not None:
        # As our own sentences write it.
        return _by_code(coded[1])
    name, state = parted(_COUNTRY.sub("", written))
    if state == "DC":
        return counties()["11001"]
    whole = state_of(name) if state is None else None
    if whole is not None and len(counties_of(whole)) == 1:
        return counties_of(whole)[0]
    if not name_key(name):
        raise SourcesError(text("sources.county_unknown", county=written))
    name = _in_order(name)
    known = [*counties().values(), *(former.county for former in _former())]
    result = [county for county in known if state in (None, county.state)]
    exact = [county for county in result if name_key(county.name) == name_key(name)]
    loose = [county for county in result if name_key(bare(county.name)) == name_key(name)]
    # "Baltimore" is a county and a city; "Baltimore County" is one of them.
    hits = exact if exact and bare(name) != fold(name) else sorted({*exact, *loose})
    here = [county for county in hits if county.fips in counties()]
    if state is not None and len(here) == 1:
        return here[0]
    if not here and hits:
        raise SourcesError(_gone(next(item for item in _former() if item.county == hits[0])))
    if here:
        which = listed([county.label for county in here[:12]], either=True)
        if len(here) > 12:
            raise SourcesError(text("sources.county_state", county=written, n=len(here)))
        raise SourcesError(text("sources.county_choice", county=written, which=which))
    if whole is not None:
        raise SourcesError(text("sources.whole_state", county=written, state=whole))
    near = _nearest(
        name, [county for county in counties().values() if state in (None, county.state)]
    )
    if near:
        which = listed([county.label for county in near], either=True)
        raise SourcesError(text("sources.county_near", county=written, which=which))
    raise SourcesError(text("sources.county_unknown", county=written))


def former_counties_of(county: County) -> list[County]:
    """The counties of old whose land is now in `county`."""
    return [former.county for former in _former() if county.fips in former.now]


def now_of(written: str) -> tuple[County, ...]:
    """The counties that a county's land belongs to now; itself where nothing has changed.

    Raises SourcesError like `find_county`.
    """
    name, state = parted(written)
    for former in _former():
        old = former.county
        if (
            old.state == state
            and name_key(old.name) == name_key(name)
            and old.fips not in counties()
        ):
            return tuple(counties()[code] for code in former.now)
    return (find_county(written),)


def counties_of(state: str) -> list[County]:
    """All counties of the state `state` (two letters, name or FIPS). Raises SourcesError."""
    letters = state_of(state)
    if letters is None:
        raise SourcesError(text("sources.state_unknown", state=state))
    return [county for county in counties().values() if county.state == letters]


def _by_code(code: str) -> County:
    county = counties().get(code)
    if county is not None:
        return county
    for former in _former():
        if former.county.fips == code:
            raise SourcesError(_gone(former))
    raise SourcesError(text("sources.county_code", code=code))


def _gone(former: Former) -> str:
    now = listed([counties()[code].label for code in former.now])
    return text("sources.county_gone", county=former.county.label, now=now)


def _in_order(name: str) -> str:
    """`City of Baltimore` as `baltimore city`, `Robeson Co.` as `robeson county`."""
    plain = _COUNTY_SPELLED.sub("county", fold(name))
    turned = _TYPE_FIRST.fullmatch(plain)
    return f"{turned[2]} {turned[1]}" if turned else plain


def parted(written: str) -> tuple[str, str | None]:
    """(name, state's two letters or None) of `Robeson County, NC` and `Robeson North Carolina`."""
    head, comma, tail = written.rpartition(",")
    if comma:
        state = state_of(tail)
        if state is not None:
            return head, state
        raise SourcesError(text("sources.state_unknown", state=tail.strip()))
    words = written.split()
    for size in (3, 2, 1):
        if len(words) > size:
            state = state_of(" ".join(words[-size:]))
            if state is not None:
                return " ".join(words[:-size]), state
    return written, None


def bare(name: str) -> str:
    """A county's name, folded, without what it is by law."""
    plain = fold(name)
    return _TYPES.sub("", plain)


def name_key(name: str) -> str:
    """Letters only, so that `La Salle`, `LaSalle` and `St. Mary's` meet their other spellings."""
    plain = fold(name)
    return re.sub(r"[^a-z0-9]", "", _SAINT.sub("saint", plain))


def _nearest(name: str, among: list[County]) -> list[County]:
    from rapidfuzz import fuzz, process

    keys = {county.fips: name_key(bare(county.name)) for county in among}
    hits = process.extract(name_key(bare(name)), keys, scorer=fuzz.ratio, score_cutoff=80, limit=3)
    return [counties()[str(code)] for _, _, code in hits]


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
