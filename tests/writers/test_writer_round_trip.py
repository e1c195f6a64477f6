"""A written file, read and checked again, is the same on the fields its writer carries."""

from __future__ import annotations

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from made_assets import differences, made_assets, read_back

from assetmap.fields import FIELDS
from assetmap.writers import WRITERS, write


@pytest.mark.parametrize("name", ["csv", "geojson", "xlsx", "hsds"])
@given(assets=made_assets())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
def test_every_field_comes_back(name: str, assets: gpd.GeoDataFrame) -> None:
    writer = WRITERS[name]
    assert writer.carries == frozenset(FIELDS)
    data, left_out = write(name, assets)
    assert left_out == []
    assert differences(assets, read_back(f"demo{writer.suffix}", data), writer.carries) == []
