"""Folium maps and the layers they draw: assets as markers, areas as a choropleth.

A browser loads every asset once, from a URL that carries the data's version, and keeps it.
A search then sends only which rows it found, as bits: 50,000 assets are 8 kB. The base map's
script stays the same text from run to run, because streamlit-folium throws the map away when
it changes. Nothing here comes from another host: no tiles, no CDN.

Text never becomes code: what an asset or an area is called travels as JSON and is set with
`textContent` by the scripts in web/static; the scripts folium writes hold numbers and bits only,
and words of our own.

What a marker is not: a building. Coordinates are rounded to 5 decimals (1.1 m), and an asset
that shows only its town stands at the town's point and is drawn as an area.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.template import Template

from assetmap import vocabulary

COORDINATE_DECIMALS = 5
MAX_ZOOM = 18
# Words the scripts show; their ids in words/map.csv are these with `map.` in front.
WORDS = (
    "label",
    "area_label",
    "place_list",
    "cluster_zoom",
    "cluster_here",
    "match",
    "ask",
    "near",
    "somewhere",
    "call",
    "more",
    "you",
    "outside_one",
    "outside_many",
    "show_outside",
    "failed",
    "close",
    "zoom_in",
    "zoom_out",
    "no_number",
)

Bounds = tuple[float, float, float, float]


def layer_rows(assets: gpd.GeoDataFrame) -> np.ndarray:
    """Positions of the assets that may stand on a map, in their order.

    Left out: no point, a hidden place, no way to come in person, not active (a candidate has
    not been reviewed), and those that did not agree to be listed.
    """
    points = assets.geometry
    shown = points.notna().to_numpy() & ~points.is_empty.to_numpy()
    shown &= (assets["location_precision"] != "hidden").fillna(True).to_numpy(dtype=bool)
    shown &= (assets["status"].fillna("active") == "active").to_numpy(dtype=bool)
    shown &= assets["listed_ok"].fillna(True).to_numpy(dtype=bool)
    apart = [kinds is not None and "in_person" not in kinds for kinds in assets["format"]]
    return np.flatnonzero(shown & ~np.array(apart, dtype=bool))


def layer(assets: gpd.GeoDataFrame, version: str) -> bytes:
    """The JSON of all assets with a shown point, column by column.

    Coordinates are whole numbers of 1e-5 degrees. `kind` and `place` are positions in `kinds`
    and `places`; `place` is -1 where the point is exact enough to be one.
    """
    rows = layer_rows(assets)
    shown = assets.iloc[rows]
    scale = 10**COORDINATE_DECIMALS
    kinds, kind = _coded(shown["kind"])
    town_only = (shown["location_precision"] == "area").fillna(False).to_numpy(dtype=bool)
    places, place = _coded(shown["city"].fillna(""))
    return _json(
        {
            "version": version,
            "ids": _texts(shown["id"]),
            "names": _texts(shown["name"]),
            "phones": _texts(shown["phone"]),
            "lat": np.rint(shown.geometry.y.to_numpy() * scale).astype(int).tolist(),
            "lon": np.rint(shown.geometry.x.to_numpy() * scale).astype(int).tolist(),
            "kind": kind.tolist(),
            "kinds": [_kind(name) for name in kinds],
            "place": np.where(town_only, place, -1).tolist(),
            "places": list(places),
        }
    )


def basemap(
    areas: gpd.GeoDataFrame | None,
    roads: gpd.GeoDataFrame | None,
    places: pd.DataFrame | None,
    version: str,
) -> bytes:
    """The JSON of a community's own base map: area outlines, roads, names of places.

    `places` has `name` and either `lat` and `lon` (or `latitude`, `longitude`) or points.
    """
    return _json(
        {
            "version": version,
            "areas": []
            if areas is None
            else [
                {"id": area, "name": name, "shape": shape}
                for area, name, shape in zip(
                    _texts(areas["id"]), _texts(areas["name"]), _shapes(areas), strict=True
                )
                if shape is not None
            ],
            "roads": [] if roads is None else [shape for shape in _shapes(roads) if shape],
            "places": [] if places is None else _places(places),
        }
    )


def pack(mask: np.ndarray, rows: np.ndarray) -> str:
    """Which of the layer's `rows` the boolean `mask` over all assets marks, as base64 bits.

    The first row is the lowest bit of the first byte. Nothing marked is the empty text.
    """
    marked = np.asarray(mask, dtype=bool)[rows]
    if not marked.any():
        return ""
    return base64.b64encode(np.packbits(marked, bitorder="little").tobytes()).decode("ascii")


class BaseMap(folium.Map):
    """A Leaflet map that loads our own files and nothing else.

    `script` is what the browser runs once; it must be the same text in every run of a session.
    """

    # Folium's own header forbids zooming with two fingers; ours says nothing about it.
    # `center` and `zoom` stand only so that the map is never without a view.
    _template = Template(
        """
        {% macro header(this, kwargs) %}{% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} ></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = assetmap.start({{ this.get_name()|tojson }},
                {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, js: Sequence[str], css: Sequence[str], settings: Mapping[str, Any]) -> None:
        super().__init__(tiles=None)
        # These stand in for folium's own 13 files from four hosts.
        self.default_js = [(f"js{place}", url) for place, url in enumerate(js)]
        self.default_css = [(f"css{place}", url) for place, url in enumerate(css)]
        self.settings = dict(settings)


class Message(folium.FeatureGroup):
    """What one run says to the map that is already there; numbers, bits and JSON text only."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = assetmap.{{ this.verb }}({{ this.content|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, verb: str, content: Mapping[str, Any]) -> None:
        super().__init__()
        self.verb = verb
        self.content = dict(content)


def base_map(
    js: str,
    css: str,
    basemap_url: str,
    layer_url: str | None,
    bounds: Bounds,
    language: str = "en",
    unit: str = "mi",
) -> BaseMap:
    """The map before any message: of assets when `layer_url` is given, else of areas.

    It shows no asset until a `selection`, and no colour until a `choropleth`.
    """
    west, south, east, north = bounds
    return BaseMap(
        [js],
        [css],
        {
            "layer": layer_url,
            "basemap": basemap_url,
            "bounds": [[south, west], [north, east]],
            "maxZoom": MAX_ZOOM,
            "language": language,
            "unit": unit,
            "words": words(language),
        },
    )


def selection(
    version: str,
    match: str,
    ask: str = "",
    near: str = "",
    focus: tuple[int, int] | None = None,
    you: tuple[float, float] | None = None,
    fit: int = 0,
) -> Message:
    """Which rows of layer `version` to draw, as the bits `pack` makes.

    `focus` is a row of the layer and a number that rises with every wish to see it; `you` is
    (latitude, longitude); the view moves to all that fits when `fit` changes.
    """
    return Message(
        "select",
        {
            "version": version,
            "match": match,
            "ask": ask,
            "near": near,
            "focus": list(focus) if focus else None,
            "you": [round(part, 3) for part in you] if you else None,
            "fit": fit,
        },
    )


class Legend(NamedTuple):
    """What the colours of a choropleth mean.

    `entries` names each colour. When `across` and `up` are given the nine colours are a 3 × 3
    square, first row at the bottom, and these words stand at its sides instead.
    """

    title: str
    entries: tuple[str, ...]
    undefined: str
    across: str = ""
    up: str = ""


def choropleth(
    classes: Mapping[str, int | None],
    colours: Sequence[str],
    labels: Mapping[str, str],
    legend: Legend,
) -> Message:
    """Colours for areas by id: `classes` are positions in `colours`, None is undefined (hatched).

    `labels` says each area's number in words ("12 minutes"); it is shown on hover and focus and
    read aloud. An area that `classes` does not name is undefined too. Raises ValueError for a
    class without a colour, and for a square legend without nine colours.
    """
    wrong = sorted({c for c in classes.values() if c is not None and not 0 <= c < len(colours)})
    if wrong:
        raise ValueError(f"The classes {wrong} have no colour; there are {len(colours)} colours.")
    if legend.across and len(colours) != 9:
        raise ValueError(f"A square legend needs nine colours, not {len(colours)}.")
    return Message(
        "colour",
        {
            "classes": {area: None if c is None else int(c) for area, c in classes.items()},
            "colours": list(colours),
            "labels": dict(labels),
            "legend": legend._asdict(),
        },
    )


def words(language: str) -> dict[str, str]:
    """The words the map's scripts show, in `language`."""
    return {word: vocabulary.say(f"map.{word}", language) for word in WORDS}


def ink(colour: str) -> str:
    """Black or white, whichever reads better on `colour` (#rrggbb; WCAG 2.2 relative luminance)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"


def bounds_of(areas: gpd.GeoDataFrame | None, assets: gpd.GeoDataFrame) -> Bounds:
    """(west, south, east, north) in degrees to open a map at: the areas, else the assets."""
    frame = areas if areas is not None and len(areas) else assets.iloc[layer_rows(assets)]
    if not len(frame):
        return (-125.0, 24.0, -66.0, 50.0)
    west, south, east, north = (round(float(edge), 4) for edge in frame.total_bounds)
    return west, south, east, north


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(text) else str(text) for text in column]


def _coded(column: pd.Series) -> tuple[list[str], np.ndarray]:
    codes, values = pd.factorize(column)
    return [str(value) for value in values], codes


def _kind(name: str) -> dict[str, object]:
    row = vocabulary.terms("kinds").get(name, {})
    group = vocabulary.terms("groups").get(row.get("group", ""), {})
    colour = group.get("colour", "#5F5F5F")
    return {
        "id": name,
        "label": {
            language: vocabulary.label("kinds", name, language) for language in vocabulary.LANGUAGES
        },
        "icon": row.get("icon", "") or "location_on",
        "colour": colour,
        "ink": ink(colour),
    }


def _shapes(frame: gpd.GeoDataFrame) -> list[dict[str, Any] | None]:
    """GeoJSON geometries, rounded; None for an empty or missing one."""
    rounded = shapely.transform(
        frame.geometry.to_numpy(), lambda points: np.round(points, COORDINATE_DECIMALS)
    )
    return [
        None if shape is None or shape.is_empty else json.loads(shapely.to_geojson(shape))
        for shape in rounded
    ]


def _places(places: pd.DataFrame) -> list[list[object]]:
    if isinstance(places, gpd.GeoDataFrame):
        lats, lons = places.geometry.y, places.geometry.x
    else:
        short = "lat" in places.columns
        lats = places["lat" if short else "latitude"]
        lons = places["lon" if short else "longitude"]
    return [
        [name, round(float(lat), COORDINATE_DECIMALS), round(float(lon), COORDINATE_DECIMALS)]
        for name, lat, lon in zip(_texts(places["name"]), lats, lons, strict=True)
    ]
