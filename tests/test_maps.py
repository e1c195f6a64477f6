"""What may stand on a map, and how it is written for the browser."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from shapely.geometry import LineString, Point, Polygon
from streamlit_folium import (  # noqa: TID251 - its own view of our scripts is what counts
    _get_feature_group_string,
    _get_map_string,
    generate_js_hash,
)

from assetmap import maps, vocabulary, words

INJECTIONS = (
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "</script><script>alert(1)</script>",
    "`+alert(1)+`",
    "{{ 7 * 7 }}",
    "{{{ 'map_div' }}} {% raw %} {# x #}",
    "' + alert(1) + '",
)


def assets(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    """Assets with the columns a map reads; a row's own values over an exact open place."""
    usual = {
        "id": "t:1",
        "name": "Open Door",
        "kind": "meeting",
        "status": "active",
        "listed_ok": pd.NA,
        "format": frozenset({"in_person"}),
        "location_precision": "exact",
        "city": "Milltown",
        "phone": np.nan,
        "geometry": Point(-84.5, 42.0),
    }
    frame = pd.DataFrame([{**usual, **row} for row in rows])
    texts = ["id", "name", "kind", "status", "location_precision", "city", "phone"]
    frame[texts] = frame[texts].astype("str")
    frame["listed_ok"] = frame["listed_ok"].astype("boolean")
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=4326)


def test_only_what_can_be_visited_and_may_be_shown_has_a_row() -> None:
    frame = assets(
        {},
        {"format": frozenset({"online"})},
        {"format": frozenset({"online", "phone"})},
        {"format": frozenset({"online", "in_person"})},
        {"format": None},
        {"location_precision": "hidden"},
        {"location_precision": "area"},
        {"location_precision": np.nan},
        {"geometry": None},
        {"geometry": Point()},
        {"status": "candidate"},
        {"status": "inactive"},
        {"status": "temporarily_closed"},
        {"status": np.nan},
        {"listed_ok": False},
        {"listed_ok": True},
    )
    assert maps.layer_rows(frame).tolist() == [0, 3, 4, 6, 7, 13, 15]


def test_no_assets_is_an_empty_layer() -> None:
    frame = assets({}).iloc[:0]
    assert maps.layer_rows(frame).tolist() == []
    assert json.loads(maps.layer(frame, "v"))["ids"] == []


def test_the_layer_is_columns_of_exactly_what_a_marker_needs() -> None:
    frame = assets(
        {"id": "t:1", "name": "Open Door", "phone": "555-0101"},
        {"id": "t:2", "format": frozenset({"online"})},
        {
            "id": "t:3",
            "name": "Safe House",
            "kind": "recovery_home",
            "location_precision": "area",
            "city": "Alderton",
            "geometry": Point(-84.1234567, 42.7654321),
        },
        {"id": "t:4", "name": "Later", "location_precision": "area", "city": "Alderton"},
    )
    kinds = vocabulary.terms("kinds")
    groups = vocabulary.terms("groups")
    assert json.loads(maps.layer(frame, "abc")) == {
        "version": "abc",
        "ids": ["t:1", "t:3", "t:4"],
        "names": ["Open Door", "Safe House", "Later"],
        "phones": ["555-0101", "", ""],
        "lat": [4200000, 4276543, 4200000],
        "lon": [-8450000, -8412346, -8450000],
        "kind": [0, 1, 0],
        "kinds": [
            {
                "id": kind,
                "label": {"en": kinds[kind]["label_en"], "es": kinds[kind]["label_es"]},
                "icon": kinds[kind]["icon"],
                "colour": groups[kinds[kind]["group"]]["colour"],
                "ink": maps.ink(groups[kinds[kind]["group"]]["colour"]),
            }
            for kind in ("meeting", "recovery_home")
        ],
        "place": [-1, 1, 1],
        "places": ["Milltown", "Alderton"],
    }


