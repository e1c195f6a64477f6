"""Tables as people lay them out: sheets, merged cells, days as columns, clocks, footers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from assetmap.assets import Context, check
from assetmap.files.source import Source
from assetmap.readers import Read, read
from assetmap.readers.header import day_columns, days_of_name
from assetmap.readers.table.times import serial_date, serial_time, writes_24_hours

Look = Callable[[Any], None]


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]], look: Look | None = None) -> Source:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if look:
        look(book)
    out = io.BytesIO()
    book.save(out)
    return Source("list.xlsx", out.getvalue())


def rows_of(found: Read) -> list[dict[str, Any]]:
    return [row.dropna().to_dict() for _, row in found.frame.iterrows()]


def table(text: str) -> Read:
    return read(Source("list.csv", text.encode()))


def schedules(found: Read) -> list[str | None]:
    return [row.get("schedule") for row in rows_of(found)]


def messages(found: Read) -> list[str]:
    return [str(problem.message) for problem in found.problems]


def test_every_sheet_is_read_and_its_name_is_the_category() -> None:
    result = read(
        workbook(
            ("Homes", [["House Name", "City", "ID"], ["Elm", "Alder", "1"]]),
            ("Meetings", [["Name", "Day", "Time", "ID"], ["Sunrise", "Sunday", "9:00 AM", "1"]]),
            ("Notes", [["Call about the list"]]),
        )
    )
    first, second = rows_of(result)
    assert (first["name"], first["kind"], first["city"], first["row"]) == (
        "Elm", "recovery_home", "Alder", 1,
    )  # fmt: skip
    assert (second["name"], second["kind"], second["schedule"], second["row"]) == (
        "Sunrise", "meeting", "Su 09:00-10:00", 2,
    )  # fmt: skip
    # The same id on two sheets is two assets, told apart by the sheet and by no row number.
    assert (first["id"], second["id"]) == ("list:homes-1", "list:meetings-1")
    assert (result.rows_read, result.rejected) == (2, 0)
    assert messages(result)[:2] == [
        "The workbook holds more than one table; rows count through them: 'Homes' (1–1) and "
        "'Meetings' (2–2).",
        "The sheet 'Notes' is not a table of assets and was not read.",
    ]


def test_merged_cells_are_filled_down_and_a_program_is_what_a_row_is_called() -> None:
    rows = [
        ["Organization", "Program", "City", "Hours"],
        ["Hope Center", "Recovery Group", "Alder", "Mon 7pm"],
        [None, "Women's Group", None, "Tue 6pm"],
        ["Grace Church", "Celebrate Recovery", "Marion", "Fri 6pm"],
    ]

    def look(book: Any) -> None:
        book.worksheets[0].merge_cells("A2:A3")
        book.worksheets[0].merge_cells("C2:C3")

    result = rows_of(read(workbook(("List", rows), look=look)))
    assert [(r["name"], r["organization"], r["city"]) for r in result] == [
        ("Recovery Group", "Hope Center", "Alder"),
        ("Women's Group", "Hope Center", "Alder"),
        ("Celebrate Recovery", "Grace Church", "Marion"),
    ]
    assert [r.get("program") for r in result] == [None, None, "Celebrate Recovery"]


def test_two_header_rows_and_headings_across() -> None:
    rows = [
        ["Agency", None, "Monday", None, "Saturday", None],
        ["Name", "City", "Open", "Close", "Open", "Close"],
        ["Food", None, None, None, None, None],
        ["Alder Table", "Alder", "9am", "5pm", None, None],
        ["Detox", None, None, None, None, None],
        ["Valley House", "Marion", "8:00 AM", "4:00 PM", "9am", "12pm"],
    ]

    def look(book: Any) -> None:
        for block in ("A1:B1", "C1:D1", "E1:F1", "A3:F3", "A5:F5"):
            book.worksheets[0].merge_cells(block)

    result = read(workbook(("List", rows), look=look))
    first, second = rows_of(result)
    assert (first["name"], first["kind"], first["schedule"]) == (
        "Alder Table", "food", "Mo 09:00-17:00",
    )  # fmt: skip
    assert (second["name"], second["kind"], second["schedule"]) == (
        "Valley House", "withdrawal_management", "Mo 08:00-16:00, Sa 09:00-12:00",
    )  # fmt: skip
    assert result.rejected == 2
    assert (
        "Rows 1, 3 (2 rows) are headings across the table; they are the category of the rows below "
        "them."
    ) in messages(result)


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Monday,Tuesday,Wednesday", "9am-5pm,9am-5pm,Closed", "Mo,Tu 09:00-17:00"),
        ("Mon-Thurs,Fri,Weekends", "8-5,8-12,", "Mo-Th 08:00-17:00, Fr 08:00-12:00"),
        ("Weekdays,Saturday,Sunday", "9-5,10am-2pm,Closed", "Mo-Fr 09:00-17:00, Sa 10:00-14:00"),
        ("Lunes a Viernes,Sábado,Domingo", "9am a 5pm,9am-1pm,Cerrado",
         "Mo-Fr 09:00-17:00, Sa 09:00-13:00"),
        ("M,T,W,T,F,S,S", "9-5,9-5,,9-5,9-5,,", "Mo,Tu,Th,Fr 09:00-17:00"),
        ("Sunday Hours,Monday Hours", "10am-2pm,9am-5pm", "Mo 09:00-17:00, Su 10:00-14:00"),
        ("mon_open,mon_close,fri_open,fri_close", "09:00,17:00,09:00,12:00",
         "Mo 09:00-17:00, Fr 09:00-12:00"),
        ("Mon,Wed,Time", "X,X,7pm", "Mo,We 19:00-20:00"),
        ("Monday,Tuesday", "9am-5pm,ask Bob", "Mo 09:00-17:00"),
        ("Monday,Tuesday", "9am-12pm; 1pm-4pm,10am-noon",
         "Mo 09:00-12:00,13:00-16:00, Tu 10:00-12:00"),
    ],
)  # fmt: skip
def test_columns_that_are_days(header: str, cells: str, expected: str) -> None:
    result = table(f"Name,{header}\nAlder Pantry,{cells}\n")
    assert schedules(result) == [expected]


def test_a_day_that_is_not_read_is_said() -> None:
    result = table("Name,Monday,Tuesday\nAlder Pantry,9am-5pm,ask Bob\n")
    assert (
        "Row 1: `schedule` is 'ask Bob'; Tue is 'ask Bob', which is not read, so that day is "
        "unknown."
    ) in messages(result)
    kept = json.loads(rows_of(result)[0]["original"])
    assert kept == {"Monday": "9am-5pm", "Tuesday": "ask Bob"}


@pytest.mark.parametrize(
    "name", ["Days", "Name", "Open", "Hours", "Sunshine", "Friend", "T", "Month"]
)
def test_other_columns_are_no_days(name: str) -> None:
    assert days_of_name(name) is None


def test_single_letters_are_days_only_as_a_week() -> None:
    names = ["Name", "M", "F"]
    assert day_columns(names, range(3)) == []


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        # One 13:00 or a leading zero makes the column 24-hour.
        (["9:00", "19:00"], ["Su 09:00-10:00", "Su 19:00-20:00"]),
        (["09:00", "7:30"], ["Su 09:00-10:00", "Su 07:30-08:30"]),
        (["9:00", "7:30"], [None, None]),
        (["9:00 AM", "7:30"], ["Su 09:00-10:00", None]),
        (["0.7917", "0.375"], ["Su 19:00-20:00", "Su 09:00-10:00"]),
        (["12:00 AM", "12:00 PM"], ["Su 00:00-01:00", "Su 12:00-13:00"]),
        (["24:00", "10:00"], ["Mo 00:00-01:00", "Su 10:00-11:00"]),
    ],
)
def test_a_column_of_times_is_judged_as_a_column(
    times: list[str], expected: list[str | None]
) -> None:
    lines = "".join(f"Group {at},Sunday,{clock}\n" for at, clock in enumerate(times))
    assert schedules(table(f"Name,Day,Time\n{lines}")) == expected


def test_typed_cells_are_exact() -> None:
    rows = [
        ["Name", "Kind", "Day", "Start Time", "End Time", "Last Verified"],
        ["Sunrise", "meeting", "Sunday", time(9, 0), time(10, 0), datetime(2026, 10, 1)],
        ["Night", "meeting", "Sunday", 0.79166667, 0.8333333, 46296],
    ]
    result = read(workbook(("List", rows)))
    assert schedules(result) == ["Su 09:00-10:00", "Su 19:00-20:00"]
    assert [row["verified_on"] for row in rows_of(result)] == ["2026-10-01", "2026-10-01"]


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [("0.7917", "19:00"), ("0.5", "0.5"), (".375", "09:00"), ("7.5", "7.5"), ("1.7917", "1.7917")],
)
def test_serial_times(cell: str, read_as: str) -> None:
    assert serial_time(cell) == read_as


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [("46296", "2026-10-01"), ("62901", "2072-03-18"), ("36525", "36525"), ("10/1/26", "10/1/26")],
)
def test_serial_dates(cell: str, read_as: str) -> None:
    assert serial_date(cell) == read_as


def test_which_columns_write_24_hours() -> None:
    assert writes_24_hours(["9:00", "13:00"])
    assert writes_24_hours(["09:00"])
    assert not writes_24_hours(["9:00", "12:30"])
    assert not writes_24_hours(["09:00 AM", "1:00 pm"])


def test_a_list_of_homes() -> None:
    result = table(
        "House Name,Gender,House Phone,City/Region,Beds,Vacancies,Date Updated,Children Allowed\n"
        "Elm,M,618-555-0101,Alder,8,2,11/20/2026,No\n"
        "Oak,W,618-555-0102,Marion,6,Full,11/19/2026,Women with children\n"
        "Ash,M/F,618-555-0103,Alder,4,1 bed,11/19/2026,\n"
        "Total,,,,18,3,,\n"
        "Updated by Jane Doe 11/20/2026,,,,,,,\n"
    )
    elm, oak, ash = rows_of(result)
    wanted = ("name", "only_for", "phone", "city", "beds_total", "beds_open", "beds_as_of")
    assert [elm[name] for name in wanted] == [
        "Elm", "men", "618-555-0101", "Alder", "8", "2", "11/20/2026",
    ]  # fmt: skip
    assert (oak["only_for"], oak["beds_open"], oak["children_can_live_here"]) == (
        "women",
        "0",
        "yes",
    )
    assert ("only_for" in ash, ash["beds_open"]) == (False, "1")
    assert (result.rows_read, result.rejected) == (5, 2)
    assert (
        "Rows 4–5 (2 rows) are totals or notes below the table and no assets; delete them from the "
        "table."
    ) in messages(result)


@pytest.mark.parametrize(
    "name",
    ["Total Wellness Center", "Source of Light Church", "Note Street Pantry", "Updated Smiles"],
)
def test_names_that_begin_like_a_footer_stay(name: str) -> None:
    result = table(f"Name,Address,City,Phone\n{name},12 Main St,Alder,618-555-0112\n")
    assert [row["name"] for row in rows_of(result)] == [name]


def test_crossed_out_rows_are_no_longer_there() -> None:
    def look(book: Any) -> None:
        for cell in book.worksheets[0][2]:
            cell.font = Font(strike=True)

    result = read(
        workbook(("List", [["Name", "City"], ["Gone", "Alder"], ["Here", "Alder"]]), look=look)
    )
    assert [row.get("status") for row in rows_of(result)] == ["inactive", None]
    assert any("crossed out" in message for message in messages(result))


@pytest.mark.parametrize(
    ("cell", "address", "point"),
    [
        ('"12 MAIN ST\nCarbondale, IL 62901\n(37.72, -89.2)"', "12 MAIN ST", ("37.72", "-89.2")),
        ("POINT (-89.2 37.72)", None, ("37.72", "-89.2")),
        ('"(37.72, -89.2)"', None, ("37.72", "-89.2")),
        ('"12 Main St, Carbondale, IL 62901"', "12 Main St", (None, None)),
        ("Union Hall", None, (None, None)),
    ],
)
def test_a_column_of_location(
    cell: str, address: str | None, point: tuple[str | None, str | None]
) -> None:
    (row,) = rows_of(table(f"Facility,Location 1\nHope Clinic,{cell}\n"))
    assert row.get("address") == address
    assert (row.get("latitude") or None, row.get("longitude") or None) == point
    if cell == "Union Hall":
        assert json.loads(row["original"]) == {"location": "Union Hall"}


@pytest.mark.parametrize(
    ("hours", "status"),
    [
        ("Temporarily closed", "temporarily_closed"),
        ("Closed until further notice", "temporarily_closed"),
        ("Cerrado temporalmente", "temporarily_closed"),
        ("Permanently closed", "inactive"),
    ],
)
def test_a_status_in_the_column_of_hours(hours: str, status: str) -> None:
    (row,) = rows_of(table(f"Name,Hours\nAlder Pantry,{hours}\n"))
    assert (row.get("status"), row.get("schedule")) == (status, None)


def test_remarks_beside_hours_are_kept_and_zones_are_the_rows() -> None:
    result = table(
        "Name,Hours,About\nA,Sun: 5 PM (Spanish),Coffee\nB,Wed 7pm EST,\n"
        "C,Walk-in hours: Mon 9-11,\n"
    )
    first, second, third = rows_of(result)
    assert (first["schedule"], first["description"]) == (
        "Su 17:00-18:00", "Coffee. Sun: 5 PM (Spanish)",
    )  # fmt: skip
    assert (second["schedule"], second["timezone"]) == ("We 19:00-20:00", "America/New_York")
    assert (third["schedule"], third["walk_in"]) == ("Mo 09:00-11:00", "yes")


def test_the_files_majority_is_the_kind_of_a_place_name() -> None:
    result = table(
        "Name,City\nValley Clinic,A\nNorth Health Clinic,A\nHope Clinic,A\nPortage Park,A\n"
        "Oak Clinic,B\n"
    )
    assert {row["kind"] for row in rows_of(result)} == {"health_clinic"}


def test_addresses_abroad_have_their_own_country_and_zone() -> None:
    line = '"13708 74 Street NW, Edmonton, Alberta T5C 0W1, Canada"'
    (row,) = rows_of(table(f"Name,Address\nNorthside,{line}\n"))
    wanted = ("address", "city", "region", "postal_code", "country", "timezone")
    assert [row[name] for name in wanted] == [
        "13708 74 Street NW", "Edmonton", "AB", "T5C 0W1", "CA", "America/Edmonton",
    ]  # fmt: skip


def test_what_looks_like_hours_and_was_not_read_fails_the_file() -> None:
    lines = "".join(f"Pantry {at},dawn until {at} dusk\n" for at in range(4))
    result = table(f"Name,Hours\n{lines}")
    assert [str(fault) for fault in result.sanity] == [
        "0 of 4 rows have hours, though Hours looks like them; write them like Mon-Fri 9am-5pm, or "
        "name the columns in a recipe."
    ]
    good = table("Name,Hours\n" + "".join(f"Pantry {at},Mon 9am-5pm\n" for at in range(4)))
    assert good.sanity == ()


def test_a_whole_file_without_a_kind_is_asked_for_it_in_one_sentence() -> None:
    lines = "".join(f"Alder {at},Milltown\n" for at in range(5))
    result = table(f"Name,City\n{lines}")
    assert [str(fault) for fault in result.sanity] == [
        "None of 5 rows says what kind of help it is; if all are of one kind, say it for the whole "
        "file: kind under [fill] of a recipe, or a column `kind`."
    ]


def test_a_json_list_is_a_table() -> None:
    rows = [{"Name": "Alder Pantry", "Hours": "Mon 9am-5pm", "City": "Alder"}]
    result = read(Source("list.json", json.dumps(rows).encode()))
    assert (result.reader, schedules(result)) == ("table", ["Mo 09:00-17:00"])
    assets, _ = check(result.frame, Context(), result.problems)
    assert assets["city"].tolist() == ["Alder"]
