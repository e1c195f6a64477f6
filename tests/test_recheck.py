"""What changed checked again gives what checking everything gives."""

from collections import Counter
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.assets import Context, cells, check_again, check_row_by_row, recheck
from assetmap.fields import FIELDS, Problem
from assetmap.places import Gazetteer, Place

NOW = datetime(2026, 3, 3, 12, tzinfo=ZoneInfo("America/Chicago"))
TOWN = Gazetteer([Place("Milltown", 37.95, -89.0, "town"), Place("Quarry", 37.8, -89.2, "town")])
CONTEXT = Context(extent=(-89.5, 37.5, -88.5, 38.5), places=TOWN, now=NOW)

HOME = {
    "id": "home",
    "name": "Lantern House",
    "kind": "recovery_home",
    "address": "4417 Quillback Lane",
    "city": "Milltown",
    "beds_total": "6",
    "beds_open": "2",
    "beds_as_of": "2026-03-01",
    "description": "Ring at 4417 Quillback",
    "address_ok": "no",
    "latitude": "37.951",
    "longitude": "-89.001",
    "note": "4417",
}
ROWS = [
    HOME,
    {
        "id": "clinic",
        "name": "Ridge Clinic",
        "kind": "health_clinic",
        "address": "12 Main Street",
        "city": "Milltown",
        "phone": "618 555 0100",
        "description": "Across from 4417 Quillback Lane",
        "schedule": "Mo-Fr 09:00-17:00",
        "age_min": "30",
        "age_max": "18",
    },
    {"id": "next", "name": "Group next door", "kind": "mutual_aid_meeting",
     "address": "4417 Quillback Ln", "city": "Milltown", "schedule": "Tu 19:00-20:00"},
    {"id": "line", "name": "Warm line", "kind": "warmline", "phone": "618 555 0111"},
    {"id": "away", "name": "Not listed", "kind": "food_pantry", "listed_ok": "no",
     "address": "9 Elm St", "city": "Quarry"},
    {"id": "", "name": "No id pantry", "kind": "food_pantry", "address": "7 Oak St",
     "city": "Quarry", "phone": "1", "wheelchair": "perhaps"},
    {"id": "gift", "name": "Maria Lopez", "kind": "individual_gift", "phone": "618 555 0122"},
    {"id": "", "name": "", "kind": "park"},
]  # fmt: skip
VALUES = ("", "yes", "no", "3", "99", "soon", "2026-03-02", "2026-12-01", "Mo-Fr 08:00-12:00",
          "618 555 0199", "clinic", "in_person", "online", "4417 Quillback Lane", "37.9", "men",
          "Spanish", "inactive", "area", "$120", "opioids")  # fmt: skip
GIVEN = [Problem(2, "phone", "x", "fixed", "row 2: phone was 4417 Quillback Lane", "list")]


