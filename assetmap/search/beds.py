"""Open beds: how fresh a count is, what tonight needs, and whom to call when there is none."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import ref
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from assetmap import vocabulary
from assetmap.catalog import Bools, Catalog, Floats, Ints
from assetmap.schedule import expand_seconds
from assetmap.search.query import CriteriaResults, Criterion, Query

BEDS_FRESH = timedelta(hours=24)
BEDS_OLD = timedelta(hours=72)
MOST_KEPT = 16


def bed_kinds() -> frozenset[str]:
    """The kinds that may have a bed for somebody."""
    return vocabulary.kinds_where("is_bed")


def beds(catalog: Catalog, query: Query, criteria_results: CriteriaResults) -> list[Criterion]:
    """An open bed fits when counted within a day, is to be asked about within three.

    A house that is full is no answer; with a waiting list it is a near miss. "Tonight" also
    needs that people are taken in the same day.
    """
    concerned = catalog.of_kinds(bed_kinds())
    open_beds = catalog.assets["beds_open"]
    known = open_beds.notna().to_numpy(dtype=bool)
    some = (open_beds.fillna(0) > 0).to_numpy(dtype=bool)
    age_s = _seconds_since(catalog, query.at)
    with np.errstate(invalid="ignore"):
        fresh = known & (age_s <= BEDS_FRESH.total_seconds()) & (age_s >= -3600)
        usable = known & (age_s <= BEDS_OLD.total_seconds()) & (age_s >= -3600)
    full = fresh & ~some
    waiting = catalog.yes_no("waiting_list").yes
    open_bed = Criterion(
        "beds", (fresh & some) | ~concerned, full & concerned, waiting, "beds_open"
    )
    same_day = catalog.yes_no("same_day")
    everywhere = np.ones(len(catalog), dtype=bool)
    tonight = Criterion("same_day", same_day.yes | ~concerned, same_day.no & concerned, everywhere)
    tonight.unknown_field = "same_day"
    criteria_results.has_bed = fresh & some & concerned
    criteria_results.bed_order = _call_order(catalog, query, usable & some)
    # Same-day intake that was asked for by name is answered there already.
    return [open_bed, tonight] if _is_tonight(query) and "same_day" not in query.yes else [open_bed]


def _is_tonight(query: Query) -> bool:
    if "bed_tonight" in query.needs:
        return True
    return query.when is not None and query.when.begin <= query.at + timedelta(hours=18)


def _call_order(catalog: Catalog, query: Query, counted: Bools) -> Ints:
    """Whom to call first: a bed counted lately, shelters, homes whose intake is open, the rest."""
    order = np.full(len(catalog), 3, dtype=np.int64)
    intake = catalog.assets["intake_hours"]
    homes = catalog.of_kinds(bed_kinds()) & intake.notna().to_numpy(dtype=bool)
    if homes.any():
        order[homes & _open_at(catalog, query.at, homes)] = 2
    order[catalog.of_kinds({"shelter"})] = 1
    order[counted] = 0
    return order


def _open_at(catalog: Catalog, moment: datetime, only: Bools) -> Bools:
    """Which of `only` take people at `moment`, to the minute; kept for those who ask within it."""
    moment = moment.replace(second=0, microsecond=0)
    kept = _open_kept.get(id(catalog))
    if kept is not None and kept[0]() is catalog and kept[1] == moment:
        return kept[2]
    result = _worked_out(catalog, moment, only)
    if len(_open_kept) >= MOST_KEPT:
        _open_kept.clear()
    _open_kept[id(catalog)] = (ref(catalog), moment, result)
    return result


# By the catalog's identity, which is checked: the minute asked, and who is open then.
_open_kept: dict[int, tuple[ref[Catalog], datetime, Bools]] = {}


def _worked_out(catalog: Catalog, moment: datetime, only: Bools) -> Bools:
    positions = np.flatnonzero(only)
    frame = pd.DataFrame(
        {
            "schedule": catalog.assets["intake_hours"].to_numpy(dtype=object)[positions],
            "time_kind": "hours",
            "timezone": catalog.assets["timezone"].to_numpy(dtype=object)[positions],
        }
    )
    end = moment + timedelta(minutes=1)
    spans = expand_seconds(frame, moment, end, catalog.timezone, catalog.country)
    result = catalog.nowhere()
    result[positions[spans.asset]] = True
    return result


def _seconds_since(catalog: Catalog, clock: datetime) -> Floats:
    """Seconds from each bed count to `clock`; NaN where there is no count. A bare day counts
    from its start, so that it is never taken to be fresher than it is."""
    age = np.full(len(catalog), np.nan)
    counted = catalog.assets["beds_as_of"]
    zone = ZoneInfo(catalog.timezone)
    for position in np.flatnonzero(counted.notna().to_numpy(bool)).tolist():
        moment = datetime.fromisoformat(counted.iat[position])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        # By the stopwatch, not by the clock on the wall, which jumps twice a year.
        age[position] = clock.timestamp() - moment.timestamp()
    return age
