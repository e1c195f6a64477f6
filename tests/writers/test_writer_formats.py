"""Each writer's own rules: what it must hold, what it must not, and what it leaves out."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import jsonschema
import openpyxl
import pandas as pd
import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from icalendar import Calendar
from made_assets import CONTEXT, NASTY, NOW, differences, made_assets, read_back

from assetmap import schedule, vocabulary, words
from assetmap.assets import check
from assetmap.fields import FIELDS
from assetmap.files.source import Source
from assetmap.readers import read
from assetmap.writers import WRITERS, write
from assetmap.writers.table import guard

SLOW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def assets(*rows: dict[str, str]) -> gpd.GeoDataFrame:
    result = [
        {"row": at, "source": "demo", "source_id": f"a{at}", "name": "Alder", "kind": "meeting"}
        for at in range(1, len(rows) + 1)
    ]
    return check(pd.DataFrame([{**a, **b} for a, b in zip(result, rows, strict=True)]), CONTEXT)[0]


STREET = {"address": "12 Example St", "city": "Milltown", "region": "IL", "postal_code": "62999"}
WEEKLY = {**STREET, "schedule": "Su 13:00-14:30", "program": "aa", "format": "in_person"}


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("@cmd", "'@cmd"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+cmd", "'-2+cmd"),
        ("\t=1", "'\t=1"),
        ("'=1", "''=1"),
        ("-89.0441", "-89.0441"),
        ("+1 (618) 555-0112", "+1 (618) 555-0112"),
        ("'quoted", "'quoted"),
        ("plain", "plain"),
    ],
)
def test_formulas_are_guarded_and_numbers_and_phones_spared(cell: str, guarded: str) -> None:
    assert guard(cell) == guarded


def test_csv_has_our_columns_in_their_order_and_joins_sets() -> None:
    data, _ = write("csv", assets({**WEEKLY, "welcomes": "women|veterans"}))
    lines = data.decode().splitlines()
    assert lines[0].split(",") == list(FIELDS)
    assert "women|veterans" in lines[1]
    marked, _ = write("csv", assets(WEEKLY), bom=True)
    assert marked.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["csv", "geojson", "hsds", "xlsx"])
def test_open_data_carries_public_fields_only(name: str) -> None:
    result = assets({**WEEKLY, "address_ok": "yes", "original": '{"note": "planted secret"}'})
    data, _ = write(name, result, public_only=True)
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        text = str([row for sheet in book for row in sheet.iter_rows(values_only=True)])
    else:
        text = data.decode()
    assert "planted secret" not in text
    for field, row in FIELDS.items():
        if row["public"] != "yes":
            assert not re.search(rf"[\"',:]{field}[\"',]", text), field


def test_the_owners_columns_keep_their_order_and_words() -> None:
    kept = {"original": json.dumps({"Ward": "7", "Type": "AA group"})}
    columns = {"Ward": "", "Name": "name", "Type": "kind", "Zip": "postal_code"}
    data, _ = write("csv", assets({**WEEKLY, **kept}), columns=columns)
    assert data.decode().splitlines() == ["Ward,Name,Type,Zip", "7,Alder,AA group,62999"]


@pytest.mark.parametrize("name", list(WRITERS))
def test_a_hidden_street_is_in_no_file(name: str) -> None:
    hidden = {
        **STREET,
        "kind": "recovery_home",
        "schedule": "Su 13:00-14:30",
        "address": "77 Planted Lane",
        "description": "At 77 Planted Lane, ring twice.",
        "latitude": "37.912345",
        "longitude": "-89.054321",
        "original": '{"Street": "77 Planted Lane", "location": "77 Planted Lane"}',
    }
    data, _ = write(name, assets(hidden))
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        text = str([row for sheet in book for row in sheet.iter_rows(values_only=True)])
    else:
        text = data.decode().replace("\r\n ", "")
    assert "Planted" not in text
    assert "37.9123" not in text and "89.0543" not in text


def test_meeting_guide_is_valid_by_its_spec() -> None:
    result = assets(
        WEEKLY,
        {**WEEKLY, "schedule": "Mo,We 22:30-00:15, Sa 09:00-10:00", "only_for": "women"},
        {**WEEKLY, "schedule": "Sa[1] 10:00-12:00"},
        {**WEEKLY, "schedule": "Mo 19:00-20:00; PH off"},
        {**STREET},
        {**WEEKLY, "status": "inactive"},
        {"schedule": "Su 13:00-14:30", "format": "in_person", "city": "Milltown"},
        {"by_appointment": "yes", "conference_url": "https://meet.example.org/1"},
    )
    data, left_out = write("meeting-guide", result)
    meetings = json.loads(data)
    assert left_out == [
        {"id": "demo:a3", "why": "not every week"},
        {"id": "demo:a4", "why": "only part of the year or closed on some days"},
        {"id": "demo:a5", "why": "no start time"},
        {"id": "demo:a6", "why": "not active now"},
        {"id": "demo:a7", "why": "no address that may be shown and no way to join online"},
    ]
    slugs = [meeting["slug"] for meeting in meetings]
    assert slugs == ["a1", "a2", "a2-2", "a2-3", "a8"]
    assert meetings[0]["day"] == 0 and meetings[0]["time"] == "13:00"
    assert meetings[0]["formatted_address"] == "12 Example St, Milltown, IL 62999, USA"
    # One row a day: a list that mixes days with lists of days cannot be loaded.
    assert [(m["day"], m["time"], m["end_time"]) for m in meetings[1:4]] == [
        (1, "22:30", "00:15"), (3, "22:30", "00:15"), (6, "09:00", "10:00"),
    ]  # fmt: skip
    assert meetings[1]["types"] == ["W"]
    assert "day" not in meetings[4] and meetings[4]["types"] == ["ONL"]
    clock = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
    for meeting in meetings:
        assert meeting["name"] and meeting["slug"]
        assert all(clock.fullmatch(meeting[key]) for key in ("time", "end_time") if key in meeting)


def test_what_came_in_goes_out_as_meeting_guide() -> None:
    came = {
        "slug": "first-light", "name": "First Light", "day": 1, "time": "19:00",
        "end_time": "20:00", "location": "Union Hall", "region": "Alder", "sub_region": "West",
        "formatted_address": "12 Elm St, Milltown, IL 62999, USA", "notes": "Coffee at six.",
        "types": ["O", "B", "ONL"], "conference_url": "https://zoom.us/j/123?pwd=abc",
        "conference_url_notes": "Passcode: oak", "conference_phone_notes": "Press 1.",
        "conference_phone": "+16465550100,,1234567890#,,778899#",
        "url": "https://aa.example.org/first-light",
    }  # fmt: skip
    closed = {**came, "slug": "closed", "types": ["O", "B", "TC", "ONL"]}
    source = Source("demo.json", json.dumps([came, closed]).encode())
    result = read(source, key="demo", program="aa")
    outcome = check(result.frame, CONTEXT, result.problems)[0]
    data, left_out = write("meeting-guide", outcome)
    first, second = json.loads(data)
    assert left_out == []
    assert {name: first[name] for name in came} == came
    assert second["types"] == ["O", "B", "ONL", "TC"] and second["approximate"] == "yes"
    # Open data lets nobody into a meeting.
    data, _ = write("meeting-guide", outcome, public_only=True)
    open_row = json.loads(data)[0]
    assert open_row["conference_url"] == "https://zoom.us/j/123"
    assert open_row["conference_phone"] == "+16465550100,,1234567890#"
    assert "Passcode" not in data.decode() and "778899" not in data.decode()


@given(made=made_assets())
@SLOW
def test_meeting_guide_comes_back(made: gpd.GeoDataFrame) -> None:
    data, left_out = write("meeting-guide", made)
    left = {item["id"] for item in left_out}
    slugs = [meeting["slug"] for meeting in json.loads(data)]
    assert len(set(slugs)) == len(slugs)
    split = {slug.rsplit("-", 1)[0] for slug in slugs if "-" in slug}
    written = made[~made["id"].isin(left | {f"demo:{slug}" for slug in split})]
    if len(written) == 0 or split:
        return
    back = read_back("demo.json", data)
    assert differences(written.reset_index(drop=True), back, WRITERS["meeting-guide"].carries) == []


@given(made=made_assets())
@SLOW
def test_hsds_validates_by_the_compiled_schema(shared: Path, made: gpd.GeoDataFrame) -> None:
    schema = json.loads((shared / "feeds/hsds/compiled_service_schema_3.0.json").read_bytes())
    check_format = jsonschema.FormatChecker(["uuid", "email"])
    validator = jsonschema.Draft202012Validator(schema, format_checker=check_format)
    for service in json.loads(write("hsds", made)[0]):
        assert [error.message for error in validator.iter_errors(service)] == []


def test_hsds_says_several_schedules_phone_and_place_its_own_way() -> None:
    result = assets(
        {
            **WEEKLY,
            "schedule": "Mo 19:00-20:00, Sa[1] 10:00-12:00, Fr 22:00-01:00",
            "phone": "(618) 555-0112",
            "latitude": "37.9",
            "longitude": "-89",
        }
    )
    (service,) = json.loads(write("hsds", result)[0])
    said = sorted(
        (row["freq"], row["byday"], row["opens_at"], row["closes_at"])
        for row in service["schedules"]
    )
    assert said == [
        ("MONTHLY", "1SA", "10:00", "12:00"),
        ("WEEKLY", "FR", "22:00", "01:00"),
        ("WEEKLY", "MO", "19:00", "20:00"),
    ]
    assert service["phones"][0]["number"] == "(618) 555-0112"
    location = service["service_at_locations"][0]["location"]
    assert (location["latitude"], location["longitude"]) == (37.9, -89.0)
    assert location["addresses"][0]["address_1"] == "12 Example St"
    codes = [a["taxonomy_term"]["code"] for a in service["attributes"]]
    assert "field:schedule" not in codes
    assert "field:kind" in codes


def times_in(data: bytes, begin: datetime, end: datetime) -> dict[str, list[tuple]]:
    """Occurrences of a calendar file by the id of the asset, expanded by dateutil."""
    result: dict[str, list[tuple]] = {}
    for event in Calendar.from_ical(data).walk("VEVENT"):
        start, stop = event["dtstart"].dt, event["dtend"].dt
        zone = start.tzinfo
        local = start.replace(tzinfo=None)
        length = stop.replace(tzinfo=None) - local
        first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (begin, end))
        starts = [local]
        if "rrule" in event:
            rule = event["rrule"].to_ical().decode()
            rule = re.sub(r"UNTIL=(\d{8}T\d{6})Z", r"UNTIL=\1", rule)
            starts = rrulestr(rule, dtstart=local).between(first, last, inc=True)
        dates = event.get("rdate")
        for group in dates if isinstance(dates, list) else [dates] if dates else []:
            starts += [moment.dt.replace(tzinfo=None) for moment in group.dts]
        rows = result.setdefault(str(event["x-assetmap-id"]), [])
        rows += [(s, s + length) for s in starts if first <= s < last]
    return {key: sorted(set(rows)) for key, rows in result.items()}


@pytest.mark.parametrize(
    "text",
    [
        "Mo 19:00-20:00",
        "Sa[1] 10:00-12:00, Su[-1] 09:00-10:00",
        "Fr 22:00-01:00",
        "Tu,Th 18:30-19:30, Su 13:00-14:00",
        "Mo-Fr 09:00-17:00; PH off",
        "Jun-Aug We 17:00-18:00",
    ],
)
@pytest.mark.parametrize("zone", ["America/Chicago", "America/New_York"])
def test_a_calendar_has_the_times_of_the_schedule(text: str, zone: str) -> None:
    result = assets({**WEEKLY, "schedule": text, "timezone": zone})
    data, left_out = write("ics", result, now=NOW)
    assert left_out == []
    begin = NOW.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0) + timedelta(days=1)
    end = begin + timedelta(days=300)  # over both changes of the clock
    expected = [
        (start.replace(tzinfo=None), stop.replace(tzinfo=None))
        for start, stop in schedule.occurrences(text, None, "sessions", zone, begin, end)
        if start >= begin
    ]
    assert expected
    assert times_in(data, begin, end)["demo:a1"] == expected


def test_a_recurrence_keeps_its_own_rule() -> None:
    text = (
        "DTSTART:20261124T190000 RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000 DURATION:PT90M"
    )
    data, _ = write("ics", assets({**STREET, "recurrence": text}), now=NOW)
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert event["rrule"].to_ical() == b"FREQ=WEEKLY;UNTIL=20270101T060000Z;INTERVAL=2"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=90)


def test_a_calendar_opens_elsewhere() -> None:
    data, left_out = write(
        "ics",
        assets(
            {**WEEKLY, "original": '{"location": "Alder Hall"}'},
            {**STREET},
            {**STREET, "schedule": "24/7"},
            {**WEEKLY, "status": "temporarily_closed"},
        ),
        now=NOW,
    )
    assert left_out == [
        {"id": "demo:a2", "why": "no start time"},
        {"id": "demo:a3", "why": "always open"},
        {"id": "demo:a4", "why": "not active now"},
    ]
    calendar = Calendar.from_ical(data)
    assert str(calendar["version"]) == "2.0"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Chicago"]
    (event,) = calendar.walk("VEVENT")
    assert event["dtstamp"].dt == NOW
    assert str(event["summary"]) == "Alder Hall"
    assert "Alder" in str(event["description"])
    again, _ = write("ics", assets({**WEEKLY}), now=NOW + timedelta(days=1))
    (later,) = Calendar.from_ical(again).walk("VEVENT")
    assert str(later["uid"]) == str(event["uid"])


@pytest.mark.parametrize(
    ("title", "expected"),
    [("venue", "Alder Org"), ("organization", "Alder Org"), ("name", "Alder")],
)
def test_titles_say_the_venue_unless_asked_otherwise(title: str, expected: str) -> None:
    data, _ = write("ics", assets({**WEEKLY, "organization": "Alder Org"}), now=NOW, title=title)
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert str(event["summary"]) == expected


def test_a_neutral_calendar_tells_no_fellowship() -> None:
    group = {
        "name": "Sex Addicts Anonymous Tuesday",
        "organization": "Sex Addicts Anonymous",
        "program": "saa",
        "url": "https://saa-recovery.example.org",
        "phone": "(618) 555-0112",
        "source": "saa",
        "address": "12 Elm Street",
    }
    for venue, expected in (("Grace Hall", "Grace Hall"), ("SAA Club", "12 Elm Street")):
        row = {**WEEKLY, **group, "original": f'{{"location": "{venue}"}}'}
        data, _ = write("ics", assets(row), now=NOW, title="neutral")
        (event,) = Calendar.from_ical(data).walk("VEVENT")
        assert str(event["summary"]) == expected
        assert b"618" in data
        assert not [word for word in (b"saa", b"addict", b"anonym", b"sex") if word in data.lower()]


def test_an_empty_calendar_is_a_calendar() -> None:
    data, _ = write("ics", assets({**STREET}), now=NOW)
    assert Calendar.from_ical(data).walk("VEVENT") == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_workbook_lists_every_allowed_value(language: str) -> None:
    data, _ = write("xlsx", assets(WEEKLY), language=language)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.worksheets) == 3
    first, values, columns = book.worksheets
    assert [cell.value for cell in first[1]] == list(FIELDS)
    listed = {(row[0], row[1]) for row in values.iter_rows(min_row=2, values_only=True)}
    for name, row in FIELDS.items():
        if row["type"] in ("choice", "set") and row["vocabulary"]:
            for term in vocabulary.terms(row["vocabulary"]):
                assert (name, term) in listed
    assert [row[0] for row in columns.iter_rows(min_row=2, values_only=True)] == list(FIELDS)
    lists = {str(rule.sqref).split("2:")[0] for rule in first.data_validations.dataValidation}
    assert len(lists) == sum(1 for row in FIELDS.values() if row["type"] in ("choice", "yesno"))


def test_a_workbook_never_holds_a_formula() -> None:
    result = assets(*[{**WEEKLY, "description": text} for text in NASTY])
    book = openpyxl.load_workbook(io.BytesIO(write("xlsx", result)[0]))
    kinds = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert "f" not in kinds


def test_every_writer_text_is_in_both_languages() -> None:
    rows = [row for row in words.words() if row["id"].startswith("writers.")]
    assert rows and all(row["en"] and row["es"] for row in rows)


def test_an_empty_set_of_assets_is_a_file_in_every_format() -> None:
    nothing = assets({**WEEKLY}).iloc[:0]
    for name in WRITERS:
        data, left_out = write(name, nothing, now=datetime(2026, 1, 1, tzinfo=UTC))
        assert data and left_out == []
