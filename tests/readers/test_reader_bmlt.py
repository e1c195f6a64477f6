"""BMLT: every value a string, formats joined by id and known by name or world id."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assetmap.files.source import Source
from assetmap.readers import Read, read

MEETING = {
    "id_bigint": "2",
    "weekday_tinyint": "1",
    "venue_type": "1",
    "start_time": "13:00:00",
    "duration_time": "01:30:00",
    "formats": "Q,Z",
    "format_shared_id_list": "17,33",
    "meeting_name": "Nothing Macho",
    "location_text": "Alder Hall",
    "location_street": "12 Example St",
    "location_municipality": "Milltown",
    "location_province": "IL",
    "location_postal_code_1": "62999",
    "latitude": "37.9",
    "longitude": "-89.0",
    "published": "1",
    "contact_name_1": "Jane Doe",
    "contact_phone_1": "618-555-0199",
    "email_contact": "jane@example.com",
}
# Another server's letters: Q is open, Z a wheelchair gets in.
FORMATS = [
    {"key_string": "Q", "name_string": "Abierta", "id": "17", "world_id": "OPEN"},
    {"key_string": "Z", "name_string": "Wheelchair", "id": "33", "world_id": "FC2"},
    {"key_string": "V", "name_string": "Virtuelle", "id": "54", "world_id": "VM"},
    {"key_string": "X", "name_string": "Closed for now", "id": "55", "world_id": "TC"},
    {"key_string": "N", "name_string": "No Children", "id": "16", "world_id": ""},
    {"key_string": "?", "name_string": "Something new", "id": "99", "world_id": ""},
]


def feed(*meetings: dict[str, Any], formats: Any = FORMATS) -> Read:
    data = {"meetings": [{**MEETING, **change} for change in meetings], "formats": formats}
    return read(Source("nya.json", json.dumps(data).encode()), key="x")


def one(**changes: str) -> dict[str, Any]:
    return feed(changes).frame.iloc[0].dropna().to_dict()


def test_a_whole_row() -> None:
    row = one()
    original = json.loads(row.pop("original"))
    assert row == {
        "row": 1,
        "id": "x:2",
        "source": "x",
        "source_id": "2",
        "name": "Nothing Macho",
        "kind": "meeting",
        "program": "na",
        "open_to_public": "yes",
        "wheelchair": "yes",
        "format": "in_person",
        "schedule": "Su 13:00-14:30",
        "time_kind": "sessions",
        "address": "12 Example St",
        "city": "Milltown",
        "region": "IL",
        "postal_code": "62999",
        "country": "US",
        "latitude": "37.9",
        "longitude": "-89.0",
        "description": "Alder Hall",
    }
    assert original == {"location": "Alder Hall", "formats": ["Q", "Z"]}


@pytest.mark.parametrize(("number", "day"), [("1", "Su"), ("2", "Mo"), ("7", "Sa")])
def test_weekdays_begin_with_sunday_as_one(number: str, day: str) -> None:
    assert one(weekday_tinyint=number)["schedule"] == f"{day} 13:00-14:30"


@pytest.mark.parametrize(
    ("venue", "formats", "expected"),
    [
        ("1", "", "in_person"),
        ("2", "", "online"),
        ("3", "", "in_person|online"),
        ("", "54", "online"),
        ("1", "55", None),
        ("1", "54,55", "online"),
    ],
)
def test_venue_types(venue: str, formats: str, expected: str | None) -> None:
    row = one(venue_type=venue, format_shared_id_list=formats, formats="")
    assert row.get("format") == expected
    assert (row.get("status") == "temporarily_closed") is (expected is None)


def test_a_meeting_that_is_not_published_is_rejected() -> None:
    result = feed({}, {"id_bigint": "3", "published": "0"})
    assert (result.rows_read, len(result.frame), result.rejected) == (2, 1, 1)
    assert [p.message for p in result.problems if p.severity == "rejected"] == [
        "Row 2: its server does not publish it ('Nothing Macho')."
    ]


def test_unknown_formats_are_said_once_and_kept() -> None:
    result = feed(
        {"format_shared_id_list": "99"}, {"id_bigint": "3", "format_shared_id_list": "99"}
    )
    assert [p.message for p in result.problems] == [
        "Row 1: `formats` is '?' in 2 rows; there is no such format; it is kept aside.",
        "Columns about a person are not read: contact_name_1 (2), contact_phone_1 (2), "
        "email_contact (2).",
    ]
    assert json.loads(result.frame["original"][1])["formats"] == ["?"]


def test_no_children_is_a_no() -> None:
    assert one(format_shared_id_list="16")["children_welcome"] == "no"


def test_without_a_list_of_formats_the_usual_letters_are_a_guess() -> None:
    bare = [{**MEETING, "formats": "O,WC", "format_shared_id_list": ""}]
    result = read(Source("b.json", json.dumps(bare).encode()), key="x")
    assert result.reader == "bmlt"
    assert result.frame["wheelchair"].tolist() == ["yes"]
    assert [p.severity for p in result.problems if p.field == "formats"] == ["guessed"]


def test_nothing_of_a_person_is_imported() -> None:
    shown = repr(one())
    assert "Jane" not in shown and "0199" not in shown and "jane" not in shown


@pytest.mark.parametrize("change", [{"weekday_tinyint": "9"}, {"start_time": "late"}])
def test_nonsense_times_are_unknown(change: dict[str, str]) -> None:
    result = feed(change)
    assert "schedule" not in result.frame
    assert [p.severity for p in result.problems if p.row] == ["kept"]
    if "weekday_tinyint" in change:  # the time that was not used is not lost
        assert json.loads(result.frame["original"][0])["start_time"] == MEETING["start_time"]
