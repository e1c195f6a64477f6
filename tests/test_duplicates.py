"""Pairs of rows that may be one asset."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.assets import Context, check
from assetmap.assets.duplicates import clusters, find_duplicates

CONTEXT = Context(now=datetime(2026, 11, 20, tzinfo=UTC))
BASE = {
    "name": "Tuesday Night Open Door",
    "kind": "meeting",
    "program": "aa",
    "address": "12 Elm Street",
    "city": "Alder City",
    "latitude": "37.90000",
    "longitude": "-89.05000",
    "phone": "(618) 555-0112",
    "schedule": "Tu 19:00-20:00",
}


def assets(*rows: dict[str, str]):
    frame = pd.DataFrame([{"source": f"s{at}", **row} for at, row in enumerate(rows)])
    return check(frame.assign(row=range(1, len(frame) + 1)), CONTEXT)[0]


def row(identity: str, **changes: str) -> dict[str, str]:
    return {"id": identity, **BASE, **changes}


def test_the_same_meeting_of_two_sources_is_found_with_its_evidence():
    # 0.0001 degrees of latitude are 11.1 m; only the "the" of the name differs.
    result = find_duplicates(
        assets(row("1"), row("2", name="The Tuesday Night Open Door", latitude="37.90010"))
    )
    assert [pair._replace(score=0.0) for pair in result] == [
        (
            "s0:1",
            "s1:2",
            0.0,
            [
                "same phone",
                "11 m apart",
                "same address",
                "same times",
                "same program",
                "name 92% alike",
            ],
            True,
        )
    ]
    # 0.5·(92−50)/50 + 0.2 phone + 0.2 place + 0.1 address + 0.15 times, cut to 1
    assert result[0].score == 1.0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"schedule": "We 19:00-20:00"}, "another evening is another meeting"),
        ({"kind": "food"}, "a pantry in the same church is no meeting"),
        ({"program": "na"}, "another fellowship in the same room"),
        (
            {"latitude": "38.30000", "address": "9 Oak Road", "phone": ""},
            "the same name 44 km away",
        ),
    ],
)
def test_what_only_looks_alike_stays_apart(change: dict[str, str], why: str):
    result = find_duplicates(assets(row("1"), row("2", **change)))
    assert not any(pair.merge for pair in result), why


def test_hours_that_differ_are_no_reason_to_stay_apart():
    # A pantry's hours are often out of date in one of two lists.
    pantry = {"kind": "food", "program": "", "name": "Grace Pantry"}
    result = find_duplicates(
        assets(
            row("1", **pantry, schedule="Mo-Fr 09:00-12:00"),
            row("2", **pantry, schedule="Mo-Fr 09:00-13:00"),
        )
    )
    assert [pair.merge for pair in result] == [True]


def test_seven_rows_of_one_daily_meeting_are_not_duplicates():
    days = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    week = [row(day, schedule=f"{day} 12:00-13:00") for day in days]
    assert not [pair for pair in find_duplicates(assets(*week)) if pair.merge]


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order: list[int]):
    rows = [
        row("a"),
        row("b", name="Tuesday Night: Open Door"),
        row("c", schedule="We 19:00-20:00"),
        row("d", name="Something else", latitude="37.95", phone="", address=""),
        row("e", kind="food", program="", name="Pantry"),
    ]
    rows = [{**item, "source": "s"} for item in rows]
    straight = find_duplicates(assets(*rows))
    assert find_duplicates(assets(*[rows[at] for at in order])) == straight


WORDS = (
    *("Harbor", "Grace", "Alder", "Cedar", "Lantern", "Juniper", "Beacon", "Willow", "Summit"),
    *("Prairie", "Meadow", "Granite", "Coral", "Maple", "Orchard", "Copper", "Falcon", "Heron"),
)


def labelled(count: int = 60) -> tuple[list[dict[str, str]], set[frozenset[str]]]:
    """Clinics and offices of two lists with what is really one: edits of every ordinary kind
    between the lists, and neighbours, other units and branches that are not the same."""
    rows: list[dict[str, str]] = []
    same: set[frozenset[str]] = set()
    for at in range(count):
        name = f"{WORDS[at % 18]} {WORDS[(at * 7 + 3) % 18]} Counseling {at}"
        number = f"{100 + at * 7} Elm Street"
        first = {
            "name": name,
            "kind": "outpatient_treatment",
            "address": f"{number}, Suite {at % 9 + 1}",
            "city": "Anna",
            "postal_code": "62906",
            "url": f"https://example.org/{at}",
            "phone": f"618-555-{at:04}",
            "schedule": "Mo-Fr 09:00-17:00",
        }
        edits = (
            {"phone": f"618-555-{at + 5000:04}", "schedule": "Mo-Fr 08:00-16:00"},
            {"kind": "mental_health_care", "address": f"{number.upper()} STE {at % 9 + 1}"},
            {"name": name.upper() + ".", "phone": "", "url": f"http://www.example.org/{at}/"},
            {"kind": "", "schedule": "", "address": f"{number} #{at % 9 + 1}"},
        )
        rows.append({"source": "a", "id": f"a{at}", **first})
        rows.append({"source": "b", "id": f"b{at}", **first, **edits[at % 4]})
        same.add(frozenset((f"a:a{at}", f"b:b{at}")))
        # Not the same: another unit of the house, and a branch in another street.
        other = {"address": f"{number}, Suite {at % 9 + 20}", "phone": f"618-555-{at + 7000:04}"}
        branch = {"address": f"{300 + at} Oak Road", "phone": f"618-555-{at + 8000:04}"}
        away = {**branch, "city": "Cobden", "postal_code": "62920"}
        rows.append({"source": "c", "id": f"c{at}", **first, **(other if at % 2 else away)})
    return rows, same


def test_on_a_labelled_set_what_is_sure_is_right_and_nearly_all() -> None:
    rows, same = labelled()
    frame = pd.DataFrame(rows).assign(row=range(1, len(rows) + 1))
    pairs = find_duplicates(check(frame, CONTEXT)[0])
    sure = {frozenset((pair.a, pair.b)) for pair in pairs if pair.merge}
    right = len(sure & same)
    assert right / len(sure) >= 0.9
    assert right / len(same) >= 0.9
    gathered = clusters(pairs)
    assert sum(cluster.sure for cluster in gathered) >= 54
    assert len(gathered) < len(pairs)
