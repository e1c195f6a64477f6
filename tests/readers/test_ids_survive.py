"""Ids of rows without an id: ordinary edits keep them, and no edit makes one row the other."""

from __future__ import annotations

import csv
import io

import pytest
from growth import growth

from assetmap import readers
from assetmap.fields import Problem
from assetmap.readers.table.ids import settle

ROW = {
    "Name": "Grace Church Pantry",
    "Address": "12 Main Street",
    "City": "Anna",
    "Category": "Food pantry",
    "Hours": "Mon 9-12",
    "Phone": "618-555-0112",
}
OTHER = {**ROW, "Name": "Night Owls", "Address": "9 Oak Road", "Category": "AA meeting"}


def ids(*rows: dict[str, str]) -> list[str]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROW))
    writer.writeheader()
    writer.writerows(rows)
    frame = readers.read(readers.Source("list.csv", out.getvalue().encode())).frame
    return [str(name) for name in frame["id"]]


@pytest.mark.parametrize(
    "edit",
    [
        {"Hours": "Mon 9-1"},
        {"Hours": ""},
        {"Phone": "618-555-0199"},
        {"Category": "Food pantrie"},
        {"Category": "Church"},
        {"Name": "GRACE CHURCH, PANTRY"},
        {"Name": "Grace  Church Pantry "},
        {"Address": "12 Main St."},
        {"Address": "12 Main Street, Suite 4"},
        {"Address": "12  main st"},
        {"City": "Anna, IL"},
    ],
)
def test_an_ordinary_edit_keeps_the_id(edit: dict[str, str]) -> None:
    before, after = ids(ROW, OTHER), ids({**ROW, **edit}, OTHER)
    assert before == after
    assert ids(OTHER, {**ROW, **edit}) == before[::-1], "the order of the rows does not matter"


@pytest.mark.parametrize("edit", [{"Name": "Hope Church Pantry"}, {"Address": "14 Main Street"}])
def test_another_name_or_house_is_another_asset(edit: dict[str, str]) -> None:
    assert ids(ROW, OTHER)[0] != ids({**ROW, **edit}, OTHER)[0]


def test_what_is_not_needed_to_tell_rows_apart_may_change() -> None:
    # Two meetings in one room are told apart by their kind, so the hours may be corrected.
    pair = [ROW, {**ROW, "Category": "AA meeting", "Hours": "Tue 7pm"}]
    before = ids(*pair)
    assert len(set(before)) == 2
    assert ids(pair[0], {**pair[1], "Hours": "Tue 8pm"}) == before


def test_an_edit_never_makes_one_row_the_other() -> None:
    pair = [{**ROW, "Hours": "Mon 9-12"}, {**ROW, "Hours": "Tue 9-12"}]
    before = ids(*pair)
    for hours in ("Mon 9-1", "Mon 8-12", "Wed 9-12", "Thu 1-3", "Fri 10-11"):
        after = ids({**pair[0], "Hours": hours}, pair[1])
        assert after[1] == before[1]
        assert after[0] not in before


def test_a_list_of_equal_rows_takes_no_longer_than_another() -> None:
    """60 KB of "a" lines: each new id was once sought from 2 on, twenty minutes of it."""
    size = 6_000

    def equal_rows(size: int) -> tuple[list[str], list[Problem]]:
        return settle(["a"] * size, [("a",)] * size, range(1, size + 1), given=False)

    assert growth(equal_rows, size // 10, size) < 30
    settled, problems = equal_rows(size)
    assert len(set(settled)) == size
    piece = settled[0].removeprefix("a-")
    assert settled[:3] == [f"a-{piece}", f"a-{piece}-2", f"a-{piece}-3"]
    assert len(problems) == size - 1
