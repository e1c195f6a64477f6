"""Which map tiles stand under a community's own data, by the name or address in community.toml.

    [basemap]
    provider = "USGS.USTopo"      # a name of xyzservices, or "off"
    url = "https://tiles.example.org/{z}/{x}/{y}.png"    # or an address of one's own
    attribution = "Our own tiles"
    prefetch = true               # with an own address: its tiles may be fetched ahead

The address's own order of x and y holds: the US Geological Survey puts y before x.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from assetmap.words import text

OFF = ("", "off", "none", "no", "false")
# The US government's maps: federal work without a key, which may be fetched ahead. Its servers
# answer beyond level 16, but with the same picture enlarged.
FREE_TO_FETCH = "USGS."
NATIVE_ZOOM = {"USGS.": 16}
MOST_ZOOM = 19
_PARTS = ("{z}", "{x}", "{y}")


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
