"""Tiles of a provider: which one, what may be asked for, kept, bounded, never a broken answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assetmap.maps.tiles import (
    AGENT,
    Provider,
    ProviderError,
    Range,
    Tile,
    Tiles,
    provider_of,
    range_of,
    tile_of,
)
from assetmap.words import spoken

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
COUNTY = (-89.3, 37.7, -88.8, 38.1)  # west, south, east, north


class Upstream:
    """A tile server on this machine that answers as it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answer: tuple[int, bytes, float] = (200, PNG, 0.0)
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                upstream.asked.append((self.path, self.headers["User-Agent"]))
                status, body, wait = upstream.answer
                time.sleep(wait)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def provider(self) -> Provider:
        address = f"http://127.0.0.1:{self.server.server_port}/{{z}}/{{y}}/{{x}}"
        result = provider_of({"url": address, "attribution": "Ours", "native_zoom": 16})
        assert result is not None
        return result


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    result = Upstream()
    yield result
    result.server.shutdown()
    result.server.server_close()


def test_a_named_provider_keeps_its_own_order_of_x_and_y() -> None:
    result = provider_of({"provider": "usgs.ustopo"})
    assert result is not None
    assert (result.name, result.native_zoom, result.prefetch) == ("USGS.USTopo", 16, True)
    assert result.address(12, 1000, 1500).endswith("/tile/12/1500/1000")
    assert result.attribution == "Tiles courtesy of the U.S. Geological Survey"
    streets = provider_of({"provider": "OpenStreetMap.Mapnik"})
    assert streets is not None and not streets.prefetch
    assert streets.address(3, 1, 2) == "https://tile.openstreetmap.org/3/1/2.png"


@pytest.mark.parametrize("off", [{}, {"provider": "off"}, {"provider": False}, "own", None])
def test_tiles_are_off_by_one_word(off: object) -> None:
    assert provider_of(off) is None


@pytest.mark.parametrize(
    ("basemap", "sentence"),
    [
        (
            {"provider": "USGS.USTop"},
            "[basemap]: there is no provider called USGS.USTop; did you mean USGS.USTopo?",
        ),
        (
            {"provider": "Thunderforest.Outdoors"},
            "[basemap]: Thunderforest.Outdoors gives maps only with a key, so it is not used. "
            "Take one without a key, such as USGS.USTopo, or an address of your own.",
        ),
        (
            {"url": "https://tiles.example.org/{z}/{x}.png"},
            "[basemap]: the address https://tiles.example.org/{z}/{x}.png needs {z}, {x} and {y} "
            "once each, such as https://tiles.example.org/{z}/{x}/{y}.png.",
        ),
        (
            {"provider": 7},
            '[basemap] provider is 7; write a name in quotation marks, such as "USGS.USTopo", '
            'or "off".',
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence(basemap: dict[str, object], sentence: str) -> None:
    with pytest.raises(ProviderError) as raised:
        provider_of(basemap)
    assert str(raised.value) == sentence
    assert spoken(raised.value, "es") != sentence


def test_tiles_of_web_mercator() -> None:
    assert tile_of(0, 0, 1) == (1, 1)
    assert tile_of(38.0, -89.0, 10) == (258, 394)  # by hand: 512 − 89/360·1024 = 258.8
    assert tile_of(-90, 200, 2) == (3, 3)


def test_only_the_extent_and_the_levels_it_has(upstream: Upstream) -> None:
    extent = range_of(COUNTY, upstream.provider)
    assert extent.holds(10, *tile_of(38.0, -89.0, 10))
    assert not extent.holds(10, 0, 0) and not extent.holds(17, *tile_of(38.0, -89.0, 17))
    assert not extent.holds(2, 1, 1)
    small = Range((-89.0, 38.0, -88.99, 38.01), 10, 12)
    assert len(list(small.tiles(0, 19))) == small.number(0, 19) >= 3


def test_a_tile_is_fetched_once_with_a_clear_agent_and_kept(
    upstream: Upstream, tmp_path: Path
) -> None:
    tiles = Tiles(tmp_path, upstream.provider, range_of(COUNTY, upstream.provider))
    z, (x, y) = 10, tile_of(38.0, -89.0, 10)
    assert tiles.get(z, x, y) == Tile(PNG, "image/png") == tiles.get(z, x, y)
    assert upstream.asked == [(f"/{z}/{y}/{x}", AGENT)]
    assert tiles.get(z, 0, 0) is None and len(upstream.asked) == 1
    tiles.close()
    # Another process finds it in the file, also without the provider.
    upstream.answer = (500, b"", 0)
    again = Tiles(tmp_path, upstream.provider, range_of(COUNTY, upstream.provider))
    assert again.get(z, x, y) == Tile(PNG, "image/png")


def test_an_old_tile_is_better_than_none(upstream: Upstream, tmp_path: Path) -> None:
    extent = range_of(COUNTY, upstream.provider)
    tiles = Tiles(tmp_path, upstream.provider, extent, good_for_s=0.0)
    z, (x, y) = 10, tile_of(38.0, -89.0, 10)
    assert tiles.get(z, x, y) is not None
    upstream.answer = (503, b"", 0)
    assert tiles.get(z, x, y) == Tile(PNG, "image/png")
    assert len(upstream.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [(404, b"", 0.0), (200, b"<html>Request Rejected</html>", 0.0), (200, b"", 0.0),
     (302, b"", 0.0), (200, PNG + b"x" * 2**21, 0.0)],
)  # fmt: skip
def test_what_is_no_picture_is_none_and_not_kept(
    upstream: Upstream, tmp_path: Path, answer: tuple[int, bytes, float]
) -> None:
    upstream.answer = answer
    tiles = Tiles(tmp_path, upstream.provider, range_of(COUNTY, upstream.provider))
    assert tiles.get(10, *tile_of(38.0, -89.0, 10)) is None
    assert tiles.size() == 0


def test_a_slow_provider_costs_one_wait_and_then_none(upstream: Upstream, tmp_path: Path) -> None:
    upstream.answer = (200, PNG, 3.0)
    extent = range_of(COUNTY, upstream.provider)
    tiles = Tiles(tmp_path, upstream.provider, extent, timeout_s=0.3)
    began = time.monotonic()
    for place in range(5):
        assert (
            tiles.get(12, tile_of(38.0, -89.0, 12)[0] + place, tile_of(38.0, -89.0, 12)[1]) is None
        )
    assert time.monotonic() - began < 2.0
    assert len(upstream.asked) == 1


def test_the_file_keeps_under_its_limit(upstream: Upstream, tmp_path: Path) -> None:
    extent = range_of(COUNTY, upstream.provider)
    tiles = Tiles(tmp_path, upstream.provider, extent, most_bytes=10 * len(PNG))
    for z, x, y in list(extent.tiles(13, 13))[:25]:
        assert tiles.get(z, x, y) is not None
        assert tiles.size() <= 10 * len(PNG)
    assert tiles.has(z, x, y)


def test_a_folder_that_cannot_be_written_still_shows_tiles(upstream: Upstream) -> None:
    tiles = Tiles(Path("/nowhere/at/all"), upstream.provider, range_of(COUNTY, upstream.provider))
    assert tiles.get(10, *tile_of(38.0, -89.0, 10)) == Tile(PNG, "image/png")
