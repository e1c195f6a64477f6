"""Rows of several sources made one before the gate."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from assetmap.assets import Context, check
from assetmap.assets.merging import merge_rows

CONTEXT = Context(now=datetime(2026, 11, 20, tzinfo=UTC))
BASE = {
    "name": "Harbor House",
    "kind": "recovery_home",
    "address": "4417 Quillback Lane",
    "city": "Carbondale",
    "region": "IL",
    "latitude": "37.91357",
    "longitude": "-89.05791",
}


def plain(*rows: dict[str, str]) -> pd.DataFrame:
    listed = [
        {"source": f"s{at}", "id": f"s{at}:{at + 1}", "row": at + 1, **BASE, **row}
        for at, row in enumerate(rows)
    ]
    return pd.DataFrame(listed)


def merged(*rows: dict[str, str]) -> tuple[pd.Series, str]:
    """The one asset of two rows, and everything that is shown of it."""
    result = merge_rows(plain(*rows), [(1, "s0:1", "s1:2")])
    assets, problems = check(result.frame, CONTEXT, result.problems)
    assert len(assets) == 1
    assert (result.into, result.sources) == ({"s1:2": "s0:1"}, {"s1": 1})
    return assets.iloc[0], f"{assets.to_dict('records')} {problems}".lower()


def test_field_by_field_the_newer_value_is_taken() -> None:
    meeting = {"kind": "meeting"}
    row, _ = merged(
        {
            **meeting,
            "verified_on": "2026-01-05",
            "wheelchair": "no",
            "url": "https://example.org/a",
        },
        {**meeting, "verified_on": "2026-10-01", "wheelchair": "yes", "cost": "free"},
    )
    # The second was checked last: its yes counts; what it does not know comes from the first.
    assert (row["id"], bool(row["wheelchair"]), row["cost"], row["url"]) == (
        "s0:1", True, frozenset({"free"}), "https://example.org/a",
    )  # fmt: skip
    assert pd.isna(row["original"]), "no row is kept inside another"


@pytest.mark.parametrize(
    ("newer", "spanish"),
    [
        ({"description": "Now on Fridays."}, None),
        ({"description": "Now on Fridays.", "description_es": "Los viernes."}, "Los viernes."),
        ({"description": "ON  MONDAYS."}, "Los lunes."),
        ({}, "Los lunes."),
    ],
)
def test_a_translation_goes_with_the_text_it_translates(
    newer: dict[str, str], spanish: str | None
) -> None:
    older = {"description": "On Mondays.", "description_es": "Los lunes."}
    row, _ = merged(older, {**newer, "verified_on": "2026-10-01"})
    assert (None if pd.isna(row["description_es"]) else row["description_es"]) == spanish


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"address_ok": "no"}, {"address_ok": "yes"}),
        ({"address_ok": "yes", "verified_on": "2026-10-01"}, {"address_ok": "no"}),
        ({"address_ok": "yes"}, {"location_precision": "hidden"}),
        ({}, {"kind": "church", "verified_on": "2026-10-01"}),
        (
            {"address_ok": "no", "description": "Ring at 4417 Quillback."},
            {"address_ok": "yes", "address": "12 Elm Street", "verified_on": "2026-10-01"},
        ),
        (
            {"address": "12 Elm Street", "verified_on": "2026-10-01"},
            {"description": "the house at 4417 QUILLBACK", "original": '{"a": "4417 Quillback"}'},
        ),
    ],
)
def test_what_one_row_keeps_private_stays_private(
    first: dict[str, str], second: dict[str, str]
) -> None:
    row, shown = merged(first, second)
    assert pd.isna(row["address"])
    assert row["location_precision"] in ("area", "hidden")
    for secret in ("quillback", "4417", "37.9135", "12 elm"):
        assert secret not in shown


def test_a_consent_of_one_of_two_homes_counts() -> None:
    row, _ = merged({}, {"address_ok": "yes"})
    assert row["address"] == "4417 Quillback Lane"


def test_who_does_not_want_to_be_listed_is_not() -> None:
    result = merge_rows(plain({"listed_ok": "no"}, {"listed_ok": "yes"}), [(1, "s0:1", "s1:2")])
    assets, problems = check(result.frame, CONTEXT, result.problems)
    assert len(assets) == 0
    assert "quillback" not in str(problems).lower()


def test_three_rows_in_a_chain_are_one() -> None:
    result = merge_rows(plain({}, {}, {}), [(1, "s1:2", "s2:3"), (2, "s0:1", "s2:3")])
    assert result.frame["id"].tolist() == ["s0:1"]
    assert result.into == {"s2:3": "s1:2", "s1:2": "s0:1"}


def test_a_line_whose_asset_is_gone_is_said_without_its_id() -> None:
    frame = plain({})
    result = merge_rows(frame, [(1, "s0:1", "gone:4417-quillback"), (2, "s0:1", "s0:1")])
    pd.testing.assert_frame_equal(result.frame, frame)
    assert [problem.message for problem in result.problems] == [
        "Row 1: no source has the asset of `other` any more, so nothing was merged. Take the line "
        "out or give the new id."
    ]


def test_what_differs_is_said_by_its_field() -> None:
    result = merge_rows(
        plain({"phone": "618-555-0112"}, {"phone": "618-555-0113", "verified_on": "2026-01-01"}),
        [(3, "s0:1", "s1:2")],
    )
    assert [problem.message for problem in result.problems] == [
        "Row 3: the two rows say different things of phone; the newer one is shown. Take the line "
        "out to show both rows again."
    ]
