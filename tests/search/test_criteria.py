"""Every criterion at once, on tables and questions drawn at random, against the slow finder."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from finder_tables import HOME, NOW, ZONE, ask, catalog, groups, north, row
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slow_search import slow_search

from assetmap.places import Place
from assetmap.schedule import window
from assetmap.search import GROUPS, Query, search
from assetmap.search.criteria import answer
from assetmap.search.groups import MISS_NAMES

# A Friday evening, the evening before clocks are set back, the days before they are set forward.
CLOCKS = (
    NOW,
    datetime(2026, 10, 31, 20, tzinfo=ZONE),
    datetime(2027, 3, 12, 9, 30, tzinfo=ZONE),
)
# A table is drawn from one seed, so that making it smaller would only draw another one.
SLOW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
FEWER = settings(SLOW, max_examples=25)

KINDS = {
    "meeting": 4, "peer_group": 2, "phone_support": 1, "recovery_home": 3, "shelter": 2,
    "job_help": 2, "dentist": 1, "volunteer_opening": 1, "law_enforcement_program": 1,
}  # fmt: skip
SCHEDULES = (
    "24/7", "Fr 19:00-20:00", "Fr 17:30-19:00", "Sa 10:00-12:00", "Fr 22:00-01:00",
    "Mo-Fr 09:00-17:00", "Mo-Su 08:00-22:00", "Su 01:30-02:45", "Su 02:15-04:00",
    "Fr[1] 18:00-21:00",
    "Tu 19:00-20:00, Sa[1] 10:00-12:00", "2026 Dec 25 10:00-11:00", "Jul Su[1] 10:00-11:00",
    "Mo-Fr 16:00-18:00; PH off", "2020 Jan 01 10:00-11:00",
)  # fmt: skip
WHEN = (
    "now", "today", "tonight", "weekend", "fri 17:00-23:00", "sunday", "2026-11-27",
    "sun 01:00-03:00", "2026-12-24 22:00-23:00",
)  # fmt: skip
YES = ("children_welcome", "child_care", "wheelchair", "accepts_record", "medication_welcome")
YES_NO = (*YES, "waiting_list", "referral_needed", "same_day", "id_required")
SETS = {
    "pathways": ("secular", "twelve_step", "all", "christian"),
    "concerns": ("any", "alcohol", "gambling"),
    "welcomes": ("women", "veterans", "young_people", "teens", "women_with_children"),
    "only_for": ("women", "men", "young_people", "older_adults", "veterans", "men_with_children"),
    "languages": ("en", "es"),
    "cost": ("free", "donation", "sliding", "fee"),
    "format": ("in_person", "online", "phone"),
    "wants": ("music", "drivers"),
    "medications_ok": ("any", "methadone", "psychiatric", "naltrexone"),
    "record_limits": ("none", "case_by_case", "no_violence"),
}


SEEDS = st.integers(0, 2**32)


def table(chance: random.Random, at: datetime, size: int = 12) -> list[dict[str, str]]:
    """Assets of which each thing may be unknown, as they would be typed."""
    rows = []
    for number in range(size):
        (kind,) = chance.choices(list(KINDS), list(KINDS.values()))
        fields = {"status": "active"}
        if chance.random() < 0.05:
            fields["status"] = chance.choice(("inactive", "candidate", "temporarily_closed"))
        for name in YES_NO:
            fields[name] = chance.choice(("yes", "yes", "no", "", ""))
        if fields["child_care"] == "yes":
            fields["children_welcome"] = "yes"
        fields["referral_needed"] = chance.choice(("", "", "", "no", "yes"))
        for name in ("law_enforcement_on_site", "court_linked"):
            fields[name] = chance.choice(("", "", "", "", "", "no", "yes"))
        for name, terms in SETS.items():
            some = chance.sample(terms, chance.choice((0, 1, 1, 2)))
            often = 0.3 if name == "only_for" else 0.8
            fields[name] = "|".join(some) if chance.random() < often else ""
        if chance.random() < 0.3:
            fields["program"] = chance.choice(("aa", "smart"))
        low = chance.choice(("", "", "0", "12", "18", "55"))
        high = chance.choice(("", "", "17", "54", "120"))
        if low and high and int(low) > int(high):
            high = ""
        fields |= {"age_min": low, "age_max": high}
        if chance.random() < 0.8:
            fields["schedule"] = chance.choice(SCHEDULES)
        if kind in ("recovery_home", "shelter"):
            if chance.random() < 0.7:
                ago = chance.choice((-3, -1, 0, 5, 23, 24, 25, 50, 71, 72, 73, 200))
                counted = (at - timedelta(hours=ago)).replace(tzinfo=None)
                fields["beds_as_of"] = counted.isoformat(timespec="minutes")
                fields |= {"beds_total": "9", "beds_open": chance.choice(("0", "1", "4"))}
            if chance.random() < 0.5:
                fields["intake_hours"] = chance.choice(SCHEDULES[:8])
        point = {"latitude": "", "longitude": ""}
        if chance.random() < 0.8 and "in_person" in (fields["format"] or "in_person"):
            point = north(chance.choice((0, 400, 900, 1100, 1900, 2100, 5000)))
        rows.append(row(f"a{number:02d}", kind, **{**fields, **point}))
    return rows


def question(chance: random.Random, at: datetime) -> Query:
    """A few things asked at once, sometimes two options of one."""

    def some(terms: tuple[str, ...], often: float = 0.12) -> tuple[str, ...]:
        return (
            tuple(chance.sample(terms, chance.choice((1, 1, 2)))) if chance.random() < often else ()
        )

    asked: dict[str, Any] = {
        "needs": some(("meeting", "talk", "bed_tonight", "job", "give_back", "dental"), 0.4),
        "kinds": some(tuple(KINDS), 0.2),
        "not_kinds": some(tuple(KINDS), 0.1),
        "not_pathways": some(("twelve_step", "christian")),
        "pathways": some(("secular", "twelve_step")),
        "programs": some(("aa", "smart"), 0.06),
        "concerns": some(("gambling", "alcohol")),
        "welcomes": some(SETS["welcomes"]),
        "languages": some(SETS["languages"]),
        "costs": some(SETS["cost"]),
        "formats": some(SETS["format"]),
        "wants": some(SETS["wants"], 0.06),
        "medications": some(("methadone", "psychiatric"), 0.06),
        "yes": some((*YES, "same_day", "law_enforcement_on_site", "court_linked"), 0.3),
        "no": some(("waiting_list", "id_required", "referral_needed")),
        "age": chance.choice((None, None, None, 0, 16, 17, 18, 30, 68)),
        "beds": chance.random() < 0.15,
    }
    if chance.random() < 0.5:
        asked["near"] = (HOME, Place("other", 37.91, -89.0))[: chance.choice((1, 1, 2))]
        asked["within_m"] = chance.choice((None, 500.0, 1000.0, 5000.0))
    if chance.random() < 0.5:
        asked["when"] = window(chance.choice(WHEN), at)
    return Query(at=at, **asked)


def drawn(seed: int) -> tuple[list[dict[str, str]], Query]:
    chance = random.Random(seed)
    at = chance.choice(CLOCKS)
    return table(chance, at), question(chance, at)


@SLOW
@given(SEEDS)
def test_the_fast_finder_agrees_with_the_slow_one(seed: int) -> None:
    """Groups, misfits, unknowns and the order within each group."""
    chance = random.Random(seed)
    at = chance.choice(CLOCKS)
    rows = table(chance, at)
    assets = catalog(*rows, now=at)
    for _ in range(6):
        query = question(chance, at)
        expected = slow_search(rows, query)
        result = search(assets, query)
        for group in GROUPS:
            hits = result.hits(group)
            slow = {id: item for id, item in expected.items() if item.group == group}
            assert {hit.id[2:] for hit in hits} == set(slow), group
            for hit in hits:
                item = slow[hit.id[2:]]
                assert set(hit.unknown) == item.unknown
                assert hit.reports == item.reports
                missed = hit.misses and hit.misses.field
                assert missed == (item.misses and MISS_NAMES.get(item.misses, item.misses))
            assert [hit.id[2:] for hit in hits] == sorted(slow, key=lambda id: slow[id].key)


@FEWER
@given(SEEDS)
def test_an_asset_is_in_one_group_and_only_in_one(seed: int) -> None:
    rows, query = drawn(seed)
    assets = catalog(*rows, now=query.at)
    for criterion in answer(assets, query).criteria:
        assert not (criterion.yes & criterion.no).any(), criterion.name
    result = search(assets, query)
    ids = [hit.id for group in GROUPS for hit in result.hits(group)]
    assert len(ids) == len(set(ids)) == sum(result.counts.values())
    for group in GROUPS:
        for hit in result.hits(group):
            assert (hit.misses is not None) == (group == "near_miss")
            assert group != "match" or hit.unknown == ()
            assert group != "ask" or hit.unknown


@FEWER
@given(SEEDS)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    rows, query = drawn(seed)
    mixed = random.Random(seed).sample(rows, len(rows))
    first, second = (search(catalog(*some, now=query.at), query) for some in (rows, mixed))
    assert groups(first) == groups(second)


# Wishes that only take away. An age, or for whom, answers what nobody had asked before, and a
# bed makes the opening times of a home no matter.
WISHES: tuple[dict[str, Any], ...] = (
    {"costs": ("free",)}, {"languages": ("es",)}, {"formats": ("in_person",)},
    {"concerns": ("gambling",)}, {"pathways": ("secular",)}, {"not_pathways": ("twelve_step",)},
    {"programs": ("smart",)}, {"not_kinds": ("meeting",)}, {"text": "a0"}, {"within_m": 1000.0},
    {"no": ("waiting_list",)}, {"yes": ("wheelchair",)}, {"yes": ("accepts_record",)},
)  # fmt: skip
RANK = {"match": 2, "ask": 1, "near_miss": 0}


@FEWER
@given(SEEDS)
def test_a_wish_more_never_lifts_an_asset(seed: int) -> None:
    rows, query = drawn(seed)
    query = replace(query, near=(HOME,), within_m=None, age=None, wants=(), beds=False)
    assets = catalog(*rows, now=query.at)
    before = {id: RANK[group] for group, ids in groups(search(assets, query)).items() for id in ids}
    for wish in WISHES:
        (name,) = wish
        about_recovery = query.pathways or query.concerns
        if getattr(query, name) or (name == "text" and about_recovery):
            # A need, kind or word is what brings in what is not about recovery.
            continue
        after = groups(search(assets, replace(query, **wish)))
        for group, ids in after.items():
            for id in ids:
                assert RANK[group] <= before.get(id, -1), (wish, id)


@settings(SLOW, max_examples=25)
@given(SEEDS)
def test_unknown_never_counts_as_yes(seed: int) -> None:
    """A match whose answer to one question is wiped out is a match no more."""
    rows, query = drawn(seed)
    asked = {
        "pathways": ("pathways", "program"), "concerns": ("concerns", "program"),
        "not_pathways": ("pathways", "program"), "programs": ("program",),
        "languages": ("languages",), "costs": ("cost",), "wants": ("wants",),
        "formats": ("format", "latitude", "longitude"), "medications": ("medications_ok",),
        "welcomes": ("welcomes", "only_for"), "age": ("age_min", "age_max"),
    }  # fmt: skip
    wiped = {name: fields for name, fields in asked.items() if name in query.asked}
    wiped |= {f"yes {name}": (name,) for name in query.yes if name != "court_linked"}
    wiped |= {f"no {name}": (name,) for name in query.no}
    if "children_welcome" in query.yes:
        wiped["yes children_welcome"] = ("children_welcome", "child_care")
    if query.when is not None and not query.wants_bed:
        wiped["when"] = ("schedule", "intake_hours")
    if query.wants_bed:
        wiped["beds"] = ("beds_open",)
        wiped["as_of"] = ("beds_as_of",)
    if query.within_m is not None:
        wiped["within"] = ("latitude", "longitude", "format")
    matched = set(groups(search(catalog(*rows, now=query.at), query))["match"])
    about = {"meeting", "peer_group", "phone_support", "recovery_home"}
    for name, fields in wiped.items():
        left = [{**item, **dict.fromkeys(fields, "")} for item in rows]
        if name in ("pathways", "concerns", "not_pathways"):
            left = [item for item in left if item["kind"] in about]
        if name == "yes wheelchair":
            # Who takes part from home does not ask about a door.
            left = [item for item in left if "in_person" in (item["format"] or "in_person")]
        if name in ("beds", "as_of"):
            left = [item for item in left if item["kind"] in ("recovery_home", "shelter")]
        if left:
            still = groups(search(catalog(*left, now=query.at), query))["match"]
            assert [id for id in still if id in matched] == [], name


@pytest.mark.parametrize("at", CLOCKS)
def test_the_drawn_tables_reach_every_group(at: datetime) -> None:
    """Lest the tests above agree about nothing at all."""
    chance = random.Random(3)
    seen: dict[str, int] = dict.fromkeys(GROUPS, 0)
    table = [
        row(f"a{n}", chance.choice(list(KINDS)), cost=chance.choice(("free", "fee", "")))
        for n in range(30)
    ]
    for group, ids in groups(search(catalog(*table, now=at), ask(at=at, costs=("free",)))).items():
        seen[group] += len(ids)
    assert min(seen.values()) > 2
