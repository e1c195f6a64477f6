"""Each named threshold of the readers holds on one side of its number and not on the other."""

from __future__ import annotations

import json
from collections import Counter

import pandas as pd
import pytest

from assetmap.files.source import Source
from assetmap.readers import fellowships, read, sheets
from assetmap.readers.addresses import split_address
from assetmap.readers.document import Document
from assetmap.readers.feed import Feed
from assetmap.readers.hours.read import read_hours
from assetmap.readers.hsds.schedules import read_schedules
from assetmap.readers.kinds import category_kind, guess_kind
from assetmap.readers.sanity import faults_of
from assetmap.readers.source import Read, ReadOptions
from assetmap.readers.table.read import _flat_rows
from assetmap.readers.table.sheet import is_ditto
from assetmap.readers.table.words import _majority


def read_of(rows: list[dict[str, object]]) -> Read:
    frame = pd.DataFrame(rows)
    return Read(frame, [], "table", len(rows), 0)


@pytest.mark.parametrize(("rows", "said"), [(4, False), (5, True)])
def test_a_kind_is_missed_from_five_rows_on(rows: int, said: bool) -> None:
    assert bool(faults_of(read_of([{"name": "A", "phone": "1"}] * rows))) == said


@pytest.mark.parametrize(("closed", "said"), [(18, True), (17, False)])
def test_a_list_is_doubted_where_nine_of_ten_are_closed(closed: int, said: bool) -> None:
    rows = [{"name": "A", "kind": "food", "status": "inactive"}] * closed
    rows += [{"name": "A", "kind": "food", "status": "active"}] * (20 - closed)
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


@pytest.mark.parametrize(("nested", "taken"), [(2, 20), (3, 0)])
def test_a_list_of_objects_is_a_table_where_nine_of_ten_are_flat(nested: int, taken: int) -> None:
    rows: list[dict[str, object]] = [{"name": "A", "city": "B"} for _ in range(20 - nested)]
    rows += [{"name": "A", "hours": [1]} for _ in range(nested)]
    assert len(_flat_rows(rows)) == taken


@pytest.mark.parametrize(
    ("rows", "japanese", "doubted"),
    [
        (8, 2, True),  # a quarter of eight rows
        (13, 3, False),  # 23 of 100
        (7, 7, False),  # of seven rows nothing is said
    ],
)
def test_a_foreign_language_is_doubted_in_a_quarter_of_eight_rows(
    rows: int, japanese: int, doubted: bool
) -> None:
    feed = Feed(Document(Source("feed.json", b"[]")), ReadOptions("x"), rows)
    feed.records = [{"row": 1, "languages": "ja", "name": "A"} for _ in range(japanese)]
    feed.records += [{"row": 2, "name": "B"} for _ in range(rows - japanese)]
    result = feed.finish("bmlt", rows)
    assert bool(result.sanity) == doubted
    assert int((result.frame.get("languages") == "ja").sum()) == (0 if doubted else japanese)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Youth program and street outreach", "street_outreach"),  # a label before a word of 4 …
        ("Peer education and recovery meeting", "meeting"),  # … and behind one of 5
        ("Recovery meeting of Alcoholics Anonymous", "meeting aa"),  # a fellowship before both
        ("Gamblers Anonymous and Gam-Anon", "family_group gam-anon"),  # its families' before it
        ("Equipo que va a la calle", "street_outreach"),  # a label of six words
        ("Help coming home from jail or prison", "jail_prison_program"),  # none of seven
    ],
)
def test_the_heaviest_phrase_names_the_kind(name: str, kind: str) -> None:
    guess = guess_kind(name)
    assert guess is not None
    assert f"{guess.kind} {guess.fill.get('program', '')}".strip() == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Community support", "food"),  # weighs one: a category says more
        ("Recovery support", "recovery_community_organization"),  # weighs two
    ],
)
def test_a_word_that_weighs_one_yields_to_a_category(name: str, kind: str) -> None:
    guess = guess_kind(name, "", "", "Food pantry")
    assert guess is not None and guess.kind == kind


@pytest.mark.parametrize(
    ("title", "kind"), [("Talking circles in town", "peer_group"), ("Showers in town", "")]
)
def test_a_word_that_weighs_three_names_the_kind_of_a_list(title: str, kind: str) -> None:
    """A shower weighs two."""
    assert category_kind(title) == kind


