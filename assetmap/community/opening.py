"""Opening a community folder: everything read once, checked, and put together."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd

from assetmap.access.travel import Travel
from assetmap.assets import Context
from assetmap.community.beside import places_of, read_beside
from assetmap.community.demo import leftovers
from assetmap.community.folder import DEMO, Community, clock
from assetmap.community.keeper import Keeper
from assetmap.community.listing import served_rows
from assetmap.community.settings import read_settings, settings_problems, shift
from assetmap.community.sources import read_sources
from assetmap.community.travel import unmatched_travel
from assetmap.fields import JsonObject, Problem
from assetmap.places import Gazetteer, Place, extent_of


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
    had_ledger = previous is not None and previous.said.open
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
        said=listing.said,
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
        previous.said.open,
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
        said=listing.said,
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
