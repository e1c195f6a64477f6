"""MATCH, ASK and NEAR MISS, clause by clause of "The finder must answer these people".

Each table is small enough to be reasoned by hand; the clock stands on Friday, 20 November 2026,
18:00 in Chicago, and every asset without a word about place stands at HOME.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from finder_tables import HOME, NOW, ZONE, ask, catalog, find, north, row, unknowns

from assetmap.places import Place
from assetmap.search import GROUPS, Hit, Miss, search
from assetmap.search.reasons import way

EMPTY: dict[str, list[str]] = {"match": [], "ask": [], "near_miss": []}
ALWAYS_FIT = ("only_for", "age", "referral_needed")


def only(group: str, *ids: str) -> dict[str, list[str]]:
    return EMPTY | {group: list(ids)}


def alone(fields: dict[str, str], asked: dict[str, Any], kind: str = "meeting") -> str:
    """The group of one asset with `fields`, or "none"."""
    result = find([row("a", kind, **fields)], ask(**asked))
    return next((group for group in GROUPS if result[group]), "none")


# ── Whole answers ────────────────────────────────────────────────────────────────────────────


def test_three_friday_evenings_whole() -> None:
    """Pizza fits; nobody knows about children at the rink; the skate is on Saturday."""
    rows = [
        row("rink", "substance_free_social", schedule="Fr 19:00-21:00", **north(1000)),
        row("noon", "substance_free_social", schedule="Fr[1] 12:00-13:00", children_welcome="yes"),
        row("adults", "substance_free_social", schedule="Fr 19:00-21:00", children_welcome="no"),
        row("skate", "substance_free_social", schedule="Sa 10:00-12:00", children_welcome="yes"),
        row("pizza", "substance_free_social", schedule="Fr 18:30-20:00", child_care="yes"),
    ]
    query = ask("fri 17:00-23:00", needs=("fun",), yes=("children_welcome",), near=(HOME,))
    result = search(catalog(*rows), query)
    assert result.counts == {"match": 1, "ask": 1, "near_miss": 1}
    friday = datetime(2026, 11, 20, 18, 30, tzinfo=ZONE)
    assert result.hits("match") == [
        Hit(
            position=4,
            id="t:pizza",
            needs=("fun",),
            distance_m=0.0,
            near="home",
            start=friday,
            end=friday.replace(hour=20, minute=0),
            fits=("only_for", "age", "children_welcome", "referral_needed", "when"),
            unknown=(),
            misses=None,
            reports=False,
        )
    ]
    (rink,) = result.hits("ask")
    assert rink.distance_m == pytest.approx(1000, abs=0.1)
    assert rink._replace(distance_m=None) == Hit(
        0,
        "t:rink",
        ("fun",),
        None,
        "home",
        friday.replace(hour=19, minute=0),
        friday.replace(hour=21, minute=0),
        ("only_for", "age", "referral_needed", "when"),
        ("children_welcome",),
        None,
        False,
    )
    saturday = datetime(2026, 11, 21, 10, tzinfo=ZONE)
    assert result.hits("near_miss") == [
        Hit(
            3,
            "t:skate",
            ("fun",),
            0.0,
            "home",
            saturday,
            saturday.replace(hour=12),
            ("only_for", "age", "children_welcome", "referral_needed"),
            (),
            Miss("when", "fri 17:00-23:00", "Sa 10:00-12:00"),
            False,
        )
    ]


def test_a_near_miss_names_its_misfit_and_its_unknowns() -> None:
    rows = [row("far", languages="es", cost="fee", **north(1500))]
    query = ask(kinds=("meeting",), languages=("es",), yes=("wheelchair",), costs=("free",))
    (hit,) = search(catalog(*rows), query).hits("near_miss")
    assert (hit.misses, hit.unknown) == (Miss("cost", "free", "fee"), ("wheelchair",))
    far = replace(query, costs=(), near=(HOME,), within_m=1000.0)
    (hit,) = search(catalog(*rows), far).hits("near_miss")
    assert (hit.misses, hit.unknown) == (Miss("within", "1000 m", "1500 m"), ("wheelchair",))


def test_nothing_asked_is_everything_active_by_the_next_start() -> None:
    rows = [
        row("monday", schedule="Mo 19:00-20:00"),
        row("unknown"),
        row("tonight", schedule="Fr 19:00-20:00"),
    ]
    assert find(rows, ask()) == only("match", "tonight", "monday", "unknown")


def test_no_assets_at_all() -> None:
    nothing = catalog(row("a")).assets.iloc[:0]
    from assetmap.catalog import Catalog

    result = search(
        Catalog(nothing, NOW, str(ZONE)),
        ask("tonight", beds=True, near=(HOME,), within_m=1.0, age=9, welcomes=("women",)),
    )
    assert [result.hits(group) for group in GROUPS] == [[], [], []]


# ── Need, kind and refusals are never missed ─────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["candidate", "temporarily_closed", "inactive"])
def test_what_is_not_active_is_in_no_group(status: str) -> None:
    assert find([row("a", status=status), row("b")], ask(kinds=("meeting",))) == only("match", "b")
    assert alone({"status": status, "cost": "fee"}, {"costs": ("free",)}) == "none"


def test_needs_are_or_and_name_what_they_were_found_for() -> None:
    rows = [row("m"), row("d", "dentist"), row("food", "food"), row("line", "phone_support")]
    query = ask(needs=("dental", "talk"))
    result = {hit.id: hit.needs for hit in search(catalog(*rows), query).hits("match")}
    assert result == {"t:d": ("dental",), "t:line": ("talk",), "t:m": ("talk",)}


def test_kind_and_refusals_cut_what_a_need_gives() -> None:
    rows = [row("m"), row("p", "peer_group"), row("c", "recovery_coaching")]
    assert find(rows, ask(needs=("talk",), not_kinds=("meeting",))) == only("match", "c", "p")
    assert find(rows, ask(needs=("talk",), kinds=("meeting", "dentist"))) == only("match", "m")


def test_a_refused_pathway_is_in_no_group_and_an_unknown_one_is_asked() -> None:
    rows = [
        row("aa", program="aa"),
        row("smart", program="smart"),
        row("both", pathways="secular|twelve_step"),
        row("unknown"),
        row("crib", "child_care"),
    ]
    query = ask(not_pathways=("twelve_step",))
    result = search(catalog(*rows), query)
    assert [hit.id for hit in result.hits("match")] == ["t:crib", "t:smart"]
    assert unknowns(result) == {"unknown": ("pathways",)}
    assert result.hits("near_miss") == []


def test_repeated_options_are_or_and_different_fields_are_and() -> None:
    rows = [
        row("s", concerns="stimulants", languages="en"),
        row("p", concerns="prescription", languages="es"),
        row("x", concerns="alcohol", languages="es"),
        row("any", concerns="any", languages="es|en"),
    ]
    two = ask(concerns=("stimulants", "prescription"))
    assert find(rows, two) == only("match", "p", "s", "any")
    both = replace(two, languages=("es",))
    assert find(rows, both) == {"match": ["p", "any"], "ask": [], "near_miss": ["s"]}


def test_an_option_said_twice_is_asked_once() -> None:
    rows = [row("a", waiting_list="yes")]
    assert find(rows, ask(no=("waiting_list", "waiting_list"))) == only("near_miss", "a")
    assert ask(kinds=("meeting", "meeting"), yes=("wheelchair",) * 3).kinds == ("meeting",)


def test_text_must_hold_every_word_wherever_it_stands() -> None:
    rows = [
        row("a", name="Open Door", city="Milltown"),
        row("b", name="Open Mic", city="Alder City"),
        row("c", name="Iglesia de la Unión", program="saa"),
    ]
    assert find(rows, ask(text="milltown OPEN")) == only("match", "a")
    assert find(rows, ask(text="la UNIÓN")) == only("match", "c")
    assert find(rows, ask(text="sex addicts")) == only("match", "c")
    assert find(rows, ask(text="nobody")) == EMPTY


# ── What may be missed, and what never ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "asked", "group"),
    [
        # Time, distance, cost, format, language and the waiting list may differ …
        ({"cost": "fee"}, {"costs": ("free",)}, "near_miss"),
        ({"cost": "donation"}, {"costs": ("free",)}, "match"),
        ({"cost": "free"}, {"costs": ("donation",)}, "near_miss"),
        ({"cost": "sliding|insurance"}, {"costs": ("medicaid", "insurance")}, "match"),
        ({}, {"costs": ("free",)}, "ask"),
        ({"format": "online"}, {"formats": ("in_person",)}, "near_miss"),
        ({"format": "online|in_person"}, {"formats": ("in_person",)}, "match"),
        ({"languages": "en"}, {"languages": ("es",)}, "near_miss"),
        ({"languages": "en|es"}, {"languages": ("es",)}, "match"),
        ({}, {"languages": ("es",)}, "ask"),
        ({"waiting_list": "yes"}, {"no": ("waiting_list",)}, "near_miss"),
        ({"waiting_list": "no"}, {"no": ("waiting_list",)}, "match"),
        ({}, {"no": ("waiting_list",)}, "ask"),
        # … and nothing else may.
        ({"age_min": "30"}, {"age": 26}, "none"),
        ({"age_max": "25"}, {"age": 26}, "none"),
        ({"only_for": "men"}, {"welcomes": ("women",)}, "none"),
        ({"medication_welcome": "no"}, {"yes": ("medication_welcome",)}, "none"),
        ({"medication_welcome": "no"}, {"medications": ("methadone",)}, "none"),
        ({"accepts_record": "no"}, {"yes": ("accepts_record",)}, "none"),
        ({"wheelchair": "no"}, {"yes": ("wheelchair",)}, "none"),
        ({"children_welcome": "no"}, {"yes": ("child_care",)}, "none"),
        ({"concerns": "alcohol"}, {"concerns": ("gambling",)}, "none"),
        ({"pathways": "christian"}, {"pathways": ("secular",)}, "none"),
        ({"pathways": "all"}, {"pathways": ("secular",)}, "match"),
        ({"id_required": "yes"}, {"no": ("id_required",)}, "none"),
        ({"worship_required": "yes"}, {"no": ("worship_required",)}, "none"),
        ({"program": "aa"}, {"programs": ("smart",)}, "none"),
        ({"program": "smart"}, {"programs": ("smart", "na")}, "match"),
        ({}, {"programs": ("smart",)}, "ask"),
        # Two things that may differ are two misfits.
        ({"cost": "fee", "languages": "en"}, {"costs": ("free",), "languages": ("es",)}, "none"),
    ],
)
def test_one_asset_one_question(fields: dict[str, str], asked: dict[str, Any], group: str) -> None:
    assert alone(fields, asked) == group


def test_who_speaks_of_no_pathway_because_it_is_not_about_recovery() -> None:
    """A dentist follows no pathway; it fits where dentists are asked for, and only there."""
    dentist = row("d", "dentist")
    assert find([dentist], ask(needs=("dental",), pathways=("secular",))) == only("match", "d")
    assert find([dentist], ask(pathways=("secular",))) == EMPTY
    assert find([dentist], ask(concerns=("gambling",))) == EMPTY
    assert find([dentist], ask(programs=("smart",))) == EMPTY
    assert find([row("m")], ask(pathways=("secular",))) == only("ask", "m")


# ── Distance ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("metres", "group"),
    [(0, "match"), (999.9, "match"), (1000.3, "near_miss"), (1999, "near_miss"), (2001, "none")],
)
def test_a_distance_misses_by_at_most_twice(metres: float, group: str) -> None:
    assert alone(north(metres), {"near": (HOME,), "within_m": 1000.0}) == group


def test_a_place_nobody_knows_is_asked_for() -> None:
    result = search(
        catalog(row("a", latitude="", longitude="")), ask(near=(HOME,), within_m=1000.0)
    )
    (hit,) = result.hits("ask")
    assert (hit.distance_m, hit.near, hit.unknown) == (None, None, ("address",))


def test_what_can_be_joined_from_anywhere_is_never_too_far() -> None:
    rows = [
        row("online", format="online"),
        row("both", format="in_person|online", **north(50_000)),
        row("far", **north(50_000)),
    ]
    near = ask(near=(HOME,), within_m=1000.0)
    # What can be joined from here stands after what needs no way at all.
    assert find(rows, near) == only("match", "online", "both")
    both = search(catalog(*rows), near).hits("match")[1]
    assert (both.from_here, both.distance_m, both.near) == (True, None, None)
    # In person was asked: what is online only misses by its format alone, "both" is too far.
    assert find(rows, replace(near, formats=("in_person",))) == only("near_miss", "online")
    assert find(rows, replace(near, formats=("online",))) == only("match", "online", "both")


def test_of_two_places_the_nearest_is_in_reach_and_named() -> None:
    campus = Place("campus", 37.95, -89.0)
    rows = [row("home", **north(300)), row("lab", **north(-200, campus)), row("no", **north(2500))]
    query = ask(near=(HOME, campus), within_m=1000.0)
    result = [(h.id, h.near, round(h.distance_m or 0)) for h in _hits(rows, query, "match")]
    # The way to the farther place is 5,260 m and 5,360 m.
    assert result == [("t:home", "home", 300), ("t:lab", "campus", 200)]
    assert [hit.near for hit in _hits(rows, replace(query, within_m=2000.0), "near_miss")] == [
        "home"
    ]


def _hits(rows: list[dict[str, str]], query: Any, group: str) -> list[Hit]:
    return search(catalog(*rows), query).hits(group)


# ── Time ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("schedule", "kind", "group"),
    [
        ("Fr 18:00-19:00", "meeting", "match"),
        ("Fr 22:59-23:30", "meeting", "match"),
        ("Fr 23:00-23:30", "meeting", "near_miss"),
        ("Fr 17:30-20:00", "meeting", "match"),  # has begun, and most of it is to come
        ("Fr 17:00-18:20", "meeting", "match"),  # 20 minutes are left
        ("Fr 17:00-18:19", "meeting", "near_miss"),  # less; the next is in a week
        ("Fr 17:50-18:10", "meeting", "match"),  # half of it is left
        ("Fr 17:49-18:09", "meeting", "near_miss"),
        ("Fr 12:00-13:00", "meeting", "near_miss"),
        ("Fr 16:00-18:01", "job_help", "match"),  # hours: come any time while it is open
        ("Fr 16:00-18:00", "job_help", "near_miss"),
        ("Th 20:00-02:00", "job_help", "near_miss"),
        ("2026 Nov 27 22:00-23:00", "meeting", "near_miss"),
        ("2026 Nov 27 23:00-23:30", "meeting", "none"),
        ("2026 Nov 28 10:00-11:00", "meeting", "none"),
        ("2026 Nov 20 17:00-17:45", "meeting", "none"),  # over
        ("24/7", "meeting", "match"),
        ("24/7", "phone_support", "match"),
        ("24/7; PH off", "meeting", "match"),
    ],
)
def test_friday_evening(schedule: str, kind: str, group: str) -> None:
    assert alone({"schedule": schedule}, {"when": "fri 17:00-23:00"}, kind) == group


def test_unknown_times_are_asked_for_and_closed_ones_are_not_unknown() -> None:
    rows = [row("unknown", by_appointment="yes"), row("once", schedule="2025 Mar 03 10:00-11:00")]
    result = search(catalog(*rows), ask("tonight"))
    assert unknowns(result) == {"unknown": ("schedule",)}
    assert result.counts == {"match": 0, "ask": 1, "near_miss": 0}


def test_a_time_misses_by_seven_days_before_the_window_too_but_not_before_now() -> None:
    rows = [
        row("six_before", schedule="2026 Nov 28 12:00-13:00"),
        row("eight_before", schedule="2026 Nov 25 12:00-13:00"),
        row("past", schedule="2026 Nov 19 12:00-13:00"),
        row("seven_after", schedule="2026 Dec 11 21:59-23:00"),
        row("later", schedule="2026 Dec 11 22:00-23:00"),
    ]
    query = ask("2026-12-04 18:00-22:00")
    assert find(rows, query) == only("near_miss", "six_before", "seven_after")


def test_tonight_reaches_over_midnight_and_the_weekend_over_both_days() -> None:
    rows = [
        row("late", schedule="Sa 03:59-05:00"),
        row("dawn", schedule="Sa 04:00-05:00"),
        row("sunday", schedule="Su 23:59-24:00"),
        row("monday", schedule="Mo 00:00-01:00"),
    ]
    assert find(rows, ask("tonight")) == {
        "match": ["late"],
        "ask": [],
        "near_miss": ["dawn", "sunday", "monday"],
    }
    assert find(rows, ask("weekend")) == {
        "match": ["late", "dawn", "sunday"],
        "ask": [],
        "near_miss": ["monday"],
    }


def test_a_day_whose_clock_is_set_back_has_all_its_hours() -> None:
    """On 1 November 2026 Chicago has 01:30 twice; a group then is at the first of the two."""
    night = datetime(2026, 10, 31, 20, tzinfo=ZONE)
    rows = [row("twice", schedule="Su 01:30-02:30"), row("last", schedule="Su 23:30-24:00")]
    result = search(catalog(*rows, now=night), ask("sunday", at=night))
    starts = [hit.start.timestamp() - night.timestamp() for hit in result.hits("match")]
    assert starts == [5.5 * 3600, (27.5 + 1) * 3600]


# ── For whom, and what nobody asked ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [
        ({"only_for": "men"}, ("only_for",)),
        ({"age_min": "18"}, ("age",)),
        ({"age_max": "25"}, ("age",)),
        ({"age_min": "0"}, None),
        ({"referral_needed": "yes"}, ("referral_needed",)),
        ({"referral_needed": "no"}, None),
        ({"only_for": "women", "age_min": "18"}, ("only_for", "age")),
        ({}, None),
    ],
)
def test_a_restriction_nobody_asked_about_is_asked(
    fields: dict[str, str], unknown: tuple[str, ...] | None
) -> None:
    result = search(catalog(row("a", **fields)), ask(kinds=("meeting",)))
    assert unknowns(result) == ({} if unknown is None else {"a": unknown})
    assert result.counts["match"] == (unknown is None)


@pytest.mark.parametrize(
    ("fields", "asked", "group"),
    [
        ({"only_for": "women"}, {"welcomes": ("women",)}, "match"),
        ({"only_for": "men"}, {"welcomes": ("women", "men")}, "match"),
        ({"welcomes": "women"}, {"welcomes": ("women",)}, "match"),
        # Welcoming one group says nothing of another.
        ({"welcomes": "women"}, {"welcomes": ("veterans",)}, "ask"),
        ({"only_for": "women"}, {"welcomes": ("veterans",)}, "ask"),
        ({"only_for": "veterans"}, {"welcomes": ("women",)}, "ask"),
        ({"only_for": "women"}, {"welcomes": ("women_with_children",)}, "match"),
        # She may have children; nobody said.
        ({"only_for": "women_with_children"}, {"welcomes": ("women",)}, "ask"),
        ({"only_for": "men_with_children"}, {"welcomes": ("women_with_children",)}, "none"),
        ({"only_for": "men_with_children"}, {"welcomes": ("women",)}, "none"),
        ({"only_for": "young_people"}, {"age": 20}, "match"),
        ({"only_for": "young_people"}, {"age": 31}, "none"),
        ({"only_for": "young_people"}, {"age": 68}, "none"),
        ({"only_for": "older_adults"}, {"age": 68}, "match"),
        ({"only_for": "teens"}, {"age": 40}, "none"),
        ({"only_for": "teens"}, {"age": 18}, "none"),
        # One of them, but ruled out by the other.
        ({"only_for": "women|young_people"}, {"age": 68, "welcomes": ("women",)}, "ask"),
        ({"only_for": "women|young_people"}, {"age": 20, "welcomes": ("women",)}, "match"),
        ({"only_for": "women|young_people"}, {"age": 68}, "none"),
        # Teenagers may be 16 or 17 and so young people; they are never older adults.
        ({"only_for": "young_people"}, {"welcomes": ("teens",)}, "ask"),
        ({"only_for": "older_adults"}, {"welcomes": ("teens",)}, "none"),
        ({"age_min": "18"}, {"welcomes": ("teens",)}, "none"),
        ({"age_min": "14"}, {"welcomes": ("teens",)}, "ask"),
        ({"age_min": "18"}, {"welcomes": ("teens", "parents")}, "ask"),
        ({"age_max": "17"}, {"welcomes": ("young_people",)}, "ask"),
        ({"age_max": "15"}, {"welcomes": ("young_people",)}, "none"),
    ],
)
def test_for_whom(fields: dict[str, str], asked: dict[str, Any], group: str) -> None:
    # Ages are told apart below; here nobody under 18 or over 100 is kept out by silence.
    if "age" in asked:
        fields = {"age_min": "0", "age_max": "120"} | fields
    assert alone(fields, asked) == group


@pytest.mark.parametrize(
    ("age", "fields", "group"),
    [
        (68, {"age_min": "18"}, "match"),
        (68, {"age_min": "18", "age_max": "54"}, "none"),
        (68, {"age_max": "68"}, "match"),
        (18, {"age_min": "18"}, "match"),
        (18, {"age_max": "25"}, "match"),
        (68, {}, "ask"),
        # Under 18: unknown limits are asked, adults-only never shows.
        (17, {"age_min": "18"}, "none"),
        (17, {"age_min": "17"}, "match"),
        (17, {}, "ask"),
        (17, {"age_max": "20"}, "ask"),
        (17, {"age_max": "16"}, "none"),
        (17, {"age_min": "12", "age_max": "17"}, "match"),
        (17, {"age_min": "18", "cost": "fee"}, "none"),
    ],
)
def test_age(age: int, fields: dict[str, str], group: str) -> None:
    assert alone(fields, {"age": age}) == group


@pytest.mark.parametrize(
    ("fields", "asked", "unknown"),
    [
        ({"accepts_record": "yes"}, {"yes": ("accepts_record",)}, None),
        ({"accepts_record": "yes", "record_limits": "none"}, {"yes": ("accepts_record",)}, None),
        (
            {"accepts_record": "yes", "record_limits": "case_by_case"},
            {"yes": ("accepts_record",)},
            ("record_limits",),
        ),
        (
            {"accepts_record": "yes", "record_limits": "no_violence|no_arson"},
            {"yes": ("accepts_record",)},
            ("record_limits",),
        ),
        ({}, {"yes": ("accepts_record",)}, ("accepts_record",)),
        ({"medication_welcome": "yes"}, {"yes": ("medication_welcome",)}, None),
        (
            {"medication_welcome": "yes", "medications_ok": "naltrexone"},
            {"yes": ("medication_welcome",)},
            ("medications_ok",),
        ),
        ({"medications_ok": "methadone"}, {"medications": ("methadone",)}, None),
        ({"medications_ok": "any"}, {"medications": ("methadone",)}, None),
        ({"medications_ok": "naltrexone"}, {"medications": ("methadone",)}, ("medications_ok",)),
        ({}, {"medications": ("methadone",)}, ("medications_ok",)),
        # Recovery medicine refused says nothing of medicine for mental health.
        (
            {"medication_welcome": "no"},
            {"medications": ("psychiatric",)},
            ("medications_ok",),
        ),
        (
            {"medication_welcome": "yes", "medications_ok": "naltrexone"},
            {"yes": ("medication_welcome",), "medications": ("naltrexone",)},
            None,
        ),
        ({"wants": "drivers"}, {"wants": ("music",)}, ("wants",)),
        ({"wants": "drivers|music"}, {"wants": ("music", "cooks")}, None),
    ],
)
def test_a_yes_for_some_is_asked_about(
    fields: dict[str, str], asked: dict[str, Any], unknown: tuple[str, ...] | None
) -> None:
    result = search(catalog(row("a", **fields)), ask(**asked))
    assert unknowns(result) == ({} if unknown is None else {"a": unknown})
    assert result.counts["match"] == (unknown is None)


def test_giving_back_finds_openings_and_whatever_wants_something() -> None:
    rows = [
        row("choir", "volunteer_opening", wants="music"),
        row("ask", "volunteer_opening"),
        row("center", "recovery_community_center", wants="music|drivers"),
        row("lessons", "arts_and_music"),
    ]
    expected = {"match": ["center", "choir"], "ask": ["ask"], "near_miss": []}
    assert find(rows, ask(wants=("music",))) == expected
    assert find(rows, ask(needs=("give_back",), wants=("music",))) == expected
    grouped = {h.id: h.needs for h in _hits(rows, ask(needs=("give_back",)), "match")}
    assert grouped == {f"t:{id}": ("give_back",) for id in ("choir", "ask", "center")}


# ── Beds ─────────────────────────────────────────────────────────────────────────────────────


def home(id: str, kind: str = "recovery_home", beds: str = "1", as_of: str = "", **more: str):
    counted = {"beds_total": "8", "beds_open": beds, "beds_as_of": as_of} if as_of else {}
    return row(id, kind, **counted, **more)


@pytest.mark.parametrize(
    ("beds", "as_of", "more", "group"),
    [
        ("1", "2026-11-20T17:00", {}, "match"),
        ("1", "2026-11-19T18:00", {}, "match"),  # exactly 24 hours
        ("1", "2026-11-19T17:59", {}, "ask"),
        ("1", "2026-11-17T18:00", {}, "ask"),  # exactly 72 hours
        ("1", "2026-11-17T17:00", {}, "ask"),  # too old: as if nobody had counted
        ("1", "2026-11-11", {}, "ask"),
        ("1", "2026-11-20", {}, "match"),  # a bare day counts from its start: 18 hours
        ("1", "2026-11-19", {}, "ask"),  # … 42 hours
        ("1", "2026-11-19T23:59Z", {}, "ask"),  # 17:59 in Chicago
        ("1", "2026-11-20T00:00Z", {}, "match"),
        ("1", "2026-11-20T23:00", {}, "ask"),  # counted in the future: not believed
        ("0", "2026-11-20T17:00", {}, "none"),
        ("0", "2026-11-20T17:00", {"waiting_list": "yes"}, "near_miss"),
        ("0", "2026-11-18T17:00", {}, "ask"),  # full two days ago is not full now
        ("", "", {}, "ask"),
    ],
)
def test_an_open_bed(beds: str, as_of: str, more: dict[str, str], group: str) -> None:
    result = find([home("a", beds=beds, as_of=as_of, **more)], ask(beds=True))
    assert result == (EMPTY if group == "none" else only(group, "a"))


def test_bed_counts_age_by_the_stopwatch_when_the_clock_is_set_back() -> None:
    """From Saturday 12:00 to Sunday 11:30 on 1 November 2026 are 24.5 hours, not 23.5."""
    noon = datetime(2026, 11, 1, 11, 30, tzinfo=ZONE)
    assets = catalog(home("a", as_of="2026-10-31T12:00"), now=noon)
    assert search(assets, ask(at=noon, beds=True)).counts == {"match": 0, "ask": 1, "near_miss": 0}


def test_tonight_also_needs_same_day_intake() -> None:
    fresh = "2026-11-20T12:00"
    rows = [
        home("yes", as_of=fresh, same_day="yes"),
        home("unknown", as_of=fresh),
        home("no", as_of=fresh, same_day="no"),
    ]
    tonight = {"match": ["yes"], "ask": ["unknown"], "near_miss": ["no"]}
    assert find(rows, ask(needs=("bed_tonight",))) == tonight
    assert find(rows, ask("tonight", beds=True)) == tonight
    assert find(rows, ask("now", beds=True)) == tonight
    assert find(rows, ask(beds=True)) == only("match", "no", "unknown", "yes")
    assert find(rows, ask("2026-12-01", beds=True)) == only("match", "no", "unknown", "yes")
    (hit,) = _hits(rows, ask(needs=("bed_tonight",)), "near_miss")
    assert hit.misses == Miss("when", "tonight", "no same-day intake", "same_day")
    # Asked for by name, it is like every other yes: what says no is in no group.
    assert find(rows, ask(needs=("bed_tonight",), yes=("same_day",))) == {
        "match": ["yes"],
        "ask": ["unknown"],
        "near_miss": [],
    }


def test_without_an_open_bed_a_call_list() -> None:
    """Shelters first, then homes whose intake is open now, whatever else is unknown of them."""
    rows = [
        home("closed", same_day="yes", intake_hours="Mo-Fr 09:00-17:00", **north(10)),
        home("open", intake_hours="Fr 17:00-19:00", **north(3000)),
        home("unknown", same_day="yes", **north(20)),
        row("shelter", "shelter", **north(5000)),
        row("near_shelter", "shelter", **north(4000)),
        home("tuesday", as_of="2026-11-18T18:00", same_day="yes", **north(6000)),
    ]
    query = ask(needs=("bed_tonight",), near=(HOME,))
    called = ["near_shelter", "shelter", "open", "unknown"]
    # Who takes nobody before Monday is no call for tonight.
    closed = {"match": [], "near_miss": ["closed"]}
    assert find(rows[:-1], query) == {"ask": called, **closed}
    # A bed counted two days ago is worth the first call.
    assert find(rows, query) == {"ask": ["tuesday", *called], **closed}
    # With a bed that is open the list is as always: fewest unknowns first, then distance.
    sure = home("sure", as_of="2026-11-20T12:00", same_day="yes")
    assert find([*rows, sure], query) == {
        "match": ["sure"],
        "ask": ["unknown", "tuesday", "open", "near_shelter", "shelter"],
        "near_miss": ["closed"],
    }


def test_beds_are_asked_of_what_has_beds_only() -> None:
    rows = [row("job", "job_help"), home("home", as_of="2026-11-20T12:00", same_day="yes")]
    assert find(rows, ask(needs=("bed_tonight", "job"))) == only("match", "home", "job")
    assert find(rows, ask(beds=True)) == only("match", "home")
    # With beds and the near misses by distance, not by whom to call.
    near = ask(needs=("bed_tonight",), near=(HOME,), within_m=1000.0)
    far = [
        row("shelter", "shelter", same_day="yes", **north(1900)),
        home("home", as_of="2026-11-20T12:00", same_day="yes", **north(1500)),
    ]
    assert find(far, near) == only("near_miss", "home", "shelter")


# ── Courts and police ────────────────────────────────────────────────────────────────────────


def test_what_may_report_comes_last_says_so_and_never_fits_unless_asked_for() -> None:
    rows = [
        row("annex", "peer_group", law_enforcement_on_site="yes"),
        row("linked", "peer_group", court_linked="yes", cost="fee"),
        row("free", "peer_group", only_for="men", age_min="18", **north(900)),
        row("court", "treatment_court"),
    ]
    query = ask(kinds=("peer_group",), near=(HOME,))
    result = search(catalog(*rows), query)
    assert unknowns(result) == {
        "free": ("only_for", "age"),
        "annex": ("law_enforcement_on_site",),
        "linked": ("court_linked",),
    }
    assert [hit.reports for hit in result.hits("ask")] == [False, True, True]
    assert result.counts == {"match": 0, "ask": 3, "near_miss": 0}
    # Only the kind itself, or the field, asks for it.
    both = ask(kinds=("peer_group", "treatment_court"), near=(HOME,))
    assert find(rows, both) == {"match": ["court"], "ask": ["free", "annex", "linked"]} | {
        "near_miss": []
    }
    police = ask(kinds=("peer_group",), yes=("law_enforcement_on_site",))
    assert find(rows, police) == {"match": ["annex"], "ask": ["free", "linked"], "near_miss": []}
    linked = ask(kinds=("peer_group",), yes=("court_linked",))
    assert find(rows, linked) == only("match", "linked")


def test_a_near_miss_that_may_report_stands_after_the_others() -> None:
    rows = [
        row("annex", court_linked="yes", cost="fee"),
        row("shop", cost="fee", **north(500)),
    ]
    result = search(catalog(*rows), ask(costs=("free",), near=(HOME,)))
    assert [(hit.id, hit.unknown, hit.reports) for hit in result.hits("near_miss")] == [
        ("t:shop", (), False),
        ("t:annex", ("court_linked",), True),
    ]


# ── Order ────────────────────────────────────────────────────────────────────────────────────


def test_asked_for_a_time_the_soonest_start_comes_first_then_the_nearest() -> None:
    rows = [
        row("eight", schedule="Fr 20:00-21:00"),
        row("far", schedule="Fr 18:30-19:30", **north(9000)),
        row("near", schedule="Fr 18:30-19:30", **north(100)),
        row("open", "job_help", schedule="Fr 09:00-21:00", **north(500)),
        row("line", "phone_support", schedule="24/7", format="phone"),
    ]
    query = ask("fri 18:00-22:00", near=(HOME,))
    # Open at once: the place at 500 m, and the line, which has no distance and stands after it.
    assert find(rows, query) == only("match", "open", "line", "near", "far", "eight")


def test_what_is_open_already_is_equally_soon_however_long_it_has_been_open() -> None:
    rows = [
        row("b_since_nine", "job_help", schedule="Fr 09:00-23:00", **north(200)),
        row("a_since_five", "job_help", schedule="Fr 17:00-23:00", **north(300)),
        row("c_at_seven", "job_help", schedule="Fr 19:00-23:00", **north(100)),
    ]
    # Now: by id, as nobody said where; then the one that is not open yet.
    assert find(rows, ask()) == only("match", "a_since_five", "b_since_nine", "c_at_seven")
    # Today, from midnight on: the nearer of the two that are open, then seven o'clock.
    today = ask("today", near=(HOME,))
    assert find(rows, today) == only("match", "b_since_nine", "a_since_five", "c_at_seven")
    # From eight on all three are open when the window begins: the nearest.
    late = ask("fri 20:00-22:00", near=(HOME,))
    assert find(rows, late) == only("match", "c_at_seven", "b_since_nine", "a_since_five")


def test_without_a_time_the_nearest_comes_first_and_no_place_last() -> None:
    rows = [row("online", format="online"), row("b", **north(200)), row("a", **north(300))]
    assert find(rows, ask(near=(HOME,))) == only("match", "b", "a", "online")


def test_near_misses_stand_by_their_own_time() -> None:
    rows = [
        row("thursday", schedule="Th 19:00-20:00", **north(10)),
        row("wednesday", schedule="We 19:00-20:00", **north(900)),
        row("tuesday", schedule="Tu 19:00-20:00", **north(500)),
    ]
    query = ask("2026-11-27", near=(HOME,))
    assert find(rows, query) == only("near_miss", "tuesday", "wednesday", "thursday")


def test_fewest_unknowns_first_then_time() -> None:
    rows = [
        row("two", schedule="Fr 18:10-19:00", wheelchair="yes"),
        row("one_late", schedule="Fr 21:00-22:00", wheelchair="yes", languages="es"),
        row("one", schedule="Fr 19:00-20:00", languages="es", cost="free"),
        row("three", schedule="Fr 18:05-19:00"),
    ]
    asked = ask("tonight", yes=("wheelchair",), languages=("es",), costs=("free",))
    assert find(rows, asked) == only("ask", "one", "one_late", "two", "three")


def test_a_time_found_far_ahead_has_its_own_end() -> None:
    """The next first Saturday of May is more than 35 days off, and lasts two hours."""
    rows = [row("may", schedule="May Sa[1] 10:00-12:00"), row("never", schedule="2020 10:00-11:00")]
    may, never = _hits(rows, ask(), "match")
    assert (may.start, may.end) == (
        datetime(2027, 5, 1, 10, tzinfo=ZONE),
        datetime(2027, 5, 1, 12, tzinfo=ZONE),
    )
    assert (never.start, never.end) == (None, None)


def test_what_never_closes_is_there_now() -> None:
    (hit,) = _hits([row("line", "phone_support", schedule="24/7")], ask(), "match")
    assert hit.start == NOW
    (hit,) = _hits([row("line", "phone_support", schedule="24/7")], ask("fri 20:00-22:00"), "match")
    assert hit.start == NOW


def test_a_limit_takes_the_first_and_the_counts_stay() -> None:
    result = search(catalog(*(row(id) for id in "dcba")), ask())
    assert [hit.id for hit in result.hits("match", 2)] == ["t:a", "t:b"]
    assert result.hits("match", 0) == []
    assert result.counts["match"] == 4
    assert result.mask("match").tolist() == [True] * 4
    assert result.mask("ask").tolist() == [False] * 4


def test_near_two_places_the_farther_one_decides_and_both_are_said() -> None:
    home, campus = Place("home", 37.90, -89.00), Place("campus", 37.90, -89.10)
    assets = catalog(
        row("at_home", latitude="37.90", longitude="-89.00"),
        row("between", latitude="37.90", longitude="-89.05"),
    )
    query = ask(needs=("meeting",), near=(home, campus))
    hits = search(assets, query).hits("match")
    assert [hit.id for hit in hits] == ["t:between", "t:at_home"]
    # A tenth of a degree of longitude at 37.9° north is 8.78 km.
    assert [(name, round(metres, -2)) for name, metres in hits[1].distances] == [
        ("home", 0.0),
        ("campus", 8800.0),
    ]
    words = way(hits[1], query, assets.assets.iloc[hits[1].position], "mi")
    assert words == "at home · 5.5 mi from campus"
    assert hits[1].distance_m == 0.0 and hits[1].near == "home"
