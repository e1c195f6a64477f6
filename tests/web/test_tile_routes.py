"""Tiles by our own route: the browser asks only us, and what nobody has is no broken picture."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import geopandas as gpd
import pytest
import shapely
from starlette.applications import Starlette

from assetmap.community import DEMO, Community, open_community
from assetmap.maps.tiles import Tile, tile_of
from assetmap.web import layers
from assetmap.web.layers import CLEAR, tile_routes
from assetmap.web.state import State


def state(tmp_path: Path, **basemap: object) -> Any:
    areas = gpd.GeoDataFrame(geometry=[shapely.box(-89.3, 37.7, -88.8, 38.1)], crs="EPSG:4326")
    community = SimpleNamespace(config={"basemap": basemap}, path=tmp_path, areas=areas)
    return SimpleNamespace(community=community, catalog=SimpleNamespace(assets=None), version="v")


class Answer(NamedTuple):
    status_code: int
    headers: dict[str, str]
    content: bytes


class Browser:
    """Asks the routes as a browser does."""

    def __init__(self, now: Any) -> None:
        self.app = Starlette(routes=tile_routes(lambda: now, lambda wanted: None))

    def get(self, path: str) -> Answer:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
            "query_string": b"", "headers": [], "root_path": "", "scheme": "http",
            "http_version": "1.1", "server": ("test", 80), "client": ("test", 1),
        }  # fmt: skip
        asyncio.run(self.app(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        body = b"".join(part.get("body", b"") for part in sent[1:])
        return Answer(sent[0]["status"], headers, body)


client = Browser


def test_a_tile_comes_from_our_own_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = state(tmp_path, url="http://127.0.0.1:9/{z}/{x}/{y}.png")
    browser = client(now)
    x, y = tile_of(38.0, -89.0, 12)
    there = layers.tiles(now)
    assert there is not None
    monkeypatch.setattr(there, "_ask", lambda address: Tile(b"picture", "image/png"))
    answer = browser.get(f"/tiles/12/{x}/{y}")
    assert (answer.status_code, answer.content) == (200, b"picture")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert browser.get("/tiles/12/0/0").status_code == 404
    assert browser.get(f"/tiles/25/{x}/{y}").status_code == 404


def test_a_missing_provider_is_a_clear_picture_that_is_not_kept(tmp_path: Path) -> None:
    now = state(tmp_path, url="http://127.0.0.1:9/{z}/{x}/{y}.png")
    x, y = tile_of(38.0, -89.0, 12)
    answer = client(now).get(f"/tiles/12/{x}/{y}")
    assert (answer.status_code, answer.content) == (200, CLEAR)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("basemap", [{}, {"provider": "off"}, {"provider": "Jawg.Streets"}])
def test_without_a_provider_there_are_no_tiles(tmp_path: Path, basemap: dict[str, object]) -> None:
    assert client(state(tmp_path, **basemap)).get("/tiles/12/1/1").status_code == 404


def test_what_people_say_draws_no_ground_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETMAP_NOW", "2026-11-20T15:00")
    community = open_community(DEMO)

    def drawn(version: str, served: Community) -> layers.Layers:
        return layers.of(State(served, served.catalog, version, "f", served.now.date()))

    first = drawn("one", community)
    later = drawn("two", replace(community, assets=community.assets.iloc[1:]))
    assert later.streets is first.streets
    item, two = (json.loads(it.basemap.body) for it in (first, later))
    assert (item.pop("version"), two.pop("version")) == ("one", "two")
    assert item == two and len(later.rows) <= len(first.rows)
    # Other areas are other ground.
    assert community.areas is not None
    other = drawn("three", replace(community, areas=community.areas.iloc[1:]))
    assert len(json.loads(other.basemap.body)["areas"]) == len(item["areas"]) - 1
