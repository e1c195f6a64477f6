"""People and need indicators of a county's tracts, from the first public source that has them.

The American Community Survey by files given by hand, by its API (with a key), or by the tables
data.census.gov shows; else the CDC's Social Vulnerability Index, which needs no key.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from assetmap.indicators import (
    COLUMNS,
    IndicatorError,
    Indicators,
    indicators_from,
    read_indicators,
    start_indicators,
    variables_needed,
)
from assetmap.indicators.estimates import Estimates, estimates_of, joined
from assetmap.indicators.tables import tables_of
from assetmap.sources.catalogue import NotFetched, catalogue
from assetmap.sources.counties import County, former_counties_of, states
from assetmap.sources.counties import counties as all_counties
from assetmap.sources.download import Downloads
from assetmap.sources.report import NewReport
from assetmap.words import text

MOST_VARIABLES = 48
GROUP_QUARTERS = "group_quarters"


def place_of(county: County) -> dict[str, object]:
    """What addresses of public files say of a county."""
    state = states()[county.state]["name"]
    return {
        "ss": county.state_fips,
        "ccc": county.fips[2:],
        "fips": county.fips,
        "state_name": state.replace(" ", ""),
    }


def people_of(counties: Sequence[County], downloads: Downloads, report: NewReport) -> Indicators:
    """Population, adults and the starting indicators of all tracts of `counties`.

    What is missing is written into `report`; an empty table means that nothing was had.
    """
    survey = _survey(counties, downloads, report)
    if survey is not None:
        survey = _within(survey, counties)
        _say_uncovered("acs", [survey], counties, report)
    index: list[Indicators] = []
    if survey is None or survey.population is None or not len(survey.table):
        result = _vulnerability(counties, downloads, report)
        index = [_within(item, counties) for item in result]
        if index:
            _say_uncovered("svi", index, counties, report)
    return _together(survey, index)


def _say_uncovered(
    key: str, reads: Sequence[Indicators], counties: Sequence[County], report: NewReport
) -> None:
    """The counties that a file had says nothing of: it is of another county or state."""
    known: set[str] = set()
    for read in reads:
        known |= {str(area)[:5] for area in read.table["area"]}
        for series in (read.population, read.adults):
            known |= {str(area)[:5] for area in series.index} if series is not None else set()
    for county in counties:
        if not known & {item.fips for item in (county, *former_counties_of(county))}:
            report.lacks(key, NotFetched(text("sources.no_tracts", county=county.label)))
            if not known:
                report.had_not(key)


def by_new_codes(read: Indicators, areas: Sequence[str]) -> Indicators:
    """With tracts of counties that are none any more under the codes they have now.

    Connecticut's tracts of before 2022 kept their last six digits; where these are not of one
    area only, the row keeps its old code and matches nothing.
    """
    old = {former.fips for area in areas for former in _formers_of(str(area)[:5])}
    now: dict[tuple[str, str], list[str]] = {}
    for area in areas:
        now.setdefault((str(area)[:2], str(area)[5:]), []).append(str(area))

    def coded(area: object) -> str:
        code = str(area)
        hits = now.get((code[:2], code[5:]), []) if code[:5] in old else []
        return hits[0] if len(hits) == 1 else code

    def renamed(series: pd.Series | None) -> pd.Series | None:
        if series is None:
            return None
        out = series.set_axis([coded(area) for area in series.index])
        return out[~out.index.duplicated()]

    table = read.table.assign(area=[coded(area) for area in read.table["area"]])
    return read._replace(
        table=table.drop_duplicates(["area", "indicator", "year"], ignore_index=True),
        population=renamed(read.population),
        adults=renamed(read.adults),
    )


@cache
def _formers_of(fips: str) -> tuple[County, ...]:
    county = all_counties().get(fips)
    return tuple(former_counties_of(county)) if county is not None else ()


def _survey(
    counties: Sequence[County], downloads: Downloads, report: NewReport
) -> Indicators | None:
    source = catalogue()["acs"]
    name = "U.S. Census Bureau, American Community Survey 5-year estimates"
    parts: list[Estimates] = []
    files: list[Path] = downloads.by_hand(source, place_of(counties[0]))
    for path in files:
        try:
            tables = tables_of(path.read_bytes(), path.name)
        except IndicatorError as error:
            report.lacks("acs", NotFetched(error.args[0]))
            continue
        read = [estimates_of(frame, member) for member, frame in tables]
        parts += [item for item in read if item is not None]
        got = downloads.get(source, place_of(counties[0]))._replace(
            path=path, bytes=path.stat().st_size
        )
        report.had(source, got)
    if parts:
        return indicators_from(joined(parts), _dated(name, parts))
    tables_wanted = sorted({item.partition("_")[0] for item in variables_needed()})
    do = text("sources.do_acs", tables=", ".join(tables_wanted))
    fault: NotFetched | None = None
    for county in counties:
        try:
            parts += _county_survey(county, downloads, report, tables_wanted)
        except NotFetched as error:
            fault = error
            break
    if fault is not None:
        report.lacks("acs", fault, do)
        # Some counties without the others would make a map with holes.
        return None
    return indicators_from(joined(parts), _dated(name, parts))


def _dated(name: str, parts: Sequence[Estimates]) -> str:
    years = [part.year for part in parts if part.year]
    return f"{name} {max(years) - 4}–{max(years)}" if years else name


def _county_survey(
    county: County, downloads: Downloads, report: NewReport, tables: Sequence[str]
) -> list[Estimates]:
    key = os.environ.get("CENSUS_API_KEY", "").strip()
    if key and downloads.allowed:
        try:
            return _by_api(county, downloads, report, key)
        except NotFetched:
            pass  # the tables of data.census.gov need no key
    return _by_tables(county, downloads, report, tables)


def _by_api(county: County, downloads: Downloads, report: NewReport, key: str) -> list[Estimates]:
    source = catalogue()["acs"]
    parts, lines = [], []
    wanted, size = variables_needed(), MOST_VARIABLES // 2
    for start in range(0, len(wanted), size):
        variables = wanted[start : start + size]
        asked = [
            "NAME",
            "GEO_ID",
            *(f"{variable}{letter}" for variable in variables for letter in "EM"),
        ]
        got = downloads.get(
            source, {**place_of(county), "variables": ",".join(asked)}, key=key, retry=False
        )
        parts.append(_estimates(got.path, f"ACSDT5Y{got.year}.json"))
        lines.append(got)
    for got in lines:
        report.had(source, got)
    return parts


def _by_tables(
    county: County, downloads: Downloads, report: NewReport, tables: Sequence[str]
) -> list[Estimates]:
    source = catalogue()["acs_tables"]
    parts, lines = [], []
    for table in tables:
        got = downloads.get(source, {**place_of(county), "table": table}, retry=False)
        parts.append(_estimates(got.path, f"ACSDT5Y{got.year}.{table}.json"))
        lines.append(got)
    for got in lines:
        report.had(source, got)
    return parts


def _estimates(path: Path, name: str) -> Estimates:
    try:
        result = [
            estimates_of(frame, member) for member, frame in tables_of(path.read_bytes(), name)
        ]
    except IndicatorError as error:
        raise NotFetched(error.args[0]) from None
    known = [item for item in result if item is not None]
    if not known:
        raise NotFetched(text("sources.no_estimates", file=name))
    return joined(known)


def _vulnerability(
    counties: Sequence[County], downloads: Downloads, report: NewReport
) -> list[Indicators]:
    source = catalogue()["svi"]
    result = []
    for state in dict.fromkeys(county.state for county in counties):
        county = next(item for item in counties if item.state == state)
        place = place_of(county)
        try:
            got = downloads.get(source, place)
            result.append(read_indicators(got.path.read_bytes(), f"SVI_{got.year}.csv"))
        except NotFetched as error:
            report.lacks("svi", error, url=source.url(source.years[0], place))
        except IndicatorError as error:
            report.lacks("svi", NotFetched(error.args[0]))
        else:
            report.had(source, got)
    return result


def _within(read: Indicators, counties: Sequence[County]) -> Indicators:
    """Only the tracts of the counties, also under the codes their land had before."""
    known = (item for county in counties for item in (county, *former_counties_of(county)))
    prefixes = tuple(item.fips for item in known)

    def tract(area: object) -> bool:
        return len(str(area)) == 11 and str(area).startswith(prefixes)

    def cut(series: pd.Series | None) -> pd.Series | None:
        if series is None:
            return None
        kept = series[np.array([tract(area) for area in series.index], dtype=bool)]
        return kept if len(kept) else None

    inside = np.array([tract(area) for area in read.table["area"]], dtype=bool)
    table = read.table[inside].reset_index(drop=True)
    return read._replace(table=table, population=cut(read.population), adults=cut(read.adults))


def _together(survey: Indicators | None, index: Sequence[Indicators]) -> Indicators:
    """People from the first that tells them; of the index the indicators the survey lacks."""
    result = [survey, *index] if survey is not None else list(index)
    known = set(survey.table["indicator"]) if survey is not None else set()
    parts = [survey.table] if survey is not None else []
    parts += [item.table[~item.table["indicator"].isin(known)] for item in index]
    notes: dict[str, dict[str, str]] = {}
    for read in reversed(result):
        notes |= {name: dict(note) for name, note in read.notes.items()}
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    population = _first([read.population for read in result])
    adults = _first([read.adults for read in result])
    return Indicators(whole, [], {}, (), population, adults, notes)


def _first(series: Sequence[pd.Series | None]) -> pd.Series | None:
    """Each area's number from the first that tells it."""
    known = [item for item in series if item is not None and len(item)]
    if not known:
        return None
    whole = pd.concat(known)
    return whole[~whole.index.duplicated()]


def many_in_group_quarters(read: Indicators) -> int:
    """Areas where more than one person in five lives in a dorm, prison or nursing home."""
    rows = read.table[read.table["indicator"] == GROUP_QUARTERS]
    return int((rows["value"].to_numpy(float) > 20).sum())


def to_start_with(read: Indicators) -> pd.DataFrame:
    """The rows a new community's indicators.csv holds: known, of need, rounded for people."""
    table = read.table[read.table["indicator"].isin(start_indicators())]
    order = {name: place for place, name in enumerate(start_indicators())}
    table = table.assign(place=table["indicator"].map(order)).sort_values(["place", "area"])
    table = table.drop(columns="place").reset_index(drop=True)
    for name in ("value", "moe"):
        table[name] = np.round(table[name].to_numpy(float), 2)
    some = table.groupby("indicator")["value"].transform("count") > 0
    return table[some].reset_index(drop=True)
