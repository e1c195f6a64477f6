"""A world small enough to count by hand: four areas on a line, 0.1° (11.12 km) apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd

from assetmap.access.travel import Travel
from assetmap.assets import Context, check
from assetmap.gaps import Ground, Norm, Settings

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=ZoneInfo("America/Chicago"))  # a Friday
# id → latitude, adults. 12 km reach an area's neighbours, not the ones behind them.
PLACES = {"north": (38.2, 1000), "middle": (38.1, 500), "south": (38.0, 300), "empty": (37.9, 0)}
NEED = {"north": 10.0, "middle": 30.0, "south": 20.0}

Build = Callable[..., Ground]


def at(place: str, **cells: str) -> dict[str, str]:
    """A row of an asset at an area's point, in person and reviewed."""
    row = {
        "kind": "meeting",
        "name": f"{place} group",
        "format": "in_person",
        "latitude": str(PLACES[place][0]),
        "longitude": "-89.0",
        "location_precision": "exact",
    }
    return {**row, **cells}


def build(
    *rows: dict[str, str],
    need: dict[str, float] | None = None,
    travel: Travel | None = None,
    no_vehicle: dict[str, float] | None = None,
    **settings: Any,
) -> Ground:
    """The ground of Line County with these assets; `settings` override its own."""
    frame = pd.DataFrame(list(rows), dtype="str")
    frame["row"] = range(1, len(frame) + 1)
    assets, problems = check(frame, Context(now=NOW))
    assert not [problem for problem in problems if problem.severity == "rejected"], problems
    areas = gpd.GeoDataFrame(
        {
            "id": list(PLACES),
            "name": [name.title() for name in PLACES],
            "population": [2.0 * adults for _, adults in PLACES.values()],
            "adults": [float(adults) for _, adults in PLACES.values()],
            "district": ["One", "One", "Two", "Two"],
            "lat": [lat for lat, _ in PLACES.values()],
            "lon": -89.0,
        },
        geometry=gpd.points_from_xy([-89.0] * 4, [lat for lat, _ in PLACES.values()]),
        crs="EPSG:4326",
    )
    values = NEED if need is None else need
    indicators = pd.DataFrame(
        {
            "area": list(values),
            "indicator": "poverty",
            "value": list(values.values()),
            "moe": 1.0,
            "year": 2024,
            "suppressed": False,
        }
    )
    if no_vehicle is not None:
        carless = indicators.iloc[:0].assign(suppressed=False)
        carless["area"] = list(no_vehicle)
        carless = carless.assign(
            indicator="no_vehicle", value=list(no_vehicle.values()), moe=1.0, year=2024
        )
        carless["suppressed"] = False
        indicators = pd.concat([indicators, carless], ignore_index=True)
    norm = Norm(12_000, 2, declared=True)
    known: dict[str, Any] = {
        "name": "Line County",
        "now": NOW,
        "unit": "km",
        "norms": {"meeting": norm},
        "reach_m": 12_000.0,
        "complete": {"meeting": date(2026, 10, 1)},
    }
    return Ground(assets, areas, indicators, {}, Settings(**{**known, **settings}), travel=travel)
