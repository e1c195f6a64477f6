"""The Gaps page in a real browser: a briefing, folded questions, links, downloads, axe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, serve

from assetmap.words import say

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
TABS = ("have", "needs", "where", "time", "next")
QUESTIONS = {name: say(f"gaps_page.q_{name}") for name in TABS}
FRAME = "iframe[title='streamlit_folium.st_folium']"


@pytest.fixture(scope="session")
def gaps_server(browser: Any) -> Iterator[str]:
    """The demo on its own day."""
    with serve(ROOT / "app.py", {"ASSETMAP_NOW": "2026-11-20T15:00"}) as base:
        yield base


@pytest.fixture
def gaps_on(page_at: Callable[..., Any], gaps_server: str) -> Callable[..., Any]:
    """Opens the Gaps page at an address (`tab=where&kind=dentist`); gives the page when drawn."""

    def open_page(width: int = 1280, address: str = "", scheme: str = "light") -> Any:
        page = page_at(width, f"{gaps_server}/gaps#gaps&{address}", scheme=scheme).page
        page.wait_for_selector(FRAME, timeout=60_000)
        page.get_by_role("button", name="Report (PDF)").first.wait_for(timeout=30_000)
        page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')"
            ".dataset.testScriptState === 'notRunning'"
        )
        return page

    return open_page


def drawn_map(page: Any) -> Any:
    """The frame of the page's map, once it has painted."""
    page.wait_for_selector(FRAME)
    frame = page.locator(FRAME).last.element_handle().content_frame()
    frame.wait_for_selector("[data-drawn] .assetmap-area", timeout=20_000)
    return frame


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_no_axe_violation_and_no_sideways_scroll(
    gaps_on: Callable[..., Any], tab: str, width: int, scheme: str
) -> None:
    page = gaps_on(width, f"kind=dentist&tab={tab}", scheme)
    page.locator("details[open] > summary", has_text=QUESTIONS[tab]).wait_for()
    if tab in ("needs", "where", "next"):
        drawn_map(page)
    page.wait_for_timeout(1_500)  # a fold that is still opening scrolls
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [
        (item["id"], [node["html"][:160] for node in item["nodes"]]) for item in violations
    ] == []
    wide = "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
    assert page.evaluate(wide + ".map(e => e.scrollWidth)") == [width, width]


def test_a_question_is_unfolded_by_keyboard_and_stands_in_the_address(
    gaps_on: Callable[..., Any],
) -> None:
    page = gaps_on()
    page.locator("summary", has_text=QUESTIONS["needs"]).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.includes('tab=needs')")


def test_a_link_to_a_question_does_not_hold_the_visitor_there(
    gaps_on: Callable[..., Any],
) -> None:
    page = gaps_on(address="tab=where")
    page.wait_for_function("() => location.hash.includes('tab=where')")
    page.locator("summary", has_text=QUESTIONS["where"]).click()
    page.wait_for_function("() => !location.hash.includes('tab=')")


def test_a_choice_is_a_link(gaps_on: Callable[..., Any], gaps_server: str) -> None:
    page = gaps_on(address="tab=where")
    page.get_by_role("combobox", name="Kind of place or group").click()
    page.get_by_role("option", name="Dentist", exact=True).click()
    page.wait_for_function("() => location.hash.includes('kind=dentist')")
    again = gaps_on(address=page.url.partition("#gaps&")[2])
    assert again.get_by_role("combobox", name="Kind of place or group").input_value() == "Dentist"
    again.locator("details[open] > summary", has_text=QUESTIONS["where"]).wait_for()


def test_the_map_is_hatched_where_nothing_is_known_and_told_by_keyboard(
    gaps_on: Callable[..., Any],
) -> None:
    frame = drawn_map(gaps_on(address="kind=child_care&tab=where"))
    look = """() => [...document.querySelectorAll('.assetmap-area')].map((one) =>
      [one.getAttribute('aria-label'), one.getAttribute('fill')])"""
    fills = dict(frame.evaluate(look))
    assert len(fills) == 36
    hatched = {name for name, fill in fills.items() if fill.startswith("url(")}
    assert hatched == {
        "Sand Ridge: Not listed yet, or no number",
        "River Bottoms Wildlife Area: Not listed yet, or no number",
    }
    assert fills["Prairie Ford Center: more need, less reach"] == "#000000"


def test_pressing_an_area_counts_who_gains(gaps_on: Callable[..., Any]) -> None:
    page = gaps_on(address="kind=child_care&tab=next")
    frame = drawn_map(page)
    area = frame.locator(".assetmap-area[aria-label^='Cedar Bend:']")
    area.focus()
    area.press("Enter")
    page.get_by_text("Child care, one more in Cedar Bend: 2,482 more adults").wait_for()
    frame.wait_for_selector(f".assetmap-area[aria-label='Cedar Bend: {say('report.gain_mark')}']")


@pytest.mark.parametrize(
    ("name", "ending", "begins"),
    [
        ("Report (PDF)", "pdf", b"%PDF-"),
        ("Report (web page)", "html", b"<!doctype html>"),
        ("Table (CSV)", "csv", b"\xef\xbb\xbfid,name,kind"),
        ("Map data (GeoJSON)", "geojson", b'{"type": "FeatureCollection"'),
    ],
)
def test_everything_can_be_taken_home(
    gaps_on: Callable[..., Any], name: str, ending: str, begins: bytes
) -> None:
    page = gaps_on(address="kind=dentist")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).last.click()
    result = waiting.value
    assert result.suggested_filename == f"gaps-dentist.{ending}"
    data = Path(result.path()).read_bytes()
    assert data.startswith(begins)
    if ending == "geojson":
        assert len(json.loads(data)["features"]) == 36


def test_the_report_stands_alone_and_reads_on_a_phone(
    gaps_on: Callable[..., Any], browser: Any, tmp_path: Path
) -> None:
    page = gaps_on(address="kind=dentist")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Report (web page)").last.click()
    waiting.value.save_as(tmp_path / "report.html")
    asked: list[str] = []
    paper = browser.new_page(viewport={"width": 390, "height": 900})
    paper.on("request", lambda request: asked.append(request.url))
    paper.goto((tmp_path / "report.html").as_uri())
    assert asked == [(tmp_path / "report.html").as_uri()]
    assert paper.evaluate("() => document.documentElement.scrollWidth") == 390
    violations = Axe().run(paper, options=RULES).response["violations"]
    paper.close()
    assert [
        (item["id"], [node["html"][:160] for node in item["nodes"]]) for item in violations
    ] == []