@pytest.mark.parametrize(("others", "program"), [(1, "aa"), (2, None)])
def test_a_feed_is_of_aa_where_95_of_100_codes_are_its_own(
    others: int, program: str | None
) -> None:
    """19 of 20 codes; of 21 they are 90 of 100."""
    assert fellowships._by_codes(Counter({"SL": 19, "nobody's": others}))[0] == program


@pytest.mark.parametrize(("letters", "split"), [(400, True), (401, False)])
def test_a_line_of_address_has_at_most_400_letters(letters: int, split: bool) -> None:
    end = ", Cairo, IL 62914"
    line = "12 Main St".ljust(letters - len(end), "x") + end
    assert (split_address(line) is not None) == split


@pytest.mark.parametrize(("letters", "ditto"), [(24, True), (25, False)])
def test_a_mark_for_the_cell_above_has_at_most_24_letters(letters: int, ditto: bool) -> None:
    assert is_ditto("(same as above address)".ljust(letters, ".")) == ditto


@pytest.mark.parametrize(("closes", "schedule"), [("10:00", "Mo 20:00-10:00"), ("10:01", "")])
def test_a_night_of_a_service_has_at_most_14_hours(closes: str, schedule: str) -> None:
    row = {"freq": "WEEKLY", "byday": "MO", "opens_at": "20:00", "closes_at": closes}
    assert read_schedules([row]).schedule == schedule


@pytest.mark.parametrize(
    ("hours", "schedule"),
    [
        ("office hours Mon 8-10", "Mo 08:00-10:00"),
        ("office hours Mon 7:59-10", None),
        ("office hours Mon 3-5", "Mo 15:00-17:00"),
        ("office hours Mon 3-5:01", None),
    ],
)
def test_an_office_is_open_from_eight_to_five(hours: str, schedule: str | None) -> None:
    assert read_hours(hours).schedule == schedule


@pytest.mark.parametrize(("letters", "long"), [(500, False), (501, True)])
def test_hours_are_read_of_at_most_500_letters(letters: int, long: bool) -> None:
    assert ("long" in read_hours("Mon 9am-5pm and ".ljust(letters, "x")).why) == long


def test_a_meeting_without_an_end_lasts_an_hour() -> None:
    row = {"slug": "a", "name": "A", "day": 1, "time": "19:00", "types": ["O"], "city": "Cairo"}
    (schedule,) = read(Source("feed.json", json.dumps([row]).encode())).frame["schedule"]
    assert schedule == "Mo 19:00-20:00"


@pytest.mark.parametrize(
    ("address", "precision"),
    [("Town Hall, Cairo, IL, USA", ""), ("Cairo, IL, USA", "area")],
)
def test_an_address_of_three_parts_names_no_street(address: str, precision: str) -> None:
    row = {"slug": "a", "name": "A", "day": 1, "time": "19:00", "formatted_address": address}
    frame = read(Source("feed.json", json.dumps([row | {"types": ["O"]}]).encode())).frame
    assert (frame.get("location_precision", pd.Series([""])).fillna("")[0]) == precision


def table(*lines: str) -> Read:
    return read(Source("list.csv", "\n".join(lines).encode()))


@pytest.mark.parametrize(("above", "read_as_header"), [(29, True), (30, False)])
def test_a_header_is_looked_for_in_the_first_30_rows(above: int, read_as_header: bool) -> None:
    rows = [[f"Note {number}", "see below"] for number in range(above)]
    top = sheets._header_row(
        [*rows, ["Name", "Phone"]], {"Name", "Phone"}.__contains__, frozenset()
    )
    assert (top == above) == read_as_header


@pytest.mark.parametrize(
    ("header", "cells", "categories"),
    [
        ("Name,Phone,City", "A,618-555-0101,Cairo", ["food"]),  # three columns, three cells
        ("Name,Phone", "A,618-555-0101", None),  # of two columns the words may be a name
        ("Name,Phone,City", "A,618-555-0101,", None),  # no row is full
    ],
)
def test_a_lone_cell_is_a_heading_over_rows_of_three_cells(
    header: str, cells: str, categories: list[str] | None
) -> None:
    commas = "," * header.count(",")
    result = table(header, f"Food pantries:{commas}", cells)
    assert len(result.frame) == (1 if categories else 2)


@pytest.mark.parametrize(("more", "left"), [("", 1), (",Cairo", 2)])
def test_a_note_under_a_table_has_at_most_two_cells(more: str, left: int) -> None:
    lines = ["Name,Kind,Phone,City", "A,food,618-555-0101,Cairo"]
    note = "* call first,,618-555-0102" + (more or ",")
    assert len(table(*lines, note).frame) == left
