"""A written file, read and checked again, is the same on the fields its writer carries."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from made_assets import CONTEXT, differences, made_assets, read_back

from assetmap.assets import check
from assetmap.fields import FIELDS
from assetmap.writers import WRITERS, write


@pytest.mark.parametrize("name", ["csv", "geojson", "xlsx", "hsds"])
@given(assets=made_assets())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
def test_every_field_comes_back(name: str, assets: gpd.GeoDataFrame) -> None:
    writer = WRITERS[name]
    assert writer.carries == frozenset(FIELDS)
    data, left_out = write(name, assets)
    assert left_out == []
    assert differences(assets, read_back(f"demo{writer.suffix}", data), writer.carries) == []


ONCE_CHANGED = [
    {"name": "X", "kind": "meeting", "program": "aa"},
    {"name": "Y", "kind": "recovery_home", "original": '{"beds_open": "8"}', "city": "Anna"},
    {"name": "Z", "kind": "food", "address": "12 Elm Street", "wheelchair": "yes", "cost": "free"},
    {"name": "W", "kind": "meeting", "description": "Mondays.", "description_es": "Los lunes."},
]


@pytest.mark.parametrize("name", ["csv", "geojson", "xlsx", "hsds"])
def test_what_once_came_back_changed(name: str) -> None:
    """A workbook's sheets of explanations; words of HSDS that say no more than a field does."""
    plain = [{"row": row, "source": "demo", "source_id": f"a{row}", **cells}
             for row, cells in enumerate(ONCE_CHANGED, 1)]  # fmt: skip
    assets = check(pd.DataFrame(plain), CONTEXT)[0]
    data, _ = write(name, assets)
    back = read_back(f"demo{WRITERS[name].suffix}", data)
    assert differences(assets, back, WRITERS[name].carries) == []
