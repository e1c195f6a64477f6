"""Map tiles: which provider's stand under a community's own data, kept in one file beside it.

The provider is named in community.toml:

    [basemap]
    provider = "USGS.USTopo"      # a name of xyzservices, or "off"
    url = "https://tiles.example.org/{z}/{x}/{y}.png"    # or an address of one's own
    attribution = "Our own tiles"
    prefetch = true               # with an own address: its tiles may be fetched ahead

The address's own order of x and y holds: the US Geological Survey puts y before x.

Tiles are fetched by us and never by the visitor's browser, only for the community's own extent
and zoom levels, with a clear user agent, in bounded time, and kept for a month. When the file
grows over its limit the tiles fetched longest ago go. What was looked at is written nowhere: the
file holds pictures and the time they were fetched, for everyone alike.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import urllib3

from assetmap.maps.layer import Bounds
from assetmap.words import text

OFF = ("", "off", "none", "no", "false")
# The US government's maps: federal work without a key, which may be fetched ahead. Its servers
# answer beyond level 16, but with the same picture enlarged.
FREE_TO_FETCH = "USGS."
NATIVE_ZOOM = {"USGS.": 16}
MOST_ZOOM = 19
_PARTS = ("{z}", "{x}", "{y}")
FILE = ".tiles.db"  # hidden, so that a new tile is no change of the community's data
MOST_BYTES = 200 * 2**20
MOST_TILE_BYTES = 2**20
GOOD_FOR_S = 30 * 86_400.0
TIMEOUT_S = 6.0
AT_ONCE = 4
# After a failure the provider is left alone for so long, so that no visitor waits for it again.
REST_S = 30.0
AGENT = "assetmap/0.1 (community resource directory; caches tiles for its own area only)"
WIDER = 0.5  # of the extent's size, on each side: what a map shows around its community
LEAST_ZOOM, LATITUDE = 3, 85.05
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


class ProviderError(ValueError):
    """The tiles that community.toml asks for cannot be used; the message is one sentence."""


class MapGround(NamedTuple):
    """What lies under the data besides the base map. tiles: the address of tiles of a provider
    ({z}, {x} and {y} in it), or empty; streets: the same of our own streets. attribution: whose
    tiles they are. native: the closest level of the tiles; bounds: south-west, north-east."""

    tiles: str
    attribution: str
    native: int
    bounds: tuple[tuple[float, float], tuple[float, float]]
    streets: str


@dataclass(frozen=True)
class Provider:
    """Where tiles come from. `url` holds {z}, {x} and {y}; `native_zoom` is the closest level it
    has; `prefetch`: whether its terms allow tiles to be fetched before somebody looks at them."""

    name: str
    url: str
    attribution: str
    native_zoom: int
    prefetch: bool

    @property
    def key(self) -> str:
        """A short text that changes when the tiles come from elsewhere."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:12]

    def address(self, z: int, x: int, y: int) -> str:
        """The address of one tile."""
        return self.url.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))


def provider_of(basemap: object) -> Provider | None:
    """The provider of a [basemap] table, None where tiles are off. Raises ProviderError."""
    if not isinstance(basemap, Mapping):
        return None
    own, named = basemap.get("url"), basemap.get("provider")
    if named is False or (own is None and named is None):
        return None
    if own is None and not isinstance(named, str):
        raise ProviderError(text("map.provider_type", value=repr(named)))
    if isinstance(named, str) and named.strip().lower() in OFF:
        return None
    if own is not None or "://" in str(named):
        return _own(str(own if own is not None else named), basemap)
    return _named(str(named).strip(), basemap)


def _own(url: str, basemap: Mapping[str, object]) -> Provider:
    parts = urlsplit(url)
    missing = [part for part in _PARTS if url.count(part) != 1]
    if parts.scheme not in ("https", "http") or not parts.hostname or missing:
        raise ProviderError(text("map.provider_address", value=url))
    zoom = basemap.get("native_zoom", MOST_ZOOM)
    if not isinstance(zoom, int) or not 0 <= zoom <= 24:
        raise ProviderError(text("map.provider_zoom", value=repr(zoom)))
    attribution = str(basemap.get("attribution", ""))
    return Provider(parts.hostname, url, attribution, zoom, basemap.get("prefetch") is True)


