"""The thirteen stories through the Find page, at their own clocks, with what must not happen."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from story_rules import MUST_NOT
from streamlit.testing.v1 import AppTest
from test_directory_stories import EVERYTHING, form_of, served
from test_stories import STORIES, ids

from assetmap.web.state import State

MATCHES = {"match", "clinical", ""}
SHOWN = {part.partition(":")[0]: 500 for part in EVERYTHING}


class Asking:
    """Which community the page shows; AppTest runs its script beside this module."""

    state: State


def _page() -> None:
    from unittest.mock import patch

    from test_find_stories import Asking

    from assetmap.web.find import page

    # The page runs again until it draws what is served.
    with patch.object(page, "current", lambda: Asking.state):
        page.show(Asking.state)


@cache
def page(name: str) -> AppTest:
    """The page after the story's question was sent with its form."""
    Asking.state = served(STORIES[name]["query"]["at"])
    answers = form_of(STORIES[name])
    needs = answers.get("needs", [])
    test = AppTest.from_function(_page, default_timeout=60)
    test.session_state["shown"] = SHOWN | {f"need_{need}": 500 for need in needs}
    test.session_state["ask_form"] = urlencode(
        {field: value for field, value in answers.items() if field != "shown"}, doseq=True
    )
    test.run()
    assert not test.exception, test.exception
    return test


@cache
def listed(name: str) -> dict[str, list[dict[str, Any]]]:
    """The cards of each section of the list, in its order."""
    result: dict[str, list[dict[str, Any]]] = {}
    last = ""
    for element in page(name).get("bidi_component"):
        if not element.proto.component_name.startswith("assetmap_cards"):
            continue
        handed = json.loads(element.proto.bytes or element.proto.json)
        for section in handed["sections"]:
            last = section["key"] or last
            result.setdefault(last, []).extend(section["cards"])
    return result


def matched(name: str) -> list[str]:
    return [
        card["id"]
        for key, cards in listed(name).items()
        if key in MATCHES or key.startswith("need_")
        for card in cards
    ]


@pytest.mark.parametrize("name", STORIES)
def test_each_is_told_what_the_story_says(name: str) -> None:
    sections, matches = listed(name), matched(name)
    assert [asset for asset in ids(name, "match") if asset not in matches] == []
    asks = [c["id"] for key, cards in sections.items() if key.startswith("ask") for c in cards]
    asks += [card["id"] for card in sections.get("court", [])]
    assert [asset for asset in ids(name, "ask") if asset not in asks] == []
    assert [asset for asset in ids(name, "decoy") if asset in matches] == []
    assert set(ids(name, "last")) <= {card["id"] for card in sections.get("court", [])}


@pytest.mark.parametrize("name", MUST_NOT)
def test_what_must_not_happen_does_not(name: str) -> None:
    rows = served(STORIES[name]["query"]["at"]).rows
    matches = [rows.get(asset) for asset in matched(name)]
    assert matches
    assert [row["id"] for row in matches if row is None or MUST_NOT[name](row)] == []


def test_what_may_report_to_a_court_is_last_and_folded() -> None:
    sections = listed("S10")
    assert list(sections)[-1] == "court"
    assert [card["id"] for card in sections["court"]] == ["alder:peer-probation-annex"]


def test_s2_the_job_is_near_the_home_and_not_the_jail() -> None:
    Asking.state = served(STORIES["S2"]["query"]["at"])
    test = AppTest.from_function(_page, default_timeout=60)
    test.session_state["ask_form"] = urlencode(
        {"needs": ["home", "job"], "where": "Alder County Jail", "yes": "accepts_record"},
        doseq=True,
    )
    test.run()
    plan = next(item.value for item in test.markdown if "A job:" in item.value).replace("\\", "")
    home = plan.partition("A place to live: **")[2].partition("**")[0]
    job = plan.partition("A job: **")[2].partition("**")[0]
    assert home and job and re.search(f"{job} is [0-9.]+ mi from {home}[.]", plan)
    assert "Jail" not in plan


def test_s13_and_s4_leave_no_need_in_the_title_or_the_address() -> None:
    for name, word in (("S13", "sexual"), ("S4", "hepatitis")):
        test = page(name)
        assert [item.value for item in test.title] == ["What would help?"]
        assert word not in str(dict(test.query_params.items())).lower()


def test_s7_is_told_the_soonest_first_under_each_need() -> None:
    state = served(STORIES["S7"]["query"]["at"])
    first, now = state.catalog.next_kept(state.now()), int(state.now().timestamp())
    sections = {key: cards for key, cards in listed("S7").items() if key.startswith("need_")}
    assert len(sections) > 1 and max(map(len, sections.values())) > 2
    for cards in sections.values():
        positions = [state.rows.position(card["id"]) for card in cards]
        starts = [max(int(first.start[row]), now) for row in positions if row is not None]
        assert len(starts) == len(cards)
        assert starts == sorted(starts)