def frame_of(rows: list[dict[str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    frame.insert(0, "row", range(2, len(rows) + 2))
    frame["source"] = "list"
    return frame


def everything(assets: gpd.GeoDataFrame, problems: list[Problem]) -> tuple[object, Counter]:
    cells = [
        (name, [None if value is pd.NA or value != value else value for value in assets[name]])
        for name in assets
        if name != "geometry"
    ]
    points = list(assets.geometry.to_wkb())
    return (cells, points, assets.dtypes.astype(str).to_dict()), Counter(problems)


@cache
def checked_before() -> recheck.Checked:
    return check_again(frame_of(ROWS), CONTEXT, GIVEN)


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[int, str, str]]:
    change = st.tuples(
        st.integers(0, len(ROWS) - 1), st.sampled_from(sorted(FIELDS)), st.sampled_from(VALUES)
    )
    return draw(st.lists(change, min_size=1, max_size=2))


@settings(max_examples=25)
@given(changes())
def test_checked_again_is_checked_anew(steps: list[tuple[int, str, str]]) -> None:
    rows = [dict(row) for row in ROWS]
    last = check_again(frame_of(rows), CONTEXT, GIVEN)
    for row, field, value in steps:
        rows[row][field] = value
        last = check_again(frame_of(rows), CONTEXT, GIVEN, last)
        whole = check_row_by_row(frame_of(rows), CONTEXT, GIVEN)
        assert everything(last.assets, last.problems) == everything(*whole)


OWN = sorted(recheck.OWN_ROW_ONLY)


@pytest.mark.parametrize("first", range(0, len(OWN), len(ROWS)))
def test_the_fields_that_concern_their_row_only(first: int) -> None:
    for shift in range(2):
        rows = [dict(row) for row in ROWS]
        for row, field in zip(rows, OWN[first:], strict=False):
            row[field] = VALUES[(OWN.index(field) * 2 + shift) % len(VALUES)]
        frame = frame_of(rows)
        again = check_again(frame, CONTEXT, GIVEN, checked_before())
        whole = check_row_by_row(frame, CONTEXT, GIVEN)
        assert everything(again.assets, again.problems) == everything(*whole)


@pytest.mark.parametrize(
    ("row", "field", "value", "checked"),
    [
        # With every row that is shown at its town only, or not at all: all but the warm line.
        (0, "beds_open", "1", 7),
        (3, "phone", "618 555 0188", 8),
        (2, "cost", "free", 7),
        (1, "address", "13 Main Street", 8),  # a street may be somebody's
        (1, "description", "Behind 4417 Quillback Lane", 8),
        (1, "status", "inactive", 8),
        (0, "address_ok", "yes", 8),
        (1, "phone", "618 555 0100", 0),  # nothing changed
    ],
)
def test_how_many_rows_are_checked(
    row: int, field: str, value: str, checked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = check_again(frame_of(ROWS), CONTEXT, GIVEN)
    sizes = [0]
    whole = recheck.check_with_positions

    def counted(frame: pd.DataFrame, *further: object) -> object:
        sizes.append(len(frame))
        return whole(frame, *further)  # type: ignore[arg-type]

    monkeypatch.setattr(recheck, "check_with_positions", counted)
    rows = [dict(item) for item in ROWS]
    rows[row][field] = value
    check_again(frame_of(rows), CONTEXT, GIVEN, before)
    assert sizes[-1] == checked


def test_another_day_checks_everything() -> None:
    before = check_again(frame_of(ROWS), CONTEXT, GIVEN)
    home = before.assets["beds_open"][before.assets["id"] == "list:home"].tolist()
    assert home == [2]
    rows = [{**HOME, "beds_as_of": "2026-03-04"}, *ROWS[1:]]
    tomorrow = Context(**{**vars(CONTEXT), "now": NOW.replace(day=4)})
    today = check_again(frame_of(rows), CONTEXT, GIVEN, before)
    # Counted tomorrow is not known today, and is tomorrow, though no cell changed since.
    assert today.assets["beds_open"][today.assets["id"] == "list:home"].isna().all()
    later = check_again(frame_of(rows), tomorrow, GIVEN, today)
    assert later.assets["beds_open"][later.assets["id"] == "list:home"].tolist() == [2]


def test_a_strange_row_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    before = check_again(frame_of(ROWS), CONTEXT, GIVEN)
    rows = [dict(item) for item in ROWS]
    rows[1]["phone"] = "boom"
    read = cells.reader

    def stumbling(name: str, country: str) -> object:
        def reading(raw: str) -> object:
            if raw == "boom":
                raise RuntimeError
            return read(name, country)(raw)

        return reading

    monkeypatch.setattr(cells, "reader", stumbling)
    again = check_again(frame_of(rows), CONTEXT, GIVEN, before)
    assert "list:clinic" not in set(again.assets["id"])
    assert [(item.row, item.severity) for item in again.problems if item.field == "row"] == [
        (3, "rejected")
    ]
    # And the next look checks everything, because a row is missing.
    assert again.positions is None
