"""No value is lost: each ends in a field, in `original`, or in a problem; what is of a person is
counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assetmap.files.source import Package, Source
from assetmap.readers import Read, read

PERSONAL = "contacts about"


def told(found: Read) -> str:
    """Everything that a read says: fields, `original` and problems."""
    cells = " ".join(str(cell) for _, row in found.frame.iterrows() for cell in row.dropna())
    problems = " ".join(f"{p.field} {p.value} {p.message}" for p in found.problems)
    return f"{cells} {problems} {' '.join(map(str, found.sanity))}".lower()


def marks(keys: str, known: dict[str, Any]) -> dict[str, Any]:
    """A row with every key: a value that means something, else a mark of its own."""
    return {key: known.get(key, f"zz{position}qq") for position, key in enumerate(keys.split())}


def lost(found: Read, row: dict[str, Any], personal: set[str]) -> list[str]:
    text = told(found)
    gone = []
    for key, value in row.items():
        if key in personal:
            assert str(value).lower() not in text.replace(key.lower(), ""), key
            assert key.lower() in text, f"{key} is not counted"
        elif isinstance(value, str) and value.startswith("zz") and value not in text:
            gone.append(key)
    return gone


MEETING = marks(
    "name slug day time end_time timezone formatted_address address city state postal_code country "
    "region sub_region regions conference_url conference_url_notes conference_phone "
    "conference_phone_notes types latitude longitude coordinates approximate updated url website "
    "notes location location_notes group group_notes id time_formatted attendance_option "
    "feedback_url feedback_emails image logo edit_url location_url conference_provider entity "
    "entity_phone entity_url people group_email group_phone email phone district sub_district "
    "contact_1_name contact_1_email contact_1_phone venmo paypal square mailing_address "
    "location_id region_id program last_contact website_2",
    {
        "day": 1, "time": "19:00", "end_time": "20:00", "timezone": "America/Chicago",
        "conference_url": "https://zz.example.org/j/1", "conference_phone": "+16465550100,,1#",
        "types": ["O", "zzcodeqq"], "latitude": "37.9", "longitude": "-89.0", "regions": ["zzrqq"],
        "approximate": "no", "updated": "2026-01-01 10:00:00", "url": "https://zz.example.org",
        "formatted_address": "12 Elm St, Milltown, IL 62999, USA", "country": "USA",
        "attendance_option": "hybrid", "program": "aa", "entity": "zzentityqq",
    },
)  # fmt: skip
PEOPLE = {
    "contact_1_name", "contact_1_email", "contact_1_phone", "venmo", "paypal", "square",
    "group_email", "group_phone", "email", "phone", "feedback_emails", "last_contact",
}  # fmt: skip


def test_meeting_guide_loses_no_key() -> None:
    result = read(Source("f.json", json.dumps([MEETING]).encode()), key="x", program="aa")
    assert result.reader == "meeting_guide"
    assert lost(result, MEETING, PEOPLE) == []


def test_the_plugins_csv_loses_no_column() -> None:
    names = [
        "Time", "End Time", "Day", "Name", "Location", "Address", "Region", "Sub Region", "Types",
        "Notes", "Location Notes", "Timezone", "Group", "District", "Sub District", "Website",
        "Website 2", "Mailing Address", "Venmo", "Email", "Phone", "Group Notes", "Contact 1 Name",
        "Contact 1 Email", "Last Contact", "Conference URL", "Conference URL Notes",
        "Conference Phone", "Conference Phone Notes", "Slug", "Updated", "Ward",
    ]  # fmt: skip
    known = {
        "Time": "7:00 PM", "End Time": "8:00 PM", "Day": "Monday", "Types": "Open; Spanish",
        "Timezone": "America/Chicago", "Address": "12 Elm St, Milltown, IL 62999, USA",
        "Conference URL": "https://zz.example.org/j/1", "Conference Phone": "+16465550100,,1#",
        "Website": "https://zz.example.org", "Updated": "2026-01-01 10:00:00",
    }  # fmt: skip
    row = {name: known.get(name, f"zz{at}qq") for at, name in enumerate(names)}
    text = ",".join(names) + "\n" + ",".join(f'"{row[name]}"' for name in names) + "\n"
    result = read(Source("list.csv", text.encode()), key="x", program="aa")
    assert result.reader == "meeting_guide"
    people = {"Venmo", "Email", "Phone", "Contact 1 Name", "Contact 1 Email", "Last Contact"}
    text = told(result)
    gone = [name for name in names if row[name].startswith("zz") and row[name] not in text]
    assert set(gone) == people


def test_bmlt_loses_no_key() -> None:
    row = marks(
        "id_bigint worldid_mixed shared_group_id_bigint service_body_bigint service_body_name "
        "weekday_tinyint venue_type start_time duration_time time_zone formats "
        "format_shared_id_list lang_enum longitude latitude published root_server_uri "
        "meeting_name location_text location_info location_street location_city_subsection "
        "location_neighborhood location_municipality location_sub_province location_province "
        "location_postal_code_1 location_nation comments train_lines bus_lines "
        "virtual_meeting_link phone_meeting_number virtual_meeting_additional_info "
        "distance_in_km contact_name_1 contact_phone_1 contact_email_1 email_contact",
        {
            "weekday_tinyint": "2", "venue_type": "3", "start_time": "19:00:00",
            "duration_time": "01:00:00", "time_zone": "America/Chicago", "formats": "O,zzfqq",
            "format_shared_id_list": "", "published": "1", "latitude": "37.9",
            "longitude": "-89.0", "location_nation": "USA", "location_province": "IL",
            "virtual_meeting_link": "https://zz.example.org/j/1",
            "phone_meeting_number": "+16465550100,,1#", "location_postal_code_1": "62999",
        },
    )  # fmt: skip
    result = read(Source("b.json", json.dumps([row]).encode()), key="x")
    people = {"contact_name_1", "contact_phone_1", "contact_email_1", "email_contact"}
    assert lost(result, row, people) == []
    assert "zzfqq" in told(result)


def test_findtreatment_loses_no_key() -> None:
    row = marks(
        "name1 name2 street1 street2 city state zip zip4 county phone intake1 intake2 intake1a "
        "hotline1 website latitude longitude typeFacility services frid _irow miles",
        {
            "state": "IL", "zip": "62999", "phone": "618-555-0112", "intake1": "618-555-0113",
            "intake2": "618-555-0114", "website": "https://zz.example.org", "latitude": "37.9",
            "longitude": "-89.0", "typeFacility": "SA", "_irow": "7", "miles": "3.2",
            "services": [{"f1": "Type of Care", "f2": "TC", "f3": "zzserviceqq"}],
        },
    )  # fmt: skip
    result = read(Source("t.json", json.dumps({"rows": [row]}).encode()), key="x")
    assert result.reader == "findtreatment"
    assert lost(result, row, set()) == []
    text = told(result)
    assert "618-555-0113" in text and "618-555-0114" in text and "zzserviceqq" in text


def test_hsds_loses_no_key() -> None:
    service = marks(
        "id name alternate_name description url email status interpretation_services "
        "application_process fees_description accreditations licenses alert minimum_age "
        "maximum_age eligibility_description assured_date assurer_email last_modified wait_time",
        {
            "url": "https://zz.example.org", "status": "active", "minimum_age": 18,
            "maximum_age": 60, "email": "hello@example.org", "assured_date": "2026-01-01",
            "last_modified": "2026-01-02",
        },
    )  # fmt: skip
    service["phones"] = [
        {"number": "618-555-0112", "type": "voice"},
        {"number": "618-555-0199", "type": "voice", "description": "zznightqq"},
    ]
    service["schedules"] = [
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00",
         "notes": "zznotesqq"},
    ]  # fmt: skip
    service["cost_options"] = [{"option": "zzoptionqq", "amount_description": "zzamountqq"}]
    service["funding"] = [{"source": "zzfundingqq"}]
    service["organization"] = marks(
        "id name description website tax_status legal_status email",
        {"website": "https://org.example.org", "email": "zzorg@example.org"},
    )
    location = marks(
        "id name alternate_name description transportation location_type latitude longitude",
        {"location_type": "physical", "latitude": 37.9, "longitude": -89.0},
    )
    location["addresses"] = [
        {"address_1": "zzstreetqq", "attention": "zzattentionqq", "city": "Milltown",
         "state_province": "IL", "postal_code": "62999", "country": "US",
         "address_type": "physical"},
        {"address_1": "zzboxqq", "address_type": "postal"},
    ]  # fmt: skip
    location["accessibility"] = [{"description": "zzaccessqq", "details": "zzdetailsqq"}]
    service["service_at_locations"] = [{"id": "a1", "description": "zzatqq", "location": location}]
    result = read(Source("h.json", json.dumps([service]).encode()), key="x")
    assert result.reader == "hsds"
    text = told(result)
    inside = json.dumps(service)
    wanted = {word for word in inside.replace('"', " ").split() if word.startswith("zz")}
    assurer = service["assurer_email"]
    ids = {service["id"], service["organization"]["id"], location["id"]}
    gone = {word for word in wanted if word.lower() not in text} - {assurer} - ids
    assert gone == set()
    assert "assurer_email (1)" in text and assurer not in text


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_table_loses_no_column(suffix: str) -> None:
    names = [
        "Name", "Agency", "Service Type", "Category", "Notes", "Address", "City", "Zip", "Hours",
        "Monday", "Phone", "Phone 2", "Website", "Languages", "Cost", "Gender", "Vacancies",
        "As Of", "Location", "Program", "Ward", "Contact Name", "Status", "Day", "Time",
    ]  # fmt: skip
    row = {name: f"zz{at}qq" for at, name in enumerate(names)}
    if suffix == "csv":
        data = f"{','.join(names)}\n{','.join(row.values())}\n".encode()
    else:
        data = json.dumps([row]).encode()
    result = read(Source(f"list.{suffix}", data), key="x")
    from assetmap.assets import Context, check

    assets, problems = check(result.frame, Context(), result.problems)
    text = told(result._replace(frame=assets.drop(columns="geometry"), problems=problems))
    gone = [name for name, value in row.items() if value not in text]
    assert gone == ["Contact Name"]
    assert "columns about a person are not read: contact name" in text


def test_a_packages_tables_lose_no_column() -> None:
    tables = {
        "organizations.csv": "id,name,website,tax_status\n1,Org,https://o.example.org,zz1qq\n",
        "locations.csv": (
            "id,organization_id,name,transportation,admin_emails\n10,1,zz2qq,zz3qq,zz4qq\n"
        ),
        "addresses.csv": "id,location_id,address_1,city,region\n1,10,12 Elm St,Milltown,zz5qq\n",
        "services.csv": (
            "id,location_id,name,audience,eligibility,fees,funding_sources,keywords,wait_time,"
            "how_to_apply\n100,10,Pantry,zz6qq,zz7qq,zz8qq,zz9qq,zz10qq,zz11qq,zz12qq\n"
        ),
        "holiday_schedules.csv": "id,location_id,closed,start_date\n1,10,true,zz13qq\n",
        "contacts.csv": "id,location_id,name\n1,10,zz14qq\n",
    }  # fmt: skip
    result = read(Package("p", {name: text.encode() for name, text in tables.items()}), key="x")
    text = told(result)
    gone = [number for number in range(1, 15) if f"zz{number}qq" not in text]
    assert gone == [4, 14]
    assert "admin_emails (1)" in text and "contacts (1)" in text


def test_geojson_loses_no_property() -> None:
    properties: dict[str, Any] = marks(
        "name address city phone description Ward kind opening_hours amenity",
        {"kind": "food", "phone": "618-555-0112", "opening_hours": "Mo-Fr 09:00-17:00"},
    )
    properties["nested"] = {"deep": "zznestedqq", "list": ["zzlistqq"]}
    properties["count"] = 31415
    feature = {
        "type": "Feature",
        "id": "zzidqq",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [-89.05, 37.9]},
    }
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    result = read(Source("g.geojson", data), key="x")
    assert result.reader == "geojson"
    assert lost(result, properties, set()) == []
    text = told(result)
    for value in ("zzidqq", "zznestedqq", "zzlistqq", "31415", "37.9", "-89.05"):
        assert value in text
