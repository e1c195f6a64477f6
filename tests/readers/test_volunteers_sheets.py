"""Sheets as volunteers keep them: ditto marks, two header rows, headings, what is hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from assetmap.assets import Context, check
from assetmap.files.source import Source
from assetmap.readers import Read, read
from assetmap.readers.header import alias_of
from assetmap.readers.kinds import category_kind
from assetmap.readers.table.sheet import is_ditto, status_said


def sheet(*rows: Sequence[str], name: str = "list.csv") -> Read:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return read(Source(name, out.getvalue().encode()))


def rows_of(found: Read) -> list[dict[str, Any]]:
    return [row.dropna().to_dict() for _, row in found.frame.iterrows()]


def messages(found: Read) -> list[str]:
    return [str(problem.message) for problem in found.problems]


def test_ditto_cells_take_what_stands_above_them() -> None:
    result = sheet(
        ["Organization", "Program Name", "Street", "City", "Mailing Address"],
        ["Hope Center", "Recovery Group", "12 Main St", "Anna", "PO Box 1"],
        ['"', "Women's Group", "same as above", "〃", "same"],
        ["-do-", "Family Group", "Ditto", "ídem", "same"],
        ["", "Teen Group", "", "", ""],
    )
    rows = rows_of(result)
    assert [row.get("organization") for row in rows] == ["Hope Center"] * 3 + [None]
    assert [row.get("address") for row in rows] == ["12 Main St"] * 3 + [None]
    assert [row.get("city") for row in rows] == ["Anna"] * 3 + [None]
    # A mailing address that is "the same" is this row's own.
    assert "PO Box 1" not in str(rows[1:])
    assert any("6 cells said" in message for message in messages(result))


@pytest.mark.parametrize("cell", ['"', "''", "〃", "”", "Same as above", "idem.", "-do-", "Igual"])
def test_ditto(cell: str) -> None:
    assert is_ditto(cell)


@pytest.mark.parametrize(
    "cell", ["", "Do", "Same Day Clinic", "-", "Ida", "The Same Street Church"]
)
def test_no_ditto(cell: str) -> None:
    assert is_ditto(cell) == (cell == "Do")


def test_two_header_rows_in_a_csv() -> None:
    (first, second) = rows_of(
        sheet(
            ["Organization", "Address", "", "", "Hours", "", "Contact", ""],
            ["", "Street", "City", "Zip", "Weekdays", "Saturday", "Phone", "Website"],
            [
                "Hope Center",
                "12 Main St",
                "Anna",
                "62906",
                "9am-5pm",
                "10am-2pm",
                "618-555-0101",
                "",
            ],
            ["Food Pantry", "14 Main St", "Anna", "62906", "8-4", "Closed", "618-555-0102", ""],
        )
    )
    assert (first["name"], first["address"], first["schedule"], first["phone"]) == (
        "Hope Center", "12 Main St", "Mo-Fr 09:00-17:00, Sa 10:00-14:00", "618-555-0101",
    )  # fmt: skip
    assert (second["kind"], second["schedule"]) == ("food", "Mo-Fr 08:00-16:00")


def test_headings_are_days_people_and_kinds() -> None:
    meetings = sheet(
        ["Time", "Group", "Place", "Address"],
        ["MONDAY", "", "", ""],
        ["7:00 PM", "Sunrise", "Hall", "1 Elm St"],
        ["", "", "", ""],
        ["Tuesday", "", "", ""],
        ["6:00 PM", "Night Owls", "Hall", "1 Elm St"],
    )
    assert [row["schedule"] for row in rows_of(meetings)] == ["Mo 19:00-20:00", "Tu 18:00-19:00"]
    assert (meetings.rows_read, meetings.rejected) == (5, 3)
    homes = sheet(
        ["House", "Street", "Town", "Beds"],
        ["MEN", "", "", ""],
        ["Elm", "1 Elm St", "Anna", "8"],
        ["Women's homes", "", "", ""],
        ["Oak", "2 Oak St", "Anna", "6"],
        name="sober living list.csv",
    )
    assert [(row["kind"], row["only_for"]) for row in rows_of(homes)] == [
        ("recovery_home", "men"), ("recovery_home", "women"),
    ]  # fmt: skip
    # A name without anything else is an asset, whatever it is called.
    lone = sheet(["Name", "Street", "Town", "Phone"], ["Alder Place", "", "", ""],
                 ["Elm", "1 Elm St", "Anna", "618-555-0101"])  # fmt: skip
    assert [row["name"] for row in rows_of(lone)] == ["Alder Place", "Elm"]


def test_what_is_hidden_is_named() -> None:
    book = openpyxl.Workbook()
    shown = book.worksheets[0]
    shown.title = "Pantries"
    for row in (
        ["Name", "City", "Private note"],
        ["Here", "Anna", "x1"],
        ["Filtered", "Anna", "x2"],
    ):
        shown.append(row)
    shown.row_dimensions[3].hidden = True
    shown.column_dimensions["C"].hidden = True
    for title, state in (("Old list", "hidden"), ("Older", "veryHidden")):
        other = book.create_sheet(title)
        other.append(["Name", "City"])
        other.append(["Gone", "Anna"])
        other.sheet_state = state
    out = io.BytesIO()
    book.save(out)
    result = read(Source("list.xlsx", out.getvalue()))
    assert [row["name"] for row in rows_of(result)] == ["Here", "Filtered"]
    assert "x1" not in result.frame.to_csv()
    told = messages(result)
    for sentence in (
        "The sheet 'Old list' is hidden and was not read; show it in the workbook if it belongs "
        "to the list.",
        "The sheet 'Older' is hidden and was not read; show it in the workbook if it belongs to "
        "the list.",
        "1 row is hidden in the sheet (2) and was read too; delete it if it is gone.",
        "Columns hidden in the sheet were not read: 'Private note'.",
    ):
        assert sentence in told


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Agency Phone", "phone"), ("Site Address", "address"), ("Organization/Agency", "name"),
        ("Phone / Fax", "phone"), ("City, State Zip", "city"), ("City/State/Zip Code", "city"),
        ("Days/Hours", "hours"), ("Website (if any)", "url"), ("Program City", "city"),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_parts(column: str, field: str) -> None:
    alias = alias_of(column)
    assert alias is not None and alias[0] == field


@pytest.mark.parametrize("column", ["Case manager phone", "Phone tree", "Address book", "Program"])
def test_a_column_of_something_else_is_not(column: str) -> None:
    assert (alias_of(column) or ("",))[0] not in ("phone", "address", "name")


@pytest.mark.parametrize("header", ["Pantry", "Food Pantries", "Program", "Which one"])
def test_a_column_that_nobody_called_a_name(header: str) -> None:
    result = sheet(
        [header, "Address", "Phone"],
        ["St. Anne", "1 Elm St, Anna, IL 62906", "618-555-0101"],
        ["Oak Street", "2 Oak St, Anna, IL 62906", "618-555-0102"],
    )
    rows = rows_of(result)
    assert [row["name"] for row in rows] == ["St. Anne", "Oak Street"]
    assert any(f"'{header}' was used" in message for message in messages(result))
    kinds = {row.get("kind") or None for row in rows}
    assert kinds == ({"food"} if "antr" in header else {None})


def test_a_title_names_the_kind_of_a_list() -> None:
    result = sheet(["Union County Food Pantries 2026", "", ""], ["Name", "City", "Phone"],
                  ["St. Anne", "Anna", "618-555-0101"])  # fmt: skip
    assert rows_of(result)[0]["kind"] == "food"
    assert category_kind("Union County resource list") == ""
    assert category_kind("Shelters and food pantries") == ""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Closed for renovation until March", "temporarily_closed"),
        ("CLOSED UNTIL FURTHER NOTICE", "temporarily_closed"),
        ("Not meeting at this time", "temporarily_closed"),
        ("Cerrado hasta enero", "temporarily_closed"),
        ("No longer open", "inactive"), ("Out of business", "inactive"),
        ("Closed for lunch 12-1", ""), ("Closed Sundays", ""), ("Closed", ""),
    ],
)  # fmt: skip
def test_words_that_say_a_place_is_closed(words: str, status: str) -> None:
    assert status_said(words) == status


def test_a_name_that_says_closed() -> None:
    result = sheet(
        ["Name", "Hours"],
        ["Alder Pantry (CLOSED)", "Mon 9am-5pm"],
        ["Elm Pantry - temporarily closed", "Mon 9am-5pm"],
        ["AA Serenity (Closed)", "Mon 7pm"],
        ["Clothes Closet", "Mon 9am-5pm"],
    )
    assert [row.get("status") for row in rows_of(result)] == [
        "temporarily_closed", "temporarily_closed", None, None,
    ]  # fmt: skip


def test_notes_below_a_table_are_no_assets() -> None:
    notes = ("* call first", "Page 1 of 2", "• by referral")
    result = sheet(
        ["Name", "City", "Phone"],
        ["Elm", "Anna", "618-555-0101"],
        *([note, "", ""] for note in notes),
    )
    assert (result.rows_read, result.rejected) == (4, 3)


def test_a_town_abroad_is_no_town_of_ours() -> None:
    result = sheet(
        ["Name", "Address"],
        ["Berlin Group", "Unter den Linden 1, 10117 Berlin, Germany"],
        ["London Group", "12 High St, London SW1A 1AA, UK"],
        ["Home", "12 Main St, Carbondale, IL 62901"],
    )
    assets, _ = check(result.frame, Context(timezone="America/Chicago"), result.problems)
    assert assets["country"].tolist() == ["DE", "GB", "US"]
    assert assets["timezone"].tolist() == ["Europe/Berlin", "Europe/London", "America/Chicago"]
    assert assets.geometry.notna().tolist()[:2] == [False, False]


def test_rent_by_the_week_and_a_time_with_its_date() -> None:
    result = sheet(
        ["Name", "Weekly rent"], ["Elm", "$160 per week"], ["Oak", "175/wk"], ["Ash", "150"]
    )
    assert [row["weekly_cost"] for row in rows_of(result)] == ["160", "175", "150"]
    times = sheet(
        ["Name", "Day", "Time"],
        ["A", "Sunday", "2026-11-22T19:30"],
        ["B", "Monday", "1899-12-30T18:00"],
        ["C", "Monday", "2026-11-22T19:30"],
    )
    assert [row.get("schedule") for row in rows_of(times)] == [
        "Su 19:30-20:30", "Mo 18:00-19:00", None,
    ]  # fmt: skip