def _named(name: str, basemap: Mapping[str, Any]) -> Provider:
    import xyzservices
    from xyzservices import providers

    known: dict[str, xyzservices.TileProvider] = providers.flatten()
    folded = {item.casefold(): item for item in known}
    result = known.get(folded.get(name.casefold(), ""))
    if result is None:
        nearest = _nearest(name, folded)
        raise ProviderError(text("map.provider_unknown", value=name, nearest=nearest))
    if result.requires_token():
        raise ProviderError(text("map.provider_key", value=result.name))
    url = result.build_url(scale_factor="") if "{r}" in result["url"] else result.build_url()
    free = result.name.startswith(FREE_TO_FETCH)
    native = NATIVE_ZOOM.get(result.name.split(".")[0] + ".", int(result.get("max_zoom", 18)))
    attribution = str(basemap.get("attribution") or result.get("attribution", ""))
    return Provider(result.name, url, attribution.replace("(C)", "©"), min(native, MOST_ZOOM), free)


def _nearest(name: str, folded: Mapping[str, str]) -> str:
    from rapidfuzz import process

    result = process.extractOne(name.casefold(), list(folded))
    return folded[result[0]] if result else "USGS.USTopo"


class Tile(NamedTuple):
    """A tile's picture and its media type."""

    body: bytes
    media_type: str


class Range(NamedTuple):
    """Tiles that may be asked for: those that touch `bounds` (degrees), from `low` to `high`."""

    bounds: Bounds
    low: int
    high: int

    def holds(self, z: int, x: int, y: int) -> bool:
        """Whether a tile lies in the range."""
        if not self.low <= z <= self.high:
            return False
        west, north, east, south = self._edges(z)
        return west <= x <= east and north <= y <= south

    def tiles(self, low: int, high: int) -> Iterator[tuple[int, int, int]]:
        """All tiles from one zoom level to another, the widest first."""
        for z in range(max(low, self.low), min(high, self.high) + 1):
            west, north, east, south = self._edges(z)
            for x in range(west, east + 1):
                for y in range(north, south + 1):
                    yield z, x, y

    def number(self, low: int, high: int) -> int:
        """How many tiles `tiles` gives."""
        total = 0
        for z in range(max(low, self.low), min(high, self.high) + 1):
            west, north, east, south = self._edges(z)
            total += (east - west + 1) * (south - north + 1)
        return total

    def _edges(self, z: int) -> tuple[int, int, int, int]:
        west, south, east, north = self.bounds
        x1, y1 = tile_of(north, west, z)
        x2, y2 = tile_of(south, east, z)
        return x1, y1, x2, y2


