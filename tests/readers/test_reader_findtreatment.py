"""FindTreatment.gov: ticks and labels to kinds and fields, ids without an id."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assetmap.files.source import Source
from assetmap.readers import Read, read

ROW = {"_irow": 1, "name1": "Alder House", "name2": None, "city": "Indio", "state": "CA"}
ROW |= {"zip": "92201", "phone": "760-555-0112", "typeFacility": "SA", "services": None}


def listing(*rows: dict[str, Any]) -> Read:
    data = {"page": 1, "totalPages": 1, "recordCount": len(rows), "rows": rows}
    return read(Source("ft.json", json.dumps(data).encode()), key="x")


def one(*labels: str, **changes: Any) -> dict[str, Any]:
    services = [{"f1": "Type of Care", "f2": "TC", "f3": "; ".join(labels)}] if labels else None
    result = listing({**ROW, "services": services, **changes})
    return result.frame.iloc[0].dropna().to_dict()


HOME = "Transitional housing, halfway house, or sober home"


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ((HOME, "Residential/24-hour residential"), "recovery_home"),
        (
            ("Federally-certified Opioid Treatment Program", "Outpatient"),
            "opioid_treatment_program",
        ),
        (("Residential/24-hour residential", "Detoxification"), "residential_treatment"),
        (("Regular outpatient treatment",), "outpatient_treatment"),
        (("Detoxification",), "withdrawal_management"),
        ((), "outpatient_treatment"),
    ],
)
def test_kinds(labels: tuple[str, ...], kind: str) -> None:
    assert one(*labels)["kind"] == kind


def test_labels_hold_commas_and_are_split_at_semicolons_only() -> None:
    row = one(HOME, "HIV or AIDS education, counseling, or support")
    assert json.loads(row["original"])["services"] == ["HH", "HAEC"]


def test_labels_set_fields_and_their_absence_says_nothing() -> None:
    row = one(
        "Outpatient", "Spanish", "Medicaid", "Sliding fee scale (fee is based on income and other "
        "factors)", "Adults", "Female", "Mentoring/peer support", "Veterans",
        "Buprenorphine used in Treatment", "Child care for clients' children",
    )  # fmt: skip
    assert {name: row[name] for name in row if name not in ("row", "original", "concerns")} == {
        "name": "Alder House",
        "kind": "outpatient_treatment",
        "activities": "mentoring",
        "welcomes": "veterans",
        "only_for": "women",
        "age_min": "18",
        "languages": "en|es",
        "child_care": "yes",
        "medications_ok": "buprenorphine",
        "medication_welcome": "yes",
        "cost": "medicaid|sliding",
        "format": "in_person",
        "city": "Indio",
        "region": "CA",
        "postal_code": "92201",
        "country": "US",
        "phone": "760-555-0112",
        "id": row["id"],
        "source": "x",
        "source_id": row["source_id"],
    }
    assert not {"child_care", "welcomes", "cost", "age_min"} & set(one("Outpatient"))


def test_both_genders_and_all_ages_are_no_limit() -> None:
    row = one("Female", "Male", "Adults", "Children/Adolescents")
    assert not {"only_for", "age_min", "age_max"} & set(row)
    assert one("Children/Adolescents")["age_max"] == "17"


@pytest.mark.parametrize("services", [None, [], [{}], [{"f3": None}], "x", 5, {"a": 1}, [None]])
def test_services_of_any_shape_do_not_crash(services: Any) -> None:
    result = listing({**ROW, "services": services})
    assert (result.rows_read, len(result.frame)) == (1, 1)


def test_unknown_labels_are_kept_and_said_once() -> None:
    rows = [{**ROW, "zip": z, "services": [{"f3": "Horse riding"}]} for z in ("92201", "92202")]
    result = listing(*rows)
    assert [p.message for p in result.problems if p.field == "services"] == [
        "Row 1: `services` is 'Horse riding' in 2 rows; there is no such service; kept aside."
    ]


def test_ids_come_from_frid_else_name_zip_and_street_never_irow() -> None:
    first = listing({**ROW, "_irow": 1}).frame["id"][0]
    assert listing({**ROW, "_irow": 2}).frame["id"][0] == first
    assert listing({**ROW, "zip": "92202"}).frame["id"][0] != first
    assert listing({**ROW, "frid": "abc"}).frame["id"][0] == "x:abc"


def test_two_services_at_one_door_are_told_apart_whatever_their_order() -> None:
    other = {**ROW, "phone": "760-555-0113"}
    short = listing(ROW).frame["id"][0]
    both = listing(ROW, other).frame["id"].tolist()
    assert len(set(both)) == 2
    # Neither keeps the short id: a feed in another order would hand it to the other service, and
    # with it what people said of the first.
    assert all(name.startswith(f"{short}-") for name in both)
    assert listing(other, ROW).frame["id"].tolist() == both[::-1]
    moved = listing({**ROW, "phone": "760-555-0199"}, other).frame["id"].tolist()
    assert moved[1] == both[1] and moved[0] not in both


def test_csv_export_with_code_columns_and_lost_zeros() -> None:
    text = (
        "name1,name2,street1,street2,city,state,zip,zip4,county,phone,intake1,website,latitude,"
        "longitude,type_facility,HH,SP,MALE,FEM\n"
        "Alder Inc,House One,12 Elm St,Suite 2,Waterbury,CT,6708,2460,New Haven,203-555-0112,,"
        "http://,41.5,-73.0,SA,1,1,1,\n"
    )
    result = read(Source("export.csv", text.encode()), key="x")
    assert result.reader == "findtreatment"
    row = result.frame.iloc[0].dropna().to_dict()
    wanted = {
        "name": "Alder Inc – House One",
        "organization": "Alder Inc",
        "address": "12 Elm St, Suite 2",
        "postal_code": "06708",
        "kind": "recovery_home",
        "languages": "en|es",
        "only_for": "men",
    }
    assert {name: row[name] for name in wanted} == wanted
    assert "url" not in row
    assert [p.message for p in result.problems] == ["Row 1: `zip` is '6708'; written as 06708."]
