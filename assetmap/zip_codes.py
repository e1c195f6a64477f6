"""The ZIP codes of the United States: where each lies, its towns, county and time zone.

vocabulary/zip_codes.csv was made of the package `zipcodes` (MIT licence, Sean Pianka), which takes
a second and 150 MB to unpack what is needed of it here. A line becomes a `ZipCode` when it is
asked for; tests/test_zip_codes.py compares the file with the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("vocabulary") / "zip_codes.csv"


class ZipCode(NamedTuple):
    """A ZIP code as the list has it.

    `towns` are the names the post accepts, the first of them its own; `county` and `timezone` may
    be ""; `lat` and `lon` are degrees, None where the list has no point. `military` ones are post
    offices of the forces: no town anyone lives in.
    """

    code: str
    state: str
    towns: tuple[str, ...]
    county: str
    timezone: str
    lat: float | None
    lon: float | None
    military: bool


def zip_code(code: str) -> ZipCode | None:
    """The ZIP code of five digits; None where there is none such."""
    line = _lines().get(code)
    return _read(line) if line is not None else None


def timezone_of_zip(code: str) -> str:
    """The time zone of a ZIP code, "" where it is not known."""
    line = _lines().get(code)
    return line.split(",")[4] if line is not None else ""


def zip_codes(state: str = "") -> Iterator[ZipCode]:
    """All of them, or those of a state (two letters), by code."""
    lines = _by_state().get(state, []) if state else _lines().values()
    return map(_read, lines)


@cache
def _lines() -> dict[str, str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()[1:]
    return {line[:5]: line for line in lines}


@cache
def _by_state() -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for line in _lines().values():
        result.setdefault(line[6:8], []).append(line)
    return result


def _read(line: str) -> ZipCode:
    code, state, towns, county, timezone, lat, lon, military = line.split(",")
    return ZipCode(
        code,
        state,
        tuple(towns.split("|")) if towns else (),
        county,
        timezone,
        float(lat) if lat else None,
        float(lon) if lon else None,
        military == "yes",
    )
