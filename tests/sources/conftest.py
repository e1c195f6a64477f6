"""The stand-in server and a cache of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stand_in import StandIn


@pytest.fixture
def stand_in(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StandIn]:
    server = StandIn(tmp_path_factory.mktemp("served"))
    monkeypatch.setenv("ASSETMAP_SOURCES", server.url)
    monkeypatch.setenv("ASSETMAP_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    yield server
    server.close()
