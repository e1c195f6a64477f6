"""Pairs of rows that may be one asset."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.assets import Context, check
from assetmap.assets.duplicates import find_duplicates

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
    found = find_duplicates(
        assets(row("1"), row("2", name="The Tuesday Night Open Door", latitude="37.90010"))
    )
    assert [pair._replace(score=0.0) for pair in found] == [
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
    assert found[0].score == 1.0


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
    found = find_duplicates(assets(row("1"), row("2", **change)))
    assert not any(pair.merge for pair in found), why


def test_hours_that_differ_are_no_reason_to_stay_apart():
    # A pantry's hours are often out of date in one of two lists.
    pantry = {"kind": "food", "program": "", "name": "Grace Pantry"}
    found = find_duplicates(
        assets(
            row("1", **pantry, schedule="Mo-Fr 09:00-12:00"),
            row("2", **pantry, schedule="Mo-Fr 09:00-13:00"),
        )
    )
    assert [pair.merge for pair in found] == [True]


def test_seven_rows_of_one_daily_meeting_are_not_duplicates():
    days = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    week = [row(day, schedule=f"{day} 12:00-13:00") for day in days]
    assert not [pair for pair in find_duplicates(assets(*week)) if pair.merge]


@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order: list[int]):
    rows = [
        row("a"),
        row("b", name="Tuesday Night: Open Door"),
        row("c", schedule="We 19:00-20:00"),
        row("d", name="Something else", latitude="37.95", phone="", address=""),
        row("e", kind="food", program="", name="Pantry"),
    ]
    rows = [{**one, "source": "s"} for one in rows]
    straight = find_duplicates(assets(*rows))
    assert find_duplicates(assets(*[rows[at] for at in order])) == straight