def test_a_hidden_address_is_in_no_byte_of_the_layer() -> None:
    from assetmap import places
    from assetmap.assets import Context, check

    plain = pd.DataFrame(
        [
            {
                "name": "Harbor House",
                "kind": "domestic_violence_program",
                "address": "417 Larkspur Lane",
                "city": "Milltown",
                "latitude": "42.123456",
                "longitude": "-84.654321",
                "location_precision": "hidden",
                "format": "in_person",
                "description": "Ring at 417 Larkspur Lane.",
                "row": 1,
            }
        ]
    )
    now = datetime(2026, 10, 16, 17, 30, tzinfo=UTC)
    gazetteer = places.Gazetteer()
    context = Context("America/Detroit", "US", None, gazetteer, now, None, "t")
    checked, _ = check(plain, context)
    assert len(checked) == 1
    written = maps.layer(checked, "v").decode()
    assert json.loads(written)["ids"] == []
    for part in ("Larkspur", "417", "42123", "4212346", "8465432"):
        assert part not in written


def test_bits_mark_rows_lowest_first() -> None:
    rows = np.array([0, 2, 4, 5, 6, 7, 8, 9, 10])
    mask = np.zeros(12, dtype=bool)
    mask[[0, 1, 4, 10]] = True  # 1 is not in the layer; 0, 4 and 10 are its rows 0, 2 and 8
    assert base64.b64decode(maps.pack(mask, rows)) == bytes([0b101, 0b1])
    assert maps.pack(np.zeros(12, dtype=bool), rows) == ""


@given(hnp.arrays(bool, st.integers(0, 60)), st.data())
def test_bits_say_neither_more_nor_less_than_the_mask(
    mask: np.ndarray, data: st.DataObject
) -> None:
    rows = np.flatnonzero(data.draw(hnp.arrays(bool, len(mask))))
    bits = np.frombuffer(base64.b64decode(maps.pack(mask, rows)), dtype=np.uint8)
    marked = np.flatnonzero(np.unpackbits(bits, bitorder="little"))
    assert rows[marked].tolist() == [row for row in rows.tolist() if mask[row]]


def scripts(message: maps.Message, version: str = "abc", language: str = "en") -> tuple[str, str]:
    """The base map's script and the message's, as streamlit-folium sends them."""
    base = maps.base_map(
        "../../assetmap/map.js",
        "../../assetmap/map.css",
        f"../../basemap-{version}.json",
        f"../../layer-{version}.json",
        (-85.0, 41.0, -84.0, 43.0),
        language,
    )
    base.get_root().render()
    return _get_map_string(base), _get_feature_group_string(message, map=base)


def test_the_base_map_is_the_same_text_whatever_is_selected() -> None:
    first, item = scripts(maps.selection("abc", "AQ=="))
    second, two = scripts(maps.selection("abc", "Ag==", "AQ==", you=(42.1234567, -84.0), fit=3))
    assert generate_js_hash(first) == generate_js_hash(second)
    assert item != two
    assert '"match": "AQ=="' in item
    assert "[42.123, -84.0]" in two


def test_other_data_is_another_base_map() -> None:
    message = maps.selection("abc", "")
    hashes = {generate_js_hash(scripts(message, version)[0]) for version in ("ab1", "ab2")}
    assert len(hashes) == 2


def test_nothing_is_asked_of_another_host() -> None:
    base = maps.base_map("../a.js", "../a.css", "../b.json", None, (0, 0, 1, 1))
    page = base.get_root().render()
    assert "http" not in page.replace("http-equiv", "")
    assert base.default_js == [("js0", "../a.js")]
    assert folium.Map.default_js != base.default_js  # folium's own list is left as it is


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_cannot_leave_its_json_string(text: str) -> None:
    message = maps.choropleth(
        {text: 0}, ["#ffffff"], {text: text}, maps.Legend(text, (text,), text)
    )
    _, script = scripts(message)
    called = re.search(r"assetmap\.colour\((.*)\);", script)
    assert called is not None
    told = json.loads(called.group(1))
    assert told["labels"] == {text: text}
    assert told["legend"]["title"] == text
    # Neither markup that would close a script, nor a quote that would open another string.
    assert not set("<>&'") & set(called.group(1))


