"""Folium maps and the layers they draw: assets as markers, areas as a choropleth.

A browser loads every asset once, from a URL that carries the data's version, and keeps it.
A search then sends only which rows it found, as bits: 50,000 assets are 8 kB. The base map's
script stays the same text from run to run, because streamlit-folium throws the map away when
it changes. Nothing a browser loads comes from another host: no CDN, and tiles of a provider
(`tiles`) only through our own route. Without tiles the ground is drawn from the
community's own roads, water and outlines; `layer.Streets` cuts the many into light tiles.

Text never becomes code: what an asset or an area is called travels as JSON and is set with
`textContent` by the scripts in web/static. Folium's own popups, tooltips and names are not used:
they would run it, in the browser as script and on the server as a template.

What a marker is not: a building. Coordinates are rounded to 5 decimals (1.1 m), and an asset
that shows only its town stands at the town's point and is drawn as an area.
"""

from typing import TYPE_CHECKING

from assetmap.maps.layer import (
    NOWHERE,
    Bounds,
    Streets,
    basemap,
    basemap_json,
    basemap_parts,
    bounds_of,
    ink,
    layer,
    layer_rows,
    pack,
    roads_at_once,
)
from assetmap.maps.tiles import MapGround, Provider, ProviderError, provider_of

if TYPE_CHECKING:
    from assetmap.maps.script import (
        WORDS,
        BaseMap,
        Legend,
        Message,
        base_map,
        choropleth,
        selection,
        words,
    )

__all__ = [
    "NOWHERE",
    "WORDS",
    "BaseMap",
    "Bounds",
    "Legend",
    "MapGround",
    "Message",
    "Provider",
    "ProviderError",
    "Streets",
    "base_map",
    "basemap",
    "basemap_json",
    "basemap_parts",
    "bounds_of",
    "choropleth",
    "ink",
    "layer",
    "layer_rows",
    "pack",
    "provider_of",
    "roads_at_once",
    "selection",
    "words",
]


def __getattr__(name: str) -> object:
    """What needs folium is read when it is first asked for: it is a fifth of a second."""
    if name not in __all__:
        raise AttributeError(name)
    from assetmap.maps import script

    return getattr(script, name)
