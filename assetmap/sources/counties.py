"""County names as people write them, and which county is meant: never a silent pick."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assetmap import vocabulary
from assetmap.places import fold
from assetmap.sources.errors import SourcesError
from assetmap.words import text
from assetmap.words.formats import listed

# What a county is called by law; the longest first, because "city and borough" ends in one.
_TYPES = re.compile(
    r"\s+(city and borough|census area|planning region|county|parish|borough|municipality|"
    r"municipio|district|island|city)$"
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
    for letters, row in states().items():
        if plain in (letters.casefold(), fold(row["name"]), row["fips"]):
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
    name, state = _parted(written)
    if state == "DC":
        return counties()["11001"]
    if not key(name):
        raise SourcesError(text("sources.county_unknown", county=written))
    known = [*counties().values(), *(former.county for former in _former())]
    result = [county for county in known if state in (None, county.state)]
    exact = [county for county in result if key(county.name) == key(name)]
    loose = [county for county in result if key(bare(county.name)) == key(name)]
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
    near = _nearest(
        name, [county for county in counties().values() if state in (None, county.state)]
    )
    if near:
        which = listed([county.label for county in near], either=True)
        raise SourcesError(text("sources.county_near", county=written, which=which))
    raise SourcesError(text("sources.county_unknown", county=written))


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


def _parted(written: str) -> tuple[str, str | None]:
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
    plain = fold(name)
    if plain.startswith("city and borough of "):
        plain = plain.removeprefix("city and borough of ")
    return _TYPES.sub("", plain)


def key(name: str) -> str:
    """Letters only, so that `La Salle`, `LaSalle` and `St. Mary's` meet their other spellings."""
    plain = fold(name)
    return re.sub(r"[^a-z0-9]", "", _SAINT.sub("saint", plain))


def _nearest(name: str, among: list[County]) -> list[County]:
    from rapidfuzz import fuzz, process

    keys = {county.fips: key(bare(county.name)) for county in among}
    hits = process.extract(key(bare(name)), keys, scorer=fuzz.ratio, score_cutoff=80, limit=3)
    return [counties()[str(code)] for _, _, code in hits]
