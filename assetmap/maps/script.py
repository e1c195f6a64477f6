"""The folium map, written once, and the messages that each run sends to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import folium
from folium.template import Template

from assetmap.maps.layer import Bounds
from assetmap.maps.tiles import MapGround
from assetmap.words import say

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
    "far_one",
    "far_many",
    "failed",
    "close",
    "zoom_in",
    "zoom_out",
    "no_number",
)


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
                {{ this.settings }});
        {% endmacro %}
        """
    )

    def __init__(
        self, js: Sequence[str], css: Sequence[str], settings: Mapping[str, object]
    ) -> None:
        super().__init__(tiles=None)
        # These stand in for folium's own 13 files from four hosts.
        self.default_js = [(f"js{place}", url) for place, url in enumerate(js)]
        self.default_css = [(f"css{place}", url) for place, url in enumerate(css)]
        self.settings = _script_json(settings)


class Message(folium.FeatureGroup):
    """What one run says to the map that is already there; numbers, bits and JSON text only."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = assetmap.{{ this.verb }}({{ this.content }});
        {% endmacro %}
        """
    )

    def __init__(self, verb: str, content: Mapping[str, object]) -> None:
        super().__init__()
        self.verb = verb
        self.content = _script_json(content)


def base_map(
    js: str,
    css: str,
    basemap_url: str,
    layer_url: str | None,
    bounds: Bounds,
    language: str = "en",
    unit: str = "mi",
    ground: MapGround | None = None,
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
            "ground": None if ground is None else ground._asdict(),
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
    return {word: say(f"map.{word}", language) for word in WORDS}


def _script_json(value: Mapping[str, object]) -> str:
    """JSON that stays one value inside a script inside a template.

    Branca compiles the script it has rendered as a Jinja template once more: `{{ … }}` in data
    would run on the server. A brace that could open one is written as its number, and so are the
    signs that could close a script or a string.
    """
    text = json.dumps(value)
    for sign in "<>&'":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    # Between strings a brace is followed by a quote or a brace that closes, never by these.
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)
