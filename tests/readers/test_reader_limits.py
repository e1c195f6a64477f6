"""Each named threshold of the readers holds on one side of its number and not on the other."""

from __future__ import annotations

import pandas as pd
import pytest

from assetmap.readers.sanity import faults_of
from assetmap.readers.source import Read
from assetmap.readers.table.read import _flat_rows
from assetmap.readers.table.words import _majority


def read_of(rows: list[dict[str, object]]) -> Read:
    frame = pd.DataFrame(rows)
    return Read(frame, [], "table", len(rows), 0)


@pytest.mark.parametrize(("rows", "said"), [(4, False), (5, True)])
def test_a_kind_is_missed_from_five_rows_on(rows: int, said: bool) -> None:
    assert bool(faults_of(read_of([{"name": "A", "phone": "1"}] * rows))) == said


@pytest.mark.parametrize(("closed", "said"), [(9, True), (8, False)])
def test_a_list_is_doubted_where_nine_of_ten_are_closed(closed: int, said: bool) -> None:
    rows = [{"name": "A", "kind": "food", "status": "inactive"}] * closed
    rows += [{"name": "A", "kind": "food", "status": "active"}] * (10 - closed)
    assert bool(faults_of(read_of(list(rows)))) == said


@pytest.mark.parametrize(("times", "said"), [(3, True), (2, False)])
def test_a_column_is_missed_from_three_values_on(times: int, said: bool) -> None:
    rows: list[dict[str, object]] = [
        {"name": "A", "kind": "food", "original": '{"Telephone": "555"}'} for _ in range(times)
    ]
    assert bool(faults_of(read_of(rows))) == said


@pytest.mark.parametrize(
    ("kinds", "rows", "kind"),
    [
        (["food"] * 4 + ["meeting"], 5, "food"),  # four of five
        (["food"] * 7 + ["meeting"] * 2, 9, ""),  # 78 of 100
        (["food"] * 3, 10, "food"),  # three rows, three of ten
        (["food"] * 2, 3, ""),
        (["food"] * 3, 11, ""),
    ],
)
def test_the_kind_of_a_list_is_that_of_four_of_five(kinds: list[str], rows: int, kind: str) -> None:
    assert _majority(kinds, rows) == kind


@pytest.mark.parametrize(("nested", "taken"), [(1, 10), (2, 0)])
def test_a_list_of_objects_is_a_table_where_nine_of_ten_are_flat(nested: int, taken: int) -> None:
    rows: list[dict[str, object]] = [{"name": "A", "city": "B"} for _ in range(10 - nested)]
    rows += [{"name": "A", "hours": [1]} for _ in range(nested)]
    assert len(_flat_rows(rows)) == taken
