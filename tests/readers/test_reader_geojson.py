"""GeoJSON in all its shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assetmap.files.source import Source, UnreadableFile
from assetmap.readers import Read, read

POINT = {"type": "Point", "coordinates": [-89.1, 37.9]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"name": "A", **properties}}


def geo(value: Any) -> Read:
    return read(Source("g.json", json.dumps(value).encode()), key="x")


def where(found: Read) -> list[list[str]]:
    return found.frame.reindex(columns=["latitude", "longitude"]).fillna("").to_numpy().tolist()


@pytest.mark.parametrize(
    "value",
    [
        {"type": "FeatureCollection", "features": [feature(POINT)]},
        feature(POINT),
        [feature(POINT)],
        feature({"type": "Point", "coordinates": [-89.1, 37.9, 120.5]}),
        feature({"type": "GeometryCollection", "geometries": [POINT]}),
        {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
            "features": [feature(POINT)],
        },
    ],
)
def test_one_point_in_every_wrapping(value: Any) -> None:
    assert where(geo(value)) == [["37.9", "-89.1"]]


def test_null_and_broken_geometry_keep_the_asset_off_the_map() -> None:
    bad = feature({"type": "Point", "coordinates": ["x", 2]})
    result = geo({"type": "FeatureCollection", "features": [feature(None), bad, feature(POINT)]})
    assert where(result) == [["", ""], ["", ""], ["37.9", "-89.1"]]
    assert [p.message for p in result.problems if p.severity == "kept"] == [
        "Row 2: `geometry` cannot be read; the asset is kept without a point. "
        "Check its coordinates."
    ]


def test_a_shape_is_a_point_inside_it() -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
    result = geo(feature(square))
    assert where(result) == [["1", "1"]]
    assert "1 shape is not made of points; each is shown at a point inside it." in [
        p.message for p in result.problems
    ]


def test_a_declared_projection_is_undone() -> None:
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}},
        "features": [feature({"type": "Point", "coordinates": [-9918566.5, 4566099.1]})],
    }
    ((lat, lon),) = where(geo(collection))
    assert (float(lat), float(lon)) == pytest.approx((37.9, -89.1), abs=0.01)


def test_an_unknown_projection_is_one_sentence() -> None:
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "mars"}},
        "features": [feature(POINT)],
    }
    with pytest.raises(
        UnreadableFile, match="in 'mars', which is not a known system; save it in WGS"
    ):
        geo(collection)


def test_one_feature_a_line() -> None:
    lines = "\n".join(json.dumps(feature(POINT, id=n)) for n in range(3))
    result = read(Source("g.json", f"{lines}\n{{broken".encode()), key="x")
    assert result.frame["id"].tolist() == ["x:0", "x:1", "x:2"]
    assert (result.rows_read, result.rejected) == (4, 1)
    assert "Row 4: the line is not whole JSON; export the file again." in [
        p.message for p in result.problems
    ]


def test_a_bare_geometry_is_a_row_without_a_name() -> None:
    result = geo(POINT)
    assert where(result) == [["37.9", "-89.1"]]
    assert result.frame["name"].isna().tolist() == [True]


def test_properties_go_through_aliases_and_lists_are_sets() -> None:
    result = geo(
        feature(POINT, **{"Zip Code": 62999, "welcomes": ["women", "veterans"], "Ward": 7})
    )
    row = result.frame.iloc[0].dropna().to_dict()
    assert (row["postal_code"], row["welcomes"]) == ("62999", "women|veterans")
    assert json.loads(row["original"]) == {"Ward": "7"}


def test_a_number_that_is_none_is_nothing() -> None:
    nowhere = {"type": "Point", "coordinates": [float("nan"), float("nan")]}
    assert where(geo(feature(nowhere))) == [["", ""]]


@pytest.mark.parametrize("odd", [{}, [], {"a": 1}, None, 3])
def test_a_type_that_is_no_word_is_no_geometry(odd: Any) -> None:
    rows = {"type": "FeatureCollection", "features": [{**feature(POINT), "type": odd}]}
    assert where(read(Source("g.json", json.dumps(rows).encode()))) == [["37.9", "-89.1"]]
    bare = {"type": odd, "coordinates": [-89.1, 37.9]}
    with pytest.raises(UnreadableFile, match="in no format that is read here"):
        read(Source("g.json", json.dumps(bare).encode()))
