"""The one JSON document of `python -m assetmap search`."""

from __future__ import annotations

import json

from finder_tables import HOME, ask, catalog, north, row

from assetmap.search import search
from assetmap.search.reasons import report


def test_the_whole_document() -> None:
    assets = catalog(
        row("pizza", "substance_free_social", schedule="Fr 19:00-21:00", child_care="yes"),
        row("rink", "substance_free_social", schedule="Fr 19:00-21:00", **north(1930)),
        row("skate", "substance_free_social", schedule="Sa 10:00-12:00", children_welcome="yes"),
        row("clinic", "health_clinic"),
    )
    query = ask("fri 17:00-23:00", needs=("fun",), yes=("children_welcome",), near=(HOME,))
    document = report(search(assets, query), assets)
    common = {
        "kind": "substance_free_social",
        "needs": ["fun"],
        "near": "home",
        "clinical": False,
        "court_linked": False,
        "from_here": False,
    }
    friday = {
        "next_start": "2026-11-20T19:00-06:00",
        "next_end": "2026-11-20T21:00-06:00",
    }
    assert document == {
        "at": "2026-11-20T18:00-06:00",
        "counts": {"match": 1, "ask": 1, "near_miss": 1},
        "match": [
            {
                **common,
                **friday,
                "id": "t:pizza",
                "name": "Pizza",
                "distance_m": 0,
                "why": ["tonight 7:00 pm", "children welcome"],
            }
        ],
        "ask": [
            {
                **common,
                **friday,
                "id": "t:rink",
                "name": "Rink",
                "distance_m": 1930,
                "why": ["tonight 7:00 pm"],
                "unknown": ["children_welcome"],
            }
        ],
        "near_miss": [
            {
                **common,
                "id": "t:skate",
                "name": "Skate",
                "distance_m": 0,
                "next_start": "2026-11-21T10:00-06:00",
                "next_end": "2026-11-21T12:00-06:00",
                "why": ["Children welcome"],
                "unknown": [],
                "misses": {"field": "when", "asked": "fri 17:00-23:00", "has": "Sa 10:00-12:00"},
            }
        ],
    }
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_unknown_times_and_places_are_null_and_clinical_and_courts_are_said() -> None:
    assets = catalog(
        row("clinic", "health_clinic", latitude="", longitude=""),
        row("court", "treatment_court"),
        row("annex", "peer_group", law_enforcement_on_site="yes"),
    )
    query = ask(kinds=("health_clinic", "treatment_court", "peer_group"))
    document = report(search(assets, query), assets)
    told = {
        item["id"]: (item["clinical"], item["court_linked"], item["next_start"], item["near"])
        for group in ("match", "ask")
        for item in document[group]
    }
    assert told == {
        "t:clinic": (True, False, None, None),
        "t:court": (False, True, None, None),
        "t:annex": (False, False, None, None),
    }
    assert [item["unknown"] for item in document["ask"]] == [["law_enforcement_on_site"]]
    assert document["match"][0]["distance_m"] is None


def test_a_limit_cuts_each_group_and_leaves_the_counts() -> None:
    assets = catalog(*(row(id) for id in "abc"))
    document = report(search(assets, ask()), assets, 2)
    assert [item["id"] for item in document["match"]] == ["t:a", "t:b"]
    assert document["counts"] == {"match": 3, "ask": 0, "near_miss": 0}


def test_a_bed_counted_on_tuesday_is_said_and_an_older_one_is_not() -> None:
    beds = {"beds_total": "8", "beds_open": "1", "same_day": "yes"}
    assets = catalog(
        row("fresh", "recovery_home", **beds, beds_as_of="2026-11-20T09:00"),
        row("tuesday", "recovery_home", **beds, beds_as_of="2026-11-17T18:00"),
        row("old", "recovery_home", **beds, beds_as_of="2026-11-11T09:00"),
    )
    document = report(search(assets, ask(needs=("bed_tonight",))), assets)
    said = {item["id"]: item["why"] for group in ("match", "ask") for item in document[group]}
    assert said == {
        "t:fresh": ["1 open bed (last count: today 9:00 am)"],
        "t:tuesday": ["1 open bed (last count: Tuesday)"],
        "t:old": [],
    }
