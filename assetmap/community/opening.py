"""Opening a community folder: everything read once, corrected, merged, checked, put together."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from assetmap.access.travel import Travel
from assetmap.assets import Checked, Context, check_again
from assetmap.assets.merging import fold_entries, ids_of, merge_rows
from assetmap.community.beside import places_of, read_beside, unmatched_travel
from assetmap.community.corrections import FILE as CORRECTIONS
from assetmap.community.corrections import (
    Correction,
    CorrectionLine,
    as_shown,
    of_ledger,
    problems_of,
    read_corrections,
    read_lines,
    taken_rows,
)
from assetmap.community.demo import leftovers
from assetmap.community.folder import DEMO, Community, clock
from assetmap.community.keeper import Keeper
from assetmap.community.ledger_facts import LedgerFacts, fold_onto, ledger_problems, merges_of
from assetmap.community.settings import read_settings, settings_problems, shift
from assetmap.community.sources import LoadedSources, SourceReport, count_assets, read_sources
from assetmap.fields import JsonObject, Problem
from assetmap.places import Gazetteer, Place, extent_of


class ServedRows(NamedTuple):
    """The assets as they are served, and what was said of them on the way."""

    assets: gpd.GeoDataFrame
    problems: list[Problem]
    reports: list[SourceReport]
    corrections: list[Correction]
    ledger: LedgerFacts
    merged_ids: Mapping[str, str]
    checked: Checked


def served_rows(
    folder: Path,
    loaded: LoadedSources,
    context: Context,
    beside: Sequence[Problem],
    had_ledger: bool,
    before: Checked | None = None,
) -> ServedRows:
    """The rows of the sources, corrected, with what people said of them, merged, then checked.

    The gate is last: nothing that it has not seen is shown, nor said of the files `beside`.
    """
    listing_problems: list[Problem] = []
    keeper = Keeper(listing_problems, context.now, None)
    no_lines: list[CorrectionLine] = []
    lines = keeper.read(
        CORRECTIONS, lambda match: _corrections(folder, context, match), no_lines, None, context.now
    )
    entries = [entry for line in lines for entry in line.entries]
    frame, missing = fold_entries(loaded.frame, entries)
    facts = fold_onto(folder, frame, ids_of(frame), context.now, context.country, had_ledger)
    listing_problems += ledger_problems(folder, facts)
    if facts.applied is not None:
        frame = facts.applied.frame
    no_merges: dict[tuple[str, str], int] = {}
    merges = keeper.read(
        "merges.csv", lambda match: _merges(folder, match), no_merges, None, context.now
    )
    pairs = merges_of(facts, list(merges))
    merged = merge_rows(frame, [(merges.get(pair, 0), *pair) for pair in pairs])
    listing_problems += [problem for problem in merged.problems if problem.row]
    listing_problems += problems_of(lines, missing)
    given = [*beside, *loaded.problems, *listing_problems]
    checked = check_again(merged.frame, context, given, before)
    assets = checked.assets
    reports = count_assets(loaded, assets, merged.sources)
    shown, problems = as_shown(lines, missing, assets, checked.problems)
    shown += of_ledger(facts, assets, context.timezone)
    return ServedRows(assets, problems, reports, shown, facts, merged.into, checked)


def _corrections(folder: Path, context: Context, problems: list[Problem]) -> list[CorrectionLine]:
    lines, notes = read_corrections(folder, context)
    problems += notes
    taken = taken_rows(folder)
    return [line for line in lines if line.row not in taken]


def _merges(folder: Path, problems: list[Problem]) -> dict[tuple[str, str], int]:
    """Pairs (kept, other) of merges.csv → the line they stand in."""
    rows, notes = read_lines(folder / "merges.csv", ("keep", "other"))
    problems += notes
    return {(row["keep"], row["other"]): number for number, row in rows}


def open_community(
    path: Path | str | None = None,
    now: datetime | None = None,
    previous: Community | None = None,
) -> Community:
    """The community in the folder `path` (default: ASSETMAP_COMMUNITY, else the demo).

    `now` fixes the clock (default: ASSETMAP_NOW, else this moment). A source that fails is
    replaced by its last good copy in `previous`. Raises CommunityError with one sentence.
    """
    folder = Path(path or os.environ.get("ASSETMAP_COMMUNITY") or DEMO)
    config = read_settings(folder)
    now = clock(config["timezone"], now)
    shifted = shift(config, now)
    # Dates of the community itself are the demo's only where nothing else has come in.
    demo = bool(config["assets"]) and all(item.get("demo") is True for item in config["assets"])
    moved = shifted if demo else timedelta(0)
    problems: list[Problem] = settings_problems(config)
    keeper = Keeper(problems, now, previous.good_since if previous else None)
    beside = read_beside(folder, config, keeper, previous)
    context = Context(
        timezone=config["timezone"],
        country=config["country"],
        extent=extent_of(beside.areas),
        places=_gazetteer(beside.places, config),
        now=now,
        areas=beside.areas,
        streets=beside.streets,
    )
    loaded = read_sources(folder, config, shifted, previous, context.extent)
    had_ledger = previous is not None and previous.ledger.open
    listing = served_rows(folder, loaded, context, problems, had_ledger)
    listing.problems.extend(
        _unmatched(config, beside.travel, beside.areas_with_people, listing.assets)
    )
    return Community(
        path=folder,
        now=now,
        config=config,
        moved=moved,
        context=context,
        assets=listing.assets,
        problems=listing.problems,
        sources=listing.reports,
        corrections=listing.corrections,
        areas=beside.areas_with_people,
        indicators=beside.indicators,
        indicator_notes=beside.indicator_notes,
        places=beside.places.rename(columns={"name_": "name"}),
        roads=beside.roads,
        water=beside.water,
        connections=beside.connections,
        releases=beside.releases,
        reads=loaded.reads,
        ledger=listing.ledger,
        loaded=loaded,
        problems_beside=problems,
        travel=beside.travel,
        good_since=keeper.good_since,
        merged_ids=listing.merged_ids,
        checked=listing.checked,
    )


def gazetteer_of(folder: Path, config: JsonObject) -> Gazetteer:
    """The places that the community in `folder` knows by name, without opening the rest."""
    return _gazetteer(places_of(folder, []), config)


def _gazetteer(places: pd.DataFrame, config: JsonObject) -> Gazetteer:
    return Gazetteer(
        [Place(row.name_, row.lat, row.lon, row.kind) for row in places.itertuples()],
        config["country"],
        config["region"],
    )


def fold_again(previous: Community) -> Community:
    """`previous` with what people said since: its files are not read again.

    Raises CommunityError where the ledger cannot be read.
    """
    if previous.loaded is None:
        return open_community(previous.path, previous=previous)
    now = clock(previous.timezone)
    context = replace(previous.context, now=now)
    listing = served_rows(
        *(previous.path, previous.loaded, context, previous.problems_beside),
        previous.ledger.open,
        previous.checked,
    )
    listing.problems.extend(
        _unmatched(previous.config, previous.travel, previous.areas, listing.assets)
    )
    return replace(
        previous,
        now=now,
        context=context,
        assets=listing.assets,
        problems=listing.problems,
        sources=listing.reports,
        corrections=listing.corrections,
        ledger=listing.ledger,
        merged_ids=listing.merged_ids,
        checked=listing.checked,
    )


def _unmatched(
    config: JsonObject,
    travel: Travel | None,
    areas: gpd.GeoDataFrame | None,
    assets: gpd.GeoDataFrame,
) -> list[Problem]:
    """What the settings and travel times name and neither the areas nor the assets have."""
    area_ids = None if areas is None else areas["id"]
    placed = assets[~assets.geometry.isna()]
    return [
        *unmatched_travel(travel, area_ids, placed["id"]),
        *leftovers(config, areas, assets),
    ]
