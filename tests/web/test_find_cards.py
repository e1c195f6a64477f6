"""What a card says, as whole cards, and in what sections the cards stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_town import NOW, ROWS, SQUARE, state

from assetmap.schedule import window
from assetmap.search import Query, search
from assetmap.web.card_texts import of_hits
from assetmap.web.cards import Card
from assetmap.web.find import listing as find_list
from assetmap.web.state import State

MILE_M = 1609.344
TONIGHT = window("fri 17:00-23:00", NOW)
COME = "A small circle of people who have been there. You can just listen."


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> State:
    return state(tmp_path_factory.mktemp("town"))


def query(**asked: Any) -> Query:
    return Query(at=NOW, **asked)


def card(town: State, name: str, language: str = "en", **asked: Any) -> Card:
    result = search(town.catalog, query(**asked))
    hits = [hit for group in ("match", "ask", "near_miss") for hit in result.hits(group)]
    return of_hits([hit for hit in hits if hit.id == f"own:{name}"], result.query, town, language)[
        0
    ]


def shown(town: State, **asked: Any) -> list[tuple[str, list[str]]]:
    result = find_list.sections(town, search(town.catalog, query(**asked)), "en")
    return [(item.title, [card["id"][4:] for card in item.cards]) for item in result]


def test_a_home_known_by_its_town_says_how_far_about_and_how_old_its_count_is(town: State) -> None:
    assert card(
        town, "home", needs=("bed_tonight",), near=(SQUARE,), within_m=20 * MILE_M, age=40
    ) == {
        "id": "own:home",
        "name": "Cedar House",
        "kind_label": "Recovery home",
        "icon": "home",
        "colour": "#D55E00",
        "ink": "#000000",
        "guessed": "",
        "closed": "",
        "differs": "",
        "when": "Times not known",
        "usual": "",
        "intake": "",
        # Shown is a rough place near it, never its own: 13.1 miles north and 3.1 west.
        "way": "in Milltown, about 13 mi",
        "place": "Milltown",
        # Counted 54 hours ago: shown with its day, and asked about.
        "fits": ["There is a fee", "1 open bed (last count: Wednesday)"],
        "ask": ["Is there an age limit for me?", "Is there an open bed?"],
        "court": False,
        "know": [],
        "description": "A quiet house.",
        "visit": (
            "You call and they ask some questions. Then you may meet the people who live there."
        ),
        "phone": "(618) 555-0111",
        "text_phone": False,
        "dial": "",
        "dial_open": "",
        "email": "",
        "directions": None,
        "join": "",
        "join_open": "",
        "website": "",
        "on_map": True,
        "saved": False,
        "facts": [
            ("How to take part", "In person"),
            ("Also known", "Takes people the same day · People with a record are welcome"),
        ],
        "notes": [],
        "run_by": "",
        "source": "from Our list",
        "checked": "checked by phone, November 5, 2026",
        "problem_url": "mailto:fix@example.org"
        "?subject=Mistake%20on%20the%20list%3A%20Cedar%20House%20%28own%3Ahome%29",
    }


def test_a_group_says_when_where_what_fits_and_what_to_know(town: State) -> None:
    asked = {"needs": ("talk",), "yes": ("children_welcome",), "costs": ("free",)}
    place = {"near": (SQUARE,), "within_m": 5 * MILE_M, "when": TONIGHT}
    assert card(town, "group", **asked, **place) == {
        "id": "own:group",
        "name": "Friday *Circle*",
        "kind_label": "Peer support group",
        "icon": "diversity_3",
        "colour": "#0072B2",
        "ink": "#FFFFFF",
        "guessed": "",
        "closed": "",
        "differs": "",
        "when": "Tonight 7:00–8:00\u00a0pm, in 4 hours",
        "usual": "Fridays 7:00–8:00\u00a0pm",
        "intake": "",
        "way": "1.0 mi north",
        "place": "12 Foundry Avenue, Smallton",
        "fits": ["Children welcome", "free", "in Spanish"],
        "ask": [],
        "court": False,
        "know": ["The building checks ID"],
        "description": "",
        "visit": COME,
        "phone": "(618) 555-0112",
        "text_phone": True,
        "dial": "",
        "dial_open": "",
        "email": "",
        "directions": (37.9145, -89.0),
        "join": "",
        "join_open": "",
        "website": "https://example.org/circle",
        "on_map": True,
        "saved": False,
        # What the card says already is not said again: no "Children welcome", no "ID".
        "facts": [("How to take part", "In person"), ("Languages", "English · Spanish")],
        "notes": [],
        "run_by": "Small Town Peers",
        "source": "from Our list",
        "checked": "last checked May 2, 2024, over a year ago: call before you go",
        "problem_url": "mailto:fix@example.org"
        "?subject=Mistake%20on%20the%20list%3A%20Friday%20%2ACircle%2A%20%28own%3Agroup%29",
    }


def test_a_near_miss_in_spanish_ends_with_one_full_stop(town: State) -> None:
    told = card(town, "saturday", "es", needs=("talk",), when=TONIGHT)
    assert told["differs"] == "Le sirve, pero el horario es: mañana 6:30 a. m."
    assert told["when"] == "Mañana 6:30–7:30\u00a0a.\u00a0m."


def test_a_spanish_card_shows_the_spanish_text_and_the_english_one_where_there_is_none(
    town: State,
) -> None:
    assert card(town, "home", "es", needs=("bed_tonight",))["description"] == "Una casa tranquila."
    assert card(town, "home", needs=("bed_tonight",))["description"] == "A quiet house."


def test_hours_nobody_could_read_are_shown_as_they_were_written(town: State) -> None:
    told = card(town, "written", needs=("talk",))
    assert (told["when"], told["usual"]) == ("Hours, in their own words: whenever Bob is in", "")


def test_a_report_of_a_fault_says_nothing_of_what_was_asked(town: State) -> None:
    asked = card(town, "group", needs=("talk",), text="circle", age=30, near=(SQUARE,))
    assert asked["problem_url"] == card(town, "group")["problem_url"]


def test_care_stands_apart_and_what_may_report_last_and_folded(town: State) -> None:
    talk = {"kinds": ("peer_group", "nurse_line"), "when": TONIGHT}
    result = search(town.catalog, query(**talk))
    outcome = find_list.sections(town, result, "en")
    assert shown(town, **talk) == [
        ("These fit: 1", ["group"]),
        ("Health care that fits: 1", ["nurse"]),
        ("May fit: ask first (1)", ["written"]),
        ("Almost: one thing is different (1)", ["saturday"]),
        ("May report to a court or the police: 1", ["court"]),
    ]
    assert [item.folded for item in outcome] == [False, False, False, False, True]
    assert outcome[-1].note == (
        "What you say there may be passed on. You can ask who will hear it."
    )


def test_a_bed_without_a_fresh_count_gives_a_list_to_call(town: State) -> None:
    result = search(town.catalog, query(needs=("bed_tonight",), age=40))
    assert find_list.no_open_bed(town, result)
    assert [section.title for section in find_list.sections(town, result, "en")] == [
        "Call first, in this order: 1"
    ]


def test_long_sections_say_how_many_more_there_are(tmp_path: Path) -> None:
    many = [
        {**ROWS[1], "id": f"g{at}", "schedule": "Sa 10:00-11:00" if at < 40 else "Fr 19:00-20:00"}
        for at in range(65)
    ]
    town = state(tmp_path, many)
    result = search(town.catalog, query(needs=("talk",), when=TONIGHT))
    assert result.counts == {"match": 25, "ask": 0, "near_miss": 20}
    outcome = find_list.sections(town, result, "en")
    assert [(item.title, len(item.cards), item.more) for item in outcome] == [
        ("These fit: 25", 20, 5),
        ("Almost: one thing is different (20)", 5, 15),
    ]
    more = find_list.sections(town, result, "en", shown={"near": 20})
    assert [(len(item.cards), item.more) for item in more] == [(20, 5), (20, 0)]
    first, rest = find_list.split(outcome)
    assert [(item.title, len(item.cards), item.more) for item in (*first, *rest)] == [
        ("These fit: 25", 3, 0),
        ("", 17, 5),
        ("Almost: one thing is different (20)", 5, 15),
    ]


def test_who_asks_nothing_sees_a_few_of_every_section_but_the_first(tmp_path: Path) -> None:
    nurse = next(row for row in ROWS if row["id"] == "nurse")
    many = [{**ROWS[1], "id": f"g{number}"} for number in range(25)]
    many += [{**nurse, "id": f"n{number}"} for number in range(12)]
    town = state(tmp_path, many)
    result = find_list.sections(town, search(town.catalog, query()), "en")
    assert {item.key: (len(item.cards), item.more) for item in result} == {
        "match": (20, 5),
        "clinical": (5, 7),
    }
    more = find_list.sections(town, search(town.catalog, query()), "en", shown={"clinical": 20})
    assert {item.key: (len(item.cards), item.more) for item in more}["clinical"] == (12, 0)


def test_what_was_chosen_on_the_map_stands_first_and_only_there(town: State) -> None:
    result = search(town.catalog, query(needs=("talk",)))
    outcome = find_list.sections(town, result, "en", picked="own:saturday")
    assert [card["id"] for card in outcome[0].cards] == ["own:saturday"]
    assert outcome[0].title == "On the map"
    assert [card["id"] for item in outcome[1:] for card in item.cards].count("own:saturday") == 0
    assert find_list.split(outcome)[0] == [outcome[0]]


def test_needs_side_by_side_have_their_own_counts_and_nothing_twice(town: State) -> None:
    result = search(town.catalog, query(needs=("talk", "mental_health"), when=TONIGHT))
    outcome = find_list.sections(town, result, "en")
    ids = [card["id"] for item in outcome for card in item.cards]
    assert len(ids) == len(set(ids)) == sum(result.counts.values())
    assert outcome[0].title == "Someone to talk to: 1"


def test_who_cannot_call_finds_what_needs_no_call_first(tmp_path: Path) -> None:
    office = {"kind": "benefits_help", "cost": "free", "format": "in_person"}
    rows = [
        {"id": "a", "name": "A", **office, "by_appointment": "yes", "phone": "(618) 555-0101"},
        {"id": "b", "name": "B", **office, "walk_in": "yes"},
        {"id": "c", "name": "C", **office},
    ]
    town = state(tmp_path, rows)
    result = search(town.catalog, query(kinds=("benefits_help",)))
    before = find_list.sections(town, result, "en")[0]
    after = find_list.sections(town, result, "en", no_call=True)[0]
    assert [card["id"] for card in before.cards] == ["own:a", "own:b", "own:c"]
    assert [card["id"] for card in after.cards] == ["own:b", "own:a", "own:c"]


def test_a_guessed_kind_is_said_on_its_card(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "name": "Al-Anon Family Groups", "kind": "Support Group"},
        {"id": "2", "name": "Plain", "kind": "peer_group"},
    ]
    town = state(tmp_path, rows)
    assert town.community.guessed_kinds == {"own:1"}
    told = [(card(town, name)["guessed"], card(town, name)["visit"]) for name in ("1", "2")]
    # Of a guessed kind nobody can say what a first visit is like.
    assert told == [("(we guessed the kind)", ""), ("", COME)]


def test_nothing_that_fits_says_what_to_give_up_and_whom_to_call(town: State) -> None:
    asked = query(needs=("talk",), languages=("fr",), near=(SQUARE,), within_m=5 * MILE_M)
    assert not len(np.intersect1d(search(town.catalog, asked).match, [0]))
    assert find_list.empty_in_words(town, asked, "en") == [
        "We know of nothing within 5 mi that fits all of this.",
        "Without “French” there are 3.",
        "There may be more. Call (618) 555-0100 and ask: a person can help you look.",
    ]


def test_nobody_is_told_to_give_up_their_age(town: State) -> None:
    asked = query(needs=("talk",), when=TONIGHT, age=16)
    assert search(town.catalog, asked).counts["match"] == 0
    assert [text for text in find_list.empty_in_words(town, asked, "en") if "age" in text] == []
