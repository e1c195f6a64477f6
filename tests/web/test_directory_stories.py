"""The thirteen stories through /directory, at their own clocks, with what must not happen."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from finder_tables import ZONE
from plain_site import html_of, sections_of, send, site
from story_rules import MUST_NOT
from test_stories import DEMO, STORIES, county, ids

from assetmap.places import METRES_IN, metres
from assetmap.web import asking
from assetmap.web.state import State

FIELDS = {
    "need": "needs",
    "kind": "kinds",
    "not_kind": "not_kinds",
    "pathway": "pathways",
    "not_pathway": "not_pathways",
    "format": "formats",
    "concern": "concerns",
    "program": "programs",
    "welcome": "welcomes",
    "welcomes": "welcomes",
    "language": "languages",
    "cost": "costs",
    "medication": "medications",
    "medications": "medications",
    "wants": "wants",
    "yes": "yes",
    "no": "no",
}
EVERYTHING = [
    f"{key}:500"
    for key in ("match", "clinical", "ask", "ask_clinical", "near", "court", "court_near")
]
MATCHES = {"match", "clinical"}


class Then(State):
    """A state at a story's clock."""

    def now(self) -> datetime:
        return CLOCKS[self.version]


CLOCKS: dict[str, datetime] = {}


@cache
def served(at: str) -> State:
    now = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    community, catalog = county(now.date().isoformat())
    version = f"{catalog.version}{at}"
    CLOCKS[version] = now
    return Then(community, catalog, version, "files", now.date())


def form_of(story: dict[str, Any]) -> dict[str, Any]:
    """What a person ticks and types in the form for the story's question."""
    form: dict[str, Any] = {"shown": list(EVERYTHING)}
    for name, value in story["query"].items():
        if name == "at":
            continue
        if name in FIELDS:
            form[FIELDS[name]] = value
        elif name == "near":
            form["where"], form["where_too"] = [*value, ""][:2]
        elif name == "within":
            # The form offers 1, 2, 5, 10, 25 and 50 miles: the next one up.
            offered = [d for d in asking.distances("mi") if d >= metres(value) - 1]
            form["within"] = f"{offered[0]:.0f}"
        elif name == "when" and str(value)[:1].isdigit():
            day, _, hours = str(value).partition(" ")
            form["day"], (form["begin"], _, form["end"]) = day, hours.partition("-")
        elif name == "when" and value not in asking.WHENS:
            first, _, hours = str(value).partition(" ")
            assert first == "fri"
            form["day"], (form["begin"], _, form["end"]) = "2026-11-20", hours.partition("-")
        elif name == "beds":
            form["beds"] = "yes"
        else:
            form[name] = str(value)
    form["shown"] += [f"need_{need}:500" for need in form.get("needs", [])]
    return form


@cache
def answered(name: str) -> dict[str, list[str]]:
    story = STORIES[name]
    answer = send(site(served(story["query"]["at"])), "/directory", form_of(story))
    assert answer.status == 200
    return sections_of(html_of(answer))


def matched(name: str) -> list[str]:
    sections = answered(name)
    return [
        asset
        for key, assets in sections.items()
        if key in MATCHES or key.startswith("need_")
        for asset in assets
    ]


def test_the_form_offers_the_distances_of_the_stories() -> None:
    assert asking.distances("mi")[2] == 5 * METRES_IN["mi"]


@pytest.mark.parametrize("name", STORIES)
def test_each_is_told_what_the_story_says(name: str) -> None:
    sections, matches = answered(name), matched(name)
    assert [asset for asset in ids(name, "match") if asset not in matches] == []
    asks = [a for key, assets in sections.items() if key.startswith("ask") for a in assets]
    asks += sections.get("court", [])
    assert [asset for asset in ids(name, "ask") if asset not in asks] == []
    assert [asset for asset in ids(name, "decoy") if asset in matches] == []
    if "apart" in STORIES[name]["groups"]:
        assert [a for a in ids(name, "apart") if a not in sections.get("clinical", matches)] == []
    assert set(ids(name, "last")) <= set(sections.get("court", []))


@pytest.mark.parametrize("name", STORIES)
def test_what_is_clinical_or_tied_to_a_court_stands_apart(name: str) -> None:
    sections = answered(name)
    rows = served(STORIES[name]["query"]["at"]).rows
    for key, assets in sections.items():
        for asset in assets:
            row = rows.get(asset)
            assert row is not None
            if key in ("court", "court_near"):
                continue
            court = str(row["court_linked"]) == "True" and not STORIES[name]["query"].get("kind")
            assert not court, (key, asset)
        if key == "match" and "clinical" in sections:
            assert not any(str(rows.get(asset)["clinical"]) == "True" for asset in assets)  # type: ignore[index]
    order = list(sections)
    for last in ("court", "court_near"):
        if last in order:
            assert order.index(last) >= len(order) - 2


@pytest.mark.parametrize("name", MUST_NOT)
def test_what_must_not_happen_does_not(name: str) -> None:
    rows = served(STORIES[name]["query"]["at"]).rows
    matches = [rows.get(asset) for asset in matched(name)]
    assert matches
    assert [row["id"] for row in matches if row is None or MUST_NOT[name](row)] == []


def test_s7_is_told_the_soonest_first() -> None:
    state = served(STORIES["S7"]["query"]["at"])
    first, now = state.catalog.next_kept(state.now()), int(state.now().timestamp())
    sections = {k: v for k, v in answered("S7").items() if k.startswith("need_")}
    assert len(sections) > 1
    for assets in sections.values():
        positions = [state.rows.position(asset) for asset in assets]
        starts = [max(int(first.start[row]), now) for row in positions if row is not None]
        assert starts == sorted(starts)


def test_s13_leaves_no_need_in_any_address_title_or_header() -> None:
    story = STORIES["S13"]
    answer = send(site(served(story["query"]["at"])), "/directory", form_of(story))
    html = html_of(answer)
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert title == "Find help in Alder County"
    assert "sexual" not in str(answer.headers).lower()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_s4_is_written_in_no_log_and_in_no_file(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    story = STORIES["S4"]
    app = site(served(story["query"]["at"]))
    asked_in_words = {**form_of(story), "q": "hepatitis peers who take methadone"}
    before = {path: path.stat().st_mtime_ns for path in DEMO.rglob("*")}
    with caplog.at_level(logging.DEBUG):
        answer = send(app, "/directory", asked_in_words)
    assert "hepatitis" in html_of(answer).lower()
    printed = capfd.readouterr()
    told = f"{caplog.text}{printed.out}{printed.err}{answer.headers}".lower()
    assert [word for word in ("hepat", "methadone", "62999") if word in told] == []
    assert answer.headers["cache-control"] == "no-store"
    assert {path: path.stat().st_mtime_ns for path in DEMO.rglob("*")} == before
