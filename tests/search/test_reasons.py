"""What a card says: why it fits, what to ask, what does not fit, when, how far, how many beds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from finder_tables import HOME, NOW, ZONE, ask, catalog, north, row

from assetmap import vocabulary
from assetmap.places import Place
from assetmap.search import Hit, Query, search
from assetmap.search.criteria import answer
from assetmap.search.reasons import (
    asks_in_words,
    beds_in_words,
    fits_in_words,
    length,
    limits_in_words,
    miss_in_words,
    next_time,
    time_in_words,
    way,
)


def one(fields: dict[str, str], query: Query, kind: str = "meeting") -> tuple[Hit, Any]:
    """The one asset of a table, in whatever group, and its row."""
    assets = catalog(row("a", kind, **fields))
    result = search(assets, query)
    (hit,) = [hit for group in ("match", "ask", "near_miss") for hit in result.hits(group)]
    return hit, assets.assets.iloc[0]


@pytest.mark.parametrize(
    ("fields", "asked", "english", "spanish"),
    [
        (
            {"schedule": "Fr 19:00-20:00", "children_welcome": "yes"},
            {"when": "fri 17:00-23:00", "yes": ("children_welcome",)},
            ["tonight 7:00 pm", "children welcome"],
            ["esta noche 7:00 p. m.", "se aceptan niños"],
        ),
        (
            {"cost": "donation", "languages": "es|en"},
            {"costs": ("free",), "languages": ("es",)},
            ["By donation", "in Spanish"],
            ["Por donación", "en español"],
        ),
        (
            {"id_required": "no", "wants": "music|drivers"},
            {"no": ("id_required",), "wants": ("music",)},
            ["No ID needed", "wants: music"],
            ["No piden identificación", "busca: música"],
        ),
        (
            {"format": "online", "welcomes": "women|veterans"},
            {"near": (HOME,), "within_m": 1.0, "welcomes": ("veterans",)},
            ["welcomes Veterans", "you can join from anywhere"],
            None,
        ),
    ],
)
def test_why_it_fits(
    fields: dict[str, str], asked: dict[str, Any], english: list[str], spanish: list[str] | None
) -> None:
    query = ask(**asked)
    hit, own = one(fields, query)
    assert fits_in_words(hit, query, own) == english
    if spanish:
        assert fits_in_words(hit, query, own, "es") == spanish


def test_what_to_ask_is_one_question_for_each_unknown() -> None:
    query = ask("tonight", costs=("free",), yes=("wheelchair",))
    hit, own = one({"only_for": "men", "age_min": "18", "referral_needed": "yes"}, query)
    assert hit.unknown == ("only_for", "age", "cost", "wheelchair", "referral_needed", "schedule")
    assert asks_in_words(hit, own) == [
        "It is only for men. May I come?",
        "It is for people 18 and older. May I come?",
        "What does it cost?",
        "Can a wheelchair get in?",
        "Someone has to refer you. Ask: who can do that?",
        "When are you open?",
    ]


def test_every_question_that_can_be_open_has_words_in_both_languages() -> None:
    """Ask everything there is of an asset of which nothing is known."""
    query = ask(
        "tonight",
        beds=True,
        near=(HOME,),
        within_m=1.0,
        age=30,
        pathways=("secular",),
        not_pathways=("christian",),
        programs=("smart",),
        concerns=("alcohol",),
        welcomes=("women",),
        languages=("es",),
        costs=("free",),
        formats=("online",),
        wants=("music",),
        medications=("methadone",),
        yes=tuple(name for name in vocabulary.terms("yes_no")),
    )
    nothing = {"format": "", "latitude": "", "longitude": ""}
    assets = catalog(row("a", "recovery_home", **nothing))
    names = {c.unknown_field for c in answer(assets, query).criteria}
    names |= {"record_limits", "court_linked", "law_enforcement_on_site", "referral_needed"}
    assert names >= {"beds_open", "same_day", "schedule", "address", "program", "age", "format"}
    blank = Hit(0, "t:a", (), None, None, None, None, (), tuple(sorted(names)), None, False)
    english, spanish = (asks_in_words(blank, assets.assets.iloc[0], x) for x in ("en", "es"))
    assert len(english) == len(spanish) == len(names)
    assert all(english) and all(spanish)
    assert not set(english) & set(spanish)


@pytest.mark.parametrize(
    ("fields", "asked", "words"),
    [
        ({"cost": "fee"}, {"costs": ("free",)}, "Fits, but check the cost: there is a fee."),
        ({"languages": "en"}, {"languages": ("es",)}, "Fits, but it is in English."),
        ({"format": "online"}, {"formats": ("in_person",)}, "Fits, but it is online."),
        ({"waiting_list": "yes"}, {"no": ("waiting_list",)}, "Fits, but there is a waiting list."),
        (
            {"schedule": "Sa 10:00-12:00"},
            {"when": "tonight"},
            "Fits, but starts tomorrow 10:00 am.",
        ),
        (
            {**north(3000), "cost": "free"},
            {"near": (HOME,), "within_m": 1609.344},
            "Fits, but it is 1.9 mi away.",
        ),
    ],
)
def test_the_one_thing_that_does_not_fit(
    fields: dict[str, str], asked: dict[str, Any], words: str
) -> None:
    query = ask(**asked)
    hit, own = one(fields, query)
    assert miss_in_words(hit, query, own, "mi") == words
    assert miss_in_words(hit._replace(misses=None), query, own, "mi") == ""


def test_a_full_house_and_a_slow_one_say_so() -> None:
    query = ask(needs=("bed_tonight",))
    beds = {"beds_total": "8", "beds_as_of": "2026-11-20T09:00"}
    full = {**beds, "beds_open": "0", "waiting_list": "yes", "same_day": "yes"}
    hit, own = one(full, query, "recovery_home")
    assert (hit.misses and hit.misses.field) == "waiting_list"
    assert miss_in_words(hit, query, own, "mi") == "Fits, but is full now, with a waiting list."
    hit, own = one({**beds, "beds_open": "2", "same_day": "no"}, query, "recovery_home")
    assert (hit.misses and hit.misses.field) == "when"
    assert miss_in_words(hit, query, own, "mi") == "Fits, but does not take people the same day."


@pytest.mark.parametrize(
    ("counted", "beds", "words"),
    [
        ("2026-11-20T09:00", "1", "1 open bed (last count: today 9:00 am)"),
        ("2026-11-20", "2", "2 open beds (last count: today)"),
        ("2026-11-19T18:00", "2", "2 open beds (last count: yesterday 6:00 pm)"),
        ("2026-11-19T17:59", "1", "1 open bed (last count: yesterday)"),
        ("2026-11-17T18:00", "1", "1 open bed (last count: Tuesday)"),
        ("2026-11-17T17:59", "1", ""),
        ("2026-11-11", "1", ""),
    ],
)
def test_bed_counts_in_words(counted: str, beds: str, words: str) -> None:
    own = catalog(row("a", "shelter", beds_total="9", beds_open=beds, beds_as_of=counted)).assets
    assert beds_in_words(own.iloc[0], NOW) == words


@pytest.mark.parametrize(
    ("start", "end", "kind", "words"),
    [
        ("20T19:00", "20T20:00", "sessions", "tonight 7:00 pm"),
        ("20T09:00", "20T21:00", "hours", "open now until 9:00 pm"),
        ("21T09:00", "21T17:00", "hours", "opens tomorrow, 9:00 am–5:00 pm"),
        ("19T00:00", "26T00:00", "hours", "open day and night"),
        ("24T19:00", "24T20:00", "sessions", "Tuesday 7:00 pm"),
        ("27T19:00", "27T20:00", "sessions", "Friday November 27 7:00 pm"),
    ],
)
def test_times_in_words(start: str, end: str, kind: str, words: str) -> None:
    begins, ends = (
        datetime.fromisoformat(f"2026-11-{x}").replace(tzinfo=ZONE) for x in (start, end)
    )
    assert time_in_words(begins, ends, NOW, kind) == words


def test_the_line_of_a_card() -> None:
    own = catalog(row("a"), row("b", by_appointment="yes")).assets
    start = NOW + timedelta(minutes=30)
    assert next_time(start, start + timedelta(hours=1), NOW, own.iloc[0]) == (
        "Tonight 6:30–7:30 pm, in 30 minutes"
    )
    assert next_time(None, None, NOW, own.iloc[0]) == "Times not known"
    assert next_time(None, None, NOW, own.iloc[1]) == "Call to set up a time"


def test_how_far_and_where() -> None:
    query = ask(near=(HOME, Place("campus", 38.5, -89.0)))
    hit, own = one(north(3000), query)
    assert way(hit, query, own, "mi") == "1.9 mi from home · 40 mi from campus"
    alone = ask(near=(HOME,))
    hit, own = one(north(-20_000), alone)
    assert way(hit, alone, own, "km") == "20 km south"
    hit, own = one({}, alone)
    assert way(hit, alone, own, "mi") == "right here"
    assert way(hit._replace(distance_m=None), alone, own, "mi") == ""
    assert length(160.9344, "mi") == "0.1 mi"


def test_a_hidden_home_is_told_by_its_town() -> None:
    query = ask(near=(HOME,))
    hidden = {"location_precision": "area", "address_ok": "", "city": "Milltown"}
    hit, own = one({**hidden, **north(3000)}, query, "recovery_home")
    assert own["location_precision"] == "area"
    if hit.distance_m is not None:
        assert way(hit, query, own, "mi").startswith("in Milltown, about ")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("18", "", "people 18 and older"),
        ("", "25", "people up to age 25"),
        ("16", "25", "people aged 16 to 25"),
        ("", "", ""),
    ],
)
def test_age_limits_in_words(low: str, high: str, words: str) -> None:
    own = catalog(row("a", age_min=low, age_max=high)).assets.iloc[0]
    assert limits_in_words(own) == words
