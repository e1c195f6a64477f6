"""BMLT's export for NA World Services: its own columns, days by name, times without a colon."""

from __future__ import annotations

import csv
import io
import json

from assetmap.files.source import Source
from assetmap.readers import Read, read

COLUMNS = [
    *("Committee", "CommitteeName", "AddDate", "AreaRegion", "ParentName", "ComemID"),
    *("ContactID", "ContactName", "CompanyName", "ContactAddrID", "ContactAddress1"),
    *("ContactAddress2", "ContactCity", "ContactState", "ContactZip", "ContactCountry"),
    *("ContactPhone", "MeetingID", "Room", "Closed", "WheelChr", "Day", "Time", "Language1"),
    *("Language2", "Language3", "LocationId", "Place", "Address", "City", "LocBorough", "State"),
    *("Zip", "Country", "Directions", "Institutional", "Format1", "Format2", "Format3"),
    *("Format4", "Format5", "Delete", "LastChanged", "Longitude", "Latitude", "ContactGP"),
    *("PhoneMeetingNumber", "VirtualMeetingLink", "VirtualMeetingInfo", "TimeZone", "bmlt_id"),
    "unpublished",
]
GROUP = {
    "Committee": "G00123456", "CommitteeName": "Serenity", "ParentName": "Alder Area",
    "Room": "Fellowship Hall", "Closed": "OPEN", "WheelChr": "TRUE", "Day": "Monday",
    "Time": "1900", "Language1": "Spanish", "Place": "First Church", "Address": "12 Main St",
    "City": "Carbondale", "State": "IL", "Zip": "62901", "Country": "USA",
    "Directions": "Enter in rear", "Format1": "BEG", "Format2": "XYZ", "Latitude": "37.72",
    "Longitude": "-89.21", "TimeZone": "America/Chicago", "bmlt_id": "42",
    "ContactName": "Sam", "ContactPhone": "618-555-0155",
}  # fmt: skip


def export(*rows: dict[str, str]) -> Read:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return read(Source("NAWSExport.csv", out.getvalue().encode()), key="x")


def test_a_group_is_read_whole() -> None:
    result = export(GROUP)
    assert result.reader == "bmlt"
    row = result.frame.iloc[0].dropna().to_dict()
    wanted = {
        "id": "x:42", "name": "Serenity", "organization": "Alder Area", "kind": "meeting",
        "schedule": "Mo 19:00-20:00", "languages": "es", "wheelchair": "yes",
        "open_to_public": "yes", "newcomers_welcome": "yes", "address": "12 Main St",
        "postal_code": "62901", "timezone": "America/Chicago", "format": "in_person",
        "description": "First Church. Fellowship Hall. Enter in rear",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert json.loads(row["original"])["formats"] == ["BEG", "XYZ", "OPEN", "WCHR"]
    messages = " ".join(str(problem.message) for problem in result.problems)
    assert "'XYZ'" in messages and "ContactName (1), ContactPhone (1)" in messages
    assert "Sam" not in str(row) + messages


def test_deleted_and_unpublished_groups_are_named_and_not_listed() -> None:
    result = export(GROUP, {**GROUP, "Delete": "D"}, {**GROUP, "bmlt_id": "43", "unpublished": "1"})
    assert (result.rows_read, result.rejected) == (3, 2)
    assert [p.message for p in result.problems if p.severity == "rejected"] == [
        "Row 2: its server marks it as deleted ('Serenity').",
        "Row 3: its server does not publish it ('Serenity').",
    ]


def test_times_and_ways_to_attend() -> None:
    online = {
        "Format1": "VM", "PhoneMeetingNumber": "+16465550100,,1#", "Address": "", "Time": "830",
        "VirtualMeetingLink": "https://zoom.us/j/1234567890", "Closed": "CLOSED",
        "VirtualMeetingInfo": "Passcode 1953", "Day": "Saturday",
    }  # fmt: skip
    row = export({**GROUP, **online}).frame.iloc[0]
    assert (row["format"], row["schedule"]) == ("online|phone", "Sa 08:30-09:30")
    assert (row["open_to_public"], row["conference_url_notes"]) == ("no", "Passcode 1953")


def test_no_column_is_lost() -> None:
    row = {**{name: f"zz{position}qq" for position, name in enumerate(COLUMNS)}, **GROUP}
    row |= {"unpublished": "", "Language2": "zzlanguageqq", "Institutional": "FALSE", "Delete": ""}
    result = export(row)
    told = " ".join(str(cell) for cell in result.frame.iloc[0].dropna())
    told += " ".join(str(problem.message) for problem in result.problems)
    gone = [name for name, value in row.items() if value.startswith("zz") and value not in told]
    assert all(name.startswith("Contact") for name in gone), gone
    assert all(f"{name} (1)" in told for name in gone)