def test_a_choropleth_refuses_classes_without_a_colour() -> None:
    legend = maps.Legend("Minutes", ("near", "far"), "Not known")
    with pytest.raises(
        ValueError, match=r"The classes \[2\] have no colour; there are 2 colours\."
    ):
        maps.choropleth({"a": 2, "b": None}, ["#ffffff", "#000000"], {}, legend)
    square = maps.Legend("Both", (), "Not known", across="more need", up="less reach")
    with pytest.raises(ValueError, match=r"A square legend needs nine colours, not 2\."):
        maps.choropleth({}, ["#ffffff", "#000000"], {}, square)


def test_the_base_map_holds_areas_water_roads_and_names() -> None:
    square = Polygon([(0, 0), (1, 0), (1, 1.1234567), (0, 1)])
    ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.12346], [0.0, 1.0], [0.0, 0.0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    line = {"type": "LineString", "coordinates": [[0.0, 0.0], [2.0, 2.0]]}
    areas = gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": ["<b>North</b>", "South"]}, geometry=[square, None], crs=4326
    )
    roads = gpd.GeoDataFrame(
        {"class": ["highway", "local"]}, geometry=[LineString([(0, 0), (2, 2)])] * 2, crs=4326
    )
    names = pd.DataFrame(
        {
            "name": ["Jail", "Milltown", "62999"],
            "lat": [1.0, 0.5, 0.5],
            "lon": [2.0, 0.25, 0.25],
            "kind": ["landmark", "town", "zip"],
        }
    )
    water = gpd.GeoDataFrame(geometry=[square], crs=4326)
    assert json.loads(maps.basemap(areas, roads, names, "abc", water)) == {
        "version": "abc",
        "areas": [{"id": "a", "name": "<b>North</b>", "shape": shape}],
        "water": [shape],
        "roads": [{"wide": True, "shape": line}, {"wide": False, "shape": line}],
        "places": [["Milltown", 0.5, 0.25, 0], ["Jail", 1.0, 2.0, 13]],
    }
    nothing = {"version": "abc", "areas": [], "water": [], "roads": [], "places": []}
    assert json.loads(maps.basemap(None, None, None, "abc")) == nothing


def test_a_map_opens_on_the_areas_else_on_the_assets() -> None:
    square = gpd.GeoDataFrame({"id": ["a"]}, geometry=[Polygon([(0, 0), (2, 0), (2, 1)])], crs=4326)
    online = {"format": frozenset({"online"}), "geometry": Point(9, 9)}
    frame = assets({"geometry": Point(-1, 5)}, {"geometry": Point(-2, 7)}, online)
    assert maps.bounds_of(square, frame) == (0.0, 0.0, 2.0, 1.0)
    assert maps.bounds_of(None, frame) == (-2.0, 5.0, -1.0, 7.0)
    assert maps.bounds_of(None, frame.iloc[2:]) == maps.NOWHERE


@pytest.mark.parametrize("name", vocabulary.terms("groups"))
def test_an_icon_reads_on_its_groups_colour(name: str) -> None:
    # WCAG 2.2, 1.4.11: 3 : 1 for an icon. Black or white always reaches 4.58 on one of the two.
    colour = vocabulary.terms("groups")[name]["colour"]
    assert contrast(maps.ink(colour), colour) >= 4.5


def contrast(one: str, other: str) -> float:
    low, high = sorted(luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_ink_by_hand() -> None:
    assert maps.ink("#000000") == "#FFFFFF"
    assert maps.ink("#FFFFFF") == "#000000"
    assert maps.ink("#F0E442") == "#000000"
    assert maps.ink("#0072B2") == "#FFFFFF"


def test_the_map_speaks_both_languages() -> None:
    for language in words.LANGUAGES:
        told = maps.words(language)
        assert set(told) == set(maps.WORDS)
        assert all(told.values())
    assert maps.words("es")["close"] == "Cerrar"
