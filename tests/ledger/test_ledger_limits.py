"""Each named threshold of what people said holds on one side of its number and not on the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assetmap.assets import finding_again
from assetmap.assets.merging import ids_of
from assetmap.community import remote, sources, versions
from assetmap.ledger import calls, people
from assetmap.ledger.applied import apply
from assetmap.ledger.databases import SQLite
from assetmap.ledger.entry import LedgerError, entry, source_hash, stamp
from assetmap.ledger.fold import fold
from assetmap.ledger.store import Store
from assetmap.ledger.suggestions import Buckets, Forms

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    result = Store(SQLite(tmp_path / "store.db"))
    result.create()
    yield result
    result.database.close()


@pytest.mark.parametrize(
    ("scores", "partner", "sure"),
    [
        ((0.8, 0.0), "new:0", True),
        ((0.79, 0.0), "new:0", False),
        ((0.5, 0.0), "new:0", False),
        ((0.49, 0.0), None, False),
        ((1.0, 0.85), "new:0", True),
        ((1.0, 0.86), "new:0", False),
    ],
)
def test_a_vanished_asset_is_surely_one_that_scores_08_and_is_015_ahead(
    scores: tuple[float, float], partner: str | None, sure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_again, "score", lambda _, new: scores[int(new.asset[-1])])
    fresh = [finding_again.KnownAs(f"new:{n}", "new", "Open Door") for n in range(2)]
    result = finding_again.partners([finding_again.KnownAs("old:0", "old", "Open Door")], fresh)
    results = result.get("old:0")
    assert (results.asset if results else None, bool(results and results.sure)) == (partner, sure)


@pytest.mark.parametrize(
    ("tries", "waited", "again"),
    [
        (2, timedelta(days=1), True),
        (2, timedelta(days=1) - SECOND, False),
        (3, timedelta(days=14), True),
        (3, timedelta(days=14) - SECOND, False),
    ],
)
def test_who_did_not_answer_is_tried_after_a_day_and_after_three_times_in_two_weeks(
    tries: int, waited: timedelta, again: bool
) -> None:
    assert calls._tried_lately(tries, stamp(NOW - waited), NOW) == (not again)


@pytest.mark.parametrize(("hours", "free"), [(3.99, False), (4.01, True)])
def test_a_call_is_lent_for_four_hours(store: Store, hours: float, free: bool) -> None:
    call: Any = calls.Call(*["list:a" if name == "asset" else "" for name in calls.Call._fields])
    assert calls.lease(store, [call], 1, "Ann", NOW) == [call]
    later = NOW + timedelta(hours=hours)
    assert bool(calls.lease(store, [call], 1, "Bo", later)) == free


@pytest.mark.parametrize(
    ("value", "reason", "kept"),
    [(20_000, 300, True), (20_001, 300, False), (20_000, 301, False)],
)
def test_an_entry_holds_20000_letters_and_a_reason_300(value: int, reason: int, kept: bool) -> None:
    try:
        entry("correct", "list:a", "name", "a" * value, role="editor", now=NOW, reason="b" * reason)
    except LedgerError:
        assert not kept
    else:
        assert kept


@pytest.mark.parametrize(("days", "old"), [(180, False), (181, True)])
def test_a_word_is_young_for_180_days(days: int, old: bool) -> None:
    """The list's own value has changed since, so that somebody has to decide."""
    at, before = NOW - timedelta(days=days), source_hash("(618) 555-0101")
    said = entry("correct", "list:a", "phone", "(618) 555-0103", role="editor", now=NOW, at=at,
                 source_hash=before)  # fmt: skip
    row = {"id": "list:a", "source": "list", "source_id": "a", "row": 1, "name": "A"}
    frame = pd.DataFrame([row | {"phone": "(618) 555-0102"}])
    result = apply(frame, ids_of(frame), fold([said._replace(n=1)]), NOW, "US", lambda: [])
    assert [review.old for review in result.reviews] == [old]


@pytest.mark.parametrize(
    ("role", "lasts"), [("editor", timedelta(hours=24)), ("steward", timedelta(days=366))]
)
def test_a_link_opens_for_a_day_and_a_stewards_for_a_year(
    store: Store, role: str, lasts: timedelta
) -> None:
    link = people.add(store, "Ann", role, NOW, "list:a")
    with pytest.raises(LedgerError):
        people.open_session(store, link.token, NOW + lasts + SECOND)
    assert people.open_session(store, link.token, NOW + lasts - SECOND)


def test_a_session_lasts_30_days(store: Store) -> None:
    session, ann = people.open_session(store, people.add(store, "A", "editor", NOW).token, NOW)
    lasts = timedelta(days=30)
    assert people.of_session(store, session, NOW + lasts - SECOND) == ann
    assert people.of_session(store, session, NOW + lasts + SECOND) is None


def test_a_person_is_called_by_at_most_80_letters(store: Store) -> None:
    assert people.add(store, "a" * 80, "editor", NOW)
    with pytest.raises(LedgerError):
        people.add(store, "a" * 81, "editor", NOW)


@pytest.mark.parametrize(
    ("seconds", "taken"), [(2.9, False), (3.0, True), (3_600.0, True), (3_600.1, False)]
)
def test_a_form_is_good_from_three_seconds_to_an_hour(
    store: Store, seconds: float, taken: bool
) -> None:
    clock = [1_000.0]
    forms = Forms(store, lambda: clock[0])
    token = forms.token("list:a")
    clock[0] += seconds
    try:
        forms.check(token, "list:a")
    except LedgerError:
        assert not taken
    else:
        assert taken


def test_five_suggestions_at_once_and_one_more_in_ten_minutes() -> None:
    clock = [0.0]
    bucket = Buckets(lambda: clock[0])
    for _ in range(5):
        bucket.take("1.2.3.4")
    for seconds, taken in ((599.0, False), (601.0, True)):
        clock[0] = seconds
        try:
            bucket.take("1.2.3.4")
        except LedgerError:
            assert not taken
        else:
            assert taken


@pytest.mark.parametrize(
    ("after", "lost", "held"),
    [(70, 30, False), (69, 0, True), (70, 31, True), (100, 30, False)],
)
def test_a_version_is_held_under_70_of_100_rows_or_over_30_gone(
    after: int, lost: int, held: bool
) -> None:
    assert versions._held(100, after, lost)[0] == held


@pytest.mark.parametrize(("lon", "near"), [("-88.91", True), ("-88.89", False)])
def test_near_is_a_tenth_of_the_width_outside(lon: str, near: bool) -> None:
    """The community reaches from -90 to -89."""
    frame = pd.DataFrame({"latitude": ["37.5"], "longitude": [lon]})
    kept = sources._near(frame, (-90.0, 37.0, -89.0, 38.0), "US")
    assert np.asarray(kept).tolist() == [near]


@pytest.mark.parametrize(
    ("fetched", "tried", "due"),
    [(24.0, None, True), (23.9, None, False), (25.0, 1.0, True), (25.0, 0.9, False)],
)
def test_a_source_is_asked_daily_and_after_a_failure_hourly(
    fetched: float, tried: float | None, due: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy: Any = type("Copy", (), {"fetched_at": NOW - timedelta(hours=fetched)})
    note = {} if tried is None else {"tried_at": (NOW - timedelta(hours=tried)).isoformat()}
    monkeypatch.setattr(remote, "copy_of", lambda *_: copy)
    monkeypatch.setattr(remote, "_note", lambda *_: note)
    assert remote._is_due(tmp_path, "list", {}, NOW) == due
