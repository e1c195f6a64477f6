"""The catalog: what it knows of assets, and the times it keeps against those of each schedule."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from finder_tables import NOW, ZONE, catalog, row
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assetmap.catalog import Catalog
from assetmap.schedule import occurrences

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# Evenings before an ordinary week-end and before both changes of the clock.
CLOCKS = (
    NOW,
    datetime(2026, 10, 31, 22, tzinfo=ZONE),
    datetime(2027, 3, 13, 23, 30, tzinfo=ZONE),
)


def schedule(chance: random.Random) -> str:
    """One to three rules: any minute, over midnight, nth weekdays, closed days, day and night."""
    if chance.random() < 0.1:
        return chance.choice(("24/7", "24/7; PH off", "Mo-Su 00:00-24:00"))
    rules = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        first, last = sorted(chance.sample(range(7), 2))
        days = chance.choice((DAYS[first], f"{DAYS[first]}-{DAYS[last]}", f"{DAYS[last]}[2,-1]"))
        start, end = (chance.randrange(24 * 60) for _ in range(2))
        if start != end:
            span = f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
            rules.append(f"{days} {span}")
    closed = chance.choice(("", "", "; PH off", "; Dec 24-26 off"))
    return ", ".join(rules or ["Mo 09:00-10:00"]) + closed


def first_by_hand(
    text: str, kind: str, zone: str, begin: datetime, end: datetime
) -> tuple[int, int] | None:
    """The earliest session that starts in the window, or hours that overlap it."""
    for start, stop in occurrences(text, None, kind, zone, begin, end):
        if kind == "hours" or text.startswith("24/7") or start.timestamp() >= begin.timestamp():
            return int(start.timestamp()), int(stop.timestamp())
    return None


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(st.integers(0, 2**32))
def test_first_times_are_those_of_each_schedule(seed: int) -> None:
    """In and outside the days kept, over midnight, around both changes of the clock."""
    chance = random.Random(seed)
    now = chance.choice(CLOCKS)
    rows = [
        row(
            f"a{number}",
            schedule=schedule(chance),
            time_kind=chance.choice(("sessions", "hours")),
            timezone=chance.choice((str(ZONE), str(ZONE), "America/New_York", "Asia/Kolkata")),
        )
        for number in range(12)
    ]
    result = catalog(*rows, now=now)
    for _ in range(8):
        hours = chance.choice((-20, 0, 1, 12, 29, 24 * 34, 24 * 35, 24 * 36, 24 * 90, -24 * 40))
        begin = now + timedelta(hours=hours, minutes=chance.randrange(60))
        end = begin + timedelta(minutes=chance.choice((1, 120, 360, 1440, 9 * 1440)))
        first = result.first_between(begin, end)
        for at, (text, kind, zone) in enumerate(
            zip(
                *(result.assets[name] for name in ("schedule", "time_kind", "timezone")),
                strict=True,
            )
        ):
            expected = first_by_hand(text, kind, zone, begin, end)
            assert first.found[at] == (expected is not None), (text, kind, begin, end)
            if expected is None:
                continue
            start, stop = int(first.start[at]), int(first.end[at])
            if text.startswith("24/7"):
                # Cut to the days laid out on either side; both hold the window's part of it.
                assert start <= max(expected[0], int(begin.timestamp()))
                assert stop >= min(expected[1], int(end.timestamp()))
            else:
                assert start == expected[0], (text, kind, begin, end)
                if kind == "hours" or stop != expected[1]:
                    # Where two begin at once either may be named; both are in the schedule.
                    spans = occurrences(text, None, kind, zone, begin, end)
                    ends = {int(b.timestamp()) for a, b in spans if int(a.timestamp()) == start}
                    assert stop in ends


def test_days_kept_are_yesterday_and_35_from_today() -> None:
    result = catalog(row("a"))
    assert result.begin == datetime(2026, 11, 19, tzinfo=ZONE)
    assert result.end == datetime(2026, 12, 25, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        # A group from 22:00 to 01:00: there at its start, not an hour later.
        ("20T21:00", "20T22:00", [False, False, True]),
        ("20T22:00", "20T22:01", [True, True, True]),
        ("20T23:00", "21T00:30", [False, True, True]),
        ("21T01:00", "21T02:00", [False, False, True]),
        # Nothing is in no time at all, nor between later and earlier.
        ("20T22:30", "20T22:30", [False, False, False]),
        ("20T23:00", "20T22:00", [False, False, False]),
    ],
)
def test_over_midnight_and_day_and_night(begin: str, end: str, found: list[bool]) -> None:
    assets = catalog(
        row("group", schedule="Fr 22:00-01:00"),
        row("porch", "job_help", schedule="Fr 22:00-01:00"),
        row("line", "phone_support", schedule="24/7"),
    )
    low, high = (
        datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE) for text in (begin, end)
    )
    assert assets.first_between(low, high).found.tolist() == found


def test_far_times_are_found_up_to_400_days_with_their_ends() -> None:
    assets = catalog(
        row("yearly", schedule="Nov 19 18:00-19:30"),
        row("porch", "job_help", schedule="2027 Jul 04 08:00-24:00"),
        row("rule", recurrence="DTSTART:20270105T190000 RRULE:FREQ=WEEKLY;INTERVAL=2"),
        row("over", schedule="2025 Jul 04 08:00-24:00"),
        row("unknown"),
    )
    result = assets.next_far(NOW, np.arange(5))
    times = [
        (assets.moment(int(a)).isoformat()[:16], assets.moment(int(b)).isoformat()[:16])
        for a, b in zip(result.start[result.found], result.end[result.found], strict=True)
    ]
    assert result.found.tolist() == [True, True, True, False, False]
    assert times == [
        ("2027-11-19T18:00", "2027-11-19T19:30"),
        ("2027-07-04T08:00", "2027-07-05T00:00"),
        ("2027-01-05T19:00", "2027-01-05T20:00"),
    ]
    assert assets.has_times.tolist() == [True, True, True, True, False]


def test_yes_no_and_unknown_are_three() -> None:
    assets = catalog(row("y", wheelchair="yes"), row("n", wheelchair="no"), row("u"))
    known = assets.yes_no("wheelchair")
    assert (known.yes.tolist(), known.no.tolist()) == ([True, False, False], [False, True, False])


def test_sets_know_what_they_hold_and_whether_they_are_known() -> None:
    assets = catalog(row("a", cost="free|sliding"), row("b", cost="fee"), row("c"))
    assert assets.knows("cost").tolist() == [True, True, False]
    assert assets.has_any("cost", ("free", "fee")).tolist() == [True, True, False]
    assert assets.has_any("cost", ("medicaid",)).tolist() == [False, False, False]
    asked: list[object] = []
    said = assets.judge_sets("cost", lambda terms: asked.append(terms) or len(terms or ()))
    assert said.tolist() == [2, 1, 0]
    assert asked == [frozenset(("free", "sliding")), frozenset(("fee",)), None]
    assert assets.of_kinds({"meeting"}).tolist() == [True] * 3
    assert assets.of_kinds(set()).tolist() == [False] * 3


def test_the_version_changes_with_any_value_and_with_the_day() -> None:
    rows = [row("a", cost="free", wheelchair="yes"), row("b", schedule="Mo 19:00-20:00")]
    version = catalog(*rows).version
    assert catalog(*rows).version == version
    assert catalog(*rows, now=NOW + timedelta(hours=5)).version == version
    others = [
        catalog(*rows, now=NOW + timedelta(days=1)).version,
        catalog(*rows[::-1]).version,
        catalog(rows[0] | {"wheelchair": ""}, rows[1]).version,
        catalog(rows[0] | {"cost": "free|donation"}, rows[1]).version,
        catalog(rows[0] | {"latitude": "37.900001"}, rows[1]).version,
        catalog(rows[0], rows[1] | {"name": "C"}).version,
    ]
    assert len({version, *others}) == 7


def test_searching_leaves_the_assets_as_they_were() -> None:
    from finder_tables import HOME, ask

    from assetmap.search import search

    assets = catalog(row("a", schedule="Fr 19:00-20:00"), row("b", "shelter"))
    before = assets.assets.copy()
    first = search(assets, ask("tonight", needs=("meeting", "bed_tonight"), near=(HOME,)))
    hits = first.hits("match"), first.hits("ask")
    again = search(assets, ask("tonight", needs=("meeting", "bed_tonight"), near=(HOME,)))
    pd.testing.assert_frame_equal(assets.assets, before)
    assert (again.hits("match"), again.hits("ask")) == hits


def test_words_are_found_without_accents_and_case_in_every_text() -> None:
    assets = catalog(
        row("a", name="Café José", organization="Hope Alliance"),
        row("b", description="Coffee at half past six", address="12 Main Street", city="Milltown"),
    )
    assert isinstance(assets, Catalog)
    for text, result in (
        ("cafe", [True, False]),
        ("JOSE hope", [True, False]),
        ("half MILLTOWN", [False, True]),
        ("Reunión de recuperación", [True, True]),
        ("jose milltown", [False, False]),
    ):
        assert assets.holds_words(text).tolist() == result, text