def tile_of(lat: float, lon: float, z: int) -> tuple[int, int]:
    """The tile (x, y) of Web Mercator in which a point lies."""
    side = 2**z
    lat = min(max(lat, -LATITUDE), LATITUDE)
    sine = math.sin(math.radians(lat))
    x = math.floor((lon / 360 + 0.5) * side)
    y = math.floor((0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * side)
    return min(max(x, 0), side - 1), min(max(y, 0), side - 1)


def range_of(bounds: Bounds, provider: Provider) -> Range:
    """What of a provider a community may need: its extent and around it, all levels it has."""
    west, south, east, north = bounds
    wide, high = max(east - west, 0.05) * WIDER, max(north - south, 0.05) * WIDER
    around = (max(west - wide, -180.0), south - high, min(east + wide, 180.0), north + high)
    return Range(around, LEAST_ZOOM, provider.native_zoom)


class Tiles:
    """The tiles of one provider for one community: from the file, else fetched and kept."""

    def __init__(
        self,
        folder: Path,
        provider: Provider,
        extent: Range,
        most_bytes: int = MOST_BYTES,
        good_for_s: float = GOOD_FOR_S,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.provider, self.range = provider, extent
        self._most, self._good_for, self._timeout = most_bytes, good_for_s, timeout_s
        self._lock, self._slots = threading.Lock(), threading.Semaphore(AT_ONCE)
        self._rest_until = 0.0
        self._pool = urllib3.PoolManager(
            maxsize=AT_ONCE, block=True, headers={"User-Agent": AGENT}, retries=False
        )
        self._file = _open(folder)

    def get(self, z: int, x: int, y: int) -> Tile | None:
        """A tile of the range; None outside it and where neither file nor provider has it."""
        if not self.range.holds(z, x, y):
            return None
        kept, fetched = self._kept(z, x, y)
        if kept is not None and time.time() - fetched < self._good_for:
            return kept
        return self.fetch(z, x, y) or kept

    def fetch(self, z: int, x: int, y: int) -> Tile | None:
        """A tile from the provider, kept; None where it does not answer with a picture in time."""
        if time.monotonic() < self._rest_until:
            return None
        if not self._slots.acquire(timeout=self._timeout):
            return None
        try:
            tile = self._ask(self.provider.address(z, x, y))
        finally:
            self._slots.release()
        if tile is not None:
            self._keep(z, x, y, tile)
        return tile

    def has(self, z: int, x: int, y: int) -> bool:
        """Whether a fresh tile is in the file."""
        kept, fetched = self._kept(z, x, y)
        return kept is not None and time.time() - fetched < self._good_for

    def _ask(self, address: str) -> Tile | None:
        end = time.monotonic() + self._timeout
        body = b""
        try:
            answer = self._pool.request(
                "GET",
                address,
                timeout=urllib3.Timeout(total=self._timeout),
                preload_content=False,
                redirect=False,
            )
            try:
                if answer.status != 200:
                    if answer.status >= 500 or answer.status == 429:
                        self._rest_until = time.monotonic() + REST_S
                    return None
                for part in answer.stream(65_536):
                    body += part
                    if len(body) > MOST_TILE_BYTES or time.monotonic() > end:
                        self._rest_until = time.monotonic() + REST_S
                        return None
            finally:
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            self._rest_until = time.monotonic() + REST_S
            return None
        kind = next((kind for start, kind in _PICTURES.items() if body.startswith(start)), None)
        # A page that says "no" with status 200 is no picture, and is not kept.
        return Tile(body, kind) if kind else None

    def _kept(self, z: int, x: int, y: int) -> tuple[Tile | None, float]:
        with self._lock, contextlib.suppress(sqlite3.Error):
            row = self._file.execute(
                "SELECT body, type, fetched FROM tile WHERE provider=? AND z=? AND x=? AND y=?",
                (self.provider.key, z, x, y),
            ).fetchone()
            if row is not None:
                return Tile(row[0], row[1]), float(row[2])
        return None, 0.0

    def _keep(self, z: int, x: int, y: int, tile: Tile) -> None:
        # A full disk or a read-only folder costs the copy, never the picture.
        with self._lock, contextlib.suppress(sqlite3.Error), self._file:
            self._file.execute(
                "INSERT OR REPLACE INTO tile VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.provider.key, z, x, y, tile.body, tile.media_type, time.time()),
            )
            (size,) = self._file.execute("SELECT total(length(body)) FROM tile").fetchone()
            if size > self._most:
                self._shrink(size)

    def _shrink(self, size: float) -> None:
        """Drop the tiles fetched longest ago until a tenth is free."""
        rows = self._file.execute(
            "SELECT rowid, length(body) FROM tile ORDER BY fetched, rowid"
        ).fetchall()
        gone = []
        for row, length in rows:
            if size <= 0.9 * self._most:
                break
            gone.append((row,))
            size -= length
        self._file.executemany("DELETE FROM tile WHERE rowid=?", gone)

    def size(self) -> int:
        """Bytes of all pictures kept."""
        with self._lock:
            return int(self._file.execute("SELECT total(length(body)) FROM tile").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()


def _open(folder: Path) -> sqlite3.Connection:
    """The file beside the data, else one that lives as long as the process."""
    try:
        return _table(sqlite3.connect(folder / FILE, check_same_thread=False, timeout=2.0))
    except sqlite3.Error:
        return _table(sqlite3.connect(":memory:", check_same_thread=False))


def _table(file: sqlite3.Connection) -> sqlite3.Connection:
    file.execute(
        "CREATE TABLE IF NOT EXISTS tile (provider TEXT, z INT, x INT, y INT, "
        "body BLOB, type TEXT, fetched REAL, PRIMARY KEY (provider, z, x, y))"
    )
    file.execute("DELETE FROM tile WHERE 0")  # fails at once where nothing can be written
    file.commit()
    return file
