"""Meeting Guide JSON: attendance, codes by program, days and times, and what is not imported."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from assetmap import schedule
from assetmap.assets import Context, check
from assetmap.files.source import Source
from assetmap.readers import Read, read
from assetmap.readers.meeting_guide import attendance

BASE = {"slug": "a", "name": "Alder Group", "day": 0, "time": "13:00", "types": ["O", "D"]}


def feed(*meetings: dict[str, Any], **options: Any) -> Read:
    return read(Source("feed.json", json.dumps(list(meetings)).encode()), key="x", **options)


def one(**changes: Any) -> dict[str, Any]:
    program = changes.pop("program_option", "aa")
    result = feed({**BASE, **changes}, program=program)
    return result.frame.iloc[0].dropna().to_dict()


@pytest.mark.parametrize(
    ("closed", "online", "approximate", "expected"),
    [
        (False, False, False, (True, False)),
        (False, True, False, (True, True)),
        (False, True, True, (False, True)),
        (False, False, True, (False, False)),
        (True, True, False, (False, True)),
        (True, True, True, (False, True)),
        (True, False, False, (False, False)),
        (True, False, True, (False, False)),
    ],
)
def test_attendance_is_in_person_online_both_or_neither(
    closed: bool, online: bool, approximate: bool, expected: tuple[bool, bool]
) -> None:
    assert attendance(closed, online, approximate) == expected


@pytest.mark.parametrize(
    ("changes", "format_", "status"),
    [
        ({}, "in_person", None),
        ({"conference_url": "https://meet.example.org/1"}, "in_person|online", None),
        ({"conference_phone": "(618) 555-0112", "types": ["TC"]}, "online|phone", None),
        ({"types": ["TC", "ONL"]}, "online", None),
        ({"types": ["TC"]}, None, "inactive"),
        ({"approximate": "yes"}, None, "inactive"),
        ({"name": "Alder (SUSPENDED)"}, "in_person", "temporarily_closed"),
    ],
)
def test_format_and_status(changes: dict[str, Any], format_: str | None, status: str) -> None:
    row = one(**changes)
    assert (row.get("format"), row.get("status")) == (format_, status)


@pytest.mark.parametrize("day", [0, "0", [0], ["0"], "Sunday"])
@pytest.mark.parametrize("time", ["13:00", "1:00 PM", "13:00:00", "1:00pm", "01:00 p.m."])
def test_a_sunday_one_pm_meeting_is_on_sunday_at_thirteen_once(day: Any, time: str) -> None:
    row = one(day=day, time=time)
    assert row["schedule"] == "Su 13:00-14:00"
    (rule,) = schedule.parse(row["schedule"])
    assert (rule.days, rule.start, rule.end) == (frozenset({6}), 13 * 60, 14 * 60)


def test_several_days_past_midnight_and_an_end() -> None:
    assert one(day=[5, "6"], time="23:00", end_time="00:30")["schedule"] == "Fr,Sa 23:00-00:30"
    assert one(day=1, time="19:00", end_time="20:30")["schedule"] == "Mo 19:00-20:30"


@pytest.mark.parametrize("day", [None, [], ""])
def test_no_day_is_by_appointment(day: Any) -> None:
    row = one(day=day, time=None)
    assert row["by_appointment"] == "yes"
    assert "schedule" not in row


@pytest.mark.parametrize(("day", "time"), [(7, "13:00"), ("x", "13:00"), (0, "25:00"), (0, "7")])
def test_nonsense_times_are_unknown_and_said(day: Any, time: str) -> None:
    result = feed({**BASE, "day": day, "time": time}, program="aa")
    assert "schedule" not in result.frame or result.frame["schedule"].isna().all()
    assert [p.severity for p in result.problems if p.field in ("day", "time")] == ["kept"]


def test_the_same_letter_means_what_its_program_says() -> None:
    assert one(types=["A"])["pathways"] == "twelve_step|secular"
    aca = one(types=["A"], program_option="aca")
    assert "pathways" not in aca
    assert aca["age_min"] == "18"
    alateen = one(types=["Y"], program_option="al-anon")
    assert (alateen["program"], alateen["kind"]) == ("alateen", "family_group")
    assert one(types=["Y"])["welcomes"] == "young_people"


def test_codes_set_fields_and_their_absence_says_nothing() -> None:
    row = one(types=["C", "W", "X", "BE", "S", "EN", "BA", "LGBTQ"])
    wanted = {
        "open_to_public": "no",
        "only_for": "women",
        "wheelchair": "yes",
        "newcomers_welcome": "yes",
        "languages": "es|en",
        "child_care": "yes",
        "welcomes": "lgbtq",
    }
    assert {name: row[name] for name in wanted} == wanted
    assert json.loads(row["original"])["types"][0] == "aa:C"
    assert not {"wheelchair", "child_care", "welcomes", "only_for"} & set(one())


def test_unknown_codes_are_kept_and_said_once_with_a_count() -> None:
    rows = [{**BASE, "slug": f"s{n}", "types": ["ZZZ", "o"]} for n in range(3)]
    result = feed(*rows, program="aa")
    said = [p.message for p in result.problems if p.field == "types"]
    assert said == [
        "Row 1: `types` is 'ZZZ' in 3 rows; there is no such code of Alcoholics Anonymous; "
        "it is kept aside.",
        "Row 1: `types` is 'o' in 3 rows; read as O (Open).",
    ]
    assert json.loads(result.frame["original"][2])["types"] == ["aa:ZZZ", "aa:O"]


@pytest.mark.parametrize("types", ["[open]", "open", "O", ["Open"], "['O']"])
def test_types_as_text(types: Any) -> None:
    assert one(types=types)["open_to_public"] == "yes"


@pytest.mark.parametrize("types", [None, 11, {"a": 1}, [None], [11], "", [[]]])
def test_types_of_any_shape_do_not_crash(types: Any) -> None:
    assert one(types=types)["kind"] == "meeting"


def test_a_feed_that_names_no_fellowship_has_none() -> None:
    result = feed({**BASE, "types": ["O"]})
    assert "program" not in result.frame or result.frame["program"].isna().all()
    assert [p.severity for p in result.problems if p.field == "program"] == ["kept"]


@pytest.mark.parametrize(
    ("changes", "program"),
    [
        ({"url": "https://oc-aa.org/meetings/x"}, "aa"),
        ({"name": "Tuesday Step AFG"}, "al-anon"),
        ({"entity": "Narcotics Anonymous of Alder"}, "na"),
        ({"types": ["ABSI", "12x12", "B", "GR", "LS"]}, None),  # Cocaine Anonymous has them too
        ({"types": ["POA", "XB", "DB", "N", "SEN"]}, "aa"),
    ],
)
def test_the_fellowship_comes_from_the_feeds_own_words(
    changes: dict[str, Any], program: str | None
) -> None:
    row = feed({**BASE, **changes}).frame.iloc[0].dropna().to_dict()
    assert row.get("program") == program


def test_nothing_of_a_person_is_imported() -> None:
    row = one(
        contact_1_name="Jane Doe",
        contact_1_phone="618-555-0199",
        contact_2_email="jane@example.com",
        venmo="@jane",
        paypal="jane",
        notes="Ring twice. Call Jane 618-555-0199. Passcode: 1234! Coffee at six.",
    )
    shown = repr(row)
    for secret in ("Jane", "jane", "0199", "venmo", "paypal"):
        assert secret not in shown
    assert row["description"] == "Ring twice. Coffee at six."
    # How to join is for whoever opens the card, and in no open data.
    assert row["conference_url_notes"] == "Passcode: 1234!"


def test_what_is_left_out_of_a_person_is_counted() -> None:
    result = feed(
        {**BASE, "contact_1_name": "Jane Doe", "notes": "Call Jane 618-555-0199."},
        {**BASE, "slug": "b", "contact_1_name": "Bob", "email": "bob@example.com"},
        program="aa",
    )
    assert [str(p.message) for p in result.problems if p.row is None][:2] == [
        "2 meetings have no end; an hour after the start is taken.",
        "Columns about a person are not read: contact_1_name (2), email (1).",
    ]
    assert (
        "The remarks of 1 row named people, or gave their e-mail, phone or account; that part was "
        "left out."
    ) in [str(p.message) for p in result.problems]


def test_address_state_and_zip() -> None:
    row = one(formatted_address="12 Example St, Costa Mesa, CA 92626, USA", state=".CA")
    parts = ("address", "city", "region", "postal_code", "country")
    assert [row[part] for part in parts] == [
        "12 Example St", "Costa Mesa", "CA", "92626", "US",
    ]  # fmt: skip
    assert one(state="CT", postal_code=6708)["postal_code"] == "06708"


@pytest.mark.parametrize(
    ("coordinates", "expected"),
    [
        ("37.9,-89.0", ("37.9", "-89.0")),
        ([37.9, -89.0], ("37.9", "-89")),
        ("37,-90,38,-88", ("37.5", "-89.0")),
    ],
)
def test_coordinates(coordinates: Any, expected: tuple[str, str]) -> None:
    row = one(coordinates=coordinates)
    assert (row["latitude"], row["longitude"]) == expected


def test_fifty_digit_coordinates_survive() -> None:
    digits = "37." + "1234567890" * 5
    text = json.dumps([BASE])[:-2] + f', "latitude": {digits}, "longitude": "-{digits}"}}]'
    row = read(Source("f.json", text.encode()), key="x").frame.iloc[0]
    assert float(row["latitude"]) == pytest.approx(37.123456789)
    assert float(row["longitude"]) == pytest.approx(-37.123456789)


def test_duplicate_and_integer_slugs() -> None:
    result = feed({**BASE, "slug": 5202}, {**BASE, "slug": 5202, "name": "Other"}, program="aa")
    ids = result.frame["id"].tolist()
    assert sorted(name[:6] for name in ids) == ["x:5202", "x:5202"]
    assert len(set(ids)) == 2
    assert [p.field for p in result.problems if p.severity == "fixed"] == ["id"]


def test_truncated_feeds_keep_the_whole_rows() -> None:
    data = json.dumps([BASE, {**BASE, "slug": "b"}]).encode()[:-20]
    result = read(Source("f.json", data), key="x")
    assert (result.rows_read, len(result.frame), result.rejected) == (2, 1, 1)
    assert [p.message for p in result.problems if p.severity == "rejected"] == [
        "Row 2: the file breaks off or is damaged here, after 1 whole rows; "
        "download or export it again."
    ]


def test_trailing_junk_ndjson_and_foreign_elements() -> None:
    junk = read(Source("f.json", json.dumps([BASE]).encode() + b"</body>"), key="x")
    assert len(junk.frame) == 1
    assert "7 characters after the end of the data were left out" in junk.problems[0].message
    lines = "\n".join(json.dumps({**BASE, "slug": name}) for name in "abc")
    assert len(read(Source("f.json", lines.encode()), key="x").frame) == 3
    mixed = feed(BASE, BASE, None, "x", program="aa")  # type: ignore[arg-type]
    assert (mixed.rows_read, len(mixed.frame), mixed.rejected) == (4, 2, 2)
    assert [p.message for p in mixed.problems if p.severity == "rejected"] == [
        "Row 3: it is not an object, so it is left out.",
        "Row 4: it is not an object, so it is left out ('x').",
    ]


def test_a_language_that_most_of_a_feed_would_speak_is_a_misread_code() -> None:
    rows = [{**BASE, "slug": f"s{n}", "types": ["HE"] if n % 2 else ["S"]} for n in range(10)]
    result = feed(*rows)
    assert set(result.frame["languages"].dropna()) == {"es"}
    assert [str(fault) for fault in result.sanity] == [
        "5 of 10 rows would be in Hebrew by their codes, so it is taken as unknown; name the "
        "fellowship with the option program."
    ]
    few = feed(*rows[:4])
    assert "he" in set(few.frame["languages"].dropna())


@pytest.mark.parametrize(
    ("url", "city", "program"),
    [
        ("https://www.alcoholicsanonymous.org/x", "Alder", "aa"),
        ("https://narcoticsanonymous.org/x", "Alder", "na"),
        ("https://springfieldaa.org/x", "Springfield", "aa"),
        ("https://alderna.org/x", "Alder", "na"),
        ("https://naofalder.org/x", "Alder", "na"),
        ("https://visitarizona.org/x", "Tempe", None),
        ("https://southernindiana.org/x", "Alder", None),
    ],
)
def test_the_fellowship_of_a_host(url: str, city: str, program: str | None) -> None:
    rows = [
        {**BASE, "slug": f"s{n}", "types": [], "url": url, "city": city, "address": "1 Elm St"}
        for n in range(3)
    ]
    programs = {row.dropna().get("program") for _, row in feed(*rows).frame.iterrows()}
    assert programs == {program}


@pytest.mark.parametrize(
    ("changes", "format_", "status"),
    [
        ({"formatted_address": "Carbondale, IL, USA"}, None, "inactive"),
        ({"formatted_address": "Carbondale, IL, USA", "types": ["ONL"]}, "online", None),
        ({"formatted_address": "1 Main St, Carbondale, IL 62901, USA"}, "in_person", None),
        ({"formatted_address": "Carbondale, IL, USA", "approximate": "no"}, "in_person", None),
        ({"city": "Carbondale", "state": "IL"}, None, "inactive"),
        ({"address": "1 Main St", "city": "Carbondale"}, "in_person", None),
    ],
)
def test_a_town_is_no_place_to_go(
    changes: dict[str, Any], format_: str | None, status: str
) -> None:
    row = one(**changes)
    assert (row.get("format"), row.get("status")) == (format_, status)


@pytest.mark.parametrize(
    ("number", "format_", "kept"),
    [
        (
            "+16465550100,,1234567890#,,778899#",
            "online|phone",
            "+16465550100,,1234567890#,,778899#",
        ),
        ("192992056099,,3856886473#", "online", None),
    ],
)
def test_dial_strings_are_whole_or_nobody_is_called(
    number: str, format_: str, kept: str | None
) -> None:
    result = feed({**BASE, "types": ["TC", "ONL"], "conference_phone": number}, program="aa")
    assert result.frame["format"].tolist() == [format_]
    assets, problems = check(result.frame, Context(), result.problems)
    value = assets["conference_phone"].iloc[0]
    assert (value if isinstance(value, str) else None) == kept
    if kept is None:
        said = [str(p.message) for p in problems if p.field == "conference_phone"]
        assert "nobody should dial it" in said[0]
        assert number in str(assets["original"].iloc[0])


def test_24_00_is_the_next_midnight() -> None:
    result = feed({**BASE, "day": 6, "time": "24:00"}, program="aa")
    assert result.frame["schedule"].tolist() == ["Su 00:00-01:00"]
    assert "the next midnight" in " ".join(str(p.message) for p in result.problems)


def test_a_meeting_abroad_has_its_own_country_and_zone() -> None:
    row = one(formatted_address="13708 74 Street NW, Edmonton, Alberta T5C 0W1, Canada")
    parts = ("address", "city", "region", "postal_code", "country", "timezone")
    assert [row[part] for part in parts] == [
        "13708 74 Street NW", "Edmonton", "AB", "T5C 0W1", "CA", "America/Edmonton",
    ]  # fmt: skip


SHEET = (
    "Time,End Time,Day,Name,Location,Address,Region,Sub Region,Types,Notes,Conference URL,"
    "Conference Phone,Slug\n"
    '7:30 PM,8:30 PM,Friday,Women Walking,Library,"40 Oak Ave, Marion, IL 62959, USA",Marion,,'
    '"Closed, Women, Babysitting Available",,,,women-walking\n'
    '10:00,11:30,Saturday,Late,Cafe,"1 Main St, Carbondale, IL 62901, USA",,,Open,,,,late\n'
    '12:00 AM,,Sunday,Midnight,Cafe,"1 Main St, Carbondale, IL 62901, USA",,,Open,,,,midnight\n'
    '7:00 PM,,Sunday,Books,School,"9 Birch Ln, Carbondale, IL 62901, USA",,,'
    '"Open, Temporary Closure",,https://zoom.us/j/1,"+16465550100,,1#",books\n'
)


def test_a_line_that_repeats_its_columns_is_no_street() -> None:
    line = "02139, USA"
    row = one(formatted_address=line, address="", city="", state="", postal_code="02139")
    assert ("address" in row, row["postal_code"]) == (False, "02139")
    row = one(formatted_address=line, address="", city="", state="", postal_code="")
    assert row["address"] == line


def test_the_plugins_csv_has_the_rules_of_its_json() -> None:
    result = read(Source("tsml.csv", SHEET.encode()), key="x", program="aa")
    assert result.reader == "meeting_guide"
    rows = [row.dropna().to_dict() for _, row in result.frame.iterrows()]
    assert [row["id"] for row in rows] == ["x:women-walking", "x:late", "x:midnight", "x:books"]
    assert [row["schedule"] for row in rows] == [
        "Fr 19:30-20:30", "Sa 10:00-11:30", "Su 00:00-01:00", "Su 19:00-20:00",
    ]  # fmt: skip
    first = rows[0]
    assert (first["kind"], first["only_for"], first["child_care"], first["region"]) == (
        "meeting", "women", "yes", "IL",
    )  # fmt: skip
    assert json.loads(first["original"])["region"] == "Marion"
    assert [row["format"] for row in rows] == ["in_person"] * 3 + ["online|phone"]


def test_a_sheet_as_json_is_the_same() -> None:
    lines = list(csv.reader(io.StringIO(SHEET)))
    data = json.dumps({"range": "A1", "values": lines}).encode()
    sheet = read(Source("gsheet.json", data), key="x", program="aa")
    plain = read(Source("tsml.csv", SHEET.encode()), key="x", program="aa")
    assert sheet.frame.equals(plain.frame)
