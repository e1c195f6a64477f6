"""A table of ids chooses among the shapes of a larger file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assetmap.areas import AreasError, OnlyIds, read_areas, select
from assetmap.community import open_community


def shapes(*ids: str) -> bytes:
    def square(west: float) -> dict[str, object]:
        ring = [[west, 34], [west + 0.1, 34], [west + 0.1, 34.1], [west, 34.1], [west, 34]]
        return {"type": "Polygon", "coordinates": [ring]}

    features = [
        {"type": "Feature", "properties": {"GEOID": ident}, "geometry": square(-79 + place / 5)}
        for place, ident in enumerate(ids)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


SHAPES = shapes("01001020100", "01001020200", "01001020300")


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("GEOID\n01001020100\n01001020300\n", ["01001020100", "01001020300"]),
        ("GEOID\n1001020100\n", ["01001020100"]),  # a spreadsheet took the zero
        ("GEO_ID\n1400000US01001020200\n", ["01001020200"]),
        ("GISJOIN\nG0100010020300\n", ["01001020300"]),
    ],
)
def test_ids_as_they_are_written(written: str, chosen: list[str]) -> None:
    with pytest.raises(OnlyIds) as told:
        read_areas(written.encode(), "ids.csv")
    areas, _ = read_areas(SHAPES, "areas.geojson")
    result = select(areas, told.value.rows, "ids.csv")
    assert (result.areas["id"].tolist(), result.problems) == (chosen, [])


def test_what_the_table_tells_counts_and_what_is_not_there_is_said() -> None:
    written = b"GEOID,name,population\n01001020100,Old Town,70\n01001999999,,5\n"
    with pytest.raises(OnlyIds) as told:
        read_areas(written, "ids.csv")
    areas, _ = read_areas(SHAPES, "areas.geojson")
    result = select(areas, told.value.rows, "ids.csv")
    assert result.areas[["name", "population"]].values.tolist() == [["Old Town", 70]]
    assert [problem.message for problem in result.problems] == [
        "ids.csv: 1 of its 2 ids is not in the file with the shapes (01001999999); it is left out."
    ]
    with pytest.raises(AreasError, match=r"none of its ids \(the first is 01001999999\)"):
        select(areas, told.value.rows.iloc[1:], "ids.csv")


def test_a_folder_with_ids_and_a_states_shapes(tmp_path: Path) -> None:
    (tmp_path / "community.toml").write_text(
        'name = "A"\ncountry = "US"\ntimezone = "America/Chicago"\n'
        '[areas]\npath = "mine.csv"\nshapes = "state.geojson"\n'
    )
    (tmp_path / "mine.csv").write_text("GEOID\n01001020200\n")
    (tmp_path / "state.geojson").write_bytes(SHAPES)
    opened = open_community(tmp_path)
    assert opened.areas is not None and opened.areas["id"].tolist() == ["01001020200"]
    (tmp_path / "state.geojson").unlink()
    gone = [
        problem.message
        for problem in open_community(tmp_path).problems
        if problem.source == "areas"
    ]
    assert gone == ["[areas] shapes names state.geojson, which is not in the folder."]
