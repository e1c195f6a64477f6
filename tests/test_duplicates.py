"""Pairs of rows that may be one asset; merging and undoing it."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.assets import Context, check
from assetmap.assets.duplicates import find_duplicates, merge, unmerge

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


def test_a_merge_takes_the_newer_value_field_by_field_and_can_be_undone():
    before = assets(
        row("1", verified_on="2026-01-05", wheelchair="no", url="https://example.org/old"),
        row("2", verified_on="2026-10-01", wheelchair="yes", phone="", cost="free"),
    )
    after = merge(before, [("s0:1", "s1:2")])
    assert after["id"].tolist() == ["s0:1"]
    kept = after.iloc[0]
    # The second was checked last: its yes counts; what it does not know comes from the first.
    assert bool(kept["wheelchair"]) is True
    assert kept["cost"] == frozenset({"free"})
    assert kept["phone"] == "(618) 555-0112"
    assert kept["url"] == "https://example.org/old"
    assert '"id": "s1:2"' in kept["original"] and '"source": "s1"' in kept["original"]
    undone = unmerge(after, "s0:1").sort_values("id", ignore_index=True)
    pd.testing.assert_frame_equal(pd.DataFrame(undone), pd.DataFrame(before))


def test_a_merge_keeps_a_private_address_private():
    before = assets(
        row("1", kind="recovery_home", program="", verified_on="2026-01-01"),
        row("2", kind="recovery_home", program="", verified_on="2026-10-01", address_ok="yes"),
    )
    kept = merge(before, [("s0:1", "s1:2")]).iloc[0]
    assert kept["location_precision"] == "area"
    assert pd.isna(kept["address"])


def test_unknown_ids_change_nothing():
    before = assets(row("1"))
    after = merge(before, [("s0:1", "gone:9"), ("gone:9", "s0:1"), ("s0:1", "s0:1")])
    pd.testing.assert_frame_equal(pd.DataFrame(after), pd.DataFrame(before))


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
