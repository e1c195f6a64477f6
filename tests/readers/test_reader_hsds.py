"""HSDS: services at places, schedules, packages of two versions with broken keys."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from assetmap.files.source import Package, Source
from assetmap.readers import Read, read
from assetmap.readers.hsds.schedules import read_schedules

SERVICE = {"id": "s1", "name": "Tuesday Table", "status": "active"}
PLACE = {
    "id": "l1",
    "location_type": "physical",
    "name": "Alder Hall",
    "latitude": 37.9,
    "longitude": -89.0,
    "addresses": [
        {"address_1": "PO Box 1", "city": "Alder", "address_type": "postal"},
        {
            "address_1": "12 Example St",
            "city": "Milltown",
            "state_province": "IL",
            "postal_code": "62999",
            "country": "US",
            "address_type": "physical",
        },
    ],
}


def hsds(value: Any) -> Read:
    return read(Source("h.json", json.dumps(value).encode()), key="x")


def one(**changes: Any) -> dict[str, Any]:
    return hsds({**SERVICE, **changes}).frame.iloc[0].dropna().to_dict()


def test_one_row_per_place_of_a_service_and_one_without_a_place() -> None:
    at = [{"id": "a1", "location": PLACE}, {"id": "a2", "location": {**PLACE, "id": "l2"}}]
    result = hsds([{**SERVICE, "service_at_locations": at}, {**SERVICE, "id": "s2"}])
    assert result.frame["id"].tolist() == ["x:a1", "x:a2", "x:s2"]
    assert result.rows_read == 3
    first = result.frame.iloc[0].dropna().to_dict()
    parts = ("address", "city", "region", "postal_code", "latitude", "longitude")
    assert [first[part] for part in parts] == [
        "12 Example St", "Milltown", "IL", "62999", "37.9", "-89",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        SERVICE,
        [SERVICE],
        {"total_items": 1, "total_pages": 1, "contents": [SERVICE]},
        [{"id": "o1", "name": "Org", "services": [SERVICE]}],
        {"id": "a9", "service": SERVICE, "location": PLACE},
    ],
)
def test_object_list_page_organization_and_service_at_location(value: Any) -> None:
    result = hsds(value)
    assert (result.reader, result.rows_read) == ("hsds", 1)
    assert result.frame["name"].tolist() == ["Tuesday Table"]


def test_what_has_no_service_is_rejected_one_by_one() -> None:
    result = hsds([PLACE, {"id": "o1", "name": "Org", "services": []}, SERVICE, 7])
    assert (result.rows_read, len(result.frame)) == (4, 1)
    assert [p.message for p in result.problems if p.severity == "rejected"] == [
        "Row 1: it is a location without a service ('Alder Hall').",
        "Row 2: the organization names no service ('Org').",
        "Row 4: it is not an object, so it is left out.",
    ]


def test_only_assured_date_means_verified_and_contacts_are_not_read() -> None:
    row = one(
        last_modified="2026-03-15T10:30:45.123Z",
        assured_date="2026-01-02",
        assurer_email="jane@example.com",
        contacts=[{"name": "Jane Doe", "phones": [{"number": "618-555-0199"}]}],
        phones=[{"number": '"(618) 555-0100"', "type": "fax"}, {"number": "(618) 555-0112"}],
    )
    assert (row["verified_on"], row["published_at"]) == ("2026-01-02", "2026-03-15T10:30:45.123Z")
    assert row["phone"] == "(618) 555-0112"
    assert "Jane" not in repr(row) and "jane" not in repr(row) and "0199" not in repr(row)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("defunct", "inactive"), ("temporarily closed", "temporarily_closed"), ("odd", None)],
)
def test_status(status: str, expected: str | None) -> None:
    assert one(status=status).get("status") == expected


def test_terms_give_the_kind_by_code_or_by_name() -> None:
    def attribute(**term: str) -> list[dict[str, Any]]:
        return [{"id": "t", "taxonomy_term": term}]

    assert one(attributes=attribute(code="106-01-06", name="?"))["kind"] == "recovery_home"
    assert one(attributes=attribute(code="", name="Food Pantry"))["kind"] == "food"
    guessed = one(name="First Methodist Church")
    assert guessed["kind"] == "faith_organization"


DAY = {"freq": "WEEKLY", "byday": "MO"}
ROW = {"opens_at": "13:00", "closes_at": "14:30"}


@pytest.mark.parametrize(
    ("rows", "schedule", "recurrence"),
    [
        ([{**ROW, "freq": "WEEKLY", "byday": "MO,TU"}], "Mo,Tu 13:00-14:30", ""),
        ([{**ROW, "freq": "WEEKLY", "byday": "SU"}], "Su 13:00-14:30", ""),
        ([{**ROW, "freq": "WEEKLY", "dtstart": "2026-11-22"}], "Su 13:00-14:30", ""),
        (
            [{**ROW, "freq": "MONTHLY", "byday": "1SA,-1SU"}],
            "Sa[1] 13:00-14:30, Su[-1] 13:00-14:30",
            "",
        ),
        ([{**ROW, "freq": "MONTHLY", "byday": "SA"}], "Sa 13:00-14:30", ""),
        ([{**DAY, "byday": "FR", "opens_at": "22:00", "closes_at": "01:00"}], "Fr 22:00-01:00", ""),
        (
            [{**DAY, **ROW}, {**DAY, "opens_at": "09:00:00", "closes_at": "11:00:00"}],
            "Mo 09:00-11:00,13:00-14:30",
            "",
        ),
        (
            [{**ROW, "freq": "WEEKLY", "interval": 2, "byday": "TU", "dtstart": "2026-11-24"}],
            "",
            "DTSTART:20261124T130000 RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU DURATION:PT90M",
        ),
        (
            [{**ROW, "freq": "MONTHLY", "bymonthday": "15", "dtstart": "2026-11-15", "count": 3}],
            "",
            "DTSTART:20261115T130000 RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=15 DURATION:PT90M",
        ),
        ([{"original_text": "Mon-Fri 9am-5pm"}], "Mo-Fr 09:00-17:00", ""),
    ],
)  # fmt: skip
def test_schedules(rows: list[dict[str, Any]], schedule: str, recurrence: str) -> None:
    said = read_schedules(rows)
    written = ", ".join(sorted(said.schedule.split(", ")))
    assert (written, said.recurrence) == (", ".join(sorted(schedule.split(", "))), recurrence)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"freq": "WEEKLY", "byday": "XX", **ROW},
        {"freq": "WEEKLY", "byday": "MO"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "late", "closes_at": "14:00"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "13:00Z", "closes_at": "14:00Z"},
        {"freq": "SECONDLY", "byday": "MO", **ROW},
        {"freq": "WEEKLY", "interval": 2, "byday": "MO", **ROW},
        {**DAY, **ROW, "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
    ],
)  # fmt: skip
def test_schedules_that_are_not_sure_are_unknown_and_said(row: dict[str, Any]) -> None:
    said = read_schedules([row])
    assert (said.schedule, said.recurrence) == ("", "")
    assert [severity for severity, _, _ in said.notes] == ["kept"]


ADDRESSES = "id,location_id,address_1,city,state_province,country\nd1,l1,12 Elm,Alder,IL,US\n"
TABLES_3 = {
    "organizations.csv": "id,name\no1,Alder Org\n",
    "services.csv": "id,organization_id,name,status\ns1,o1,Table,active\ns2,o9,Closet,active\n",
    "locations.csv": "id,location_type,latitude,longitude\nl1,physical,37.9,-89.0\n",
    "service_at_location.csv": "id,service_id,location_id\na1,s1,l1\na2,s7,l1\n",
    "addresses.csv": ADDRESSES,
    "phones.csv": "id,service_id,contact_id,number\np0,s1,c1,618-555-0199\np1,s1,,618-555-0112\n",
    "schedules.csv": "id,service_id,freq,byday,opens_at,closes_at\nh1,s1,WEEKLY,SU,13:00,14:00\n",
    "attributes.csv": "id,link_id,taxonomy_term_id\nt1,s1,x1\n",
    "taxonomy_terms.csv": "id,code,name\nx1,102-04,Food Pantry\n",
}  # fmt: skip
TABLES_2 = {
    "organization.csv": "id,name\no1,Alder Org\n",
    "service.csv": "id,organization_id,name,status\ns1,o1,Table,active\n",
    "location.csv": "id,name,latitude,longitude\nl1,Hall,37.9,-89.0\n",
    "service_at_location.csv": "id,service_id,location_id\na1,s1,l1\n",
    "physical_address.csv": ADDRESSES,
    "phone.csv": "id,service_id,number\np1,s1,618-555-0112\n",
    "regular_schedule.csv": "id,service_id,original_text\nh1,s1,Sunday 1pm-2pm\n",
    "service_taxonomy.csv": "id,service_id,taxonomy_id\nt1,s1,x1\n",
    "taxonomy.csv": "id,name\nx1,Food Pantry\n",
}  # fmt: skip


def files(tables: dict[str, str], folder: str = "") -> dict[str, bytes]:
    return {f"{folder}{name}": text.encode() for name, text in tables.items()}


def zipped(tables: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files(tables, "export/").items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("tables", [TABLES_2, TABLES_3], ids=["2.x", "3.0"])
@pytest.mark.parametrize("way", ["folder", "zip"])
def test_packages_of_both_versions_say_the_same(tables: dict[str, str], way: str) -> None:
    source = Package("p", files(tables)) if way == "folder" else Source("p.zip", zipped(tables))
    result = read(source, key="x")
    row = result.frame.iloc[0].dropna().to_dict()
    wanted = {
        "id": "x:a1",
        "name": "Table",
        "organization": "Alder Org",
        "kind": "food",
        "address": "12 Elm",
        "city": "Alder",
        "phone": "618-555-0112",
        "schedule": "Su 13:00-14:00",
        "latitude": "37.9",
    }
    assert {name: row[name] for name in wanted} == wanted


def test_keys_that_point_nowhere_are_said_and_nothing_is_lost() -> None:
    result = read(Package("p", files(TABLES_3)), key="x")
    assert result.frame["name"].tolist() == ["Table", "Closet"]
    assert (result.rows_read, result.rejected) == (3, 1)
    assert [p.message for p in result.problems if p.severity in ("rejected", "kept")] == [
        "Row 3: its service ('s7') is not in the package; add it to services.csv.",
        "1 row of services points by `organization_id` to what is not in organizations ('o9'); "
        "add it there, or leave the cell empty.",
        "1 row of service_at_locations points by `service_id` to what is not in services ('s7'); "
        "add it there, or leave the cell empty.",
    ]


@pytest.mark.parametrize("name", sorted(set(TABLES_3) - {"services.csv", "organizations.csv"}))
def test_a_package_may_lack_any_table(name: str) -> None:
    tables = {key: text for key, text in TABLES_3.items() if key != name}
    result = read(Package("p", files(tables)), key="x")
    assert result.rows_read == len(result.frame) + result.rejected
    assert "Table" in result.frame["name"].tolist()


OHANA = {
    "organizations.csv": "id,name,website\n1,Alder County,http://alder.example.org\n",
    "locations.csv": (
        "id,organization_id,name,latitude,longitude,accessibility,transportation\n"
        '10,1,Main Office,37.9,-89.0,"ramp, wheelchair",Bus 7\n11,1,Annex,,,,\n12,1,Idle,,,,\n'
    ),
    "addresses.csv": (
        "id,location_id,address_1,address_2,city,state_province,postal_code,country\n"
        "1,10,12 Main St,Suite 2,Milltown,IL,62999,US\n2,11,14 Oak St,,Marion,IL,62959,US\n"
    ),
    "services.csv": (
        "id,location_id,name,website,languages,taxonomy_ids,service_areas,contact_name\n"
        '100,10,Pantry,http://food.example.org,"English, Spanish",102-04,Alder County,Jane\n'
        "101,11,Detox,,,,,\n"
    ),
    "phones.csv": (
        "id,location_id,number,number_type\n1,10,618-555-0199,fax\n2,10,618-555-0112,voice\n"
    ),
    "regular_schedules.csv": (
        "id,service_id,location_id,weekday,opens_at,closes_at,original_text\n"
        '1,100,,6,08:00,19:00,"Mon-Fri 8am-7pm, Sat 10am-2pm"\n2,,11,1,09:00,17:00,\n'
    ),
    "accessibility_for_disabilities.csv": (
        "id,location_id,accessibility,details\n1,11,Handicap accessible,\n"
    ),
}  # fmt: skip


def test_an_ohana_package_keeps_its_places() -> None:
    result = read(Package("p", files(OHANA)), key="x")
    rows = [row.dropna().to_dict() for _, row in result.frame.iterrows()]
    first = {
        "id": "x:100", "name": "Pantry", "organization": "Alder County", "kind": "food",
        "url": "http://food.example.org", "address": "12 Main St, Suite 2", "city": "Milltown",
        "region": "IL", "postal_code": "62999", "latitude": "37.9", "languages": "en|es",
        "phone": "618-555-0112", "schedule": "Mo-Fr 08:00-19:00, Sa 10:00-14:00",
        "serves_area": "Alder County", "wheelchair": "yes",
    }  # fmt: skip
    assert {name: rows[0].get(name) for name in first} == first
    second = {
        "id": "x:101", "organization": "Alder County", "url": "http://alder.example.org",
        "kind": "withdrawal_management", "address": "14 Oak St", "city": "Marion",
        "schedule": "Mo 09:00-17:00", "wheelchair": "yes",
    }  # fmt: skip
    assert {name: rows[1].get(name) for name in second} == second
    messages = [str(p.message) for p in result.problems]
    assert (
        "Row 1: `schedule` is 'Mon-Fri 8am-7pm, Sat 10am-2pm'; its rows say Sa 08:00-19:00 and its "
        "text says Mo-Fr 08:00-19:00, Sa 10:00-14:00; the text is taken."
    ) in messages
    assert "1 location has no service ('Idle'), so it is not listed." in messages
    assert "Columns about a person are not read: contact_name (1)." in messages
    assert json.loads(rows[0]["original"])["location.transportation"] == "Bus 7"
    assert "Jane" not in repr(rows) and result.sanity == ()


def test_tables_whose_rows_belong_to_nothing_are_said_first() -> None:
    tables = {**OHANA, "addresses.csv": OHANA["addresses.csv"].replace("location_id", "loc")}
    result = read(Package("p", files(tables)), key="x")
    assert [str(fault) for fault in result.sanity] == [
        "2 of 2 rows of addresses belong to nothing; look at its column location_id."
    ]
    tables = {**OHANA, "services.csv": OHANA["services.csv"].replace("location_id", "place")}
    result = read(Package("p", files(tables)), key="x")
    assert str(result.sanity[0]) == (
        "3 of 3 rows of locations belong to nothing; look at its column location_id."
    )


@pytest.mark.parametrize(
    ("rows", "expected", "severities"),
    [
        ([{**DAY, **ROW, "original_text": "Monday 1pm-2:30pm"}], "Mo 13:00-14:30", []),
        ([{**DAY, **ROW, "original_text": "Mon 9am-5pm"}], "Mo 09:00-17:00", ["guessed"]),
        ([{**DAY, **ROW, "original_text": "Tue to Thu, ask Bob"}], "", ["kept"]),
        ([{"weekday": "7", "opens_at": "9:00", "closes_at": "17:00"}], "Su 09:00-17:00", []),
        ([{"weekday": "1", "opens_at": "9:00", "closes_at": "5:00"}], "", ["kept"]),
    ],
)
def test_rows_and_text_are_compared(
    rows: list[dict[str, Any]], expected: str, severities: list[str]
) -> None:
    said = read_schedules(rows)
    assert said.schedule == expected
    assert [severity for severity, _, _ in said.notes] == severities
